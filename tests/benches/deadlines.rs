//! The sweep of due work and the list of deadlines over many open clocks: what is not due is not read.
//!
//! `HONGHEI_BENCH_CLOCKS` (1,000,000) sets the number of clocks that run on one node.

#[path = "support/size.rs"]
mod size;
#[path = "support/timing.rs"]
mod timing;

use std::time::Duration;

use chrono::{Days, NaiveDate};
use honghei_domain::clock::{Clock, Deadline, Mark, Matter};
use honghei_domain::list::CaseId;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_domain::policy::{Policy, shipped};
use honghei_store::{ClockKey, ClockPage, ClockRow, SqlStore, Store};

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// Clocks written in one transaction.
const BATCH: u64 = 20_000;
/// Clocks that are due on the day of the sweep.
const DUE: u64 = 1_000;

fn main() -> Anyhow<()> {
    let most = u64::try_from(size::of("HONGHEI_BENCH_CLOCKS", 1_000_000))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("due work among open clocks, SQLite: {DUE} due today");
    println!(
        "{:>12} {:>14} {:>16} {:>16} {:>14}",
        "clocks", "write each", "sweep of due", "first 100 tasks", "end one"
    );
    let mut count = most.min(10_000);
    while count <= most {
        runtime.block_on(measure(count))?;
        count = if count == most { most + 1 } else { (count * 10).min(most) };
    }
    Ok(())
}

async fn measure(count: u64) -> Anyhow<()> {
    let folder = tempfile::tempdir()?;
    let store = SqlStore::open(&format!("sqlite://{}/node.db", folder.path().display()), true).await?;
    let policy = Policy::parse(shipped().first().map_or("", |(_, text)| *text))?;
    let owner: NodeId = "420800-commerce".parse()?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).ok_or("a day")?;
    let began = timing::instant();
    for first in (0..count).step_by(usize::try_from(BATCH)?) {
        let rows: Result<Vec<ClockRow>, _> =
            (first..(first + BATCH).min(count)).map(|number| row(number, &owner, today, &policy)).collect();
        let mut tx = store.write("fill").await?;
        tx.put_clocks(&rows?).await?;
        tx.commit().await?;
    }
    let written = began.elapsed();
    let (sweep, due) = fastest(async || {
        let mut tx = store.read().await?;
        Ok(tx.due_clocks(&owner, &ClockPage { up_to: today, after: None, limit: u32::MAX }).await?.len())
    })
    .await?;
    let never = NaiveDate::from_ymd_opt(9999, 12, 31).ok_or("a day")?;
    let (tasks, listed) = fastest(async || {
        let mut tx = store.read().await?;
        Ok(tx.due_clocks(&owner, &ClockPage { up_to: never, after: None, limit: 100 }).await?.len())
    })
    .await?;
    let began = timing::instant();
    let mut tx = store.write("end").await?;
    tx.remove_clock(&row(count / 2, &owner, today, &policy)?.key).await?;
    tx.commit().await?;
    let end = began.elapsed();
    assert_eq!((due as u64, listed), (DUE.min(count), 100), "the benchmark found what was planted");
    let each = written / u32::try_from(count)?;
    println!("{count:>12} {each:>14.1?} {sweep:>16.1?} {tasks:>16.1?} {end:>14.1?}");
    store.close().await;
    Ok(())
}

/// The fastest of some runs, and what the last one found.
async fn fastest(run: impl AsyncFn() -> Anyhow<usize>) -> Anyhow<(Duration, usize)> {
    let mut best = Duration::MAX;
    let mut found = 0;
    for _ in 0..5 {
        let began = timing::instant();
        found = run().await?;
        best = best.min(began.elapsed());
    }
    Ok((best, found))
}

/// One review clock on one case: the first thousand are due today, the others later.
fn row(number: u64, owner: &NodeId, today: NaiveDate, policy: &Policy) -> Anyhow<ClockRow> {
    let origin: NodeId = "420802-commerce".parse()?;
    let case = CaseId { origin: origin.clone(), number: number + 1 };
    let act = EntryRef { log: LogId::first(owner.clone()), index: number / 1024 };
    let ahead = if number < DUE { 0 } else { 1 + number % 30 };
    let due_on = today.checked_add_days(Days::new(ahead)).unwrap_or(today);
    let clock = Clock::start(Deadline::Review, Matter::Case(case.clone()), owner, Mark::new(&act, today), policy)
        .ok_or("D-02")?;
    let body = postcard::to_stdvec(&clock)?;
    let key = ClockKey { act, code: "D-02".to_owned(), case };
    Ok(ClockRow { key, owner: owner.clone(), due_on, provisional: false, body })
}
