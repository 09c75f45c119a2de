//! How a deadline was counted, day by day, in the words an officer can check against the wall calendar.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{CountStartDay, DayKind, DueDate, Term, WorkCalendar, next};

/// One day of the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// The day.
    pub on: NaiveDate,
    /// Its number in the count, from 1; absent when it does not count.
    pub counted: Option<u32>,
    /// Why, in Chinese.
    pub reason: String,
}

/// A deadline with its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The last day.
    pub due: DueDate,
    /// Every day from the start to the last day.
    pub lines: Vec<DayLine>,
}

impl WorkCalendar {
    /// Counts a deadline as [`WorkCalendar::deadline`] does and says what every day was.
    pub fn explain(&self, start: NaiveDate, term: Term, count: CountStartDay) -> Explanation {
        let due = self.deadline(start, term, count);
        let mut lines = Vec::new();
        let mut counted = 0;
        let mut at = start;
        while at <= due.on {
            let in_term = at > start || count == CountStartDay::Included;
            let works = self.works(at);
            let counts = match term {
                Term::WorkingDays(_) => in_term && works,
                Term::CalendarDays(_) => in_term,
            } && counted < term.days();
            counted += u32::from(counts);
            lines.push(DayLine {
                on: at,
                counted: counts.then_some(counted),
                reason: self.reason(at, term, counts.then_some(counted), in_term),
            });
            if at == NaiveDate::MAX {
                break;
            }
            at = next(at);
        }
        Explanation { due, lines }
    }

    fn reason(&self, day: NaiveDate, term: Term, counted: Option<u32>, in_term: bool) -> String {
        let kind = self.day_kind(day);
        let mut reason = kind.to_string();
        if let Some(special) = self.special.get(&day)
            && let Some(document) = self.document(special.notice)
        {
            reason.push_str(&format!("（{document}）"));
        }
        reason.push_str(&match (term, counted) {
            _ if !in_term => "，起算日，不计入".to_owned(),
            (Term::WorkingDays(_), Some(number)) => format!("，第{number}个工作日"),
            (Term::CalendarDays(_), Some(number)) => format!("，第{number}日"),
            (Term::WorkingDays(_), None) => "，不计入".to_owned(),
            (Term::CalendarDays(_), None) if kind.is_working() => "，期限顺延至本日届满".to_owned(),
            (Term::CalendarDays(_), None) => "，期限顺延".to_owned(),
        });
        if !self.is_settled(day) {
            reason.push_str("（放假安排尚未公布，暂按周末推定）");
        }
        if matches!(kind, DayKind::Weekend) && counted.is_some() {
            // A calendar-day count runs through weekends; say so, since the reader may expect otherwise.
            reason.push_str("，日历日连续计算");
        }
        reason
    }
}

impl fmt::Display for DayLine {
    /// 2026-10-01 星期四：国庆节放假（国办发明电〔2025〕7号），不计入.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 星期{}：{}", self.on, weekday_zh(self.on), self.reason)
    }
}

impl fmt::Display for Explanation {
    /// A line a day, then the result, in Chinese.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        let provisional = if self.due.provisional { "（暂定，待放假安排公布后重新计算）" } else { "" };
        write!(f, "期限届满日：{}（当日24时）{provisional}", self.due.on)
    }
}

fn weekday_zh(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    }
}
