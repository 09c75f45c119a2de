//! Everything a node keeps: SQLite and PostgreSQL behind one set of SQL, and memory for simulations.

mod fault;
mod rows;
mod traits;

pub use fault::{BoxedError, Fault};
pub use rows::*;
pub use traits::{HubTx, LogTx, RegistryTx, Store, Tx};
