//! Dates and numbers as official documents write them (GB/T 9704, GB/T 15835): 2026年1月5日, 一、二、十一.

use chrono::{Datelike, NaiveDate};

/// A day: 2026年1月5日, without leading zeros.
pub fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The ordinal of a section, from 1: 一, 二, 十, 二十一; from a hundred on in digits.
pub fn ordinal(number: usize) -> String {
    const ONES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let one = |digit: usize| ONES.get(digit).copied().unwrap_or_default();
    match (number / 10, number % 10) {
        (0, ones) if ones > 0 => one(ones).to_owned(),
        (1, ones) => format!("十{}", one(ones)),
        (tens @ 2..10, ones) => format!("{}十{}", one(tens), one(ones)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_gb_t_9704_says() {
        assert_eq!(day("2026-01-05".parse().unwrap()), "2026年1月5日");
    }

    #[test]
    fn sections_are_counted_in_chinese() {
        assert_eq!([1, 9, 10, 11, 20, 21, 99].map(ordinal).join(" "), "一 九 十 十一 二十 二十一 九十九");
        assert_eq!((ordinal(0), ordinal(100)), ("0".to_owned(), "100".to_owned()));
    }
}
