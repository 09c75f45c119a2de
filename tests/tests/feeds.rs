//! Departments' lists as registered sources: what comes, what is missing, and that nothing goes by accident (C-5, C-6).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::ops::Range;

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, jingmen};
use honghei_domain::act::FeedMode;
use honghei_domain::feed::FeedSource;
use honghei_domain::list::{Department, EffectiveDocument, ListEntry, ListKind};
use honghei_domain::permit::{Action, Countersigning, Role};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::engine::Submitted;
use honghei_registry::error::CommandError;
use honghei_registry::feed::Feed;
use honghei_registry::question::{Patient, Question, Told};

use crate::common::code;

const PROVINCE: &str = "420000-commerce";

fn tax() -> Department {
    Department("tax".to_owned())
}

/// The tax list: whole, black, every thirty days.
fn whole() -> FeedSource {
    FeedSource { mode: FeedMode::Full, every_days: 30, ..delta_source("tax", ListKind::Black, &tax()) }
}

async fn found(seed: u64) -> World {
    let mut world = World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap();
    world.appoint_officer(PROVINCE, "second", vec![Role::SecondApprover]).await.unwrap();
    world.register_feed(whole()).await.unwrap();
    world
}

fn rows(firms: impl IntoIterator<Item = u32>) -> Vec<ListEntry> {
    let row = |firm| ListEntry {
        recognised_on: Some(day("2017-09-01")),
        valid_to: Some(day("2020-09-01")),
        recognising_organ: "样例税务局".to_owned(),
        ..candidate(ListKind::Black, "420802", firm)
    };
    firms.into_iter().map(row).collect()
}

fn delivery(world: &World, entries: Vec<ListEntry>, unread: u64, agreed_exits: u64) -> Command {
    Command::ImportFeed {
        source: "tax".to_owned(),
        kind: ListKind::Black,
        department: tax(),
        mode: FeedMode::Full,
        as_of: world.today,
        entries,
        endings: Vec::new(),
        unread,
        account: None,
        agreed_exits,
    }
}

async fn deliver(world: &mut World, entries: Vec<ListEntry>) -> Result<(), CommandError> {
    world.pass_days(1).await?;
    world.act(PROVINCE, "clerk", delivery(world, entries, 0, 0)).await?;
    world.settle().await?;
    Ok(())
}

/// The same list, as of another day.
fn dated(mut delivery: Command, day: NaiveDate) -> Command {
    if let Command::ImportFeed { as_of, .. } = &mut delivery {
        *as_of = day;
    }
    delivery
}

async fn feed(world: &World, source: &str) -> Feed {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    honghei_registry::feed::read(&mut *tx, source).await.unwrap().unwrap()
}

async fn blacks(world: &World) -> u64 {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap();
    honghei_registry::desk::served::counts(&latest).unwrap().black
}

async fn alarms(world: &World) -> Vec<String> {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    tx.incidents(100).await.unwrap().into_iter().map(|row| row.code).collect()
}

async fn ask(world: &World, question: Question) -> Told {
    world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap()
}

/// The full recomparison and a rebuild find what stands there.
async fn assert_sound(world: &World) {
    let told = ask(world, Question::Recompare { every_row: false }).await;
    assert!(told.alarm.is_none(), "{told:?}");
    let node = world.node(PROVINCE);
    let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
    node.engine.rebuild(world.now()).await.unwrap();
    // What was compared before is compared again.
    world.settle().await.unwrap();
    let after = node.store.read().await.unwrap().projection_digest().await.unwrap();
    assert_eq!(before, after);
}

