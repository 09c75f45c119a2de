//! One case as its recogniser sees it: from candidate to exit (REQUIREMENTS 1.4).
//!
//! [`Case::decide`] says what a command comes to, [`Case::evolve`] what a fact makes of a case; both are pure, and
//! `evolve` is total. A case's own row holds what its recogniser did; what befell its list is folded on demand from
//! the dossier ([`crate::dossier::Dossier::events_for`]) and from result versions.

mod command;
mod context;
mod decide;
mod event;
mod evolve;
mod examine;
#[cfg(test)]
pub(crate) mod fixture;
mod gate;
mod grounds;
mod preparation;
mod project;
#[cfg(test)]
mod properties;
mod stage;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::command::CaseCommand;
pub use self::context::Context;
pub use self::event::{CaseEvent, Finding};
pub use self::examine::examine;
pub(crate) use self::gate::settled as require_settled;
pub use self::preparation::{Disposition, Notice, Preparation, Publicity, Statement};
pub use self::project::{Affected, project};
pub use self::stage::{Stage, StageName};
use crate::list::{CaseId, ListEntry, ProcedureRecord};
use crate::refusal::{Decided, Refusal};

/// A case: its record, the procedure so far and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Case {
    /// The record as collected or last corrected.
    pub entry: ListEntry,
    /// Notice, publicity and statements before recognition.
    pub preparation: Preparation,
    /// Where it stands.
    pub stage: Stage,
    /// The version of the policy it was collected under and is judged by, as `name@version`; empty where its
    /// collection named none.
    pub policy: String,
}

impl Case {
    /// A candidate that was just collected.
    pub fn new(entry: ListEntry) -> Self {
        Self { entry, preparation: Preparation::default(), stage: Stage::Candidate, policy: String::new() }
    }

    /// The same, pinned to the version of the policy its collection named.
    #[must_use]
    pub fn under(self, policy: &str) -> Self {
        Self { policy: policy.to_owned(), ..self }
    }

    /// Its identity.
    pub fn id(&self) -> &CaseId {
        &self.entry.case
    }

    /// What a command comes to: events to record through an act, or why not.
    ///
    /// # Errors
    /// A [`Refusal`] whose clause the officer can look up. The case must be folded with its dossier first, where its
    /// list was declared.
    pub fn decide(&self, command: &CaseCommand, context: &Context<'_>) -> Result<Decided<Vec<CaseEvent>>, Refusal> {
        decide::decide(self, command, context)
    }

    /// What an event makes of this case. Total: an event that does not fit the stage changes nothing.
    #[must_use]
    pub fn evolve(self, event: &CaseEvent) -> Self {
        evolve::evolve(self, event)
    }

    /// The case after several events, in order.
    #[must_use]
    pub fn evolve_all<'a>(self, events: impl IntoIterator<Item = &'a CaseEvent>) -> Self {
        events.into_iter().fold(self, Case::evolve)
    }

    /// Whether the head may sign this entry today; if not, every reason at once.
    ///
    /// # Errors
    /// All refusals that stand in the way, never an empty list.
    pub fn certifiable(&self, context: &Context<'_>) -> Result<(), Vec<Refusal>> {
        gate::certifiable(self, context)
    }

    /// Whether the recognition needs a second approver: an open clause is among its criteria (SW-B-12).
    pub fn needs_second_approver(&self, policy: &crate::policy::Policy) -> bool {
        gate::cites_open_clause(&self.entry, policy)
    }

    /// What was done before certification, as the certified entry records it.
    pub fn procedure_record(&self) -> ProcedureRecord {
        self.preparation.record()
    }

    /// The entry as it goes into the certified list: with its date of recognition and procedure.
    pub fn certified_entry(&self, certified_on: NaiveDate) -> ListEntry {
        ListEntry { recognised_on: Some(certified_on), procedure: self.procedure_record(), ..self.entry.clone() }
    }

    /// The stage to show on a day: a final entry is in force within its validity and expired after it.
    pub fn stage_on(&self, day: NaiveDate) -> StageName {
        self.stage.name_on(day)
    }
}
