//! XLSX and XLS through calamine, cell by cell and within limits.

use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError};
use chrono::NaiveDate;

use super::guard::guarded;
use super::{Budget, biff, unpack, within};
use crate::fault::IntakeFault;
use crate::limit;
use crate::source::{Cell, Row, Sheet};

/// Reads an Office Open XML workbook as a stream of cells: no rectangle is allocated because one far cell exists.
pub(super) fn read_xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, IntakeFault> {
    unpack::measure(bytes)?;
    guarded("XLSX", || {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_fault)?;
        let names: Vec<String> = workbook
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| sheet.name.clone())
            .collect();
        within(names.len(), limit::MAX_SHEETS, "工作表数")?;
        let mut budget = Budget::default();
        let mut sheets = Vec::new();
        for name in names {
            let mut cells = match workbook.worksheet_cells_reader(&name) {
                Ok(cells) => cells,
                Err(XlsxError::NotAWorksheet(_)) => continue,
                Err(error) => return Err(xlsx_fault(error)),
            };
            let mut rows = Rows::default();
            while let Some(cell) = cells.next_cell().map_err(xlsx_fault)? {
                let (row, column) = cell.get_position();
                rows.put(row, column, shared_cell(cell.get_value()), &mut budget)?;
            }
            sheets.push(Sheet { name, rows: rows.finish() });
        }
        Ok(sheets)
    })
}

/// Reads a BIFF workbook, measured beforehand.
pub(super) fn read_xls(bytes: &[u8]) -> Result<Vec<Sheet>, IntakeFault> {
    let measured = biff::measured(bytes)?;
    guarded("XLS", || {
        let mut workbook: Xls<_> = Xls::new(Cursor::new(measured)).map_err(xls_fault)?;
        let mut budget = Budget::default();
        let mut sheets = Vec::new();
        for (name, range) in workbook.worksheets() {
            let (first_row, first_column) = range.start().unwrap_or_default();
            let mut rows = Rows::default();
            for (row, column, value) in range.used_cells() {
                let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                rows.put(at(first_row, row), at(first_column, column), owned_cell(value), &mut budget)?;
            }
            sheets.push(Sheet { name, rows: rows.finish() });
        }
        Ok(sheets)
    })
}

/// Collects cells into rows; both arrive in the order of the file, which must be the order of the sheet.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
}

impl Rows {
    fn put(&mut self, row: u32, column: u32, cell: Cell, budget: &mut Budget) -> Result<(), IntakeFault> {
        if cell == Cell::Empty {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let number = row.saturating_add(1);
        let filled = self.rows.last().filter(|last| last.number == number).map_or(0, |last| last.cells.len());
        budget.cell(filled, column, if let Cell::Text(text) = &cell { text } else { "" })?;
        match self.rows.last() {
            Some(last) if last.number == number => {}
            Some(last) if last.number > number => {
                return Err(IntakeFault::Damaged {
                    format: "XLSX", detail: format!("第 {number} 行的顺序颠倒")
                });
            }
            _ => {
                budget.row()?;
                self.rows.push(Row { number, cells: Vec::new() });
            }
        }
        if let Some(last) = self.rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = last.cells.get_mut(column) {
                *place = cell;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Row> {
        self.rows.retain(|row| !row.is_blank());
        self.rows
    }
}

fn shared_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => Cell::Text((*text).into()),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::Text(text.as_str().into()),
        DataRef::Int(number) => int_cell(*number),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(instant) => date_cell(instant),
        DataRef::DateTimeIso(text) => iso_cell(text),
        DataRef::Error(error) => Cell::Error(error.to_string().into()),
        DataRef::Empty => Cell::Empty,
    }
}

fn owned_cell(value: &Data) -> Cell {
    match value {
        Data::String(text) | Data::DurationIso(text) => Cell::Text(text.as_str().into()),
        Data::Int(number) => int_cell(*number),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(instant) => date_cell(instant),
        Data::DateTimeIso(text) => iso_cell(text),
        Data::Error(error) => Cell::Error(error.to_string().into()),
        Data::Empty => Cell::Empty,
    }
}
fn int_cell(number: i64) -> Cell {
    Cell::Number(number as f64)
}

fn date_cell(instant: &ExcelDateTime) -> Cell {
    // A column formatted as a date may hold a code typed as a number: it is shown as the number it is.
    if instant.is_duration() || !(1.0..2_958_466.0).contains(&instant.as_f64()) {
        return Cell::Number(instant.as_f64());
    }
    let (year, month, day, ..) = instant.to_ymd_hms_milli();
    match NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)) {
        Some(date) => Cell::Date(date),
        // Excel's 29 February 1900, which never was.
        None => Cell::Error("1900-02-29".into()),
    }
}

fn iso_cell(text: &str) -> Cell {
    match text.get(..10).and_then(|date| date.parse().ok()) {
        Some(date) => Cell::Date(date),
        None => Cell::Text(text.into()),
    }
}

fn xlsx_fault(error: XlsxError) -> IntakeFault {
    match error {
        XlsxError::Password => IntakeFault::PasswordProtected,
        other => IntakeFault::Damaged { format: "XLSX", detail: brief(&other) },
    }
}

fn xls_fault(error: XlsError) -> IntakeFault {
    match error {
        XlsError::Password => IntakeFault::PasswordProtected,
        other => IntakeFault::Damaged { format: "XLS", detail: brief(&other) },
    }
}

/// A parser's message may quote the file; the first words are enough.
fn brief(error: &dyn std::fmt::Display) -> String {
    error.to_string().chars().take(80).collect()
}
