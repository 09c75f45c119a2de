//! A full recomparison from the standing store, step by step, beside PostgreSQL's own anti-join on the same rows, and what
//! a kept index of packed keys would cost and save: read, join, upkeep.
//!
//! `HONGHEI_BENCH_ENTRIES` (100,000) entries, half of them red and one in a hundred of them also black.

#[path = "support/size.rs"]
mod size;
#[path = "support/timing.rs"]
mod timing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use federation::world::entries::candidate;
use federation::world::steps::delta_source;
use federation::world::{Member, World};
use honghei_comparison::join::{Collector, Everybody, Side, join};
use honghei_comparison::{Limits, Silent, key};
use honghei_domain::act::FeedMode;
use honghei_domain::list::{Department, ListEntry, ListKind};
use honghei_domain::node::Tier;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::question::Listener;
use honghei_store::throwaway::postgres_database;
use honghei_store::{SqlStore, Store};
use province_node::hub::recompare;
use sqlx::{Connection, Executor, PgConnection, Row, SqliteConnection};

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

const PROVINCE: &str = "420000-commerce";
/// Rows of one import.
const BULK: u32 = 25_000;
/// Rows of one measured upkeep of the index.
const BATCH: u32 = 1_000;
/// Times that a peer runs; the fastest counts.
const RUNS: u32 = 3;
/// Places that a weak key may bring together.
const BEARERS: usize = 4_096;
/// Bytes of a packed key.
const KEY_BYTES: usize = 16;

fn main() -> Anyhow<()> {
    let entries = u32::try_from(size::of("HONGHEI_BENCH_ENTRIES", 100_000))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(entries / 2))
}

async fn run(of_each: u32) -> Anyhow<()> {
    println!("recomparison of {of_each} reds and {of_each} blacks from the standing store");
    let lists = [(ListKind::Red, reds(of_each)), (ListKind::Black, blacks(of_each))];
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}", folder.path().join("province.db").display());
    let postgres = postgres_database().await?;
    for (what, url) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        println!("  {what}");
        standing(url, &lists).await?;
    }
    let fresh = format!("sqlite://{}?mode=rwc", folder.path().join("index.db").display());
    for (what, url) in [("SQLite", &fresh), ("PostgreSQL", &postgres)] {
        println!("  a kept index of packed keys on {what}");
        packed(url, &lists).await?;
    }
    println!("  PostgreSQL's own anti-join on the same codes");
    anti_join(&postgres, &lists).await
}

fn reds(count: u32) -> Vec<ListEntry> {
    (0..count).map(|firm| candidate(ListKind::Red, "420802", firm)).collect()
}

/// One in a hundred is a red's firm.
fn blacks(count: u32) -> Vec<ListEntry> {
    let of = |number: u32| if number.is_multiple_of(100) { number } else { count + number };
    (0..count).map(|number| candidate(ListKind::Black, "420802", of(number))).collect()
}

/// When each step of a recomparison was first heard of.
#[derive(Default)]
struct Steps(Mutex<Vec<(String, Instant)>>);

impl Listener for Steps {
    fn is_gone(&self) -> bool {
        false
    }
    fn hear(&self, step: &str, _done: u64, _total: u64) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.last().is_none_or(|(last, _)| last != step) {
            steps.push((step.to_owned(), timing::instant()));
        }
    }
}

/// A federation's province over a store: the lists arrive, are published, and are all compared again.
async fn standing(url: &str, lists: &[(ListKind, Vec<ListEntry>)]) -> Anyhow<()> {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(url, true).await?);
    let member = Member { id: PROVINCE, name: "湖北省商务厅", tier: Tier::Province, parent: None };
    let today = "2017-11-06".parse()?;
    let world = World::found(1, &[member], today, async |_| store.clone()).await?;
    for (kind, entries) in lists {
        let source = if *kind == ListKind::Red { "tax" } else { "court" };
        world.register_feed(delta_source(source, *kind, &Department(source.to_owned()))).await?;
        for part in entries.chunks(BULK as usize) {
            arrive(&world, *kind, source, part).await?;
        }
    }
    world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: Some(100) }).await?;
    while world.node(PROVINCE).engine.tick(world.now()).await? > 0 {}
    for _ in 0..2 {
        let steps = Steps::default();
        let start = timing::instant();
        let found = recompare(&mut *store.read().await?, world.today, &steps).await?;
        let whole = start.elapsed();
        let steps = steps.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ends = steps.iter().skip(1).map(|(_, at)| *at).chain([start + whole]);
        let parts: Vec<String> = steps
            .iter()
            .zip(ends)
            .map(|((step, began), ended)| format!("{step} {}", seconds(ended.duration_since(*began))))
            .collect();
        let wrong = found.counts.len();
        println!("    {} subjects in {}: {}; {wrong} differ", found.subjects, seconds(whole), parts.join(", "));
    }
    Ok(())
}

