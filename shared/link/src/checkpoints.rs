//! The signed checkpoints of a mirrored log that still matter: to relay, to cosign, to check against.
//!
//! A checkpoint may commit to more than has arrived. Until the entries reach its size it is *ahead*; after that it is
//! *settled*: a prefix that can be relayed with proofs, and cosigned once every chunk due up to it is held.

use honghei_domain::node::LogId;
use honghei_ledger::Digest;
use prost::Message;

/// Checkpoints kept of one log at most; beyond it the middle is thinned out.
const MAX_KNOWN: usize = 64;

/// One signed checkpoint.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Known {
    /// Entries it commits to.
    #[prost(uint64, tag = "1")]
    pub size: u64,
    /// Its root, 32 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub root: Vec<u8>,
    /// The signed note.
    #[prost(string, tag = "3")]
    pub note: String,
}

/// The known checkpoints of a log by rising size.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Checkpoints {
    #[prost(message, repeated, tag = "1")]
    known: Vec<Known>,
    /// The largest size this node has cosigned.
    #[prost(uint64, tag = "2")]
    pub cosigned: u64,
}

impl Checkpoints {
    /// The key of the store's named value that keeps them.
    pub fn key(log: &LogId) -> String {
        format!("link.checkpoints/{log}")
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// Reads [`Checkpoints::to_bytes`] back.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes).ok()
    }

    /// The checkpoint of exactly this size.
    pub fn at(&self, size: u64) -> Option<&Known> {
        self.known.binary_search_by_key(&size, |known| known.size).ok().and_then(|place| self.known.get(place))
    }

    /// The largest.
    pub fn largest(&self) -> Option<&Known> {
        self.known.last()
    }

    /// The largest that the first `size` entries cover.
    pub fn settled(&self, size: u64) -> Option<&Known> {
        self.known.iter().rev().find(|known| known.size <= size)
    }

    /// The largest within `size` that is not cosigned.
    pub fn due(&self, size: u64) -> Option<&Known> {
        self.settled(size).filter(|known| known.size > self.cosigned)
    }

    /// Keeps one more, where `held` entries are held; the same size again changes nothing.
    pub fn add(&mut self, size: u64, root: &Digest, note: &str, held: u64) {
        if let Err(place) = self.known.binary_search_by_key(&size, |known| known.size) {
            self.known.insert(place, Known { size, root: root.to_vec(), note: note.to_owned() });
        }
        if self.known.len() > MAX_KNOWN {
            // The first is likely to be complete soonest, the settled one is relayed, the last binds the author.
            let (last, settled) = (self.known.len() - 1, self.settled(held).map(|known| known.size));
            let mut place = 0;
            self.known.retain(|known| {
                let kept = place % 2 == 0 || place == last || Some(known.size) == settled;
                place += 1;
                kept
            });
        }
    }

    /// Notes that a size was cosigned, and forgets what that covers, except what is still the base of relaying.
    pub fn cosigned(&mut self, size: u64, held: u64) {
        self.cosigned = self.cosigned.max(size);
        let keep = self.settled(held).map_or(0, |known| known.size);
        let done = self.cosigned;
        self.known.retain(|known| known.size > done || known.size == keep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(sizes: &[u64]) -> Checkpoints {
        let mut checkpoints = Checkpoints::default();
        for size in sizes {
            checkpoints.add(*size, &[7; 32], "note", 500);
        }
        checkpoints
    }

    #[test]
    fn a_checkpoint_ahead_of_the_entries_is_not_settled() {
        let checkpoints = with(&[4, 9]);
        assert_eq!(checkpoints.settled(8).map(|known| known.size), Some(4));
        assert_eq!(checkpoints.settled(9).map(|known| known.size), Some(9));
        assert_eq!(checkpoints.settled(3), None);
    }

    #[test]
    fn what_is_cosigned_is_forgotten_but_for_the_base_of_relaying() {
        let mut checkpoints = with(&[2, 4, 9]);
        checkpoints.cosigned(4, 5);
        assert_eq!(checkpoints.settled(5).map(|known| known.size), Some(4));
        assert_eq!(checkpoints.at(2), None);
        assert_eq!(checkpoints.due(5), None);
        assert_eq!(checkpoints.due(9).map(|known| known.size), Some(9));
    }

    #[test]
    fn the_number_kept_is_bounded_and_keeps_both_ends_and_the_settled_one() {
        let checkpoints = with(&(1..=1000).collect::<Vec<_>>());
        assert!(checkpoints.known.len() <= MAX_KNOWN);
        assert_eq!(checkpoints.largest().map(|known| known.size), Some(1000));
        assert_eq!(checkpoints.settled(500).map(|known| known.size), Some(500));
        assert_eq!(checkpoints.known.first().map(|known| known.size), Some(1));
    }

    #[test]
    fn the_stored_form_reads_back() {
        let mut checkpoints = with(&[3, 5]);
        checkpoints.cosigned(3, 5);
        assert_eq!(Checkpoints::from_bytes(&checkpoints.to_bytes()), Some(checkpoints));
    }
}
