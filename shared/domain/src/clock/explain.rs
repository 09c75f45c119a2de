//! Why a due date is what it is: the clause, the source, the count day by day, in Chinese.

use std::fmt;

use super::{Clock, Due, Length, Roll};
use crate::calendar::{CountStartDay, DayLine, WorkCalendar};

/// A due date with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What runs, on what, from which act.
    pub head: String,
    /// Length, unit, clause and source.
    pub rule: String,
    /// Every day of the count; one line for a length that is not counted.
    pub days: Vec<String>,
    /// The last day, or what is left.
    pub result: String,
    /// How the date moved since the starting act stated it; empty if it did not.
    pub moved: String,
}

impl Clock {
    /// The reasons of its last day, by a calendar.
    pub fn reason(&self, calendar: &WorkCalendar) -> Reason {
        let what = self.matter.zh();
        let deadline = self.deadline;
        let act = self.started.act.as_ref().map(|act| format!("，依据记录{act}")).unwrap_or_default();
        let head = format!("{} {}（{what}），自{}起算{act}", deadline.code(), deadline.zh(), self.started.on);
        let roll = match deadline.roll() {
            Roll::Counted => "",
            Roll::ToWorkingDay => "，届满日逢节假日顺延",
            Roll::Never => "，届满日不因节假日顺延",
        };
        let first = match (self.count, self.length) {
            (CountStartDay::Included, Length::WorkingDays(_)) => "，起算日为工作日的计入",
            (CountStartDay::Excluded, Length::WorkingDays(_) | Length::CalendarDays(_)) => "，起算日不计入",
            _ => "",
        };
        let rule = format!("{}{first}{roll}。条款：{}；取值：{}", self.length, self.clause(), deadline.source());
        let (days, result) = self.days(calendar);
        Reason { head, rule, days, result, moved: self.moved(calendar) }
    }

    fn days(&self, calendar: &WorkCalendar) -> (Vec<String>, String) {
        let due = self.due(calendar);
        let Some(mut term) = self.length.term() else {
            let day = due.date().map_or(self.started.on, |due| due.on);
            let line = match self.length {
                Length::Until(day) => format!("届满日由制度写明：{day}"),
                _ => format!("自{}起{}，至对应日{day}", self.started.on, self.length),
            };
            return (vec![line], ending(due));
        };
        let mut lines = Vec::new();
        let (mut started_on, mut count) = (self.started.on, self.count);
        for pause in &self.pauses {
            let counted = calendar.explain(started_on, term, count).lines;
            lines.extend(counted.iter().filter(|line| line.on <= pause.stopped.on).map(DayLine::to_string));
            let remaining = calendar.stop(started_on, term, count, pause.stopped.on);
            lines.push(format!("{}退回补正，停止计算，剩余{}", pause.stopped.on, remaining.term));
            let Some(resumed) = &pause.resumed else { return (lines, ending(due)) };
            lines.push(format!("{}收到补正材料，继续计算", resumed.on));
            (started_on, term, count) = (resumed.on, remaining.term, CountStartDay::Excluded);
        }
        lines.extend(calendar.explain(started_on, term, count).lines.iter().map(DayLine::to_string));
        (lines, ending(due))
    }

    /// What the starting act said, where the calendar says otherwise by now.
    fn moved(&self, calendar: &WorkCalendar) -> String {
        match (self.stated_on, self.due(calendar)) {
            (Some(stated), Due::On(due)) if stated != due.on => {
                format!("起算时按当时的日历推定为{stated}，放假安排载入后重新计算为{}", due.on)
            }
            _ => String::new(),
        }
    }
}

fn ending(due: Due) -> String {
    match due {
        Due::On(due) => {
            let provisional = if due.provisional { "（暂定，待放假安排公布后重新计算）" } else { "" };
            format!("期限届满日：{}（当日24时）{provisional}", due.on)
        }
        Due::Stopped(remaining) => format!("停止计算，剩余{}", remaining.term),
    }
}

impl fmt::Display for Reason {
    /// A paragraph: head, rule, a line a day, the result.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.head)?;
        writeln!(f, "  {}", self.rule)?;
        self.days.iter().try_for_each(|day| writeln!(f, "  {day}"))?;
        write!(f, "  {}", self.result)?;
        if self.moved.is_empty() { Ok(()) } else { write!(f, "\n  {}", self.moved) }
    }
}
