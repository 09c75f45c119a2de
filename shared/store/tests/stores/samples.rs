//! Rows to store.

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_store::*;

pub const COUNTY: &str = "420802-commerce";
pub const CITY: &str = "420800-commerce";
pub const PROVINCE: &str = "420000-commerce";

pub fn node(name: &str) -> NodeId {
    name.parse().unwrap()
}

pub fn log(name: &str) -> LogId {
    LogId::first(node(name))
}

pub fn at(name: &str, index: u64) -> EntryRef {
    EntryRef { log: log(name), index }
}

pub fn case_id(name: &str, number: u64) -> CaseId {
    CaseId { origin: node(name), number }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A digest that differs for different numbers.
pub fn digest(number: u64) -> Digest {
    let mut digest = [0xa5; 32];
    digest[..8].copy_from_slice(&number.to_be_bytes());
    digest
}

pub fn head(name: &str, size: u64) -> HeadRow {
    HeadRow {
        log: log(name),
        size,
        frontier: size.to_be_bytes().to_vec(),
        checkpoint: (size > 0).then(|| format!("{name}/1\n{size}\n")),
        checkpoint_size: size,
        interpreted: 0,
    }
}

pub fn entry(name: &str, index: u64) -> EntryRow {
    EntryRow {
        at: at(name, index),
        leaf: digest(index),
        header: Some(format!("header {index}").into_bytes()),
        payload: Some(vec![7; 100 + index as usize % 50]),
    }
}

pub fn case(name: &str, number: u64, stage: &str, subject_key: &str) -> CaseRow {
    CaseRow {
        case: case_id(name, number),
        stage: stage.to_owned(),
        kind: if number.is_multiple_of(2) { ListKind::Black } else { ListKind::Red },
        name: format!("荆门市第{number}商贸有限公司"),
        subject_key: subject_key.to_owned(),
        body: number.to_le_bytes().to_vec(),
    }
}

pub fn dossier(name: &str, index: u64, stage: &str, due_on: Option<&str>) -> DossierRow {
    DossierRow {
        list: at(name, index),
        stage: stage.to_owned(),
        due_on: due_on.map(day),
        kind: ListKind::Red,
        count: 3,
        body: b"dossier".to_vec(),
    }
}

pub fn list_chunk(list: EntryRef, ordinal: u64, origin: &str, first_case: u64, last_case: u64) -> ListChunkRow {
    ListChunkRow {
        list,
        ordinal,
        case_origin: node(origin),
        first_case,
        last_case,
        digest: digest(first_case),
        count: last_case - first_case + 1,
    }
}

pub fn officer(name: &str, id: &str) -> OfficerRow {
    OfficerRow { node: node(name), id: id.to_owned(), certified: false, body: b"officer".to_vec() }
}

pub fn publicity(index: u64, ends_on: &str, open: bool) -> PublicityRow {
    PublicityRow { at: at(CITY, index), ends_on: day(ends_on), open, body: b"publicity".to_vec() }
}

pub fn petition(index: u64, number: u64, open: bool) -> PetitionRow {
    PetitionRow { at: at(CITY, index), case: case_id(COUNTY, number), open, body: b"petition".to_vec() }
}

pub fn outcome(index: u64, status: &str) -> OutcomeRow {
    let code = if status == "applied" { "" } else { "ACT_REFUSED" };
    OutcomeRow {
        act: at(COUNTY, index),
        outcome: at(CITY, index + 10),
        status: status.to_owned(),
        code: code.to_owned(),
        reason: "理由".to_owned(),
    }
}

pub fn bucket(bucket: u32, rows: &[u8]) -> BucketRow {
    BucketRow { bucket, rows: rows.to_vec(), digest: digest(u64::from(bucket) + rows.len() as u64) }
}

pub fn result(version: u64) -> ResultRow {
    ResultRow {
        version,
        at: at(PROVINCE, version * 7),
        root: digest(version),
        published_on: day("2026-11-20"),
        body: b"result".to_vec(),
    }
}

pub fn verdict(number: u64, version: u64) -> VerdictRow {
    let cause = (number > 1).then(|| case_id(CITY, version % 3));
    VerdictRow { case: case_id(COUNTY, number), version, body: vec![version as u8], cause }
}

pub fn held(number: u64, version: u64) -> HeldRow {
    HeldRow { case: case_id(COUNTY, number), version, body: vec![version as u8] }
}

/// A subject whose place is spread like a hash.
pub fn subject(number: u64) -> SubjectRow {
    SubjectRow { at: subject_at(number), body: format!("facts of {number}").into_bytes() }
}

pub fn subject_at(number: u64) -> SubjectAt {
    SubjectAt { bucket: (number.wrapping_mul(40_503) % 65_536) as u32, key: format!("O:{number:09}") }
}

pub fn mark(name: &str, index: u64, ordinal: u64, body: &[u8]) -> MarkRow {
    MarkRow { entry: at(name, index), ordinal, body: body.to_vec() }
}

pub fn listing(name: &str, record: &str, place: &str, key: &str, open: bool) -> ListingRow {
    ListingRow {
        origin: node(name),
        record: record.to_owned(),
        place: place.to_owned(),
        subject_key: key.to_owned(),
        open,
        due_on: open.then(|| day("2026-12-01")),
        body: b"listing".to_vec(),
    }
}

/// Something in every projection table.
pub async fn fill(tx: &mut dyn Tx) {
    let cases: Vec<CaseRow> = (1..=200).map(|number| case(COUNTY, number, "declared", "O:000000001")).collect();
    tx.put_cases(&cases).await.unwrap();
    tx.put_cases(&[case(CITY, 1, "candidate", "R:1")]).await.unwrap();
    tx.put_dossier(&dossier(COUNTY, 4, "received", Some("2026-12-01"))).await.unwrap();
    tx.put_dossier(&dossier(COUNTY, 5, "received", None)).await.unwrap();
    tx.put_list_chunks(&[list_chunk(at(COUNTY, 4), 0, COUNTY, 1, 200)]).await.unwrap();
    for id in ["B", "a", "中"] {
        tx.put_officer(&officer(COUNTY, id)).await.unwrap();
    }
    tx.put_publicity(&publicity(1, "2026-12-01", true)).await.unwrap();
    tx.put_petition(&petition(2, 17, true)).await.unwrap();
    tx.put_outcome(&outcome(4, "applied")).await.unwrap();
    tx.put_waiting(&WaitingRow { at: at(COUNTY, 9), code: "NEEDS_LOG".to_owned() }).await.unwrap();
    tx.put_buckets(&[bucket(65_535, b"last"), bucket(0, b"first")]).await.unwrap();
    tx.put_result(&result(1)).await.unwrap();
    tx.put_verdicts(&[verdict(2, 1), verdict(1, 1)]).await.unwrap();
    tx.put_held(&[held(2, 1)]).await.unwrap();
    let subjects: Vec<SubjectRow> = (0..300).map(subject).collect();
    tx.put_subjects(&subjects).await.unwrap();
    let names: Vec<NameRow> =
        (0..300).map(|number| NameRow { name_hash: 150 - number, at: subject_at(number as u64) }).collect();
    tx.put_names(&names).await.unwrap();
    tx.put_marks(&[mark(COUNTY, 4, 0, b"mark")]).await.unwrap();
    tx.put_pending(&mark(COUNTY, 4, 0, b"pending")).await.unwrap();
    tx.put_listing(&listing(COUNTY, "case", "1", "O:000000001", true)).await.unwrap();
    tx.put_feed(&FeedRow { source: "tax".to_owned(), body: b"feed".to_vec() }).await.unwrap();
}

/// A clock that an act of `name` started, on one of its cases or on none, due on a day of November 2026.
pub fn clock(name: &str, index: u64, owner: &str, number: u64, due: u64) -> ClockRow {
    ClockRow {
        key: ClockKey { act: at(name, index), code: "D-02".to_owned(), case: case_id(name, number) },
        owner: node(owner),
        due_on: day(&format!("2026-11-{due:02}")),
        provisional: index.is_multiple_of(2),
        body: format!("clock {index}").into_bytes(),
    }
}
