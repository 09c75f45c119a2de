//! Finding entries again from their cases.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use honghei_domain::list::{CaseId, CaseSet, Digest, ListEntry};
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::piece::read_chunk;

/// Read chunks kept at hand: cases in order lie chunk by chunk, and a case stands in a few lists at most.
const AT_HAND: usize = 4;

/// The entry of a case as it stands in the latest list or feed that holds it.
pub async fn entry_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
    Reader::default().entry(tx, case).await
}

/// The entries of many cases, each as it stands in the latest list or feed that holds it; every chunk is read once, and
/// only what is asked for stays in memory.
pub async fn entries_of(tx: &mut dyn Tx, cases: &BTreeSet<CaseId>) -> Result<BTreeMap<CaseId, ListEntry>, Fault> {
    let mut reader = Reader::default();
    let mut found = BTreeMap::new();
    for case in cases {
        if let Some(entry) = reader.entry(tx, case).await? {
            found.insert(case.clone(), entry);
        }
    }
    Ok(found)
}

/// Reads entries out of chunks, the last few of which it keeps.
#[derive(Default)]
struct Reader {
    at_hand: VecDeque<(Digest, Vec<ListEntry>)>,
}

impl Reader {
    async fn entry(&mut self, tx: &mut dyn Tx, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
        // Oldest first: the latest that holds it counts.
        for chunk in tx.chunks_of_case(case).await?.iter().rev() {
            let found = self.entries(tx, &chunk.digest).await?.iter().find(|entry| entry.case == *case);
            if let Some(entry) = found {
                return Ok(Some(entry.clone()));
            }
        }
        Ok(None)
    }

    /// The entries of a chunk; none where the chunk is not held.
    async fn entries(&mut self, tx: &mut dyn Tx, digest: &Digest) -> Result<&[ListEntry], Fault> {
        if let Some(at) = self.at_hand.iter().position(|(known, _)| known == digest) {
            self.at_hand.swap(0, at);
        } else {
            let held = tx.chunk(digest).await?.is_some();
            let entries = if held { read_chunk(tx, digest, &CaseSet::default()).await? } else { Vec::new() };
            self.at_hand.truncate(AT_HAND - 1);
            self.at_hand.push_front((*digest, entries));
        }
        Ok(self.at_hand.front().map(|(_, entries)| entries.as_slice()).unwrap_or_default())
    }
}
