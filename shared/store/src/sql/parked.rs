//! Proposals that wait for a further officer's signature.

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::ParkedRow;

const PUT: &str = "INSERT INTO parked (parked_id, parked_ms, body) VALUES ($1, $2, $3)
    ON CONFLICT (parked_id) DO UPDATE SET parked_ms = excluded.parked_ms, body = excluded.body";

const PARKED: &str = "SELECT parked_id, parked_ms, body FROM parked WHERE parked_id = $1";

const ALL: &str = "SELECT parked_id, parked_ms, body FROM parked ORDER BY parked_id";

const REMOVE: &str = "DELETE FROM parked WHERE parked_id = $1";

pub(super) async fn put_parked(tx: &mut SqlTx, row: &ParkedRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn parked(tx: &mut SqlTx, id: &str) -> Result<Option<ParkedRow>, Fault> {
    tx.one(PARKED, values().text(id)).await
}

pub(super) async fn all_parked(tx: &mut SqlTx) -> Result<Vec<ParkedRow>, Fault> {
    tx.all(ALL, values()).await
}

pub(super) async fn remove_parked(tx: &mut SqlTx, id: &str) -> Result<(), Fault> {
    tx.execute(REMOVE, values().text(id)).await?;
    Ok(())
}
