//! The same list in every format and encoding comes out the same.

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_intake::{Format, ProblemCode, TextEncoding, open, take_in};
use rust_xlsxwriter::{ExcelDateTime, Workbook};

#[test]
fn a_list_comes_out_the_same_from_every_format_and_encoding() {
    let rows = with_header(&BLACK_HEADER, (1..=40).map(black_row));
    let expected = take_rows(&rows, &candidates(ListKind::Black));
    assert_eq!(expected.counts.accepted, 40);
    let comma = b',';
    for (bytes, format) in [
        (utf8(&rows), Format::Csv { encoding: TextEncoding::Utf8, delimiter: comma }),
        (utf8_marked(&rows), Format::Csv { encoding: TextEncoding::Utf8Bom, delimiter: comma }),
        (gb18030(&rows), Format::Csv { encoding: TextEncoding::Gb18030, delimiter: comma }),
        (xlsx(&rows), Format::Xlsx),
        (xls(&rows), Format::Xls),
    ] {
        let source = open("a.bin", &bytes).unwrap();
        assert_eq!(source.format, format);
        let intake = take_in(&source, &candidates(ListKind::Black)).unwrap();
        assert_account(&intake);
        let entries = |intake: &honghei_intake::Intake| -> Vec<_> {
            intake.drafts.iter().map(|draft| (draft.row, draft.entry.clone(), draft.person_number.clone())).collect()
        };
        assert_eq!(entries(&intake), entries(&expected), "{}", format.name());
    }
}

#[test]
fn the_extension_is_never_believed() {
    let rows = with_header(&RED_HEADER, [red_row(1)]);
    assert_eq!(open("名单.csv", &xlsx(&rows)).unwrap().format, Format::Xlsx);
    assert_eq!(open("C:\\文件\\名单.xls", &utf8(&rows)).unwrap().name, "名单.xls");
}

#[test]
fn titles_above_repeated_headers_between_and_blanks_below_are_passed_over() {
    let header: Vec<String> = RED_HEADER.map(str::to_owned).to_vec();
    let mut rows =
        vec![vec!["荆门市东宝区商务领域红名单".to_owned()], vec!["单位：东宝区商务局".to_owned()], header.clone()];
    rows.extend([red_row(1), red_row(2), vec![String::new(); 7], header, red_row(3)]);
    rows.extend([vec![" ".to_owned(); 9], vec![String::new(); 9]]);
    for bytes in [xlsx(&rows), utf8(&rows), xls(&rows)] {
        let intake = take(&bytes, &candidates(ListKind::Red)).unwrap();
        assert_account(&intake);
        assert_eq!((intake.counts.rows, intake.counts.accepted, intake.counts.repeated_headers), (3, 3, 1));
        assert_eq!(intake.layouts[0].header_row, 3);
        assert_eq!(intake.drafts.iter().map(|draft| draft.row).collect::<Vec<_>>(), [4, 5, 8]);
    }
}

#[test]
fn every_sheet_with_a_header_is_taken_and_the_others_are_named() {
    let mut workbook = Workbook::new();
    for (name, serial) in [("东宝", Some(1)), ("说明", None), ("掇刀", Some(2))] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        match serial {
            Some(serial) => {
                sheet.write_row(0, 0, RED_HEADER).unwrap();
                sheet.write_row(1, 0, red_row(serial)).unwrap();
            }
            None => {
                sheet.write_string(0, 0, "填表说明：请逐行填写").unwrap();
            }
        }
    }
    let intake = take(&workbook.save_to_buffer().unwrap(), &candidates(ListKind::Red)).unwrap();
    assert_eq!(intake.drafts.iter().map(|draft| draft.sheet.as_ref()).collect::<Vec<_>>(), ["东宝", "掇刀"]);
    assert_eq!(intake.sheets_without_header, ["说明"]);
}

