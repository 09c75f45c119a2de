//! What a recomparison may use.

use std::path::PathBuf;

/// What a recomparison may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of packed keys held in memory, over all threads; beyond it they go to disk, and what meets beyond a quarter
    /// of it. Everything else takes some ten MiB a thread.
    pub memory_bytes: usize,
    /// Threads; at least one.
    pub threads: usize,
    /// The folder that temporary files are made in; they have no name there and vanish with the process.
    pub spill_folder: PathBuf,
}

impl Limits {
    /// Two threads and one GiB, spilling to the system's folder for temporary files.
    pub fn new() -> Self {
        Self { memory_bytes: 1 << 30, threads: 2, spill_folder: std::env::temp_dir() }
    }

    /// Bytes that one thread may hold in records.
    pub(crate) fn bytes_per_thread(&self) -> usize {
        self.memory_bytes / self.threads.max(1)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
