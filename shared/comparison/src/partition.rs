//! Records in partitions, held in memory and, beyond a limit, in a temporary file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::fault::Fault;

/// Records of one block: 4 KiB.
const BLOCK: usize = 256;

/// Bytes of a record.
const RECORD: usize = 16;

/// What one thread has collected, by partition.
#[derive(Debug)]
pub struct Partitions {
    shelves: Vec<Shelf>,
    spilled: Option<Spill>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// Full blocks.
    blocks: Vec<Vec<u128>>,
    /// The block being filled.
    last: Vec<u128>,
}

#[derive(Debug)]
struct Spill {
    file: File,
    length: u64,
    /// Partition, offset and records of each run.
    runs: Vec<(usize, u64, usize)>,
}

impl Partitions {
    /// Empty ones.
    pub fn new(count: usize) -> Self {
        Self { shelves: (0..count).map(|_| Shelf::default()).collect(), spilled: None }
    }

    /// Adds a record; returns the bytes of memory newly taken.
    #[inline]
    pub fn push(&mut self, partition: usize, record: u128) -> usize {
        let Some(shelf) = self.shelves.get_mut(partition) else { return 0 };
        let taken = if shelf.last.len() == shelf.last.capacity() { shelf.renew() } else { 0 };
        shelf.last.push(record);
        taken
    }

    /// Bytes held on disk.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled.as_ref().map_or(0, |spill| spill.length)
    }

    /// Moves everything in memory to disk.
    pub fn spill(&mut self, folder: &Path) -> Result<(), Fault> {
        let spill = match &mut self.spilled {
            Some(spill) => spill,
            none => none.insert(Spill {
                file: tempfile::tempfile_in(folder).map_err(Fault::file("make a temporary file"))?,
                length: 0,
                runs: Vec::new(),
            }),
        };
        let mut writer = BufWriter::with_capacity(1 << 20, &spill.file);
        for (partition, shelf) in self.shelves.iter_mut().enumerate() {
            let records: usize = shelf.len();
            if records == 0 {
                continue;
            }
            for record in shelf.iter() {
                writer.write_all(&record.to_le_bytes()).map_err(Fault::file("write a temporary file"))?;
            }
            spill.runs.push((partition, spill.length, records));
            spill.length += (records * RECORD) as u64;
            *shelf = Shelf::default();
        }
        writer.flush().map_err(Fault::file("write a temporary file"))
    }

    /// Shows every record of a partition.
    pub fn each(&self, partition: usize, mut show: impl FnMut(u128)) -> Result<(), Fault> {
        if let Some(spill) = &self.spilled {
            let mut bytes = vec![0; 1 << 16];
            for (_, offset, records) in spill.runs.iter().filter(|(of, ..)| *of == partition) {
                let (mut at, end) = (*offset, offset + (records * RECORD) as u64);
                while at < end {
                    let wanted = bytes.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
                    let Some(piece) = bytes.get_mut(..wanted) else { break };
                    spill.file.read_exact_at(piece, at).map_err(Fault::file("read a temporary file"))?;
                    piece.as_chunks::<RECORD>().0.iter().for_each(|record| show(u128::from_le_bytes(*record)));
                    at += wanted as u64;
                }
            }
        }
        if let Some(shelf) = self.shelves.get(partition) {
            shelf.iter().for_each(show);
        }
        Ok(())
    }

    /// Records of all partitions.
    pub fn all(&self) -> usize {
        let spilled = self.spilled.iter().flat_map(|spill| &spill.runs).map(|(.., records)| records).sum::<usize>();
        spilled + self.shelves.iter().map(Shelf::len).sum::<usize>()
    }

    /// Records of a partition.
    pub fn len(&self, partition: usize) -> usize {
        let spilled = self.spilled.iter().flat_map(|spill| &spill.runs).filter(|(of, ..)| *of == partition);
        spilled.map(|(.., records)| records).sum::<usize>() + self.shelves.get(partition).map_or(0, Shelf::len)
    }
}

impl Shelf {
    /// Starts a new block; returns its bytes.
    #[cold]
    fn renew(&mut self) -> usize {
        let full = std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK));
        if !full.is_empty() {
            self.blocks.push(full);
        }
        BLOCK * RECORD
    }

    fn len(&self) -> usize {
        self.blocks.len() * BLOCK + self.last.len()
    }

    fn iter(&self) -> impl Iterator<Item = u128> + '_ {
        self.blocks.iter().flatten().chain(&self.last).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_to_disk_comes_back_beside_what_is_in_memory() {
        let mut partitions = Partitions::new(3);
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
