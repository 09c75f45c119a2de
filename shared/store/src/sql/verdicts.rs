//! What recognisers are told about their cases.

use honghei_domain::list::CaseId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::VerdictRow;

static PUT: Bulk = Bulk::new(
    "INSERT INTO verdicts (origin, number, version, body) VALUES ",
    4,
    " ON CONFLICT (origin, number, version) DO UPDATE SET body = excluded.body",
);

const OF_CASE: &str = "SELECT origin, number, version, body FROM verdicts
    WHERE origin = $1 AND number = $2 ORDER BY version";

const OF_VERSION: &str = "SELECT origin, number, version, body FROM verdicts
    WHERE version = $1 ORDER BY origin, number LIMIT $2";

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
