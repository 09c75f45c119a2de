//! Thousands of histories without processes: a small federation, chance from one seed, every invariant at the end.
//!
//! Real engines over stores in memory, real packages verified by the real link. A seed that fails fails again; it goes
//! into [`REGRESSIONS`] and stays there.

pub mod arrival;
pub mod asked;
pub mod chance;
pub mod check;
pub mod compared;
pub mod faulty;
pub mod firms;
pub mod history;
pub mod identity;
pub mod listed;
pub mod logs;
pub mod model;
pub mod office;
pub mod op;
pub mod past;
pub mod portrait;
pub mod records;
pub mod rehearsal;
pub mod replay;
pub mod tally;
pub mod verdict;
pub mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::NaiveDate;
use honghei_domain::node::{NodeId, Tier};
use honghei_registry::error::CommandError;
use honghei_store::{MemoryStore, Store};

use self::arrival::Arrived;
use self::chance::Dice;
use self::history::History;
use self::tally::Tally;
use crate::world::{Member, World};

/// Seeds that once failed.
pub const REGRESSIONS: &[u64] = &[2, 62, 117, 358, 5305, 200_049, 200_070, 200_210, 200_287, 200_581, 30_348];

/// The seed of the keys of every simulated federation: histories differ, officers do not.
const KEYS: u64 = 7;

/// Operations in a history.
const LENGTH: u64 = 160;

/// Every this many seeds a history is told twice and compared.
const TWICE: u64 = 16;

/// A history that broke an invariant.
#[derive(Clone, Debug, thiserror::Error)]
#[error("seed {seed}: {what}\n{trace}")]
pub struct Failure {
    /// Repeats it.
    pub seed: u64,
    /// Which invariant, and how.
    pub what: String,
    /// What had happened.
    pub trace: String,
}

/// A founded federation to begin from.
struct Founded {
    world: World,
    disks: BTreeMap<NodeId, MemoryStore>,
}

fn members() -> Vec<Member> {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    vec![
        member("420000-commerce", "湖北省商务厅", Tier::Province, None),
        member("420800-commerce", "荆门市商务局", Tier::City, Some("420000-commerce")),
        member("420802-commerce", "东宝区商务局", Tier::County, Some("420800-commerce")),
        member("420881-commerce", "钟祥市商务局", Tier::County, Some("420800-commerce")),
        member("429004-commerce", "仙桃市商务局", Tier::County, Some("420000-commerce")),
    ]
}

async fn found() -> Result<Founded, CommandError> {
    let mut disks = BTreeMap::new();
    let today = NaiveDate::from_ymd_opt(2017, 11, 6).unwrap_or_default();
    let store = async |id: &NodeId| {
        let disk = MemoryStore::new();
        disks.insert(id.clone(), disk.clone());
        Arc::new(disk) as Arc<dyn Store>
    };
    let world = World::found(KEYS, &members(), today, store).await?;
    for disk in disks.values() {
        firms::keep_numbers(disk, KEYS).await?;
    }
    Ok(Founded { world, disks })
}

/// Founding takes a hundred signatures, so it is done once.
fn founded() -> Result<&'static Founded, String> {
    static FOUNDED: OnceLock<Result<Founded, String>> = OnceLock::new();
    let made = FOUNDED.get_or_init(|| now(found())?.map_err(|error| format!("founding: {error:?}")));
    made.as_ref().map_err(Clone::clone)
}

/// Runs what waits for nothing but memory.
fn now<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    Ok(runtime.block_on(future))
}

/// Tells the history of a seed and checks it.
///
/// # Errors
/// A [`Failure`] that names the seed and the invariant.
pub fn simulate(seed: u64) -> Result<Tally, Failure> {
    let mut trace = Vec::new();
    let told = founded().and_then(|founded| now(tell(founded, seed, &mut trace))?);
    let again = match &told {
        Ok(_) if seed.is_multiple_of(TWICE) => founded().and_then(|founded| now(tell(founded, seed, &mut Vec::new()))?),
        told => told.clone(),
    };
    let failure = |what: String| Failure { seed, what, trace: trace.join("\n") };
    match (told, again) {
        (Ok((tally, roots)), Ok((_, other))) if roots == other => Ok(tally),
        (Ok(_), Ok(_)) => Err(failure("told twice, it ends in other roots".to_owned())),
        (Err(what), _) | (_, Err(what)) => Err(failure(what)),
    }
}

