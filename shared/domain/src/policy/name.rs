//! Which version of which policy: what a case pins.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A policy's name and version, written `jm-commerce-2017-draft@1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PolicyName {
    /// Its name: `[a-z0-9-]+`.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
}

/// A text that is no `name@version`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no version of a policy; write it as jm-commerce-2017-draft@1")]
pub struct PolicyNameDefect(String);

impl PolicyNameDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "POLICY_NAME_MALFORMED"
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

impl FromStr for PolicyName {
    type Err = PolicyNameDefect;

    fn from_str(text: &str) -> Result<Self, PolicyNameDefect> {
        let parsed = text.split_once('@').and_then(|(name, version)| {
            let version: u32 = version.parse().ok()?;
            (is_slug(name) && version > 0).then(|| Self { name: name.to_owned(), version })
        });
        parsed.ok_or_else(|| PolicyNameDefect(text.chars().take(80).collect()))
    }
}

/// 1 to 64 of a-z, 0-9 and hyphen.
pub(super) fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
