//! The key under which everything known about one subject meets.
//!
//! A firm with a USCC on one list and an organisation code on another meets itself under `O:`, because positions 9-17
//! of the USCC are the organisation code. Meeting proves nothing yet: the comparison judges the identity.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::canonical::sha256;
use crate::list::Subject;
use crate::name;

/// The number of buckets of the final list.
pub const BUCKETS: u32 = 65_536;

/// What a subject key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKeyKind {
    /// `O:`: organisation code, also out of a USCC.
    OrganisationCode,
    /// `R:`: registration number.
    RegistrationNumber,
    /// `N:`: SHA-256 of the normalised name; several subjects may share it.
    Name,
}

/// A subject key: `O:` + 9 characters, `R:` + registration number, or `N:` + 64 hexadecimal digits.
///
/// Ordered by (bucket, text).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectKey {
    text: String,
    bucket: u32,
}

/// A text that is no [`SubjectKey`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a subject key is O: and an organisation code, R: and a registration number or N: and 64 hexadecimal digits; \
     got a text of {length} bytes"
)]
pub struct SubjectKeyDefect {
    /// Length of the refused text, which may be personal and is not shown.
    pub length: usize,
}

impl SubjectKeyDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "SUBJECT_KEY_MALFORMED"
    }
}

impl SubjectKey {
    /// The key of a subject by its strongest well-formed code.
    pub fn of(subject: &Subject) -> Self {
        let organisation = subject.uscc.as_ref().and_then(|uscc| uscc.as_str().get(8..17));
        let organisation = organisation.or(subject.organisation_code.as_ref().map(|code| code.as_str()));
        if let Some(code) = organisation.filter(|code| is_organisation_code(code)) {
            return Self::from_valid(format!("O:{code}"));
        }
        let registration = subject.registration_number.as_ref().map(|number| number.as_str());
        if let Some(number) = registration.filter(|number| is_registration_number(number)) {
            return Self::from_valid(format!("R:{number}"));
        }
        Self::of_name(&name::normalise(&subject.name).key)
    }

    /// The key of a subject without any code; `normalised` is [`name::NormalisedName::key`].
    pub fn of_name(normalised: &str) -> Self {
        let mut text = String::with_capacity(66);
        text.push_str("N:");
        for byte in sha256(&[normalised.as_bytes()]) {
            for nibble in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        Self::from_valid(text)
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bucket of the final list: the first two bytes, big-endian, of SHA-256 of the text; below [`BUCKETS`].
    pub fn bucket(&self) -> u32 {
        self.bucket
    }

    /// What the key is made of.
    pub fn kind(&self) -> SubjectKeyKind {
        match self.text.as_bytes().first() {
            Some(b'O') => SubjectKeyKind::OrganisationCode,
            Some(b'R') => SubjectKeyKind::RegistrationNumber,
            _ => SubjectKeyKind::Name,
        }
    }

    /// The text after `O:`, `R:` or `N:`.
    pub fn value(&self) -> &str {
        self.text.get(2..).unwrap_or_default()
    }

    fn from_valid(text: String) -> Self {
        let [high, low, ..] = sha256(&[text.as_bytes()]);
        Self { text, bucket: u32::from(high) << 8 | u32::from(low) }
    }
}

fn is_organisation_code(code: &str) -> bool {
    code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn is_registration_number(number: &str) -> bool {
    matches!(number.len(), 13 | 15) && number.bytes().all(|b| b.is_ascii_digit())
}

impl FromStr for SubjectKey {
    type Err = SubjectKeyDefect;
    fn from_str(text: &str) -> Result<Self, SubjectKeyDefect> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for SubjectKey {
    type Error = SubjectKeyDefect;
    fn try_from(text: String) -> Result<Self, SubjectKeyDefect> {
        let well_formed = match text.split_once(':') {
            Some(("O", code)) => is_organisation_code(code),
            Some(("R", number)) => is_registration_number(number),
            Some(("N", hash)) => hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
            _ => false,
        };
        if well_formed { Ok(Self::from_valid(text)) } else { Err(SubjectKeyDefect { length: text.len() }) }
    }
}

impl From<SubjectKey> for String {
    fn from(key: SubjectKey) -> String {
        key.text
    }
}

impl fmt::Display for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Ord for SubjectKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.bucket, &self.text).cmp(&(other.bucket, &other.text))
    }
}

impl PartialOrd for SubjectKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::sample;

    #[test]
    fn a_uscc_and_its_organisation_code_meet_under_one_key() {
        let uscc = sample::uscc("91420800", 7);
        let by_uscc = sample::subject("甲公司", Some(uscc.clone()), None, None);
        let inner: String = uscc.as_str()[8..17].to_owned();
        let by_code = sample::subject("乙公司", None, Some(sample::code(&inner)), None);
        assert_eq!(SubjectKey::of(&by_uscc), SubjectKey::of(&by_code));
        assert_eq!(SubjectKey::of(&by_uscc).as_str(), format!("O:{inner}"));
        assert_eq!(SubjectKey::of(&by_uscc).kind(), SubjectKeyKind::OrganisationCode);
    }

    #[test]
    fn a_subject_without_codes_is_keyed_by_its_normalised_name() {
        let one = SubjectKey::of(&sample::subject("湖北ＡＢ（集团）", None, None, None));
        let other = SubjectKey::of(&sample::subject("湖北ab(集团) ", None, None, None));
        assert_eq!(one, other);
        assert_eq!(one.kind(), SubjectKeyKind::Name);
        assert_eq!(one.value().len(), 64);
        let registered = sample::subject("甲公司", None, None, Some(sample::code("420800000012345")));
        assert_eq!(SubjectKey::of(&registered).as_str(), "R:420800000012345");
    }

    #[test]
    fn only_the_one_spelling_is_a_key() {
        for good in ["O:73101767X", "R:4208000000123", &format!("N:{}", "0f".repeat(32))] {
            assert_eq!(good.parse::<SubjectKey>().unwrap().to_string(), *good);
        }
        for bad in ["", "O:", "O:73101767x", "R:42080000001234", "N:00", &format!("N:{}", "0F".repeat(32)), "X:1"] {
            assert!(bad.parse::<SubjectKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_ordered_by_bucket_and_then_by_text() {
        let mut keys: Vec<SubjectKey> = (0..500).map(|n| SubjectKey::of_name(&n.to_string())).collect();
        keys.sort();
        assert!(keys.iter().all(|key| key.bucket() < BUCKETS));
        assert!(keys.is_sorted_by_key(|key| (key.bucket(), key.as_str().to_owned())));
    }

    #[test]
    fn the_bucket_is_the_first_two_bytes_of_sha_256_big_endian() {
        let key: SubjectKey = "O:73101767X".parse().unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, b"O:73101767X");
        assert_eq!(key.bucket(), u32::from(digest.as_ref()[0]) * 256 + u32::from(digest.as_ref()[1]));
    }
}
