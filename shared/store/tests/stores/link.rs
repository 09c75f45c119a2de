//! Logs, chunks, receipts, values.

use honghei_domain::audience::{Audience, Scope};
use honghei_store::*;

use crate::samples::*;

crate::on_every_store!(
    a_head_is_replaced_but_never_its_fold_cursor,
    entries_are_read_in_order_from_any_index,
    an_entry_may_be_a_leaf_alone,
    subtrees_are_given_in_the_order_asked,
    each_audience_has_its_own_head,
    a_chunk_fulfils_every_want_for_it,
    wants_come_by_priority_then_place,
    a_chunk_is_missing_until_it_is_stored,
    the_first_cosignature_of_a_size_stays,
    an_incident_is_kept_once,
    named_values_and_secrets_are_replaced,
    what_waits_for_a_signature_is_kept_until_removed,
);

async fn a_head_is_replaced_but_never_its_fold_cursor(store: &dyn Store) {
    let mut tx = store.write("heads").await.unwrap();
    assert_eq!(tx.head(&log(COUNTY)).await.unwrap(), None);
    tx.put_head(&HeadRow { interpreted: 9, ..head(COUNTY, 0) }).await.unwrap();
    assert_eq!(tx.head(&log(COUNTY)).await.unwrap(), Some(head(COUNTY, 0)));
    tx.put_interpreted(&log(COUNTY), 3).await.unwrap();
    tx.put_interpreted(&log(CITY), 3).await.unwrap();
    tx.put_head(&head(COUNTY, 12)).await.unwrap();
    tx.put_head(&head(CITY, 5)).await.unwrap();
    let known = HeadRow { interpreted: 3, ..head(COUNTY, 12) };
    assert_eq!(tx.heads().await.unwrap(), vec![head(CITY, 5), known]);
}

async fn entries_are_read_in_order_from_any_index(store: &dyn Store) {
    let mut tx = store.write("entries").await.unwrap();
    let mut rows: Vec<EntryRow> = (0..300).map(|index| entry(COUNTY, index)).collect();
    rows.reverse();
    tx.append_entries(&rows).await.unwrap();
    tx.append_entries(&[entry(CITY, 0)]).await.unwrap();
    let found = tx.entries(&log(COUNTY), 290, 5).await.unwrap();
    assert_eq!(found, (290..295).map(|index| entry(COUNTY, index)).collect::<Vec<_>>());
    assert_eq!(tx.entries(&log(COUNTY), 0, u32::MAX).await.unwrap().len(), 300);
    assert_eq!(tx.entries(&log(COUNTY), 300, 5).await.unwrap(), vec![]);
    assert_eq!(tx.entry(&at(COUNTY, 17)).await.unwrap(), Some(entry(COUNTY, 17)));
    assert_eq!(tx.entry(&at(CITY, 1)).await.unwrap(), None);
}

async fn an_entry_may_be_a_leaf_alone(store: &dyn Store) {
    let mut tx = store.write("leaf").await.unwrap();
    let leaf = EntryRow { header: None, payload: None, ..entry(COUNTY, 0) };
    let emptied = EntryRow { payload: Some(Vec::new()), ..entry(COUNTY, 1) };
    tx.append_entries(&[leaf.clone(), emptied.clone()]).await.unwrap();
    assert_eq!(tx.entries(&log(COUNTY), 0, 2).await.unwrap(), vec![leaf, emptied]);
}

