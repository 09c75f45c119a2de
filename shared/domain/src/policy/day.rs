//! A TOML local date as a day.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::Error};
use toml::value::Datetime;

pub(super) fn required<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let found = Datetime::deserialize(from)?;
    let day = match (found.date, found.time, found.offset) {
        (Some(date), None, None) => {
            NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        }
        _ => None,
    };
    day.ok_or_else(|| D::Error::custom(format!("expected a date such as 2016-01-01, got {found}")))
}

pub(super) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    required(from).map(Some)
}
