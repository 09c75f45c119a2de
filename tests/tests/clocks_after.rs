//! The legal clocks after a final result, across three tiers: publication, exits, objections, repairs; what is overdue
//! is seen above; two versions of a policy side by side (F-P3).

use std::collections::BTreeMap;

use chrono::Days;
use federation::world::World;
use federation::world::entries::{candidate, day};
use honghei_domain::list::{CaseId, CaseSet, ListEntry, ListKind};
use honghei_domain::listing::{DisputeAbout, ExitPlace, ListingCommand};
use honghei_domain::policy::shipped;
use honghei_registry::command::Command;
use honghei_registry::desk::deadlines::{clocks_of, tasks};
use honghei_registry::desk::listing;
use honghei_registry::error::CommandError;

use crate::common::{announce, apply, case, code, commerce, dispute, does, exit, listed};

const EASTERN: &str = "420802-commerce";
const WESTERN: &str = "420804-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";
const TIERS: [&str; 3] = [EASTERN, CITY, PROVINCE];
const PORTAL: &str = "商务主管部门门户网站";

/// Brings entries of a county of the city to the province, short of the result.
async fn reported(world: &mut World, node: &str, kind: ListKind, entries: Vec<ListEntry>) {
    let list = world.send_up(node, kind, entries).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
}

/// The tasks of a node as another sees them: whose, which, last day, standing.
async fn tasks_of(world: &World, at: &str, owner: &str) -> Vec<(String, &'static str, String, &'static str)> {
    world.tasks_of(at, &owner.parse().unwrap()).await.unwrap()
}

/// The one task of a kind that a node has, as everybody concerned sees it: its last day and its standing.
async fn task(world: &World, owner: &str, code: &str) -> Option<(String, &'static str)> {
    let mut seen: Vec<Option<(String, &'static str)>> = Vec::new();
    for at in TIERS {
        let all = tasks_of(world, at, owner).await;
        let mut own = all.into_iter().filter(|task| task.0 == owner && task.1 == code);
        seen.push(own.next().map(|task| (task.2, task.3)));
        assert_eq!(own.next(), None, "one {code} of {owner} at {at}");
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "county, city and province count one {code}: {seen:?}");
    seen.into_iter().next().flatten()
}

/// The clocks of a case since its listing, as everybody concerned sees them: what an official reads of their standing.
async fn clocks(world: &World, case: &CaseId) -> BTreeMap<&'static str, Vec<String>> {
    let mut seen: Vec<BTreeMap<&'static str, Vec<String>>> = Vec::new();
    for at in TIERS {
        let node = world.node(at);
        let cx = node.engine.context(world.now()).await;
        let mut tx = node.store.read().await.unwrap();
        let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for task in clocks_of(&mut *tx, &cx, case).await.unwrap().unwrap() {
            let code = task.clock.deadline.code();
            if ["D-06", "D-07", "D-09", "D-14", "D-15"].iter().any(|after| code.starts_with(after)) {
                found.entry(code).or_default().push(task.standing.zh());
            }
        }
        found.values_mut().for_each(|standings| standings.sort());
        seen.push(found);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "county, city and province count alike: {seen:?}");
    seen.swap_remove(0)
}

async fn exit_of(world: &World, of: &str) -> ExitPlace {
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().next_back().unwrap().place
}

