//! What went wrong with peers.

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::IncidentRow;

const PUT: &str = "INSERT INTO incidents (evidence, at_ms, peer, code, detail) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (evidence) DO NOTHING";

const LATEST: &str = "SELECT evidence, at_ms, peer, code, detail FROM incidents
    ORDER BY at_ms DESC, evidence DESC LIMIT $1";

pub(super) async fn put_incident(tx: &mut SqlTx, row: &IncidentRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn incidents(tx: &mut SqlTx, limit: u32) -> Result<Vec<IncidentRow>, Fault> {
    tx.all(LATEST, values().number(limit)).await
}
