//! Citizens' ID numbers: noticed wherever they stand, masked wherever they are shown.

use std::borrow::Cow;

use chrono::NaiveDate;
use honghei_domain::identifier::{CitizenId, CodeDefect, Uscc};

use super::code;
use super::reader::RowReader;
use super::value::Value;
use crate::column::Field;
use crate::problem::ProblemCode;

/// Characters of an ID number.
const LENGTH: usize = 18;
/// What stays visible of one: the region before, the serial behind (AMB-15).
const SHOWN_BEFORE: usize = 6;
const SHOWN_BEHIND: usize = 4;

/// A citizen's ID number as the domain reads it.
pub(super) fn citizen_number(text: &str) -> Option<CitizenId> {
    CitizenId::read(text).ok().map(|reading| reading.code)
}

/// The text of a cell that is meant for a personal number.
pub(super) fn number_text(reader: &mut RowReader<'_>, field: Field) -> Option<String> {
    match reader.value(field)? {
        Value::Text(text) => Some(text.into_owned()),
        Value::Number(number) if code::has_lost_digits(number) => {
            reader.note(field, ProblemCode::DigitsLost, CodeDefect::DigitsLost.zh());
            None
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Date(_) | Value::Error(_) => None,
    }
}

/// Whether a citizen's ID number stands anywhere in a text, be its check digit right or mistyped.
pub(super) fn holds_citizen_number(text: &str) -> bool {
    // Most cells hold no long number, in either width of digits.
    if text.len() < LENGTH {
        return false;
    }
    let folded = folded(text);
    runs(&folded).any(|(start, end)| folded.get(start..end).is_some_and(begins_with_number))
}

/// Masks what looks like a citizen's ID number and leaves the rest, for cells where none belongs.
pub(crate) fn mask_likely(text: &str) -> String {
    if holds_citizen_number(text) { masked_runs(&folded(text), begins_with_number) } else { text.to_owned() }
}

/// Masks every number and code in a text, for cells where a personal number belongs or was found.
pub(crate) fn mask_always(text: &str) -> String {
    masked_runs(&folded(text), |_| true)
}

fn masked_runs(text: &str, is_personal: impl Fn(&str) -> bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in runs(text) {
        let run = text.get(start..end).unwrap_or_default();
        if run.len() > 3 && is_personal(run) {
            masked.push_str(text.get(done..start).unwrap_or_default());
            masked.push_str(&masked_run(run));
            done = end;
        }
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked
}

fn masked_run(run: &str) -> String {
    let (before, behind) = if run.len() >= 15 { (SHOWN_BEFORE, SHOWN_BEHIND) } else { (2, 0) };
    let stars = "*".repeat(run.len() - before - behind);
    format!("{}{stars}{}", run.get(..before).unwrap_or_default(), run.get(run.len() - behind..).unwrap_or_default())
}

/// The places of digits and Latin letters in a row, each run as (start, end) in bytes.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?;
        let length = bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        at = start + length;
        Some((start, at))
    })
}

/// Whether a run begins with eighteen characters in the form of an ID number, or has them behind leading letters.
fn begins_with_number(run: &str) -> bool {
    let run = run.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let Some((number, _)) = run.split_at_checked(LENGTH) else { return false };
    let Some((digits, last)) = number.split_at_checked(LENGTH - 1) else { return false };
    let form =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && matches!(last.as_bytes(), [b'X' | b'x' | b'0'..=b'9']);
    form && has_province(digits) && has_birthday(digits) && Uscc::read(number).is_err()
}

fn has_province(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1'..=b'8', b'1'..=b'9' | b'0', ..])
}

fn has_birthday(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(6..10), part(10..12), part(12..14)) else { return false };
    (1890..2100).contains(&year)
        && i32::try_from(year).is_ok_and(|year| NaiveDate::from_ymd_opt(year, month, day).is_some())
}

/// Half-width digits and letters.
fn folded(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| matches!(c, '\u{ff10}'..='\u{ff5a}')) {
        let half = |c: char| match c {
            '\u{ff10}'..='\u{ff5a}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        Cow::Owned(text.chars().map(half).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that belongs to nobody, built when the test runs.
    fn number() -> String {
        let born_on = NaiveDate::from_ymd_opt(1980, 2, 29).unwrap();
        CitizenId::synthesize("420802".parse().unwrap(), born_on, 17).in_clear().to_owned()
    }

    #[test]
    fn a_number_is_noticed_in_running_text_in_any_width_of_digits() {
        let number = number();
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for text in
            [&number, &format!("负责人（身份证{number}）"), &format!("ID{number}"), &wide, &format!("{number}01")]
        {
            assert!(holds_citizen_number(text));
            assert!(!mask_likely(text).contains(&number[6..14]));
        }
    }

    #[test]
    fn a_mistyped_number_is_somebodys_too() {
        let mut mistyped = number();
        let last = if mistyped.ends_with('1') { '2' } else { '1' };
        mistyped.pop();
        mistyped.push(last);
        assert!(holds_citizen_number(&mistyped));
    }

    #[test]
    fn firms_codes_and_document_numbers_are_left_alone() {
        let firm = Uscc::synthesize('9', '1', "420802", "00012345").unwrap();
        for text in [firm.as_str(), "荆商罚字〔2018〕第12号", "420800000012345", "20171106", "12345678901234567890"]
        {
            assert!(!holds_citizen_number(text), "{text}");
            assert_eq!(mask_likely(text), text);
        }
    }

    #[test]
    fn a_personal_cell_is_masked_whatever_it_holds() {
        assert_eq!(mask_always("护照G12345678"), "护照G1*******");
        assert_eq!(mask_always("42080219800229"), "42************");
        let masked = mask_always(&number());
        assert!(masked.starts_with("420802********") && masked.len() == 18);
    }
}
