//! Real firms and published lists beside the synthetic ones: registered firms of Hubei as red candidates, other places'
//! published lists as departments' feeds. No real firm is marked black except as its published list says.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use honghei_domain::list::ListKind;

use super::province::Feed;
use super::story::{COUNTIES, DIRECT, Story};
use crate::process::Trouble;

/// The register of firms.
const REGISTER: &str = "hubei_enterprises.csv.gz";
/// The header of candidates as counties write them.
const HEADER: [&str; 9] = [
    "企业名称",
    "统一社会信用代码",
    "主体类别",
    "登记机关",
    "认定标准代码",
    "列入事由",
    "表彰文号",
    "表彰机关",
    "表彰日期",
];
/// The lists as they were published: file, source, kind, department, organ.
const LISTS: [(&str, &str, ListKind, &str, &str); 3] = [
    ("tax_A_jiangxi_2018.gbk.csv", "jiangxi-tax-a", ListKind::Red, "taxjx", "江西省税务机关"),
    ("91855.xlsx", "ecommerce-500", ListKind::Black, "ecommerce", "电子商务领域联合惩戒机关"),
    ("93516.xls", "transport-270", ListKind::Black, "transport", "交通运输主管部门"),
];

/// A table of five lists, made from them by whoever collected them: two of them are nowhere else.
const DERIVED: &str = "published_lists.csv.gz";
/// Those two: the table's source, ours, department, organ.
const DERIVED_LISTS: [(&str, &str, &str, &str); 2] = [
    ("black_worksafety_2016_2017", "work-safety", "worksafety", "安全生产监督管理部门"),
    ("black_financial_ocr_93512_1", "financial-ocr", "court", "人民法院"),
];
/// What the table's columns are. The day of a list is a half-year or nothing there, so it is left out.
const DERIVED_COLUMNS: [&str; 12] = [
    "企业名称=name",
    "统一社会信用代码=uscc",
    "组织机构代码=org_code",
    "工商注册号=reg_no",
    "认定部门=authority",
    "列入事由=grade_or_reason",
    "忽略=list_color",
    "忽略=list_name",
    "忽略=list_date",
    "忽略=uscc_status",
    "忽略=province",
    "忽略=source",
];

/// Lays the candidates and feeds out of a folder of real data before a story.
pub fn prepare(story: &mut Story<'_>, folder: &Path) -> Result<(), Trouble> {
    let candidates = candidates(&folder.join(REGISTER))?;
    for (node, firms) in candidates {
        let path = story.samples.join(format!("真实企业_{node}.csv"));
        write_candidates(&path, &firms)?;
        story.teller.happened(&format!("{node}：真实企业{}家作为红名单初选对象", firms.len()));
        story.more_candidates.insert(node.to_owned(), path);
    }
    for (file, source, kind, department, organ) in LISTS {
        let path = folder.join("lists").join(file);
        if !path.is_file() {
            return Err(Trouble::Malformed(format!("{} is missing", path.display())));
        }
        let as_of = story.days.first_feeds.to_string();
        let (source, department, organ) = (source.to_owned(), department.to_owned(), organ.to_owned());
        story.more_feeds.push(Feed { path, source, kind, department, organ, as_of, columns: Vec::new() });
    }
    derived_feeds(story, &folder.join("lists").join(DERIVED))
}

/// Lays out the derived table's further lists, a file each with the table's own header: what its columns are, the
/// registered source says.
fn derived_feeds(story: &mut Story<'_>, table: &Path) -> Result<(), Trouble> {
    let malformed = |error: csv::Error| Trouble::Malformed(format!("{}: {error}", table.display()));
    let file = std::fs::File::open(table).map_err(Trouble::io("open", table))?;
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let header = reader.headers().map_err(malformed)?.clone();
    let of_source = header.iter().position(|name| name == "source");
    let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(malformed)?;
    for (list, source, department, organ) in DERIVED_LISTS {
        let path = story.samples.join(format!("{list}.csv"));
        let mut writer = csv::Writer::from_path(&path).map_err(malformed)?;
        writer.write_record(&header).map_err(malformed)?;
        for record in records.iter().filter(|record| of_source.and_then(|at| record.get(at)) == Some(list)) {
            writer.write_record(record).map_err(malformed)?;
        }
        writer.flush().map_err(Trouble::io("write", &path))?;
        story.more_feeds.push(Feed {
            path,
            source: source.to_owned(),
            kind: ListKind::Black,
            department: department.to_owned(),
            organ: organ.to_owned(),
            as_of: story.days.first_feeds.to_string(),
            columns: DERIVED_COLUMNS.map(str::to_owned).to_vec(),
        });
    }
    Ok(())
}

#[derive(Clone, Debug)]
struct Firm {
    uscc: String,
    name: String,
}

/// The firms of the register, each at one county: 仙桃's at its own, all others at the city's counties, by the region of
/// their codes where that is one of them, else in turn.
fn candidates(register: &Path) -> Result<BTreeMap<&'static str, Vec<Firm>>, Trouble> {
    let file = std::fs::File::open(register).map_err(Trouble::io("open", register))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).map_err(Trouble::io("read", register))?;
    let mut firms: BTreeMap<&'static str, Vec<Firm>> = BTreeMap::new();
    let mut turn = COUNTIES.into_iter().cycle();
    let malformed = |error: csv::Error| Trouble::Malformed(format!("{}: {error}", register.display()));
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.map_err(malformed)?;
        let (Some(uscc), Some(name)) = (record.get(0), record.get(1)) else { continue };
        let region = uscc.get(2..8).unwrap_or_default();
        let own = COUNTIES.into_iter().chain([DIRECT]).find(|node| node.starts_with(region));
        let Some(node) = own.or_else(|| turn.next()) else { continue };
        firms.entry(node).or_default().push(Firm { uscc: uscc.to_owned(), name: name.to_owned() });
    }
    Ok(firms)
}

fn write_candidates(path: &PathBuf, firms: &[Firm]) -> Result<(), Trouble> {
    let failed = |error: csv::Error| Trouble::Malformed(format!("{}: {error}", path.display()));
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    writer.write_record(HEADER).map_err(failed)?;
    for (number, firm) in (1..).zip(firms) {
        let document = format!("演练表彰〔2017〕{number}号");
        let facts = "演练用初选对象，并非真实表彰";
        let record = [&firm.name, &firm.uscc, "a", "", "SW-R-01", facts, &document, "演练商务局", "2017-06-01"];
        writer.write_record(record).map_err(failed)?;
    }
    writer.flush().map_err(Trouble::io("write", path))
}
