//! Records in partitions, held in memory and, beyond a limit, in a temporary file.

use std::path::Path;

use crate::fault::Fault;
use crate::spill::Spill;

/// Bytes of a block.
const BLOCK_BYTES: usize = 4096;

/// Records of one block.
const BLOCK: usize = BLOCK_BYTES / size_of::<u128>();

/// What one thread has collected, by partition.
#[derive(Debug)]
pub struct Partitions<S = Plain> {
    shelves: Vec<S>,
    spilled: Spill,
}

/// The records of one partition in memory.
pub trait Shelf: Default {
    /// How many there are.
    fn len(&self) -> usize;
    /// All of them, block by block.
    fn blocks(&self) -> impl Iterator<Item = impl Iterator<Item = u128>>;
}

impl<S: Shelf> Partitions<S> {
    /// Empty ones.
    pub fn new(count: usize) -> Self {
        Self { shelves: (0..count).map(|_| S::default()).collect(), spilled: Spill::default() }
    }

    /// A partition's records in memory.
    #[inline]
    pub fn shelf(&mut self, partition: usize) -> Option<&mut S> {
        self.shelves.get_mut(partition)
    }

    /// Bytes held on disk.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled.bytes()
    }

    /// Moves everything in memory to disk.
    pub fn spill(&mut self, folder: &Path) -> Result<(), Fault> {
        if self.shelves.iter().all(|shelf| shelf.len() == 0) {
            return Ok(());
        }
        self.spilled.write(folder, self.shelves.iter().map(|shelf| shelf.blocks().flatten()))?;
        self.shelves.fill_with(S::default);
        Ok(())
    }

    /// Shows every record of a partition.
    #[inline]
    pub fn each(&self, partition: usize, mut show: impl FnMut(u128)) -> Result<(), Fault> {
        self.spilled.each(partition, &mut show)?;
        // Loops that the compiler sees through, unlike an iterator over all blocks: this is done for every entry.
        for block in self.shelves.get(partition).iter().flat_map(|shelf| shelf.blocks()) {
            for record in block {
                show(record);
            }
        }
        Ok(())
    }

    /// Records of a partition.
    pub fn len(&self, partition: usize) -> usize {
        self.spilled.len(partition) + self.shelves.get(partition).map_or(0, S::len)
    }
}

impl Partitions {
    /// Adds a record; returns the bytes of memory newly taken.
    #[inline]
    pub fn push(&mut self, partition: usize, record: u128) -> usize {
        let Some(shelf) = self.shelf(partition) else { return 0 };
        let taken = if shelf.last.len() == shelf.last.capacity() { shelf.renew() } else { 0 };
        shelf.last.push(record);
        taken
    }
}

/// Records as they are.
#[derive(Debug, Default)]
pub struct Plain {
    /// Full blocks.
    blocks: Vec<Vec<u128>>,
    /// The block being filled.
    last: Vec<u128>,
}

impl Plain {
    /// Starts a new block; returns its bytes.
    #[cold]
    fn renew(&mut self) -> usize {
        let full = std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK));
        if !full.is_empty() {
            self.blocks.push(full);
        }
        BLOCK_BYTES
    }
}

impl Shelf for Plain {
    fn len(&self) -> usize {
        self.blocks.len() * BLOCK + self.last.len()
    }

    fn blocks(&self) -> impl Iterator<Item = impl Iterator<Item = u128>> {
        self.blocks.iter().chain([&self.last]).map(|block| block.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_to_disk_comes_back_beside_what_is_in_memory() {
        let mut partitions = <Partitions>::new(3);
        for n in 0..2_000_u128 {
            partitions.push((n % 3) as usize, n << 70 | n);
            if n == 700 || n == 1_500 {
                partitions.spill(&std::env::temp_dir()).unwrap();
            }
        }
        assert_eq!(partitions.spilled_bytes(), 1_501 * 16);
        for partition in 0..3 {
            let mut found = Vec::new();
            partitions.each(partition, |record| found.push(record)).unwrap();
            let expected: Vec<u128> =
                (0..2_000).filter(|n| n % 3 == partition as u128).map(|n: u128| n << 70 | n).collect();
            assert_eq!(found, expected);
            assert_eq!(partitions.len(partition), expected.len());
        }
    }
}
