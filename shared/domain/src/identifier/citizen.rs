//! 公民身份号码 (GB 11643): recognised so that it can be held back, and kept so that nothing shows it by accident.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::{CodeDefect, CodeKind, Reading, ReadingFlag, check, intake, uscc};
use crate::region::RegionCode;

const KIND: CodeKind = CodeKind::CitizenId;

/// Province-level codes that ID numbers begin with: GB/T 2260, and 81 to 83 for residents from Hong Kong, Macao, Taiwan.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

/// Nobody listed was born before; a firm's code mistaken for a number mostly fails here.
const BIRTH_YEARS: std::ops::RangeInclusive<i32> = 1890..=2099;

/// Two-digit birth years that make a 15-digit number look like a person's. Those below 30 also begin the serials of
/// most registered firms, and their bearers would be older than the people who stand in today's files.
const LEGACY_YEARS_THAT_LOOK_PERSONAL: std::ops::RangeInclusive<i32> = 1930..=1999;

/// A citizen's ID number: 18 characters, date of birth and check digit correct.
///
/// `Debug` and `Display` mask it, and there is no serde on purpose: it leaves memory only sealed, through
/// [`CitizenId::in_clear`], in the code that seals it. The county within it is not compared with any table: it is the
/// county of the first registration, often out of use, and no list of them is complete.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId(String);

impl CitizenId {
    /// Reads a cell. A 15-digit number is brought into the 18-digit form (19 before the year, check digit behind),
    /// so that one person has one number; the reading says so.
    pub fn read(raw: &str) -> Result<Reading<Self>, CodeDefect> {
        let canonical = intake::canonical(raw)?;
        let text = canonical.text.as_str();
        let found = text.chars().count();
        if found != 18 && found != 15 {
            return Err(CodeDefect::WrongLength { kind: KIND, found });
        }
        let digits = if found == 18 { 17 } else { 15 };
        for (place, c) in text.chars().enumerate() {
            if !(c.is_ascii_digit() || (place == 17 && c == 'X')) {
                if uscc::holds(text) {
                    return Err(CodeDefect::LooksLikeUscc { kind: KIND });
                }
                return Err(CodeDefect::ForbiddenCharacter { kind: KIND, position: place + 1, found: c });
            }
        }
        let mut first = text.get(..digits).unwrap_or_default().to_owned();
        if found == 15 {
            first.insert_str(6, "19");
        }
        if !(begins_with_province(&first) || (found == 18 && begins_like_a_foreigner(&first))) {
            return Err(CodeDefect::NoSuchProvince);
        }
        if birth(&first).is_none() {
            return Err(CodeDefect::NoSuchDate);
        }
        let last = check::citizen(first.as_bytes()).map(char::from);
        let number: String = first.chars().chain(last).collect();
        if found == 15 {
            let mut reading = canonical.reading(Self(number));
            reading.flags.push(ReadingFlag::Upgraded);
            return Ok(reading);
        }
        match number == text {
            true => Ok(canonical.reading(Self(number))),
            false if intake::ends_like_a_truncated_number(text) => Err(CodeDefect::DigitsLost),
            false => Err(CodeDefect::CheckFailed { kind: KIND }),
        }
    }

    /// The number itself, for sealing and for keyed hashing only.
    pub fn in_clear(&self) -> &str {
        &self.0
    }

    /// As it may be shown (AMB-15): 420802********1234.
    pub fn masked(&self) -> String {
        self.to_string()
    }

    /// The date of birth it says.
    pub fn born_on(&self) -> NaiveDate {
        // The constructors admit existing dates only.
        birth(&self.0).unwrap_or_default()
    }

    /// Builds a valid number for tests and rehearsals: it belongs to nobody the program knows of.
    ///
    /// `region` should lie in an existing province, and `born_on` in 1890 to 2099; only the last three digits of
    /// `serial` count.
    pub fn synthesize(region: RegionCode, born_on: NaiveDate, serial: u16) -> Self {
        let year = born_on.year().clamp(*BIRTH_YEARS.start(), *BIRTH_YEARS.end());
        let born_on = born_on.with_year(year).unwrap_or_default();
        let first = format!("{region}{}{:03}", born_on.format("%Y%m%d"), serial % 1000);
        let last = check::citizen(first.as_bytes()).map(char::from);
        Self(first.chars().chain(last).collect())
    }
}

impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = (self.0.get(..6).unwrap_or_default(), self.0.get(14..).unwrap_or_default());
        write!(f, "{head}********{tail}")
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({self})")
    }
}

/// Whether a text begins with a complete ID number: 18 characters, province, date and check digit in order.
///
/// Individual taxpayers' numbers are an ID number with two digits behind.
pub(super) fn holds(text: &str) -> bool {
    let Some((first, last)) = text.get(..18).and_then(|number| number.split_at_checked(17)) else { return false };
    let person = begins_with_province(first) || begins_like_a_foreigner(first);
    person && birth(first).is_some() && check::citizen(first.as_bytes()) == last.bytes().next()
}

