//! One history: a federation, what happens to it, and what must hold at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use honghei_domain::node::{LogId, NodeId};
use honghei_link::frame::Package;
use honghei_link::limits::Limits;
use honghei_registry::command::Command;
use honghei_registry::error::{CommandError, Fault};
use honghei_store::{MemoryStore, Store};

use super::asked;
use super::chance::Dice;
use super::check::{self, Acknowledged};
use super::faulty::FaultyStore;
use super::firms::Firms;
use super::model;
use super::office;
use super::op::{Deed, Op, Shape};
use super::records::Records;
use super::rehearsal;
use super::tally::Tally;
use super::verdict;
use super::wire::Wires;
use crate::world::{World, carry};

/// Packages remembered, to arrive again.
const REMEMBERED: usize = 32;

/// A federation to which things happen.
pub struct History {
    /// The federation.
    pub world: World,
    stores: BTreeMap<NodeId, FaultyStore>,
    ids: Vec<NodeId>,
    /// Child and parent.
    edges: Vec<(NodeId, NodeId)>,
    cut: Vec<bool>,
    limits: Limits,
    /// The real link, in every fourth history; in the others packages are carried by hand.
    wires: Option<Wires>,
    sent: Vec<(NodeId, NodeId, Package)>,
    acknowledged: Vec<Acknowledged>,
    firms: Firms,
    seed: u64,
    listed: bool,
    ruled: bool,
    varied: bool,
    aged: bool,
    /// What happened, for the message of a failure.
    pub trace: Vec<String>,
    /// How often things came about.
    pub tally: Tally,
    /// Where every command is rehearsed first: how often each answer came.
    pub rehearsed: Option<BTreeMap<&'static str, u64>>,
}

impl History {
    /// Begins where a founded federation stands.
    pub async fn begin(
        founded: &World,
        disks: &BTreeMap<NodeId, MemoryStore>,
        seed: u64,
        dice: &mut Dice,
    ) -> Result<Self, Fault> {
        let stores: BTreeMap<NodeId, FaultyStore> =
            disks.iter().map(|(id, disk)| (id.clone(), FaultyStore::over(disk.fork()))).collect();
        let blank = || FaultyStore::over(MemoryStore::new());
        let store = |id: &NodeId| {
            std::sync::Arc::new(stores.get(id).cloned().unwrap_or_else(blank)) as std::sync::Arc<dyn Store>
        };
        let world = founded.resume(seed.wrapping_mul(1_000), store).await?;
        let ids: Vec<NodeId> = world.directory.nodes.iter().map(|node| node.id.clone()).collect();
        let edges: Vec<(NodeId, NodeId)> =
            world.directory.nodes.iter().filter_map(|node| Some((node.id.clone(), node.parent.clone()?))).collect();
        let package_entries = u32::try_from(1 + dice.below(8)).unwrap_or(1);
        let limits = Limits { package_entries, ..Limits::default() };
        let varied = matches!(seed % 11, 0 | 1 | 4 | 5 | 8 | 9);
        let wires = dice.once_in(4).then(|| Wires::new(&edges, limits.clone(), seed));
        Ok(Self {
            cut: vec![false; edges.len()],
            limits,
            wires,
            sent: Vec::new(),
            acknowledged: Vec::new(),
            firms: Firms::new(varied),
            seed,
            listed: matches!(seed % 4, 0 | 3),
            ruled: matches!(seed % 5, 1 | 4) || seed % 7 == 3,
            varied,
            aged: seed % 7 == 3,
            trace: Vec::new(),
            tally: Tally::default(),
            rehearsed: None,
            world,
            stores,
            ids,
            edges,
        })
    }

    /// What operations are drawn for.
    pub fn shape(&self) -> Shape {
        Shape {
            nodes: self.ids.len(),
            edges: self.edges.len(),
            listed: self.listed,
            ruled: self.ruled,
            varied: self.varied,
            aged: self.aged,
        }
    }

    /// Lets one thing happen; processes that died of it are started again.
    pub async fn apply(&mut self, op: &Op) -> Result<(), String> {
        let mut said = format!("{} {op:?}", self.world.today);
        match self.attempt(op).await {
            Ok(outcome) => {
                let _ = write!(said, " -> {outcome}");
            }
            Err(_) if self.stores.values().any(FaultyStore::is_dead) => said.push_str(" -> died"),
            Err(fault) => {
                self.trace.push(said);
                return Err(format!("{op:?}: {}", describe(&fault)));
            }
        }
        self.trace.push(said);
        self.revive().await.map_err(|fault| format!("{op:?}: restart: {}", describe(&fault)))
    }

    async fn revive(&mut self) -> Result<(), Fault> {
        for (id, store) in &self.stores {
            if store.is_dead() {
                store.revive();
                if let Some(wires) = &mut self.wires {
                    wires.died(id);
                }
                self.world.crash(id.as_str()).await?;
                self.tally.deaths += 1;
            }
        }
        Ok(())
    }

