//! Projections that every tier keeps.

use honghei_store::*;

use crate::samples::*;

crate::on_every_store!(
    cases_are_found_by_number_stage_and_subject,
    cases_are_counted_by_stage,
    a_case_is_replaced_in_any_batch_size,
    dossiers_are_found_by_stage,
    the_chunks_that_may_hold_a_case_are_found,
    officers_stand_in_byte_order,
    publicities_end_in_order,
    petitions_are_found_by_case_or_while_open,
    the_highest_directory_counts,
    open_outcomes_are_those_not_applied,
    what_waits_stands_in_order,
    buckets_are_replaced_and_digested,
    results_come_highest_first,
    verdicts_are_found_by_case_and_version,
    verdicts_are_found_by_what_caused_them,
    a_case_is_held_by_the_last_version_that_holds_it,
    listed_entries_are_found_by_place_state_and_subject,
    clocks_come_by_last_day_page_by_page,
    clocks_are_found_by_act_and_case,
    behaviours_are_found_by_number_and_subject,
    a_directory_is_found_by_its_version,
    clearing_keeps_what_no_fold_can_bring_back,
    the_digest_shows_every_change,
);

fn numbers(rows: Vec<CaseRow>) -> Vec<u64> {
    rows.into_iter().map(|row| row.case.number).collect()
}

async fn cases_are_found_by_number_stage_and_subject(store: &dyn Store) {
    let mut tx = store.write("cases").await.unwrap();
    let stage = |number: u64| if number.is_multiple_of(3) { "declared" } else { "candidate" };
    let key = |number: u64| format!("O:{}", number % 10);
    let rows: Vec<CaseRow> = (1..=150).map(|number| case(COUNTY, number, stage(number), &key(number))).collect();
    tx.put_cases(&rows).await.unwrap();
    tx.put_cases(&[case(CITY, 3, "declared", "O:3")]).await.unwrap();

    assert_eq!(tx.case(&case_id(COUNTY, 150)).await.unwrap(), Some(rows[149].clone()));
    assert_eq!(tx.case(&case_id(COUNTY, 151)).await.unwrap(), None);
    let all = CaseFilter { limit: 1000, ..CaseFilter::default() };
    assert_eq!(tx.cases(&node(COUNTY), &all).await.unwrap(), rows);
    let page = CaseFilter { after: 10, up_to: 20, limit: 3, ..CaseFilter::default() };
    assert_eq!(numbers(tx.cases(&node(COUNTY), &page).await.unwrap()), vec![11, 12, 13]);
    let declared = CaseFilter { stage: Some("declared".to_owned()), up_to: 9, ..all.clone() };
    assert_eq!(numbers(tx.cases(&node(COUNTY), &declared).await.unwrap()), vec![3, 6, 9]);
    let of_subject = CaseFilter { subject_key: Some("O:3".to_owned()), ..all.clone() };
    assert_eq!(tx.cases(&node(COUNTY), &of_subject).await.unwrap().len(), 15);
    let both = CaseFilter { stage: Some("declared".to_owned()), ..of_subject };
    assert_eq!(numbers(tx.cases(&node(COUNTY), &both).await.unwrap()), vec![3, 33, 63, 93, 123]);
    let none = CaseFilter { after: u64::MAX, up_to: u64::MAX, ..all };
    assert_eq!(tx.cases(&node(COUNTY), &none).await.unwrap(), vec![]);
    assert_eq!(tx.last_case_number(&node(COUNTY)).await.unwrap(), 150);
    assert_eq!(tx.last_case_number(&node(PROVINCE)).await.unwrap(), 0);
}

async fn cases_are_counted_by_stage(store: &dyn Store) {
    let mut tx = store.write("cases").await.unwrap();
    for (number, stage) in [(1, "declared"), (2, "candidate"), (3, "declared")] {
        tx.put_cases(&[case(COUNTY, number, stage, "O:1")]).await.unwrap();
    }
    let counts = tx.case_counts(&node(COUNTY)).await.unwrap();
    assert_eq!(counts, vec![("candidate".to_owned(), 1), ("declared".to_owned(), 2)]);
    assert_eq!(tx.case_counts(&node(CITY)).await.unwrap(), vec![]);
}

