//! What a spreadsheet does to a code before anybody looks at it, undone where only the spelling is concerned.

use super::{CodeDefect, Reading, ReadingFlag};

/// Words that fill an empty cell.
const EMPTY_WORDS: [&str; 12] =
    ["无", "暂无", "没有", "不详", "未知", "空", "N/A", "NA", "NULL", "NONE", "NIL", "未提供"];

/// Spreadsheets keep 15 significant digits of a number.
const SPREADSHEET_DIGITS: usize = 15;

/// A code's text with its spelling set right.
pub(super) struct Canonical {
    pub(super) text: String,
    pub(super) respelled: bool,
}

/// Removes blanks, apostrophes and quotes around, makes full-width half-width and lower upper case.
///
/// Fails with `Absent` on an empty cell and its placeholders, with `DigitsLost` on a number in floating-point
/// notation, with `Masked` on asterisks.
pub(super) fn canonical(raw: &str) -> Result<Canonical, CodeDefect> {
    let upright: String = raw.chars().filter(|c| !is_blank(*c)).map(half_width).collect();
    let text = upright
        .trim_start_matches(['\'', '‘', '’', '`', '"', '“', '”', '='])
        .trim_end_matches(['\'', '‘', '’', '`', '"', '“', '”'])
        .to_ascii_uppercase();
    if is_placeholder(&text) {
        return Err(CodeDefect::Absent);
    }
    if text.contains(['*', '×']) {
        return Err(CodeDefect::Masked);
    }
    let text = without_empty_fraction(&text).map(str::to_owned).unwrap_or(text);
    if text.contains(['.', '+']) && text.parse::<f64>().is_ok() {
        return Err(CodeDefect::DigitsLost);
    }
    let respelled = text != raw;
    Ok(Canonical { text, respelled })
}

impl Canonical {
    /// The reading of a code that was taken from this text.
    pub(super) fn reading<C>(&self, code: C) -> Reading<C> {
        let flags = if self.respelled { vec![ReadingFlag::Respelled] } else { Vec::new() };
        Reading { code, flags }
    }
}

/// Whether a long number of digits ends the way a spreadsheet ends it: three zeros from the sixteenth digit on.
pub(super) fn ends_like_a_truncated_number(text: &str) -> bool {
    text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.ends_with("000")
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

fn is_placeholder(text: &str) -> bool {
    let strokes = ['/', '\\', '|', '-', '—', '–', '―', '─', '_', '.', '…', '、', '0'];
    text.is_empty() || text.chars().all(|c| strokes.contains(&c)) || EMPTY_WORDS.contains(&text)
}

/// A number of at most 15 digits that a spreadsheet wrote as `420800000012345.0` has lost nothing.
fn without_empty_fraction(text: &str) -> Option<&str> {
    let (whole, fraction) = text.split_once('.')?;
    let exact = whole.len() <= SPREADSHEET_DIGITS && whole.bytes().all(|byte| byte.is_ascii_digit());
    (exact && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expect: Result<&str, CodeDefect>) {
        assert_eq!(canonical(raw).map(|canonical| canonical.text), expect.map(str::to_owned), "{raw:?}");
    }

    #[test]
    fn spelling_is_set_right_and_digits_are_left_alone() {
        check("  91 4208\u{3000}00ma48\tlwpu84\u{feff} ", Ok("91420800MA48LWPU84"));
        check("９１４２０８００ｍａ", Ok("91420800MA"));
        check("'91420800", Ok("91420800"));
        check("＇91420800", Ok("91420800"));
        check("=\"91420800\"", Ok("91420800"));
        check("420800000012345.0", Ok("420800000012345"));
    }

    #[test]
    fn a_filled_empty_cell_is_absent() {
        for raw in ["", "  ", "/", "／", "无", "—", "——", "-", "--", "N/A", "null", "0", "暂无", "\u{3000}"] {
            check(raw, Err(CodeDefect::Absent));
        }
    }

    #[test]
    fn a_number_in_floating_point_notation_has_lost_digits() {
        for raw in ["9.14E+17", "9.14e17", "９.14E＋17", "9E+17", "914208001234567000.0", "914208001234567.5"] {
            check(raw, Err(CodeDefect::DigitsLost));
        }
    }

    #[test]
    fn a_masked_number_is_no_number() {
        check("420802********1234", Err(CodeDefect::Masked));
    }
}
