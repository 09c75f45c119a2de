//! The one source of chance of a history.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Draws from a seed; the same seed, the same draws.
#[derive(Debug)]
pub struct Dice(ChaCha20Rng);

impl Dice {
    /// The dice of a seed.
    pub fn of(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is below 2^-50 for bounds of a few thousand.
        self.0.next_u64() % bound.max(1)
    }

    /// True once in `of` draws.
    pub fn once_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// One of a slice that is not empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        from.get(at)
    }
}
