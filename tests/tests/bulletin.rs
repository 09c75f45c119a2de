//! The quarterly bulletin, where it was spread, and the back-log campaign, F-15, D-08, D-12.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen, yanqing};
use honghei_documents::{Document, DocumentKind, Fonts, html, pdf};
use honghei_domain::attachment::Attachment;
use honghei_domain::bulletin::{BulletinRow, Posted, Quarter};
use honghei_domain::clock::{Deadline, Due};
use honghei_domain::list::{Attestation, CaseId, CriterionCode, Department, ListEntry, ListKind};
use honghei_domain::listing::{DisputeAbout, ListingCommand};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Policy, shipped};
use honghei_registry::attachments::{self, Holder};
use honghei_registry::command::Command;
use honghei_registry::desk::bulletin;
use honghei_registry::desk::deadlines::{Task, clocks_of_deadline, tasks};
use honghei_registry::document::{Subject, document};
use honghei_registry::engine::Submitted;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question, Told};
use honghei_registry::view::case_view;

use crate::common::code;

const BUREAU: &str = "110119-quality";
const ABOVE: &str = "110000-quality";
const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";

fn quality() -> Department {
    Department("quality".to_owned())
}

async fn found(seed: u64, today: &str) -> World {
    World::in_memory(seed, &jingmen(), day(today)).await.unwrap()
}

/// 延庆: a bureau whose leading group of three approves, directly under the node that compares.
async fn bureau(seed: u64) -> World {
    let mut world = World::in_memory(seed, &yanqing(), day("2017-11-06")).await.unwrap();
    world.appoint_group(BUREAU, &["chair", "deputy", "third"]).await.unwrap();
    world
}

fn entry(kind: ListKind, firm: u32) -> ListEntry {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    let policy = Policy::parse(text).unwrap();
    let criterion = match kind {
        ListKind::Red => policy.criteria.iter().find(|criterion| criterion.kind == kind).unwrap().code.clone(),
        ListKind::Black => CriterionCode("ZJ-B-CP-05".to_owned()),
    };
    let said = |code: &str| Attestation { code: code.to_owned(), text: "经现场核查属实".to_owned() };
    let mut entry = candidate(kind, "110119", firm);
    entry.department = quality();
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![criterion];
    entry.attestations = policy.qualities_of(kind).map(|quality| said(&quality.code)).collect();
    entry
}

/// Certifies, approves and reports what is ready of a kind.
async fn reported(world: &mut World, kind: ListKind) {
    let list = world.certify(BUREAU, kind).await.unwrap();
    let approval = Command::ApproveList {
        list: list.clone(),
        meeting: "社会信用体系建设领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on: world.today,
        decision: "同意列入".to_owned(),
    };
    let mut submitted = world.sign(BUREAU, "clerk", approval).await.unwrap();
    for name in ["chair", "deputy", "third"] {
        let Submitted::Waiting { id, .. } = &submitted else { break };
        submitted = world.countersign(BUREAU, name, id).await.unwrap();
    }
    world.declare(BUREAU, &list).await.unwrap();
}

/// Reds 1 and 2 and black 3 on the final list since 2017-12-01.
async fn listed(seed: u64) -> World {
    let mut world = bureau(seed).await;
    let entries = vec![entry(ListKind::Red, 1), entry(ListKind::Red, 2), entry(ListKind::Black, 3)];
    world.collect(BUREAU, entries).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.turn_to(day("2017-12-01")).await.unwrap();
    reported(&mut world, ListKind::Red).await;
    reported(&mut world, ListKind::Black).await;
    world.publish_at(ABOVE).await.unwrap();
    world
}

fn case(number: u64) -> CaseId {
    CaseId { origin: BUREAU.parse().unwrap(), number }
}

fn issue(quarter: &str) -> Command {
    Command::IssueBulletin { department: quality(), quarter: Some(quarter.parse().unwrap()) }
}

async fn issued(world: &World, quarter: &str) -> EntryRef {
    let at = world.act(BUREAU, "head", issue(quarter)).await.unwrap();
    world.settle().await.unwrap();
    at
}

