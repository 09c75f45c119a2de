//! What one thread has packed of a list.

use std::path::PathBuf;

use crate::code::{Code, Codes, PARTITION_BITS, PARTITIONS, spread};
use crate::fault::Fault;
use crate::key::PLACES;
use crate::limit::Limits;
use crate::partition::Partitions;

/// Which list a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// 红名单.
    Red,
    /// 黑名单.
    Black,
}

/// A key as it is joined: 64 bits, open (1), nothing (27), place (36).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// The key is an organisation code in its partition, and nobody is marked as open.
    Organisation,
    /// The key is a weak one.
    Weak,
}

impl Layout {
    /// Two entries with sound USCCs meet by their organisation code or not at all.
    #[inline]
    pub(crate) fn may_meet(self, red: u128, black: u128) -> bool {
        self == Layout::Organisation || (red | black) & OPEN != 0
    }
}

const OPEN: u128 = 1 << 63;

/// The key of a record.
#[inline]
pub(crate) fn key_of(record: u128) -> u64 {
    (record >> 64) as u64
}

/// The place of a record.
#[inline]
pub(crate) fn place_of(record: u128) -> u64 {
    record as u64 & (PLACES - 1)
}

/// What one thread has packed.
#[derive(Debug)]
pub struct Collector {
    organisations: [Codes; 2],
    weak: [Partitions; 2],
    held_bytes: usize,
    limit_bytes: usize,
    folder: PathBuf,
}

impl Collector {
    /// For one of the threads that these limits allow.
    pub fn new(limits: &Limits) -> Self {
        Self {
            organisations: [Codes::new(PARTITIONS), Codes::new(PARTITIONS)],
            weak: [Partitions::new(PARTITIONS), Partitions::new(PARTITIONS)],
            held_bytes: 0,
            limit_bytes: limits.bytes_per_thread(),
            folder: limits.spill_folder.clone(),
        }
    }

    /// Takes an organisation code (below 2^47).
    #[inline]
    pub fn organisation(&mut self, side: Side, organisation: u64, place: u64) -> Result<(), Fault> {
        let [reds, blacks] = &mut self.organisations;
        let of = if side == Side::Red { reds } else { blacks };
        match of.push(Code::of(organisation), place) {
            0 => Ok(()),
            taken => self.account(taken),
        }
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

    /// Bytes on disk.
    pub fn spilled_bytes(&self) -> u64 {
        let codes = self.organisations.iter().map(Codes::spilled_bytes).sum::<u64>();
        codes + self.weak.iter().map(Partitions::spilled_bytes).sum::<u64>()
    }

    /// The weak keys of one side's open entries so far.
    pub(crate) fn open_keys(&self, side: Side, mut show: impl FnMut(u64)) -> Result<(), Fault> {
        (0..PARTITIONS).try_for_each(|partition| {
            self.each(Layout::Weak, side, partition, |record| {
                if record & OPEN != 0 {
                    show(key_of(record));
                }
            })
        })
    }

    /// Shows every record of one side's partition.
    #[inline]
    pub(crate) fn each(
        &self,
        layout: Layout,
        side: Side,
        partition: usize,
        show: impl FnMut(u128),
    ) -> Result<(), Fault> {
        match layout {
            Layout::Organisation => self.organisations[side as usize].each(partition, show),
            Layout::Weak => self.weak[side as usize].each(partition, show),
        }
    }

    /// Records of one side's partition.
    pub(crate) fn len(&self, layout: Layout, side: Side, partition: usize) -> usize {
        match layout {
            Layout::Organisation => self.organisations[side as usize].len(partition),
            Layout::Weak => self.weak[side as usize].len(partition),
        }
    }

    fn account(&mut self, taken: usize) -> Result<(), Fault> {
        self.held_bytes += taken;
        if self.held_bytes > self.limit_bytes { self.spill() } else { Ok(()) }
    }

    #[cold]
    fn spill(&mut self) -> Result<(), Fault> {
        self.held_bytes = 0;
        self.organisations.iter_mut().try_for_each(|of| of.spill(&self.folder))?;
        self.weak.iter_mut().try_for_each(|of| of.spill(&self.folder))
    }
}
