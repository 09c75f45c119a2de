//! Administrative divisions (GB/T 2260): codes, and a table of names, parents and successions.
//!
//! A code says where something *was registered*; it is never compared with today's county without the table, and
//! an unknown code is no defect (REQUIREMENTS 2.1): development zones use codes no table has.

mod table;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::node::Tier;

pub use table::RegionTable;

/// Municipalities (北京, 天津, 上海, 重庆): their districts hang directly under the province-level unit.
const MUNICIPALITIES: [[u8; 2]; 4] = [*b"11", *b"12", *b"31", *b"50"];

/// The third and fourth digit of county-level units directly under a province (省直辖县级行政区划).
const DIRECTLY_UNDER_PROVINCE: [u8; 2] = *b"90";

/// A six-digit GB/T 2260 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode([u8; 6]);

/// Why a text is not a region code or not a region table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionDefect {
    /// Not six characters.
    #[error("a region code has six digits, such as 420802; got {found} characters")]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// A character that is no digit.
    #[error("a region code has digits only; character {position} is {found:?}")]
    Digit {
        /// 1-based place.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// No province, or a county in no city.
    #[error("{0} is no region: a pair of digits may be 00 only when the pairs after it are")]
    Gap(String),
    /// The table's text is unreadable.
    #[error("the region table is not readable: {0}")]
    Table(String),
    /// A unit of the table contradicts another.
    #[error("the region table contradicts itself at {code}: {what}")]
    Contradiction {
        /// The unit.
        code: RegionCode,
        /// What is wrong.
        what: &'static str,
    },
}

impl RegionDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            RegionDefect::Length { .. } => "REGION_WRONG_LENGTH",
            RegionDefect::Digit { .. } => "REGION_NOT_DIGITS",
            RegionDefect::Gap(_) => "REGION_GAP",
            RegionDefect::Table(_) => "REGION_TABLE_MALFORMED",
            RegionDefect::Contradiction { .. } => "REGION_TABLE_CONTRADICTION",
        }
    }
}

impl RegionCode {
    /// The first six bytes of a text already known to be digits.
    pub(crate) fn from_digits_prefix(text: &str) -> Self {
        let mut digits = [b'0'; 6];
        for (place, byte) in digits.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self(digits)
    }

    /// The province it belongs to: 420802 -> 420000.
    pub fn province(self) -> Self {
        let [a, b, ..] = self.0;
        Self([a, b, b'0', b'0', b'0', b'0'])
    }

    /// The prefecture-level city it is or belongs to: 420802 -> 420800. None for a province, for a municipality's
    /// district and for a unit directly under a province, such as 429004 仙桃.
    pub fn city(self) -> Option<Self> {
        let [a, b, c, d, ..] = self.0;
        let has_none = [c, d] == *b"00" || [c, d] == DIRECTLY_UNDER_PROVINCE || MUNICIPALITIES.contains(&[a, b]);
        (!has_none).then_some(Self([a, b, c, d, b'0', b'0']))
    }

    /// The tier the code's form says: 420000 province, 420800 city, 420802 and 429004 county.
    pub fn tier(self) -> Tier {
        match self.0 {
            [_, _, b'0', b'0', b'0', b'0'] => Tier::Province,
            [_, _, _, _, b'0', b'0'] => Tier::City,
            _ => Tier::County,
        }
    }

    /// The unit above by the code's form; none for a province.
    pub fn parent(self) -> Option<Self> {
        match self.tier() {
            Tier::Province => None,
            Tier::City => Some(self.province()),
            Tier::County => Some(self.city().unwrap_or_else(|| self.province())),
        }
    }

    /// Whether it is `upper` or lies in it, by the codes' form. [`RegionTable::is_at_or_below`] knows successions.
    pub fn is_at_or_below(self, upper: Self) -> bool {
        self == upper || self.parent().is_some_and(|parent| parent.is_at_or_below(upper))
    }
}

impl FromStr for RegionCode {
    type Err = RegionDefect;
    fn from_str(text: &str) -> Result<Self, RegionDefect> {
        let length = text.chars().count();
        if length != 6 {
            return Err(RegionDefect::Length { found: length });
        }
        if let Some((place, found)) = text.chars().enumerate().find(|(_, found)| !found.is_ascii_digit()) {
            return Err(RegionDefect::Digit { position: place + 1, found });
        }
        let Self(digits) = Self::from_digits_prefix(text);
        let [a, b, c, d, e, f] = digits;
        let county_without_city = [c, d] == *b"00" && [e, f] != *b"00";
        if [a, b] == *b"00" || county_without_city {
            return Err(RegionDefect::Gap(text.to_owned()));
        }
        Ok(Self(digits))
    }
}

impl TryFrom<String> for RegionCode {
    type Error = RegionDefect;
    fn try_from(text: String) -> Result<Self, RegionDefect> {
        text.parse()
    }
}

impl TryFrom<&str> for RegionCode {
    type Error = RegionDefect;
    fn try_from(text: &str) -> Result<Self, RegionDefect> {
        text.parse()
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> String {
        code.to_string()
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_names_its_city_and_province() {
        assert_eq!(code("420802").province(), code("420000"));
        assert_eq!(code("420802").city(), Some(code("420800")));
        assert_eq!(code("420800").city(), Some(code("420800")));
        assert_eq!(code("420000").city(), None);
    }

    #[test]
    fn a_unit_without_a_city_hangs_under_its_province() {
        assert_eq!((code("429004").city(), code("429004").parent()), (None, Some(code("420000"))));
        assert_eq!((code("110119").city(), code("110119").parent()), (None, Some(code("110000"))));
    }

    #[test]
    fn the_form_of_a_code_tells_its_tier_and_what_it_lies_in() {
        assert_eq!(
            ["420000", "420800", "420802", "429004"].map(|text| code(text).tier()),
            [Tier::Province, Tier::City, Tier::County, Tier::County]
        );
        assert!(code("420802").is_at_or_below(code("420800")) && code("420802").is_at_or_below(code("420000")));
        assert!(!code("420802").is_at_or_below(code("420900")) && !code("420800").is_at_or_below(code("420802")));
    }

    #[test]
    fn a_text_that_is_no_code_is_refused_with_its_reason() {
        let reason = |text: &str| text.parse::<RegionCode>().unwrap_err().code();
        assert_eq!(reason("42080"), "REGION_WRONG_LENGTH");
        assert_eq!(reason("湖北"), "REGION_WRONG_LENGTH");
        assert_eq!(reason("４２０８０２"), "REGION_NOT_DIGITS");
        assert_eq!("42O802".parse::<RegionCode>(), Err(RegionDefect::Digit { position: 3, found: 'O' }));
        assert_eq!(reason("000000"), "REGION_GAP");
        assert_eq!(reason("420002"), "REGION_GAP");
    }
}
