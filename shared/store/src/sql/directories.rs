//! The directory's versions.

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;

const PUT: &str = "INSERT INTO directories (version, document) VALUES ($1, $2)
    ON CONFLICT (version) DO UPDATE SET document = excluded.document";

const LATEST: &str = "SELECT version, document FROM directories ORDER BY version DESC LIMIT 1";

const VERSION: &str = "SELECT document FROM directories WHERE version = $1";

pub(super) async fn put_directory(tx: &mut SqlTx, version: u64, document: &[u8]) -> Result<(), Fault> {
    tx.execute(PUT, values().number(version).bytes(document)).await?;
    Ok(())
}

pub(super) async fn directory(tx: &mut SqlTx, version: u64) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(VERSION, values().number(version), |cells| cells.bytes()).await
}

pub(super) async fn latest_directory(tx: &mut SqlTx) -> Result<Option<(u64, Vec<u8>)>, Fault> {
    tx.row(LATEST, values(), |cells| Ok((cells.number()?, cells.bytes()?))).await
}
