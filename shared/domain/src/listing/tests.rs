use chrono::NaiveDate;

use super::*;
use crate::act::Act;
use crate::calendar::WorkCalendar;
use crate::case::fixture::{Office, black_entry, case_id, day, place, red_entry};
use crate::final_list::PublicRow;
use crate::list::{CaseSet, ListEntry, ListKind, Repairability};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Announcement, ExposureStart, Policy, shipped};
use crate::refusal::{Decided, Refusal};

const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

fn node(name: &str) -> NodeId {
    name.parse().unwrap()
}

fn offices() -> Offices {
    Offices {
        recogniser: node(COUNTY),
        reviewer: node(CITY),
        objections: node(CITY),
        repairs: node(CITY),
        root: node(PROVINCE),
        filer: Some(node(CITY)),
    }
}

fn policy(at: usize) -> Policy {
    Policy::parse(shipped()[at].1).unwrap()
}

fn entry_of(kind: ListKind) -> ListEntry {
    match kind {
        ListKind::Red => red_entry(),
        ListKind::Black => black_entry(),
    }
}

/// An entry that has been on the list since 2025-05-06, longer than any repair must wait.
struct Desk {
    policy: Policy,
    calendar: WorkCalendar,
    entry: ListEntry,
    row: PublicRow,
    listing: Listing,
    today: NaiveDate,
    me: NodeId,
    offices: Offices,
}

impl Desk {
    fn of(kind: ListKind) -> Self {
        let office = Office::county();
        let entry = entry_of(kind);
        let row = PublicRow::of(&entry, day("2025-05-06"), day("2028-05-06"));
        Self {
            policy: office.policy,
            calendar: office.calendar,
            listing: Listing::new(entry.case.clone()),
            entry,
            row,
            today: day("2026-09-21"),
            me: node(CITY),
            offices: offices(),
        }
    }

    fn at(mut self, me: &str) -> Self {
        self.me = node(me);
        self
    }

    fn decide(&self, command: &ListingCommand) -> Result<Decided<ListingAct>, Refusal> {
        let entitled = Entitled { listing: &self.listing, entry: &self.entry, row: Some(&self.row), compared: false };
        let around = Surroundings {
            policy: &self.policy,
            calendar: &self.calendar,
            today: self.today,
            me: &self.me,
            offices: &self.offices,
        };
        decide(command, entitled, around)
    }

    fn refusal(&self, command: &ListingCommand) -> &'static str {
        self.decide(command).unwrap_err().code
    }

    /// Lets an act happen at this node.
    fn does(&mut self, index: u64, command: &ListingCommand) -> EntryRef {
        let Ok(Decided::Acts(act)) = self.decide(command) else { panic!("{:?}", self.decide(command)) };
        let at = EntryRef { log: crate::node::LogId::first(self.me.clone()), index };
        self.listing = self.listing.clone().evolve(&at, &Act::Listing(act), &self.offices, true);
        at
    }
}

fn dispute() -> ListingCommand {
    ListingCommand::ReceiveDispute {
        case: case_id(1),
        about: DisputeAbout::Recognition,
        by: "样例公司".to_owned(),
        grounds: "事实不符".to_owned(),
    }
}

fn apply() -> ListingCommand {
    let names = ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec();
    let materials = Materials {
        corrected: "已改正".to_owned(),
        fulfilled: "已履行".to_owned(),
        promise: "承诺属实".to_owned(),
        names,
        attachments: Vec::new(),
    };
    ListingCommand::ReceiveRepair { case: case_id(1), by: "样例公司".to_owned(), materials }
}

