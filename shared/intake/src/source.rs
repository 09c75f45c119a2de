//! A file as it was read: sheets, rows and typed cells, before anybody asks what they mean.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use encoding_rs::GB18030;

/// The character encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 without byte order mark.
    Utf8,
    /// UTF-8 with byte order mark, as Excel writes it.
    Utf8Bom,
    /// GB18030, of which GBK and GB2312 are parts.
    Gb18030,
}

impl TextEncoding {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 BOM",
            Self::Gb18030 => "GB18030",
        }
    }

    /// The bytes of a text in this encoding, its mark included. GB18030 covers all of Unicode: nothing is replaced.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Bom => ["\u{feff}", text].concat().into_bytes(),
            Self::Gb18030 => GB18030.encode(text).0.into_owned(),
        }
    }
}

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML workbook.
    Xlsx,
    /// BIFF workbook in a compound file.
    Xls,
    /// Delimited text.
    Csv {
        /// Its encoding.
        encoding: TextEncoding,
        /// Comma, tab or semicolon.
        delimiter: u8,
    },
}

impl Format {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
            Self::Csv { .. } => "CSV",
        }
    }

    /// The file name extension of a report on such a file: an XLS file's report is XLSX, since nobody writes XLS.
    pub fn report_extension(self) -> &'static str {
        match self {
            Self::Xlsx | Self::Xls => "xlsx",
            Self::Csv { .. } => "csv",
        }
    }
}

/// One cell. Its `Debug` shows the kind and never the content, which may be personal.
#[derive(Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing in it.
    #[default]
    Empty,
    /// Text as it stands, not trimmed.
    Text(Box<str>),
    /// A number: at most fifteen of its digits are what was typed.
    Number(f64),
    /// A date cell; the time of day is dropped.
    Date(NaiveDate),
    /// True or false.
    Bool(bool),
    /// An Excel error value such as `#REF!`, or a date beyond the calendar.
    Error(Box<str>),
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Text(text) => write!(f, "Text({} characters)", text.chars().count()),
            Self::Number(_) => f.write_str("Number"),
            Self::Date(_) => f.write_str("Date"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Error(text) => write!(f, "Error({text})"),
        }
    }
}

/// The largest number below which every integer of fifteen digits is exact in Excel.
pub(crate) const FIFTEEN_DIGITS: f64 = 1e15;

impl Cell {
    /// Its text as a person sees it. A number of more than fifteen digits comes out as Excel shows it, `9.14E+17`.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < FIFTEEN_DIGITS => {
                Cow::Owned(format!("{number:.0}"))
            }
            Self::Number(number) if number.abs() >= FIFTEEN_DIGITS => Cow::Owned(scientific(*number)),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(date) => Cow::Owned(date.format("%Y-%m-%d").to_string()),
            Self::Bool(true) => Cow::Borrowed("是"),
            Self::Bool(false) => Cow::Borrowed("否"),
        }
    }

    /// Whether nothing but white space is in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// `914208001234567890` as Excel shows it: `9.14208E+17`.
fn scientific(number: f64) -> String {
    let text = format!("{number:.5E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    format!("{}E+{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

/// One row with its number as the officer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 1, as the spreadsheet shows it; for CSV the line on which the record begins.
    pub number: u32,
    /// Cells from column A; trailing empty cells are cut.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Whether nothing is in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// The cell of a column, empty beyond the end.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// One sheet; a CSV file has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name; the file's name for CSV.
    pub name: String,
    /// Its rows in order; rows without any cell are absent.
    pub rows: Vec<Row>,
}

/// A whole file as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// File name without folders, for texts and reports.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// Its sheets in order, empty ones left out.
    pub sheets: Vec<Sheet>,
}

impl Source {
    /// The file name of its report: `名单.核对报告.xlsx`.
    pub fn report_name(&self) -> String {
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        format!("{stem}.核对报告.{}", self.format.report_extension())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_digits_only_while_they_are_what_was_typed() {
        assert_eq!(Cell::Number(420_800_000_012_345.0).text(), "420800000012345");
        assert_eq!(Cell::Number(914_208_001_234_567_890.0).text(), "9.14208E+17");
        assert_eq!(Cell::Number(2018.0).text(), "2018");
        assert_eq!(Cell::Number(1.5).text(), "1.5");
    }

    #[test]
    fn the_report_of_an_xls_file_is_xlsx() {
        let source = Source { name: "名单.xls".into(), format: Format::Xls, sheets: Vec::new() };
        assert_eq!(source.report_name(), "名单.核对报告.xlsx");
    }
}
