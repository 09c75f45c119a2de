//! 延庆: a bureau directly under the node that compares, with a leading group of three; and 荆门 beside it.

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen, yanqing};
use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Act, ActBody, Ballot, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::list::{Attestation, CaseId, Department, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Criterion, CriterionForm, Policy, shipped};
use honghei_registry::command::Command;
use honghei_registry::desk::{dossiers, members};
use honghei_registry::entry::Draft;
use honghei_registry::journal::Journal;
use honghei_registry::view::{CaseView, case_view};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

pub use crate::common::{case, code};

pub const BUREAU: &str = "110119-quality";
pub const ABOVE: &str = "110000-quality";
pub const GROUP: [&str; 3] = ["chair", "deputy", "third"];
pub const EASTERN: &str = "420802-commerce";
pub const CITY: &str = "420800-commerce";

pub async fn commerce(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

pub async fn bureau(seed: u64) -> World {
    let mut world = World::in_memory(seed, &yanqing(), day("2017-11-06")).await.unwrap();
    world.appoint_group(BUREAU, &GROUP).await.unwrap();
    world
}

pub fn policy() -> Policy {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    Policy::parse(text).unwrap()
}

/// An entry that a document alone proves, with every quality confirmed.
pub fn sound(kind: ListKind, firm: u32) -> ListEntry {
    let policy = policy();
    let plain = |criterion: &&Criterion| {
        criterion.kind == kind && criterion.count.is_empty() && criterion.form == CriterionForm::Closed
    };
    let mut entry = candidate(kind, "110119", firm);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![policy.criteria.iter().find(plain).unwrap().code.clone()];
    let attested = |code: &str| Attestation { code: code.to_owned(), text: "经现场核查属实".to_owned() };
    entry.attestations = policy.qualities_of(kind).map(|quality| attested(&quality.code)).collect();
    entry
}

/// A list of one entry that the head signed and the group has still to see.
pub async fn certified(world: &mut World, kind: ListKind) -> EntryRef {
    world.collect(BUREAU, vec![sound(kind, 1)]).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    world.certify(BUREAU, kind).await.unwrap()
}

pub fn approval(list: &EntryRef, held_on: NaiveDate) -> Command {
    let meeting = "领导小组第3次会议（纪要〔2017〕3号）".to_owned();
    Command::ApproveList { list: list.clone(), meeting, held_on, decision: "同意列入".to_owned() }
}

pub fn refusal(list: &EntryRef, held_on: NaiveDate, votes: [u32; 3], reason: &str) -> Command {
    let [in_favour, against, abstained] = votes;
    Command::DisapproveList {
        list: list.clone(),
        meeting: "领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on,
        votes: Ballot { in_favour, against, abstained },
        reason: reason.to_owned(),
    }
}

/// The clerk records what the group decided, and its members sign until it is written.
pub async fn signed_by_group(world: &World, record: Command) -> EntryRef {
    world.sign_as_body(BUREAU, &GROUP, record).await.unwrap()
}

/// A list that went the whole way onto the final list; its case.
pub async fn listed(world: &mut World, kind: ListKind) -> CaseId {
    let list = certified(world, kind).await;
    signed_by_group(world, approval(&list, world.today)).await;
    world.declare(BUREAU, &list).await.unwrap();
    world.publish_at(ABOVE).await.unwrap();
    case(BUREAU, 1)
}

/// Writes an act into a node's log under some officers' keys, whatever it says; nothing is judged or folded there.
pub async fn forge(world: &World, node: &str, officers: &[&str], list: &EntryRef, act: Act) -> EntryRef {
    let member = world.node(node);
    let now = world.now();
    let cx = member.engine.context(now).await;
    let mut tx = member.store.write("forge").await.unwrap();
    let policy = dossiers::read(&mut *tx, list).await.unwrap().unwrap().policy;
    let body = ActBody { done_on: world.today, policy, directory_version: cx.directory().version, act };
    let draft = Draft::new(body, Audience::of(Scope::Up));
    let signed = |officer: &&str| OfficerSignature {
        officer: OfficerId((*officer).to_owned()),
        node: node.parse().unwrap(),
        algorithm: "ed25519".to_owned(),
        signature: member.officers[*officer].sign(&members::statement(&cx, &draft)),
    };
    let signatures: Vec<OfficerSignature> = officers.iter().map(signed).collect();
    let mut journal = Journal::open(member.engine.identity(), now.ms, &mut *tx).await.unwrap();
    let entry = journal.append(&mut *tx, &draft, &signatures, &mut ChaCha20Rng::seed_from_u64(7)).await.unwrap();
    journal.seal(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    entry.at
}

/// A case as a node sees it.
pub async fn seen(world: &World, node: &str, case: &CaseId) -> CaseView {
    let node = world.node(node);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    case_view(&mut *tx, &cx, case).await.unwrap().unwrap()
}

/// What was done in a case, one line an act.
pub async fn history(world: &World, node: &str, case: &CaseId) -> String {
    let steps = seen(world, node, case).await.steps;
    steps.iter().map(|step| format!("{} {} {}\n", step.done_on, step.officer, step.sentence)).collect()
}

pub async fn assert_rebuildable(world: &World) {
    for (id, node) in &world.nodes {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
        assert_eq!(before, after, "{id}");
    }
}
