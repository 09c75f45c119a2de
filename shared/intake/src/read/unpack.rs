//! Measures a workbook's archive before a parser unpacks it, so that a small file cannot become a large memory.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::fault::IntakeFault;
use crate::limit;

/// Unpacks every part into nothing and counts; what an archive *says* about its sizes is not believed.
pub(super) fn measure(bytes: &[u8]) -> Result<(), IntakeFault> {
    measure_within(bytes, limit::MAX_UNPACKED_BYTES)
}

fn measure_within(bytes: &[u8], most_bytes: u64) -> Result<(), IntakeFault> {
    let damaged = |detail: String| IntakeFault::Damaged { format: "XLSX", detail };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > limit::MAX_ARCHIVE_PARTS {
        return Err(IntakeFault::OverLimit { what: "压缩包内文件数", limit: limit::MAX_ARCHIVE_PARTS });
    }
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_ascii_lowercase()).collect();
    let has = |part: &str| names.iter().any(|name| name.as_str() == part);
    if !has("xl/workbook.xml") {
        let found = if has("xl/workbook.bin") {
            "XLSB 工作簿"
        } else if has("content.xml") {
            "ODS 等开放文档"
        } else if has("word/document.xml") {
            "Word 文档"
        } else {
            "压缩包"
        };
        return Err(IntakeFault::UnknownFormat { found });
    }
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let allowed = most_bytes - total;
        total += io::copy(&mut part.take(allowed + 1), &mut io::sink()).map_err(|error| damaged(error.to_string()))?;
        if total > most_bytes {
            let limit = usize::try_from(most_bytes).unwrap_or(usize::MAX);
            return Err(IntakeFault::OverLimit { what: "解压后的字节数", limit });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    #[test]
    fn an_archive_that_unpacks_to_more_than_allowed_is_refused() {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for part in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
            archive.start_file(part, packed).unwrap();
            archive.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 15, "it is small");
        assert!(measure_within(&bytes, 2 << 20).is_ok());
        assert_eq!(measure_within(&bytes, (2 << 20) - 1).unwrap_err().code(), "INTAKE_OVER_LIMIT");
    }
}