#[test]
fn date_cells_and_number_cells_are_read_as_what_they_are() {
    let mut workbook = Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["纳税人名称", "工商注册号", "认定日期", "统一社会信用代码"]).unwrap();
    let on = ExcelDateTime::from_ymd(2017, 11, 6).unwrap();
    for (row, name) in (1..).zip(["荆门样例甲公司", "荆门样例乙公司", "荆门样例丙公司"]) {
        sheet.write_string(row, 0, name).unwrap();
        sheet.write_datetime_with_format(row, 2, &on, &date).unwrap();
    }
    // Fifteen digits survive in a number, eighteen do not, and a date that lost its format is a day count.
    sheet.write_number(1, 1, registration(7).parse::<f64>().unwrap()).unwrap();
    sheet.write_number(2, 3, 914_208_001_234_567_890.0).unwrap();
    sheet.write_number(3, 2, 43_045).unwrap();
    let intake = take(&workbook.save_to_buffer().unwrap(), &feed(ListKind::Red)).unwrap();
    assert_account(&intake);
    let subject = &intake.drafts[0].entry.subject;
    assert_eq!(subject.registration_number.as_ref().unwrap().as_str(), registration(7));
    assert_eq!(intake.drafts[0].entry.recognised_on, Some(day("2017-11-06")));
    assert_eq!(intake.counts.accepted, 1);
    assert_eq!(intake.counts.of(ProblemCode::DigitsLost), 1);
    assert_eq!(intake.counts.of(ProblemCode::DateInvalid), 1);
    assert_eq!(
        intake.problems.iter().find(|problem| problem.code == ProblemCode::DigitsLost).unwrap().value,
        "9.14208E+17"
    );
}

#[test]
fn tabs_and_semicolons_divide_too() {
    let rows = with_header(&RED_HEADER, [red_row(1)]);
    for delimiter in ["\t", ";"] {
        let text: String = rows.iter().map(|row| row.join(delimiter) + "\r\n").collect();
        let intake = take(text.as_bytes(), &candidates(ListKind::Red)).unwrap();
        assert_eq!(intake.problems, []);
        assert_eq!(intake.counts.accepted, 1);
    }
}

#[test]
fn other_kinds_of_files_are_refused_by_name() {
    let refusal = |bytes: &[u8]| open("x.xls", bytes).unwrap_err();
    for (bytes, found) in [
        (b"<html><table><tr><td>\xe4\xbc\x81</td></tr></table></html>".as_slice(), "网页"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "XML"),
        (b"\xff\xfe\x01\x4f", "UTF-16"),
        (b"%PDF-1.7", "PDF"),
        (b"\x7fELF\x00\x01", "二进制"),
    ] {
        let fault = refusal(bytes);
        assert_eq!(fault.code(), "INTAKE_FORMAT_UNKNOWN");
        assert!(fault.to_string().contains(found), "{fault}");
    }
    assert_eq!(refusal(b"").code(), "INTAKE_FILE_EMPTY");
    assert_eq!(refusal(b"\r\n , \r\n").code(), "INTAKE_FILE_EMPTY");
    assert_eq!(refusal(b"PK\x03\x04 and then nothing").code(), "INTAKE_FILE_DAMAGED");
    assert_eq!(refusal(b"\"never closed,\n1,2\n").code(), "INTAKE_CSV_SYNTAX");
}

#[test]
fn limits_are_faults_and_not_memory() {
    let wide = vec!["x"; honghei_intake::limit::MAX_COLUMNS + 1].join(",");
    assert_eq!(open("a.csv", wide.as_bytes()).unwrap_err().code(), "INTAKE_OVER_LIMIT");
    let long = "x".repeat(honghei_intake::limit::MAX_CELL_CHARS + 1);
    assert_eq!(open("a.csv", long.as_bytes()).unwrap_err().code(), "INTAKE_OVER_LIMIT");
    let large = vec![b'x'; honghei_intake::limit::MAX_FILE_BYTES + 1];
    assert_eq!(open("a.csv", &large).unwrap_err().code(), "INTAKE_FILE_TOO_LARGE");
    // One far cell does not allocate the rectangle before it.
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(1_048_575, 255, "x").unwrap();
    assert_eq!(open("a.xlsx", &workbook.save_to_buffer().unwrap()).unwrap().sheets[0].rows.len(), 1);
    workbook.add_worksheet().write_string(0, 256, "x").unwrap();
    assert_eq!(open("a.xlsx", &workbook.save_to_buffer().unwrap()).unwrap_err().code(), "INTAKE_OVER_LIMIT");
}
