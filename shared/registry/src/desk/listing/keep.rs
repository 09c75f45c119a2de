//! The records of listed entries in the store.

use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::final_list::PublicRow;
use honghei_domain::list::{CaseId, ListEntry};
use honghei_domain::listing::{Departure, ExitPlace, Listing, PublicMark};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{ListingRow, Tx};
use serde::{Deserialize, Serialize};

use super::pinned;
use crate::context::Context;
use crate::desk::dossiers::{decode, encode};
use crate::desk::served;
use crate::error::Fault;

/// What befell one listed entry.
pub const CASE: &str = "case";
/// One exit and what it still owes.
pub const EXIT: &str = "exit";
/// What everybody was told about an entry.
pub const MARK: &str = "mark";
/// Ends of validity that a result version brought to own entries.
pub(super) const TERM: &str = "term";
/// A channel on which a node announced the list.
pub const CHANNEL: &str = "channel";
/// An entry of which the province must still tell everybody.
pub(super) const MARKING: &str = "marking";
/// A red that the province must still offer to restore.
pub const OFFERING: &str = "offering";

/// Where an entry stands on the final list: its subject and its row.
#[derive(Clone, Debug)]
pub struct Place {
    /// The subject.
    pub key: SubjectKey,
    /// Its entry, as it was last certified or imported.
    pub entry: ListEntry,
    /// Its row on the served list, if it is there.
    pub row: Option<PublicRow>,
}

/// A red to be offered for restoration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offering {
    /// The red.
    pub case: CaseId,
    /// The black that fell.
    pub cause: CaseId,
    /// The result version whose removal would be lifted.
    pub through_version: u64,
    /// The original last day of validity.
    pub valid_to: Option<chrono::NaiveDate>,
}

/// The place of a case within its recogniser's records.
pub(super) fn number(case: &CaseId) -> String {
    format!("{:020}", case.number)
}

/// What befell a case; a fresh record where nothing did.
pub async fn listing(tx: &mut dyn Tx, case: &CaseId) -> Result<Listing, Fault> {
    match tx.listing(&case.origin, CASE, &number(case)).await? {
        Some(row) => decode(&row.body, "a listed entry"),
        None => Ok(Listing::new(case.clone())),
    }
}

/// Writes what befell a case; at the province also whether everybody must be told.
pub(super) async fn put(tx: &mut dyn Tx, listing: &Listing, province: bool) -> Result<(), Fault> {
    let place = number(&listing.case);
    let row = |record: &str, open, body| ListingRow {
        origin: listing.case.origin.clone(),
        record: record.to_owned(),
        place: place.clone(),
        subject_key: String::new(),
        open,
        due_on: None,
        body,
    };
    tx.put_listing(&row(CASE, listing.is_open(), encode(listing, "a listed entry")?)).await?;
    let due = listing.must_be_marked();
    if province && (due || tx.listing(&listing.case.origin, MARKING, &place).await?.is_some()) {
        tx.put_listing(&row(MARKING, due, Vec::new())).await?;
    }
    Ok(())
}

/// Keeps what everybody was told about an entry.
pub(super) async fn put_mark(tx: &mut dyn Tx, case: &CaseId, key: &str, mark: &PublicMark) -> Result<(), Fault> {
    let row = ListingRow {
        origin: case.origin.clone(),
        record: MARK.to_owned(),
        place: number(case),
        subject_key: key.to_owned(),
        open: *mark != PublicMark::Cleared,
        due_on: None,
        body: encode(&(case, mark), "a public mark")?,
    };
    Ok(tx.put_listing(&row).await?)
}

/// What everybody was told about a case.
pub(super) fn mark_of(row: &ListingRow) -> Result<(CaseId, PublicMark), Fault> {
    decode(&row.body, "a public mark")
}

/// One exit; `None` if it is not known here, or owes nothing because its entries never were public.
pub async fn departure(tx: &mut dyn Tx, place: &ExitPlace) -> Result<Option<Departure>, Fault> {
    match tx.listing(&place.recogniser, EXIT, &place.act.to_string()).await? {
        Some(row) => decode(&row.body, "an exit").map(Some),
        None => Ok(None),
    }
}

/// Exits that still owe a filing or an announcement, of every recogniser known here; every exit `of` one recogniser.
pub async fn departures(tx: &mut dyn Tx, of: Option<&NodeId>) -> Result<Vec<Departure>, Fault> {
    let rows = match of {
        Some(recogniser) => tx.listings_of(recogniser, EXIT).await?,
        None => tx.open_listings(EXIT).await?,
    };
    rows.iter().map(|row| decode(&row.body, "an exit")).collect()
}

/// Writes an exit; open while it owes something.
pub(super) async fn put_departure(tx: &mut dyn Tx, cx: &Context, departure: &Departure) -> Result<(), Fault> {
    let row = ListingRow {
        origin: departure.place.recogniser.clone(),
        record: EXIT.to_owned(),
        place: departure.place.act.to_string(),
        subject_key: String::new(),
        open: pinned::owes(tx, cx, departure).await?,
        due_on: None,
        body: encode(departure, "an exit")?,
    };
    Ok(tx.put_listing(&row).await?)
}

/// The record of a red to be offered for restoration.
pub fn offering_row(offering: &Offering, open: bool) -> Result<ListingRow, Fault> {
    Ok(ListingRow {
        origin: offering.case.origin.clone(),
        record: OFFERING.to_owned(),
        place: format!("{} {:020}", number(&offering.case), offering.through_version),
        subject_key: String::new(),
        open,
        due_on: None,
        body: encode(offering, "a restoration to be offered")?,
    })
}

/// The entry of a case as the latest list or feed known here has it.
pub async fn entry_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
    for chunk in tx.chunks_of_case(case).await?.into_iter().rev() {
        let Some(bytes) = tx.chunk(&chunk.digest).await? else { continue };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
            let entry = decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?;
            if entry.case == *case {
                return Ok(Some(entry));
            }
        }
    }
    Ok(None)
}

/// Where a case stands on the served list.
pub async fn place_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<Place>, Fault> {
    let Some(entry) = entry_of(tx, case).await? else { return Ok(None) };
    let key = SubjectKey::of(&entry.subject);
    let row = served::row_of_case(tx, &key, case).await?;
    Ok(Some(Place { key, entry, row }))
}

/// The row of a case on the served list.
pub async fn row_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<PublicRow>, Fault> {
    Ok(place_of(tx, case).await?.and_then(|place| place.row))
}

/// Whether a case stands on the served list.
pub async fn is_listed(tx: &mut dyn Tx, case: &CaseId) -> Result<bool, Fault> {
    Ok(row_of(tx, case).await?.is_some())
}

/// The act that a record of an exit names.
pub(super) fn place(act: &EntryRef, recogniser: &NodeId) -> ExitPlace {
    ExitPlace { act: act.clone(), recogniser: recogniser.clone() }
}
