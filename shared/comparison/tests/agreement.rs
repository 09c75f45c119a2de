//! The bulk comparison finds exactly the verdicts of the pure function, however little memory it has (C-1, C-3, C-4).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{Days, NaiveDate};
use honghei_comparison::text::{Source, Summary, recompare};
use honghei_comparison::{Fault, Limits, Silent, Step, Watch};
use honghei_domain::comparison::{Fact, Identity, Outcome, RULE_VERSION, Standing, SubjectFacts, Verdict, verdicts};
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{CaseId, Department, ListKind};
use honghei_domain::name;
use proptest::prelude::*;

const RED: &str = "420000-tax/1/1";
const BLACK: &str = "420000-court/1/1";

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + Days::new(offset)
}

const AS_OF: u64 = 50;

/// One line, as its fields.
#[derive(Clone, Debug, Default)]
struct Row {
    uscc: String,
    recognised: u64,
    valid_to: Option<u64>,
    marks: &'static str,
    organisation: String,
    registration: String,
    name: &'static str,
}

impl Row {
    fn text(&self) -> String {
        let day_text = |offset| day(offset).format("%Y-%m-%d").to_string();
        let fields = [
            self.uscc.clone(),
            day_text(self.recognised),
            self.valid_to.map(day_text).unwrap_or_default(),
            self.marks.to_owned(),
            self.organisation.clone(),
            self.registration.clone(),
            self.name.to_owned(),
        ];
        fields.join("\t").trim_end_matches('\t').to_owned()
    }

    fn fact(&self, kind: ListKind, number: u64) -> Fact {
        let position: honghei_domain::node::EntryRef = if kind == ListKind::Red { RED } else { BLACK }.parse().unwrap();
        Fact {
            case: CaseId { origin: position.log.node.clone(), number },
            kind,
            department: Department("tax".into()),
            recogniser: "某局".into(),
            recognised_on: day(self.recognised),
            valid_from: None,
            valid_to: self.valid_to.map(day),
            document: None,
            under_appeal: self.marks.contains('A'),
            identity: Identity {
                uscc: Uscc::try_from(self.uscc.clone()).ok(),
                uscc_inner_check_failed: self.marks.contains('I') && !self.uscc.is_empty(),
                organisation_code: OrganisationCode::try_from(self.organisation.clone()).ok(),
                registration_number: RegistrationNumber::try_from(self.registration.clone()).ok(),
                name: name::normalise(self.name),
                person: None,
            },
            standing: Standing::Reported,
            position,
        }
    }
}

/// A text on disk for as long as it is looked at.
struct Text {
    source: Source,
    _folder: tempfile::TempDir,
}

fn write(kind: ListKind, text: &str) -> Text {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("list");
    std::fs::write(&path, text).unwrap();
    let position = if kind == ListKind::Red { RED } else { BLACK }.parse().unwrap();
    let source = Source { path, kind, department: Department("tax".into()), recogniser: "某局".into(), position };
    Text { source, _folder: folder }
}

fn text_of(rows: &[Row], kind: ListKind) -> (String, Vec<Fact>) {
    let (mut text, mut facts) = (String::new(), Vec::new());
    for row in rows {
        facts.push(row.fact(kind, text.len() as u64 + 1));
        writeln!(text, "{}", row.text()).unwrap();
    }
    (text, facts)
}

fn run(red: &Text, black: &Text, limits: &Limits) -> (Summary, BTreeMap<CaseId, Verdict>) {
    let found = Mutex::new(BTreeMap::new());
    let take = |verdicts: Vec<Verdict>| found.lock().unwrap().extend(verdicts.into_iter().map(|v| (v.case.clone(), v)));
    let summary = recompare(&red.source, &black.source, day(AS_OF), limits, &Silent, &take).unwrap();
    (summary, found.into_inner().unwrap())
}

fn limits(memory_bytes: usize) -> Limits {
    Limits { memory_bytes, ..Limits::new() }
}