    /// What the hands would carry, the link's own machines do.
    async fn transmit(&mut self, op: &Op) -> Option<Result<String, Fault>> {
        let wires = self.wires.as_mut()?;
        let (edge, actions) = match op {
            Op::Package { edge, pick, .. } => (*edge, 1 + pick % 16),
            Op::Chunk { edge, pick, .. } => (*edge, 1 + pick % 8),
            Op::Receipts { edge, .. } => (*edge, 12),
            Op::Everything(edge) => (*edge, 2_000),
            _ => return None,
        };
        if self.cut.get(edge).copied().unwrap_or(true) {
            return Some(Ok("cut".to_owned()));
        }
        let actions = u32::try_from(actions).unwrap_or(1);
        Some(wires.run(&self.world, edge, actions).await.map(|news| format!("link: {news}")))
    }

    async fn attempt(&mut self, op: &Op) -> Result<String, Fault> {
        if let Some(transmitted) = self.transmit(op).await {
            return transmitted;
        }
        let now = self.world.now();
        let id = |at: usize| self.ids.get(at % self.ids.len()).cloned().ok_or_else(|| broken("no such node"));
        let engine =
            |id: &NodeId| self.world.nodes.get(id).map(|node| &node.engine).ok_or_else(|| broken("no such node"));
        match op {
            Op::Office(at, deed) => self.office(&id(*at)?, deed).await,
            Op::Turn(days) => {
                self.world.today = self.world.today + chrono::Days::new(*days);
                Ok(String::new())
            }
            Op::Toggle(edge) => {
                let cut = self.cut.get_mut(*edge).ok_or_else(|| broken("no such edge"))?;
                *cut = !*cut;
                if let Some(wires) = &mut self.wires {
                    wires.cut(*edge);
                }
                Ok(format!("cut: {cut}"))
            }
            Op::Package { edge, up, pick } => self.package(*edge, *up, *pick).await,
            Op::Chunk { edge, up, pick } => {
                let Some((from, to)) = self.ends(*edge, *up) else { return Ok("cut".to_owned()) };
                let Some(hop) = self.world.hop(&from, &to, self.limits.clone()) else { return Ok(String::new()) };
                let moved = hop.chunk(usize::try_from(*pick).unwrap_or(0)).await?;
                Ok(format!("{moved}"))
            }
            Op::Receipts { edge, up } => {
                let Some((from, to)) = self.ends(*edge, *up) else { return Ok("cut".to_owned()) };
                let Some(hop) = self.world.hop(&from, &to, self.limits.clone()) else { return Ok(String::new()) };
                Ok(hop.receipts().await?.to_string())
            }
            Op::Everything(edge) => self.everything(*edge).await,
            Op::Sync(edge) => {
                let said = match &mut self.wires {
                    Some(_) if self.cut.get(*edge).copied().unwrap_or(true) => "cut".to_owned(),
                    Some(wires) => wires.run(&self.world, *edge, 2_000).await?.to_string(),
                    None => self.everything(*edge).await?,
                };
                let engine = |id: &NodeId| {
                    self.world.nodes.get(id).map(|node| &node.engine).ok_or_else(|| broken("no such node"))
                };
                if let Some((child, parent)) = self.edges.get(*edge) {
                    for id in [child, parent, child] {
                        engine(id)?.fold(now).await?;
                        engine(id)?.tick(now).await?;
                    }
                }
                Ok(said)
            }
            Op::Again(pick) => self.again(*pick).await,
            Op::Fold(at) => Ok(engine(&id(*at)?)?.fold(now).await?.to_string()),
            Op::Tick(at) => Ok(engine(&id(*at)?)?.tick(now).await?.to_string()),
            Op::Crash(at) => {
                let gone = id(*at)?;
                if let Some(wires) = &mut self.wires {
                    wires.died(&gone);
                }
                self.world.crash(gone.as_str()).await?;
                self.tally.deaths += 1;
                Ok(String::new())
            }
            Op::Trap(at, trap) => {
                if let Some(store) = self.stores.get(&id(*at)?) {
                    store.set(*trap);
                }
                Ok(String::new())
            }
            Op::Rebuild(at) => Ok(engine(&id(*at)?)?.rebuild(now).await?.to_string()),
        }
    }

    async fn everything(&self, edge: usize) -> Result<String, Fault> {
        let mut moved = 0;
        for up in [true, false] {
            let Some((from, to)) = self.ends(edge, up) else { return Ok("cut".to_owned()) };
            if let Some(hop) = self.world.hop(&from, &to, self.limits.clone()) {
                moved += hop.everything().await?;
            }
        }
        Ok(moved.to_string())
    }