/// D-09, R-040: from the final result to the day on which it stands on every channel the policy demands; whoever
/// stands under the province answers for it.
#[tokio::test]
async fn d_09_a_final_result_is_to_be_published_on_the_demanded_channels_in_time() {
    let mut world = listed(61, "2017-11-06", ListKind::Red, 1..3).await;
    assert_eq!(world.today, day("2018-01-15"));
    // Twenty working days, the last of them the make-up Sunday before the spring festival.
    assert_eq!(task(&world, CITY, "D-09").await, Some(("2018-02-11".to_owned(), "running")));
    assert_eq!(clocks(&world, &case(EASTERN, 1)).await["D-09"], ["剩余20个工作日"]);
    announce(&world, CITY, "reviewer", "信用荆门").await.unwrap();
    assert!(task(&world, CITY, "D-09").await.is_some(), "a channel that may be used besides is not the demanded one");
    announce(&world, WESTERN, "clerk", PORTAL).await.unwrap();
    assert!(task(&world, CITY, "D-09").await.is_some(), "another county's portal shows nobody else's entries");
    world.assert_rebuilds().await.unwrap();
    world.pass_days(2).await.unwrap();
    announce(&world, EASTERN, "clerk", PORTAL).await.unwrap();
    assert_eq!(task(&world, CITY, "D-09").await, None);
    assert_eq!(clocks(&world, &case(EASTERN, 1)).await["D-09"], ["已于2018-01-17按期办结"]);
    world.assert_rebuilds().await.unwrap();

    // Each version that lists something is to be published; a later one holds the earlier.
    for firm in [11, 12] {
        reported(&mut world, EASTERN, ListKind::Red, vec![candidate(ListKind::Red, "420802", firm)]).await;
        world.publish().await.unwrap();
    }
    let open = tasks_of(&world, CITY, CITY).await;
    assert_eq!(open.iter().filter(|task| task.1 == "D-09").count(), 2, "{open:?}");
    announce(&world, CITY, "reviewer", "portal").await.unwrap();
    assert_eq!(task(&world, CITY, "D-09").await, None, "a channel may be named by its code");
    world.assert_rebuilds().await.unwrap();
}

/// D-09, AMB-17: a publication that nobody cares for warns, is overdue, and is put before the province; nothing is
/// taken for done.
#[tokio::test]
async fn d_09_an_overdue_publication_escalates_to_the_level_above_and_is_never_taken_for_done() {
    let mut world = listed(62, "2017-11-06", ListKind::Red, 1..2).await;
    let mut seen = Vec::new();
    for _ in 0..45 {
        let (_, standing) = task(&world, CITY, "D-09").await.unwrap();
        if seen.last() != Some(&standing) {
            seen.push(standing);
        }
        let above = tasks_of(&world, PROVINCE, PROVINCE).await;
        let put_before = above.iter().any(|task| task.0 == CITY && task.1 == "D-09");
        assert_eq!(put_before, standing == "escalated", "{standing}: {above:?}");
        world.pass_days(1).await.unwrap();
    }
    assert_eq!(seen, ["running", "warning", "due", "overdue", "escalated"]);
    announce(&world, CITY, "reviewer", PORTAL).await.unwrap();
    assert!(tasks_of(&world, PROVINCE, PROVINCE).await.iter().all(|task| task.1 != "D-09"));
    let done = clocks(&world, &case(EASTERN, 1)).await["D-09"].clone();
    assert!(done[0].contains("逾期"), "{done:?}");
    world.assert_rebuilds().await.unwrap();
}

/// RX-1, D-06, D-09, R-042, R-050: a red that the comparison took off the list is announced and filed like every other
/// exit, from the day of the version.
#[tokio::test]
async fn rx_1_an_exit_by_comparison_is_filed_within_fifteen_days_and_announced() {
    let mut world = listed(63, "2017-11-06", ListKind::Red, 1..3).await;
    announce(&world, CITY, "reviewer", PORTAL).await.unwrap();
    let mut court = candidate(ListKind::Black, "420802", 1);
    court.recognised_on = Some(day("2017-10-01"));
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![court]).await.unwrap();
    world.turn_to(day("2018-02-05")).await.unwrap();
    world.publish().await.unwrap();
    // 20 February is a holiday: the fifteenth day rolls. What the court listed is the court's to publish.
    assert_eq!(task(&world, CITY, "D-06").await, Some(("2018-02-22".to_owned(), "running")));
    assert_eq!(task(&world, CITY, "D-09").await, Some(("2018-03-08".to_owned(), "running")));
    assert!(tasks_of(&world, PROVINCE, PROVINCE).await.is_empty());
    let of_case = clocks(&world, &case(EASTERN, 1)).await;
    assert!(of_case.contains_key("D-06") && of_case.contains_key("D-09"), "{of_case:?}");
    assert!(!clocks(&world, &case(EASTERN, 2)).await.contains_key("D-06"), "the other red stays");
    world.assert_rebuilds().await.unwrap();
    world.turn_to(day("2018-02-12")).await.unwrap();
    assert_eq!(task(&world, CITY, "D-06").await.unwrap().1, "running", "three working days are left");
    world.turn_to(day("2018-02-15")).await.unwrap();
    assert_eq!(task(&world, CITY, "D-06").await.unwrap().1, "warning", "day ten (AMB-05)");
    let exit = exit_of(&world, EASTERN).await;
    let told = ListingCommand::AnnounceExit { exit, channel: PORTAL.to_owned(), receipt: "回执2".to_owned() };
    does(&world, CITY, "reviewer", told).await.unwrap();
    assert_eq!(task(&world, CITY, "D-09").await, None);
    world.turn_to(day("2018-02-28")).await.unwrap();
    let above = tasks_of(&world, PROVINCE, PROVINCE).await;
    assert_eq!(above, [(CITY.to_owned(), "D-06", "2018-02-22".to_owned(), "escalated")]);
    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    assert_eq!(task(&world, CITY, "D-06").await, None);
    assert_eq!(clocks(&world, &case(EASTERN, 1)).await["D-06"], ["已于2018-02-28办结，逾期5个工作日"]);
    world.assert_rebuilds().await.unwrap();
}

