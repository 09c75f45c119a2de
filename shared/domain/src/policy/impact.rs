//! What a new version of a policy touches (F-P11): entries in force under criteria that were retired or changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Criterion, Policy};
use crate::list::{CaseId, CriterionCode, ListEntry, ListKind};

/// What happened to one criterion between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Not in the new version, or retired by it.
    Retired,
    /// Its period of effect ends, or ends earlier.
    Ends,
    /// Its words, law or rank changed.
    Reworded,
    /// Its counting rule, evidence or issuer changed.
    Redefined,
    /// It leads to the other list.
    Moved,
    /// New; touches nothing.
    Added,
}

impl Change {
    /// The word an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Change::Retired => "废止",
            Change::Ends => "效力期限变化",
            Change::Reworded => "条文或依据变化",
            Change::Redefined => "认定条件变化",
            Change::Moved => "名单类别变化",
            Change::Added => "新增",
        }
    }

    /// Whether entries under the criterion must be looked at again.
    pub fn touches_entries(self) -> bool {
        self != Change::Added
    }
}

/// One entry that a change touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The case.
    pub case: CaseId,
    /// 主体名称.
    pub name: String,
    /// Red or black.
    pub kind: ListKind,
    /// Its criteria that changed, and how.
    pub by: Vec<(CriterionCode, Change)>,
    /// Whether every criterion of the entry is retired: nothing carries it any more (RX-10 for a red one).
    pub loses_its_ground: bool,
}

/// What a new version does to entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Every criterion that differs.
    pub changes: BTreeMap<CriterionCode, Change>,
    /// Entries in force under one that was retired or changed, by case.
    pub touched: Vec<Touched>,
}

/// How the criteria of two versions differ, as of a day.
pub fn changes(old: &Policy, new: &Policy, day: NaiveDate) -> BTreeMap<CriterionCode, Change> {
    let mut found = BTreeMap::new();
    for before in &old.criteria {
        if let Some(change) = change_of(before, new.criterion(&before.code), day) {
            found.insert(before.code.clone(), change);
        }
    }
    for after in &new.criteria {
        if old.criterion(&after.code).is_none() {
            found.insert(after.code.clone(), Change::Added);
        }
    }
    found
}

/// The gravest difference between two versions of one criterion.
fn change_of(before: &Criterion, after: Option<&Criterion>, day: NaiveDate) -> Option<Change> {
    let Some(after) = after else { return Some(Change::Retired) };
    let worded = |one: &Criterion| (one.text.clone(), one.basis.clone(), one.rank, one.domain.clone());
    let defined = |one: &Criterion| {
        (one.form, one.recogniser_level, one.evidence.clone(), one.issuer, one.count.clone(), one.counting)
    };
    if before.is_effective_on(day) && !after.is_effective_on(day) {
        Some(Change::Retired)
    } else if before.kind != after.kind {
        Some(Change::Moved)
    } else if defined(before) != defined(after) || before.switch != after.switch || before.items != after.items {
        Some(Change::Redefined)
    } else if worded(before) != worded(after) {
        Some(Change::Reworded)
    } else {
        let period = |one: &Criterion| (one.effective_from, one.effective_to, one.retired_on);
        (period(before) != period(after)).then_some(Change::Ends)
    }
}

/// What a new version does to the entries in force under the old one (F-P11), on a day.
///
/// `in_force` are the entries to look at; entries of other departments are passed over.
pub fn impact<'a>(
    old: &Policy,
    new: &Policy,
    day: NaiveDate,
    in_force: impl IntoIterator<Item = &'a ListEntry>,
) -> Impact {
    let changes = changes(old, new, day);
    let mut touched: Vec<Touched> = in_force
        .into_iter()
        .filter(|entry| entry.department == old.department)
        .filter_map(|entry| touch(entry, &changes))
        .collect();
    touched.sort_by(|one, other| one.case.cmp(&other.case));
    Impact { changes, touched }
}

fn touch(entry: &ListEntry, changes: &BTreeMap<CriterionCode, Change>) -> Option<Touched> {
    let changed = |code: &CriterionCode| changes.get(code).copied().filter(|change| change.touches_entries());
    let by: Vec<_> = entry.criteria.iter().filter_map(|code| Some((code.clone(), changed(code)?))).collect();
    if by.is_empty() {
        return None;
    }
    let lost = |code: &CriterionCode| matches!(changed(code), Some(Change::Retired | Change::Moved));
    Some(Touched {
        case: entry.case.clone(),
        name: entry.subject.name.clone(),
        kind: entry.kind,
        by,
        loses_its_ground: entry.criteria.iter().all(lost),
    })
}