async fn subtrees_are_given_in_the_order_asked(store: &dyn Store) {
    let mut tx = store.write("tree").await.unwrap();
    let nodes: Vec<TreeNodeRow> =
        (0..300).map(|index| TreeNodeRow { level: (index % 3) as u32, index, hash: digest(index) }).collect();
    tx.put_tree_nodes(&log(COUNTY), &nodes).await.unwrap();
    // A subtree that is added again is the same subtree.
    tx.put_tree_nodes(&log(COUNTY), &nodes[..5]).await.unwrap();
    let places: Vec<(u32, u64)> =
        (0..300).rev().map(|index| ((index % 3) as u32, index)).chain([(0, 1), (0, 0)]).collect();
    let found = tx.tree_nodes(&log(COUNTY), &places).await.unwrap();
    let expected = (0..300).rev().map(|index| Some(digest(index))).chain([None, Some(digest(0))]);
    assert_eq!(found, expected.collect::<Vec<_>>());
    assert_eq!(tx.tree_nodes(&log(CITY), &[(0, 0)]).await.unwrap(), vec![None]);
    assert_eq!(tx.tree_nodes(&log(COUNTY), &[]).await.unwrap(), vec![]);
}

async fn each_audience_has_its_own_head(store: &dyn Store) {
    let mut tx = store.write("audiences").await.unwrap();
    let (up, named) = (Audience::of(Scope::Up), Audience::of(Scope::Up).and(node(CITY)));
    tx.put_audience_head(&log(COUNTY), &up, 1, &digest(1)).await.unwrap();
    tx.put_audience_head(&log(COUNTY), &up, 2, &digest(2)).await.unwrap();
    assert_eq!(tx.audience_head(&log(COUNTY), &up).await.unwrap(), Some((2, digest(2))));
    assert_eq!(tx.audience_head(&log(COUNTY), &named).await.unwrap(), None);
    assert_eq!(tx.audience_head(&log(CITY), &up).await.unwrap(), None);
}

fn want(index: u64, chunk: u64, priority: u32) -> WantRow {
    WantRow { entry: at(COUNTY, index), digest: digest(chunk), length: 100, priority }
}

async fn a_chunk_fulfils_every_want_for_it(store: &dyn Store) {
    let mut tx = store.write("wants").await.unwrap();
    tx.put_wants(&[want(3, 1, 0), want(5, 1, 0), want(4, 2, 0), want(4, 2, 0)]).await.unwrap();
    assert_eq!(tx.first_incomplete(&log(COUNTY)).await.unwrap(), Some(3));
    assert_eq!(tx.first_incomplete(&log(CITY)).await.unwrap(), None);
    tx.put_chunk(&digest(1), b"one").await.unwrap();
    tx.put_chunk(&digest(1), b"one").await.unwrap();
    assert_eq!(tx.chunk(&digest(1)).await.unwrap().as_deref(), Some(b"one".as_slice()));
    assert_eq!(tx.first_incomplete(&log(COUNTY)).await.unwrap(), Some(4));
    assert_eq!(tx.wants(10).await.unwrap(), vec![want(4, 2, 0)]);
    tx.put_chunk(&digest(2), b"").await.unwrap();
    assert_eq!(tx.first_incomplete(&log(COUNTY)).await.unwrap(), None);
    assert_eq!(tx.wants(10).await.unwrap(), vec![]);
}

async fn wants_come_by_priority_then_place(store: &dyn Store) {
    let mut tx = store.write("wants").await.unwrap();
    let foreign = WantRow { entry: at(CITY, 9), ..want(0, 7, 1) };
    tx.put_wants(&[want(1, 5, 2), want(2, 4, 1), want(1, 6, 1), want(1, 3, 1), foreign.clone()]).await.unwrap();
    let order = vec![foreign, want(1, 3, 1), want(1, 6, 1), want(2, 4, 1), want(1, 5, 2)];
    assert_eq!(tx.wants(10).await.unwrap(), order);
    assert_eq!(tx.wants(2).await.unwrap(), order[..2]);
}

async fn a_chunk_is_missing_until_it_is_stored(store: &dyn Store) {
    let mut tx = store.write("chunks").await.unwrap();
    tx.put_chunk(&digest(1), &vec![9; 300_000]).await.unwrap();
    let asked: Vec<_> = (0..200).map(digest).collect();
    let missing = tx.missing_chunks(&asked).await.unwrap();
    assert_eq!(missing.len(), 199);
    assert!(!missing.contains(&digest(1)));
    assert_eq!(tx.chunk(&digest(1)).await.unwrap().map(|bytes| bytes.len()), Some(300_000));
    assert_eq!(tx.chunk(&digest(2)).await.unwrap(), None);
}

