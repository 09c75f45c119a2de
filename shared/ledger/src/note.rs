//! C2SP signed notes: a text and, below a blank line, signatures by named keys.
//!
//! Key names are non-empty, without white space and plus signs. Notes of up to [`MAX_NOTE_BYTES`] with up to
//! [`MAX_SIGNATURES`] signatures are read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::defect::LedgerDefect;
use crate::hash::sha256_parts;
use crate::key::{Algorithm, PublicKey, SecretKey};

/// The longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;
/// The most signatures that one note may carry.
pub const MAX_SIGNATURES: usize = 256;
/// The longest key name, in bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// Most bytes of one signature, the key hash included.
const MAX_SIGNATURE_BYTES: usize = 8192;
/// What every signature line starts with: an em dash and a space.
const LINE_MARK: &str = "— ";

/// The C2SP signature type of Ed25519 over a note's text.
pub const TYPE_ED25519: u8 = 0x01;
/// The C2SP signature type of a timestamped Ed25519 cosignature.
pub const TYPE_COSIGNATURE: u8 = 0x04;

/// A text and its signatures, parsed but not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, its final newline included.
    pub text: String,
    /// The signatures in their order.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's hash: [`key_hash`].
    pub key_hash: u32,
    /// The signature bytes that follow the key hash.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// The line, its final newline included.
    pub fn line(&self) -> String {
        let bytes = [&self.key_hash.to_be_bytes()[..], &self.signature].concat();
        format!("{LINE_MARK}{} {}\n", self.name, BASE64_STANDARD.encode(bytes))
    }

    /// Reads a line, with or without its final newline.
    pub fn parse(line: &str) -> Result<Self, LedgerDefect> {
        let malformed = |reason| LedgerDefect::NoteMalformed { reason };
        let rest = line
            .strip_suffix('\n')
            .unwrap_or(line)
            .strip_prefix(LINE_MARK)
            .ok_or(malformed("a signature line starts with an em dash and a space"))?;
        let (name, encoded) =
            rest.split_once(' ').ok_or(malformed("a signature line is a name, a space and a signature"))?;
        check_name(name)?;
        if encoded.len() > MAX_SIGNATURE_BYTES {
            return Err(malformed("a signature is longer than 8192 characters"));
        }
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| malformed("a signature is not canonical base64"))?;
        match bytes.split_first_chunk::<4>() {
            Some((key_hash, signature)) if !signature.is_empty() => Ok(Self {
                name: name.to_owned(),
                key_hash: u32::from_be_bytes(*key_hash),
                signature: signature.to_vec(),
            }),
            _ => Err(malformed("a signature is shorter than its key hash")),
        }
    }
}

