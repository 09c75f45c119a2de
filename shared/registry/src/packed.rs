//! Entries on their way into a list, encoded: a decoded one weighs four times as much, and a file holds very many.

use honghei_codec::list::{decode_entry, encode_entry};
use honghei_domain::list::{CaseId, ListEntry};
use serde::{Deserialize, Serialize};

use crate::error::Fault;

/// Entries that have no case yet, in order, each as the bytes it travels in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedEntries(Vec<Box<[u8]>>);

impl PackedEntries {
    /// Adds one at the end. Of its case only the origin is kept: the number is given when it enters.
    pub fn push(&mut self, mut entry: ListEntry) {
        // On the wire cases are numbered from 1.
        entry.case = CaseId { number: 1, ..entry.case };
        self.0.push(encode_entry(&entry).into_boxed_slice());
    }

    /// Adds others behind these.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in order, one after the other, each numbered 1; a fault where an entry is longer than an entry may be.
    pub fn iter(&self) -> impl Iterator<Item = Result<ListEntry, Fault>> + '_ {
        self.0.iter().map(|bytes| decode_entry(bytes).map_err(Fault::unreadable("an entry that was taken in")))
    }
}

impl From<Vec<ListEntry>> for PackedEntries {
    fn from(entries: Vec<ListEntry>) -> Self {
        entries.into_iter().collect()
    }
}

impl FromIterator<ListEntry> for PackedEntries {
    fn from_iter<I: IntoIterator<Item = ListEntry>>(entries: I) -> Self {
        let mut packed = Self::default();
        entries.into_iter().for_each(|entry| packed.push(entry));
        packed
    }
}
