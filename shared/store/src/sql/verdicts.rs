//! What recognisers are told about their cases.

use honghei_domain::list::CaseId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::{HeldRow, VerdictRow};

static PUT: Bulk = Bulk::new(
    "INSERT INTO verdicts (origin, number, version, body, cause) VALUES ",
    5,
    " ON CONFLICT (origin, number, version) DO UPDATE SET body = excluded.body, cause = excluded.cause",
);

const OF_CASE: &str = "SELECT origin, number, version, body, cause FROM verdicts
    WHERE origin = $1 AND number = $2 ORDER BY version";

const OF_VERSION: &str = "SELECT origin, number, version, body, cause FROM verdicts
    WHERE version = $1 ORDER BY origin, number LIMIT $2";

// The index holds those that have a cause; a text that says so is answered from it.
const CAUSED_BY: &str = "SELECT origin, number, version, body, cause FROM verdicts
    WHERE cause = $1 AND cause <> '' ORDER BY version, origin, number";

const UNTOLD: &str = "SELECT origin, number, version, body, cause FROM verdicts
    WHERE cause IS NULL ORDER BY origin, number, version";

static PUT_HELD: Bulk = Bulk::new(
    "INSERT INTO held (origin, number, version, body) VALUES ",
    4,
    " ON CONFLICT (origin, number) DO UPDATE SET version = excluded.version, body = excluded.body",
);

static REMOVE_HELD: Bulk = Bulk::new("DELETE FROM held WHERE (origin, number) IN (VALUES ", 2, ")");

const HELD: &str = "SELECT origin, number, version, body FROM held ORDER BY version, origin, number";

pub(super) async fn put_verdicts(tx: &mut SqlTx, rows: &[VerdictRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| (&row.case, row.version)).await?;
    Ok(())
}

pub(super) async fn verdicts(tx: &mut SqlTx, case: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
    tx.all(OF_CASE, values().case(case)).await
}

pub(super) async fn verdicts_of(tx: &mut SqlTx, version: u64, limit: u32) -> Result<Vec<VerdictRow>, Fault> {
    tx.all(OF_VERSION, values().number(version).number(limit)).await
}

pub(super) async fn verdicts_caused_by(tx: &mut SqlTx, cause: &CaseId) -> Result<Vec<VerdictRow>, Fault> {
    tx.all(CAUSED_BY, values().owned_text(cause.to_string())).await
}

pub(super) async fn untold_verdicts(tx: &mut SqlTx) -> Result<Vec<VerdictRow>, Fault> {
    tx.all(UNTOLD, values()).await
}

pub(super) async fn put_held(tx: &mut SqlTx, rows: &[HeldRow]) -> Result<(), Fault> {
    PUT_HELD.put(tx, rows, |row| &row.case).await?;
    Ok(())
}

pub(super) async fn remove_held(tx: &mut SqlTx, cases: &[CaseId]) -> Result<(), Fault> {
    let mut sorted: Vec<&CaseId> = cases.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    REMOVE_HELD.write(tx, &sorted, |case, to| to.case(case)).await?;
    Ok(())
}

pub(super) async fn held(tx: &mut SqlTx) -> Result<Vec<HeldRow>, Fault> {
    tx.all(HELD, values()).await
}
