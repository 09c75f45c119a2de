//! Logs as their writers hold them, read without any projection.

use std::collections::BTreeMap;

use honghei_codec::list::{decode_entry, open_chunk};
use honghei_domain::act::Act;
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, ListEntry, ListManifest};
use honghei_domain::node::LogId;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_store::{EntryRow, Tx};

/// Every row of a log.
pub async fn rows(tx: &mut dyn Tx, log: &LogId) -> Result<Vec<EntryRow>, Fault> {
    Ok(tx.entries(log, 0, u32::MAX).await?)
}

/// Every readable entry of a log.
pub async fn read(tx: &mut dyn Tx, log: &LogId) -> Result<Vec<Entry>, Fault> {
    let rows = rows(tx, log).await?;
    rows.iter().filter_map(|row| Entry::read(row).transpose()).collect()
}

/// The bodies of a list's rows, checked against its manifest.
pub async fn bodies_of(tx: &mut dyn Tx, manifest: &ListManifest) -> Result<Vec<Vec<u8>>, Fault> {
    let broken = |what: &str| Fault::Inconsistent { what: what.to_owned() };
    let mut bodies = Vec::new();
    for slice in &manifest.chunks {
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(|| broken("a chunk of an own list"))?;
        let salted = open_chunk(slice, &bytes).map_err(|defect| broken(&defect.to_string()))?;
        bodies.extend(salted.into_iter().map(|salted| salted.body));
    }
    Ok(bodies)
}

/// The entries of a list.
pub async fn rows_of(tx: &mut dyn Tx, manifest: &ListManifest) -> Result<Vec<ListEntry>, Fault> {
    let read = |body: Vec<u8>| decode_entry(&body).map_err(|defect| Fault::Inconsistent { what: defect.to_string() });
    bodies_of(tx, manifest).await?.into_iter().map(read).collect()
}

/// What the versions in the province's log said last of every entry.
pub async fn outcomes(tx: &mut dyn Tx, log: &LogId) -> Result<BTreeMap<CaseId, Outcome>, Fault> {
    let mut last = BTreeMap::new();
    for version in read(tx, log).await? {
        let Act::ResultPublished { details, .. } = version.act() else { continue };
        for detail in details {
            for body in bodies_of(tx, &detail.manifest).await? {
                let row =
                    DetailRow::decode(&body).map_err(|defect| Fault::Inconsistent { what: defect.to_string() })?;
                last.insert(row.case().clone(), row.verdict.outcome);
            }
        }
    }
    Ok(last)
}
