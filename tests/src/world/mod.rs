//! A federation within one process: real engines over any store, packages carried by hand, days turned by hand.
//!
//! No network and no tasks: with the in-memory store the same seed gives the same logs, to the byte.

pub(crate) mod carry;
mod check;
pub mod entries;
mod found;
pub mod matching;
mod reference;
pub mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use honghei_domain::act::OfficerId;
use honghei_domain::directory::Directory;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId, Tier};
use honghei_ledger::{Algorithm, SecretKey};
use honghei_link::receipts::Cosigner;
use honghei_node::compose::Composition;
use honghei_registry::command::Command;
use honghei_registry::context::Now;
use honghei_registry::desk::Ports;
use honghei_registry::engine::{Engine, Proposal, Submitted};
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::journal::Identity;
use honghei_store::Store;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

pub use carry::Hop;
pub use found::{Member, jingmen, province_alone, yanqing};

/// Rounds of carrying and folding after which a federation must have come to rest.
const ROUNDS: u32 = 1_000;

/// One node of a [`World`].
pub struct WorldNode {
    /// Where it keeps everything; outlives crashes.
    pub store: Arc<dyn Store>,
    /// Its logic; made anew after a crash.
    pub engine: Engine,
    /// Its officers' keys.
    pub officers: BTreeMap<String, SecretKey>,
    /// The hand that cosigns what it mirrors.
    cosigner: Cosigner,
    tier: Tier,
    seed: u64,
    lives: u64,
}

impl std::fmt::Debug for WorldNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorldNode").field("tier", &self.tier).field("lives", &self.lives).finish_non_exhaustive()
    }
}

/// A federation within one process.
pub struct World {
    /// The nodes.
    pub nodes: BTreeMap<NodeId, WorldNode>,
    /// The directory all hold.
    pub directory: Arc<Directory>,
    /// The legal day.
    pub today: NaiveDate,
}

impl World {
    /// The times of this moment: nine in the morning.
    pub fn now(&self) -> Now {
        let ms = self.today.and_time(NaiveTime::MIN).and_utc().timestamp_millis() + 3_600_000;
        Now { today: self.today, ms }
    }

    /// One node.
    ///
    /// # Panics
    /// If the federation has no such node: a mistake of the test.
    #[expect(clippy::panic, reason = "a harness names its mistakes at once")]
    pub fn node(&self, node: &str) -> &WorldNode {
        let id: Result<NodeId, _> = node.parse();
        match id.ok().and_then(|id| self.nodes.get(&id)) {
            Some(found) => found,
            None => panic!("no node {node} in this world"),
        }
    }

    /// Lets an officer of a node do something: propose, sign, submit.
    pub async fn act(&self, node: &str, officer: &str, command: Command) -> Result<EntryRef, CommandError> {
        self.node(node).act(self.now(), officer, &command).await
    }

    /// Lets an officer sign what may need others besides.
    pub async fn sign(&self, node: &str, officer: &str, command: Command) -> Result<Submitted, CommandError> {
        self.node(node).sign(self.now(), officer, &command).await
    }

    /// Lets a further officer sign what waits for him.
    pub async fn countersign(&self, node: &str, officer: &str, id: &str) -> Result<Submitted, CommandError> {
        self.node(node).countersign(self.now(), officer, id).await
    }

    /// Turns the calendar to a day and lets everything happen that falls due on the way, day by day.
    pub async fn turn_to(&mut self, day: NaiveDate) -> Result<(), Fault> {
        while self.today < day {
            self.today = self.today.succ_opt().unwrap_or(day);
            self.settle().await?;
        }
        Ok(())
    }

    /// Carries, folds and ticks until nothing moves.
    ///
    /// # Errors
    /// [`Fault::Inconsistent`] too, if it does not come to rest.
    pub async fn settle(&self) -> Result<(), Fault> {
        for _ in 0..ROUNDS {
            let mut moved = carry::everywhere(self).await?;
            for node in self.nodes.values() {
                moved += node.engine.fold(self.now()).await?;
                moved += node.engine.tick(self.now()).await?;
            }
            if moved == 0 {
                return Ok(());
            }
        }
        Err(Fault::Inconsistent { what: format!("a federation that moves after {ROUNDS} rounds") })
    }

    /// Takes a node's process away and starts it again over what its store holds.
    pub async fn crash(&mut self, node: &str) -> Result<(), Fault> {
        let id = self.node(node).engine.identity().log.node.clone();
        let directory = self.directory.clone();
        if let Some(found) = self.nodes.get_mut(&id) {
            found.lives += 1;
            found.engine = open_engine(&directory, &id, found.tier, found.seed, found.lives, &found.store).await?;
        }
        Ok(())
    }

