//! What the stories of this suite share: federations, commands, and what nodes say.

pub use federation::world::entries::day;
use federation::world::{World, yanqing};
use honghei_domain::listing::ExitPlace;
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;
use honghei_registry::desk::listing;

pub use crate::common::{announce, apply, case, code, commerce, dispute, does, exit, listed};

pub const EASTERN: &str = "420802-commerce";
pub const CITY: &str = "420800-commerce";
pub const PROVINCE: &str = "420000-commerce";
pub const BUREAU: &str = "110119-quality";
pub const ABOVE: &str = "110000-quality";
pub const PORTAL: &str = "商务主管部门门户网站";
pub const COLUMN: &str = "区质监局官方网站专栏";
const GROUP: [&str; 3] = ["chair", "deputy", "third"];

/// 延庆, whose bureau publishes by itself, and the node that compares.
pub async fn bureau(seed: u64) -> World {
    let mut world = World::in_memory(seed, &yanqing(), day("2017-11-06")).await.unwrap();
    world.appoint_group(BUREAU, &GROUP).await.unwrap();
    world
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
    world.tasks_of(at, &owner.parse().unwrap()).await.unwrap()
}

/// The clerk of the bureau records what its group decided, and members sign until it is written.
pub async fn signed_by_group(world: &World, record: Command) -> EntryRef {
    world.sign_as_body(BUREAU, &GROUP, record).await.unwrap()
}
