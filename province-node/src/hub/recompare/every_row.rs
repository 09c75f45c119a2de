//! By every row: two scans over the subjects in order of place, and a join between them. The first packs every
//! registration number and name; the join finds which subjects they bring together, whatever the index of names and the
//! packed keys say; the second judges subject by subject. Keys and pairs spill to disk, subjects are read a page at a
//! time.

use honghei_comparison::packed::{Whose, less, whose};
use honghei_comparison::{Balance, Limits};
use honghei_domain::subject_key::BUCKETS;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Listener;
use honghei_store::{SubjectAt, Tx};

use super::finding::KeysFound;
use super::judge::Judge;
use super::neighbours::Neighbours;
use super::scan::Scan;
use super::{broken, heard};
use crate::hub::packed::{self, Family, Keys, Windows};
use crate::hub::subjects::{Kept, Settlements, unfold};

/// Packed keys of one family held in memory.
const MEMORY_BYTES: usize = 128 << 20;

/// Subjects named whose packed keys are wrong.
const NAMED: usize = 20;

pub(super) async fn recompare(tx: &mut dyn Tx, judge: &mut Judge, listener: &dyn Listener) -> Result<(), CommandError> {
    let mut settlements = Settlements::folded(tx).await?;
    let mut check = Check::new();
    let mut neighbours = Neighbours::meet(tx, &mut settlements, &mut check, listener).await?;
    judge.found.keys = check.finish(tx).await?;
    let mut scan = Scan::default();
    while let Some((places, rows)) = scan.page(tx).await? {
        heard(listener, "逐个判定", (scan.bucket() + 1).into(), BUCKETS.into())?;
        let subjects = unfold(tx, rows, &mut settlements).await?;
        let blacks = neighbours.of(tx, &places, &mut settlements).await?;
        for (place, (at, facts)) in places.iter().zip(&subjects) {
            let met = blacks.by_red.get(place);
            let proposals = met.map(|of| blacks.facts(of)).unwrap_or_default();
            judge.found.subjects += 1;
            judge.found.met += met.map_or(0, |of| of.len() as u64);
            judge.found.entries += judge.judge(at, facts, &proposals);
        }
    }
    Ok(())
}

/// Holds the packed keys to the rows.
pub(super) struct Check {
    entries: Balance,
    names: Balance,
}

impl Check {
    fn new() -> Self {
        let balance = || Balance::new(&Limits { memory_bytes: MEMORY_BYTES, ..Limits::new() });
        Self { entries: balance(), names: balance() }
    }

    /// Takes what a row's keys must be.
    pub(super) fn take(&mut self, at: &SubjectAt, kept: &Kept<'_>) -> Result<(), Fault> {
        let mut keys = Keys::default();
        keys.more(at, kept);
        for (family, keys) in keys.into_families() {
            keys.into_iter().try_for_each(|key| self.add(family, key))?;
        }
        Ok(())
    }

    fn add(&mut self, family: Family, key: u128) -> Result<(), Fault> {
        let balance = match family {
            Family::Entries => &mut self.entries,
            Family::Names => &mut self.names,
        };
        balance.add(key).map_err(|fault| broken(&fault))
    }

    async fn finish(mut self, tx: &mut dyn Tx) -> Result<KeysFound, Fault> {
        if !packed::are_kept(tx).await? {
            return Ok(KeysFound::Absent);
        }
        let runs = tx.packed_runs().await?;
        for family in [Family::Entries, Family::Names] {
            let mut windows = Windows::over(family, runs.iter().copied());
            while let Some(keys) = windows.next(tx).await? {
                keys.into_iter().try_for_each(|key| self.add(family, key ^ less(0)))?;
            }
        }
        let residue = |balance: &Balance| balance.residue(NAMED).map_err(|fault| broken(&fault));
        let (entries, names) = (residue(&self.entries)?, residue(&self.names)?);
        let of_entries = entries.some.iter().map(|key| honghei_comparison::packed::EntryKey::unpack(*key).subject);
        let of_names = names.some.iter().map(|key| honghei_comparison::packed::NameKey::unpack(*key).subject);
        let mut subjects: Vec<String> = of_entries.chain(of_names).filter_map(whose).map(spelled).collect();
        subjects.sort();
        subjects.dedup();
        match entries.keys + names.keys {
            0 => Ok(KeysFound::Agree),
            keys => Ok(KeysFound::Differ { keys, subjects }),
        }
    }
}

/// A subject as far as a key tells it.
pub(super) fn spelled(whose: Whose) -> String {
    match whose {
        Whose::Exactly(key) => key.to_string(),
        Whose::Under(bucket, head) => format!("{head}… ({bucket})"),
    }
}
