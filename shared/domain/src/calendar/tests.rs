use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn calendar() -> WorkCalendar {
    WorkCalendar::shipped().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn working(start: &str, days: u32, count: CountStartDay) -> String {
    let due = calendar().deadline(day(start), Term::WorkingDays(days), count);
    assert!(!due.provisional, "{start} + {days}");
    due.on.to_string()
}

fn rolled(start: &str, days: u32) -> String {
    calendar().deadline(day(start), Term::CalendarDays(days), CountStartDay::Excluded).on.to_string()
}

#[test]
fn working_day_deadlines_meet_the_golden_dates() {
    use CountStartDay::Excluded;
    assert_eq!(working("2017-09-25", 10, Excluded), "2017-10-13");
    assert_eq!(working("2018-02-09", 7, Excluded), "2018-02-24", "a make-up Saturday counts");
    assert_eq!(working("2018-02-09", 10, Excluded), "2018-02-28");
    assert_eq!(working("2018-02-09", 20, Excluded), "2018-03-14");
    assert_eq!(working("2026-09-21", 10, Excluded), "2026-10-12");
}

#[test]
fn hubei_counted_the_first_day_of_its_publicity_and_the_civil_code_does_not() {
    assert_eq!(working("2018-02-07", 20, CountStartDay::Included), "2018-03-09");
    assert_eq!(working("2018-02-07", 20, CountStartDay::Excluded), "2018-03-12");
}

#[test]
fn a_start_day_that_is_no_working_day_does_not_count_even_when_included() {
    assert_eq!(working("2018-02-10", 1, CountStartDay::Included), "2018-02-11");
    assert_eq!(working("2018-02-10", 1, CountStartDay::Excluded), "2018-02-11");
}

#[test]
fn a_calendar_day_deadline_rolls_off_a_holiday_onto_the_next_working_day() {
    assert_eq!(rolled("2026-09-25", 15), "2026-10-10", "a make-up Saturday, no roll");
    assert_eq!(rolled("2026-09-16", 15), "2026-10-08", "from the holiday 10-01");
}

#[test]
fn a_validity_ends_on_the_corresponding_day_and_never_rolls() {
    assert_eq!(validity_end(day("2023-10-01"), 3), day("2026-10-01"), "a holiday");
    assert_eq!(validity_end(day("2024-02-29"), 3), day("2027-02-28"));
    assert_eq!(validity_end(day("2024-02-29"), 4), day("2028-02-29"));
    assert_eq!(validity_end(day("2024-02-29"), u32::MAX), NaiveDate::MAX);
}

#[test]
fn a_due_date_in_a_year_without_a_notice_is_provisional_until_the_notice_is_loaded() {
    let term = Term::WorkingDays(10);
    let before = calendar().deadline(day("2026-12-25"), term, CountStartDay::Excluded);
    assert_eq!(before, DueDate { on: day("2027-01-08"), provisional: true });
    let notice = "[[notice]]\nyear = 2027\ndocument = \"测试\"\noff = [\"元旦 01-01..01-03\"]\nwork = []\n";
    let after = calendar().with(WorkCalendar::parse(notice).unwrap()).deadline(
        day("2026-12-25"),
        term,
        CountStartDay::Excluded,
    );
    assert_eq!(after, DueDate { on: day("2027-01-11"), provisional: false });
}

#[test]
fn the_turn_of_the_year_waits_for_the_next_notice() {
    assert!(calendar().is_settled(day("2026-12-28")));
    assert!(!calendar().is_settled(day("2026-12-29")));
    assert!(calendar().is_settled(day("2025-12-31")));
    assert_eq!(calendar().is_working_day(day("2018-12-31")), Known { value: false, provisional: false });
}

#[test]
fn a_calendar_day_deadline_is_provisional_only_by_the_days_that_decide_it() {
    let due = |start: &str| calendar().deadline(day(start), Term::CalendarDays(15), CountStartDay::Excluded);
    assert_eq!(due("2026-12-10"), DueDate { on: day("2026-12-25"), provisional: false });
    assert!(due("2026-12-20").provisional);
}

#[test]
fn a_later_text_replaces_a_whole_year() {
    let amended =
        WorkCalendar::parse("[[notice]]\nyear = 2026\ndocument = \"修订\"\noff = [\"元旦 01-01\"]\n").unwrap();
    let calendar = calendar().with(amended);
    assert_eq!(calendar.document(2026), Some("修订"));
    assert_eq!(calendar.day_kind(day("2026-10-01")), DayKind::Weekday);
    assert_eq!(calendar.day_kind(day("2025-10-01")), DayKind::Holiday("国庆节、中秋节".to_owned()));
}

#[test]
fn a_stopped_clock_keeps_what_was_left_and_runs_on_after_the_day_of_resumption() {
    let calendar = calendar();
    // Received 09-21, returned for correction on 09-24: three of seven working days are used.
    let left = calendar.stop(day("2026-09-21"), Term::WorkingDays(7), CountStartDay::Excluded, day("2026-09-24"));
    assert_eq!(left, Remaining { term: Term::WorkingDays(4), overrun_days: 0, provisional: false });
    assert_eq!(calendar.resume(day("2026-10-08"), left).on, day("2026-10-13"), "09, 10 (make-up), 12, 13");
}

#[test]
fn a_clock_stopped_too_late_remembers_the_overrun() {
    let calendar = calendar();
    let left = calendar.stop(day("2026-09-07"), Term::WorkingDays(7), CountStartDay::Excluded, day("2026-09-18"));
    assert_eq!(left, Remaining { term: Term::WorkingDays(0), overrun_days: 2, provisional: false });
    assert_eq!(calendar.resume(day("2026-10-01"), left).on, day("2026-10-08"));
    let calendar_days =
        calendar.stop(day("2026-09-01"), Term::CalendarDays(15), CountStartDay::Included, day("2026-09-10"));
    assert_eq!(calendar_days.term, Term::CalendarDays(5));
}

#[test]
fn working_days_left_falls_to_zero_on_the_last_day_and_below_when_overdue() {
    let left = |today: &str| calendar().working_days_left(day(today), day("2026-10-12")).value;
    assert_eq!(left("2026-09-30"), 4, "08, 09, 10 (make-up), 12");
    assert_eq!(left("2026-10-12"), 0);
    assert_eq!(left("2026-10-14"), -2);
    let due = DueDate { on: day("2026-10-12"), provisional: false };
    assert!(!due.is_past(day("2026-10-12")) && due.is_past(day("2026-10-13")));
}

#[test]
fn an_explanation_says_of_every_day_why_it_counts_or_not() {
    let calendar = calendar();
    let told = calendar.explain(day("2026-09-30"), Term::WorkingDays(3), CountStartDay::Excluded);
    let text = told.to_string();
    assert!(text.starts_with("2026-09-30 星期三：工作日，起算日，不计入\n"), "{text}");
    assert!(text.contains("2026-10-01 星期四：国庆节放假（国办发明电〔2025〕7号），不计入\n"), "{text}");
    assert!(text.contains("2026-10-10 星期六：国庆节调休上班（国办发明电〔2025〕7号），第3个工作日\n"), "{text}");
    assert!(text.ends_with("期限届满日：2026-10-10（当日24时）"), "{text}");
    let rolled = calendar.explain(day("2026-09-16"), Term::CalendarDays(15), CountStartDay::Excluded).to_string();
    assert!(rolled.contains("2026-10-02 星期五：国庆节放假（国办发明电〔2025〕7号），期限顺延\n"), "{rolled}");
    assert!(rolled.contains("2026-10-08 星期四：工作日，期限顺延至本日届满\n"), "{rolled}");
    let open = calendar.explain(day("2027-03-01"), Term::WorkingDays(1), CountStartDay::Excluded).to_string();
    assert!(open.contains("暂按周末推定") && open.ends_with("（暂定，待放假安排公布后重新计算）"), "{open}");
}

#[test]
fn a_calendar_text_with_a_contradiction_is_refused_with_its_place() {
    let notice = |off: &str, work: &str| {
        let text = format!("[[notice]]\nyear = 2026\ndocument = \"x\"\noff = [{off}]\nwork = [{work}]\n");
        WorkCalendar::parse(&text).unwrap_err().code()
    };
    assert_eq!(notice("\"元旦 01-01..01-03\", \"春节 01-03\"", ""), "CALENDAR_DAY_TWICE");
    assert_eq!(notice("\"元旦 01-01..01-03\"", "\"元旦 01-03\""), "CALENDAR_DAY_TWICE");
    assert_eq!(notice("", "\"元旦 01-05\""), "CALENDAR_WORKED_WEEKDAY");
    for line in ["元旦", "元旦 13-01", "元旦 01-03..01-01", "元旦 01-01..03-01", " 01-01", "元旦 2020-01-01"]
    {
        assert_eq!(notice(&format!("{line:?}"), ""), "CALENDAR_LINE_MALFORMED", "{line}");
    }
    let twice =
        "[[notice]]\nyear = 2026\ndocument = \"a\"\noff = []\n[[notice]]\nyear = 2026\ndocument = \"b\"\noff = []";
    assert_eq!(WorkCalendar::parse(twice).unwrap_err().code(), "CALENDAR_YEAR_TWICE");
    assert_eq!(WorkCalendar::parse("notice = 3").unwrap_err().code(), "CALENDAR_MALFORMED");
}

#[test]
fn every_day_of_the_shipped_years_agrees_with_the_independent_table() {
    let Some(table) = honghei_real_data::text("holidays_2004_2026.csv") else { return };
    let named: BTreeMap<NaiveDate, bool> = table
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split(',');
            (day(fields.next().unwrap()), fields.next().unwrap() == "workday")
        })
        .collect();
    let calendar = calendar();
    let mut at = day("2004-01-01");
    while at <= day("2026-12-31") {
        let expected = named.get(&at).copied().unwrap_or(!is_weekend(at));
        assert_eq!(calendar.works(at), expected, "{at}");
        at = next(at);
    }
}