/// The rows of a bulletin as a node holds it.
async fn rows(world: &World, node: &str, quarter: &str) -> Vec<BulletinRow> {
    let mut tx = world.node(node).store.read().await.unwrap();
    let quarter: Quarter = quarter.parse().unwrap();
    let kept = bulletin::issued(&mut *tx, &BUREAU.parse().unwrap(), &quality(), quarter).await.unwrap().unwrap();
    bulletin::rows(&mut *tx, &kept.issued.rows).await.unwrap().unwrap()
}

/// Board and case number of each row.
fn boards(rows: &[BulletinRow]) -> Vec<(&'static str, u64)> {
    let board = |row: &BulletinRow| match (&row.posted, row.kind) {
        (Posted::InForce { .. }, ListKind::Red) => "red",
        (Posted::InForce { .. }, ListKind::Black) => "black",
        (Posted::Left { .. }, _) => "left",
    };
    rows.iter().map(|row| (board(row), row.case.number)).collect()
}

async fn told(world: &World, node: &str, question: Question) -> Result<Told, CommandError> {
    world.node(node).engine.ask(world.now(), &question, &Patient).await
}

async fn made(world: &World, node: &str, at: &EntryRef) -> Document {
    let member = world.node(node);
    let cx = member.engine.context(world.now()).await;
    let mut tx = member.store.read().await.unwrap();
    document(&mut *tx, &cx, DocumentKind::Bulletin, &Subject::Entry(at.clone())).await.unwrap()
}

/// The running clocks of a deadline as a node sees them: last day and standing.
async fn running(world: &World, at: &str, owner: &str, deadline: Deadline) -> Vec<(String, &'static str)> {
    let node = world.node(at);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = tasks(&mut *tx, &cx, &owner.parse().unwrap(), 100).await.unwrap();
    let of = found.into_iter().filter(|task| task.clock.deadline == deadline);
    of.map(|task| (last_day(&task), task.standing.as_str())).collect()
}

fn last_day(task: &Task) -> String {
    match task.due {
        Due::On(due) => due.on.to_string(),
        Due::Stopped(_) => "-".to_owned(),
    }
}

async fn explained(world: &World, node: &str, deadline: Deadline) -> Vec<(String, String)> {
    let node = world.node(node);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = clocks_of_deadline(&mut *tx, &cx, cx.me(), deadline).await.unwrap();
    let calendar = &cx.reference.calendar;
    found.iter().map(|task| (task.standing.as_str().to_owned(), task.clock.reason(calendar).to_string())).collect()
}

/// R-033, F-15.
#[tokio::test]
async fn r_033_the_head_issues_a_bulletin_once_a_quarter_from_what_the_own_list_holds() {
    let mut world = listed(1).await;
    assert_eq!(code(world.act(BUREAU, "head", issue("2017Q4")).await), "QUARTER_NOT_OVER");
    world.turn_to(day("2018-01-08")).await.unwrap();
    assert_eq!(code(world.act(BUREAU, "head", issue("2017Q3")).await), "BULLETIN_BEFORE_LISTS");
    for (node, officer) in [(BUREAU, "clerk"), (BUREAU, "reviewer"), (BUREAU, "chair"), (ABOVE, "head")] {
        assert_eq!(code(world.act(node, officer, issue("2017Q4")).await), "NOT_PERMITTED", "{node} {officer}");
    }
    let commerce = Command::IssueBulletin { department: Department("commerce".to_owned()), quarter: None };
    assert_eq!(code(world.act(BUREAU, "head", commerce).await), "BULLETIN_NOT_IN_POLICY");
    let dispute = ListingCommand::ReceiveDispute {
        case: case(2),
        about: DisputeAbout::Recognition,
        by: "某公司".to_owned(),
        grounds: "表彰对象有误".to_owned(),
    };
    world.act(BUREAU, "clerk", Command::Listing(dispute)).await.unwrap();

    // Without a quarter it is the last one that is over.
    let last = Command::IssueBulletin { department: quality(), quarter: None };
    let at = world.act(BUREAU, "head", last).await.unwrap();
    world.settle().await.unwrap();
    let again = world.act(BUREAU, "head", issue("2017Q4")).await.unwrap_err();
    assert_eq!(again.code(), "BULLETIN_ISSUED");
    assert!(again.to_string().contains("不得重新发布"), "{again}");
    for node in [BUREAU, ABOVE] {
        let rows = rows(&world, node, "2017Q4").await;
        assert_eq!(boards(&rows), [("red", 1), ("red", 2), ("black", 3)], "{node}");
        let disputed: Vec<bool> =
            rows.iter().map(|row| matches!(row.posted, Posted::InForce { disputed: true, .. })).collect();
        assert_eq!(disputed, [false, true, false]);
        assert_eq!(rows[0].recognised_on, Some(day("2017-12-01")));
        assert!(rows.iter().all(|row| row.code.as_ref().is_some_and(|code| code.len() == 18)));
        let list = told(&world, node, Question::Bulletins).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        let wished = ["2017Q4", "quality", BUREAU, "2018-01-08", "2017-12-31", "2", "1", "0", &at.to_string()];
        assert_eq!(list.rows[0], wished, "{node}");
    }
    // The live list is what it was: a bulletin changes nothing.
    let served = world.served().await.unwrap();
    assert!(served.values().all(|served| served.is_some_and(|(version, _)| version == 1)));
    world.assert_rebuilds().await.unwrap();
}

