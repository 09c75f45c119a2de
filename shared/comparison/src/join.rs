//! The engine: keys of reds and blacks go in, pairs that share a key come out.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::fault::Fault;
use crate::key::{PLACE_BITS, PLACES};
use crate::limit::Limits;
use crate::partition::Partitions;
use crate::watch::{Step, Watch};

pub use crate::crowd::{Crowd, Everybody};

/// Bits of a partition's number.
const PARTITION_BITS: u32 = 8;

/// Partitions of the keys.
pub(crate) const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Partitions of what meets, by the red's place.
pub(crate) const PAIR_PARTITIONS: usize = 64;

/// Blacks under one key from which on a [`Crowd`] is asked.
const CROWD: u32 = 16;

/// Which list a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// 红名单.
    Red,
    /// 黑名单.
    Black,
}

/// A key as it is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Organisation code (47 bits), rest of the USCC (45), place (36).
    Organisation,
    /// Weak key (64 bits), open (1), nothing (27), place (36).
    Weak,
}

impl Layout {
    #[inline]
    fn key(self, record: u128) -> u64 {
        match self {
            Layout::Organisation => (record >> 81) as u64,
            Layout::Weak => (record >> 64) as u64,
        }
    }

    /// Two entries with sound USCCs meet by their organisation code or not at all.
    #[inline]
    fn may_meet(self, red: u128, black: u128) -> bool {
        self == Layout::Organisation || (red | black) & OPEN != 0
    }
}

const OPEN: u128 = 1 << 63;

/// Spreads a key over 64 bits; the highest name its partition, the next its slot.
#[inline]
pub(crate) fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline]
fn place_of(record: u128) -> u64 {
    record as u64 & (PLACES - 1)
}

/// What one thread has packed.
#[derive(Debug)]
pub struct Collector {
    organisations: [Partitions; 2],
    weak: [Partitions; 2],
    held_bytes: usize,
    limit_bytes: usize,
    folder: PathBuf,
}

impl Collector {
    /// For one of the threads that these limits allow.
    pub fn new(limits: &Limits) -> Self {
        let pair = || [Partitions::new(PARTITIONS), Partitions::new(PARTITIONS)];
        Self {
            organisations: pair(),
            weak: pair(),
            held_bytes: 0,
            limit_bytes: limits.bytes_per_thread(),
            folder: limits.spill_folder.clone(),
        }
    }

    /// Takes an organisation code (below 2^47) with the rest of its USCC (below 2^45, or [`crate::key::NO_REST`]).
    #[inline]
    pub fn organisation(&mut self, side: Side, organisation: u64, rest: u64, place: u64) -> Result<(), Fault> {
        let record = u128::from(organisation) << 81 | u128::from(rest) << PLACE_BITS | u128::from(place);
        let partition = (spread(organisation) >> (64 - PARTITION_BITS)) as usize;
        let [reds, blacks] = &mut self.organisations;
        let of = if side == Side::Red { reds } else { blacks };
        let taken = of.push(partition, record);
        self.account(taken)
    }

    /// Takes a weak key: a registration number or a name. `open`: the entry has no sound USCC.
    pub fn weak(&mut self, side: Side, key: u64, open: bool, place: u64) -> Result<(), Fault> {
        let record = u128::from(key) << 64 | if open { OPEN } else { 0 } | u128::from(place);
        let partition = (spread(key) >> (64 - PARTITION_BITS)) as usize;
        let [reds, blacks] = &mut self.weak;
        let of = if side == Side::Red { reds } else { blacks };
        let taken = of.push(partition, record);
        self.account(taken)
    }

    /// What was taken of one side's organisation codes.
    pub(crate) fn organisations(&self, side: Side) -> &Partitions {
        self.side(Layout::Organisation, side)
    }

    /// Bytes on disk.
    pub fn spilled_bytes(&self) -> u64 {
        self.organisations.iter().chain(&self.weak).map(Partitions::spilled_bytes).sum()
    }

    /// The weak keys of one side's open entries so far.
    pub(crate) fn open_keys(&self, side: Side, mut show: impl FnMut(u64)) -> Result<(), Fault> {
        let [reds, blacks] = &self.weak;
        let of = if side == Side::Red { reds } else { blacks };
        (0..PARTITIONS).try_for_each(|partition| {
            of.each(partition, |record| {
                if record & OPEN != 0 {
                    show(Layout::Weak.key(record));
                }
            })
        })
    }

    #[inline]
    fn account(&mut self, taken: usize) -> Result<(), Fault> {
        self.held_bytes += taken;
        if self.held_bytes > self.limit_bytes { self.spill() } else { Ok(()) }
    }

    #[cold]
    fn spill(&mut self) -> Result<(), Fault> {
        self.held_bytes = 0;
        self.organisations.iter_mut().chain(&mut self.weak).try_for_each(|of| of.spill(&self.folder))
    }
}

