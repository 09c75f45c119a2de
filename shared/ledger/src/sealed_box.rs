//! Sealing of personal data: AES-256-GCM boxes beside the log, and the salted commitment inside it.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::defect::LedgerDefect;
use crate::hash::{Digest, sha256_parts};

/// The most plaintext that one box holds, in bytes.
pub const MAX_SEALED_BYTES: usize = 16 * 1024 * 1024;
/// What the first byte of every box says.
const BOX_VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// A vault's key. Its memory is wiped when it is dropped, and `Debug` shows nothing of it.
///
/// Nonces are random, so one key seals at most 2^32 boxes.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<[u8; 32]>);

impl VaultKey {
    /// A key from its 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// The key's bytes, for whoever keeps it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals a plaintext under a context (`aad`): version byte, 12 bytes of nonce, ciphertext, 16 bytes of tag.
    ///
    /// The box opens only under the same context, so it cannot be moved to another place. Refuses more than
    /// [`MAX_SEALED_BYTES`] (`SEAL_TOO_LARGE`).
    pub fn seal(
        &self,
        rng: &mut (impl CryptoRng + ?Sized),
        plaintext: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, LedgerDefect> {
        let too_large = LedgerDefect::SealTooLarge { got: plaintext.len() as u64, limit: MAX_SEALED_BYTES as u64 };
        if plaintext.len() > MAX_SEALED_BYTES {
            return Err(too_large);
        }
        let mut nonce = [0_u8; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let sealed = self.cipher().encrypt(&nonce.into(), Payload { msg: plaintext, aad }).map_err(|_| too_large)?;
        Ok([&[BOX_VERSION][..], &nonce, &sealed].concat())
    }

    /// Opens a box that this key sealed under this context; all else is refused (`SEAL_BROKEN`).
    pub fn open(&self, sealed: &[u8], aad: &[u8]) -> Result<Zeroizing<Vec<u8>>, LedgerDefect> {
        let Some((&BOX_VERSION, rest)) = sealed.split_first() else { return Err(LedgerDefect::SealBroken) };
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(LedgerDefect::SealBroken)?;
        if ciphertext.len() > MAX_SEALED_BYTES + 16 {
            return Err(LedgerDefect::SealBroken);
        }
        self.cipher()
            .decrypt(&(*nonce).into(), Payload { msg: ciphertext, aad })
            .map(Zeroizing::new)
            .map_err(|_| LedgerDefect::SealBroken)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&(*self.0).into())
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(..)")
    }
}

/// The commitment to a personal ID number that may stand in a signed payload.
///
/// The number alone could be guessed; the 32 random bytes of salt, kept with it in the vault, forbid that. Erasing the
/// salt makes the commitment say nothing.
pub fn person_commitment(salt: &[u8; 32], number: &str) -> Digest {
    sha256_parts(&[b"honghei/person-commitment/v1\n", salt, number.as_bytes()])
}
