//! D-06, D-07, D-09, D-14, D-15 and their parts after listing: golden dates, ends, orders of arrival.

use std::collections::BTreeSet;

use super::*;
use crate::act::Act;
use crate::calendar::WorkCalendar;
use crate::case::fixture::{case_id, day, place};
use crate::clock::{Due, Standing};
use crate::list::CaseSet;
use crate::listing::{DisputeAbout, ExitPlace, ListingAct};
use crate::policy::shipped;

const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

fn policy() -> Policy {
    Policy::parse(shipped()[0].1).unwrap()
}

fn offices() -> Offices {
    let node = |name: &str| name.parse::<NodeId>().unwrap();
    Offices {
        recogniser: node(COUNTY),
        reviewer: node(CITY),
        objections: node(CITY),
        repairs: node(CITY),
        root: node(PROVINCE),
        filer: Some(node(CITY)),
    }
}

fn received(about: DisputeAbout, on: &str) -> ListingAct {
    // What the act states is what its author counted; the clock counts for itself.
    ListingAct::DisputeReceived {
        case: case_id(1),
        about,
        by: "甲公司".to_owned(),
        grounds: "事实不符".to_owned(),
        received_on: day(on),
        mark_due_on: day(on),
        verify_due_on: day(on),
        decide_due_on: day(on),
    }
}

fn verified(dispute: &EntryRef, on: &str) -> ListingAct {
    let (dispute, reason) = (dispute.clone(), "核对".to_owned());
    ListingAct::DisputeVerified { dispute, case: case_id(1), stands: false, reason, verified_on: day(on) }
}

fn decided(dispute: &EntryRef, on: &str) -> ListingAct {
    let (dispute, reason) = (dispute.clone(), "审查".to_owned());
    ListingAct::DisputeDecided { dispute, case: case_id(1), upheld: false, code: None, reason, decided_on: day(on) }
}

fn told(mark: PublicMark, on: &str) -> ListingAct {
    ListingAct::EntryMarked { case: case_id(1), key: "O:x".to_owned(), mark, marked_on: day(on) }
}

fn applied(on: &str) -> ListingAct {
    ListingAct::RepairApplied {
        case: case_id(1),
        by: "甲公司".to_owned(),
        corrected: "已改正".to_owned(),
        fulfilled: "已履行".to_owned(),
        promise: "属实".to_owned(),
        materials: Vec::new(),
        attachments: Vec::new(),
        received_on: day(on),
        accept_due_on: day(on),
    }
}

fn accepted(application: &EntryRef, accepted: bool, on: &str) -> ListingAct {
    let (application, reason, on) = (application.clone(), "齐全".to_owned(), day(on));
    ListingAct::RepairAccepted { application, case: case_id(1), accepted, reason, accepted_on: on, decide_due_on: on }
}

fn granted(application: &EntryRef, granted: bool, on: &str) -> ListingAct {
    let (application, reason) = (application.clone(), "审定".to_owned());
    ListingAct::RepairDecided { application, case: case_id(1), granted, reason, decided_on: day(on) }
}

fn exited(code: &str, on: &str) -> ListingAct {
    ListingAct::EntryExited {
        case: case_id(1),
        code: code.to_owned(),
        reason: "撤销".to_owned(),
        decided_on: day(on),
        basis_revoked_on: Some(day(on)),
        notified_on: None,
    }
}

fn record(acts: &[(EntryRef, ListingAct)]) -> Listing {
    let start = Listing::new(case_id(1));
    let offices = offices();
    acts.iter().fold(start, |listing, (at, act)| listing.evolve(at, &Act::Listing(act.clone()), &offices, true))
}

fn clocks(listing: &Listing) -> Vec<Clock> {
    let (offices, policy) = (offices(), policy());
    let situation = Situation { offices: &offices, listed: true, expired: None };
    of_listing(listing, situation, |_| Some(&policy))
}

fn find<'c>(clocks: &'c [Clock], code: &str) -> &'c Clock {
    clocks.iter().find(|clock| clock.deadline.code() == code).unwrap()
}

fn due(clock: &Clock, calendar: &WorkCalendar) -> (String, bool) {
    let Due::On(due) = clock.due(calendar) else { panic!("it runs") };
    (due.on.to_string(), due.provisional)
}

fn departure(code: &str, on: &str) -> Departure {
    let exit = ExitPlace { act: place(CITY, 9), recogniser: COUNTY.parse().unwrap() };
    Departure::new(exit, code, CaseSet::from_numbers([1]), day(on))
}

/// The shipped calendar without the notices after a year.
fn until(year: i32) -> WorkCalendar {
    let text = WorkCalendar::shipped_text();
    let start = text.find(&format!("year = {}", year + 1)).unwrap();
    let cut = text[..start].rfind("[[").unwrap();
    WorkCalendar::parse(&text[..cut]).unwrap()
}

