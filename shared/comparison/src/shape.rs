//! What sixteen characters must look like, judged all at once.

/// The least byte of each place, and how far above it the greatest is.
///
/// Plain loops over sixteen bytes without a branch: they become a handful of vector instructions.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    least: [u8; 16],
    above: [u8; 16],
}

impl Shape {
    /// `0` stands for any digit, `X` for any character of the alphabet of GB 32100 (digits and upper-case letters without
    /// I, O, S, V and Z), every other character for itself; none of those five letters can be told.
    pub const fn of(text: &[u8; 16]) -> Self {
        let (mut least, mut above) = (*text, [0; 16]);
        let mut at = 0;
        while at < 16 {
            match text[at] {
                b'0' => above[at] = b'9' - b'0',
                b'X' => (least[at], above[at]) = (b'0', b'Y' - b'0'),
                _ => {}
            }
            at += 1;
        }
        Self { least, above }
    }

    /// Zero where sixteen bytes have this shape.
    #[inline(always)]
    pub fn faults(&self, bytes: &[u8; 16]) -> u128 {
        let mut faults = [0; 16];
        for (((fault, byte), least), above) in faults.iter_mut().zip(bytes).zip(&self.least).zip(&self.above) {
            let beyond = byte.wrapping_sub(*least) > *above;
            let between = byte.wrapping_sub(b'9' + 1) < b'A' - b'9' - 1;
            let unused = (*byte == b'I') | (*byte == b'O') | (*byte == b'S') | (*byte == b'V');
            *fault = u8::from(beyond | between | unused);
        }
        u128::from_le_bytes(faults)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

    fn fits(byte: u8, like: u8) -> bool {
        match like {
            b'0' => byte.is_ascii_digit(),
            b'X' => ALPHABET.contains(&byte),
            other => byte == other,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_text_has_a_shape_when_every_character_fits(
            bytes in prop::array::uniform16(prop_oneof![12 => b'0'..=b'9', 6 => b'A'..=b'Y', 1 => any::<u8>()]),
            shape in prop::array::uniform16(prop::sample::select(b"00XXXXXX-\t\nA".to_vec())),
            fitting: bool,
        ) {
            let mut bytes = bytes;
            for (byte, like) in bytes.iter_mut().zip(shape) {
                // Else hardly any text would fit.
                if fitting && !fits(*byte, like) {
                    *byte = if like == b'X' { b'Y' } else { like };
                }
            }
            let each = bytes.iter().zip(shape).all(|(byte, like)| fits(*byte, like));
            prop_assert_eq!(Shape::of(&shape).faults(&bytes) == 0, each);
        }
    }

    #[test]
    fn every_byte_is_judged_in_every_place() {
        const SHAPE: Shape = Shape::of(b"X0X0X0X0-\tX0X0X\n");
        const SOUND: &[u8; 16] = b"Y9A0H3J7-\tX5R9P\n";
        for place in 0..16 {
            for byte in 0..=u8::MAX {
                let mut bytes = *SOUND;
                bytes[place] = byte;
                let sound = fits(byte, b"X0X0X0X0-\tX0X0X\n"[place]);
                assert_eq!(SHAPE.faults(&bytes) == 0, sound, "{byte:#x} at {place}");
            }
        }
    }
}
