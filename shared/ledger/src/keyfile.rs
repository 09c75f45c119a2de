//! Key files: a private key under a passphrase, as JSON.
//!
//! Argon2id derives the key, AES-256-GCM seals the private bytes, and every other field of the file is authenticated
//! with them. The cost of the derivation is recorded in the file and bounded when it is read, so that a hostile file
//! cannot take the machine's memory.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::defect::LedgerDefect;
use crate::key::{Algorithm, PublicKey, SecretKey};
use crate::sealed_box::VaultKey;

/// The longest key file that is read, in bytes.
pub const MAX_KEY_FILE_BYTES: usize = 8 * 1024;
const FORMAT: &str = "honghei/key-file/v1";
const DERIVATION: &str = "argon2id";
const SALT_BYTES: usize = 16;
const LEAST_MEMORY_KIB: u32 = 8;
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// What one derivation costs, and so what one guess at the passphrase costs. One lane always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, 8 to 262,144.
    pub memory_kib: u32,
    /// Passes over that memory, 1 to 16.
    pub passes: u32,
}

impl Cost {
    /// For keys that matter: 19 MiB, two passes.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// For tests and rehearsals only: a guess costs next to nothing.
    pub const TRIVIAL: Self = Self { memory_kib: 64, passes: 1 };

    fn check(self) -> Result<(), LedgerDefect> {
        let within = |what, value, least, most| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(LedgerDefect::KeyFileCost { what, value, least, most })
            }
        };
        within("memory_kib", self.memory_kib, LEAST_MEMORY_KIB, MOST_MEMORY_KIB)?;
        within("passes", self.passes, 1, MOST_PASSES)
    }
}

/// The file as it lies on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: String,
    public_key: PublicKey,
    derivation: String,
    memory_kib: u32,
    passes: u32,
    /// Base64.
    salt: String,
    /// Base64 of a sealed box over the private bytes.
    sealed: String,
}

impl KeyFile {
    /// The context that the box is sealed under: every other field of the file.
    fn context(&self) -> Vec<u8> {
        let Self { format, public_key, derivation, memory_kib, passes, salt, sealed: _ } = self;
        format!("{format}\n{public_key}\n{derivation}\n{memory_kib}\n{passes}\n{salt}\n").into_bytes()
    }
}

/// Seals a private key under a passphrase; gives the file's JSON text.
///
/// Refuses a cost out of bounds (`KEY_FILE_COST`). Takes the time that the cost says: run it off the async threads.
pub fn seal(
    secret: &SecretKey,
    passphrase: &str,
    rng: &mut (impl CryptoRng + ?Sized),
    cost: Cost,
) -> Result<String, LedgerDefect> {
    let mut salt = [0_u8; SALT_BYTES];
    rng.fill_bytes(&mut salt);
    let mut file = KeyFile {
        format: FORMAT.to_owned(),
        public_key: secret.public(),
        derivation: DERIVATION.to_owned(),
        memory_kib: cost.memory_kib,
        passes: cost.passes,
        salt: BASE64_STANDARD.encode(salt),
        sealed: String::new(),
    };
    let key = derive(passphrase, &salt, cost)?;
    file.sealed = BASE64_STANDARD.encode(key.seal(rng, secret.seed().as_ref(), &file.context())?);
    let json = serde_json::to_string_pretty(&file)
        .map_err(|_| LedgerDefect::KeyFileMalformed { reason: "cannot be written as JSON" })?;
    Ok(json + "\n")
}

/// Opens a key file.
///
/// Refuses what is no key file (`KEY_FILE_MALFORMED`), a cost out of bounds (`KEY_FILE_COST`), and a wrong passphrase
/// or altered file (`PASSPHRASE_WRONG`). Takes the time that the file's cost says: run it off the async threads.
pub fn open(json: &str, passphrase: &str) -> Result<SecretKey, LedgerDefect> {
    let malformed = |reason| LedgerDefect::KeyFileMalformed { reason };
    let file = read(json)?;
    let salt: [u8; SALT_BYTES] = BASE64_STANDARD
        .decode(&file.salt)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(malformed("the salt is not 16 bytes in base64"))?;
    let sealed = BASE64_STANDARD.decode(&file.sealed).map_err(|_| malformed("the sealed key is not base64"))?;
    let key = derive(passphrase, &salt, Cost { memory_kib: file.memory_kib, passes: file.passes })?;
    let seed = key.open(&sealed, &file.context()).map_err(|_| LedgerDefect::PassphraseWrong)?;
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| malformed("the private key is not 32 bytes"))?;
    let Algorithm::Ed25519 = file.public_key.algorithm;
    let secret = SecretKey::from_seed(file.public_key.algorithm, seed);
    if secret.public() != file.public_key {
        return Err(malformed("the private key does not belong to the public key"));
    }
    Ok(secret)
}

/// The public key that a key file names, without its passphrase. What it says is proved only by [`open`].
pub fn public_key_of(json: &str) -> Result<PublicKey, LedgerDefect> {
    Ok(read(json)?.public_key)
}

fn read(json: &str) -> Result<KeyFile, LedgerDefect> {
    let malformed = |reason| LedgerDefect::KeyFileMalformed { reason };
    if json.len() > MAX_KEY_FILE_BYTES {
        return Err(malformed("longer than 8192 bytes"));
    }
    let file: KeyFile = serde_json::from_str(json).map_err(|_| malformed("not the JSON of a key file"))?;
    if file.format != FORMAT || file.derivation != DERIVATION {
        return Err(malformed("of another format or derivation"));
    }
    Ok(file)
}

fn derive(passphrase: &str, salt: &[u8; SALT_BYTES], cost: Cost) -> Result<VaultKey, LedgerDefect> {
    cost.check()?;
    let refused = |_| LedgerDefect::KeyFileMalformed { reason: "Argon2id refuses these parameters" };
    let params = argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(refused)?;
    let mut key = Zeroizing::new([0_u8; 32]);
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(refused)?;
    Ok(VaultKey::new(*key))
}
