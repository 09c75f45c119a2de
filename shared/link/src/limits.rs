//! Named bounds: a peer cannot make a node use unbounded memory, time or disk.

/// Version of the link protocol that this program speaks.
pub const PROTOCOL: u32 = 1;

/// Bytes of one encoded frame at most: the largest lawful entry (header and envelope) with its proofs.
pub const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024 + 256 * 1024;

/// Logs in one hello at most.
pub const MAX_HELLO_LOGS: usize = 4096;

/// Hashes in one proof at most: a tree of 2^64 leaves needs no more.
pub const MAX_PROOF: usize = 128;

/// Bytes of a checkpoint note or a cosignature line at most.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;

/// Chunk addresses in one frame at most.
pub const MAX_WANTED_PER_FRAME: usize = 64;

/// Characters of a code or a message that a peer may say to us.
pub const MAX_TEXT_BYTES: usize = 1024;

/// What one link may use. The defaults are the product's; simulations shrink them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries in a package.
    pub package_entries: u32,
    /// Bytes of headers and payloads in a package, unless a single entry is larger.
    pub package_bytes: usize,
    /// Packages sent and not yet stored, over all logs; there is never more than one of a log.
    pub packages_in_flight: usize,
    /// Packages and chunks received and not yet stored before reading pauses.
    pub writes_pending: usize,
    /// Bytes of a chunk piece.
    pub piece_bytes: usize,
    /// Chunks asked for and not yet complete.
    pub chunks_asked: usize,
    /// Bytes of those together, unless a single chunk is larger.
    pub chunk_bytes_asked: u64,
    /// Chunks that the peer did not have when asked and still owes us, and the other way round.
    pub chunks_owed: usize,
    /// Chunks that the peer may have asked for and not yet received.
    pub chunks_to_serve: usize,
    /// Receipts received and not yet stored before reading pauses.
    pub receipts_pending: usize,
    /// Rejections that a peer may earn on one connection before it is closed.
    pub rejections_tolerated: u32,
    /// Silence after which a keep-alive is sent, milliseconds.
    pub keep_alive_ms: u64,
    /// Silence after which the connection counts as dead, milliseconds.
    pub silence_ms: u64,
    /// Time after which something refused for now is tried again, milliseconds.
    pub retry_ms: u64,
    /// Time after which a log that the peer found wrong is offered again on the same connection, milliseconds.
    pub quarantine_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            package_entries: 256,
            package_bytes: 512 * 1024,
            packages_in_flight: 4,
            writes_pending: 16,
            piece_bytes: 512 * 1024,
            chunks_asked: 16,
            chunk_bytes_asked: 8 * 1024 * 1024,
            chunks_owed: 1024,
            chunks_to_serve: 2048,
            receipts_pending: 256,
            rejections_tolerated: 8,
            keep_alive_ms: 10_000,
            silence_ms: 35_000,
            retry_ms: 30_000,
            quarantine_ms: 600_000,
        }
    }
}
