//! How long the fold of one case takes: thirty acts, from the notice over nine statements to the final list.
//!
//! `cargo bench -p federation --bench fold`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may fail by panicking, and prints")]

#[path = "support/timing.rs"]
#[allow(dead_code, reason = "each benchmark uses what it needs")]
mod timing;

use std::hint::black_box;
use std::time::Duration;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::case::{Case, CaseEvent, Finding, StageName};
use honghei_domain::clock;
use honghei_domain::list::ListKind;
use honghei_domain::node::{EntryRef, LogId};
use honghei_domain::policy::{Policy, shipped};

const ACTS: usize = 30;
/// Statements, each received and disposed of.
const STATEMENTS: u64 = 9;
/// Folds in one measurement, and measurements.
const FOLDS: u32 = 1_000;
const ROUNDS: usize = 51;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(node: &str, index: u64) -> EntryRef {
    EntryRef { log: LogId::first(node.parse().unwrap()), index }
}

fn events() -> Vec<CaseEvent> {
    let own = |index| at("420802-commerce", index);
    let (list, text) = (own(40), str::to_owned);
    let publicity = own(10);
    let mut events = vec![
        CaseEvent::NoticeServed {
            method: text("直接送达"), served_on: day("2017-11-06"), proof: text("送达回证")
        },
        CaseEvent::PublicityOpened {
            publicity: publicity.clone(),
            channel: text("门户网站"),
            opened_on: day("2017-11-06"),
            ends_on: day("2017-11-20"),
        },
    ];
    for number in 0..STATEMENTS {
        let statement = own(11 + number);
        let (by, grounds) = (text("当事企业"), text("处罚决定所载数量与实际不符，请予核实"));
        let received_on = day("2017-11-10");
        events.push(CaseEvent::StatementReceived { statement: statement.clone(), by, grounds, received_on });
        let (reason, decided_on) = (text("经核对卷宗，数量无误"), day("2017-11-13"));
        events.push(CaseEvent::StatementDisposed { statement, adopted: false, reason, decided_on });
    }
    let list = || list.clone();
    events.extend([
        CaseEvent::PublicityClosed { publicity, closed_on: day("2017-11-21") },
        CaseEvent::Certified { list: list(), certified_on: day("2017-11-22") },
        CaseEvent::Declared { list: list(), to: "420800-commerce".parse().unwrap(), declared_on: day("2017-11-22") },
        CaseEvent::Received { list: list(), received_on: day("2017-11-23"), due_on: day("2017-12-04") },
        CaseEvent::Reviewed { list: list(), finding: Finding::Approve, reviewed_on: day("2017-11-27") },
        CaseEvent::ReviewSigned { list: list(), signed_on: day("2017-11-28"), publicity_waived: None },
        CaseEvent::ReviewPublicityOpened { list: list(), opened_on: day("2017-11-28"), ends_on: day("2017-12-26") },
        CaseEvent::ReviewPublicityClosed { list: list(), closed_on: day("2017-12-27") },
        CaseEvent::Reported { list: list(), reported_on: day("2017-12-27") },
        CaseEvent::Final { version: 1, valid_from: day("2018-01-02"), valid_to: day("2021-01-02") },
    ]);
    events
}

/// The median time of one run of some work.
fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = timing::instant();
            for _ in 0..FOLDS {
                work();
            }
            began.elapsed() / FOLDS
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

fn main() {
    let events = events();
    assert_eq!(events.len(), ACTS);
    let mut entry = candidate(ListKind::Black, "420802", 1);
    entry.case.origin = "420802-commerce".parse().unwrap();
    entry.case.number = 1;
    let whole = Case::new(entry.clone()).evolve_all(&events);
    assert_eq!(whole.stage_on(day("2018-01-02")), StageName::InForce);
    let policy = Policy::parse(shipped()[0].1).unwrap();
    let calendar = WorkCalendar::shipped().unwrap();
    let begin = median(|| _ = black_box(Case::new(black_box(entry.clone()))));
    let fold = median(|| _ = black_box(Case::new(entry.clone()).evolve_all(black_box(&events))));
    let clocks = median(|| {
        let found = clock::of_case(black_box(&whole), &[], &policy);
        for clock in &found {
            black_box(clock.standing_on(day("2017-11-15"), &calendar));
        }
    });
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!("a case of {ACTS} acts, medians of {ROUNDS}");
    println!("its record alone         {:>8.2} µs", micros(begin));
    println!("record and {ACTS} acts       {:>8.2} µs", micros(fold));
    println!("its clocks and where they stand {:>8.2} µs", micros(clocks));
}
