//! A full recomparison from the standing store, by the packed keys and by every row, step by step, beside PostgreSQL's own
//! anti-join on the same rows; and what the packed keys cost: bytes, and upkeep for every entry that arrives.
//!
//! Last, two feeds of 100,000 further rows are taken in, compared and published: new firms, one in a hundred of which is
//! a red that stands and another one bears the name of one; then firms every one of which bears the name of one.
//!
//! `HONGHEI_BENCH_ENTRIES` (100,000) entries, half of them red and one in a hundred of them also black; one black in a
//! thousand has the name of a red and no code.

#[path = "support/size.rs"]
mod size;
#[path = "support/timing.rs"]
mod timing;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, province_alone};
use honghei_domain::list::{Department, ListEntry, ListKind};
use honghei_registry::command::Command;
use honghei_registry::question::Listener;
use honghei_store::throwaway::postgres_database;
use honghei_store::{SqlStore, Store};
use province_node::hub::{Walk, keep_packed_keys, recompare};
use sqlx::{Connection, Executor, PgConnection, Row};

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// As in the node's programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROVINCE: &str = "420000-commerce";
/// Rows of one import.
const BULK: u32 = 25_000;
/// Rows of one measured upkeep of the packed keys.
const BATCH: u32 = 1_000;
/// Measured batches at most.
const BATCHES: u64 = 100;
/// Firms from here on stand nowhere before the last feeds come.
const NEW_FIRMS: u32 = 20_000_000;
/// Rows of each feed that comes last.
const FEED: u32 = 100_000;
/// Times that a peer runs; the fastest counts.
const RUNS: u32 = 3;

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
    let mut worlds = Vec::new();
    for (what, url) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        println!("  {what}");
        worlds.push((what, standing(url, &lists).await?));
    }
    println!("  PostgreSQL's own anti-join on the same codes");
    anti_join(&postgres, &lists).await?;
    let new: Vec<ListEntry> = (0..FEED)
        .map(|number| match number % 100 {
            0 => candidate(ListKind::Black, "420802", number.wrapping_mul(2_654_435_761) % of_each),
            1 => candidate(ListKind::Black, "420804", number % of_each),
            _ => candidate(ListKind::Black, "420804", NEW_FIRMS + number),
        })
        .collect();
    let namesakes = (0..FEED).map(|number| candidate(ListKind::Black, "420881", number % of_each)).collect();
    for (of, rows) in [("new firms", new), ("firms with names that stand", namesakes)] {
        println!("  a feed of {FEED} {of}");
        for (what, world) in &worlds {
            feed(what, world, rows.clone()).await?;
        }
    }
    Ok(())
}

async fn feed(what: &str, world: &World, rows: Vec<ListEntry>) -> Anyhow<()> {
    let start = timing::instant();
    world.import("court", ListKind::Black, world.today, rows).await?;
    let imported = start.elapsed();
    world.sweep(PROVINCE).await?;
    let compared = start.elapsed();
    world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: Some(100) }).await?;
    world.sweep(PROVINCE).await?;
    let published = start.elapsed();
    println!(
        "    {what}: {} in all: taken in {}, compared {}, published {}",
        seconds(published),
        seconds(imported),
        seconds(compared.saturating_sub(imported)),
        seconds(published.saturating_sub(compared))
    );
    Ok(())
}

fn reds(count: u32) -> Vec<ListEntry> {
    (0..count).map(|firm| candidate(ListKind::Red, "420802", firm)).collect()
}

/// One in a hundred is a red's firm, and one in a thousand bears the name of one.
fn blacks(count: u32) -> Vec<ListEntry> {
    let of = |number: u32| if number.is_multiple_of(100) || number % 1_000 == 1 { number } else { count + number };
    let black = |number: u32| {
        let mut entry = candidate(ListKind::Black, "420802", of(number));
        if number % 1_000 == 1 {
            entry.subject.uscc = None;
        }
        entry
    };
    (0..count).map(black).collect()
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
async fn standing(url: &str, lists: &[(ListKind, Vec<ListEntry>)]) -> Anyhow<World> {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(url, true).await?);
    let world = World::found(1, &province_alone(), day("2017-11-06"), async |_| store.clone()).await?;
    for (kind, entries) in lists {
        let source = if *kind == ListKind::Red { "tax" } else { "court" };
        world.register_feed(delta_source(source, *kind, &Department(source.to_owned()))).await?;
        for part in entries.chunks(BULK as usize) {
            world.import(source, *kind, world.today, part.to_vec()).await?;
            world.sweep(PROVINCE).await?;
        }
    }
    world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: Some(100) }).await?;
    world.sweep(PROVINCE).await?;
    packed(&*store).await?;
    for walk in [Walk::Keys, Walk::Keys, Walk::Keys, Walk::EveryRow] {
        let steps = Steps::default();
        let start = timing::instant();
        let found = recompare(&mut *store.read().await?, world.today, walk, &steps).await?;
        let whole = start.elapsed();
        let steps = steps.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ends = steps.iter().skip(1).map(|(_, at)| *at).chain([start + whole]);
        let parts: Vec<String> = steps
            .iter()
            .zip(ends)
            .map(|((step, began), ended)| format!("{step} {}", seconds(ended.duration_since(*began))))
            .collect();
        assert_eq!((found.counts.len(), found.subjects > 0), (0, true), "what was published is found again");
        let (by, judged) = (if walk == Walk::Keys { "packed keys" } else { "every row" }, found.judged);
        println!(
            "    by {by}: {} subjects in {}: {}; {judged} judged, {} pairs",
            found.subjects,
            seconds(whole),
            parts.join(", "),
            found.met
        );
    }
    Ok(world)
}

fn seconds(duration: Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

/// What the packed keys take, how long reading them alone takes, and what keeping them adds to a batch: the rows of
/// subjects that stand are packed once more, as if they were new, in a transaction that is dropped.
async fn packed(store: &dyn Store) -> Anyhow<()> {
    let mut tx = store.read().await?;
    let runs = tx.packed_runs().await?;
    let bytes: u64 = runs.iter().map(|run| run.bytes).sum();
    let mut fastest = Duration::MAX;
    for _ in 0..RUNS {
        let start = timing::instant();
        for run in &runs {
            for ordinal in 0..run.parts {
                let keys = tx.packed_keys(run.run, run.family, ordinal).await?;
                assert!(keys.is_some(), "part {ordinal} of a run");
            }
        }
        fastest = fastest.min(start.elapsed());
    }
    println!(
        "    {} runs of packed keys, {:.1} MB; read alone in {}",
        runs.len(),
        bytes as f64 / 1e6,
        seconds(fastest)
    );
    let batches = BATCHES.min(bytes / u64::from(BATCH) / 64);
    let mut rows = Vec::new();
    let mut after = None;
    for _ in 0..batches {
        let batch = tx.scan_subjects(after.as_ref(), BATCH).await?;
        after = batch.last().map(|row| row.at.clone());
        rows.push(batch);
    }
    drop(tx);
    let mut tx = store.write("upkeep").await?;
    let start = timing::instant();
    for batch in &rows {
        keep_packed_keys(&mut *tx, batch).await?;
    }
    let entries = rows.iter().map(Vec::len).sum::<usize>();
    let each = start.elapsed().as_secs_f64() / entries as f64 * 1e6;
    println!(
        "    kept for {each:.1} microseconds per new entry, in batches of {BATCH}, merging and reading rows included"
    );
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
