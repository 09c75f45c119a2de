//! What a rehearsal shows is what happens after signing, and it leaves nothing behind (F-P12); what a new version of a
//! policy calls for is drafted, rehearsed and done in one go (F-P11).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::sync::Arc;

use federation::simulation::rehearsal::{difference, rest};
use federation::simulation::rehearse_many;
use federation::world::entries::candidate;
use federation::world::steps::delta_source;
use federation::world::{World, WorldNode, jingmen};
use honghei_domain::act::{CollectionChannel, FeedMode, OfficerId};
use honghei_domain::directory::{Directory, ReferenceDocument};
use honghei_domain::list::{CaseSet, CriterionCode, Department, ListEntry, ListKind};
use honghei_domain::permit::{Action, Role};
use honghei_domain::policy::shipped;
use honghei_registry::command::Command;
use honghei_registry::desk::recognition::impact;
use honghei_registry::engine::{Script, Submitted};
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question};
use honghei_registry::rehearsal::{Difference, Rehearsal};
use honghei_store::{SqlStore, Store};

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const EASTERN: &str = "420802-commerce";
const COMMERCE: &str = "jm-commerce-2017-draft";

/// Seeds unless `HONGHEI_SEEDS` says otherwise.
const SEEDS: u64 = 16;

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), "2017-11-06".parse().unwrap()).await.unwrap()
}

/// All that a rehearsal must not change.
pub async fn portrait(node: &WorldNode) -> String {
    let mut tx = node.store.read().await.unwrap();
    let incidents = tx.incidents(1_000).await.unwrap().len();
    format!("{:?} {:?} {incidents}", tx.heads().await.unwrap(), tx.projection_digest().await.unwrap())
}

/// Rehearses and sees to it that nothing is left behind.
pub async fn rehearse(world: &World, node: &str, officer: &str, script: Script<'_>) -> Result<Rehearsal, CommandError> {
    let node = world.node(node);
    let before = portrait(node).await;
    let told = node.engine.rehearse(world.now(), &OfficerId(officer.to_owned()), script).await;
    assert_eq!(portrait(node).await, before, "a rehearsal leaves nothing behind");
    told
}

/// What an officer's act changes at his node, seen from outside.
pub async fn really(world: &World, node: &str, officer: &str, command: Command) -> Difference {
    let node = world.node(node);
    let mut before = node.store.read().await.unwrap();
    node.act(world.now(), officer, &command).await.unwrap();
    rest(world, node).await.unwrap();
    let mut after = node.store.read().await.unwrap();
    difference(world, node, &mut *before, &mut *after).await.unwrap()
}

fn collect(entries: Vec<ListEntry>) -> Command {
    let (channel, source) = (CollectionChannel::Enforcement, "样例.csv".to_owned());
    Command::Collect { channel, source, entries: entries.into(), account: None }
}

/// A delta of the court's red or black list.
pub fn court(entries: Vec<ListEntry>, kind: ListKind, world: &World) -> Command {
    let row = |entry| ListEntry {
        recognised_on: Some("2017-09-01".parse().unwrap()),
        recognising_organ: "样例法院".to_owned(),
        ..entry
    };
    Command::ImportFeed {
        source: format!("court-{}", if kind == ListKind::Red { "red" } else { "black" }),
        kind,
        department: Department("court".to_owned()),
        mode: FeedMode::Delta,
        as_of: world.today,
        entries: entries.into_iter().map(row).collect(),
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    }
}

/// Publishes what was compared.
pub fn publish() -> Command {
    Command::PublishResult { agreed_removal_percent: None }
}

/// Registers both lists of the court.
pub async fn register_courts(world: &World) {
    for (name, kind) in [("court-red", ListKind::Red), ("court-black", ListKind::Black)] {
        world.register_feed(delta_source(name, kind, &Department("court".to_owned()))).await.unwrap();
    }
}

pub fn firms(kind: ListKind, firms: impl IntoIterator<Item = u32>) -> Vec<ListEntry> {
    firms.into_iter().map(|firm| candidate(kind, "420802", firm)).collect()
}