    fn ends(&self, edge: usize, up: bool) -> Option<(NodeId, NodeId)> {
        let (child, parent) = self.edges.get(edge)?.clone();
        let cut = self.cut.get(edge).copied().unwrap_or(true);
        (!cut).then_some(if up { (child, parent) } else { (parent, child) })
    }

    async fn package(&mut self, edge: usize, up: bool, pick: u64) -> Result<String, Fault> {
        let Some((from, to)) = self.ends(edge, up) else { return Ok("cut".to_owned()) };
        let Some(hop) = self.world.hop(&from, &to, self.limits.clone()) else { return Ok(String::new()) };
        let logs = hop.logs().await?;
        let turn = usize::try_from(pick).unwrap_or(0);
        for at in 0..logs.len() {
            let Some(log) = logs.get((turn + at) % logs.len()) else { continue };
            if let Some(package) = hop.package(log).await? {
                let said = format!("{} {}..{}", package.log, package.first_index, package.end());
                if self.sent.len() >= REMEMBERED {
                    self.sent.remove(turn % REMEMBERED);
                }
                self.sent.push((from, to, package));
                return Ok(said);
            }
        }
        Ok("nothing".to_owned())
    }

    /// A package arrives a second time, perhaps much later: nothing new may come of it.
    async fn again(&mut self, pick: u64) -> Result<String, Fault> {
        let place = usize::try_from(pick % self.sent.len().max(1) as u64).unwrap_or(0);
        let Some((from, to, package)) = self.sent.get(place) else { return Ok("nothing".to_owned()) };
        let Some(hop) = self.world.hop(from, to, Limits::default()) else { return Ok(String::new()) };
        let store = self.stores.get(to).ok_or_else(|| broken("no such node"))?;
        let before = store.read().await?.head(&package.log).await?.map(|head| head.size);
        let said = match hop.redeliver(package).await? {
            Ok(_) => "held already".to_owned(),
            Err(rejection) => rejection.code().to_owned(),
        };
        let after = store.read().await?.head(&package.log).await?.map(|head| head.size);
        if before == after { Ok(said) } else { Err(broken("a package that came again was stored again")) }
    }

    async fn office(&mut self, id: &NodeId, deed: &Deed) -> Result<String, Fault> {
        let node = self.world.nodes.get(id).ok_or_else(|| broken("no such node"))?;
        if matches!(deed, Deed::Whole { .. }) {
            // A whole list is taken only when everything before it has been compared.
            node.engine.tick(self.world.now()).await?;
        }
        let asked = office::command(&self.world, id, node, deed, &mut self.firms).await?;
        match asked {
            Some((officer, command)) => self.act(id, officer, &command).await,
            None => Ok("nothing".to_owned()),
        }
    }

    /// An officer does something; what is acknowledged is remembered.
    async fn act(&mut self, id: &NodeId, officer: &str, command: &Command) -> Result<String, Fault> {
        let node = self.world.nodes.get(id).ok_or_else(|| broken("no such node"))?;
        if let Some(rehearsed) = &mut self.rehearsed
            && let Some(store) = self.stores.get(id).filter(|store| !store.is_dead())
        {
            let held = rehearsal::held_against_the_real_run(&self.world, node, store.disk(), officer, command).await;
            *rehearsed.entry(held.map_err(|what| broken(&what))?).or_default() += 1;
        }
        match node.act(self.world.now(), officer, command).await {
            Ok(at) => {
                self.tally.acts += 1;
                // From the disk: the process may die right after it has answered.
                let disk = self.stores.get(id).ok_or_else(|| broken("no such node"))?.disk();
                let row =
                    disk.read().await?.entry(&at).await?.ok_or_else(|| broken("an acknowledged entry is not there"))?;
                let said = at.to_string();
                self.acknowledged.push(Acknowledged { at, leaf: row.leaf });
                Ok(said)
            }
            // A crash broke a rebuild off; the next fold completes it.
            Err(CommandError::Fault(Fault::Rebuilding)) => Ok("NODE_REBUILDING".to_owned()),
            Err(CommandError::Fault(fault)) => Err(fault),
            Err(refused) => {
                self.tally.refused += 1;
                Ok(refused.code().to_owned())
            }
        }
    }

    /// Mends everything, lets it settle, and publishes what there is.
    pub async fn heal(&mut self, certify: bool) -> Result<(), String> {
        self.mend(certify).await.map_err(|fault| format!("healing: {}", describe(&fault)))
    }

