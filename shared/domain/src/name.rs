//! Names of firms, brought to one spelling so that two writers of the same name meet.
//!
//! A name proposes, it never decides (AMB-13): the spelling is folded conservatively, and only in ways that cannot
//! turn one registered name into another.

mod parts;
mod traditional;

use serde::{Deserialize, Serialize};

use crate::canonical::sha256;

pub use parts::Parts;

/// Bits of a [`name_hash`] that tell names of one core apart.
const WHOLE_BITS: u32 = 24;

/// A former name shorter than this is no former name: `（原种场）` and `（原平分公司）` are parts of names.
const SHORTEST_FORMER_CHARACTERS: usize = 6;

/// A name in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NormalisedName {
    /// The present name: half width, round brackets, no blanks, lower case, simplified characters.
    pub key: String,
    /// The former name of `现名（原旧名）`, in the same spelling.
    pub former: Option<String>,
}

impl NormalisedName {
    /// The [`name_hash`]es under which a fact with this name is found: of its present and its former name.
    pub fn hashes(&self) -> impl Iterator<Item = i64> + '_ {
        [Some(&self.key), self.former.as_ref()].into_iter().flatten().map(|key| name_hash(key))
    }

    /// Whether two names may be the same firm's: equal now, or one's present name is the other's former.
    pub fn agrees_with(&self, other: &Self) -> bool {
        !self.key.is_empty()
            && (self.key == other.key
                || other.former.as_ref() == Some(&self.key)
                || self.former.as_ref() == Some(&other.key))
    }

    /// Whether two names may be the same firm's although they are not equal ([`Parts::is_like`]): both as they are now, or
    /// one as it is and the other as it was.
    pub fn is_like(&self, other: &Self) -> bool {
        are_like(&self.key, &other.key)
            || self.former.as_ref().is_some_and(|former| are_like(former, &other.key))
            || other.former.as_ref().is_some_and(|former| are_like(&self.key, former))
    }
}

fn are_like(one: &str, other: &str) -> bool {
    // A core begins as its name does, but for a bracket.
    let begins = |text: &str| text.chars().next().filter(|first| *first != '(');
    let begin_apart = begins(one).zip(begins(other)).is_some_and(|(one, other)| one != other);
    !begin_apart && Parts::of(one).is_like(&Parts::of(other))
}

