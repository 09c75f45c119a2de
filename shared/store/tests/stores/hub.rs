//! The province's comparison.

use honghei_store::*;

use crate::samples::*;

crate::on_every_store!(
    subjects_are_found_by_place,
    subjects_are_found_by_how_their_keys_begin,
    subjects_are_scanned_in_order,
    a_name_that_exists_is_left_alone,
    names_between_two_hashes_come_in_order_and_no_more_than_asked_for,
    a_person_is_found_under_every_handle,
    work_stands_in_order_until_it_is_done,
    feeds_are_replaced,
    packed_keys_stand_in_runs_until_they_are_merged,
);

async fn subjects_are_found_by_place(store: &dyn Store) {
    let mut tx = store.write("subjects").await.unwrap();
    let rows: Vec<SubjectRow> = (0..1000).map(subject).collect();
    tx.put_subjects(&rows).await.unwrap();
    let changed = SubjectRow { body: b"changed".to_vec(), ..subject(5) };
    tx.put_subjects(std::slice::from_ref(&changed)).await.unwrap();
    assert_eq!(tx.subjects(&[subject_at(5), subject_at(1001), subject_at(5)]).await.unwrap(), vec![changed]);
    let asked: Vec<SubjectAt> = (500..1500).map(subject_at).collect();
    let found = tx.subjects(&asked).await.unwrap();
    assert_eq!(found.len(), 500);
    assert!(found.is_sorted_by(|a, b| a.at < b.at));
    let elsewhere = SubjectAt { bucket: subject_at(7).bucket ^ 1, ..subject_at(7) };
    assert_eq!(tx.subjects(&[elsewhere]).await.unwrap(), vec![]);
}

async fn subjects_are_found_by_how_their_keys_begin(store: &dyn Store) {
    let mut tx = store.write("subjects").await.unwrap();
    let row = |bucket, key: &str| SubjectRow { at: SubjectAt { bucket, key: key.to_owned() }, body: key.into() };
    let head = |bucket, key: &str| row(bucket, key).at;
    let alike = [row(4, "N:ab"), row(4, "N:ab0"), row(4, "N:abf"), row(5, "N:ab1")];
    tx.put_subjects(&alike).await.unwrap();
    tx.put_subjects(&[row(4, "N:aa"), row(4, "N:ac"), row(6, "N:ab1"), row(4, "n:ab")]).await.unwrap();
    let heads = [head(5, "N:ab"), head(4, "N:ab"), head(4, "N:abf"), head(4, "N:ab"), head(7, "N:ab")];
    assert_eq!(tx.subjects_under(&heads).await.unwrap(), alike);
    assert_eq!(tx.subjects_under(&[head(4, "N:b")]).await.unwrap(), vec![]);
    assert_eq!(tx.subjects_under(&[]).await.unwrap(), vec![]);
    let many: Vec<SubjectRow> = (0..1000).map(subject).collect();
    tx.put_subjects(&many).await.unwrap();
    let heads: Vec<SubjectAt> = (500..1500).map(subject_at).collect();
    let found = tx.subjects_under(&heads).await.unwrap();
    assert!(found.len() >= 500 && found.is_sorted_by(|a, b| a.at < b.at));
    assert!(found.iter().all(|row| heads.iter().any(|head| row.at.key.starts_with(&head.key))));
}

async fn subjects_are_scanned_in_order(store: &dyn Store) {
    let mut tx = store.write("subjects").await.unwrap();
    let mut rows: Vec<SubjectRow> = (0..100).map(subject).collect();
    let mut sibling = subject(3);
    sibling.at.key.push('B');
    rows.push(sibling);
    tx.put_subjects(&rows).await.unwrap();
    rows.sort_by(|a, b| a.at.cmp(&b.at));
    let mut scanned: Vec<SubjectRow> = Vec::new();
    loop {
        let after = scanned.last().map(|row| row.at.clone());
        let page = tx.scan_subjects(after.as_ref(), 7).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 7);
        scanned.extend(page);
    }
    assert_eq!(scanned, rows);
}

