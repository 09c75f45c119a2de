//! The final list as every node holds it: compact rows in 65,536 buckets under one root.
//!
//! A row's bytes, a bucket's bytes and a change's bytes each have one spelling (see [`PublicRow::encode`],
//! [`Bucket::encode`], [`RowChange::encode`]), so that equal lists have equal roots on every node and two unequal ones
//! find their difference by descending from the root to the bucket to the row.

mod bucket;
mod change;
mod detail;
mod row;
#[cfg(test)]
mod tests;
mod tree;

pub use crate::canonical::{RowDefect, RowProblem};
pub use bucket::{Bucket, apply, bucket_digest};
pub use change::{RowChange, group_by_bucket, sort_changes};
pub use detail::{DetailRow, Validity};
pub use row::PublicRow;
pub use tree::BucketTree;
