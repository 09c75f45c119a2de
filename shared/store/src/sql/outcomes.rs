//! What this node made of acts, and the acts that wait.

use honghei_domain::node::EntryRef;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::{OutcomeRow, WaitingRow};

const PUT: &str =
    "INSERT INTO outcomes (origin, epoch, entry_index, judge_origin, judge_epoch, judge_index, status, code, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (origin, epoch, entry_index) DO UPDATE SET judge_origin = excluded.judge_origin,
        judge_epoch = excluded.judge_epoch, judge_index = excluded.judge_index, status = excluded.status,
        code = excluded.code, reason = excluded.reason";

const OUTCOME: &str =
    "SELECT origin, epoch, entry_index, judge_origin, judge_epoch, judge_index, status, code, reason FROM outcomes
    WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

const OPEN: &str =
    "SELECT origin, epoch, entry_index, judge_origin, judge_epoch, judge_index, status, code, reason FROM outcomes
    WHERE status IN ('rejected', 'waiting') ORDER BY origin, epoch, entry_index LIMIT $1";

const PUT_WAITING: &str = "INSERT INTO waiting (origin, epoch, entry_index, code) VALUES ($1, $2, $3, $4)
    ON CONFLICT (origin, epoch, entry_index) DO UPDATE SET code = excluded.code";

const REMOVE_WAITING: &str = "DELETE FROM waiting WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

const WAITING: &str = "SELECT origin, epoch, entry_index, code FROM waiting ORDER BY origin, epoch, entry_index";

pub(super) async fn put_outcome(tx: &mut SqlTx, row: &OutcomeRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn outcome(tx: &mut SqlTx, act: &EntryRef) -> Result<Option<OutcomeRow>, Fault> {
    tx.one(OUTCOME, values().entry(act)).await
}

pub(super) async fn open_outcomes(tx: &mut SqlTx, limit: u32) -> Result<Vec<OutcomeRow>, Fault> {
    tx.all(OPEN, values().number(limit)).await
}

pub(super) async fn put_waiting(tx: &mut SqlTx, row: &WaitingRow) -> Result<(), Fault> {
    tx.execute(PUT_WAITING, row.write(values())).await?;
    Ok(())
}

pub(super) async fn remove_waiting(tx: &mut SqlTx, at: &EntryRef) -> Result<(), Fault> {
    tx.execute(REMOVE_WAITING, values().entry(at)).await?;
    Ok(())
}

pub(super) async fn waiting(tx: &mut SqlTx) -> Result<Vec<WaitingRow>, Fault> {
    tx.all(WAITING, values()).await
}
