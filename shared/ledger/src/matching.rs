//! Matching of citizens' ID numbers by the province alone: numbers are sealed to its key (HPKE, RFC 9180), and known to
//! it by a keyed hash. Whoever holds sealed numbers, hashes or commitments and not the key cannot enumerate.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng};
use rand_core::CryptoRng;
use ring::hmac;
use zeroize::Zeroizing;

use crate::defect::LedgerDefect;
use crate::hash::Digest;
use crate::sealed_box::person_commitment;

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

/// What every sealed number is bound to besides its commitment.
const INFO: &[u8] = b"honghei/sealed-person/v1";
const SALT_BYTES: usize = 32;
const KEY_BYTES: usize = 32;

/// The public key that numbers are sealed to.
#[derive(Clone)]
pub struct SealingKey(PublicKey);

impl SealingKey {
    /// Reads base64 of the 32 bytes of an X25519 key (`KEY_MALFORMED`).
    pub fn parse(text: &str) -> Result<Self, LedgerDefect> {
        let malformed = LedgerDefect::KeyMalformed { reason: "a matching key is 32 bytes of X25519 in base64" };
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| malformed.clone())?;
        PublicKey::from_bytes(&bytes).map(Self).map_err(|_| malformed)
    }

    /// Seals a number and the salt of its commitment; opens only beside that commitment.
    ///
    /// Encapsulated key (32 bytes), then ciphertext and tag. `KEY_MALFORMED` where the key is of low order.
    pub fn seal(
        &self,
        rng: &mut impl CryptoRng,
        commitment: &Digest,
        salt: &[u8; SALT_BYTES],
        number: &str,
    ) -> Result<Vec<u8>, LedgerDefect> {
        let clear = Zeroizing::new([&salt[..], number.as_bytes()].concat());
        let mode = OpModeS::Base;
        let sealed = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &mode, &self.0, INFO, &clear, commitment, rng,
        );
        let unusable = |_| LedgerDefect::KeyMalformed { reason: "nothing can be sealed to this matching key" };
        let (encapsulated, ciphertext) = sealed.map_err(unusable)?;
        Ok([&encapsulated.to_bytes()[..], &ciphertext].concat())
    }
}

impl fmt::Display for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0.to_bytes()))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({self})")
    }
}

/// The province's key: opens sealed numbers and hashes them. `Debug` shows nothing of it.
pub struct MatchingKey {
    secret: Zeroizing<[u8; KEY_BYTES]>,
    opening: PrivateKey,
    public: PublicKey,
    hashing: hmac::Key,
}

impl MatchingKey {
    /// The key of a secret; both halves are derived from it under labels of their own.
    pub fn new(secret: [u8; KEY_BYTES]) -> Self {
        let secret = Zeroizing::new(secret);
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref());
        let opening = hmac::sign(&root, b"honghei/matching/opening/v1");
        let hashing = hmac::sign(&root, b"honghei/matching/hashing/v1");
        let (opening, public) = X25519HkdfSha256::derive_keypair(opening.as_ref());
        Self { secret, opening, public, hashing: hmac::Key::new(hmac::HMAC_SHA256, hashing.as_ref()) }
    }

    /// A new key.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut secret = [0; KEY_BYTES];
        rng.fill_bytes(&mut secret);
        Self::new(secret)
    }

    /// The secret, for whoever keeps it.
    pub fn secret(&self) -> &[u8; KEY_BYTES] {
        &self.secret
    }

    /// The key that others seal to.
    pub fn public(&self) -> SealingKey {
        SealingKey(self.public.clone())
    }

    /// Opens a sealed number and hashes it; it must be the one committed to (`SEAL_BROKEN`). The number itself goes no
    /// further than this.
    pub fn keyed_hash(&self, commitment: &Digest, sealed: &[u8]) -> Result<Digest, LedgerDefect> {
        let (encapsulated, ciphertext) = sealed.split_at_checked(KEY_BYTES).ok_or(LedgerDefect::SealBroken)?;
        let encapsulated = Encapsulated::from_bytes(encapsulated).map_err(|_| LedgerDefect::SealBroken)?;
        let mode = OpModeR::Base;
        let opened = single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &mode,
            &self.opening,
            &encapsulated,
            INFO,
            ciphertext,
            commitment,
        );
        let clear = Zeroizing::new(opened.map_err(|_| LedgerDefect::SealBroken)?);
        let (salt, number) = clear.split_first_chunk::<SALT_BYTES>().ok_or(LedgerDefect::SealBroken)?;
        let number = std::str::from_utf8(number).map_err(|_| LedgerDefect::SealBroken)?;
        if person_commitment(salt, number) != *commitment {
            return Err(LedgerDefect::SealBroken);
        }
        let hash = hmac::sign(&self.hashing, number.as_bytes());
        hash.as_ref().try_into().map_err(|_| LedgerDefect::SealBroken)
    }
}

impl fmt::Debug for MatchingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchingKey(..)")
    }
}
