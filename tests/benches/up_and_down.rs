//! A certified list goes up from a county over its city to the province, is compared, and the result comes back to
//! two counties: four processes over mutual TLS, all on SQLite. Beside it, in the same run, the same rows in one
//! SQLite table and over cascaded PostgreSQL replication.
//!
//! `HONGHEI_BENCH_ENTRIES` (100,000) sets the size, `HONGHEI_BENCH_PEERS=0` leaves the others out.

#[path = "support/federation.rs"]
mod drill;
#[path = "support/peers.rs"]
mod peers;
#[path = "support/size.rs"]
mod size;
#[path = "support/steps.rs"]
mod steps;
#[path = "support/timing.rs"]
mod timing;

use std::time::Duration;

use drill::{CITY, DECLARING, NODES, OTHER, PROVINCE};
use federation::process::{Federation, Trouble};
use federation::world::entries::candidate;
use honghei_codec::list::encode_entry;
use honghei_domain::list::ListKind;
use steps::Steps;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Anyhow<()> {
    let entries = u32::try_from(size::of("HONGHEI_BENCH_ENTRIES", 100_000))?;
    let peers = size::of("HONGHEI_BENCH_PEERS", 1) > 0;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(entries, peers))
}

async fn run(entries: u32, peers: bool) -> Anyhow<()> {
    println!("up and down: {entries} certified entries, four processes, SQLite");
    let total = up_and_down(entries).await?;
    let ours = f64::from(entries) / total.as_secs_f64();
    println!("  {ours:.0} entries/s from the declaration to the moment both counties serve the result");
    if peers {
        against_peers(entries, ours).await?;
    }
    Ok(())
}

async fn up_and_down(entries: u32) -> Anyhow<Duration> {
    let mut federation = drill::found().await?;
    let processes: Vec<u32> = federation.nodes.values().filter_map(|node| node.process_id()).collect();
    println!("  before the clock starts:");
    let mut steps = Steps::begin(&processes);
    drill::collect(&federation, entries).await?;
    steps.end("county: import");
    drill::publicise(&federation).await?;
    steps.end("county: publicise");
    turn(&mut federation, 25)?;
    drill::wait(&federation, DECLARING, "the publicity's end", |status| !status.cases.contains_key("in_publicity"))
        .await?;
    steps.end("county: publicity over");
    let list = drill::certify(&federation).await?;
    steps.end("county: certify");

    println!("  on the clock:");
    let mut steps = Steps::begin(&processes);
    drill::declare(&federation, &list).await?;
    drill::wait(&federation, CITY, "the declaration", |status| status.dossiers.contains_key("received")).await?;
    steps.end("declared, carried to the city, every row judged there");
    drill::review(&federation, &list).await?;
    steps.end("city: review, sign, publicise");
    turn(&mut federation, 45)?;
    let compared = |status: &honghei_proto::console::v1::GetStatusResponse| status.pending > 0 && status.marks == 0;
    drill::wait(&federation, PROVINCE, "the comparison", compared).await?;
    steps.end("publicity over, reported, compared at the province");
    drill::publish(&federation).await?;
    steps.end("province: publish");
    // Telling how its cases stand costs the declaring county more than the other, so it is asked last.
    for county in [OTHER, DECLARING] {
        drill::wait(&federation, county, "the result", |status| status.result_version == 1).await?;
    }
    steps.end("carried down, served by both counties");
    agree(&federation, entries).await?;
    Ok(steps.total())
}

fn turn(federation: &mut Federation, days: u64) -> Result<(), Trouble> {
    let day = federation.today() + chrono::Days::new(days);
    federation.turn_to(day)
}

/// Every node serves the same version with every entry on it.
async fn agree(federation: &Federation, entries: u32) -> Anyhow<()> {
    let mut digests = Vec::new();
    for node in NODES {
        let status = drill::wait(federation, node, "the result", |status| status.result_version == 1).await?;
        if status.result_red != u64::from(entries) {
            return Err(format!("{node} serves {} entries", status.result_red).into());
        }
        digests.push(status.result_digest);
    }
    digests.dedup();
    if digests.len() == 1 { Ok(()) } else { Err(format!("the nodes disagree: {digests:?}").into()) }
}

async fn against_peers(entries: u32, ours: f64) -> Anyhow<()> {
    let rows: Vec<peers::Row> = (1..=entries)
        .map(|firm| {
            let entry = candidate(ListKind::Red, "420802", firm);
            let key = entry.subject.uscc.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
            peers::Row { key, name: entry.subject.name.clone(), number: i64::from(firm), body: encode_entry(&entry) }
        })
        .collect();
    let bytes: usize = rows.iter().map(|row| row.body.len()).sum();
    println!("the same rows ({} bytes each) elsewhere:", bytes / rows.len().max(1));
    let table = f64::from(entries) / peers::one_table(&rows).await?.as_secs_f64();
    println!("  one SQLite table with one index through sqlx: {table:.0} rows/s; ours is {:.2} of it", ours / table);
    match peers::cascade(&rows).await {
        Ok(took) => {
            let cascade = f64::from(entries) / took.as_secs_f64();
            println!(
                "  PostgreSQL replication over three hops: {cascade:.0} rows/s; ours is {:.2} of it",
                ours / cascade
            );
        }
        Err(reason) => println!("  PostgreSQL replication over three hops: cannot be had here: {reason}"),
    }
    Ok(())
}
