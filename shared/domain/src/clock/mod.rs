//! The legal clocks: every deadline D-01 to D-16 under its name, and the clocks that run on a list or a case.
//!
//! A [`Deadline`] is a rule: what starts it, how long it is, in which unit, whether it rolls, where the policy says
//! so. A [`Clock`] is one deadline that an act started. Clocks are pure functions of folded acts ([`of_dossier`],
//! [`of_case`], [`of_publicity`], [`of_notice`]), so every node that sees the same acts finds the same due dates; the
//! day is an argument, so neither a time zone nor a clock that jumps can move them. A clock that ran out warns and
//! escalates and never approves anything (AMB-17).

mod deadline;
mod derive;
mod explain;
mod listing;
mod periodic;
mod standing;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::deadline::{Deadline, Length, Nature, Roll};
pub use self::derive::{of_case, of_dossier, of_notice, of_publicity, of_validity};
pub use self::explain::Reason;
pub use self::listing::{
    Situation, demanded_channels, of_departure, of_listing, of_own_publication, of_publication, passed, publisher,
};
pub use self::periodic::{of_bulletin, of_campaign};
pub use self::standing::{ESCALATE_AFTER_DAYS, Standing};
use crate::bulletin::Quarter;
use crate::calendar::{CountStartDay, DueDate, Remaining, Term, WorkCalendar, validity_end};
use crate::list::{CaseId, CaseSet, Department};
use crate::node::{EntryRef, NodeId};

/// A legal day, and the act that made it one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The act; none where a fold kept the day alone. It never bears on a due date.
    pub act: Option<EntryRef>,
    /// The day.
    pub on: NaiveDate,
}

impl Mark {
    /// An act on a day.
    pub fn new(act: &EntryRef, on: NaiveDate) -> Self {
        Self { act: Some(act.clone()), on }
    }

    /// A day whose act is not known here.
    pub fn day(on: NaiveDate) -> Self {
        Self { act: None, on }
    }
}

/// A time in which a clock stood still (AMB-18).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    /// What stopped it: the signed return.
    pub stopped: Mark,
    /// What let it run on: the receipt of the corrected entry.
    pub resumed: Option<Mark>,
}

/// What a clock runs on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A certified list.
    List(EntryRef),
    /// One case.
    Case(CaseId),
    /// Some cases of the node that acted.
    Cases(CaseSet),
    /// The bulletin of a quarter (D-12).
    Bulletin(Department, Quarter),
    /// A department's back-log campaign (D-08).
    Campaign(Department),
    /// What a result version put on the final list of a recogniser's entries (D-09).
    Published(NodeId, u64),
}

impl Matter {
    /// As officers read it.
    pub fn zh(&self) -> String {
        match self {
            Matter::List(list) => format!("名单{list}"),
            Matter::Case(case) => format!("案件{case}"),
            Matter::Cases(cases) => format!("{}个案件", cases.len()),
            Matter::Bulletin(department, quarter) => format!("{}部门{}", department.0, quarter.zh()),
            Matter::Campaign(department) => format!("{}部门存量名单", department.0),
            Matter::Published(recogniser, version) => format!("第{version}版名单中{recogniser}认定的条目"),
        }
    }
}

/// One deadline that an act started.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Clock {
    /// Which.
    pub deadline: Deadline,
    /// On what.
    pub matter: Matter,
    /// Whose task it is.
    pub owner: NodeId,
    /// What started it. Of a clock read from a certified entry alone: the certification that records the start.
    pub started: Mark,
    /// How long, as the policy says.
    pub length: Length,
    /// Whether the day of the start counts (AMB-02).
    pub count: CountStartDay,
    /// Working days before its last one from which it warns.
    pub warn_days: u32,
    /// Days after its start from which it warns besides (AMB-05).
    pub warns_at_day: Option<u32>,
    /// When it stood still, in order.
    pub pauses: Vec<Pause>,
    /// The last day as the starting act itself states it; a calendar loaded later may have moved it, visibly.
    pub stated_on: Option<NaiveDate>,
    /// What ended it.
    pub ended: Option<Mark>,
}

/// The last day of a clock, or what is left of one that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Due {
    /// It runs, or ran, to this day, 24:00.
    On(DueDate),
    /// It stands still with this much left.
    Stopped(Remaining),
}

impl Due {
    /// The last day, unless the clock stands still.
    pub fn date(self) -> Option<DueDate> {
        match self {
            Due::On(due) => Some(due),
            Due::Stopped(_) => None,
        }
    }
}

impl Clock {
    /// Its last day, by a calendar.
    pub fn due(&self, calendar: &WorkCalendar) -> Due {
        let Some(term) = self.length.term() else { return Due::On(self.fixed()) };
        let (mut started_on, mut term, mut count) = (self.started.on, term, self.count);
        let mut provisional = false;
        for pause in &self.pauses {
            let mut remaining = calendar.stop(started_on, term, count, pause.stopped.on);
            remaining.provisional |= provisional;
            let Some(resumed) = &pause.resumed else { return Due::Stopped(remaining) };
            (started_on, term, count, provisional) =
                (resumed.on, remaining.term, CountStartDay::Excluded, remaining.provisional);
        }
        let due = calendar.deadline(started_on, term, count);
        Due::On(DueDate { provisional: due.provisional || provisional, ..due })
    }

    /// The last day of a length that no calendar moves.
    fn fixed(&self) -> DueDate {
        let on = match self.length {
            Length::Years(years) => validity_end(self.started.on, years),
            Length::Until(day) => day,
            Length::WorkingDays(_) | Length::CalendarDays(_) => self.started.on,
        };
        DueDate { on, provisional: false }
    }

    /// 条款 it stands in. A bureau that publishes what its own body passed follows another text than whoever publishes a
    /// final result (D-09).
    pub fn clause(&self) -> &'static str {
        match (self.deadline, &self.matter) {
            (Deadline::Publication, Matter::List(_)) => "延庆制度三（一）、（二）",
            (deadline, _) => deadline.clause(),
        }
    }

    /// Whether no act has ended it. A minimum or a term ends by itself when its last day is over.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it stands still.
    pub fn is_stopped(&self) -> bool {
        self.is_open() && self.pauses.last().is_some_and(|pause| pause.resumed.is_none())
    }

    /// Stops it, unless it stands still or has ended.
    pub fn stop(&mut self, at: Mark) {
        if self.is_open() && !self.is_stopped() {
            self.pauses.push(Pause { stopped: at, resumed: None });
        }
    }

    /// Lets it run on, if it stands still.
    pub fn resume(&mut self, at: Mark) {
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.resumed.is_none()) {
            pause.resumed = Some(at);
        }
    }

    /// Ends it; what ended first counts. A clock that stood still stays so.
    pub fn end(&mut self, at: Mark) {
        self.ended.get_or_insert(at);
    }
}

impl Length {
    /// The length as a count of days; none for a length that is no such count.
    pub fn term(self) -> Option<Term> {
        match self {
            Length::WorkingDays(days) => Some(Term::WorkingDays(days)),
            Length::CalendarDays(days) => Some(Term::CalendarDays(days)),
            Length::Years(_) | Length::Until(_) => None,
        }
    }
}
