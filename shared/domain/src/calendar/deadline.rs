//! Deadlines, terms and the stopped clock, counted the way the Civil Code counts (民法典 201 to 203).

use std::fmt;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Known, WorkCalendar, next};

/// The length of a deadline. 日 in a law is a calendar day unless it says 工作日 (AMB-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// n 个工作日.
    WorkingDays(u32),
    /// n 日; a last day that is no working day moves to the next one.
    CalendarDays(u32),
}

/// Whether the day of the event is day one (AMB-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountStartDay {
    /// The count begins on the day after, as 民法典 201 says.
    #[default]
    Excluded,
    /// The day itself counts when it is a working day, as Hubei's own publicity notices do.
    Included,
}

/// The last day of a deadline, 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DueDate {
    /// The day.
    pub on: NaiveDate,
    /// A notice still to come can move it.
    pub provisional: bool,
}

/// What is left of a deadline whose clock was stopped (AMB-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Remaining {
    /// What is left, in the unit of the deadline; zero when it had run out.
    pub term: Term,
    /// Days by which the deadline had already been missed when the clock stopped, in the same unit.
    pub overrun_days: u32,
    /// A notice still to come can change the count.
    pub provisional: bool,
}

impl DueDate {
    /// Whether it is past on `today`: the last day runs to 24:00.
    pub fn is_past(self, today: NaiveDate) -> bool {
        today > self.on
    }
}

impl Term {
    /// The number of days, in the term's own unit.
    pub fn days(self) -> u32 {
        match self {
            Term::WorkingDays(days) | Term::CalendarDays(days) => days,
        }
    }

    /// The same unit with another number.
    fn of(self, days: u32) -> Self {
        match self {
            Term::WorkingDays(_) => Term::WorkingDays(days),
            Term::CalendarDays(_) => Term::CalendarDays(days),
        }
    }
}

impl fmt::Display for Term {
    /// In Chinese: 7个工作日, 15日.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::WorkingDays(days) => write!(f, "{days}个工作日"),
            Term::CalendarDays(days) => write!(f, "{days}日"),
        }
    }
}

/// The last day of a validity of some years, 24:00: the corresponding day, and 28 February for the 29th.
///
/// It does not move over holidays, because moving it would lengthen a punishment (AMB-06).
pub fn validity_end(start: NaiveDate, years: u32) -> NaiveDate {
    start.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX)
}

impl WorkCalendar {
    /// The last day of a deadline that began with an event on `start`.
    ///
    /// A term of no days ends on `start`, or on the next working day.
    pub fn deadline(&self, start: NaiveDate, term: Term, count: CountStartDay) -> DueDate {
        match term {
            Term::WorkingDays(days) => self.add_working_days(start, days, count),
            Term::CalendarDays(days) => {
                let first = u64::from(count == CountStartDay::Included);
                self.calendar_days_rolled(start, u64::from(days).saturating_sub(first))
            }
        }
    }

    /// The n-th working day after `start`; with the start day included, the n-th from `start` on.
    pub fn add_working_days(&self, start: NaiveDate, days: u32, count: CountStartDay) -> DueDate {
        if days == 0 {
            return self.on_or_after(start);
        }
        let mut at = match count {
            CountStartDay::Excluded => next(start),
            CountStartDay::Included => start,
        };
        let mut counted = 0;
        let mut provisional = false;
        loop {
            provisional |= !self.is_settled(at);
            counted += u32::from(self.works(at));
            if counted == days || at == NaiveDate::MAX {
                return DueDate { on: at, provisional };
            }
            at = next(at);
        }
    }

    /// The n-th calendar day after `start`, moved to the next working day when it is none (民法典 203).
    ///
    /// Provisional only when a day that decided the move is.
    pub fn calendar_days_rolled(&self, start: NaiveDate, days: u64) -> DueDate {
        self.on_or_after(start.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }

    /// How many working days lie after `from` up to and with `to`; none when `to` is not after `from`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Known<u32> {
        let mut found = Known { value: 0, provisional: false };
        let mut at = from;
        while at < to {
            at = next(at);
            found.provisional |= !self.is_settled(at);
            found.value += u32::from(self.works(at));
        }
        found
    }

    /// Working days left after `today`: 0 on the last day, negative once the due day is past.
    pub fn working_days_left(&self, today: NaiveDate, due: NaiveDate) -> Known<i64> {
        let Known { value, provisional } =
            if today <= due { self.working_days_between(today, due) } else { self.working_days_between(due, today) };
        Known { value: if today <= due { i64::from(value) } else { -i64::from(value) }, provisional }
    }

    /// Stops a deadline's clock: what was left of `term` at the end of `stopped_on`. The day of the stop is used up.
    pub fn stop(&self, start: NaiveDate, term: Term, count: CountStartDay, stopped_on: NaiveDate) -> Remaining {
        let Known { value: used, provisional } = match term {
            Term::WorkingDays(_) => {
                let mut used = self.working_days_between(start, stopped_on);
                if count == CountStartDay::Included && stopped_on >= start {
                    used.value += u32::from(self.works(start));
                    used.provisional |= !self.is_settled(start);
                }
                used
            }
            Term::CalendarDays(_) => {
                let first = i64::from(count == CountStartDay::Included);
                let days = (stopped_on - start).num_days() + first;
                Known { value: u32::try_from(days).unwrap_or(0), provisional: false }
            }
        };
        Remaining {
            term: term.of(term.days().saturating_sub(used)),
            overrun_days: used.saturating_sub(term.days()),
            provisional,
        }
    }

    /// Lets a stopped clock run on from an event on `resumed_on`; that day does not count.
    ///
    /// With nothing left the deadline is that day, or the next working day.
    pub fn resume(&self, resumed_on: NaiveDate, remaining: Remaining) -> DueDate {
        let due = self.deadline(resumed_on, remaining.term, CountStartDay::Excluded);
        DueDate { provisional: due.provisional || remaining.provisional, ..due }
    }

    /// The first working day on or after a day.
    fn on_or_after(&self, day: NaiveDate) -> DueDate {
        let mut due = DueDate { on: day, provisional: !self.is_settled(day) };
        while !self.works(due.on) && due.on < NaiveDate::MAX {
            due.on = next(due.on);
            due.provisional |= !self.is_settled(due.on);
        }
        due
    }
}
