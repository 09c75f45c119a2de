//! Full recomparisons of small stores.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use honghei_domain::comparison::{Fact, Identity, LIKENESSES, NAMESAKES, Standing, SubjectFacts};
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{CaseId, Department, ListKind};
use honghei_domain::name;
use honghei_domain::node::EntryRef;
use honghei_registry::question::Patient;
use honghei_store::{MemoryStore, Store, SubjectAt};

use super::*;
use crate::hub::subjects::{Held, Settlements, write_subjects};
use honghei_domain::comparison::{RULE_VERSION, verdicts};

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
    let mut held = Held::default();
    held.facts = rows;
    write_subjects(&mut *tx, &held, &mut settlements).await.unwrap();
    tx.commit().await.unwrap();
    store
}

/// Both ways, which find the same.
async fn run(store: &MemoryStore, as_of: &str) -> Recomparison {
    let mut tx = store.read().await.unwrap();
    let by_keys = recompare(&mut *tx, day(as_of), Walk::Keys, &Patient).await.unwrap();
    let by_rows = recompare(&mut *tx, day(as_of), Walk::EveryRow, &Patient).await.unwrap();
    assert_eq!((&by_keys.keys, &by_rows.keys), (&KeysFound::Used, &KeysFound::Agree));
    assert_eq!(by_rows.judged, by_rows.subjects);
    assert_eq!(Recomparison { judged: by_keys.judged, keys: KeysFound::Used, ..by_rows }, by_keys);
    by_keys
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

#[tokio::test]
async fn an_end_is_due_whatever_was_over_by_then_and_wrong_where_a_black_was_missed() {
    let red = Fact { valid_to: Some(day("2018-12-31")), ..fact(1, ListKind::Red, Some(1), "荆门便民商店") };
    // Both blacks arrive after the red was published; the version of that day judges among them.
    for (last_day_of_black, reason) in [(Some(day("2017-12-31")), Reason::Due), (None, Reason::Wrong)] {
        let store = store_of(&[(vec![red.clone()], vec![])]).await;
        let mut tx = store.write("later").await.unwrap();
        let mut settlements = Settlements::through(2);
        let key = red.identity.subject_key();
        let at = SubjectAt { bucket: key.bucket(), key: key.to_string() };
        let mut held =
            crate::hub::subjects::read_subjects(&mut *tx, std::slice::from_ref(&at), &mut settlements).await.unwrap();
        let subject = held.get_mut(&at).unwrap();
        let black = Fact { valid_to: last_day_of_black, ..fact(2, ListKind::Black, Some(1), "荆门便民商店") };
        subject.insert(black.clone());
        for verdict in verdicts(subject, &[], RULE_VERSION, day("2018-03-01")) {
            if verdict.case == black.case {
                subject.settle(2, &verdict);
            }
        }
        write_subjects(&mut *tx, &held, &mut settlements).await.unwrap();
        tx.commit().await.unwrap();
        let found = run(&store, "2019-01-01").await;
        let [difference] = found.different.as_slice() else { panic!("{:?}", found.different) };
        assert_eq!((difference.found, difference.reason), ("EXPIRED", reason));
    }
}

#[tokio::test]
async fn the_keys_speak_for_whoever_meets_nobody_and_stands_as_published() {
    let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> =
        (10..500).map(|n| (vec![fact(n.into(), ListKind::Red, Some(n), &format!("样例{n}商店"))], vec![])).collect();
    let both = |n: u32| vec![fact(1, ListKind::Red, Some(n), "甲"), fact(2, ListKind::Black, Some(n), "甲")];
    subjects.push((both(600), vec![]));
    let found = run(&store_of(&subjects).await, "2017-11-06").await;
    assert_eq!((found.subjects, found.entries, found.judged), (491, 492, 1));
}

#[tokio::test]
async fn keys_that_are_wrong_are_an_alarm_that_names_the_subject() {
    let reds = (1..9).map(|n| (vec![fact(n.into(), ListKind::Red, Some(n), &format!("样例{n}商店"))], vec![]));
    let store = store_of(&reds.collect::<Vec<_>>()).await;
    let spoilt = fact(3, ListKind::Red, Some(3), "样例3商店").identity.subject_key();
    let mut tx = store.write("spoil").await.unwrap();
    let at = SubjectAt { bucket: spoilt.bucket(), key: spoilt.to_string() };
    let rows = tx.subjects(std::slice::from_ref(&at)).await.unwrap();
    let kept: crate::hub::subjects::Kept = crate::hub::piece::decode(&rows[0].body, "a row").unwrap();
    let mut keys = crate::hub::packed::Keys::default();
    keys.less(&at, &kept);
    let body = keys.into_families()[0].1[0].to_be_bytes().to_vec();
    tx.put_packed_keys(&[honghei_store::PackedKeysRow { run: 99, family: 0, ordinal: 0, level: 0, body }])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let found = recompare(&mut *tx, day("2017-11-06"), Walk::EveryRow, &Patient).await.unwrap();
    assert_eq!(found.keys, KeysFound::Differ { keys: 1, subjects: vec![spoilt.to_string()] });
    assert_eq!(found.told().alarm.map(|alarm| alarm.code), Some("RECOMPARISON_KEYS_DIFFER"));
    // Whoever reads the keys alone sees one subject less; one that has keys and no row he sees.
    let mut tx = store.write("spoil").await.unwrap();
    let lost = SubjectAt { key: "O:ZZZZZZZZZ".to_owned(), ..at };
    let mut keys = crate::hub::packed::Keys::default();
    keys.more(&lost, &crate::hub::subjects::Kept::default());
    let body = keys.into_families()[0].1[0].to_be_bytes().to_vec();
    tx.put_packed_keys(&[honghei_store::PackedKeysRow { run: 98, family: 0, ordinal: 0, level: 0, body }])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let found = recompare(&mut *tx, day("2017-11-06"), Walk::Keys, &Patient).await.unwrap();
    assert_eq!(found.keys, KeysFound::Differ { keys: 1, subjects: vec!["O:ZZZZZZZZZ".to_owned()] });
}

#[tokio::test]
async fn a_store_without_keys_is_read_whole_and_gets_them_with_its_next_change() {
    let reds = (1..9).map(|n| (vec![fact(n.into(), ListKind::Red, Some(n), &format!("样例{n}商店"))], vec![]));
    let store = store_of(&reds.collect::<Vec<_>>()).await;
    let mut tx = store.write("forget").await.unwrap();
    for run in tx.packed_runs().await.unwrap() {
        tx.remove_packed_run(run.run, run.family).await.unwrap();
    }
    let found = recompare(&mut *tx, day("2017-11-06"), Walk::Keys, &Patient).await.unwrap();
    assert_eq!((&found.keys, found.judged), (&KeysFound::Absent, 8));
    let mut settlements = Settlements::through(1);
    let key = fact(1, ListKind::Red, Some(1), "样例1商店").identity.subject_key();
    let at = SubjectAt { bucket: key.bucket(), key: key.to_string() };
    let mut held =
        crate::hub::subjects::read_subjects(&mut *tx, std::slice::from_ref(&at), &mut settlements).await.unwrap();
    held.get_mut(&at).unwrap().insert(fact(20, ListKind::Black, Some(1), "样例1商店"));
    write_subjects(&mut *tx, &held, &mut settlements).await.unwrap();
    tx.commit().await.unwrap();
    let found = run(&store, "2017-11-06").await;
    assert_eq!((found.subjects, found.entries, found.count(Reason::Wrong)), (8, 9, 2));
}

#[tokio::test]
async fn runs_that_become_many_are_merged_piece_by_piece_and_say_the_same_all_the_while() {
    let store = store_of(&[(vec![fact(1, ListKind::Red, Some(1), "样例1商店")], vec![])]).await;
    let mut tx = store.write("many").await.unwrap();
    let mut unfinished = 0;
    for n in 2..400_u32 {
        let mut settlements = Settlements::through(1);
        let red = fact(n.into(), ListKind::Red, Some(n % 90), &format!("样例{}商店", n % 90));
        let key = red.identity.subject_key();
        let at = SubjectAt { bucket: key.bucket(), key: key.to_string() };
        let mut held =
            crate::hub::subjects::read_subjects(&mut *tx, std::slice::from_ref(&at), &mut settlements).await.unwrap();
        let subject = held.entry(at).or_default();
        subject.insert(red);
        for verdict in verdicts(subject, &[], RULE_VERSION, day("2017-11-06")) {
            subject.settle(1, &verdict);
        }
        write_subjects(&mut *tx, &held, &mut settlements).await.unwrap();
        if tx.packed_runs().await.unwrap().iter().any(|run| run.first > 0) {
            unfinished += 1;
            let found = recompare(&mut *tx, day("2017-11-06"), Walk::EveryRow, &Patient).await.unwrap();
            assert_eq!(found.keys, KeysFound::Agree);
        }
    }
    assert!(unfinished > 0, "a merge took more than one write");
    let runs = tx.packed_runs().await.unwrap();
    assert!(runs.len() < 2 * 3 * 16 && runs.iter().any(|run| run.level == 2), "{runs:?}");
    tx.commit().await.unwrap();
    let found = run(&store, "2017-11-06").await;
    assert_eq!((found.subjects, found.entries, found.judged), (90, 399, 0));
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
    let red = fact(1, ListKind::Red, Some(1), "荆门便民商店");
    let black = Fact { case: CaseId { number: 2, ..red.case.clone() }, kind: ListKind::Black, ..red.clone() };
    let store = store_of(&[(vec![red, black], vec![])]).await;
    let mut tx = store.read().await.unwrap();
    for walk in [Walk::Keys, Walk::EveryRow] {
        let refused = recompare(&mut *tx, day("2017-11-06"), walk, &Leaving::default()).await.unwrap_err();
        assert_eq!(refused.code(), "RECOMPARISON_CANCELLED");
    }
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

/// C-3: a codeless black whose name is like a red's holds it; codes that tell two apart, and two branches, do not meet.
#[tokio::test]
async fn names_that_are_alike_meet_where_a_side_lacks_a_code() {
    let black = fact(1, ListKind::Black, None, "荆门市样例建筑工程有限责任公司");
    let like = ["荆门市样例建筑工程有限公司", "荆门市样例（建筑）工程公司", "荆门市样例建筑工程有限公司东宝分公司"];
    let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> = (2..)
        .zip(like)
        .map(|(n, name)| (vec![fact(n, ListKind::Red, Some(n as u32), name)], vec![black.clone()]))
        .collect();
    subjects.push((vec![fact(9, ListKind::Red, None, "荆门市样例建筑工程公司")], vec![black.clone()]));
    subjects.push((vec![black], vec![]));
    // One more black that bears a code: only the red without one meets it, and the other black counts before it.
    let coded = fact(20, ListKind::Black, Some(20), "荆门市样例建筑工程股份有限公司");
    subjects.push((vec![coded], vec![]));
    let store = store_of(&subjects).await;
    let found = run(&store, "2017-11-06").await;
    assert_eq!((found.subjects, found.met, found.judged), (6, 5, 4));
    assert_eq!(found.different, []);
    // Found anew where the incremental path missed it.
    subjects.iter_mut().for_each(|(_, proposals)| proposals.clear());
    let found = run(&store_of(&subjects).await, "2017-11-06").await;
    assert_eq!(found.count(Reason::Wrong), 4);
    assert!(found.different.iter().all(|one| one.found == "HELD"), "{:?}", found.different);
}

#[tokio::test]
async fn a_core_that_too_many_subjects_bear_proposes_nobody_by_likeness_and_the_very_name_still_holds() {
    let bearers = LIKENESSES as u32;
    for (reds, held) in [(bearers - 2, true), (bearers - 1, false)] {
        let black = fact(1, ListKind::Black, None, "荆门市样例便民超市有限公司");
        let name = |n: u32| format!("荆门市样例便民超市有限公司第{n}分公司");
        let proposals = if held { vec![black.clone()] } else { vec![] };
        let red = |n: u32| fact(u64::from(n) + 10, ListKind::Red, Some(n + 10), &name(n));
        let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> = (0..reds).map(|n| (vec![red(n)], proposals.clone())).collect();
        subjects.push((vec![fact(2, ListKind::Red, Some(2), "荆门市样例便民超市有限公司")], vec![black.clone()]));
        // A second name of the same core is no further bearer.
        subjects[0].0.push(fact(1_000, ListKind::Red, Some(10), "荆门市样例便民超市公司第0分公司"));
        subjects.push((vec![black], vec![]));
        let found = run(&store_of(&subjects).await, "2017-11-06").await;
        assert_eq!((found.subjects, found.met), (u64::from(reds) + 2, if held { u64::from(reds) + 1 } else { 1 }));
        assert_eq!(found.different, []);
    }
}
