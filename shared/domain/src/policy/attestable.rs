//! What is confirmed in words with an entry: the qualities of its list, and the evidence of its criteria that is said
//! rather than handed in (R-005, R-005b, R-006, R-010).

use chrono::NaiveDate;

use super::{Criterion, EvidenceField, EvidenceValue, Policy};
use crate::list::{CriterionCode, ListKind};

/// Digits before the decimal point of an amount at most.
const MAX_AMOUNT_DIGITS: usize = 15;

/// Something that an attestation can be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestable {
    /// The code an attestation names it by: a quality's own, or criterion and field as `SW-B-03/licence-status`.
    pub code: String,
    /// What officers call it.
    pub text: String,
    /// The criterion whose evidence it is; none for a quality.
    pub criterion: Option<CriterionCode>,
    /// What its words must be.
    pub value: EvidenceValue,
}

impl Policy {
    /// Everything that can be confirmed of an entry of a kind, in the order of the policy: qualities, then evidence.
    pub fn attestables(&self, kind: ListKind) -> impl Iterator<Item = Attestable> {
        let qualities = self.qualities_of(kind).map(|quality| Attestable {
            code: quality.code.clone(),
            text: quality.text.clone(),
            criterion: None,
            value: EvidenceValue::Attestation,
        });
        let of_kind = self.criteria.iter().filter(move |criterion| criterion.kind == kind);
        let said = of_kind.flat_map(|criterion| {
            let said = criterion.evidence.iter().filter(|field| field.is_said());
            said.map(|field| Attestable {
                code: criterion.code_of(field),
                text: field.text.clone(),
                criterion: Some(criterion.code.clone()),
                value: field.value,
            })
        });
        qualities.chain(said)
    }
}

impl Criterion {
    /// The code by which an attestation names a field of its evidence.
    pub fn code_of(&self, field: &EvidenceField) -> String {
        format!("{}/{}", self.code.0, field.code)
    }
}

impl EvidenceField {
    /// Whether it is said in words, and not handed in as document, file or recorded events.
    pub fn is_said(&self) -> bool {
        match self.value {
            EvidenceValue::Text | EvidenceValue::Date | EvidenceValue::Amount | EvidenceValue::Attestation => true,
            EvidenceValue::Document | EvidenceValue::File | EvidenceValue::Events => false,
        }
    }

    /// Whether a file is this piece of evidence, by its name: it begins with the field's name or code.
    pub fn is_file(&self, name: &str) -> bool {
        name.starts_with(&self.text) || name.starts_with(&self.code)
    }
}

impl EvidenceValue {
    /// How words of this form are written, where they have a form.
    pub fn form(self) -> Option<&'static str> {
        match self {
            EvidenceValue::Date => Some("写作2017-11-06"),
            EvidenceValue::Amount => Some("写作以元计的数字，如120000或者120000.50"),
            EvidenceValue::Document
            | EvidenceValue::File
            | EvidenceValue::Text
            | EvidenceValue::Attestation
            | EvidenceValue::Events => None,
        }
    }

    /// Whether words say a value of this form.
    pub fn fits(self, words: &str) -> bool {
        match self {
            EvidenceValue::Date => words.parse::<NaiveDate>().is_ok(),
            EvidenceValue::Amount => is_amount(words),
            EvidenceValue::Document
            | EvidenceValue::File
            | EvidenceValue::Text
            | EvidenceValue::Attestation
            | EvidenceValue::Events => !words.trim().is_empty(),
        }
    }
}

/// Yuan, with two decimals at most.
fn is_amount(words: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (yuan, cents) = words.split_once('.').unwrap_or((words, "0"));
    digits(yuan) && yuan.len() <= MAX_AMOUNT_DIGITS && digits(cents) && cents.len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: EvidenceValue, words: &str, fits: bool) {
        assert_eq!(value.fits(words), fits, "{value:?}: {words}");
    }

    /// a day is a day and an amount an amount; words are words.
    #[test]
    fn words_fit_the_form_of_their_field() {
        check(EvidenceValue::Date, "2017-11-06", true);
        check(EvidenceValue::Date, "2017-02-30", false);
        check(EvidenceValue::Date, "去年", false);
        check(EvidenceValue::Amount, "120000", true);
        check(EvidenceValue::Amount, "120000.50", true);
        for words in ["12万", "-3", "1.234", ".5", "1,000", "", "1234567890123456"] {
            check(EvidenceValue::Amount, words, false);
        }
        check(EvidenceValue::Text, "未被吊销", true);
        check(EvidenceValue::Attestation, " ", false);
    }
}
