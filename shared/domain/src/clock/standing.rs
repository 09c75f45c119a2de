//! Where a clock stands on a day: runs, warns, is due, is overdue, has escalated. Never approved (AMB-17).

use chrono::NaiveDate;

use super::{Clock, Due, Nature};
use crate::calendar::{DueDate, WorkCalendar};

/// Working days after the last one from which a missed ceiling is the business of the level above.
pub const ESCALATE_AFTER_DAYS: u32 = 3;

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It runs; so many working days are left, the last one counted.
    Running {
        /// Working days left.
        days_left: u32,
    },
    /// Its end is near.
    Warning {
        /// Working days left.
        days_left: u32,
    },
    /// Today is the last day.
    DueToday,
    /// A ceiling was missed by so many working days. Nothing follows by itself.
    Overdue {
        /// Working days.
        days: u32,
    },
    /// Missed for so long that the level above is to see to it.
    Escalated {
        /// Working days.
        days: u32,
    },
    /// It stands still (AMB-18).
    Stopped {
        /// Days left, in the clock's own unit.
        days_left: u32,
    },
    /// A minimum or a term has run out, as it should: the next step may be taken.
    Elapsed,
    /// What it waited for was done.
    Done {
        /// When.
        on: NaiveDate,
        /// Working days after the last one; 0 in time.
        days_late: u32,
    },
}

impl Standing {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Running { .. } => "running",
            Standing::Warning { .. } => "warning",
            Standing::DueToday => "due",
            Standing::Overdue { .. } => "overdue",
            Standing::Escalated { .. } => "escalated",
            Standing::Stopped { .. } => "stopped",
            Standing::Elapsed => "elapsed",
            Standing::Done { .. } => "done",
        }
    }

    /// What an official reads.
    pub fn zh(self) -> String {
        match self {
            Standing::Running { days_left } => format!("剩余{days_left}个工作日"),
            Standing::Warning { days_left } => format!("即将到期，剩余{days_left}个工作日"),
            Standing::DueToday => "今日到期".to_owned(),
            Standing::Overdue { days } => format!("逾期{days}个工作日，不视为通过"),
            Standing::Escalated { days } => format!("逾期{days}个工作日，提请上级督办，不视为通过"),
            Standing::Stopped { days_left } => format!("退回补正，停止计算，剩余{days_left}日"),
            Standing::Elapsed => "已届满".to_owned(),
            Standing::Done { on, days_late: 0 } => format!("已于{on}按期办结"),
            Standing::Done { on, days_late } => format!("已于{on}办结，逾期{days_late}个工作日"),
        }
    }
}

impl Clock {
    /// Where it stands on a day.
    pub fn standing_on(&self, day: NaiveDate, calendar: &WorkCalendar) -> Standing {
        let ceiling = self.deadline.nature() == Nature::Ceiling;
        let due = match self.due(calendar) {
            Due::Stopped(remaining) => match &self.ended {
                Some(ended) => return Standing::Done { on: ended.on, days_late: 0 },
                None => return Standing::Stopped { days_left: remaining.term.days() },
            },
            Due::On(due) => due,
        };
        if let Some(ended) = &self.ended {
            let late = if ceiling { days_after(due, ended.on, calendar) } else { 0 };
            return Standing::Done { on: ended.on, days_late: late };
        }
        if due.is_past(day) {
            let days = days_after(due, day, calendar);
            return match ceiling {
                true if days >= ESCALATE_AFTER_DAYS => Standing::Escalated { days },
                true => Standing::Overdue { days },
                false => Standing::Elapsed,
            };
        }
        if due.on == day {
            return Standing::DueToday;
        }
        let days_left = calendar.working_days_left(day, due.on).value;
        let left = u32::try_from(days_left).unwrap_or(0);
        if ceiling && (days_left <= i64::from(self.warn_days) || self.warns_early(day)) {
            return Standing::Warning { days_left: left };
        }
        Standing::Running { days_left: left }
    }

    /// Whether the deadline's own day of warning has come (AMB-05: day 10 of an exit's filing).
    fn warns_early(&self, day: NaiveDate) -> bool {
        let day_number = (day - self.started.on).num_days();
        self.warns_at_day.is_some_and(|warns_at| day_number >= i64::from(warns_at))
    }
}

/// Working days after the last one; a miss over a week-end alone still counts as one day.
fn days_after(due: DueDate, day: NaiveDate, calendar: &WorkCalendar) -> u32 {
    if day <= due.on { 0 } else { calendar.working_days_between(due.on, day).value.max(1) }
}