async fn a_name_that_exists_is_left_alone(store: &dyn Store) {
    let mut tx = store.write("names").await.unwrap();
    let row = |name_hash, number| NameRow { name_hash, at: subject_at(number) };
    tx.put_names(&[row(-1, 1), row(i64::MIN, 2), row(-1, 3), row(i64::MAX, 4), row(-1, 1)]).await.unwrap();
    tx.put_names(&[row(-1, 1)]).await.unwrap();
    let mut expected = vec![row(-1, 1), row(-1, 3), row(i64::MIN, 2)];
    expected.sort();
    assert_eq!(tx.names(&[-1, 0, i64::MIN, -1]).await.unwrap(), expected);
    assert_eq!(tx.names(&[]).await.unwrap(), vec![]);
    tx.remove_names(&[row(-1, 3), row(-1, 9), row(i64::MIN, 2)]).await.unwrap();
    assert_eq!(tx.names(&[-1, i64::MIN, i64::MAX]).await.unwrap(), vec![row(-1, 1), row(i64::MAX, 4)]);
}

async fn names_between_two_hashes_come_in_order_and_no_more_than_asked_for(store: &dyn Store) {
    let mut tx = store.write("ranges").await.unwrap();
    let row = |name_hash, number| NameRow { name_hash, at: subject_at(number) };
    // More pairs than one statement takes, each with three hashes and the middle one borne by two.
    let of = |pair: i64| [row(pair * 10, 1), row(pair * 10 + 4, 2), row(pair * 10 + 4, 3), row(pair * 10 + 9, 4)];
    let mut rows: Vec<NameRow> = (-150..150).flat_map(of).collect();
    tx.put_names(&rows).await.unwrap();
    rows.sort();
    let pairs: Vec<(i64, i64)> = (-150..150).map(|pair| (pair * 10, pair * 10 + 9)).collect();
    assert_eq!(tx.names_between(&pairs, 4).await.unwrap(), rows);
    assert_eq!(tx.names_between(&[(i64::MIN, i64::MAX)], 2_000).await.unwrap(), rows);
    for limit in 0..4_usize {
        let first = |pair: i64| -> Vec<NameRow> {
            let mut of = of(pair).to_vec();
            of.sort();
            of.into_iter().take(limit).collect()
        };
        let expected: Vec<NameRow> = (-150..150).flat_map(first).collect();
        assert_eq!(tx.names_between(&pairs, limit as u32).await.unwrap(), expected, "{limit}");
    }
    // Pairs that overlap, that are one hash and that are none.
    let found = tx.names_between(&[(14, 14), (10, 14), (15, 18), (3, 2), (14, 14)], 9).await.unwrap();
    assert_eq!(found, rows.iter().filter(|row| (10..=14).contains(&row.name_hash)).cloned().collect::<Vec<_>>());
    assert_eq!(tx.names_between(&[], 9).await.unwrap(), vec![]);
}

async fn a_person_is_found_under_every_handle(store: &dyn Store) {
    let mut tx = store.write("persons").await.unwrap();
    let row = |handle: u8, person: &[u8]| PersonRow { handle: [handle; 32], person: person.to_vec() };
    let before = tx.projection_digest().await.unwrap();
    tx.put_persons(&[row(2, b"one"), row(255, b"one"), row(1, b"")]).await.unwrap();
    tx.put_persons(&[row(1, b"other")]).await.unwrap();
    let found = tx.persons(&[[255; 32], [1; 32], [9; 32], [255; 32]]).await.unwrap();
    assert_eq!(found, vec![row(1, b"other"), row(255, b"one")]);
    assert_ne!(tx.projection_digest().await.unwrap(), before);
    tx.clear_projections().await.unwrap();
    assert_eq!(tx.persons(&[[1; 32]]).await.unwrap(), vec![]);
    assert_eq!(tx.projection_digest().await.unwrap(), before);
}

