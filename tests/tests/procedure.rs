//! The procedure across three tiers: each story is a clause of the regulation, lived through (REQUIREMENTS 1.4, 1.5).

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::act::{Act, CollectionChannel, ReviewDecision, ReviewException};
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_domain::permit::Role;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::{Adoption, Command};
use honghei_registry::desk::recognition::read_case;
use honghei_registry::desk::served;
use honghei_registry::entry::Entry;
use honghei_registry::fold::folded;

use crate::common::{case, code};

const EASTERN: &str = "420802-commerce";
const DIRECT: &str = "429004-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

fn reds(region: &str, firms: std::ops::Range<u32>) -> Vec<ListEntry> {
    firms.map(|firm| candidate(ListKind::Red, region, firm)).collect()
}

/// Where a case stands at its recogniser, folded with its list and the results.
async fn stage(world: &World, case: &CaseId) -> String {
    let mut tx = world.node(&case.origin.to_string()).store.read().await.unwrap();
    let row = tx.case(case).await.unwrap().unwrap();
    let case = folded(&mut *tx, &read_case(&row).unwrap().case).await.unwrap();
    case.stage_on(world.today).to_string()
}

/// The cases a node serves of a firm.
async fn served_cases(world: &World, node: &str, entry: &ListEntry) -> Vec<String> {
    let mut tx = world.node(node).store.read().await.unwrap();
    let rows = served::rows_of(&mut *tx, &SubjectKey::of(&entry.subject)).await.unwrap();
    rows.into_iter().map(|row| row.case.to_string()).collect()
}

/// whatever the channel it came by, what speaks for a firm is recorded as what speaks against it.
#[tokio::test]
async fn r_020_records_come_by_every_channel_for_either_list() {
    let channels = [
        CollectionChannel::DailyManagement,
        CollectionChannel::SpecialInspection,
        CollectionChannel::Enforcement,
        CollectionChannel::Complaint,
        CollectionChannel::Other,
    ];
    let world = found(21).await;
    let mut firm = 0;
    for wished in channels {
        for kind in [ListKind::Red, ListKind::Black] {
            firm += 1;
            let collect = Command::Collect {
                channel: wished,
                source: "样例来源".to_owned(),
                entries: vec![candidate(kind, "420802", firm)].into(),
                account: None,
            };
            let at = world.act(EASTERN, "clerk", collect).await.unwrap();
            let mut tx = world.node(EASTERN).store.read().await.unwrap();
            let entry = Entry::read(&tx.entry(&at).await.unwrap().unwrap()).unwrap().unwrap();
            let Act::RecordsCollected { channel, source, .. } = entry.act() else { panic!("{at}: {:?}", entry.act()) };
            assert_eq!((*channel, source.as_str()), (wished, "样例来源"));
            let row = tx.case(&case(EASTERN, u64::from(firm))).await.unwrap().unwrap();
            assert_eq!(read_case(&row).unwrap().case.entry.kind, kind);
        }
    }
}

/// a publicity has its first and last day, and ends by itself.
#[tokio::test]
async fn r_021_no_recognition_before_notice_and_publicity_have_run_their_time() {
    let mut world = found(1).await;
    world.collect(EASTERN, reds("420802", 1..4)).await.unwrap();
    assert_eq!(code(world.certify(EASTERN, ListKind::Red).await), "NOTHING_TO_CERTIFY");
    world.announce(EASTERN).await.unwrap();
    // D-01: ten working days from 2017-11-06 end on 2017-11-20, 24:00.
    world.turn_to(day("2017-11-20")).await.unwrap();
    assert_eq!(code(world.certify(EASTERN, ListKind::Red).await), "NOTHING_TO_CERTIFY");
    world.turn_to(day("2017-11-21")).await.unwrap();
    world.certify(EASTERN, ListKind::Red).await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "certified");
}

