//! Full recomparisons of small stores.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use honghei_domain::comparison::{Fact, Identity, NAMESAKES, Standing, SubjectFacts};
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{CaseId, Department, ListKind};
use honghei_domain::name;
use honghei_domain::node::EntryRef;
use honghei_registry::question::Patient;
use honghei_store::{MemoryStore, Store, SubjectAt};

use super::*;
use crate::hub::subjects::write_subjects;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fact(number: u64, kind: ListKind, firm: Option<u32>, name: &str) -> Fact {
    let position: EntryRef = "420000-commerce/1/3".parse().unwrap();
    Fact {
        case: CaseId { origin: position.log.node.clone(), number },
        kind,
        department: Department("tax".to_owned()),
        recogniser: "样例部门".to_owned(),
        recognised_on: day("2017-11-01"),
        valid_from: None,
        valid_to: None,
        document: None,
        under_appeal: false,
        identity: Identity {
            uscc: firm.map(|firm| Uscc::synthesize('9', '1', "420800", &format!("{firm:08}")).unwrap()),
            uscc_inner_check_failed: false,
            organisation_code: None,
            registration_number: None,
            name: name::normalise(name),
            person: None,
        },
        standing: Standing::Reported,
        position,
    }
}

/// Subjects as rows whose verdicts were published, as found with the given blacks of others.
async fn store_of(subjects: &[(Vec<Fact>, Vec<Fact>)]) -> MemoryStore {
    let store = MemoryStore::new();
    let mut tx = store.write("test").await.unwrap();
    let mut rows = BTreeMap::new();
    for (facts, proposals) in subjects {
        let mut subject = SubjectFacts::new();
        facts.iter().for_each(|fact| _ = subject.insert(fact.clone()));
        for verdict in verdicts(&subject, proposals, RULE_VERSION, day("2017-11-06")) {
            subject.settle(1, &verdict);
        }
        let key = facts[0].identity.subject_key();
        rows.insert(SubjectAt { bucket: key.bucket(), key: key.to_string() }, subject);
    }
    let mut settlements = Settlements::through(1);
    write_subjects(&mut *tx, &rows, &mut settlements).await.unwrap();
    tx.commit().await.unwrap();
    store
}

async fn run(store: &MemoryStore, as_of: &str) -> Recomparison {
    let mut tx = store.read().await.unwrap();
    recompare(&mut *tx, day(as_of), &Patient).await.unwrap()
}

#[tokio::test]
async fn what_was_published_rightly_is_found_again_across_subjects_that_share_a_name() {
    let black = fact(2, ListKind::Black, None, "荆门便民商店");
    let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> =
        (10..3_000).map(|n| (vec![fact(n.into(), ListKind::Red, Some(n), "样例商贸公司")], vec![])).collect();
    subjects.push((vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![black.clone()]));
    subjects.push((vec![black], vec![]));
    let store = store_of(&subjects).await;
    let found = run(&store, "2017-11-06").await;
    assert_eq!((found.subjects, found.entries, found.met), (2_992, 2_992, 1));
    assert_eq!(found.different, []);
    assert_eq!(found.told().alarm, None);
}

#[tokio::test]
async fn a_conflict_that_the_incremental_path_missed_is_an_alarm_that_names_it() {
    // Published as if the black of the same name were unknown, and as if that of the same code were.
    let held = (vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![]);
    let black = (vec![fact(2, ListKind::Black, None, "荆门便民商店")], vec![]);
    let store = store_of(&[held, black]).await;
    let found = run(&store, "2017-11-06").await;
    assert_eq!(found.count(Reason::Wrong), 1);
    let [difference] = found.different.as_slice() else { panic!("{:?}", found.different) };
    assert_eq!((difference.case.number, difference.published, difference.found), (1, Some("FINAL_RED"), "HELD"));
    let told = found.told();
    assert_eq!(told.alarm.map(|alarm| alarm.code), Some("RECOMPARISON_DIFFERS"));
}

#[tokio::test]
async fn what_time_alone_changed_is_due_and_no_alarm() {
    let mut red = fact(1, ListKind::Red, Some(1), "荆门便民商店");
    red.valid_to = Some(day("2017-12-31"));
    let store = store_of(&[(vec![red], vec![])]).await;
    let found = run(&store, "2018-01-01").await;
    assert_eq!((found.count(Reason::Due), found.count(Reason::Wrong)), (1, 0));
}

#[derive(Default)]
struct Leaving(AtomicU64);

impl Listener for Leaving {
    fn is_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
    fn hear(&self, _step: &str, done: u64, total: u64) {
        assert!(done <= total);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn whoever_goes_away_stops_it() {
    let store = store_of(&[(vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![])]).await;
    let mut tx = store.read().await.unwrap();
    let refused = recompare(&mut *tx, day("2017-11-06"), &Leaving::default()).await.unwrap_err();
    assert_eq!(refused.code(), "RECOMPARISON_CANCELLED");
}

#[tokio::test]
async fn a_name_that_too_many_subjects_bear_proposes_nobody() {
    let black = fact(1, ListKind::Black, None, "荆门便民商店");
    let bearers = NAMESAKES as u32;
    for (reds, held) in [(bearers - 1, true), (bearers, false)] {
        // Published as the rule says: as many as may bear it are held by the name, one more and it says nothing.
        let proposals = if held { vec![black.clone()] } else { vec![] };
        let red = |n: u32| fact(u64::from(n) + 2, ListKind::Red, Some(n + 1), "荆门便民商店");
        let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> = (0..reds).map(|n| (vec![red(n)], proposals.clone())).collect();
        // A second entry of the same firm is no further bearer.
        subjects[0].0.push(Fact { case: CaseId { number: 1_000_000, ..red(0).case }, ..red(0) });
        subjects.push((vec![black.clone()], vec![]));
        let found = run(&store_of(&subjects).await, "2017-11-06").await;
        assert_eq!((found.subjects, found.met), (u64::from(reds) + 1, if held { u64::from(reds) } else { 0 }));
        assert_eq!(found.different, []);
    }
}
