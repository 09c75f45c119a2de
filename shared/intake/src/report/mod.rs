//! The report: the officer's own file once more, with result, reason and remedy beside every row.

mod delimited;
mod workbook;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;

use crate::column::{Field, Layout};
use crate::fault::IntakeFault;
use crate::intake::Intake;
use crate::problem::{ProblemCode, RowProblem};
use crate::row::{Outcome, mask_always, mask_likely};
use crate::source::{Format, Row, Source};

/// The headers of the added columns; a corrected report can be imported as it is.
const ADDED: [&str; 3] = ["结果", "原因", "如何改正"];

/// Writes the report in the format of the file: XLSX for XLSX and XLS, CSV in the same encoding for CSV.
///
/// Every row of the file is in it. Personal numbers are masked. Texts that a spreadsheet would run as a formula are
/// written as text.
pub fn write_report(source: &Source, intake: &Intake, sink: &mut dyn Write) -> Result<(), IntakeFault> {
    match source.format {
        Format::Xlsx | Format::Xls => workbook::write(source, intake, sink),
        Format::Csv { encoding, delimiter } => delimited::write(source, intake, encoding, delimiter, sink),
    }
}

/// What a report says beside one row.
struct Remark<'a> {
    outcome: Option<Outcome>,
    problems: &'a [&'a RowProblem],
}

impl Remark<'_> {
    /// The three added cells.
    fn cells(&self) -> [String; 3] {
        let result = match self.outcome {
            None => return Default::default(),
            Some(Outcome::Accepted) if self.problems.is_empty() => "通过",
            Some(Outcome::Accepted) => "通过（有提示）",
            Some(Outcome::Ended) => "终止",
            Some(Outcome::Questioned) => "待确认",
            Some(Outcome::Rejected) => "未导入",
        };
        let reasons: Vec<String> = self.problems.iter().map(|problem| reason(problem)).collect();
        let mut remedies: Vec<&str> = Vec::new();
        for problem in self.problems {
            if !remedies.contains(&problem.remedy.as_ref()) {
                remedies.push(&problem.remedy);
            }
        }
        [result.to_owned(), reasons.join("；"), remedies.join("；")]
    }
}

fn reason(problem: &RowProblem) -> String {
    let place = if problem.column.is_empty() { String::new() } else { format!("“{}”：", problem.column) };
    format!("[{}] {place}{}（{}）", problem.severity.label(), problem.reason, problem.code.as_str())
}

/// Everything about the sheets of an intake that a report looks up.
struct Remarks<'a> {
    intake: &'a Intake,
    by_row: HashMap<(&'a str, u32), Vec<&'a RowProblem>>,
    outcomes: HashMap<(usize, u32), Outcome>,
}

impl<'a> Remarks<'a> {
    fn of(intake: &'a Intake) -> Self {
        let mut by_row: HashMap<(&str, u32), Vec<&RowProblem>> = HashMap::new();
        for problem in &intake.problems {
            by_row.entry((&problem.sheet, problem.row)).or_default().push(problem);
        }
        let mut outcomes = HashMap::new();
        for (layout, rows) in intake.layouts.iter().zip(&intake.outcomes) {
            outcomes.extend(rows.iter().map(|(row, outcome)| ((layout.sheet_index, *row), *outcome)));
        }
        Self { intake, by_row, outcomes }
    }

    fn layout(&self, sheet_index: usize) -> Option<&'a Layout> {
        self.intake.layouts.iter().find(|layout| layout.sheet_index == sheet_index)
    }

    fn remark<'r>(&'r self, sheet_index: usize, sheet: &'r str, row: u32) -> Remark<'r> {
        let outcome = self.outcomes.get(&(sheet_index, row)).copied();
        let problems = self.by_row.get(&(sheet, row)).map(Vec::as_slice).unwrap_or_default();
        Remark { outcome, problems }
    }
}

/// The columns of a sheet that a report repeats: all but those that an earlier report added.
fn repeated_columns(layout: Option<&Layout>, rows: &[Row]) -> Vec<usize> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let added = |column: &usize| layout.is_some_and(|layout| layout.field_at(*column) == Some(Field::Report));
    (0..width).filter(|column| !added(column)).collect()
}

/// The text of a cell as a report may show it.
fn safe_text<'r>(row: &'r Row, column: usize, layout: Option<&Layout>, remark: &Remark<'_>) -> Cow<'r, str> {
    let text = row.cell(column).text();
    let field = layout.and_then(|layout| layout.field_at(column));
    let header = layout.and_then(|layout| layout.columns.iter().find(|named| named.index == column));
    let held_back = remark.problems.iter().any(|problem| {
        problem.code == ProblemCode::PersonalNumberHeldBack
            && header.is_some_and(|named| named.header == problem.column)
    });
    let is_data = remark.outcome.is_some();
    if is_data && (held_back || field.is_some_and(Field::is_personal)) {
        Cow::Owned(mask_always(&text))
    } else {
        match mask_likely(&text) {
            masked if masked == text => text,
            masked => Cow::Owned(masked),
        }
    }
}
