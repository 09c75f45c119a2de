//! Working days as the State Council's yearly notices arrange them, and the legal dates counted on them.
//!
//! A working day is a weekday, minus holidays, plus make-up days (REQUIREMENTS 2.2). A year whose notice has not
//! been loaded is *provisional*: weekends are assumed and every answer that looked into it says so. Nothing here
//! tells the time; days are China Standard Time and arguments.

mod deadline;
mod explain;
mod notice;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

pub use deadline::{CountStartDay, DueDate, Remaining, Term, validity_end};
pub use explain::{DayLine, Explanation};
pub use notice::CalendarDefect;

/// The last days of December that the *next* year's notice may rearrange for New Year: 29, 30 and 31.
const NEW_YEAR_REACHES_BACK_TO: u32 = 29;

/// Holidays and make-up days of the years whose notices are loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// The document of each loaded year.
    documents: BTreeMap<i32, String>,
    /// Days that are not what their weekday says, and holidays that fall on a weekend.
    special: BTreeMap<NaiveDate, SpecialDay>,
}

/// One day that a notice names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SpecialDay {
    rest: Rest,
    /// The festival, such as 国庆节.
    name: String,
    /// The notice's year.
    notice: i32,
}

/// Whether a named day is off or worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Off,
    Worked,
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Monday to Friday, worked.
    Weekday,
    /// Saturday or Sunday, not worked.
    Weekend,
    /// 放假, and for which festival.
    Holiday(String),
    /// 调休上班, and for which festival.
    MakeUp(String),
}

impl DayKind {
    /// Whether offices work on it.
    pub fn is_working(&self) -> bool {
        matches!(self, DayKind::Weekday | DayKind::MakeUp(_))
    }
}

/// An answer of the calendar, and whether a notice still to come can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// The answer.
    pub value: T,
    /// Some day looked at has no notice yet; weekends were assumed.
    pub provisional: bool,
}

impl WorkCalendar {
    /// Reads a calendar in the format of `data/calendar.toml`.
    ///
    /// Fails with [`CalendarDefect`] on malformed text, a repeated year, or a day named twice, off on no day, or
    /// worked on a weekday.
    pub fn parse(text: &str) -> Result<Self, CalendarDefect> {
        notice::parse(text)
    }

    /// The calendar shipped with the program: 2004 to 2026.
    pub fn shipped() -> Result<Self, CalendarDefect> {
        Self::parse(Self::shipped_text())
    }

    /// The text of the shipped calendar, as a directory document carries it.
    pub fn shipped_text() -> &'static str {
        include_str!("../../data/calendar.toml")
    }

    /// This calendar with the notices of `later` added; a year that both hold is taken from `later`.
    pub fn with(mut self, later: WorkCalendar) -> Self {
        self.special.retain(|_, day| !later.documents.contains_key(&day.notice));
        self.documents.extend(later.documents);
        self.special.extend(later.special);
        self
    }

    /// The years whose notice is loaded, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.documents.keys().copied()
    }

    /// The notice that arranges a year, such as 国办发明电〔2025〕7号.
    pub fn document(&self, year: i32) -> Option<&str> {
        self.documents.get(&year).map(String::as_str)
    }

    /// What kind of day it is, by the notices loaded.
    pub fn day_kind(&self, day: NaiveDate) -> DayKind {
        match self.special.get(&day) {
            Some(SpecialDay { rest: Rest::Off, name, .. }) => DayKind::Holiday(name.clone()),
            Some(SpecialDay { rest: Rest::Worked, name, .. }) => DayKind::MakeUp(name.clone()),
            None if is_weekend(day) => DayKind::Weekend,
            None => DayKind::Weekday,
        }
    }

    /// Whether offices work on a day.
    pub fn is_working_day(&self, day: NaiveDate) -> Known<bool> {
        Known { value: self.works(day), provisional: !self.is_settled(day) }
    }

    /// Whether no notice still to come can change a day: its year's notice is loaded and, for 29 to 31 December,
    /// the next year's too.
    pub fn is_settled(&self, day: NaiveDate) -> bool {
        let at_the_turn = day.month() == 12 && day.day() >= NEW_YEAR_REACHES_BACK_TO;
        self.documents.contains_key(&day.year())
            && (!at_the_turn || self.documents.contains_key(&day.year().saturating_add(1)))
    }

    fn works(&self, day: NaiveDate) -> bool {
        match self.special.get(&day) {
            Some(special) => special.rest == Rest::Worked,
            None => !is_weekend(day),
        }
    }
}

impl fmt::Display for DayKind {
    /// The day in Chinese: 工作日, 休息日, 国庆节放假, 国庆节调休上班.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DayKind::Weekday => f.write_str("工作日"),
            DayKind::Weekend => f.write_str("休息日"),
            DayKind::Holiday(name) => write!(f, "{name}放假"),
            DayKind::MakeUp(name) => write!(f, "{name}调休上班"),
        }
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The day after; the last day chrono knows stays where it is, so that counting ends.
fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests;
