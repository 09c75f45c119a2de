//! D-01 to D-16: golden dates, standings, the stopped clock, calendars that come later.

use super::*;
use crate::case::fixture::{case_id, day, place};
use crate::list::{Department, ListKind};
use crate::policy::{Policy, shipped};

const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";

fn policy() -> Policy {
    Policy::parse(shipped()[0].1).unwrap()
}

fn calendar() -> WorkCalendar {
    WorkCalendar::shipped().unwrap()
}

fn clock(deadline: Deadline, started_on: &str, policy: &Policy) -> Clock {
    let owner = CITY.parse().unwrap();
    let started = Mark::new(&place(CITY, 7), day(started_on));
    Clock::start(deadline, Matter::Case(case_id(1)), &owner, started, policy).unwrap()
}

fn due(clock: &Clock) -> String {
    clock.due(&calendar()).date().unwrap().on.to_string()
}

fn standing(clock: &Clock, on: &str) -> Standing {
    clock.standing_on(day(on), &calendar())
}

/// D-12 and D-08: what the calendar starts, it starts on the quarter's end or the campaign's own day.
#[test]
fn d_12_counts_from_the_quarters_end_and_d_08_ends_on_the_campaigns_day() {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    let (bureau, quality) = ("110119-quality".parse().unwrap(), Department("quality".to_owned()));
    let of = |text: &str, quarter: &str| {
        of_bulletin(&bureau, &quality, quarter.parse().unwrap(), None, &Policy::parse(text).unwrap())
    };
    // Counted without the quarter's last day even where a policy counts the first day of its publicities.
    let counting = text.replace("count_start_day = false", "count_start_day = true");
    assert_ne!(*text, counting);
    for text in [text, counting.as_str()] {
        assert_eq!(due(&of(text, "2017Q4").unwrap()), "2018-01-15");
        assert_eq!(due(&of(text, "2018Q1").unwrap()), "2018-04-16");
    }
    let other = text.replace("rhythm = \"quarterly\"", "rhythm = \"yearly\"");
    assert_eq!(of(&other, "2018Q1"), None, "only a quarterly bulletin has this clock");
    assert_eq!(of_bulletin(&bureau, &quality, "2018Q1".parse().unwrap(), None, &policy()), None);
    let commerce = Department("commerce".to_owned());
    let campaign = of_campaign(&COUNTY.parse().unwrap(), &commerce, &policy()).unwrap();
    assert_eq!(due(&campaign), "2017-11-30");
    assert_eq!(standing(&campaign, "2017-12-01"), Standing::Overdue { days: 1 });
    assert!(campaign.reason(&calendar()).to_string().contains("届满日由制度写明：2017-11-30"));
    assert_eq!(of_campaign(&bureau, &quality, &Policy::parse(text).unwrap()), None);
}

#[test]
fn d_01_to_d_16_each_have_one_row_a_name_and_a_source() {
    for (number, deadline) in (1..=16).zip(Deadline::ALL) {
        assert_eq!(deadline.code(), format!("D-{number:02}"));
    }
    for deadline in Deadline::ALL {
        assert_eq!(deadline.code().parse::<Deadline>().unwrap(), deadline);
        assert!(!deadline.zh().is_empty() && !deadline.clause().is_empty() && !deadline.source().is_empty());
    }
    assert_eq!("D-17".parse::<Deadline>().unwrap_err().code(), "DEADLINE_UNKNOWN");
}

/// D-01, D-02, D-03, D-06, D-07 and D-16: the golden dates of REQUIREMENTS 2.2.
#[test]
fn d_01_to_d_07_end_on_the_golden_dates() {
    let policy = policy();
    let golden = [
        (Deadline::CandidatePublicity, "2017-09-25", "2017-10-13"),
        (Deadline::Review, "2018-02-09", "2018-02-24"),
        (Deadline::Statement, "2018-02-09", "2018-02-28"),
        (Deadline::ReviewPublicity, "2018-02-09", "2018-03-14"),
        (Deadline::CandidatePublicity, "2026-09-21", "2026-10-12"),
        (Deadline::RedExitFiling, "2026-09-25", "2026-10-10"),
        (Deadline::BlackExitFiling, "2026-09-16", "2026-10-08"),
        (Deadline::RedValidity, "2020-02-29", "2023-02-28"),
        (Deadline::Backlog, "2017-11-06", "2017-11-30"),
        (Deadline::Consultation, "2017-11-06", "2017-11-14"),
    ];
    for (deadline, started_on, ends_on) in golden {
        assert_eq!(due(&clock(deadline, started_on, &policy)), ends_on, "{deadline} from {started_on}");
    }
}

