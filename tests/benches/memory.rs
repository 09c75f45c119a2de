//! How much memory real node processes hold: idle, and while 100,000 entries are imported, certified, carried, compared
//! and served. Four processes over mutual TLS, each on its own SQLite file; resident memory as the system counts it.
//!
//! `HONGHEI_BENCH_ENTRIES` (100,000) sets the size.

#[path = "support/federation.rs"]
mod drill;
#[path = "support/size.rs"]
mod size;

use std::time::Duration;

use chrono::Days;
use drill::{CITY, DECLARING, NODES, OTHER, PROVINCE};
use federation::process::Federation;
use honghei_proto::console::v1::GetStatusResponse;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// How long a node has nothing to do before it counts as idle: it gives memory back within a few seconds.
const IDLE: Duration = Duration::from_secs(10);

/// What an idle node may hold.
const IDLE_LIMIT: f64 = 40.0;
/// What a node that takes in 100,000 entries may hold at its peak.
const BUSY_LIMIT: f64 = 300.0;

fn main() -> Anyhow<()> {
    let entries = u32::try_from(size::of("HONGHEI_BENCH_ENTRIES", 100_000))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(entries))
}

async fn run(entries: u32) -> Anyhow<()> {
    let mut federation = drill::found().await?;
    tokio::time::sleep(IDLE).await;
    report(&federation, "idle, linked", "VmRSS", IDLE_LIMIT)?;
    drill::collect(&federation, entries).await?;
    drill::publicise(&federation).await?;
    turn(&mut federation, 25)?;
    let closed = |status: &GetStatusResponse| !status.cases.contains_key("in_publicity");
    drill::wait(&federation, DECLARING, "the publicity's end", closed).await?;
    let list = drill::certify(&federation).await?;
    drill::declare(&federation, &list).await?;
    let received = |status: &GetStatusResponse| status.dossiers.contains_key("received");
    drill::wait(&federation, CITY, "the declaration", received).await?;
    drill::review(&federation, &list).await?;
    turn(&mut federation, 45)?;
    let compared = |status: &GetStatusResponse| status.pending > 0 && status.marks == 0;
    drill::wait(&federation, PROVINCE, "the comparison", compared).await?;
    drill::publish(&federation).await?;
    for node in [DECLARING, OTHER] {
        drill::wait(&federation, node, "the result", |status| status.result_version == 1).await?;
    }
    report(&federation, &format!("at its highest, {entries} entries there and back"), "VmHWM", BUSY_LIMIT)?;
    tokio::time::sleep(IDLE).await;
    report(&federation, "afterwards, idle again", "VmRSS", BUSY_LIMIT)
}

fn turn(federation: &mut Federation, days: u64) -> Anyhow<()> {
    let day = federation.today() + Days::new(days);
    Ok(federation.turn_to(day)?)
}

fn report(federation: &Federation, when: &str, figure: &str, limit: f64) -> Anyhow<()> {
    println!("{when}:");
    for node in NODES {
        let process = federation.node(node)?.process_id().ok_or("a node without a process")?;
        let megabytes = megabytes(process, figure)?;
        println!("  {node}: {megabytes:>6.1} MB, {:.2} of the limit of {limit} MB", megabytes / limit);
    }
    Ok(())
}

/// A figure of `/proc/PID/status`, in megabytes of 1,000,000 bytes.
fn megabytes(process: u32, figure: &str) -> Anyhow<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(figure)).ok_or("the system does not say")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).ok_or("the system does not say")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}