/// RX-1: where the county announces the list afterwards on a channel of its own, whoever hears of it first or last
/// counts the same; channels used after the exit owe nothing of it.
#[tokio::test]
async fn d_09_only_channels_used_before_an_exit_owe_its_announcement() {
    let mut world = listed(64, "2017-11-06", ListKind::Black, 1..2).await;
    announce(&world, CITY, "reviewer", PORTAL).await.unwrap();
    announce(&world, EASTERN, "clerk", "政务公众号").await.unwrap();
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    let place = exit_of(&world, EASTERN).await;
    let told = |channel: &str| ListingCommand::AnnounceExit {
        exit: place.clone(),
        channel: channel.to_owned(),
        receipt: "回执3".to_owned(),
    };
    world.pass_days(1).await.unwrap();
    announce(&world, EASTERN, "clerk", "商务快报").await.unwrap();
    does(&world, CITY, "reviewer", told(PORTAL)).await.unwrap();
    assert!(task(&world, CITY, "D-09").await.is_some(), "政务公众号 is still to come");
    does(&world, CITY, "reviewer", told("政务公众号")).await.unwrap();
    assert_eq!(task(&world, CITY, "D-09").await, None);
    world.assert_rebuilds().await.unwrap();
}

/// D-15, D-15a: the mark is the province's task from the receipt on; while it does not hear of the objection, whoever
/// received it sees the clock run out.
#[tokio::test]
async fn d_15a_a_mark_that_does_not_come_is_seen_by_whoever_received_the_objection() {
    let mut world = listed(65, "2017-11-06", ListKind::Black, 1..3).await;
    let objection = world
        .act(EASTERN, "clerk", Command::Listing(dispute(&case(EASTERN, 1), DisputeAbout::Recognition)))
        .await
        .unwrap();
    let marks = async |world: &World| {
        let all = tasks_of(world, EASTERN, PROVINCE).await;
        all.into_iter().filter(|task| task.1 == "D-15a").map(|task| (task.2, task.3)).collect::<Vec<_>>()
    };
    let due = "2018-01-16".to_owned();
    assert_eq!(marks(&world).await, [(due.clone(), "warning")]);
    world.today = day("2018-01-16");
    assert_eq!(marks(&world).await, [(due.clone(), "due")]);
    world.today = day("2018-01-18");
    assert_eq!(marks(&world).await, [(due.clone(), "overdue")]);
    world.today = day("2018-01-19");
    assert_eq!(marks(&world).await, [(due, "escalated")]);
    // The line is up again.
    world.settle().await.unwrap();
    assert!(marks(&world).await.is_empty());
    let of_case = clocks(&world, &case(EASTERN, 1)).await;
    assert_eq!(of_case["D-15a"], ["已于2018-01-19办结，逾期3个工作日"]);
    // A second objection finds the mark.
    does(&world, CITY, "reviewer", dispute(&case(EASTERN, 1), DisputeAbout::Recognition)).await.unwrap();
    let of_case = clocks(&world, &case(EASTERN, 1)).await;
    assert_eq!(of_case["D-15a"], ["已于2018-01-19办结，逾期3个工作日", "已于2018-01-19按期办结"]);
    world.assert_rebuilds().await.unwrap();

    // D-15b and D-15 run out one after the other and are put before the level above each.
    world.turn_to(day("2018-02-05")).await.unwrap();
    let above = |all: Vec<(String, &'static str, String, &'static str)>, owner: &str| {
        all.into_iter().filter(|task| task.0 == owner).map(|task| (task.1, task.3)).collect::<Vec<_>>()
    };
    let city = above(tasks_of(&world, CITY, CITY).await, EASTERN);
    assert_eq!(city, [("D-15b", "escalated"), ("D-15b", "escalated")]);
    let province = above(tasks_of(&world, PROVINCE, PROVINCE).await, CITY);
    assert!(province.contains(&("D-15", "escalated")), "{province:?}");
    let verify = ListingCommand::VerifyDispute { dispute: objection, stands: false, reason: "经核对".to_owned() };
    does(&world, EASTERN, "head", verify).await.unwrap();
    let city = above(tasks_of(&world, CITY, CITY).await, EASTERN);
    assert_eq!(city, [("D-15b", "escalated")]);
    world.assert_rebuilds().await.unwrap();
}