async fn the_first_cosignature_of_a_size_stays(store: &dyn Store) {
    let mut tx = store.write("receipts").await.unwrap();
    let row = |size, signer: &str, line: &str| CosignatureRow {
        log: log(COUNTY),
        size,
        signer: node(signer),
        line: line.to_owned(),
    };
    for size in [12, 7] {
        tx.put_cosignature(&row(size, PROVINCE, "first")).await.unwrap();
    }
    tx.put_cosignature(&row(7, PROVINCE, "second")).await.unwrap();
    tx.put_cosignature(&row(7, CITY, "city")).await.unwrap();
    let of_seven = tx.cosignatures(&log(COUNTY), 7).await.unwrap();
    assert_eq!(of_seven, vec![row(7, PROVINCE, "first"), row(7, CITY, "city")]);
    assert_eq!(tx.cosignatures(&log(COUNTY), 8).await.unwrap(), vec![]);
    let latest = tx.latest_cosignature(&log(COUNTY), &node(PROVINCE)).await.unwrap();
    assert_eq!(latest, Some(row(12, PROVINCE, "first")));
    assert_eq!(tx.latest_cosignature(&log(CITY), &node(PROVINCE)).await.unwrap(), None);
}

async fn an_incident_is_kept_once(store: &dyn Store) {
    let mut tx = store.write("incidents").await.unwrap();
    let row = |at_ms, evidence| IncidentRow {
        at_ms,
        peer: COUNTY.to_owned(),
        code: "WIRE_MALFORMED".to_owned(),
        detail: "header: expected 32 bytes".to_owned(),
        evidence: digest(evidence),
    };
    for (at_ms, evidence) in [(-5, 1), (20, 2), (10, 3), (30, 2), (20, 4)] {
        tx.put_incident(&row(at_ms, evidence)).await.unwrap();
    }
    assert_eq!(tx.incidents(10).await.unwrap(), vec![row(20, 4), row(20, 2), row(10, 3), row(-5, 1)]);
    assert_eq!(tx.incidents(1).await.unwrap(), vec![row(20, 4)]);
}

async fn named_values_and_secrets_are_replaced(store: &dyn Store) {
    let mut tx = store.write("values").await.unwrap();
    for value in [b"one".as_slice(), b"", b"two"] {
        tx.put_meta("名", value).await.unwrap();
        tx.put_secret(&digest(1), value).await.unwrap();
        assert_eq!(tx.meta("名").await.unwrap().as_deref(), Some(value));
        assert_eq!(tx.secret(&digest(1)).await.unwrap().as_deref(), Some(value));
    }
    assert_eq!(tx.meta("other").await.unwrap(), None);
    assert_eq!(tx.secret(&digest(2)).await.unwrap(), None);
}

async fn what_waits_for_a_signature_is_kept_until_removed(store: &dyn Store) {
    let row = |id: &str, at_ms| ParkedRow { id: id.to_owned(), at_ms, body: format!("{id} {at_ms}").into_bytes() };
    let mut tx = store.write("park").await.unwrap();
    for row in [row("b", 1), row("a", 2), row("b", -3), row("c", 4)] {
        tx.put_parked(&row).await.unwrap();
    }
    tx.remove_parked("c").await.unwrap();
    tx.remove_parked("c").await.unwrap();
    let digest = tx.projection_digest().await.unwrap();
    tx.clear_projections().await.unwrap();
    assert_eq!(tx.projection_digest().await.unwrap(), digest);
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.all_parked().await.unwrap(), vec![row("a", 2), row("b", -3)]);
    assert_eq!(tx.parked("b").await.unwrap(), Some(row("b", -3)));
    assert_eq!(tx.parked("c").await.unwrap(), None);
}
