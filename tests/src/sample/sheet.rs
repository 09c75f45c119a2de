//! Tables and the files they are written to.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use honghei_intake::TextEncoding;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::SampleError;

/// One cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(String),
    /// A number cell, where a workbook is written.
    Number(f64),
    Date(NaiveDate),
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => format!("{number:.5E}").replace('E', "E+"),
            Cell::Date(date) => date.format("%Y-%m-%d").to_string(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<NaiveDate> for Cell {
    fn from(date: NaiveDate) -> Self {
        Cell::Date(date)
    }
}

/// What must become of a row when it is imported.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    /// The problem code that rejects it.
    pub(super) rejected: Option<&'static str>,
    /// Whether it must wait for a person.
    pub(super) questioned: bool,
    /// Warnings raised beside.
    pub(super) warnings: Vec<&'static str>,
}

impl Fate {
    pub(super) fn rejected(code: &'static str) -> Self {
        Self { rejected: Some(code), ..Self::default() }
    }

    pub(super) fn warned(codes: &[&'static str]) -> Self {
        Self { warnings: codes.to_vec(), ..Self::default() }
    }

    pub(super) fn questioned() -> Self {
        Self { questioned: true, ..Self::default() }
    }
}

/// Rows under one header.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) header: &'static [&'static str],
    pub(super) rows: Vec<(Vec<Cell>, Fate)>,
}

impl Table {
    pub(super) fn new(header: &'static [&'static str]) -> Self {
        Self { header, rows: Vec::new() }
    }

    pub(super) fn push(&mut self, cells: Vec<Cell>, fate: Fate) {
        self.rows.push((cells, fate));
    }

    /// The same row with the cell under a header changed.
    pub(super) fn changed(&self, mut cells: Vec<Cell>, header: &str, value: impl Into<Cell>) -> Vec<Cell> {
        if let Some(at) = self.header.iter().position(|name| *name == header)
            && let Some(cell) = cells.get_mut(at)
        {
            *cell = value.into();
        }
        cells
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A workbook: title above, header once more in the middle, blank cells behind.
    TitledWorkbook(&'static str),
    /// A workbook with nothing but header and rows.
    Workbook,
    /// Text.
    Text(TextEncoding),
}

impl Shape {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Shape::TitledWorkbook(_) | Shape::Workbook => "xlsx",
            Shape::Text(_) => "csv",
        }
    }
}

/// Rows of the file and what the table's fates come to, with the numbers that the rows got.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) rows: u64,
    pub(super) accepted: u64,
    pub(super) questioned: u64,
    pub(super) rejected: Vec<(u32, String)>,
    pub(super) warnings: BTreeMap<String, u64>,
}

/// How many rows stand between the header and its repetition in a titled workbook.
const ROWS_BEFORE_REPEATED_HEADER: usize = 20;

/// Writes a table and accounts for it.
pub(super) fn write(table: &Table, shape: Shape, path: &Path) -> Result<Account, SampleError> {
    let header: Vec<Cell> = table.header.iter().map(|name| Cell::from(*name)).collect();
    let mut lines: Vec<&[Cell]> = Vec::new();
    let title;
    if let Shape::TitledWorkbook(text) = shape {
        title = [Cell::from(text)];
        lines.push(&title);
    }
    lines.push(&header);
    let mut account = Account::default();
    for (index, (cells, fate)) in table.rows.iter().enumerate() {
        if index == ROWS_BEFORE_REPEATED_HEADER && matches!(shape, Shape::TitledWorkbook(_)) {
            lines.push(&header);
        }
        lines.push(cells);
        account.add(u32::try_from(lines.len()).unwrap_or(u32::MAX), fate);
    }
    let bytes = match shape {
        Shape::TitledWorkbook(_) | Shape::Workbook => workbook(&lines)?,
        Shape::Text(encoding) => encoding.encode(&delimited(&lines)?),
    };
    std::fs::write(path, bytes)?;
    Ok(account)
}

impl Account {
    fn add(&mut self, row: u32, fate: &Fate) {
        self.rows += 1;
        match (fate.rejected, fate.questioned) {
            (Some(code), _) => self.rejected.push((row, code.to_owned())),
            (None, true) => self.questioned += 1,
            (None, false) => self.accepted += 1,
        }
        for code in &fate.warnings {
            *self.warnings.entry((*code).to_owned()).or_default() += 1;
        }
    }
}

fn workbook(lines: &[&[Cell]]) -> Result<Vec<u8>, SampleError> {
    let date_format = Format::new().set_num_format("yyyy-mm-dd");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("名单")?;
    for (row, cells) in (0_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(*cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Date(date) => {
                    let date = ExcelDateTime::parse_from_str(&date.format("%Y-%m-%d").to_string())?;
                    sheet.write_datetime_with_format(row, column, &date, &date_format)?
                }
            };
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn delimited(lines: &[&[Cell]]) -> Result<String, SampleError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for cells in lines {
        writer.write_record(cells.iter().map(Cell::text)).map_err(std::io::Error::from)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
