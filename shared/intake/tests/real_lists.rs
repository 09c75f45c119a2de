//! Published lists as they were published, with a full account of every row.
//!
//! The files are not part of the project.

use std::collections::BTreeMap;

use crate::common::{assert_account, day, take, utf8, with_header};
use honghei_domain::list::{Department, ListKind};
use honghei_intake::{Format, Intake, ProblemCode as P, Request, TextEncoding, open, take_in, write_report};

fn request(kind: ListKind, department: &str) -> Request {
    let origin = "420000-commerce".parse().unwrap();
    Request::feed(kind, Department(department.into()), origin, "发布机关", day("2019-06-30"))
}

fn import(file: &str, request: &Request) -> Option<Intake> {
    let bytes = honghei_real_data::bytes(&format!("lists/{file}"))?;
    let source = open(file, &bytes).unwrap();
    let intake = take_in(&source, request).unwrap();
    assert_account(&intake);
    println!(
        "{file}: {} rows, {} accepted, {} rejected",
        intake.counts.rows, intake.counts.accepted, intake.counts.rejected
    );
    for (code, count) in &intake.counts.by_code {
        println!("  {} {count}", code.as_str());
    }
    let mut report = Vec::new();
    write_report(&source, &intake, &mut report).unwrap();
    let report = open("report", &report).unwrap();
    assert_eq!(report.sheets[0].rows.len(), source.sheets[0].rows.len());
    Some(intake)
}

#[track_caller]
fn assert_counts(intake: &Intake, rows: [u64; 4], by_code: &[(P, u64)]) {
    let counts = &intake.counts;
    assert_eq!([counts.rows, counts.accepted, counts.questioned, counts.rejected], rows);
    assert_eq!(counts.by_code, by_code.iter().copied().collect());
}

#[test]
fn the_taxpayers_of_jiangxi_are_accounted_for_row_by_row() {
    let file = "tax_A_jiangxi_2018.gbk.csv";
    let Some(intake) = import(file, &request(ListKind::Red, "tax")) else { return };
    assert_eq!(intake.format, Format::Csv { encoding: TextEncoding::Gb18030, delimiter: b',' });
    // One row is slipped by a stray comma, and its number is wrong besides.
    let by_code = [
        (P::UsccInnerCheck, 1),
        (P::TaxpayerNumberInvalid, 17),
        (P::TaxpayerNumberLegacy, 978),
        (P::CellWithoutHeader, 1),
        (P::DuplicateInFile, 86),
        (P::CodeWithTwoNames, 4),
    ];
    assert_counts(&intake, [4_936, 4_828, 1, 107], &by_code);

    // What the file holds, counted apart from the reader: 893 old numbers of fifteen digits and 93 with a letter, of
    // which four each fail the check of their organisation code; five of other lengths and four wrong USCCs.
    let bytes = honghei_real_data::bytes(&format!("lists/{file}")).unwrap();
    let source = open(file, &bytes).unwrap();
    let numbers: Vec<String> = source.sheets[0].rows[1..].iter().map(|row| row.cell(0).text().into_owned()).collect();
    let old = |digits: bool| {
        numbers
            .iter()
            .filter(|number| number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) == digits)
            .count()
    };
    assert_eq!((old(true), old(false)), (893, 93));
    assert_eq!(893 - 4 + 93 - 4, 978);
    assert_eq!(4 + 4 + 5 + 4, 17);
}

#[test]
fn the_black_list_of_electronic_commerce_is_accounted_for_row_by_row() {
    let Some(intake) = import("91855.xlsx", &request(ListKind::Black, "commerce")) else { return };
    assert_eq!(intake.format, Format::Xlsx);
    assert_counts(&intake, [500, 499, 0, 1], &[(P::CodeRepeated, 86), (P::CodesDisagree, 1)]);
    let without_uscc = intake.drafts.iter().filter(|draft| draft.entry.subject.uscc.is_none()).count();
    assert_eq!(without_uscc, 24);
}

#[test]
fn the_black_list_of_transport_is_accounted_for_row_by_row() {
    let Some(intake) = import("93516.xls", &request(ListKind::Black, "transport")) else { return };
    assert_eq!(intake.format, Format::Xls);
    let by_code = [
        (P::UsccInvalid, 1),
        (P::OrganisationCodeInvalid, 1),
        (P::RegistrationNumberInvalid, 3),
        (P::RegistrationCheckFailed, 2),
    ];
    assert_counts(&intake, [270, 265, 0, 5], &by_code);
    let with_uscc = intake.drafts.iter().filter(|draft| draft.entry.subject.uscc.is_some()).count();
    assert_eq!(with_uscc, 19, "250 rows have no code of the new kind and one is cut short");
}

#[test]
fn published_layouts_are_feeds_without_any_mapping() {
    let Some(table) = honghei_real_data::text("templates/field_templates.csv") else { return };
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut layouts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in reader.records().map(Result::unwrap) {
        let header = if record[3].is_empty() { &record[2] } else { &record[3] };
        layouts.entry(record[0].to_owned()).or_default().push(header.to_owned());
    }
    for wanted in [
        "双公示 行政处罚 2016",
        "双公示 行政处罚 2018",
        "91855",
        "93516",
        "93512_1",
        "200257",
        "纳税信用A级 江西",
        "公路建设市场信用评价",
        "严重违法失信企业名单信息",
        "失信被执行人信息",
        "税务重大税收违法黑名单信息",
        "公共信用纳税信用等级信息",
    ] {
        let (name, header) = layouts.iter().find(|(name, _)| name.contains(wanted)).unwrap();
        let headers: Vec<&str> = header.iter().map(String::as_str).collect();
        let bytes = utf8(&with_header(&headers, []));
        let taken = take(&bytes, &request(ListKind::Black, "other"));
        assert!(taken.is_ok(), "{name}: {}", taken.unwrap_err());
    }
}
