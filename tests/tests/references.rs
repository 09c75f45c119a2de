//! External reference lists: they remove nobody; a red that meets a row by a code or a name is noticed to its recogniser,
//! whose answer is tracked (AMB-07, AMB-13, C-6).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, jingmen};
use honghei_domain::act::FeedMode;
use honghei_domain::feed::FeedSource;
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber};
use honghei_domain::list::{Department, ListEntry, ListKind, Subject, SubjectForm};
use honghei_domain::listing::ListingCommand;
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question, Told};

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const EASTERN: &str = "420802-commerce";
const SOURCE: &str = "court-national";

fn court() -> Department {
    Department("court".to_owned())
}

/// A national list, whole at every delivery; recognisers answer within five working days.
fn reference() -> FeedSource {
    FeedSource { mode: FeedMode::Full, reference: Some(5), ..delta_source(SOURCE, ListKind::Black, &court()) }
}

async fn found() -> World {
    let world = World::in_memory(9, &jingmen(), day("2017-11-06")).await.unwrap();
    world.register_feed(reference()).await.unwrap();
    world
}

fn rows(firms: impl IntoIterator<Item = u32>) -> Vec<ListEntry> {
    let row = |firm| ListEntry {
        recognising_organ: "样例人民法院".to_owned(),
        ..candidate(ListKind::Black, "420802", firm)
    };
    firms.into_iter().map(row).collect()
}

fn nameless(firm: u32) -> ListEntry {
    let mut entry = rows([firm]).remove(0);
    entry.subject.uscc = None;
    entry
}