async fn a_case_is_replaced_in_any_batch_size(store: &dyn Store) {
    let mut tx = store.write("cases").await.unwrap();
    for (round, count) in [0, 1, 7, 8, 9, 31, 32, 33, 41, 400].into_iter().enumerate() {
        let stage = format!("stage-{round}");
        let mut rows: Vec<CaseRow> = (1..=count).map(|number| case(COUNTY, number, "earlier", "O:1")).collect();
        // Of two rows for one case the later one counts.
        rows.extend((1..=count).rev().map(|number| case(COUNTY, number, &stage, "O:1")));
        tx.put_cases(&rows).await.unwrap();
        let expected = if count == 0 { vec![] } else { vec![(stage, count)] };
        assert_eq!(tx.case_counts(&node(COUNTY)).await.unwrap(), expected);
    }
}

async fn dossiers_are_found_by_stage(store: &dyn Store) {
    let mut tx = store.write("dossiers").await.unwrap();
    tx.put_dossier(&dossier(COUNTY, 8, "received", Some("2026-12-01"))).await.unwrap();
    tx.put_dossier(&dossier(COUNTY, 4, "received", None)).await.unwrap();
    tx.put_dossier(&dossier(COUNTY, 8, "approved", None)).await.unwrap();
    tx.put_dossier(&dossier(CITY, 9, "received", Some("2026-12-02"))).await.unwrap();
    let received = tx.dossiers(Some("received")).await.unwrap();
    let of_city = dossier(CITY, 9, "received", Some("2026-12-02"));
    assert_eq!(received, vec![of_city, dossier(COUNTY, 4, "received", None)]);
    assert_eq!(tx.dossiers(None).await.unwrap().len(), 3);
    assert_eq!(tx.dossier(&at(COUNTY, 8)).await.unwrap(), Some(dossier(COUNTY, 8, "approved", None)));
    assert_eq!(tx.dossier(&at(COUNTY, 5)).await.unwrap(), None);
}

async fn the_chunks_that_may_hold_a_case_are_found(store: &dyn Store) {
    let mut tx = store.write("list-chunks").await.unwrap();
    let earlier = list_chunk(at(COUNTY, 4), 0, COUNTY, 1, 100);
    let second = list_chunk(at(COUNTY, 4), 1, COUNTY, 101, 200);
    let later = list_chunk(at(COUNTY, 11), 0, COUNTY, 50, 120);
    let foreign = list_chunk(at(CITY, 3), 0, CITY, 1, 100);
    tx.put_list_chunks(&[later.clone(), second.clone(), foreign, earlier.clone()]).await.unwrap();
    assert_eq!(tx.chunks_of_case(&case_id(COUNTY, 100)).await.unwrap(), vec![earlier.clone(), later.clone()]);
    assert_eq!(tx.chunks_of_case(&case_id(COUNTY, 101)).await.unwrap(), vec![second.clone(), later]);
    assert_eq!(tx.chunks_of_case(&case_id(COUNTY, 201)).await.unwrap(), vec![]);
    assert_eq!(tx.list_chunks(&at(COUNTY, 4)).await.unwrap(), vec![earlier, second]);
    // A chunk that turns out to hold another node's cases is found there only.
    let moved = list_chunk(at(COUNTY, 4), 0, CITY, 1, 100);
    tx.put_list_chunks(&[moved]).await.unwrap();
    assert_eq!(tx.chunks_of_case(&case_id(COUNTY, 1)).await.unwrap(), vec![]);
    assert_eq!(tx.chunks_of_case(&case_id(CITY, 1)).await.unwrap().len(), 2);
}

async fn officers_stand_in_byte_order(store: &dyn Store) {
    let mut tx = store.write("officers").await.unwrap();
    for id in ["中", "a", "B", "b"] {
        tx.put_officer(&officer(COUNTY, id)).await.unwrap();
    }
    tx.put_officer(&officer(CITY, "a")).await.unwrap();
    let certified = OfficerRow { certified: true, ..officer(COUNTY, "a") };
    tx.put_officer(&certified).await.unwrap();
    let ids = |rows: Vec<OfficerRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(tx.officers(Some(&node(COUNTY))).await.unwrap()), vec!["B", "a", "b", "中"]);
    assert_eq!(ids(tx.officers(None).await.unwrap()), vec!["a", "B", "a", "b", "中"]);
    assert_eq!(tx.officer(&node(COUNTY), "a").await.unwrap(), Some(certified));
    assert_eq!(tx.officer(&node(COUNTY), "c").await.unwrap(), None);
}

