//! The province's hand in matching persons: its key, and chance for their names.

use std::sync::Arc;

use honghei_domain::list::Digest;
use honghei_domain::person::PersonId;
use honghei_ledger::MatchingKey;
use honghei_registry::desk::Ports;
use honghei_registry::matching::Matcher;
use rand_core::Rng;

use crate::answer::Answer;
use crate::chance;
use crate::folder::Folder;
use crate::keys;

/// What the desks of a node in this folder are given.
pub fn ports(folder: &Folder) -> Result<Ports, Answer> {
    let key = keys::read_matching_key(folder)?;
    Ok(Ports { matcher: key.map(|key| Arc::new(KeyedMatcher(key)) as Arc<dyn Matcher>) })
}

struct KeyedMatcher(MatchingKey);

impl Matcher for KeyedMatcher {
    fn keyed_hash(&self, commitment: &Digest, sealed: &[u8]) -> Option<Digest> {
        self.0.keyed_hash(commitment, sealed).ok()
    }

    fn fresh(&self) -> Option<PersonId> {
        let mut id = [0; 16];
        chance::generator().ok()?.fill_bytes(&mut id);
        Some(PersonId(id))
    }
}
