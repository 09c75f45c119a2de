//! What a cell says: empties in all their spellings, text, dates, terms and yes or no.

use std::borrow::Cow;

use chrono::{Datelike, Months, NaiveDate};

use crate::source::Cell;

/// What stands in a cell that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Trimmed text without guards.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A date.
    Date(NaiveDate),
    /// An error of the spreadsheet.
    Error(&'a str),
}

/// The value of a cell, or `None` for an empty one and for `/`, `无`, `—` and the like.
pub(super) fn of(cell: &Cell) -> Option<Value<'_>> {
    match cell {
        Cell::Empty => None,
        Cell::Number(number) => Some(Value::Number(*number)),
        Cell::Date(date) => Some(Value::Date(*date)),
        Cell::Error(text) => Some(Value::Error(text)),
        Cell::Bool(_) => Some(Value::Text(cell.text())),
        Cell::Text(text) => {
            let text = unguarded(text);
            if says_nothing(&text) { None } else { Some(Value::Text(text)) }
        }
    }
}

/// Trims, takes `="…"` and `'…` guards off, and drops marks that nobody sees.
fn unguarded(text: &str) -> Cow<'_, str> {
    let text = trimmed(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    let text = trimmed(text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text));
    if text.contains(is_unseen) || text.contains(['\n', '\r', '\t']) {
        let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        Cow::Owned(seen.split(['\n', '\r', '\t']).map(trimmed).filter(|line| !line.is_empty()).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn says_nothing(text: &str) -> bool {
    text.is_empty()
        || matches!(text, "无" | "空" | "暂无" | "null" | "NULL" | "N/A" | "n/a" | "\\N")
        || text.chars().all(|c| matches!(c, '/' | '／' | '\\' | '-' | '－' | '—' | '–' | '―' | '_'))
}

/// Why a value is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateDefect {
    /// None of the known forms, or no such day.
    Unreadable,
    /// A day count that lost its date format.
    SerialNumber,
}

impl DateDefect {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "不是有效的日期",
            Self::SerialNumber => "是日期序列号，单元格丢失了日期格式",
        }
    }
}

/// Reads 2017-11-06, 2017/11/6, 2017.11.6, 2017年11月6日, 20171106, any of them with a time behind it, and date cells.
pub(super) fn date(value: &Value<'_>) -> Result<NaiveDate, DateDefect> {
    match value {
        Value::Date(date) => Ok(*date),
        Value::Number(number) if (20_000.0..80_000.0).contains(number) => Err(DateDefect::SerialNumber),
        Value::Number(number) if number.fract() == 0.0 => text_date(&format!("{number:.0}")),
        Value::Text(text) => text_date(text),
        Value::Number(_) | Value::Error(_) => Err(DateDefect::Unreadable),
    }
}

fn text_date(text: &str) -> Result<NaiveDate, DateDefect> {
    // A date of fixed width loses its time of day: 2017-11-06 00:00:00, 2017-11-06T00:00:00.
    let text = half_width(text);
    let day = text.split([' ', 'T']).next().unwrap_or(&text);
    let parts: Vec<&str> = if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        [day.get(..4), day.get(4..6), day.get(6..)].into_iter().flatten().collect()
    } else {
        day.strip_suffix('日').unwrap_or(day).split(['-', '/', '.', '年', '月']).collect()
    };
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| whole(part)).collect();
    let date = match numbers.as_deref() {
        Some([year, month, day]) => {
            i32::try_from(*year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, *month, *day))
        }
        _ => None,
    };
    date.filter(|date| (1949..2200).contains(&date.year())).ok_or(DateDefect::Unreadable)
}

fn whole(part: &str) -> Option<u32> {
    let digits = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits { part.parse().ok() } else { None }
}

fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// What a column of validity says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// The last day.
    Until(NaiveDate),
    /// First and last day.
    Between(NaiveDate, NaiveDate),
    /// So many years from the start.
    Years(u32),
    /// 长期: no end stated.
    Open,
}

