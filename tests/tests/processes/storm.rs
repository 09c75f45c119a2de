//! Kill -9 at random points, again and again, while lists go up and results come down.

use std::collections::BTreeMap;

use federation::demo::await_growth;
use federation::process::Federation;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId};
use honghei_node::folder::Folder;
use honghei_proto::console::v1::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::leaves::{held, own_leaf};
use super::walk::*;

const NODES: [&str; 5] = [PROVINCE, CITY, EASTERN, WESTERN, DIRECT];
/// Firms of each county.
const FIRMS: u32 = 400;

/// Chooses whom to kill and when, and remembers what was acknowledged.
struct Storm {
    federation: Federation,
    rng: ChaCha20Rng,
    /// Entries that officers were told are written, with the leaf that lay there when they were told.
    acknowledged: BTreeMap<EntryRef, Digest>,
    /// The leaves of each log as far as a parent's receipt was seen for them.
    receipted: BTreeMap<LogId, Vec<Digest>>,
    kills: BTreeMap<&'static str, u32>,
}

impl Storm {
    fn draw(&mut self, below: usize) -> usize {
        self.rng.next_u32() as usize % below
    }

    /// Kills a node after an observed number of writes somewhere, and starts it again.
    async fn strike(&mut self, victim: &'static str) {
        let watched = NODES[self.draw(NODES.len())];
        let database = Folder::at(&self.federation.node(watched).unwrap().folder).database_file();
        let journal = std::path::PathBuf::from(format!("{}-wal", database.display()));
        let steps = u32::try_from(self.draw(8)).unwrap();
        await_growth(&journal, steps).await;
        self.remember_receipts().await;
        self.federation.restart(victim).await.unwrap();
        *self.kills.entry(victim).or_default() += 1;
    }

    /// Strikes nodes chosen by the seed.
    async fn strike_some(&mut self, count: usize) {
        for _ in 0..count {
            let victim = NODES[self.draw(NODES.len())];
            self.strike(victim).await;
        }
    }

    async fn remember_receipts(&mut self) {
        for id in NODES {
            let Ok(status) = self.federation.office(id).unwrap().status().await else { continue };
            for log in status.logs.iter().filter(|log| log.log.starts_with(id)) {
                let log_id: LogId = log.log.parse().unwrap();
                let receipted = usize::try_from(log.receipted).unwrap();
                let seen = self.receipted.entry(log_id.clone()).or_default();
                if receipted > seen.len() {
                    let leaves = &held(&self.federation, id).await[&log_id];
                    assert_eq!(leaves[..seen.len()], *seen, "{log_id} changed below what was receipted");
                    *seen = leaves[..receipted].to_vec();
                }
            }
        }
    }

    async fn acknowledge(&mut self, entry: &str) {
        let at: EntryRef = entry.parse().unwrap();
        let leaf = own_leaf(&self.federation, &at).await;
        let before = self.acknowledged.insert(at, leaf);
        assert_eq!(before, None, "{entry} was acknowledged twice");
    }

    /// Collects while the county dies in the middle of it: everything enters, or nothing.
    async fn collect_while_dying(&mut self, node: &'static str, first: u32, last: u32) {
        let path = candidates(&self.federation, node, first, last);
        let before = self.case_count(node).await;
        loop {
            let office = self.federation.office(node).unwrap().clone();
            let file = path.clone();
            let task = tokio::spawn(async move { office.import("clerk", &file, collection).await });
            self.strike(node).await;
            let told = task.await.unwrap();
            let after = self.case_count(node).await;
            match told {
                Ok(imported) => {
                    assert_eq!(after - before, u64::from(last - first + 1), "what was acknowledged is there, whole");
                    if let Some(entry) = imported.entry {
                        self.acknowledge(&entry).await;
                    }
                    return;
                }
                // Nobody was told, so it may be there or not, but never in part.
                Err(_) if after > before => {
                    assert_eq!(after - before, u64::from(last - first + 1), "an import enters whole");
                    return;
                }
                Err(_) => {}
            }
        }
    }

    async fn case_count(&self, node: &str) -> u64 {
        let status = self.federation.office(node).unwrap().status().await.unwrap();
        status.cases.values().sum()
    }

