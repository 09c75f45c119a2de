//! What is planted is what comes out: of the reader, and of the comparison's own rules.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::comparison::{Fact, Outcome, RULE_VERSION, SubjectFacts, Verdict, verdicts};
use honghei_domain::list::{ListEntry, ListKind};
use honghei_domain::node::{EntryRef, LogId};
use honghei_intake::{Intake, Severity, open, take_in};

use super::*;

fn written(scale: Scale) -> (Planted, Vec<Intake>) {
    let dir = tempfile::tempdir().unwrap();
    let planted = write(dir.path(), 7, scale).unwrap();
    let intakes = planted
        .files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(dir.path().join(&file.name)).unwrap();
            take_in(&open(&file.name, &bytes).unwrap(), &file.request().unwrap()).unwrap()
        })
        .collect();
    let manifest: Planted = serde_json::from_slice(&std::fs::read(dir.path().join(MANIFEST)).unwrap()).unwrap();
    assert_eq!(manifest, planted);
    (planted, intakes)
}

#[test]
fn every_row_comes_out_as_planned() {
    for scale in [Scale::small(), Scale::demo()] {
        let (planted, intakes) = written(scale);
        for (file, intake) in planted.files.iter().zip(&intakes) {
            let counts = &intake.counts;
            let by_severity =
                |severity: Severity| intake.problems.iter().filter(move |problem| problem.severity == severity);
            let rejected: Vec<(u32, String)> =
                by_severity(Severity::Hard).map(|problem| (problem.row, problem.code.as_str().to_owned())).collect();
            assert_eq!(rejected, file.rejected, "{}", file.name);
            let mut warnings: BTreeMap<String, u64> = BTreeMap::new();
            for problem in by_severity(Severity::Warning) {
                *warnings.entry(problem.code.as_str().to_owned()).or_default() += 1;
            }
            assert_eq!(warnings, file.warnings, "{}", file.name);
            assert_eq!(
                (counts.rows, counts.accepted, counts.questioned),
                (file.rows, file.accepted, file.questioned),
                "{}",
                file.name
            );
        }
    }
}

#[test]
fn the_demonstration_is_large_enough_and_in_every_format() {
    let (planted, intakes) = written(Scale::demo());
    let accepted: u64 = planted.files.iter().map(|file| file.accepted).sum();
    assert!(accepted >= 2_000, "{accepted}");
    let formats: BTreeSet<String> = intakes.iter().map(|intake| format!("{:?}", intake.format)).collect();
    assert_eq!(formats.len(), 4, "{formats:?}");
    let departments: BTreeSet<&str> = planted.files.iter().map(|file| file.department.as_str()).collect();
    assert_eq!(departments, BTreeSet::from(["commerce", "court", "market", "tax"]));
}

#[test]
fn the_same_seed_gives_the_same_manifest_and_another_seed_another() {
    let dir = tempfile::tempdir().unwrap();
    let one = write(dir.path(), 1, Scale::small()).unwrap();
    assert_eq!(write(dir.path(), 1, Scale::small()).unwrap(), one);
    assert_ne!(write(dir.path(), 2, Scale::small()).unwrap(), one);
}

#[test]
fn the_comparison_finds_exactly_the_planted_conflicts() {
    let (planted, intakes) = written(Scale::demo());
    let mut entries: Vec<(Stage, ListEntry)> = Vec::new();
    for (file, intake) in planted.files.iter().zip(intakes) {
        for draft in intake.drafts {
            let mut entry = draft.entry;
            entry.case.number = entries.len() as u64 + 1;
            entries.push((file.stage, entry));
        }
    }
    let days = planted.schedule;
    let fact = |(_, entry): &(Stage, ListEntry)| {
        let log = LogId::first(entry.case.origin.clone());
        Fact::reported(entry, days.certified_on, EntryRef { log, index: entry.case.number })
    };
    let blacks = |stage: Stage| -> Vec<Fact> {
        entries.iter().filter(|(at, entry)| *at <= stage && entry.kind == ListKind::Black).map(fact).collect()
    };
    let (first, later) = (blacks(Stage::First), blacks(Stage::Later));
    let mut found = BTreeMap::new();
    for red in entries.iter().filter(|(_, entry)| entry.kind == ListKind::Red) {
        let mut facts = SubjectFacts::new();
        facts.insert(fact(red));
        let published = verdicts(&facts, &first, RULE_VERSION, days.first_feeds_on).remove(0);
        facts.settle(1, &published);
        let republished = verdicts(&facts, &later, RULE_VERSION, days.later_feeds_on).remove(0);
        let key = (red.1.department.0.clone(), red.1.subject.name.clone());
        if let Some(expected) = fate(&published) {
            found.insert((Stage::First, key.clone()), expected);
        }
        if republished.outcome != published.outcome {
            found.extend(fate(&republished).map(|expected| ((Stage::Later, key), expected)));
        }
    }
    let planted: BTreeMap<_, _> = planted
        .expectations
        .into_iter()
        .filter(|expectation| expectation.expected != Expected::Stays)
        .map(|expectation| ((expectation.stage, (expectation.department, expectation.name)), expectation.expected))
        .collect();
    assert_eq!(found, planted);
}

fn fate(verdict: &Verdict) -> Option<Expected> {
    match &verdict.outcome {
        Outcome::Removed { rule, exit, tie, .. } => {
            Some(Expected::Removed { rule: rule.code().to_owned(), exit: exit.code().to_owned(), tie: *tie })
        }
        Outcome::Held { reason, .. } => Some(Expected::Held { reason: reason.code().to_owned() }),
        _ => None,
    }
}
