//! A page of suspect subjects: read as rows, opened, and judged among the blacks that they meet.

use std::collections::{BTreeMap, BTreeSet};

use honghei_comparison::packed::{Whose, subject, whose};
use honghei_domain::comparison::Fact;
use honghei_domain::list::ListKind;
use honghei_domain::node::EntryRef;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, SubjectRow, Tx};

use super::judge::Judge;
use crate::hub::piece::{at, decode};
use crate::hub::subjects::{Kept, Settlements};

/// Pairs of a red's subject and a black's that share a name or number, packed.
pub(super) struct Pairs(Vec<(u64, u64)>);

impl Pairs {
    /// Of sorted pairs.
    pub(super) fn of(sorted: Vec<(u64, u64)>) -> Self {
        Self(sorted)
    }

    /// The blacks that a red meets.
    fn met(&self, red: u64) -> impl Iterator<Item = u64> + '_ {
        let from = self.0.partition_point(|(one, _)| *one < red);
        let rest = self.0.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(one, _)| *one == red).map(|(_, black)| *black)
    }
}

/// Subjects as the database holds them.
pub(super) struct Read {
    suspects: Asked,
    blacks: Asked,
}

/// Packed subjects that were asked for, and the rows that there are.
struct Asked {
    packed: BTreeSet<u64>,
    rows: Vec<SubjectRow>,
}

impl Asked {
    async fn of(tx: &mut dyn Tx, packed: BTreeSet<u64>) -> Result<Self, Fault> {
        let (mut exact, mut heads) = (Vec::new(), Vec::new());
        for whose in packed.iter().filter_map(|packed| whose(*packed)) {
            match whose {
                Whose::Exactly(key) => exact.push(at(&key)),
                Whose::Under(bucket, key) => heads.push(SubjectAt { bucket, key }),
            }
        }
        let mut rows = tx.subjects(&exact).await?;
        if !heads.is_empty() {
            rows.extend(tx.subjects_under(&heads).await?);
            rows.sort_unstable_by(|one, other| one.at.cmp(&other.at));
        }
        Ok(Self { packed, rows })
    }

    /// The rows in order of place; those that were asked for and have none are lost.
    fn open(mut self, lost: &mut Vec<u64>) -> Result<Vec<Opened>, Fault> {
        let mut opened = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let packed = subject(row.at.bucket, &row.at.key);
            self.packed.remove(&packed);
            opened.push(Opened { kept: decode(&row.body, "the facts of a subject")?, at: row.at, packed });
        }
        lost.extend(self.packed);
        Ok(opened)
    }
}

impl Read {
    /// Reads suspects and the blacks that they meet.
    pub(super) async fn of(tx: &mut dyn Tx, suspects: &[u64], pairs: &Pairs) -> Result<Self, Fault> {
        let met = suspects.iter().flat_map(|packed| pairs.met(*packed)).collect();
        let blacks = Asked::of(tx, met).await?;
        Ok(Self { suspects: Asked::of(tx, suspects.iter().copied().collect()).await?, blacks })
    }

    /// Opens the rows.
    pub(super) fn open(self) -> Result<Page, Fault> {
        let mut lost = Vec::new();
        let blacks = self.blacks.open(&mut lost)?;
        Ok(Page { suspects: self.suspects.open(&mut lost)?, blacks, lost })
    }
}

/// Subjects as their rows say.
pub(super) struct Page {
    suspects: Vec<Opened>,
    blacks: Vec<Opened>,
    /// Those that have no row.
    pub(super) lost: Vec<u64>,
}

struct Opened {
    at: SubjectAt,
    packed: u64,
    kept: Kept<'static>,
}

impl Page {
    /// What brought the entries.
    pub(super) fn causes(&self) -> impl Iterator<Item = &EntryRef> {
        self.blacks.iter().chain(&self.suspects).flat_map(|opened| &opened.kept.facts).map(|fact| &fact.position)
    }

    /// Judges every suspect, in order of place; what became of the lists that brought entries must be known.
    pub(super) fn judge(self, judge: &mut Judge, pairs: &Pairs, settlements: &Settlements) {
        let mut blacks: BTreeMap<u64, Vec<Fact>> = BTreeMap::new();
        for Opened { packed, kept, .. } in self.blacks {
            let facts = kept.unfold(settlements);
            let of = facts.facts().iter().filter(|fact| fact.kind == ListKind::Black).cloned();
            blacks.entry(packed).or_default().extend(of);
        }
        for Opened { at, packed, kept } in self.suspects {
            let proposals: Vec<Fact> =
                pairs.met(packed).filter_map(|black| blacks.get(&black)).flatten().cloned().collect();
            judge.judge(&at, &kept.unfold(settlements), &proposals);
        }
    }
}