/// C-6: an import names a registered source and agrees with what was registered.
#[tokio::test]
async fn a_list_of_an_unregistered_source_or_of_another_kind_is_refused() {
    let world = found(1).await;
    let Command::ImportFeed { department, mode, as_of, entries, .. } = delivery(&world, rows(1..3), 0, 0) else {
        panic!("an import");
    };
    let other = |source: &str, kind| Command::ImportFeed {
        source: source.to_owned(),
        kind,
        department: department.clone(),
        mode,
        as_of,
        entries: entries.clone(),
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    };
    assert_eq!(code(world.act(PROVINCE, "clerk", other("court", ListKind::Black)).await), "FEED_UNREGISTERED");
    assert_eq!(code(world.act(PROVINCE, "clerk", other("tax", ListKind::Red)).await), "FEED_DIFFERS");
    let red = FeedSource { kind: ListKind::Red, ..whole() };
    assert_eq!(code(world.act(PROVINCE, "clerk", Command::RegisterFeed(red)).await), "FEED_DIFFERS");
    let again = world.act(PROVINCE, "clerk", Command::RegisterFeed(whole())).await;
    assert_eq!(code(again), "ALREADY_DONE");
    assert_eq!(code(world.act(PROVINCE, "head", Command::RegisterFeed(whole())).await), "NOT_PERMITTED");
    for name in ["", "Tax", "tax list", "税务", &"a".repeat(65)] {
        let misnamed = FeedSource { name: name.to_owned(), ..whole() };
        assert_eq!(code(world.act(PROVINCE, "clerk", Command::RegisterFeed(misnamed)).await), "FEED_NAME", "{name}");
    }
}

/// C-6: what stands follows the newest whole list, in whatever order lists come.
#[tokio::test]
async fn a_whole_list_older_than_the_last_is_refused_and_changes_nothing() {
    let mut world = found(10).await;
    world.pass_days(3).await.unwrap();
    world.act(PROVINCE, "clerk", delivery(&world, rows(1..31), 0, 0)).await.unwrap();
    world.settle().await.unwrap();
    // Neither an exit nor a new firm of the older list counts.
    let older = dated(delivery(&world, rows(2..32), 0, 1), world.today - chrono::Days::new(1));
    assert_eq!(code(world.act(PROVINCE, "clerk", older).await), "FEED_OUTDATED");
    assert_eq!((feed(&world, "tax").await.standing.len(), feed(&world, "tax").await.dropped), (30, 0));
    // A correction of the same day is no older list.
    world.act(PROVINCE, "clerk", delivery(&world, rows(2..32), 0, 0)).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!((feed(&world, "tax").await.standing.len(), feed(&world, "tax").await.dropped), (30, 1));
}

/// C-5, C-6: two of forty leave; what stays keeps its dates; what returns is a new listing.
#[tokio::test]
async fn what_a_whole_list_drops_within_the_guard_leaves_and_what_returns_is_listed_anew() {
    let mut world = found(2).await;
    deliver(&mut world, rows(1..41)).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 40);
    deliver(&mut world, rows(1..39)).await.unwrap();
    assert_eq!((feed(&world, "tax").await.standing.len(), feed(&world, "tax").await.dropped), (38, 2));
    assert_sound(&world).await;
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 38, "the two left with the next version");
    assert_sound(&world).await;
    deliver(&mut world, rows(1..40)).await.unwrap();
    let returned = feed(&world, "tax").await;
    assert_eq!((returned.standing.0.as_slice(), returned.taken), ([(1, 38), (41, 41)].as_slice(), 41));
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 39);
    assert_sound(&world).await;
    let key = honghei_domain::subject_key::SubjectKey::of(&rows(5..6).pop().unwrap().subject);
    let told = ask(&world, Question::Why { key }).await;
    assert!(told.sentences.iter().any(|sentence| sentence.contains("2017-09-01")), "{told:?}");
}

