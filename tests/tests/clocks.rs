//! Legal clocks across three tiers: the same due dates everywhere, visible changes, nothing approved by silence (F-P3).

use std::collections::BTreeMap;
use std::process::Command as Process;

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::act::{ReviewDecision, ReviewException};
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::clock::Due;
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::node::EntryRef;
use honghei_node::clock::Clock;
use honghei_registry::command::Command;
use honghei_registry::context::Now;
use honghei_registry::desk::deadlines::{Task, clocks_of, tasks};

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64, today: &str) -> World {
    World::in_memory(seed, &jingmen(), day(today)).await.unwrap()
}

fn case(number: u64) -> CaseId {
    CaseId { origin: EASTERN.parse().unwrap(), number }
}

/// Every clock of a case at a node by deadline: its last day, and where it stands.
async fn clocks(world: &World, node: &str, number: u64) -> BTreeMap<&'static str, (Option<NaiveDate>, &'static str)> {
    let node = world.node(node);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = clocks_of(&mut *tx, &cx, &case(number)).await.unwrap().unwrap();
    let row = |task: Task| (task.clock.deadline.code(), (task.due.date().map(|due| due.on), task.standing.as_str()));
    found.into_iter().map(row).collect()
}

/// The tasks of a node as another sees them, by last day.
async fn listed(world: &World, at: &str, owner: &str) -> Vec<(String, &'static str, &'static str)> {
    let node = world.node(at);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = tasks(&mut *tx, &cx, &owner.parse().unwrap(), 100).await.unwrap();
    let due = |task: &Task| match task.due {
        Due::On(due) => due.on.to_string(),
        Due::Stopped(_) => "-".to_owned(),
    };
    found.iter().map(|task| (due(task), task.clock.deadline.code(), task.standing.as_str())).collect()
}

async fn declared(world: &mut World, firms: std::ops::Range<u32>) -> EntryRef {
    let entries = firms.map(|firm| candidate(ListKind::Red, "420802", firm)).collect();
    world.send_up(EASTERN, ListKind::Red, entries).await.unwrap()
}

/// F-P3, D-01, D-02, D-03, D-16: whatever a county, its city and the province see of a case, they count alike.
#[tokio::test]
async fn f_p3_county_city_and_province_never_disagree_about_a_due_date() {
    let mut world = found(41, "2017-11-06").await;
    let list = declared(&mut world, 1..4).await;
    let exceptions = vec![ReviewException {
        case: case(2),
        decision: ReviewDecision::Return { defects: vec!["文号有误".to_owned()] },
    }];
    for step in 0..3 {
        for number in 1..4 {
            let county = clocks(&world, EASTERN, number).await;
            assert_eq!(clocks(&world, CITY, number).await, county, "step {step}, case {number}: the city");
            assert_eq!(clocks(&world, PROVINCE, number).await, county, "step {step}, case {number}: the province");
            assert!(county.contains_key("D-01") && county.contains_key("D-02") && county.contains_key("D-16"));
        }
        for owner in [EASTERN, CITY] {
            let own = listed(&world, owner, owner).await;
            for other in [EASTERN, CITY, PROVINCE] {
                let seen = listed(&world, other, owner).await;
                assert!(seen.iter().all(|task| own.contains(task)), "{other} sees {seen:?} of {own:?}");
            }
        }
        match step {
            0 => world.review(CITY, &list, exceptions.clone()).await.unwrap(),
            1 => world.pass_days(45).await.unwrap(),
            _ => {}
        }
    }
    assert_eq!(clocks(&world, CITY, 1).await["D-03"].1, "done");
    world.assert_rebuilds().await.unwrap();
}

/// AMB-17 and R-026: a review that nobody signs warns, is overdue, escalates, and approves nothing.
#[tokio::test]
async fn amb_17_an_overdue_review_is_seen_above_and_below_and_never_becomes_an_approval() {
    let mut world = found(42, "2017-11-06").await;
    let list = declared(&mut world, 1..3).await;
    let mut seen = Vec::new();
    for _ in 0..20 {
        let own = listed(&world, CITY, CITY).await;
        assert_eq!(listed(&world, PROVINCE, CITY).await, own);
        assert_eq!(listed(&world, EASTERN, CITY).await, own);
        let review = own.iter().find(|task| task.1 == "D-02").unwrap();
        if seen.last() != Some(&review.2) {
            seen.push(review.2);
        }
        world.pass_days(1).await.unwrap();
    }
    assert_eq!(seen, ["running", "warning", "due", "overdue", "escalated"]);
    let row = world.node(CITY).store.read().await.unwrap().dossier(&list).await.unwrap().unwrap();
    assert_eq!(row.stage, "received");
    world.assert_rebuilds().await.unwrap();
}

