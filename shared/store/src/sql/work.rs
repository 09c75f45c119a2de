//! Comparison work: not done yet (`marks`), and done but not published yet (`pending`).

use honghei_domain::node::EntryRef;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::MarkRow;

static PUT_MARKS: Bulk = Bulk::new(
    "INSERT INTO marks (origin, epoch, entry_index, ordinal, body) VALUES ",
    5,
    " ON CONFLICT (origin, epoch, entry_index, ordinal) DO UPDATE SET body = excluded.body",
);

const MARKS: &str = "SELECT origin, epoch, entry_index, ordinal, body FROM marks
    ORDER BY origin, epoch, entry_index, ordinal LIMIT $1";

const REMOVE_MARK: &str = "DELETE FROM marks WHERE origin = $1 AND epoch = $2 AND entry_index = $3 AND ordinal = $4";

const MARK_COUNT: &str = "SELECT COUNT(*) FROM marks";

const PUT_PENDING: &str = "INSERT INTO pending (origin, epoch, entry_index, ordinal, body) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (origin, epoch, entry_index, ordinal) DO UPDATE SET body = excluded.body";

const PENDING: &str = "SELECT origin, epoch, entry_index, ordinal, body FROM pending
    ORDER BY origin, epoch, entry_index, ordinal LIMIT $1";

const REMOVE_PENDING: &str =
    "DELETE FROM pending WHERE origin = $1 AND epoch = $2 AND entry_index = $3 AND ordinal = $4";

pub(super) async fn put_marks(tx: &mut SqlTx, rows: &[MarkRow]) -> Result<(), Fault> {
    PUT_MARKS.put(tx, rows, |row| (&row.entry, row.ordinal)).await?;
    Ok(())
}

pub(super) async fn marks(tx: &mut SqlTx, limit: u32) -> Result<Vec<MarkRow>, Fault> {
    tx.all(MARKS, values().number(limit)).await
}

pub(super) async fn remove_mark(tx: &mut SqlTx, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
    tx.execute(REMOVE_MARK, values().entry(entry).number(ordinal)).await?;
    Ok(())
}

pub(super) async fn mark_count(tx: &mut SqlTx) -> Result<u64, Fault> {
    Ok(tx.row(MARK_COUNT, values(), |cells| cells.number()).await?.unwrap_or(0))
}

pub(super) async fn put_pending(tx: &mut SqlTx, row: &MarkRow) -> Result<(), Fault> {
    tx.execute(PUT_PENDING, row.write(values())).await?;
    Ok(())
}

pub(super) async fn pending(tx: &mut SqlTx, limit: u32) -> Result<Vec<MarkRow>, Fault> {
    tx.all(PENDING, values().number(limit)).await
}

pub(super) async fn remove_pending(tx: &mut SqlTx, entry: &EntryRef, ordinal: u64) -> Result<(), Fault> {
    tx.execute(REMOVE_PENDING, values().entry(entry).number(ordinal)).await?;
    Ok(())
}
