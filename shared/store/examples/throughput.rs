//! Rows per second of the bulk writers: `cargo run --release -p honghei-store --example throughput [URL]`.
//!
//! Without a URL a new SQLite file in the temporary folder is used. Every figure is one transaction, commit included.

use std::time::Instant;

use honghei_domain::list::{CaseId, Digest, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_store::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite://{}/node.db", folder.path().display()));
    let store = SqlStore::open(&url, true).await?;
    let county: NodeId = "420802-commerce".parse()?;
    let log = LogId::first(county.clone());

    let buckets: Vec<BucketRow> =
        (0..51_000).map(|bucket| BucketRow { bucket, rows: vec![7; 400], digest: scattered(bucket.into()) }).collect();
    let mut subjects: Vec<SubjectRow> = (0..100_000).map(subject).collect();
    let names: Vec<NameRow> = subjects.iter().map(|row| name(&row.at)).collect();
    let cases: Vec<CaseRow> = (1..=100_000).map(|number| case(&county, number)).collect();
    let entries: Vec<EntryRow> = (0..100_000).map(|index| entry(&log, index)).collect();

    for round in ["first", "again"] {
        measure(&store, round, "put_buckets", buckets.len(), async |tx| tx.put_buckets(&buckets).await).await?;
        measure(&store, round, "put_subjects", subjects.len(), async |tx| tx.put_subjects(&subjects).await).await?;
        measure(&store, round, "put_names", names.len(), async |tx| tx.put_names(&names).await).await?;
        measure(&store, round, "put_cases", cases.len(), async |tx| tx.put_cases(&cases).await).await?;
        subjects.iter_mut().for_each(|row| row.body.push(1));
    }
    measure(&store, "first", "append_entries", entries.len(), async |tx| tx.append_entries(&entries).await).await?;
    let nodes: Vec<TreeNodeRow> =
        (0..100_000).map(|index| TreeNodeRow { level: 0, index, hash: scattered(index) }).collect();
    measure(&store, "first", "put_tree_nodes", nodes.len(), async |tx| tx.put_tree_nodes(&log, &nodes).await).await?;
    // 1024 subjects a batch, as the comparison asks for them.
    let places: Vec<SubjectAt> = subjects.iter().map(|row| row.at.clone()).collect();
    measure(&store, "read", "subjects", places.len(), async |tx| {
        for batch in places.chunks(1024) {
            tx.subjects(batch).await?;
        }
        Ok(())
    })
    .await?;
    let hashes: Vec<i64> = names.iter().map(|row| row.name_hash).collect();
    measure(&store, "read", "names", hashes.len(), async |tx| {
        for batch in hashes.chunks(1024) {
            tx.names(batch).await?;
        }
        Ok(())
    })
    .await?;
    measure(&store, "read", "bucket_digests", buckets.len(), async |tx| tx.bucket_digests().await.map(drop)).await?;
    measure(&store, "read", "projection_digest", 351_000, async |tx| tx.projection_digest().await.map(drop)).await?;

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures the time of the machine")]
    let started = Instant::now();
    for index in 0..1000 {
        run_tx!(&store, "small", async |tx| {
            tx.append_entries(&[EntryRow {
                at: EntryRef { log: log.clone(), index: 200_000 + index },
                ..entry(&log, 0)
            }])
            .await
        })?;
    }
    println!("{:>12.0} commits/s of one entry each", 1000.0 / started.elapsed().as_secs_f64());
    Ok(())
}

async fn measure(
    store: &SqlStore,
    round: &str,
    what: &str,
    rows: usize,
    body: impl AsyncFn(&mut dyn Tx) -> Result<(), Fault>,
) -> Result<(), Fault> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures the time of the machine")]
    let started = Instant::now();
    let mut tx = store.write("measure").await?;
    body(tx.as_mut()).await?;
    tx.commit().await?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{:>12.0} rows/s  {seconds:>7.2} s  {what} ({round})", rows as f64 / seconds);
    Ok(())
}

/// A digest with nothing in order.
fn scattered(number: u64) -> Digest {
    let mut digest = Digest::default();
    for (place, part) in digest.chunks_mut(8).zip(1_u64..) {
        let mixed = number.wrapping_add(part << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        place.copy_from_slice(&(mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9).to_be_bytes());
    }
    digest
}

fn first_bytes(digest: &Digest) -> u64 {
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn subject(number: u64) -> SubjectRow {
    let bucket = (first_bytes(&scattered(number)) >> 48) as u32;
    SubjectRow { at: SubjectAt { bucket, key: format!("O:{number:09}") }, body: vec![7; 250] }
}

fn name(at: &SubjectAt) -> NameRow {
    let number =
        u64::from(at.bucket) << 32 | at.key.bytes().fold(0, |sum, byte| sum * 10 + u64::from(byte)) & 0xffff_ffff;
    NameRow { name_hash: first_bytes(&scattered(number)).cast_signed(), at: at.clone() }
}

fn case(origin: &NodeId, number: u64) -> CaseRow {
    CaseRow {
        case: CaseId { origin: origin.clone(), number },
        stage: "candidate".to_owned(),
        kind: ListKind::Red,
        name: format!("荆门市第{number}商贸有限责任公司"),
        subject_key: format!("O:{:09}", first_bytes(&scattered(number)) % 1_000_000_000),
        body: vec![7; 500],
    }
}

fn entry(log: &LogId, index: u64) -> EntryRow {
    EntryRow {
        at: EntryRef { log: log.clone(), index },
        leaf: scattered(index),
        header: Some(vec![7; 250]),
        payload: Some(vec![7; 600]),
    }
}