/// R-033, BX-2, R-052: entries leave the live list; what was issued stays, and its view tells it neutrally.
#[tokio::test]
async fn r_033_later_corrections_leave_a_bulletin_as_it_was_and_show_neutrally_beside_it() {
    let mut world = listed(2).await;
    world.turn_to(day("2018-01-08")).await.unwrap();
    let first = issued(&world, "2017Q4").await;
    let printed = html(&made(&world, ABOVE, &first).await);
    assert!(printed.contains("样例3号商贸有限公司") && printed.contains("本季度列入"));
    world.turn_to(day("2018-02-12")).await.unwrap();
    let exit = |number, code: &str, notified_on| {
        Command::Listing(ListingCommand::Exit {
            case: case(number),
            code: code.to_owned(),
            reason: "经核实".to_owned(),
            basis_revoked_on: None,
            notified_on,
        })
    };
    world.act(BUREAU, "head", exit(2, "RX-6", Some(day("2018-02-01")))).await.unwrap();
    world.settle().await.unwrap();
    world.publish_at(ABOVE).await.unwrap();
    world.turn_to(day("2018-04-03")).await.unwrap();
    // After the quarter and before its bulletin: the black was wrong from the start.
    world.act(BUREAU, "head", exit(3, "BX-2", None)).await.unwrap();
    world.settle().await.unwrap();
    world.turn_to(day("2018-04-10")).await.unwrap();
    let second = issued(&world, "2018Q1").await;
    let rows = rows(&world, ABOVE, "2018Q1").await;
    assert_eq!(boards(&rows), [("red", 1), ("left", 2)], "a wrong black is not published once more");
    assert_eq!(rows[1].posted, Posted::Left { on: day("2018-02-12"), code: "RX-6".to_owned() });

    for node in [BUREAU, ABOVE] {
        let view = told(&world, node, Question::Bulletin { at: first.clone() }).await.unwrap();
        assert!(view.sentences[0].contains("红榜2条，黑榜1条"), "{:?}", view.sentences);
        assert!(view.sentences[1].contains("发布后已撤下2条"), "{:?}", view.sentences);
        for row in &view.rows[1..] {
            let said = row.concat();
            assert!(row.last().is_some_and(|remark| remark == "已撤下"), "{row:?}");
            for unsaid in ["黑榜", "红榜", "ZJ-", "BX-2", "RX-6", "认定有误"] {
                assert!(!said.contains(unsaid), "{unsaid} in {said} at {node}");
            }
        }
        assert_eq!(view.rows[0][1], "红榜");
        assert_eq!(html(&made(&world, node, &first).await), printed, "the document is the act's for ever");
    }
    let document = made(&world, BUREAU, &second).await;
    assert_eq!(document.title, "2018年第一季度红黑榜");
    let text = document.plain_text();
    for said in ["红榜1条", "黑榜0条", "2018-02-12退出（RX-6）", "样例1号商贸有限公司"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains("样例3号"), "{text}");
    assert!(pdf(&document, &Fonts::shipped()).unwrap().starts_with(b"%PDF"));
    world.assert_rebuilds().await.unwrap();
}

