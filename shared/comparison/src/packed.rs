//! Entries and names as keys of sixteen bytes, as they are kept from batch to batch.
//!
//! Keys are a multiset and written as differences: one key more, or one less. Whatever order differences come in, they
//! come to the same, and what was added and taken away again is gone once both are read together. Nothing is lost to a
//! hash: codes stand in a key exactly, and where a name's digest is cut short, keys of two subjects that look alike
//! propose both.
//!
//! An entry, from the highest bit: subject (61), list (1), how it stands (3), whether names may bring it together with
//! others (1), last day (16), what brought it: node (16), epoch (5), index (24); less or more (1).
//! A name: its hash (64), whether the entry is open (1), list (1), subject (61), less or more (1).

use chrono::NaiveDate;
use honghei_domain::name::text_hash;
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::subject_key::SubjectKey;

use crate::join::Side;
use crate::key;

/// Bytes of a key.
pub const KEY_BYTES: usize = 16;

/// Bits below an entry's subject.
pub const BELOW_SUBJECT: u32 = 67;

/// Bits below a name.
pub const BELOW_NAME: u32 = 64;

/// Bits below what names of one core have in common.
pub const BELOW_CORE: u32 = 88;

/// Bits of a subject.
const SUBJECT_BITS: u32 = 61;

/// Bits of what tells subjects of one kind apart.
const VALUE_BITS: u32 = 59;

/// Hexadecimal digits of a name's digest that stand in a key beside its bucket.
const DIGITS: usize = 10;

/// No last day, or one that the key has no room for.
pub const NO_DAY: u16 = u16::MAX;

/// How an entry stands by its own row, without what follows from the version that settled its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// No entry: a subject that a decision speaks of and no list.
    Bare,
    /// Reported; what became of it follows from what brought it.
    Reported,
    /// On the final list.
    Listed,
    /// Its validity ended, and a version said so.
    Expired,
    /// It left, and a version said so.
    Exited,
    /// Anything else: only its whole row tells.
    Apart,
}

/// An entry as its key tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryKey {
    /// The subject, as [`subject`] packs it.
    pub subject: u64,
    /// Which list.
    pub side: Side,
    /// How it stands.
    pub state: State,
    /// Whether a name or number may bring it together with another subject.
    pub open: bool,
    /// The last day of its own validity, in days since 1970-01-01; [`NO_DAY`] where there is none.
    pub day: u16,
    /// What brought a reported entry, as [`cause`] packs it; 0 for any other.
    pub cause: u64,
}

impl EntryKey {
    /// The key, as one more.
    pub fn pack(self) -> u128 {
        let black = u128::from(self.side == Side::Black);
        u128::from(self.subject) << BELOW_SUBJECT
            | black << 66
            | (self.state as u128) << 63
            | u128::from(self.open) << 62
            | u128::from(self.day) << 46
            | u128::from(self.cause) << 1
    }

    /// The entry of a key.
    #[inline]
    pub fn unpack(key: u128) -> Self {
        let state = match key >> 63 & 7 {
            0 => State::Bare,
            1 => State::Reported,
            2 => State::Listed,
            3 => State::Expired,
            4 => State::Exited,
            _ => State::Apart,
        };
        Self {
            subject: (key >> BELOW_SUBJECT) as u64,
            side: if key >> 66 & 1 == 1 { Side::Black } else { Side::Red },
            state,
            open: key >> 62 & 1 == 1,
            day: (key >> 46) as u16,
            cause: (key >> 1) as u64 & ((1 << 45) - 1),
        }
    }
}

/// A name or number as its key tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameKey {
    /// Its hash.
    pub hash: u64,
    /// Whether the entry can be told from others by name only.
    pub open: bool,
    /// Which list.
    pub side: Side,
    /// The subject.
    pub subject: u64,
}

impl NameKey {
    /// The key, as one more.
    pub fn pack(self) -> u128 {
        let black = u128::from(self.side == Side::Black);
        u128::from(self.hash) << BELOW_NAME | u128::from(self.open) << 63 | black << 62 | u128::from(self.subject) << 1
    }

    /// The name of a key.
    #[inline]
    pub fn unpack(key: u128) -> Self {
        Self {
            hash: (key >> BELOW_NAME) as u64,
            open: key >> 63 & 1 == 1,
            side: if key >> 62 & 1 == 1 { Side::Black } else { Side::Red },
            subject: (key >> 1) as u64 & ((1 << SUBJECT_BITS) - 1),
        }
    }
}