/// F-P12: in random histories of every office, each command is rehearsed, then done with its officers' signatures on a
/// copy of the node's disk; the two differences are one, refusals are the same, and the node is as it was.
#[test]
fn f_p12_a_rehearsed_difference_is_the_one_that_comes_about() {
    let seeds = std::env::var("HONGHEI_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    let first = std::env::var("HONGHEI_FIRST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    match rehearse_many(first, seeds) {
        Ok(answers) => {
            println!("{seeds} histories: {answers:?}");
            let often = |answer| answers.get(answer).copied().unwrap_or(0);
            assert!(seeds < SEEDS || often("written") > 100 && often("published") > 5 && often("refused") > 50);
        }
        Err(failure) => panic!("{failure}"),
    }
}

/// F-P12 (a): a county sees which cases a batch brings and which deadlines a step starts, before it signs.
#[tokio::test]
async fn f_p12_a_county_sees_its_cases_and_deadlines_beforehand() {
    let world = found(51).await;
    let batch = collect([firms(ListKind::Red, 1..4), firms(ListKind::Black, 4..6)].concat());
    let told = rehearse(&world, EASTERN, "clerk", Script::Commands(std::slice::from_ref(&batch))).await.unwrap();
    assert_eq!(told.stages.len(), 1);
    let cases: Vec<_> = told.stages[0].difference.rows.iter().filter(|row| row.matter == "案件").collect();
    assert_eq!(cases.len(), 5);
    assert!(cases.iter().all(|row| row.before.is_empty() && row.after == "初选" && !row.name.is_empty()));
    let happened = really(&world, EASTERN, "clerk", batch).await;
    assert_eq!(happened, told.stages[0].difference);
    assert_eq!(happened.digest(), told.digest());

    let notice = Command::ServeNotice {
        cases: CaseSet::default(),
        method: "直接送达".to_owned(),
        served_on: world.today,
        proof: "送达回证".to_owned(),
    };
    let told = rehearse(&world, EASTERN, "clerk", Script::Commands(std::slice::from_ref(&notice))).await.unwrap();
    let rows = &told.stages[0].difference.rows;
    assert!(rows.iter().any(|row| row.matter == "期限" && row.of.starts_with("D-16") && row.before.is_empty()));
    assert!(rows.iter().any(|row| row.matter == "案件" && row.before == "初选" && row.after == "已告知"));
    let shown = told.stages[0].told(3);
    assert!(shown.rows.len() == 3 && shown.sentences.iter().any(|said| said.contains(&told.digest())));
    assert_eq!(really(&world, EASTERN, "clerk", notice).await, told.stages[0].difference);

    // What would be refused is refused, and who may not act may not rehearse.
    let early = Command::Certify { kind: ListKind::Black, cases: None, opinion: "同意".to_owned() };
    let script = Script::Commands(std::slice::from_ref(&early));
    let rehearsed = rehearse(&world, EASTERN, "head", script).await.unwrap_err();
    let refused = world.act(EASTERN, "head", early.clone()).await.unwrap_err();
    assert_eq!(rehearsed.code(), refused.code());
    let denied = rehearse(&world, EASTERN, "clerk", Script::Commands(std::slice::from_ref(&early))).await.unwrap_err();
    assert!(matches!(denied, CommandError::Denied(_)), "{denied:?}");
}

/// F-P12 (b): the province sees which reds a department's blacks would remove and what the next version would say; on
/// SQLite.
#[tokio::test]
async fn f_p12_a_province_sees_which_reds_would_fall_before_it_imports() {
    let folder = tempfile::tempdir().unwrap();
    let url = |node: &str| format!("sqlite://{}/{node}.db", folder.path().display());
    let store = async |node: &honghei_domain::node::NodeId| {
        Arc::new(SqlStore::open(&url(node.as_str()), true).await.unwrap()) as Arc<dyn Store>
    };
    let world = World::found(52, &jingmen()[..3], "2017-11-06".parse().unwrap(), store).await.unwrap();
    register_courts(&world).await;
    let reds = court(firms(ListKind::Red, 1..6), ListKind::Red, &world);
    let told = rehearse(&world, PROVINCE, "clerk", Script::Commands(std::slice::from_ref(&reds))).await.unwrap();
    assert_eq!(told.stages.len(), 2);
    assert_eq!(really(&world, PROVINCE, "clerk", reds).await, told.stages[0].difference);
    assert_eq!(told.stages[1].difference.compared().listed, 5);
    assert_eq!(really(&world, PROVINCE, "head", publish()).await, told.stages[1].difference);

    // One at a time: each takes one of the database's readers for as long as it runs.
    let node = world.node(PROVINCE);
    let (id, again) = (OfficerId("clerk".to_owned()), [court(firms(ListKind::Red, 6..8), ListKind::Red, &world)]);
    let rehearse_again = || node.engine.rehearse(world.now(), &id, Script::Commands(&again));
    let (one, other) = tokio::join!(rehearse_again(), rehearse_again());
    assert_eq!(other.unwrap_err().code(), "REHEARSAL_BUSY");
    assert_eq!(one.unwrap().stages[1].difference.compared().listed, 2);

    let mut blacks = firms(ListKind::Black, [2, 3, 4, 9]);
    blacks[2].document.as_mut().unwrap().under_appeal = true;
    let blacks = court(blacks, ListKind::Black, &world);
    let told = rehearse(&world, PROVINCE, "clerk", Script::Commands(std::slice::from_ref(&blacks))).await.unwrap();
    let version = &told.stages[1].difference;
    let compared = version.compared();
    assert_eq!((compared.removed, compared.held, compared.listed), (2, 1, 4));
    let fallen = version.rows.iter().find(|row| row.matter == "比对结论").unwrap();
    assert!(fallen.after.contains("因黑名单420000-commerce#") && fallen.name.starts_with("样例"), "{fallen:?}");
    assert_eq!(really(&world, PROVINCE, "clerk", blacks).await, told.stages[0].difference);
    // The version alone, rehearsed after the import, is the second stage of what was rehearsed before it.
    let alone = rehearse(&world, PROVINCE, "head", Script::Commands(&[publish()])).await.unwrap();
    assert_eq!(alone.stages[0].difference, *version);
    assert_eq!(alone.digest(), version.digest());
    assert_eq!(really(&world, PROVINCE, "head", publish()).await, *version);
}

/// F-P12, C-5: a rehearsal says beforehand that a guard will ask for consent and a second signature, and shows what it
/// guards.
#[tokio::test]
async fn f_p12_a_guard_is_announced_and_what_it_guards_is_shown() {
    let mut world = found(53).await;
    world.appoint_officer(PROVINCE, "second", vec![Role::SecondApprover]).await.unwrap();
    register_courts(&world).await;
    world.act(PROVINCE, "clerk", court(firms(ListKind::Red, 1..80), ListKind::Red, &world)).await.unwrap();
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    let blacks = court(firms(ListKind::Black, 1..70), ListKind::Black, &world);
    let told = rehearse(&world, PROVINCE, "clerk", Script::Commands(std::slice::from_ref(&blacks))).await.unwrap();
    let version = &told.stages[1];
    assert!(version.sentences.iter().any(|said| said.contains("防护提示")), "{:?}", version.sentences);
    assert!(version.demands.iter().any(|demand| demand.action == Action::ApproveMassChange), "{:?}", version.demands);
    assert_eq!(version.difference.compared().removed, 69);

    assert_eq!(really(&world, PROVINCE, "clerk", blacks).await, told.stages[0].difference);
    let node = world.node(PROVINCE);
    let mut before = node.store.read().await.unwrap();
    assert_eq!(node.act(world.now(), "head", &publish()).await.unwrap_err().code(), "MASS_CHANGE_GUARD");
    let agreed = Command::PublishResult { agreed_removal_percent: Some(100) };
    let Submitted::Waiting { id, .. } = node.sign(world.now(), "head", &agreed).await.unwrap() else {
        panic!("a mass removal needs a second signature")
    };
    node.countersign(world.now(), "second", &id).await.unwrap();
    rest(&world, node).await.unwrap();
    let mut after = node.store.read().await.unwrap();
    let happened = difference(&world, node, &mut *before, &mut *after).await.unwrap();
    assert_eq!(happened, version.difference);
}

/// The next version of the commerce policy, in which a red and a black criterion are retired.
fn retired() -> String {
    let (_, text) = shipped()[0];
    let mut new = text.replacen("version = 1", "version = 2", 1);
    for code in ["SW-B-06", "SW-R-02"] {
        let (before, after) = new.split_once(&format!("code = \"{code}\"")).unwrap();
        let after =
            after.replacen("effective_from = 2016-01-01", "effective_from = 2016-01-01\nretired_on = 2017-11-01", 1);
        new = format!("{before}code = \"{code}\"{after}");
    }
    new
}

/// Two reds and two blacks of a county on the final list; one black rests on another criterion too.
async fn listed(seed: u64) -> World {
    let mut world = found(seed).await;
    let mut blacks = firms(ListKind::Black, [11, 12]);
    blacks[0].criteria = vec![CriterionCode("SW-B-06".to_owned())];
    blacks[1].criteria = ["SW-B-03", "SW-B-06"].map(|code| CriterionCode(code.to_owned())).to_vec();
    for (kind, entries) in [(ListKind::Black, blacks), (ListKind::Red, firms(ListKind::Red, [1, 2]))] {
        let list = world.send_up(EASTERN, kind, entries).await.unwrap();
        world.review(CITY, &list, Vec::new()).await.unwrap();
        world.pass_days(40).await.unwrap();
    }
    world.publish().await.unwrap();
    world
}

fn with_policy(world: &World, text: &str) -> Directory {
    let mut directory = Directory::clone(&world.directory);
    directory.version += 1;
    let (kind, name) = ("policy".to_owned(), COMMERCE.to_owned());
    directory.documents.push(ReferenceDocument { kind, name, version: 2, text: text.to_owned() });
    directory
}

/// F-P11, F-P12 (c), RX-10, BX-5: retiring criteria drafts the exits of the entries that lost their ground; rehearsed
/// before the policy is published, and again before the head signs them, they change what they then do.
#[tokio::test]
async fn f_p11_the_exits_that_a_policy_calls_for_are_rehearsed_and_done_in_one_go() {
    let mut world = listed(54).await;
    let text = retired();
    let node = world.node(EASTERN);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let drafted = impact::exits_of_text(&mut *tx, &cx, &text).await.unwrap();
    let found: Vec<_> = drafted.iter().map(|exit| (exit.case.to_string(), exit.code.as_str())).collect();
    let expected = [("420802-commerce#1", "BX-5"), ("420802-commerce#3", "RX-10"), ("420802-commerce#4", "RX-10")];
    assert_eq!(found, expected.map(|(case, code)| (case.to_owned(), code)));
    assert!(drafted.iter().all(|exit| exit.hindrance.is_none() && exit.reason.contains("2017-11-01")));
    // The province, which recognised none of them, finds them on the final list.
    let question = Question::PolicyImpact { text: text.replacen("review_days = 7 ", "review_days = 5 ", 1) };
    let told = world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap();
    let found: Vec<_> = told.rows.iter().map(|row| (row[0].as_str(), row[3].as_str())).collect();
    let others = [("420802-commerce#1", "BX-5"), ("420802-commerce#2", "")];
    assert_eq!(found, [others, [("420802-commerce#3", "RX-10"), ("420802-commerce#4", "RX-10")]].concat());
    assert!(told.sentences.iter().any(|said| said == "D-02 审核工作日：7→5"), "{:?}", told.sentences);
    let commands: Vec<Command> = drafted.iter().map(|exit| exit.command(None)).collect();
    drop(tx);

    // Before it is published: the directory, then the exits under it.
    let directory = with_policy(&world, &text);
    let told = rehearse(&world, EASTERN, "head", Script::Directory(&directory, &commands)).await.unwrap();
    assert_eq!(told.stages.len(), 2);
    let directory_rows = told.stages[0].difference.rows.clone();
    assert!(directory_rows.iter().any(|row| row.matter == "目录"), "{directory_rows:?}");
    let node = world.node(EASTERN);
    let mut before = node.store.read().await.unwrap();
    world.publish_policy(COMMERCE, 2, &text).await.unwrap();
    let node = world.node(EASTERN);
    let mut after = node.store.read().await.unwrap();
    assert_eq!(difference(&world, node, &mut *before, &mut *after).await.unwrap().rows, directory_rows);

    // Published: drafted anew from the directory, rehearsed, signed one after another by the head.
    let cx = node.engine.context(world.now()).await;
    let drafted = impact::exits(&mut *after, &cx, COMMERCE, &CaseSet::default()).await.unwrap();
    let again: Vec<Command> = drafted.iter().map(|exit| exit.command(None)).collect();
    assert_eq!(format!("{again:?}"), format!("{commands:?}"));
    let dry = rehearse(&world, EASTERN, "head", Script::Commands(&commands)).await.unwrap();
    assert_eq!(dry.stages[0].difference, told.stages[1].difference);
    let exited = dry.stages[0].difference.rows.iter().filter(|row| row.matter == "列入后").count();
    assert_eq!(exited, 3);
    let mut before = node.store.read().await.unwrap();
    for command in &commands {
        node.act(world.now(), "head", command).await.unwrap();
        rest(&world, node).await.unwrap();
    }
    let mut after = node.store.read().await.unwrap();
    let happened = difference(&world, node, &mut *before, &mut *after).await.unwrap();
    assert_eq!(happened, dry.stages[0].difference);
    assert_eq!(happened.digest(), dry.digest());
    // Done once: nothing is drafted any more, and a case can be named.
    assert!(impact::exits(&mut *after, &cx, COMMERCE, &CaseSet::default()).await.unwrap().is_empty());

    // The next version serves one black; a rebuild of the county finds the same.
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    for node in [EASTERN, PROVINCE] {
        let node = world.node(node);
        let before = portrait(node).await;
        node.engine.rebuild(world.now()).await.unwrap();
        assert_eq!(portrait(node).await, before);
    }
}

/// F-P12 (c), D-01: a new working-day notice moves the running deadlines that its rehearsal says it moves.
#[tokio::test]
async fn f_p12_a_calendar_moves_the_deadlines_that_its_rehearsal_names() {
    let mut world = found(55).await;
    world.turn_to("2017-12-18".parse().unwrap()).await.unwrap();
    world.collect(EASTERN, firms(ListKind::Red, 1..3)).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    let mut directory = Directory::clone(&world.directory);
    directory.version += 1;
    let calendar = directory.documents.iter_mut().find(|document| document.kind == "calendar").unwrap();
    // The same calendar with the New Year's holiday of 2018 a day later.
    let moved = calendar.text.replacen("\"元旦 01-01\", \"春节 02-15", "\"元旦 01-02\", \"春节 02-15", 1);
    assert_ne!(moved, calendar.text);
    calendar.text = moved.clone();
    let told = rehearse(&world, EASTERN, "head", Script::Directory(&directory, &[])).await.unwrap();
    let node = world.node(EASTERN);
    let mut before = node.store.read().await.unwrap();
    world.publish_calendar(&moved).await.unwrap();
    let node = world.node(EASTERN);
    let mut after = node.store.read().await.unwrap();
    let happened = difference(&world, node, &mut *before, &mut *after).await.unwrap();
    assert_eq!(happened.rows, told.stages[0].difference.rows);
    assert!(happened.rows.iter().any(|row| row.matter == "期限" && row.before != row.after), "{:?}", happened.rows);
}
