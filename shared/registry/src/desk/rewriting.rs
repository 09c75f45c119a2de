//! Buckets of the final list with changes applied, batch by batch: while one batch is computed, the store writes the one
//! before and reads the next.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use honghei_domain::final_list::{self, BucketTree, RowChange, bucket_digest, group_by_bucket};
use honghei_domain::list::Digest;
use honghei_store::{BucketRow, Tx};

use crate::error::Fault;
use crate::parallel::{self, beside_of_many};

/// Buckets rewritten in one statement batch.
pub const BUCKET_BATCH: usize = 2048;

/// A bucket and its changes, by their places among all changes.
type Group = (u32, Range<usize>);

/// Buckets as they were, by number.
type Held = BTreeMap<u32, Vec<u8>>;

/// The leaf of an absent bucket.
static EMPTY: OnceLock<Option<Digest>> = OnceLock::new();

/// Changes on their way into their buckets.
pub struct Rewriting {
    changes: Arc<Vec<RowChange>>,
    batches: std::vec::IntoIter<Vec<Group>>,
    /// The batch whose buckets were read.
    ahead: Option<(Vec<Group>, Held)>,
}

impl Rewriting {
    /// Begins with ordered changes: reads the first batch of buckets.
    pub async fn begin(tx: &mut dyn Tx, tree: &mut BucketTree, changes: &Arc<Vec<RowChange>>) -> Result<Self, Fault> {
        let mut from = 0;
        let groups = group_by_bucket(changes).map(|(bucket, changes)| {
            let group = (bucket, from..from + changes.len());
            from += changes.len();
            group
        });
        let groups: Vec<Group> = groups.collect();
        let batches: Vec<Vec<Group>> = groups.chunks(BUCKET_BATCH).map(<[Group]>::to_vec).collect();
        let mut rewriting = Self { changes: changes.clone(), batches: batches.into_iter(), ahead: None };
        rewriting.ahead = rewriting.read(tx, tree).await?;
        Ok(rewriting)
    }

    /// The next batch with its changes applied, also in the tree; nothing after the last. Meanwhile `before` is
    /// written; whoever only reads has nothing to be written.
    pub async fn next(
        &mut self,
        tx: &mut dyn Tx,
        tree: &mut BucketTree,
        before: &[BucketRow],
    ) -> Result<Option<Vec<BucketRow>>, Fault> {
        let Some((groups, held)) = self.ahead.take() else { return Ok(None) };
        let changes = self.changes.clone();
        let (rows, stored) = beside_of_many(groups.len(), move || applied(&groups, &held, &changes), async {
            if !before.is_empty() {
                tx.put_buckets(before).await?;
            }
            self.read(tx, tree).await
        })
        .await;
        self.ahead = stored?;
        let rows = rows?;
        for row in &rows {
            tree.set(row.bucket, &row.digest);
        }
        Ok(Some(rows))
    }

    async fn read(&mut self, tx: &mut dyn Tx, tree: &mut BucketTree) -> Result<Option<(Vec<Group>, Held)>, Fault> {
        let Some(groups) = self.batches.next() else { return Ok(None) };
        let empty = *EMPTY.get_or_init(|| BucketTree::new().subtree(0, 0));
        let filled = groups.iter().map(|(bucket, _)| *bucket).filter(|bucket| tree.subtree(0, *bucket) != empty);
        let filled: Vec<u32> = filled.collect();
        let held = tx.buckets(&filled).await?.into_iter().map(|row| (row.bucket, row.rows)).collect();
        Ok(Some((groups, held)))
    }
}

fn applied(groups: &[Group], held: &Held, changes: &[RowChange]) -> Result<Vec<BucketRow>, Fault> {
    let applied = parallel::each_of_many(groups, |(bucket, places)| {
        let existing = held.get(bucket).map_or(&[][..], Vec::as_slice);
        let changes = changes.get(places.clone()).unwrap_or_default();
        let rows = final_list::apply(existing, changes).map_err(|_| Fault::inconsistent(format!("bucket {bucket}")))?;
        Ok(BucketRow { bucket: *bucket, digest: bucket_digest(&rows), rows })
    });
    applied.into_iter().collect()
}
