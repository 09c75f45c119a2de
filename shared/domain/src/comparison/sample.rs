//! Synthetic subjects, facts and codes for tests; check digits are computed, nobody real is named.

use chrono::{Days, NaiveDate};
use serde::de::DeserializeOwned;

use super::{DocumentFact, Fact, Identity, Standing};
use crate::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use crate::list::{CaseId, Department, ListKind, Subject, SubjectForm};
use crate::node::{EntryRef, LogId};

const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A code out of its text, as a projection row brings it.
pub fn code<T: DeserializeOwned>(text: &str) -> T {
    postcard::from_bytes(&postcard::to_stdvec(text).unwrap()).unwrap()
}

/// A valid organisation code of a serial number.
pub fn organisation(serial: u32) -> OrganisationCode {
    code(&organisation_text(serial))
}

fn organisation_text(serial: u32) -> String {
    let body = format!("{:08}", 70_000_000 + serial);
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap(),
    };
    format!("{body}{check}")
}

/// A valid USCC of eight leading characters and the organisation of a serial number.
pub fn uscc(prefix: &str, serial: u32) -> Uscc {
    let body = format!("{prefix}{}", organisation_text(serial));
    let mut weight = 1;
    let mut sum = 0;
    for byte in body.bytes() {
        sum += ALPHABET.iter().position(|c| *c == byte).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    let check = ALPHABET[(31 - sum % 31) % 31] as char;
    code(&format!("{body}{check}"))
}

pub fn subject(
    name: &str,
    uscc: Option<Uscc>,
    organisation_code: Option<OrganisationCode>,
    registration_number: Option<RegistrationNumber>,
) -> Subject {
    Subject {
        form: SubjectForm::Enterprise,
        class: "a".into(),
        name: name.into(),
        uscc,
        uscc_inner_check_failed: false,
        organisation_code,
        registration_number,
        legal_representative: None,
        person_commitment: None,
        registration_organ: None,
        address: None,
    }
}

/// The day `offset` days after 2026-06-01.
pub fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap() + Days::new(offset)
}

pub fn case(number: u64) -> CaseId {
    CaseId { origin: "420802-commerce".parse().unwrap(), number }
}

pub fn position(index: u64) -> EntryRef {
    EntryRef { log: LogId::first("420802-commerce".parse().unwrap()), index }
}

/// A reported fact of the firm with USCC of serial 1 and the name 甲公司, recognised on `day(recognised)`.
pub fn fact(number: u64, kind: ListKind, recognised: u64) -> Fact {
    let document = DocumentFact {
        kind: "行政处罚决定书".into(),
        number: format!("荆商罚〔2026〕{number}号"),
        issuer: "某局".into(),
    };
    Fact {
        case: case(number),
        kind,
        department: Department("commerce".into()),
        recogniser: "东宝区商务局".into(),
        recognised_on: day(recognised),
        valid_from: None,
        valid_to: None,
        document: (kind == ListKind::Black).then_some(document),
        under_appeal: false,
        identity: Identity::of(&subject("甲公司", Some(uscc("91420800", 1)), None, None)),
        standing: Standing::Reported,
        position: position(number),
    }
}

pub fn red(number: u64, recognised: u64) -> Fact {
    fact(number, ListKind::Red, recognised)
}

pub fn black(number: u64, recognised: u64) -> Fact {
    fact(number, ListKind::Black, recognised)
}
