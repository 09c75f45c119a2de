//! Packed keys of what stands at the province.

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::{PackedKeysRow, PackedRun};

static PUT: Bulk = Bulk::new(
    "INSERT INTO packed_keys (run, family, ordinal, level, body) VALUES ",
    5,
    " ON CONFLICT (run, family, ordinal) DO UPDATE SET level = excluded.level, body = excluded.body",
);

const RUNS: &str =
    "SELECT run, family, MIN(level), MIN(ordinal), COUNT(*), CAST(SUM(LENGTH(body)) AS BIGINT) FROM packed_keys
    GROUP BY run, family ORDER BY run, family";

const KEYS: &str = "SELECT body FROM packed_keys WHERE run = $1 AND family = $2 AND ordinal = $3";

const REMOVE_PARTS: &str = "DELETE FROM packed_keys WHERE run = $1 AND family = $2 AND ordinal < $3";

const REMOVE: &str = "DELETE FROM packed_keys WHERE run = $1 AND family = $2";

pub(super) async fn put_packed_keys(tx: &mut SqlTx, rows: &[PackedKeysRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| (row.run, row.family, row.ordinal)).await?;
    Ok(())
}

pub(super) async fn packed_runs(tx: &mut SqlTx) -> Result<Vec<PackedRun>, Fault> {
    tx.rows(RUNS, values(), |cells| {
        Ok(PackedRun {
            run: cells.number()?,
            family: cells.small()?,
            level: cells.small()?,
            first: cells.number()?,
            parts: cells.number()?,
            bytes: cells.number()?,
        })
    })
    .await
}

pub(super) async fn packed_keys(tx: &mut SqlTx, run: u64, family: u32, ordinal: u64) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(KEYS, values().number(run).number(family).number(ordinal), |cells| cells.bytes()).await
}

pub(super) async fn remove_packed_parts(tx: &mut SqlTx, run: u64, family: u32, before: u64) -> Result<(), Fault> {
    tx.execute(REMOVE_PARTS, values().number(run).number(family).number(before)).await?;
    Ok(())
}

pub(super) async fn remove_packed_run(tx: &mut SqlTx, run: u64, family: u32) -> Result<(), Fault> {
    tx.execute(REMOVE, values().number(run).number(family)).await?;
    Ok(())
}
