//! Whatever order its neighbours bring their logs in, a node that has its own log folds the same state.

#![allow(clippy::unwrap_used, reason = "a test names its mistakes at once")]

use std::collections::BTreeMap;
use std::sync::Arc;

use federation::simulation::interleave;
use federation::world::{World, jingmen};
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::node::{LogId, NodeId};
use honghei_link::limits::Limits;
use honghei_registry::command::Command;
use honghei_registry::desk::members;
use honghei_store::{MemoryStore, Store};

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

async fn appoint(world: &World, title: &str) {
    let id: NodeId = COUNTY.parse().unwrap();
    let row = world.node(COUNTY).store.read().await.unwrap().officer(&id, "head").await.unwrap().unwrap();
    let officer = Officer { title: title.to_owned(), ..members::read(&row).unwrap() };
    world.act(COUNTY, "admin", Command::AppointOfficer(officer)).await.unwrap();
}

#[tokio::test]
async fn a_certification_counts_for_the_appointment_it_was_made_of_in_whichever_order_both_arrive() {
    let mut disks: BTreeMap<NodeId, MemoryStore> = BTreeMap::new();
    let store = async |id: &NodeId| {
        let disk = MemoryStore::new();
        disks.insert(id.clone(), disk.clone());
        Arc::new(disk) as Arc<dyn Store>
    };
    let world = World::found(3, &jingmen(), "2017-11-06".parse().unwrap(), store).await.unwrap();
    let [county, city, province] = [COUNTY, CITY, PROVINCE].map(|id| id.parse::<NodeId>().unwrap());
    appoint(&world, "副局长").await;
    world.settle().await.unwrap();
    // The city certifies what it knows while the county appoints once more.
    let certify = Command::CertifyOfficer { node: county.clone(), officer: OfficerId("head".to_owned()) };
    world.act(CITY, "admin", certify).await.unwrap();
    appoint(&world, "局长").await;
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
        seen.push(world.node(PROVINCE).store.read().await.unwrap().officer(&county, "head").await.unwrap().unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    assert!(!seen[0].certified, "the last appointment was not certified");
}
