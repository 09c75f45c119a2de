//! Officers.

use honghei_domain::node::NodeId;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::OfficerRow;

const PUT: &str = "INSERT INTO officers (node, officer, certified, body) VALUES ($1, $2, $3, $4)
    ON CONFLICT (node, officer) DO UPDATE SET certified = excluded.certified, body = excluded.body";

const OFFICER: &str = "SELECT node, officer, certified, body FROM officers WHERE node = $1 AND officer = $2";

const OFFICERS: &str = "SELECT node, officer, certified, body FROM officers ORDER BY node, officer";

const OFFICERS_OF_NODE: &str = "SELECT node, officer, certified, body FROM officers WHERE node = $1 ORDER BY officer";

pub(super) async fn put_officer(tx: &mut SqlTx, row: &OfficerRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn officer(tx: &mut SqlTx, node: &NodeId, id: &str) -> Result<Option<OfficerRow>, Fault> {
    tx.one(OFFICER, values().node(node).text(id)).await
}

pub(super) async fn officers(tx: &mut SqlTx, node: Option<&NodeId>) -> Result<Vec<OfficerRow>, Fault> {
    match node {
        Some(node) => tx.all(OFFICERS_OF_NODE, values().node(node)).await,
        None => tx.all(OFFICERS, values()).await,
    }
}
