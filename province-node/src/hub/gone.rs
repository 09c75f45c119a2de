//! Rows that their source's whole list no longer holds: which they are, and how they leave (C-5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::comparison::{Fact, Standing};
use honghei_domain::feed::NO_LONGER_LISTED;
use honghei_domain::list::{CaseId, CaseSet, Digest};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_registry::context::Context;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_registry::feed;
use honghei_store::{MarkRow, SubjectAt, Tx};

use super::names;
use super::piece::{Piece, encode, place_of, read_chunk, touched_by};
use super::subjects::{Settlements, read_subjects, write_subjects};

/// Entries of a log read at a time.
const PAGE: u32 = 256;

/// Of a source's cases those that are in force: what has left or ended otherwise is not missing.
pub async fn missing(tx: &mut dyn Tx, cx: &Context, cases: &CaseSet) -> Result<CaseSet, Fault> {
    let mut settlements = Settlements::folded(tx).await?;
    let mut missing = Vec::new();
    for (digest, cases) in chunks(tx, cx.me(), cases).await? {
        let mut entries = read_chunk(tx, &digest, &CaseSet::default()).await?;
        entries.retain(|entry| cases.contains(entry.case.number));
        let places: BTreeSet<SubjectAt> = entries.iter().map(place_of).collect();
        let places: Vec<SubjectAt> = places.into_iter().collect();
        let subjects = read_subjects(tx, &places, &mut settlements).await?;
        let facts = entries.iter().filter_map(|entry| subjects.get(&place_of(entry))?.fact(&entry.case));
        missing.extend(facts.filter(|fact| fact.is_in_force(cx.now.today)).map(|fact| fact.case.number));
    }
    Ok(CaseSet::from_numbers(missing))
}

/// Marks the cases that leave, one mark a chunk, numbered from `ordinal` on.
pub async fn marks(
    tx: &mut dyn Tx,
    cause: &EntryRef,
    ordinal: u64,
    gone: &CaseSet,
    on: NaiveDate,
) -> Result<Vec<MarkRow>, Fault> {
    let mark = |(ordinal, (digest, cases))| {
        let body = encode(&Piece::Gone { digest, cases, on })?;
        Ok(MarkRow { entry: cause.clone(), ordinal, body })
    };
    (ordinal..).zip(chunks(tx, &cause.log.node, gone).await?).map(mark).collect()
}

/// Where cases of feeds lie, chunk by chunk.
pub async fn chunks(tx: &mut dyn Tx, origin: &NodeId, cases: &CaseSet) -> Result<Vec<(Digest, CaseSet)>, Fault> {
    let mut found = Vec::new();
    let mut left = cases.iter().peekable();
    while let Some(number) = left.next() {
        let case = CaseId { origin: origin.clone(), number };
        let chunk = tx.chunks_of_case(&case).await?.pop();
        let chunk = chunk.ok_or_else(|| Fault::Inconsistent { what: format!("the entry of {case}") })?;
        let mut within = CaseSet::default();
        within.append(number, number);
        while let Some(number) = left.next_if(|number| *number <= chunk.last_case) {
            within.append(number, number);
        }
        found.push((chunk.digest, within));
    }
    Ok(found)
}

/// Notes that cases of a chunk left; returns every subject whose verdicts may change.
///
/// As with other exits, the order in which reports and exits are taken in does not show.
pub async fn take_in(
    tx: &mut dyn Tx,
    cause: &EntryRef,
    (digest, cases, on): (&Digest, &CaseSet, NaiveDate),
    settlements: &mut Settlements,
) -> Result<Vec<SubjectAt>, Fault> {
    let mut entries = read_chunk(tx, digest, &CaseSet::default()).await?;
    entries.retain(|entry| cases.contains(entry.case.number));
    let mut at_place: BTreeMap<SubjectAt, Vec<&_>> = BTreeMap::new();
    for entry in &entries {
        at_place.entry(place_of(entry)).or_default().push(entry);
    }
    let places: Vec<SubjectAt> = at_place.keys().cloned().collect();
    let mut held = read_subjects(tx, &places, settlements).await?;
    let bore = names::borne(&held);
    for (at, entries) in at_place {
        let subject = held.entry(at).or_default();
        for entry in entries {
            let known = subject.fact(&entry.case).cloned();
            let fact = known.unwrap_or_else(|| Fact::reported(entry, on, cause.clone()));
            let standing = Standing::Exited { code: NO_LONGER_LISTED.to_owned(), on };
            let position = fact.position.clone().max(cause.clone());
            subject.insert(Fact { standing, position, ..fact });
        }
    }
    write_subjects(tx, &held, settlements).await?;
    touched_by(tx, &bore, &held).await
}

/// How a case stands that a delivery of its source ended; none where its source still states it, or where it came from
/// none. Speaks of the deliveries folded so far, so that a rebuild finds the same.
pub async fn dropped(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<Standing>, Fault> {
    let Some(brought) = brought_by(tx, case).await? else { return Ok(None) };
    let Act::FeedImported { source, .. } = brought.act() else { return Ok(None) };
    if feed::read(tx, source).await?.is_none_or(|feed| feed.standing.contains(case.number)) {
        return Ok(None);
    }
    Ok(ended_by(tx, case).await?.as_ref().map(Entry::act).and_then(|act| match act {
        Act::FeedImported { as_of, .. } => Some(Standing::Exited { code: NO_LONGER_LISTED.to_owned(), on: *as_of }),
        _ => None,
    }))
}

/// The delivery that ended a case: the first after the one that brought it.
pub async fn ended_by(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<Entry>, Fault> {
    let Some(brought) = brought_by(tx, case).await? else { return Ok(None) };
    let mut from = brought.at.index + 1;
    loop {
        let rows = tx.entries(&brought.at.log, from, PAGE).await?;
        for row in &rows {
            let Some(import) = Entry::read(row)? else { continue };
            if ends(&import, case) {
                return Ok(Some(import));
            }
        }
        if rows.len() < PAGE as usize {
            return Ok(None);
        }
        from += u64::from(PAGE);
    }
}

/// The first act that brought a case.
async fn brought_by(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<Entry>, Fault> {
    let Some(list) = tx.chunks_of_case(case).await?.into_iter().map(|chunk| chunk.list).min() else { return Ok(None) };
    Entry::find(tx, &list).await
}

/// Whether an act is a delivery with which a case leaves.
pub fn ends(import: &Entry, case: &CaseId) -> bool {
    let own = import.at.log.node == case.origin;
    matches!(import.act(), Act::FeedImported { gone, .. } if own && gone.contains(case.number))
}