    async fn act(&mut self, node: &str, officer: &str, command: propose_request::Command) -> String {
        let entry = self.federation.office(node).unwrap().act(officer, command).await.unwrap();
        self.acknowledge(&entry).await;
        entry
    }

    /// What was acknowledged to an officer or receipted to a child lies where it lay, at every node that holds the log.
    async fn assert_nothing_lost(&self) {
        let mut holders: BTreeMap<&LogId, Vec<&str>> = BTreeMap::new();
        for node in NODES {
            let held = held(&self.federation, node).await;
            for (at, leaf) in &self.acknowledged {
                let Some(leaves) = held.get(&at.log) else { continue };
                assert_eq!(leaves.get(usize::try_from(at.index).unwrap()), Some(leaf), "{at} at {node}");
            }
            for (log, receipted) in &self.receipted {
                let Some(leaves) = held.get(log) else { continue };
                assert_eq!(leaves.get(..receipted.len()), Some(receipted.as_slice()), "{log} at {node}");
                holders.entry(log).or_default().push(node);
            }
        }
        for node in NODES {
            let (log, nodes) = holders.iter().find(|(log, _)| log.node.to_string() == node).unwrap();
            let parent = self.federation.node(node).unwrap().member.parent;
            assert!(nodes.contains(&node), "{log} at its own node");
            assert!(parent.is_none_or(|parent| nodes.contains(&parent)), "{log} above {node}");
        }
    }
}

/// L-2: what was acknowledged or receipted outlives kill -9 at any moment, leaf by leaf, at every holder.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_whenever_all_converge_and_nothing_acknowledged_is_lost_or_doubled() {
    let federation = found(35, &NODES).await;
    let rng = ChaCha20Rng::seed_from_u64(35);
    let (acknowledged, receipted, kills) = Default::default();
    let mut storm = Storm { federation, rng, acknowledged, receipted, kills };
    let counties = [(EASTERN, CITY), (WESTERN, CITY), (DIRECT, PROVINCE)];

    let mut first = 1;
    for (county, _) in counties {
        storm.collect_while_dying(county, first, first + FIRMS - 1).await;
        storm.act(county, "clerk", publicity()).await;
        first += FIRMS;
    }
    pass(&mut storm.federation, 18);
    storm.strike_some(2).await;
    let mut lists = Vec::new();
    for (county, reviewer) in counties {
        let list = declare(&storm.federation, county).await;
        storm.acknowledge(&list).await;
        storm.strike_some(2).await;
        storm.strike(reviewer).await;
        lists.push((list, reviewer));
    }
    for (list, reviewer) in &lists {
        await_stage(&storm.federation, reviewer, list, &["received"]).await;
        storm.act(reviewer, "reviewer", review(list)).await;
        storm.strike_some(1).await;
        storm.act(reviewer, "head", signature(list)).await;
        storm.strike(reviewer).await;
        storm.act(reviewer, "reviewer", list_publicity(list)).await;
    }
    pass(&mut storm.federation, 45);
    storm.strike_some(3).await;
    for (list, _) in &lists {
        await_stage(&storm.federation, PROVINCE, list, &["reported"]).await;
    }
    let file = blacks(&storm.federation, "420802", &[3, 30, 300]);
    let office = storm.federation.office(PROVINCE).unwrap().clone();
    office.act("clerk", feed_registration()).await.unwrap();
    let imported = office.import("clerk", &file, feed).await.unwrap();
    storm.acknowledge(&imported.entry.unwrap()).await;
    storm.strike(PROVINCE).await;
    settle(&storm.federation).await;
    storm.act(PROVINCE, "head", publication()).await;
    for node in NODES {
        storm.strike(node).await;
    }

    let served = assert_agreement(&storm.federation, 1).await;
    let reds = u64::from(FIRMS) * counties.len() as u64 - 3;
    assert_eq!((served.result_red, served.result_black), (reds, 3), "final rows, none lost, none doubled");
    for (county, _) in counties {
        assert_eq!(storm.case_count(county).await, u64::from(FIRMS), "cases of {county}");
    }
    settle(&storm.federation).await;
    storm.assert_nothing_lost().await;
    for node in NODES {
        assert!(storm.kills[node] >= 2, "{node} was killed {} times", storm.kills[node]);
    }
}
