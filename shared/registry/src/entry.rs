//! One entry as desks see it, and the draft it is made from.

use honghei_codec::act::{decode_body, encode_body};
use honghei_codec::entry::{Envelope, Header, decode_envelope, decode_header};
use honghei_codec::list::BuiltList;
use honghei_domain::act::{Act, ActBody};
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::EntryRef;
use honghei_store::EntryRow;

use crate::error::Fault;

/// A readable entry of an own or mirrored log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place.
    pub at: EntryRef,
    /// The header.
    pub header: Header,
    /// Signatures and chunks.
    pub envelope: Envelope,
    /// What was done.
    pub body: ActBody,
}

impl Entry {
    /// Reads a stored row; `None` when this node holds only the leaf.
    pub fn read(row: &EntryRow) -> Result<Option<Self>, Fault> {
        let (Some(header), Some(payload)) = (&row.header, &row.payload) else { return Ok(None) };
        let name = || format!("entry {}", row.at);
        let header = decode_header(header).map_err(Fault::unreadable(name()))?;
        let envelope = decode_envelope(payload).map_err(Fault::unreadable(name()))?;
        let body = decode_body(&envelope.body).map_err(Fault::unreadable(name()))?;
        Ok(Some(Self { at: row.at.clone(), header, envelope, body }))
    }

    /// The act.
    pub fn act(&self) -> &Act {
        &self.body.act
    }
}

/// A chunk that travels with an act.
#[derive(Clone, Debug)]
pub struct DraftChunk {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Who must hold it.
    pub audience: Audience,
    /// Smaller travels first: 0 black and exits, 10 red, 20 bulk.
    pub priority: u32,
}

/// An act before it has a place in the log.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What will be done.
    pub body: ActBody,
    /// The body's bytes, encoded once: what officers sign and everybody stores.
    pub bytes: Vec<u8>,
    /// Who may read it.
    pub audience: Audience,
    /// Its chunks.
    pub chunks: Vec<DraftChunk>,
}

impl Draft {
    /// Encodes a body for an audience.
    pub fn new(body: ActBody, audience: Audience) -> Self {
        let bytes = encode_body(&body);
        Self { body, bytes, audience, chunks: Vec::new() }
    }

    /// Lets a list's chunks travel with the act to an audience.
    pub fn with_list(mut self, list: BuiltList, audience: &Audience, priority: u32) -> Self {
        self.chunks.extend(list.chunks.into_iter().map(|(digest, bytes)| DraftChunk {
            digest,
            bytes,
            audience: audience.clone(),
            priority,
        }));
        self
    }
}
