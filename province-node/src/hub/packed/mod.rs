//! The packed keys of everything that stands: kept with every change of a subject's row, so that a full recomparison
//! reads sixteen bytes an entry instead of the rows.
//!
//! A projection of the rows. A change is a run of keys, those of the rows before it as less and those after it as more;
//! what a run says is final, and runs are merged as they become many ([`runs`]). What all runs come to together is a pure
//! function of the rows; how they are cut depends on how the work was cut.

mod keys;
mod runs;

use std::collections::BTreeMap;

use honghei_comparison::packed::{KEY_BYTES, net};
use honghei_registry::error::Fault;
use honghei_store::{PackedKeysRow, PackedRun, SubjectAt, SubjectRow, Tx};

use super::piece::decode;
use super::subjects::Kept;

pub use keys::{Family, Keys};
pub use runs::{Windows, merged};

/// Keys in one part of a run: 1 MiB.
const PART: usize = 1 << 16;

/// Runs of one level that are merged into one of the next.
const FANOUT: usize = 16;

/// Rows packed at a time where the keys are made anew.
const ROWS: u32 = 16_384;

/// Whether keys are kept here: none are in a store that an earlier release filled and this one has not written into.
pub async fn are_kept(tx: &mut dyn Tx) -> Result<bool, Fault> {
    Ok(!tx.packed_runs().await?.is_empty() || tx.scan_subjects(None, 1).await?.is_empty())
}

/// Keeps the keys while rows are about to be replaced. `before` are the bodies that those read held.
pub async fn follow(
    tx: &mut dyn Tx,
    before: &BTreeMap<SubjectAt, Vec<u8>>,
    after: &[(SubjectRow, Kept)],
) -> Result<(), Fault> {
    if after.is_empty() {
        return Ok(());
    }
    let mut known = tx.packed_runs().await?;
    if known.is_empty() && !tx.scan_subjects(None, 1).await?.is_empty() {
        make_anew(tx).await?;
        known = tx.packed_runs().await?;
    }
    let mut keys = Keys::default();
    for (row, kept) in after {
        if let Some(body) = before.get(&row.at) {
            keys.less(&row.at, &decode::<Kept>(body, "the facts of a subject")?);
        }
        keys.more(&row.at, kept);
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
    let run = known.iter().map(|held| held.run).max().map_or(0, |last| last + 1);
    for (family, mut keys) in keys.into_families() {
        keys.sort_unstable();
        net(&mut keys);
        if keys.is_empty() {
            continue;
        }
        let mut parts = 0;
        for (ordinal, part) in (0..).zip(keys.chunks(PART)) {
            put(tx, family, run, ordinal, 0, part).await?;
            parts = ordinal + 1;
        }
        let bytes = (keys.len() * KEY_BYTES) as u64;
        known.push(PackedRun { run, family: family as u32, level: 0, parts, bytes });
        merge(tx, family, &mut known).await?;
    }
    Ok(())
}

/// Merges the runs of every level that has many, the lowest first.
async fn merge(tx: &mut dyn Tx, family: Family, known: &mut Vec<PackedRun>) -> Result<(), Fault> {
    let mut level = 0;
    loop {
        let of_level = |held: &PackedRun| held.family == family as u32 && held.level == level;
        let many: Vec<PackedRun> = known.iter().copied().filter(of_level).collect();
        if many.len() < FANOUT {
            return Ok(());
        }
        let run = known.iter().map(|held| held.run).max().map_or(0, |last| last + 1);
        let mut windows = Windows::over(family, many.iter().copied());
        let mut merged = PackedRun { run, family: family as u32, level: level + 1, parts: 0, bytes: 0 };
        let mut held: Vec<u128> = Vec::new();
        loop {
            let window = windows.next(tx).await?;
            let ended = window.is_none();
            held.extend(window.unwrap_or_default());
            let whole = if ended { held.len() } else { held.len() - held.len() % PART };
            for part in held.chunks(PART).take(whole.div_ceil(PART)) {
                put(tx, family, run, merged.parts, merged.level, part).await?;
                merged.parts += 1;
                merged.bytes += (part.len() * KEY_BYTES) as u64;
            }
            held.drain(..whole);
            if ended {
                break;
            }
        }
        for old in &many {
            tx.remove_packed_run(old.run, old.family).await?;
        }
        known.retain(|held| !of_level(held));
        if merged.parts > 0 {
            known.push(merged);
        }
        level += 1;
    }
}

async fn put(tx: &mut dyn Tx, family: Family, run: u64, ordinal: u64, level: u32, keys: &[u128]) -> Result<(), Fault> {
    let body = keys.iter().flat_map(|key| key.to_be_bytes()).collect();
    Ok(tx.put_packed_keys(&[PackedKeysRow { run, family: family as u32, ordinal, level, body }]).await?)
}
