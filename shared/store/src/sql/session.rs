//! The only dialect switch: one open transaction on either database, values in, rows out, faults sorted.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteError, SqliteRow};
use sqlx::{Arguments, Decode, Encode, Row, SqlSafeStr, SqlStr, Transaction, Type};
use tokio::sync::OwnedMutexGuard;

use crate::fault::Fault;
use crate::record::{Cells, Record, Value, Values};

/// One open transaction.
#[derive(Debug)]
pub(super) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction as the repository files see it.
#[derive(Debug)]
pub(super) struct SqlTx {
    // Before the turn: the rollback is under way before the next writer starts.
    session: Session,
    name: &'static str,
    turn: Option<OwnedMutexGuard<()>>,
    spoiled: bool,
    retry: bool,
}

impl SqlTx {
    pub(super) fn reading(session: Session) -> Self {
        Self { session, name: "read", turn: None, spoiled: false, retry: false }
    }

    pub(super) fn writing(session: Session, name: &'static str, turn: OwnedMutexGuard<()>) -> Self {
        Self { session, name, turn: Some(turn), spoiled: false, retry: false }
    }

    /// Whether the parameters of generated statements carry their numbers.
    pub(super) fn is_numbered(&self) -> bool {
        matches!(self.session, Session::Postgres(_))
    }

    pub(super) fn must_retry(&self) -> bool {
        self.retry
    }

    /// Writes; gives the number of rows changed.
    pub(super) async fn execute(&mut self, sql: impl SqlSafeStr, values: Values<'_>) -> Result<u64, Fault> {
        if self.turn.is_none() {
            return Err(Fault::read_only(self.name));
        }
        let done = self.send(sql.into_sql_str(), values).await;
        done.map_err(|fault| self.spoil(fault))
    }