/// AMB-18: the city's clock on a returned entry stands still and runs on with what was left of it.
#[tokio::test]
async fn amb_18_the_clock_of_a_returned_entry_stands_still_until_it_is_received_again() {
    let mut world = found(43, "2017-11-06").await;
    let list = declared(&mut world, 1..4).await;
    let received = clocks(&world, CITY, 2).await["D-02"].0.unwrap();
    let exceptions = vec![ReviewException {
        case: case(2),
        decision: ReviewDecision::Return { defects: vec!["文号有误".to_owned()] },
    }];
    world.review(CITY, &list, exceptions).await.unwrap();
    assert_eq!(clocks(&world, CITY, 2).await["D-02"], (None, "stopped"));
    assert_eq!(clocks(&world, EASTERN, 2).await["D-02"], (None, "stopped"));
    assert!(listed(&world, CITY, CITY).await.contains(&("-".to_owned(), "D-02", "stopped")));
    world.pass_days(30).await.unwrap();
    assert_eq!(clocks(&world, CITY, 2).await["D-02"], (None, "stopped"));
    let mut corrected = candidate(ListKind::Red, "420802", 2);
    corrected.case = case(2);
    corrected.facts = "受县级以上人民政府表彰，文号已更正".to_owned();
    let correct = Command::Correct { entries: vec![corrected], reason: "更正文号".to_owned() };
    world.act(EASTERN, "clerk", correct).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let again = world.certify(EASTERN, ListKind::Red).await.unwrap();
    world.declare(EASTERN, &again).await.unwrap();
    let resumed = clocks(&world, CITY, 2).await["D-02"];
    assert_eq!(resumed.1, "running", "{resumed:?}");
    assert!(resumed.0.unwrap() > received);
    assert_eq!(clocks(&world, PROVINCE, 2).await["D-02"], resumed);
    let own = listed(&world, CITY, CITY).await;
    assert!(own.contains(&(resumed.0.unwrap().to_string(), "D-02", "running")), "the entry's own: {own:?}");
    world.review(CITY, &again, Vec::new()).await.unwrap();
    assert_eq!(clocks(&world, CITY, 2).await["D-02"].1, "done");
    assert!(listed(&world, CITY, CITY).await.iter().all(|task| task.1 != "D-02"));
    world.assert_rebuilds().await.unwrap();
}

/// The shipped calendar without the notices after a year.
fn until(year: i32) -> String {
    let text = WorkCalendar::shipped_text();
    let start = text.find(&format!("year = {}", year + 1)).unwrap();
    let cut = text[..start].rfind("[[").unwrap();
    text[..cut].to_owned()
}

/// F-P3, AMB-02: a due date beyond the last notice is provisional; with the notice every node counts it anew, in the open.
#[tokio::test]
async fn f_p3_a_calendar_that_comes_later_moves_provisional_due_dates_on_every_node() {
    let mut world = found(44, "2017-11-06").await;
    world.publish_calendar(&until(2017)).await.unwrap();
    world.turn_to(day("2017-12-01")).await.unwrap();
    let list = declared(&mut world, 1..3).await;
    assert_eq!(world.today, day("2017-12-26"));
    world.review(CITY, &list, Vec::new()).await.unwrap();
    let provisional = clocks(&world, CITY, 1).await["D-03"].0.unwrap();
    assert_eq!(clocks(&world, EASTERN, 1).await["D-03"].0, Some(provisional));
    world.assert_rebuilds().await.unwrap();
    world.publish_calendar(WorkCalendar::shipped_text()).await.unwrap();
    let moved = clocks(&world, CITY, 1).await["D-03"].0.unwrap();
    assert_ne!(moved, provisional, "New Year 2018 lies between");
    for node in [EASTERN, PROVINCE] {
        assert_eq!(clocks(&world, node, 1).await["D-03"].0, Some(moved));
    }
    assert!(listed(&world, CITY, CITY).await.contains(&(moved.to_string(), "D-03", "running")));
    let node = world.node(CITY);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = clocks_of(&mut *tx, &cx, &case(1)).await.unwrap().unwrap();
    drop(tx);
    let said: String = found.iter().map(|task| task.clock.reason(&cx.reference.calendar).to_string()).collect();
    assert!(said.contains(&format!("推定为{provisional}")) && said.contains(&format!("重新计算为{moved}")), "{said}");
    world.assert_rebuilds().await.unwrap();
}

/// F-P3: what the machine's clock says besides the legal day bears on nothing.
#[tokio::test]
async fn f_p3_a_clock_that_jumps_moves_no_due_date() {
    let mut found_dates = Vec::new();
    for ms in [0, -86_400_000_000, 4_000_000_000_000] {
        let mut world = found(45, "2017-11-06").await;
        let list = declared(&mut world, 1..3).await;
        let now = Now { today: world.today, ms };
        let review = Command::Review { list: list.clone(), exceptions: Vec::new(), opinion: "同意".to_owned() };
        world.node(CITY).act(now, "reviewer", &review).await.unwrap();
        let sign = Command::SignReview { list: list.clone(), publicity_waived: None };
        world.node(CITY).act(now, "head", &sign).await.unwrap();
        let open = Command::PublicizeList { list, channel: "门户网站".to_owned() };
        world.node(CITY).act(now, "reviewer", &open).await.unwrap();
        world.settle().await.unwrap();
        found_dates.push((clocks(&world, CITY, 1).await, clocks(&world, PROVINCE, 1).await));
    }
    assert_eq!(found_dates[0], found_dates[1]);
    assert_eq!(found_dates[0], found_dates[2]);
}

/// Names the file with the instant that a child process shall read under its own time zone.
const ASKED: &str = "HONGHEI_TEST_INSTANT";

/// F-P3: legal days are China's in whatever zone the machine stands.
#[test]
fn f_p3_no_time_zone_of_the_machine_moves_a_legal_day() {
    if let Some(file) = std::env::var_os(ASKED) {
        let today = Clock::simulated(file.as_ref()).now().unwrap().today;
        println!("legal day {today}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("instant");
    std::fs::write(&file, "2017-11-06T23:30:00Z").unwrap();
    for zone in ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "MST+11"] {
        let child = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "clocks::f_p3_no_time_zone_of_the_machine_moves_a_legal_day", "--nocapture"])
            .env("TZ", zone)
            .env(ASKED, &file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success() && said.contains("legal day 2017-11-07"), "{zone}: {said}");
    }
}
