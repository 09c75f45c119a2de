//! Organisation codes with their places, eight bytes each.
//!
//! A code is mixed before it is kept, and nothing is lost by it: an odd factor only moves numbers below 2^47 about. The
//! highest eight bits name the partition and need not be kept there; the other 39 stand above 25 bits of place, counted
//! from the first place of the block.

use crate::partition::{Partitions, Shelf};

/// Bits of a partition's number.
pub const PARTITION_BITS: u32 = 8;

/// Partitions of the codes.
pub const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Bits of an organisation code.
const CODE_BITS: u32 = 47;

/// Bits of a place within its block.
const NEAR_BITS: u32 = 64 - CODE_BITS + PARTITION_BITS;

/// Places that one block reaches.
const REACH: u64 = 1 << NEAR_BITS;

/// Codes of the first blocks of a partition, 4 KiB, and of those that follow, 16 KiB: few codes take little room, and many
/// few blocks. Of a list that two threads read a block just reaches as far as its places go.
const BLOCKS: [usize; 2] = [512, 2048];

/// How many blocks are the first.
const FIRST_BLOCKS: usize = 2;

/// Spreads a number over 64 bits: the highest depend on all of it.
#[inline]
pub fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// An organisation code in its partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Which partition.
    pub partition: usize,
    /// The code among those of its partition; its lowest 25 bits are free.
    pub key: u64,
}

impl Code {
    /// A code below 2^47.
    #[inline]
    pub fn of(organisation: u64) -> Self {
        let mixed = spread(organisation << (64 - CODE_BITS));
        Self { partition: (mixed >> (64 - PARTITION_BITS)) as usize, key: mixed << PARTITION_BITS }
    }
}

/// Codes whose places lie near one another.
#[derive(Debug, Default)]
pub struct Block {
    first_place: u64,
    records: Vec<u64>,
}

impl Block {
    /// With room for so many.
    pub fn with_room(records: usize) -> Self {
        Self { first_place: 0, records: Vec::with_capacity(records) }
    }

    /// Adds a code's key; says whether there was room, and the place near enough.
    #[inline]
    pub fn push(&mut self, key: u64, place: u64) -> bool {
        if self.records.is_empty() {
            self.first_place = place;
        }
        let near = place.wrapping_sub(self.first_place);
        let fits = near < REACH && self.records.len() < self.records.capacity();
        if fits {
            self.records.push(key | near);
        }
        fits
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Keys and places.
    #[inline]
    pub fn codes(&self) -> impl Iterator<Item = (u64, u64)> {
        let first = self.first_place;
        self.records.iter().map(move |record| (record & !(REACH - 1), first + (record & (REACH - 1))))
    }
}

/// The codes of one partition.
#[derive(Debug, Default)]
pub struct CodeShelf {
    full: Vec<Block>,
    last: Block,
}

/// Codes by partition.
pub type Codes = Partitions<CodeShelf>;

impl Codes {
    /// Adds a code; returns the bytes of memory newly taken.
    #[inline]
    pub fn push(&mut self, code: Code, place: u64) -> usize {
        let Some(shelf) = self.shelf(code.partition) else { return 0 };
        if shelf.last.push(code.key, place) { 0 } else { shelf.renew(code.key, place) }
    }
}

impl CodeShelf {
    /// Starts a new block; returns its bytes.
    #[cold]
    #[inline(never)]
    fn renew(&mut self, key: u64, place: u64) -> usize {
        let [first, later] = BLOCKS;
        let room = if self.full.len() < FIRST_BLOCKS { first } else { later };
        let full = std::mem::replace(&mut self.last, Block::with_room(room));
        if full.len() > 0 {
            self.full.push(full);
        }
        self.last.push(key, place);
        room * size_of::<u64>()
    }
}

impl Shelf for CodeShelf {
    fn len(&self) -> usize {
        self.full.iter().map(Block::len).sum::<usize>() + self.last.len()
    }

    /// Key (64 bits), nothing (28), place (36).
    fn blocks(&self) -> impl Iterator<Item = impl Iterator<Item = u128>> {
        let blocks = self.full.iter().chain([&self.last]);
        blocks.map(|block| block.codes().map(|(key, place)| u128::from(key) << 64 | u128::from(place)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_come_back_with_their_places_however_far_apart(
            steps in prop::collection::vec((0..1_u64 << 47, prop_oneof![0..100_u64, 0..1_u64 << 27]), 1..200),
            spill_at in 0..200_usize,
        ) {
            let mut codes = Codes::new(PARTITIONS);
            let (mut place, mut expected) = (0, HashSet::new());
            for (at, (organisation, step)) in steps.into_iter().enumerate() {
                place += step;
                let code = Code::of(organisation);
                codes.push(code, place);
                expected.insert((code.partition, code.key, place));
                if at == spill_at {
                    codes.spill(&std::env::temp_dir()).unwrap();
                }
            }
            let mut found = HashSet::new();
            for partition in 0..PARTITIONS {
                codes.each(partition, |record| {
                    found.insert((partition, (record >> 64) as u64, record as u64));
                }).unwrap();
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn two_codes_are_kept_as_one_where_they_are_one(one in 0..1_u64 << 47, other in 0..1_u64 << 47, bit in 0..47) {
            prop_assert_eq!(Code::of(one) == Code::of(other), one == other);
            prop_assert_ne!(Code::of(one), Code::of(one ^ 1_u64 << bit));
            prop_assert_eq!(Code::of(one).key & (REACH - 1), 0);
        }
    }

    #[test]
    fn blocks_that_are_full_are_followed_by_others() {
        let mut codes = Codes::new(PARTITIONS);
        let taken: usize = (0..200_000).map(|n| codes.push(Code::of(n), n * 30)).sum();
        assert_eq!((0..PARTITIONS).map(|partition| codes.len(partition)).sum::<usize>(), 200_000);
        assert!((200_000 * 8..200_000 * 8 + PARTITIONS * 4096).contains(&taken), "{taken}");
    }
}