async fn publicities_end_in_order(store: &dyn Store) {
    let mut tx = store.write("publicities").await.unwrap();
    let rows = [
        publicity(1, "2026-12-02", true),
        publicity(2, "2026-12-01", true),
        publicity(3, "2026-11-30", false),
        publicity(4, "2026-12-01", true),
    ];
    for row in &rows {
        tx.put_publicity(row).await.unwrap();
    }
    let order = vec![rows[1].clone(), rows[3].clone(), rows[0].clone()];
    assert_eq!(tx.open_publicities(None).await.unwrap(), order);
    assert_eq!(tx.open_publicities(Some(day("2026-12-02"))).await.unwrap(), order[..2]);
    assert_eq!(tx.publicity(&at(CITY, 3)).await.unwrap(), Some(rows[2].clone()));
    assert_eq!(tx.publicity(&at(CITY, 5)).await.unwrap(), None);
}

async fn petitions_are_found_by_case_or_while_open(store: &dyn Store) {
    let mut tx = store.write("petitions").await.unwrap();
    let rows = [petition(9, 1, true), petition(3, 1, false), petition(5, 2, true)];
    for row in &rows {
        tx.put_petition(row).await.unwrap();
    }
    assert_eq!(tx.petitions(Some(&case_id(COUNTY, 1))).await.unwrap(), vec![rows[1].clone(), rows[0].clone()]);
    assert_eq!(tx.petitions(None).await.unwrap(), vec![rows[2].clone(), rows[0].clone()]);
    assert_eq!(tx.petition(&at(CITY, 3)).await.unwrap(), Some(rows[1].clone()));
}

async fn the_highest_directory_counts(store: &dyn Store) {
    let mut tx = store.write("directories").await.unwrap();
    assert_eq!(tx.latest_directory().await.unwrap(), None);
    for version in [2, 10, 9] {
        tx.put_directory(version, format!("version {version}").as_bytes()).await.unwrap();
    }
    assert_eq!(tx.latest_directory().await.unwrap(), Some((10, b"version 10".to_vec())));
}

async fn open_outcomes_are_those_not_applied(store: &dyn Store) {
    let mut tx = store.write("outcomes").await.unwrap();
    for (index, status) in [(7, "rejected"), (5, "applied"), (3, "waiting"), (4, "waiting"), (4, "applied")] {
        tx.put_outcome(&outcome(index, status)).await.unwrap();
    }
    let open = vec![outcome(3, "waiting"), outcome(7, "rejected")];
    assert_eq!(tx.open_outcomes(10).await.unwrap(), open);
    assert_eq!(tx.open_outcomes(1).await.unwrap(), open[..1]);
    assert_eq!(tx.outcome(&at(COUNTY, 4)).await.unwrap(), Some(outcome(4, "applied")));
    assert_eq!(tx.outcome(&at(COUNTY, 6)).await.unwrap(), None);
}

async fn what_waits_stands_in_order(store: &dyn Store) {
    let mut tx = store.write("waiting").await.unwrap();
    let row = |name: &str, index| WaitingRow { at: at(name, index), code: "NEEDS_LOG".to_owned() };
    for (name, index) in [(COUNTY, 10), (COUNTY, 9), (CITY, 11), (COUNTY, 9)] {
        tx.put_waiting(&row(name, index)).await.unwrap();
    }
    tx.remove_waiting(&at(COUNTY, 10)).await.unwrap();
    tx.remove_waiting(&at(COUNTY, 10)).await.unwrap();
    assert_eq!(tx.waiting().await.unwrap(), vec![row(CITY, 11), row(COUNTY, 9)]);
}

async fn buckets_are_replaced_and_digested(store: &dyn Store) {
    let mut tx = store.write("buckets").await.unwrap();
    let rows: Vec<BucketRow> = (0..500).map(|number| bucket(65_535 - number * 100, b"rows")).collect();
    tx.put_buckets(&rows).await.unwrap();
    tx.put_buckets(&[bucket(65_535, b"other rows")]).await.unwrap();
    let digests = tx.bucket_digests().await.unwrap();
    assert_eq!(digests.len(), 500);
    assert!(digests.is_sorted());
    assert_eq!(digests.last(), Some(&(65_535, bucket(65_535, b"other rows").digest)));
    let found = tx.buckets(&[65_535, 1, 65_435, 65_435]).await.unwrap();
    assert_eq!(found, vec![bucket(65_435, b"rows"), bucket(65_535, b"other rows")]);
    let asked: Vec<u32> = (0..65_536).collect();
    assert_eq!(tx.buckets(&asked).await.unwrap().len(), 500);
}

