//! The check digits of the national standards, as plain arithmetic over ASCII.

/// Characters of GB 32100 in the order of their values 0 to 30: no I, O, S, V, Z.
pub(super) const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The value of a character of GB 32100, none outside of its alphabet; lists are read by the million.
pub(super) fn uscc_value(character: u8) -> Option<usize> {
    const VALUES: [u8; 256] = {
        let mut values = [u8::MAX; 256];
        let mut value = 0;
        while value < USCC_ALPHABET.len() {
            values[USCC_ALPHABET[value] as usize] = value as u8;
            value += 1;
        }
        values
    };
    VALUES.get(usize::from(character)).filter(|value| **value != u8::MAX).map(|value| usize::from(*value))
}

/// The check character of a USCC's first 17 characters (GB 32100: weights 3^(i-1) mod 31).
///
/// The outer `mod 31` matters: a sum divisible by 31 gives `0`. None when a character is not of the alphabet.
pub(super) fn uscc(first: &[u8]) -> Option<u8> {
    let mut sum = 0;
    let mut weight = 1;
    for character in first {
        sum += uscc_value(*character)? * weight;
        weight = weight * 3 % 31;
    }
    USCC_ALPHABET.get((31 - sum % 31) % 31).copied()
}

/// The check character of an organisation code's first eight characters (GB 11714: 10 is X, 11 is 0).
pub(super) fn organisation(first: &[u8]) -> Option<u8> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (character, weight) in first.iter().zip(WEIGHTS) {
        let upper = character.is_ascii_digit() || character.is_ascii_uppercase();
        sum += upper.then(|| char::from(*character).to_digit(36))?? * weight;
    }
    match 11 - sum % 11 {
        11 => Some(b'0'),
        10 => Some(b'X'),
        digit => u8::try_from(digit).ok().map(|digit| b'0' + digit),
    }
}

/// The check character of a citizen ID number's first 17 digits (GB 11643, ISO 7064 MOD 11-2).
pub(super) fn citizen(first: &[u8]) -> Option<u8> {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (digit, weight) in first.iter().zip(WEIGHTS) {
        sum += digit_value(*digit)? * weight;
    }
    b"10X98765432".get(sum % 11).copied()
}

/// The check digit of a 15-digit registration number's first 14 digits (ISO 7064 MOD 11,10).
pub(super) fn registration(first: &[u8]) -> Option<u8> {
    let mut product = 10;
    for digit in first {
        let sum = (product + digit_value(*digit)?) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    b"0123456789".get((11 - product) % 10).copied()
}

fn digit_value(digit: u8) -> Option<usize> {
    digit.is_ascii_digit().then(|| usize::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_divisible_by_thirty_one_gives_zero_and_not_nothing() {
        let all_zero = [b'0'; 17];
        assert_eq!(uscc(&all_zero), Some(b'0'));
    }

    #[test]
    fn an_organisation_code_check_of_ten_is_x_and_of_eleven_is_zero() {
        assert_eq!(organisation(b"00000000"), Some(b'0'));
        // 4 x 3 = 12, 12 mod 11 = 1, 11 - 1 = 10.
        assert_eq!(organisation(b"40000000"), Some(b'X'));
        assert_eq!(organisation(b"D2143569"), Some(b'X'), "the example of GB 11714");
    }

    #[test]
    fn a_character_outside_the_alphabet_has_no_check() {
        assert_eq!(uscc(b"9142080O000000000"), None);
        assert_eq!(organisation(b"1234567a"), None);
        assert_eq!(citizen(b"4208021990010100A"), None);
        assert_eq!(registration(b"4208020000000X"), None);
    }

    #[test]
    fn a_registration_number_check_follows_iso_7064() {
        // The worked example of ISO 7064 MOD 11,10: 0794 takes 5.
        assert_eq!(registration(b"0794"), Some(b'5'));
    }
}
