//! Rehearsals on PostgreSQL: the same difference, the same digest, nothing left behind.

use std::sync::Arc;

use federation::simulation::rehearsal::{difference, rest};
use federation::world::entries::candidate;
use federation::world::steps::delta_source;
use federation::world::{World, WorldNode, jingmen};
use honghei_domain::act::{FeedMode, OfficerId};
use honghei_domain::list::{Department, ListEntry, ListKind};
use honghei_domain::node::NodeId;
use honghei_registry::command::Command;
use honghei_registry::engine::Script;
use honghei_registry::rehearsal::{Difference, Rehearsal};
use honghei_store::{SqlStore, Store, throwaway};

use super::office::*;

async fn portrait(node: &WorldNode) -> String {
    let mut tx = node.store.read().await.unwrap();
    let incidents = tx.incidents(1_000).await.unwrap().len();
    format!("{:?} {:?} {incidents}", tx.heads().await.unwrap(), tx.projection_digest().await.unwrap())
}

async fn rehearse(world: &World, officer: &str, commands: &[Command]) -> Rehearsal {
    let node = world.node(PROVINCE);
    let before = portrait(node).await;
    let officer = OfficerId(officer.to_owned());
    let told = node.engine.rehearse(world.now(), &officer, Script::Commands(commands)).await.unwrap();
    assert_eq!(portrait(node).await, before, "a rehearsal leaves nothing behind");
    told
}

/// What an officer's act changes at the province, seen from outside.
async fn really(world: &World, officer: &str, command: Command) -> Difference {
    let node = world.node(PROVINCE);
    let mut before = node.store.read().await.unwrap();
    node.act(world.now(), officer, &command).await.unwrap();
    rest(world, node).await.unwrap();
    let mut after = node.store.read().await.unwrap();
    difference(world, node, &mut *before, &mut *after).await.unwrap()
}

fn firms(kind: ListKind, firms: impl IntoIterator<Item = u32>) -> Vec<ListEntry> {
    firms.into_iter().map(|firm| candidate(kind, "420802", firm)).collect()
}

fn court(entries: Vec<ListEntry>, kind: ListKind, world: &World) -> Command {
    let row =
        |entry| ListEntry {
            recognised_on: Some(day("2017-09-01")), recognising_organ: "样例法院".to_owned(), ..entry
        };
    Command::ImportFeed {
        source: format!("court-{}", if kind == ListKind::Red { "red" } else { "black" }),
        kind,
        department: Department("court".to_owned()),
        mode: FeedMode::Delta,
        as_of: world.today,
        entries: entries.into_iter().map(row).collect(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    }
}

/// F-P12, C-5, L-4: over a PostgreSQL database what a rehearsal shows is what happens after signing, row by row and in
/// its digest, also where one version removes what another listed; and while it is shown, the node works on.
#[tokio::test(flavor = "multi_thread")]
async fn f_p12_on_postgresql_a_rehearsed_difference_is_the_one_that_comes_about() {
    let store = async |_: &NodeId| {
        let url = throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}"));
        Arc::new(SqlStore::open(&url, true).await.unwrap()) as Arc<dyn Store>
    };
    let world = World::found(352, &jingmen()[..3], day("2017-11-06"), store).await.unwrap();
    for (name, kind) in [("court-red", ListKind::Red), ("court-black", ListKind::Black)] {
        world.register_feed(delta_source(name, kind, &Department("court".to_owned()))).await.unwrap();
    }
    let reds = court(firms(ListKind::Red, 1..6), ListKind::Red, &world);
    let told = rehearse(&world, "clerk", std::slice::from_ref(&reds)).await;
    assert_eq!(told.stages.len(), 2);
    let happened = really(&world, "clerk", reds).await;
    assert_eq!((&happened, happened.digest()), (&told.stages[0].difference, told.digest()));
    let publish = || Command::PublishResult { agreed_removal_percent: None };
    assert_eq!(really(&world, "head", publish()).await, told.stages[1].difference);

    // Blacks that meet them, one under appeal; the node takes another command while the rehearsal's view stands open.
    let mut blacks = firms(ListKind::Black, [2, 3, 4, 9]);
    blacks[2].document.as_mut().unwrap().under_appeal = true;
    let blacks = court(blacks, ListKind::Black, &world);
    let told = rehearse(&world, "clerk", std::slice::from_ref(&blacks)).await;
    let compared = told.stages[1].difference.compared();
    assert_eq!((compared.removed, compared.held, compared.listed), (2, 1, 4));
    assert_eq!(really(&world, "clerk", blacks).await, told.stages[0].difference);
    let node = world.node(PROVINCE);
    let id = OfficerId("clerk".to_owned());
    let more = [court(firms(ListKind::Red, 6..9), ListKind::Red, &world)];
    let (shown, read) = tokio::join!(node.engine.rehearse(world.now(), &id, Script::Commands(&more)), async {
        node.store.read().await.unwrap().heads().await.unwrap().len()
    });
    assert!(shown.is_ok() && read > 0);
    let before = portrait(node).await;
    node.engine.rebuild(world.now()).await.unwrap();
    rest(&world, node).await.unwrap();
    assert_eq!(portrait(node).await, before, "a rebuild finds the same");
}
