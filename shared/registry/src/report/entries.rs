//! The entries behind the figures: found again from their cases, or walked through list by list.

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{CaseId, Digest, ListEntry};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::Tx;

use super::Horizon;
use crate::desk::dossiers;
use crate::error::Fault;

/// The entries of some cases, each as the latest list or feed states it; of a case that this node does not hold, none.
/// Reads every chunk once.
pub(super) async fn of_cases(
    tx: &mut dyn Tx,
    cases: impl IntoIterator<Item = CaseId>,
) -> Result<BTreeMap<CaseId, ListEntry>, Fault> {
    // Later lists outrank earlier ones.
    let mut wanted: BTreeMap<Digest, BTreeSet<(CaseId, usize)>> = BTreeMap::new();
    for case in cases.into_iter().collect::<BTreeSet<_>>() {
        for (rank, chunk) in tx.chunks_of_case(&case).await?.into_iter().enumerate() {
            wanted.entry(chunk.digest).or_default().insert((case.clone(), rank));
        }
    }
    let mut found: BTreeMap<CaseId, (usize, ListEntry)> = BTreeMap::new();
    for (digest, cases) in wanted {
        let entries = read(tx, &digest).await?;
        let mut by_case: BTreeMap<CaseId, ListEntry> =
            entries.into_iter().map(|entry| (entry.case.clone(), entry)).collect();
        for (case, rank) in cases {
            let Some(entry) = by_case.remove(&case) else { continue };
            if found.get(&case).is_none_or(|(before, _)| *before < rank) {
                found.insert(case, (rank, entry));
            }
        }
    }
    Ok(found.into_iter().map(|(case, (_, entry))| (case, entry)).collect())
}

/// The lists of a recogniser that were reported and known when the version was cut, by day of the report.
pub(super) async fn reported_by(
    tx: &mut dyn Tx,
    recogniser: &NodeId,
    horizon: &Horizon,
) -> Result<Vec<Dossier>, Fault> {
    let mut lists = Vec::new();
    for row in tx.dossiers(None).await? {
        if row.list.log.node != *recogniser {
            continue;
        }
        let dossier = dossiers::decode_row(&row)?;
        if dossier.report.as_ref().is_some_and(|report| horizon.covers(&report.act)) {
            lists.push(dossier);
        }
    }
    lists.sort_by_key(|dossier| dossier.report.as_ref().map(|report| report.reported_on));
    Ok(lists)
}

/// The entries of a list that were reported, chunk by chunk.
pub(super) async fn of_report(tx: &mut dyn Tx, dossier: &Dossier) -> Result<Vec<ListEntry>, Fault> {
    let mut reported = Vec::new();
    for digest in chunks(tx, &dossier.list).await? {
        let entries = read(tx, &digest).await?;
        let excluded = dossier.report.as_ref().map(|report| &report.excluded);
        let is_in = |entry: &ListEntry| excluded.is_none_or(|excluded| !excluded.contains(entry.case.number));
        reported.extend(entries.into_iter().filter(is_in));
    }
    Ok(reported)
}

async fn chunks(tx: &mut dyn Tx, list: &EntryRef) -> Result<Vec<Digest>, Fault> {
    Ok(tx.list_chunks(list).await?.into_iter().map(|chunk| chunk.digest).collect())
}

/// The entries of a chunk; none of one outside our audience.
async fn read(tx: &mut dyn Tx, digest: &Digest) -> Result<Vec<ListEntry>, Fault> {
    let Some(bytes) = tx.chunk(digest).await? else { return Ok(Vec::new()) };
    let mut entries = Vec::new();
    for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
        entries.push(decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?);
    }
    Ok(entries)
}