/// D-15: mark within one working day, verification within three, decision within seven (2026 calendar).
#[test]
fn d_15_the_clocks_of_an_objection_run_in_working_days() {
    let desk = Desk::of(ListKind::Black);
    let Ok(Decided::Acts(ListingAct::DisputeReceived { mark_due_on, verify_due_on, decide_due_on, .. })) =
        desk.decide(&dispute())
    else {
        panic!("not received");
    };
    assert_eq!(mark_due_on, day("2026-09-22"));
    assert_eq!(verify_due_on, day("2026-09-24"));
    // 25 September is a holiday, and 27 September too; the count runs on over them.
    assert!(decide_due_on > day("2026-09-28"), "{decide_due_on}");
}

/// D-14: acceptance and decision have clocks of their own.
#[test]
fn d_14_the_clocks_of_a_repair_run_from_application_and_acceptance() {
    let mut desk = Desk::of(ListKind::Black);
    desk.today = day("2026-06-01");
    let application = desk.does(1, &apply());
    assert_eq!(desk.listing.repairs[&application].due_on(), Some(day("2026-06-08")));
    desk.today = day("2026-06-02");
    let accept =
        ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason: "齐全".to_owned() };
    desk.does(2, &accept);
    assert_eq!(desk.listing.repairs[&application].due_on(), Some(day("2026-06-16")));
}

/// BX-1, 36号令: the least time in public is policy data, as is the day it counts from, and is over at the end of its
/// corresponding day; every shipped policy sets it.
#[test]
fn bx_1_a_repair_waits_for_the_least_time_in_public_that_the_policy_sets() {
    let waits = |at: usize| policy(at).repair.minimum_publicity_months;
    assert_eq!([0, 1, 2].map(waits), [Some(12), Some(3), Some(3)]);
    // As the order counts: from the document that found the behaviour.
    let from = |at: usize| policy(at).repair.minimum_publicity_from;
    assert_eq!(
        [0, 1, 2].map(from),
        [ExposureStart::Recognition, ExposureStart::Recognition, ExposureStart::Publication]
    );
    let mut desk = Desk::of(ListKind::Black);
    desk.entry.recognised_on = Some(day("2026-02-10"));
    desk.row = PublicRow::of(&desk.entry, day("2026-04-15"), day("2029-04-15"));
    desk.today = day("2027-02-10");
    let refusal = desk.decide(&apply()).unwrap_err();
    assert!(refusal.zh.contains("自2026-02-10认定之日起") && refusal.zh.contains("2027-02-11起"), "{}", refusal.zh);
    desk.today = day("2027-02-11");
    assert!(desk.decide(&apply()).is_ok());
    desk.policy.repair.minimum_publicity_from = ExposureStart::Publication;
    desk.today = day("2027-04-15");
    let refusal = desk.decide(&apply()).unwrap_err();
    assert_eq!((refusal.code, refusal.clause), ("REPAIR_TOO_EARLY", "BX-1"));
    for part in ["《信用修复管理办法》（国家发展改革委令第36号）", "自2026-04-15公布", "满12个月", "2027-04-16起"]
    {
        assert!(refusal.zh.contains(part), "{part} in {}", refusal.zh);
    }
    desk.today = day("2027-04-16");
    assert!(desk.decide(&apply()).is_ok());
    // Before the order came into force nothing had to be waited for.
    desk.row = PublicRow::of(&desk.entry, day("2026-02-27"), day("2029-02-27"));
    desk.today = day("2026-03-31");
    assert!(desk.decide(&apply()).is_ok());
    desk.today = day("2026-04-01");
    assert_eq!(desk.refusal(&apply()), "REPAIR_TOO_EARLY");
    // The end of a month that has no such day is the last one of it.
    desk.policy.repair.minimum_publicity_months = Some(6);
    desk.row = PublicRow::of(&desk.entry, day("2025-10-31"), day("2028-10-31"));
    desk.today = day("2026-04-30");
    assert_eq!(desk.refusal(&apply()), "REPAIR_TOO_EARLY");
    desk.today = day("2026-05-01");
    assert!(desk.decide(&apply()).is_ok());
}

