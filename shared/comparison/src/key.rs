//! Codes packed exactly into numbers.
//!
//! An organisation code has nine characters out of 36: 36^9 < 2^47, and nothing of it is hashed. Two USCCs speak of one
//! subject only where their organisation codes are one, so the other nine characters of a USCC are in no key.

use std::hash::{DefaultHasher, Hasher};

use honghei_domain::comparison::Identity;
use honghei_domain::name::Parts;

use crate::shape::Shape;

/// Bits of a place: what a key belongs to, below 2^36.
pub const PLACE_BITS: u32 = 36;

/// One above the greatest place.
pub const PLACES: u64 = 1 << PLACE_BITS;

const FAULTY: u8 = 0x80;

const CODE_DIGITS: [u8; 256] = digits(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

const fn digits(alphabet: &[u8]) -> [u8; 256] {
    let mut table = [FAULTY; 256];
    let mut at = 0;
    while at < alphabet.len() {
        table[alphabet[at] as usize] = at as u8;
        at += 1;
    }
    table
}

/// An organisation code as a number below 2^47; none for anything but nine digits and upper-case letters.
#[inline]
pub fn organisation(code: &[u8]) -> Option<u64> {
    let code: &[u8; 9] = code.try_into().ok()?;
    let d = code.map(|byte| CODE_DIGITS[usize::from(byte)]);
    let faulty = d.iter().fold(0, |all, digit| all | digit);
    let [a, b, c, e, f, g, h, i, j] = d.map(u64::from);
    // Three short chains instead of a long one.
    let high = (a * 36 + b) * 36 + c;
    let middle = (e * 36 + f) * 36 + g;
    let low = (h * 36 + i) * 36 + j;
    (faulty & FAULTY == 0).then_some((high * 46_656 + middle) * 46_656 + low)
}

/// The organisation code within a USCC as a number; none for what has not the shape of one. Check digits are the intake's
/// business, and the rest is compared where what meets is judged.
#[inline]
pub fn uscc(code: &[u8]) -> Option<u64> {
    const HEAD: Shape = Shape::of(b"XX000000XXXXXXXX");
    const TAIL: Shape = Shape::of(b"000000XXXXXXXXXX");
    let code: &[u8; 18] = code.try_into().ok()?;
    let (head, tail) = (code.first_chunk::<16>()?, code.last_chunk::<16>()?);
    let [.., ninth, _check] = code;
    let faults = HEAD.faults(head) | TAIL.faults(tail);
    (faults == 0).then_some(number(*head.last_chunk::<8>()?, *ninth))
}

/// The number that nine digits and upper-case letters write in base 36.
#[inline(always)]
pub(crate) fn number(eight: [u8; 8], ninth: u8) -> u64 {
    // Digits stand at 0x30, letters at 0x41: the value of a letter is seven less far above '0'. All eight stand in one
    // word, the first in the lowest place, which no borrow or carry leaves.
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(eight);
    let values = word.wrapping_sub(ONES * u64::from(b'0')).wrapping_sub((word >> 6 & ONES) * 7);
    // Two neighbours make a digit of base 36^2, two of those one of base 36^4.
    let pairs = (values & 0x00ff_00ff_00ff_00ff) * 36 + (values >> 8 & 0x00ff_00ff_00ff_00ff);
    let fours = (pairs & 0x0000_ffff_0000_ffff) * 1_296 + (pairs >> 16 & 0x0000_ffff_0000_ffff);
    let eight = (fours & 0xffff_ffff) * 1_679_616 + (fours >> 32);
    eight * 36 + u64::from(ninth.wrapping_sub(b'0').wrapping_sub((ninth >> 6 & 1) * 7))
}

/// A registration number as a key: exact, marked as one by the top bit; none for anything but 13 or 15 digits.
pub fn registration(number: &[u8]) -> Option<u64> {
    if !matches!(number.len(), 13 | 15) || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = number.iter().fold(0, |value: u64, digit| value * 10 + u64::from(digit - b'0'));
    Some(1 << 63 | value << 1 | u64::from(number.len() == 15))
}

/// Marks the key of a core; a registration number has the bit above it.
const CORE: u64 = 1 << 62;

/// A normalised name as a key: 62 bits that propose and never decide.
pub fn name(normalised: &str) -> u64 {
    hash(normalised) & (CORE - 1)
}

/// The core of a normalised name as a key: whoever bears it is alike.
pub fn core(normalised: &str) -> u64 {
    hash(&Parts::of(normalised).core) & (CORE - 1) | CORE
}

/// Whether a key is that of a core.
pub fn is_core(key: u64) -> bool {
    key >> 62 == 1
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Whether an entry can be told from others by name only: it has no USCC, or one that a person had to vouch for.
pub fn is_open(identity: &Identity) -> bool {
    identity.uscc.is_none() || identity.uscc_inner_check_failed
}

/// The keys besides the organisation code under which an entry may meet another of which at least one is open.
pub fn weak_keys(identity: &Identity) -> impl Iterator<Item = u64> + '_ {
    let number = identity.registration_number.as_ref().and_then(|number| registration(number.as_str().as_bytes()));
    let person = identity.person.map(|person| name(&format!("P:{person}")));
    number.into_iter().chain(person).chain(names(identity).map(name))
}

/// The keys under which an entry may meet another with a name like its own, of which at least one has no organisation code.
pub fn core_keys(identity: &Identity) -> impl Iterator<Item = u64> + '_ {
    names(identity).map(core)
}

