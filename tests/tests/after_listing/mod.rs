//! Life after listing: each story is one right of the firm or one exit, lived through across three tiers (1.8).

mod exits;
mod objections;
mod repairs;
mod restorations;

use chrono::NaiveDate;
use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::list::{ListEntry, ListKind};
use honghei_domain::listing::{ExitPlace, ListingCommand, Shown, SubjectStatus, measures_in_force, status_of};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::desk::listing::{self, view};

pub use crate::common::{apply, case, code, commerce, dispute, does, exit, listed, materials};

pub const EASTERN: &str = "420802-commerce";
pub const WESTERN: &str = "420804-commerce";
pub const DIRECT: &str = "429004-commerce";
pub const CITY: &str = "420800-commerce";
pub const PROVINCE: &str = "420000-commerce";
pub const NODES: [&str; 5] = [EASTERN, WESTERN, DIRECT, CITY, PROVINCE];

/// Brings entries of a county of the city onto the final list.
pub async fn list(world: &mut World, node: &str, kind: ListKind, entries: Vec<ListEntry>) {
    let list = world.send_up(node, kind, entries).await.unwrap();
    let reviewer = if node == DIRECT { PROVINCE } else { CITY };
    world.review(reviewer, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
}

pub fn verify(dispute: &EntryRef, stands: bool) -> ListingCommand {
    ListingCommand::VerifyDispute { dispute: dispute.clone(), stands, reason: "经核对卷宗".to_owned() }
}

pub fn decide(dispute: &EntryRef, upheld: bool) -> ListingCommand {
    ListingCommand::DecideDispute { dispute: dispute.clone(), upheld, reason: "经审查".to_owned() }
}

pub fn accept(application: &EntryRef) -> ListingCommand {
    ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason: "材料齐全".to_owned() }
}

pub fn grant(application: &EntryRef, granted: bool) -> ListingCommand {
    ListingCommand::DecideRepair { application: application.clone(), granted, reason: "已完成整改".to_owned() }
}

/// How a node shows a firm.
pub async fn shown(world: &World, node: &str, entry: &ListEntry) -> Vec<Shown> {
    let mut tx = world.node(node).store.read().await.unwrap();
    view::shown(&mut *tx, &SubjectKey::of(&entry.subject)).await.unwrap()
}

pub async fn status(world: &World, node: &str, entry: &ListEntry) -> SubjectStatus {
    status_of(&shown(world, node, entry).await, world.today)
}

/// The measures that meet a firm, by code.
pub async fn measures(world: &World, node: &str, entry: &ListEntry) -> Vec<String> {
    let shown = shown(world, node, entry).await;
    let cx = world.node(node).engine.context(world.now()).await;
    let policy = listing::policy_of_node(&cx, &EASTERN.parse().unwrap()).unwrap();
    measures_in_force(policy, &shown, world.today).into_iter().map(|measure| measure.code.clone()).collect()
}

/// The exits a node knows of a recogniser, with code, cases and whether they are filed.
pub async fn departures(world: &World, node: &str, of: &str) -> Vec<(String, Vec<u64>, bool)> {
    let mut tx = world.node(node).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().map(|exit| (exit.code.clone(), exit.cases.iter().collect(), exit.is_filed())).collect()
}

pub async fn place_of_exit(world: &World, of: &str) -> ExitPlace {
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().next_back().unwrap().place
}

pub async fn duties(world: &World, node: &str) -> Vec<(&'static str, Option<NaiveDate>)> {
    let cx = world.node(node).engine.context(world.now()).await;
    let mut tx = world.node(node).store.read().await.unwrap();
    let duties = view::duties(&mut *tx, &cx).await.unwrap();
    duties.into_iter().map(|duty| (duty.kind, duty.due_on)).collect()
}

pub fn black(firm: u32) -> ListEntry {
    candidate(ListKind::Black, "420802", firm)
}

pub fn red(firm: u32) -> ListEntry {
    candidate(ListKind::Red, "420802", firm)
}
