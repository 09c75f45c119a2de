//! Acts that need more than one officer: what waits, who may complete it, and what every reader makes of the rest.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::act::OfficerId;
use honghei_domain::list::{CaseId, CaseSet, CriterionCode, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, Countersigning, Role};
use honghei_ledger::{Algorithm, SecretKey};
use honghei_registry::command::{Adoption, Command};
use honghei_registry::engine::Submitted;

use crate::common::code;

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

/// A black candidate under the open clause, with the law it rests on.
fn open_clause(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Black, "420802", firm);
    entry.criteria = vec![CriterionCode("SW-B-12".to_owned())];
    entry.facts = "多次拒不配合执法，情节严重，依据《湖北省社会信用信息管理条例》列入".to_owned();
    entry
}

/// A county with a second approver, a clerk who may approve too, and cases ready to be certified.
async fn ready(seed: u64, entries: Vec<ListEntry>) -> World {
    let mut world = found(seed).await;
    world.appoint_officer(EASTERN, "second", vec![Role::SecondApprover]).await.unwrap();
    world.collect(EASTERN, entries).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    world
}

fn certification() -> Command {
    Command::Certify { kind: ListKind::Black, cases: None, opinion: "同意认定".to_owned() }
}

fn waiting(submitted: Submitted) -> (String, Vec<Countersigning>) {
    match submitted {
        Submitted::Waiting { id, missing } => (id, missing),
        Submitted::Written(at) => panic!("{at} was written under one signature"),
    }
}

fn written(submitted: Submitted) -> EntryRef {
    match submitted {
        Submitted::Written(at) => at,
        Submitted::Waiting { missing, .. } => panic!("still missing {missing:?}"),
    }
}

/// What a rebuild finds is what stands there, at every node.
async fn assert_rebuildable(world: &World) {
    for (id, node) in &world.nodes {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
        assert_eq!(before, after, "{id}");
    }
}