async fn work_stands_in_order_until_it_is_done(store: &dyn Store) {
    let mut tx = store.write("work").await.unwrap();
    let rows = [mark(COUNTY, 2, 0, b"c"), mark(COUNTY, 1, 1, b"b"), mark(COUNTY, 1, 0, b"a"), mark(CITY, 9, 0, b"0")];
    tx.put_marks(&rows).await.unwrap();
    tx.put_marks(&rows[..1]).await.unwrap();
    let order = vec![rows[3].clone(), rows[2].clone(), rows[1].clone(), rows[0].clone()];
    assert_eq!(tx.marks(10).await.unwrap(), order);
    assert_eq!(tx.marks(2).await.unwrap(), order[..2]);
    assert_eq!(tx.mark_count().await.unwrap(), 4);
    tx.remove_mark(&at(COUNTY, 1), 0).await.unwrap();
    assert_eq!(tx.mark_count().await.unwrap(), 3);
    for row in &rows {
        tx.put_pending(row).await.unwrap();
    }
    assert_eq!(tx.pending(10).await.unwrap(), order);
    tx.remove_pending(&at(CITY, 9), 0).await.unwrap();
    assert_eq!(tx.pending(1).await.unwrap(), order[1..2]);
    assert_eq!(tx.mark_count().await.unwrap(), 3);
}

async fn feeds_are_replaced(store: &dyn Store) {
    let mut tx = store.write("feeds").await.unwrap();
    let row = |source: &str, body: &[u8]| FeedRow { source: source.to_owned(), body: body.to_vec() };
    for (source, body) in [("tax", b"1"), ("quality", b"2"), ("tax", b"3")] {
        tx.put_feed(&row(source, body)).await.unwrap();
    }
    assert_eq!(tx.feeds().await.unwrap(), vec![row("quality", b"2"), row("tax", b"3")]);
    assert_eq!(tx.feed("tax").await.unwrap(), Some(row("tax", b"3")));
    assert_eq!(tx.feed("customs").await.unwrap(), None);
}

async fn packed_keys_stand_in_runs_until_they_are_merged(store: &dyn Store) {
    let mut tx = store.write("packed keys").await.unwrap();
    let row = |run, family, ordinal, body: &[u8]| PackedKeysRow { run, family, ordinal, level: 2, body: body.to_vec() };
    let rows = [row(2, 0, 1, &[0, 255]), row(1, 1, 0, b"b"), row(2, 0, 0, b"other"), row(2, 0, 0, b"abc")];
    tx.put_packed_keys(&rows).await.unwrap();
    let run = |run, family, parts, bytes| PackedRun { run, family, level: 2, first: 0, parts, bytes };
    assert_eq!(tx.packed_runs().await.unwrap(), vec![run(1, 1, 1, 1), run(2, 0, 2, 5)]);
    assert_eq!(tx.packed_keys(2, 0, 0).await.unwrap(), Some(b"abc".to_vec()));
    assert_eq!(tx.packed_keys(2, 0, 1).await.unwrap(), Some(vec![0, 255]));
    assert_eq!(tx.packed_keys(2, 1, 0).await.unwrap(), None);
    tx.remove_packed_parts(2, 0, 1).await.unwrap();
    tx.remove_packed_parts(1, 1, 0).await.unwrap();
    assert_eq!(tx.packed_runs().await.unwrap(), vec![run(1, 1, 1, 1), PackedRun { first: 1, ..run(2, 0, 1, 2) }]);
    tx.remove_packed_run(2, 0).await.unwrap();
    tx.remove_packed_run(9, 0).await.unwrap();
    assert_eq!(tx.packed_runs().await.unwrap(), vec![run(1, 1, 1, 1)]);
    let before = tx.projection_digest().await.unwrap();
    tx.put_packed_keys(&rows).await.unwrap();
    assert_eq!(tx.projection_digest().await.unwrap(), before, "how keys are cut into runs says nothing");
    tx.clear_projections().await.unwrap();
    assert_eq!(tx.packed_runs().await.unwrap(), vec![]);
}
