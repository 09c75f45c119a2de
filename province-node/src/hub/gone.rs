//! Rows that their source's whole list no longer holds: which they are, and how they leave (C-5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Standing};
use honghei_domain::feed::NO_LONGER_LISTED;
use honghei_domain::list::{CaseId, CaseSet, Digest};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_registry::context::Context;
use honghei_registry::error::Fault;
use honghei_store::{MarkRow, SubjectAt, Tx};

use super::names;
use super::piece::{Piece, encode, place_of, read_chunk, touched_by};
use super::subjects::{Settlements, read_subjects, write_subjects};

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
