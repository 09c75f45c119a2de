//! Administrative divisions (GB/T 2260).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A six-digit GB/T 2260 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegionCode([u8; 6]);

impl RegionCode {
    /// The first six bytes of a text already known to be digits.
    pub(crate) fn from_digits_prefix(text: &str) -> Self {
        let mut digits = [b'0'; 6];
        for (place, byte) in digits.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self(digits)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}