async fn results_come_highest_first(store: &dyn Store) {
    let mut tx = store.write("results").await.unwrap();
    assert_eq!(tx.latest_result().await.unwrap(), None);
    for version in [2, 1, 10] {
        tx.put_result(&result(version)).await.unwrap();
    }
    assert_eq!(tx.latest_result().await.unwrap(), Some(result(10)));
    assert_eq!(tx.results(2).await.unwrap(), vec![result(10), result(2)]);
}

async fn verdicts_are_found_by_case_and_version(store: &dyn Store) {
    let mut tx = store.write("verdicts").await.unwrap();
    tx.put_verdicts(&[verdict(2, 3), verdict(2, 1), verdict(1, 3), verdict(3, 2)]).await.unwrap();
    assert_eq!(tx.verdicts(&case_id(COUNTY, 2)).await.unwrap(), vec![verdict(2, 1), verdict(2, 3)]);
    assert_eq!(tx.verdicts_of(3, 10).await.unwrap(), vec![verdict(1, 3), verdict(2, 3)]);
    assert_eq!(tx.verdicts_of(3, 1).await.unwrap(), vec![verdict(1, 3)]);
}

async fn verdicts_are_found_by_what_caused_them(store: &dyn Store) {
    let mut tx = store.write("verdicts").await.unwrap();
    let rows = [verdict(2, 3), verdict(9, 3), verdict(2, 6), verdict(3, 4), verdict(1, 3)];
    tx.put_verdicts(&rows).await.unwrap();
    let caused = tx.verdicts_caused_by(&case_id(CITY, 0)).await.unwrap();
    assert_eq!(caused, vec![verdict(2, 3), verdict(9, 3), verdict(2, 6)]);
    assert_eq!(tx.verdicts_caused_by(&case_id(COUNTY, 0)).await.unwrap(), vec![]);
    let changed = VerdictRow { cause: Some(case_id(CITY, 1)), ..verdict(2, 3) };
    tx.put_verdicts(&[changed.clone(), VerdictRow { cause: None, ..verdict(3, 4) }]).await.unwrap();
    assert_eq!(tx.verdicts_caused_by(&case_id(CITY, 1)).await.unwrap(), vec![changed]);
    assert_eq!(tx.untold_verdicts().await.unwrap(), vec![]);
}

async fn a_case_is_held_by_the_last_version_that_holds_it(store: &dyn Store) {
    let mut tx = store.write("held").await.unwrap();
    tx.put_held(&[held(1, 1), held(2, 5), held(4, 2)]).await.unwrap();
    tx.put_held(&[held(1, 5), held(3, 2), held(3, 2)]).await.unwrap();
    tx.remove_held(&[case_id(COUNTY, 4), case_id(COUNTY, 4), case_id(COUNTY, 9)]).await.unwrap();
    assert_eq!(tx.held().await.unwrap(), vec![held(3, 2), held(1, 5), held(2, 5)]);
    tx.clear_projections().await.unwrap();
    assert_eq!(tx.held().await.unwrap(), vec![]);
}

async fn clearing_keeps_what_no_fold_can_bring_back(store: &dyn Store) {
    let mut tx = store.write("clear").await.unwrap();
    let nothing = tx.projection_digest().await.unwrap();
    tx.put_head(&head(COUNTY, 2)).await.unwrap();
    tx.put_interpreted(&log(COUNTY), 2).await.unwrap();
    tx.append_entries(&[entry(COUNTY, 0), entry(COUNTY, 1)]).await.unwrap();
    tx.put_chunk(&digest(1), b"chunk").await.unwrap();
    tx.put_wants(&[WantRow { entry: at(COUNTY, 1), digest: digest(2), length: 1, priority: 1 }]).await.unwrap();
    tx.put_meta("key", b"value").await.unwrap();
    tx.put_secret(&digest(1), b"sealed").await.unwrap();
    tx.put_directory(1, b"directory").await.unwrap();
    fill(tx.as_mut()).await;
    assert_ne!(tx.projection_digest().await.unwrap(), nothing);

    tx.clear_projections().await.unwrap();
    assert_eq!(tx.projection_digest().await.unwrap(), nothing);
    assert_eq!(tx.head(&log(COUNTY)).await.unwrap(), Some(head(COUNTY, 2)));
    assert_eq!(tx.entries(&log(COUNTY), 0, 9).await.unwrap().len(), 2);
    assert!(tx.chunk(&digest(1)).await.unwrap().is_some());
    assert_eq!(tx.wants(9).await.unwrap().len(), 1);
    assert!(tx.meta("key").await.unwrap().is_some());
    assert!(tx.secret(&digest(1)).await.unwrap().is_some());
    assert!(tx.latest_directory().await.unwrap().is_some());
    assert_eq!(tx.mark_count().await.unwrap(), 0);
    assert_eq!(tx.chunks_of_case(&case_id(COUNTY, 1)).await.unwrap(), vec![]);
}

