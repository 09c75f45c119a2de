//! Life after listing: each story is one right of the firm or one exit, lived through across three tiers (1.8).

use chrono::NaiveDate;
use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::list::{CaseId, ListEntry, ListKind, Repairability};
use honghei_domain::listing::{
    DisputeAbout, ExitPlace, ListingCommand, Materials, Shown, SubjectStatus, measures_in_force, status_of,
};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::desk::listing::{self, view};
use honghei_registry::error::CommandError;

const EASTERN: &str = "420802-commerce";
const WESTERN: &str = "420804-commerce";
const DIRECT: &str = "429004-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";
const NODES: [&str; 5] = [EASTERN, WESTERN, DIRECT, CITY, PROVINCE];

fn case(node: &str, number: u64) -> CaseId {
    CaseId { origin: node.parse().unwrap(), number }
}

fn code<T: std::fmt::Debug>(result: Result<T, CommandError>) -> String {
    result.unwrap_err().code().to_owned()
}

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

/// A federation in which 东宝 has listed some entries.
async fn listed(seed: u64, kind: ListKind, firms: std::ops::Range<u32>) -> World {
    let mut world = found(seed).await;
    list(&mut world, EASTERN, kind, firms.map(|firm| candidate(kind, "420802", firm)).collect()).await;
    world
}

/// Brings entries of a county of the city onto the final list.
async fn list(world: &mut World, node: &str, kind: ListKind, entries: Vec<ListEntry>) {
    let list = world.send_up(node, kind, entries).await.unwrap();
    let reviewer = if node == DIRECT { PROVINCE } else { CITY };
    world.review(reviewer, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
}

async fn does(world: &World, node: &str, officer: &str, asked: ListingCommand) -> Result<EntryRef, CommandError> {
    let done = world.act(node, officer, Command::Listing(asked)).await?;
    world.settle().await?;
    Ok(done)
}

fn dispute(case: &CaseId, about: DisputeAbout) -> ListingCommand {
    ListingCommand::ReceiveDispute {
        case: case.clone(),
        about,
        by: "样例公司".to_owned(),
        grounds: "处罚决定不是对本公司作出的".to_owned(),
    }
}

fn verify(dispute: &EntryRef, stands: bool) -> ListingCommand {
    ListingCommand::VerifyDispute { dispute: dispute.clone(), stands, reason: "经核对卷宗".to_owned() }
}

fn decide(dispute: &EntryRef, upheld: bool) -> ListingCommand {
    ListingCommand::DecideDispute { dispute: dispute.clone(), upheld, reason: "经审查".to_owned() }
}

fn exit(case: &CaseId, code: &str) -> ListingCommand {
    ListingCommand::Exit {
        case: case.clone(),
        code: code.to_owned(),
        reason: "经核实".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    }
}

fn materials() -> Materials {
    Materials {
        corrected: "已停止销售并召回".to_owned(),
        fulfilled: "罚款已缴纳".to_owned(),
        promise: "承诺今后守法经营，所报材料真实".to_owned(),
        names: ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec(),
        attachments: Vec::new(),
    }
}

fn apply(case: &CaseId) -> ListingCommand {
    ListingCommand::ReceiveRepair { case: case.clone(), by: "样例公司".to_owned(), materials: materials() }
}

fn accept(application: &EntryRef) -> ListingCommand {
    ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason: "材料齐全".to_owned() }
}

fn grant(application: &EntryRef, granted: bool) -> ListingCommand {
    ListingCommand::DecideRepair { application: application.clone(), granted, reason: "已完成整改".to_owned() }
}

/// How a node shows a firm.
async fn shown(world: &World, node: &str, entry: &ListEntry) -> Vec<Shown> {
    let mut tx = world.node(node).store.read().await.unwrap();
    view::shown(&mut *tx, &SubjectKey::of(&entry.subject)).await.unwrap()
}

async fn status(world: &World, node: &str, entry: &ListEntry) -> SubjectStatus {
    status_of(&shown(world, node, entry).await, world.today)
}

