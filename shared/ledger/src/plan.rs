//! Proofs by plan: which stored subtree hashes a proof needs, then the proof out of them.
//!
//! A log stores the hashes of complete subtrees only. A node of a proof may be an incomplete subtree at the right
//! edge, so a plan spells each proof node as the complete subtrees that make it up.

use std::ops::Range;

use crate::defect::LedgerDefect;
use crate::hash::Digest;
use crate::merkle::{check_size, fold_subtrees};

/// What to fetch for one proof, and how to put it together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The complete subtrees `(level, index)` to fetch, in the order that [`Plan::assemble`] takes their hashes.
    pub places: Vec<(u32, u64)>,
    /// How many places make up each node of the proof.
    widths: Vec<usize>,
}

impl Plan {
    fn of(spans: impl Iterator<Item = Range<u64>>) -> Self {
        let mut plan = Self { places: Vec::new(), widths: Vec::new() };
        for span in spans {
            let subtrees = subtrees_of(span.start, span.end);
            plan.widths.push(subtrees.len());
            plan.places.extend(subtrees);
        }
        plan
    }

    /// The number of nodes in the proof.
    pub fn proof_length(&self) -> usize {
        self.widths.len()
    }

    /// The RFC 6962 proof from one hash for each place, in the order of [`Plan::places`].
    ///
    /// Refuses another number of hashes (`TREE_HASH_COUNT`).
    pub fn assemble(&self, hashes: &[Digest]) -> Result<Vec<Digest>, LedgerDefect> {
        if hashes.len() != self.places.len() {
            return Err(LedgerDefect::HashCount { expected: self.places.len() as u64, got: hashes.len() as u64 });
        }
        let mut rest = hashes;
        let mut proof = Vec::with_capacity(self.widths.len());
        for width in &self.widths {
            let (node, later) = rest.split_at(*width);
            proof.push(fold_subtrees(node));
            rest = later;
        }
        Ok(proof)
    }
}

/// The plan of the inclusion proof of leaf `index` in a tree of `size` leaves (RFC 6962, 2.1.1).
///
/// Refuses `index >= size` and sizes above [`crate::merkle::MAX_TREE_SIZE`] (`TREE_OUT_OF_RANGE`).
pub fn inclusion_plan(index: u64, size: u64) -> Result<Plan, LedgerDefect> {
    check_size(size)?;
    if index >= size {
        return Err(LedgerDefect::OutOfRange { what: "leaf index", value: index, limit: size });
    }
    let mut siblings = Vec::new();
    let mut span = 0..size;
    while span.end - span.start > 1 {
        let middle = span.start + split_of(span.end - span.start);
        if index < middle {
            siblings.push(middle..span.end);
            span.end = middle;
        } else {
            siblings.push(span.start..middle);
            span.start = middle;
        }
    }
    Ok(Plan::of(siblings.into_iter().rev()))
}

/// The plan of the consistency proof from size `old` to size `new` (RFC 6962, 2.1.2).
///
/// Empty for `old == 0` and `old == new`. Refuses `old > new` and sizes above [`crate::merkle::MAX_TREE_SIZE`]
/// (`TREE_OUT_OF_RANGE`).
pub fn consistency_plan(old: u64, new: u64) -> Result<Plan, LedgerDefect> {
    check_size(new)?;
    if old > new {
        return Err(LedgerDefect::OutOfRange { what: "old tree size", value: old, limit: new });
    }
    let mut nodes = Vec::new();
    if old > 0 {
        let mut span = 0..new;
        while old != span.end {
            let middle = span.start + split_of(span.end - span.start);
            if old <= middle {
                nodes.push(middle..span.end);
                span.end = middle;
            } else {
                nodes.push(span.start..middle);
                span.start = middle;
            }
        }
        // What is left is a subtree of both trees; when it is the whole old tree, the verifier has its root already.
        if span.start > 0 {
            nodes.push(span);
        }
    }
    Ok(Plan::of(nodes.into_iter().rev()))
}

/// The complete subtrees that make up the leaves `begin..end`, the largest first.
///
/// `begin` is a multiple of the power of two that covers the span, as it is for every span of a proof.
pub(crate) fn subtrees_of(begin: u64, end: u64) -> Vec<(u32, u64)> {
    let mut subtrees = Vec::new();
    let mut at = begin;
    while at < end {
        let level = (end - at).ilog2();
        subtrees.push((level, at >> level));
        at += 1 << level;
    }
    subtrees
}

/// The largest power of two smaller than `leaves`, for `leaves > 1`: where RFC 6962 splits a tree.
fn split_of(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
