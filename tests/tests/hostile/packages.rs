//! Packages that are not what their log's writer signed: refused before anything of them is believed.

use std::sync::Arc;

use bytes::Bytes;
use federation::world::{Hop, World};
use honghei_domain::list::ListKind;
use honghei_domain::node::LogId;
use honghei_link::frame::{Item, Package};
use honghei_link::limits::Limits;
use honghei_store::Store;

use super::forge::*;

fn log(node: &str) -> LogId {
    LogId::first(id(node))
}

fn up<'w>(world: &'w World, node: &str) -> Hop<'w> {
    world.hop(&id(node), &id(CITY), Limits::default()).unwrap()
}

/// A county with something to send: one good list.
async fn ready(seed: u64) -> World {
    let (world, _) = founded(seed).await;
    let list = list_of(&[lawful(&world, EASTERN, ListKind::Red, 1)]);
    send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world
}

async fn incidents(world: &World) -> Vec<String> {
    let rows = world.node(CITY).store.read().await.unwrap().incidents(100).await.unwrap();
    rows.into_iter().map(|row| row.code).collect()
}

/// What the city says to an altered package; afterwards the good one goes through.
async fn refused(seed: u64, alter: impl FnOnce(&mut Package)) -> String {
    let world = ready(seed).await;
    let hop = up(&world, EASTERN);
    let good = hop.load(&log(EASTERN)).await.unwrap().unwrap();
    let mut bad = good.clone();
    alter(&mut bad);
    let before = world.node(CITY).store.read().await.unwrap().head(&log(EASTERN)).await.unwrap();
    let rejection = hop.deliver(&bad).await.unwrap().unwrap_err();
    let after = world.node(CITY).store.read().await.unwrap().head(&log(EASTERN)).await.unwrap();
    assert_eq!(before, after, "a refused package changes nothing");
    assert!(incidents(&world).await.contains(&rejection.code().to_owned()), "{} is recorded", rejection.code());
    assert!(hop.deliver(&good).await.unwrap().unwrap().entries > 0, "the good package goes through");
    world.settle().await.unwrap();
    good_list_goes_through(&world, EASTERN, 900).await;
    rejection.code().to_owned()
}

fn flip(bytes: &Bytes) -> Bytes {
    let mut altered = bytes.to_vec();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    Bytes::from(altered)
}

#[tokio::test]
async fn an_altered_payload_is_refused() {
    let code = refused(41, |package| {
        if let Item::Entry { payload, .. } = &mut package.items[0] {
            *payload = flip(payload);
        }
    });
    assert_eq!(code.await, "PAYLOAD_ALTERED");
}

#[tokio::test]
async fn an_altered_header_is_refused() {
    let code = refused(42, |package| {
        if let Item::Entry { header, .. } = &mut package.items[0] {
            *header = flip(header);
        }
    });
    assert_eq!(code.await, "ENTRIES_ALTERED");
}

#[tokio::test]
async fn a_forged_checkpoint_is_refused() {
    let code = refused(43, |package| package.checkpoint = package.checkpoint.replace(EASTERN, WESTERN));
    assert_eq!(code.await, "CHECKPOINT_INVALID");
}

#[tokio::test]
async fn a_log_of_another_county_is_refused() {
    assert_eq!(refused(44, |package| package.log = log(WESTERN)).await, "FOREIGN_LOG");
}

#[tokio::test]
async fn an_oversized_package_is_refused() {
    let code = refused(45, |package| {
        let items = package.items.clone();
        while package.items.len() <= Limits::default().package_entries as usize {
            package.items.extend(items.clone());
        }
    });
    assert_eq!(code.await, "OVERSIZE");
}

#[tokio::test]
async fn a_log_with_a_gap_is_refused() {
    let code = refused(46, |package| {
        package.first_index += 1;
        package.items.remove(0);
    });
    assert_eq!(code.await, "GAP");
}