/// The measures that meet a firm, by code.
async fn measures(world: &World, node: &str, entry: &ListEntry) -> Vec<String> {
    let shown = shown(world, node, entry).await;
    let cx = world.node(node).engine.context(world.now()).await;
    let policy = listing::policy_of_node(&cx, &EASTERN.parse().unwrap()).unwrap();
    measures_in_force(policy, &shown, world.today).into_iter().map(|measure| measure.code.clone()).collect()
}

/// The exits a node knows of a recogniser, with code, cases and whether they are filed.
async fn departures(world: &World, node: &str, of: &str) -> Vec<(String, Vec<u64>, bool)> {
    let mut tx = world.node(node).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().map(|exit| (exit.code.clone(), exit.cases.iter().collect(), exit.is_filed())).collect()
}

async fn place_of_exit(world: &World, of: &str) -> ExitPlace {
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&of.parse().unwrap())).await.unwrap();
    all.into_iter().next_back().unwrap().place
}

async fn duties(world: &World, node: &str) -> Vec<(&'static str, Option<NaiveDate>)> {
    let cx = world.node(node).engine.context(world.now()).await;
    let mut tx = world.node(node).store.read().await.unwrap();
    let duties = view::duties(&mut *tx, &cx).await.unwrap();
    duties.into_iter().map(|duty| (duty.kind, duty.due_on)).collect()
}

fn black(firm: u32) -> ListEntry {
    candidate(ListKind::Black, "420802", firm)
}

fn red(firm: u32) -> ListEntry {
    candidate(ListKind::Red, "420802", firm)
}

/// D-15, F-09, AMB-16, BX-2: received anywhere, marked everywhere the same day, verified, decided above, corrected.
#[tokio::test]
async fn bx_2_an_upheld_objection_corrects_a_black_and_leaves_no_public_fact_of_it() {
    let world = listed(1, ListKind::Black, 1..3).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, CITY, "reviewer", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert!(shown[0].is_disputed(), "{node} shows the mark the same day (D-15)");
        assert!(shown[0].is_in_force(world.today), "an objection suspends nothing");
    }
    assert_eq!(duties(&world, EASTERN).await[0].0, "verify");
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, true)).await), "VERIFICATION_MISSING");
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    assert_eq!(code(does(&world, PROVINCE, "head", decide(&objection, true)).await), "DISPUTE_NOT_HERE");
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown[0].standing_on(world.today), "exited", "{node} does not wait for a result version");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Unlisted);
        assert!(measures(&world, node, &black(1)).await.is_empty(), "R-051 at {node}");
    }
    world.publish().await.unwrap();
    for node in [WESTERN, DIRECT] {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown.len(), 1);
        assert!(shown[0].row.is_none(), "the row with its facts is gone");
        assert_eq!(shown[0].notice(), "有关信息已撤下", "a neutral notice, without reason or fact");
    }
    assert_eq!(status(&world, WESTERN, &black(2)).await, SubjectStatus::Black);
    assert_eq!(departures(&world, CITY, EASTERN).await, [("BX-2".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// AMB-16: an objection that is not upheld leaves the entry, and the mark goes everywhere.
#[tokio::test]
async fn d_15_a_rejected_objection_takes_the_mark_off_again() {
    let world = listed(2, ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    assert!(shown(&world, DIRECT, &black(1)).await[0].is_disputed());
    does(&world, EASTERN, "head", verify(&objection, false)).await.unwrap();
    does(&world, CITY, "head", decide(&objection, false)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, false)).await), "ALREADY_DONE");
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, true)).await), "DISPUTE_DECIDED_OTHERWISE");
    for node in NODES {
        assert!(!shown(&world, node, &black(1)).await[0].is_disputed(), "{node}");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Black);
    }
    assert!(departures(&world, CITY, EASTERN).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}

