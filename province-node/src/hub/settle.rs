//! Folding a published version back into the subjects' facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::ResultDetail;
use honghei_domain::comparison::{Fact, Outcome, Standing};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_registry::desk::result_details;
use honghei_registry::error::Fault;
use honghei_registry::parallel;
use honghei_store::{HeldRow, SubjectAt, Tx};

use super::ending;
use super::piece::{Compared, Piece, decode, place_of, read_chunk};
use super::subjects::{Settlement, Settlements, put_settlement, read_subjects, write_subjects};

/// Subjects rewritten at a time.
const PAGE: usize = 4096;

/// Records what a version said about every case it speaks of; what awaited publication awaits it no longer.
///
/// An entry that just entered the list is recorded with its whole list ([`Settlement`]), everything else in its
/// subject's row.
pub async fn settle(
    tx: &mut dyn Tx,
    act: &EntryRef,
    version: u64,
    published_on: NaiveDate,
    details: &[ResultDetail],
) -> Result<(), Fault> {
    let mut pieces = Vec::new();
    let mut places = BTreeSet::new();
    for row in tx.pending(u32::MAX).await? {
        let Compared { piece, entangled } = decode(&row.body, "a compared piece")?;
        places.extend(entangled.into_iter().map(|(bucket, key)| SubjectAt { bucket, key }));
        tx.remove_pending(&row.entry, row.ordinal).await?;
        pieces.push((row.entry, piece));
    }
    let mut settlements = Settlements::folded(tx).await?;
    let entangled = cases_of(tx, &places, &mut settlements).await?;
    let mut settlement = Settlement::begin(version, published_on);
    // What does not follow from the settlement; `apart` of it are cases that only their pieces can place.
    let mut told: BTreeMap<CaseId, DetailRow> = BTreeMap::new();
    let mut apart: BTreeSet<CaseId> = BTreeSet::new();
    let mut ends = BTreeSet::new();
    for digests in result_details::digests(details).chunks(parallel::CHUNKS) {
        let chunks = result_details::read(tx, digests, |row, _| Some(row)).await?;
        // The province is in everybody's audience, and no chunk is empty.
        if chunks.iter().any(Vec::is_empty) {
            return Err(Fault::Inconsistent { what: "a chunk of result details".to_owned() });
        }
        for row in chunks.into_iter().flatten() {
            settlement.learn(&row);
            ends.extend(ending::end_of(&row));
            let known = entangled.contains(row.case());
            if !known && settlement.implies(&row) {
                continue;
            }
            if !known {
                apart.insert(row.case().clone());
            }
            told.insert(row.case().clone(), row);
        }
    }
    ending::note_held(tx, act, details, ends).await?;
    places.extend(places_of(tx, &pieces, &apart).await?);
    for cause in pieces.iter().filter_map(|(cause, piece)| matches!(piece, Piece::Chunk { .. }).then_some(cause)) {
        put_settlement(tx, cause, &settlement).await?;
    }
    note_held(tx, version, &told).await?;
    let mut written = Settlements::through(version);
    let places: Vec<SubjectAt> = places.into_iter().collect();
    for places in places.chunks(PAGE) {
        let mut subjects = read_subjects(tx, places, &mut settlements).await?;
        subjects.retain(|_, facts| {
            let cases: Vec<CaseId> = facts.facts().iter().map(|fact| fact.case.clone()).collect();
            let mut changed = false;
            for case in cases {
                let Some(detail) = told.remove(&case) else { continue };
                changed |= facts.settle(version, &detail.verdict);
                if let (Some(validity), Some(fact)) = (detail.validity, facts.fact(&case)) {
                    let standing = Standing::Published { version, valid_from: validity.from, valid_to: validity.to };
                    let fact = Fact { standing, ..fact.clone() };
                    changed |= facts.insert(fact);
                }
            }
            changed
        });
        write_subjects(tx, &subjects, &mut written).await?;
    }
    if told.is_empty() { Ok(()) } else { Err(Fault::Inconsistent { what: format!("result version {version}") }) }
}

/// Notes whom a version holds, and whom it holds no more: a red that was held is never among those that just entered.
async fn note_held(tx: &mut dyn Tx, version: u64, told: &BTreeMap<CaseId, DetailRow>) -> Result<(), Fault> {
    let (mut held, mut others) = (Vec::new(), Vec::new());
    for (case, row) in told {
        match row.verdict.outcome {
            Outcome::Held { .. } => held.push(HeldRow { case: case.clone(), version, body: row.encode() }),
            _ => others.push(case.clone()),
        }
    }
    tx.remove_held(&others).await?;
    Ok(tx.put_held(&held).await?)
}

/// The cases known of some subjects.
async fn cases_of(
    tx: &mut dyn Tx,
    places: &BTreeSet<SubjectAt>,
    settlements: &mut Settlements,
) -> Result<BTreeSet<CaseId>, Fault> {
    let mut cases = BTreeSet::new();
    let places: Vec<SubjectAt> = places.iter().cloned().collect();
    for places in places.chunks(PAGE) {
        let subjects = read_subjects(tx, places, settlements).await?;
        cases.extend(subjects.values().flat_map(|facts| facts.facts()).map(|fact| fact.case.clone()));
    }
    Ok(cases)
}

/// The places of cases, by their entries in the pieces.
async fn places_of(
    tx: &mut dyn Tx,
    pieces: &[(EntryRef, Piece)],
    cases: &BTreeSet<CaseId>,
) -> Result<Vec<SubjectAt>, Fault> {
    let mut places = Vec::new();
    if cases.is_empty() {
        return Ok(places);
    }
    for (_, piece) in pieces {
        if let Piece::Chunk { digest, excluded, .. } = piece {
            let entries = read_chunk(tx, digest, excluded).await?;
            places.extend(entries.iter().filter(|entry| cases.contains(&entry.case)).map(place_of));
        }
    }
    Ok(places)
}
