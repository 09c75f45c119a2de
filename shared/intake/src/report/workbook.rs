//! The report on a workbook.

use std::io::{self, Write};

use rust_xlsxwriter::{Color, Format, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{ADDED, Remark, Remarks, repeated_columns, safe_text};
use crate::column::Layout;
use crate::fault::IntakeFault;
use crate::intake::Intake;
use crate::row::Outcome;
use crate::source::{Cell, FIFTEEN_DIGITS, Row, Source};

/// Widths of the added columns, in characters.
const ADDED_WIDTHS: [f64; 3] = [14.0, 60.0, 60.0];

pub(super) fn write(source: &Source, intake: &Intake, sink: &mut dyn Write) -> Result<(), IntakeFault> {
    let failed = |error: XlsxError| IntakeFault::ReportNotWritten(io::Error::other(error));
    let bytes = workbook(source, intake).map_err(failed)?.save_to_buffer().map_err(failed)?;
    sink.write_all(&bytes).map_err(IntakeFault::ReportNotWritten)
}

fn workbook(source: &Source, intake: &Intake) -> Result<Workbook, XlsxError> {
    let remarks = Remarks::of(intake);
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    for (index, sheet) in source.sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        // A name that Excel would refuse cannot come out of Excel; other programs' names fall back to a number.
        if worksheet.set_name(&sheet.name).is_err() {
            worksheet.set_name(format!("工作表{}", index + 1))?;
        }
        let layout = remarks.layout(index);
        let columns = repeated_columns(layout, &sheet.rows);
        for row in &sheet.rows {
            let remark = remarks.remark(index, &sheet.name, row.number);
            write_row(worksheet, row, &columns, layout, &remark, &styles)?;
        }
        if let Some(layout) = layout {
            let row = layout.header_row.saturating_sub(1);
            for ((column, title), width) in (column_number(columns.len())..).zip(ADDED).zip(ADDED_WIDTHS) {
                worksheet.write_string_with_format(row, column, title, &styles.header)?;
                worksheet.set_column_width(column, width)?;
            }
            worksheet.set_freeze_panes(layout.header_row, 0)?;
        }
    }
    Ok(workbook)
}

fn write_row(
    sheet: &mut Worksheet,
    row: &Row,
    columns: &[usize],
    layout: Option<&Layout>,
    remark: &Remark<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let at = row.number.saturating_sub(1);
    let is_header = layout.is_some_and(|layout| layout.header_row == row.number);
    let row_style = if is_header { &styles.header } else { styles.of(remark.outcome) };
    for (target, column) in columns.iter().enumerate() {
        let target = column_number(target);
        let bad = remark.problems.iter().any(|problem| is_column(layout, *column, &problem.column));
        let style = if bad { &styles.bad_cell } else { row_style };
        match row.cell(*column) {
            Cell::Empty if bad => sheet.write_blank(at, target, style)?,
            Cell::Empty => sheet,
            cell => {
                let text = safe_text(row, *column, layout, remark);
                match cell {
                    Cell::Number(number) if number.abs() < FIFTEEN_DIGITS && text == cell.text() => {
                        sheet.write_number_with_format(at, target, *number, style)?
                    }
                    _ => sheet.write_string_with_format(at, target, text, style)?,
                }
            }
        };
    }
    for (target, text) in (column_number(columns.len())..).zip(remark.cells()) {
        if !text.is_empty() {
            // Excel holds no more in one cell.
            let text: String = text.chars().take(crate::limit::MAX_CELL_CHARS).collect();
            sheet.write_string_with_format(at, target, text, row_style)?;
        }
    }
    Ok(())
}

fn is_column(layout: Option<&Layout>, index: usize, header: &str) -> bool {
    layout.is_some_and(|layout| layout.columns.iter().any(|column| column.index == index && column.header == header))
}

fn column_number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

struct Styles {
    plain: Format,
    header: Format,
    questioned: Format,
    rejected: Format,
    bad_cell: Format,
}

impl Styles {
    fn new() -> Self {
        let filled = |color: u32| Format::new().set_background_color(Color::RGB(color));
        Self {
            plain: Format::new(),
            header: filled(0x00DD_DDDD).set_bold(),
            questioned: filled(0x00FF_F2CC),
            rejected: filled(0x00FC_E4E4),
            bad_cell: filled(0x00F4_B0B0).set_border(FormatBorder::Thin),
        }
    }

    fn of(&self, outcome: Option<Outcome>) -> &Format {
        match outcome {
            None | Some(Outcome::Accepted | Outcome::Ended) => &self.plain,
            Some(Outcome::Questioned) => &self.questioned,
            Some(Outcome::Rejected) => &self.rejected,
        }
    }
}
