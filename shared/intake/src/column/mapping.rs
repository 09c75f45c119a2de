//! What the officer says about columns, against or beside what their headers say.

use std::str::FromStr;

use super::field::Field;
use super::header::fold;
use crate::fault::IntakeFault;

/// Explicit assignments, each `字段=列名`; `忽略=列名` leaves a column out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    assignments: Vec<(Field, String)>,
}

impl Mapping {
    /// Adds one `字段=列名`, as it is given on a command line.
    pub fn with(mut self, text: &str) -> Result<Self, IntakeFault> {
        let invalid = |reason: &str| IntakeFault::Mapping { given: text.to_owned(), reason: reason.to_owned() };
        let (field, header) = text.split_once(['=', '＝']).ok_or_else(|| invalid("应写作“字段=列名”"))?;
        let header = fold(header);
        if header.is_empty() {
            return Err(invalid("列名是空的"));
        }
        let field = match fold(field).as_str() {
            "忽略" => Field::Ignored,
            name => {
                Field::named(name).ok_or_else(|| invalid(&format!("没有这个字段；可用的字段：{}", known_fields())))?
            }
        };
        if self.assignments.iter().any(|(_, other)| *other == header) {
            return Err(invalid("同一列指定了两次"));
        }
        self.assignments.push((field, header));
        Ok(self)
    }

    /// What is said about a header.
    pub(super) fn field_of(&self, header: &str) -> Option<Field> {
        let folded = fold(header);
        self.assignments.iter().find(|(_, named)| *named == folded).map(|(field, _)| *field)
    }

    /// Whether a field was assigned to some column, so that another column's header no longer claims it.
    pub(super) fn assigns(&self, field: Field) -> bool {
        self.assignments.iter().any(|(assigned, _)| *assigned == field)
    }

    /// The assignments that no header of `headers` answers to.
    pub(super) fn unanswered(&self, headers: &[String]) -> Option<&str> {
        let answered = |named: &String| headers.iter().any(|header| fold(header) == *named);
        self.assignments.iter().find(|(_, named)| !answered(named)).map(|(_, named)| named.as_str())
    }
}

impl FromStr for Mapping {
    type Err = IntakeFault;

    /// Several assignments, separated by line breaks.
    fn from_str(text: &str) -> Result<Self, IntakeFault> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).try_fold(Self::default(), Self::with)
    }
}

/// Every field by its usual header.
pub(super) fn known_fields() -> String {
    Field::all().map(Field::header).collect::<Vec<_>>().join("、")
}
