//! 工商注册号: what firms had before the USCC; 13 digits until 2007, then 15 with a check digit.

use serde::{Deserialize, Serialize};

use super::{CodeDefect, CodeKind, Reading, ReadingFlag, check, citizen, code_text, intake, uscc};
use crate::region::RegionCode;

const KIND: CodeKind = CodeKind::RegistrationNumber;

/// 工商注册号: 13 or 15 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber(String);

code_text!(RegistrationNumber, shape);

impl RegistrationNumber {
    /// Reads a cell. A check digit that does not hold is a flag, not a refusal; but then a number that reads as an
    /// old citizen ID number is held back.
    pub fn read(raw: &str) -> Result<Reading<Self>, CodeDefect> {
        let canonical = intake::canonical(raw)?;
        let text = canonical.text.as_str();
        citizen::hold_back_unless_short(text, KIND)?;
        if uscc::holds(text) {
            return Err(CodeDefect::LooksLikeUscc { kind: KIND });
        }
        shape(text)?;
        let mut reading = canonical.reading(Self(text.to_owned()));
        if text.len() == 15 && !holds(text) {
            if citizen::resembles_legacy(text) {
                return Err(CodeDefect::LooksLikeCitizenId { kind: KIND });
            }
            reading.flags.push(ReadingFlag::RegistrationCheckFailed);
        }
        Ok(reading)
    }

    /// Takes the canonical text of a message or a row: 13 or 15 digits.
    pub fn parse(text: &str) -> Result<Self, CodeDefect> {
        shape(text)?;
        Ok(Self(text.to_owned()))
    }

    /// Whether the check digit holds; none for the 13-digit form, which has no check digit.
    pub fn check_holds(&self) -> Option<bool> {
        (self.0.len() == 15).then(|| holds(&self.0))
    }

    /// Builds a valid 15-digit number for samples: region, the last eight digits of `serial`, check digit.
    pub fn synthesize(region: RegionCode, serial: u32) -> Self {
        let first = format!("{region}{:08}", serial % 100_000_000);
        let last = check::registration(first.as_bytes()).map(char::from);
        Self(first.chars().chain(last).collect())
    }
}

/// Whether a text is a 15-digit number whose check digit holds.
pub(super) fn holds(text: &str) -> bool {
    match text.as_bytes().split_last() {
        Some((last, first)) if first.len() == 14 => check::registration(first) == Some(*last),
        _ => false,
    }
}

fn shape(text: &str) -> Result<(), CodeDefect> {
    if let Some((place, found)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return Err(CodeDefect::ForbiddenCharacter { kind: KIND, position: place + 1, found });
    }
    match text.len() {
        13 | 15 => Ok(()),
        found => Err(CodeDefect::WrongLength { kind: KIND, found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifteen_digit_number_is_checked_softly() {
        let number = RegistrationNumber::synthesize("420802".parse().unwrap(), 12_345);
        let reading = RegistrationNumber::read(&format!("'{number}")).unwrap();
        assert_eq!((&reading.code, reading.flags.as_slice()), (&number, [ReadingFlag::Respelled].as_slice()));
        let (head, last) = number.as_str().split_at(14);
        let wrong = format!("{head}{}", (last.parse::<u8>().unwrap() + 1) % 10);
        let reading = RegistrationNumber::read(&wrong).unwrap();
        assert_eq!(reading.flags, [ReadingFlag::RegistrationCheckFailed]);
        assert!(!reading.asks_a_person());
    }

    #[test]
    fn a_thirteen_digit_number_has_nothing_to_check() {
        let reading = RegistrationNumber::read("4208021000123").unwrap();
        assert_eq!((reading.code.check_holds(), reading.flags.len()), (None, 0));
    }

    #[test]
    fn another_code_in_the_column_is_named() {
        let reason = |raw: &str| RegistrationNumber::read(raw).unwrap_err().code();
        let firm = super::super::Uscc::synthesize('9', '1', "420802", "00012345").unwrap();
        assert_eq!(reason(firm.as_str()), "CODE_LOOKS_LIKE_USCC");
        assert_eq!(reason("42080210001234"), "CODE_WRONG_LENGTH");
        assert_eq!(reason("企合鄂总字第001234号"), "CODE_FORBIDDEN_CHARACTER");
        let person = citizen::CitizenId::synthesize(
            "420802".parse().unwrap(),
            chrono::NaiveDate::from_ymd_opt(1980, 2, 29).unwrap(),
            17,
        );
        assert_eq!(reason(person.in_clear()), "CODE_LOOKS_LIKE_CITIZEN_ID");
    }
}
