//! Log entries: the header that is hashed into the log, and the envelope that carries the act.

use honghei_domain::act::OfficerId;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, Need, NodeId};
use honghei_proto::ledger::v1 as wire;
use prost::Message;

use crate::defect::{At, WireDefect};
use crate::{MAX_CHUNK, MAX_ENVELOPE, MAX_HEADER, read};

/// The head of an entry. Its leaf is `leaf_hash(encode_header(..))`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Log and zero-based index.
    pub at: EntryRef,
    /// Transport time of writing, milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Stable kind of the act, as [`honghei_domain::act::Act::kind`] says.
    pub kind: String,
    /// Who may read the payload.
    pub audience: Audience,
    /// Gap-free number within that audience of this log, from 1.
    pub audience_number: u64,
    /// SHA-256 of the previous header within that audience; zeros at number 1.
    pub audience_previous: Digest,
    /// Logs that must be held before the act is interpreted.
    pub needs: Vec<Need>,
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// SHA-256 of the envelope's bytes.
    pub payload_digest: Digest,
    /// Bytes of the envelope.
    pub payload_length: u64,
}

/// The payload of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// The encoded act body: what officers sign.
    pub body: Vec<u8>,
    /// Officers' signatures; none for what a node does by itself.
    pub signatures: Vec<OfficerSignature>,
    /// Chunks its readers must hold.
    pub chunks: Vec<ChunkDue>,
}

/// One officer's signature over the canonical statement of the act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerSignature {
    /// Who.
    pub officer: OfficerId,
    /// The node he serves.
    pub node: NodeId,
    /// Algorithm of his key, such as `ed25519`.
    pub algorithm: String,
    /// Signature bytes as the algorithm defines them.
    pub signature: Vec<u8>,
}

/// A chunk that the readers in an audience must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkDue {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its bytes, at most [`MAX_CHUNK`].
    pub length: u64,
    /// Who must hold it.
    pub audience: Audience,
    /// Smaller is fetched first.
    pub priority: u32,
}

/// The bytes of a header: the same header always gives the same bytes.
pub fn encode_header(header: &Header) -> Vec<u8> {
    let need = |need: &Need| wire::Need { origin: need.log.node.to_string(), epoch: need.log.epoch, size: need.size };
    wire::EntryHeader {
        origin: header.at.log.node.to_string(),
        epoch: header.at.log.epoch,
        index: header.at.index,
        time_ms: header.time_ms,
        kind: header.kind.clone(),
        audience: header.audience.to_string(),
        audience_number: header.audience_number,
        audience_previous: header.audience_previous.to_vec(),
        needs: header.needs.iter().map(need).collect(),
        salt: header.salt.to_vec(),
        payload_digest: header.payload_digest.to_vec(),
        payload_length: header.payload_length,
    }
    .encode_to_vec()
}

/// Reads a header of at most [`MAX_HEADER`] bytes; a payload length beyond [`MAX_ENVELOPE`] is a defect of the header.
pub fn decode_header(bytes: &[u8]) -> Result<Header, WireDefect> {
    let header: wire::EntryHeader = read::message("header", bytes, MAX_HEADER)?;
    read_header(header).at("header")
}

fn read_header(header: wire::EntryHeader) -> Result<Header, WireDefect> {
    let log = read::log(header.origin, header.epoch)?;
    Ok(Header {
        at: EntryRef { log, index: header.index },
        time_ms: header.time_ms,
        kind: read::token(header.kind).at("kind")?,
        audience: read::audience(&header.audience).at("audience")?,
        audience_number: read::number_from_one(header.audience_number).at("audience_number")?,
        audience_previous: read::digest(&header.audience_previous).at("audience_previous")?,
        needs: read::each(header.needs, read_need).at("needs")?,
        salt: read::digest(&header.salt).at("salt")?,
        payload_digest: read::digest(&header.payload_digest).at("payload_digest")?,
        payload_length: read::length(header.payload_length, MAX_ENVELOPE).at("payload_length")?,
    })
}

fn read_need(need: wire::Need) -> Result<Need, WireDefect> {
    Ok(Need { log: read::log(need.origin, need.epoch)?, size: need.size })
}

/// The bytes of an envelope: the same envelope always gives the same bytes.
pub fn encode_envelope(envelope: &Envelope) -> Vec<u8> {
    let signature = |signature: &OfficerSignature| wire::OfficerSignature {
        officer: signature.officer.0.clone(),
        node: signature.node.to_string(),
        algorithm: signature.algorithm.clone(),
        signature: signature.signature.clone(),
    };
    let chunk = |chunk: &ChunkDue| wire::ChunkDue {
        digest: chunk.digest.to_vec(),
        length: chunk.length,
        audience: chunk.audience.to_string(),
        priority: chunk.priority,
    };
    wire::PayloadEnvelope {
        salt: envelope.salt.to_vec(),
        body: envelope.body.clone(),
        signatures: envelope.signatures.iter().map(signature).collect(),
        chunks: envelope.chunks.iter().map(chunk).collect(),
    }
    .encode_to_vec()
}

/// Reads an envelope of at most [`MAX_ENVELOPE`] bytes. The body stays encoded.
pub fn decode_envelope(bytes: &[u8]) -> Result<Envelope, WireDefect> {
    let envelope: wire::PayloadEnvelope = read::message("envelope", bytes, MAX_ENVELOPE)?;
    read_envelope(envelope).at("envelope")
}

fn read_envelope(envelope: wire::PayloadEnvelope) -> Result<Envelope, WireDefect> {
    Ok(Envelope {
        salt: read::digest(&envelope.salt).at("salt")?,
        body: envelope.body,
        signatures: read::each(envelope.signatures, read_signature).at("signatures")?,
        chunks: read::each(envelope.chunks, read_chunk_due).at("chunks")?,
    })
}

fn read_signature(signature: wire::OfficerSignature) -> Result<OfficerSignature, WireDefect> {
    Ok(OfficerSignature {
        officer: OfficerId(read::token(signature.officer).at("officer")?),
        node: read::node(signature.node).at("node")?,
        algorithm: read::token(signature.algorithm).at("algorithm")?,
        signature: signature.signature,
    })
}

fn read_chunk_due(chunk: wire::ChunkDue) -> Result<ChunkDue, WireDefect> {
    Ok(ChunkDue {
        digest: read::digest(&chunk.digest).at("digest")?,
        length: read::length(chunk.length, MAX_CHUNK).at("length")?,
        audience: read::audience(&chunk.audience).at("audience")?,
        priority: chunk.priority,
    })
}
