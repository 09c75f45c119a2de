//! How things stand, in words short enough for a cell: equal words for equal states, whatever the salts.

use std::collections::BTreeMap;

use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::clock::Clock;
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::PublicRow;
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{Departure, Listing, PublicMark};
use honghei_store::*;
use serde::de::DeserializeOwned;

use crate::desk::recognition::read_case;
use crate::desk::{dossiers, listing as listed, members, redirects, served};
use crate::error::Fault;
use crate::feed::Feed;
use crate::view::last_day;

/// The matter of a row of the final list.
pub const FINAL: &str = "最终名单";
/// The matter of a verdict.
pub const VERDICT: &str = "比对结论";
/// How the words for a removal begin.
pub const REMOVED: &str = "比对删除";
/// How the words for a hold begin.
pub const HELD: &str = "待人工核对";

fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|_| Fault::inconsistent(what))
}

/// Two texts, the second marked where something else than the text differs.
fn marked(before: Option<String>, after: Option<String>, remark: &str) -> (String, String) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {
            let after = format!("{after}（{remark}）");
            (before, after)
        }
        (before, after) => (before.unwrap_or_default(), after.unwrap_or_default()),
    }
}

/// A case before and after, which differ.
pub fn case(before: Option<&CaseRow>, after: Option<&CaseRow>) -> Result<(String, String), Fault> {
    let stage = |row: &CaseRow| read_case(row).map(|stored| stored.case.stage.name().zh().to_owned());
    let record = |row: &CaseRow| read_case(row).map(|stored| stored.case.entry);
    let corrected = match (before, after) {
        (Some(before), Some(after)) => record(before)? != record(after)?,
        _ => false,
    };
    let remark = if corrected { "记录有更正" } else { "有新的办理记录" };
    let (was, is) = (before.map(stage).transpose()?, after.map(stage).transpose()?);
    Ok(marked(was, is, remark))
}

/// A row of the final list.
pub fn public(row: &PublicRow) -> String {
    let list = match row.kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    };
    format!("{list} {} {}至{}", row.criteria, row.valid_from, last_day(row.valid_to))
}

/// A finding of the comparison.
pub fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::FinalRed => "列入红名单".to_owned(),
        Outcome::FinalBlack => "列入黑名单".to_owned(),
        Outcome::Removed { rule, exit, cause, .. } => {
            format!("{REMOVED}（{}，{}），因黑名单{cause}", rule.code(), exit.code())
        }
        Outcome::Held { reason, with } => {
            let with = with.as_ref().map(|case| format!("，涉黑名单{case}")).unwrap_or_default();
            format!("{HELD}：{}{with}", reason.chinese())
        }
        Outcome::Expired => "期满".to_owned(),
        Outcome::Exited => "已退出".to_owned(),
    }
}

/// A clock's body.
pub fn read_clock(row: &ClockRow) -> Result<Clock, Fault> {
    decode(&row.body, "a clock")
}

/// The last day of a clock.
pub fn clock(row: Option<&ClockRow>) -> String {
    let Some(row) = row else { return String::new() };
    if row.due_on.to_string() == "9999-12-31" {
        return format!("{} 停止计算", row.owner);
    }
    let provisional = if row.provisional { "（暂定）" } else { "" };
    format!("{} {}届满{provisional}", row.owner, row.due_on)
}

/// A list's folder before and after, which differ.
pub fn dossier(before: Option<&DossierRow>, after: Option<&DossierRow>) -> Result<(String, String), Fault> {
    let said = |row: &DossierRow| {
        let stage = dossiers::decode_row(row)?.stage().zh();
        let due = row.due_on.map(|due| format!("，{due}届满")).unwrap_or_default();
        Ok::<_, Fault>(format!("{stage}，{}条{due}", row.count))
    };
    let (was, is) = (before.map(said).transpose()?, after.map(said).transpose()?);
    Ok(marked(was, is, "有新的办理记录"))
}

/// A publicity.
pub fn publicity(row: Option<&PublicityRow>) -> String {
    match row {
        None => String::new(),
        Some(row) if row.open => format!("公示至{}", row.ends_on),
        Some(_) => "已结束".to_owned(),
    }
}

/// A statement or objection.
pub fn petition(row: Option<&PetitionRow>) -> String {
    match row {
        None => String::new(),
        Some(row) if row.open => "待处理".to_owned(),
        Some(_) => "已处理".to_owned(),
    }
}

/// What was made of an act.
pub fn judged(row: Option<&OutcomeRow>) -> String {
    let Some(row) = row else { return String::new() };
    match row.status.as_str() {
        "applied" => "已采用".to_owned(),
        "waiting" => format!("等待（{}）", row.code),
        _ => format!("退回（{}）", row.code),
    }
}