async fn the_digest_shows_every_change(store: &dyn Store) {
    let mut tx = store.write("digest").await.unwrap();
    fill(tx.as_mut()).await;
    let mut seen = vec![tx.projection_digest().await.unwrap()];
    tx.put_dossier(&dossier(COUNTY, 5, "received", Some("2026-12-01"))).await.unwrap();
    seen.push(tx.projection_digest().await.unwrap());
    tx.remove_mark(&at(COUNTY, 4), 0).await.unwrap();
    seen.push(tx.projection_digest().await.unwrap());
    tx.put_marks(&[mark(COUNTY, 4, 1, b"mark")]).await.unwrap();
    seen.push(tx.projection_digest().await.unwrap());
    tx.put_subjects(&[SubjectRow { body: b"other".to_vec(), ..subject(17) }]).await.unwrap();
    seen.push(tx.projection_digest().await.unwrap());
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    // The link's tables are no projections.
    tx.put_head(&head(COUNTY, 2)).await.unwrap();
    assert_eq!(tx.projection_digest().await.unwrap(), seen[4]);
}

async fn clocks_come_by_last_day_page_by_page(store: &dyn Store) {
    let mut tx = store.write("clocks").await.unwrap();
    let rows: Vec<ClockRow> = (0..50).map(|index| clock(COUNTY, index, CITY, 0, 1 + index * 7 % 28)).collect();
    tx.put_clocks(&rows).await.unwrap();
    tx.put_clocks(&[clock(COUNTY, 90, PROVINCE, 0, 1)]).await.unwrap();
    let mut expected = rows.clone();
    expected.sort_by(|a, b| (a.due_on, &a.key).cmp(&(b.due_on, &b.key)));
    expected.retain(|row| row.due_on <= day("2026-11-20"));
    let mut found = Vec::new();
    let mut page = ClockPage { up_to: day("2026-11-20"), after: None, limit: 7 };
    loop {
        let rows = tx.due_clocks(&node(CITY), &page).await.unwrap();
        let Some(last) = rows.last() else { break };
        page.after = Some((last.due_on, last.key.clone()));
        found.extend(rows);
    }
    assert_eq!(found, expected);
    // A clock that moves is found on its new day only, one that ended nowhere.
    let moved = ClockRow { due_on: day("2026-12-31"), ..rows[3].clone() };
    tx.put_clocks(std::slice::from_ref(&moved)).await.unwrap();
    tx.remove_clock(&rows[4].key).await.unwrap();
    tx.remove_clock(&rows[4].key).await.unwrap();
    let whole = ClockPage { up_to: day("9999-12-31"), after: None, limit: 100 };
    let all = tx.due_clocks(&node(CITY), &whole).await.unwrap();
    assert_eq!((all.len(), all.last()), (49, Some(&moved)));
    assert_eq!(tx.clock(&rows[4].key).await.unwrap(), None);
    assert_eq!(tx.clock(&moved.key).await.unwrap(), Some(moved));
}

