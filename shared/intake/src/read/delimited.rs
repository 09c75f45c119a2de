//! CSV and its relatives.

use csv::ReaderBuilder;

use super::{Budget, encoding};
use crate::fault::IntakeFault;
use crate::source::{Cell, Format, Row};

/// What may stand between fields.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// How many lines are looked at to find the delimiter.
const LINES_SEARCHED: usize = 20;

/// Reads delimited text in any of the known encodings.
pub(super) fn read(bytes: &[u8]) -> Result<(Format, Vec<Row>), IntakeFault> {
    let (encoding, text) = encoding::decode(bytes)?;
    let delimiter = delimiter(&text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut budget = Budget::default();
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let syntax = |line: u64, detail: String| IntakeFault::CsvSyntax { line, detail };
    let mut last_many_lined = 1;
    loop {
        let read = reader.read_record(&mut record).map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            syntax(line, "无法按文本读取".into())
        })?;
        if !read {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells = Vec::with_capacity(record.len());
        for (column, field) in record.iter().enumerate() {
            budget.cell(column, column, field)?;
            if field.contains('\n') {
                last_many_lined = line;
            }
            cells.push(if field.is_empty() { Cell::Empty } else { Cell::Text(field.into()) });
        }
        while cells.last().is_some_and(|cell| *cell == Cell::Empty) {
            cells.pop();
        }
        let row = Row { number: u32::try_from(line).unwrap_or(u32::MAX), cells };
        if !row.is_blank() {
            budget.row()?;
            rows.push(row);
        }
    }
    // A quote that is never closed swallows the rest of the file into one field, without any error.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        return Err(syntax(last_many_lined, "引号没有成对".into()));
    }
    Ok((Format::Csv { encoding, delimiter }, rows))
}

/// The delimiter that occurs most in the first lines; a comma if none does.
fn delimiter(text: &str) -> u8 {
    let count = |delimiter: u8| -> usize {
        text.lines().take(LINES_SEARCHED).map(|line| line.bytes().filter(|byte| *byte == delimiter).count()).sum()
    };
    // The first of equals wins, so a comma wins over none.
    let mut best = (b',', 0);
    for delimiter in DELIMITERS {
        let occurrences = count(delimiter);
        if occurrences > best.1 {
            best = (delimiter, occurrences);
        }
    }
    best.0
}
