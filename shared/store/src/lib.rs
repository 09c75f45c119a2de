//! Everything a node keeps: SQLite and PostgreSQL behind one set of SQL, and memory for simulations.

mod fault;
mod fingerprint;
mod memory;
mod record;
mod rows;
mod run;
mod sql;
#[cfg(feature = "throwaway")]
pub mod throwaway;
mod traits;

pub use fault::{BoxedError, Fault};
pub use memory::{Changed, FORK_ROWS_MAX, Fork, MemoryStore};
pub use rows::*;
pub use run::Attempts;
pub use sql::SqlStore;
pub use traits::{HubTx, LogTx, RegistryTx, Store, Tx};
