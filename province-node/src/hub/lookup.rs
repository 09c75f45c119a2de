//! Finding an entry again from its case.

use honghei_domain::list::{CaseId, CaseSet, ListEntry};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::piece::read_chunk;

/// The entry of a case as it stands in the latest list or feed that holds it.
pub async fn entry_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
    Ok(entries_of(tx, case).await?.pop())
}

/// The entries of a case in every list or feed that holds it, oldest first.
pub async fn entries_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Vec<ListEntry>, Fault> {
    let mut found = Vec::new();
    for chunk in tx.chunks_of_case(case).await? {
        if tx.chunk(&chunk.digest).await?.is_none() {
            continue;
        }
        let entries = read_chunk(tx, &chunk.digest, &CaseSet::default()).await?;
        found.extend(entries.into_iter().find(|entry| entry.case == *case));
    }
    Ok(found)
}