/// An officer.
pub fn officer(row: Option<&OfficerRow>) -> Result<String, Fault> {
    let Some(row) = row else { return Ok(String::new()) };
    let officer = members::read(row)?;
    let roles: Vec<&str> = officer.roles.iter().map(|role| role.zh()).collect();
    let certified = if row.certified { "已确认" } else { "待确认" };
    Ok(format!("{}（{}）{}，密钥{certified}", officer.name, officer.title, roles.join("、")))
}

/// A department's source.
pub fn feed(row: Option<&FeedRow>) -> Result<String, Fault> {
    let Some(row) = row else { return Ok(String::new()) };
    let feed: Feed = decode(&row.body, "a feed")?;
    let last = feed.last.as_ref().map(|last| format!("，最近名单{}", last.as_of)).unwrap_or_default();
    Ok(format!(
        "{}部门，在列{}条，累计收录{}条、不再列有{}条{last}",
        feed.source.department.0,
        feed.standing.len(),
        feed.taken,
        feed.dropped
    ))
}

/// A result version.
pub fn result(row: Option<&ResultRow>) -> Result<String, Fault> {
    let Some(row) = row else { return Ok(String::new()) };
    let counts = served::counts(row)?;
    Ok(format!(
        "{}公布，红{}条，黑{}条，删除{}条，待核{}条",
        row.published_on, counts.red, counts.black, counts.removed, counts.held
    ))
}

/// The matter of a record of listed entries.
pub fn record(record: &str) -> &'static str {
    match record {
        listed::CASE => "列入后",
        listed::EXIT => "退出",
        listed::MARK => "公开标识",
        listed::CHANNEL => "公布渠道",
        listed::OFFERING => "恢复提议",
        redirects::REDIRECT => "主体合并",
        "bulletin" | "bulletin-since" => "红黑榜",
        "dissemination" => "宣传登记",
        "told" => "自行公布",
        "backlog" => "存量逾期情况",
        "marking" => "待加标识",
        "term" => "有效期届满日",
        _ => "其他登记",
    }
}

/// A record of listed entries before and after, which differ.
pub fn listing(before: Option<&ListingRow>, after: Option<&ListingRow>) -> Result<(String, String), Fault> {
    let (was, is) = (before.map(one_listing).transpose()?, after.map(one_listing).transpose()?);
    Ok(marked(was, is, "有新的办理记录"))
}

fn one_listing(row: &ListingRow) -> Result<String, Fault> {
    Ok(match row.record.as_str() {
        listed::CASE => {
            let listing: Listing = decode(&row.body, "a listed entry")?;
            let exit = listing.exit().map(|(_, exit)| format!("{}退出（{}）", exit.decided_on, exit.code));
            let open = [
                (listing.open_disputes().count(), "异议处理中"),
                (listing.open_repairs().count(), "信用修复办理中"),
                (listing.open_offers().count(), "恢复提议待答复"),
            ];
            let open = open.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what}{count}件"));
            let said: Vec<String> = exit.into_iter().chain(open).collect();
            if said.is_empty() { "无未结事项".to_owned() } else { said.join("，") }
        }
        listed::EXIT => {
            let departure: Departure = decode(&row.body, "an exit")?;
            let filed = match (departure.filings.is_empty(), departure.is_filed()) {
                (true, _) => "未备案",
                (false, false) => "已报备案",
                (false, true) => "备案已收",
            };
            let (code, on, count) = (&departure.code, departure.decided_on, departure.cases.len());
            format!("{code}，{on}，{count}件，{filed}，公告{}次", departure.announcements.len())
        }
        listed::MARK => {
            let (_, mark): (CaseId, PublicMark) = decode(&row.body, "a public mark")?;
            match mark {
                PublicMark::Disputed => "异议处理中".to_owned(),
                PublicMark::Cleared => "无标识".to_owned(),
                PublicMark::Exited { code: Some(code) } => format!("已退出（{code}）"),
                PublicMark::Exited { code: None } => "已撤下".to_owned(),
            }
        }
        _ => {
            let due = row.due_on.map(|due| format!("，{due}")).unwrap_or_default();
            format!("{}{due}", if row.open { "待办" } else { "已办" })
        }
    })
}

/// The names of the subjects in a chunk of entries.
pub fn names_in(bytes: &[u8]) -> Result<BTreeMap<CaseId, String>, Fault> {
    let rows = open_entries(bytes).map_err(Fault::unreadable("a chunk"))?;
    let entries = rows.iter().filter_map(|salted| decode_entry(&salted.body).ok());
    Ok(entries.map(|entry| (entry.case, entry.subject.name)).collect())
}
