//! Records of sixteen bytes in a temporary file, by partition.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::fault::Fault;

/// Bytes of a record.
const RECORD: usize = 16;

/// What went to disk.
#[derive(Debug, Default)]
pub struct Spill {
    /// None where nothing went there.
    file: Option<File>,
    length: u64,
    /// Partition, offset and records of each run.
    runs: Vec<(usize, u64, usize)>,
}

impl Spill {
    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.length
    }

    /// Writes records partition by partition; the file has no name in this folder and vanishes with the process.
    pub fn write<R: IntoIterator<Item = u128>>(
        &mut self,
        folder: &Path,
        partitions: impl Iterator<Item = R>,
    ) -> Result<(), Fault> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder).map_err(Fault::file("make a temporary file"))?),
        };
        let mut writer = BufWriter::with_capacity(1 << 20, file);
        for (partition, records) in partitions.enumerate() {
            let mut count = 0;
            for record in records {
                writer.write_all(&record.to_le_bytes()).map_err(Fault::file("write a temporary file"))?;
                count += 1;
            }
            if count > 0 {
                self.runs.push((partition, self.length, count));
                self.length += (count * RECORD) as u64;
            }
        }
        writer.flush().map_err(Fault::file("write a temporary file"))
    }

    /// Shows every record of a partition.
    pub fn each(&self, partition: usize, show: &mut dyn FnMut(u128)) -> Result<(), Fault> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut bytes = vec![0; 1 << 16];
        for (_, offset, records) in self.runs.iter().filter(|(of, ..)| *of == partition) {
            let (mut at, end) = (*offset, offset + (records * RECORD) as u64);
            while at < end {
                let wanted = bytes.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
                let Some(piece) = bytes.get_mut(..wanted) else { break };
                file.read_exact_at(piece, at).map_err(Fault::file("read a temporary file"))?;
                piece.as_chunks::<RECORD>().0.iter().for_each(|record| show(u128::from_le_bytes(*record)));
                at += wanted as u64;
            }
        }
        Ok(())
    }

    /// Records of a partition.
    pub fn len(&self, partition: usize) -> usize {
        self.runs.iter().filter(|(of, ..)| *of == partition).map(|(.., records)| records).sum()
    }
}
