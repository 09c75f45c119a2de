//! Judging one subject and comparing with what was published.

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Outcome, RULE_VERSION, SubjectFacts, Verdict, verdicts};
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
                Some(settled) if ended_since(&verdict, &settled.verdict, facts, proposals) => Reason::Due,
                _ => Reason::Wrong,
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

/// Whether nothing but the end of an entry's own validity lies between what was published and what is found.
///
/// No version says such an end by itself, while every other one (of a ruling, of a black that holds a red) awaits the
/// next version. So the entry must be found as it was published on the last day of its validity. The day it was first
/// published so says less: what has arrived since may have been over by then.
fn ended_since(found: &Verdict, published: &Verdict, facts: &SubjectFacts, proposals: &[Fact]) -> bool {
    let last_day = facts.fact(&found.case).and_then(Fact::effective_to);
    let Some(last_day) = last_day.filter(|_| found.outcome == Outcome::Expired) else { return false };
    published.as_of <= last_day && verdicts(facts, proposals, RULE_VERSION, last_day).contains(published)
}
