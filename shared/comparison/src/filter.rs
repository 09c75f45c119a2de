//! Which keys of a partition there are, nearly.

use crate::code::{PARTITION_BITS, spread};

/// A Bloom filter of single words: a key that it does not hold is not there.
#[derive(Debug, Default)]
pub struct Filter {
    /// A power of two.
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// Empties it and makes room for so many keys, up to so many a word of 64 bits. Of keys that are not there about one in
    /// a hundred passes where a word has five, one in twenty where it has ten.
    pub fn renew(&mut self, keys: usize, per_word: usize) {
        let count = keys.div_ceil(per_word).next_power_of_two();
        self.words.clear();
        self.words.resize(count, 0);
        self.shift = 63 - count.trailing_zeros();
    }

    /// Adds a key.
    #[inline]
    pub fn add(&mut self, key: u64) {
        let (at, bits) = self.place(key);
        if let Some(word) = self.words.get_mut(at) {
            *word |= bits;
        }
    }

    /// Whether a key may be there.
    #[inline]
    pub fn may_hold(&self, key: u64) -> bool {
        let (at, bits) = self.place(key);
        self.words.get(at).is_some_and(|word| word & bits == bits)
    }

    /// Its word and three bits of that.
    #[inline]
    fn place(&self, key: u64) -> (usize, u64) {
        // The highest bits are the same for all keys of a partition.
        let mixed = spread(key) << PARTITION_BITS;
        let bits = key.wrapping_mul(0xd6e8_feb8_6659_fd93);
        let bits = 1 << (bits >> 58) | 1 << (bits >> 52 & 63) | 1 << (bits >> 46 & 63);
        ((mixed >> 1 >> self.shift) as usize, bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_there_passes_and_few_others_do() {
        let mut filter = Filter::default();
        for keys in [0, 1, 50_000] {
            filter.renew(keys as usize, 6);
            let key = |n: u64| spread(n * 2_654_435_761) << 25;
            (0..keys).for_each(|n| filter.add(key(n)));
            assert!((0..keys).all(|n| filter.may_hold(key(n))));
            let others = (50_000..100_000).filter(|n| filter.may_hold(key(*n))).count();
            assert!(others < 2_500, "{others} beside {keys}");
        }
    }
}
