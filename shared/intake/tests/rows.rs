//! Every way a row can be wrong, and what is said about it.

use crate::common::*;
use honghei_domain::list::{ListKind, Repairability, SubjectForm};
use honghei_intake::{ProblemCode as P, Severity};

/// One black candidate row with one cell changed, and the problems it has.
#[track_caller]
fn black_with(column: &str, value: &str, expected: &[P]) -> honghei_intake::Intake {
    let mut row = black_row(1);
    let at = BLACK_HEADER.iter().position(|name| *name == column).unwrap();
    row[at] = value.to_owned();
    let intake = take_rows(&with_header(&BLACK_HEADER, [row]), &candidates(ListKind::Black));
    assert_eq!(codes(&intake), expected, "{column}: {value}");
    intake
}

/// One row of a red feed with given cells, and the problems it has.
#[track_caller]
fn feed_row(header: &[&str], cells: &[&str], expected: &[P]) -> honghei_intake::Intake {
    let row = cells.iter().map(|cell| (*cell).to_owned()).collect();
    let intake = take_rows(&with_header(header, [row]), &feed(ListKind::Red));
    assert_eq!(codes(&intake), expected, "{cells:?}");
    intake
}

#[test]
fn a_row_in_order_becomes_an_entry_with_everything_in_it() {
    let intake = take_rows(&with_header(&BLACK_HEADER, [black_row(1)]), &candidates(ListKind::Black));
    assert_eq!(intake.problems, []);
    assert!(intake.is_clean());
    let draft = &intake.drafts[0];
    let entry = &draft.entry;
    assert_eq!((entry.case.origin.as_str(), entry.case.number), ("420802-commerce", 0));
    assert_eq!((entry.subject.form, entry.subject.class.as_str()), (SubjectForm::Enterprise, "a"));
    assert_eq!(entry.criteria.iter().map(|code| code.0.as_str()).collect::<Vec<_>>(), ["SW-B-03"]);
    let document = entry.document.as_ref().unwrap();
    assert_eq!((document.issued_on, document.effective_on), (day("2018-01-10"), day("2018-01-25")));
    assert!(
        matches!(&entry.repairability, Some(Repairability::Repairable { method }) if method == "履行义务并公开承诺")
    );
    assert_eq!(draft.person_number.as_ref().unwrap().in_clear(), person(17));
    assert_eq!((entry.recognised_on, entry.valid_from, entry.valid_to), (None, None, None));
    assert!(!format!("{draft:?}").contains(&person(17)[6..14]), "Debug shows no birthday");
}