/// RX-2: the same for a red that was recognised in error.
#[tokio::test]
async fn rx_2_an_upheld_objection_against_a_red_corrects_it() {
    let world = listed(3, ListKind::Red, 1..3).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
    assert_eq!(departures(&world, PROVINCE, EASTERN).await, [("RX-2".to_owned(), vec![1], false)]);
    assert!(measures(&world, EASTERN, &red(1)).await.is_empty());
    assert!(!measures(&world, EASTERN, &red(2)).await.is_empty());
}

/// F-P5: who received an objection does not decide it, whatever roles he has.
#[tokio::test]
async fn nobody_decides_an_objection_that_he_received() {
    use honghei_domain::permit::Role;
    let mut world = listed(4, ListKind::Black, 1..2).await;
    world.appoint_officer(CITY, "both", vec![Role::Reviewer, Role::Head]).await.unwrap();
    let first = case(EASTERN, 1);
    let objection = does(&world, CITY, "both", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "both", decide(&objection, true)).await), "DUTIES_NOT_SEPARATE");
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
}

/// AMB-16: what concerns the comparison is the province's to decide.
#[tokio::test]
async fn amb_16_an_objection_against_the_comparison_is_decided_by_the_province() {
    let world = listed(5, ListKind::Red, 1..3).await;
    let mut court = black(1);
    court.recognised_on = Some(day("2017-10-01"));
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![court]).await.unwrap();
    world.publish().await.unwrap();
    let first = case(EASTERN, 1);
    assert_eq!(
        code(does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await),
        "ENTRY_NOT_LISTED"
    );
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Comparison)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, false)).await), "DISPUTE_NOT_HERE");
    does(&world, PROVINCE, "head", decide(&objection, false)).await.unwrap();
    // RX-1: the exit by comparison is announced and filed like every other.
    assert_eq!(departures(&world, CITY, EASTERN).await, [("RX-1".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// RX-3, AMB-22: the subject's own wish is carried out by the city and told without the facts.
#[tokio::test]
async fn rx_3_a_firm_has_its_red_entry_deleted_and_that_is_told_neutrally() {
    let world = listed(6, ListKind::Red, 1..3).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "head", exit(&first, "RX-3")).await), "EXIT_NOT_YOURS");
    does(&world, CITY, "head", exit(&first, "RX-3")).await.unwrap();
    for node in NODES {
        assert_eq!(shown(&world, node, &red(1)).await[0].notice(), "依主体申请，有关信息已撤下", "{node}");
        assert!(measures(&world, node, &red(1)).await.is_empty(), "incentives stop at {node}");
    }
    assert_eq!(code(does(&world, CITY, "head", exit(&first, "RX-3")).await), "ALREADY_DONE");
    assert_eq!(departures(&world, EASTERN, EASTERN).await, [("RX-3".to_owned(), vec![1], false)]);
}

/// D-06, D-07, F-13, AMB-05, AMB-16b: where the list was published, with which receipt, is on
/// record; an exit is told on every one of these channels, filed in time, received.
#[tokio::test]
async fn r_050_an_exit_is_announced_on_every_original_channel_and_filed_with_a_receipt() {
    let mut world = listed(7, ListKind::Red, 1..3).await;
    let announce = ListingCommand::AnnounceList { channel: "信用荆门".to_owned(), receipt: "xyjm/1".to_owned() };
    does(&world, CITY, "reviewer", announce).await.unwrap();
    does(&world, CITY, "head", exit(&case(EASTERN, 1), "RX-3")).await.unwrap();
    let place = place_of_exit(&world, EASTERN).await;
    let told = |channel: &str| ListingCommand::AnnounceExit {
        exit: place.clone(),
        channel: channel.to_owned(),
        receipt: "回执1".to_owned(),
    };
    assert_eq!(code(does(&world, CITY, "reviewer", told("某论坛")).await), "CHANNEL_NOT_ORIGINAL");
    does(&world, CITY, "reviewer", told("信用荆门")).await.unwrap();
    assert_eq!(code(does(&world, CITY, "reviewer", told("信用荆门")).await), "ALREADY_DONE");
    assert!(duties(&world, CITY).await.iter().any(|(kind, _)| *kind == "announce"), "the portal is still to come");
    does(&world, CITY, "reviewer", told("商务主管部门门户网站")).await.unwrap();
    assert!(!duties(&world, CITY).await.iter().any(|(kind, _)| *kind == "announce"));
    let due = duties(&world, CITY).await.iter().find(|(kind, _)| *kind == "file").unwrap().1.unwrap();
    assert!(due >= world.today + chrono::Days::new(15), "fifteen calendar days, rolled to a working day (AMB-05)");
    assert_eq!(code(does(&world, PROVINCE, "reviewer", ListingCommand::FileExits).await), "FILING_WITH_ONESELF");
    world.pass_days(11).await.unwrap();
    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    for node in [EASTERN, CITY, PROVINCE] {
        assert_eq!(departures(&world, node, EASTERN).await, [("RX-3".to_owned(), vec![1], true)], "{node}");
    }
    assert_eq!(code(does(&world, CITY, "reviewer", ListingCommand::FileExits).await), "ALREADY_DONE");
    world.assert_rebuilds().await.unwrap();
}

