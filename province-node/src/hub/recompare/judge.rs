//! Judging one subject and comparing with what was published.

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, RULE_VERSION, SubjectFacts, verdicts};
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::awaited::Awaited;
use super::difference::{Difference, Reason};
use super::finding::Recomparison;

/// Judges as of a day, and remembers what it found.
pub(super) struct Judge {
    awaited: Awaited,
    pub(super) as_of: NaiveDate,
    pub(super) found: Recomparison,
}

impl Judge {
    pub(super) async fn of(tx: &mut dyn Tx, as_of: NaiveDate) -> Result<Self, Fault> {
        Ok(Self { awaited: Awaited::of(tx, as_of).await?, as_of, found: Recomparison::default() })
    }

    /// Judges a subject among the blacks of others that it meets; returns how many entries it has.
    pub(super) fn judge(&mut self, at: &SubjectAt, facts: &SubjectFacts, proposals: &[Fact]) -> u64 {
        self.found.judged += 1;
        let mut entries = 0;
        for verdict in verdicts(facts, proposals, RULE_VERSION, self.as_of) {
            entries += 1;
            let settled = facts.last_settled(&verdict.case);
            if settled.is_some_and(|settled| settled.verdict.outcome == verdict.outcome) {
                continue;
            }
            let reason = match settled {
                _ if self.awaited.awaits(at, facts, &verdict.case) => Reason::Awaiting,
                Some(settled) => {
                    let then = verdicts(facts, proposals, RULE_VERSION, settled.verdict.as_of);
                    let held = |verdict: &_| *verdict == &settled.verdict;
                    if then.iter().any(|verdict| held(&verdict)) { Reason::Due } else { Reason::Wrong }
                }
                None => Reason::Wrong,
            };
            self.found.add(Difference {
                case: verdict.case,
                subject: at.key.clone(),
                published: settled.map(|settled| settled.verdict.outcome.code()),
                found: verdict.outcome.code(),
                reason,
            });
        }
        entries
    }
}
