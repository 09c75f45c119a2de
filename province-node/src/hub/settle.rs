//! Folding a published version back into the subjects' facts.

use std::collections::BTreeMap;

use honghei_codec::list::open_entries;
use honghei_domain::act::ResultDetail;
use honghei_domain::comparison::{Fact, Standing};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::piece::{Compared, decode, read_subjects, write_subjects};

/// Records what a version said about every case it speaks of; what awaited publication awaits it no longer.
pub async fn settle(tx: &mut dyn Tx, version: u64, details: &[ResultDetail]) -> Result<(), Fault> {
    let mut told = read_details(tx, details).await?;
    for row in tx.pending(u32::MAX).await? {
        let compared: Compared = decode(&row.body, "a compared piece")?;
        let places: Vec<SubjectAt> =
            compared.touched.into_iter().map(|(bucket, key)| SubjectAt { bucket, key }).collect();
        let mut subjects = read_subjects(tx, &places).await?;
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
        write_subjects(tx, &subjects).await?;
        tx.remove_pending(&row.entry, row.ordinal).await?;
    }
    if told.is_empty() { Ok(()) } else { Err(Fault::Inconsistent { what: format!("result version {version}") }) }
}

async fn read_details(tx: &mut dyn Tx, details: &[ResultDetail]) -> Result<BTreeMap<CaseId, DetailRow>, Fault> {
    let mut told = BTreeMap::new();
    for slice in details.iter().flat_map(|detail| &detail.manifest.chunks) {
        let missing = || Fault::Inconsistent { what: "a chunk of result details".to_owned() };
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(missing)?;
        for salted in
            open_entries(&bytes).map_err(|source| Fault::Unreadable { what: "result details".into(), source })?
        {
            let row = DetailRow::decode(&salted.body).map_err(|_| missing())?;
            told.insert(row.case().clone(), row);
        }
    }
    Ok(told)
}