impl Note {
    /// Reads a note; signatures are not verified. Refuses what C2SP forbids and what is over the limits
    /// (`NOTE_MALFORMED`).
    pub fn parse(note: &str) -> Result<Self, LedgerDefect> {
        let malformed = |reason| LedgerDefect::NoteMalformed { reason };
        if note.len() > MAX_NOTE_BYTES {
            return Err(malformed("longer than 131072 bytes"));
        }
        let split = note.rfind("\n\n").ok_or(malformed("no blank line between text and signatures"))?;
        let (text, lines) = (&note[..=split], &note[split + 2..]);
        check_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(malformed("the last signature line does not end in a newline"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(malformed("more than 256 signatures"));
        }
        let signatures = lines.split('\n').map(NoteSignature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The note as text: what [`Note::parse`] reads.
    pub fn format(&self) -> String {
        let lines: String = self.signatures.iter().map(NoteSignature::line).collect();
        format!("{}\n{lines}", self.text)
    }
}

/// The hash that names a key in a signature line: the first four bytes, big-endian, of
/// SHA-256(name || newline || type || key).
pub fn key_hash(name: &str, signature_type: u8, key: &[u8]) -> u32 {
    let digest = sha256_parts(&[name.as_bytes(), b"\n", &[signature_type], key]);
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// The C2SP verifier key (`name+hash+key`) of a log's key; refuses names that a note cannot carry.
pub fn verifier_key(name: &str, key: &PublicKey) -> Result<String, LedgerDefect> {
    verifier_key_of_type(name, signature_type(key.algorithm), key)
}

pub(crate) fn verifier_key_of_type(name: &str, kind: u8, key: &PublicKey) -> Result<String, LedgerDefect> {
    check_name(name)?;
    let encoded = BASE64_STANDARD.encode([&[kind][..], &key.bytes].concat());
    Ok(format!("{name}+{:08x}+{encoded}", key_hash(name, kind, &key.bytes)))
}

/// Reads a verifier key of type Ed25519: its name and key. Refuses a hash that does not fit (`KEY_MALFORMED`).
pub fn parse_verifier_key(text: &str) -> Result<(String, PublicKey), LedgerDefect> {
    let malformed = |reason| LedgerDefect::KeyMalformed { reason };
    // Base64 may contain a plus sign, so only the first two delimit.
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(hash), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(malformed("a verifier key is a name, a hash and a key, joined by plus signs"));
    };
    check_name(name)?;
    if encoded.len() > 64 {
        return Err(malformed("a verifier key of unknown length"));
    }
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| malformed("a verifier key is not canonical base64"))?;
    match bytes.split_first() {
        Some((&TYPE_ED25519, key)) if hash == format!("{:08x}", key_hash(name, TYPE_ED25519, key)) => {
            Ok((name.to_owned(), PublicKey::new(Algorithm::Ed25519, key)?))
        }
        Some((&TYPE_ED25519, _)) => Err(malformed("the verifier key's hash does not fit its name and key")),
        _ => Err(malformed("a verifier key of unknown type")),
    }
}

/// Signs a text as a note with one signature.
///
/// The text ends in a newline and holds no other control characters (`NOTE_MALFORMED`); the name is one that a note can
/// carry (`KEY_NAME_MALFORMED`).
pub fn sign_note(text: &str, name: &str, key: &SecretKey) -> Result<String, LedgerDefect> {
    check_text(text)?;
    check_name(name)?;
    let public = key.public();
    let key_hash = key_hash(name, signature_type(public.algorithm), &public.bytes);
    let signature = NoteSignature { name: name.to_owned(), key_hash, signature: key.sign(text.as_bytes()) };
    Ok(Note { text: text.to_owned(), signatures: vec![signature] }.format())
}

/// The text of a note that this key signed under this name.
///
/// Signatures by other keys are ignored, as C2SP asks; any signature under this name and hash must verify.
pub fn verify_note(note: &str, name: &str, key: &PublicKey) -> Result<String, LedgerDefect> {
    let note = Note::parse(note)?;
    let expected = key_hash(name, signature_type(key.algorithm), &key.bytes);
    let mut seen = false;
    for signature in note.signatures.iter().filter(|one| one.name == name && one.key_hash == expected) {
        if !key.verify(note.text.as_bytes(), &signature.signature) {
            return Err(LedgerDefect::SignatureInvalid { name: name.to_owned() });
        }
        seen = true;
    }
    if seen { Ok(note.text) } else { Err(LedgerDefect::SignatureMissing { name: name.to_owned() }) }
}

pub(crate) fn check_name(name: &str) -> Result<(), LedgerDefect> {
    let malformed = |reason| Err(LedgerDefect::NameMalformed { reason });
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return malformed("a key name has 1 to 255 bytes");
    }
    if name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return malformed("a key name has no white space, control characters and plus signs");
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), LedgerDefect> {
    let malformed = |reason| Err(LedgerDefect::NoteMalformed { reason });
    if text.len() > MAX_NOTE_BYTES {
        return malformed("longer than 131072 bytes");
    }
    if !text.ends_with('\n') {
        return malformed("the text does not end in a newline");
    }
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return malformed("the text holds control characters");
    }
    Ok(())
}

fn signature_type(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::Ed25519 => TYPE_ED25519,
    }
}