/// Folds width, brackets, blanks, case and traditional characters, and splits off a former name at the end.
pub fn normalise(name: &str) -> NormalisedName {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !is_blank(*c)).map(fold_character) {
        // What names are mostly made of has no cases to look up.
        match c {
            '\u{4e00}'..='\u{9fff}' => folded.push(c),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    match split_former(&folded) {
        Some((present, former)) => NormalisedName { key: present.to_owned(), former: Some(former.to_owned()) },
        None => NormalisedName { key: folded, former: None },
    }
}

/// A normalised name as an index key, never an identity: the upper 40 bits are those of [`text_hash`] of its core, the
/// lower 24 of the name itself. So names of one core lie side by side ([`alike`]), and equal ones in one place.
pub fn name_hash(key: &str) -> i64 {
    let (whole, core) = (text_hash(key), Parts::of(key).core);
    if core == key { whole } else { alike(text_hash(&core)) << WHOLE_BITS | whole & ((1 << WHOLE_BITS) - 1) }
}

/// The first eight bytes of SHA-256 of a text, big-endian.
pub fn text_hash(text: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = sha256(&[text.as_bytes()]);
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// What names of one core have in common: the upper bits of their [`name_hash`].
pub fn alike(name_hash: i64) -> i64 {
    name_hash >> WHOLE_BITS
}

/// The least and the greatest [`name_hash`] of names that have this in common.
pub fn alike_range(alike: i64) -> (i64, i64) {
    let least = alike << WHOLE_BITS;
    (least, least | ((1 << WHOLE_BITS) - 1))
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
        _ => traditional::simplified(c),
    }
}

/// Splits `present(原former)` and `present(曾用名former)`; the bracket must close the name.
fn split_former(folded: &str) -> Option<(&str, &str)> {
    let body = folded.strip_suffix(')')?;
    let (present, inside) = ["(原名称", "(原名", "(原", "(曾用名"].iter().find_map(|mark| body.rsplit_once(mark))?;
    let former = inside.trim_start_matches([':', ',', '为']);
    let long_enough = former.chars().count() >= SHORTEST_FORMER_CHARACTERS;
    (is_balanced(former) && long_enough && !present.is_empty()).then_some((present, former))
}

fn is_balanced(text: &str) -> bool {
    let depth = text.chars().try_fold(0u32, |depth, c| match c {
        '(' => depth.checked_add(1),
        ')' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn key(name: &str) -> String {
        normalise(name).key
    }

    #[test]
    fn width_brackets_blanks_and_case_make_no_difference() {
        assert_eq!(key("湖北ＡＢＣ（集团）有限公司"), key(" 湖北abc [集团] 有限公司\u{3000}"));
        assert_eq!(key("荆门【东宝】商贸"), "荆门(东宝)商贸");
        assert_ne!(key("荆门东宝商贸有限公司"), key("荆门市东宝商贸有限公司"));
    }

    #[test]
    fn a_traditional_spelling_meets_the_simplified_one_but_a_standard_character_stays_itself() {
        assert_eq!(key("荊門國華實業（集團）有限公司"), key("荆门国华实业(集团)有限公司"));
        assert_eq!(key("荆门乾昇商贸"), "荆门乾昇商贸");
        let renamed = normalise("湖北新商有限公司（原荊門市舊商公司）");
        assert_eq!(renamed.former.as_deref(), Some("荆门市旧商公司"));
    }

    #[test]
    fn a_former_name_is_split_off_only_at_the_end_and_only_when_it_is_a_name() {
        let renamed = normalise("湖北新商有限公司（原：荆门市旧商（集团）公司）");
        assert_eq!(renamed.key, "湖北新商有限公司");
        assert_eq!(renamed.former.as_deref(), Some("荆门市旧商(集团)公司"));
        assert_eq!(normalise("湖北新商有限公司(曾用名：荆门市旧商公司)").former.as_deref(), Some("荆门市旧商公司"));
        for whole in
            ["荆门市农业局（原种场）", "中原建设（原平分公司）", "（原生态食品有限公司）", "湖北（原生态）食品公司"]
        {
            assert_eq!(normalise(whole).former, None, "{whole}");
        }
    }

    #[test]
    fn a_renamed_firm_agrees_with_its_former_name_and_an_empty_name_with_nobody() {
        let renamed = normalise("湖北新商有限公司（原荆门市旧商公司）");
        assert!(renamed.agrees_with(&normalise("荆门市旧商公司")));
        assert!(normalise("荆门市旧商公司").agrees_with(&renamed));
        assert!(!renamed.agrees_with(&normalise("荆门市旧商有限公司")));
        assert!(renamed.hashes().any(|hash| normalise("荆门市旧商公司").hashes().any(|other| other == hash)));
        assert!(!normalise(" ").agrees_with(&normalise("")));
    }

    #[test]
    fn the_name_hash_is_the_first_eight_bytes_of_sha_256_and_names_of_one_core_lie_side_by_side() {
        // SHA-256("abc") begins ba7816bf 8f01cfea.
        assert_eq!(name_hash("abc"), 0xba78_16bf_8f01_cfea_u64 as i64);
        let names = ["荆门市样例有限公司", "荆门市样例有限责任公司", "荆门市样例", "荆门市样例公司东宝分公司"];
        let hashes = names.map(name_hash);
        let [core] = names
            .map(|name| alike(name_hash(name)))
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()[..]
        else {
            panic!("{hashes:?}")
        };
        let (least, greatest) = alike_range(core);
        assert!(hashes.iter().all(|hash| (least..=greatest).contains(hash)));
        assert_eq!(BTreeSet::from(hashes).len(), names.len());
        assert_ne!(alike(name_hash("荆门市样例商贸有限公司")), core);
    }

    proptest! {
        #[test]
        fn normalising_a_key_again_changes_nothing(name in "\\PC{0,40}") {
            let once = normalise(&name);
            if once.former.is_none() {
                prop_assert_eq!(normalise(&once.key), once);
            }
        }
    }
}
