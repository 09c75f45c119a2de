//! Whatever order its neighbours bring their logs in, a node that has its own log folds the same state.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use federation::simulation::{interleave, permute};
use federation::world::entries::day;
use federation::world::{World, jingmen};
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::node::{LogId, NodeId};
use honghei_link::limits::Limits;
use honghei_registry::command::Command;
use honghei_registry::desk::members;
use honghei_store::{Fault, MemoryStore, OfficerRow, Store, Tx};

const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

#[test]
fn every_interleaving_of_deliveries_folds_to_the_same_state_on_every_node() {
    std::thread::scope(|scope| {
        for first in [1, 2] {
            scope.spawn(move || {
                for seed in (0..4).map(|turn| first + 2 * turn) {
                    if let Err(failure) = interleave(seed, 2) {
                        panic!("{failure}");
                    }
                }
            });
        }
    });
}

/// Seeds of beginnings that end in several orders of arrival.
const BEGINNINGS: u64 = 8;

#[test]
fn a_version_says_the_same_in_whatever_order_lists_and_deliveries_came_before_it() {
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 1..=BEGINNINGS {
        match permute(seed, 4) {
            Ok(arrived) => {
                arrived.outcomes.into_iter().for_each(|(code, count)| *outcomes.entry(code).or_default() += count)
            }
            Err(failure) => panic!("{failure}"),
        }
    }
    for code in ["FINAL_RED", "FINAL_BLACK", "REMOVED_BY_COMPARISON", "HELD"] {
        assert!(outcomes.get(code).is_some_and(|count| *count > BEGINNINGS), "{outcomes:?}");
    }
}

/// A node's head as another node knows him.
async fn head(world: &World, of: &str, at: &str) -> OfficerRow {
    let mut tx = world.node(at).store.read().await.unwrap();
    tx.officer(&of.parse().unwrap(), "head").await.unwrap().unwrap()
}

async fn appoint(world: &World, node: &str, title: &str) {
    let known = members::read(&head(world, node, node).await).unwrap();
    let officer = Officer { title: title.to_owned(), ..known };
    world.act(node, "admin", Command::AppointOfficer(officer)).await.unwrap();
}

#[tokio::test]
async fn a_certification_counts_for_the_appointment_it_was_made_of_in_whichever_order_both_arrive() {
    let mut disks: BTreeMap<NodeId, MemoryStore> = BTreeMap::new();
    let store = async |id: &NodeId| {
        let disk = MemoryStore::new();
        disks.insert(id.clone(), disk.clone());
        Arc::new(disk) as Arc<dyn Store>
    };
    let world = World::found(3, &jingmen(), day("2017-11-06"), store).await.unwrap();
    let [county, city, province] = [COUNTY, CITY, PROVINCE].map(|id| id.parse::<NodeId>().unwrap());
    appoint(&world, COUNTY, "副局长").await;
    world.settle().await.unwrap();
    // The city certifies what it knows while the county appoints once more.
    let certify = Command::CertifyOfficer { node: county.clone(), officer: OfficerId("head".to_owned()) };
    world.act(CITY, "admin", certify).await.unwrap();
    appoint(&world, COUNTY, "局长").await;
    world.hop(&county, &city, Limits::default()).unwrap().everything().await.unwrap();

    let mut seen = Vec::new();
    for order in [[&county, &city], [&city, &county]] {
        let fork = |id: &NodeId| Arc::new(disks[id].fork()) as Arc<dyn Store>;
        let world = world.resume(9, fork).await.unwrap();
        for log in order {
            let log = LogId::first(log.clone());
            world.hop(&city, &province, Limits::default()).unwrap().package(&log).await.unwrap();
            world.node(PROVINCE).engine.fold(world.now()).await.unwrap();
        }
        seen.push(head(&world, COUNTY, PROVINCE).await);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(!seen[0].certified, "the last appointment was not certified");
}

/// A store in memory that lets others go first before each transaction.
#[derive(Debug)]
struct Yielding(MemoryStore);

#[async_trait]
impl Store for Yielding {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        tokio::task::yield_now().await;
        self.0.read().await
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        tokio::task::yield_now().await;
        self.0.write(name).await
    }
}

#[tokio::test]
async fn a_rebuild_that_begins_beside_a_fold_or_a_sweep_comes_out_the_same() {
    let store = async |_: &NodeId| Arc::new(Yielding(MemoryStore::new())) as Arc<dyn Store>;
    let world = World::found(4, &jingmen(), day("2017-11-06"), store).await.unwrap();
    let [county, city, province] = [COUNTY, CITY, PROVINCE].map(|id| id.parse::<NodeId>().unwrap());
    appoint(&world, COUNTY, "副局长").await;
    world.settle().await.unwrap();
    let certify = Command::CertifyOfficer { node: county.clone(), officer: OfficerId("head".to_owned()) };
    world.act(CITY, "admin", certify).await.unwrap();
    // What the city has not folded yet when both begin: an act from above, and an appointment after its certification.
    appoint(&world, PROVINCE, "厅长").await;
    appoint(&world, COUNTY, "局长").await;
    for from in [&province, &county] {
        world.hop(from, &city, Limits::default()).unwrap().everything().await.unwrap();
    }

    let (engine, now) = (&world.node(CITY).engine, world.now());
    let (folded, swept, rebuilt) = tokio::join!(engine.fold(now), engine.tick(now), engine.rebuild(now));
    let _moved = folded.unwrap() + swept.unwrap() + rebuilt.unwrap();
    assert!(!head(&world, COUNTY, CITY).await.certified, "the last appointment was not certified");
    world.assert_rebuilds().await.unwrap();
}