/// RX-8, RX-9, RX-10: the recogniser's own decisions, under codes the policy knows and no others.
#[tokio::test]
async fn rx_8_rx_9_rx_10_are_decided_by_the_recogniser() {
    let world = listed(8, ListKind::Red, 1..5).await;
    for (number, code) in [(1, "RX-8"), (2, "RX-9"), (3, "RX-10")] {
        does(&world, EASTERN, "head", exit(&case(EASTERN, number), code)).await.unwrap();
    }
    let fourth = case(EASTERN, 4);
    for (wrong, answer) in [
        ("RX-1", "EXIT_BY_COMPARISON"),
        ("RX-4", "EXIT_BY_TERM"),
        ("RX-7", "EXIT_BY_COMPARISON"),
        ("BX-2", "EXIT_CODE_UNFIT"),
        ("RX-6", "EXIT_CODE_UNFIT"),
        ("RX-99", "EXIT_CODE_UNFIT"),
    ] {
        assert_eq!(code(does(&world, EASTERN, "head", exit(&fourth, wrong)).await), answer, "{wrong}");
    }
    let withdraw = Command::Withdraw { case: fourth, code: "RX-2".to_owned(), reason: "有误".to_owned() };
    assert_eq!(code(world.act(EASTERN, "head", withdraw).await), "ENTRY_LISTED");
    let codes: Vec<String> = departures(&world, PROVINCE, EASTERN).await.into_iter().map(|exit| exit.0).collect();
    assert_eq!(codes, ["RX-8", "RX-9", "RX-10"]);
}

/// RX-4, BX-3, D-04, D-05: at the midnight after the last day, by nobody's decision, once.
#[tokio::test]
async fn rx_4_bx_3_entries_leave_at_the_midnight_after_three_years() {
    let mut world = listed(9, ListKind::Red, 1..3).await;
    list(&mut world, EASTERN, ListKind::Black, vec![black(7)]).await;
    let last = shown(&world, EASTERN, &red(1)).await[0].row.as_ref().unwrap().valid_to;
    does(&world, CITY, "head", exit(&case(EASTERN, 2), "RX-3")).await.unwrap();
    world.today = last;
    world.settle().await.unwrap();
    assert_eq!(status(&world, DIRECT, &red(1)).await, SubjectStatus::Red, "the last day runs to 24:00");
    assert_eq!(departures(&world, EASTERN, EASTERN).await.len(), 1);
    world.today = last.succ_opt().unwrap();
    world.settle().await.unwrap();
    assert_eq!(status(&world, DIRECT, &red(1)).await, SubjectStatus::Unlisted);
    let expired = ("RX-4".to_owned(), vec![1], false);
    assert!(departures(&world, CITY, EASTERN).await.contains(&expired), "what had left before is not told twice");
    // However late the nodes wake up, each end keeps its own day.
    world.today = last + chrono::Days::new(400);
    world.settle().await.unwrap();
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&EASTERN.parse().unwrap())).await.unwrap();
    let black_exit = all.iter().find(|exit| exit.code == "BX-3").unwrap();
    let black_last = shown(&world, EASTERN, &black(7)).await[0].row.as_ref().unwrap().valid_to;
    assert_eq!(black_exit.decided_on, black_last.succ_opt().unwrap());
    drop(tx);
    world.assert_rebuilds().await.unwrap();
}