/// A key as one less.
pub fn less(key: u128) -> u128 {
    key | 1
}

/// Whether a key is one less.
#[inline]
pub fn is_less(key: u128) -> bool {
    key & 1 == 1
}

/// Takes away from sorted keys what is there once more and once less.
pub fn net(keys: &mut Vec<u128>) {
    let (mut read, mut written) = (0, 0);
    while let Some(key) = keys.get(read).copied() {
        if keys.get(read + 1).is_none_or(|next| next >> 1 != key >> 1) {
            if let Some(place) = keys.get_mut(written) {
                *place = key;
            }
            (read, written) = (read + 1, written + 1);
            continue;
        }
        let like = keys.get(read..).unwrap_or_default().iter().take_while(|other| **other >> 1 == key >> 1);
        let (count, gone) = like.fold((0, 0), |(count, gone), other| (count + 1, gone + usize::from(is_less(*other))));
        let kept = if count - gone > gone { key & !1 } else { key | 1 };
        for _ in 0..(count - gone).abs_diff(gone) {
            if let Some(place) = keys.get_mut(written) {
                *place = kept;
                written += 1;
            }
        }
        read += count;
    }
    keys.truncate(written);
}

/// A subject in 61 bits: an organisation code or registration number exactly, any other by its bucket and the first ten
/// digits of its name's digest.
pub fn subject(bucket: u32, text: &str) -> u64 {
    let (head, value) = text.split_at_checked(2).unwrap_or_default();
    let exact = match head {
        "O:" => key::organisation(value.as_bytes()),
        "R:" => key::registration(value.as_bytes()).map(|number| 1 << VALUE_BITS | (number & ((1 << 52) - 1))),
        _ => None,
    };
    let cut = || {
        let digits = value.get(..DIGITS).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
        2 << VALUE_BITS | u64::from(bucket) << 40 | digits
    };
    exact.unwrap_or_else(cut)
}

/// Whether a packed subject is known by its organisation code.
#[inline]
pub fn is_coded(subject: u64) -> bool {
    subject >> VALUE_BITS == 0
}

/// Which subjects a packed one may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This one.
    Exactly(SubjectKey),
    /// Those of a bucket whose keys begin so.
    Under(u32, String),
}

/// The subject again.
pub fn whose(packed: u64) -> Option<Whose> {
    let value = packed & ((1 << VALUE_BITS) - 1);
    let exact = |text: String| text.parse().ok().map(Whose::Exactly);
    match packed >> VALUE_BITS {
        0 => {
            let mut code = value;
            let mut text = [0; 9];
            for place in text.iter_mut().rev() {
                *place = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".get((code % 36) as usize)?;
                code /= 36;
            }
            exact(format!("O:{}", std::str::from_utf8(&text).ok()?))
        }
        1 if value & 1 == 1 => exact(format!("R:{:015}", value >> 1)),
        1 => exact(format!("R:{:013}", value >> 1)),
        _ => Some(Whose::Under((value >> 40) as u32, format!("N:{:010x}", value & ((1 << 40) - 1)))),
    }
}

/// A node in 16 bits; several may share them.
pub fn node(id: &NodeId) -> u64 {
    text_hash(id.as_str()).cast_unsigned() >> 48
}

/// What brought an entry in 45 bits, given its packed node; none where its epoch or index is beyond the key's room.
pub fn cause(node: u64, at: &EntryRef) -> Option<u64> {
    let (epoch, index) = (u64::from(at.log.epoch), at.index);
    (epoch < 1 << 5 && index < 1 << 24).then_some(node << 29 | epoch << 24 | index)
}

/// The packed node, the epoch and the index of what brought an entry.
pub fn caused_by(cause: u64) -> (u64, u32, u64) {
    (cause >> 29, (cause >> 24) as u32 & 31, cause & ((1 << 24) - 1))
}

/// A day in 16 bits: days since 1970-01-01, from 0 to one below [`NO_DAY`].
pub fn day(day: NaiveDate) -> u16 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    u16::try_from(days.clamp(0, i64::from(NO_DAY) - 1)).unwrap_or(NO_DAY)
}