/// F-01, F-02: who is listed, and why.
#[test]
fn every_required_value_of_a_black_candidate_is_missed_by_name() {
    for column in BLACK_HEADER {
        let expected: &[P] = match column {
            "不得修复依据" | "法定代表人" | "证件号码" => &[],
            "统一社会信用代码" => &[P::NameOnly],
            _ => &[P::ValueMissing],
        };
        let intake = black_with(column, "—", if column == "不得修复依据" { &[] } else { expected });
        if let Some(problem) = intake.problems.first().filter(|problem| problem.code == P::ValueMissing) {
            assert!(problem.reason.contains("未填写"), "{problem:?}");
            assert_eq!(problem.column, column);
        }
    }
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_at_once() {
    let mut row = black_row(1);
    for index in [1, 6, 8, 10] {
        row[index] = "错".to_owned();
    }
    row[6] = String::new();
    let intake = take_rows(&with_header(&BLACK_HEADER, [row]), &candidates(ListKind::Black));
    assert_eq!(codes(&intake), [P::UsccInvalid, P::ValueMissing, P::DateInvalid, P::ChoiceUnknown]);
}

#[test]
fn a_uscc_is_read_and_never_repaired() {
    let column = "统一社会信用代码";
    let good = firm(1);
    black_with(column, &format!(" '{} ", good.to_lowercase()), &[]);
    let mut wrong = good.clone();
    let last = if wrong.ends_with('0') { '1' } else { '0' };
    wrong.pop();
    wrong.push(last);
    let intake = black_with(column, &wrong, &[P::UsccInvalid]);
    assert_eq!((intake.problems[0].row, intake.problems[0].value.as_str()), (2, wrong.as_str()));
    black_with(column, &good[..17], &[P::UsccInvalid]);
    black_with(column, "9.14208E+17", &[P::DigitsLost]);
    black_with(column, "914208001234567000", &[P::DigitsLost]);
    black_with(column, "=\"9.14208E+17\"", &[P::DigitsLost]);
}

#[test]
fn a_uscc_whose_inner_check_alone_fails_waits_for_a_person() {
    // Found by search: the outer check holds for one of thirty-one last characters, the inner one is broken.
    let code = (0..10)
        .flat_map(|inner| {
            "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(move |last| format!("9142080200012345{inner}{last}"))
        })
        .find(|text| honghei_domain::identifier::Uscc::read(text).is_ok_and(|reading| reading.asks_a_person()))
        .unwrap();
    let intake = black_with("统一社会信用代码", &code, &[P::UsccInnerCheck]);
    assert_eq!((intake.counts.questioned, intake.counts.accepted), (1, 0));
    assert_eq!(intake.problems[0].severity, Severity::Question);
    assert!(intake.questioned[0].entry.subject.uscc_inner_check_failed);
    assert!(!intake.is_clean());
}

#[test]
fn a_citizens_number_outside_its_column_is_held_back_and_masked() {
    for (column, value) in [
        ("统一社会信用代码", person(9)),
        ("列入事由", format!("负责人（{}）拒不履行", person(9))),
        ("企业名称", format!("荆门样例经营部{}", person(9))),
        ("法定代表人", person(9)),
    ] {
        let intake = black_with(column, &value, &[P::PersonalNumberHeldBack]);
        assert_eq!(intake.counts.rejected, 1);
        let shown = format!("{:?}", intake.problems);
        assert!(!shown.contains(&person(9)[6..14]), "{column} is shown");
        assert_eq!(intake.problems[0].column, column);
    }
}

#[test]
fn a_citizens_number_in_its_column_must_be_one() {
    let column = "证件号码";
    black_with(column, "420802********1234", &[P::PersonNumberMasked]);
    let intake = black_with(column, "420802198002290171", &[P::PersonNumberInvalid]);
    assert_eq!(intake.problems[0].value, "420802********0171");
    black_with(column, "4.20802E+17", &[P::PersonNumberInvalid]);
    let header = ["企业名称", "统一社会信用代码", "法定代表人", "法定代表人证件类型", "法定代表人证件号码"];
    let intake =
        feed_row(&header, &["荆门样例公司", &firm(1), "SMITH", "护照", "G12345678"], &[P::PersonDocumentOther]);
    assert_eq!((intake.counts.accepted, intake.problems[0].value.as_str()), (1, "G1*******"));
    feed_row(&header, &["荆门样例公司", &firm(1), "张样例", "身份证", "123"], &[P::PersonNumberInvalid]);
}

#[test]
fn old_numbers_are_recognised_for_what_they_are() {
    let taxpayer = format!("420802{}", organisation(1_234));
    let header = ["纳税人名称", "纳税人识别号"];
    let intake = feed_row(&header, &["荆门样例公司", &taxpayer], &[P::TaxpayerNumberLegacy]);
    let subject = &intake.drafts[0].entry.subject;
    assert_eq!(subject.organisation_code.as_ref().unwrap().as_str(), organisation(1_234));
    assert!(subject.uscc.is_none() && subject.registration_number.is_none());
    feed_row(&header, &["荆门样例公司", &firm(1)], &[]);
    feed_row(&header, &["荆门样例公司", &person(3)], &[P::PersonalNumberHeldBack]);
    feed_row(&header, &["荆门样例公司", &format!("{}01", person(3))], &[P::PersonalNumberHeldBack]);

    let intake = feed_row(
        &["企业名称", "统一社会信用代码"],
        &["荆门样例公司", &registration(5)],
        &[P::RegistrationNumberAsUscc],
    );
    assert_eq!(intake.drafts[0].entry.subject.registration_number.as_ref().unwrap().as_str(), registration(5));
}

#[test]
fn codes_of_one_row_must_belong_together() {
    let header = ["企业名称", "统一社会信用代码", "组织机构代码", "工商注册号"];
    let own = &firm(1)[8..17];
    let hyphened = format!("{}-{}", &own[..8], &own[8..]);
    feed_row(&header, &["荆门样例公司", &firm(1), &hyphened, &registration(2)], &[]);
    feed_row(&header, &["荆门样例公司", &firm(1), &organisation(2), ""], &[P::CodesDisagree]);
    feed_row(&header, &["荆门样例公司", &firm(1), &firm(1), ""], &[P::CodeRepeated]);
    feed_row(&header, &["荆门样例公司", "", &firm(1), ""], &[P::OrganisationCodeInvalid]);
    feed_row(&header, &["荆门样例公司", "", &registration(2), &registration(2)], &[P::CodeRepeated]);
    feed_row(&header, &["荆门样例公司", "", "12345678", ""], &[P::OrganisationCodeInvalid]);
    feed_row(&header, &["荆门样例公司", "", "", "42080212"], &[P::RegistrationNumberInvalid]);
}

#[test]
fn a_name_alone_is_enough_for_feeds_and_black_lists_and_not_for_red_candidates() {
    feed_row(&["企业名称"], &["荆门样例公司"], &[P::NameOnly]);
    let mut row = red_row(1);
    row[1] = "无".to_owned();
    let intake = take_rows(&with_header(&RED_HEADER, [row]), &candidates(ListKind::Red));
    assert_eq!(codes(&intake), [P::CodeMissing]);
}

#[test]
fn a_natural_person_is_listed_by_name_and_own_number() {
    let header = ["行政相对人名称", "行政相对人类别", "自然人证件号码"];
    let intake = feed_row(&header, &["王样例", "自然人", &person(21)], &[]);
    let draft = &intake.drafts[0];
    assert_eq!(draft.entry.subject.form, SubjectForm::NaturalPerson);
    assert_eq!(draft.person_number.as_ref().unwrap().in_clear(), person(21));
    feed_row(&header, &["王样例", "外星人", ""], &[P::ChoiceUnknown, P::NameOnly]);
}

#[test]
fn dates_must_be_days_that_have_come_and_follow_each_other() {
    black_with("作出日期", "2018-02-30", &[P::DateInvalid]);
    black_with("作出日期", "2018-03-02", &[P::DateInFuture]);
    black_with("生效日期", "2018年1月9日", &[P::DatesDisagree]);
    black_with("生效日期", "20180125", &[]);
    let header = ["企业名称", "统一社会信用代码", "认定日期", "有效期至"];
    let intake = feed_row(&header, &["荆门样例公司", &firm(1), "2017.6.1", "三年"], &[]);
    assert_eq!(intake.drafts[0].entry.valid_to, Some(day("2020-06-01")));
    let intake = feed_row(&header, &["荆门样例公司", &firm(1), "2014-06-01", "2017-05-31"], &[]);
    assert_eq!(intake.drafts[0].entry.valid_to, Some(day("2017-05-31")), "an expired entry is still an entry");
    feed_row(&header, &["荆门样例公司", &firm(1), "2017-06-01", "2017-05-31"], &[P::DatesDisagree]);
    feed_row(&header, &["荆门样例公司", &firm(1), "2017-06-01", "很久"], &[P::DateInvalid]);
    let header = ["企业名称", "统一社会信用代码", "有效期起", "有效期至"];
    feed_row(&header, &["荆门样例公司", &firm(1), "2030-01-01", "2031-01-01"], &[P::DateInFuture]);
    feed_row(&header, &["荆门样例公司", &firm(1), "", "2030-01-01至2031-01-01"], &[P::DateInFuture]);
}

///
#[test]
fn subject_classes_are_those_of_the_policy() {
    let mut request = candidates(ListKind::Black);
    request.classes = [("a".to_owned(), "商贸流通企业".to_owned())].into();
    let take = |class: &str| {
        let mut row = black_row(1);
        row[BLACK_HEADER.iter().position(|name| *name == "主体类别").unwrap()] = class.to_owned();
        take_rows(&with_header(&BLACK_HEADER, [row]), &request)
    };
    assert_eq!(codes(&take("a")), []);
    let intake = take("z");
    assert_eq!(codes(&intake), [P::ChoiceUnknown]);
    assert!(intake.problems[0].reason.contains("a 商贸流通企业"), "{:?}", intake.problems);
    request.classes.clear();
    assert_eq!(codes(&take_rows(&with_header(&BLACK_HEADER, [black_row(1)]), &request)), []);
}

/// What is wrong with a cell is said once, and not that it is empty.
#[test]
fn a_wrong_date_of_a_red_candidates_document_is_not_said_to_be_missing() {
    let header = [&RED_HEADER[..], &["决定书文号", "作出日期"]].concat();
    for (number, issued_on, expected) in [
        ("样例〔2018〕1号", "2018-03-02", P::DateInFuture),
        ("样例〔2018〕1号", "2018-02-30", P::DateInvalid),
        ("样例〔2018〕1号", "", P::ValueMissing),
        ("锟斤拷", "2018-01-10", P::TextDamaged),
        ("", "2018-01-10", P::ValueMissing),
    ] {
        let row = red_row(1).into_iter().chain([number.to_owned(), issued_on.to_owned()]).collect();
        assert_eq!(codes(&take_rows(&with_header(&header, [row]), &candidates(ListKind::Red))), [expected]);
    }
}

#[test]
fn criteria_are_those_of_the_policy() {
    let mut request = candidates(ListKind::Black);
    request.criteria =
        Some(["SW-B-03", "SW-B-06"].map(|code| honghei_domain::list::CriterionCode(code.to_owned())).into());
    let take = |value: &str| {
        let mut row = black_row(1);
        row[3] = value.to_owned();
        take_rows(&with_header(&BLACK_HEADER, [row]), &request)
    };
    let intake = take("SW-B-03，sw-b-06、SW-B-03");
    assert_eq!(intake.drafts[0].entry.criteria.len(), 2);
    let intake = take("SW-R-01");
    assert_eq!(codes(&intake), [P::CriterionUnknown]);
    assert!(intake.problems[0].reason.contains("SW-B-03、SW-B-06"));
}

#[test]
fn repairability_says_how_or_which_law_forbids_it() {
    black_with("能否修复", "也许", &[P::ChoiceUnknown]);
    black_with("修复方式", "", &[P::ValueMissing]);
    let intake = black_with("能否修复", "不得修复", &[P::ValueMissing]);
    assert_eq!(intake.problems[0].column, "不得修复依据");
}

#[test]
fn an_appeal_is_not_lost_for_want_of_a_document() {
    let header = ["企业名称", "统一社会信用代码", "决定书文号", "是否申诉中", "列入日期"];
    let intake = feed_row(&header, &["荆门样例公司", &firm(1), "荆法执〔2018〕1号", "是", "2018-01-01"], &[]);
    assert!(intake.drafts[0].entry.document.as_ref().unwrap().under_appeal);
    feed_row(&header, &["荆门样例公司", &firm(1), "", "是", "2018-01-01"], &[P::ValueMissing]);
    feed_row(&header, &["荆门样例公司", &firm(1), "", "否", "2018-01-01"], &[]);
}

#[test]
fn damaged_slipped_and_overlong_text_is_refused() {
    black_with("企业名称", "荆门\u{fffd}\u{fffd}公司", &[P::TextDamaged]);
    black_with("列入事由", "锟斤拷锟斤拷", &[P::TextDamaged]);
    black_with("企业名称", &"长".repeat(201), &[P::TextTooLong]);
    black_with("列入事由", &"长".repeat(6_001), &[P::TextTooLong]);
    let mut row = red_row(1);
    row.push("错列".to_owned());
    let intake = take_rows(&with_header(&RED_HEADER, [row]), &candidates(ListKind::Red));
    assert_eq!((codes(&intake), intake.problems[0].column.as_str()), (vec![P::CellWithoutHeader], "H"));
}

#[test]
fn a_subject_is_listed_once_per_document() {
    let mut again = black_row(1);
    again[6] = "荆商罚字〔2018〕1号".to_owned();
    let mut other_document = black_row(1);
    other_document[6] = "荆商罚字〔2018〕99号".to_owned();
    let mut other_name = black_row(1);
    other_name[0] = "荆门样例另一公司".to_owned();
    let rows = with_header(&BLACK_HEADER, [black_row(1), again, other_document, other_name]);
    let intake = take_rows(&rows, &candidates(ListKind::Black));
    assert_eq!(codes(&intake), [P::DuplicateInFile, P::CodeWithTwoNames]);
    assert_eq!(intake.problems.iter().map(|problem| problem.row).collect::<Vec<_>>(), [3, 5]);
    assert!(intake.problems[0].reason.contains("第 2 行"));
    assert_eq!(intake.counts.accepted, 2);
}

#[test]
fn one_firm_by_uscc_and_by_organisation_code_is_a_duplicate() {
    let header = ["企业名称", "统一社会信用代码", "组织机构代码"];
    let rows = with_header(
        &header,
        [
            vec!["荆门样例公司".to_owned(), firm(1), String::new()],
            vec!["荆门样例公司".to_owned(), String::new(), firm(1)[8..17].to_owned()],
        ],
    );
    assert_eq!(codes(&take_rows(&rows, &feed(ListKind::Red))), [P::DuplicateInFile]);
}

#[test]
fn a_formula_that_failed_and_a_day_for_a_code_are_named() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(RED_HEADER) {
        sheet.write_string(0, column, header).unwrap();
        for row in [1, 2] {
            let text = red_row(row)[usize::from(column)].clone();
            sheet.write_string(row, column, text).unwrap();
        }
    }
    let failed = rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A");
    sheet.write_formula(1, 0, failed).unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let today = rust_xlsxwriter::ExcelDateTime::from_ymd(2017, 11, 6).unwrap();
    sheet.write_datetime_with_format(2, 1, today, &date).unwrap();
    let intake = take(&workbook.save_to_buffer().unwrap(), &candidates(ListKind::Red)).unwrap();
    assert_account(&intake);
    assert_eq!(codes(&intake), [P::CellError, P::CellError]);
    assert_eq!((intake.problems[0].row, intake.problems[1].row, intake.counts.rejected), (2, 3, 2));
}
