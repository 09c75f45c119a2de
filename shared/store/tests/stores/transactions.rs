//! What holds for every transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use honghei_store::*;
use sqlx::Connection;

use crate::samples::*;

crate::on_every_store!(
    a_dropped_transaction_leaves_nothing,
    a_view_shows_what_was_committed_before_it,
    writing_through_a_view_is_a_fault,
    an_entry_is_never_replaced,
    a_transaction_that_met_a_fault_cannot_commit,
    what_a_database_cannot_hold_is_refused,
    a_dropped_writer_lets_the_next_one_in,
);

async fn a_dropped_transaction_leaves_nothing(store: &dyn Store) {
    let before = store.read().await.unwrap().projection_digest().await.unwrap();
    let mut tx = store.write("dropped").await.unwrap();
    fill(tx.as_mut()).await;
    tx.put_head(&head(COUNTY, 1)).await.unwrap();
    tx.append_entries(&[entry(COUNTY, 0)]).await.unwrap();
    tx.put_chunk(&digest(1), b"chunk").await.unwrap();
    tx.put_meta("key", b"value").await.unwrap();
    drop(tx);
    let mut view = store.read().await.unwrap();
    assert_eq!(view.projection_digest().await.unwrap(), before);
    assert_eq!(view.heads().await.unwrap(), vec![]);
    assert_eq!(view.entry(&at(COUNTY, 0)).await.unwrap(), None);
    assert_eq!(view.chunk(&digest(1)).await.unwrap(), None);
    assert_eq!(view.meta("key").await.unwrap(), None);
}

async fn a_view_shows_what_was_committed_before_it(store: &dyn Store) {
    let mut earlier = store.read().await.unwrap();
    let mut tx = store.write("first").await.unwrap();
    let mut during = store.read().await.unwrap();
    tx.put_meta("key", b"value").await.unwrap();
    assert_eq!(tx.meta("key").await.unwrap().as_deref(), Some(b"value".as_slice()));
    tx.commit().await.unwrap();
    assert_eq!(earlier.meta("key").await.unwrap(), None);
    assert_eq!(during.meta("key").await.unwrap(), None);
    let mut later = store.read().await.unwrap();
    assert_eq!(later.meta("key").await.unwrap().as_deref(), Some(b"value".as_slice()));
    later.commit().await.unwrap();
}

async fn writing_through_a_view_is_a_fault(store: &dyn Store) {
    let mut view = store.read().await.unwrap();
    assert_eq!(view.put_meta("key", b"value").await.unwrap_err().code(), "STORE_FAILED");
    assert_eq!(view.put_cases(&[case(COUNTY, 1, "candidate", "O:1")]).await.unwrap_err().code(), "STORE_FAILED");
}

