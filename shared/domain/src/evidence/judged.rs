//! Criteria that count nothing: a head judges on evidence, and without every piece of it nobody is listed.

use super::schema::refusals;
use crate::case::fixture::black_entry;
use crate::list::{AttachmentRef, Attestation, CriterionCode, EffectiveDocument, ListEntry, ListKind};
use crate::policy::{CriterionForm, EvidenceField, EvidenceValue, Policy, shipped};

const COMMERCE: [&str; 4] = ["SW-B-02", "SW-B-05", "SW-B-09", "SW-B-10"];
const QUALITY: [&str; 10] = [
    "ZJ-B-CP-04",
    "ZJ-B-CP-05",
    "ZJ-B-CP-06",
    "ZJ-B-CP-07",
    "ZJ-B-JL-03",
    "ZJ-B-JL-05",
    "ZJ-B-JL-06",
    "ZJ-B-BZ-03",
    "ZJ-B-TZ-01",
    "ZJ-B-TZ-03",
];

/// An entry under a criterion with its evidence, but for one field.
fn entry(policy: &Policy, code: &str, without: Option<&EvidenceField>) -> ListEntry {
    let criterion = policy.criterion(&CriterionCode(code.to_owned())).unwrap();
    let mut entry = ListEntry { criteria: vec![criterion.code.clone()], document: None, ..black_entry() };
    for field in criterion.evidence.iter().filter(|field| without.is_none_or(|without| without.code != field.code)) {
        let say = |text: &str| Attestation { code: criterion.code_of(field), text: text.to_owned() };
        match field.value {
            EvidenceValue::Document => {
                entry.document = Some(EffectiveDocument {
                    kind: "决定书".to_owned(),
                    number: "样例〔2017〕1号".to_owned(),
                    issuer: "样例局".to_owned(),
                    issued_on: "2017-10-01".parse().unwrap(),
                    effective_on: "2017-10-01".parse().unwrap(),
                    under_appeal: false,
                });
            }
            EvidenceValue::File => entry.attachments.push(AttachmentRef {
                name: format!("{}.pdf", field.text),
                media_type: "application/pdf".to_owned(),
                length: 1,
                parts: Vec::new(),
            }),
            EvidenceValue::Amount => entry.attestations.push(say("120000")),
            EvidenceValue::Date => entry.attestations.push(say("2017-10-01")),
            EvidenceValue::Text | EvidenceValue::Attestation => entry.attestations.push(say("已核实")),
            EvidenceValue::Events => {}
        }
    }
    entry
}

fn assert_judged(policy: &str, codes: &[&str]) {
    let (_, text) = shipped().iter().find(|(name, _)| *name == policy).unwrap();
    let policy = Policy::parse(text).unwrap();
    for code in codes {
        let criterion = policy.criterion(&CriterionCode((*code).to_owned())).unwrap();
        assert!(criterion.count.is_empty() && criterion.form == CriterionForm::Closed, "{code} counts nothing");
        assert_eq!(criterion.kind, ListKind::Black, "{code}");
        assert_eq!(refusals(&entry(&policy, code, None), &policy, true), [], "{code} with all of its evidence");
        let required: Vec<&EvidenceField> = criterion.evidence.iter().filter(|field| field.required).collect();
        assert!(required.iter().any(|field| field.value == EvidenceValue::Document), "{code} rests on a document");
        for field in required {
            let found = refusals(&entry(&policy, code, Some(field)), &policy, field.value != EvidenceValue::Events);
            let [refusal] = found.as_slice() else { panic!("{code} without {}: {found:?}", field.code) };
            assert_eq!((refusal.code, refusal.clause), ("EVIDENCE_MISSING", "R-010"), "{code}");
            assert!(refusal.zh.contains(code) && refusal.zh.contains(&field.text), "{}", refusal.zh);
        }
    }
}

/// SW-B-02, SW-B-05, SW-B-09, SW-B-10.
#[test]
fn a_black_of_commerce_that_a_head_judges_rests_on_every_piece_of_its_evidence() {
    assert_judged("jm-commerce-2017-draft", &COMMERCE);
}

/// ZJ-B-CP-04, ZJ-B-CP-05, ZJ-B-CP-06, ZJ-B-CP-07, ZJ-B-JL-03, ZJ-B-JL-05, ZJ-B-JL-06, ZJ-B-BZ-03, ZJ-B-TZ-01,
/// ZJ-B-TZ-03.
#[test]
fn a_black_of_quality_that_a_head_judges_rests_on_every_piece_of_its_evidence() {
    assert_judged("yq-quality", &QUALITY);
}
