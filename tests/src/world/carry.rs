//! Carrying packages, chunks and receipts between neighbours without a network, through the link's own requests.

use honghei_domain::node::{LogId, NodeId};
use honghei_link::chunks::ChunkLoaded;
use honghei_link::edge::Edge;
use honghei_link::frame::{ChunkAddress, LogState, Package};
use honghei_link::limits::Limits;
use honghei_link::receipts::Told;
use honghei_link::rejection::Rejection;
use honghei_link::relay::{Loaded, PackageAsk, StoredPackage, store_package};
use honghei_link::verify::state_of;
use honghei_link::work::{self, Answer, Context, Read, Write};
use honghei_registry::error::Fault;

use super::{World, WorldNode};

/// Chunks asked for at once.
const WANTS: u32 = 64;

/// One direction of one edge: `from` says, `to` stores.
pub struct Hop<'w> {
    from: &'w WorldNode,
    to: &'w WorldNode,
    sending: Edge,
    receiving: Edge,
    limits: Limits,
    now_ms: i64,
}

/// Carries whatever can be carried over every edge, both ways; returns how many things moved.
pub async fn everywhere(world: &World) -> Result<u64, Fault> {
    let mut moved = 0;
    for record in &world.directory.nodes {
        let Some(parent) = &record.parent else { continue };
        for (from, to) in [(&record.id, parent), (parent, &record.id)] {
            if let Some(hop) = world.hop(from, to, Limits::default()) {
                moved += hop.everything().await?;
            }
        }
    }
    Ok(moved)
}

impl World {
    /// One direction between two neighbours.
    pub fn hop(&self, from: &NodeId, to: &NodeId, limits: Limits) -> Option<Hop<'_>> {
        Some(Hop {
            from: self.nodes.get(from)?,
            to: self.nodes.get(to)?,
            sending: Edge::between(&self.directory, from, to)?,
            receiving: Edge::between(&self.directory, to, from)?,
            limits,
            now_ms: self.now().ms,
        })
    }
}