/// R-053, F-11: what recognition said about repair binds; saying nothing opens nothing.
#[test]
fn r_053_what_recognition_said_about_repair_binds() {
    let mut desk = Desk::of(ListKind::Black);
    desk.entry.repairability = Some(Repairability::Irreparable { legal_basis: "《样例法》第九条".to_owned() });
    let refusal = desk.decide(&apply()).unwrap_err();
    assert_eq!((refusal.code, refusal.clause), ("REPAIR_FORBIDDEN", "R-053"));
    assert!(refusal.zh.contains("《样例法》第九条"));
    desk.entry.repairability = None;
    assert_eq!(desk.refusal(&apply()), "REPAIRABILITY_UNSTATED");
    let red = Desk::of(ListKind::Red);
    assert_eq!(red.refusal(&apply()), "REPAIR_NOT_POSSIBLE");
}

/// F-12: every missing material is named at once.
#[test]
fn f_12_a_repair_names_every_missing_material() {
    let desk = Desk::of(ListKind::Black);
    let ListingCommand::ReceiveRepair { case, by, materials } = apply() else { return };
    let names = vec!["整改材料".to_owned()];
    let lacking = ListingCommand::ReceiveRepair { case, by, materials: Materials { names, ..materials } };
    let refusal = desk.decide(&lacking).unwrap_err();
    assert!(refusal.zh.contains("销榜申请、履行义务的证明、信用承诺书"), "{}", refusal.zh);
}

/// 1.8: every exit of the commerce policy has its decider, and nobody else decides it.
#[test]
fn rx_bx_every_exit_is_decided_by_whom_the_policy_names() {
    let (policy, offices) = (policy(0), offices());
    let fits = |code: &str, kind, me: &str| exit_fits(code, kind, &policy, &offices, &node(me)).is_ok();
    for (code, kind, deciders) in [
        ("RX-1", ListKind::Red, &[][..]),
        ("RX-2", ListKind::Red, &[COUNTY, CITY]),
        ("RX-3", ListKind::Red, &[CITY]),
        ("RX-4", ListKind::Red, &[]),
        ("RX-5", ListKind::Red, &[]),
        ("RX-6", ListKind::Red, &[]),
        ("RX-7", ListKind::Red, &[]),
        ("RX-8", ListKind::Red, &[COUNTY]),
        ("RX-9", ListKind::Red, &[COUNTY]),
        ("RX-10", ListKind::Red, &[COUNTY]),
        ("BX-1", ListKind::Black, &[]),
        ("BX-2", ListKind::Black, &[COUNTY, CITY]),
        ("BX-3", ListKind::Black, &[]),
        ("BX-4", ListKind::Black, &[]),
        ("BX-5", ListKind::Black, &[COUNTY]),
    ] {
        for me in [COUNTY, CITY, PROVINCE] {
            assert_eq!(fits(code, kind, me), deciders.contains(&me), "{code} by {me}");
            let other = if kind == ListKind::Red { ListKind::Black } else { ListKind::Red };
            assert!(!fits(code, other, me), "{code} of the other list");
        }
    }
}

/// RX-6, AMB-20: where the policy knows it, the subject is told beforehand.
#[test]
fn rx_6_dishonest_behaviour_ends_a_red_after_the_subject_was_told() {
    let mut desk = Desk::of(ListKind::Red).at(COUNTY);
    desk.policy = policy(1);
    let exit = |notified_on| ListingCommand::Exit {
        case: case_id(1),
        code: "RX-6".to_owned(),
        reason: "抽检不合格".to_owned(),
        basis_revoked_on: None,
        notified_on,
    };
    assert_eq!(desk.refusal(&exit(None)), "NOTICE_MISSING");
    assert_eq!(desk.refusal(&exit(Some(day("2026-09-22")))), "NOTICE_MISSING", "not in the future");
    assert!(desk.decide(&exit(Some(day("2026-09-10")))).is_ok());
}

