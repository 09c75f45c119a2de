//! Whether two multisets of packed keys are the same, in bounded memory.

use std::path::PathBuf;

use crate::fault::Fault;
use crate::limit::Limits;
use crate::packed::net;
use crate::partition::Partitions;

const PARTITIONS: usize = 256;

/// Keys of one multiset as more, of the other as less; what is left is what differs.
#[derive(Debug)]
pub struct Balance {
    partitions: Partitions,
    held_bytes: usize,
    limit_bytes: usize,
    folder: PathBuf,
}

/// What two multisets do not share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residue {
    /// How many keys.
    pub keys: u64,
    /// The first of them, more or less.
    pub some: Vec<u128>,
}

impl Balance {
    /// Nothing on either side; beyond the memory allowed keys go to disk.
    pub fn new(limits: &Limits) -> Self {
        Self {
            partitions: Partitions::new(PARTITIONS),
            held_bytes: 0,
            limit_bytes: limits.memory_bytes,
            folder: limits.spill_folder.clone(),
        }
    }

    /// Adds a key, more or less.
    ///
    /// # Errors
    /// [`Fault::File`] where it cannot go to disk.
    pub fn add(&mut self, key: u128) -> Result<(), Fault> {
        let whole = key >> 1;
        let spread = ((whole >> 64) as u64 ^ whole as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.held_bytes += self.partitions.push((spread >> 56) as usize, key);
        if self.held_bytes > self.limit_bytes {
            self.held_bytes = 0;
            self.partitions.spill(&self.folder)?;
        }
        Ok(())
    }

    /// What differs, with at most so many keys shown.
    ///
    /// # Errors
    /// [`Fault::File`] where something on disk cannot be read again.
    pub fn residue(&self, shown: usize) -> Result<Residue, Fault> {
        let mut residue = Residue::default();
        let mut keys = Vec::new();
        for partition in 0..PARTITIONS {
            keys.clear();
            self.partitions.each(partition, |key| keys.push(key))?;
            keys.sort_unstable();
            net(&mut keys);
            residue.keys += keys.len() as u64;
            let room = shown.saturating_sub(residue.some.len());
            residue.some.extend(keys.iter().take(room));
        }
        Ok(residue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::less;

    #[test]
    fn only_what_one_side_lacks_is_left_also_from_disk() {
        let limits = Limits { memory_bytes: 1 << 16, ..Limits::new() };
        let mut balance = Balance::new(&limits);
        for key in (0..20_000_u128).map(|n| n << 40 | n << 1) {
            balance.add(key).unwrap();
            if key >> 40 != 77 {
                balance.add(less(key)).unwrap();
            }
        }
        balance.add(less(6)).unwrap();
        let residue = balance.residue(10).unwrap();
        assert_eq!((residue.keys, residue.some.len()), (2, 2));
        assert!(residue.some.contains(&(77 << 40 | 77 << 1)) && residue.some.contains(&less(6)));
        assert_eq!(balance.residue(1).unwrap().some.len(), 1);
    }
}
