//! Cosignatures: the durable receipts of peers.

use honghei_domain::node::{LogId, NodeId};

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::CosignatureRow;

const PUT: &str = "INSERT INTO cosignatures (origin, epoch, size, signer, line) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (origin, epoch, size, signer) DO NOTHING";

const OF_SIZE: &str = "SELECT origin, epoch, size, signer, line FROM cosignatures
    WHERE origin = $1 AND epoch = $2 AND size = $3 ORDER BY signer";

const LATEST: &str = "SELECT origin, epoch, size, signer, line FROM cosignatures
    WHERE origin = $1 AND epoch = $2 AND signer = $3 ORDER BY size DESC LIMIT 1";

pub(super) async fn put_cosignature(tx: &mut SqlTx, row: &CosignatureRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn cosignatures(tx: &mut SqlTx, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault> {
    tx.all(OF_SIZE, values().log(log).number(size)).await
}

pub(super) async fn latest_cosignature(
    tx: &mut SqlTx,
    log: &LogId,
    signer: &NodeId,
) -> Result<Option<CosignatureRow>, Fault> {
    tx.one(LATEST, values().log(log).node(signer)).await
}
