//! What a peer sent and we do not accept: typed, recorded, answered. The node itself stays healthy.

use std::fmt;

use honghei_domain::list::Digest;
use honghei_domain::node::LogId;
use honghei_ledger::hash;
use honghei_store::IncidentRow;

/// Why something was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The log's writer or epoch is not in our directory yet.
    UnknownLog,
    /// An entry names a reader that is not in our directory yet.
    UnknownReader,
    /// The peer's certificate does not entitle it to relay this log.
    ForeignLog,
    /// The package begins beyond what we hold.
    Gap,
    /// More entries, bytes or hashes than the protocol allows.
    Oversize,
    /// The checkpoint is not a note signed by the log's key for the log's origin.
    CheckpointInvalid,
    /// The checkpoint is smaller than the package's end.
    CheckpointShort,
    /// The checkpoint is smaller than one we hold.
    CheckpointRolledBack,
    /// A signed checkpoint that does not fit what we hold: two histories.
    Forked,
    /// The entries do not lead to the signed root.
    EntriesAltered,
    /// A payload is not what its header commits to.
    PayloadAltered,
    /// A header is unreadable or names another place.
    HeaderMalformed,
    /// Entries that we may read are missing from their audience's own numbering: their content was kept back.
    Withheld,
    /// An audience's own numbering or chain does not continue.
    AudienceGap,
    /// A chunk is not what its address says.
    ChunkAltered,
    /// A chunk piece that nobody asked for, or out of order.
    ChunkUnasked,
    /// A chunk asked for by somebody who may not read it.
    ChunkDenied,
    /// A receipt whose signature or root is wrong.
    ReceiptInvalid,
    /// A peer claims to hold more of a log than we do.
    CursorAhead,
    /// Bytes that are no frame.
    Malformed,
    /// A frame that has no place here.
    OutOfTurn,
    /// More outstanding work than the protocol allows.
    Flooded,
}

/// What follows from a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing wrong: the sender tries again when our directory changes, or later.
    Wait,
    /// This log rests on this connection; the others go on.
    Quarantine,
    /// The connection is closed and dialled again with back-off.
    Close,
}

impl Reason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnknownLog => "UNKNOWN_LOG",
            Reason::UnknownReader => "UNKNOWN_READER",
            Reason::ForeignLog => "FOREIGN_LOG",
            Reason::Gap => "GAP",
            Reason::Oversize => "OVERSIZE",
            Reason::CheckpointInvalid => "CHECKPOINT_INVALID",
            Reason::CheckpointShort => "CHECKPOINT_SHORT",
            Reason::CheckpointRolledBack => "CHECKPOINT_ROLLED_BACK",
            Reason::Forked => "FORKED",
            Reason::EntriesAltered => "ENTRIES_ALTERED",
            Reason::PayloadAltered => "PAYLOAD_ALTERED",
            Reason::HeaderMalformed => "HEADER_MALFORMED",
            Reason::Withheld => "WITHHELD",
            Reason::AudienceGap => "AUDIENCE_GAP",
            Reason::ChunkAltered => "CHUNK_ALTERED",
            Reason::ChunkUnasked => "CHUNK_UNASKED",
            Reason::ChunkDenied => "CHUNK_DENIED",
            Reason::ReceiptInvalid => "RECEIPT_INVALID",
            Reason::CursorAhead => "CURSOR_AHEAD",
            Reason::Malformed => "FRAME_MALFORMED",
            Reason::OutOfTurn => "OUT_OF_TURN",
            Reason::Flooded => "FLOODED",
        }
    }

    /// What follows: a log's own author may be at fault where an honest relay cannot help it.
    pub fn consequence(self) -> Consequence {
        match self {
            Reason::UnknownLog | Reason::UnknownReader => Consequence::Wait,
            Reason::Forked
            | Reason::CheckpointRolledBack
            | Reason::HeaderMalformed
            | Reason::AudienceGap
            | Reason::Withheld
            | Reason::ChunkDenied
            | Reason::ReceiptInvalid
            | Reason::CursorAhead => Consequence::Quarantine,
            _ => Consequence::Close,
        }
    }
}

/// One rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Why.
    pub reason: Reason,
    /// What was wrong, for people; never payload text.
    pub detail: String,
    /// The log it is about.
    pub log: Option<LogId>,
    /// The bytes that prove it, kept beside the incident: for a fork both signed checkpoints.
    pub evidence: Vec<u8>,
}

impl Rejection {
    /// A rejection whose evidence is its own description.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), log: None, evidence: Vec::new() }
    }

    /// The same, about a log.
    pub fn about(mut self, log: &LogId) -> Self {
        self.log = Some(log.clone());
        self
    }

    /// The same, with the bytes that prove it.
    pub fn proved_by(mut self, evidence: impl Into<Vec<u8>>) -> Self {
        self.evidence = evidence.into();
        self
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// SHA-256 under which the same incident is kept once.
    pub fn evidence_digest(&self) -> Digest {
        let log = self.log.as_ref().map(ToString::to_string).unwrap_or_default();
        hash::sha256_parts(&[
            self.code().as_bytes(),
            b"\n",
            log.as_bytes(),
            b"\n",
            self.detail.as_bytes(),
            &self.evidence,
        ])
    }

    /// The row that keeps it.
    pub fn incident(&self, peer: &str, at_ms: i64) -> IncidentRow {
        IncidentRow {
            at_ms,
            peer: peer.to_owned(),
            code: self.code().to_owned(),
            detail: self.to_string(),
            evidence: self.evidence_digest(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.log {
            Some(log) => write!(f, "log {log}: {}", self.detail),
            None => f.write_str(&self.detail),
        }
    }
}

impl std::error::Error for Rejection {}
