//! The report of a comparison, asked of a served node (C-6, R-029, R-030).

use std::collections::BTreeMap;

use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_reports::{Report, SourceKind};

use super::office::*;

/// The report of a version as a client downloads it; 0 for the newest.
async fn report(office: &mut Office, version: u64) -> Report {
    let made = office.clerk.make_report(MakeReportRequest { version }).await.unwrap();
    let bytes = office.clerk.download(&made.file).await.unwrap();
    assert_eq!(bytes.len() as u64, made.length);
    let report: Report = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((report.version, report.format.as_str()), (made.version, "honghei/comparison-report/v1"));
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_node_reports_what_was_delivered_what_fell_and_in_what_state_the_codes_were() {
    let mut office = Office::open().await;
    let key = appoint(&mut office.admin, "head", "head").await;
    let mut head = session(&office.running, "head", &key).await;
    let none = office.clerk.make_report(MakeReportRequest { version: 0 }).await.unwrap_err();
    assert_eq!(none.code, "RESULT_UNKNOWN");

    office.register_kind("honours", "red", "delta").await;
    office.register("tax", "full").await;
    office.import("honours", &list(1..41), "2017-11-05").await.unwrap();
    office.settle().await;
    let mut blacks = list(40..43);
    // Digits that a spreadsheet lost, a wrong check digit, no code at all, and a code under two names.
    blacks.extend_from_slice("样例失真公司,9.14208E+17,2017-10-01,欠税（样例）\n".as_bytes());
    blacks.extend_from_slice("样例坏行公司,91420802MA0000999X,2017-10-01,欠税（样例）\n".as_bytes());
    blacks.extend_from_slice("样例无码公司,,2017-10-01,欠税（样例）\n".as_bytes());
    let text = String::from_utf8(list(41..42)).unwrap();
    blacks.extend_from_slice(text.lines().nth(1).unwrap().replace("样例41号", "样例另一").as_bytes());
    office.import("tax", &blacks, "2017-11-06").await.unwrap();
    office.settle().await;
    let publish = || Command::PublishResult(PublishResult { agreed_removal_percent: 0 });
    head.perform(publish()).await.unwrap();

    let told = report(&mut office, 0).await;
    assert_eq!((told.version, told.counts.red, told.counts.black), (1, 39, 4));
    assert_eq!((told.counts.removed, told.conflicts.len(), told.held.len()), (1, 1, 0));
    let conflict = &told.conflicts[0];
    assert_eq!((conflict.rule.as_str(), conflict.key.as_str()), ("X1", "统一社会信用代码"));
    let of = |name: &str| told.sources.iter().find(|source| source.name == name).unwrap();
    let tax = of("tax");
    assert!(matches!(tax.kind, SourceKind::Feed) && tax.deliveries.len() == 1, "{tax:?}");
    let delivery = &tax.deliveries[0];
    assert_eq!((delivery.rows, delivery.accepted, delivery.entered), (7, 4, 4));
    let codes = delivery.codes.as_ref().unwrap();
    assert_eq!((codes.sound, codes.shared, codes.missing, codes.rows()), (3, 1, 1, 7));
    let damaged: BTreeMap<&str, u64> = codes.damaged.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
    assert_eq!(damaged, BTreeMap::from([("DIGITS_LOST", 1), ("USCC_INVALID", 1)]));
    assert_eq!(of("honours").deliveries[0].codes.as_ref().unwrap().sound, 40);

    // The second version has its own report; the first one's stays what it was.
    office.import("tax", &[blacks, list(90..92)[list(0..0).len()..].to_vec()].concat(), "2017-11-06").await.unwrap();
    office.settle().await;
    head.perform(publish()).await.unwrap();
    assert_eq!(report(&mut office, 0).await.version, 2);
    let first = report(&mut office, 1).await;
    assert_eq!((first.conflicts, first.sources), (told.conflicts, told.sources));
    let unknown = office.clerk.make_report(MakeReportRequest { version: 9 }).await.unwrap_err();
    assert_eq!(unknown.code, "RESULT_UNKNOWN");
    // A file of one session is nobody else's.
    let made = office.clerk.make_report(MakeReportRequest { version: 1 }).await.unwrap();
    assert!(head.download(&made.file).await.is_err());
    office.running.stop().await;
}
