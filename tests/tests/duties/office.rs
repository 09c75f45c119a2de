//! What the stories of this suite share: federations, commands, and what nodes say.

use std::sync::Arc;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{Member, World, jingmen};
use honghei_domain::clock::Due;
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{ExitPlace, ListingCommand};
use honghei_domain::node::{EntryRef, NodeId, Tier};
use honghei_domain::permit::Role;
use honghei_registry::command::Command;
use honghei_registry::desk::deadlines::{Task, tasks};
use honghei_registry::desk::listing;
use honghei_registry::engine::Submitted;
use honghei_registry::error::CommandError;
use honghei_store::{MemoryStore, Store};

pub const EASTERN: &str = "420802-commerce";
pub const CITY: &str = "420800-commerce";
pub const PROVINCE: &str = "420000-commerce";
pub const BUREAU: &str = "110119-quality";
pub const ABOVE: &str = "110000-quality";
pub const PORTAL: &str = "商务主管部门门户网站";
pub const COLUMN: &str = "区质监局官方网站专栏";
const GROUP: [&str; 3] = ["chair", "deputy", "third"];

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn case(node: &str, number: u64) -> CaseId {
    CaseId { origin: node.parse().unwrap(), number }
}

pub fn code<T: std::fmt::Debug>(result: Result<T, CommandError>) -> String {
    result.unwrap_err().code().to_owned()
}

async fn found(seed: u64, members: &[Member], today: &str) -> World {
    let store = async |_: &NodeId| Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    World::found(seed, members, day(today), store).await.unwrap()
}

/// 荆门 under its province.
pub async fn commerce(seed: u64, today: &str) -> World {
    found(seed, &jingmen(), today).await
}

/// 延庆, whose bureau publishes by itself, and the node that compares.
pub async fn bureau(seed: u64) -> World {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    let members = [
        member(ABOVE, "北京市质量技术监督局", Tier::Province, None),
        member(BUREAU, "延庆区质量技术监督局", Tier::County, Some(ABOVE)),
    ];
    let mut world = found(seed, &members, "2017-11-06").await;
    for name in GROUP {
        world.appoint_officer(BUREAU, name, vec![Role::LeadingMember]).await.unwrap();
    }
    world
}

/// 荆门 with some blacks of 东宝 on the final list.
pub async fn listed(seed: u64, kind: ListKind, firms: std::ops::Range<u32>) -> World {
    let mut world = commerce(seed, "2017-11-06").await;
    let entries = firms.map(|firm| candidate(kind, "420802", firm)).collect();
    let list = world.send_up(EASTERN, kind, entries).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    world
}

pub async fn does(world: &World, node: &str, officer: &str, asked: ListingCommand) -> Result<EntryRef, CommandError> {
    let done = world.act(node, officer, Command::Listing(asked)).await?;
    world.settle().await?;
    Ok(done)
}

/// The record that a list was announced on a channel.
pub async fn announce(world: &World, node: &str, officer: &str, channel: &str) -> Result<EntryRef, CommandError> {
    let asked = ListingCommand::AnnounceList { channel: channel.to_owned(), receipt: "回执1".to_owned() };
    does(world, node, officer, asked).await
}

pub fn exit(case: &CaseId, code: &str) -> ListingCommand {
    ListingCommand::Exit {
        case: case.clone(),
        code: code.to_owned(),
        reason: "经核实".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    }
}

/// The last exit of a recogniser's entries, as a node knows it.
pub async fn exit_of(world: &World, at: &str, of: &str) -> ExitPlace {
    let mut tx = world.node(at).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().next_back().unwrap().place
}

/// What a node has to do about listed entries: kind and sentence.
pub async fn duties(world: &World, node: &str) -> Vec<(&'static str, String)> {
    let member = world.node(node);
    let cx = member.engine.context(world.now()).await;
    let mut tx = member.store.read().await.unwrap();
    let found = listing::view::duties(&mut *tx, &cx).await.unwrap();
    found.into_iter().map(|duty| (duty.kind, duty.sentence)).collect()
}

/// The tasks of a node as another sees them: whose, which, last day, standing.
pub async fn tasks_of(world: &World, at: &str, owner: &str) -> Vec<(String, &'static str, String, &'static str)> {
    let node = world.node(at);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = tasks(&mut *tx, &cx, &owner.parse().unwrap(), 1_000).await.unwrap();
    let due = |task: &Task| match task.due {
        Due::On(due) => due.on.to_string(),
        Due::Stopped(_) => "-".to_owned(),
    };
    let row = |task: &Task| {
        let clock = &task.clock;
        (clock.owner.to_string(), clock.deadline.code(), due(task), task.standing.as_str())
    };
    found.iter().map(row).collect()
}

/// The clerk of the bureau records what its group decided, and members sign until it is written.
pub async fn signed_by_group(world: &World, record: Command) -> EntryRef {
    let mut submitted = world.sign(BUREAU, "clerk", record).await.unwrap();
    for name in GROUP {
        match submitted {
            Submitted::Waiting { id, .. } => submitted = world.countersign(BUREAU, name, &id).await.unwrap(),
            Submitted::Written(at) => {
                world.settle().await.unwrap();
                return at;
            }
        }
    }
    panic!("three members are not enough")
}

/// Every node finds the same when it folds its logs again.
pub async fn rebuilds_alike(world: &World) {
    for (id, node) in &world.nodes {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        let running = node.store.read().await.unwrap().all_clocks(None, 1_000).await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        node.engine.tick(world.now()).await.unwrap();
        let counted = node.store.read().await.unwrap().all_clocks(None, 1_000).await.unwrap();
        assert_eq!(counted, running, "the clocks of {id}");
        let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
        assert_eq!(before, after, "the projections of {id}");
    }
}