/// Few codes and names, so that rows collide in every way.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let codes = (0..5usize, 0..4usize, 0..4usize);
    let names = prop::sample::select(vec![
        "",
        "甲公司",
        "乙 公 司",
        "乙公司",
        "湖北丙商贸公司（原：荆门丁商贸公司）",
        "荆门丁商贸公司",
        "荆门丁商贸有限公司东宝分公司",
        "湖北（丙）商贸有限责任公司",
    ]);
    let marks = prop::sample::select(vec!["", "", "", "A", "I", "AI"]);
    let dates = (0..6u64, prop::option::weighted(0.2, 45..55u64));
    let row = (codes, names, marks, dates).prop_map(|((by_uscc, by_code, by_number), name, marks, dates)| {
        let uscc = |region, serial: u32| {
            Uscc::synthesize('9', '1', region, &format!("{serial:08}")).unwrap().as_str().to_owned()
        };
        Row {
            uscc: match by_uscc {
                0 | 1 => String::new(),
                2 => uscc("420800", 1),
                3 => uscc("420802", 1),
                _ => uscc("420800", 2),
            },
            organisation: match by_code {
                0 | 1 => String::new(),
                serial => OrganisationCode::synthesize(serial as u32 - 1).as_str().to_owned(),
            },
            registration: ["", "", "420800000000001", "4208000000002"][by_number].to_owned(),
            recognised: dates.0,
            valid_to: dates.1,
            marks,
            name,
        }
    });
    prop::collection::vec(row, 0..most)
}

/// What the pure function says of every entry, all facts together.
fn expected(reds: &[Fact], blacks: &[Fact]) -> Vec<Verdict> {
    let mut all = SubjectFacts::new();
    for fact in reds.iter().chain(blacks) {
        all.insert(fact.clone());
    }
    verdicts(&all, &[], RULE_VERSION, day(AS_OF))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// C-1, C-3.
    #[test]
    fn the_verdicts_are_those_of_the_pure_function_in_any_memory(
        (reds, blacks) in (rows(40), prop_oneof![rows(8), rows(120)]), memory in prop::sample::select(vec![0, 1 << 30]),
    ) {
        let named = |rows: Vec<Row>| -> Vec<Row> {
            let nobody = |row: &Row| format!("{}{}{}{}", row.uscc, row.organisation, row.registration, row.name).is_empty();
            rows.into_iter().filter(|row| !nobody(row)).collect()
        };
        let (red_text, reds) = text_of(&named(reds), ListKind::Red);
        let (black_text, blacks) = text_of(&named(blacks), ListKind::Black);
        let (red, black) = (write(ListKind::Red, &red_text), write(ListKind::Black, &black_text));
        let (summary, found) = run(&red, &black, &limits(memory));
        prop_assert_eq!(summary.reds.defective + summary.blacks.defective, 0);
        let force = reds.iter().chain(&blacks).any(|fact| fact.is_in_force(day(AS_OF)));
        prop_assert_eq!(summary.spilled_bytes > 0, memory == 0 && force);
        let mut fallen = 0;
        for verdict in expected(&reds, &blacks) {
            match &verdict.outcome {
                Outcome::Removed { .. } | Outcome::Held { .. } => {
                    prop_assert_eq!(found.get(&verdict.case), Some(&verdict));
                    fallen += 1;
                }
                _ => prop_assert_eq!(found.get(&verdict.case), None),
            }
        }
        prop_assert_eq!(found.len(), fallen);
        prop_assert_eq!(summary.removed + summary.held, fallen as u64);
        prop_assert_eq!(summary.reds.entries, reds.len() as u64);
        let stands = expected(&reds, &blacks).iter().filter(|verdict| verdict.outcome == Outcome::FinalRed).count();
        prop_assert_eq!(summary.final_red(), stands as u64);
    }
}

fn firm(serial: u32) -> String {
    Uscc::synthesize('9', '1', "420800", &format!("{serial:08}")).unwrap().as_str().to_owned()
}

/// Entries of firms, told from one another by nothing but their codes.
fn firms(serials: impl Iterator<Item = u32>) -> String {
    serials.fold(String::new(), |mut text, serial| {
        writeln!(text, "{}\t2026-06-{:02}", firm(serial), 1 + serial % 28).unwrap();
        text
    })
}

