//! Terms that a policy sets: what a black without a last day of its own holds is free when its term is over, and is judged
//! again without anybody's act (C-2, AMB-06, D-05).

use std::sync::Arc;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{Member, World};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::node::Tier;
use honghei_registry::desk::served;
use honghei_registry::question::{Patient, Question};
use honghei_store::{MemoryStore, Store, VerdictRow};

const PROVINCE: &str = "420000-commerce";
const NAME: &str = "荆门市样例便民商店";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A province alone, fed by other departments.
async fn province() -> World {
    let alone = Member { id: PROVINCE, name: "湖北省商务厅", tier: Tier::Province, parent: None };
    let store = async |_: &_| Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    World::found(17, &[alone], day("2017-11-06"), store).await.unwrap()
}

fn red(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Red, "420800", firm);
    entry.subject.name = NAME.to_owned();
    entry
}

/// A black without a code and without a last day.
fn black(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Black, "420800", firm);
    entry.subject.uscc = None;
    entry.subject.name = NAME.to_owned();
    entry
}

/// The versions that held a case.
async fn held(world: &World, number: u64) -> Vec<u64> {
    let case = CaseId { origin: PROVINCE.parse().unwrap(), number };
    let rows = world.node(PROVINCE).store.read().await.unwrap().verdicts(&case).await.unwrap();
    let outcome = |row: &VerdictRow| DetailRow::decode(&row.body).unwrap().verdict.outcome.code();
    rows.iter().filter(|row| outcome(row) == "HELD").map(|row| row.version).collect()
}

/// Reds and blacks on the final list.
async fn listed(world: &World) -> (u64, u64) {
    let latest = world.node(PROVINCE).store.read().await.unwrap().latest_result().await.unwrap().unwrap();
    let counts = served::counts(&latest).unwrap();
    (counts.red, counts.black)
}

async fn waiting(world: &World) -> usize {
    world.node(PROVINCE).store.read().await.unwrap().pending(u32::MAX).await.unwrap().len()
}

async fn turn(world: &mut World, to: &str) {
    world.today = day(to);
    world.settle().await.unwrap();
}

/// The full recomparison and a rebuild find what stands.
async fn assert_sound(world: &World) {
    let node = world.node(PROVINCE);
    let told = node.engine.ask(world.now(), &Question::Recompare { every_row: true }, &Patient).await.unwrap();
    assert_eq!(told.alarm, None, "{:?}", told.rows);
    let digest = async || node.store.read().await.unwrap().projection_digest().await.unwrap();
    let before = digest().await;
    node.engine.rebuild(world.now()).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(digest().await, before);
}

#[tokio::test]
async fn a_red_held_by_a_black_of_the_same_version_is_free_when_the_policys_term_is_over() {
    let mut world = province().await;
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1)]).await.unwrap();
    world.feed("commerce", ListKind::Black, day("2017-10-02"), vec![black(9)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!((held(&world, 1).await, listed(&world).await), (vec![1], (0, 1)));

    turn(&mut world, "2020-10-02").await;
    assert_eq!(waiting(&world).await, 0, "its last day counts");
    assert_sound(&world).await;
    turn(&mut world, "2020-10-03").await;
    assert_eq!(waiting(&world).await, 1);
    assert_sound(&world).await;
    world.publish().await.unwrap();
    assert_eq!((listed(&world).await, waiting(&world).await), ((1, 1), 0), "rows carry their dates and stay");
    assert_sound(&world).await;
    turn(&mut world, "2020-10-04").await;
    assert_eq!(waiting(&world).await, 0, "once judged it is over");
}

#[tokio::test]
async fn a_red_held_by_a_black_of_an_earlier_version_is_free_when_the_policys_term_is_over() {
    let mut world = province().await;
    world.feed("tax", ListKind::Red, day("2017-10-01"), vec![candidate(ListKind::Red, "420800", 2)]).await.unwrap();
    world.feed("commerce", ListKind::Black, day("2017-10-02"), vec![black(9)]).await.unwrap();
    world.publish().await.unwrap();
    world.feed("court", ListKind::Red, day("2017-10-01"), vec![red(1)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!((held(&world, 3).await, listed(&world).await), (vec![2], (1, 1)));
    turn(&mut world, "2020-10-02").await;
    assert_eq!(waiting(&world).await, 0);
    turn(&mut world, "2020-10-03").await;
    assert_eq!(waiting(&world).await, 1);
    assert_sound(&world).await;
    world.publish().await.unwrap();
    assert_eq!((listed(&world).await, waiting(&world).await), ((2, 1), 0));
    assert_sound(&world).await;
}

/// a department's list may come years late; what its policy's term has ended of by then is nothing against anybody.
#[tokio::test]
async fn a_black_whose_term_was_over_before_it_could_be_listed_removes_and_holds_nobody() {
    let mut world = province().await;
    world
        .feed("tax", ListKind::Red, day("2017-10-01"), vec![red(1), candidate(ListKind::Red, "420800", 2)])
        .await
        .unwrap();
    world.publish().await.unwrap();
    let late = vec![black(9), candidate(ListKind::Black, "420800", 2), candidate(ListKind::Black, "420800", 3)];
    world.feed("commerce", ListKind::Black, day("2014-05-05"), late).await.unwrap();
    assert_sound(&world).await;
    world.publish().await.unwrap();
    assert_eq!((held(&world, 1).await, listed(&world).await), (vec![], (2, 0)));
    assert_sound(&world).await;

    // What is in time when it comes and over when it would be listed is no other case.
    world.feed("commerce", ListKind::Black, day("2014-11-10"), vec![black(10)]).await.unwrap();
    turn(&mut world, "2017-11-11").await;
    world.publish().await.unwrap();
    assert_eq!((held(&world, 1).await, listed(&world).await), (vec![], (2, 0)));
    assert_sound(&world).await;
    // On its last day it counts.
    world.feed("commerce", ListKind::Black, day("2014-11-11"), vec![black(11)]).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!((held(&world, 1).await, listed(&world).await), (vec![4], (2, 1)));
    turn(&mut world, "2017-11-12").await;
    assert_eq!(waiting(&world).await, 1);
    world.publish().await.unwrap();
    assert_eq!((waiting(&world).await, listed(&world).await), (0, (2, 1)));
    assert_sound(&world).await;
}
