//! What meets.

use std::path::PathBuf;

use crate::fault::Fault;
use crate::limit::Limits;
use crate::partition::Partitions;

/// Partitions of what meets, by the red's place.
const PAIR_PARTITIONS: usize = 64;

/// Pairs of places that share a key, by the red's place; one pair may stand there several times.
#[derive(Debug)]
pub(crate) struct Pairs {
    partitions: Partitions,
    held_bytes: usize,
    limit_bytes: usize,
    folder: PathBuf,
    /// One above the greatest place of a red.
    reds_end: u64,
}

impl Pairs {
    pub(crate) fn new(limits: &Limits, reds_end: u64) -> Self {
        Self {
            partitions: Partitions::new(PAIR_PARTITIONS),
            held_bytes: 0,
            limit_bytes: limits.bytes_per_thread() / 4,
            folder: limits.spill_folder.clone(),
            reds_end: reds_end.max(1),
        }
    }

    pub(crate) fn push(&mut self, red: u64, black: u64) -> Result<(), Fault> {
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
pub struct Met(pub(crate) Vec<Pairs>);

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
