//! What a subject counts as, and which measures meet it.

use chrono::NaiveDate;

use super::act::PublicMark;
use crate::final_list::PublicRow;
use crate::list::{CaseId, ListKind};
use crate::policy::{Measure, Policy};

/// One entry of a subject as it is shown: its row on the served final list, and what was said of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The case.
    pub case: CaseId,
    /// The row; none where a later result version has taken it out.
    pub row: Option<PublicRow>,
    /// What was said since.
    pub mark: Option<PublicMark>,
}

impl Shown {
    /// Whether an objection is open (D-15).
    pub fn is_disputed(&self) -> bool {
        self.mark == Some(PublicMark::Disputed)
    }

    /// Whether it left the list, though its row may still be served until the next result version.
    pub fn has_exited(&self) -> bool {
        matches!(self.mark, Some(PublicMark::Exited { .. }))
    }

    /// Whether it counts on a day: listed, within its validity, not left.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        let valid = |row: &PublicRow| row.valid_from <= day && day <= row.valid_to;
        !self.has_exited() && self.row.as_ref().is_some_and(valid)
    }

    /// `in_force`, `not_yet`, `expired` or `exited`.
    pub fn standing_on(&self, day: NaiveDate) -> &'static str {
        match &self.row {
            _ if self.has_exited() => "exited",
            None => "exited",
            Some(row) if row.valid_to < day => "expired",
            Some(row) if row.valid_from > day => "not_yet",
            Some(_) => "in_force",
        }
    }

    /// What the public reads about its exit, without the facts; empty while it has not left.
    pub fn notice(&self) -> &'static str {
        match &self.mark {
            Some(PublicMark::Exited { code: None }) => "有关信息已撤下",
            Some(PublicMark::Exited { code: Some(code) }) => match code.as_str() {
                "RX-3" => "依主体申请，有关信息已撤下",
                "BX-1" => "已完成信用修复，退出黑名单",
                "BX-5" => "依据文书已撤销，有关信息已撤下",
                _ => "已退出名单",
            },
            _ => "",
        }
    }
}

/// What a subject counts as: the union of its entries in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectStatus {
    /// No entry in force.
    Unlisted,
    /// A red one in force and no black.
    Red,
    /// A black one in force: until the last of them has left (AMB-23).
    Black,
}

/// What a subject counts as on a day.
pub fn status_of(entries: &[Shown], day: NaiveDate) -> SubjectStatus {
    let mut status = SubjectStatus::Unlisted;
    for row in entries.iter().filter(|entry| entry.is_in_force(day)).filter_map(|entry| entry.row.as_ref()) {
        status = status.max(match row.kind {
            ListKind::Red => SubjectStatus::Red,
            ListKind::Black => SubjectStatus::Black,
        });
    }
    status
}

/// The measures of a policy that meet a subject on a day: those of its status, and none once its entries left.
pub fn measures_in_force<'p>(policy: &'p Policy, entries: &[Shown], day: NaiveDate) -> Vec<&'p Measure> {
    let kind = match status_of(entries, day) {
        SubjectStatus::Unlisted => return Vec::new(),
        SubjectStatus::Red => ListKind::Red,
        SubjectStatus::Black => ListKind::Black,
    };
    policy.measures.iter().filter(|measure| measure.kind == kind).collect()
}
