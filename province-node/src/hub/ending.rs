//! What ends by time alone: rulings with a last day, and blacks whose validity ends while they hold a red.
//!
//! Nothing is written into the log when a day passes. On the first day after an end its subjects await publication; the
//! version published then has judged them. Both follow from acts and legal days, so that a rebuild finds the same: an end
//! is over once a version was published after it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, ResultDetail};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_registry::desk::listing;
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

/// When the black by which a version holds a red ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// On the last day that it had when the two were compared.
    On(NaiveDate),
    /// On the last day that the same version gave this black, which it listed for the first time: the policy's term.
    With(CaseId),
}

/// When the black by which a version holds a red ends; none where the row speaks of no such red.
pub fn end_of(row: &DetailRow) -> Option<End> {
    let Outcome::Held { with, .. } = &row.verdict.outcome else { return None };
    match row.verdict.cause_facts.as_ref()?.valid_to {
        Some(last) => Some(End::On(last)),
        None => with.clone().map(End::With),
    }
}

/// Remembers the ends of the blacks by which a version holds reds.
pub async fn note_held(
    tx: &mut dyn Tx,
    act: &EntryRef,
    details: &[ResultDetail],
    ends: BTreeSet<End>,
) -> Result<(), Fault> {
    let (mut last_days, mut blacks) = (BTreeSet::new(), BTreeSet::new());
    for end in ends {
        match end {
            End::On(last) => _ = last_days.insert(last),
            End::With(black) => _ = blacks.insert(black),
        }
    }
    last_days.extend(given(tx, details, &blacks).await?.into_values());
    note(tx, act, last_days).await
}

/// The last days that a version gave some blacks.
async fn given(
    tx: &mut dyn Tx,
    details: &[ResultDetail],
    blacks: &BTreeSet<CaseId>,
) -> Result<BTreeMap<CaseId, NaiveDate>, Fault> {
    let mut given = BTreeMap::new();
    for detail in details {
        let case = |number| CaseId { origin: detail.recogniser.clone(), number };
        for slice in &detail.manifest.chunks {
            if blacks.range(case(slice.first_case)..=case(slice.last_case)).next().is_none() {
                continue;
            }
            for row in listing::detail_rows(tx, &slice.digest).await? {
                if let Some(validity) = row.validity.filter(|_| blacks.contains(row.case())) {
                    given.insert(row.case().clone(), validity.to);
                }
            }
        }
    }
    Ok(given)
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
    let over = over(tx, day, published_on).await?;
    rows(tx, over).await
}

async fn over(tx: &mut dyn Tx, day: NaiveDate, published_on: Option<NaiveDate>) -> Result<Ends, Fault> {
    let mut over = ends(tx).await?;
    over.retain(|(last, _)| *last < day && published_on.is_none_or(|published_on| published_on <= *last));
    Ok(over)
}

async fn rows(tx: &mut dyn Tx, over: Ends) -> Result<Vec<MarkRow>, Fault> {
    let mut rows = Vec::new();
    for (last, act) in over {
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
///
/// Who is touched is looked up once, in the details of the version, and not again while it waits.
pub async fn sweep(tx: &mut dyn Tx, day: NaiveDate, published_on: Option<NaiveDate>) -> Result<usize, Fault> {
    let mut over = over(tx, day, published_on).await?;
    if over.is_empty() {
        return Ok(0);
    }
    let waiting: BTreeSet<(EntryRef, u64)> =
        tx.pending(u32::MAX).await?.into_iter().map(|row| (row.entry, row.ordinal)).collect();
    over.retain(|(last, act)| !waiting.contains(&(act.clone(), ordinal(*last))));
    let due = rows(tx, over).await?;
    for row in &due {
        tx.put_pending(row).await?;
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
    let Some(entry) = Entry::find(tx, act).await? else {
        return Ok(BTreeSet::new());
    };
    match entry.act() {
        Act::ResultPublished { details, .. } => held_until(tx, details, last).await,
        _ => match ruling::read(&entry) {
            Some(ruling) => ruling::holders(tx, &ruling).await,
            None => Ok(BTreeSet::new()),
        },
    }
}

async fn held_until(tx: &mut dyn Tx, details: &[ResultDetail], last: NaiveDate) -> Result<BTreeSet<SubjectAt>, Fault> {
    let mut reds = BTreeSet::new();
    let mut by_black: BTreeMap<CaseId, Vec<CaseId>> = BTreeMap::new();
    for slice in details.iter().flat_map(|detail| &detail.manifest.chunks) {
        for row in listing::detail_rows(tx, &slice.digest).await? {
            match end_of(&row) {
                Some(End::On(end)) if end == last => _ = reds.insert(row.case().clone()),
                Some(End::With(black)) => by_black.entry(black).or_default().push(row.case().clone()),
                Some(End::On(_)) | None => {}
            }
        }
    }
    let blacks: BTreeSet<CaseId> = by_black.keys().cloned().collect();
    for (black, _) in given(tx, details, &blacks).await?.into_iter().filter(|(_, end)| *end == last) {
        reds.extend(by_black.remove(&black).unwrap_or_default());
    }
    Ok(lookup::entries_of(tx, &reds).await?.values().map(place_of).collect())
}