/// F-05, R-024.
#[tokio::test]
async fn r_021_a_statement_stops_recognition_until_disposed_and_an_adopted_one_ends_the_case() {
    let mut world = found(2).await;
    world.collect(EASTERN, reds("420802", 1..4)).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    let mut statements = Vec::new();
    for number in [1, 2] {
        let received = Command::ReceiveStatement {
            case: case(EASTERN, number),
            by: "当事主体".to_owned(),
            grounds: "表彰已被撤销".to_owned(),
        };
        statements.push(world.act(EASTERN, "clerk", received).await.unwrap());
    }
    world.pass_days(25).await.unwrap();
    let dispose = |index: usize, adopted| Command::DisposeStatement {
        statement: statements[index].clone(),
        adopted,
        reason: "经核实".to_owned(),
    };
    world.act(EASTERN, "head", dispose(0, Adoption::Adopted)).await.unwrap();
    let list = world.certify(EASTERN, ListKind::Red).await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "withdrawn");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "under_verification");
    assert_eq!(stage(&world, &case(EASTERN, 3)).await, "certified");
    assert_eq!(world.node(EASTERN).store.read().await.unwrap().dossier(&list).await.unwrap().unwrap().count, 1);
    world.act(EASTERN, "head", dispose(1, Adoption::NotAdopted)).await.unwrap();
    world.certify(EASTERN, ListKind::Red).await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "certified");
}

#[tokio::test]
async fn r_026_returned_entries_are_corrected_and_declared_again_while_the_others_go_on() {
    let mut world = found(3).await;
    let list = world.send_up(EASTERN, ListKind::Red, reds("420802", 1..5)).await.unwrap();
    let exceptions = vec![
        ReviewException {
            case: case(EASTERN, 2),
            decision: ReviewDecision::Return { defects: vec!["表彰文件文号有误".to_owned()] },
        },
        ReviewException {
            case: case(EASTERN, 3),
            decision: ReviewDecision::Reject { reason: "表彰机关级别不够".to_owned() },
        },
    ];
    world.review(CITY, &list, exceptions).await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "city_publicity");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "returned");
    assert_eq!(stage(&world, &case(EASTERN, 3)).await, "rejected");
    let mut corrected = candidate(ListKind::Red, "420802", 2);
    corrected.case = case(EASTERN, 2);
    if let Some(document) = &mut corrected.document {
        document.number = "样例〔2017〕2之1号".to_owned();
    }
    let correct = Command::Correct { entries: vec![corrected.clone()], reason: "更正文号".to_owned() };
    world.act(EASTERN, "clerk", correct).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(40).await.unwrap();
    // The rejected case may be declared anew as well (AMB-18); here the head signs the corrected one alone.
    let cases = Some(honghei_domain::list::CaseSet::from_numbers([2]));
    let certify = Command::Certify { kind: ListKind::Red, cases, opinion: "同意".to_owned() };
    let again = world.act(EASTERN, "head", certify).await.unwrap();
    world.declare(EASTERN, &again).await.unwrap();
    world.review(CITY, &again, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "in_force");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "in_force");
    assert_eq!(served_cases(&world, DIRECT, &corrected).await, ["420802-commerce#2"]);
}

#[tokio::test]
async fn r_027_an_objection_goes_back_to_the_recogniser_and_an_upheld_one_keeps_the_case_off_the_list() {
    let mut world = found(4).await;
    let list = world.send_up(EASTERN, ListKind::Red, reds("420802", 1..4)).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    let mut objections = Vec::new();
    for number in [1, 2] {
        let objection = Command::ReceiveObjection {
            list: list.clone(),
            case: case(EASTERN, number),
            by: "举报人".to_owned(),
            grounds: "近期有违法行为".to_owned(),
        };
        objections.push(world.act(CITY, "reviewer", objection).await.unwrap());
    }
    world.pass_days(45).await.unwrap();
    let open = world.node(CITY).store.read().await.unwrap().dossier(&list).await.unwrap().unwrap();
    assert_ne!(open.stage, "reported", "D-03 has run out, but the objections are open");
    for (objection, upheld) in objections.iter().zip([Adoption::Adopted, Adoption::NotAdopted]) {
        let answer = Command::VerifyObjection { objection: objection.clone(), upheld, reason: "经核实".to_owned() };
        world.act(EASTERN, "head", answer).await.unwrap();
    }
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "withdrawn");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "in_force");
    assert!(served_cases(&world, PROVINCE, &candidate(ListKind::Red, "420802", 1)).await.is_empty());
}