/// Every clock of an objection, a repair, an exit and a publication that all began on one day.
fn begun(on: &str) -> Vec<Clock> {
    let application = place(CITY, 3);
    let acts = [
        (place(CITY, 1), received(DisputeAbout::Recognition, on)),
        (place(CITY, 2), applied(on)),
        (application.clone(), applied(on)),
        (place(CITY, 4), accepted(&application, true, on)),
    ];
    let mut found = clocks(&record(&acts));
    found.retain(Clock::is_open);
    let (offices, policy) = (offices(), policy());
    found.extend(of_departure(&departure("RX-3", on), &BTreeSet::new(), &offices, &policy));
    found.extend(of_departure(&departure("BX-2", on), &BTreeSet::new(), &offices, &policy));
    let published = Mark::new(&place(PROVINCE, 4), day(on));
    found.extend(of_publication(&COUNTY.parse().unwrap(), 3, &published, None, &offices, &policy));
    found
}

/// D-06, D-07, D-09, D-14, D-14a, D-15, D-15a, D-15b: across the make-up Sunday and Saturday of February 2018, across
/// the holidays of September and October 2026, and into a year whose notice has not appeared.
#[test]
fn every_clock_after_listing_ends_on_its_golden_date() {
    let shipped = WorkCalendar::shipped().unwrap();
    let table = [
        ("2018-02-09", "D-15a", "2018-02-11"),
        ("2018-02-09", "D-15b", "2018-02-13"),
        ("2018-02-09", "D-15", "2018-02-24"),
        ("2018-02-09", "D-14a", "2018-02-22"),
        ("2018-02-09", "D-14", "2018-02-28"),
        ("2018-02-09", "D-09", "2018-03-14"),
        ("2018-02-09", "D-06", "2018-02-24"),
        ("2026-09-25", "D-06", "2026-10-10"),
        ("2026-09-16", "D-07", "2026-10-08"),
        ("2026-09-21", "D-14", "2026-10-12"),
        ("2018-02-07", "D-09", "2018-03-12"),
    ];
    for (on, code, ends_on) in table {
        assert_eq!(due(find(&begun(on), code), &shipped), (ends_on.to_owned(), false), "{code} from {on}");
    }
    // New Year's Day 2018 was a Monday: nobody knew that it would be the holiday.
    let earlier = until(2017);
    for (code, before, after) in [
        ("D-15a", "2017-12-27", "2017-12-27"),
        ("D-15b", "2017-12-29", "2017-12-29"),
        ("D-15", "2018-01-04", "2018-01-05"),
        ("D-14a", "2018-01-02", "2018-01-03"),
        ("D-14", "2018-01-09", "2018-01-10"),
        ("D-09", "2018-01-23", "2018-01-24"),
        ("D-07", "2018-01-10", "2018-01-10"),
    ] {
        let begun = begun("2017-12-26");
        let clock = find(&begun, code);
        let (provisional, _) = due(clock, &earlier);
        assert_eq!(provisional, before, "{code} before the notice");
        assert_eq!(due(clock, &shipped), (after.to_owned(), false), "{code} with the notice");
        assert_eq!(due(clock, &earlier).1, before >= "2017-12-29", "{code} says that it is provisional");
    }
}

/// AMB-17: each ceiling warns, is due, is overdue and escalates, whatever its length and unit.
#[test]
fn amb_17_every_ceiling_after_listing_warns_is_due_overdue_and_escalates() {
    let calendar = WorkCalendar::shipped().unwrap();
    for clock in begun("2026-03-02") {
        let code = clock.deadline.code();
        let mut seen = Vec::new();
        let mut today = clock.started.on;
        for _ in 0..60 {
            let standing = clock.standing_on(today, &calendar);
            assert!(!matches!(standing, Standing::Done { .. } | Standing::Elapsed), "{code} is nobody's approval");
            if seen.last() != Some(&standing.as_str()) {
                seen.push(standing.as_str());
            }
            today = today.succ_opt().unwrap();
        }
        let near = ["warning", "due", "overdue", "escalated"];
        assert!(seen == near || (seen[0] == "running" && seen[1..] == near), "{code}: {seen:?}");
    }
}