/// D-14, D-15: an entry that leaves takes its open clocks with it; when the province refuses the exit they run on.
#[tokio::test]
async fn d_14_d_15_an_entry_that_left_the_list_owes_no_decision_any_more() {
    // 36号令 did not apply yet, so a repair had nothing to wait for.
    let mut world = listed(66, "2017-11-06", ListKind::Black, 1..3).await;
    for number in [1, 2] {
        does(&world, CITY, "reviewer", dispute(&case(EASTERN, number), DisputeAbout::Recognition)).await.unwrap();
        does(&world, CITY, "reviewer", apply(&case(EASTERN, number))).await.unwrap();
    }
    let open = async |world: &World| {
        let mut found: Vec<&'static str> = Vec::new();
        for owner in TIERS {
            found.extend(tasks_of(world, CITY, owner).await.iter().filter(|task| task.0 == owner).map(|task| task.1));
        }
        found.sort_unstable();
        found.retain(|code| code.starts_with("D-14") || code.starts_with("D-15"));
        found
    };
    assert_eq!(open(&world).await, ["D-14a", "D-14a", "D-15", "D-15", "D-15b", "D-15b"]);
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    assert_eq!(open(&world).await, ["D-14a", "D-15", "D-15b"]);
    world.assert_rebuilds().await.unwrap();
    // At the end of the term there is nothing left to repair; the objection still wants its answer.
    let last = day("2021-01-15");
    world.today = last + Days::new(1);
    world.settle().await.unwrap();
    assert_eq!(open(&world).await, ["D-15", "D-15b"]);
    world.assert_rebuilds().await.unwrap();
}

/// BX-1, 36号令: under the commerce policy as it ships an application waits until a year has passed since the recognition,
/// and is then received.
#[tokio::test]
async fn bx_1_a_repair_before_the_least_time_in_public_is_refused_with_its_clause() {
    let mut world = listed(67, "2026-03-02", ListKind::Black, 1..2).await;
    let published = world.today;
    assert!(published > day("2026-04-01"), "{published}");
    world.pass_days(30).await.unwrap();
    let first = case(EASTERN, 1);
    let refused = does(&world, CITY, "reviewer", apply(&first)).await.unwrap_err();
    let CommandError::Refused(refusal) = &refused else { panic!("{refused}") };
    assert_eq!((refusal.code, refusal.clause), ("REPAIR_TOO_EARLY", "BX-1"));
    assert!(refusal.zh.contains("《信用修复管理办法》（国家发展改革委令第36号）"), "{}", refusal.zh);
    // Certified after notice and publicity, long before it was published.
    world.today = day("2027-03-27");
    assert_eq!(
        code(does(&world, CITY, "reviewer", apply(&first)).await),
        "REPAIR_TOO_EARLY",
        "the last day of the year"
    );
    world.today = world.today.succ_opt().unwrap();
    does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    // Nobody knows the next year's holidays yet: the last day is provisional, and says so.
    let node = world.node(CITY);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let found = tasks(&mut *tx, &cx, &CITY.parse().unwrap(), 100).await.unwrap();
    let accepting = found.iter().find(|task| task.clock.deadline.code() == "D-14a").unwrap();
    assert!(accepting.due.date().unwrap().provisional);
    assert!(accepting.clock.reason(&cx.reference.calendar).result.contains("暂定"));
}

