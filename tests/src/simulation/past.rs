//! What the model remembers of its versions: how things stood on a day, as they were known on another.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;

use super::identity::{Ruled, joined};

/// A decision by which a case left, or a list that no longer had it.
#[derive(Clone, Debug)]
pub struct Left {
    /// The act.
    pub act: EntryRef,
    /// Since when it is gone.
    pub on: NaiveDate,
    /// The day on which the act counted at the province.
    pub known_on: NaiveDate,
    /// Since when the act is undone, and the day on which that counted.
    pub undone: Option<(NaiveDate, NaiveDate)>,
}

/// A row of a version: whose, of which kind, and how long it is valid.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The key of its subject.
    pub key: SubjectKey,
    /// Red or black.
    pub kind: ListKind,
    /// First day of validity.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// A published version.
#[derive(Clone, Debug)]
pub struct Version {
    /// When it was published.
    pub day: NaiveDate,
    /// The rows on the list.
    pub rows: BTreeMap<CaseId, Listed>,
}

/// What a version found of a red.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caused {
    /// The version, from 1 on.
    pub version: u64,
    /// The red.
    pub red: CaseId,
    /// Whether it fell, or else was held.
    pub fell: bool,
}

/// Everything that a question about another day needs.
#[derive(Debug, Default)]
pub struct Past {
    /// Versions, the first first.
    pub versions: Vec<Version>,
    /// The day on which the province came to know of a case.
    pub learnt: BTreeMap<CaseId, NaiveDate>,
    /// How cases left.
    pub left: BTreeMap<CaseId, Vec<Left>>,
    /// Rulings on identity, in the order of their acts.
    pub rulings: Vec<Ruled>,
    /// What blacks caused.
    pub caused: BTreeMap<CaseId, BTreeSet<Caused>>,
}

impl Past {
    /// Whether a case has left, and nothing undid it.
    pub fn is_gone(&self, case: &CaseId) -> bool {
        self.left.get(case).is_some_and(|left| left.iter().any(|left| left.undone.is_none()))
    }

    /// The entries of a subject that were on a list on a day, as known on a day: on the last version that either day
    /// has seen, valid, and not known to have left by then.
    pub fn listed(&self, key: &SubjectKey, kind: ListKind, on: NaiveDate, known_on: NaiveDate) -> BTreeSet<CaseId> {
        let rulings: Vec<Ruled> = self.rulings.iter().filter(|ruled| ruled.made_on <= known_on).cloned().collect();
        let keys = joined(key, &rulings, known_on);
        let had_left = |left: &Left| {
            let undone = left.undone.is_some_and(|(since, known)| since <= on && known <= known_on);
            left.on <= on && left.known_on <= known_on && !undone
        };
        let through = on.min(known_on);
        let version = self.versions.iter().rfind(|version| version.day <= through);
        let rows = version.into_iter().flat_map(|version| &version.rows);
        let stands = |(case, row): &(&CaseId, &Listed)| {
            row.kind == kind
                && keys.contains(&row.key)
                && (row.from..=row.to).contains(&on)
                && !self.left.get(*case).into_iter().flatten().any(had_left)
        };
        rows.filter(stands).map(|(case, _)| case.clone()).collect()
    }
}
