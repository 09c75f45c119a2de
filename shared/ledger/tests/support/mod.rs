//! Keys and chance that are the same in every run.

use honghei_ledger::{Algorithm, SecretKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// A generator that draws the same each time.
pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

/// The key whose seed is this byte, 32 times.
pub fn key(byte: u8) -> SecretKey {
    SecretKey::from_seed(Algorithm::Ed25519, &[byte; 32])
}