#[test]
fn every_planted_conflict_is_found_across_pieces_and_threads() {
    let (red, black) = (write(ListKind::Red, &firms(0..90_000)), write(ListKind::Black, &firms(89_100..140_000)));
    let (whole, found) = run(&red, &black, &limits(1 << 30));
    assert_eq!((whole.removed, whole.held, whole.final_red()), (900, 0, 89_100));
    assert_eq!(whole.spilled_bytes, 0);
    let (spilling, again) = run(&red, &black, &limits(1 << 20));
    assert!(spilling.spilled_bytes > 500_000);
    assert_eq!(found, again);
    assert_eq!(spilling.removed, 900);
}

#[test]
fn a_name_that_thousands_share_holds_and_removes_nobody() {
    let line = |serial: u32, code: bool| {
        let code = if code { firm(serial) } else { String::new() };
        format!("{code}\t2026-06-01\t\t\t\t\t荆门市便民商店\n")
    };
    let reds: String = (0..3_000).map(|serial| line(serial, serial % 2 == 0)).collect();
    let blacks: String = (5_000..8_000).map(|serial| line(serial, serial % 3 == 0)).collect();
    let (summary, found) = run(&write(ListKind::Red, &reds), &write(ListKind::Black, &blacks), &limits(1 << 30));
    assert_eq!((summary.removed, summary.held), (0, 3_000));
    // The first black in order that may be the one: of all for a red without a code, of those without a code for one with.
    for (case, verdict) in found {
        let Outcome::Held { with: Some(with), .. } = verdict.outcome else { panic!("{case} is not held") };
        assert!(with.number < 300, "{with}");
    }
}

#[test]
fn damaged_lines_are_told_by_place_and_spoil_nothing() {
    let sound = firm(1);
    let text = format!(
        "{sound}\t2026-06-01\r\n\n91420800O00000000X\t2026-06-01\n{sound}\t2026-02-30\n\t2026-06-01\n{}\n{sound}\t2026-06-02\t\tZ\n{sound}\t2026-06-03",
        "x".repeat(9_000)
    );
    let (summary, _) = run(&write(ListKind::Red, &text), &write(ListKind::Black, &firms(1..2)), &limits(1 << 30));
    assert_eq!((summary.reds.entries, summary.removed, summary.reds.defective), (2, 2, 5));
    let codes: Vec<&str> = summary.reds.defects.iter().map(|defect| defect.code).collect();
    assert_eq!(codes, ["USCC_MALFORMED", "DAY_MALFORMED", "SUBJECT_MISSING", "USCC_MALFORMED", "MARK_UNKNOWN"]);
    assert_eq!(summary.reds.defects[0].offset, 32);
}

#[test]
fn a_line_longer_than_a_line_may_be_is_no_entry_wherever_it_stands() {
    let line = |length: usize| format!("{}\t2026-06-01\t\t\t\t\t{}\n", firm(1), "x".repeat(length - 34));
    let text = format!("{}{}{}{}", line(4_096), line(4_097), line(20_000), firms(2..20_000)).replacen('\n', "\r\n", 2);
    let (summary, found) = run(&write(ListKind::Red, &text), &write(ListKind::Black, &firms(1..2)), &limits(1 << 30));
    assert_eq!((summary.reds.defective, summary.removed, found.len()), (2, 1, 1));
    assert!(summary.reds.defects.iter().all(|defect| defect.code == "LINE_TOO_LONG"));
}

#[derive(Default)]
struct Impatient {
    heard: AtomicU64,
}

impl Watch for Impatient {
    fn is_cancelled(&self) -> bool {
        self.heard.load(Ordering::Relaxed) > 0
    }
    fn progress(&self, step: Step, done: u64, total: u64) {
        assert!(step == Step::Read && done <= total);
        self.heard.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_recomparison_stops_when_it_is_cancelled() {
    let (red, black) = (write(ListKind::Red, &firms(0..90_000)), write(ListKind::Black, &firms(0..90_000)));
    let fault = recompare(&red.source, &black.source, day(0), &limits(1 << 30), &Impatient::default(), &|_| {});
    assert!(matches!(fault, Err(Fault::Cancelled)));
}
