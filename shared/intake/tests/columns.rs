//! Columns by header name: known, unknown, missing, double, and assigned by hand.

use crate::common::*;
use honghei_domain::list::ListKind;
use honghei_intake::{Field, Mapping};

fn fault(header: &[&str], request: &honghei_intake::Request) -> honghei_intake::IntakeFault {
    take(&utf8(&with_header(header, [])), request).unwrap_err()
}

#[test]
fn a_missing_required_column_is_named() {
    let header: Vec<&str> = BLACK_HEADER.into_iter().filter(|name| *name != "决定书文号").collect();
    let fault = fault(&header, &candidates(ListKind::Black));
    assert_eq!(fault.code(), "INTAKE_COLUMN_MISSING");
    assert!(fault.to_string().contains("决定书文号"), "{fault}");
    let fault = take(&utf8(&with_header(&["企业名称", "列入事由"], [])), &candidates(ListKind::Red)).unwrap_err();
    assert!(fault.to_string().contains("统一社会信用代码或纳税人识别号或组织机构代码或工商注册号"), "{fault}");
}

#[test]
fn an_unknown_column_of_a_feed_is_an_error_with_the_nearest_name() {
    let fault = fault(&["企业名称", "统一社会信用代吗"], &feed(ListKind::Red));
    assert_eq!(fault.code(), "INTAKE_COLUMN_UNKNOWN");
    assert!(fault.to_string().contains("“统一社会信用代吗”（是否为“统一社会信用代码”？）"), "{fault}");
}

#[test]
fn an_unknown_column_of_an_officers_own_sheet_is_left_out_and_named() {
    let header: Vec<&str> = RED_HEADER.into_iter().chain(["经办人手记"]).collect();
    let row = red_row(1).into_iter().chain(["待复核".to_owned()]).collect();
    let intake = take_rows(&with_header(&header, [row]), &candidates(ListKind::Red));
    assert_eq!(
        (intake.counts.accepted, intake.layouts[0].unknown.as_slice()),
        (1, ["经办人手记".to_owned()].as_slice())
    );
}

#[test]
fn two_columns_of_one_meaning_are_an_error() {
    let fault = fault(&["企业名称", "纳税人名称", "统一社会信用代码"], &feed(ListKind::Red));
    assert_eq!(fault.code(), "INTAKE_COLUMN_AMBIGUOUS");
    assert!(fault.to_string().contains("“企业名称”和“纳税人名称”"), "{fault}");
}

#[test]
fn a_mapping_assigns_and_ignores_columns() {
    let rows = with_header(
        &["甲方", "企业名称", "号码", "颜色"],
        [["荆门样例公司", "旧称", &firm(1), "红"].map(str::to_owned).to_vec()],
    );
    let mut request = feed(ListKind::Red);
    request.mapping = "企业名称=甲方\n统一社会信用代码=号码\n忽略=颜色".parse().unwrap();
    let intake = take_rows(&rows, &request);
    let subject = &intake.drafts[0].entry.subject;
    assert_eq!((subject.name.as_str(), subject.uscc.as_ref().unwrap().as_str()), ("荆门样例公司", firm(1).as_str()));
    assert_eq!(intake.layouts[0].column(Field::Name).unwrap().header, "甲方");
}

#[test]
fn a_mapping_that_cannot_be_followed_is_an_error() {
    for (given, expected) in [("企业名称", "应写作"), ("天气=列", "没有这个字段"), ("企业名称=", "列名是空的")]
    {
        let fault = given.parse::<Mapping>().unwrap_err();
        assert_eq!(fault.code(), "INTAKE_MAPPING_INVALID");
        assert!(fault.to_string().contains(expected), "{fault}");
    }
    let mut request = feed(ListKind::Red);
    request.mapping = "企业名称=没有的列".parse().unwrap();
    assert_eq!(fault(&["企业名称", "统一社会信用代码"], &request).code(), "INTAKE_MAPPING_INVALID");
}

#[test]
fn a_file_without_a_header_is_an_error() {
    let fault = take(&utf8(&[red_row(1), red_row(2)]), &candidates(ListKind::Red)).unwrap_err();
    assert_eq!(fault.code(), "INTAKE_HEADER_NOT_FOUND");
}

#[test]
fn the_national_penalty_layout_of_2018_is_a_black_feed() {
    let header = [
        "行政相对人名称",
        "行政相对人类别",
        "行政相对人代码_1(统一社会信用代码)",
        "行政相对人代码_2(工商注册号)",
        "行政相对人代码_3(组织机构代码)",
        "行政相对人代码_4(税务登记号)",
        "行政相对人代码_5(事业单位证书号)",
        "行政相对人代码_6(社会组织登记证号)",
        "法定代表人",
        "法定代表人证件类型",
        "法定代表人证件号码",
        "自然人证件类型",
        "自然人证件号码",
        "行政处罚决定书文号",
        "违法行为类型",
        "违法事实",
        "处罚依据",
        "处罚类别",
        "处罚内容",
        "罚款金额（万元）",
        "没收违法所得、没收非法财物的金额（万元）",
        "暂扣或吊销证照名称及编号",
        "处罚决定日期",
        "处罚有效期",
        "公示截止期",
        "处罚机关",
        "处罚机关统一社会信用代码",
        "数据来源单位",
        "数据来源单位统一社会信用代码",
        "备注",
    ];
    let request = feed(ListKind::Black);
    let mut row = vec![String::new(); header.len()];
    for (index, value) in [
        (0, "荆门样例食品有限公司"),
        (1, "法人及非法人组织"),
        (2, &firm(3)),
        (8, "李样例"),
        (9, "身份证"),
        (10, &person(5)),
        (13, "荆市监处字〔2018〕5号"),
        (15, "销售过期食品"),
        (16, "《食品安全法》第一百二十四条"),
        (17, "罚款"),
        (22, "2018/1/10"),
        (24, "2021-01-09"),
        (25, "荆门市市场监督管理局"),
    ] {
        row[index] = value.to_owned();
    }
    let intake = take_rows(&with_header(&header, [row]), &request);
    let draft = &intake.drafts[0];
    let document = draft.entry.document.as_ref().unwrap();
    assert_eq!((document.number.as_str(), document.issuer.as_str()), ("荆市监处字〔2018〕5号", "荆门市市场监督管理局"));
    assert_eq!(draft.entry.facts, "销售过期食品；依据：《食品安全法》第一百二十四条");
    assert_eq!((draft.entry.recognised_on, draft.entry.valid_to), (Some(day("2018-01-10")), Some(day("2021-01-09"))));
    assert_eq!(draft.person_number.as_ref().unwrap().in_clear(), person(5));
}
