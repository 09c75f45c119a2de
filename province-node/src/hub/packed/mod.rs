//! The packed keys of everything that stands: kept with every change of a subject's row, so that a full recomparison
//! reads sixteen bytes an entry instead of the rows.
//!
//! A projection of the rows. A change is a run of keys, those of the rows before it as less and those after it as more;
//! what a run says is final, and runs are merged as they become many, a bounded piece with every write ([`runs`]). What
//! all runs come to together is a pure function of the rows; how they are cut depends on how the work was cut.

mod keys;
mod runs;

use std::collections::BTreeMap;

use honghei_comparison::packed::net;
use honghei_registry::error::Fault;
use honghei_store::{PackedKeysRow, PackedRun, SubjectRow, Tx};

use super::piece::decode;
use super::subjects::Kept;

pub use keys::{Family, Keys};
use runs::Rest;

pub use runs::{Windows, merged};

/// Keys in one part of a run: 1 MiB. Few in this crate's tests, so that their runs have many parts.
const PART: usize = if cfg!(test) { 8 } else { 1 << 16 };

/// Runs of one level that are merged into one of the next.
const FANOUT: usize = 16;

/// Keys that one write moves from runs into merged ones, about: a part of each of the runs that are merged.
const AT_ONCE: usize = PART * FANOUT;

/// Rows packed at a time where the keys are made anew.
const ROWS: u32 = 16_384;

/// Whether keys are kept here: none are in a store that an earlier release filled and this one has not written into.
pub async fn are_kept(tx: &mut dyn Tx) -> Result<bool, Fault> {
    Ok(!tx.packed_runs().await?.is_empty() || tx.scan_subjects(None, 1).await?.is_empty())
}

/// Keeps the keys of rows that are about to be replaced, by what they become.
pub async fn follow(tx: &mut dyn Tx, keys: Keys) -> Result<(), Fault> {
    let mut known = tx.packed_runs().await?;
    if known.is_empty() && !tx.scan_subjects(None, 1).await?.is_empty() {
        make_anew(tx).await?;
        known = tx.packed_runs().await?;
    }
    append(tx, keys, known).await
}

/// Packs every row of a store that holds none of their keys.
async fn make_anew(tx: &mut dyn Tx) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let rows = tx.scan_subjects(after.as_ref(), ROWS).await?;
        keep(tx, &rows).await?;
        match rows.into_iter().next_back() {
            Some(last) => after = Some(last.at),
            None => return Ok(()),
        }
    }
}

/// Keeps the keys of rows that none are kept of.
pub async fn keep(tx: &mut dyn Tx, rows: &[SubjectRow]) -> Result<(), Fault> {
    let mut keys = Keys::default();
    for row in rows {
        keys.more(&row.at, &decode::<Kept>(&row.body, "the facts of a subject")?);
    }
    let known = tx.packed_runs().await?;
    append(tx, keys, known).await
}

/// Writes a run of each family, and merges where there are many.
async fn append(tx: &mut dyn Tx, keys: Keys, mut known: Vec<PackedRun>) -> Result<(), Fault> {
    let run = next_run(&known);
    for (family, mut keys) in keys.into_families() {
        keys.sort_unstable();
        net(&mut keys);
        if keys.is_empty() {
            continue;
        }
        let mut written = PackedRun { run, family: family as u32, level: 0, first: 0, parts: 0, bytes: 0 };
        put(tx, family, &mut written, &keys).await?;
        known.push(written);
        merge(tx, family, &mut known).await?;
    }
    Ok(())
}

fn next_run(known: &[PackedRun]) -> u64 {
    known.iter().map(|held| held.run).max().map_or(0, |last| last + 1)
}

/// Takes merges on for as long as one write may.
///
/// A merge goes on from write to write: its lowest keys leave the runs of one level and become a part of the merged run
/// of the next, all at once, so that what all runs come to is the same in between.
async fn merge(tx: &mut dyn Tx, family: Family, known: &mut Vec<PackedRun>) -> Result<(), Fault> {
    let mut moved = 0;
    while moved < AT_ONCE {
        let Some((sources, mut into)) = under_way(known, family).or_else(|| due(known, family)) else { break };
        let mut windows = Windows::over(family, sources.iter().copied());
        let Some(keys) = windows.read_on(tx).await? else { break };
        moved += keys.len();
        known.retain(|held| *held != into && !sources.contains(held));
        put(tx, family, &mut into, &merged(keys)).await?;
        if into.parts > 0 {
            known.push(into);
        }
        for rest in windows.into_rest() {
            known.extend(shorten(tx, family, rest).await?);
        }
    }
    Ok(())
}

/// The runs that a merge was begun with, as far as they are left, and what they became so far: they are older than it.
fn under_way(known: &[PackedRun], family: Family) -> Option<(Vec<PackedRun>, PackedRun)> {
    let of_family = || known.iter().filter(|held| held.family == family as u32);
    of_family().find_map(|merged| {
        let sources = of_family().filter(|held| held.level + 1 == merged.level && held.run < merged.run);
        let sources: Vec<PackedRun> = sources.copied().collect();
        (!sources.is_empty()).then_some((sources, *merged))
    })
}

/// The runs of the lowest level that has many.
fn due(known: &[PackedRun], family: Family) -> Option<(Vec<PackedRun>, PackedRun)> {
    let mut of_level: BTreeMap<u32, Vec<PackedRun>> = BTreeMap::new();
    for held in known.iter().filter(|held| held.family == family as u32) {
        of_level.entry(held.level).or_default().push(*held);
    }
    let (level, many) = of_level.into_iter().find(|(_, runs)| runs.len() >= FANOUT)?;
    let run = next_run(known);
    Some((many, PackedRun { run, family: family as u32, level: level + 1, first: 0, parts: 0, bytes: 0 }))
}

/// Takes away of a run what became part of another; what is left of it, if anything.
async fn shorten(tx: &mut dyn Tx, family: Family, rest: Rest) -> Result<Option<PackedRun>, Fault> {
    let Rest { run: mut held, unread, keys } = rest;
    let kept = keys.len().div_ceil(PART) as u64;
    let after = held.first + held.parts;
    if kept == 0 && unread == after {
        tx.remove_packed_run(held.run, held.family).await?;
        return Ok(None);
    }
    tx.remove_packed_parts(held.run, held.family, unread).await?;
    // As many parts as were read hold what is left of them.
    (held.first, held.parts) = (unread - kept, 0);
    put(tx, family, &mut held, &keys).await?;
    held.parts = after - held.first;
    Ok(Some(held))
}

/// Writes keys behind the parts of a run.
async fn put(tx: &mut dyn Tx, family: Family, to: &mut PackedRun, keys: &[u128]) -> Result<(), Fault> {
    for part in keys.chunks(PART) {
        let body: Vec<u8> = part.iter().flat_map(|key| key.to_be_bytes()).collect();
        to.bytes += body.len() as u64;
        let (run, ordinal, level) = (to.run, to.first + to.parts, to.level);
        tx.put_packed_keys(&[PackedKeysRow { run, family: family as u32, ordinal, level, body }]).await?;
        to.parts += 1;
    }
    Ok(())
}
