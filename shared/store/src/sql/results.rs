//! Result versions.

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::ResultRow;

const PUT: &str = "INSERT INTO results (version, origin, epoch, entry_index, root, published_on, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (version) DO UPDATE SET origin = excluded.origin, epoch = excluded.epoch,
        entry_index = excluded.entry_index, root = excluded.root, published_on = excluded.published_on,
        body = excluded.body";

const RESULTS: &str = "SELECT version, origin, epoch, entry_index, root, published_on, body FROM results
    ORDER BY version DESC LIMIT $1";

pub(super) async fn put_result(tx: &mut SqlTx, row: &ResultRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn latest_result(tx: &mut SqlTx) -> Result<Option<ResultRow>, Fault> {
    tx.one(RESULTS, values().number(1_u32)).await
}

pub(super) async fn results(tx: &mut SqlTx, limit: u32) -> Result<Vec<ResultRow>, Fault> {
    tx.all(RESULTS, values().number(limit)).await
}
