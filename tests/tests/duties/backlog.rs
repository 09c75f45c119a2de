//! The level above sees to a campaign that was not finished.

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::act::Act;
use honghei_domain::bulletin::BulletinAct;
use honghei_domain::list::{CaseSet, ListEntry, ListKind};
use honghei_registry::command::Command;
use honghei_registry::entry::Entry;
use honghei_registry::question::{Patient, Question};

use super::office::*;

fn reds(firms: std::ops::Range<u32>) -> Vec<ListEntry> {
    firms.map(|firm| candidate(ListKind::Red, "420802", firm)).collect()
}

fn certify(cases: &[u64]) -> Command {
    Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers(cases.iter().copied())),
        opinion: "同意认定".to_owned(),
    }
}

/// What 东宝's own log tells of its campaign, in order.
async fn told(world: &World) -> Vec<u64> {
    let node = world.node(EASTERN);
    let mut tx = node.store.read().await.unwrap();
    let rows = tx.entries(&node.engine.identity().log, 0, 10_000).await.unwrap();
    let entries = rows.iter().filter_map(|row| Entry::read(row).unwrap());
    let acts = entries.filter_map(|entry| match entry.body.act {
        Act::Bulletin(BulletinAct::BacklogTold(told)) => Some(told.remaining),
        _ => None,
    });
    acts.collect()
}

/// The campaign of 东宝 among the deadlines that a node is shown as its own.
async fn escalated(world: &World, at: &str) -> Vec<(String, String, &'static str)> {
    let all = tasks_of(world, at, at).await;
    let of = all.into_iter().filter(|task| task.0 == EASTERN && task.1 == "D-08");
    of.map(|task| (task.0, task.2, task.3)).collect()
}

async fn said(world: &World, node: &str) -> String {
    let member = world.node(node);
    let answer = member.engine.ask(world.now(), &Question::Backlog, &Patient).await;
    answer.map(|told| told.sentences.join("")).unwrap_or_else(|error| error.code().to_owned())
}

/// D-08, R-035, AMB-17: three working days after the campaign's last day its level above learns how many records are
/// left, and nothing else of them, until none is; nothing is taken for done.
#[tokio::test]
async fn d_08_a_campaign_that_is_not_finished_is_seen_by_the_level_above_until_it_is() {
    let mut world = commerce(311, "2017-11-06").await;
    world.collect(EASTERN, reds(1..4)).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.turn_to(day("2017-12-01")).await.unwrap();
    assert!(told(&world).await.is_empty() && escalated(&world, CITY).await.is_empty(), "a day late: its own business");
    // Three working days later it is the city's.
    world.turn_to(day("2017-12-05")).await.unwrap();
    assert_eq!(told(&world).await, [3]);
    let shown = [(EASTERN.to_owned(), "2017-11-30".to_owned(), "escalated")];
    assert_eq!(escalated(&world, CITY).await, shown);
    assert!(said(&world, CITY).await.contains("420802-commerce的存量名单应于2017-11-30前认定，截至2017-12-05尚有3条"));
    assert!(escalated(&world, PROVINCE).await.is_empty(), "the province sees to cities");
    let own = tasks_of(&world, EASTERN, EASTERN).await;
    assert!(own.iter().any(|task| task.1 == "D-08" && task.3 == "escalated"), "{own:?}");
    world.pass_days(3).await.unwrap();
    assert_eq!(told(&world).await, [3], "told once");
    world.assert_rebuilds().await.unwrap();

    world.act(EASTERN, "head", certify(&[1, 2])).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(told(&world).await, [3, 1]);
    assert!(said(&world, CITY).await.contains("尚有1条"));
    assert_eq!(escalated(&world, CITY).await, shown);
    world.act(EASTERN, "head", certify(&[3])).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(told(&world).await, [3, 1, 0]);
    assert!(escalated(&world, CITY).await.is_empty());
    assert!(!said(&world, CITY).await.contains("请督办"));
    // What is collected now is timely work and nobody's campaign.
    world.collect(EASTERN, reds(11..13)).await.unwrap();
    world.pass_days(10).await.unwrap();
    assert_eq!(told(&world).await, [3, 1, 0]);
    assert!(escalated(&world, CITY).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}

/// D-08, R-035: who finished in time, and who joined years later, tells nothing.
#[tokio::test]
async fn d_08_a_node_that_owes_nothing_tells_nothing() {
    let mut timely = commerce(312, "2017-11-06").await;
    timely.collect(EASTERN, reds(1..3)).await.unwrap();
    timely.announce(EASTERN).await.unwrap();
    timely.turn_to(day("2017-11-28")).await.unwrap();
    timely.act(EASTERN, "head", certify(&[1, 2])).await.unwrap();
    timely.turn_to(day("2017-12-20")).await.unwrap();
    let mut late = commerce(313, "2026-03-02").await;
    late.collect(EASTERN, reds(1..3)).await.unwrap();
    late.pass_days(20).await.unwrap();
    for world in [&timely, &late] {
        assert!(told(world).await.is_empty() && escalated(world, CITY).await.is_empty());
    }
}