#[tokio::test]
async fn content_kept_back_shows_and_stops_that_log_only() {
    // The list is kept back and the declaration sent: within their audience the numbers have a hole.
    let world = ready(47).await;
    let hop = up(&world, EASTERN);
    let mut package = hop.load(&log(EASTERN)).await.unwrap().unwrap();
    let Item::Entry { header, .. } = &package.items[0] else { panic!("the city may read the list") };
    package.items[0] = Item::Leaf(honghei_ledger::leaf_hash(header));
    let stored = hop.deliver(&package).await.unwrap().unwrap();
    assert_eq!(stored.stopped.unwrap().code(), "WITHHELD");
    assert_eq!(stored.entries, 1, "the leaf itself is true");
    assert!(incidents(&world).await.contains(&"WITHHELD".to_owned()));
    let list = list_of(&[lawful(&world, WESTERN, ListKind::Red, 901)]);
    let (list, _) = send(&world, WESTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    up(&world, WESTERN).everything().await.unwrap();
    world.node(CITY).engine.fold(world.now()).await.unwrap();
    assert_eq!(stage(&world, CITY, &list).await.as_deref(), Some("received"));
}

#[tokio::test]
async fn a_replayed_package_stores_nothing_twice() {
    let world = ready(48).await;
    let hop = up(&world, EASTERN);
    let package = hop.load(&log(EASTERN)).await.unwrap().unwrap();
    assert!(hop.deliver(&package).await.unwrap().unwrap().entries > 0);
    let before = world.node(CITY).store.read().await.unwrap().head(&log(EASTERN)).await.unwrap();
    assert_eq!(hop.deliver(&package).await.unwrap().unwrap().entries, 0);
    world.settle().await.unwrap();
    good_list_goes_through(&world, EASTERN, 900).await;
    // Much later the checkpoint is smaller than the one held: that is recorded, and nothing of it is stored.
    assert_eq!(hop.deliver(&package).await.unwrap().unwrap_err().code(), "CHECKPOINT_ROLLED_BACK");
    let after = world.node(CITY).store.read().await.unwrap().head(&log(EASTERN)).await.unwrap();
    assert!(after.unwrap().size > before.unwrap().size);
    good_list_goes_through(&world, EASTERN, 902).await;
}

#[tokio::test]
async fn two_histories_of_one_log_are_refused_and_kept_as_evidence() {
    let (world, disks) = founded(49).await;
    // The county's disk is copied and both copies write on.
    let fork = |node: &honghei_domain::node::NodeId| Arc::new(disks[node].fork()) as Arc<dyn Store>;
    let other = world.resume(1, fork).await.unwrap();
    for (world, number) in [(&world, 1), (&other, 2)] {
        let list = list_of(&[lawful(world, EASTERN, ListKind::Red, number)]);
        send(world, EASTERN, "head", certified(world, ListKind::Red, &list), list).await;
    }
    let (one, two) = (
        up(&world, EASTERN).load(&log(EASTERN)).await.unwrap().unwrap(),
        up(&other, EASTERN).load(&log(EASTERN)).await.unwrap().unwrap(),
    );
    let hop = up(&world, EASTERN);
    assert!(hop.deliver(&one).await.unwrap().is_ok());
    assert_eq!(hop.deliver(&two).await.unwrap().unwrap_err().code(), "FORKED");
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let incident = tx.incidents(1).await.unwrap().remove(0);
    assert_eq!(incident.code, "FORKED");
    let evidence = tx.meta(&honghei_link::work::evidence_key(&incident.evidence)).await.unwrap().unwrap();
    let evidence = String::from_utf8(evidence).unwrap();
    assert!(evidence.contains(one.checkpoint.trim()) && evidence.contains(two.checkpoint.trim()), "both signed notes");
    drop(tx);
    world.settle().await.unwrap();
    good_list_goes_through(&world, EASTERN, 900).await;
    good_list_goes_through(&world, WESTERN, 901).await;
}

#[tokio::test]
async fn what_a_peer_did_wrong_is_signed_in_the_log_of_who_saw_it() {
    let world = ready(50).await;
    let hop = up(&world, EASTERN);
    let mut bad = hop.load(&log(EASTERN)).await.unwrap().unwrap();
    bad.checkpoint = bad.checkpoint.replace(EASTERN, WESTERN);
    hop.deliver(&bad).await.unwrap().unwrap_err();
    world.settle().await.unwrap();
    let rows = world.node(PROVINCE).store.read().await.unwrap().entries(&log(CITY), 0, 10_000).await.unwrap();
    let read = rows.iter().filter_map(|row| honghei_registry::entry::Entry::read(row).unwrap());
    let kinds: Vec<&str> = read.map(|entry| entry.act().kind()).collect();
    assert!(kinds.contains(&"peer-misbehaved"), "the province reads it in the city's log");
}
