//! The text format of a calendar: one notice a year, read strictly.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Rest, SpecialDay, WorkCalendar, is_weekend, next};

/// The longest range of days one line may name; the longest holiday so far had ten.
const LONGEST_RANGE_DAYS: i64 = 31;

/// Why a text is not a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarDefect {
    /// Not TOML, or not the fields of a calendar.
    #[error("the calendar is not readable: {0}")]
    Malformed(String),
    /// A line is not a festival and its days.
    #[error(
        "notice {year}: expected a festival and its days, such as \"国庆节 10-01..10-07\" of at most 31 days; got {line:?}"
    )]
    Line {
        /// The notice's year.
        year: i32,
        /// The line.
        line: String,
    },
    /// A year has two notices.
    #[error("notice {0}: the year is given twice; merge its notices into one")]
    YearTwice(i32),
    /// A day is named twice.
    #[error("notice {year}: {day} is named twice")]
    DayTwice {
        /// The notice's year.
        year: i32,
        /// The day.
        day: NaiveDate,
    },
    /// A make-up day lies on a weekday.
    #[error("notice {year}: {day} is a weekday and cannot be a make-up day")]
    WorkedWeekday {
        /// The notice's year.
        year: i32,
        /// The day.
        day: NaiveDate,
    },
}

impl CalendarDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            CalendarDefect::Malformed(_) => "CALENDAR_MALFORMED",
            CalendarDefect::Line { .. } => "CALENDAR_LINE_MALFORMED",
            CalendarDefect::YearTwice(_) => "CALENDAR_YEAR_TWICE",
            CalendarDefect::DayTwice { .. } => "CALENDAR_DAY_TWICE",
            CalendarDefect::WorkedWeekday { .. } => "CALENDAR_WORKED_WEEKDAY",
        }
    }
}

/// The whole text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    notice: Vec<Notice>,
}

/// One year's notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    year: i32,
    document: String,
    off: Vec<String>,
    #[serde(default)]
    work: Vec<String>,
}

pub(super) fn parse(text: &str) -> Result<WorkCalendar, CalendarDefect> {
    let text: Text = toml::from_str(text).map_err(|defect| CalendarDefect::Malformed(defect.message().to_owned()))?;
    let mut calendar = WorkCalendar::default();
    for notice in text.notice {
        let year = notice.year;
        if calendar.documents.insert(year, notice.document).is_some() {
            return Err(CalendarDefect::YearTwice(year));
        }
        for line in &notice.off {
            name_days(&mut calendar.special, year, line, Rest::Off)?;
        }
        for line in &notice.work {
            name_days(&mut calendar.special, year, line, Rest::Worked)?;
        }
    }
    Ok(calendar)
}

fn name_days(
    special: &mut BTreeMap<NaiveDate, SpecialDay>,
    year: i32,
    line: &str,
    rest: Rest,
) -> Result<(), CalendarDefect> {
    let (name, first, last) =
        read_line(year, line).ok_or_else(|| CalendarDefect::Line { year, line: line.to_owned() })?;
    let mut day = first;
    while day <= last {
        if rest == Rest::Worked && !is_weekend(day) {
            return Err(CalendarDefect::WorkedWeekday { year, day });
        }
        let named = SpecialDay { rest, name: name.to_owned(), notice: year };
        if special.insert(day, named).is_some() {
            return Err(CalendarDefect::DayTwice { year, day });
        }
        day = next(day);
    }
    Ok(())
}

/// `festival MM-DD` or `festival MM-DD..MM-DD`; either date may carry the year before the notice's own.
fn read_line(year: i32, line: &str) -> Option<(&str, NaiveDate, NaiveDate)> {
    let (name, days) = line.split_once(' ')?;
    let (first, last) = days.split_once("..").unwrap_or((days, days));
    let (first, last) = (read_day(year, first)?, read_day(year, last)?);
    let length = (last - first).num_days() + 1;
    let in_reach = |day: NaiveDate| day >= NaiveDate::from_ymd_opt(year.saturating_sub(1), 12, 1).unwrap_or(day);
    let sound = !name.is_empty() && (1..=LONGEST_RANGE_DAYS).contains(&length) && in_reach(first);
    sound.then_some((name, first, last))
}

fn read_day(year: i32, text: &str) -> Option<NaiveDate> {
    let full = if text.len() == 5 { format!("{year:04}-{text}") } else { text.to_owned() };
    NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()
}
