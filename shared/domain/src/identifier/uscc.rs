//! 统一社会信用代码 (GB 32100): two check digits, a class, a region at registration, an organisation code within.

use serde::{Deserialize, Serialize};

use super::{
    CodeDefect, CodeKind, OrganisationCode, Reading, ReadingFlag, UsccClass, check, citizen, class, code_text, intake,
    organisation, registration,
};
use crate::region::RegionCode;

const KIND: CodeKind = CodeKind::Uscc;

/// 统一社会信用代码 (GB 32100-2015): 18 characters, upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

code_text!(Uscc, shape);

/// Whether a person has compared the text with the registration certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vouched {
    NoOne,
    APerson,
}

impl Uscc {
    /// Reads a cell.
    ///
    /// Refuses whatever the outer check digit refuses, a class no table knows, and anything that may be a citizen's
    /// ID number. Accepts with [`ReadingFlag::InnerCheckFailed`], a question for a person, when only the
    /// organisation code within fails its check. The region within is never judged.
    pub fn read(raw: &str) -> Result<Reading<Self>, CodeDefect> {
        Self::read_as(raw, Vouched::NoOne)
    }

    /// Reads a text that a person has compared with the registration certificate: a class no table knows and a
    /// likeness to a citizen's ID number are then no hindrance, as long as the check digits hold.
    pub fn read_confirmed(raw: &str) -> Result<Reading<Self>, CodeDefect> {
        Self::read_as(raw, Vouched::APerson)
    }

    /// Takes the canonical text of a message or a row; the outer check digit must hold, the flag says of the inner.
    pub fn parse(text: &str) -> Result<Reading<Self>, CodeDefect> {
        shape(text)?;
        let code = Self(text.to_owned());
        if !code.outer_check_holds() {
            return Err(CodeDefect::CheckFailed { kind: KIND });
        }
        let flags = if code.inner_check_holds() { Vec::new() } else { vec![ReadingFlag::InnerCheckFailed] };
        Ok(Reading { code, flags })
    }

    /// Builds a valid code for samples: `department` and `category` are positions 1 and 2, `region` positions 3 to 8,
    /// `eight` the first eight characters of the organisation code; both check digits are computed.
    ///
    /// Fails with the [`CodeDefect`] of the first part that does not fit.
    pub fn synthesize(department: char, category: char, region: &str, eight: &str) -> Result<Self, CodeDefect> {
        let mut text = format!("{department}{category}{region}{eight}");
        let found = text.chars().count();
        if found != 16 || region.chars().count() != 6 {
            return Err(CodeDefect::WrongLength { kind: KIND, found });
        }
        // The zeros stand for the check digits to come, so that the shape can be judged first.
        shape(&format!("{text}00"))?;
        text.extend(text.get(8..).and_then(|eight| check::organisation(eight.as_bytes())).map(char::from));
        text.extend(check::uscc(text.as_bytes()).map(char::from));
        Ok(Self(text))
    }

    /// Positions 9 to 17. Its own check fails where the reading was flagged.
    pub fn organisation_code(&self) -> OrganisationCode {
        OrganisationCode::within_uscc(self.0.get(8..17).unwrap_or_default())
    }

    /// Positions 3 to 8: the region of the registering organ *at registration*, which no table need know.
    pub fn region(&self) -> RegionCode {
        RegionCode::from_digits_prefix(self.0.get(2..8).unwrap_or_default())
    }

