//! The report on a text file.

use std::borrow::Cow;
use std::io::Write;

use super::{ADDED, Remarks, repeated_columns, safe_text};
use crate::fault::IntakeFault;
use crate::intake::Intake;
use crate::source::{Source, TextEncoding};

pub(super) fn write(
    source: &Source,
    intake: &Intake,
    encoding: TextEncoding,
    delimiter: u8,
    sink: &mut dyn Write,
) -> Result<(), IntakeFault> {
    let remarks = Remarks::of(intake);
    let mut text = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    let failed = |error: csv::Error| IntakeFault::ReportNotWritten(error.into());
    for (index, sheet) in source.sheets.iter().enumerate() {
        let layout = remarks.layout(index);
        let columns = repeated_columns(layout, &sheet.rows);
        for row in &sheet.rows {
            let remark = remarks.remark(index, &sheet.name, row.number);
            let mut fields: Vec<Cow<'_, str>> =
                columns.iter().map(|column| inert(safe_text(row, *column, layout, &remark))).collect();
            if layout.is_some_and(|layout| layout.header_row == row.number) {
                fields.extend(ADDED.map(Cow::Borrowed));
            } else {
                fields.extend(remark.cells().map(Cow::Owned));
            }
            text.write_record(fields.iter().map(|field| field.as_bytes())).map_err(failed)?;
        }
    }
    let text = text.into_inner().map_err(|error| IntakeFault::ReportNotWritten(error.into_error()))?;
    let text = String::from_utf8_lossy(&text);
    sink.write_all(&encoding.encode(&text)).map_err(IntakeFault::ReportNotWritten)
}

/// A field that a spreadsheet would run as a formula gets an apostrophe, which the reader takes off again.
fn inert(text: Cow<'_, str>) -> Cow<'_, str> {
    let formula = match text.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r', ..] => true,
        [b'+' | b'-', next, ..] => !next.is_ascii_digit() && *next != b'-',
        _ => false,
    };
    if formula { Cow::Owned(format!("'{text}")) } else { text }
}