impl Hop<'_> {
    /// Carries until nothing moves.
    pub async fn everything(&self) -> Result<u64, Fault> {
        let mut moved = 0;
        for log in self.logs().await? {
            while self.package(&log).await?.is_some() {
                moved += 1;
            }
        }
        while self.chunk(0).await? {
            moved += 1;
        }
        Ok(moved + self.receipts().await?)
    }

    /// The logs that travel this way and of which the sender holds something.
    pub async fn logs(&self) -> Result<Vec<LogId>, Fault> {
        let heads = self.from.store.read().await?.heads().await?;
        Ok(heads.into_iter().map(|head| head.log).filter(|log| self.sending.offers(log)).collect())
    }

    /// Carries the next package of a log; gives it back if the receiver stored anything of it.
    pub async fn package(&self, log: &LogId) -> Result<Option<Package>, Fault> {
        let Some(package) = self.load(log).await? else { return Ok(None) };
        match self.deliver(&package).await? {
            Ok(stored) => Ok((stored.entries > 0).then_some(package)),
            Err(rejection) => Err(Fault::Inconsistent { what: format!("a carried package: {rejection:?}") }),
        }
    }

    /// What the sender would send of a log next, without sending it.
    pub async fn load(&self, log: &LogId) -> Result<Option<Package>, Fault> {
        let held = self.to.store.read().await?.head(log).await?;
        let damaged = |_| Fault::Inconsistent { what: format!("log {log}") };
        let theirs = match &held {
            Some(held) => state_of(held).map_err(damaged)?,
            None => LogState { log: log.clone(), size: 0, root: honghei_ledger::empty_root() },
        };
        let ask = Read::Package(Box::new(PackageAsk { theirs, aim: None }));
        Ok(match self.ask(&ask).await? {
            Answer::Package { loaded: Loaded::Package { package, .. }, .. } => Some(*package),
            _ => None,
        })
    }

    /// Brings the receiver a package, as its link would: verified, stored or recorded, cosigned.
    pub async fn deliver(&self, package: &Package) -> Result<Result<StoredPackage, Rejection>, Fault> {
        match self.tell(&Write::Package(Box::new(package.clone()))).await? {
            Answer::PackageStored { result, .. } => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Brings the receiver a package that it had before. Verified and stored as ever; what is held against the sender
    /// is not recorded, since this one only repeats.
    pub async fn redeliver(&self, package: &Package) -> Result<Result<StoredPackage, Rejection>, Fault> {
        let mut tx = self.to.store.write("redeliver").await?;
        let stored = store_package(&mut *tx, package, &self.receiving, &self.limits).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Carries one of the chunks that the receiver wants and the sender has; says whether there was any.
    pub async fn chunk(&self, pick: usize) -> Result<bool, Fault> {
        let mut tx = self.to.store.read().await?;
        let wants = match work::read(&mut *tx, &Read::Wants(WANTS), self.at_receiver()).await? {
            Answer::Wants(wants) => wants,
            other => return Err(unexpected(&other)),
        };
        drop(tx);
        for turn in 0..wants.len() {
            let Some(want) = wants.get((pick + turn) % wants.len()) else { continue };
            let address = ChunkAddress { entry: want.entry.clone(), digest: want.digest };
            let Answer::Chunk { loaded: ChunkLoaded::Held(bytes), .. } = self.ask(&Read::Chunk(address)).await? else {
                continue;
            };
            let told = self.tell(&Write::Chunks(vec![(want.clone(), bytes.to_vec())])).await?;
            if told.is_news() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the sender mirrored, it cosigns; what it knows of cosignatures, it tells. Returns what moved.
    pub async fn receipts(&self) -> Result<u64, Fault> {
        let Answer::Receipts { due, .. } = self.ask(&Read::Receipts(Told::new())).await? else { return Ok(0) };
        let mut moved = due.len() as u64;
        if !due.is_empty() {
            let context = self.at_sender();
            let mut tx = self.from.store.write("cosign").await?;
            work::write(&mut *tx, &Write::Cosign(due), context).await?;
            tx.commit().await?;
        }
        let Answer::Receipts { receipts, .. } = self.ask(&Read::Receipts(Told::new())).await? else { return Ok(0) };
        let mut fresh = Vec::new();
        let mut tx = self.to.store.read().await?;
        for receipt in receipts {
            let known = tx.latest_cosignature(&receipt.state.log, &receipt.signer).await?;
            let held = tx.head(&receipt.state.log).await?.map_or(0, |head| head.size);
            if known.is_none_or(|row| row.size < receipt.state.size) && held >= receipt.state.size {
                fresh.push(receipt);
            }
        }
        drop(tx);
        if fresh.is_empty() {
            return Ok(moved);
        }
        moved += fresh.len() as u64;
        match self.tell(&Write::Receipts(fresh)).await? {
            Answer::ReceiptsStored(rejections) if rejections.is_empty() => Ok(moved),
            other => Err(unexpected(&other)),
        }
    }

    async fn ask(&self, request: &Read) -> Result<Answer, Fault> {
        let mut tx = self.from.store.read().await?;
        Ok(work::read(&mut *tx, request, self.at_sender()).await?)
    }

    async fn tell(&self, request: &Write) -> Result<Answer, Fault> {
        let mut tx = self.to.store.write("carry").await?;
        let answer = work::write(&mut *tx, request, self.at_receiver()).await?;
        tx.commit().await?;
        Ok(answer)
    }

    fn at_sender(&self) -> Context<'_> {
        let (edge, cosigner) = (&self.sending, Some(&self.from.cosigner));
        Context { edge, limits: &self.limits, cosigner, now_ms: self.now_ms }
    }

    fn at_receiver(&self) -> Context<'_> {
        let (edge, cosigner) = (&self.receiving, Some(&self.to.cosigner));
        Context { edge, limits: &self.limits, cosigner, now_ms: self.now_ms }
    }
}

fn unexpected(answer: &Answer) -> Fault {
    Fault::Inconsistent { what: format!("an answer of the link: {answer:?}") }
}