    /// Positions 1 and 2 by the table; none for a class it does not know.
    pub fn class(&self) -> Option<&'static UsccClass> {
        class::find(self.0.get(..2).unwrap_or_default())
    }

    /// Whether the check digit of the whole holds.
    pub fn outer_check_holds(&self) -> bool {
        self.0.as_bytes().split_last().is_some_and(|(last, first)| check::uscc(first) == Some(*last))
    }

    /// Whether the check digit of the organisation code within holds.
    pub fn inner_check_holds(&self) -> bool {
        self.0.get(8..17).is_some_and(organisation::holds)
    }

    fn read_as(raw: &str, vouched: Vouched) -> Result<Reading<Self>, CodeDefect> {
        let canonical = intake::canonical(raw)?;
        let text = canonical.text.as_str();
        let likeness = likeness(text);
        if let (Some(likeness), Vouched::NoOne) = (likeness, vouched) {
            return Err(likeness);
        }
        let code = match Self::parse(text) {
            Ok(reading) => reading.code,
            Err(_) if intake::ends_like_a_truncated_number(text) => return Err(CodeDefect::DigitsLost),
            Err(defect) => return Err(defect),
        };
        let inner = code.inner_check_holds();
        if !inner && intake::ends_like_a_truncated_number(text) {
            return Err(CodeDefect::DigitsLost);
        }
        if code.class().is_none() && (vouched == Vouched::NoOne || !inner) {
            return Err(CodeDefect::UnknownClass(text.get(..2).unwrap_or_default().to_owned()));
        }
        let mut reading = canonical.reading(code);
        if !inner {
            reading.flags.push(ReadingFlag::InnerCheckFailed);
        }
        Ok(reading)
    }
}

/// Whether a text is a USCC with both check digits and a known class.
pub(super) fn holds(text: &str) -> bool {
    Uscc::parse(text).is_ok_and(|reading| reading.flags.is_empty() && reading.code.class().is_some())
}

