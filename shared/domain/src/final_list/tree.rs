//! The Merkle tree over the 65,536 bucket digests, whole in memory (4 MiB).

use crate::canonical::sha256;
use crate::list::Digest;
use crate::subject_key::BUCKETS;

use super::bucket::bucket_digest;

/// Levels below the root: 2^16 buckets.
const DEPTH: u32 = 16;

/// RFC 6962 tree whose leaf data are the bucket digests.
///
/// Node 1 is the root, the children of node n are 2n and 2n + 1, the leaf of bucket b is node 65,536 + b.
#[derive(Clone)]
pub struct BucketTree {
    nodes: Vec<Digest>,
    /// Leaves whose paths to the root are not yet recomputed.
    touched: Vec<u32>,
}

impl Default for BucketTree {
    fn default() -> Self {
        Self::new()
    }
}

impl BucketTree {
    /// The tree of an empty final list.
    pub fn new() -> Self {
        let mut nodes = vec![[0; 32]; (BUCKETS as usize) << 1];
        let mut digest = leaf_hash(&bucket_digest(&[]));
        for level in (0..=DEPTH).rev() {
            let width = 1usize << level;
            if let Some(nodes) = nodes.get_mut(width..width << 1) {
                nodes.fill(digest);
            }
            digest = node_hash(&digest, &digest);
        }
        Self { nodes, touched: Vec::new() }
    }

    /// The tree of these buckets; buckets not named are absent, buckets beyond the last are ignored.
    pub fn from_digests(digests: impl IntoIterator<Item = (u32, Digest)>) -> Self {
        let mut tree = Self::new();
        for (bucket, digest) in digests {
            tree.set(bucket, &digest);
        }
        tree.settle();
        tree
    }

    /// Sets a bucket's digest; says whether it changed. A number beyond the last bucket changes nothing.
    pub fn set(&mut self, bucket: u32, digest: &Digest) -> bool {
        let leaf = leaf_hash(digest);
        let Some(held) = self.nodes.get_mut((BUCKETS + bucket.min(BUCKETS)) as usize) else { return false };
        let changed = *held != leaf;
        if changed {
            *held = leaf;
            self.touched.push(bucket);
        }
        changed
    }

    /// The root; recomputes the paths touched since the last call and nothing else.
    pub fn root(&mut self) -> Digest {
        self.settle();
        self.node(1)
    }

    /// The hash of a subtree: `level` 0 is the leaf of bucket `index`, `level` 16 the root. For a descent with a peer.
    pub fn subtree(&mut self, level: u32, index: u32) -> Option<Digest> {
        self.settle();
        let width = 1u32 << DEPTH.checked_sub(level)?;
        (index < width).then(|| self.node(width + index))
    }

    /// The buckets in which two lists differ, ascending; descends only where subtrees differ.
    pub fn diff(&mut self, other: &mut Self) -> Vec<u32> {
        self.settle();
        other.settle();
        let mut differing = vec![1u32];
        for _ in 0..DEPTH {
            let children = differing.iter().flat_map(|node| [node << 1, node << 1 | 1]);
            differing = children.filter(|node| self.node(*node) != other.node(*node)).collect();
        }
        differing.iter().map(|node| node - BUCKETS).collect()
    }

    fn settle(&mut self) {
        let mut level: Vec<u32> = self.touched.drain(..).map(|bucket| BUCKETS + bucket).collect();
        level.sort_unstable();
        for _ in 0..DEPTH {
            level.iter_mut().for_each(|node| *node >>= 1);
            level.dedup();
            for parent in &level {
                let hash = node_hash(&self.node(parent << 1), &self.node(parent << 1 | 1));
                if let Some(held) = self.nodes.get_mut(*parent as usize) {
                    *held = hash;
                }
            }
        }
    }

    fn node(&self, at: u32) -> Digest {
        // Every caller stays below twice the number of buckets.
        self.nodes.get(at as usize).copied().unwrap_or_default()
    }
}

impl std::fmt::Debug for BucketTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketTree").field("touched", &self.touched.len()).finish_non_exhaustive()
    }
}

fn leaf_hash(data: &Digest) -> Digest {
    let mut preimage = [0; 33];
    preimage[1..].copy_from_slice(data);
    sha256(&[&preimage])
}

fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut preimage = [1; 65];
    preimage[1..33].copy_from_slice(left);
    preimage[33..].copy_from_slice(right);
    sha256(&[&preimage])
}
