//! The keys of one partition.

use crate::code::{PARTITION_BITS, spread};
use crate::collector::key_of;

/// The blacks of a partition by key: a filter of bits, slots with linear probing, chains of equal keys.
#[derive(Debug, Default)]
pub struct Table {
    /// The blacks, set before it is built.
    pub records: Vec<u128>,
    /// Number of a record plus one; 0 where a slot is empty.
    slots: Vec<u32>,
    /// The next record of the same key plus one; 0 at the end.
    nexts: Vec<u32>,
    /// Records from this one to the end of its chain.
    pub lengths: Vec<u32>,
    filter: Vec<u64>,
    slot_bits: u32,
}

/// Bits of the filter a slot.
const FILTER_BITS: u32 = 2;

impl Table {
    /// Makes the records findable.
    pub fn build(&mut self) {
        let count = self.records.len();
        let slots = (count * 2).next_power_of_two().max(64);
        self.slot_bits = slots.trailing_zeros();
        refill(&mut self.slots, slots);
        refill(&mut self.nexts, count);
        refill(&mut self.lengths, count);
        self.filter.clear();
        self.filter.resize((slots << FILTER_BITS) / 64, 0);
        for at in 0..count {
            let key = key_of(self.records[at]);
            let (bit, mut slot) = self.places(key);
            self.filter[bit / 64] |= 1 << (bit % 64);
            loop {
                let head = self.slots[slot];
                let same = head != 0 && key_of(self.records[head as usize - 1]) == key;
                if head == 0 || same {
                    self.nexts[at] = head;
                    self.lengths[at] = if same { self.lengths[head as usize - 1].saturating_add(1) } else { 1 };
                    self.slots[slot] = at as u32 + 1;
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
        }
    }

    /// The bit of the filter and the first slot of a key.
    #[inline]
    fn places(&self, key: u64) -> (usize, usize) {
        let bit = ((spread(key) << PARTITION_BITS) >> (64 - self.slot_bits - FILTER_BITS)) as usize;
        (bit, bit >> FILTER_BITS)
    }

    /// The head of a key's chain: the number of a record plus one.
    #[inline]
    pub fn find(&self, key: u64) -> Option<u32> {
        let (bit, mut slot) = self.places(key);
        if self.filter[bit / 64] & 1 << (bit % 64) == 0 {
            return None;
        }
        loop {
            let head = self.slots[slot];
            if head == 0 {
                return None;
            }
            if key_of(self.records[head as usize - 1]) == key {
                return Some(head);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// The records of a chain.
    pub fn chain(&self, head: u32) -> impl Iterator<Item = u128> + '_ {
        let mut at = head as usize;
        std::iter::from_fn(move || {
            let record = self.records.get(at.checked_sub(1)?)?;
            at = self.nexts[at - 1] as usize;
            Some(*record)
        })
    }
}

fn refill(numbers: &mut Vec<u32>, count: usize) {
    numbers.clear();
    numbers.resize(count, 0);
}