fn publicise(cases: CaseSet) -> Command {
    Command::PublicizeCases { cases, channel: "门户网站".to_owned() }
}

/// R-010, D-01, D-16: one publicity has one end, and each case has that of the version it was collected under: a named
/// set over two periods is refused with a sentence, and without a set the officer takes one version after the other.
#[tokio::test]
async fn r_010_a_publicity_never_gives_a_case_another_versions_end() {
    let mut world = commerce(68, "2017-11-06").await;
    let name = "jm-commerce-2017-draft";
    let red = |firm| candidate(ListKind::Red, "420802", firm);
    world.collect(EASTERN, vec![red(1), red(2)]).await.unwrap();
    let text = shipped()[0].1;
    let longer = text
        .replace("version = 1\n", "version = 2\n")
        .replace("candidate_publicity_days = 10", "candidate_publicity_days = 15")
        .replace("statement_days = 10", "statement_days = 15");
    world.publish_policy(name, 2, &longer).await.unwrap();
    world.collect(EASTERN, vec![red(3), red(4)]).await.unwrap();

    let refused = world.act(EASTERN, "clerk", publicise(CaseSet::from_numbers([2, 3]))).await.unwrap_err();
    let CommandError::Refused(refusal) = &refused else { panic!("{refused}") };
    assert_eq!((refusal.code, refusal.clause), ("POLICY_VERSIONS_DIFFER", "R-010"));
    for part in ["420802-commerce#2", "@1（10个工作日）", "420802-commerce#3", "@2（15个工作日）", "分别办理"]
    {
        assert!(refusal.zh.contains(part), "{part} in {}", refusal.zh);
    }
    let notice = |cases| Command::ServeNotice {
        cases,
        method: "直接送达".to_owned(),
        served_on: day("2017-11-06"),
        proof: "送达回证".to_owned(),
    };
    let mixed = world.act(EASTERN, "clerk", notice(CaseSet::from_numbers([2, 3]))).await;
    assert_eq!(code(mixed), "POLICY_VERSIONS_DIFFER");

    let officer = honghei_domain::act::OfficerId("clerk".to_owned());
    let every = publicise(CaseSet::default());
    let proposal = world.node(EASTERN).engine.propose(world.now(), &officer, &every).await.unwrap();
    assert!(proposal.summary.contains("公示2个") && proposal.summary.contains("另有2个"), "{}", proposal.summary);
    for _ in 0..2 {
        world.act(EASTERN, "clerk", publicise(CaseSet::default())).await.unwrap();
        world.act(EASTERN, "clerk", notice(CaseSet::default())).await.unwrap();
    }
    assert_eq!(code(world.act(EASTERN, "clerk", publicise(CaseSet::default())).await), "ALREADY_DONE");
    let own = tasks_of(&world, EASTERN, EASTERN).await;
    let dates =
        |code: &str| -> Vec<String> { own.iter().filter(|task| task.1 == code).map(|task| task.2.clone()).collect() };
    for code in ["D-01", "D-16"] {
        assert_eq!(dates(code), ["2017-11-20", "2017-11-27"], "{code}");
    }
    world.assert_rebuilds().await.unwrap();
    // Each ends with its own period: those of the first version can be certified a week before the others.
    world.turn_to(day("2017-11-22")).await.unwrap();
    let certify = |numbers: [u64; 2]| Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers(numbers)),
        opinion: "同意认定".to_owned(),
    };
    world.act(EASTERN, "head", certify([1, 2])).await.unwrap();
    assert_eq!(code(world.act(EASTERN, "head", certify([3, 4])).await), "PUBLICITY_RUNNING");
    world.turn_to(day("2017-11-28")).await.unwrap();
    world.act(EASTERN, "head", certify([3, 4])).await.unwrap();
    world.assert_rebuilds().await.unwrap();
}