/// BX-5: the revocation has a day, today or earlier.
#[test]
fn bx_5_the_revocation_of_the_basis_has_a_day() {
    let desk = Desk::of(ListKind::Black).at(COUNTY);
    let exit = |basis_revoked_on| ListingCommand::Exit {
        case: case_id(1),
        code: "BX-5".to_owned(),
        reason: "复议撤销".to_owned(),
        basis_revoked_on,
        notified_on: None,
    };
    assert_eq!(desk.refusal(&exit(None)), "REVOCATION_DAY_MISSING");
    assert_eq!(desk.refusal(&exit(Some(day("2027-01-01")))), "REVOCATION_DAY_MISSING");
    assert!(desk.decide(&exit(Some(day("2026-09-20")))).is_ok());
}

/// BX-2, R-042: neutral where the policy says so; the notice holds nothing of the facts.
#[test]
fn bx_2_rx_3_are_told_neutrally_and_every_other_exit_with_its_reason() {
    let policy = policy(0);
    let departure = |code: &str| {
        let exit = ExitPlace { act: place(COUNTY, 1), recogniser: node(COUNTY) };
        Departure::new(exit, code, CaseSet::from_numbers([1]), day("2026-09-25"))
    };
    assert_eq!(departure("BX-2").announcement(&policy), Announcement::Neutral);
    assert_eq!(departure("BX-2").notice(&policy), "有关信息已撤下。");
    assert_eq!(departure("RX-3").notice(&policy), "依主体申请，有关信息已撤下。");
    assert!(departure("BX-1").notice(&policy).contains("BX-1"));
    assert_eq!(departure("RX-7").notice(&policy), "", "it never was public");
    assert!(departure("RX-7").missing_channels(&policy, &["信用湖北".to_owned()].into()).is_empty());
}

/// D-06, D-07, AMB-05: fifteen calendar days, rolled to a working day at their end; called for again after ten.
#[test]
fn d_06_d_07_an_exit_is_filed_within_fifteen_calendar_days() {
    let (policy, calendar) = (policy(0), WorkCalendar::shipped().unwrap());
    let departure = |on: &str| {
        let exit = ExitPlace { act: place(COUNTY, 1), recogniser: node(COUNTY) };
        Departure::new(exit, "BX-1", CaseSet::from_numbers([1]), day(on))
    };
    assert_eq!(departure("2026-09-25").filing_due(&policy, &calendar).on, day("2026-10-10"));
    assert_eq!(departure("2026-09-16").filing_due(&policy, &calendar).on, day("2026-10-08"));
    assert!(!departure("2026-09-16").filing_warns_on(&policy, day("2026-09-25")));
    assert!(departure("2026-09-16").filing_warns_on(&policy, day("2026-09-26")));
}

/// the channels of the policy and those on which the list was announced, until each was told.
#[test]
fn r_042_an_exit_owes_an_announcement_on_every_original_channel() {
    let policy = policy(0);
    let exit = ExitPlace { act: place(COUNTY, 1), recogniser: node(COUNTY) };
    let departure = Departure::new(exit.clone(), "BX-1", CaseSet::from_numbers([1]), day("2026-09-25"));
    let original = ["信用湖北".to_owned()].into();
    assert_eq!(departure.missing_channels(&policy, &original), ["信用湖北", "商务主管部门门户网站"]);
    let told = ListingAct::ExitAnnounced {
        exit,
        channel: "信用湖北".to_owned(),
        receipt: "1".to_owned(),
        announced_on: day("2026-09-25"),
    };
    let departure = departure.evolve(&place(CITY, 4), &told);
    assert_eq!(departure.missing_channels(&policy, &original), ["商务主管部门门户网站"]);
}

