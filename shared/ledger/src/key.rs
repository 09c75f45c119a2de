//! Signing keys. Every key and signature carries its algorithm, so that a second one (SM2) can stand beside Ed25519.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, KeypairBytes};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::defect::LedgerDefect;
use crate::hash::{Digest, sha256_parts};

/// The longest PEM text that is read as a private key.
const MAX_PEM_BYTES: usize = 4096;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// RFC 8032, pure Ed25519; public keys of 32 bytes, signatures of 64.
    Ed25519,
}

impl Algorithm {
    /// The name that stands on the wire and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
        }
    }

    /// The algorithm of that name; refuses others (`ALGORITHM_UNKNOWN`).
    pub fn from_name(name: &str) -> Result<Self, LedgerDefect> {
        match name {
            "ed25519" => Ok(Self::Ed25519),
            _ => Err(LedgerDefect::AlgorithmUnknown { name: name.chars().take(40).collect() }),
        }
    }
}

/// A public key with its algorithm.
///
/// The text form, also the one in JSON and TOML, is the algorithm's name, a colon and the bytes in hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The algorithm's own encoding; Ed25519: 32 bytes.
    pub bytes: Vec<u8>,
}

impl PublicKey {
    /// A key from its bytes; refuses wrong lengths, points off the curve and weak points (`KEY_MALFORMED`).
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, LedgerDefect> {
        let key = Self { algorithm, bytes: bytes.to_vec() };
        key.verifying_key().map(|_| key.clone())
    }

    /// Whether this is the key's signature over the message. Strict: no malleable, no small-order cases.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match (self.verifying_key(), Signature::from_slice(signature)) {
            (Ok(key), Ok(signature)) => key.verify_strict(message, &signature).is_ok(),
            _ => false,
        }
    }

    /// SHA-256 over the algorithm's name and the bytes, under a domain of its own.
    pub fn digest(&self) -> Digest {
        sha256_parts(&[b"honghei/public-key/v1\n", self.algorithm.name().as_bytes(), b"\n", &self.bytes])
    }

    /// The key as SubjectPublicKeyInfo in PEM, as OpenSSL reads it; refuses a key whose bytes are none
    /// (`KEY_MALFORMED`).
    pub fn to_pem(&self) -> Result<String, LedgerDefect> {
        self.verifying_key()?
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| LedgerDefect::KeyMalformed { reason: "cannot be written as PEM" })
    }

    fn verifying_key(&self) -> Result<VerifyingKey, LedgerDefect> {
        let Algorithm::Ed25519 = self.algorithm;
        let bytes: &[u8; 32] = self
            .bytes
            .as_slice()
            .try_into()
            .map_err(|_| LedgerDefect::KeyMalformed { reason: "an Ed25519 public key has 32 bytes" })?;
        match VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(key),
            _ => Err(LedgerDefect::KeyMalformed { reason: "not a sound Ed25519 point" }),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), hex::encode(&self.bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = LedgerDefect;

    fn from_str(text: &str) -> Result<Self, LedgerDefect> {
        let malformed = LedgerDefect::KeyMalformed { reason: "a public key is its algorithm, a colon and hexadecimal" };
        let (algorithm, digits) = text.split_once(':').ok_or(malformed.clone())?;
        let algorithm = Algorithm::from_name(algorithm)?;
        let mut bytes = [0_u8; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| malformed)?;
        Self::new(algorithm, &bytes)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = LedgerDefect;

    fn try_from(text: String) -> Result<Self, LedgerDefect> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> String {
        key.to_string()
    }
}

/// A private key. Its memory is wiped when it is dropped, and `Debug` shows the public key only.
#[derive(Clone)]
pub struct SecretKey {
    ed25519: SigningKey,
}

impl SecretKey {
    /// A new Ed25519 key.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self { ed25519: SigningKey::generate(rng) }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { algorithm: Algorithm::Ed25519, bytes: self.ed25519.verifying_key().to_bytes().to_vec() }
    }

    /// Signs a message; Ed25519: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.ed25519.sign(message).to_bytes().to_vec()
    }

    /// The key as unencrypted PKCS #8 in PEM (RFC 8410), as OpenSSL reads it. Whoever holds the text holds the key.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, LedgerDefect> {
        // Without the public key: that is version 1 of the format, which every reader knows.
        KeypairBytes { secret_key: self.ed25519.to_bytes(), public_key: None }
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| LedgerDefect::KeyMalformed { reason: "cannot be written as PKCS #8" })
    }

    /// Reads an unencrypted PKCS #8 PEM of an Ed25519 key; refuses all else (`KEY_MALFORMED`).
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, LedgerDefect> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(LedgerDefect::KeyMalformed { reason: "the PEM text is longer than 4096 bytes" });
        }
        SigningKey::from_pkcs8_pem(pem)
            .map(|ed25519| Self { ed25519 })
            .map_err(|_| LedgerDefect::KeyMalformed { reason: "not an unencrypted PKCS #8 PEM of an Ed25519 key" })
    }

    /// The private bytes; Ed25519: the 32-byte seed of RFC 8032.
    pub(crate) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.ed25519.to_bytes())
    }

    /// A key from its private bytes; Ed25519: the 32-byte seed of RFC 8032.
    pub fn from_seed(algorithm: Algorithm, seed: &[u8; 32]) -> Self {
        let Algorithm::Ed25519 = algorithm;
        Self { ed25519: SigningKey::from_bytes(seed) }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}
