//! What a decision looks at besides the case or dossier itself.

use chrono::NaiveDate;

use crate::calendar::{CountStartDay, DueDate, Term, WorkCalendar};
use crate::node::{EntryRef, NodeId, Tier};
use crate::policy::Policy;

/// The surroundings of a decision: rules, calendar, day, and who decides.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// The legal day, China Standard Time.
    pub today: NaiveDate,
    /// The node that decides.
    pub node: &'a NodeId,
    /// Its tier.
    pub tier: Tier,
    /// The place an act written now would take in the node's log; events that name their act carry it.
    pub place: &'a EntryRef,
}

impl Context<'_> {
    /// The tier of the recogniser whose case is looked at: the reviewer looks at one below him.
    pub fn tier_of_recogniser(&self) -> Tier {
        self.node.region().tier()
    }

    /// The last day of a term in working days, by the policy's way of counting (AMB-02).
    pub fn working_days_from(&self, start: NaiveDate, days: u32) -> DueDate {
        let count = if self.policy.terms.count_start_day { CountStartDay::Included } else { CountStartDay::Excluded };
        self.calendar.deadline(start, Term::WorkingDays(days), count)
    }
}