proptest! {
    #[test]
    fn a_deadline_leaves_exactly_its_working_days(offset in 0u64..8000, days in 1u32..60) {
        let calendar = calendar();
        let start = day("2004-01-01") + chrono::Days::new(offset);
        let due = calendar.add_working_days(start, days, CountStartDay::Excluded);
        prop_assert!(calendar.works(due.on));
        prop_assert_eq!(calendar.working_days_left(start, due.on).value, i64::from(days));
        let inclusive = calendar.add_working_days(start, days, CountStartDay::Included);
        prop_assert!(inclusive.on <= due.on && inclusive.on >= start);
        prop_assert_eq!(inclusive.on < due.on, calendar.works(start));
    }

    #[test]
    fn stopping_and_resuming_at_once_changes_nothing(offset in 0u64..8000, days in 1u32..30, pause in 0u64..40) {
        let calendar = calendar();
        let start = day("2004-01-01") + chrono::Days::new(offset);
        let stopped = start + chrono::Days::new(pause);
        let term = Term::WorkingDays(days);
        let due = calendar.deadline(start, term, CountStartDay::Excluded);
        prop_assume!(stopped < due.on);
        let left = calendar.stop(start, term, CountStartDay::Excluded, stopped);
        prop_assert_eq!(calendar.resume(stopped, left).on, due.on);
    }

    #[test]
    fn an_explanation_ends_on_the_deadline_it_explains(offset in 0u64..8500, days in 1u32..40, calendar_days: bool) {
        let calendar = calendar();
        let start = day("2004-01-01") + chrono::Days::new(offset);
        let term = if calendar_days { Term::CalendarDays(days) } else { Term::WorkingDays(days) };
        let told = calendar.explain(start, term, CountStartDay::Excluded);
        prop_assert_eq!(told.due, calendar.deadline(start, term, CountStartDay::Excluded));
        prop_assert_eq!(told.lines.last().unwrap().on, told.due.on);
        prop_assert_eq!(told.lines.iter().filter_map(|line| line.counted).max(), Some(days));
    }
}
