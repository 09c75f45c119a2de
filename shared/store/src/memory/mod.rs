//! The store of simulations: ordered maps in memory, behaving like the databases, deterministic, never waiting
//! for anything but the one writer before it.
//!
//! The maps are persistent: a transaction works on its own snapshot, `commit` swaps it in, dropping it undoes
//! everything, and a reader's view costs nothing.

mod fork;
mod hub;
mod link;
mod projection;
mod registry;
mod tables;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::OwnedMutexGuard;

use crate::fault::Fault;
use crate::record::{Record, values};
use crate::traits::{Store, Tx};
use tables::Tables;

pub use fork::{Changed, FORK_ROWS_MAX, Fork};

/// A store that lives as long as the process; clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    committed: Arc<Mutex<Tables>>,
    writer: Arc<tokio::sync::Mutex<()>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another store that begins with what is committed here and goes its own way; costs nothing.
    pub fn fork(&self) -> Self {
        Self { committed: Arc::new(Mutex::new(self.snapshot())), writer: Arc::default() }
    }

    fn snapshot(&self) -> Tables {
        // A panic elsewhere cannot leave the tables half written: they are only ever swapped whole.
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        Ok(Box::new(MemoryTx { tables: self.snapshot(), name: "read", writer: None, spoiled: false }))
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        let turn = Arc::clone(&self.writer).lock_owned().await;
        let writer = Some(Writer { committed: Arc::clone(&self.committed), _turn: turn });
        Ok(Box::new(MemoryTx { tables: self.snapshot(), name, writer, spoiled: false }))
    }
}

/// The right to replace the committed tables.
#[derive(Debug)]
struct Writer {
    committed: Arc<Mutex<Tables>>,
    _turn: OwnedMutexGuard<()>,
}

#[derive(Debug)]
struct MemoryTx {
    tables: Tables,
    name: &'static str,
    writer: Option<Writer>,
    spoiled: bool,
}

impl MemoryTx {
    /// The tables, for a change.
    fn writing(&mut self) -> Result<&mut Tables, Fault> {
        match self.writer {
            Some(_) => Ok(&mut self.tables),
            None => Err(Fault::read_only(self.name)),
        }
    }

    /// The tables, for taking in rows that the databases could hold too.
    fn taking<'r, R: Record + 'r>(&mut self, rows: impl IntoIterator<Item = &'r R>) -> Result<&mut Tables, Fault> {
        match rows.into_iter().try_for_each(|row| row.write(values()).storable()) {
            Ok(()) => self.writing(),
            Err(fault) => Err(self.spoil(fault)),
        }
    }

    fn spoil(&mut self, fault: Fault) -> Fault {
        self.spoiled = true;
        fault
    }
}

#[async_trait]
impl Tx for MemoryTx {
    async fn commit(self: Box<Self>) -> Result<(), Fault> {
        if self.spoiled {
            return Err(Fault::spoiled(self.name));
        }
        if let Some(writer) = self.writer {
            *writer.committed.lock().unwrap_or_else(PoisonError::into_inner) = self.tables;
        }
        Ok(())
    }

    fn must_retry(&self) -> bool {
        false
    }
}