/// an entry that expired between the quarter's end and the issue is not published once more.
#[tokio::test]
async fn r_033_an_entry_whose_term_ended_before_the_issue_is_no_row_in_force() {
    let mut world = listed(3).await;
    world.turn_to(day("2018-12-10")).await.unwrap();
    // 2018-12-01 was the last day of all three; the third quarter still had them.
    let at = issued(&world, "2018Q3").await;
    assert_eq!(boards(&rows(&world, BUREAU, "2018Q3").await), []);
    let text = made(&world, BUREAU, &at).await.plain_text();
    assert!(text.contains("红榜0条") && text.contains("本期没有应载明的条目"), "{text}");
    world.turn_to(day("2019-01-03")).await.unwrap();
    issued(&world, "2018Q4").await;
    let rows = rows(&world, ABOVE, "2018Q4").await;
    assert_eq!(boards(&rows), [("left", 1), ("left", 2), ("left", 3)]);
    let codes: Vec<&str> = rows
        .iter()
        .map(|row| match &row.posted {
            Posted::Left { code, .. } => code.as_str(),
            Posted::InForce { .. } => "",
        })
        .collect();
    assert_eq!(codes, ["RX-5", "RX-5", "BX-4"]);
}

/// D-12: due within the policy's working days of the quarter's end, seen above, overdue, met by the act.
#[tokio::test]
async fn d_12_a_bulletin_is_due_after_each_quarter_goes_overdue_visibly_and_is_met_by_the_act() {
    let mut world = bureau(4).await;
    assert!(running(&world, BUREAU, BUREAU, Deadline::Bulletin).await.is_empty(), "nothing is listed yet");
    drop(world);
    world = listed(4).await;
    for node in [BUREAU, ABOVE] {
        let due = running(&world, node, BUREAU, Deadline::Bulletin).await;
        assert_eq!(due, [("2018-01-15".to_owned(), "running")], "{node}");
    }
    world.turn_to(day("2018-01-12")).await.unwrap();
    assert_eq!(running(&world, BUREAU, BUREAU, Deadline::Bulletin).await[0].1, "warning");
    issued(&world, "2017Q4").await;
    let next = ("2018-04-16".to_owned(), "running");
    assert_eq!(running(&world, ABOVE, BUREAU, Deadline::Bulletin).await, std::slice::from_ref(&next));
    world.turn_to(day("2018-04-17")).await.unwrap();
    let second = ("2018-07-13".to_owned(), "running");
    for node in [BUREAU, ABOVE] {
        let due = running(&world, node, BUREAU, Deadline::Bulletin).await;
        assert_eq!(due, [("2018-04-16".to_owned(), "overdue"), second.clone()], "{node}");
    }
    world.turn_to(day("2018-04-20")).await.unwrap();
    assert_eq!(running(&world, ABOVE, BUREAU, Deadline::Bulletin).await[0].1, "escalated");
    issued(&world, "2018Q1").await;
    assert_eq!(running(&world, BUREAU, BUREAU, Deadline::Bulletin).await, [second]);
    let why = explained(&world, BUREAU, Deadline::Bulletin).await;
    let standings: Vec<&str> = why.iter().map(|(standing, _)| standing.as_str()).collect();
    assert_eq!(standings, ["done", "done", "running"]);
    for said in ["D-12", "2018年第1季度", "10个工作日", "起算日不计入", "bulletin.issued_within_days", "2018-04-16"]
    {
        assert!(why[1].1.contains(said), "{said} in {}", why[1].1);
    }
    assert!(running(&world, ABOVE, ABOVE, Deadline::Bulletin).await.is_empty(), "it recognises nothing");
    world.assert_rebuilds().await.unwrap();
}