async fn clocks_are_found_by_act_and_case(store: &dyn Store) {
    let mut tx = store.write("clocks").await.unwrap();
    let rows: Vec<ClockRow> = (1..=9).map(|number| clock(COUNTY, 4, CITY, number, 3)).collect();
    tx.put_clocks(&rows).await.unwrap();
    let other = ClockRow { key: ClockKey { code: "D-06".to_owned(), ..rows[2].key.clone() }, ..rows[2].clone() };
    tx.put_clocks(&[other.clone(), clock(CITY, 4, CITY, 3, 3)]).await.unwrap();
    assert_eq!(tx.clocks_of_cases(&node(COUNTY), (3, 5), "D-02").await.unwrap(), rows[2..5]);
    assert_eq!(tx.clocks_of_cases(&node(COUNTY), (3, 5), "D-06").await.unwrap(), vec![other.clone()]);
    assert_eq!(tx.clocks_of_act(&at(COUNTY, 4), "D-02").await.unwrap(), rows);
    assert_eq!(tx.clocks_of_act(&at(COUNTY, 5), "D-02").await.unwrap(), vec![]);
    let first = tx.all_clocks(None, 4).await.unwrap();
    let rest = tx.all_clocks(first.last().map(|row| &row.key), 100).await.unwrap();
    assert_eq!((first.len(), rest.len()), (4, 7));
    let digest = tx.projection_digest().await.unwrap();
    tx.remove_clock(&other.key).await.unwrap();
    assert_ne!(tx.projection_digest().await.unwrap(), digest);
    tx.clear_projections().await.unwrap();
    assert_eq!(tx.all_clocks(None, 100).await.unwrap(), vec![]);
}

async fn a_directory_is_found_by_its_version(store: &dyn Store) {
    let mut tx = store.write("directories").await.unwrap();
    tx.put_directory(3, b"third").await.unwrap();
    tx.put_directory(1, b"first").await.unwrap();
    assert_eq!(tx.directory(1).await.unwrap(), Some(b"first".to_vec()));
    assert_eq!(tx.directory(2).await.unwrap(), None);
}

async fn listed_entries_are_found_by_place_state_and_subject(store: &dyn Store) {
    let mut tx = store.write("listings").await.unwrap();
    let rows = [
        listing(COUNTY, "case", "2", "O:1", true),
        listing(COUNTY, "case", "1", "O:2", false),
        listing(CITY, "case", "1", "O:1", true),
        listing(COUNTY, "exit", "1", "", true),
    ];
    for row in &rows {
        tx.put_listing(row).await.unwrap();
    }
    assert_eq!(tx.listing(&node(COUNTY), "case", "1").await.unwrap(), Some(rows[1].clone()));
    assert_eq!(tx.listing(&node(COUNTY), "mark", "1").await.unwrap(), None);
    assert_eq!(tx.listings_of(&node(COUNTY), "case").await.unwrap(), [rows[1].clone(), rows[0].clone()]);
    let city_first = [rows[2].clone(), rows[0].clone()];
    assert_eq!(tx.open_listings("case").await.unwrap(), city_first);
    assert_eq!(tx.listings_about("case", "O:1").await.unwrap(), city_first);
    tx.put_listing(&ListingRow { open: false, ..rows[0].clone() }).await.unwrap();
    assert_eq!(tx.open_listings("case").await.unwrap(), [rows[2].clone()]);
}

async fn behaviours_are_found_by_number_and_subject(store: &dyn Store) {
    let mut tx = store.write("behaviours").await.unwrap();
    let row = |origin: &str, number: u64| BehaviourRow {
        origin: node(origin),
        number,
        subject_key: format!("O:{}", number % 7),
        body: vec![number as u8],
    };
    let rows: Vec<BehaviourRow> = (1..=70).map(|number| row(COUNTY, number)).collect();
    tx.put_behaviours(&rows).await.unwrap();
    tx.put_behaviours(&[row(CITY, 3), BehaviourRow { body: vec![99], ..row(COUNTY, 3) }]).await.unwrap();
    let numbers = |rows: Vec<BehaviourRow>| rows.into_iter().map(|row| row.number).collect::<Vec<u64>>();
    let of_three = tx.behaviours_of(&node(COUNTY), "O:3").await.unwrap();
    assert_eq!(of_three[0].body, vec![99], "replaced");
    assert_eq!(numbers(of_three), [3, 10, 17, 24, 31, 38, 45, 52, 59, 66]);
    assert_eq!(numbers(tx.behaviours_of(&node(CITY), "O:3").await.unwrap()), [3]);
    assert_eq!(numbers(tx.behaviours(&node(COUNTY), 68, 5).await.unwrap()), [69, 70]);
    assert_eq!(numbers(tx.behaviours(&node(COUNTY), 0, 2).await.unwrap()), [1, 2]);
    assert_eq!(numbers(tx.behaviours(&node(COUNTY), u64::MAX, 2).await.unwrap()), [0_u64; 0]);
    assert_eq!(tx.last_behaviour(&node(COUNTY)).await.unwrap(), 70);
    assert_eq!(tx.last_behaviour(&node(PROVINCE)).await.unwrap(), 0);
}