/// Pairs of places that share a key, by the red's place; one pair may stand there several times.
#[derive(Debug)]
pub struct Pairs {
    partitions: Partitions,
    held_bytes: usize,
    limit_bytes: usize,
    folder: PathBuf,
    /// One above the greatest place of a red.
    reds_end: u64,
}

impl Pairs {
    fn new(limits: &Limits, reds_end: u64) -> Self {
        Self {
            partitions: Partitions::new(PAIR_PARTITIONS),
            held_bytes: 0,
            limit_bytes: limits.bytes_per_thread() / 4,
            folder: limits.spill_folder.clone(),
            reds_end: reds_end.max(1),
        }
    }

    fn push(&mut self, red: u64, black: u64) -> Result<(), Fault> {
        let partition = u128::from(red) * PAIR_PARTITIONS as u128 / u128::from(self.reds_end);
        self.held_bytes += self.partitions.push(partition as usize, u128::from(red) << 64 | u128::from(black));
        if self.held_bytes > self.limit_bytes {
            self.held_bytes = 0;
            self.partitions.spill(&self.folder)?;
        }
        Ok(())
    }
}

/// The pairs of a join in order of the red's place, each once, a part at a time.
#[derive(Debug)]
pub struct Met(Vec<Pairs>);

impl Met {
    /// How many parts there are; a red's pairs all stand in one, and the parts follow one another by place.
    pub fn parts(&self) -> usize {
        PAIR_PARTITIONS
    }

    /// One part: (red, black), ascending, each once.
    pub fn part(&self, part: usize) -> Result<Vec<(u64, u64)>, Fault> {
        let mut packed = Vec::with_capacity(self.0.iter().map(|pairs| pairs.partitions.len(part)).sum());
        self.0.iter().try_for_each(|pairs| pairs.partitions.each(part, |pair| packed.push(pair)))?;
        packed.sort_unstable();
        packed.dedup();
        Ok(packed.into_iter().map(|pair| ((pair >> 64) as u64, pair as u64)).collect())
    }

