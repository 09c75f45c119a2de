//! Synthetic entries for tests: valid codes, invented names.

use chrono::NaiveDate;
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{
    Attestation, CaseId, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, ProcedureRecord,
    Repairability, Subject, SubjectForm,
};

/// A day, `YYYY-MM-DD`.
///
/// # Panics
/// If it is none: a mistake of the test.
#[expect(clippy::expect_used, reason = "a harness names its mistakes at once")]
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// 认定时证照状态 under SW-B-03, in words.
fn licence_status() -> Attestation {
    Attestation {
        code: "SW-B-03/licence-status".to_owned(), text: "营业执照、许可证均未被吊销".to_owned()
    }
}

/// A candidate of a kind for the synthetic firm number `firm`, registered in `region`.
///
/// # Panics
/// If `region` is not six digits: a mistake of the test.
#[expect(clippy::expect_used, reason = "a harness names its mistakes at once")]
pub fn candidate(kind: ListKind, region: &str, firm: u32) -> ListEntry {
    let organisation = if firm < 1_000_000 { format!("MA{firm:06}") } else { format!("{firm:08}") };
    let uscc = Uscc::synthesize('9', '1', region, &organisation).expect("six digits of region");
    let day = NaiveDate::from_ymd_opt(2017, 9, 1).unwrap_or_default();
    let black = kind == ListKind::Black;
    ListEntry {
        // Collection numbers the case.
        case: CaseId { origin: "420800-commerce".parse().expect("a node"), number: 0 },
        kind,
        department: Department("commerce".to_owned()),
        recognising_organ: String::new(),
        subject: Subject {
            form: SubjectForm::Enterprise,
            class: "a".to_owned(),
            name: format!("样例{firm}号商贸有限公司"),
            uscc: Some(uscc),
            uscc_inner_check_failed: false,
            organisation_code: None,
            registration_number: None,
            legal_representative: None,
            person_commitment: None,
            registration_organ: None,
            address: None,
        },
        criteria: vec![CriterionCode(if black { "SW-B-03" } else { "SW-R-02" }.to_owned())],
        facts: if black { "销售假冒商品，经行政处罚" } else { "受县级以上人民政府表彰" }.to_owned(),
        document: Some(EffectiveDocument {
            kind: if black { "行政处罚决定书" } else { "表彰文件" }.to_owned(),
            number: format!("样例〔2017〕{firm}号"),
            issuer: "样例机关".to_owned(),
            issued_on: day,
            effective_on: day,
            under_appeal: false,
        }),
        repairability: black.then(|| Repairability::Repairable { method: "完成整改".to_owned() }),
        recognised_on: None,
        valid_from: None,
        valid_to: None,
        territorial_override: None,
        procedure: ProcedureRecord::default(),
        attachments: Vec::new(),
        // What SW-B-03 asks for besides its document.
        attestations: if black { vec![licence_status()] } else { Vec::new() },
    }
}