async fn tell(founded: &Founded, seed: u64, trace: &mut Vec<String>) -> Result<(Tally, String), String> {
    let mut dice = Dice::of(seed);
    let begun = History::begin(&founded.world, &founded.disks, seed, &mut dice).await;
    let mut history = begun.map_err(|fault| format!("beginning: {fault}"))?;
    let ended = play(&mut history, &mut dice).await;
    *trace = std::mem::take(&mut history.trace);
    ended?;
    let roots = history.roots().await.map_err(|fault| fault.to_string())?;
    Ok((history.tally, roots))
}

/// Tells a history, mends it, and brings every node everything again in other orders.
///
/// # Errors
/// A [`Failure`] that names the seed and the rows that depend on the order of arrival.
pub fn interleave(seed: u64, orders: u64) -> Result<(), Failure> {
    let failure = |what: String| Failure { seed, what, trace: String::new() };
    let told = async |founded: &Founded| {
        let mut dice = Dice::of(seed);
        let begun = History::begin(&founded.world, &founded.disks, seed, &mut dice).await;
        let mut history = begun.map_err(|fault| fault.to_string())?;
        play(&mut history, &mut dice).await?;
        let disks = history.disks();
        for id in disks.keys() {
            for order in 0..orders {
                let replayed = replay::interleaved(&history.world, &disks, id, seed ^ (order << 32)).await;
                let rows = replayed.map_err(|fault| format!("{id}, order {order}: {fault}"))?;
                if !rows.is_empty() {
                    return Err(format!("{id}, order {order}: {}", rows.join("\n")));
                }
            }
        }
        Ok(())
    };
    founded().and_then(|founded| now(told(founded))?).map_err(failure)
}

/// Lets lists and deliveries reach the province in several orders before one result version, which must say the same.
///
/// # Errors
/// A [`Failure`] that names the seed and the entries of which it says otherwise.
pub fn permute(seed: u64, orders: u64) -> Result<Arrived, Failure> {
    let told = founded().and_then(|founded| now(arrival::in_orders(&founded.world, &founded.disks, seed, orders))?);
    told.map_err(|what| Failure { seed, what, trace: String::new() })
}

/// Tells histories in which every command is rehearsed first and the rehearsal held against what happens; how often each
/// answer came.
///
/// # Errors
/// A [`Failure`] that names the seed and what differs.
pub fn rehearse_many(first: u64, count: u64) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let mut sum: BTreeMap<&'static str, u64> = BTreeMap::new();
    for seed in first..first + count {
        let mut trace = Vec::new();
        let told = founded().and_then(|founded| now(rehearse(founded, seed, &mut trace))?);
        let counts = told.map_err(|what| Failure { seed, what, trace: trace.join("\n") })?;
        for (answer, count) in counts {
            *sum.entry(answer).or_default() += count;
        }
    }
    Ok(sum)
}

async fn rehearse(
    founded: &Founded,
    seed: u64,
    trace: &mut Vec<String>,
) -> Result<BTreeMap<&'static str, u64>, String> {
    let mut dice = Dice::of(seed);
    let begun = History::begin(&founded.world, &founded.disks, seed, &mut dice).await;
    let mut history = begun.map_err(|fault| format!("beginning: {fault}"))?;
    history.rehearsed = Some(BTreeMap::new());
    let ended = play(&mut history, &mut dice).await;
    *trace = std::mem::take(&mut history.trace);
    ended?;
    Ok(history.rehearsed.unwrap_or_default())
}

async fn play(history: &mut History, dice: &mut Dice) -> Result<(), String> {
    for op in op::prelude(dice, history.shape()) {
        history.apply(&op).await?;
    }
    for turn in 0..LENGTH {
        let op = op::draw(dice, history.shape());
        history.apply(&op).await?;
        if turn % 8 == 0 {
            history.check_promises().await?;
        }
    }
    history.heal(dice.once_in(2)).await?;
    history.check().await
}

/// Tells `count` histories from seed `first` on, on as many threads as asked; ends at the first that fails.
///
/// # Errors
/// The [`Failure`] with the lowest seed among those met.
pub fn simulate_many(first: u64, count: u64, threads: usize) -> Result<Tally, Failure> {
    let next = AtomicU64::new(0);
    let sum: Mutex<(Tally, Option<Failure>)> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    let told = simulate(first + at);
                    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                    match told {
                        Ok(tally) => sum.0.add(&tally),
                        Err(failure) => {
                            next.store(count, Ordering::Relaxed);
                            if sum.1.as_ref().is_none_or(|known| failure.seed < known.seed) {
                                sum.1 = Some(failure);
                            }
                        }
                    }
                }
            });
        }
    });
    let (tally, failure) = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(tally), Err)
}
