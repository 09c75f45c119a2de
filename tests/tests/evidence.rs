//! Behaviour events, counting rules and versions of policies across a federation (F-P1, F-P4, F-P11).

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::act::CollectionChannel;
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::list::{CaseId, CriterionCode, ListEntry, ListKind};
use honghei_domain::policy::{EventNature, PenaltyKind, shipped};
use honghei_registry::command::Command;
use honghei_registry::desk::recognition::read_case;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question, Told};
use honghei_registry::view::entries_of_list;

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";

const COMMERCE: &str = "jm-commerce-2017-draft";

/// What a deployment that has graded behaviour adds to the draft.
const CATALOGUE: &str = "
[[severity]]
kind = \"price\"
text = \"价格欺诈\"
grade = \"serious\"
basis = \"演练设定\"
";

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

fn black(firm: u32, code: &str) -> ListEntry {
    let criteria = vec![CriterionCode(code.to_owned())];
    ListEntry { criteria, ..candidate(ListKind::Black, "420802", firm) }
}

fn event(firm: u32, nature: EventNature, on: &str) -> BehaviourEvent {
    BehaviourEvent {
        number: 0,
        subject: candidate(ListKind::Black, "420802", firm).subject,
        nature,
        kind: "price".to_owned(),
        grade: None,
        occurred_on: day(on),
        document_number: format!("样例罚〔{on}〕{firm}号"),
        issuer: "荆门市市场监督管理局".to_owned(),
        level: None,
        penalties: Vec::new(),
        fine_yuan: None,
        circumstances: Vec::new(),
        facts: "样例事实".to_owned(),
        source: "样例.csv".to_owned(),
    }
}

async fn record(world: &World, events: Vec<BehaviourEvent>) -> Result<(), CommandError> {
    let channel = CollectionChannel::Enforcement;
    let command = Command::RecordEvents { channel, source: "样例.csv".to_owned(), events };
    world.act(EASTERN, "clerk", command).await.map(|_| ())
}

async fn ask(world: &World, node: &str, question: Question) -> Told {
    world.node(node).engine.ask(world.now(), &question, &Patient).await.unwrap()
}

async fn certify(world: &World, number: u64) -> Result<honghei_domain::node::EntryRef, CommandError> {
    let cases = Some(honghei_domain::list::CaseSet::from_numbers([number]));
    let certify = Command::Certify { kind: ListKind::Black, cases, opinion: "同意认定".to_owned() };
    world.act(EASTERN, "head", certify).await
}

fn case(number: u64) -> CaseId {
    CaseId { origin: EASTERN.parse().unwrap(), number }
}

async fn pinned(world: &World, number: u64) -> String {
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    let row = tx.case(&case(number)).await.unwrap().unwrap();
    read_case(&row).unwrap().case.policy
}

fn graded(version: u32) -> String {
    let (_, text) = shipped()[0];
    format!("{}{CATALOGUE}", text.replacen("version = 1", &format!("version = {version}"), 1))
}

/// SW-B-11, AMB-11: nobody certifies on a rule whose terms are unset, nor without the events; with them
/// the entry carries its proof to the city, which counts again.
#[tokio::test]
async fn r_011_a_count_is_certified_only_with_its_events_and_carries_them_to_the_reviewer() {
    let mut world = found(31).await;
    world.collect(EASTERN, vec![black(1, "SW-B-11")]).await.unwrap();
    world.publish_policy(COMMERCE, 2, &graded(2)).await.unwrap();
    world.collect(EASTERN, vec![black(2, "SW-B-11"), black(3, "SW-B-11")]).await.unwrap();
    assert_eq!((pinned(&world, 1).await, pinned(&world, 2).await), (format!("{COMMERCE}@1"), format!("{COMMERCE}@2")));
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let twice = |firm| ["2017-02-01", "2017-08-01"].map(|on| event(firm, EventNature::Violation, on));
    record(&world, [twice(1), twice(2)].concat()).await.unwrap();
    record(&world, vec![event(3, EventNature::Violation, "2017-08-01")]).await.unwrap();
    let again = record(&world, twice(1).to_vec()).await.unwrap_err();
    assert_eq!(again.code(), "ALREADY_DONE", "the same file twice counts once");

    assert_eq!(certify(&world, 1).await.unwrap_err().code(), "PARAMETER_UNSET", "its version has no catalogue");
    let few = certify(&world, 3).await.unwrap_err();
    assert_eq!(few.code(), "COUNT_NOT_MET");
    assert!(few.to_string().contains("只有1次"), "{few}");
    let list = certify(&world, 2).await.unwrap();
    world.declare(EASTERN, &list).await.unwrap();

    let mut tx = world.node(CITY).store.read().await.unwrap();
    let entries = entries_of_list(&mut *tx, &list, 0, 10).await.unwrap();
    let proof: Vec<u64> = entries[0].procedure.evidence.iter().map(|event| event.number).collect();
    assert_eq!(proof, [3, 4]);
    let dossier = tx.dossier(&list).await.unwrap().unwrap();
    assert_eq!(dossier.stage, "received", "the city counted the same");
    drop(tx);
    let told = ask(&world, EASTERN, Question::Evidence { case: case(2) }).await;
    assert!(told.sentences.iter().any(|sentence| sentence.contains("SW-B-11：符合")), "{:?}", told.sentences);
    assert!(told.rows.iter().all(|row| row.last().is_some_and(|counted| counted == "计入")));
    let told = ask(&world, EASTERN, Question::Events { after: 0 }).await;
    assert_eq!(told.rows.len(), 5);
}

