//! The final list as it is served: 65,536 buckets.

use honghei_domain::list::Digest;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::BucketRow;

static BUCKETS: Bulk = Bulk::new("SELECT bucket, digest, public_rows FROM buckets WHERE bucket IN (", 1, ")");

static PUT: Bulk = Bulk::new(
    "INSERT INTO buckets (bucket, digest, public_rows) VALUES ",
    3,
    " ON CONFLICT (bucket) DO UPDATE SET digest = excluded.digest, public_rows = excluded.public_rows",
);

const DIGESTS: &str = "SELECT bucket, digest FROM buckets ORDER BY bucket";

pub(super) async fn buckets(tx: &mut SqlTx, buckets: &[u32]) -> Result<Vec<BucketRow>, Fault> {
    let mut sorted = buckets.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut rows = BUCKETS.read(tx, values(), &sorted, |bucket, to| to.number(*bucket), BucketRow::read).await?;
    rows.sort_unstable_by_key(|row| row.bucket);
    Ok(rows)
}

pub(super) async fn put_buckets(tx: &mut SqlTx, rows: &[BucketRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| row.bucket).await?;
    Ok(())
}

pub(super) async fn bucket_digests(tx: &mut SqlTx) -> Result<Vec<(u32, Digest)>, Fault> {
    tx.rows(DIGESTS, values(), |cells| Ok((cells.small()?, cells.digest()?))).await
}
