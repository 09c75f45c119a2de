//! The engine: keys of reds and blacks go in, pairs that share a key come out.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::code::PARTITIONS;
use crate::collector::{Layout, key_of, place_of};
use crate::fault::Fault;
use crate::filter::Filter;
use crate::limit::Limits;
use crate::met::Pairs;
use crate::table::Table;
use crate::watch::{Step, Watch};

pub use crate::collector::{Collector, Side};
pub use crate::crowd::{Bearers, Crowd, Everybody};
pub use crate::met::Met;

/// Blacks under one key from which on a [`Crowd`] is asked.
const CROWD: u32 = 16;

/// Blacks for one word of the filter that all reds of a partition pass: few, and still the filter of some ten million
/// entries stays in a core's nearest cache.
const CROWDED: usize = 10;

/// Reds for one word of the filter that all blacks of a partition pass.
const SPARSE: usize = 5;

/// Joins what all threads packed. `reds_end` is one above the greatest place of a red; `crowd` thins out what many
/// blacks share.
///
/// # Errors
/// [`Fault::Cancelled`], and [`Fault::File`] where something spilled cannot be read again.
pub fn join(
    collected: &[Collector],
    reds_end: u64,
    limits: &Limits,
    watch: &dyn Watch,
    crowd: &dyn Crowd,
) -> Result<Met, Fault> {
    let tasks = PARTITIONS * 2;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut pairs = Pairs::new(limits, reds_end);
        let mut room = Room::default();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return Ok(pairs);
            }
            if watch.is_cancelled() {
                return Err(Fault::Cancelled);
            }
            let (layout, partition) = match task.checked_sub(PARTITIONS) {
                None => (Layout::Organisation, task),
                Some(partition) => (Layout::Weak, partition),
            };
            join_partition(collected, layout, partition, &mut room, crowd, &mut pairs)?;
            watch.progress(Step::Join, task as u64 + 1, tasks as u64);
        }
    };
    on_threads(limits.threads, work).map(Met)
}

/// Runs the same work on every thread; the first failure counts.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn() -> Result<T, Fault> + Sync) -> Result<Vec<T>, Fault> {
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(&work)).collect();
        let mut done = vec![work()];
        done.extend(others.into_iter().map(|other| other.join().unwrap_or(Err(Fault::ThreadLost))));
        done.into_iter().collect()
    })
}

fn join_partition(
    collected: &[Collector],
    layout: Layout,
    partition: usize,
    room: &mut Room,
    crowd: &dyn Crowd,
    pairs: &mut Pairs,
) -> Result<(), Fault> {
    let Room { filter, reds, table } = room;
    reds.clear();
    table.records.clear();
    let count = |side| collected.iter().map(|collector| collector.len(layout, side, partition)).sum::<usize>();
    if count(Side::Red) == 0 || count(Side::Black) == 0 {
        return Ok(());
    }
    // Nearly no red has the key of a black: a filter of the blacks finds most that have not, and one of the few reds that
    // are left finds which blacks are any of theirs.
    filter.renew(count(Side::Black), CROWDED);
    for collector in collected {
        collector.each(layout, Side::Black, partition, |black| filter.add(key_of(black)))?;
    }
    for collector in collected {
        collector.each(layout, Side::Red, partition, |red| {
            if filter.may_hold(key_of(red)) {
                reds.push(red);
            }
        })?;
    }
    if reds.is_empty() {
        return Ok(());
    }
    filter.renew(reds.len(), SPARSE);
    reds.iter().for_each(|red| filter.add(key_of(*red)));
    for collector in collected {
        collector.each(layout, Side::Black, partition, |black| {
            if filter.may_hold(key_of(black)) {
                table.records.push(black);
            }
        })?;
    }
    if table.records.is_empty() {
        return Ok(());
    }
    table.build();
    let common = match layout {
        Layout::Weak => common_keys(reds, table, crowd.bearers()),
        Layout::Organisation => HashSet::new(),
    };
    let mut crowds: HashMap<u32, Vec<u64>> = HashMap::new();
    let mut failure = None;
    for red in reds {
        let Some(head) = table.find(key_of(*red)) else { continue };
        if !common.is_empty() && common.contains(&head) {
            continue;
        }
        if table.lengths[head as usize - 1] > CROWD {
            crowds.entry(head).or_default().push(place_of(*red));
            continue;
        }
        for black in table.chain(head).filter(|black| layout.may_meet(*red, *black)) {
            pairs.push(place_of(*red), place_of(black))?;
        }
    }
    for (head, reds) in crowds {
        let blacks: Vec<u64> = table.chain(head).map(place_of).collect();
        crowd.thin(&reds, &blacks, &mut |red, black| {
            if let Err(fault) = pairs.push(red, black) {
                failure = Some(fault);
            }
        })?;
    }
    failure.map_or(Ok(()), Err)
}

/// What a thread joins with.
#[derive(Default)]
struct Room {
    filter: Filter,
    /// Reds whose key a black may have.
    reds: Vec<u128>,
    table: Table,
}

/// The heads of weak keys that more places bear than may.
fn common_keys(reds: &[u128], table: &Table, bearers: Bearers) -> HashSet<u32> {
    // Often: no key can be common where there are fewer entries than that.
    if reds.len() + table.records.len() <= bearers.least() {
        return HashSet::new();
    }
    let with_heads = || reds.iter().filter_map(|red| Some((table.find(key_of(*red))?, *red)));
    let mut entries: HashMap<u32, (usize, usize)> = HashMap::new();
    for (head, red) in with_heads() {
        entries.entry(head).or_insert((0, bearers.of(key_of(red)))).0 += 1;
    }
    let length = |head: u32| table.lengths[head as usize - 1] as usize;
    entries.retain(|head, (reds, most)| *reds + length(*head) > *most);
    let most: HashMap<u32, usize> = entries.iter().map(|(head, (_, most))| (*head, *most)).collect();
    // One place may stand there with several entries.
    let mut places: HashMap<u32, HashSet<u64>> =
        entries.into_keys().map(|head| (head, table.chain(head).map(place_of).collect())).collect();
    for (head, red) in with_heads() {
        if let Some(places) = places.get_mut(&head) {
            places.insert(place_of(red));
        }
    }
    let too_many = |head: &u32, places: &HashSet<u64>| most.get(head).is_some_and(|most| places.len() > *most);
    places.into_iter().filter(|(head, places)| too_many(head, places)).map(|(head, _)| head).collect()
}
