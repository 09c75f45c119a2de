//! Full recomparison: the same function over everything that is standing, as the audit of the incremental path (C-2).
//!
//! Two ways lead to the same findings. By the packed keys ([`by_keys`]): sixteen bytes an entry tell which subjects
//! stand on both lists, which share a name or number with another, and which do not stand as they were reported; only
//! those are read and judged. By every row ([`every_row`]): slow, and it holds the packed keys to the rows as well,
//! because keys can be wrong too. Memory is bounded either way, and nothing is written.

mod awaited;
mod by_keys;
mod difference;
mod every_row;
mod finding;
mod judge;
mod neighbours;
mod page;
mod scan;
mod suspects;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use honghei_domain::refusal::Refusal;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Listener;
use honghei_store::Tx;

use self::judge::Judge;
use super::packed;

pub use difference::{Difference, Reason};
pub use finding::{KeysFound, Recomparison};

/// How a full recomparison reads what stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// The packed keys, and the rows of those that they make suspect. Every row where no keys are kept yet, or where
    /// they make most subjects suspect.
    Keys,
    /// Every row; the packed keys are held to them.
    EveryRow,
}

/// Judges every subject as of a day and compares with what was published.
///
/// # Errors
/// A refusal `RECOMPARISON_CANCELLED` when nobody listens any more.
pub async fn recompare(
    tx: &mut dyn Tx,
    as_of: NaiveDate,
    walk: Walk,
    listener: &dyn Listener,
) -> Result<Recomparison, CommandError> {
    if walk == Walk::Keys && packed::are_kept(tx).await? {
        let judge = Judge::of(tx, as_of).await?;
        if let Some(found) = by_keys::recompare(tx, judge, listener).await? {
            return Ok(found);
        }
    }
    let mut judge = Judge::of(tx, as_of).await?;
    every_row::recompare(tx, &mut judge, listener).await?;
    Ok(judge.found)
}

/// Tells how far a step is and stops where nobody listens.
fn heard(listener: &dyn Listener, step: &str, done: u64, total: u64) -> Result<(), CommandError> {
    if listener.is_gone() {
        return Err(cancelled());
    }
    listener.hear(step, done, total);
    Ok(())
}

fn cancelled() -> CommandError {
    Refusal::new("RECOMPARISON_CANCELLED", "R-029", "全量比对已取消，未作任何改动").into()
}

fn broken(fault: &honghei_comparison::Fault) -> Fault {
    Fault::Inconsistent { what: format!("the recomparison's own files: {fault}") }
}
