//! Natural persons, told from each other by their ID numbers (AMB-13).
//!
//! A chunk that names persons is compared once they are identified: an act of the own log says which opaque name stands
//! behind which commitment, so that a rebuild opens nothing and finds the same.

use std::collections::BTreeMap;

use honghei_codec::list::{SealedPerson, decode_persons};
use honghei_domain::act::Act;
use honghei_domain::list::{CaseSet, Digest, ListEntry};
use honghei_domain::node::EntryRef;
use honghei_domain::person::{KnownPerson, PersonId, PersonMatch};
use honghei_registry::context::Context;
use honghei_registry::engine::local_draft;
use honghei_registry::entry::{Draft, Entry};
use honghei_registry::error::Fault;
use honghei_registry::matching::{Matcher, commitment_of, sealed_place};
use honghei_store::{MarkRow, PersonRow, Tx};

use super::piece::{Piece, decode, read_chunk};

/// The opaque names behind the commitments of a chunk's entries; none where a part of them awaits identification.
pub async fn known(
    tx: &mut dyn Tx,
    chunk: &Digest,
    commitments: Vec<Digest>,
) -> Result<Option<BTreeMap<Digest, PersonId>>, Fault> {
    let mut handles = commitments;
    if handles.is_empty() {
        return Ok(Some(BTreeMap::new()));
    }
    handles.push(*chunk);
    let rows = tx.persons(&handles).await?;
    if rows.iter().all(|row| row.handle != *chunk) {
        return Ok(None);
    }
    Ok(Some(rows.iter().filter_map(|row| Some((row.handle, named(row)?))).collect()))
}

/// The opaque name behind one entry, where it is known.
pub async fn of_entry(tx: &mut dyn Tx, entry: &ListEntry) -> Result<Option<PersonId>, Fault> {
    let Some(commitment) = commitment_of(entry) else { return Ok(None) };
    behind(tx, commitment).await
}

/// The opaque name under one handle, where there is one.
async fn behind(tx: &mut dyn Tx, handle: Digest) -> Result<Option<PersonId>, Fault> {
    Ok(tx.persons(&[handle]).await?.first().and_then(named))
}

fn named(row: &PersonRow) -> Option<PersonId> {
    row.person.as_slice().try_into().ok().map(PersonId)
}

/// Drafts the identification of the persons of marks that wait for it. Who cannot be told is named as such: his entry is
/// then known by name alone. Nothing is drafted while the machine gives no randomness.
pub async fn identify(
    tx: &mut dyn Tx,
    cx: &Context,
    matcher: Option<&dyn Matcher>,
    marks: &[MarkRow],
) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    // Two parts of one sweep may speak of one person.
    let mut fresh: BTreeMap<Digest, PersonId> = BTreeMap::new();
    let mut sealed: BTreeMap<EntryRef, BTreeMap<Digest, Vec<u8>>> = BTreeMap::new();
    for mark in marks {
        let Piece::Chunk { digest, .. } = decode(&mark.body, "a comparison mark")? else { continue };
        if !sealed.contains_key(&mark.entry) {
            sealed.insert(mark.entry.clone(), travelled(tx, &mark.entry).await?);
        }
        let mut persons = Vec::new();
        for commitment in read_chunk(tx, &digest, &CaseSet::default()).await?.iter().filter_map(commitment_of) {
            let beside = sealed.get(&mark.entry).and_then(|numbers| numbers.get(&commitment)).cloned();
            let number = match beside {
                Some(number) => Some(number),
                None => tx.secret(&sealed_place(&commitment)).await?,
            };
            let hash = number.zip(matcher).and_then(|(number, matcher)| matcher.keyed_hash(&commitment, &number));
            let person = match (hash, matcher) {
                (Some(keyed_hash), Some(matcher)) => {
                    let Some(id) = id_of(tx, keyed_hash, &mut fresh, matcher).await? else { return Ok(drafts) };
                    Some(KnownPerson { keyed_hash, id })
                }
                _ => None,
            };
            persons.push(PersonMatch { commitment, person });
        }
        let act = Act::PersonsIdentified { list: mark.entry.clone(), part: digest, persons };
        drafts.push(local_draft(cx, act));
    }
    Ok(drafts)
}

async fn id_of(
    tx: &mut dyn Tx,
    keyed_hash: Digest,
    fresh: &mut BTreeMap<Digest, PersonId>,
    matcher: &dyn Matcher,
) -> Result<Option<PersonId>, Fault> {
    if let Some(id) = fresh.get(&keyed_hash) {
        return Ok(Some(*id));
    }
    let id = behind(tx, keyed_hash).await?.or_else(|| matcher.fresh());
    if let Some(id) = id {
        fresh.insert(keyed_hash, id);
    }
    Ok(id)
}

/// The sealed numbers that travelled beside the list of a reporting act.
async fn travelled(tx: &mut dyn Tx, report: &EntryRef) -> Result<BTreeMap<Digest, Vec<u8>>, Fault> {
    let mut numbers = BTreeMap::new();
    let Some(Act::ListReported { list, .. }) = act_at(tx, report).await? else { return Ok(numbers) };
    let Some(Act::ListCertified { manifest, .. }) = act_at(tx, &list).await? else { return Ok(numbers) };
    for part in &manifest.persons {
        // A part that is not there, or not to be read, leaves its persons without a name; it blocks nobody.
        let Some(bytes) = tx.chunk(part).await? else { continue };
        let persons = decode_persons(&bytes).unwrap_or_default();
        numbers.extend(persons.into_iter().map(|SealedPerson { commitment, sealed }| (commitment, sealed)));
    }
    Ok(numbers)
}

async fn act_at(tx: &mut dyn Tx, at: &EntryRef) -> Result<Option<Act>, Fault> {
    let Some(row) = tx.entry(at).await? else { return Ok(None) };
    Ok(Entry::read(&row)?.map(|entry| entry.body.act))
}

/// Folds an identification.
pub async fn evolve(tx: &mut dyn Tx, part: &Digest, persons: &[PersonMatch]) -> Result<(), Fault> {
    let mut rows = vec![PersonRow { handle: *part, person: Vec::new() }];
    for PersonMatch { commitment, person } in persons {
        let id = person.map(|known| known.id.0.to_vec()).unwrap_or_default();
        rows.extend(person.map(|known| PersonRow { handle: known.keyed_hash, person: id.clone() }));
        rows.push(PersonRow { handle: *commitment, person: id });
    }
    Ok(tx.put_persons(&rows).await?)
}
