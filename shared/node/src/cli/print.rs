//! Output: tables for people, JSON for scripts, one error with its code at the edge.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::answer::{Answer, Class};

/// Columns between two cells.
const GAP: usize = 2;
/// Columns after which a cell is cut on a terminal.
const CELL_MAX: usize = 60;

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// JSON instead of text.
    pub json: bool,
}

impl Printer {
    /// Prints a message: as JSON whole, else as `text` says.
    pub fn show<T: Serialize>(&self, message: &T, text: impl FnOnce(&T) -> String) -> Result<(), Answer> {
        if self.json {
            let line = serde_json::to_string(message).map_err(|error| Answer::fault("OUTPUT_FAILED", error))?;
            return self.line(&line);
        }
        self.line(text(message).trim_end())
    }

    /// Prints one line or several.
    pub fn line(&self, text: &str) -> Result<(), Answer> {
        let mut out = std::io::stdout().lock();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        match written {
            // A reader that has seen enough is no fault of ours.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Answer::fault("OUTPUT_FAILED", error)),
        }
    }

    /// Prints an answer other than success, once, with everything below it.
    pub fn answer(&self, answer: &Answer) {
        #[derive(Serialize)]
        struct Line<'a> {
            class: &'a str,
            code: &'a str,
            message: String,
        }
        let message = answer.chain();
        if self.json {
            let line = Line { class: answer.class.name(), code: &answer.code, message };
            eprintln!("{}", serde_json::to_string(&line).unwrap_or_default());
        } else if answer.class == Class::AlreadyDone {
            eprintln!("already done [{}]: {message}", answer.code);
        } else {
            eprintln!("{} [{}]: {message}", answer.class.name().replace('_', " "), answer.code);
        }
    }
}

/// Rows under headings, aligned as a terminal shows them.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let cut_cells = std::io::stdout().is_terminal();
    let cell = |text: &str| if cut_cells { cut(text, CELL_MAX) } else { text.replace('\n', " ") };
    let mut lines: Vec<Vec<String>> = vec![headings.iter().map(|heading| (*heading).to_owned()).collect()];
    lines.extend(rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()));
    let mut widths = vec![0; headings.len()];
    for line in &lines {
        for (width, text) in widths.iter_mut().zip(line) {
            *width = columns(text).max(*width);
        }
    }
    let mut out = String::new();
    for line in &lines {
        let mut row = String::new();
        for (width, text) in widths.iter().zip(line) {
            row.push_str(text);
            row.push_str(&" ".repeat(width.saturating_sub(columns(text)) + GAP));
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// Columns a text takes on a terminal: two for a Chinese character.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum()
}

fn cut(text: &str, most: usize) -> String {
    let flat = text.replace('\n', " ");
    if columns(&flat) <= most {
        return flat;
    }
    let mut taken = String::new();
    let mut width = 0;
    for c in flat.chars() {
        width += if u32::from(c) >= 0x1100 { 2 } else { 1 };
        if width > most - 1 {
            break;
        }
        taken.push(c);
    }
    taken.push('…');
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_aligns_chinese_and_latin_cells() {
        let text = table(
            &["案件", "状态"],
            &[vec!["a".to_owned(), "有效".to_owned()], vec!["长长长".to_owned(), "b".to_owned()]],
        );
        let starts: Vec<usize> = text.lines().map(|line| columns(line.rsplit_once("  ").unwrap().0) + 2).collect();
        assert_eq!(starts, vec![8, 8, 8]);
    }

    #[test]
    fn a_long_cell_is_cut_by_columns_not_by_bytes() {
        assert_eq!(cut("红黑名单", 5), "红黑…");
        assert_eq!(cut("abc", 5), "abc");
    }
}
