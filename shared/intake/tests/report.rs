//! The report: every row of the file with its reasons, in the same format, importable again once corrected.

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_intake::{Format, Intake, Request, Source, TextEncoding, open, take_in, write_report};

fn report(bytes: &[u8], request: &Request) -> (Intake, Source) {
    let source = open("名单", bytes).unwrap();
    let intake = take_in(&source, request).unwrap();
    let mut report = Vec::new();
    write_report(&source, &intake, &mut report).unwrap();
    (intake, open("报告", &report).unwrap())
}

fn rows_with_faults() -> Vec<Vec<String>> {
    let mut wrong_code = black_row(2);
    wrong_code[1] = "914208001234567000".to_owned();
    let mut two_faults = black_row(3);
    two_faults[6] = String::new();
    two_faults[8] = "2018-02-30".to_owned();
    let mut personal = black_row(4);
    personal[4] = format!("负责人{}失联", person(8));
    let mut rows = with_header(&BLACK_HEADER, [black_row(1), wrong_code, two_faults, personal]);
    rows.insert(0, vec!["荆门市东宝区商务领域黑名单".to_owned()]);
    rows
}

fn text_at(source: &Source, row: u32, column: usize) -> String {
    let row = source.sheets[0].rows.iter().find(|found| found.number == row).unwrap();
    row.cell(column).text().into_owned()
}

#[test]
fn every_row_comes_back_with_result_reason_and_remedy_in_the_same_format() {
    let rows = rows_with_faults();
    let width = BLACK_HEADER.len();
    for (bytes, format) in [
        (xlsx(&rows), Format::Xlsx),
        (xls(&rows), Format::Xlsx),
        (gb18030(&rows), Format::Csv { encoding: TextEncoding::Gb18030, delimiter: b',' }),
        (utf8(&rows), Format::Csv { encoding: TextEncoding::Utf8, delimiter: b',' }),
        (utf8_marked(&rows), Format::Csv { encoding: TextEncoding::Utf8Bom, delimiter: b',' }),
    ] {
        let (intake, report) = report(&bytes, &candidates(ListKind::Black));
        assert_account(&intake);
        assert_eq!(report.format, format);
        assert_eq!(report.sheets[0].rows.len(), rows.len());
        assert_eq!(text_at(&report, 1, 0), "荆门市东宝区商务领域黑名单");
        assert_eq!([0, 1, 2].map(|added| text_at(&report, 2, width + added)), ["结果", "原因", "如何改正"]);
        assert_eq!(text_at(&report, 3, width), "通过");
        assert_eq!(text_at(&report, 4, width), "未导入");
        assert_eq!(text_at(&report, 4, 1), "914208001234567000", "the officer's own values stand");
        let reason = text_at(&report, 5, width + 1);
        assert!(reason.contains("VALUE_MISSING") && reason.contains("DATE_INVALID"), "{reason}");
        assert!(text_at(&report, 4, width + 2).contains("文本"));
    }
}

#[test]
fn personal_numbers_are_masked_in_the_report() {
    for bytes in [xlsx(&rows_with_faults()), utf8(&rows_with_faults())] {
        let source = open("名单", &bytes).unwrap();
        let intake = take_in(&source, &candidates(ListKind::Black)).unwrap();
        let mut report = Vec::new();
        write_report(&source, &intake, &mut report).unwrap();
        let report = open("报告", &report).unwrap();
        let all: String = report.sheets[0].rows.iter().flat_map(|row| &row.cells).map(|cell| cell.text()).collect();
        assert!(!all.contains(&person(8)[6..14]) && !all.contains(&person(17)[6..14]), "a birthday is shown");
        assert!(text_at(&report, 3, 14).contains("********"));
    }
}

#[test]
fn a_corrected_report_is_imported_as_it_is() {
    let rows = with_header(&RED_HEADER, (1..=3).map(red_row));
    let (_, first) = report(&xlsx(&rows), &candidates(ListKind::Red));
    let again = take_in(&first, &candidates(ListKind::Red)).unwrap();
    assert_eq!((again.counts.accepted, again.counts.rejected), (3, 0));
    let mut report_of_report = Vec::new();
    write_report(&first, &again, &mut report_of_report).unwrap();
    let second = open("报告", &report_of_report).unwrap();
    assert_eq!(second.sheets[0].rows[0].cells.len(), RED_HEADER.len() + 3, "added columns are not added twice");
}

#[test]
fn a_cell_that_would_run_as_a_formula_is_written_as_text() {
    let mut row = red_row(1);
    row[6] = "=HYPERLINK(\"http://example.invalid\")".to_owned();
    let rows = with_header(&RED_HEADER, [row.clone()]);
    let source = open("名单", &utf8(&rows)).unwrap();
    let intake = take_in(&source, &candidates(ListKind::Red)).unwrap();
    let mut report = Vec::new();
    write_report(&source, &intake, &mut report).unwrap();
    assert!(String::from_utf8(report.clone()).unwrap().contains("\"'=HYPERLINK"));
    let again = take(&report, &candidates(ListKind::Red)).unwrap();
    assert_eq!(again.drafts[0].entry.facts, row[6], "the reader takes the apostrophe off again");
}

/// A disk that is full.
struct Full;

impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_report_that_cannot_be_written_says_so() {
    for bytes in [utf8(&rows_with_faults()), xlsx(&rows_with_faults())] {
        let source = open("名单", &bytes).unwrap();
        let intake = take_in(&source, &candidates(ListKind::Black)).unwrap();
        assert_eq!(write_report(&source, &intake, &mut Full).unwrap_err().code(), "INTAKE_REPORT_NOT_WRITTEN");
    }
}
