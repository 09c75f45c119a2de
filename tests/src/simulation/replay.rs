//! A node whose projections are gone and whose neighbours bring everything again, in whatever order.

use std::collections::BTreeMap;
use std::sync::Arc;

use honghei_codec::entry::{decode_envelope, decode_header};
use honghei_domain::node::{LogId, NodeId};
use honghei_ledger::{Frontier, sha256};
use honghei_link::limits::Limits;
use honghei_registry::desk::members::ROOT_KEY_META;
use honghei_registry::engine::{DIRECTORY_META, DIRECTORY_VERSION_META};
use honghei_registry::error::Fault;
use honghei_store::{MemoryStore, Store, TreeNodeRow};

use super::chance::Dice;
use super::logs;
use super::portrait;
use crate::world::World;

/// Steps of an interleaving before the rest is brought at once.
const STEPS: u64 = 400;

/// A disk that holds a node's own log and what belongs to it, and of all others nothing.
pub async fn own_log_only(from: &MemoryStore, id: &NodeId) -> Result<MemoryStore, Fault> {
    let mut held = from.read().await?;
    let fresh = MemoryStore::new();
    let mut tx = fresh.write("recover").await?;
    for key in [DIRECTORY_META, DIRECTORY_VERSION_META, ROOT_KEY_META] {
        if let Some(value) = held.meta(key).await? {
            tx.put_meta(key, &value).await?;
        }
    }
    let log = LogId::first(id.clone());
    let rows = logs::rows(&mut *held, &log).await?;
    let mut frontier = Frontier::new();
    let mut nodes = Vec::new();
    for row in &rows {
        frontier.append(row.leaf, &mut |level, index, hash| nodes.push(TreeNodeRow { level, index, hash }));
        let (Some(header), Some(payload)) = (&row.header, &row.payload) else { continue };
        let broken = |defect: honghei_codec::WireDefect| Fault::Inconsistent { what: defect.to_string() };
        let audience = decode_header(header).map_err(broken)?;
        tx.put_audience_head(&log, &audience.audience, audience.audience_number, &sha256(header)).await?;
        for chunk in decode_envelope(payload).map_err(broken)?.chunks {
            if let Some(bytes) = held.chunk(&chunk.digest).await? {
                tx.put_chunk(&chunk.digest, &bytes).await?;
            }
        }
    }
    tx.append_entries(&rows).await?;
    tx.put_tree_nodes(&log, &nodes).await?;
    if let Some(head) = held.head(&log).await? {
        tx.put_head(&head).await?;
    }
    tx.commit().await?;
    Ok(fresh)
}

/// Brings a node everything again, package by package and chunk by chunk, folding now and then; says in which rows
/// its projections differ from those it had.
pub async fn interleaved(
    world: &World,
    disks: &BTreeMap<NodeId, MemoryStore>,
    id: &NodeId,
    seed: u64,
) -> Result<Vec<String>, Fault> {
    let mut dice = Dice::of(seed);
    let Some(before) = disks.get(id) else { return Ok(vec!["no such node".to_owned()]) };
    let blank = own_log_only(before, id).await?;
    let store = |other: &NodeId| {
        let disk =
            if other == id { blank.clone() } else { disks.get(other).map(MemoryStore::fork).unwrap_or_default() };
        Arc::new(disk) as Arc<dyn Store>
    };
    let again = world.resume(seed, store).await?;
    let Some(node) = again.nodes.get(id) else { return Ok(vec!["no such node".to_owned()]) };
    let near = |record: &&honghei_domain::directory::NodeRecord| record.parent.as_ref() == Some(id);
    let mut neighbours: Vec<NodeId> =
        again.directory.nodes.iter().filter(near).map(|record| record.id.clone()).collect();
    neighbours.extend(again.directory.node(id).and_then(|record| record.parent.clone()));
    for _ in 0..STEPS {
        let limits = Limits { package_entries: u32::try_from(1 + dice.below(5)).unwrap_or(1), ..Limits::default() };
        let Some(hop) = dice.pick(&neighbours).and_then(|from| again.hop(from, id, limits)) else { break };
        match dice.below(8) {
            0 | 1 => {
                node.engine.fold(again.now()).await?;
            }
            2 | 3 => {
                hop.chunk(usize::try_from(dice.below(64)).unwrap_or(0)).await?;
            }
            _ => {
                if let Some(log) = dice.pick(&hop.logs().await?) {
                    hop.package(log).await?;
                }
            }
        }
    }
    for from in &neighbours {
        if let Some(hop) = again.hop(from, id, Limits::default()) {
            hop.everything().await?;
        }
    }
    node.engine.fold(again.now()).await?;
    let (mut now, mut then) = (node.store.read().await?, before.read().await?);
    if now.projection_digest().await? == then.projection_digest().await? {
        return Ok(Vec::new());
    }
    let rows = portrait::differences(&portrait::draw(&mut *then, id).await?, &portrait::draw(&mut *now, id).await?);
    Ok(if rows.is_empty() { vec!["rows that no portrait shows".to_owned()] } else { rows })
}