fn seconds(duration: Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

async fn arrive(world: &World, kind: ListKind, department: &str, entries: &[ListEntry]) -> Anyhow<()> {
    let today = world.now().today;
    let entries = entries.iter().map(|entry| ListEntry {
        recognised_on: Some(today),
        recognising_organ: "样例部门".to_owned(),
        ..entry.clone()
    });
    let import = Command::ImportFeed {
        source: department.to_owned(),
        kind,
        department: Department(department.to_owned()),
        mode: FeedMode::Delta,
        as_of: today,
        entries: entries.collect(),
        unread: 0,
        account: None,
        agreed_exits: 0,
    };
    world.act(PROVINCE, "clerk", import).await?;
    while world.node(PROVINCE).engine.tick(world.now()).await? > 0 {}
    Ok(())
}

/// A key of 128 bits: organisation code, rest of the USCC, and in the low bits the list and a place.
fn packed_key(entry: &ListEntry, place: u64) -> Option<(u32, u128)> {
    let (organisation, rest) = key::uscc(entry.subject.uscc.as_ref()?.as_str().as_bytes())?;
    let black = u128::from(entry.kind == ListKind::Black);
    let packed = u128::from(organisation) << 81 | u128::from(rest) << 36 | black << 35 | u128::from(place);
    Some((SubjectKey::of(&entry.subject).bucket(), packed))
}

/// Blocks of packed keys beside the subjects: written, read and joined, and kept as batches arrive.
async fn packed(url: &str, lists: &[(ListKind, Vec<ListEntry>)]) -> Anyhow<()> {
    let mut blocks: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for (place, entry) in (0..).zip(lists.iter().flat_map(|(_, entries)| entries)) {
        let Some((bucket, packed)) = packed_key(entry, place) else { continue };
        blocks.entry(bucket).or_default().extend(packed.to_be_bytes());
    }
    let mut index = Index::open(url).await?;
    index.execute("BEGIN").await?;
    for (bucket, keys) in &blocks {
        index.add(*bucket, keys.clone()).await?;
    }
    index.execute("COMMIT").await?;
    for _ in 0..RUNS {
        let start = timing::instant();
        let limits = Limits::new();
        let mut collector = Collector::new(&limits);
        let blocks = index.read().await?;
        let read = start.elapsed();
        for keys in blocks {
            for packed in keys.as_chunks::<KEY_BYTES>().0 {
                let packed = u128::from_be_bytes(*packed);
                let side = if packed >> 35 & 1 == 1 { Side::Black } else { Side::Red };
                let rest = (packed >> 36) as u64 & ((1 << 45) - 1);
                collector.organisation(side, (packed >> 81) as u64, rest, packed as u64 & ((1 << 35) - 1))?;
            }
        }
        let met = join(&[collector], 1 << 35, &limits, &Silent, &Everybody(BEARERS))?;
        let mut pairs = 0;
        for part in 0..met.parts() {
            pairs += met.part(part)?.len();
        }
        println!("    read {}, read and joined {}, {pairs} pairs", seconds(read), seconds(start.elapsed()));
    }
    upkeep(&mut index).await
}

/// A table of blocks, a row a bucket.
enum Index {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Adds keys to a bucket's block.
const ADD: &str = "INSERT INTO packed (bucket, keys) VALUES ($1, $2)
    ON CONFLICT (bucket) DO UPDATE SET keys = packed.keys || excluded.keys";

impl Index {
    async fn open(url: &str) -> Anyhow<Self> {
        if url.starts_with("sqlite") {
            let mut index = Self::Sqlite(SqliteConnection::connect(url).await?);
            index.execute("PRAGMA journal_mode = WAL").await?;
            index.execute("PRAGMA synchronous = FULL").await?;
            index.execute("CREATE TABLE packed (bucket INTEGER PRIMARY KEY, keys BLOB NOT NULL)").await?;
            return Ok(index);
        }
        let mut index = Self::Postgres(PgConnection::connect(url).await?);
        index.execute("CREATE TABLE packed (bucket BIGINT PRIMARY KEY, keys BYTEA NOT NULL)").await?;
        Ok(index)
    }

    async fn execute(&mut self, text: &'static str) -> Anyhow<()> {
        match self {
            Self::Sqlite(connection) => _ = connection.execute(text).await?,
            Self::Postgres(connection) => _ = connection.execute(text).await?,
        }
        Ok(())
    }

    async fn add(&mut self, bucket: u32, keys: Vec<u8>) -> Anyhow<()> {
        let bucket = i64::from(bucket);
        match self {
            // SQLite's || makes text of what it joins.
            Self::Sqlite(connection) => {
                let add = ADD.replace("packed.keys || excluded.keys", "CAST(packed.keys || excluded.keys AS BLOB)");
                _ = sqlx::query(sqlx::AssertSqlSafe(add)).bind(bucket).bind(keys).execute(connection).await?;
            }
            Self::Postgres(connection) => _ = sqlx::query(ADD).bind(bucket).bind(keys).execute(connection).await?,
        }
        Ok(())
    }

    async fn read(&mut self) -> Anyhow<Vec<Vec<u8>>> {
        let text = "SELECT keys FROM packed";
        let mut blocks = Vec::new();
        match self {
            Self::Sqlite(connection) => {
                for row in sqlx::query(text).fetch_all(connection).await? {
                    blocks.push(row.try_get(0)?);
                }
            }
            Self::Postgres(connection) => {
                for row in sqlx::query(text).fetch_all(connection).await? {
                    blocks.push(row.try_get(0)?);
                }
            }
        }
        Ok(blocks)
    }
}

/// What keeping the index adds to a batch: its blocks are read, added to and written in one transaction.
async fn upkeep(index: &mut Index) -> Anyhow<()> {
    let mut taken = Vec::new();
    for batch in 0..9 {
        let first = 90_000_000 - batch * BATCH;
        let arriving = (first - BATCH..first).map(|firm| candidate(ListKind::Black, "420804", firm % 1_000_000));
        let keys: Vec<(u32, u128)> = arriving.filter_map(|entry| packed_key(&entry, u64::from(batch))).collect();
        let start = timing::instant();
        index.execute("BEGIN").await?;
        for (bucket, packed) in keys {
            index.add(bucket, packed.to_be_bytes().to_vec()).await?;
        }
        index.execute("COMMIT").await?;
        taken.push(start.elapsed());
    }
    taken.sort();
    let median = taken[taken.len() / 2].as_secs_f64() / f64::from(BATCH) * 1e6;
    println!("    kept for {median:.1} microseconds per arriving entry");
    Ok(())
}

/// PostgreSQL finds the reds without a black of the same code, in memory enough.
async fn anti_join(url: &str, lists: &[(ListKind, Vec<ListEntry>)]) -> Anyhow<()> {
    let mut connection = PgConnection::connect(url).await?;
    for (kind, entries) in lists {
        let table = if *kind == ListKind::Red { "red" } else { "black" };
        let create = format!("CREATE TABLE {table} (uscc TEXT NOT NULL)");
        connection.execute(sqlx::AssertSqlSafe(create)).await?;
        for part in entries.chunks(10_000) {
            let codes: Vec<String> =
                part.iter().filter_map(|entry| Some(entry.subject.uscc.as_ref()?.to_string())).collect();
            let insert = format!("INSERT INTO {table} SELECT unnest($1::text[])");
            sqlx::query(sqlx::AssertSqlSafe(insert)).bind(codes).execute(&mut connection).await?;
        }
        connection.execute(sqlx::AssertSqlSafe(format!("ANALYZE {table}"))).await?;
    }
    connection.execute("SET work_mem = '1GB'").await?;
    let mut fastest = Duration::MAX;
    for _ in 0..RUNS {
        let start = timing::instant();
        let query = "SELECT count(*) FROM red WHERE NOT EXISTS (SELECT 1 FROM black WHERE black.uscc = red.uscc)";
        let left: i64 = connection.fetch_one(query).await?.try_get(0)?;
        fastest = fastest.min(start.elapsed());
        println!("    {} reds stay, {}", left, seconds(start.elapsed()));
    }
    println!("    fastest {}", seconds(fastest));
    Ok(())
}
