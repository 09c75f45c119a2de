//! The tamper-evident part: hashes, Merkle trees, signed notes, keys. Bytes in, bytes out.
//!
//! Nothing here knows what an act is, does I/O, tells the time or draws randomness: times and generators are
//! arguments. The formats are those of RFC 6962 and of C2SP (signed-note, tlog-checkpoint, tlog-cosignature,
//! tlog-tiles), so that other people's tools can check our logs.
//! No input, however hostile, panics or allocates without a named bound; every refusal is a [`LedgerDefect`].

pub mod checkpoint;
pub mod cosignature;
pub mod defect;
pub mod hash;
pub mod key;
pub mod keyfile;
pub mod list;
pub mod matching;
pub mod merkle;
pub mod note;
pub mod plan;
pub mod sealed_box;
pub mod statement;
pub mod tile;

pub use checkpoint::Checkpoint;
pub use cosignature::{cosign, verify_cosignature};
pub use defect::LedgerDefect;
pub use hash::{Digest, empty_root, hex, leaf_hash, node_hash, sha256, sha256_parts};
pub use key::{Algorithm, PublicKey, SecretKey};
pub use keyfile::Cost;
pub use list::{CHUNK_LEAVES, ChunkBuilder, chunk_root, entry_proof, list_root};
pub use matching::{MatchingKey, SealingKey};
pub use merkle::{
    Frontier, consistency_proof_in_memory, inclusion_proof_in_memory, root_of_leaves, verify_consistency,
    verify_inclusion,
};
pub use note::{Note, NoteSignature, key_hash, parse_verifier_key, sign_note, verifier_key, verify_note};
pub use plan::{Plan, consistency_plan, inclusion_plan};
pub use sealed_box::{VaultKey, person_commitment};
pub use statement::Statement;
pub use tile::tile_hashes;