async fn an_entry_is_never_replaced(store: &dyn Store) {
    let mut tx = store.write("append").await.unwrap();
    tx.append_entries(&[entry(COUNTY, 0)]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.write("again").await.unwrap();
    let other = EntryRow { leaf: digest(99), ..entry(COUNTY, 0) };
    let fault = tx.append_entries(&[entry(COUNTY, 1), other]).await.unwrap_err();
    assert_eq!(fault.code(), "STORE_CONFLICT");
    drop(tx);
    let mut tx = store.write("twice").await.unwrap();
    let fault = tx.append_entries(&[entry(COUNTY, 1), entry(COUNTY, 1)]).await.unwrap_err();
    assert_eq!(fault.code(), "STORE_CONFLICT");
    drop(tx);
    let held = store.read().await.unwrap().entries(&log(COUNTY), 0, 9).await.unwrap();
    assert_eq!(held, vec![entry(COUNTY, 0)]);
}

async fn a_transaction_that_met_a_fault_cannot_commit(store: &dyn Store) {
    let mut tx = store.write("spoiled").await.unwrap();
    tx.append_entries(&[entry(COUNTY, 0)]).await.unwrap();
    tx.append_entries(&[entry(COUNTY, 0)]).await.unwrap_err();
    assert!(!tx.must_retry());
    assert_eq!(tx.commit().await.unwrap_err().code(), "STORE_FAILED");
    assert_eq!(store.read().await.unwrap().entry(&at(COUNTY, 0)).await.unwrap(), None);
}

async fn what_a_database_cannot_hold_is_refused(store: &dyn Store) {
    let mut tx = store.write("large").await.unwrap();
    tx.put_cases(&[case(COUNTY, i64::MAX as u64, "candidate", "O:1")]).await.unwrap();
    assert_eq!(tx.last_case_number(&node(COUNTY)).await.unwrap(), i64::MAX as u64);
    let beyond = case(COUNTY, i64::MAX as u64 + 1, "candidate", "O:1");
    assert_eq!(tx.put_cases(&[beyond]).await.unwrap_err().code(), "STORE_UNSTORABLE");
    drop(tx);
    let mut tx = store.write("nul").await.unwrap();
    let fault = tx.put_cases(&[case(COUNTY, 1, "candidate", "O:\0")]).await.unwrap_err();
    assert_eq!(fault.code(), "STORE_UNSTORABLE");
    assert_eq!(tx.commit().await.unwrap_err().code(), "STORE_FAILED");
}

async fn a_dropped_writer_lets_the_next_one_in(store: &dyn Store) {
    for round in 0..20_u8 {
        let mut dropped = store.write("dropped").await.unwrap();
        dropped.put_meta("dropped", &[round]).await.unwrap();
        drop(dropped);
        let mut tx = store.write("kept").await.unwrap();
        tx.put_meta("kept", &[round]).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut view = store.read().await.unwrap();
    assert_eq!(view.meta("dropped").await.unwrap(), None);
    assert_eq!(view.meta("kept").await.unwrap(), Some(vec![19]));
}

/// Appends one entry at the end of the county's log.
async fn append_one(store: &dyn Store) -> Result<u64, Fault> {
    run_tx!(store, "append-one", async |tx| {
        let size = tx.head(&log(COUNTY)).await?.map_or(0, |head| head.size);
        tx.append_entries(&[entry(COUNTY, size)]).await?;
        tx.put_head(&head(COUNTY, size + 1)).await?;
        Ok(size)
    })
}

async fn two_hundred_writers_keep_the_log_gap_free(stores: Vec<Arc<dyn Store>>) {
    let writers: Vec<_> = (0..200)
        .map(|number| {
            let store = Arc::clone(&stores[number % stores.len()]);
            tokio::spawn(async move { append_one(store.as_ref()).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for writer in writers {
        taken.push(writer.await.unwrap());
    }
    taken.sort_unstable();
    assert_eq!(taken, (0..200).collect::<Vec<_>>());
    let mut view = stores[0].read().await.unwrap();
    assert_eq!(view.head(&log(COUNTY)).await.unwrap().map(|head| head.size), Some(200));
    let held = view.entries(&log(COUNTY), 0, 300).await.unwrap();
    assert_eq!(held, (0..200).map(|index| entry(COUNTY, index)).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_keep_the_log_gap_free_in_memory() {
    let fresh = crate::fresh_memory().await;
    two_hundred_writers_keep_the_log_gap_free(vec![Arc::clone(&fresh.store)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_keep_the_log_gap_free_in_sqlite() {
    let fresh = crate::fresh_sqlite().await;
    two_hundred_writers_keep_the_log_gap_free(vec![Arc::clone(&fresh.store)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_keep_the_log_gap_free_in_postgres() {
    let fresh = crate::fresh_postgres().await;
    two_hundred_writers_keep_the_log_gap_free(vec![Arc::clone(&fresh.store)]).await;
}

// Two stores on one database are two programs: they do not take turns, so the database must tell them apart.

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_on_one_sqlite_file_lose_nothing() {
    let (url, _folder) = crate::sqlite_url();
    let stores: Vec<Arc<dyn Store>> = vec![Arc::new(crate::opened(&url).await), Arc::new(crate::opened(&url).await)];
    two_hundred_writers_keep_the_log_gap_free(stores).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_on_one_postgres_database_lose_nothing() {
    let url = crate::postgres_url().await;
    let stores: Vec<Arc<dyn Store>> = vec![Arc::new(crate::opened(&url).await), Arc::new(crate::opened(&url).await)];
    two_hundred_writers_keep_the_log_gap_free(stores).await;
}

#[tokio::test]
async fn the_same_operations_give_the_same_digest_on_every_store() {
    let mut digests = Vec::new();
    for fresh in [crate::fresh_memory().await, crate::fresh_sqlite().await, crate::fresh_postgres().await] {
        let mut tx = fresh.store.write("fill").await.unwrap();
        fill(tx.as_mut()).await;
        tx.commit().await.unwrap();
        digests.push(fresh.store.read().await.unwrap().projection_digest().await.unwrap());
    }
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[0], digests[2]);
}

/// A store that is busy for the first few transactions.
#[derive(Debug)]
struct Busy {
    store: MemoryStore,
    refusals: AtomicU32,
}

#[async_trait]
impl Store for Busy {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        self.store.read().await
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        let left = self.refusals.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match left {
            Ok(_) => Err(Fault::Retry { transaction: name, source: "busy".into() }),
            Err(_) => self.store.write(name).await,
        }
    }
}

#[tokio::test]
async fn a_busy_store_is_tried_eight_times() {
    let busy = Busy { store: MemoryStore::new(), refusals: AtomicU32::new(7) };
    assert_eq!(append_one(&busy).await.unwrap(), 0);
    busy.refusals.store(8, Ordering::Relaxed);
    assert_eq!(append_one(&busy).await.unwrap_err().code(), "STORE_RETRY");
    assert_eq!(append_one(&busy).await.unwrap(), 1);
}

#[tokio::test]
async fn what_another_program_changed_meanwhile_is_read_again() {
    let url = crate::postgres_url().await;
    let store = crate::opened(&url).await;
    run_tx!(&store, "first", async |tx| { tx.put_head(&head(COUNTY, 1)).await }).unwrap();
    let mut other = sqlx::PgConnection::connect(&url).await.unwrap();
    let mut sizes = Vec::new();
    run_tx!(&store, "grow", async |tx| {
        let size = tx.head(&log(COUNTY)).await?.map_or(0, |head| head.size);
        sizes.push(size);
        if size == 1 {
            let change = sqlx::query("UPDATE log_heads SET size = 7");
            change.execute(&mut other).await.unwrap();
        }
        tx.put_head(&head(COUNTY, size + 1)).await
    })
    .unwrap();
    assert_eq!(sizes, vec![1, 7]);
    let head = store.read().await.unwrap().head(&log(COUNTY)).await.unwrap();
    assert_eq!(head.map(|head| head.size), Some(8));
}
