//! Entries that come back: a red that its recogniser restored, a black whose repair rested on a false promise.

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::comparison::{Outcome, Restoration, Standing};
use honghei_domain::final_list::Validity;
use honghei_domain::list::CaseId;
use honghei_registry::desk::listing;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::piece::{place_of, touched_by};
use super::subjects::{Settlements, read_subjects, write_subjects};
use super::{gone, lookup, names};

/// Result versions looked through for the one that listed a case.
const VERSIONS: u32 = u32::MAX;

/// Lifts the removals of a case; returns every subject whose verdicts may change.
pub async fn take_restoration(
    tx: &mut dyn Tx,
    case: &CaseId,
    through_version: u64,
    on: NaiveDate,
    settlements: &mut Settlements,
) -> Result<Vec<SubjectAt>, Fault> {
    let Some(entry) = lookup::entry_of(tx, case).await? else { return Ok(Vec::new()) };
    let at = place_of(&entry);
    let mut held = read_subjects(tx, std::slice::from_ref(&at), settlements).await?;
    if let Some(subject) = held.get_mut(&at) {
        subject.restore(Restoration { case: case.clone(), through_version, on });
    }
    write_subjects(tx, &held, settlements).await?;
    Ok(vec![at])
}

/// Puts a repaired case back as it was listed; returns every subject whose verdicts may change.
///
/// What its record says counts, not in which order the pieces are worked: where another exit stands besides the repair, or
/// its source has dropped it, the case stays gone, under the earliest of them.
pub async fn take_return(
    tx: &mut dyn Tx,
    case: &CaseId,
    settlements: &mut Settlements,
) -> Result<Vec<SubjectAt>, Fault> {
    let Some(entry) = lookup::entry_of(tx, case).await? else { return Ok(Vec::new()) };
    let at = place_of(&entry);
    let mut held = read_subjects(tx, std::slice::from_ref(&at), settlements).await?;
    let bore = names::borne(&held);
    let Some(subject) = held.get_mut(&at) else { return Ok(Vec::new()) };
    let listed = subject.settled_of(case).iter().find(|settled| settled.verdict.outcome == Outcome::FinalBlack);
    let version = listed.map(|settled| settled.version);
    let record = listing::listing(tx, case).await?;
    let standing = match (record.counted_exit(), version) {
        (Some((_, exit)), _) => Standing::Exited { code: exit.code.clone(), on: exit.decided_on },
        (None, Some(version)) => match validity_of(tx, case, version).await? {
            Some(Validity { from, to }) => Standing::Published { version, valid_from: from, valid_to: to },
            None => Standing::Reported,
        },
        (None, None) => Standing::Reported,
    };
    let standing = match gone::dropped(tx, case).await? {
        Some(dropped) => standing.join(dropped),
        None => standing,
    };
    subject.stand(case, standing);
    write_subjects(tx, &held, settlements).await?;
    touched_by(tx, &bore, &held).await
}

/// The validity that a result version gave a case.
pub async fn validity_of(tx: &mut dyn Tx, case: &CaseId, version: u64) -> Result<Option<Validity>, Fault> {
    let published = tx.results(VERSIONS).await?.into_iter().find(|row| row.version == version);
    let Some(published) = published else { return Ok(None) };
    let Some(row) = tx.entry(&published.at).await? else { return Ok(None) };
    let Some(Act::ResultPublished { details, .. }) = Entry::read(&row)?.map(|entry| entry.body.act) else {
        return Ok(None);
    };
    let mine = details.iter().filter(|detail| detail.recogniser == case.origin);
    let holds = |slice: &&honghei_domain::list::ChunkSlice| (slice.first_case..=slice.last_case).contains(&case.number);
    for slice in mine.flat_map(|detail| &detail.manifest.chunks).filter(holds) {
        for row in listing::detail_rows(tx, &slice.digest).await? {
            if row.case() == case {
                return Ok(row.validity);
            }
        }
    }
    Ok(None)
}