/// D-09, D-15: each clock is the task of whoever the law asks.
#[test]
fn every_clock_after_listing_has_its_owner() {
    let begun = begun("2026-03-02");
    for (code, owner) in [
        ("D-15a", PROVINCE),
        ("D-15b", COUNTY),
        ("D-15", CITY),
        ("D-14a", CITY),
        ("D-14", CITY),
        ("D-06", CITY),
        ("D-07", CITY),
        ("D-09", CITY),
    ] {
        let owners: BTreeSet<&str> =
            begun.iter().filter(|clock| clock.deadline.code() == code).map(|clock| clock.owner.as_str()).collect();
        assert_eq!(owners, BTreeSet::from([owner]), "{code}");
    }
    let concerned = record(&[(place(COUNTY, 1), received(DisputeAbout::Comparison, "2026-03-02"))]);
    assert_eq!(find(&clocks(&concerned), "D-15").owner.as_str(), PROVINCE, "AMB-16");
}

/// D-15, AMB-16: only whose office it is ends a clock; a stranger's act, or one about nothing, ends and starts none.
#[test]
fn d_15_a_clock_is_ended_by_whoever_may_and_by_nobody_else() {
    let objection = place(COUNTY, 1);
    let acts = [(objection.clone(), received(DisputeAbout::Recognition, "2026-03-02"))];
    let open = |acts: &[(EntryRef, ListingAct)]| {
        let clocks = clocks(&record(acts));
        clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.deadline.code()).collect::<Vec<_>>()
    };
    assert_eq!(open(&acts), ["D-15a", "D-15b", "D-15"]);
    let with = |at: EntryRef, act: ListingAct| [acts.to_vec(), vec![(at, act)]].concat();
    let intruders = [
        (place(CITY, 2), verified(&objection, "2026-03-03")),
        (place(COUNTY, 2), decided(&objection, "2026-03-03")),
        (place(CITY, 2), told(PublicMark::Disputed, "2026-03-03")),
        (place(CITY, 2), decided(&place(COUNTY, 7), "2026-03-03")),
        (place("420804-commerce", 2), received(DisputeAbout::Recognition, "2026-03-02")),
    ];
    for (at, act) in intruders {
        assert_eq!(open(&with(at.clone(), act.clone())), ["D-15a", "D-15b", "D-15"], "{at} {act:?}");
    }
    assert_eq!(open(&with(place(COUNTY, 2), verified(&objection, "2026-03-03"))), ["D-15a", "D-15"]);
    assert_eq!(open(&with(place(PROVINCE, 2), told(PublicMark::Disputed, "2026-03-02"))), ["D-15b", "D-15"]);
    // A decision leaves nothing open; the mark that never came is nobody's any more.
    assert!(open(&with(place(CITY, 2), decided(&objection, "2026-03-03"))).is_empty());
    assert!(open(&with(place(COUNTY, 2), exited("BX-5", "2026-03-03"))).is_empty(), "it left the list");
}

/// D-15a: marked everywhere within a working day; a second objection finds the mark; one that came off is owed again.
#[test]
fn d_15a_the_mark_is_owed_until_the_province_has_told_everybody() {
    let (first, second) = (place(COUNTY, 1), place(CITY, 1));
    let calendar = WorkCalendar::shipped().unwrap();
    let objection = (first.clone(), received(DisputeAbout::Recognition, "2026-03-02"));
    let late = (place(PROVINCE, 1), told(PublicMark::Disputed, "2026-03-05"));
    let again = (second, received(DisputeAbout::Recognition, "2026-03-06"));
    let orders: [Vec<_>; 3] = [
        vec![objection.clone(), late.clone(), again.clone()],
        vec![objection.clone(), again.clone(), late.clone()],
        vec![again, objection.clone(), late.clone()],
    ];
    for acts in &orders {
        let clocks = clocks(&record(acts));
        let standings: BTreeSet<String> = clocks
            .iter()
            .filter(|clock| clock.deadline == Deadline::ObjectionMark)
            .map(|clock| clock.standing_on(day("2026-03-20"), &calendar).zh())
            .collect();
        let expected = ["已于2026-03-05办结，逾期2个工作日", "已于2026-03-06按期办结"];
        assert_eq!(standings, expected.map(str::to_owned).into(), "{acts:?}");
    }
    let cleared = (place(PROVINCE, 2), told(PublicMark::Cleared, "2026-03-09"));
    let anew = (place(COUNTY, 3), received(DisputeAbout::Recognition, "2026-03-10"));
    let clocks = clocks(&record(&[objection.clone(), late, cleared, anew]));
    let open: Vec<NaiveDate> = clocks
        .iter()
        .filter(|clock| clock.deadline == Deadline::ObjectionMark && clock.is_open())
        .map(|clock| clock.started.on)
        .collect();
    assert_eq!(open, [day("2026-03-10")]);
    // What is not on the list has nothing to be marked; whoever decides it is still asked in time.
    let (offices, policy) = (offices(), policy());
    let situation = Situation { offices: &offices, listed: false, expired: None };
    let unlisted = of_listing(&record(&[objection]), situation, |_| Some(&policy));
    assert!(unlisted.iter().all(|clock| clock.deadline != Deadline::ObjectionMark) && unlisted.len() == 2);
}