    async fn mend(&mut self, certify: bool) -> Result<(), Fault> {
        self.cut.fill(false);
        for (id, store) in &self.stores {
            store.revive();
            self.world.crash(id.as_str()).await?;
            if let Some(wires) = &mut self.wires {
                wires.died(id);
            }
        }
        self.settle().await?;
        if certify {
            for id in self.ids.clone() {
                while self.office(&id, &Deed::CertifyOfficer(0)).await?.contains('/') {}
            }
            self.settle().await?;
        }
        let province = self.province()?;
        let said = self.office(&province, &Deed::Publish).await?;
        if !said.contains('/') && said != "ALREADY_DONE" {
            return Err(broken(&format!("nothing can be published: {said}")));
        }
        self.settle().await
    }

    /// Carries, folds and ticks until nothing moves. The link must leave nothing to be carried by hand.
    async fn settle(&mut self) -> Result<(), Fault> {
        let Some(wires) = &mut self.wires else { return self.world.settle().await };
        for _ in 0..1_000 {
            let mut moved = wires.drain(&self.world).await?;
            for node in self.world.nodes.values() {
                moved += node.engine.fold(self.world.now()).await?;
                moved += node.engine.tick(self.world.now()).await?;
            }
            if moved == 0 {
                let left = carry::everywhere(&self.world).await?;
                return if left == 0 { Ok(()) } else { Err(broken(&format!("the links left {left} things behind"))) };
            }
        }
        Err(broken("a federation that does not come to rest over its links"))
    }

    fn province(&self) -> Result<NodeId, Fault> {
        let root = self.world.directory.nodes.iter().find(|node| node.parent.is_none());
        root.map(|node| node.id.clone()).ok_or_else(|| broken("no province"))
    }

    /// Every invariant, after [`History::heal`].
    pub async fn check(&mut self) -> Result<(), String> {
        self.verify().await.map_err(|fault| format!("checking: {}", describe(&fault)))?
    }

    async fn verify(&mut self) -> Result<Result<(), String>, Fault> {
        self.tally.linked = self.wires.as_ref().map_or(0, Wires::news);
        let province = self.province()?;
        let records = Records::of(&self.world).await?;
        let model = model::play(&records, &province);
        self.tally.versions = model.versions;
        self.tally.rows = model.rows.len() as u64;
        self.tally.fallen = (model.removed.len() + model.held.len()) as u64;
        self.tally.listed = records.listing_acts();
        (self.tally.exits, self.tally.returns) = (model.exits, model.returns);
        (self.tally.rulings, self.tally.gone) = (model.rulings, model.gone);
        self.tally.corrected = model.corrected;
        for checked in [
            check::logs_are_whole(&self.world, &self.acknowledged).await?,
            check::outcomes_are_single(&records),
            check::acts_say_what_they_must(&model),
            check::final_lists_agree(&self.world, &model).await?,
            check::verdicts_agree(&self.world, &province, &model).await?,
            check::chunks_lie_in_their_audience(&self.world).await?,
            check::cosignatures_hold(&self.world).await?,
            check::recomparison_agrees(&self.world, &province).await?,
            check::rebuilds_are_identical(&self.world).await?,
            check::recomparison_agrees(&self.world, &province).await?,
        ] {
            if checked.is_err() {
                return Ok(checked);
            }
        }
        match asked::was(&self.world, &province, &model.past, self.seed).await? {
            Ok(stood) => self.tally.stood = stood,
            Err(failure) => return Ok(Err(failure)),
        }
        if let Err(failure) = asked::caused(&self.world, &province, &model.past).await? {
            return Ok(Err(failure));
        }
        match verdict::recompute(&self.world, &province).await? {
            Ok(repeated) => {
                self.tally.repeated = repeated;
                Ok(Ok(()))
            }
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// Nobody has promised more than his disk holds; may be asked at any moment.
    pub async fn check_promises(&self) -> Result<(), String> {
        check::receipts_are_true(&self.world).await.unwrap_or_else(|fault| Err(describe(&fault)))
    }

    /// What every node's disk holds.
    pub fn disks(&self) -> BTreeMap<NodeId, MemoryStore> {
        self.stores.iter().map(|(id, store)| (id.clone(), store.disk().clone())).collect()
    }

    /// The roots of every log, for comparing two runs of one seed.
    pub async fn roots(&self) -> Result<String, Fault> {
        let mut roots = String::new();
        for (id, store) in &self.stores {
            let mut tx = store.disk().read().await?;
            let head = tx.head(&LogId::first(id.clone())).await?;
            let _ = writeln!(roots, "{id} {:?} {:?}", head.map(|head| head.checkpoint), tx.projection_digest().await?);
        }
        Ok(roots)
    }
}

fn broken(what: &str) -> Fault {
    Fault::Inconsistent { what: what.to_owned() }
}

/// A fault with everything below it.
fn describe(fault: &Fault) -> String {
    let mut text = fault.to_string();
    let mut below = std::error::Error::source(fault);
    while let Some(cause) = below {
        let _ = write!(text, ": {cause}");
        below = cause.source();
    }
    text
}
