//! A directory as it travels: the bytes the root signed, and the signature.

use honghei_domain::directory::PublicKeyRecord;
use honghei_proto::directory::v1 as wire;
use prost::Message;

use super::{read_key, write_key};
use crate::defect::{At, WireDefect};
use crate::{MAX_DIRECTORY, MAX_ENVELOPE, read};

/// A directory and the root's signature over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDirectory {
    /// The encoded directory, exactly as it was signed; see [`super::decode_directory`].
    pub document: Vec<u8>,
    /// The key it verifies with. Says nothing by itself: it must equal the root key a node was enrolled with.
    pub key: PublicKeyRecord,
    /// Signature bytes as the algorithm defines them.
    pub signature: Vec<u8>,
}

/// The bytes of a signed directory: what an act that publishes a directory carries.
pub fn encode_signed_directory(signed: &SignedDirectory) -> Vec<u8> {
    wire::SignedDirectory {
        document: signed.document.clone(),
        key: write_key(&signed.key),
        signature: signed.signature.clone(),
    }
    .encode_to_vec()
}

/// Reads a signed directory without looking into it or checking its signature.
pub fn decode_signed_directory(bytes: &[u8]) -> Result<SignedDirectory, WireDefect> {
    let signed: wire::SignedDirectory = read::message("signed_directory", bytes, MAX_ENVELOPE)?;
    read_signed(signed).at("signed_directory")
}

fn read_signed(signed: wire::SignedDirectory) -> Result<SignedDirectory, WireDefect> {
    read::within(signed.document.len(), MAX_DIRECTORY).at("document")?;
    Ok(SignedDirectory { document: signed.document, key: read_key(signed.key).at("key")?, signature: signed.signature })
}
