//! Cosignatures: the durable receipts of a parent, and the witness of the children.
//!
//! A node cosigns a checkpoint of somebody else's log when it holds every entry up to its size and every chunk due to
//! it. The cosignature travels back along the tree to the log's writer, and every node on the way keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use honghei_domain::directory::Directory;
use honghei_domain::list::Digest;
use honghei_domain::node::{LogId, NodeId};
use honghei_ledger::{Algorithm, Checkpoint, PublicKey, SecretKey, cosign, verify_cosignature};
use honghei_store::{CosignatureRow, Fault, HeadRow, LogTx};

use crate::checkpoints::Checkpoints;
use crate::edge::Edge;
use crate::frame::{LogState, Receipt};
use crate::rejection::{Reason, Rejection};
use crate::relay::{load_checkpoints, root_at};

/// The hand that cosigns: the key of this node's own log, under that log's checkpoint origin.
#[derive(Clone, Debug)]
pub struct Cosigner {
    /// This node's own log, current epoch.
    pub log: LogId,
    /// Its key.
    pub key: Arc<SecretKey>,
}

/// Cosigns the newest checkpoint of a mirrored log that is complete here and was not cosigned yet.
///
/// The caller commits before it tells anybody.
pub async fn cosign_complete(
    tx: &mut dyn LogTx,
    log: &LogId,
    cosigner: &Cosigner,
    directory: &Directory,
    transport_ms: i64,
) -> Result<Option<CosignatureRow>, Fault> {
    let Some(head) = tx.head(log).await? else { return Ok(None) };
    let mut checkpoints = load_checkpoints(tx, log).await?;
    let complete = complete_size(tx, &head).await?;
    let Some(due) = checkpoints.due(complete) else { return Ok(None) };
    let damaged = |what: &str| Fault::Damaged { what: format!("checkpoint of log {log} ({what})") };
    let root = Digest::try_from(due.root.as_slice()).map_err(|_| damaged("its root is not 32 bytes"))?;
    let size = due.size;
    let text = Checkpoint { origin: directory.checkpoint_origin(log), size, root }.text();
    let name = directory.checkpoint_origin(&cosigner.log);
    let seconds = u64::try_from(transport_ms / 1000).unwrap_or(0);
    let line = cosign(&text, &name, &cosigner.key, seconds).map_err(|defect| damaged(&defect.to_string()))?;
    let row = CosignatureRow { log: log.clone(), size, signer: cosigner.log.node.clone(), line };
    tx.put_cosignature(&row).await?;
    checkpoints.cosigned(size, head.size);
    tx.put_meta(&Checkpoints::key(log), &checkpoints.to_bytes()).await?;
    Ok(Some(row))
}

/// Whether [`cosign_complete`] would find something to do.
pub async fn is_cosign_due(tx: &mut dyn LogTx, head: &HeadRow) -> Result<bool, Fault> {
    let checkpoints = load_checkpoints(tx, &head.log).await?;
    if checkpoints.due(head.size).is_none() {
        return Ok(false);
    }
    let complete = complete_size(tx, head).await?;
    Ok(checkpoints.due(complete).is_some())
}

/// Entries of a log that are held with every chunk due to this node.
async fn complete_size(tx: &mut dyn LogTx, head: &HeadRow) -> Result<u64, Fault> {
    Ok(tx.first_incomplete(&head.log).await?.map_or(head.size, |index| index.min(head.size)))
}

/// Sizes already told to the peer on this connection, by log and signer.
pub type Told = BTreeMap<(LogId, NodeId), u64>;

/// The newest cosignatures of a log by the nodes on our side, beyond what the peer was told.
pub async fn load_receipts(
    tx: &mut dyn LogTx,
    head: &HeadRow,
    edge: &Edge,
    told: &Told,
) -> Result<Vec<Receipt>, Fault> {
    let mut receipts = Vec::new();
    for signer in edge.signers() {
        let Some(row) = tx.latest_cosignature(&head.log, signer).await? else { continue };
        if told.get(&(row.log.clone(), row.signer.clone())).is_some_and(|size| *size >= row.size) {
            continue;
        }
        let root = root_at(tx, &row.log, Some(head), row.size).await?;
        let root = root.ok_or_else(|| Fault::Damaged { what: format!("cosignature of log {}", row.log) })?;
        let state = LogState { log: row.log, size: row.size, root };
        receipts.push(Receipt { state, line: row.line, signer: row.signer });
    }
    Ok(receipts)
}

/// Checks a receipt against the directory and our own tree, and keeps it.
pub async fn store_receipt(tx: &mut dyn LogTx, receipt: &Receipt, edge: &Edge) -> Result<Result<(), Rejection>, Fault> {
    let state = &receipt.state;
    let reject = |detail: String| {
        Ok(Err(Rejection::new(Reason::ReceiptInvalid, detail).about(&state.log).proved_by(receipt.line.as_bytes())))
    };
    let signer = &receipt.signer;
    if !edge.offers(&state.log) || !edge.vouches(signer) || *signer == state.log.node {
        return reject(format!("a receipt by {signer} does not come this way"));
    }
    let head = tx.head(&state.log).await?;
    match root_at(tx, &state.log, head.as_ref(), state.size).await? {
        None => return reject(format!("{signer} cosigned size {}, which is not held here", state.size)),
        Some(root) if root != state.root => {
            let detail = format!("{signer} cosigned another root for size {}", state.size);
            let rejection = Rejection::new(Reason::Forked, detail).about(&state.log);
            return Ok(Err(rejection.proved_by(receipt.line.as_bytes())));
        }
        Some(_) => {}
    }
    if !signed_by(receipt, &edge.directory) {
        return reject(format!("no key of {signer} made the cosignature of size {}", state.size));
    }
    let row =
        CosignatureRow { log: state.log.clone(), size: state.size, signer: signer.clone(), line: receipt.line.clone() };
    tx.put_cosignature(&row).await?;
    Ok(Ok(()))
}

fn signed_by(receipt: &Receipt, directory: &Directory) -> bool {
    let state = &receipt.state;
    let origin = directory.checkpoint_origin(&state.log);
    let text = Checkpoint { origin, size: state.size, root: state.root }.text();
    let keys = directory.node(&receipt.signer).map(|record| record.log_keys.as_slice()).unwrap_or_default();
    keys.iter().any(|record| {
        let name = directory.checkpoint_origin(&LogId { node: receipt.signer.clone(), epoch: record.epoch });
        let key = Algorithm::from_name(&record.key.algorithm).and_then(|named| PublicKey::new(named, &record.key.key));
        key.is_ok_and(|key| verify_cosignature(&text, &receipt.line, &name, &key).is_ok())
    })
}
