//! What two neighbours say to each other: the link's own vocabulary, free of wire types.

use bytes::Bytes;
use honghei_domain::list::Digest;
use honghei_domain::node::{ClockClass, EntryRef, LogId, NodeId};

/// The unit of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// First frame of each side.
    Hello(Box<Hello>),
    /// Last frame of a side that will not go on.
    Refusal(Refusal),
    /// Entries of one log.
    Package(Box<Package>),
    /// The durable cursor of the receiver of a log.
    Stored(LogState),
    /// The durable receipt.
    Receipt(Box<Receipt>),
    /// Chunks asked for, most urgent first.
    ChunkWanted(Vec<ChunkAddress>),
    /// Part of a chunk.
    ChunkPiece(ChunkPiece),
    /// A chunk that the asked side does not hold yet, or may not show.
    ChunkAbsent(Digest),
    /// Something the other side sent was wrong.
    Rejection(RejectionNotice),
    /// Nothing else to say; the sender's transport clock, milliseconds since the Unix epoch.
    KeepAlive(i64),
    /// A frame of a newer protocol, passed over.
    Unknown,
}

/// Who speaks and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Protocol version.
    pub protocol: u32,
    /// The federation's name.
    pub federation: String,
    /// Real or simulated.
    pub clock_class: ClockClass,
    /// The node.
    pub node: NodeId,
    /// 16 random bytes, the same for the life of an installation.
    pub instance: [u8; 16],
    /// Directory version held.
    pub directory_version: u64,
    /// Every log held that concerns this link.
    pub logs: Vec<LogState>,
    /// The sender's transport clock, milliseconds since the Unix epoch.
    pub transport_time_ms: i64,
}

/// How far a log is held durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// The log.
    pub log: LogId,
    /// Entries held.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: Digest,
}

/// The stream ends, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// What to do about it.
    pub message: String,
}

/// Consecutive entries of one log with the proofs that they belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The log.
    pub log: LogId,
    /// Index of the first item.
    pub first_index: u64,
    /// At least one.
    pub items: Vec<Item>,
    /// A checkpoint of the log, as a C2SP signed note, whose size is not below the package's end.
    pub checkpoint: String,
    /// Consistency proof from `first_index` to the checkpoint.
    pub start_proof: Vec<Digest>,
    /// Consistency proof from the package's end to the checkpoint.
    pub end_proof: Vec<Digest>,
}

impl Package {
    /// The index after the last item.
    pub fn end(&self) -> u64 {
        self.first_index.saturating_add(self.items.len() as u64)
    }
}

/// One entry, as far as its receiver may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Outside the audience: the leaf hash.
    Leaf(Digest),
    /// Within the audience.
    Entry {
        /// Encoded header.
        header: Bytes,
        /// Encoded envelope.
        payload: Bytes,
    },
}

impl Item {
    /// Bytes that count against a package's budget.
    pub fn weight(&self) -> usize {
        match self {
            Item::Leaf(leaf) => leaf.len(),
            Item::Entry { header, payload } => header.len() + payload.len(),
        }
    }
}

/// A node holds a log up to a size with every payload and chunk due to it, and signed that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Log, size and root: the checkpoint text follows from them.
    pub state: LogState,
    /// C2SP cosignature/v1 line.
    pub line: String,
    /// Who cosigned.
    pub signer: NodeId,
}

/// A chunk, and the entry that entitles to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChunkAddress {
    /// The entry that names it.
    pub entry: EntryRef,
    /// SHA-256 of the chunk.
    pub digest: Digest,
}

/// Consecutive bytes of a chunk; pieces of one chunk come in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkPiece {
    /// SHA-256 of the whole chunk.
    pub digest: Digest,
    /// Position of the first byte.
    pub offset: u64,
    /// Length of the whole chunk.
    pub total: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// What the peer says it did not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectionNotice {
    /// Stable code.
    pub code: String,
    /// What was wrong; never payload text.
    pub detail: String,
    /// The log it is about, with the size that the rejecting side holds.
    pub about: Option<LogState>,
}