/// BX-1, F-03, F-12, D-14, 36号令: application, acceptance, decision; the measures stop with it.
#[tokio::test]
async fn bx_1_a_repair_is_applied_for_accepted_and_granted_by_the_city() {
    let world = listed(10, ListKind::Black, 1..3).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "clerk", apply(&first)).await), "REPAIR_NOT_HERE");
    assert_eq!(code(does(&world, CITY, "head", exit(&first, "BX-1")).await), "EXIT_BY_REPAIR");
    let without = ListingCommand::ReceiveRepair {
        case: first.clone(),
        by: "样例公司".to_owned(),
        materials: Materials { promise: String::new(), ..materials() },
    };
    assert_eq!(code(does(&world, CITY, "reviewer", without).await), "PROMISE_MISSING");
    let lacking = Materials { names: vec!["销榜申请".to_owned()], ..materials() };
    let lacking =
        ListingCommand::ReceiveRepair { case: first.clone(), by: "样例公司".to_owned(), materials: lacking };
    assert_eq!(code(does(&world, CITY, "reviewer", lacking).await), "REPAIR_MATERIALS_MISSING");
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    assert_eq!(duties(&world, CITY).await[0].0, "accept");
    assert_eq!(code(does(&world, CITY, "head", grant(&application, true)).await), "REPAIR_NOT_ACCEPTED");
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    assert_eq!(duties(&world, CITY).await[0].0, "repair");
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    for node in NODES {
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Unlisted, "{node}");
        assert!(measures(&world, node, &black(1)).await.is_empty(), "R-051 at {node}");
        assert_eq!(status(&world, node, &black(2)).await, SubjectStatus::Black);
    }
    assert_eq!(departures(&world, EASTERN, EASTERN).await, [("BX-1".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// BX-1 refused leaves everything as it was, and the firm may apply again.
#[tokio::test]
async fn bx_1_a_refused_repair_changes_nothing() {
    let world = listed(11, ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "reviewer", apply(&first)).await), "ALREADY_DONE");
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, false)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", grant(&application, true)).await), "REPAIR_DECIDED_OTHERWISE");
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Black);
    does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
}

/// R-053, F-11: 不得修复 closes BX-1 and nothing else.
#[tokio::test]
async fn r_053_an_irreparable_entry_is_still_open_to_correction_and_revocation() {
    let mut world = found(12).await;
    let forbidden = Some(Repairability::Irreparable { legal_basis: "《样例法》第九条".to_owned() });
    let entries = [1, 2].map(|firm| ListEntry { repairability: forbidden.clone(), ..black(firm) });
    list(&mut world, EASTERN, ListKind::Black, entries.to_vec()).await;
    assert_eq!(code(does(&world, CITY, "reviewer", apply(&case(EASTERN, 1))).await), "REPAIR_FORBIDDEN");
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    let revoked = ListingCommand::Exit {
        case: case(EASTERN, 2),
        code: "BX-5".to_owned(),
        reason: "处罚决定经复议撤销".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, EASTERN, "head", revoked).await.unwrap();
    let codes: Vec<String> = departures(&world, CITY, EASTERN).await.into_iter().map(|exit| exit.0).collect();
    assert_eq!(codes, ["BX-2", "BX-5"]);
}