/// AMB-02: the same publicity under the flag of the province's own practice.
#[test]
fn amb_02_the_start_day_counts_where_the_policy_says_so_and_only_in_working_days() {
    let mut policy = policy();
    assert_eq!(due(&clock(Deadline::ReviewPublicity, "2018-02-07", &policy)), "2018-03-12");
    policy.terms.count_start_day = true;
    assert_eq!(due(&clock(Deadline::ReviewPublicity, "2018-02-07", &policy)), "2018-03-09");
    assert_eq!(due(&clock(Deadline::RedExitFiling, "2026-09-25", &policy)), "2026-10-10");
}

/// D-10 and D-11: the same clock under a policy of one year.
#[test]
fn d_10_and_d_11_are_the_one_year_terms_and_d_04_and_d_05_the_others() {
    let mut policy = policy();
    assert_eq!(Deadline::validity(ListKind::Red, 3).code(), "D-04");
    assert_eq!(Deadline::validity(ListKind::Black, 3).code(), "D-05");
    policy.terms.red_validity_years = 1;
    policy.terms.black_validity_years = 1;
    for (kind, code) in [(ListKind::Red, "D-10"), (ListKind::Black, "D-11")] {
        let clock = of_validity(&case_id(1), kind, &place(CITY, 9), day("2017-11-06"), &policy).unwrap();
        assert_eq!((clock.deadline.code(), due(&clock).as_str()), (code, "2018-11-06"));
    }
}

/// AMB-17: late, later, for ever late, and never approved.
#[test]
fn amb_17_a_review_warns_is_due_overdue_and_escalates_and_is_never_approved() {
    let review = clock(Deadline::Review, "2018-02-09", &policy());
    assert_eq!(standing(&review, "2018-02-12"), Standing::Running { days_left: 5 });
    assert_eq!(standing(&review, "2018-02-22"), Standing::Warning { days_left: 2 });
    assert_eq!(standing(&review, "2018-02-24"), Standing::DueToday);
    assert_eq!(standing(&review, "2018-02-25"), Standing::Overdue { days: 1 });
    assert_eq!(standing(&review, "2018-02-27"), Standing::Overdue { days: 2 });
    assert_eq!(standing(&review, "2018-02-28"), Standing::Escalated { days: 3 });
    assert!(matches!(standing(&review, "2028-02-28"), Standing::Escalated { .. }));
    let mut signed = review;
    signed.end(Mark::day(day("2018-02-26")));
    assert_eq!(standing(&signed, "2018-03-01"), Standing::Done { on: day("2018-02-26"), days_late: 1 });
}

/// D-06 with AMB-05: the fifteen days warn at day ten.
#[test]
fn amb_05_the_filing_of_an_exit_warns_at_day_ten() {
    let filing = clock(Deadline::RedExitFiling, "2026-03-02", &policy());
    assert!(matches!(standing(&filing, "2026-03-11"), Standing::Running { .. }), "day 9");
    assert!(matches!(standing(&filing, "2026-03-12"), Standing::Warning { .. }), "day 10");
    assert_eq!(standing(&filing, "2026-03-17"), Standing::DueToday);
    assert!(matches!(standing(&filing, "2026-03-18"), Standing::Overdue { .. }));
}

/// D-01: nobody is late in a minimum.
#[test]
fn d_01_a_publicity_that_has_run_is_elapsed_and_not_overdue() {
    let publicity = clock(Deadline::CandidatePublicity, "2017-09-25", &policy());
    assert_eq!(standing(&publicity, "2017-10-13"), Standing::DueToday);
    assert_eq!(standing(&publicity, "2017-10-14"), Standing::Elapsed);
    assert_eq!(standing(&publicity, "2019-10-14"), Standing::Elapsed);
}

/// AMB-18: what was used up before the return stays used up.
#[test]
fn amb_18_the_review_stands_still_while_returned_and_runs_on_with_what_was_left() {
    let mut review = clock(Deadline::Review, "2017-10-16", &policy());
    assert_eq!(due(&review), "2017-10-25");
    review.stop(Mark::day(day("2017-10-19")));
    assert_eq!(standing(&review, "2018-10-19"), Standing::Stopped { days_left: 4 });
    assert!(review.is_stopped() && review.due(&calendar()).date().is_none());
    review.resume(Mark::new(&place(CITY, 30), day("2017-11-01")));
    assert_eq!(due(&review), "2017-11-07");
    assert_eq!(standing(&review, "2017-11-08"), Standing::Overdue { days: 1 });
    let said = review.reason(&calendar()).to_string();
    for line in ["2017-10-19退回补正，停止计算，剩余4个工作日", "2017-11-01收到补正材料，继续计算"]
    {
        assert!(said.contains(line), "{said}");
    }
    review.stop(Mark::day(day("2017-11-03")));
    review.resume(Mark::day(day("2017-11-06")));
    assert_eq!(due(&review), "2017-11-08", "returned twice");
}

