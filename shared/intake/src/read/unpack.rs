//! Measures a workbook's archive before a parser unpacks it, so that a small file cannot become a large memory.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::fault::IntakeFault;
use crate::limit;

/// Unpacks every part into nothing and counts; what an archive *says* about its sizes is not believed.
pub(super) fn measure(bytes: &[u8]) -> Result<(), IntakeFault> {
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
        let allowed = limit::MAX_UNPACKED_BYTES - total;
        total += io::copy(&mut part.take(allowed + 1), &mut io::sink()).map_err(|error| damaged(error.to_string()))?;
        if total > limit::MAX_UNPACKED_BYTES {
            let limit = usize::try_from(limit::MAX_UNPACKED_BYTES).unwrap_or(usize::MAX);
            return Err(IntakeFault::OverLimit { what: "解压后的字节数", limit });
        }
    }
    Ok(())
}
