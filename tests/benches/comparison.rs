//! What an arriving entry costs the province while more and more entries stand: batches of 1,000 out of a department's
//! feed, from the officer's act to the verdict-ready facts of its subjects, on SQLite. What stands arrived the same way, in
//! larger imports.
//!
//! `HONGHEI_BENCH_STANDING` (1,000,000) sets the largest of the sizes, each a tenth of the next and the smallest at least
//! 10,000; ten million take a quarter of an hour and 7 GB of disk.

#[path = "support/size.rs"]
mod size;
#[path = "support/timing.rs"]
mod timing;

use std::sync::Arc;
use std::time::Duration;

use federation::world::entries::{candidate, day};
use federation::world::steps::delta_source;
use federation::world::{World, province_alone};
use honghei_domain::list::{Department, ListKind};
use honghei_store::{SqlStore, Store};

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// As in the node's programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROVINCE: &str = "420000-commerce";
/// Rows of one measured arrival.
const BATCH: u32 = 1_000;
/// Measured arrivals; the median counts.
const BATCHES: u32 = 15;
/// Arrivals before the clock counts.
const WARM: u32 = 3;
/// Rows of one import while the standing entries are built up.
const BULK: u32 = 50_000;
/// The smallest size.
const SMALLEST: u32 = 10_000;
/// Firms from here on stand nowhere yet.
const NEW_FIRMS: u32 = 20_000_000;
/// The slowest size may cost this much more than the smallest.
const FLAT_WITHIN: f64 = 1.3;

fn main() -> Anyhow<()> {
    let largest = u32::try_from(size::of("HONGHEI_BENCH_STANDING", 1_000_000))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(largest))
}

async fn run(largest: u32) -> Anyhow<()> {
    println!("comparison on arrival: {BATCHES} batches of {BATCH} rows, one in ten meets a standing entry");
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("province.db").display());
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&url, true).await?);
    let world = World::found(1, &province_alone(), day("2017-11-06"), async |_| store.clone()).await?;

    for (source, kind) in [("tax", ListKind::Red), ("court", ListKind::Black)] {
        world.register_feed(delta_source(source, kind, &Department(source.to_owned()))).await?;
    }
    let mut sizes: Vec<u32> =
        std::iter::successors(Some(largest), |size| Some(size / 10)).take_while(|size| *size >= SMALLEST).collect();
    sizes.reverse();
    let mut standing = 0;
    let mut first = None;
    let mut arrived = 0;
    for size in sizes {
        let start = timing::instant();
        while standing < size {
            let next = standing + BULK.min(size - standing);
            let reds = (standing..next).map(|firm| candidate(ListKind::Red, "420802", firm)).collect();
            world.import("tax", ListKind::Red, world.today, reds).await?;
            world.sweep(PROVINCE).await?;
            standing = next;
        }
        let filled = start.elapsed().as_secs_f64();
        let mut taken = Vec::new();
        let mut busy = processor_time();
        for batch in 0..WARM + BATCHES {
            if batch == WARM {
                busy = processor_time();
            }
            let took = timed_batch(&world, arrived, standing).await?;
            arrived += BATCH;
            if batch >= WARM {
                taken.push(took);
            }
        }
        let busy = processor_time().saturating_sub(busy).as_secs_f64() / f64::from(BATCHES * BATCH) * 1e6;
        let mean = |part: fn(&Taken) -> Duration| {
            taken.iter().map(part).sum::<Duration>().as_secs_f64() / f64::from(BATCHES * BATCH) * 1e6
        };
        let (act, compared, all) = (mean(|took| took.act), mean(|took| took.compared), mean(Taken::whole));
        taken.sort_by_key(Taken::whole);
        let median = taken[taken.len() / 2].whole().as_secs_f64() / f64::from(BATCH) * 1e6;
        let ratio = median / *first.get_or_insert(median);
        println!(
            "  {standing:>9} standing: {median:>6.1} microseconds per entry, {ratio:.2} of the first; on average {all:.1} \
             ({act:.1} the act, {compared:.1} the comparison), {busy:.1} of processor time; filled in {filled:.0} s, {} MB",
            bytes_in(folder.path())? / 1_000_000
        );
        if ratio > FLAT_WITHIN {
            println!("    above {FLAT_WITHIN}: not flat");
        }
    }
    Ok(())
}

/// How long a batch took.
struct Taken {
    act: Duration,
    compared: Duration,
}

impl Taken {
    fn whole(&self) -> Duration {
        self.act + self.compared
    }
}

/// What this process has used of the processors, where the system tells.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn bytes_in(folder: &std::path::Path) -> std::io::Result<u64> {
    std::fs::read_dir(folder)?.map(|file| Ok(file?.metadata()?.len())).sum()
}

/// One batch of blacks: every tenth meets a red that stands by its code, spread over all of them, every hundredth bears
/// the name of one; all others are new firms with names of their own.
async fn timed_batch(world: &World, arrived: u32, standing: u32) -> Anyhow<Taken> {
    let entries = (arrived..arrived + BATCH)
        .map(|number| match number % 10 {
            0 => candidate(ListKind::Black, "420802", number.wrapping_mul(2_654_435_761) % standing),
            1 if number % 100 == 1 => candidate(ListKind::Black, "420804", number % standing),
            _ => candidate(ListKind::Black, "420804", NEW_FIRMS + number),
        })
        .collect();
    let start = timing::instant();
    world.import("court", ListKind::Black, world.today, entries).await?;
    let act = start.elapsed();
    world.sweep(PROVINCE).await?;
    Ok(Taken { act, compared: start.elapsed().saturating_sub(act) })
}
