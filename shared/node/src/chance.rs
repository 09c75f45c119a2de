//! The one place that draws randomness from the machine.

use honghei_registry::engine::Chance;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};

/// The machine refused to give randomness; nothing may be signed or salted without it.
#[derive(Debug, thiserror::Error)]
#[error("the machine gives no randomness")]
pub struct NoChance(#[source] getrandom::Error);

impl NoChance {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "NO_RANDOMNESS"
    }
}

/// A cryptographic generator seeded by the machine.
#[expect(clippy::disallowed_methods, reason = "the one lawful draw from the machine")]
pub fn generator() -> Result<ChaCha20Rng, NoChance> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(NoChance)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

/// The same, boxed for an engine.
pub fn system() -> Result<Chance, NoChance> {
    Ok(Box::new(generator()?))
}

/// A fresh key for TLS: ECDSA over P-256, which every stack of TLS speaks.
#[expect(clippy::disallowed_methods, reason = "ring makes such a key from its own draw alone: SecureRandom is sealed")]
pub fn transport_key_pair() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
}

/// A generator shared by the parts of a node.
pub type Dice = std::sync::Arc<std::sync::Mutex<ChaCha20Rng>>;

/// The shared generator, for one draw.
pub fn draw(dice: &Dice) -> std::sync::MutexGuard<'_, ChaCha20Rng> {
    // A generator is sound whatever its holder died of.
    dice.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
