//! What the province decides about every entry of one subject: which stand, which fall, which wait for a person.
//!
//! [`verdicts`] is a pure function of the facts known about a subject, the rule version and the day. A red falls by a
//! certain, in-force black of any department; a black is never removed; what is uncertain is HELD. A removal that a
//! result version has published stays until a signed restoration. [`judge`] is its last step and needs only what a
//! recogniser is told, so that a county recomputes its own verdicts and gets the same bytes.

mod common;
mod fact;
mod guard;
mod identity;
mod judge;
#[cfg(test)]
mod properties;
mod ruling;
#[cfg(test)]
pub(crate) mod sample;
mod subject;
#[cfg(test)]
mod tests;
mod verdict;

pub use crate::canonical::{RowDefect, RowProblem};
pub use common::{LIKENESSES, NAMESAKES, is_common, is_crowded};
pub use fact::{DocumentFact, Fact, Standing, fact_hash};
pub use guard::{GUARD_FLOOR, GUARD_PERCENT, guarded_share};
pub use identity::{Doubt, Identity, Match, MatchKey, identify};
pub use judge::{RULE_VERSION, judge, relate, verdicts};
pub use ruling::{Finding, Party, Ruling, contradictions, ruled};
pub use subject::{Restoration, Settled, SubjectFacts};
pub use verdict::{CauseFacts, Exit, HeldReason, Outcome, Rule, Verdict};
