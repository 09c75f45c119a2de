//! By the packed keys: everything is read as keys, and only what they make suspect as rows.

use std::collections::{BTreeMap, BTreeSet};

use honghei_comparison::packed::{Whose, whose};
use honghei_domain::comparison::Fact;
use honghei_domain::list::ListKind;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Listener;
use honghei_store::{SubjectAt, Tx};

use super::every_row::spelled;
use super::finding::KeysFound;
use super::heard;
use super::judge::Judge;
use super::suspects::{Known, Suspects};
use crate::hub::packed::{Family, Windows};
use crate::hub::subjects::{Settlements, read_subjects};

/// Subjects judged at a time.
const PAGE: usize = 2048;

/// Rows of one bucket looked through at a time for subjects whose names begin alike.
const ALIKE: u32 = 8;

/// From so many suspects on it is asked whether reading every row is shorter.
const MANY: usize = 1 << 16;

/// One in so many subjects suspect: reading every row is shorter, and their places would fill the memory.
const SHARE: u64 = 8;

/// Whether the keys could be used; where not, nothing was found yet.
pub(super) async fn recompare(
    tx: &mut dyn Tx,
    judge: &mut Judge,
    listener: &dyn Listener,
) -> Result<bool, CommandError> {
    let mut settlements = Settlements::folded(tx).await?;
    let suspects = suspects(tx, judge, &mut settlements, listener).await?;
    if suspects.to_judge.len() > MANY && suspects.to_judge.len() as u64 > suspects.subjects / SHARE {
        return Ok(false);
    }
    judge.found.subjects = suspects.subjects;
    judge.found.entries = suspects.entries;
    judge.found.met = suspects.pairs.len() as u64;
    let mut places = Vec::new();
    let mut lost = Vec::new();
    for packed in &suspects.to_judge {
        let found = places_of(tx, *packed).await?;
        if found.is_empty() {
            lost.push(*packed);
        }
        places.extend(found.into_iter().map(|at| (at, *packed)));
    }
    places.sort_unstable();
    let total = places.len() as u64;
    let mut done = 0;
    for page in places.chunks(PAGE) {
        done += page.len() as u64;
        heard(listener, "逐个判定", done, total)?;
        judge_page(tx, judge, page, &suspects.pairs, &mut settlements, &mut lost).await?;
    }
    let keys = suspects.broken + lost.len() as u64;
    if keys > 0 {
        let subjects = lost.into_iter().filter_map(whose).map(spelled).collect();
        judge.found.keys = KeysFound::Differ { keys, subjects };
    }
    Ok(true)
}

/// Reads the keys.
async fn suspects(
    tx: &mut dyn Tx,
    judge: &Judge,
    settlements: &mut Settlements,
    listener: &dyn Listener,
) -> Result<Suspects, CommandError> {
    let runs = tx.packed_runs().await?;
    let mut known = Known::nothing(tx, judge.as_of).await?;
    let mut suspects = Suspects::default();
    let mut windows = Windows::over(Family::Entries, runs.iter().copied());
    let total = windows.bytes();
    while let Some(keys) = windows.next(tx).await? {
        heard(listener, "读取条目键", windows.bytes_read(), total)?;
        let mut at = 0;
        while let Some(cause) = suspects.take_entries(&keys, &mut at, &known) {
            known.learn(tx, cause, settlements).await?;
        }
    }
    if suspects.open {
        let mut windows = Windows::over(Family::Names, runs);
        let total = windows.bytes();
        while let Some(keys) = windows.next(tx).await? {
            heard(listener, "读取名称键", windows.bytes_read(), total)?;
            suspects.take_names(&keys);
        }
    }
    suspects.close();
    Ok(suspects)
}

/// The subjects that a packed one may be.
async fn places_of(tx: &mut dyn Tx, packed: u64) -> Result<Vec<SubjectAt>, Fault> {
    match whose(packed) {
        None => Ok(Vec::new()),
        Some(Whose::Exactly(key)) => Ok(vec![SubjectAt { bucket: key.bucket(), key: key.to_string() }]),
        Some(Whose::Under(bucket, head)) => {
            let mut found: Vec<SubjectAt> = Vec::new();
            let mut after = SubjectAt { bucket, key: head.clone() };
            loop {
                let rows = tx.scan_subjects(Some(&after), ALIKE).await?;
                let alike = rows.iter().map(|row| &row.at);
                let alike = alike.take_while(|at| at.bucket == bucket && at.key.starts_with(&head));
                let before = found.len();
                found.extend(alike.cloned());
                match found.last() {
                    Some(last) if found.len() - before == ALIKE as usize => after = last.clone(),
                    _ => return Ok(found),
                }
            }
        }
    }
}

async fn judge_page(
    tx: &mut dyn Tx,
    judge: &mut Judge,
    page: &[(SubjectAt, u64)],
    pairs: &[(u64, u64)],
    settlements: &mut Settlements,
    lost: &mut Vec<u64>,
) -> Result<(), Fault> {
    let met = |red: u64| {
        let from = pairs.partition_point(|(one, _)| *one < red);
        pairs.get(from..).unwrap_or_default().iter().take_while(move |(one, _)| *one == red).map(|(_, black)| *black)
    };
    let mut blacks: BTreeMap<u64, Vec<Fact>> = BTreeMap::new();
    let wanted: BTreeSet<u64> = page.iter().flat_map(|(_, packed)| met(*packed)).collect();
    let mut whose_black = Vec::new();
    for packed in wanted {
        whose_black.extend(places_of(tx, packed).await?.into_iter().map(|at| (at, packed)));
    }
    whose_black.sort_unstable();
    for (at, packed, facts) in read(tx, &whose_black, settlements, lost).await? {
        _ = at;
        let of = facts.facts().iter().filter(|fact| fact.kind == ListKind::Black).cloned();
        blacks.entry(packed).or_default().extend(of);
    }
    for (at, packed, facts) in read(tx, page, settlements, lost).await? {
        let proposals: Vec<Fact> = met(packed).filter_map(|black| blacks.get(&black)).flatten().cloned().collect();
        judge.judge(&at, &facts, &proposals);
    }
    Ok(())
}

type Whole = (SubjectAt, u64, honghei_domain::comparison::SubjectFacts);

/// Subjects whole, in their order; those that have no row are lost.
async fn read(
    tx: &mut dyn Tx,
    wanted: &[(SubjectAt, u64)],
    settlements: &mut Settlements,
    lost: &mut Vec<u64>,
) -> Result<Vec<Whole>, Fault> {
    let places: Vec<SubjectAt> = wanted.iter().map(|(at, _)| at.clone()).collect();
    let mut subjects = read_subjects(tx, &places, settlements).await?;
    let mut found = Vec::with_capacity(wanted.len());
    for (at, packed) in wanted {
        match subjects.remove(at) {
            Some(facts) => found.push((at.clone(), *packed, facts)),
            None => lost.push(*packed),
        }
    }
    Ok(found)
}
