//! How many list entries a second one core encodes, decodes, builds into chunks and opens.
//!
//! `cargo run --release -p honghei-codec --example throughput`

#![expect(clippy::unwrap_used, reason = "a measurement that fails says where")]

use std::hint::black_box;
use std::time::Duration;

use honghei_codec::list::{build_list, decode_entry, encode_entry, open_chunk};
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{
    CaseId, CriterionCode, Department, EffectiveDocument, ListEntry, ListKind, NoticeRecord, ProcedureRecord,
    PublicityRecord, Repairability, Subject, SubjectForm,
};

const ROWS: u64 = 102_400;

fn main() {
    let entries: Vec<ListEntry> = (1..=ROWS).map(entry).collect();
    let mut encoded: Vec<(u64, Vec<u8>)> = Vec::new();
    report("encode_entry", || encoded = entries.iter().map(|entry| (entry.case.number, encode_entry(entry))).collect());
    let bytes: usize = encoded.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("{:>14} bytes an entry", bytes as u64 / ROWS);
    report("decode_entry", || {
        for (_, bytes) in &encoded {
            black_box(decode_entry(bytes).unwrap());
        }
    });
    let mut built = None;
    report("build_list", || built = Some(build_list(&encoded, &mut || [7; 32]).unwrap()));
    let built = built.unwrap();
    report("open_chunk", || {
        for (slice, (_, bytes)) in built.manifest.chunks.iter().zip(&built.chunks) {
            black_box(open_chunk(slice, bytes).unwrap());
        }
    });
}

/// The median of five runs.
fn report(name: &str, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            #[expect(clippy::disallowed_methods, reason = "this program measures time")]
            let start = std::time::Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    let seconds = times[2].as_secs_f64();
    println!("{name:>14} {:>10.0} entries/s {:>7.2} µs an entry", ROWS as f64 / seconds, seconds * 1e6 / ROWS as f64);
}

/// A black entry as a county writes it.
fn entry(number: u64) -> ListEntry {
    ListEntry {
        case: CaseId { origin: "420802-commerce".parse().unwrap(), number },
        kind: ListKind::Black,
        department: Department("commerce".into()),
        recognising_organ: "示例区商务局".into(),
        subject: Subject {
            form: SubjectForm::Enterprise,
            class: "a".into(),
            name: format!("示例第{number}商贸有限公司"),
            uscc: Uscc::synthesize('9', '1', "420802", &format!("{number:08}")).ok(),
            uscc_inner_check_failed: false,
            organisation_code: None,
            registration_number: None,
            legal_representative: Some("某某".into()),
            person_commitment: Some([8; 32]),
            registration_organ: Some("示例区市场监督管理局".into()),
            address: Some("示例路1号".into()),
        },
        criteria: vec![CriterionCode("SW-B-03".into())],
        facts: "发行预付卡后无法兑付".into(),
        document: Some(EffectiveDocument {
            kind: "行政处罚决定书".into(),
            number: format!("示商罚〔2026〕{number}号"),
            issuer: "示例区商务局".into(),
            issued_on: "2026-03-02".parse().unwrap(),
            effective_on: "2026-05-06".parse().unwrap(),
            under_appeal: false,
        }),
        repairability: Some(Repairability::Repairable { method: "履行义务并作出信用承诺".into() }),
        recognised_on: "2026-11-21".parse().ok(),
        valid_from: None,
        valid_to: None,
        territorial_override: None,
        procedure: ProcedureRecord {
            notice: Some(NoticeRecord {
                method: "邮寄".into(),
                served_on: "2026-06-01".parse().unwrap(),
                proof: "回执".into(),
            }),
            publicity: Some(PublicityRecord {
                channel: "政府网站".into(),
                opened_on: "2026-06-10".parse().unwrap(),
                ended_on: "2026-06-24".parse().unwrap(),
            }),
            statements: Vec::new(),
            evidence: Vec::new(),
        },
        attachments: Vec::new(),
        attestations: Vec::new(),
    }
}
