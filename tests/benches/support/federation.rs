//! Four real processes over mutual TLS, each with its own SQLite file: a province, a city, two counties.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use federation::process::{Federation, Plan, Program, Trouble, until};
use federation::world::Member;
use federation::world::entries::candidate;
use honghei_domain::list::ListKind;
use honghei_domain::node::Tier;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

/// The province.
pub const PROVINCE: &str = "420000-commerce";
/// The city.
pub const CITY: &str = "420800-commerce";
/// The county that declares.
pub const DECLARING: &str = "420802-commerce";
/// The county that only receives.
pub const OTHER: &str = "420804-commerce";
/// All of them.
pub const NODES: [&str; 4] = [PROVINCE, CITY, DECLARING, OTHER];

/// Where counties and the city publicise.
const CHANNEL: &str = "部门门户网站";

/// Founds it on its first legal day.
pub async fn found() -> Result<Federation, Trouble> {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    let members = vec![
        member(PROVINCE, "湖北省商务厅", Tier::Province, None),
        member(CITY, "荆门市商务局", Tier::City, Some(PROVINCE)),
        member(DECLARING, "东宝区商务局", Tier::County, Some(CITY)),
        member(OTHER, "掇刀区商务局", Tier::County, Some(CITY)),
    ];
    let today = NaiveDate::from_ymd_opt(2017, 11, 6).unwrap_or_default();
    let plan = Plan { members, today, seed: 1, keep: None, databases: BTreeMap::new() };
    Federation::found(Program::at(env!("CARGO_BIN_EXE_federation")), &plan).await
}

/// Imports a file of as many red candidates into the declaring county and publicises them.
pub async fn collect(federation: &Federation, entries: u32) -> Result<(), Trouble> {
    let path = federation.folder().join("candidates.csv");
    write_candidates(&path, entries).map_err(|error| Trouble::Malformed(error.to_string()))?;
    let office = federation.office(DECLARING)?;
    let command = |upload| {
        Command::Collect(Collect {
            file: Some(FileOptions { upload, ..FileOptions::default() }),
            kind: "red".to_owned(),
            department: "commerce".to_owned(),
            channel: "daily_management".to_owned(),
            default_class: "a".to_owned(),
            territorial_override: String::new(),
        })
    };
    let imported = office.import("clerk", &path, command).await?;
    if imported.summary.accepted != u64::from(entries) {
        return Err(Trouble::Malformed(format!("{} of {entries} rows entered", imported.summary.accepted)));
    }
    Ok(())
}

/// Opens the publicity of everything collected.
pub async fn publicise(federation: &Federation) -> Result<(), Trouble> {
    let publicise = PublicizeCases { cases: String::new(), channel: CHANNEL.to_owned() };
    federation.office(DECLARING)?.act("clerk", Command::PublicizeCases(publicise)).await?;
    Ok(())
}

/// Waits until a node's account of itself is as wished.
pub async fn wait(
    federation: &Federation,
    node: &str,
    what: &str,
    wished: impl Fn(&GetStatusResponse) -> bool,
) -> Result<GetStatusResponse, Trouble> {
    let office = federation.office(node)?;
    until(what, async || Ok(Some(office.status().await?).filter(&wished))).await
}

/// The head signs under everything that may be certified; the list.
pub async fn certify(federation: &Federation) -> Result<String, Trouble> {
    let certify = Certify { kind: "red".to_owned(), cases: String::new(), opinion: "同意认定".to_owned() };
    federation.office(DECLARING)?.act("head", Command::Certify(certify)).await
}

/// The clerk declares it.
pub async fn declare(federation: &Federation, list: &str) -> Result<(), Trouble> {
    federation
        .office(DECLARING)?
        .act("clerk", Command::Declare(Declare { list: list.to_owned(), ..Declare::default() }))
        .await?;
    Ok(())
}

/// The city reviews, signs and publicises it.
pub async fn review(federation: &Federation, list: &str) -> Result<(), Trouble> {
    let office = federation.office(CITY)?;
    let list = list.to_owned();
    let review = Review { list: list.clone(), exceptions: Vec::new(), opinion: "同意".to_owned() };
    office.act("reviewer", Command::Review(review)).await?;
    let sign = SignReview { list: list.clone(), publicity_waived: String::new() };
    office.act("head", Command::SignReview(sign)).await?;
    let publicise = PublicizeList { list, channel: CHANNEL.to_owned() };
    office.act("reviewer", Command::PublicizeList(publicise)).await?;
    Ok(())
}

/// The province's head publishes.
pub async fn publish(federation: &Federation) -> Result<(), Trouble> {
    let publish = PublishResult { agreed_removal_percent: 0 };
    federation.office(PROVINCE)?.act("head", Command::PublishResult(publish)).await?;
    Ok(())
}

fn write_candidates(path: &Path, entries: u32) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record([
        "企业名称",
        "统一社会信用代码",
        "主体类别",
        "登记机关",
        "认定标准代码",
        "列入事由",
        "荣誉称号",
        "表彰文号",
        "表彰机关",
        "表彰日期",
    ])?;
    for firm in 1..=entries {
        let subject = candidate(ListKind::Red, "420802", firm).subject;
        let number = format!("样例表彰〔2017〕{firm}号");
        file.write_record([
            subject.name.as_str(),
            subject.uscc.as_ref().map_or("", |code| code.as_str()),
            "a",
            "荆门市东宝区市场监督管理局",
            "SW-R-01",
            "诚信经营，受到表彰",
            "诚信示范企业",
            &number,
            "荆门市商务局",
            "2017-06-01",
        ])?;
    }
    file.flush()?;
    Ok(())
}