    /// The same federation over other stores that hold the same, as after a restart of every node; `life` tells its
    /// randomness from that of every other life.
    pub async fn resume(&self, life: u64, mut store: impl FnMut(&NodeId) -> Arc<dyn Store>) -> Result<Self, Fault> {
        let mut nodes = BTreeMap::new();
        for (id, node) in &self.nodes {
            let store = store(id);
            let engine = open_engine(&self.directory, id, node.tier, node.seed, life, &store).await?;
            let officers = node.officers.clone();
            let node = WorldNode {
                store,
                engine,
                officers,
                cosigner: node.cosigner.clone(),
                tier: node.tier,
                seed: node.seed,
                lives: life,
            };
            nodes.insert(id.clone(), node);
        }
        Ok(Self { nodes, directory: self.directory.clone(), today: self.today })
    }

    /// The served result version and root of every node.
    pub async fn served(&self) -> Result<BTreeMap<NodeId, Option<(u64, Digest)>>, Fault> {
        let mut served = BTreeMap::new();
        for (id, node) in &self.nodes {
            let latest = node.store.read().await?.latest_result().await?;
            served.insert(id.clone(), latest.map(|row| (row.version, row.root)));
        }
        Ok(served)
    }
}

impl WorldNode {
    /// The same node, with the same officers, over another store that holds the same.
    pub async fn over(&self, world: &World, store: Arc<dyn Store>) -> Result<WorldNode, Fault> {
        let id = &self.engine.identity().log.node;
        // A life of its own: its salts differ from those of the original.
        let engine = open_engine(&world.directory, id, self.tier, self.seed, u64::MAX, &store).await?;
        let (officers, cosigner) = (self.officers.clone(), self.cosigner.clone());
        Ok(WorldNode { store, engine, officers, cosigner, tier: self.tier, seed: self.seed, lives: u64::MAX })
    }

    /// The hand that cosigns what it mirrors.
    pub fn cosigner(&self) -> &Cosigner {
        &self.cosigner
    }

    /// Its tier.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Lets an officer do something at a moment that needs his signature alone.
    pub async fn act(&self, now: Now, officer: &str, command: &Command) -> Result<EntryRef, CommandError> {
        match self.sign(now, officer, command).await? {
            Submitted::Written(at) => Ok(at),
            Submitted::Waiting { id, .. } => Err(Fault::Inconsistent { what: format!("{id}, which waits") }.into()),
        }
    }

    /// Lets an officer sign what may need others besides.
    pub async fn sign(&self, now: Now, officer: &str, command: &Command) -> Result<Submitted, CommandError> {
        let proposal = self.engine.propose(now, &OfficerId(officer.to_owned()), command).await?;
        self.submit(now, officer, proposal).await
    }

    /// Lets a further officer sign what waits for him.
    pub async fn countersign(&self, now: Now, officer: &str, id: &str) -> Result<Submitted, CommandError> {
        let proposal = self.engine.countersigning(now, &OfficerId(officer.to_owned()), id).await?;
        self.submit(now, officer, proposal).await
    }

    async fn submit(&self, now: Now, officer: &str, proposal: Proposal) -> Result<Submitted, CommandError> {
        let signature = match self.officers.get(officer) {
            Some(key) => key.sign(&proposal.statement),
            None => Vec::new(),
        };
        self.engine.submit(now, proposal, signature).await
    }
}

/// The key of a node's log in a world.
fn log_key(seed: u64, id: &NodeId) -> SecretKey {
    derived_key(seed, &format!("log {id}"))
}

/// A key that follows from a seed and a purpose; for worlds only.
fn derived_key(seed: u64, purpose: &str) -> SecretKey {
    let digest = honghei_ledger::sha256(format!("{seed} {purpose}").as_bytes());
    SecretKey::from_seed(Algorithm::Ed25519, &digest)
}

/// The composition of the program that serves a tier.
fn composition(tier: Tier) -> Composition {
    match tier {
        Tier::County => county_node::COMPOSITION,
        Tier::City => city_node::COMPOSITION,
        Tier::Province => province_node::COMPOSITION,
    }
}

async fn open_engine(
    directory: &Directory,
    id: &NodeId,
    tier: Tier,
    seed: u64,
    life: u64,
    store: &Arc<dyn Store>,
) -> Result<Engine, Fault> {
    let identity = Identity {
        log: LogId::first(id.clone()),
        federation: directory.federation.clone(),
        clock_class: directory.clock_class,
        key: log_key(seed, id),
    };
    let chance = ChaCha20Rng::from_seed(honghei_ledger::sha256(format!("{seed} {id} {life}").as_bytes()));
    let ports = Ports { matcher: Some(Arc::new(matching::WorldMatcher::new(seed, life))) };
    Engine::open(store.clone(), identity, (composition(tier).desks)(&ports), Box::new(chance)).await
}
