//! 组织机构代码 (GB 11714): the identity that also lies in positions 9 to 17 of a USCC.

use serde::{Deserialize, Serialize};

use super::{CodeDefect, CodeKind, Reading, ReadingFlag, check, code_text, intake};

const KIND: CodeKind = CodeKind::OrganisationCode;

/// 组织机构代码 (GB 11714): 9 characters without hyphen.
///
/// Its check character holds when it was read or parsed; one taken out of a USCC may be flagged
/// ([`ReadingFlag::InnerCheckFailed`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationCode(String);

code_text!(OrganisationCode, shape);

impl OrganisationCode {
    /// Reads a cell, with or without the hyphen before the check character.
    pub fn read(raw: &str) -> Result<Reading<Self>, CodeDefect> {
        let canonical = intake::canonical(raw)?;
        let text = without_hyphen(&canonical.text);
        super::citizen::hold_back_unless_short(&text, KIND)?;
        if super::uscc::holds(&text) {
            return Err(CodeDefect::LooksLikeUscc { kind: KIND });
        }
        let code = Self::parse(&text)?;
        let mut reading = canonical.reading(code);
        if text != canonical.text && !reading.has(ReadingFlag::Respelled) {
            reading.flags.push(ReadingFlag::Respelled);
        }
        Ok(reading)
    }

    /// Takes the canonical text of a message or a row; the check character must hold.
    pub fn parse(text: &str) -> Result<Self, CodeDefect> {
        shape(text)?;
        let code = Self(text.to_owned());
        if code.check_holds() { Ok(code) } else { Err(CodeDefect::CheckFailed { kind: KIND }) }
    }

    /// Whether the check character holds.
    pub fn check_holds(&self) -> bool {
        holds(&self.0)
    }

    /// Builds a valid code for samples: the last eight digits of `serial` and their check character.
    pub fn synthesize(serial: u32) -> Self {
        let first = format!("{:08}", serial % 100_000_000);
        let last = check::organisation(first.as_bytes()).map(char::from);
        Self(first.chars().chain(last).collect())
    }

    /// Nine characters out of a USCC, whose shape is known.
    pub(super) fn within_uscc(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Whether a text is a code whose check character holds.
pub(super) fn holds(text: &str) -> bool {
    match text.as_bytes().split_last() {
        Some((last, first)) => shape(text).is_ok() && check::organisation(first) == Some(*last),
        None => false,
    }
}

fn without_hyphen(text: &str) -> String {
    let (head, tail) = match text.char_indices().nth(8) {
        Some((at, '-' | '－' | '—' | '–' | '−' | '‐' | '‑')) => text.split_at(at),
        _ => return text.to_owned(),
    };
    head.chars().chain(tail.chars().skip(1)).collect()
}

fn shape(text: &str) -> Result<(), CodeDefect> {
    let found = text.chars().count();
    if found != 9 {
        return Err(CodeDefect::WrongLength { kind: KIND, found });
    }
    match text.chars().enumerate().find(|(_, c)| !(c.is_ascii_digit() || c.is_ascii_uppercase())) {
        Some((place, found)) => Err(CodeDefect::ForbiddenCharacter { kind: KIND, position: place + 1, found }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_with_and_without_its_hyphen() {
        let plain = OrganisationCode::read("D2143569X").unwrap();
        assert_eq!((plain.code.as_str(), plain.flags.as_slice()), ("D2143569X", [].as_slice()));
        for spelt in ["D2143569-X", " d2143569－x", "Ｄ２１４３５６９—Ｘ"] {
            let reading = OrganisationCode::read(spelt).unwrap();
            assert_eq!((reading.code.as_str(), reading.has(ReadingFlag::Respelled)), ("D2143569X", true), "{spelt}");
        }
    }

    #[test]
    fn a_wrong_code_says_why() {
        let reason = |raw: &str| OrganisationCode::read(raw).unwrap_err().code();
        assert_eq!(reason("D21435690"), "CODE_CHECK_FAILED");
        assert_eq!(reason("D2143569"), "CODE_WRONG_LENGTH");
        assert_eq!(reason("D214-3569"), "CODE_FORBIDDEN_CHARACTER");
        assert_eq!(reason("无"), "CODE_ABSENT");
    }

    #[test]
    fn a_synthesized_code_holds_its_check() {
        for serial in [7, 12_345_678, u32::MAX] {
            assert!(OrganisationCode::read(OrganisationCode::synthesize(serial).as_str()).is_ok());
        }
    }
}
