//! The entries of logs and the subtrees over them.

use std::collections::BTreeMap;

use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId};

use super::bulk::{Bulk, last_by_key};
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::{EntryRow, TreeNodeRow};

static APPEND: Bulk = Bulk::new(
    "INSERT INTO log_entries (origin, epoch, entry_index, leaf, header, payload) VALUES ",
    6,
    " ON CONFLICT (origin, epoch, entry_index) DO NOTHING",
);

const ENTRIES: &str = "SELECT origin, epoch, entry_index, leaf, header, payload FROM log_entries
    WHERE origin = $1 AND epoch = $2 AND entry_index >= $3 ORDER BY entry_index LIMIT $4";

const ENTRY: &str = "SELECT origin, epoch, entry_index, leaf, header, payload FROM log_entries
    WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

static PUT_TREE_NODES: Bulk = Bulk::new(
    "INSERT INTO tree_nodes (origin, epoch, level, position, hash) VALUES ",
    5,
    " ON CONFLICT (origin, epoch, level, position) DO UPDATE SET hash = excluded.hash",
);

static TREE_NODES: Bulk = Bulk::after(
    2,
    "SELECT level, position, hash FROM tree_nodes WHERE origin = $1 AND epoch = $2 AND (level, position) IN (VALUES ",
    2,
    ")",
);

pub(super) async fn append_entries(tx: &mut SqlTx, entries: &[EntryRow]) -> Result<(), Fault> {
    let added = APPEND.put(tx, entries, |entry| &entry.at).await?;
    // An entry that stands twice among these, or in the log already, was left out.
    if added == entries.len() as u64 { Ok(()) } else { Err(tx.spoil(Fault::entries_exist())) }
}

pub(super) async fn entries(tx: &mut SqlTx, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
    tx.all(ENTRIES, values().log(log).number(from).number(limit)).await
}

pub(super) async fn entry(tx: &mut SqlTx, at: &EntryRef) -> Result<Option<EntryRow>, Fault> {
    tx.one(ENTRY, values().entry(at)).await
}

pub(super) async fn put_tree_nodes(tx: &mut SqlTx, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault> {
    let nodes = last_by_key(nodes, |node| (node.level, node.index));
    PUT_TREE_NODES
        .write(tx, &nodes, |node, to| to.log(log).number(node.level).number(node.index).bytes(&node.hash))
        .await?;
    Ok(())
}

pub(super) async fn tree_nodes(
    tx: &mut SqlTx,
    log: &LogId,
    places: &[(u32, u64)],
) -> Result<Vec<Option<Digest>>, Fault> {
    let found = TREE_NODES
        .read(
            tx,
            values().log(log),
            places,
            |(level, index), to| to.number(*level).number(*index),
            |cells| Ok(((cells.small()?, cells.number()?), cells.digest()?)),
        )
        .await?;
    let found: BTreeMap<(u32, u64), Digest> = found.into_iter().collect();
    Ok(places.iter().map(|place| found.get(place).copied()).collect())
}
