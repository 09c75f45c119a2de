//! Carrying packages, chunks and receipts between neighbours without a network, through the link's own verification.

use std::sync::Arc;

use honghei_domain::node::NodeId;
use honghei_ledger::Algorithm;
use honghei_link::chunks::{ChunkLoaded, load_chunk, load_wants, store_chunk};
use honghei_link::edge::Edge;
use honghei_link::frame::{ChunkAddress, LogState};
use honghei_link::limits::Limits;
use honghei_link::receipts::{Cosigner, Told, cosign_complete, load_receipts, store_receipt};
use honghei_link::relay::{Loaded, PackageAsk, load_package, store_package};
use honghei_link::verify::state_of;
use honghei_registry::error::Fault;

use super::{World, WorldNode, log_key};

/// Carries whatever can be carried over every edge, both ways; returns how many things moved.
pub async fn everywhere(world: &World) -> Result<u64, Fault> {
    let mut moved = 0;
    for record in &world.directory.nodes {
        let Some(parent) = &record.parent else { continue };
        let (Some(child), Some(above)) = (world.nodes.get(&record.id), world.nodes.get(parent)) else { continue };
        moved += one_way(world, (&record.id, child), (parent, above)).await?;
        moved += one_way(world, (parent, above), (&record.id, child)).await?;
    }
    Ok(moved)
}

/// Carries from one neighbour to the other.
async fn one_way(
    world: &World,
    (from_id, from): (&NodeId, &WorldNode),
    (to_id, to): (&NodeId, &WorldNode),
) -> Result<u64, Fault> {
    let (Some(sending), Some(receiving)) =
        (Edge::between(&world.directory, from_id, to_id), Edge::between(&world.directory, to_id, from_id))
    else {
        return Ok(0);
    };
    let limits = Limits::default();
    let mut moved = 0;
    let heads = from.store.read().await?.heads().await?;
    for head in heads.iter().filter(|head| sending.offers(&head.log)) {
        loop {
            let held = to.store.read().await?.head(&head.log).await?;
            let damaged = |_| Fault::Inconsistent { what: format!("log {}", head.log) };
            let theirs = match &held {
                Some(held) => state_of(held).map_err(damaged)?,
                None => LogState { log: head.log.clone(), size: 0, root: honghei_ledger::empty_root() },
            };
            let ask = PackageAsk { theirs, aim: None };
            let mut tx = from.store.read().await?;
            let Loaded::Package { package, .. } = load_package(&mut *tx, &ask, &sending, &limits).await? else { break };
            let mut tx = to.store.write("carry").await?;
            match store_package(&mut *tx, &package, &receiving, &limits).await? {
                Ok(stored) if stored.entries > 0 => {
                    tx.commit().await?;
                    moved += 1;
                }
                Ok(_) => break,
                Err(rejection) => return Err(Fault::Inconsistent { what: format!("a carried package: {rejection:?}") }),
            }
        }
    }
    moved += chunks(from, &sending, to, &receiving).await?;
    moved += receipts(world, (from_id, from), &sending, to, &receiving).await?;
    Ok(moved)
}

async fn chunks(from: &WorldNode, sending: &Edge, to: &WorldNode, receiving: &Edge) -> Result<u64, Fault> {
    let mut moved = 0;
    loop {
        let wants = load_wants(&mut *to.store.read().await?, receiving, 64).await?;
        let mut fetched = 0;
        for want in wants {
            let address = ChunkAddress { entry: want.entry.clone(), digest: want.digest };
            let loaded = load_chunk(&mut *from.store.read().await?, &address, sending).await?;
            if let ChunkLoaded::Held(bytes) = loaded {
                let mut tx = to.store.write("carry chunk").await?;
                if store_chunk(&mut *tx, &want, &bytes).await?.is_ok() {
                    tx.commit().await?;
                    fetched += 1;
                }
            }
        }
        moved += fetched;
        if fetched == 0 {
            return Ok(moved);
        }
    }
}

/// What the sender mirrored, it cosigns; what it knows of cosignatures, it tells.
async fn receipts(
    world: &World,
    (from_id, from): (&NodeId, &WorldNode),
    sending: &Edge,
    to: &WorldNode,
    receiving: &Edge,
) -> Result<u64, Fault> {
    let mut moved = 0;
    let cosigner =
        Cosigner { log: from.engine.identity().log.clone(), key: Arc::new(log_key(from.seed, from_id)) };
    debug_assert_eq!(cosigner.key.algorithm(), Algorithm::Ed25519);
    let heads = from.store.read().await?.heads().await?;
    for head in &heads {
        if head.log.node != *from_id {
            let mut tx = from.store.write("cosign").await?;
            if cosign_complete(&mut *tx, &head.log, &cosigner, &world.directory, world.now().ms).await?.is_some() {
                tx.commit().await?;
                moved += 1;
            }
        }
        for receipt in load_receipts(&mut *from.store.read().await?, head, sending, &Told::new()).await? {
            let known = to.store.read().await?.latest_cosignature(&receipt.state.log, &receipt.signer).await?;
            if known.is_some_and(|row| row.size >= receipt.state.size) {
                continue;
            }
            let mut tx = to.store.write("carry receipt").await?;
            if store_receipt(&mut *tx, &receipt, receiving).await?.is_ok() {
                tx.commit().await?;
                moved += 1;
            }
        }
    }
    Ok(moved)
}
