//! Reaching a database and bringing its tables up to date.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, SqlitePool};

use super::session::fault_of;
use super::{Engine, SqlStore};
use crate::fault::Fault;

pub(super) static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a connection waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The same for PostgreSQL, where a writer in another process may be in the middle of an import.
const POSTGRES_LOCK_TIMEOUT: &str = "60s";
/// Connections that read a SQLite file at once.
const SQLITE_READERS_MAX: u32 = 4;
/// Connections to PostgreSQL: one writes, the others read.
const POSTGRES_CONNECTIONS_MAX: u32 = 8;
/// How long a reader may wait for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(60);
/// An unused connection gives its memory back.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Page cache of the writing and of each reading SQLite connection, in KiB (SQLite's negative unit).
const WRITER_CACHE: &str = "-16384";
const READER_CACHE: &str = "-4096";
/// Pages after which the write-ahead log goes into the file: as much as its file keeps. With fewer, hot pages would be
/// written again and again while a list comes in, and the writer would pay for it in the middle of one.
const CHECKPOINT_PAGES: &str = "16000";
/// What the write-ahead log's file may keep after a large transaction, in bytes.
const WAL_BYTES_KEPT: &str = "67108864";

impl SqlStore {
    /// Opens the store at `sqlite://PATH` or `postgres://USER@HOST/DATABASE` and migrates its tables.
    ///
    /// With `create`, a SQLite file that is absent is made (its folder must exist), and an empty database of either
    /// kind is filled with tables. Without, a database that holds no store is a `Fault::Database`.
    pub async fn open(url: &str, create: bool) -> Result<Self, Fault> {
        let opening = |error: sqlx::Error| fault_of("open", error);
        let engine = if url.starts_with("sqlite:") {
            open_sqlite(url, create).await.map_err(opening)?
        } else {
            open_postgres(url, create).await.map_err(opening)?
        };
        Ok(Self { engine, writer: Default::default() })
    }

    /// Closes every connection; open transactions finish first.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(url: &str, create: bool) -> Result<Engine, sqlx::Error> {
    let common = SqliteConnectOptions::from_str(url)?
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
        .pragma("temp_store", "memory");
    let writing = common
        .clone()
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", WAL_BYTES_KEPT);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(writing)
        .await?;
    if !create {
        sqlx::query(IS_A_STORE).fetch_one(&writer).await?;
    }
    SQLITE_MIGRATIONS.run(&writer).await?;
    let reading = common.create_if_missing(false).pragma("cache_size", READER_CACHE).pragma("query_only", "on");
    let readers = reading_pool(reading);
    Ok(Engine::Sqlite { writer, readers })
}

fn reading_pool(options: SqliteConnectOptions) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS_MAX)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

async fn open_postgres(url: &str, create: bool) -> Result<Engine, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("honghei")
        .disable_statement_logging()
        // An acknowledgement means that it is on disk, whatever the server's default says.
        .options([("synchronous_commit", "on"), ("lock_timeout", POSTGRES_LOCK_TIMEOUT)])
        // The only joins here are lists of keys with a table: each key goes to the index, also while the server has
        // no statistics of a table that has just been filled and would rather read it whole for every list.
        .options([("enable_hashjoin", "off"), ("enable_mergejoin", "off")]);
    let pool: PgPool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS_MAX)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .connect_with(options)
        .await?;
    if !create {
        sqlx::query(IS_A_STORE).fetch_one(&pool).await?;
    }
    POSTGRES_MIGRATIONS.run(&pool).await?;
    Ok(Engine::Postgres(pool))
}

/// Fails where no store has ever been created.
const IS_A_STORE: &str = "SELECT version FROM _sqlx_migrations WHERE success LIMIT 1";