/// The present and the former name.
fn names(identity: &Identity) -> impl Iterator<Item = &str> {
    let names = [Some(&identity.name.key), identity.name.former.as_ref()];
    names.into_iter().flatten().map(String::as_str).filter(|text| !text.is_empty())
}

/// The organisation code of an identity as a number.
pub fn organisation_of(identity: &Identity) -> Option<u64> {
    identity.organisation().and_then(|code| organisation(code.as_bytes()))
}

#[cfg(test)]
mod tests {
    use honghei_domain::identifier::Uscc;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packing_an_organisation_code_loses_nothing(
            one in "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}",
            other in "[19][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}",
        ) {
            let (packed, others) = (uscc(one.as_bytes()).unwrap(), uscc(other.as_bytes()).unwrap());
            prop_assert_eq!(packed, u64::from_str_radix(&one[8..17], 36).unwrap());
            prop_assert_eq!(organisation(&one.as_bytes()[8..17]), Some(packed));
            prop_assert!(packed < 1 << 47);
            prop_assert_eq!(packed == others, one[8..17] == other[8..17]);
        }

        #[test]
        fn only_a_codes_own_characters_are_packed(text in "[ -~]{18}", at in 0..18usize, other in "[^0-9A-HJ-NPQRTUWXY]") {
            prop_assert_eq!(uscc(text.as_bytes()).is_some(), Uscc::try_from(text).is_ok());
            let mut spoilt = vec![b'1'; 18];
            spoilt.splice(at..=at, other.bytes());
            prop_assert_eq!(uscc(&spoilt), None);
        }

        #[test]
        fn a_code_spoilt_in_one_place_is_packed_where_it_is_still_a_code(
            code in "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", at in 0..18usize, byte: u8,
        ) {
            let mut spoilt = code.into_bytes();
            spoilt[at] = byte;
            let sound = String::from_utf8(spoilt.clone()).is_ok_and(|text| Uscc::try_from(text).is_ok());
            prop_assert_eq!(uscc(&spoilt).is_some(), sound);
        }
    }

    #[test]
    fn registration_numbers_of_both_lengths_stay_apart_from_each_other_and_from_names() {
        assert_ne!(registration(b"4208000000001"), registration(b"004208000000001"));
        assert_eq!(registration(b"42080000000012"), None);
        assert_eq!(registration(b"42080000000A1"), None);
        assert!(registration(b"4208000000001").unwrap() >> 63 == 1 && name("a") >> 62 == 0 && core("a") >> 62 == 1);
        assert!(is_core(core("a")) && !is_core(name("a")) && !is_core(registration(b"9999999999999").unwrap()));
        assert_eq!(core("样例商贸公司"), core("样例商贸有限公司"));
    }
}
