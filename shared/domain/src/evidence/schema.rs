//! The evidence that the criteria of an entry ask for, field by field (R-010, REQUIREMENTS 1.3).
//!
//! What is required is the policy's data. Collecting only tells what is still wanting; nobody certifies before it is
//! there, and whoever reviews asks for the same.

use crate::list::{EffectiveDocument, ListEntry};
use crate::policy::{Criterion, EvidenceField, EvidenceValue, Policy};
use crate::refusal::Refusal;

/// One required field that an entry lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanting<'a> {
    /// Whose evidence it is.
    pub criterion: &'a Criterion,
    /// Which.
    pub field: &'a EvidenceField,
    /// Whether something stands there that is not of the field's form.
    pub is_malformed: bool,
}

/// Required fields of the criteria that an entry cites and does not meet, in the order of entry and policy.
///
/// `events` says whether behaviour events are on file for it; where a criterion's count binds, the count itself says
/// what is wanting.
pub fn wanting<'a>(entry: &'a ListEntry, policy: &'a Policy, events: bool) -> impl Iterator<Item = Wanting<'a>> {
    let cited = entry.criteria.iter().filter_map(|code| policy.criterion(code));
    cited.filter(|criterion| criterion.kind == entry.kind).flat_map(move |criterion| {
        let required = criterion.evidence.iter().filter(|field| field.required);
        required.filter_map(move |field| {
            let is_malformed = match state(entry, criterion, field, events) {
                State::There => return None,
                State::Missing => false,
                State::Malformed => true,
            };
            Some(Wanting { criterion, field, is_malformed })
        })
    })
}

enum State {
    There,
    Missing,
    Malformed,
}

fn state(entry: &ListEntry, criterion: &Criterion, field: &EvidenceField, events: bool) -> State {
    let there = match field.value {
        EvidenceValue::Document => entry.document.as_ref().is_some_and(is_complete),
        EvidenceValue::File => entry.attachments.iter().any(|file| field.is_file(&file.name)),
        EvidenceValue::Events => events || criterion.demands_events(),
        EvidenceValue::Text | EvidenceValue::Date | EvidenceValue::Amount | EvidenceValue::Attestation => {
            let code = criterion.code_of(field);
            let said = entry.attestations.iter().find(|said| said.code == code);
            return match said.map(|said| said.text.trim()).filter(|words| !words.is_empty()) {
                None => State::Missing,
                Some(words) if field.value.fits(words) => State::There,
                Some(_) => State::Malformed,
            };
        }
    };
    if there { State::There } else { State::Missing }
}

fn is_complete(document: &EffectiveDocument) -> bool {
    [&document.kind, &document.number, &document.issuer].into_iter().all(|text| !text.trim().is_empty())
}

impl Wanting<'_> {
    /// What the field is called and how it comes in, as officers read it.
    pub fn zh(&self) -> String {
        let Self { criterion, field, is_malformed } = self;
        let name = &field.text;
        match field.value {
            EvidenceValue::Document => format!("“{name}”（文书种类、文号、作出机关）"),
            EvidenceValue::File => format!("“{name}”（附件，文件名以“{name}”或者“{}”开头）", field.code),
            EvidenceValue::Events => format!("“{name}”（登记行为记录）"),
            EvidenceValue::Text | EvidenceValue::Date | EvidenceValue::Amount | EvidenceValue::Attestation => {
                let code = criterion.code_of(field);
                let form = field.value.form().map(|form| format!("，{form}")).unwrap_or_default();
                let malformed = if *is_malformed { "，现有内容不合格式" } else { "" };
                format!("“{name}”（具文确认，{code}{form}{malformed}）")
            }
        }
    }
}

/// A refusal for each cited criterion whose evidence is not complete; it names every field that is wanting.
pub fn refusals(entry: &ListEntry, policy: &Policy, events: bool) -> Vec<Refusal> {
    let mut found: Vec<(&Criterion, Vec<String>)> = Vec::new();
    for one in wanting(entry, policy, events) {
        match found.iter_mut().find(|(criterion, _)| criterion.code == one.criterion.code) {
            Some((_, fields)) => fields.push(one.zh()),
            None => found.push((one.criterion, vec![one.zh()])),
        }
    }
    let refusal = |(criterion, fields): (&Criterion, Vec<String>)| {
        let (code, basis) = (&criterion.code.0, &criterion.basis);
        let sentence = format!("认定标准{code}（{basis}）所需的材料还缺：{}", fields.join("、"));
        Refusal::new("EVIDENCE_MISSING", "R-010", sentence)
    };
    found.into_iter().map(refusal).collect()
}
