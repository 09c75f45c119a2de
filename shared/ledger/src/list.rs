//! The tree of a list: chunks of 1,024 entries, one RFC 6962 tree over all of them.
//!
//! A full chunk is a complete subtree, so the list's root follows from the chunk roots, and one entry can be proved
//! to a reader who holds its chunk and the other chunks' roots only.

use crate::defect::LedgerDefect;
use crate::hash::{Digest, leaf_hash};
use crate::merkle::{inclusion_proof_in_memory, root_of_leaves};

/// Entries in every chunk of a list but the last, which holds 1 to this many.
pub const CHUNK_LEAVES: u64 = 1024;

/// Collects the entries of one chunk.
#[derive(Clone, Debug, Default)]
pub struct ChunkBuilder {
    leaves: Vec<Digest>,
}

impl ChunkBuilder {
    /// An empty chunk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next salted entry; refuses the 1,025th (`LIST_SHAPE`).
    pub fn push(&mut self, salted_entry: &[u8]) -> Result<(), LedgerDefect> {
        if self.is_full() {
            return Err(LedgerDefect::ListShape { chunk: 0, reason: "a chunk holds at most 1024 entries" });
        }
        self.leaves.push(leaf_hash(salted_entry));
        Ok(())
    }

    /// The number of entries so far.
    pub fn count(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Whether the next entry belongs to the next chunk.
    pub fn is_full(&self) -> bool {
        self.count() >= CHUNK_LEAVES
    }

    /// The leaf hashes so far, in order.
    pub fn leaves(&self) -> &[Digest] {
        &self.leaves
    }

    /// The root over the entries so far.
    pub fn root(&self) -> Digest {
        root_of_leaves(&self.leaves)
    }
}

/// The root over the salted entries of one chunk, in order.
pub fn chunk_root<'a>(salted_entries: impl IntoIterator<Item = &'a [u8]>) -> Digest {
    let leaves: Vec<Digest> = salted_entries.into_iter().map(leaf_hash).collect();
    root_of_leaves(&leaves)
}

/// The RFC 6962 root over all entries of a list, from its chunks `(root, count)` in order.
///
/// No chunks give the empty root. Refuses chunks that are not 1,024 entries long, the last excepted, which has 1 to
/// 1,024 (`LIST_SHAPE`).
pub fn list_root(chunk_roots: &[(Digest, u64)]) -> Result<Digest, LedgerDefect> {
    check_shape(chunk_roots)?;
    Ok(root_of_leaves(&roots_of(chunk_roots)))
}

/// The inclusion proof of one entry in its list: entry `index` of the list, whose chunk has the leaf hashes
/// `chunk_leaves`, among the chunks `(root, count)`.
///
/// Checks with [`crate::verify_inclusion`] against [`list_root`], the total count and `index`. Refuses a chunk whose
/// leaves do not give its root (`LIST_SHAPE`) and an index beyond the list (`TREE_OUT_OF_RANGE`).
pub fn entry_proof(
    index: u64,
    chunk_leaves: &[Digest],
    chunk_roots: &[(Digest, u64)],
) -> Result<Vec<Digest>, LedgerDefect> {
    check_shape(chunk_roots)?;
    let (chunk, within) = (index / CHUNK_LEAVES, index % CHUNK_LEAVES);
    let total: u64 = chunk_roots.iter().map(|(_, count)| count).sum();
    let beyond = LedgerDefect::OutOfRange { what: "list entry", value: index, limit: total };
    let (root, count) = usize::try_from(chunk).ok().and_then(|at| chunk_roots.get(at)).ok_or(beyond.clone())?;
    if chunk_leaves.len() as u64 != *count || root_of_leaves(chunk_leaves) != *root {
        return Err(LedgerDefect::ListShape { chunk, reason: "these leaves do not make the chunk's root" });
    }
    if within >= *count {
        return Err(beyond);
    }
    let mut proof = inclusion_proof_in_memory(chunk_leaves, within)?;
    proof.extend(inclusion_proof_in_memory(&roots_of(chunk_roots), chunk)?);
    Ok(proof)
}

fn roots_of(chunk_roots: &[(Digest, u64)]) -> Vec<Digest> {
    chunk_roots.iter().map(|(root, _)| *root).collect()
}

fn check_shape(chunk_roots: &[(Digest, u64)]) -> Result<(), LedgerDefect> {
    for (at, (_, count)) in chunk_roots.iter().enumerate() {
        let chunk = at as u64;
        if *count == 0 || *count > CHUNK_LEAVES {
            return Err(LedgerDefect::ListShape { chunk, reason: "a chunk holds 1 to 1024 entries" });
        }
        if at + 1 < chunk_roots.len() && *count != CHUNK_LEAVES {
            return Err(LedgerDefect::ListShape { chunk, reason: "only the last chunk may be short" });
        }
    }
    Ok(())
}
