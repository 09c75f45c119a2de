//! Files made when the test runs, in every format, and the requests they are taken in by.

use std::io::{Cursor, Write};

use chrono::NaiveDate;
use encoding_rs::GB18030;
use honghei_domain::identifier::{CitizenId, OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::{Department, ListKind};
use honghei_intake::{Intake, IntakeFault, ProblemCode, Request, Severity, open, take_in};
use rust_xlsxwriter::{Format, Workbook};

pub const RED_HEADER: [&str; 7] =
    ["企业名称", "统一社会信用代码", "组织机构代码", "工商注册号", "主体类别", "认定标准代码", "列入事由"];

pub const BLACK_HEADER: [&str; 15] = [
    "企业名称",
    "统一社会信用代码",
    "主体类别",
    "认定标准代码",
    "列入事由",
    "文书类型",
    "决定书文号",
    "作出机关",
    "作出日期",
    "生效日期",
    "能否修复",
    "修复方式",
    "不得修复依据",
    "法定代表人",
    "证件号码",
];

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn firm(serial: u32) -> String {
    Uscc::synthesize('9', '1', "420802", &format!("{serial:08}")).unwrap().to_string()
}

/// A USCC whose outer check holds and whose inner one does not.
pub fn doubtful() -> String {
    let spelled = |inner: char, last: char| format!("9142080200012345{inner}{last}");
    let last = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut all = "0123456789".chars().flat_map(|inner| last.chars().map(move |last| spelled(inner, last)));
    all.find(|code| Uscc::read(code).is_ok_and(|reading| reading.asks_a_person())).unwrap()
}

/// A code with another check digit.
pub fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    code.chars().take(17).chain([last]).collect()
}

pub fn organisation(serial: u32) -> String {
    OrganisationCode::synthesize(serial).to_string()
}

pub fn registration(serial: u32) -> String {
    RegistrationNumber::synthesize("420802".parse().unwrap(), serial).to_string()
}

/// An ID number that belongs to nobody.
pub fn person(serial: u16) -> String {
    CitizenId::synthesize("420802".parse().unwrap(), day("1980-02-29"), serial).in_clear().to_owned()
}

pub fn candidates(kind: ListKind) -> Request {
    Request::candidates(
        kind,
        Department("commerce".into()),
        "420802-commerce".parse().unwrap(),
        "荆门市东宝区商务局",
        day("2018-03-01"),
    )
}

pub fn feed(kind: ListKind) -> Request {
    Request::feed(
        kind,
        Department("tax".into()),
        "420000-commerce".parse().unwrap(),
        "国家税务总局湖北省税务局",
        day("2018-03-01"),
    )
}

/// A red candidate row in order.
pub fn red_row(serial: u32) -> Vec<String> {
    let name = format!("荆门样例第{serial}商贸有限公司");
    [&name, &firm(serial), "", "", "a", "SW-R-01", "受市商务局表彰"].map(str::to_owned).to_vec()
}

/// A black candidate row in order.
pub fn black_row(serial: u32) -> Vec<String> {
    let name = format!("荆门样例第{serial}物流有限公司");
    let number = format!("荆商罚字〔2018〕{serial}号");
    [
        &name,
        &firm(serial),
        "a",
        "SW-B-03",
        "销售假冒商品，经行政处罚",
        "行政处罚决定书",
        &number,
        "荆门市东宝区商务局",
        "2018-01-10",
        "2018-01-25",
        "能",
        "履行义务并公开承诺",
        "",
        "张样例",
        &person(17),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Rows as comma-separated text.
pub fn text_of(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

pub fn with_header(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    std::iter::once(header.iter().map(|name| (*name).to_owned()).collect()).chain(rows).collect()
}

pub fn utf8(rows: &[Vec<String>]) -> Vec<u8> {
    text_of(rows).into_bytes()
}

pub fn utf8_marked(rows: &[Vec<String>]) -> Vec<u8> {
    [&[0xEF, 0xBB, 0xBF], text_of(rows).as_bytes()].concat()
}

pub fn gb18030(rows: &[Vec<String>]) -> Vec<u8> {
    GB18030.encode(&text_of(rows)).0.into_owned()
}

pub fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("名单").unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            if !text.is_empty() {
                sheet.write_string_with_format(row, column, text, &Format::new()).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// A BIFF8 workbook with one sheet of text cells.
pub fn xls(rows: &[Vec<String>]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    };
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let begin = |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let name = "名单";
    let name_length = u8::try_from(name.encode_utf16().count()).unwrap();
    let bound = |start: u32| {
        record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, name_length, 1], wide(name).as_slice()].concat())
    };
    let globals = begin(0x0005).len() + bound(0).len() + 4;
    let mut stream =
        [begin(0x0005), bound(u32::try_from(globals).unwrap()), record(0x000A, &[]), begin(0x0010)].concat();
    for (row, cells) in (0_u16..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            let length = u16::try_from(text.encode_utf16().count()).unwrap().to_le_bytes();
            let data = [&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &length, &[1], &wide(text)].concat();
            stream.extend(record(0x0204, &data));
        }
    }
    stream.extend(record(0x000A, &[]));
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    file.into_inner().into_inner()
}

pub fn take(bytes: &[u8], request: &Request) -> Result<Intake, IntakeFault> {
    take_in(&open("名单.csv", bytes)?, request)
}

/// Takes rows in as UTF-8 and insists that the account adds up.
pub fn take_rows(rows: &[Vec<String>], request: &Request) -> Intake {
    let intake = take(&utf8(rows), request).unwrap();
    assert_account(&intake);
    intake
}

#[track_caller]
pub fn assert_account(intake: &Intake) {
    let counts = &intake.counts;
    assert_eq!(counts.rows, counts.accepted + counts.ended + counts.questioned + counts.rejected);
    assert_eq!(counts.accepted, intake.drafts.len() as u64);
    assert_eq!(counts.ended, intake.ended.len() as u64);
    assert!(intake.ended.iter().all(|draft| draft.ended) && !intake.drafts.iter().any(|draft| draft.ended));
    assert_eq!(counts.questioned, intake.questioned.len() as u64);
    assert_eq!(counts.by_code.values().sum::<u64>(), intake.problems.len() as u64);
    let mut rejected: Vec<(&str, u32)> = intake
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Hard)
        .map(|problem| (problem.sheet.as_ref(), problem.row))
        .collect();
    rejected.dedup();
    assert_eq!(counts.rejected, rejected.len() as u64, "every rejected row says why");
}

/// The codes of all problems in order.
pub fn codes(intake: &Intake) -> Vec<ProblemCode> {
    intake.problems.iter().map(|problem| problem.code).collect()
}
