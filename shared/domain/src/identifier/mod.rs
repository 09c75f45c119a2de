//! Codes of firms and persons, each with typed reasons for every way it can be wrong (REQUIREMENTS 2.1).
//!
//! A code is **read** (`read`) from whatever a spreadsheet holds: blanks, full-width digits, lower case and leading
//! apostrophes are only spelling and are set right; a digit is never repaired. A code is **parsed** (`parse`) from a
//! message or a row, where only the canonical spelling will do. Serde checks the shape alone, because what is stored
//! was judged when it was read. No error here repeats a text, since the text may be a citizen's ID number.

mod check;
mod citizen;
mod class;
mod defect;
mod intake;
mod organisation;
mod registration;
mod uscc;

use serde::{Deserialize, Serialize};

pub use citizen::CitizenId;
pub use class::{UsccClass, uscc_classes};
pub use defect::{CodeDefect, CodeKind};
pub use organisation::OrganisationCode;
pub use registration::RegistrationNumber;
pub use uscc::Uscc;

/// A code as read, and what to know about the reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<C> {
    /// The code in canonical spelling.
    pub code: C,
    /// Remarks, without repetition.
    pub flags: Vec<ReadingFlag>,
}

/// A reading of a [`Uscc`].
pub type UsccReading = Reading<Uscc>;

/// A remark on a code that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingFlag {
    /// Only the spelling was set right: blanks, full-width characters, lower case, apostrophes, hyphens.
    Respelled,
    /// The USCC's own check digit holds and that of the organisation code within does not: a question for a person,
    /// and the flag stays for ever (`Subject::uscc_inner_check_failed`).
    InnerCheckFailed,
    /// The check digit of a 15-digit registration number does not hold; old numbers are so now and then.
    RegistrationCheckFailed,
    /// A 15-digit citizen ID number was brought into the 18-digit form, as GB 11643-1999 says.
    Upgraded,
}

impl ReadingFlag {
    /// The stable code of this remark.
    pub fn code(self) -> &'static str {
        match self {
            ReadingFlag::Respelled => "CODE_RESPELLED",
            ReadingFlag::InnerCheckFailed => "USCC_INNER_CHECK_FAILED",
            ReadingFlag::RegistrationCheckFailed => "REGISTRATION_CHECK_FAILED",
            ReadingFlag::Upgraded => "CITIZEN_ID_UPGRADED",
        }
    }

    /// The remark in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            ReadingFlag::Respelled => "已规范书写（空格、全角、小写、引号或连字符），号码本身未改动",
            ReadingFlag::InnerCheckFailed => {
                "统一社会信用代码整体校验通过，但其中组织机构代码（第9至17位）校验不符，请对照登记证照确认"
            }
            ReadingFlag::RegistrationCheckFailed => "工商注册号校验位不符，请留意核对",
            ReadingFlag::Upgraded => "15位身份证号码已按国家标准换算为18位",
        }
    }

    /// Whether a person must answer before the code may be used.
    pub fn asks_a_person(self) -> bool {
        self == ReadingFlag::InnerCheckFailed
    }
}

impl<C> Reading<C> {
    /// Whether a flag was raised.
    pub fn has(&self, flag: ReadingFlag) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether a person must answer before the code may be used.
    pub fn asks_a_person(&self) -> bool {
        self.flags.iter().any(|flag| flag.asks_a_person())
    }
}

/// Text traits of a code newtype: canonical text, display, and serde that checks the shape.
macro_rules! code_text {
    ($name:ident, $shape:path) => {
        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::identifier::CodeDefect;
            /// Checks the shape only: what is stored was judged when it was read.
            fn try_from(text: String) -> Result<Self, Self::Error> {
                $shape(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }
    };
}
use code_text;

#[cfg(test)]
mod vectors;
