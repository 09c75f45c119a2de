//! What ends by time alone: rulings with a last day, and blacks whose validity ends while they hold a red.
//!
//! Nothing is written into the log when a day passes. On the first day after an end its subjects await publication; the
//! version published then has judged them. Both follow from acts and legal days, so that a rebuild finds the same: an end
//! is over once a version was published after it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_codec::list::open_entries;
use honghei_domain::act::{Act, ResultDetail};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::node::EntryRef;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_store::{MarkRow, SubjectAt, Tx};

use super::piece::{Compared, Piece, decode, encode, place_of};
use super::{lookup, ruling};

/// The meta key of every end: the last day and the act that set it. A set, so that a rebuild adds nothing.
const ENDS: &str = "hub.ends";

type Ends = BTreeSet<(NaiveDate, EntryRef)>;

/// Remembers the last days that an act set.
pub async fn note(
    tx: &mut dyn Tx,
    act: &EntryRef,
    last_days: impl IntoIterator<Item = NaiveDate>,
) -> Result<(), Fault> {
    let mut ends = ends(tx).await?;
    let known = ends.len();
    ends.extend(last_days.into_iter().map(|last| (last, act.clone())));
    if ends.len() > known {
        tx.put_meta(ENDS, &encode(&ends)?).await?;
    }
    Ok(())
}

/// The last days of the blacks by which a version holds reds.
pub fn ends_of(row: &DetailRow) -> Option<NaiveDate> {
    let held = matches!(row.verdict.outcome, Outcome::Held { .. });
    row.verdict.cause_facts.as_ref().filter(|_| held)?.valid_to
}

async fn ends(tx: &mut dyn Tx) -> Result<Ends, Fault> {
    match tx.meta(ENDS).await? {
        Some(bytes) => decode(&bytes, "ends by time"),
        None => Ok(Ends::new()),
    }
}

/// What ended before `day` and has not been judged since: no version was published after it. `published_on` is the day
/// of the last version before.
pub async fn due(tx: &mut dyn Tx, day: NaiveDate, published_on: Option<NaiveDate>) -> Result<Vec<MarkRow>, Fault> {
    let mut rows = Vec::new();
    for (last, act) in ends(tx).await?.into_iter().filter(|(last, _)| *last < day) {
        if published_on.is_some_and(|published_on| published_on > last) {
            continue;
        }
        let places = places(tx, &act, last).await?;
        if !places.is_empty() {
            let entangled = places.into_iter().map(|at| (at.bucket, at.key)).collect();
            let body = encode(&Compared { piece: Piece::Ended, entangled })?;
            rows.push(MarkRow { entry: act, ordinal: ordinal(last), body });
        }
    }
    Ok(rows)
}

/// Lets what ended before `day` await publication; returns how much did not yet.
pub async fn sweep(tx: &mut dyn Tx, day: NaiveDate, published_on: Option<NaiveDate>) -> Result<usize, Fault> {
    let mut due = due(tx, day, published_on).await?;
    if !due.is_empty() {
        let waiting: BTreeSet<(EntryRef, u64)> =
            tx.pending(u32::MAX).await?.into_iter().map(|row| (row.entry, row.ordinal)).collect();
        due.retain(|row| !waiting.contains(&(row.entry.clone(), row.ordinal)));
        for row in &due {
            tx.put_pending(row).await?;
        }
    }
    Ok(due.len())
}

/// Away from the numbers of chunks: days since the epoch behind a high bit.
fn ordinal(last: NaiveDate) -> u64 {
    let days = last.signed_duration_since(NaiveDate::default()).num_days();
    1 << 40 | u64::try_from(days).unwrap_or(0)
}

/// The subjects whose verdicts an end may touch.
async fn places(tx: &mut dyn Tx, act: &EntryRef, last: NaiveDate) -> Result<BTreeSet<SubjectAt>, Fault> {
    let Some(entry) = tx.entry(act).await?.map(|row| Entry::read(&row)).transpose()?.flatten() else {
        return Ok(BTreeSet::new());
    };
    match entry.act() {
        Act::ResultPublished { details, .. } => held_until(tx, details, last).await,
        _ => Ok(ruling::read(&entry).iter().flat_map(ruling::places_of).collect()),
    }
}

async fn held_until(tx: &mut dyn Tx, details: &[ResultDetail], last: NaiveDate) -> Result<BTreeSet<SubjectAt>, Fault> {
    let mut places = BTreeSet::new();
    for slice in details.iter().flat_map(|detail| &detail.manifest.chunks) {
        let Some(bytes) = tx.chunk(&slice.digest).await? else { continue };
        let rows =
            open_entries(&bytes).map_err(|source| Fault::Unreadable { what: "result details".to_owned(), source })?;
        for salted in rows {
            let row = DetailRow::decode(&salted.body)
                .map_err(|_| Fault::Inconsistent { what: "result details".to_owned() })?;
            if ends_of(&row) == Some(last)
                && let Some(entry) = lookup::entry_of(tx, row.case()).await?
            {
                places.insert(place_of(&entry));
            }
        }
    }
    Ok(places)
}
