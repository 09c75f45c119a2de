//! Access to the cells of one row by field, and the notebook of what is wrong with them.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::identifier::CodeDefect;

use super::value::{self, Value};
use super::{code, personal};
use crate::column::{Column, Field, Layout};
use crate::limit;
use crate::problem::{ProblemCode, RowProblem, Severity};
use crate::request::Request;
use crate::source::{Cell, Row};

/// How many characters of a value a problem shows.
const SHOWN_CHARACTERS: usize = 60;

/// What the codes of a row's subject came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CodesRead {
    /// There is none.
    #[default]
    Missing,
    /// There is none, and the subject is a natural person, who has none.
    OfPerson,
    /// They can be used.
    Sound,
    /// The USCC's inner check fails.
    Doubtful,
    /// One cannot be used; the first reason.
    Damaged(ProblemCode),
}

/// One row while it is read.
pub(super) struct RowReader<'a> {
    pub(super) request: &'a Request,
    layout: &'a Layout,
    sheet: &'a Arc<str>,
    row: &'a Row,
    problems: Vec<RowProblem>,
    codes: CodesRead,
    ended: bool,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(request: &'a Request, layout: &'a Layout, sheet: &'a Arc<str>, row: &'a Row) -> Self {
        Self { request, layout, sheet, row, problems: Vec::new(), codes: CodesRead::default(), ended: false }
    }

    pub(super) fn into_problems(self) -> (Vec<RowProblem>, CodesRead) {
        (self.problems, self.codes)
    }

    /// How much has been noted so far.
    pub(super) fn noted(&self) -> usize {
        self.problems.len()
    }

    /// The first hard problem noted since a moment.
    pub(super) fn first_hard_since(&self, noted: usize) -> Option<ProblemCode> {
        let since = self.problems.iter().skip(noted);
        since.into_iter().find(|problem| problem.severity == Severity::Hard).map(|problem| problem.code)
    }

    /// Remembers what the codes of the row came to.
    pub(super) fn keep_codes(&mut self, codes: CodesRead) {
        self.codes = codes;
    }

    /// Whether nothing hard was found so far.
    pub(super) fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity < Severity::Hard)
    }

    /// Whether it says that what it is about has ended.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether anything waits for a person.
    pub(super) fn is_questioned(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Question)
    }

    /// Notes a problem of a field with its usual weight.
    pub(super) fn note(&mut self, field: Field, code: ProblemCode, reason: impl Into<Cow<'static, str>>) {
        self.note_as(field, code, code.severity(), reason);
    }

    /// Notes a problem of a field with a weight of its own.
    pub(super) fn note_as(
        &mut self,
        field: Field,
        code: ProblemCode,
        severity: Severity,
        reason: impl Into<Cow<'static, str>>,
    ) {
        self.push(self.layout.column(field), field, code, severity, reason.into());
    }

    /// Notes a problem of one of the columns of a field that may have several.
    pub(super) fn note_at(&mut self, column: &Column, code: ProblemCode, reason: impl Into<Cow<'static, str>>) {
        self.push(Some(column), column.field, code, code.severity(), reason.into());
    }

    /// Notes that the row of a department's list ends an entry instead of listing anybody.
    pub(super) fn note_ended(&mut self, column: &Column, reason: &'static str) {
        self.ended = true;
        self.push(Some(column), column.field, ProblemCode::NoLongerInForce, Severity::Warning, reason.into());
        if let Some(problem) = self.problems.last_mut() {
            problem.remedy = Cow::Borrowed("不列入任何主体；本数据源此前按同一文书列入该主体的，该条目随本次导入终止");
        }
    }

    fn push(
        &mut self,
        column: Option<&Column>,
        field: Field,
        code: ProblemCode,
        severity: Severity,
        reason: Cow<'static, str>,
    ) {
        let text = column.map_or(Cow::Borrowed(""), |column| self.row.cell(column.index).text());
        let personal = field.is_personal() || code == ProblemCode::PersonalNumberHeldBack;
        self.problems.push(RowProblem {
            sheet: Arc::clone(self.sheet),
            row: self.row.number,
            column: column.map_or(field.header(), |column| &column.header).to_owned(),
            value: shown(&if personal { personal::mask_always(&text) } else { personal::mask_likely(&text) }),
            code,
            reason,
            remedy: Cow::Borrowed(code.remedy()),
            severity,
        });
    }

    /// Notes a defect that the domain found, with its own remedy.
    pub(super) fn note_defect(
        &mut self,
        field: Field,
        code: ProblemCode,
        defect: &CodeDefect,
        reason: impl Into<Cow<'static, str>>,
    ) {
        self.note(field, code, reason);
        if let Some(problem) = self.problems.last_mut() {
            problem.remedy = Cow::Borrowed(defect.remedy());
        }
    }

    /// Notes that something stands where no header is: the row may have slipped sideways.
    pub(super) fn check_for_slipped_cells(&mut self) {
        let slipped = |(index, cell): &(usize, &_)| !self.layout.has_header_at(*index) && value::of(cell).is_some();
        let Some((index, cell)) = self.row.cells.iter().enumerate().find(slipped) else { return };
        let code = ProblemCode::CellWithoutHeader;
        self.problems.push(RowProblem {
            sheet: Arc::clone(self.sheet),
            row: self.row.number,
            column: column_letters(index),
            value: shown(&personal::mask_likely(&cell.text())),
            code,
            reason: Cow::Borrowed("该列没有表头却有内容"),
            remedy: Cow::Borrowed(code.remedy()),
            severity: code.severity(),
        });
    }

    /// The first column of a field.
    pub(super) fn column(&self, field: Field) -> Option<&'a Column> {
        self.layout.column(field)
    }

    /// What stands in a field's cell; an error of the spreadsheet is noted.
    pub(super) fn value(&mut self, field: Field) -> Option<Value<'a>> {
        self.value_or_error(field).flatten()
    }

    /// As [`Self::value`], telling an empty cell, `Some(None)`, from an error that has been noted, `None`.
    pub(super) fn value_or_error(&mut self, field: Field) -> Option<Option<Value<'a>>> {
        let cell = self.layout.column(field).map_or(&Cell::Empty, |column| self.row.cell(column.index));
        match value::of(cell) {
            Some(Value::Error(_)) => {
                self.note(field, ProblemCode::CellError, "单元格是错误值");
                None
            }
            value => Some(value),
        }
    }

    /// Whether nothing stands in a field's cell: else what is wrong with it has been noted.
    pub(super) fn is_blank(&self, field: Field) -> bool {
        self.layout.column(field).is_none_or(|column| value::of(self.row.cell(column.index)).is_none())
    }

    /// A field's cell as text, unread.
    pub(super) fn raw_text(&self, field: Field) -> Option<Cow<'a, str>> {
        self.layout.column(field).map(|column| self.row.cell(column.index).text())
    }

    /// The text of a field, refused when it is damaged, too long or holds a citizen's ID number.
    pub(super) fn text(&mut self, field: Field, most_characters: usize) -> Option<String> {
        let text = match self.value(field)? {
            Value::Text(text) => text.into_owned(),
            Value::Number(number) if code::has_lost_digits(number) => {
                self.note(field, ProblemCode::DigitsLost, "数字超过15位，表格软件已丢失末尾数字");
                return None;
            }
            Value::Number(_) | Value::Date(_) => {
                let column = self.layout.column(field)?;
                self.row.cell(column.index).text().into_owned()
            }
            Value::Error(_) => return None,
        };
        self.sound_text(field, text, most_characters)
    }

    fn sound_text(&mut self, field: Field, text: String, most_characters: usize) -> Option<String> {
        if text.contains('\u{fffd}') || text.contains("锟斤拷") || text.contains("??") {
            self.note(field, ProblemCode::TextDamaged, "文字中有转码时丢失的字符");
            return None;
        }
        if text.len() > most_characters && text.chars().count() > most_characters {
            self.note(field, ProblemCode::TextTooLong, format!("超过 {most_characters} 个字"));
            return None;
        }
        if personal::holds_citizen_number(&text) {
            self.note(field, ProblemCode::PersonalNumberHeldBack, "该处含有公民身份号码");
            return None;
        }
        Some(text)
    }

    /// A short text.
    pub(super) fn short(&mut self, field: Field) -> Option<String> {
        self.text(field, limit::MAX_SHORT_TEXT_CHARS)
    }

    /// A short text that must be there.
    pub(super) fn required_short(&mut self, field: Field) -> Option<String> {
        self.required(field, |reader| reader.short(field))
    }

    /// A value that must be there; why it is absent may have been noted already.
    pub(super) fn required<T>(&mut self, field: Field, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.problems.len();
        let value = read(self);
        if value.is_none() && self.problems.len() == before {
            self.note(field, ProblemCode::ValueMissing, format!("{}未填写", field.header()));
        }
        value
    }

    /// A date.
    pub(super) fn date(&mut self, field: Field) -> Option<NaiveDate> {
        let value = self.value(field)?;
        match value::date(&value) {
            Ok(date) => Some(date),
            Err(defect) => {
                self.note(field, ProblemCode::DateInvalid, defect.reason());
                None
            }
        }
    }

    /// A date that has come already.
    pub(super) fn past_date(&mut self, field: Field) -> Option<NaiveDate> {
        let date = self.date(field)?;
        if date > self.request.as_of {
            self.note(field, ProblemCode::DateInFuture, format!("晚于 {}", self.request.as_of));
            return None;
        }
        Some(date)
    }

    /// Yes or no; anything else is noted.
    pub(super) fn yes_or_no(&mut self, field: Field) -> Option<bool> {
        let text = self.short(field)?;
        let answer = value::yes_or_no(&text);
        if answer.is_none() {
            self.note(field, ProblemCode::ChoiceUnknown, "应填“是”或“否”");
        }
        answer
    }

    /// The texts of every column of a field that may have several, each with its column.
    pub(super) fn repeated(&mut self, field: Field, most_characters: usize) -> Vec<(&'a Column, String)> {
        let layout = self.layout;
        let mut texts = Vec::new();
        for column in layout.columns.iter().filter(|column| column.field == field) {
            let cell = self.row.cell(column.index);
            let text = match value::of(cell) {
                None => continue,
                Some(Value::Error(_)) => {
                    self.note(field, ProblemCode::CellError, "单元格是错误值");
                    continue;
                }
                Some(Value::Text(text)) => text.into_owned(),
                Some(Value::Number(_) | Value::Date(_)) => cell.text().into_owned(),
            };
            texts.extend(self.sound_text(field, text, most_characters).map(|text| (column, text)));
        }
        texts
    }
}

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARACTERS).collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// A, B ... Z, AA as spreadsheets name columns.
fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 255].map(column_letters), ["A", "Z", "AA", "IV"]);
    }
}