/// The other code that a text is likely to be.
fn likeness(text: &str) -> Option<CodeDefect> {
    // A whole ID number is held back even where it also reads as a USCC: showing it cannot be undone. Only the
    // numbers of foreigners begin as firms' codes do, so there a sound USCC counts as one.
    let personal = citizen::holds(text) && !(text.starts_with('9') && holds(text));
    if personal || (citizen::resembles(text) && !holds(text)) {
        return Some(CodeDefect::LooksLikeCitizenId { kind: KIND });
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let tax = text.len() >= 15 && text.get(6..15).is_some_and(organisation::holds);
    match text.len() {
        9 if organisation::holds(text) => Some(CodeDefect::LooksLikeOrganisationCode { kind: KIND }),
        10 if text.get(8..9) == Some("-") => Some(CodeDefect::LooksLikeOrganisationCode { kind: KIND }),
        13 if digits => Some(CodeDefect::LooksLikeRegistrationNumber { kind: KIND }),
        15 if digits && registration::holds(text) => Some(CodeDefect::LooksLikeRegistrationNumber { kind: KIND }),
        15 | 17 if tax => Some(CodeDefect::LooksLikeTaxNumber { kind: KIND }),
        15 | 17 if digits && citizen::resembles_legacy(text) => Some(CodeDefect::LooksLikeCitizenId { kind: KIND }),
        15 if digits => Some(CodeDefect::LooksLikeRegistrationNumber { kind: KIND }),
        _ => None,
    }
}

fn shape(text: &str) -> Result<(), CodeDefect> {
    let found = text.chars().count();
    if found != 18 {
        return Err(CodeDefect::WrongLength { kind: KIND, found });
    }
    for (place, found) in text.chars().enumerate() {
        let in_region = (2..8).contains(&place);
        let fits = u8::try_from(found)
            .is_ok_and(|byte| check::uscc_value(byte).is_some() && (!in_region || byte.is_ascii_digit()));
        if !fits {
            return Err(CodeDefect::ForbiddenCharacter { kind: KIND, position: place + 1, found });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::CitizenId;

    fn firm(serial: u32) -> Uscc {
        Uscc::synthesize('9', '1', "420802", &format!("{serial:08}")).unwrap()
    }

    #[track_caller]
    fn refused(raw: &str, expect: &str) -> CodeDefect {
        let defect = Uscc::read(raw).unwrap_err();
        assert_eq!(defect.code(), expect, "{}", defect.zh());
        assert!(!defect.remedy().is_empty());
        defect
    }

    /// A code of the given first 16 characters whose outer check holds and whose inner does not.
    fn inner_fails(first: &str) -> String {
        let right = check::organisation(&first.as_bytes()[8..]).unwrap();
        let wrong = if right == b'1' { '2' } else { '1' };
        let text = format!("{first}{wrong}");
        format!("{text}{}", char::from(check::uscc(text.as_bytes()).unwrap()))
    }

    #[test]
    fn a_sound_code_is_read_without_remarks_and_tells_its_parts() {
        let code = Uscc::synthesize('9', '2', "420804", "MA48LWPU").unwrap();
        let reading = Uscc::read(code.as_str()).unwrap();
        assert_eq!((&reading.code, reading.flags.len()), (&code, 0));
        assert_eq!(code.region(), "420804".parse().unwrap());
        assert_eq!(code.class().map(|class| class.category.as_str()), Some("个体工商户"));
        assert_eq!(code.organisation_code().as_str(), &code.as_str()[8..17]);
        assert!(code.organisation_code().check_holds());
    }

    #[test]
    fn damage_to_the_spelling_is_undone_and_said() {
        let code = Uscc::synthesize('9', '1', "420802", "MA48LWPU").unwrap();
        let (head, tail) = code.as_str().split_at(6);
        let full_width: String =
            code.as_str().chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        for raw in [format!("'{code}"), format!(" {head} {tail}\t"), code.as_str().to_lowercase(), full_width] {
            let reading = Uscc::read(&raw).unwrap();
            assert_eq!((reading.code, reading.flags), (code.clone(), vec![ReadingFlag::Respelled]), "{raw}");
        }
    }

    #[test]
    fn an_outer_check_that_fails_is_refused_and_an_inner_one_asks_a_person() {
        let code = firm(12_345);
        let wrong_last = if code.as_str().ends_with('A') { "B" } else { "A" };
        refused(&format!("{}{wrong_last}", &code.as_str()[..17]), "USCC_OUTER_CHECK_FAILED");
        let reading = Uscc::read(&inner_fails("91420802MA48LWPU")).unwrap();
        assert_eq!(reading.flags, [ReadingFlag::InnerCheckFailed]);
        assert!(reading.asks_a_person() && !reading.code.organisation_code().check_holds());
    }

    #[test]
    fn a_region_is_never_judged() {
        for region in ["230199", "360106", "000000", "999999"] {
            let code = Uscc::synthesize('9', '1', region, "MA48LWPU").unwrap();
            assert!(Uscc::read(code.as_str()).is_ok(), "{region}");
        }
    }

    #[test]
    fn every_letter_the_alphabet_lacks_is_named_with_its_place() {
        for letter in "IOSVZ".chars() {
            let defect = refused(&format!("91420802M{letter}48LWPU84"), "CODE_FORBIDDEN_CHARACTER");
            assert_eq!(defect, CodeDefect::ForbiddenCharacter { kind: KIND, position: 10, found: letter });
            assert!(defect.zh().contains("不使用字母"), "{}", defect.zh());
        }
        refused("9142O802MA48LWPU84", "CODE_FORBIDDEN_CHARACTER");
        refused("9142A802MA48LWPU84", "CODE_FORBIDDEN_CHARACTER");
    }

    #[test]
    fn lost_digits_are_said_to_be_lost() {
        refused("9.14E+17", "CODE_DIGITS_LOST");
        refused("914208021234567000.0", "CODE_DIGITS_LOST");
        for serial in 0..200 {
            let code = firm(10_000_000 + serial * 331);
            let truncated = format!("{}000", &code.as_str()[..15]);
            let sound = Uscc::parse(&truncated).is_ok_and(|reading| reading.flags.is_empty());
            if !sound {
                refused(&truncated, "CODE_DIGITS_LOST");
            }
        }
        refused(&inner_fails_with_zeros(), "CODE_DIGITS_LOST");
    }

    /// A truncated number that the outer check passes by chance.
    fn inner_fails_with_zeros() -> String {
        let mut candidates = (0..10_000_000).map(|body| format!("91420802{body:07}000"));
        candidates.find(|text| Uscc::parse(text).is_ok_and(|reading| !reading.flags.is_empty())).unwrap()
    }

    #[test]
    fn a_citizens_number_in_the_column_is_held_back_right_or_mistyped() {
        for serial in 0..500 {
            let person = CitizenId::synthesize("362322".parse().unwrap(), "1987-09-08".parse().unwrap(), serial);
            refused(person.in_clear(), "CODE_LOOKS_LIKE_CITIZEN_ID");
            refused(&format!("{}01", person.in_clear()), "CODE_LOOKS_LIKE_CITIZEN_ID");
            let (first, last) = person.in_clear().split_at(17);
            let mistyped = format!("{first}{}", if last == "3" { "4" } else { "3" });
            refused(&mistyped, "CODE_LOOKS_LIKE_CITIZEN_ID");
        }
    }

    #[test]
    fn a_person_can_vouch_for_what_the_checks_cannot_tell_apart() {
        let both = (0..1000)
            .flat_map(|serial| (1..28).map(move |day| (serial, day)))
            .map(|(serial, day)| {
                let born_on = chrono::NaiveDate::from_ymd_opt(1980, 1, day).unwrap();
                CitizenId::synthesize("514208".parse().unwrap(), born_on, serial)
            })
            .find(|person| holds(person.in_clear()))
            .unwrap();
        refused(both.in_clear(), "CODE_LOOKS_LIKE_CITIZEN_ID");
        assert!(Uscc::read_confirmed(both.in_clear()).is_ok());
        let unknown = Uscc::synthesize('T', '7', "420802", "MA48LWPU").unwrap();
        refused(unknown.as_str(), "USCC_CLASS_UNKNOWN");
        assert!(Uscc::read_confirmed(unknown.as_str()).is_ok());
        assert!(Uscc::read_confirmed("91420802MA48LWPU8A").is_err(), "a check digit is beyond vouching");
    }

    #[test]
    fn other_codes_in_the_column_are_named() {
        let region: RegionCode = "420802".parse().unwrap();
        let organisation = OrganisationCode::synthesize(70_012_345);
        refused(organisation.as_str(), "CODE_LOOKS_LIKE_ORGANISATION_CODE");
        refused("70012345-1", "CODE_LOOKS_LIKE_ORGANISATION_CODE");
        refused("4208021000123", "CODE_LOOKS_LIKE_REGISTRATION_NUMBER");
        let registered = crate::identifier::RegistrationNumber::synthesize(region, 12_345);
        refused(registered.as_str(), "CODE_LOOKS_LIKE_REGISTRATION_NUMBER");
        let taxed = (0..100)
            .map(|serial| format!("420802{}", OrganisationCode::synthesize(70_000_000 + serial)))
            .find(|text| !registration::holds(text))
            .unwrap();
        refused(&taxed, "CODE_LOOKS_LIKE_TAX_NUMBER");
        refused("12345", "CODE_WRONG_LENGTH");
        refused("/", "CODE_ABSENT");
        refused("9142**********PU84", "CODE_MASKED");
    }

    #[test]
    fn a_message_may_carry_the_canonical_spelling_only() {
        let code = firm(77);
        assert_eq!(Uscc::parse(code.as_str()).unwrap().code, code);
        assert!(
            Uscc::parse(&code.as_str().to_lowercase()).is_err() || code.as_str().chars().all(|c| c.is_ascii_digit())
        );
        assert!(Uscc::parse(&format!(" {code}")).is_err());
        assert!(Uscc::try_from("91420802".to_owned()).is_err());
    }

    #[test]
    fn a_sample_is_refused_when_a_part_does_not_fit() {
        let reason = |department, category, region, eight| {
            Uscc::synthesize(department, category, region, eight).unwrap_err().code()
        };
        assert_eq!(reason('9', '1', "42080", "123456789"), "CODE_WRONG_LENGTH");
        assert_eq!(reason('9', '1', "420802", "1234567"), "CODE_WRONG_LENGTH");
        assert_eq!(reason('I', '1', "420802", "12345678"), "CODE_FORBIDDEN_CHARACTER");
        assert_eq!(reason('9', '1', "42080A", "12345678"), "CODE_FORBIDDEN_CHARACTER");
    }
}
