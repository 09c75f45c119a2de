//! What a value must lose before it is printed: ID numbers their middle, texts whatever nobody sees.

use honghei_domain::identifier::CitizenId;

/// Digits of a number between its head and its tail that are hidden: the date of birth.
const HIDDEN: std::ops::Range<usize> = 6..14;
/// The same in the 15-digit form.
const HIDDEN_LEGACY: std::ops::Range<usize> = 6..12;
/// Separators between two digits that still make one number: 420802 19800229 123X.
const SEPARATORS_MAX: usize = 2;

/// A value as it may stand in a document: one line, visible characters only, ID numbers masked (AMB-15).
pub fn clean(text: &str) -> String {
    mask(&visible(text))
}

/// One line of visible characters: white space becomes one blank; control, formatting, direction-changing and
/// other invisible characters go.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() {
            blank = !out.is_empty();
        } else if !is_invisible(c) {
            if std::mem::take(&mut blank) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0xAD | 0x34F
                | 0x61C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x202A..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}

/// Hides the middle of every personal ID number in a text, whatever stands around it and however its digits are
/// spaced or widened. A firm's code that happens to read as one is hidden too: too much is safe.
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let Some(places) = number_at(&chars, at) else {
            at += 1;
            continue;
        };
        let hidden = if places.len() == 15 { HIDDEN_LEGACY } else { HIDDEN };
        for place in places.get(hidden).unwrap_or_default() {
            if let Some(c) = shown.get_mut(*place) {
                *c = '*';
            }
        }
        at = places.last().map_or(at + 1, |last| last + 1);
    }
    shown.into_iter().collect()
}

/// The places of the digits of an ID number that begins here.
fn number_at(chars: &[char], from: usize) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(18);
    let mut number = String::with_capacity(18);
    let mut gap = 0;
    let alone = from == 0 || chars.get(from - 1).is_none_or(|before| digit(*before).is_none());
    for (place, c) in chars.iter().enumerate().skip(from) {
        match digit(*c) {
            Some(read) if read.is_ascii_digit() || number.len() == 17 => {
                places.push(place);
                number.push(read);
                gap = 0;
                // The old form stands alone: fifteen digits and no more.
                let ends = chars.get(place + 1).is_none_or(|next| digit(*next).is_none());
                if number.len() == 15 && alone && ends && CitizenId::read(&number).is_ok() {
                    return Some(places);
                }
            }
            _ if is_separator(*c) && !number.is_empty() && gap < SEPARATORS_MAX => gap += 1,
            _ => break,
        }
        if number.len() == 18 {
            break;
        }
    }
    (number.len() == 18 && CitizenId::read(&number).is_ok()).then_some(places)
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - 0xFF10 + 0x30),
        'x' | 'X' | 'ｘ' | 'Ｘ' => Some('X'),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—' | '_' | '.' | '．' | '·' | ',' | '，' | '/' | '、')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> CitizenId {
        CitizenId::synthesize("420802".parse().unwrap(), "1980-02-29".parse().unwrap(), 123)
    }

    #[test]
    fn an_id_number_is_masked_wherever_and_however_it_stands_amb_15() {
        let person = person();
        let number = person.in_clear();
        let spaced = format!("{} {}-{}", &number[..6], &number[6..14], &number[14..]);
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap_or(c)).collect();
        let legacy = format!("{}{}", &number[..6], &number[8..17]);
        for text in [number.to_owned(), format!("张某（{number}）12"), spaced, wide, format!("{number}01"), legacy]
        {
            let shown = clean(&text);
            assert!(!shown.contains("19800229") && !shown.contains("800229"), "masked where the birth date stands");
            assert!(shown.contains('*') && !shown.contains("１９８０"), "masked in full width too");
        }
        assert_eq!(clean(number), person.masked());
    }

    #[test]
    fn other_numbers_stay() {
        for text in
            ["2026年1月5日", "91420802MA48Q0000X", "罚款20000元", "鄂荆市监罚字〔2025〕100号", "420802000012345"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn what_nobody_sees_is_taken_away() {
        assert_eq!(clean(" 红\u{202E}黑\u{200B}名\r\n\t单\u{0}\u{FEFF} "), "红黑名 单");
        assert_eq!(clean("\u{2066}\u{E0041}"), "");
    }
}
