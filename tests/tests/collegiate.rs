//! A bureau without a reviewer above: a leading group approves before anything is reported; and a head who is away.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use chrono::{Days, NaiveDate};
use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen, yanqing};
use honghei_domain::act::{Act, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::dossier::BodyApproval;
use honghei_domain::list::{Attestation, CaseId, CaseSet, CriterionCode, Department, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, Business, Countersigning, Role};
use honghei_domain::policy::{Policy, shipped};
use honghei_registry::command::Command;
use honghei_registry::desk::dossiers;
use honghei_registry::engine::{Submitted, plain_draft};
use honghei_registry::view::entries_of_list;

use crate::common::code;

const BUREAU: &str = "110119-quality";
const ABOVE: &str = "110000-quality";
const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64, today: &str) -> World {
    World::in_memory(seed, &jingmen(), day(today)).await.unwrap()
}

/// 延庆: a bureau directly under the node that compares, with a leading group of three.
async fn bureau(seed: u64) -> World {
    let mut world = World::in_memory(seed, &yanqing(), day("2017-11-06")).await.unwrap();
    world.appoint_group(BUREAU, &["chair", "deputy", "third"]).await.unwrap();
    world
}

fn quality_policy() -> Policy {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    Policy::parse(text).unwrap()
}

/// A red candidate as a sheet brings it: no quality is confirmed.
fn unattested(firm: u32) -> ListEntry {
    let mut entry = candidate(ListKind::Red, "110119", firm);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    let policy = quality_policy();
    let of_kind = policy.criteria.iter().find(|criterion| criterion.kind == ListKind::Red);
    entry.criteria = vec![of_kind.map(|criterion| criterion.code.clone()).unwrap_or(CriterionCode(String::new()))];
    entry
}

fn attested(code: &str, text: &str) -> Attestation {
    Attestation { code: code.to_owned(), text: text.to_owned() }
}

fn red(firm: u32) -> ListEntry {
    let policy = quality_policy();
    let attestations = policy.qualities_of(ListKind::Red).map(|quality| attested(&quality.code, "经现场核查属实"));
    ListEntry { attestations: attestations.collect(), ..unattested(firm) }
}

fn waiting(submitted: Submitted) -> (String, Vec<Countersigning>) {
    match submitted {
        Submitted::Waiting { id, missing } => (id, missing),
        Submitted::Written(at) => panic!("{at} was written under one signature"),
    }
}

async fn certified(world: &mut World) -> EntryRef {
    world.collect(BUREAU, vec![red(1), red(2)]).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    world.certify(BUREAU, ListKind::Red).await.unwrap()
}

fn approval(list: &EntryRef, held_on: NaiveDate) -> Command {
    Command::ApproveList {
        list: list.clone(),
        meeting: "社会信用体系建设领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on,
        decision: "同意列入".to_owned(),
    }
}

async fn assert_rebuildable(world: &World) {
    for (id, node) in &world.nodes {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
        assert_eq!(before, after, "{id}");
    }
}

