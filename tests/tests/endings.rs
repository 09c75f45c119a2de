//! A source's own word that an entry ended: what it ends, what it does not, and that saying it twice changes nothing (C-6).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::ops::Range;

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, jingmen};
use honghei_domain::act::{Act, FeedMode};
use honghei_domain::feed::FeedSource;
use honghei_domain::list::{CaseSet, Department, ListEntry, ListKind, SubjectForm};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, Countersigning, Role};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::engine::Submitted;
use honghei_registry::entry::Entry;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question};

use crate::common::code;

const PROVINCE: &str = "420000-commerce";

/// A federation with a black list of changes of the court and a whole black list of the tax office.
async fn found(seed: u64) -> World {
    let mut world = World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap();
    world.appoint_officer(PROVINCE, "second", vec![Role::SecondApprover]).await.unwrap();
    for (name, mode) in [("court", FeedMode::Delta), ("tax", FeedMode::Full)] {
        let source = delta_source(name, ListKind::Black, &Department(name.to_owned()));
        world.register_feed(FeedSource { mode, ..source }).await.unwrap();
    }
    world
}

fn row(firm: u32) -> ListEntry {
    ListEntry {
        recognised_on: Some(day("2017-09-01")),
        recognising_organ: "样例部门".to_owned(),
        ..candidate(ListKind::Black, "420802", firm)
    }
}

fn rows(firms: Range<u32>) -> Vec<ListEntry> {
    firms.map(row).collect()
}

/// A delivery of a source as of today.
fn delivery(world: &World, source: &str, entries: Vec<ListEntry>, endings: Vec<ListEntry>) -> Command {
    Command::ImportFeed {
        source: source.to_owned(),
        kind: ListKind::Black,
        department: Department(source.to_owned()),
        mode: if source == "tax" { FeedMode::Full } else { FeedMode::Delta },
        as_of: world.today,
        entries,
        endings,
        unread: 0,
        account: None,
        agreed_exits: 0,
    }
}

/// The same delivery as of another day, with unread rows and agreed exits.
fn with(mut delivery: Command, on: NaiveDate, unread_rows: u64, agreed: u64) -> Command {
    if let Command::ImportFeed { as_of, unread, agreed_exits, .. } = &mut delivery {
        (*as_of, *unread, *agreed_exits) = (on, unread_rows, agreed);
    }
    delivery
}

async fn take(world: &World, delivery: Command) -> Result<EntryRef, CommandError> {
    let taken = world.act(PROVINCE, "clerk", delivery).await?;
    world.settle().await?;
    Ok(taken)
}

/// What an import says left, and what of that its source revoked.
async fn left(world: &World, import: &EntryRef) -> (CaseSet, CaseSet) {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let entry = Entry::read(&tx.entry(import).await.unwrap().unwrap()).unwrap().unwrap();
    let Act::FeedImported { gone, revoked, .. } = entry.act() else { panic!("an import") };
    (gone.clone(), revoked.clone())
}

/// Rows of a source that stand, and that left.
async fn stands(world: &World, source: &str) -> (u64, u64) {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let feed = honghei_registry::feed::read(&mut *tx, source).await.unwrap().unwrap();
    (feed.standing.len(), feed.dropped)
}

async fn blacks(world: &World) -> u64 {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap();
    honghei_registry::desk::served::counts(&latest).unwrap().black
}

fn only(number: u64) -> CaseSet {
    CaseSet::from_numbers([number])
}

/// The audit and a rebuild at every node find what stands there.
async fn assert_sound(world: &World) {
    world.assert_recompares().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// C-6: the black ends, its red need fall no longer, and every node that mirrors the result comes to the same.
#[tokio::test]
async fn a_list_of_changes_ends_what_it_listed() {
    let mut world = found(1).await;
    take(&world, delivery(&world, "court", rows(1..4), Vec::new())).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 3);
    world.pass_days(1).await.unwrap();
    let word = || vec![row(2)];
    let import = take(&world, delivery(&world, "court", Vec::new(), word())).await.unwrap();
    assert_eq!(left(&world, &import).await, (only(2), only(2)));
    assert_eq!(stands(&world, "court").await, (2, 1));
    assert_sound(&world).await;
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 2);
    let served = world.served().await.unwrap();
    let roots: std::collections::BTreeSet<_> = served.values().map(|served| served.as_ref().unwrap()).collect();
    assert_eq!(roots.len(), 1, "every node serves the same");
    assert_sound(&world).await;
    let reds = vec![candidate(ListKind::Red, "420802", 2)];
    world.feed("honours", ListKind::Red, day("2017-09-01"), reds).await.unwrap();
    world.publish().await.unwrap();
    let key = SubjectKey::of(&row(2).subject);
    let asked = Question::Was { key, kind: ListKind::Red, on: world.today, known_on: world.today };
    let told = world.node(PROVINCE).engine.ask(world.now(), &asked, &Patient).await.unwrap();
    assert!(told.sentences[0].contains(&format!("于{}在红名单上", world.today)), "{:?}", told.sentences);

    // Said again nothing is left to end: the same day it is known, later it is a delivery that changes nothing.
    assert_eq!(code(take(&world, delivery(&world, "court", Vec::new(), word())).await), "ALREADY_DONE");
    world.pass_days(1).await.unwrap();
    let again = take(&world, delivery(&world, "court", Vec::new(), word())).await.unwrap();
    assert_eq!(left(&world, &again).await, (CaseSet::default(), CaseSet::default()));
    assert_eq!(stands(&world, "court").await, (2, 1));
    assert_sound(&world).await;
}

