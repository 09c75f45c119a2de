//! Names of firms, brought to one spelling so that two writers of the same name meet.
//!
//! A name proposes, it never decides (AMB-13): the spelling is folded conservatively, and only in ways that cannot
//! turn one registered name into another.

use serde::{Deserialize, Serialize};

use crate::canonical::sha256;

/// A former name shorter than this is no former name: `（原种场）` is part of a name.
const SHORTEST_FORMER_CHARACTERS: usize = 4;

/// A name in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NormalisedName {
    /// The present name: half width, round brackets, no blanks, lower case.
    pub key: String,
    /// The former name of `现名（原旧名）`, in the same spelling.
    pub former: Option<String>,
}

impl NormalisedName {
    /// Whether two names may be the same firm's: equal now, or one's present name is the other's former.
    pub fn agrees_with(&self, other: &Self) -> bool {
        !self.key.is_empty()
            && (self.key == other.key
                || other.former.as_ref() == Some(&self.key)
                || self.former.as_ref() == Some(&other.key))
    }
}

/// Folds width, brackets, blanks and case, and splits off a former name at the end.
pub fn normalise(name: &str) -> NormalisedName {
    let folded: String =
        name.chars().filter(|c| !is_blank(*c)).map(fold_character).flat_map(char::to_lowercase).collect();
    match split_former(&folded) {
        Some((present, former)) => NormalisedName { key: present.to_owned(), former: Some(former.to_owned()) },
        None => NormalisedName { key: folded, former: None },
    }
}

/// The first eight bytes of SHA-256 of a normalised name, big-endian: an index key, never an identity.
pub fn name_hash(key: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = sha256(&[key.as_bytes()]);
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn fold_character(c: char) -> char {
    match c {
        '〔' | '【' | '［' | '[' | '｛' | '{' | '〈' | '〖' => '(',
        '〕' | '】' | '］' | ']' | '｝' | '}' | '〉' | '〗' => ')',
        // Full-width forms stand 0xFEE0 above their ASCII twins.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Splits `present(原former)`; the bracket must close the name.
fn split_former(folded: &str) -> Option<(&str, &str)> {
    let (present, inside) = folded.strip_suffix(')')?.rsplit_once("(原")?;
    let former = inside.strip_prefix("名称").or_else(|| inside.strip_prefix('名')).unwrap_or(inside);
    let former = former.trim_start_matches([':', ',']);
    let balanced = !inside.contains(['(', ')']);
    let long_enough = former.chars().count() >= SHORTEST_FORMER_CHARACTERS;
    (balanced && long_enough && !present.is_empty()).then_some((present, former))
}
