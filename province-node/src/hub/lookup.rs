//! Finding an entry again from its case.

use honghei_domain::list::{CaseId, CaseSet, ListEntry};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::piece::read_chunk;

/// The entry of a case as it stands in the latest list or feed that holds it.
pub async fn entry_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
    let chunks = tx.chunks_of_case(case).await?;
    for chunk in chunks.into_iter().rev() {
        if tx.chunk(&chunk.digest).await?.is_none() {
            continue;
        }
        let entries = read_chunk(tx, &chunk.digest, &CaseSet::default()).await?;
        if let Some(entry) = entries.into_iter().find(|entry| entry.case == *case) {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}