/// R-032, F-14, AC-16, ZJ-B-CP-08.
#[tokio::test]
async fn r_032_nothing_is_reported_before_the_leading_group_has_approved_it_by_its_votes() {
    let mut world = bureau(1).await;
    let list = certified(&mut world).await;
    let declare = || Command::Declare { list: list.clone(), materials: Vec::new() };
    assert_eq!(code(world.act(BUREAU, "clerk", declare()).await), "APPROVAL_MISSING");

    let today = world.today;
    let early = approval(&list, today - Days::new(1));
    assert_eq!(code(world.sign(BUREAU, "clerk", early).await), "MEETING_OUT_OF_TIME");
    assert_eq!(code(world.sign(BUREAU, "chair", approval(&list, today)).await), "NOT_PERMITTED");
    let (id, missing) = waiting(world.sign(BUREAU, "clerk", approval(&list, today)).await.unwrap());
    let votes = missing[0].people;
    assert!(votes >= 2);
    assert_eq!(missing, [Countersigning { action: Action::ApproveCollegially, people: votes }]);
    assert_eq!(code(world.countersign(BUREAU, "reviewer", &id).await), "NOT_PERMITTED");
    let members = ["chair", "deputy", "third"];
    for (given, member) in (1..=votes).zip(members) {
        let signed = world.countersign(BUREAU, member, &id).await.unwrap();
        match signed {
            Submitted::Waiting { missing, .. } => assert_eq!(missing[0].people, votes - given),
            Submitted::Written(_) => assert_eq!(given, votes),
        }
    }
    world.act(BUREAU, "clerk", declare()).await.unwrap();
    world.settle().await.unwrap();
    for node in [BUREAU, ABOVE] {
        let mut tx = world.node(node).store.read().await.unwrap();
        let dossier = dossiers::read(&mut *tx, &list).await.unwrap().unwrap();
        assert!(matches!(dossier.approval, BodyApproval::Given { held_on, .. } if held_on == today), "{node}");
        assert!(dossier.report.is_some(), "{node}");
    }
    let publish = Command::PublishResult { agreed_removal_percent: None };
    world.act(ABOVE, "head", publish).await.unwrap();
    world.settle().await.unwrap();
    assert!(world.served().await.unwrap().values().all(|served| served.is_some_and(|(version, _)| version == 1)));
    assert_rebuildable(&world).await;
}

/// F-P5: who collected a case has no vote on it, whatever else he is.
#[tokio::test]
async fn a_member_of_the_leading_group_does_not_vote_on_what_he_collected() {
    let mut world = bureau(2).await;
    world.appoint_officer(BUREAU, "both", vec![Role::Collector, Role::LeadingMember]).await.unwrap();
    let collect = Command::Collect {
        channel: honghei_domain::act::CollectionChannel::DailyManagement,
        source: "样例.csv".to_owned(),
        entries: vec![red(1)].into(),
        account: None,
    };
    world.act(BUREAU, "both", collect).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    let list = world.certify(BUREAU, ListKind::Red).await.unwrap();
    let (id, _) = waiting(world.sign(BUREAU, "clerk", approval(&list, world.today)).await.unwrap());
    assert_eq!(code(world.countersign(BUREAU, "both", &id).await), "DUTIES_NOT_SEPARATE");
    // A list that no body approves has no such record.
    let mut jingmen = found(3, "2017-11-06").await;
    let reds = vec![candidate(ListKind::Red, "420802", 1)];
    jingmen.collect(EASTERN, reds).await.unwrap();
    jingmen.announce(EASTERN).await.unwrap();
    jingmen.pass_days(25).await.unwrap();
    let list = jingmen.certify(EASTERN, ListKind::Red).await.unwrap();
    let today = jingmen.today;
    assert_eq!(code(jingmen.sign(EASTERN, "clerk", approval(&list, today)).await), "APPROVAL_NOT_ASKED");
}

