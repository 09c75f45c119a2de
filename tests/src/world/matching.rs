//! The matching of persons in a world: a key and names that follow from the seed.

use std::sync::atomic::{AtomicU64, Ordering};

use honghei_domain::list::Digest;
use honghei_domain::person::PersonId;
use honghei_ledger::{MatchingKey, sha256};
use honghei_registry::matching::Matcher;

/// The key of a world's province.
pub fn key(seed: u64) -> MatchingKey {
    MatchingKey::new(sha256(format!("{seed} matching").as_bytes()))
}

/// A province's hand whose names follow from the seed and the life of its process.
pub struct WorldMatcher {
    key: MatchingKey,
    names: String,
    given: AtomicU64,
}

impl WorldMatcher {
    /// For one life of a province.
    pub fn new(seed: u64, life: u64) -> Self {
        Self { key: key(seed), names: format!("{seed} {life} person"), given: AtomicU64::new(0) }
    }
}

impl Matcher for WorldMatcher {
    fn keyed_hash(&self, commitment: &Digest, sealed: &[u8]) -> Option<Digest> {
        self.key.keyed_hash(commitment, sealed).ok()
    }

    fn fresh(&self) -> Option<PersonId> {
        let given = self.given.fetch_add(1, Ordering::Relaxed);
        let digest = sha256(format!("{} {given}", self.names).as_bytes());
        digest.first_chunk().copied().map(PersonId)
    }
}