/// C-5: a list cut in half removes nobody unless two officers say so.
#[tokio::test]
async fn a_list_cut_in_half_removes_nobody_unless_two_officers_sign() {
    let mut world = found(3).await;
    deliver(&mut world, rows(1..41)).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(code(deliver(&mut world, rows(1..21)).await), "FEED_TRUNCATED");
    assert_eq!(code(deliver(&mut world, Vec::new()).await), "FEED_EMPTY");
    let standing = async |world: &World| feed(world, "tax").await.standing.len();
    assert_eq!(standing(&world).await, 40);
    // One row is missing and one could not be read: it may be that one.
    let damaged = delivery(&world, rows(1..40), 1, 0);
    assert_eq!(code(world.act(PROVINCE, "clerk", damaged).await), "FEED_TRUNCATED");
    let whole_again = delivery(&world, rows(1..41), 1, 0);
    world.act(PROVINCE, "clerk", whole_again).await.unwrap();
    world.settle().await.unwrap();
    world.pass_days(1).await.unwrap();
    let signed = world.sign(PROVINCE, "clerk", delivery(&world, rows(1..21), 0, 20)).await.unwrap();
    let Submitted::Waiting { id, missing } = signed else { panic!("written under one signature") };
    assert_eq!(missing, [Countersigning { action: Action::ApproveMassChange, people: 1 }]);
    assert_eq!(standing(&world).await, 40);
    world.countersign(PROVINCE, "second", &id).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(standing(&world).await, 20);
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 20);
    assert_sound(&world).await;
}

/// C-5, C-6: a late delivery is an alarm and removes nobody; an unchanged one in time is none.
#[tokio::test]
async fn a_late_delivery_is_an_alarm_once_and_removes_nobody() {
    let mut world = found(4).await;
    deliver(&mut world, rows(1..11)).await.unwrap();
    world.publish().await.unwrap();
    world.pass_days(30).await.unwrap();
    assert!(!alarms(&world).await.contains(&"FEED_LATE".to_owned()));
    world.act(PROVINCE, "clerk", delivery(&world, rows(1..11), 0, 0)).await.unwrap();
    world.settle().await.unwrap();
    world.pass_days(35).await.unwrap();
    assert_eq!(alarms(&world).await.iter().filter(|code| *code == "FEED_LATE").count(), 1);
    let told = ask(&world, Question::Feeds).await;
    assert_eq!(told.rows[0].last().unwrap(), "逾期");
    assert_eq!((feed(&world, "tax").await.standing.len(), blacks(&world).await), (10, 10));
    assert_sound(&world).await;
}

/// C-6: of a list that reports changes nobody is missing.
#[tokio::test]
async fn a_list_of_changes_drops_nobody() {
    let world = found(5).await;
    let firms = |firms: Range<u32>| firms.map(|firm| candidate(ListKind::Black, "420802", firm)).collect();
    world.feed("court", ListKind::Black, day("2017-10-01"), firms(1..31)).await.unwrap();
    world.feed("court", ListKind::Black, day("2017-10-01"), firms(30..32)).await.unwrap();
    let court = feed(&world, "court").await;
    assert_eq!((court.standing.len(), court.dropped), (31, 0));
}

/// How many entries of the court's list stand at the province, and how many left.
async fn court(world: &World) -> (u64, u64) {
    let feed = feed(world, "court").await;
    (feed.standing.len(), feed.dropped)
}

