//! The main path within one process: a certified list goes up, is compared, and the final result comes back.

use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, jingmen};
use honghei_domain::act::{CollectionChannel, FeedMode};
use honghei_domain::list::{CaseSet, Department, ListKind};
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

/// Collects, notifies, publicises, waits, certifies and declares; returns the list.
async fn declare(world: &mut World, node: &str, kind: ListKind, firms: std::ops::Range<u32>) -> EntryRef {
    let region = &node[..6];
    let entries = firms.map(|firm| candidate(kind, region, firm)).collect();
    let collect = Command::Collect {
        channel: CollectionChannel::Enforcement,
        source: "样例.csv".to_owned(),
        entries,
        account: None,
    };
    world.act(node, "clerk", collect).await.unwrap();
    let notice = Command::ServeNotice {
        cases: CaseSet::default(),
        method: "直接送达".to_owned(),
        served_on: world.today,
        proof: "送达回证".to_owned(),
    };
    world.act(node, "clerk", notice).await.unwrap();
    let publicise = Command::PublicizeCases { cases: CaseSet::default(), channel: "门户网站".to_owned() };
    world.act(node, "clerk", publicise).await.unwrap();
    world.turn_to(world.today + chrono::Days::new(25)).await.unwrap();
    let certify = Command::Certify { kind, cases: None, opinion: "同意认定".to_owned() };
    let list = world.act(node, "head", certify).await.unwrap();
    let declare = Command::Declare { list: list.clone(), materials: Vec::new() };
    world.act(node, "clerk", declare).await.unwrap();
    world.settle().await.unwrap();
    list
}

async fn review(world: &mut World, node: &str, list: &EntryRef) {
    let review = Command::Review { list: list.clone(), exceptions: Vec::new(), opinion: "同意".to_owned() };
    world.act(node, "reviewer", review).await.unwrap();
    let sign = Command::SignReview { list: list.clone(), publicity_waived: None };
    world.act(node, "head", sign).await.unwrap();
    let publicise = Command::PublicizeList { list: list.clone(), channel: "门户网站".to_owned() };
    world.act(node, "reviewer", publicise).await.unwrap();
    world.turn_to(world.today + chrono::Days::new(45)).await.unwrap();
}

#[tokio::test]
async fn a_certified_list_goes_up_is_compared_and_the_final_result_comes_back_to_every_node() {
    let mut world = found(1).await;
    let red = declare(&mut world, EASTERN, ListKind::Red, 1..40).await;
    review(&mut world, CITY, &red).await;
    // Another department lists three of them black, one of whom is nobody of ours.
    let mut feed: Vec<_> = [5, 9, 900].map(|firm| candidate(ListKind::Black, "420802", firm)).into();
    for entry in &mut feed {
        entry.recognised_on = Some(day("2017-10-01"));
        entry.valid_to = Some(day("2020-10-01"));
        entry.recognising_organ = "样例法院".to_owned();
    }
    let department = Department("court".to_owned());
    world.register_feed(delta_source("court", ListKind::Black, &department)).await.unwrap();
    let import = Command::ImportFeed {
        source: "court".to_owned(),
        kind: ListKind::Black,
        department,
        mode: FeedMode::Delta,
        as_of: world.today,
        entries: feed,
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    };
    world.act(PROVINCE, "clerk", import).await.unwrap();
    world.settle().await.unwrap();
    let publish = Command::PublishResult { agreed_removal_percent: None };
    world.act(PROVINCE, "head", publish).await.unwrap();
    world.settle().await.unwrap();

    let served = world.served().await.unwrap();
    let province = served[&PROVINCE.parse().unwrap()].unwrap();
    assert_eq!(province.0, 1);
    assert!(served.values().all(|node| *node == Some(province)), "every node serves the same digest: {served:?}");
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap();
    let counts = honghei_registry::desk::served::counts(&latest).unwrap();
    assert_eq!((counts.red, counts.black, counts.removed, counts.held), (37, 3, 2, 0));
    let verdicts = tx.verdicts_of(1, 100).await.unwrap();
    assert_eq!(verdicts.len(), 2, "the county is told of its two removed reds");
}

#[tokio::test]
async fn a_rebuild_from_the_logs_comes_out_identical_on_every_node() {
    let mut world = found(2).await;
    let red = declare(&mut world, EASTERN, ListKind::Red, 1..12).await;
    review(&mut world, CITY, &red).await;
    let black = declare(&mut world, EASTERN, ListKind::Black, 8..10).await;
    review(&mut world, CITY, &black).await;
    world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: None }).await.unwrap();
    world.settle().await.unwrap();
    for (id, node) in &world.nodes {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
        assert_eq!(before, after, "the projections of {id}");
    }
}
