//! A certified list goes up from a county over its city to the province, is compared, and the result comes back to
//! two counties, all on SQLite; beside it the same rows in one SQLite table and over cascaded PostgreSQL replication.
//!
//! `HONGHEI_BENCH_ENTRIES` (100,000) sets the size.

#[path = "support/peers.rs"]
mod peers;
#[path = "support/timing.rs"]
mod timing;

use std::sync::Arc;

use federation::world::entries::candidate;
use federation::world::{Member, World};
use honghei_codec::list::encode_entry;
use honghei_domain::act::CollectionChannel;
use honghei_domain::list::{CaseSet, ListKind};
use honghei_domain::node::Tier;
use honghei_registry::command::Command;
use honghei_store::{SqlStore, Store};
use timing::Steps;

const PROVINCE: &str = "420000-commerce";
const CITY: &str = "420800-commerce";
const DECLARING: &str = "420802-commerce";
const OTHER: &str = "420804-commerce";

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Anyhow<()> {
    let entries = u32::try_from(timing::size("HONGHEI_BENCH_ENTRIES", 100_000))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(entries))
}

async fn run(entries: u32) -> Anyhow<()> {
    println!("up and down: {entries} certified entries, in one process, SQLite");
    let total = up_and_down(entries).await?;
    let ours = f64::from(entries) / total.as_secs_f64();
    println!("  {ours:.0} entries/s from the declaration to the moment both counties serve the result");
    let rows: Vec<peers::Row> = (1..=entries)
        .map(|firm| {
            let entry = candidate(ListKind::Red, "420802", firm);
            let key = entry.subject.uscc.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
            peers::Row { key, name: entry.subject.name.clone(), number: i64::from(firm), body: encode_entry(&entry) }
        })
        .collect();
    let bytes: usize = rows.iter().map(|row| row.body.len()).sum();
    println!("the same rows ({} bytes each) elsewhere:", bytes / rows.len().max(1));
    let table = peers::one_table(&rows).await?;
    let table = f64::from(entries) / table.as_secs_f64();
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

fn members() -> Vec<Member> {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    vec![
        member(PROVINCE, "湖北省商务厅", Tier::Province, None),
        member(CITY, "荆门市商务局", Tier::City, Some(PROVINCE)),
        member(DECLARING, "东宝区商务局", Tier::County, Some(CITY)),
        member(OTHER, "掇刀区商务局", Tier::County, Some(CITY)),
    ]
}

async fn up_and_down(entries: u32) -> Anyhow<std::time::Duration> {
    let folder = tempfile::tempdir()?;
    let today = chrono::NaiveDate::from_ymd_opt(2017, 11, 6).unwrap_or_default();
    let mut stores = Vec::new();
    for member in members() {
        let url = format!("sqlite://{}", folder.path().join(format!("{}.db", member.id)).display());
        stores.push((member.id.to_owned(), Arc::new(SqlStore::open(&url, true).await?) as Arc<dyn Store>));
    }
    let store = async |id: &honghei_domain::node::NodeId| {
        let found = stores.iter().find(|(name, _)| name == id.as_str());
        #[expect(clippy::expect_used, reason = "every member has one")]
        found.map(|(_, store)| store.clone()).expect("a store")
    };
    let mut steps = Steps::begin();
    let mut world = World::found(1, &members(), today, store).await?;
    steps.end("founding (not counted)");
    let collected = (1..=entries).map(|firm| candidate(ListKind::Red, "420802", firm)).collect();
    let channel = CollectionChannel::Enforcement;
    let collect = Command::Collect { channel, source: "样例.csv".to_owned(), entries: collected };
    world.act(DECLARING, "clerk", collect).await?;
    steps.end("county: collect (not counted)");
    let cases = CaseSet::default();
    let publicise = Command::PublicizeCases { cases, channel: "门户网站".to_owned() };
    world.act(DECLARING, "clerk", publicise).await?;
    steps.end("county: publicise (not counted)");
    world.settle().await?;
    world.today = world.today + chrono::Days::new(25);
    world.settle().await?;
    steps.end("25 days (not counted)");
    let certify = Command::Certify { kind: ListKind::Red, cases: None, opinion: "同意认定".to_owned() };
    let list = world.act(DECLARING, "head", certify).await?;
    steps.end("county: certify (not counted)");

    println!("  --");
    let mut steps = Steps::begin();
    world.act(DECLARING, "clerk", Command::Declare { list: list.clone(), materials: Vec::new() }).await?;
    steps.end("county: declare");
    world.settle().await?;
    steps.end("county to city to province; the city judges the rows");
    let review = Command::Review { list: list.clone(), exceptions: Vec::new(), opinion: "同意".to_owned() };
    world.act(CITY, "reviewer", review).await?;
    let sign = Command::SignReview { list: list.clone(), publicity_waived: None };
    world.act(CITY, "head", sign).await?;
    let publicise = Command::PublicizeList { list: list.clone(), channel: "门户网站".to_owned() };
    world.act(CITY, "reviewer", publicise).await?;
    steps.end("city: review, sign, publicise");
    world.today = world.today + chrono::Days::new(45);
    world.settle().await?;
    steps.end("45 days; the city reports, the province takes in");
    world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: None }).await?;
    steps.end("province: publish");
    world.settle().await?;
    steps.end("province to city to both counties; everybody serves it");
    let served = world.served().await?;
    let province = served.get(&PROVINCE.parse()?).copied().flatten();
    if province.is_none() || served.values().any(|node| *node != province) {
        return Err(format!("the nodes disagree: {served:?}").into());
    }
    Ok(steps.total())
}
