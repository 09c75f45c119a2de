//! By the packed keys: everything is read as keys, and only what they make suspect as rows.
//!
//! Reading and judging go on side by side: while one page of keys or subjects is being worked on, the database is asked
//! for the next.

use std::sync::Arc;

use honghei_comparison::packed::{Whose, whose};
use honghei_registry::error::CommandError;
use honghei_registry::parallel::beside;
use honghei_registry::question::Listener;
use honghei_store::{SubjectAt, Tx};

use super::every_row::spelled;
use super::finding::{KeysFound, Recomparison};
use super::heard;
use super::judge::Judge;
use super::page::{Page, Pairs, Read};
use super::suspects::{Known, Suspects};
use crate::hub::packed::{Family, Windows, merged};
use crate::hub::piece;
use crate::hub::subjects::Settlements;

/// Subjects judged at a time.
const PAGE: usize = 1024;

/// From so many suspects on it is asked whether reading every row is shorter.
const MANY: usize = 1 << 16;

/// One in so many subjects suspect: reading every row is shorter, and their places would fill the memory.
const SHARE: u64 = 8;

/// What the keys tell; nothing where they could not be used.
pub(super) async fn recompare(
    tx: &mut dyn Tx,
    mut judge: Judge,
    listener: &dyn Listener,
) -> Result<Option<Recomparison>, CommandError> {
    let mut settlements = Settlements::folded(tx).await?;
    let suspects = suspects(tx, &judge, &mut settlements, listener).await?;
    if suspects.to_judge.len() > MANY && suspects.to_judge.len() as u64 > suspects.subjects / SHARE {
        return Ok(None);
    }
    judge.found.subjects = suspects.subjects;
    judge.found.entries = suspects.entries;
    judge.found.met = suspects.pairs.len() as u64;
    let pairs = Arc::new(Pairs::of(suspects.pairs));
    let mut lost = Vec::new();
    let mut wanted = Vec::with_capacity(suspects.to_judge.len());
    for packed in suspects.to_judge {
        match whose(packed) {
            Some(whose) => wanted.push((beginning(whose), packed)),
            None => lost.push(packed),
        }
    }
    // In order of place, as every row would be judged.
    wanted.sort_unstable();
    let wanted: Vec<u64> = wanted.into_iter().map(|(_, packed)| packed).collect();
    let total = wanted.len() as u64;
    let mut done = 0;
    let mut pages = wanted.chunks(PAGE);
    let mut read: Option<Read> = None;
    let mut opened: Option<Page> = None;
    loop {
        let next = pages.next();
        if next.is_none() && read.is_none() && opened.is_none() {
            break;
        }
        if let Some(next) = next {
            done += next.len() as u64;
            heard(listener, "逐个判定", done, total)?;
        }
        let (judging, pairs_too, settled) = (judge, Arc::clone(&pairs), settlements);
        // The page before last is judged, the last one opened and this one read.
        let work = move || {
            let mut judge = judging;
            if let Some(page) = opened {
                page.judge(&mut judge, &pairs_too, &settled);
            }
            (judge, settled, read.map(Read::open).transpose())
        };
        let reading = async {
            match next {
                Some(next) => Read::of(tx, next, &pairs).await.map(Some),
                None => Ok(None),
            }
        };
        let ((judged, settled, page), now) = beside(work, reading).await;
        (judge, settlements, opened, read) = (judged, settled, page?, now?);
        if let Some(page) = &mut opened {
            settlements.learn(tx, page.causes()).await?;
            lost.append(&mut page.lost);
        }
    }
    lost.sort_unstable();
    lost.dedup();
    let keys = suspects.broken + lost.len() as u64;
    if keys > 0 {
        let subjects = lost.into_iter().filter_map(whose).map(spelled).collect();
        judge.found.keys = KeysFound::Differ { keys, subjects };
    }
    Ok(Some(judge.found))
}

/// The first place that a packed subject may have.
fn beginning(whose: Whose) -> SubjectAt {
    match whose {
        Whose::Exactly(key) => piece::at(&key),
        Whose::Under(bucket, head) => SubjectAt { bucket, key: head },
    }
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
    let mut window = windows.read_on(tx).await?;
    while let Some(keys) = window {
        heard(listener, "读取条目键", windows.bytes_read(), total)?;
        let work = move || {
            let keys = merged(keys);
            let mut at = 0;
            let stopped = suspects.take_entries(&keys, &mut at, &known);
            (suspects, known, keys, at, stopped)
        };
        let (worked, next) = beside(work, windows.read_on(tx)).await;
        let (keys, mut at, mut stopped);
        (suspects, known, keys, at, stopped) = worked;
        while let Some(cause) = stopped {
            known.learn(tx, cause, settlements).await?;
            stopped = suspects.take_entries(&keys, &mut at, &known);
        }
        window = next?;
    }
    if suspects.open {
        let mut windows = Windows::over(Family::Names, runs);
        let total = windows.bytes();
        let mut window = windows.read_on(tx).await?;
        while let Some(keys) = window {
            heard(listener, "读取名称键", windows.bytes_read(), total)?;
            let work = move || {
                suspects.take_names(&merged(keys));
                suspects
            };
            let next;
            (suspects, next) = beside(work, windows.read_on(tx)).await;
            window = next?;
        }
    }
    suspects.close();
    Ok(suspects)
}