/// F-P3: a due date that runs into a year without a notice is provisional, and moves in the open.
#[test]
fn f_p3_a_provisional_due_date_is_recomputed_visibly_when_the_next_years_calendar_is_loaded() {
    let earlier = WorkCalendar::parse(&until(2025)).unwrap();
    let policy = policy();
    let started = Mark::new(&place(CITY, 7), day("2025-12-25"));
    let owner = CITY.parse().unwrap();
    let review = Clock::start(Deadline::Review, Matter::Case(case_id(1)), &owner, started, &policy).unwrap();
    let Due::On(before) = review.due(&earlier) else { panic!("it runs") };
    assert!(before.provisional);
    assert!(review.reason(&earlier).result.contains("暂定"));
    let stated = Clock { stated_on: Some(before.on), ..review };
    let Due::On(after) = stated.due(&calendar()) else { panic!("it runs") };
    assert!(!after.provisional && after.on != before.on, "{before:?} {after:?}");
    let moved = stated.reason(&calendar()).moved;
    assert!(moved.contains(&before.on.to_string()) && moved.contains(&after.on.to_string()), "{moved}");
}

/// The shipped calendar without the notices after a year.
fn until(year: i32) -> String {
    let text = WorkCalendar::shipped_text();
    let start = text.find(&format!("year = {}", year + 1)).unwrap();
    let cut = text[..start].rfind("[[").unwrap();
    text[..cut].to_owned()
}

/// F-P3: each due date explains itself day by day, with its clause.
#[test]
fn f_p3_a_due_date_explains_itself_day_by_day_with_its_clause() {
    let said = clock(Deadline::CandidatePublicity, "2017-09-25", &policy()).reason(&calendar()).to_string();
    assert!(said.starts_with("D-01 初选名单公示期（案件420802-commerce#1），自2017-09-25起算"), "{said}");
    for part in ["10个工作日", "起算日不计入", "细则四（二）", "国庆节", "第10个工作日", "期限届满日：2017-10-13"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    let days = said.lines().filter(|line| line.contains("星期")).count();
    assert_eq!(days, 19, "every day from 25 September to 13 October");
    let term = clock(Deadline::BlackValidity, "2017-11-06", &policy()).reason(&calendar()).to_string();
    assert!(term.contains("届满日不因节假日顺延") && term.contains("2020-11-06"), "{term}");
}

#[test]
fn a_recognisers_publicity_and_notice_start_its_own_clocks() {
    let (policy, cases) = (policy(), CaseSet::from_numbers([1, 2, 3]));
    let at = place(COUNTY, 5);
    let days = (day("2017-09-25"), day("2017-10-13"));
    let publicity = of_publicity(&at, &cases, days, &policy).unwrap();
    assert_eq!((publicity.deadline.code(), publicity.owner.as_str()), ("D-01", COUNTY));
    assert_eq!(of_notice(&at, &cases, day("2017-09-25"), &policy).unwrap().deadline.code(), "D-16");
    // D-10 is another department's: this policy's terms run three years.
    assert!(
        Clock::start(Deadline::RedYear, Matter::Cases(cases), &publicity.owner, publicity.started, &policy).is_none()
    );
}

/// AMB-17, D-01 to D-16: every ceiling warns, is due, is overdue and goes to the level above; a minimum or a term runs
/// out as it should; nothing is ever done by itself.
#[test]
fn amb_17_every_deadline_of_the_table_stands_where_its_nature_says() {
    let policies: Vec<Policy> = shipped().iter().map(|(_, text)| Policy::parse(text).unwrap()).collect();
    let owner = CITY.parse().unwrap();
    for deadline in Deadline::ALL {
        let started = || Mark::day(day("2017-09-25"));
        let start = |policy| Clock::start(deadline, Matter::Case(case_id(1)), &owner, started(), policy);
        let clock = policies.iter().find_map(start);
        let clock = clock.unwrap_or_else(|| panic!("no shipped policy sets {deadline}"));
        let due = clock.due(&calendar()).date().unwrap().on;
        let first = started().on.max(due - chrono::Days::new(25));
        let mut seen = Vec::new();
        for today in first.iter_days().take(60) {
            let now = clock.standing_on(today, &calendar()).as_str();
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
        let expected: &[&str] = match deadline.nature() {
            Nature::Ceiling => &["running", "warning", "due", "overdue", "escalated"],
            Nature::Minimum | Nature::Term => &["running", "due", "elapsed"],
        };
        // A day or three leave no time before the warning.
        let short = matches!(clock.length, Length::WorkingDays(days) if days <= clock.warn_days + 1);
        let skipped = usize::from(short && deadline.nature() == Nature::Ceiling && seen[0] == "warning");
        assert_eq!(seen, expected[skipped..], "{deadline}");
    }
}