/// SW-B-12, F-P5.
#[tokio::test]
async fn a_list_under_the_open_clause_waits_for_the_second_approver_and_goes_through_with_him() {
    let mut world = ready(1, vec![open_clause(1), candidate(ListKind::Black, "420802", 2)]).await;
    world.appoint_officer(EASTERN, "busy", vec![Role::SecondApprover, Role::Head]).await.unwrap();
    let size = |world: &World| {
        let node = world.node(EASTERN);
        let (store, log) = (node.store.clone(), node.engine.identity().log.clone());
        async move { store.read().await.unwrap().head(&log).await.unwrap().unwrap().size }
    };
    let before = size(&world).await;
    let (id, missing) = waiting(world.sign(EASTERN, "head", certification()).await.unwrap());
    assert_eq!(missing, [Countersigning { action: Action::ApproveOpenClause, people: 1 }]);
    assert_eq!(size(&world).await, before, "nothing is written before it is complete");

    // Neither the head again, nor who may not, nor anybody under another's key.
    assert_eq!(code(world.countersign(EASTERN, "head", &id).await), "ALREADY_DONE");
    assert_eq!(code(world.countersign(EASTERN, "clerk", &id).await), "NOT_PERMITTED");
    let engine = &world.node(EASTERN).engine;
    let forged = engine.countersigning(world.now(), &OfficerId("second".to_owned()), &id).await.unwrap();
    let other = world.node(EASTERN).officers["head"].sign(&forged.statement);
    assert_eq!(code(engine.submit(world.now(), forged, other).await), "SIGNATURE_INVALID");

    // The process dies; what was signed waits.
    world.crash(EASTERN).await.unwrap();
    let parked = world.node(EASTERN).engine.parked(world.now()).await.unwrap();
    assert_eq!(parked.iter().map(|parked| parked.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    assert_eq!(parked[0].signed_by, [OfficerId("head".to_owned())]);
    let list = written(world.countersign(EASTERN, "second", &id).await.unwrap());
    assert!(world.node(EASTERN).engine.parked(world.now()).await.unwrap().is_empty());
    assert_eq!(code(world.countersign(EASTERN, "busy", &id).await), "PARKED_UNKNOWN");

    let declared = world.declare(EASTERN, &list).await.unwrap();
    let mut tx = world.node(CITY).store.read().await.unwrap();
    assert_eq!(tx.outcome(&declared).await.unwrap().unwrap().status, "applied");
    drop(tx);
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    assert_rebuildable(&world).await;
}

/// SW-B-12.
#[tokio::test]
async fn where_nobody_could_approve_the_open_clause_it_is_refused_at_once() {
    let mut world = found(2).await;
    world.collect(EASTERN, vec![open_clause(1)]).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let cases = Some(CaseSet::from_numbers([1]));
    let named = Command::Certify { kind: ListKind::Black, cases, opinion: "同意".to_owned() };
    assert_eq!(code(world.sign(EASTERN, "head", named).await), "SECOND_APPROVER_MISSING");
}

/// F-P5: collector and second approver are different people, whatever roles one has.
#[tokio::test]
async fn who_collected_cannot_approve_his_own_cases() {
    let mut world = found(3).await;
    let both = vec![Role::Collector, Role::SecondApprover];
    world.appoint_officer(EASTERN, "both", both).await.unwrap();
    let collect = Command::Collect {
        channel: honghei_domain::act::CollectionChannel::Enforcement,
        source: "样例.csv".to_owned(),
        entries: vec![open_clause(1)].into(),
        account: None,
    };
    world.act(EASTERN, "both", collect).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let (id, _) = waiting(world.sign(EASTERN, "head", certification()).await.unwrap());
    assert_eq!(code(world.countersign(EASTERN, "both", &id).await), "DUTIES_NOT_SEPARATE");
}

/// What changes the draft makes it outdated; what does not, does not.
#[tokio::test]
async fn a_waiting_act_is_outdated_by_what_changes_it_and_by_nothing_else() {
    let mut world = ready(4, vec![open_clause(1), open_clause(2)]).await;
    let propose = async |world: &World| waiting(world.sign(EASTERN, "head", certification()).await.unwrap()).0;

    // Something else is collected, something arrives: the list is the same.
    let id = propose(&world).await;
    world.collect(EASTERN, vec![candidate(ListKind::Red, "420802", 50)]).await.unwrap();
    world.settle().await.unwrap();
    let second = OfficerId("second".to_owned());
    world.node(EASTERN).engine.countersigning(world.now(), &second, &id).await.unwrap();

    // A statement stops one of the cases: the list would be another.
    let case = CaseId { origin: EASTERN.parse().unwrap(), number: 2 };
    let receive = Command::ReceiveStatement { case, by: "当事人".to_owned(), grounds: "不实".to_owned() };
    let statement = world.act(EASTERN, "clerk", receive).await.unwrap();
    let refused = world.countersign(EASTERN, "second", &id).await.unwrap_err();
    assert_eq!(refused.code(), "PROPOSAL_OUTDATED");
    assert!(refused.to_string().contains("head"), "{refused}");
    let dispose =
        Command::DisposeStatement { statement, adopted: Adoption::NotAdopted, reason: "查无实据".to_owned() };
    world.act(EASTERN, "head", dispose).await.unwrap();

    // The day is part of the act.
    let id = propose(&world).await;
    world.pass_days(1).await.unwrap();
    assert_eq!(code(world.countersign(EASTERN, "second", &id).await), "PROPOSAL_OUTDATED");

    // A new key of the head: what he signed with the old one is not his signature any more.
    let id = propose(&world).await;
    let row = {
        let me = world.node(EASTERN).engine.identity().log.node.clone();
        world.node(EASTERN).store.read().await.unwrap().officer(&me, "head").await.unwrap().unwrap()
    };
    let mut head = honghei_registry::desk::members::read(&row).unwrap();
    head.key.key = SecretKey::from_seed(Algorithm::Ed25519, &[9; 32]).public().bytes;
    world.act(EASTERN, "admin", Command::AppointOfficer(head)).await.unwrap();
    assert_eq!(code(world.countersign(EASTERN, "second", &id).await), "PROPOSAL_OUTDATED");
}

/// Dropped by its author or by who could sign it, by nobody else; then it can be proposed anew.
#[tokio::test]
async fn what_waits_can_be_dropped_and_leaves_nothing() {
    let world = ready(5, vec![open_clause(1)]).await;
    let engine = &world.node(EASTERN).engine;
    let officer = |name: &str| OfficerId(name.to_owned());
    for by in ["head", "second"] {
        let (id, _) = waiting(world.sign(EASTERN, "head", certification()).await.unwrap());
        assert_eq!(code(engine.drop_parked(world.now(), &officer("clerk"), &id).await), "NOT_PERMITTED");
        engine.drop_parked(world.now(), &officer(by), &id).await.unwrap();
        assert_eq!(code(engine.drop_parked(world.now(), &officer(by), &id).await), "PARKED_UNKNOWN");
        assert!(engine.parked(world.now()).await.unwrap().is_empty());
    }
}

/// C-5: the guard's consent is two people's.
#[tokio::test]
async fn a_version_that_removes_much_of_the_red_list_waits_for_a_second_officer() {
    let mut world = found(6).await;
    world.appoint_officer(PROVINCE, "second", vec![Role::SecondApprover]).await.unwrap();
    let firms = |kind, count: u32| (1..=count).map(|firm| candidate(kind, "420802", firm)).collect::<Vec<_>>();
    world.feed("tax", ListKind::Red, day("2017-10-01"), firms(ListKind::Red, 100)).await.unwrap();
    world.publish().await.unwrap();
    // However many blacks come with them that have nothing to do with any red.
    let unrelated = (1_000..1_500).map(|firm| candidate(ListKind::Black, "420802", firm));
    let blacks = firms(ListKind::Black, 60).into_iter().chain(unrelated).collect();
    world.feed("court", ListKind::Black, day("2017-10-02"), blacks).await.unwrap();
    let publish = |agreed_removal_percent| Command::PublishResult { agreed_removal_percent };
    assert_eq!(code(world.sign(PROVINCE, "head", publish(None)).await), "MASS_CHANGE_GUARD");
    assert_eq!(code(world.sign(PROVINCE, "head", publish(Some(10))).await), "MASS_CHANGE_GUARD");
    assert_eq!(code(world.sign(PROVINCE, "head", publish(Some(59))).await), "MASS_CHANGE_GUARD");
    let (id, missing) = waiting(world.sign(PROVINCE, "head", publish(Some(60))).await.unwrap());
    assert_eq!(missing, [Countersigning { action: Action::ApproveMassChange, people: 1 }]);
    assert_eq!(code(world.countersign(PROVINCE, "clerk", &id).await), "NOT_PERMITTED");
    written(world.countersign(PROVINCE, "second", &id).await.unwrap());
    world.settle().await.unwrap();
    let served = world.served().await.unwrap();
    let versions: Vec<u64> = served.values().map(|served| served.unwrap().0).collect();
    assert_eq!(versions, vec![2; served.len()]);
    assert_rebuildable(&world).await;
}
