//! Which organisation codes one side has: a filter that the other side's entries pass before anything is kept of them.

use std::sync::{Mutex, PoisonError};

use crate::fault::Fault;
use crate::join::{Collector, PARTITIONS, Side, on_threads, spread};

/// Codes for one word of 64 bits: about one code in fifty that is not there passes.
const CODES_PER_WORD: usize = 6;

/// Words at most: 128 MiB.
const WORDS_MAX: usize = 1 << 24;

/// The organisation codes of one side, as a Bloom filter of single words: what it does not hold is not there.
#[derive(Debug)]
pub struct Known {
    words: Vec<u64>,
    shift: u32,
}

impl Known {
    /// Those that were collected on a side.
    ///
    /// # Errors
    /// [`Fault::File`] where something spilled cannot be read again.
    pub fn of<'a>(
        collected: impl IntoIterator<Item = &'a Collector>,
        side: Side,
        threads: usize,
    ) -> Result<Self, Fault> {
        let collected: Vec<&Collector> = collected.into_iter().collect();
        let codes: usize = collected.iter().map(|collector| collector.organisations(side).all()).sum();
        let count = (codes / CODES_PER_WORD).next_power_of_two().clamp(PARTITIONS, WORDS_MAX);
        let mut known = Self { words: vec![0; count], shift: 64 - count.trailing_zeros() };
        let shift = known.shift;
        // The words of a partition stand together, so no two threads meet in one.
        let parts = Mutex::new(known.words.chunks_mut(count / PARTITIONS).enumerate());
        on_threads(threads, || {
            loop {
                let part = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((partition, words)) = part else { return Ok(()) };
                let within = words.len() - 1;
                for collector in &collected {
                    collector.organisations(side).each(partition, |record| {
                        let code = (record >> 81) as u64;
                        if let Some(word) = words.get_mut((spread(code) >> shift) as usize & within) {
                            *word |= bits(code);
                        }
                    })?;
                }
            }
        })?;
        Ok(known)
    }

    /// Whether a code may be among them.
    #[inline]
    pub fn may_hold(&self, code: u64) -> bool {
        let bits = bits(code);
        self.words.get((spread(code) >> self.shift) as usize).is_some_and(|word| word & bits == bits)
    }
}

/// Three bits of a word.
#[inline]
fn bits(code: u64) -> u64 {
    let mixed = code.wrapping_mul(0xd6e8_feb8_6659_fd93);
    1 << (mixed >> 58) | 1 << (mixed >> 52 & 63) | 1 << (mixed >> 46 & 63)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Limits;

    #[test]
    fn every_code_that_is_there_passes_and_few_others_do() {
        let limits = Limits { memory_bytes: 1 << 20, ..Limits::new() };
        let mut collector = Collector::new(&limits);
        let code = |n: u64| n * 2_654_435_761 % (1 << 47);
        for n in 0..100_000 {
            collector.organisation(Side::Black, code(n), 0, n).unwrap();
        }
        collector.organisation(Side::Red, code(200_000), 0, 1).unwrap();
        let known = Known::of(&[collector], Side::Black, 2).unwrap();
        assert!((0..100_000).all(|n| known.may_hold(code(n))));
        let others = (100_000..200_000).filter(|n| known.may_hold(code(*n))).count();
        assert!(others < 5_000, "{others}");
    }

    #[test]
    fn nothing_passes_where_nothing_is() {
        let known = Known::of([], Side::Black, 1).unwrap();
        assert!(!known.may_hold(0) && !known.may_hold(77));
    }
}