/// 信用修复管理办法: a false promise puts the entry back, with the term it had; replay does not lose it again.
#[tokio::test]
async fn bx_1_a_false_promise_lists_the_entry_again_with_its_old_term() {
    let mut world = listed(13, ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let before = shown(&world, DIRECT, &black(1)).await[0].row.clone().unwrap();
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    world.publish().await.unwrap();
    assert!(shown(&world, DIRECT, &black(1)).await[0].row.is_none());
    world.pass_days(30).await.unwrap();
    let revoke =
        ListingCommand::RevokeRepair { application: application.clone(), reason: "缴款凭证系伪造".to_owned() };
    does(&world, CITY, "head", revoke.clone()).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", revoke).await), "ALREADY_DONE");
    world.publish().await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown[0].row.as_ref(), Some(&before), "{node} serves the row it had");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Black, "{node}");
    }
    world.assert_rebuilds().await.unwrap();
}

/// BX-5: a revoked basis names its day, and the withdrawal does not wait for a result version.
#[tokio::test]
async fn bx_5_a_revoked_basis_withdraws_the_entry_the_same_day() {
    let world = listed(14, ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "head", exit(&first, "BX-5")).await), "REVOCATION_DAY_MISSING");
    let revoked = ListingCommand::Exit {
        case: first,
        code: "BX-5".to_owned(),
        reason: "行政判决确认处罚决定无效".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, EASTERN, "head", revoked).await.unwrap();
    assert_eq!(shown(&world, DIRECT, &black(1)).await[0].notice(), "依据文书已撤销，有关信息已撤下");
    assert_eq!(status(&world, WESTERN, &black(1)).await, SubjectStatus::Unlisted);
}

/// A red that a later black of another county removed (RX-1), and the black.
async fn removed_red(seed: u64) -> World {
    let mut world = listed(seed, ListKind::Red, 1..3).await;
    let theirs = ListEntry {
        subject: red(1).subject,
        territorial_override: Some("违法行为发生在本地".to_owned()),
        ..candidate(ListKind::Black, "420804", 1)
    };
    list(&mut world, WESTERN, ListKind::Black, vec![theirs]).await;
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Black);
    world
}

async fn offer(world: &World) -> EntryRef {
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    let known = listing::listing(&mut *tx, &case(EASTERN, 1)).await.unwrap();
    known.open_offers().next().unwrap().0.clone()
}

/// AMB-14, F-P8: never silent, never automatic: an offer, and the recogniser's signature.
#[tokio::test]
async fn amb_14_a_red_that_a_wrong_black_removed_is_offered_back_with_its_remaining_term() {
    let world = removed_red(15).await;
    let first = case(WESTERN, 1);
    does(&world, WESTERN, "head", exit(&first, "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted, "nothing comes back by itself");
    assert_eq!(duties(&world, EASTERN).await.first().map(|duty| duty.0), Some("restore"));
    let at = offer(&world).await;
    let answer = ListingCommand::AnswerRestoration { offer: at, accepted: true, reason: "仍符合条件".to_owned() };
    assert_eq!(code(does(&world, EASTERN, "clerk", answer.clone()).await), "NOT_PERMITTED");
    does(&world, EASTERN, "head", answer.clone()).await.unwrap();
    assert_eq!(code(does(&world, EASTERN, "head", answer).await), "ALREADY_DONE");
    world.publish().await.unwrap();
    for node in NODES {
        let rows = shown(&world, node, &red(1)).await;
        let row = rows.iter().find_map(|entry| entry.row.as_ref()).unwrap();
        assert_eq!(row.case, case(EASTERN, 1));
        let other = shown(&world, node, &red(2)).await[0].row.clone().unwrap();
        assert_eq!((row.valid_from, row.valid_to), (other.valid_from, other.valid_to), "the original term at {node}");
        assert_eq!(status(&world, node, &red(1)).await, SubjectStatus::Red);
    }
    world.assert_rebuilds().await.unwrap();
}

/// AMB-14: a declined offer leaves the red removed; a black that merely expires or is repaired offers nothing.
#[tokio::test]
async fn amb_14_a_declined_offer_restores_nothing_and_a_repair_offers_nothing() {
    let world = removed_red(16).await;
    let revoked = ListingCommand::Exit {
        case: case(WESTERN, 1),
        code: "BX-5".to_owned(),
        reason: "处罚决定经复议撤销".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, WESTERN, "head", revoked).await.unwrap();
    let at = offer(&world).await;
    let answer =
        ListingCommand::AnswerRestoration { offer: at, accepted: false, reason: "已不符合条件".to_owned() };
    does(&world, EASTERN, "head", answer).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted);

    let world = removed_red(17).await;
    let application = does(&world, CITY, "reviewer", apply(&case(WESTERN, 1))).await.unwrap();
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    world.publish().await.unwrap();
    assert!(duties(&world, EASTERN).await.iter().all(|(kind, _)| *kind != "restore"));
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted);
}