async fn deliver(world: &World, entries: Vec<ListEntry>) -> Result<EntryRef, CommandError> {
    let import = Command::ImportFeed {
        source: SOURCE.to_owned(),
        kind: ListKind::Black,
        department: court(),
        mode: FeedMode::Full,
        as_of: world.today,
        entries,
        endings: Vec::new(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    };
    let imported = world.act(PROVINCE, "clerk", import).await?;
    world.settle().await?;
    Ok(imported)
}

/// Reds 1 to 4 of the eastern county, reported to the province.
async fn reds(world: &mut World) {
    let entries = (1..5).map(|firm| candidate(ListKind::Red, "420802", firm)).collect();
    let list = world.send_up(EASTERN, ListKind::Red, entries).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(35).await.unwrap();
}

async fn ask(world: &World, node: &str, names: bool) -> Told {
    world.node(node).engine.ask(world.now(), &Question::Conflicts { names }, &Patient).await.unwrap()
}

async fn answer(world: &World, officer: &str, notice: &str, kept: bool) -> Result<(), CommandError> {
    let notice = notice.parse().unwrap();
    let command = ListingCommand::AnswerConflict { notice, kept, reason: "已核对执行裁定".to_owned() };
    world.act(EASTERN, officer, Command::Listing(command)).await?;
    world.settle().await?;
    Ok(())
}

async fn counts(world: &World) -> (u64, u64) {
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap();
    let counts = honghei_registry::desk::served::counts(&latest).unwrap();
    (counts.red, counts.black)
}

/// The full recomparison and a rebuild of the province and of the county find what stands there.
async fn assert_sound(world: &World) {
    let told = world
        .node(PROVINCE)
        .engine
        .ask(world.now(), &Question::Recompare { every_row: false }, &Patient)
        .await
        .unwrap();
    assert!(told.alarm.is_none(), "{told:?}");
    for node in [PROVINCE, EASTERN] {
        let node = world.node(node);
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        let size = node.store.read().await.unwrap().head(&node.engine.identity().log).await.unwrap().unwrap().size;
        node.engine.rebuild(world.now()).await.unwrap();
        world.settle().await.unwrap();
        assert_eq!(before, node.store.read().await.unwrap().projection_digest().await.unwrap());
        let after = node.store.read().await.unwrap().head(&node.engine.identity().log).await.unwrap().unwrap().size;
        assert_eq!(size, after, "nothing is noticed twice");
    }
}

#[tokio::test]
async fn a_row_for_reference_removes_nobody_and_its_match_is_noticed_to_the_recogniser() {
    let mut world = found().await;
    // One row is there before the reds, one comes after them; a name alone is for a person to tell.
    deliver(&world, rows([1])).await.unwrap();
    assert!(ask(&world, PROVINCE, false).await.rows.is_empty());
    reds(&mut world).await;
    world.pass_days(1).await.unwrap();
    let delivered = [rows([1, 2]), vec![nameless(3)]].concat();
    deliver(&world, delivered.clone()).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(counts(&world).await, (4, 0), "no red fell and no row was listed");

    for node in [PROVINCE, CITY, EASTERN] {
        let told = ask(&world, node, false).await;
        let reds: Vec<&str> = told.rows.iter().map(|row| row[2].as_str()).collect();
        assert_eq!(reds, ["420802-commerce#1", "420802-commerce#2", "420802-commerce#3"], "{node}");
        assert!(told.rows.iter().all(|row| row[4] == "样例人民法院"));
        let by: Vec<&str> = told.rows.iter().map(|row| row[6].as_str()).collect();
        let name = "名称（仅名称相同，不能确认为同一主体，待人工核实）";
        assert_eq!(by, ["统一社会信用代码", "统一社会信用代码", name]);
        assert!(told.rows.iter().all(|row| row[8] == "待答复"));
    }
    let names = ask(&world, PROVINCE, true).await;
    assert_eq!(names.rows.len(), 1, "{names:?}");
    assert_eq!((names.rows[0][0].as_str(), names.rows[0][5].as_str()), ("420802-commerce#3", "名称"));

    // The same list again brings nothing new, today or tomorrow.
    assert_eq!(deliver(&world, delivered.clone()).await.unwrap_err().code(), "ALREADY_DONE");
    world.pass_days(1).await.unwrap();
    deliver(&world, delivered).await.unwrap();
    assert_eq!(ask(&world, PROVINCE, false).await.rows.len(), 3);
    assert_sound(&world).await;
}

/// Organisation codes and registration numbers are matched as codes are; where names disagree, a person tells.
#[tokio::test]
async fn a_row_is_met_by_organisation_code_and_registration_number_and_doubts_are_said() {
    let world = found().await;
    let number = |firm: u32| RegistrationNumber::parse(&format!("42080000{firm:07}")).unwrap();
    let numbered = |kind, firm: u32, name: &str| {
        let mut entry = candidate(kind, "420802", firm);
        (entry.subject.uscc, entry.subject.registration_number) = (None, Some(number(firm)));
        entry.subject.name = name.to_owned();
        entry
    };
    let coded = |firm: u32, name: &str| {
        let mut entry = candidate(ListKind::Black, "420802", firm);
        let inner = entry.subject.uscc.as_ref().unwrap().as_str()[8..17].to_owned();
        (entry.subject.uscc, entry.subject.organisation_code) = (None, Some(OrganisationCode::parse(&inner).unwrap()));
        entry.subject.name = name.to_owned();
        entry
    };
    let of = |firm| candidate(ListKind::Red, "420802", firm);
    let reds = vec![of(1), of(2), numbered(ListKind::Red, 3, "样例丙"), numbered(ListKind::Red, 4, "样例丁"), of(5)];
    let names: Vec<String> = reds.iter().map(|red| red.subject.name.clone()).collect();
    world.feed("tax", ListKind::Red, day("2017-10-01"), reds).await.unwrap();
    world.publish().await.unwrap();
    let rows = vec![
        coded(1, &names[0]),
        coded(2, "样例已更名的商店"),
        numbered(ListKind::Black, 3, &names[2]),
        numbered(ListKind::Black, 4, "样例另一商店"),
        coded(6, "样例无关商店"),
    ];
    deliver(&world, rows).await.unwrap();
    world.publish().await.unwrap_err();
    assert_eq!(counts(&world).await, (5, 0), "no red fell and no row was listed");
    let told = ask(&world, PROVINCE, false).await;
    let mut met: Vec<(&str, &str)> = told.rows.iter().map(|row| (row[2].as_str(), row[6].as_str())).collect();
    met.sort_unstable();
    assert_eq!(
        met,
        [
            ("420000-commerce#1", "组织机构代码"),
            ("420000-commerce#2", "组织机构代码（组织机构代码相同而名称不一致，待人工核实）"),
            ("420000-commerce#3", "工商注册号"),
            ("420000-commerce#4", "工商注册号（工商注册号相同而名称不一致，待人工核实）"),
        ]
    );
    assert_eq!(ask(&world, PROVINCE, true).await.rows.len(), 2, "what is doubtful is told with its reason");
}

/// A name that many bear, or a person's, is shown to whoever asks and noticed to nobody.
#[tokio::test]
async fn a_name_that_many_bear_is_noticed_to_nobody() {
    let world = found().await;
    let reds = (1..10).map(|firm| {
        let mut entry = candidate(ListKind::Red, "420802", firm);
        entry.subject.name = if firm == 9 { "样例甲" } else { "样例便民商店" }.to_owned();
        entry
    });
    let mut reds: Vec<ListEntry> = reds.collect();
    let ninth = ListEntry { subject: Subject { uscc: None, ..reds[0].subject.clone() }, ..reds[0].clone() };
    reds.push(ninth);
    world.feed("tax", ListKind::Red, day("2017-10-01"), reds).await.unwrap();
    world.publish().await.unwrap();
    let mut named = nameless(20);
    named.subject.name = "样例便民商店".to_owned();
    let mut person = nameless(21);
    (person.subject.name, person.subject.form) = ("样例甲".to_owned(), SubjectForm::NaturalPerson);
    deliver(&world, vec![named, person]).await.unwrap();
    assert!(ask(&world, PROVINCE, false).await.rows.is_empty());
    let told = ask(&world, PROVINCE, true).await;
    assert_eq!(told.rows.len(), 10);
    assert!(told.rows.iter().all(|row| row[7] == "名称共用过多，未发通知"), "{told:?}");
}

#[tokio::test]
async fn a_notice_is_answered_by_its_recogniser_and_overdue_until_it_is() {
    let mut world = found().await;
    reds(&mut world).await;
    deliver(&world, rows([1, 2])).await.unwrap();
    world.publish().await.unwrap();
    let told = ask(&world, EASTERN, false).await;
    let notices: Vec<String> = told.rows.iter().map(|row| row[1].clone()).collect();
    let [first, second] = &notices[..] else { panic!("{told:?}") };
    let due = day(&told.rows[0][0]);
    let duties = world.node(EASTERN).engine.ask(world.now(), &Question::Duties, &Patient).await.unwrap();
    assert_eq!(duties.rows.iter().filter(|row| row[1] == "conflict").count(), 2);
    world.turn_to(due.succ_opt().unwrap()).await.unwrap();
    assert!(ask(&world, PROVINCE, false).await.rows.iter().all(|row| row[8] == "逾期未答复"));

    let refused = answer(&world, "clerk", first, true).await.unwrap_err();
    assert!(matches!(refused, CommandError::Denied(_)), "a head answers: {refused}");
    answer(&world, "head", first, true).await.unwrap();
    answer(&world, "head", second, false).await.unwrap();
    let again = answer(&world, "head", first, false).await.unwrap_err();
    assert!(matches!(again, CommandError::AlreadyDone(_)), "{again}");
    for node in [PROVINCE, EASTERN] {
        let told = ask(&world, node, false).await;
        assert_eq!(told.rows.len(), 1, "{node}: what is kept is settled");
        assert!(told.rows[0][8].contains("待作出退出决定"));
    }
    assert_eq!(counts(&world).await, (4, 0), "an answer alone changes no list");

    let case = "420802-commerce#2".parse().unwrap();
    let exit = ListingCommand::Exit {
        case,
        code: "RX-3".to_owned(),
        reason: "主体申请".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    };
    world.act(CITY, "head", Command::Listing(exit)).await.unwrap();
    world.settle().await.unwrap();
    assert!(ask(&world, PROVINCE, false).await.rows.is_empty(), "it has left: nothing is open");

    // The list comes again, whole: what was answered is not raised again.
    world.pass_days(1).await.unwrap();
    deliver(&world, rows([1, 2])).await.unwrap();
    assert!(ask(&world, PROVINCE, false).await.rows.is_empty());
    assert_sound(&world).await;
}

#[tokio::test]
async fn a_list_for_reference_stays_what_it_is() {
    let world = found().await;
    let register = |source| world.act(PROVINCE, "clerk", Command::RegisterFeed(source));
    let red = FeedSource { kind: ListKind::Red, ..reference() };
    assert_eq!(register(red).await.unwrap_err().code(), "FEED_DIFFERS");
    let own = FeedSource { reference: None, ..reference() };
    assert_eq!(register(own).await.unwrap_err().code(), "FEED_DIFFERS");
    register(FeedSource { reference: Some(15), ..reference() }).await.unwrap();
}

/// AMB-07: a red list that the hub only imports for reference from an outside system.
#[tokio::test]
async fn an_outside_red_that_meets_a_black_is_noticed_to_its_owner_whose_answer_is_tracked() {
    const HONOURS: &str = "honours-national";
    let mut world = found().await;
    let source = FeedSource { name: HONOURS.to_owned(), kind: ListKind::Red, ..reference() };
    world.register_feed(source).await.unwrap();
    world.feed("tax", ListKind::Black, day("2017-10-01"), rows([1, 2, 3])).await.unwrap();
    world.feed("customs", ListKind::Red, day("2017-10-01"), vec![candidate(ListKind::Red, "420802", 9)]).await.unwrap();
    world.publish().await.unwrap();
    let honours = async |world: &World, firms: &[u32]| {
        let row = |firm| candidate(ListKind::Red, "420802", firm);
        let import = Command::ImportFeed {
            source: HONOURS.to_owned(),
            kind: ListKind::Red,
            department: court(),
            mode: FeedMode::Full,
            as_of: world.today,
            // With forty that nobody here knows, so that one that is missing does not look like a broken list.
            entries: firms.iter().copied().chain(100..140).map(row).collect(),
            endings: Vec::new(),
            unread: 0,
            account: None,
            agreed_exits: 0,
        };
        world.act(PROVINCE, "clerk", import).await.unwrap();
        world.settle().await.unwrap();
    };
    // Firm 9 is honoured here as well: no conflict.
    honours(&world, &[1, 2, 9]).await;
    world.publish().await.unwrap_err();
    assert_eq!(counts(&world).await, (1, 3), "no row was listed, and none removed");
    let told = ask(&world, PROVINCE, false).await;
    assert_eq!(told.rows.len(), 2, "{told:?}");
    assert!(told.rows.iter().all(|row| row[3] == HONOURS && row[6] == "统一社会信用代码" && row[8] == "待答复"));
    let notices: Vec<String> = told.rows.iter().map(|row| row[1].clone()).collect();
    let duties = world.node(PROVINCE).engine.ask(world.now(), &Question::Duties, &Patient).await.unwrap();
    let of_conflict: Vec<&str> =
        duties.rows.iter().filter(|row| row[1] == "conflict").map(|row| row[2].as_str()).collect();
    assert_eq!(of_conflict.len(), 2);
    assert!(of_conflict[0].contains("请转告名单主管单位，并登记其答复"), "{of_conflict:?}");
    for (notice, kept) in notices.iter().zip([true, false]) {
        let notice = notice.parse().unwrap();
        let command = ListingCommand::AnswerConflict { notice, kept, reason: "主管单位来函答复".to_owned() };
        world.act(PROVINCE, "head", Command::Listing(command)).await.unwrap();
        world.settle().await.unwrap();
    }
    let told = ask(&world, PROVINCE, false).await;
    assert_eq!(told.rows.len(), 1, "what is kept is settled");
    assert!(told.rows[0][8].contains("待其名单不再列有"), "{told:?}");
    // The owner's next list has the first alone: the second was withdrawn, nothing is open and nothing is asked again.
    world.pass_days(1).await.unwrap();
    honours(&world, &[1, 9]).await;
    assert!(ask(&world, PROVINCE, false).await.rows.is_empty());
    assert_sound(&world).await;
}
