//! Full recomparison: the same function over everything that is standing, as the audit of the incremental path (C-2).
//!
//! Two scans over the subjects in order of place, and a join between them. The first packs every registration number
//! and name; the join finds which subjects they bring together, whatever the index of names says; the second judges
//! subject by subject and compares with what was published. Memory is bounded: keys and pairs spill to disk, subjects
//! are read a page at a time. Nothing is written.

mod awaited;
mod difference;
mod neighbours;
mod scan;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use honghei_domain::comparison::{RULE_VERSION, verdicts};
use honghei_domain::refusal::Refusal;
use honghei_registry::error::CommandError;
use honghei_registry::question::Listener;
use honghei_store::Tx;

use self::awaited::Awaited;
use self::neighbours::Neighbours;
use self::scan::Scan;
use super::subjects::{Settlements, unfold};

pub use difference::{Difference, Reason, Recomparison};

/// Judges every subject as of a day and compares with what was published.
///
/// # Errors
/// A refusal `RECOMPARISON_CANCELLED` when nobody listens any more.
pub async fn recompare(
    tx: &mut dyn Tx,
    as_of: NaiveDate,
    listener: &dyn Listener,
) -> Result<Recomparison, CommandError> {
    let awaited = Awaited::of(tx, as_of).await?;
    let mut settlements = Settlements::folded(tx).await?;
    let mut neighbours = Neighbours::meet(tx, &mut settlements, listener).await?;
    let mut found = Recomparison::default();
    let mut scan = Scan::default();
    while let Some((places, rows)) = scan.page(tx).await? {
        heard(listener, "逐个判定", scan.bucket() + 1)?;
        let subjects = unfold(tx, rows, &mut settlements).await?;
        let blacks = neighbours.of(tx, &places, &mut settlements).await?;
        let none = Vec::new();
        for (place, (at, facts)) in places.iter().zip(&subjects) {
            let proposals = blacks.by_red.get(place).map(|of| blacks.facts(of)).unwrap_or_else(|| none.clone());
            found.subjects += 1;
            found.met += blacks.by_red.get(place).map_or(0, |of| of.len() as u64);
            for verdict in verdicts(facts, &proposals, RULE_VERSION, as_of) {
                found.entries += 1;
                let settled = facts.last_settled(&verdict.case);
                if settled.is_some_and(|settled| settled.verdict.outcome == verdict.outcome) {
                    continue;
                }
                let reason = match settled {
                    _ if awaited.awaits(at, facts, &verdict.case) => Reason::Awaiting,
                    Some(settled) => {
                        let then = verdicts(facts, &proposals, RULE_VERSION, settled.verdict.as_of);
                        let held = |verdict: &_| *verdict == &settled.verdict;
                        if then.iter().any(|verdict| held(&verdict)) { Reason::Due } else { Reason::Wrong }
                    }
                    None => Reason::Wrong,
                };
                found.add(Difference {
                    case: verdict.case,
                    subject: at.key.clone(),
                    published: settled.map(|settled| settled.verdict.outcome.code()),
                    found: verdict.outcome.code(),
                    reason,
                });
            }
        }
    }
    Ok(found)
}

/// Tells how far a scan is and stops where nobody listens.
fn heard(listener: &dyn Listener, step: &str, bucket: u32) -> Result<(), CommandError> {
    if listener.is_gone() {
        return Err(cancelled());
    }
    listener.hear(step, bucket.into(), honghei_domain::subject_key::BUCKETS.into());
    Ok(())
}

fn cancelled() -> CommandError {
    Refusal::new("RECOMPARISON_CANCELLED", "R-029", "全量比对已取消，未作任何改动").into()
}