#[tokio::test]
async fn r_031_a_city_recognises_for_itself_and_a_direct_county_is_reviewed_by_the_province() {
    let mut world = found(5).await;
    world.send_up(CITY, ListKind::Red, reds("420800", 1..3)).await.unwrap();
    let direct = world.send_up(DIRECT, ListKind::Red, reds("429004", 10..12)).await.unwrap();
    world.review(PROVINCE, &direct, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    for firm in [candidate(ListKind::Red, "420800", 1), candidate(ListKind::Red, "429004", 10)] {
        assert_eq!(served_cases(&world, EASTERN, &firm).await.len(), 1);
    }
}

#[tokio::test]
async fn rx_1_a_later_black_removes_a_published_red_and_its_own_fall_restores_nothing_silently() {
    let mut world = found(6).await;
    let list = world.send_up(EASTERN, ListKind::Red, reds("420802", 1..3)).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "in_force");
    let black = candidate(ListKind::Black, "420804", 1);
    let same_firm = ListEntry { subject: reds("420802", 1..2).remove(0).subject, ..black };
    let western = "420804-commerce";
    let list = world
        .send_up(
            western,
            ListKind::Black,
            vec![ListEntry { territorial_override: Some("违法行为发生在本地".to_owned()), ..same_firm }],
        )
        .await
        .unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "removed");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "in_force");
    let exit = Command::Listing(ListingCommand::Exit {
        case: case(western, 1),
        code: "BX-2".to_owned(),
        reason: "认定有误".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    });
    world.act(western, "head", exit).await.unwrap();
    world.settle().await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(western, 1)).await, "withdrawn");
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "removed", "only a signed restoration brings it back (AMB-14)");
    assert!(served_cases(&world, EASTERN, &candidate(ListKind::Red, "420802", 1)).await.is_empty());
}

#[tokio::test]
async fn amb_13_a_name_alone_holds_a_red_and_never_removes_it() {
    let mut world = found(7).await;
    let list = world.send_up(EASTERN, ListKind::Red, reds("420802", 1..3)).await.unwrap();
    let mut namesake = candidate(ListKind::Black, "420802", 1);
    namesake.subject.uscc = None;
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![namesake]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "held");
    assert_eq!(stage(&world, &case(EASTERN, 2)).await, "in_force");
}

#[tokio::test]
async fn d_04_a_red_is_in_force_for_three_years_from_the_provinces_publication_and_then_expired() {
    let mut world = found(8).await;
    let list = world.send_up(EASTERN, ListKind::Red, reds("420802", 1..2)).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    let published_on = world.today;
    world.publish().await.unwrap();
    let last = published_on.checked_add_months(chrono::Months::new(36)).unwrap();
    world.today = last;
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "in_force");
    world.today = last.succ_opt().unwrap();
    assert_eq!(stage(&world, &case(EASTERN, 1)).await, "expired");
}

#[tokio::test]
async fn f_p5_nobody_signs_what_he_collected_whatever_roles_he_has() {
    let mut world = found(9).await;
    world.appoint_officer(EASTERN, "both", vec![Role::Collector, Role::Head]).await.unwrap();
    let entries = reds("420802", 1..3).into();
    let channel = CollectionChannel::Other;
    world
        .act(EASTERN, "both", Command::Collect { channel, source: "样例".to_owned(), entries, account: None })
        .await
        .unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let certify = Command::Certify { kind: ListKind::Red, cases: None, opinion: "同意".to_owned() };
    assert_eq!(code(world.act(EASTERN, "both", certify.clone()).await), "DUTIES_NOT_SEPARATE");
    world.act(EASTERN, "head", certify).await.unwrap();
}

#[tokio::test]
async fn s_1_no_officer_acts_beyond_his_role_and_no_node_beyond_its_tier() {
    let world = found(10).await;
    let certify = Command::Certify { kind: ListKind::Red, cases: None, opinion: "同意".to_owned() };
    assert_eq!(code(world.act(EASTERN, "clerk", certify).await), "NOT_PERMITTED");
    let publish = Command::PublishResult { agreed_removal_percent: None };
    assert_eq!(code(world.act(CITY, "head", publish).await), "NOT_PERMITTED");
    assert_eq!(code(world.publish().await), "ALREADY_DONE");
}
