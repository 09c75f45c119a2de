//! The recogniser's own rows: one a case, with the hands it went through.

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::OfficerId;
use honghei_domain::case::{Case, CaseEvent};
use honghei_domain::list::{CaseId, CaseSet, ListManifest};
use honghei_domain::node::NodeId;
use honghei_domain::permit::Action;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{CaseFilter, CaseRow, Tx};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::desk::dossiers::{decode, encode};
use crate::desk::members;
use crate::entry::Entry;
use crate::error::Fault;

/// Rows read and written at a time.
const PAGE: u32 = 4096;

/// A case and who had it in hand (F-P5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCase {
    /// The case.
    pub case: Case,
    /// The legal day of its collection.
    pub collected_on: NaiveDate,
    /// Officers by what they did, in order, each once.
    pub hands: Vec<(Action, OfficerId)>,
}

impl StoredCase {
    /// Notes who signed an act on this case.
    pub fn touched_by(&mut self, entry: &Entry) {
        for hand in members::hands_of(entry) {
            if !self.hands.contains(&hand) {
                self.hands.push(hand);
            }
        }
    }
}

/// A case from its row.
pub fn read_case(row: &CaseRow) -> Result<StoredCase, Fault> {
    decode(&row.body, "a case")
}

/// The row of a case.
pub fn row_of(stored: &StoredCase) -> Result<CaseRow, Fault> {
    let entry = &stored.case.entry;
    Ok(CaseRow {
        case: entry.case.clone(),
        stage: stored.case.stage.name().as_str().to_owned(),
        kind: entry.kind,
        name: entry.subject.name.clone(),
        subject_key: SubjectKey::of(&entry.subject).as_str().to_owned(),
        body: encode(stored, "a case")?,
    })
}

/// One own case.
pub async fn read_number(tx: &mut dyn Tx, origin: &NodeId, number: u64) -> Result<Option<StoredCase>, Fault> {
    let case = CaseId { origin: origin.clone(), number };
    match tx.case(&case).await? {
        Some(row) => read_case(&row).map(Some),
        None => Ok(None),
    }
}

/// Own cases of a set, page by page; the whole of it for an empty set.
pub async fn pages(
    tx: &mut dyn Tx,
    origin: &NodeId,
    numbers: &CaseSet,
    after: u64,
) -> Result<(Vec<StoredCase>, Option<u64>), Fault> {
    let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
    let rows = tx.cases(origin, &filter).await?;
    let next = (rows.len() == PAGE as usize).then(|| rows.last().map(|row| row.case.number)).flatten();
    let wanted = rows.iter().filter(|row| numbers.is_empty() || numbers.contains(row.case.number));
    Ok((wanted.map(read_case).collect::<Result<_, _>>()?, next))
}

/// Applies one event to every case of a set.
pub async fn evolve(
    tx: &mut dyn Tx,
    cx: &Context,
    entry: &Entry,
    numbers: &CaseSet,
    event: &CaseEvent,
) -> Result<(), Fault> {
    for (first, last) in &numbers.0 {
        let mut after = first.saturating_sub(1);
        loop {
            let filter = CaseFilter { after, up_to: *last, limit: PAGE, ..CaseFilter::default() };
            let rows = tx.cases(cx.me(), &filter).await?;
            let mut changed = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut stored = read_case(row)?;
                stored.case = stored.case.evolve(event);
                stored.touched_by(entry);
                changed.push(row_of(&stored)?);
            }
            tx.put_cases(&changed).await?;
            match rows.last() {
                Some(row) if rows.len() == PAGE as usize => after = row.case.number,
                _ => break,
            }
        }
    }
    Ok(())
}

/// The case numbers of a list, exactly: a chunk's range may have gaps.
pub async fn listed(tx: &mut dyn Tx, manifest: &ListManifest) -> Result<CaseSet, Fault> {
    let mut numbers = Vec::new();
    for slice in &manifest.chunks {
        if slice.last_case.checked_sub(slice.first_case).map(|gap| gap + 1) == Some(slice.count) {
            numbers.extend(slice.first_case..=slice.last_case);
            continue;
        }
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(|| Fault::inconsistent("a chunk of an own list"))?;
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk of an own list"))? {
            let entry = decode_entry(&salted.body).map_err(Fault::unreadable("an own list entry"))?;
            numbers.push(entry.case.number);
        }
    }
    Ok(CaseSet::from_numbers(numbers))
}