/// SW-B-03, SW-B-06, AMB-12: a revoked licence leads to the other criterion.
#[tokio::test]
async fn amb_12_a_revoked_licence_refuses_sw_b_03_and_proposes_sw_b_06() {
    let mut world = found(32).await;
    world.collect(EASTERN, vec![black(1, "SW-B-03"), black(2, "SW-B-06")]).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let revoked = |firm| BehaviourEvent {
        penalties: vec![PenaltyKind::Revocation],
        ..event(firm, EventNature::Penalty, "2017-05-01")
    };
    record(&world, vec![revoked(1), revoked(2)]).await.unwrap();
    let refused = certify(&world, 1).await.unwrap_err();
    assert_eq!(refused.code(), "CRITERION_SWITCH");
    assert!(refused.to_string().contains("SW-B-06"), "{refused}");
    certify(&world, 2).await.unwrap();
    let told = ask(&world, EASTERN, Question::Evidence { case: case(1) }).await;
    assert!(told.sentences.iter().any(|sentence| sentence.contains("建议改引SW-B-06")), "{:?}", told.sentences);
}

/// R-012, SW-R-01: a commendation from below the level is refused.
#[tokio::test]
async fn sw_r_01_needs_a_commendation_from_a_city_or_above() {
    let mut world = found(33).await;
    let commended = |firm, issuer: &str| {
        let mut entry = candidate(ListKind::Red, "420802", firm);
        entry.criteria = vec![CriterionCode("SW-R-01".to_owned())];
        entry.document.as_mut().unwrap().issuer = issuer.to_owned();
        entry
    };
    let entries = vec![commended(1, "荆门市商务局"), commended(2, "荆门市东宝区商务局")];
    world.collect(EASTERN, entries).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let cases = Some(honghei_domain::list::CaseSet::from_numbers([2]));
    let named = Command::Certify { kind: ListKind::Red, cases, opinion: "同意".to_owned() };
    assert_eq!(world.act(EASTERN, "head", named).await.unwrap_err().code(), "ISSUER_TOO_LOW");
    let list = world.certify(EASTERN, ListKind::Red).await.unwrap();
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    assert_eq!(tx.dossier(&list).await.unwrap().unwrap().count, 1);
}

/// F-P11, R-010: a new version lists the entries in force that it touches; old versions stay readable, and a rebuild
/// finds the same.
#[tokio::test]
async fn f_p11_retiring_a_criterion_lists_the_entries_in_force() {
    let mut world = found(34).await;
    let list = world.send_up(EASTERN, ListKind::Black, vec![black(1, "SW-B-03"), black(2, "SW-B-06")]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(40).await.unwrap();
    world.publish().await.unwrap();
    record(&world, vec![event(1, EventNature::Penalty, "2017-05-01")]).await.unwrap();
    let (_, text) = shipped()[0];
    let retired = "effective_from = 2016-01-01\nretired_on = 2017-01-01";
    let (before, after) = text.split_once("code = \"SW-B-06\"").unwrap();
    let after = after.replacen("effective_from = 2016-01-01", retired, 1);
    let new = format!("{before}code = \"SW-B-06\"{after}").replacen("version = 1", "version = 2", 1);
    let told = ask(&world, EASTERN, Question::PolicyImpact { text: new.clone() }).await;
    assert!(told.sentences.iter().any(|sentence| sentence == "SW-B-06：废止"), "{:?}", told.sentences);
    let touched: Vec<&str> = told.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(touched, ["420802-commerce#2"]);
    let unread = Question::PolicyImpact { text: "name = 1".to_owned() };
    let refused = world.node(EASTERN).engine.ask(world.now(), &unread, &Patient).await.unwrap_err();
    assert_eq!(refused.code(), "POLICY_UNREADABLE");

    world.publish_policy(COMMERCE, 2, &new).await.unwrap();
    let told = ask(&world, CITY, Question::Policies { name: String::new() }).await;
    let pins: Vec<&str> = told.rows.iter().map(|row| row[0].as_str()).collect();
    assert!(pins.contains(&"jm-commerce-2017-draft@1") && pins.contains(&"jm-commerce-2017-draft@2"), "{pins:?}");
    for (name, state) in [("jm-commerce-2017-draft@1", "2016-01-01起"), (COMMERCE, "2017-01-01废止")] {
        let told = ask(&world, CITY, Question::Policies { name: name.to_owned() }).await;
        let row = told.rows.iter().find(|row| row[0] == "SW-B-06").unwrap();
        assert_eq!(row[4], state);
    }
    for node in [EASTERN, CITY] {
        let node = world.node(node);
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        assert_eq!(node.store.read().await.unwrap().projection_digest().await.unwrap(), before);
    }
}
