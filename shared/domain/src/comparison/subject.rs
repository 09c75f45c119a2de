//! Everything the province knows about one subject key.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ruling::Ruling;
use super::verdict::{Outcome, Verdict};
use crate::list::{CaseId, ListKind};

/// A verdict that a result version has published.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settled {
    /// The result version.
    pub version: u64,
    /// The verdict, as it was published.
    pub verdict: Verdict,
}

/// A signed restoration: removals of the case up to a result version no longer bind (AMB-14).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Restoration {
    /// The case.
    pub case: CaseId,
    /// The last result version whose removal it lifts.
    pub through_version: u64,
    /// When it was signed.
    pub on: NaiveDate,
}

/// All facts about one subject key; the same facts in any order of arrival make the same value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SubjectFacts {
    /// One fact a case, ordered by case.
    facts: Vec<Fact>,
    /// Published verdicts, ordered by case and version; one that repeats the outcome before it is not kept.
    settled: Vec<Settled>,
    /// Restorations, ordered.
    restorations: Vec<Restoration>,
    /// What persons decided about the identity of those under this key, ordered by act.
    rulings: Vec<Ruling>,
}

impl SubjectFacts {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// The facts, one a case, ordered by case.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Published verdicts, ordered by case and version.
    pub fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// Published verdicts of one case, ordered by version.
    pub fn settled_of(&self, case: &CaseId) -> &[Settled] {
        let from = self.settled.partition_point(|held| held.verdict.case < *case);
        let rest = self.settled.get(from..).unwrap_or_default();
        rest.split_at(rest.partition_point(|held| held.verdict.case == *case)).0
    }

    /// Restorations, ordered.
    pub fn restorations(&self) -> &[Restoration] {
        &self.restorations
    }

    /// What persons decided about identity, in the order of their acts.
    pub fn rulings(&self) -> &[Ruling] {
        &self.rulings
    }

    /// Remembers a ruling; says whether it is new.
    pub fn rule(&mut self, ruling: Ruling) -> bool {
        match self.rulings.binary_search(&ruling) {
            Ok(_) => false,
            Err(at) => {
                self.rulings.insert(at, ruling);
                true
            }
        }
    }

    /// The fact of one case.
    pub fn fact(&self, case: &CaseId) -> Option<&Fact> {
        self.place(case).ok().and_then(|at| self.facts.get(at))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.settled.is_empty() && self.restorations.is_empty() && self.rulings.is_empty()
    }

    /// Adds a fact; says whether anything changed. Inserting is commutative and idempotent: of two declarations of
    /// one case the one at the later position counts, and their standings are joined.
    pub fn insert(&mut self, fact: Fact) -> bool {
        match self.place(&fact.case) {
            Err(at) => {
                self.facts.insert(at, fact);
                true
            }
            Ok(at) => self.facts.get_mut(at).is_some_and(|held| held.absorb(fact)),
        }
    }

    /// Sets how far a case has come, whatever it was before: for a repair that turned out to rest on a false promise, the
    /// one step back that [`super::Standing::join`] does not know. Says whether anything changed.
    pub fn stand(&mut self, case: &CaseId, standing: super::Standing) -> bool {
        let Ok(at) = self.place(case) else { return false };
        let Some(fact) = self.facts.get_mut(at) else { return false };
        let changed = fact.standing != standing;
        fact.standing = standing;
        changed
    }

    /// Takes a case out whole, with its verdicts; for a case whose subject key was corrected.
    pub fn take(&mut self, case: &CaseId) -> Option<Fact> {
        self.settled.retain(|settled| settled.verdict.case != *case);
        self.restorations.retain(|restoration| restoration.case != *case);
        self.place(case).ok().map(|at| self.facts.remove(at))
    }

    /// Remembers a verdict that a result version published. Keeps nothing where the outcome is the one before.
    pub fn settle(&mut self, version: u64, verdict: &Verdict) -> bool {
        let at = self.settled.partition_point(|held| (&held.verdict.case, held.version) <= (&verdict.case, version));
        let before = at.checked_sub(1).and_then(|last| self.settled.get(last));
        let repeats = before.is_some_and(|before| {
            before.verdict.case == verdict.case && before.verdict.outcome == verdict.outcome && !self.is_lifted(before)
        });
        if !repeats {
            self.settled.insert(at, Settled { version, verdict: verdict.clone() });
        }
        !repeats
    }

    /// Adds a signed restoration; says whether it is new.
    pub fn restore(&mut self, restoration: Restoration) -> bool {
        match self.restorations.binary_search(&restoration) {
            Ok(_) => false,
            Err(at) => {
                self.restorations.insert(at, restoration);
                true
            }
        }
    }

    /// The last published verdict of a case.
    pub fn last_settled(&self, case: &CaseId) -> Option<&Settled> {
        self.settled_of(case).last()
    }

    /// The published removal of a case that no restoration has lifted.
    pub fn standing_removal(&self, case: &CaseId) -> Option<&Settled> {
        self.last_settled(case).filter(|settled| settled.verdict.is_removal() && !self.is_lifted(settled))
    }

    /// Whether a result version has ever listed a case (AMB-26: RX-1 rather than RX-7).
    pub fn was_listed(&self, case: &CaseId) -> bool {
        let final_once = |settled: &Settled| matches!(settled.verdict.outcome, Outcome::FinalRed | Outcome::FinalBlack);
        self.fact(case).is_some_and(Fact::is_published) || self.settled_of(case).iter().any(final_once)
    }

    /// Whether the last result version lists a case.
    pub fn is_listed(&self, case: &CaseId) -> bool {
        self.settled_of(case).iter().fold(false, |listed, settled| settled.verdict.outcome.is_listed(listed))
    }

    /// The first day after `as_of` on which time alone may change a verdict: a validity has ended.
    pub fn next_change(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let ends = self.facts.iter().filter(|fact| !fact.has_exited()).filter_map(Fact::effective_to);
        ends.filter(|end| *end >= as_of).filter_map(|end| end.succ_opt()).min()
    }

    /// Whether any fact is of this kind.
    pub fn has(&self, kind: ListKind) -> bool {
        self.facts.iter().any(|fact| fact.kind == kind)
    }

    fn is_lifted(&self, settled: &Settled) -> bool {
        settled.verdict.is_removal()
            && self.restorations.iter().any(|restoration| {
                restoration.case == settled.verdict.case && restoration.through_version >= settled.version
            })
    }

    fn place(&self, case: &CaseId) -> Result<usize, usize> {
        self.facts.binary_search_by(|fact| fact.case.cmp(case))
    }
}

impl Fact {
    /// Merges another declaration of the same case; says whether anything changed.
    fn absorb(&mut self, other: Fact) -> bool {
        let standing = self.standing.clone().join(other.standing.clone());
        // Equal places with different contents cannot come from honest logs; the bytes decide, so that order does not.
        let newer = match other.position.cmp(&self.position) {
            std::cmp::Ordering::Equal => other.declaration_bytes() > self.declaration_bytes(),
            order => order.is_gt(),
        };
        let changed = newer || standing != self.standing;
        if newer {
            *self = other;
        }
        self.standing = standing;
        changed
    }
}