/// C-6: an ending is of one source, one document of one issuer, and one firm.
#[tokio::test]
async fn a_row_ends_neither_another_firms_entry_nor_another_sources() {
    let world = found(2).await;
    take(&world, delivery(&world, "court", rows(1..4), Vec::new())).await.unwrap();
    take(&world, delivery(&world, "tax", rows(3..5), Vec::new())).await.unwrap();
    let document = |change: fn(&mut honghei_domain::list::EffectiveDocument)| {
        let mut ending = row(1);
        ending.document.as_mut().map(change).unwrap();
        ending
    };
    let mut of_another = row(2);
    of_another.document = row(1).document;
    let mut without_code = row(1);
    without_code.subject.uscc = None;
    let harmless = vec![
        of_another,
        without_code,
        document(|document| document.number = "样例〔2017〕99号".to_owned()),
        document(|document| document.issuer = "另一机关".to_owned()),
        document(|document| document.number = String::new()),
        ListEntry { document: None, ..row(1) },
        // The tax office listed it, the court did not.
        row(4),
    ];
    let import = take(&world, delivery(&world, "court", vec![row(9)], harmless)).await.unwrap();
    assert_eq!(left(&world, &import).await, (CaseSet::default(), CaseSet::default()));
    // What two sources listed alike ends with the one that says so.
    take(&world, delivery(&world, "court", Vec::new(), vec![row(3)])).await.unwrap();
    assert_eq!((stands(&world, "court").await, stands(&world, "tax").await), ((3, 1), (2, 0)));
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 5, "1, 2 and 9 of the court, 3 and 4 of the tax office");
    assert_sound(&world).await;
}

/// C-6, AMB-13: of two persons of one name under one document a name cannot say which is meant.
#[tokio::test]
async fn a_name_that_two_persons_bear_ends_neither() {
    let world = found(3).await;
    let person = |name: &str, until: Option<NaiveDate>| {
        let mut entry = ListEntry { valid_to: until, ..row(1) };
        (entry.subject.form, entry.subject.uscc) = (SubjectForm::NaturalPerson, None);
        entry.subject.name = name.to_owned();
        entry
    };
    let both = vec![person("样例某", None), person("样例某", Some(day("2020-01-01"))), person("样例乙", None)];
    take(&world, delivery(&world, "court", both, Vec::new())).await.unwrap();
    let endings = vec![person("样例某", None), person("样例乙", None)];
    let import = take(&world, delivery(&world, "court", Vec::new(), endings)).await.unwrap();
    assert_eq!(left(&world, &import).await.1, only(3));
    assert_eq!(stands(&world, "court").await, (2, 1));
}

/// C-5: more than ten endings in one list of changes need a second officer.
#[tokio::test]
async fn many_endings_at_once_leave_with_two_signatures() {
    let world = found(4).await;
    take(&world, delivery(&world, "court", rows(1..21), Vec::new())).await.unwrap();
    let many = || delivery(&world, "court", Vec::new(), rows(1..12));
    assert_eq!(code(take(&world, many()).await), "FEED_TRUNCATED");
    assert_eq!(stands(&world, "court").await, (20, 0));
    let agreed = with(many(), world.today, 0, 11);
    let signed = world.sign(PROVINCE, "clerk", agreed).await.unwrap();
    let Submitted::Waiting { id, missing } = signed else { panic!("written under one signature") };
    assert_eq!(missing, [Countersigning { action: Action::ApproveMassChange, people: 1 }]);
    world.countersign(PROVINCE, "second", &id).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(stands(&world, "court").await, (9, 11));
    // Nine leave on one.
    take(&world, delivery(&world, "court", vec![row(30)], rows(12..21))).await.unwrap();
    assert_eq!(stands(&world, "court").await, (1, 20));
    assert_sound(&world).await;
}

