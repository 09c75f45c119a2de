//! Why bytes were refused: one enum for the crate, each variant with a stable code.

/// A defect of a log, a proof, a note, a key or a sealed thing.
///
/// Messages quote names and numbers only, never secrets, plaintext or passphrases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerDefect {
    /// An index or size that the tree does not have.
    #[error("{what}: {value} is outside of {limit}; ask for a smaller one")]
    OutOfRange {
        /// What was asked for.
        what: &'static str,
        /// The value that was given.
        value: u64,
        /// The bound that it breaks.
        limit: u64,
    },
    /// A plan was given another number of subtree hashes than it names places.
    #[error("the plan names {expected} subtrees, got {got} hashes; fetch exactly one hash for each place")]
    HashCount {
        /// Places in the plan.
        expected: u64,
        /// Hashes given.
        got: u64,
    },
    /// Bytes that are not a frontier.
    #[error("frontier: {reason}")]
    FrontierMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// Chunks that do not make a list: only the last may be short, none may be empty.
    #[error("list: {reason} (chunk {chunk})")]
    ListShape {
        /// The chunk, counted from 0.
        chunk: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// A text that is not a signed note.
    #[error("signed note: {reason}")]
    NoteMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// A key name that a note cannot carry.
    #[error("key name: {reason}")]
    NameMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// The note carries no signature by the key asked for.
    #[error("the note carries no signature by {name}; fetch a note signed by that key")]
    SignatureMissing {
        /// The key's name.
        name: String,
    },
    /// The note carries a signature under that key's name and hash, and it does not verify.
    #[error("the signature by {name} does not verify; the text or the signature was altered")]
    SignatureInvalid {
        /// The key's name.
        name: String,
    },
    /// A note text that is not a checkpoint.
    #[error("checkpoint: {reason}")]
    CheckpointMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// The checkpoint speaks for another log.
    #[error("the checkpoint is of log {got}, expected {expected}")]
    OriginDiffers {
        /// The log that was asked about.
        expected: String,
        /// The log that it speaks for.
        got: String,
    },
    /// A line that is not a cosignature.
    #[error("cosignature: {reason}")]
    CosignatureMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// A name that is no signature algorithm of ours.
    #[error("{name:?} is not a known signature algorithm; known: ed25519")]
    AlgorithmUnknown {
        /// The first 40 characters of the name.
        name: String,
    },
    /// Bytes or text that are not a key.
    #[error("key: {reason}")]
    KeyMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// A text that is not a key file.
    #[error("key file: {reason}")]
    KeyFileMalformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// A derivation cost outside of what this program accepts.
    #[error("key file: {what} = {value} is outside of {least}..={most}")]
    KeyFileCost {
        /// The parameter.
        what: &'static str,
        /// Its value.
        value: u32,
        /// The least accepted.
        least: u32,
        /// The most accepted.
        most: u32,
    },
    /// The passphrase does not open the key file, or the file was altered.
    #[error("the passphrase does not open this key file, or the file was altered")]
    PassphraseWrong,
    /// A sealed box that this key does not open.
    #[error("the sealed box does not open: wrong key, wrong context or altered bytes")]
    SealBroken,
    /// A plaintext above the bound of a sealed box.
    #[error("a sealed box holds at most {limit} bytes, got {got}")]
    SealTooLarge {
        /// Bytes given.
        got: u64,
        /// The bound.
        limit: u64,
    },
}

impl LedgerDefect {
    /// The stable code of this defect.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "TREE_OUT_OF_RANGE",
            Self::HashCount { .. } => "TREE_HASH_COUNT",
            Self::FrontierMalformed { .. } => "FRONTIER_MALFORMED",
            Self::ListShape { .. } => "LIST_SHAPE",
            Self::NoteMalformed { .. } => "NOTE_MALFORMED",
            Self::NameMalformed { .. } => "KEY_NAME_MALFORMED",
            Self::SignatureMissing { .. } => "SIGNATURE_MISSING",
            Self::SignatureInvalid { .. } => "SIGNATURE_INVALID",
            Self::CheckpointMalformed { .. } => "CHECKPOINT_MALFORMED",
            Self::OriginDiffers { .. } => "CHECKPOINT_ORIGIN",
            Self::CosignatureMalformed { .. } => "COSIGNATURE_MALFORMED",
            Self::AlgorithmUnknown { .. } => "ALGORITHM_UNKNOWN",
            Self::KeyMalformed { .. } => "KEY_MALFORMED",
            Self::KeyFileMalformed { .. } => "KEY_FILE_MALFORMED",
            Self::KeyFileCost { .. } => "KEY_FILE_COST",
            Self::PassphraseWrong => "PASSPHRASE_WRONG",
            Self::SealBroken => "SEAL_BROKEN",
            Self::SealTooLarge { .. } => "SEAL_TOO_LARGE",
        }
    }
}