/// Whether a text has the form of an ID number, though its check digit may be wrong: a mistyped number is still
/// somebody's.
pub(super) fn resembles(text: &str) -> bool {
    let Some((first, last)) = text.split_at_checked(17) else { return false };
    let ended = matches!(last.as_bytes(), [b'0'..=b'9' | b'X']);
    ended && begins_with_province(first) && birth(first).is_some()
}

/// Whether a text begins with 15 digits that read as an old ID number of somebody born from 1930 to 1999.
pub(super) fn resembles_legacy(text: &str) -> bool {
    let Some(first) = text.get(..15) else { return false };
    let mut eighteen = first.to_owned();
    eighteen.insert_str(6, "19");
    begins_with_province(first)
        && birth(&eighteen).is_some_and(|born_on| LEGACY_YEARS_THAT_LOOK_PERSONAL.contains(&born_on.year()))
}

/// Holds back whatever begins with or has the form of a modern ID number; shorter texts are the caller's to judge.
pub(super) fn hold_back_unless_short(text: &str, kind: CodeKind) -> Result<(), CodeDefect> {
    let personal = holds(text) || (resembles(text) && !uscc::holds(text));
    if personal { Err(CodeDefect::LooksLikeCitizenId { kind }) } else { Ok(()) }
}

fn begins_with_province(text: &str) -> bool {
    text.get(..2).and_then(|province| province.parse().ok()).is_some_and(|province| PROVINCES.contains(&province))
}

/// Foreigners' permanent residence cards since 2023: 9, then the province.
fn begins_like_a_foreigner(text: &str) -> bool {
    text.strip_prefix('9').is_some_and(begins_with_province)
}

/// The date of birth in the first 17 digits, if all are digits and the date exists.
fn birth(first: &str) -> Option<NaiveDate> {
    if !first.bytes().take(17).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| first.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(part(6..10)?).ok().filter(|year| BIRTH_YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, part(10..12)?, part(12..14)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(region: &str, born_on: &str, serial: u16) -> CitizenId {
        CitizenId::synthesize(region.parse().unwrap(), born_on.parse().unwrap(), serial)
    }

    /// The first 17 digits of a number and its check character.
    fn parts(person: &CitizenId) -> (String, char) {
        let number = person.in_clear();
        (number[..17].to_owned(), char::from(number.as_bytes()[17]))
    }

    #[test]
    fn neither_display_nor_debug_shows_a_number() {
        let person = person("420802", "1980-02-29", 123);
        let (first, last) = parts(&person);
        let shown = format!("{person} {person:?} {:?}", CitizenId::read(person.in_clear()).unwrap());
        assert!(!shown.contains("19800229"), "masked where the birth date stands");
        assert_eq!(person.masked(), format!("420802********{}{last}", &first[14..]));
        assert_eq!(person.born_on().to_string(), "1980-02-29");
    }

    #[test]
    fn a_number_is_read_in_any_spelling() {
        let number =
            (0..1000).map(|serial| person("420802", "1980-02-29", serial)).find(|p| parts(p).1 == 'X').unwrap();
        let reading = CitizenId::read(&format!(" '{} ", number.in_clear().to_lowercase())).unwrap();
        assert!(reading.code == number && reading.has(ReadingFlag::Respelled));
    }

    #[test]
    fn a_fifteen_digit_number_becomes_the_same_person() {
        let modern = person("420802", "1969-12-31", 41);
        let legacy = format!("{}{}", &modern.in_clear()[..6], &modern.in_clear()[8..17]);
        let reading = CitizenId::read(&legacy).unwrap();
        assert!(reading.code == modern && reading.flags == [ReadingFlag::Upgraded]);
    }

    #[test]
    fn every_wrong_number_says_why_and_repeats_nothing() {
        let sound = person("420802", "1980-02-29", 123);
        let (first, last) = parts(&sound);
        let wrong_last = if last == '1' { '2' } else { '1' };
        let not_a_leap_year = first.replace("19800229", "19810229");
        for (raw, expect) in [
            (format!("{first}{wrong_last}"), "CODE_CHECK_FAILED"),
            (format!("{not_a_leap_year}{last}"), "CITIZEN_ID_NO_SUCH_DATE"),
            (format!("99{}{last}", &first[2..]), "CITIZEN_ID_NO_SUCH_PROVINCE"),
            (format!("{first}A"), "CODE_FORBIDDEN_CHARACTER"),
            (first.clone(), "CODE_WRONG_LENGTH"),
            (format!("{}000", &first[..15]), "CODE_DIGITS_LOST"),
            (format!("{}********{}{last}", &first[..6], &first[14..]), "CODE_MASKED"),
            ("4.20802E+17".to_owned(), "CODE_DIGITS_LOST"),
            ("/".to_owned(), "CODE_ABSENT"),
        ] {
            let defect = CitizenId::read(&raw).unwrap_err();
            assert_eq!(defect.code(), expect);
            let told = format!("{defect} {defect:?} {} {}", defect.zh(), defect.remedy());
            assert!(!told.contains("420802") && !told.contains("1980"), "{expect}");
        }
    }

    #[test]
    fn a_foreigner_with_a_permanent_residence_card_has_a_number_too() {
        let first = "91142019810803002";
        let last = char::from(check::citizen(first.as_bytes()).unwrap());
        assert!(CitizenId::read(&format!("{first}{last}")).is_ok());
    }
}
