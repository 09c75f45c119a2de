//! A calendar quarter.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar quarter of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    year: i32,
    number: u32,
}

/// A text or numbers that name no quarter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written 2018Q1, with a year from 1 to 9999 and a number from 1 to 4; got {0:?}")]
pub struct QuarterDefect(String);

impl QuarterDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "QUARTER_MALFORMED"
    }
}

impl Quarter {
    /// A quarter by year and number, 1 to 4.
    ///
    /// # Errors
    /// A [`QuarterDefect`] for numbers that name none.
    pub fn new(year: i32, number: u32) -> Result<Self, QuarterDefect> {
        if (1..=9999).contains(&year) && (1..=4).contains(&number) {
            Ok(Self { year, number })
        } else {
            Err(QuarterDefect(format!("{year}Q{number}")))
        }
    }

    /// The quarter a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year().clamp(1, 9999), number: day.month0() / 3 + 1 }
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// 1 to 4.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, (self.number - 1) * 3 + 1, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        let day = if matches!(self.number, 1 | 4) { 31 } else { 30 };
        NaiveDate::from_ymd_opt(self.year, self.number * 3, day).unwrap_or(NaiveDate::MAX)
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }

    /// The quarter after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self.number {
            4 => Self { year: self.year + 1, number: 1 },
            number => Self { number: number + 1, ..self },
        }
    }

    /// The quarter before it.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.number {
            1 => Self { year: self.year - 1, number: 4 },
            number => Self { number: number - 1, ..self },
        }
    }

    /// As officers read it: 2018年第1季度.
    pub fn zh(self) -> String {
        format!("{}年第{}季度", self.year, self.number)
    }
}

impl fmt::Display for Quarter {
    /// `2018Q1`: four digits of year, so that texts sort as quarters do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = QuarterDefect;
    fn from_str(text: &str) -> Result<Self, QuarterDefect> {
        let malformed = || QuarterDefect(text.chars().take(80).collect());
        let (year, number) = text.split_once(['Q', 'q']).ok_or_else(malformed)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year) || !digits(number) {
            return Err(malformed());
        }
        let (year, number) = (year.parse().map_err(|_| malformed())?, number.parse().map_err(|_| malformed())?);
        Self::new(year, number).map_err(|_| malformed())
    }
}
