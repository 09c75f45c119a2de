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
    let syntax = |line: u32, detail: String| IntakeFault::CsvSyntax { line, detail };
    let mut last_many_lined = 1;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    loop {
        let read = reader.read_record(&mut record).map_err(|error| {
            let line = error.position().map_or(0, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
            syntax(line, "无法按文本读取".into())
        })?;
        if !read {
            break;
        }
        let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
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
        let row = Row { number: line, cells };
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

/// Counts lines as a person does. The reader's own count is one behind after `\r\n`, of which it leaves the second
/// half to the next record.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line, from 1, of the record that begins at or after a byte; asked in ascending order.
    fn line_of(&mut self, byte: u64) -> u32 {
        let asked = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&here) = self.text.get(self.at) {
            let ends = here == b'\n' || (here == b'\r' && self.text.get(self.at + 1) != Some(&b'\n'));
            if self.at >= asked && !matches!(here, b'\n' | b'\r') {
                break;
            }
            self.at += 1;
            self.line = self.line.saturating_add(u32::from(ends));
        }
        self.line
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_by_the_line_they_begin_on_whatever_ends_a_line() {
        for text in ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc", "a\rb\r\rc\r", "\"a\"\nb\n\nc"] {
            let (_, rows) = read(text.as_bytes()).unwrap();
            assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 4], "{text:?}");
        }
        let (_, rows) = read(b"\"a\r\na\",1\r\nb\r\n").unwrap();
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3]);
    }
}
