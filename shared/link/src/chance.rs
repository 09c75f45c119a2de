//! Jitter and back-off: spread, not secrecy, so a small seeded generator does.

use std::time::Duration;

/// First delay after a lost connection.
const BACKOFF_BASE_MS: u64 = 500;
/// Longest delay.
const BACKOFF_CAP_MS: u64 = 60_000;

/// A SplitMix64 generator: deterministic for a seed, good enough to keep nodes out of step.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 for an empty range.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.draw() % bound }
    }

    /// Between 75 % and 125 % of `value`.
    pub fn around(&mut self, value: u64) -> u64 {
        value - value / 4 + self.below(value / 2 + 1)
    }
}

/// How long to wait before dialling again after `failures` failed attempts in a row.
///
/// Doubles from half a second to a minute; `chance` moves it within the upper half, so that children of a restarted
/// parent do not dial in step.
pub fn backoff(failures: u32, chance: u64) -> Duration {
    let full = BACKOFF_BASE_MS.saturating_mul(1 << failures.min(10)).min(BACKOFF_CAP_MS);
    Duration::from_millis(full / 2 + chance % (full / 2 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_to_a_minute_and_stays_within_its_upper_half() {
        for (failures, full) in [(0, 500), (1, 1000), (5, 16_000), (7, 60_000), (u32::MAX, 60_000)] {
            for chance in [0, 1, 77_777, u64::MAX] {
                let delay = u64::try_from(backoff(failures, chance).as_millis()).unwrap();
                assert!((full / 2..=full).contains(&delay), "{failures} failures: {delay} ms");
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let draw = |seed| {
            let mut jitter = Jitter::new(seed);
            (0..8).map(|_| jitter.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