/// Reads a last day, `起至止`, `三年` or `长期`.
pub(super) fn term(value: &Value<'_>) -> Result<Term, DateDefect> {
    let Value::Text(text) = value else { return date(value).map(Term::Until) };
    if matches!(text.as_ref(), "长期" | "永久" | "长期有效") {
        return Ok(Term::Open);
    }
    if let Some(years) = text.strip_suffix('年').and_then(|count| years(count.trim())) {
        return Ok(Term::Years(years));
    }
    if let Some((from, to)) = text.split_once(['至', '~', '～']) {
        return Ok(Term::Between(text_date(from.trim())?, text_date(to.trim())?));
    }
    text_date(text).map(Term::Until)
}

fn years(count: &str) -> Option<u32> {
    let written = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let spelt = written.iter().zip(1..).find(|(word, _)| **word == count).map(|(_, years)| years);
    spelt.or_else(|| half_width(count).parse().ok()).filter(|years| (1..=50).contains(years))
}

/// The last day of a validity of so many years from a start (民法典 202; 29 February -> 28 February).
pub(super) fn years_after(start: NaiveDate, years: u32) -> Option<NaiveDate> {
    start.checked_add_months(Months::new(12 * years))
}

/// Yes or no in the words that stand in such columns.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "是" | "能" | "可" | "有" | "可以" | "可修复" | "允许" | "允许修复" | "Y" | "y" | "1" | "申诉中" | "复议中"
        | "诉讼中" => Some(true),
        "否" | "不能" | "不可" | "没有" | "不可以" | "不可修复" | "不得修复" | "不允许" | "N" | "n" | "0"
        | "未申诉" | "不得" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value<'_> {
        Value::Text(text.into())
    }

    #[test]
    fn every_spelling_of_nothing_is_empty() {
        for nothing in ["", " ", "/", "／", "无", "—", "——", "-", "--", "暂无", "NULL", "\u{3000}", "=\"\"", "'"]
        {
            assert_eq!(of(&Cell::Text(nothing.into())), None, "{nothing:?}");
        }
        assert_eq!(of(&Cell::Text("无锡样例公司".into())), Some(text("无锡样例公司")));
    }

    #[test]
    fn guards_and_unseen_marks_are_taken_off() {
        assert_eq!(of(&Cell::Text("=\"0012\"".into())), Some(text("0012")));
        assert_eq!(of(&Cell::Text(" '0012\u{200b} ".into())), Some(text("0012")));
        assert_eq!(of(&Cell::Text("荆门样例\r\n商贸公司".into())), Some(text("荆门样例商贸公司")));
    }

    #[test]
    fn dates_are_read_in_every_form_they_come_in() {
        let expected = NaiveDate::from_ymd_opt(2017, 11, 6).unwrap();
        for form in [
            "2017-11-06",
            "2017/11/6",
            "2017.11.06",
            "2017年11月6日",
            "20171106",
            "2017-11-06 00:00:00",
            "２０１７－１１－０６",
        ] {
            assert_eq!(date(&text(form)), Ok(expected), "{form}");
        }
        assert_eq!(date(&Value::Number(20_171_106.0)), Ok(expected));
        assert_eq!(date(&Value::Date(expected)), Ok(expected));
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for form in [
            "2017-02-29",
            "17-11-06",
            "2017年11月",
            "2017-11",
            "昨天",
            "2017-11-06-1",
            "2017+11-06",
            "１",
            "11/06/2017",
        ] {
            assert_eq!(date(&text(form)), Err(DateDefect::Unreadable), "{form}");
        }
        assert_eq!(date(&Value::Number(43_045.0)), Err(DateDefect::SerialNumber));
    }

    #[test]
    fn a_validity_is_a_day_a_range_or_a_number_of_years() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(term(&text("2020-11-05")), Ok(Term::Until(day("2020-11-05"))));
        assert_eq!(term(&text("2017-11-06至2020-11-05")), Ok(Term::Between(day("2017-11-06"), day("2020-11-05"))));
        assert_eq!(term(&text("三年")), Ok(Term::Years(3)));
        assert_eq!(term(&text("3年")), Ok(Term::Years(3)));
        assert_eq!(term(&text("长期")), Ok(Term::Open));
        assert_eq!(years_after(day("2024-02-29"), 3), Some(day("2027-02-28")));
    }
}