/// Acts of one entry that several nodes wrote, in every order that their causes allow, fold to one record.
#[test]
fn the_order_of_concurrent_acts_does_not_count() {
    let case = case_id(1);
    let offices = offices();
    let received = Act::Listing(ListingAct::DisputeReceived {
        case: case.clone(),
        about: DisputeAbout::Recognition,
        by: "甲".to_owned(),
        grounds: "乙".to_owned(),
        received_on: day("2026-09-21"),
        mark_due_on: day("2026-09-22"),
        verify_due_on: day("2026-09-24"),
        decide_due_on: day("2026-09-30"),
    });
    let exited = |code: &str, on: &str| {
        Act::Listing(ListingAct::EntryExited {
            case: case.clone(),
            code: code.to_owned(),
            reason: "丙".to_owned(),
            decided_on: day(on),
            basis_revoked_on: None,
            notified_on: None,
        })
    };
    let withdrawn = Act::EntryWithdrawn {
        case: case.clone(),
        code: "BX-2".to_owned(),
        reason: "丁".to_owned(),
        decided_on: day("2026-09-23"),
    };
    let acts =
        [(place(CITY, 3), received), (place(CITY, 5), exited("BX-2", "2026-09-24")), (place(COUNTY, 8), withdrawn)];
    let fold = |order: [usize; 3]| {
        let start = Listing::new(case.clone());
        order.iter().fold(start, |listing, at| listing.evolve(&acts[*at].0, &acts[*at].1, &offices, true))
    };
    let one = fold([0, 1, 2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(fold(order), one, "{order:?}");
    }
    assert_eq!(one.exit().unwrap().0, &place(COUNTY, 8), "the earliest decision counts");
    assert!(one.counted_exit().is_none(), "none of them before the province applied it");
}

/// AMB-16: an act of a node that may not do it is folded as nothing.
#[test]
fn acts_of_strangers_change_nothing() {
    let case = case_id(1);
    let start = Listing::new(case.clone());
    let stranger = place("420881-commerce", 3);
    let withdrawn = Act::EntryWithdrawn {
        case: case.clone(),
        code: "BX-2".to_owned(),
        reason: "丁".to_owned(),
        decided_on: day("2026-09-23"),
    };
    let mark = ListingAct::EntryMarked {
        case: case.clone(),
        key: "O:1".to_owned(),
        mark: PublicMark::Disputed,
        marked_on: day("2026-09-23"),
    };
    let offer = ListingAct::RestorationOffered {
        case,
        cause: case_id(2),
        through_version: 3,
        valid_to: None,
        offered_on: day("2026-09-23"),
    };
    for act in [withdrawn, Act::Listing(mark), Act::Listing(offer)] {
        assert_eq!(start.clone().evolve(&stranger, &act, &offices(), true), start, "{}", act.kind());
    }
}

/// AMB-23: black outweighs red, and what left counts no more.
#[test]
fn amb_23_a_subject_is_what_its_entries_in_force_make_of_it() {
    let row = |kind| {
        let entry = entry_of(kind);
        PublicRow::of(&entry, day("2025-05-06"), day("2028-05-06"))
    };
    let shown = |kind, mark| Shown { case: case_id(1), row: Some(row(kind)), mark };
    let today = day("2026-09-21");
    let left = Some(PublicMark::Exited { code: None });
    let both = [shown(ListKind::Red, None), shown(ListKind::Black, Some(PublicMark::Disputed))];
    assert_eq!(status_of(&both, today), SubjectStatus::Black);
    let after = [shown(ListKind::Red, None), shown(ListKind::Black, left.clone())];
    assert_eq!(status_of(&after, today), SubjectStatus::Red);
    assert_eq!(status_of(&[shown(ListKind::Black, left)], today), SubjectStatus::Unlisted);
    assert_eq!(status_of(&both, day("2029-05-07")), SubjectStatus::Unlisted, "the last day is over");
    let policy = policy(0);
    assert!(measures_in_force(&policy, &both, today).iter().all(|measure| measure.code.starts_with('P')));
    assert!(measures_in_force(&policy, &after, today).iter().all(|measure| measure.code.starts_with('I')));
}