/// the quality policy's head signs no entry before every quality is confirmed in words; the words travel
/// with the list. The commerce policy demands none.
#[tokio::test]
async fn r_006_no_entry_is_recognised_before_every_quality_of_the_policy_is_confirmed_in_words() {
    let mut world = bureau(8).await;
    world.collect(BUREAU, vec![unattested(1), red(2)]).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    let case: CaseId = format!("{BUREAU}#1").parse().unwrap();
    let certify = || Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers([1])),
        opinion: "同意认定".to_owned(),
    };
    let attest = |said: &[(&str, &str)]| Command::Attest {
        case: case.clone(),
        attestations: said.iter().map(|(code, text)| attested(code, text)).collect(),
    };
    let refused = world.act(BUREAU, "head", certify()).await.unwrap_err();
    assert_eq!(refused.code(), "QUALITY_NOT_ATTESTED");
    for quality in quality_policy().qualities_of(ListKind::Red) {
        assert!(refused.to_string().contains(&quality.text), "{refused}");
    }

    let three = [("responsible", "三年无投诉"), ("stable-quality", "连续抽查合格"), ("good-control", "体系认证有效")];
    assert_eq!(code(world.act(BUREAU, "head", attest(&three)).await), "NOT_PERMITTED");
    assert_eq!(code(world.act(BUREAU, "clerk", attest(&[("grave", "属实")])).await), "QUALITY_UNKNOWN");
    assert_eq!(code(world.act(BUREAU, "clerk", attest(&[("leading", " ")])).await), "ATTESTATION_TEXT");
    world.act(BUREAU, "clerk", attest(&three)).await.unwrap();
    assert_eq!(code(world.act(BUREAU, "clerk", attest(&three)).await), "ALREADY_DONE");
    let refused = world.act(BUREAU, "head", certify()).await.unwrap_err();
    assert!(refused.to_string().contains("在区范围内具有引领示范作用"), "{refused}");
    assert!(!refused.to_string().contains("质量安全稳定"), "{refused}");

    // Later words replace earlier ones; a sheet that corrects the record has no column for them and takes none away.
    world.act(BUREAU, "clerk", attest(&[("leading", "样板"), ("responsible", "五年无投诉")])).await.unwrap();
    let corrected = ListEntry { case: case.clone(), facts: "获区政府质量奖".to_owned(), ..unattested(1) };
    let correct = Command::Correct { entries: vec![corrected], reason: "补充事实".to_owned() };
    world.act(BUREAU, "clerk", correct).await.unwrap();
    // What was publicised was another text.
    assert_eq!(code(world.act(BUREAU, "head", certify()).await), "PUBLICITY_MISSING");
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    let list = world.act(BUREAU, "head", certify()).await.unwrap();
    world.settle().await.unwrap();
    for node in [BUREAU, ABOVE] {
        let mut tx = world.node(node).store.read().await.unwrap();
        let entries = entries_of_list(&mut *tx, &list, 0, 10).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].facts, "获区政府质量奖");
        let said: Vec<(&str, &str)> =
            entries[0].attestations.iter().map(|said| (said.code.as_str(), said.text.as_str())).collect();
        let policy_order = [("responsible", "五年无投诉"), three[1], three[2], ("leading", "样板")];
        assert_eq!(said, policy_order, "{node}");
    }
    assert_eq!(code(world.act(BUREAU, "clerk", attest(&[("leading", "不同")])).await), "NOT_CORRECTABLE");
    assert_rebuildable(&world).await;

    let jingmen = found(9, "2017-11-06").await;
    jingmen.collect(EASTERN, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    let case: CaseId = format!("{EASTERN}#1").parse().unwrap();
    let attestations = vec![attested("leading", "样板")];
    let attest = Command::Attest { case, attestations };
    assert_eq!(code(jingmen.act(EASTERN, "clerk", attest).await), "QUALITY_UNKNOWN");
}

fn delegation(to: &str, from: NaiveDate, until: NaiveDate, scope: Business) -> Command {
    let to = OfficerId(to.to_owned());
    Command::Delegate { to, starts_on: from, ends_on: until, scope: vec![scope], reason: "外出学习".to_owned() }
}