/// C-6: what a list of changes says of an entry takes the place of what it said before, else the old row would still harm.
#[tokio::test]
async fn a_list_of_changes_corrects_what_it_said_under_the_same_document() {
    let world = found(7).await;
    let reds = (1..4).map(|firm| candidate(ListKind::Red, "420802", firm)).collect();
    world.feed("tax-red", ListKind::Red, day("2017-09-01"), reds).await.unwrap();
    let black = |firm| candidate(ListKind::Black, "420802", firm);
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![black(1), black(2)]).await.unwrap();
    // The first was over on its own day; of the second another document says something else; nothing new of the third.
    let over = ListEntry { valid_to: Some(day("2017-10-31")), ..black(1) };
    let mut another = ListEntry { valid_to: Some(day("2017-10-31")), ..black(2) };
    another.document =
        another.document.map(|document| EffectiveDocument { number: "另案〔2017〕2号".to_owned(), ..document });
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![over.clone(), another]).await.unwrap();
    assert_eq!(court(&world).await, (3, 1));
    world.publish().await.unwrap();
    let served = world.served().await.unwrap();
    assert!(served.values().all(|served| served.as_ref().unwrap().0 == 1));
    let why = |firm| Question::Why { key: SubjectKey::of(&candidate(ListKind::Red, "420802", firm).subject) };
    for (firm, falls) in [(1, false), (2, true), (3, false)] {
        let told = world.node(PROVINCE).engine.ask(world.now(), &why(firm), &Patient).await.unwrap();
        let fell = told.sentences.iter().any(|said| said.contains("冲突而删除"));
        assert_eq!(fell, falls, "firm {firm}: {:?}", told.sentences);
    }
    // The same row again corrects nothing; nor does it leave twice.
    let again = world.feed("court", ListKind::Black, day("2017-10-01"), vec![over]).await;
    assert_eq!(court(&world).await, (3, 1), "{again:?}");
    world.assert_recompares().await.unwrap();
}

/// C-2, R-029: what awaits comparison lets no version be cut and no list be read against what stands.
#[tokio::test]
async fn nothing_is_published_or_imported_while_an_arrival_awaits_comparison() {
    let world = found(8).await;
    let blacks = vec![candidate(ListKind::Black, "420802", 1)];
    world.register_feed(delta_source("court", ListKind::Black, &Department("court".to_owned()))).await.unwrap();
    world.import("court", ListKind::Black, day("2017-10-01"), blacks.clone()).await.unwrap();
    assert_eq!(code(world.publish().await), "COMPARISON_OUTSTANDING");
    assert_eq!(
        code(world.import("court", ListKind::Black, day("2017-10-01"), blacks.clone()).await),
        "COMPARISON_OUTSTANDING"
    );
    assert_eq!(code(world.act(PROVINCE, "clerk", delivery(&world, rows(1..3), 0, 0)).await), "COMPARISON_OUTSTANDING");
    world.sweep(PROVINCE).await.unwrap();
    assert_eq!(code(world.import("court", ListKind::Black, day("2017-10-01"), blacks).await), "ALREADY_DONE");
    world.publish().await.unwrap();
    let early = dated(delivery(&world, rows(1..3), 0, 0), world.today + chrono::Days::new(1));
    assert_eq!(code(world.act(PROVINCE, "clerk", early).await), "FEED_FROM_FUTURE");
}

/// C-7: a list says since when an entry is gone; nobody knew before the list came.
#[tokio::test]
async fn an_entry_that_a_later_list_no_longer_has_was_listed_for_whoever_asked_before_the_list_came() {
    let mut world = found(9).await;
    deliver(&mut world, rows(1..31)).await.unwrap();
    world.publish().await.unwrap();
    world.turn_to(day("2017-12-20")).await.unwrap();
    let late = dated(delivery(&world, rows(2..31), 0, 1), day("2017-12-01"));
    world.act(PROVINCE, "clerk", late).await.unwrap();
    world.settle().await.unwrap();
    let key = SubjectKey::of(&candidate(ListKind::Black, "420802", 1).subject);
    for (on, known_on, listed) in [
        ("2017-11-30", "2017-12-20", true),
        ("2017-12-10", "2017-12-19", true),
        ("2017-12-10", "2017-12-20", false),
        ("2017-12-20", "2017-12-20", false),
    ] {
        let (on, known_on) = (day(on), day(known_on));
        let question = Question::Was { key: key.clone(), kind: ListKind::Black, on, known_on };
        let told = world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap();
        let said = if listed { format!("于{on}在黑名单上") } else { format!("于{on}不在黑名单上") };
        assert!(told.sentences[0].contains(&said), "{on} as known on {known_on}: {:?}", told.sentences);
    }
}
