//! C2SP cosignature/v1: a witness's or a parent's timestamped signature on another log's checkpoint.
//!
//! To a child its parent's cosignature is the durable receipt; to the province its children's are the witnesses.

use crate::checkpoint::Checkpoint;
use crate::defect::LedgerDefect;
use crate::key::{Algorithm, PublicKey, SecretKey};
use crate::note::{NoteSignature, TYPE_COSIGNATURE, check_name, key_hash, verifier_key_of_type};

/// Signs a checkpoint's text at a time (seconds since 1970-01-01 UTC); gives the signature line, newline included,
/// to be appended to the signed note.
///
/// Refuses a text that is no checkpoint (`CHECKPOINT_MALFORMED`), a name that a note cannot carry
/// (`KEY_NAME_MALFORMED`) and a time above 2^63 - 1 (`COSIGNATURE_MALFORMED`).
pub fn cosign(checkpoint_text: &str, name: &str, key: &SecretKey, time_seconds: u64) -> Result<String, LedgerDefect> {
    Checkpoint::parse(checkpoint_text)?;
    check_name(name)?;
    check_time(time_seconds)?;
    let Algorithm::Ed25519 = key.algorithm();
    let signature = key.sign(&message(checkpoint_text, time_seconds));
    let timed = [&time_seconds.to_be_bytes()[..], &signature].concat();
    let key_hash = key_hash(name, TYPE_COSIGNATURE, &key.public().bytes);
    Ok(NoteSignature { name: name.to_owned(), key_hash, signature: timed }.line())
}

/// The time (seconds since 1970-01-01 UTC) at which this key cosigned the checkpoint's text.
///
/// `line` is one signature line, with or without its newline. Refuses a line by another key (`SIGNATURE_MISSING`) and
/// one that does not verify (`SIGNATURE_INVALID`).
pub fn verify_cosignature(checkpoint_text: &str, line: &str, name: &str, key: &PublicKey) -> Result<u64, LedgerDefect> {
    Checkpoint::parse(checkpoint_text)?;
    let cosignature = NoteSignature::parse(line)?;
    if cosignature.name != name || cosignature.key_hash != key_hash(name, TYPE_COSIGNATURE, &key.bytes) {
        return Err(LedgerDefect::SignatureMissing { name: name.to_owned() });
    }
    let (time, signature) = cosignature
        .signature
        .split_first_chunk::<8>()
        .ok_or(LedgerDefect::CosignatureMalformed { reason: "shorter than its 8 bytes of time" })?;
    let time_seconds = u64::from_be_bytes(*time);
    check_time(time_seconds)?;
    if !key.verify(&message(checkpoint_text, time_seconds), signature) {
        return Err(LedgerDefect::SignatureInvalid { name: name.to_owned() });
    }
    Ok(time_seconds)
}

/// The C2SP verifier key (`name+hash+key`) of a cosigner.
pub fn cosigner_verifier_key(name: &str, key: &PublicKey) -> Result<String, LedgerDefect> {
    verifier_key_of_type(name, TYPE_COSIGNATURE, key)
}

fn check_time(time_seconds: u64) -> Result<(), LedgerDefect> {
    if time_seconds > i64::MAX as u64 {
        return Err(LedgerDefect::CosignatureMalformed { reason: "the time is above 2^63 - 1" });
    }
    Ok(())
}

fn message(checkpoint_text: &str, time_seconds: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_seconds}\n{checkpoint_text}").into_bytes()
}