    /// Bytes on disk.
    pub fn spilled_bytes(&self) -> u64 {
        self.0.iter().map(|pairs| pairs.partitions.spilled_bytes()).sum()
    }
}

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
        let mut table = Table::default();
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
            join_partition(collected, layout, partition, &mut table, crowd, &mut pairs)?;
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
    table: &mut Table,
    crowd: &dyn Crowd,
    pairs: &mut Pairs,
) -> Result<(), Fault> {
    table.records.clear();
    let reds: usize = collected.iter().map(|collector| collector.side(layout, Side::Red).len(partition)).sum();
    if reds == 0 {
        return Ok(());
    }
    // Nearly always few reds came so far, and nearly no black is one of theirs.
    let mut awaited = Awaited::with_room(std::mem::take(&mut table.awaited), reds);
    for collector in collected {
        collector.side(layout, Side::Red).each(partition, |red| awaited.add(layout.key(red)))?;
    }
    for collector in collected {
        collector.side(layout, Side::Black).each(partition, |record| {
            if awaited.may_hold(layout.key(record)) {
                table.records.push(record);
            }
        })?;
    }
    table.awaited = awaited.bits;
    if table.records.is_empty() {
        return Ok(());
    }
    table.build(layout);
    let common = match layout {
        Layout::Weak => common_keys(collected, partition, table, crowd.bearers())?,
        Layout::Organisation => HashSet::new(),
    };
    let mut crowds: HashMap<u32, Vec<u64>> = HashMap::new();
    let mut failure = None;
    for collector in collected {
        collector.side(layout, Side::Red).each(partition, |red| {
            let Some(head) = table.find(layout, layout.key(red)) else { return };
            if !common.is_empty() && common.contains(&head) {
                return;
            }
            if table.lengths[head as usize - 1] > CROWD {
                crowds.entry(head).or_default().push(place_of(red));
                return;
            }
            for black in table.chain(head).filter(|black| layout.may_meet(red, *black)) {
                if let Err(fault) = pairs.push(place_of(red), place_of(black)) {
                    failure = Some(fault);
                }
            }
        })?;
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

/// The heads of weak keys that more than so many places bear.
fn common_keys(
    collected: &[Collector],
    partition: usize,
    table: &Table,
    bearers: usize,
) -> Result<HashSet<u32>, Fault> {
    let each_red = |meet: &mut dyn FnMut(u32, u128)| {
        collected.iter().try_for_each(|collector| {
            collector.side(Layout::Weak, Side::Red).each(partition, |red| {
                if let Some(head) = table.find(Layout::Weak, Layout::Weak.key(red)) {
                    meet(head, red);
                }
            })
        })
    };
    let mut held: usize =
        collected.iter().map(|collector| collector.side(Layout::Weak, Side::Red).len(partition)).sum();
    held += table.records.len();
    // Nearly always: no key can be common where there are fewer entries than that.
    if held <= bearers {
        return Ok(HashSet::new());
    }
    let mut entries: HashMap<u32, usize> = HashMap::new();
    each_red(&mut |head, _| *entries.entry(head).or_default() += 1)?;
    let length = |head: u32| table.lengths[head as usize - 1] as usize;
    entries.retain(|head, reds| *reds + length(*head) > bearers);
    // One place may stand there with several entries.
    let mut places: HashMap<u32, HashSet<u64>> =
        entries.into_keys().map(|head| (head, table.chain(head).map(place_of).collect())).collect();
    if places.is_empty() {
        return Ok(HashSet::new());
    }
    each_red(&mut |head, red| {
        if let Some(places) = places.get_mut(&head) {
            places.insert(place_of(red));
        }
    })?;
    Ok(places.into_iter().filter(|(_, places)| places.len() > bearers).map(|(head, _)| head).collect())
}

impl Collector {
    fn side(&self, layout: Layout, side: Side) -> &Partitions {
        let [reds, blacks] = match layout {
            Layout::Organisation => &self.organisations,
            Layout::Weak => &self.weak,
        };
        if side == Side::Red { reds } else { blacks }
    }
}

/// The blacks of a partition by key: a filter of bits, slots with linear probing, chains of equal keys.
#[derive(Debug, Default)]
struct Table {
    records: Vec<u128>,
    /// Number of a record plus one; 0 where a slot is empty.
    slots: Vec<u32>,
    /// The next record of the same key plus one; 0 at the end.
    nexts: Vec<u32>,
    /// Records from this one to the end of its chain.
    lengths: Vec<u32>,
    filter: Vec<u64>,
    slot_bits: u32,
    /// Room for the keys of the reds.
    awaited: Vec<u64>,
}

/// The keys of a partition's reds: a filter of bits that its blacks pass before they are kept.
struct Awaited {
    bits: Vec<u64>,
    shift: u32,
}

/// Bits of that filter a red.
const AWAITED_BITS: usize = 16;

impl Awaited {
    fn with_room(mut bits: Vec<u64>, reds: usize) -> Self {
        let count = (reds * AWAITED_BITS).next_power_of_two().max(64);
        bits.clear();
        bits.resize(count / 64, 0);
        Self { bits, shift: 64 - count.trailing_zeros() }
    }

    #[inline]
    fn add(&mut self, key: u64) {
        let bit = self.bit(key);
        if let Some(word) = self.bits.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    #[inline]
    fn may_hold(&self, key: u64) -> bool {
        let bit = self.bit(key);
        self.bits.get(bit / 64).is_some_and(|word| word & 1 << (bit % 64) != 0)
    }

    #[inline]
    fn bit(&self, key: u64) -> usize {
        ((spread(key) << PARTITION_BITS) >> self.shift) as usize
    }
}

/// Bits of the filter a slot.
const FILTER_BITS: u32 = 2;

impl Table {
    fn build(&mut self, layout: Layout) {
        let count = self.records.len();
        let slots = (count * 2).next_power_of_two().max(64);
        self.slot_bits = slots.trailing_zeros();
        refill(&mut self.slots, slots);
        refill(&mut self.nexts, count);
        refill(&mut self.lengths, count);
        self.filter.clear();
        self.filter.resize((slots << FILTER_BITS) / 64, 0);
        for at in 0..count {
            let key = layout.key(self.records[at]);
            let (bit, mut slot) = self.places(key);
            self.filter[bit / 64] |= 1 << (bit % 64);
            loop {
                let head = self.slots[slot];
                let same = head != 0 && layout.key(self.records[head as usize - 1]) == key;
                if head == 0 || same {
                    self.nexts[at] = head;
                    self.lengths[at] = if same { self.lengths[head as usize - 1].saturating_add(1) } else { 1 };
                    self.slots[slot] = at as u32 + 1;
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
        }
    }

    /// The bit of the filter and the first slot of a key.
    #[inline]
    fn places(&self, key: u64) -> (usize, usize) {
        let bit = ((spread(key) << PARTITION_BITS) >> (64 - self.slot_bits - FILTER_BITS)) as usize;
        (bit, bit >> FILTER_BITS)
    }

    /// The head of a key's chain: the number of a record plus one.
    #[inline]
    fn find(&self, layout: Layout, key: u64) -> Option<u32> {
        let (bit, mut slot) = self.places(key);
        if self.filter[bit / 64] & 1 << (bit % 64) == 0 {
            return None;
        }
        loop {
            let head = self.slots[slot];
            if head == 0 {
                return None;
            }
            if layout.key(self.records[head as usize - 1]) == key {
                return Some(head);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn chain(&self, head: u32) -> impl Iterator<Item = u128> + '_ {
        let mut at = head as usize;
        std::iter::from_fn(move || {
            let record = self.records.get(at.checked_sub(1)?)?;
            at = self.nexts[at - 1] as usize;
            Some(*record)
        })
    }
}

fn refill(numbers: &mut Vec<u32>, count: usize) {
    numbers.clear();
    numbers.resize(count, 0);
}