    async fn send(&mut self, sql: SqlStr, values: Values<'_>) -> Result<u64, Fault> {
        let name = self.name;
        let done = match &mut self.session {
            Session::Sqlite(tx) => {
                let arguments: SqliteArguments = bound(name, values)?;
                sqlx::query_with(sql, arguments).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Session::Postgres(tx) => {
                let arguments: PgArguments = bound(name, values)?;
                sqlx::query_with(sql, arguments).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        done.map_err(|error| fault_of(name, error))
    }

    /// Reads and gives every row to `visit`, without collecting them.
    pub(super) async fn each<F>(&mut self, sql: impl SqlSafeStr, values: Values<'_>, visit: F) -> Result<(), Fault>
    where
        F: FnMut(&mut dyn Cells) -> Result<(), Fault> + Send,
    {
        let done = self.fetch(sql.into_sql_str(), values, visit).await;
        done.map_err(|fault| self.spoil(fault))
    }

    async fn fetch<F>(&mut self, sql: SqlStr, values: Values<'_>, mut visit: F) -> Result<(), Fault>
    where
        F: FnMut(&mut dyn Cells) -> Result<(), Fault> + Send,
    {
        let transaction = self.name;
        let fault = |error| fault_of(transaction, error);
        match &mut self.session {
            Session::Sqlite(tx) => {
                let arguments: SqliteArguments = bound(transaction, values)?;
                let mut rows = sqlx::query_with(sql, arguments).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(fault)? {
                    visit(&mut SqliteCells { row, next: 0, transaction })?;
                }
            }
            Session::Postgres(tx) => {
                let arguments: PgArguments = bound(transaction, values)?;
                let mut rows = sqlx::query_with(sql, arguments).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(fault)? {
                    visit(&mut PostgresCells { row, next: 0, transaction })?;
                }
            }
        }
        Ok(())
    }

    /// Reads rows through `read`.
    pub(super) async fn rows<T, F>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Values<'_>,
        read: F,
    ) -> Result<Vec<T>, Fault>
    where
        T: Send,
        F: Fn(&mut dyn Cells) -> Result<T, Fault> + Send + Sync,
    {
        let mut found = Vec::new();
        self.each(sql, values, |cells| {
            found.push(read(cells)?);
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Reads the only row, or the first of those that the text limits to one, through `read`.
    pub(super) async fn row<T, F>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Values<'_>,
        read: F,
    ) -> Result<Option<T>, Fault>
    where
        T: Send,
        F: Fn(&mut dyn Cells) -> Result<T, Fault> + Send + Sync,
    {
        Ok(self.rows(sql, values, read).await?.pop())
    }

    /// Reads rows of a table.
    pub(super) async fn all<R: Record + Send>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Values<'_>,
    ) -> Result<Vec<R>, Fault> {
        self.rows(sql, values, R::read).await
    }

    /// Reads a row of a table.
    pub(super) async fn one<R: Record + Send>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Values<'_>,
    ) -> Result<Option<R>, Fault> {
        self.row(sql, values, R::read).await
    }

    pub(super) async fn commit(self) -> Result<(), Fault> {
        if self.spoiled {
            return Err(Fault::spoiled(self.name));
        }
        let done = match self.session {
            Session::Sqlite(tx) => tx.commit().await,
            Session::Postgres(tx) => tx.commit().await,
        };
        // `self.turn` is dropped after this.
        done.map_err(|error| fault_of(self.name, error))
    }

    /// After a fault nothing of this transaction may stay.
    pub(super) fn spoil(&mut self, fault: Fault) -> Fault {
        self.spoiled = true;
        self.retry |= matches!(fault, Fault::Retry { .. });
        fault
    }
}

/// Sorts a database's error: another try, or a failure.
pub(super) fn fault_of(transaction: &'static str, error: sqlx::Error) -> Fault {
    let retry = error.as_database_error().is_some_and(|reason| {
        let code = reason.code().unwrap_or(Cow::Borrowed(""));
        match reason.try_downcast_ref::<SqliteError>() {
            // The low byte of an extended code is its class: 5 is BUSY, whatever follows (517 BUSY_SNAPSHOT ...).
            Some(_) => code.parse::<u32>().is_ok_and(|code| code & 0xff == 5),
            // Serialisation failure, deadlock, lock not available.
            None => matches!(code.as_ref(), "40001" | "40P01" | "55P03"),
        }
    });
    let source = Box::new(error);
    if retry { Fault::Retry { transaction, source } } else { Fault::Database { transaction, source } }
}

fn bound<'v, A>(transaction: &'static str, values: Values<'v>) -> Result<A, Fault>
where
    A: Arguments,
    i64: Encode<'v, A::Database> + Type<A::Database>,
    Cow<'v, str>: Encode<'v, A::Database> + Type<A::Database>,
    &'v [u8]: Encode<'v, A::Database> + Type<A::Database>,
    Option<String>: Encode<'v, A::Database> + Type<A::Database>,
    Option<Vec<u8>>: Encode<'v, A::Database> + Type<A::Database>,
{
    values.storable()?;
    let mut arguments = A::default();
    arguments.reserve(values.0.len(), 0);
    for value in values.0 {
        let added = match value {
            Value::Number(number) => arguments.add(number.cast_signed()),
            Value::Signed(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::NoText => arguments.add(None::<String>),
            Value::NoBytes => arguments.add(None::<Vec<u8>>),
        };
        added.map_err(|source| Fault::Database { transaction, source })?;
    }
    Ok(arguments)
}

struct SqliteCells {
    row: SqliteRow,
    next: usize,
    transaction: &'static str,
}

struct PostgresCells {
    row: PgRow,
    next: usize,
    transaction: &'static str,
}

/// Both row types, which no common trait of sqlx makes readable by position alike.
macro_rules! cells {
    ($cells:ty, $database:ty) => {
        impl $cells {
            fn take<'r, T: Decode<'r, $database> + Type<$database>>(&'r mut self) -> Result<T, Fault> {
                self.next += 1;
                let taken = self.row.try_get(self.next - 1);
                taken.map_err(|error| fault_of(self.transaction, error))
            }
        }

        impl Cells for $cells {
            fn signed(&mut self) -> Result<i64, Fault> {
                self.take()
            }

            fn text(&mut self) -> Result<String, Fault> {
                self.take()
            }

            fn maybe_text(&mut self) -> Result<Option<String>, Fault> {
                self.take()
            }

            fn bytes(&mut self) -> Result<Vec<u8>, Fault> {
                self.take()
            }

            fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, Fault> {
                self.take()
            }

            fn damaged(&self) -> Fault {
                Fault::Damaged { what: format!("column {} of a row read in {}", self.next, self.transaction) }
            }
        }
    };
}

cells!(SqliteCells, Sqlite);
cells!(PostgresCells, Postgres);