/// AMB-23: black until the last entry in force has left.
#[tokio::test]
async fn amb_23_one_repaired_entry_of_two_leaves_the_firm_black() {
    let mut world = listed(18, ListKind::Black, 1..2).await;
    let theirs = ListEntry {
        subject: black(1).subject,
        territorial_override: Some("违法行为发生在本地".to_owned()),
        ..candidate(ListKind::Black, "420804", 1)
    };
    list(&mut world, WESTERN, ListKind::Black, vec![theirs]).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Black);
    assert!(!measures(&world, DIRECT, &black(1)).await.is_empty());
    does(&world, WESTERN, "head", exit(&case(WESTERN, 1), "BX-2")).await.unwrap();
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Unlisted);
}

/// AMB-24: listed again after an exit: a new case with a new term, linked to the one before.
#[tokio::test]
async fn amb_24_a_new_listing_after_an_exit_is_a_new_entry_with_its_predecessor() {
    let mut world = listed(19, ListKind::Black, 1..2).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    let mut again = black(1);
    again.document.as_mut().unwrap().number = "样例〔2018〕77号".to_owned();
    list(&mut world, EASTERN, ListKind::Black, vec![again]).await;
    let second = case(EASTERN, 2);
    let rows = shown(&world, DIRECT, &black(1)).await;
    assert!(rows.iter().any(|entry| entry.case == second && entry.is_in_force(world.today)));
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    assert_eq!(view::predecessors(&mut *tx, &second).await.unwrap(), [case(EASTERN, 1)]);
    assert!(view::predecessors(&mut *tx, &case(EASTERN, 1)).await.unwrap().is_empty());
}

/// AMB-16b: where there is no city the province's own desk decides, and the county files with it.
#[tokio::test]
async fn amb_16b_a_direct_county_is_decided_and_filed_with_the_province() {
    let mut world = found(20).await;
    let entry = candidate(ListKind::Black, "429004", 30);
    list(&mut world, DIRECT, ListKind::Black, vec![entry.clone()]).await;
    let first = case(DIRECT, 1);
    let application = does(&world, PROVINCE, "reviewer", apply(&first)).await.unwrap();
    does(&world, PROVINCE, "reviewer", accept(&application)).await.unwrap();
    does(&world, PROVINCE, "head", grant(&application, true)).await.unwrap();
    assert_eq!(status(&world, EASTERN, &entry).await, SubjectStatus::Unlisted);
    does(&world, DIRECT, "clerk", ListingCommand::FileExits).await.unwrap();
    assert_eq!(departures(&world, DIRECT, DIRECT).await, [("BX-1".to_owned(), vec![1], true)]);
    world.publish().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// the back end keeps what the public no longer sees.
#[tokio::test]
async fn r_052_the_history_of_a_corrected_entry_is_kept() {
    let world = listed(21, ListKind::Black, 1..2).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    let cx = world.node(CITY).engine.context(world.now()).await;
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let view = honghei_registry::view::case_view(&mut *tx, &cx, &case(EASTERN, 1)).await.unwrap().unwrap();
    assert_eq!(view.stage.as_str(), "withdrawn");
    assert!(view.case.entry.facts.contains("销售假冒商品"));
    assert!(view.steps.iter().any(|step| step.kind == "entry-exited"), "{:?}", view.steps);
}
