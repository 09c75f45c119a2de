//! The RFC 6962 tree: roots, the frontier that a log appends to, and the checking of proofs.
//!
//! A *place* is `(level, index)`: the complete subtree over the leaves `index << level .. (index + 1) << level`.

use crate::defect::LedgerDefect;
use crate::hash::{Digest, empty_root, node_hash};
use crate::plan::subtrees_of;
pub use crate::plan::{Plan, consistency_plan, inclusion_plan};

/// The largest tree that this crate works on; far beyond what a log can hold.
pub const MAX_TREE_SIZE: u64 = 1 << 62;

/// The RFC 6962 root over leaf hashes, in order.
pub fn root_of_leaves(leaves: &[Digest]) -> Digest {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(*leaf, &mut |_, _, _| {});
    }
    frontier.root()
}

/// Folds complete subtrees, the largest (leftmost) first, into the root over all of them; nothing gives the empty root.
pub(crate) fn fold_subtrees(subtrees: &[Digest]) -> Digest {
    match subtrees.split_last() {
        Some((last, earlier)) => earlier.iter().rev().fold(*last, |right, left| node_hash(left, &right)),
        None => empty_root(),
    }
}

/// The right edge of a growing tree: its size and the roots of the complete subtrees that make it up.
///
/// That is all a log needs to append, and all a mirror needs to compute the root it was promised.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// One root for each set bit of `size`, the largest subtree first.
    edge: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash, and tells `completed(level, index, hash)` each subtree that it completes, the leaf itself
    /// (level 0) first.
    pub fn append(&mut self, leaf: Digest, completed: &mut (impl FnMut(u32, u64, Digest) + ?Sized)) {
        let position = self.size;
        completed(0, position, leaf);
        let mut hash = leaf;
        let merges = position.trailing_ones();
        for level in 1..=merges {
            if let Some(left) = self.edge.pop() {
                hash = node_hash(&left, &hash);
                completed(level, position >> level, hash);
            }
        }
        self.edge.push(hash);
        self.size = position + 1;
    }

    /// The RFC 6962 root of the tree so far.
    pub fn root(&self) -> Digest {
        fold_subtrees(&self.edge)
    }

    /// The places whose hashes make up the frontier of a tree of `size` leaves, in the order that
    /// [`Frontier::from_hashes`] takes them.
    pub fn places(size: u64) -> Vec<(u32, u64)> {
        subtrees_of(0, size)
    }

    /// A frontier from the hashes at [`Frontier::places`]; refuses another number of them.
    pub fn from_hashes(size: u64, hashes: Vec<Digest>) -> Result<Self, LedgerDefect> {
        check_size(size)?;
        if hashes.len() as u64 != u64::from(size.count_ones()) {
            return Err(LedgerDefect::HashCount { expected: size.count_ones().into(), got: hashes.len() as u64 });
        }
        Ok(Self { size, edge: hashes })
    }

    /// The stored form: the size as 8 big-endian bytes, then each root of the edge, the largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 32 * self.edge.len());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for hash in &self.edge {
            bytes.extend_from_slice(hash);
        }
        bytes
    }

    /// Reads [`Frontier::to_bytes`] back; refuses any other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LedgerDefect> {
        let (size, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or(LedgerDefect::FrontierMalformed { reason: "shorter than its 8 bytes of size" })?;
        let (hashes, left_over) = rest.as_chunks::<32>();
        if !left_over.is_empty() {
            return Err(LedgerDefect::FrontierMalformed { reason: "hashes are not whole multiples of 32 bytes" });
        }
        let size = u64::from_be_bytes(*size);
        if size > MAX_TREE_SIZE || hashes.len() as u64 != u64::from(size.count_ones()) {
            return Err(LedgerDefect::FrontierMalformed {
                reason: "the number of hashes does not follow from the size",
            });
        }
        Ok(Self { size, edge: hashes.to_vec() })
    }
}

/// The inclusion proof of a leaf in the tree over all these leaf hashes.
pub fn inclusion_proof_in_memory(leaves: &[Digest], index: u64) -> Result<Vec<Digest>, LedgerDefect> {
    let plan = inclusion_plan(index, leaves.len() as u64)?;
    assembled_from(leaves, &plan)
}

/// The consistency proof from the tree over the first `old` leaf hashes to the tree over all of them.
pub fn consistency_proof_in_memory(leaves: &[Digest], old: u64) -> Result<Vec<Digest>, LedgerDefect> {
    let plan = consistency_plan(old, leaves.len() as u64)?;
    assembled_from(leaves, &plan)
}

fn assembled_from(leaves: &[Digest], plan: &Plan) -> Result<Vec<Digest>, LedgerDefect> {
    // Each place lies within the tree that the plan was made for, so the range is always there.
    let hash_of = |&(level, index): &(u32, u64)| {
        let begin = (index << level) as usize;
        root_of_leaves(leaves.get(begin..begin + (1_usize << level)).unwrap_or_default())
    };
    plan.assemble(&plan.places.iter().map(hash_of).collect::<Vec<_>>())
}

/// Whether `proof` shows that `leaf` (a leaf hash) stands at `index` in the tree of `size` leaves with this root.
///
/// RFC 9162, 2.1.3.2. False for every malformed input.
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    if index >= size || size > MAX_TREE_SIZE {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` leaves starts with the tree of `old` leaves.
///
/// RFC 9162, 2.1.4.2. The empty tree is a prefix of every tree, with an empty proof. False for every malformed input.
pub fn verify_consistency(old: u64, new: u64, old_root: &Digest, new_root: &Digest, proof: &[Digest]) -> bool {
    if old > new || new > MAX_TREE_SIZE {
        return false;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root() && (new > 0 || new_root == old_root);
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    // A complete old tree is a subtree of the new one, so its root is not repeated in the proof.
    let (seed, rest) = match (old.is_power_of_two(), proof.split_first()) {
        (true, _) => (*old_root, proof),
        (false, Some((first, rest))) => (*first, rest),
        (false, None) => return false,
    };
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (seed, seed);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

pub(crate) fn check_size(size: u64) -> Result<(), LedgerDefect> {
    if size > MAX_TREE_SIZE {
        return Err(LedgerDefect::OutOfRange { what: "tree size", value: size, limit: MAX_TREE_SIZE });
    }
    Ok(())
}
