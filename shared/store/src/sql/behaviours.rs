//! Behaviour events at their recorder.

use honghei_domain::node::NodeId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::BehaviourRow;

static PUT: Bulk = Bulk::new(
    "INSERT INTO behaviours (origin, number, subject_key, body) VALUES ",
    4,
    " ON CONFLICT (origin, number) DO UPDATE SET subject_key = excluded.subject_key, body = excluded.body",
);

const OF_SUBJECT: &str = "SELECT origin, number, subject_key, body FROM behaviours
    WHERE origin = $1 AND subject_key = $2 ORDER BY number";

const AFTER: &str = "SELECT origin, number, subject_key, body FROM behaviours
    WHERE origin = $1 AND number > $2 ORDER BY number LIMIT $3";

const LAST_NUMBER: &str = "SELECT number FROM behaviours WHERE origin = $1 ORDER BY number DESC LIMIT 1";

pub(super) const ALL: &str = "SELECT origin, number, subject_key, body FROM behaviours ORDER BY origin, number";

pub(super) async fn put_behaviours(tx: &mut SqlTx, rows: &[BehaviourRow]) -> Result<(), Fault> {
    PUT.put(tx, rows, |row| (&row.origin, row.number)).await?;
    Ok(())
}

pub(super) async fn behaviours_of(
    tx: &mut SqlTx,
    origin: &NodeId,
    subject_key: &str,
) -> Result<Vec<BehaviourRow>, Fault> {
    tx.all(OF_SUBJECT, values().node(origin).text(subject_key)).await
}

pub(super) async fn behaviours(
    tx: &mut SqlTx,
    origin: &NodeId,
    after: u64,
    limit: u32,
) -> Result<Vec<BehaviourRow>, Fault> {
    const LARGEST: u64 = i64::MAX as u64;
    tx.all(AFTER, values().node(origin).number(after.min(LARGEST)).number(limit)).await
}

pub(super) async fn last_behaviour(tx: &mut SqlTx, origin: &NodeId) -> Result<u64, Fault> {
    Ok(tx.row(LAST_NUMBER, values().node(origin), |cells| cells.number()).await?.unwrap_or(0))
}