#[cfg(test)]
mod tests {
    use honghei_domain::name::name_hash;
    use honghei_domain::subject_key::SubjectKey;
    use proptest::prelude::*;

    use super::*;

    fn packed(text: &str) -> (SubjectKey, u64) {
        let key: SubjectKey = text.parse().unwrap();
        let packed = subject(key.bucket(), key.as_str());
        (key, packed)
    }

    proptest! {
        #[test]
        fn a_code_comes_back_from_its_key_exactly(text in "O:[0-9A-Z]{9}|R:[0-9]{13}|R:[0-9]{15}") {
            let (key, packed) = packed(&text);
            prop_assert!(packed < 1 << SUBJECT_BITS);
            prop_assert_eq!(is_coded(packed), text.starts_with('O'));
            prop_assert_eq!(whose(packed), Some(Whose::Exactly(key)));
        }

        #[test]
        fn what_was_added_and_taken_away_is_gone_in_whatever_order(
            mut changes in prop::collection::vec((0..6_u128, any::<bool>()), 0..60),
        ) {
            let count = |of: u128| {
                changes.iter().filter(|(key, _)| *key == of).map(|(_, gone)| if *gone { -1_i64 } else { 1 }).sum::<i64>()
            };
            let expected: Vec<i64> = (0..6).map(count).collect();
            changes.sort();
            let mut keys: Vec<u128> =
                changes.iter().map(|(key, gone)| if *gone { less(key << 1) } else { key << 1 }).collect();
            keys.sort_unstable();
            net(&mut keys);
            let found = |of: u128| {
                keys.iter().filter(|key| **key >> 1 == of).map(|key| if is_less(*key) { -1_i64 } else { 1 }).sum::<i64>()
            };
            prop_assert_eq!((0..6).map(found).collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(keys.len() as u64, expected.iter().map(|count| count.unsigned_abs()).sum::<u64>());
            prop_assert!(keys.is_sorted());
        }

        #[test]
        fn an_entry_and_a_name_come_back_from_their_keys(
            subject in 0..1_u64 << 61, black in any::<bool>(), open in any::<bool>(), day in any::<u16>(),
            state in 0..6_usize, cause in 0..1_u64 << 45, hash in any::<u64>(),
        ) {
            let side = if black { Side::Black } else { Side::Red };
            let states = [State::Bare, State::Reported, State::Listed, State::Expired, State::Exited, State::Apart];
            let entry = EntryKey { subject, side, state: states[state], open, day, cause };
            prop_assert_eq!(EntryKey::unpack(entry.pack()), entry);
            prop_assert_eq!(EntryKey::unpack(less(entry.pack())), entry);
            let name = NameKey { hash, open, side, subject };
            prop_assert_eq!(NameKey::unpack(name.pack()), name);
            prop_assert!(!is_less(entry.pack()) && is_less(less(name.pack())));
        }
    }

    #[test]
    fn a_name_is_found_again_in_its_bucket() {
        let key = SubjectKey::of_name("荆门便民商店");
        let Some(Whose::Under(bucket, head)) = whose(subject(key.bucket(), key.as_str())) else { panic!("{key:?}") };
        assert_eq!(bucket, key.bucket());
        assert!(key.as_str().starts_with(&head) && head.len() == 2 + DIGITS);
    }

    #[test]
    fn keys_of_names_of_one_core_lie_side_by_side() {
        let hashes = ["样例商贸公司", "样例商贸有限公司"].map(|name| name_hash(name).cast_unsigned());
        let [one, other] = hashes.map(|hash| NameKey { hash, open: true, side: Side::Red, subject: 7 }.pack());
        assert!(one >> BELOW_CORE == other >> BELOW_CORE && one >> BELOW_NAME != other >> BELOW_NAME);
        assert!(!is_coded(subject(1, SubjectKey::of_name("样例商贸公司").as_str())));
    }

    #[test]
    fn what_brought_an_entry_comes_back_or_is_said_not_to_fit() {
        let at: EntryRef = "420000-commerce/3/70000".parse().unwrap();
        let node = node(&at.log.node);
        assert_eq!(cause(node, &at).map(caused_by), Some((node, 3, 70_000)));
        assert_eq!(cause(node, &EntryRef { index: 1 << 24, ..at }), None);
    }
}
