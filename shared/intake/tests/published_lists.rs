//! The derived file of published lists: five lists in one table, taken in list by list through an explicit mapping.
//!
//! The file is no part of the project.

use std::collections::BTreeMap;

use crate::common::{assert_account, day};
use honghei_domain::list::{Department, ListKind};
use honghei_intake::{Mapping, Request, open, take_in};

/// What every column of the table is, where it is not what its list makes of it.
const COLUMNS: [&str; 10] = [
    "企业名称=name",
    "组织机构代码=org_code",
    "工商注册号=reg_no",
    "认定部门=authority",
    "列入事由=grade_or_reason",
    "忽略=list_color",
    "忽略=list_name",
    "忽略=uscc_status",
    "忽略=province",
    "忽略=source",
];

fn rows() -> Option<(csv::StringRecord, Vec<csv::StringRecord>)> {
    let text = honghei_real_data::text("lists/published_lists.csv.gz")?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    Some((header, reader.records().map(Result::unwrap).collect()))
}

/// C-6: every row of every list is accepted, questioned or refused with its reason.
#[test]
fn five_published_lists_in_one_table_are_accounted_for_row_by_row() {
    let Some((header, rows)) = rows() else { return };
    let column = |name: &str| header.iter().position(|known| known == name).unwrap();
    let (source, colour) = (column("source"), column("list_color"));
    let mut lists: BTreeMap<String, Vec<&csv::StringRecord>> = BTreeMap::new();
    for row in &rows {
        lists.entry(row[source].to_owned()).or_default().push(row);
    }
    let mut counted = BTreeMap::new();
    for (source, of_list) in &lists {
        let kind = if &of_list[0][colour] == "red" { ListKind::Red } else { ListKind::Black };
        // Taxpayers' numbers are USCCs or older numbers; the day of a list is a year or a number, and no day.
        let code = if source.starts_with("tax") { "纳税人识别号=uscc" } else { "统一社会信用代码=uscc" };
        let mapping = COLUMNS.into_iter().chain([code, "忽略=list_date"]);
        let mapping = mapping.fold(Mapping::default(), |mapping, text| mapping.with(text).unwrap());
        let origin = "420000-commerce".parse().unwrap();
        let request = Request {
            mapping,
            ..Request::feed(kind, Department("other".into()), origin, "发布机关", day("2019-06-30"))
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        of_list.iter().for_each(|row| writer.write_record(*row).unwrap());
        let bytes = writer.into_inner().unwrap();
        let intake = take_in(&open("list.csv", &bytes).unwrap(), &request).unwrap();
        assert_account(&intake);
        let counts = &intake.counts;
        println!(
            "{source}: {} rows, {} accepted, {} questioned, {} rejected",
            counts.rows, counts.accepted, counts.questioned, counts.rejected
        );
        for (code, count) in &counts.by_code {
            println!("  {} {count}", code.as_str());
        }
        assert_eq!(counts.accepted + counts.ended + counts.questioned + counts.rejected, counts.rows);
        assert_eq!(counts.rows, of_list.len() as u64);
        counted.insert(source.as_str(), [counts.rows, counts.accepted, counts.questioned, counts.rejected]);
    }
    // One list was read from a picture: most of its codes are damaged, and none of them enters.
    let expected = [
        ("black_ecommerce_91855", [500, 499, 0, 1]),
        ("black_financial_ocr_93512_1", [181, 56, 0, 125]),
        ("black_transport_93516", [270, 265, 0, 5]),
        ("black_worksafety_2016_2017", [25, 24, 0, 1]),
        ("tax_A_jiangxi_2018", [4_939, 4_831, 1, 107]),
    ];
    assert_eq!(counted, BTreeMap::from(expected));
    assert_eq!(counted.values().map(|[rows, ..]| rows).sum::<u64>(), 5_915);
}
