//! Many rows in one statement. A statement's text depends on the number of rows, so there are few numbers: a text is
//! made once and stays prepared.
//!
//! SQLite gets its parameters unnumbered, in the same order: it looks a numbered one up by walking over those before it.

use std::sync::{Arc, OnceLock};

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Cells, Record, Values, values};

/// Rows in one statement, largest first; the last must be 1.
///
/// Every statement is a round trip to the database's own thread or process, which costs more than a row.
const SIZES: [usize; 4] = [256, 32, 8, 1];

/// Fewer keys than this are read in one statement.
const SHORT: usize = 32;

/// A statement with a list of rows in it: `head`, `($1, $2), ($3, $4)` ..., `tail`.
#[derive(Debug)]
pub(super) struct Bulk {
    head: &'static str,
    tail: &'static str,
    /// Parameters in `head`, before the rows'.
    leading: usize,
    /// Parameters of a row.
    columns: usize,
    /// By dialect.
    texts: [[OnceLock<Arc<str>>; SIZES.len()]; 2],
}

impl Bulk {
    /// A statement whose rows have `columns` parameters each.
    pub(super) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self::after(0, head, columns, tail)
    }

    /// The same with parameters `$1` to `$leading` in its head.
    pub(super) const fn after(leading: usize, head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, tail, leading, columns, texts: [const { [const { OnceLock::new() }; SIZES.len()] }; 2] }
    }

    /// The text for `SIZES[size]` rows: constants and placeholders, nothing from outside.
    fn text(&self, numbered: bool, size: usize, rows: usize) -> impl SqlSafeStr + use<> {
        let make = || Arc::from(self.make(numbered, rows));
        AssertSqlSafe(match self.texts.get(usize::from(numbered)).and_then(|texts| texts.get(size)) {
            Some(text) => Arc::clone(text.get_or_init(make)),
            None => make(),
        })
    }

    fn make(&self, numbered: bool, rows: usize) -> String {
        let mut number = 0;
        let mut place = || {
            number += 1;
            if numbered { format!("${number}") } else { "?".to_owned() }
        };
        let mut text = String::from(self.head);
        for leading in 1..=self.leading {
            // They stand in the head in their order, each once.
            text = text.replace(&format!("${leading}"), &place());
        }
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                if column > 0 {
                    text.push_str(", ");
                }
                text.push_str(&place());
            }
            text.push(')');
        }
        text.push_str(self.tail);
        text
    }

    /// Writes rows; gives how many were changed. No two may have the same key.
    pub(super) async fn write<'v, T, F>(&self, tx: &mut SqlTx, rows: &'v [T], write: F) -> Result<u64, Fault>
    where
        T: Sync,
        F: Fn(&'v T, Values<'v>) -> Values<'v> + Send + Sync,
    {
        let mut changed = 0;
        let mut rest = rows;
        for (size, rows_per_statement) in SIZES.into_iter().enumerate() {
            while let Some((batch, after)) = rest.split_at_checked(rows_per_statement) {
                let values = batch.iter().fold(values(), |values, row| write(row, values));
                changed += tx.execute(self.text(tx.is_numbered(), size, rows_per_statement), values).await?;
                rest = after;
            }
        }
        Ok(changed)
    }

    /// Writes records sorted and once per key; of equal keys the last one counts.
    pub(super) async fn put<'r, R, K, F>(&self, tx: &mut SqlTx, rows: &'r [R], key: F) -> Result<u64, Fault>
    where
        R: Record + Sync,
        K: Ord,
        F: Fn(&'r R) -> K + Send,
    {
        let rows = last_by_key(rows, key);
        self.write(tx, &rows, |row, values| row.write(values)).await
    }

    /// Reads the rows whose keys are asked for; a short list is filled up with its last key.
    pub(super) async fn read<'v, K, R, W, F>(
        &self,
        tx: &mut SqlTx,
        leading: Values<'v>,
        keys: &'v [K],
        write: W,
        read: F,
    ) -> Result<Vec<R>, Fault>
    where
        K: Sync,
        R: Send,
        W: Fn(&'v K, Values<'v>) -> Values<'v> + Send + Sync,
        F: Fn(&mut dyn Cells) -> Result<R, Fault> + Send + Sync,
    {
        let mut found = Vec::new();
        let mut rest = keys;
        while let Some(last) = rest.last() {
            let (size, rows) = size_for(rest.len());
            let (batch, after) = rest.split_at(rest.len().min(rows));
            let filling = std::iter::repeat_n(last, rows - batch.len());
            let values = batch.iter().chain(filling).fold(leading.clone(), |values, key| write(key, values));
            found.extend(tx.rows(self.text(tx.is_numbered(), size, rows), values, &read).await?);
            rest = after;
        }
        Ok(found)
    }
}

/// The size of the next statement that reads so many keys: a few are filled up to one statement, many never.
fn size_for(keys: usize) -> (usize, usize) {
    let mut sizes = SIZES.into_iter().enumerate();
    let found =
        if keys < SHORT { sizes.rfind(|(_, rows)| *rows >= keys) } else { sizes.find(|(_, rows)| *rows <= keys) };
    found.unwrap_or((SIZES.len() - 1, 1))
}

/// References to the rows, ascending by key; of equal keys the last row stays.
pub(super) fn last_by_key<'r, R, K: Ord>(rows: &'r [R], key: impl Fn(&'r R) -> K) -> Vec<&'r R> {
    let mut sorted: Vec<&R> = rows.iter().collect();
    sorted.sort_by_key(|row| key(row));
    sorted.dedup_by(|later, earlier| {
        let same = key(later) == key(earlier);
        if same {
            *earlier = *later;
        }
        same
    });
    sorted
}
