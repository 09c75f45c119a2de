//! Reading a file by its content: the name and its extension are never believed.

mod biff;
mod delimited;
mod encoding;
mod guard;
mod unpack;
mod workbook;

use crate::fault::IntakeFault;
use crate::limit;
use crate::source::{Format, Sheet, Source};

const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const UTF16: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// Reads a whole file into typed cells.
///
/// `name` is used for texts only. Limits are those of [`crate::limit`]. No bytes whatever make it panic.
pub fn open(name: &str, bytes: &[u8]) -> Result<Source, IntakeFault> {
    if bytes.len() > limit::MAX_FILE_BYTES {
        return Err(IntakeFault::TooLarge { bytes: bytes.len(), limit: limit::MAX_FILE_BYTES });
    }
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let (format, sheets) = if bytes.starts_with(ZIP) {
        (Format::Xlsx, workbook::read_xlsx(bytes)?)
    } else if bytes.starts_with(COMPOUND_FILE) {
        (Format::Xls, workbook::read_xls(bytes)?)
    } else {
        refuse_other_formats(bytes)?;
        let (format, rows) = delimited::read(bytes)?;
        (format, vec![Sheet { name: name.clone(), rows }])
    };
    let sheets: Vec<Sheet> = sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect();
    if sheets.is_empty() {
        return Err(IntakeFault::Empty);
    }
    Ok(Source { name, format, sheets })
}

/// Web pages and XML tables saved as `.xls` are common; they are named for what they are.
fn refuse_other_formats(bytes: &[u8]) -> Result<(), IntakeFault> {
    let found = |found| Err(IntakeFault::UnknownFormat { found });
    if UTF16.iter().any(|mark| bytes.starts_with(mark)) {
        return found("UTF-16 文本");
    }
    if bytes.starts_with(b"%PDF") {
        return found("PDF 文档");
    }
    let start = bytes.get(..512).unwrap_or(bytes).to_ascii_lowercase();
    let start = start.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(&start).trim_ascii_start();
    if start.starts_with(b"<?xml") {
        return found("XML 文档");
    }
    if [b"<html".as_slice(), b"<!doctype", b"<table", b"<meta", b"<head"].iter().any(|tag| start.starts_with(tag)) {
        return found("网页");
    }
    if bytes.contains(&0) { found("二进制文件") } else { Ok(()) }
}

/// Counts what has been read against the limits of a whole file.
#[derive(Default)]
struct Budget {
    rows: usize,
    cells: usize,
    text: usize,
}

impl Budget {
    fn row(&mut self) -> Result<(), IntakeFault> {
        self.rows += 1;
        within(self.rows, limit::MAX_ROWS, "行数")
    }

    /// Counts a cell with its text at a zero-based column of a row that has `filled` cells so far.
    fn cell(&mut self, filled: usize, column: usize, text: &str) -> Result<(), IntakeFault> {
        within(column.saturating_add(1), limit::MAX_COLUMNS, "列数")?;
        self.cells += (column + 1).saturating_sub(filled);
        self.text += text.len();
        within(self.cells, limit::MAX_CELLS, "单元格数")?;
        within(self.text, limit::MAX_TEXT_BYTES, "文字总量")?;
        // A character has at least one byte, so short texts need no counting.
        if text.len() > limit::MAX_CELL_CHARS {
            within(text.chars().count(), limit::MAX_CELL_CHARS, "单元格字数")?;
        }
        Ok(())
    }
}

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), IntakeFault> {
    if count > limit { Err(IntakeFault::OverLimit { what, limit }) } else { Ok(()) }
}