/// C-5, C-6: a revoked row of a whole list was understood: its firm leaves as any that the list no longer holds, asked for
/// only where the guard would ask anyhow.
#[tokio::test]
async fn a_whole_list_may_hold_revoked_rows_and_still_drop_rows_unasked() {
    let mut world = found(5).await;
    take(&world, delivery(&world, "tax", rows(1..41), Vec::new())).await.unwrap();
    world.pass_days(1).await.unwrap();
    let today = world.today;
    // One row could not be read: it may be the one that is missing.
    let damaged = with(delivery(&world, "tax", rows(1..40), vec![row(40)]), today, 1, 0);
    assert_eq!(code(take(&world, damaged).await), "FEED_TRUNCATED");
    assert_eq!(code(take(&world, delivery(&world, "tax", rows(1..36), rows(36..41))).await), "FEED_TRUNCATED");
    assert_eq!(code(take(&world, delivery(&world, "tax", Vec::new(), rows(1..41))).await), "FEED_EMPTY");
    assert_eq!(stands(&world, "tax").await, (40, 0));
    // 40 is revoked, 39 is simply no longer there; of 38 a row says that it stands, and that counts.
    let import = take(&world, delivery(&world, "tax", rows(1..39), vec![row(40), row(38)])).await.unwrap();
    assert_eq!(left(&world, &import).await, (CaseSet::from_numbers([39, 40]), only(40)));
    assert_eq!(stands(&world, "tax").await, (38, 2));
    // Sources repeat their revoked rows in every list.
    world.pass_days(1).await.unwrap();
    let next = take(&world, delivery(&world, "tax", rows(1..39), vec![row(40)])).await.unwrap();
    assert_eq!(left(&world, &next).await, (CaseSet::default(), CaseSet::default()));
    world.publish().await.unwrap();
    assert_eq!(blacks(&world).await, 38);
    assert_sound(&world).await;
}

/// C-6: of two lists of changes the later day's counts, in whatever order they come.
#[tokio::test]
async fn an_old_list_brought_once_more_neither_lists_nor_ends_anybody() {
    let mut world = found(6).await;
    let (first, listed) = (world.today, delivery(&world, "court", rows(1..3), Vec::new()));
    take(&world, listed.clone()).await.unwrap();
    world.pass_days(1).await.unwrap();
    let (second, ended) = (world.today, delivery(&world, "court", Vec::new(), vec![row(1)]));
    take(&world, ended.clone()).await.unwrap();
    assert_eq!(code(take(&world, listed).await), "ALREADY_DONE");
    let old = take(&world, with(delivery(&world, "court", rows(1..4), Vec::new()), first, 0, 0)).await.unwrap();
    assert_eq!(left(&world, &old).await, (CaseSet::default(), CaseSet::default()));
    assert_eq!(stands(&world, "court").await, (2, 1), "the second and the third firm");
    // The ending fell: the court lists the firm again, of a later day. Its old word ends nothing of that.
    world.pass_days(1).await.unwrap();
    take(&world, delivery(&world, "court", vec![row(1)], Vec::new())).await.unwrap();
    assert_eq!(stands(&world, "court").await, (3, 1));
    assert_eq!(code(take(&world, with(ended, second, 0, 0)).await), "ALREADY_DONE");
    assert_eq!(stands(&world, "court").await, (3, 1));
    // Its new word does.
    take(&world, delivery(&world, "court", Vec::new(), vec![row(1)])).await.unwrap();
    assert_eq!(stands(&world, "court").await, (2, 2));
    assert_sound(&world).await;
}

/// AMB-07: a list that is only for reference ends its rows the same way.
#[tokio::test]
async fn an_external_list_of_changes_ends_its_own_rows() {
    let world = found(7).await;
    let source = delta_source("abroad", ListKind::Black, &Department("abroad".to_owned()));
    world.register_feed(FeedSource { reference: Some(5), ..source }).await.unwrap();
    take(&world, delivery(&world, "abroad", rows(1..4), Vec::new())).await.unwrap();
    let mut foreign = row(2);
    foreign.document.as_mut().unwrap().issuer = "另一机关".to_owned();
    let import = take(&world, delivery(&world, "abroad", vec![row(4)], vec![row(1), foreign])).await.unwrap();
    assert_eq!(left(&world, &import).await, (only(1), only(1)));
    assert_eq!(stands(&world, "abroad").await, (3, 1));
    assert_eq!(code(take(&world, delivery(&world, "abroad", Vec::new(), vec![row(1)])).await), "ALREADY_DONE");
    world.assert_rebuilds().await.unwrap();
}