/// F-P5: a head who is away.
#[tokio::test]
async fn a_delegate_signs_for_the_head_within_his_days_and_his_business_and_every_reader_takes_it() {
    let mut world = found(4, "2017-11-06").await;
    world.appoint_officer(EASTERN, "deputy", vec![Role::Reviewer]).await.unwrap();
    world.collect(EASTERN, (1..4).map(|firm| candidate(ListKind::Red, "420802", firm)).collect()).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let certify = |case: u64| Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers([case])),
        opinion: "同意认定".to_owned(),
    };
    let today = world.today;
    let denied = |result| code(result);
    assert_eq!(denied(world.act(EASTERN, "deputy", certify(1)).await), "NOT_PERMITTED");
    // Only a head lends what is his, to somebody who may take it, from today on.
    let until = today + Days::new(2);
    let give = |to, scope| delegation(to, today, until, scope);
    assert_eq!(code(world.act(EASTERN, "clerk", give("deputy", Business::Recognition)).await), "NOT_PERMITTED");
    assert_eq!(code(world.act(EASTERN, "head", give("admin", Business::Recognition)).await), "DELEGATE_UNFIT");
    world.act(EASTERN, "head", give("deputy", Business::Review)).await.unwrap();
    assert_eq!(denied(world.act(EASTERN, "deputy", certify(1)).await), "NOT_PERMITTED");
    world.act(EASTERN, "head", give("deputy", Business::Recognition)).await.unwrap();
    let deputy = OfficerId("deputy".to_owned());
    let shown = world.node(EASTERN).engine.propose(world.now(), &deputy, &certify(1)).await.unwrap();
    assert!(shown.summary.contains("受420802-commerce的head委托"), "{}", shown.summary);
    // He does not hand on what he was handed.
    assert_eq!(code(world.act(EASTERN, "deputy", give("reviewer", Business::Recognition)).await), "NOT_PERMITTED");
    let list = world.act(EASTERN, "deputy", certify(1)).await.unwrap();
    let declared = world.declare(EASTERN, &list).await.unwrap();
    let mut tx = world.node(CITY).store.read().await.unwrap();
    assert_eq!(tx.outcome(&declared).await.unwrap().unwrap().status, "applied");
    drop(tx);

    // The head comes back early: from that day on the delegate signs nothing for him.
    world.pass_days(1).await.unwrap();
    world.act(EASTERN, "head", Command::EndDelegation { to: deputy.clone() }).await.unwrap();
    assert_eq!(denied(world.act(EASTERN, "deputy", certify(2)).await), "NOT_PERMITTED");
    assert_eq!(code(world.act(EASTERN, "head", Command::EndDelegation { to: deputy }).await), "DELEGATION_UNKNOWN");
    world.act(EASTERN, "head", certify(2)).await.unwrap();
    world.settle().await.unwrap();
    let listed = world.node(PROVINCE).store.read().await.unwrap().dossiers(None).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_rebuildable(&world).await;
}

/// F-P5: a delegation never joins what one person may not join.
#[tokio::test]
async fn a_delegate_who_collected_a_case_does_not_certify_it() {
    let mut world = found(5, "2017-11-06").await;
    world.collect(EASTERN, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let until = world.today + Days::new(2);
    world.act(EASTERN, "head", delegation("clerk", world.today, until, Business::Recognition)).await.unwrap();
    let certify = Command::Certify { kind: ListKind::Red, cases: None, opinion: "同意认定".to_owned() };
    assert_eq!(code(world.act(EASTERN, "clerk", certify).await), "DUTIES_NOT_SEPARATE");
}

/// A record that a machine writes under nobody's signature lends nothing.
#[tokio::test]
async fn a_delegation_that_its_head_did_not_sign_has_no_effect() {
    let world = found(6, "2017-11-06").await;
    let node = world.node(EASTERN);
    let cx = node.engine.context(world.now()).await;
    let forged = honghei_domain::permit::Delegation {
        from: OfficerId("head".to_owned()),
        to: OfficerId("clerk".to_owned()),
        starts_on: world.today,
        ends_on: world.today,
        scope: vec![Business::Recognition],
        reason: "伪造".to_owned(),
    };
    let draft = plain_draft(&cx, Act::DutyDelegated(forged), Audience::of(Scope::All));
    node.engine.note(world.now(), vec![draft]).await.unwrap();
    let row = node.store.read().await.unwrap().officer(cx.me(), "clerk").await.unwrap().unwrap();
    assert!(honghei_registry::desk::delegations::standing(&row).unwrap().delegations.is_empty());
}

/// a city recognises entries of its own, which nobody reviews and the province examines.
#[tokio::test]
async fn r_031_a_city_reports_what_it_recognised_itself() {
    let mut world = found(7, "2017-11-06").await;
    world.collect(CITY, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.announce(CITY).await.unwrap();
    world.pass_days(25).await.unwrap();
    let list = world.certify(CITY, ListKind::Red).await.unwrap();
    let declared = world.declare(CITY, &list).await.unwrap();
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    assert_eq!(tx.outcome(&declared).await.unwrap().unwrap().status, "applied");
    drop(tx);
    world.publish().await.unwrap();
    assert!(world.served().await.unwrap().values().all(|served| served.is_some_and(|(version, _)| version == 1)));
}
