//! One entry as desks see it, and the draft it is made from.

use honghei_codec::act::{decode_body, encode_body};
use honghei_codec::entry::{Envelope, Header, decode_envelope, decode_header};
use honghei_codec::list::BuiltList;
use honghei_domain::act::{Act, ActBody, OfficerId};
use honghei_domain::attachment::{self, Attachment};
use honghei_domain::audience::Audience;
use honghei_domain::list::{AttachmentRef, Digest};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::Action;
use honghei_store::{EntryRow, Tx};

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

    /// Reads the entry at a place; `None` where it is not held, or only its leaf.
    pub async fn find(tx: &mut dyn Tx, at: &EntryRef) -> Result<Option<Self>, Fault> {
        match tx.entry(at).await? {
            Some(row) => Self::read(&row),
            None => Ok(None),
        }
    }

    /// The act.
    pub fn act(&self) -> &Act {
        &self.body.act
    }
}

/// Files travel behind lists and results.
const FILE_PRIORITY: u32 = 30;

/// A chunk that travels with an act.
#[derive(Clone, Debug)]
pub struct DraftChunk {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub length: u64,
    /// The bytes; none where the store holds them already.
    pub bytes: Option<Vec<u8>>,
    /// Who must hold it.
    pub audience: Audience,
    /// Smaller travels first: 0 black and exits, 10 red, 20 bulk, 30 files.
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
    /// Who had what the act is about in hand before, at this node; none of them may join it with another duty (F-P5).
    pub hands: Vec<(Action, OfficerId)>,
}

impl Draft {
    /// Encodes a body for an audience.
    pub fn new(body: ActBody, audience: Audience) -> Self {
        let bytes = encode_body(&body);
        Self { body, bytes, audience, chunks: Vec::new(), hands: Vec::new() }
    }

    /// Notes who had what the act is about in hand before.
    pub fn with_hands(mut self, hands: Vec<(Action, OfficerId)>) -> Self {
        self.hands = hands;
        self
    }

    /// Lets a list's chunks travel with the act to an audience.
    pub fn with_list(mut self, list: BuiltList, audience: &Audience, priority: u32) -> Self {
        self.chunks.extend(list.chunks.into_iter().map(|(digest, bytes)| DraftChunk {
            digest,
            length: bytes.len() as u64,
            bytes: Some(bytes),
            audience: audience.clone(),
            priority,
        }));
        self
    }

    /// Lets parts of other kinds travel with the act, under the addresses of their bytes.
    pub fn with_parts(mut self, parts: Vec<Vec<u8>>, audience: &Audience, priority: u32) -> Self {
        self.chunks.extend(parts.into_iter().map(|bytes| DraftChunk {
            digest: honghei_ledger::sha256(&bytes),
            length: bytes.len() as u64,
            bytes: Some(bytes),
            audience: audience.clone(),
            priority,
        }));
        self
    }

    /// Lets files travel with the act to an audience, behind everything more urgent.
    pub fn with_files(mut self, files: &[Attachment], audience: &Audience) -> Self {
        for (digest, bytes) in files.iter().flat_map(Attachment::parts) {
            self.part(digest, bytes.len() as u64, Some(bytes), audience);
        }
        self
    }

    /// The same for files whose parts the store holds.
    pub fn with_stored_files(mut self, files: &[AttachmentRef], audience: &Audience) -> Self {
        for (digest, length) in files.iter().flat_map(attachment::part_lengths) {
            self.part(digest, length, None, audience);
        }
        self
    }

    /// Two files may have a part in common, which travels once.
    fn part(&mut self, digest: Digest, length: u64, bytes: Option<&[u8]>, audience: &Audience) {
        if self.chunks.iter().any(|chunk| chunk.digest == digest) {
            return;
        }
        let bytes = bytes.map(<[u8]>::to_vec);
        self.chunks.push(DraftChunk { digest, length, bytes, audience: audience.clone(), priority: FILE_PRIORITY });
    }
}