/// R-034, AC-18.
#[tokio::test]
async fn r_034_where_a_bulletin_was_spread_is_on_record_with_its_photographs() {
    let mut world = listed(5).await;
    world.turn_to(day("2018-01-08")).await.unwrap();
    let at = issued(&world, "2017Q4").await;
    world.turn_to(day("2018-01-20")).await.unwrap();
    let photograph = Attachment::take("现场说明.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n".to_vec()).unwrap();
    let spread = |bulletin: Option<&EntryRef>, held_on: &str, files: Vec<Attachment>| Command::Disseminate {
        bulletin: bulletin.cloned(),
        venue: "延庆镇某社区".to_owned(),
        manner: "张贴".to_owned(),
        held_on: day(held_on),
        note: "公告栏三处".to_owned(),
        files,
    };
    for (officer, held_on, wished) in [
        ("head", "2018-01-19", "NOT_PERMITTED"),
        ("clerk", "2018-01-07", "DISSEMINATION_DAY"),
        ("clerk", "2018-01-21", "DISSEMINATION_DAY"),
    ] {
        assert_eq!(code(world.act(BUREAU, officer, spread(Some(&at), held_on, Vec::new())).await), wished);
    }
    let unknown: EntryRef = "110119-quality/1/1".parse().unwrap();
    let asked = spread(Some(&unknown), "2018-01-19", Vec::new());
    assert_eq!(code(world.act(BUREAU, "clerk", asked).await), "BULLETIN_UNKNOWN");
    let recorded = world.act(BUREAU, "clerk", spread(Some(&at), "2018-01-19", vec![photograph.clone()])).await.unwrap();
    world.act(BUREAU, "clerk", spread(None, "2018-01-18", Vec::new())).await.unwrap();
    world.settle().await.unwrap();
    for node in [BUREAU, ABOVE] {
        let log = told(&world, node, Question::Disseminations).await.unwrap();
        let said: Vec<(&str, &str)> = log.rows.iter().map(|row| (row[0].as_str(), row[3].as_str())).collect();
        let wished = format!("2017年第4季度红黑榜（{at}）");
        assert_eq!(said, [("2018-01-18", "第1版名单"), ("2018-01-19", wished.as_str())], "{node}");
        assert_eq!(log.rows[1][1..3], ["延庆镇某社区", "张贴"]);
        let mut tx = world.node(node).store.read().await.unwrap();
        let files = attachments::files_of(&mut *tx, &Holder::List(recorded.clone())).await.unwrap();
        assert_eq!(attachments::read(&mut *tx, &files[0]).await.unwrap().unwrap(), photograph.bytes, "{node}");
    }
    world.assert_rebuilds().await.unwrap();
}

