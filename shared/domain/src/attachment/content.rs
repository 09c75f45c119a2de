//! What a file is, by its bytes: the name proves nothing.

use super::AttachmentDefect;

/// Bytes from the end in which a PDF says that it is whole.
const PDF_TAIL: usize = 2048;
/// The same for a JPEG, which may carry more behind its picture.
const JPEG_TAIL: usize = 64 * 1024;
/// The longest end of a zip archive: its record and a comment.
const ZIP_TAIL: usize = 22 + 65_535;
/// Files named in an archive at most.
const ZIP_NAMES_MAX: usize = 10_000;
/// Bytes of an archive's record of one file, without its name.
const ZIP_RECORD: usize = 46;

/// A type of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileType {
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// OFD, GB/T 33190: the fixed-layout format of official documents.
    Ofd,
    /// XLSX without macros.
    Xlsx,
    /// DOCX without macros.
    Docx,
}

/// Why a content is not taken; the caller knows the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// No type that is taken.
    Type,
    /// It ends too early.
    Truncated,
    /// It holds a program.
    Macro,
}

impl Unfit {
    /// The defect of the named file.
    pub(super) fn at(self, name: &str) -> AttachmentDefect {
        let name = name.to_owned();
        match self {
            Unfit::Type => AttachmentDefect::Type { name },
            Unfit::Truncated => AttachmentDefect::Truncated { name },
            Unfit::Macro => AttachmentDefect::Macro { name },
        }
    }
}

impl FileType {
    /// Every type.
    pub const ALL: [FileType; 6] =
        [FileType::Pdf, FileType::Png, FileType::Jpeg, FileType::Ofd, FileType::Xlsx, FileType::Docx];

    /// The type of a whole file's bytes.
    ///
    /// # Errors
    /// What makes it unfit.
    pub fn of(bytes: &[u8]) -> Result<Self, Unfit> {
        let whole = |found: FileType, is_whole: bool| if is_whole { Ok(found) } else { Err(Unfit::Truncated) };
        if bytes.starts_with(b"%PDF-") {
            return whole(FileType::Pdf, contains(tail(bytes, PDF_TAIL), b"%%EOF"));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return whole(FileType::Png, contains(tail(bytes, 12), b"IEND"));
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return whole(FileType::Jpeg, contains(tail(bytes, JPEG_TAIL), b"\xff\xd9"));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return archive(&names(bytes).ok_or(Unfit::Truncated)?);
        }
        Err(Unfit::Type)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            FileType::Pdf => "application/pdf",
            FileType::Png => "image/png",
            FileType::Jpeg => "image/jpeg",
            FileType::Ofd => "application/ofd",
            FileType::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            FileType::Pdf => "PDF文件",
            FileType::Png => "PNG图片",
            FileType::Jpeg => "JPEG图片",
            FileType::Ofd => "OFD版式文件",
            FileType::Xlsx => "Excel表格",
            FileType::Docx => "Word文档",
        }
    }

    /// The endings its name may have, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            FileType::Pdf => &["pdf"],
            FileType::Png => &["png"],
            FileType::Jpeg => &["jpg", "jpeg"],
            FileType::Ofd => &["ofd"],
            FileType::Xlsx => &["xlsx"],
            FileType::Docx => &["docx"],
        }
    }
}

fn archive(names: &[&[u8]]) -> Result<FileType, Unfit> {
    let holds = |name: &[u8]| names.contains(&name);
    let under = |folder: &[u8]| names.iter().any(|name| name.starts_with(folder));
    if names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
        return Err(Unfit::Macro);
    }
    if holds(b"OFD.xml") {
        return Ok(FileType::Ofd);
    }
    match holds(b"[Content_Types].xml") {
        true if under(b"xl/") => Ok(FileType::Xlsx),
        true if under(b"word/") => Ok(FileType::Docx),
        _ => Err(Unfit::Type),
    }
}

/// The names in an archive's own directory, which stands at its end: one that was cut off has none.
fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let last = tail(bytes, ZIP_TAIL);
    let end = last.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let end = last.get(end..)?;
    let count = usize::from(short(end, 10)?);
    let mut at = usize::try_from(long(end, 16)?).ok()?;
    if count > ZIP_NAMES_MAX {
        return None;
    }
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        let record = bytes.get(at..)?;
        if !record.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name = usize::from(short(record, 28)?);
        names.push(record.get(ZIP_RECORD..ZIP_RECORD + name)?);
        at += ZIP_RECORD + name + usize::from(short(record, 30)?) + usize::from(short(record, 32)?);
    }
    Some(names)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn tail(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(most)..).unwrap_or_default()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
