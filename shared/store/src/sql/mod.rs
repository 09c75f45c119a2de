//! SQLite and PostgreSQL behind one set of SQL.
//!
//! One `const` text per method, `$1` placeholders, portable types. What differs between the two lies in `open` (how
//! they are reached) and `session` (how values go in and rows come out), nowhere else.

mod behaviours;
mod bulk;
mod cases;
mod chunks;
mod clocks;
mod directories;
mod dossiers;
mod entries;
mod final_list;
mod heads;
mod hub;
mod incidents;
mod listings;
mod officers;
mod open;
mod outcomes;
mod packed;
mod parked;
mod petitions;
mod projection;
mod publicities;
mod receipts;
mod results;
mod session;
mod tx;
mod vault;
mod verdicts;
mod work;

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::{PgPool, SqlitePool};
use tokio::sync::Mutex;

use crate::fault::Fault;
use crate::traits::{Store, Tx};
use session::{Session, SqlTx};

/// A store in a SQLite file or a PostgreSQL database; clones share its connections.
#[derive(Clone, Debug)]
pub struct SqlStore {
    engine: Engine,
    // Writers of this process take turns here, in order, so that they never find the database busy with each other.
    writer: Arc<Mutex<()>>,
}

/// Which database, and the connections to it.
#[derive(Clone, Debug)]
enum Engine {
    /// One connection that writes with `synchronous=FULL`, a few that read.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// One pool for both.
    Postgres(PgPool),
}

// The second statement takes the snapshot, which a database would otherwise take at the first later read.
const SQLITE_READ: &str = "BEGIN; SELECT 1 FROM meta LIMIT 1";
const SQLITE_WRITE: &str = "BEGIN IMMEDIATE";
const POSTGRES_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
// Writers of several processes queue at a table's lock, which is taken before the snapshot: the next one sees what the
// last one wrote. Serialisable all the same: who writes without queueing is found out and answered with a retry.
const POSTGRES_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; LOCK TABLE meta IN EXCLUSIVE MODE";

#[async_trait]
impl Store for SqlStore {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        let session = match &self.engine {
            Engine::Sqlite { readers, .. } => readers.begin_with(SQLITE_READ).await.map(Session::Sqlite),
            Engine::Postgres(pool) => pool.begin_with(POSTGRES_READ).await.map(Session::Postgres),
        };
        let session = session.map_err(|error| session::fault_of("read", error))?;
        Ok(Box::new(SqlTx::reading(session)))
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        let turn = Arc::clone(&self.writer).lock_owned().await;
        let session = match &self.engine {
            Engine::Sqlite { writer, .. } => writer.begin_with(SQLITE_WRITE).await.map(Session::Sqlite),
            Engine::Postgres(pool) => pool.begin_with(POSTGRES_WRITE).await.map(Session::Postgres),
        };
        let session = session.map_err(|error| session::fault_of(name, error))?;
        Ok(Box::new(SqlTx::writing(session, name, turn)))
    }
}