/// R-034 is a choice of the policy.
#[tokio::test]
async fn r_034_a_policy_that_keeps_no_log_of_dissemination_has_none() {
    let mut world = found(6, "2017-11-06").await;
    let list = world.send_up(COUNTY, ListKind::Red, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    let asked = Command::Disseminate {
        bulletin: None,
        venue: "某市场".to_owned(),
        manner: "宣讲".to_owned(),
        held_on: world.today,
        note: String::new(),
        files: Vec::new(),
    };
    assert_eq!(code(world.act(COUNTY, "clerk", asked).await), "DISSEMINATION_NOT_IN_POLICY");
    assert!(running(&world, COUNTY, COUNTY, Deadline::Bulletin).await.is_empty(), "nor has it a bulletin");
}

/// A county's candidate whose document is of a day.
fn old(firm: u32, issued_on: &str) -> ListEntry {
    let mut entry = candidate(ListKind::Red, "420802", firm);
    let document = entry.document.as_mut().unwrap();
    (document.issued_on, document.effective_on) = (day(issued_on), day(issued_on));
    entry
}

/// The board's cells by category, list and criterion.
async fn board(world: &World) -> (Vec<String>, Vec<Vec<String>>) {
    let told = told(world, COUNTY, Question::Backlog).await.unwrap();
    (told.sentences, told.rows)
}

/// R-035, D-08: old records keep their days, nothing is late by their import, and the board follows them.
#[tokio::test]
async fn r_035_the_backlog_comes_in_with_its_true_dates_and_the_board_follows_it_to_the_end() {
    let mut world = found(7, "2017-10-09").await;
    let campaign = |standing| [("2017-11-30".to_owned(), standing)];
    assert_eq!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await, campaign("running"));
    let entries = vec![old(1, "2016-01-01"), old(2, "2017-03-05"), old(3, "2015-12-31"), old(4, "2017-09-30")];
    world.collect(COUNTY, entries).await.unwrap();
    // Nothing but the campaign itself runs on what is years old.
    let node = world.node(COUNTY);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = tasks(&mut *tx, &cx, cx.me(), 100).await.unwrap();
    assert_eq!(found.iter().map(|task| task.clock.deadline.code()).collect::<Vec<_>>(), ["D-08"]);
    let seen = case_view(&mut *tx, &cx, &CaseId { origin: COUNTY.parse().unwrap(), number: 1 }).await.unwrap().unwrap();
    assert_eq!(seen.case.entry.document.unwrap().issued_on, day("2016-01-01"));
    drop(tx);

    let counts = |rows: &[Vec<String>]| rows[0][3..9].join(" ");
    let (sentences, rows) = board(&world).await;
    assert_eq!((counts(&rows), rows.len()), ("3 0 0 0 0 3".to_owned(), 1), "{rows:?}");
    assert_eq!(rows[0][..3], ["存量", "红名单", "SW-R-02"]);
    assert_eq!(rows[0][9], "2017-11-30");
    assert!(sentences.iter().any(|said| said.contains("另有1条所依据文书早于2016-01-01")), "{sentences:?}");
    world.announce(COUNTY).await.unwrap();
    assert_eq!(counts(&board(&world).await.1), "3 3 0 0 0 3");
    // Not before the day after the last one for opinions on the draft (D-13).
    world.turn_to(day("2017-11-15")).await.unwrap();
    let only = |cases: &[u64]| Command::Certify {
        kind: ListKind::Red,
        cases: Some(honghei_domain::list::CaseSet::from_numbers(cases.iter().copied())),
        opinion: "同意认定".to_owned(),
    };
    let list = world.act(COUNTY, "head", only(&[1, 2])).await.unwrap();
    world.declare(COUNTY, &list).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    assert_eq!(counts(&board(&world).await.1), "3 1 2 0 0 1");
    world.turn_to(day("2017-11-29")).await.unwrap();
    assert_eq!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await, campaign("warning"));
    world.turn_to(day("2017-12-01")).await.unwrap();
    // One of the campaign waits still: it is late, and nothing follows of itself.
    assert_eq!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await, campaign("overdue"));
    let why = explained(&world, COUNTY, Deadline::Backlog).await;
    for said in ["D-08", "2017-11-30", "细则八", "backlog.recognised_by"] {
        assert!(why[0].1.contains(said), "{said} in {}", why[0].1);
    }
    world.turn_to(day("2017-12-20")).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(counts(&board(&world).await.1), "3 1 2 2 0 1");
    world.act(COUNTY, "head", only(&[4])).await.unwrap();
    // The level above, which knows that one was left, is told that none is.
    world.settle().await.unwrap();
    assert!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await.is_empty(), "recognised late is recognised");

    // After its last day the campaign takes in nothing: what comes is timely work, however old.
    world.collect(COUNTY, vec![old(5, "2016-05-05")]).await.unwrap();
    assert!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await.is_empty());
    let (sentences, rows) = board(&world).await;
    let by: Vec<(String, String)> = rows.iter().map(|row| (row[0].clone(), row[3..9].join(" "))).collect();
    let line = |what: &str, counts: &str| (what.to_owned(), counts.to_owned());
    assert_eq!(by, [line("存量", "3 0 3 2 0 0"), line("及时", "1 0 0 0 0 1")]);
    assert!(sentences.iter().any(|said| said.contains("按及时认定统计：共1条")), "{sentences:?}");
    world.assert_rebuilds().await.unwrap();
}

/// R-035, D-08: a node that joins years later, and imports old records then, has missed nothing.
#[tokio::test]
async fn d_08_a_node_founded_after_the_campaign_violates_nothing_by_importing_old_records() {
    let mut world = found(8, "2026-03-02").await;
    assert!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await.is_empty());
    world.collect(COUNTY, vec![old(1, "2016-06-01"), old(2, "2024-06-01")]).await.unwrap();
    world.pass_days(30).await.unwrap();
    assert!(running(&world, COUNTY, COUNTY, Deadline::Backlog).await.is_empty());
    let (sentences, rows) = board(&world).await;
    assert!(sentences[0].contains("共0条") && sentences[0].contains("已于2017-11-30截止"), "{sentences:?}");
    assert_eq!((rows.len(), rows[0][0].as_str(), rows[0][3].as_str()), (1, "及时", "2"));
    // The bureau's policy knows no campaign, the province recognises nothing.
    assert_eq!(code(told(&world, "420000-commerce", Question::Backlog).await), "NO_CAMPAIGN");
    let bureau = bureau(9).await;
    assert_eq!(code(told(&bureau, BUREAU, Question::Backlog).await), "NO_CAMPAIGN");
}
