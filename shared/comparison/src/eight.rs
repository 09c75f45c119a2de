//! Eight characters at once: their bytes stand side by side in one word, the first in the lowest place.

/// The same byte in every place.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The top bit of every place: no character of ours has it.
const TOP: u64 = each(0x80);

/// What eight characters must look like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The characters, and zeros for digits.
    like: u64,
    /// What carries a difference too great into the top bit of its place.
    room: u64,
    /// The places that are looked at.
    judged: u64,
}

impl Shape {
    /// `0` stands for any digit, `?` for anything, every other character for itself.
    pub const fn of(text: &[u8; 8]) -> Self {
        let (mut room, mut judged) = ([0x7f; 8], [0xff; 8]);
        let mut at = 0;
        while at < 8 {
            match text[at] {
                b'0' => room[at] = 0x80 - 10,
                b'?' => (room[at], judged[at]) = (0, 0),
                _ => {}
            }
            at += 1;
        }
        Self { like: u64::from_le_bytes(*text), room: u64::from_le_bytes(room), judged: u64::from_le_bytes(judged) }
    }

    /// Zero where a word has this shape; and the values of its digits, each in its place.
    #[inline]
    pub fn faults(self, word: u64) -> (u64, u64) {
        let differs = (word ^ self.like) & self.judged;
        ((differs.wrapping_add(self.room) | differs) & TOP, differs)
    }
}

/// Zero where all eight stand in the alphabet of GB 32100: digits and upper-case letters without I, O, S, V and Z.
#[inline]
pub fn faults(word: u64) -> u64 {
    // A byte beyond ASCII spoils its neighbours, but is a fault of its own.
    let from = |least: u8| word.wrapping_add(each(0x80 - least));
    let not = |letter: u8| (word ^ each(letter)).wrapping_add(each(0x7f));
    let sound = from(b'0') & !from(b'Z') & (!from(b'9' + 1) | from(b'A'));
    (word | !(sound & not(b'I') & not(b'O') & not(b'S') & not(b'V'))) & TOP
}

/// The values of digits and upper-case letters, 0 to 35, each in its place.
#[inline]
pub fn values(word: u64) -> u64 {
    let letters = word >> 6 & each(1);
    word.wrapping_sub(each(b'0')).wrapping_sub(letters * u64::from(b'A' - b'9' - 1))
}

/// The number that eight values below 36 write, below 36^8.
#[inline]
pub fn number(values: u64) -> u64 {
    // Two neighbours make a digit of base 36^2, two of those one of base 36^4.
    let pairs = (values & 0x00ff_00ff_00ff_00ff) * 36 + (values >> 8 & 0x00ff_00ff_00ff_00ff);
    let fours = (pairs & 0x0000_ffff_0000_ffff) * 1_296 + (pairs >> 16 & 0x0000_ffff_0000_ffff);
    (fours & 0xffff_ffff) * 1_679_616 + (fours >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes of which most are of the alphabet or next to it.
    fn bytes() -> impl Strategy<Value = [u8; 8]> {
        let near = prop_oneof![6 => b'0'..=b'9', 6 => b'A'..=b'Z', 1 => b'-'..=b'a', 1 => any::<u8>()];
        prop::array::uniform8(near)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_word_is_of_the_alphabet_when_every_character_is(bytes in bytes()) {
            let each = bytes.iter().all(|byte| b"0123456789ABCDEFGHJKLMNPQRTUWXY".contains(byte));
            prop_assert_eq!(faults(u64::from_le_bytes(bytes)) == 0, each);
        }

        #[test]
        fn a_word_has_a_shape_when_every_character_fits(bytes in bytes(), shape in "[0?A-]{8}") {
            let shape: &[u8; 8] = shape.as_bytes().try_into().unwrap();
            let each = bytes.iter().zip(shape).all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                b'?' => true,
                other => byte == other,
            });
            let (faults, digits) = Shape::of(shape).faults(u64::from_le_bytes(bytes));
            prop_assert_eq!(faults == 0, each);
            for ((digit, byte), like) in digits.to_le_bytes().into_iter().zip(bytes).zip(shape) {
                prop_assert!(!each || *like != b'0' || digit == byte - b'0');
            }
        }

        #[test]
        fn eight_characters_write_their_number_in_base_36(text in "[0-9A-Z]{8}") {
            let word = u64::from_le_bytes(text.as_bytes().try_into().unwrap());
            prop_assert_eq!(number(values(word)), u64::from_str_radix(&text, 36).unwrap());
        }
    }

    #[test]
    fn every_byte_is_judged_alone_in_every_place() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut bytes = *b"0Y9A0HJR";
                bytes[place] = byte;
                let sound = b"0123456789ABCDEFGHJKLMNPQRTUWXY".contains(&byte);
                assert_eq!(faults(u64::from_le_bytes(bytes)) == 0, sound, "{byte:#x} at {place}");
                let mut digits = *b"09090909";
                digits[place] = byte;
                let (faults, _) = Shape::of(b"00000000").faults(u64::from_le_bytes(digits));
                assert_eq!(faults == 0, byte.is_ascii_digit(), "{byte:#x} at {place}");
            }
        }
    }
}