/// D-14, D-14a: from application to acceptance, from acceptance to decision; a refused acceptance, an exit and the end
/// of the term leave nothing to decide.
#[test]
fn d_14_a_repair_owes_acceptance_then_decision_until_nothing_is_left_to_repair() {
    let application = place(CITY, 1);
    let acts = [(application.clone(), applied("2026-06-01"))];
    let with = |more: &[(EntryRef, ListingAct)]| record(&[&acts[..], more].concat());
    let open = |listing: &Listing, expired: Option<&Mark>| {
        let (offices, policy) = (offices(), policy());
        let situation = Situation { offices: &offices, listed: true, expired };
        let clocks = of_listing(listing, situation, |_| Some(&policy));
        clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.deadline.code()).collect::<Vec<_>>()
    };
    let accepting = (place(CITY, 2), accepted(&application, true, "2026-06-03"));
    assert_eq!(open(&with(&[]), None), ["D-14a"]);
    assert_eq!(open(&with(std::slice::from_ref(&accepting)), None), ["D-14"]);
    assert!(open(&with(&[(place(CITY, 2), accepted(&application, false, "2026-06-03"))]), None).is_empty());
    let deciding = (place(CITY, 3), granted(&application, true, "2026-06-10"));
    let granted = with(&[accepting.clone(), deciding]);
    assert!(open(&granted, None).is_empty());
    let done = clocks(&granted);
    assert_eq!(find(&done, "D-14").started.on, day("2026-06-03"));
    assert_eq!(find(&done, "D-14").ended.as_ref().unwrap().on, day("2026-06-10"));
    let over = Mark::day(day("2026-06-05"));
    assert!(open(&with(&[]), Some(&over)).is_empty() && open(&with(&[accepting]), Some(&over)).is_empty());
}

/// D-06, D-07, D-09, RX-1: an exit is filed within fifteen days and announced on every channel within the ceiling;
/// where the policy files or announces nothing, nothing runs.
#[test]
fn d_06_d_09_an_exit_owes_its_filing_and_its_announcement() {
    let (offices, mut policy) = (offices(), policy());
    let none = BTreeSet::new();
    let codes = |departure: &Departure, policy: &Policy| -> Vec<(&str, bool)> {
        let clocks = of_departure(departure, &none, &offices, policy);
        clocks.iter().map(|clock| (clock.deadline.code(), clock.is_open())).collect()
    };
    for (code, filing) in [("RX-1", "D-06"), ("RX-4", "D-06"), ("BX-1", "D-07"), ("BX-3", "D-07")] {
        assert_eq!(codes(&departure(code, "2026-09-25"), &policy), [(filing, true), ("D-09", true)], "{code}");
    }
    assert!(codes(&departure("RX-7", "2026-09-25"), &policy).is_empty(), "it never was public");
    let exit = departure("RX-1", "2026-09-25");
    let announced = ListingAct::ExitAnnounced {
        exit: exit.place.clone(),
        channel: "商务主管部门门户网站".to_owned(),
        receipt: "1".to_owned(),
        announced_on: day("2026-09-28"),
    };
    let filed = ListingAct::ExitsFiled {
        exits: vec![exit.place.clone()],
        to: PROVINCE.parse().unwrap(),
        filed_on: day("2026-10-09"),
    };
    let done = exit.clone().evolve(&place(CITY, 10), &announced).evolve(&place(CITY, 11), &filed);
    assert_eq!(codes(&done, &policy), [("D-06", false), ("D-09", false)]);
    // A channel on which the list had stood besides is owed too.
    let original = BTreeSet::from(["信用湖北".to_owned()]);
    let clocks = of_departure(&done, &original, &offices, &policy);
    assert!(find(&clocks, "D-09").is_open() && !find(&clocks, "D-06").is_open());
    policy.exits.iter_mut().for_each(|rule| rule.filed = false);
    assert_eq!(codes(&exit, &policy), [("D-09", true)]);
    let own = Offices { filer: None, ..offices.clone() };
    assert!(of_departure(&exit, &none, &own, &policy).is_empty(), "AMB-16b: the province's own");
}

/// D-09: where a bureau publishes by itself, the clock is its own.
#[test]
fn d_09_a_bureau_that_publishes_by_itself_answers_for_it() {
    let (offices, mut policy) = (offices(), policy());
    assert_eq!(publisher(&offices, &policy).unwrap().as_str(), CITY);
    policy.publication.own_publication = true;
    assert_eq!(publisher(&offices, &policy).unwrap().as_str(), COUNTY);
    let demanded: Vec<&str> = demanded_channels(&policy).map(|channel| channel.code.as_str()).collect();
    assert_eq!(demanded, ["portal"]);
}
