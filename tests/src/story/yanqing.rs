//! A bureau whose leading group approves, that publishes by itself for a year, and reports.

use chrono::{Months, NaiveDate};
use honghei_domain::act::Ballot;
use honghei_domain::list::{Attestation, CaseId, Department, ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Criterion, CriterionForm, Policy, shipped};
use honghei_registry::command::Command;
use honghei_registry::desk::listing;

use super::tale::{StoryError, Tale};
use crate::world::entries::candidate;
use crate::world::yanqing;

const BUREAU: &str = "110119-quality";
const ABOVE: &str = "110000-quality";
/// Where the bureau publishes.
const COLUMN: &str = "区质监局官方网站专栏";
/// Members of the leading group, in the order in which they sign.
const GROUP: [&str; 3] = ["chair", "deputy", "third"];

/// RX-5, AMB-19: the year passes, and the entry leaves although nothing new was selected.
pub async fn a_year() -> Result<Tale, StoryError> {
    let (mut tale, _) = listed(ListKind::Red).await?;
    tale.world.today = tale.world.today + Months::new(12) + chrono::Days::new(1);
    tale.world.settle().await?;
    Ok(tale)
}

/// BX-4: the year of exposure passes, and the entry leaves the bureau's column, on which that is told.
pub async fn a_year_of_exposure() -> Result<Tale, StoryError> {
    let (mut tale, case) = listed(ListKind::Black).await?;
    tale.world.today = tale.world.today + Months::new(12) + chrono::Days::new(1);
    tale.world.settle().await?;
    let mut tx = tale.world.node(BUREAU).store.read().await?;
    let left = listing::departures(&mut *tx, Some(&case.origin)).await?.into_iter().next();
    drop(tx);
    let exit = left.ok_or(StoryError::Missing("退出记录"))?.place;
    let receipt = "曝光栏2018-12".to_owned();
    tale.does(BUREAU, "clerk", ListingCommand::AnnounceExit { exit, channel: COLUMN.to_owned(), receipt }).await?;
    Ok(tale)
}

/// F-14: the group votes it down; corrected and certified anew, it is approved.
pub async fn voted_down() -> Result<Tale, StoryError> {
    let (mut tale, case) = certified(ListKind::Red).await?;
    let list = tale.world.certify(BUREAU, ListKind::Red).await?;
    let no = Command::DisapproveList {
        list,
        meeting: "社会信用体系建设领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on: tale.world.today,
        votes: Ballot { in_favour: 1, against: 2, abstained: 0 },
        reason: "引领示范作用的事实写得不清楚".to_owned(),
    };
    signed_by_group(&tale, no).await?;
    tale.days(3).await?;
    let corrected =
        ListEntry {
            case: case.clone(), facts: "获市政府质量奖，带动区内同业三家".to_owned(), ..entry(ListKind::Red)?
        };
    let correct = Command::Correct { entries: vec![corrected], reason: "写明引领示范的事实".to_owned() };
    tale.world.act(BUREAU, "clerk", correct).await?;
    tale.world.announce(BUREAU).await?;
    tale.days(25).await?;
    let list = tale.world.certify(BUREAU, ListKind::Red).await?;
    approved_and_published(&mut tale, list).await?;
    Ok(tale)
}

/// R-033, F-15, D-12: a bulletin after each quarter; what left in between the second tells, and the first stays.
pub async fn two_bulletins() -> Result<Tale, StoryError> {
    let (mut tale, case) = listed(ListKind::Red).await?;
    let bulletin = || Command::IssueBulletin { department: Department("quality".to_owned()), quarter: None };
    tale.world.turn_to(day(2018, 1, 8)).await?;
    tale.world.act(BUREAU, "head", bulletin()).await?;
    tale.world.turn_to(day(2018, 2, 12)).await?;
    let exit = ListingCommand::Exit {
        case,
        code: "RX-6".to_owned(),
        reason: "公布期间监督抽查不合格，已经核实".to_owned(),
        basis_revoked_on: None,
        notified_on: Some(day(2018, 2, 1)),
    };
    tale.does(BUREAU, "head", exit).await?;
    tale.world.publish_at(ABOVE).await?;
    tale.world.turn_to(day(2018, 4, 10)).await?;
    tale.world.act(BUREAU, "head", bulletin()).await?;
    tale.world.settle().await?;
    Ok(tale)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// RX-6, AMB-20: told first, then deleted.
pub async fn dishonest_within_the_year() -> Result<Tale, StoryError> {
    let (mut tale, case) = listed(ListKind::Red).await?;
    tale.days(100).await?;
    let notified_on = tale.world.today;
    tale.days(10).await?;
    let exit = ListingCommand::Exit {
        case,
        code: "RX-6".to_owned(),
        reason: "公布期间监督抽查不合格，已经核实".to_owned(),
        basis_revoked_on: None,
        notified_on: Some(notified_on),
    };
    tale.does(BUREAU, "head", exit).await?;
    tale.world.publish_at(ABOVE).await?;
    Ok(tale)
}

/// An entry that the leading group approved, published and reported, and its case.
async fn listed(kind: ListKind) -> Result<(Tale, CaseId), StoryError> {
    let (mut tale, case) = certified(kind).await?;
    let list = tale.world.certify(BUREAU, kind).await?;
    approved_and_published(&mut tale, list).await?;
    Ok((tale, case))
}

/// A bureau with its leading group and an entry that its head may sign.
async fn certified(kind: ListKind) -> Result<(Tale, CaseId), StoryError> {
    let mut tale = Tale::of(&yanqing()).await?;
    tale.world.appoint_group(BUREAU, &GROUP).await?;
    let entry = entry(kind)?;
    tale.world.collect(BUREAU, vec![entry.clone()]).await?;
    let case = tale.follow(BUREAU, 1, entry)?;
    tale.world.announce(BUREAU).await?;
    tale.days(25).await?;
    Ok((tale, case))
}

async fn approved_and_published(tale: &mut Tale, list: EntryRef) -> Result<(), StoryError> {
    let approval = Command::ApproveList {
        list: list.clone(),
        meeting: "社会信用体系建设领导小组第4次会议（纪要〔2017〕4号）".to_owned(),
        held_on: tale.world.today,
        decision: "同意列入".to_owned(),
    };
    signed_by_group(tale, approval).await?;
    // R-032, D-09: the bureau publishes what its group passed, and waits for nobody; then it reports.
    let (channel, receipt) = (COLUMN.to_owned(), "专栏2017-12".to_owned());
    tale.does(BUREAU, "clerk", ListingCommand::AnnounceList { channel, receipt }).await?;
    tale.world.declare(BUREAU, &list).await?;
    tale.world.publish_at(ABOVE).await?;
    Ok(())
}

/// The clerk records it, and members sign it until enough have.
async fn signed_by_group(tale: &Tale, record: Command) -> Result<(), StoryError> {
    tale.world.sign_as_body(BUREAU, &GROUP, record).await?;
    Ok(())
}

/// An entry under a criterion that a document alone proves, with every quality confirmed.
fn entry(kind: ListKind) -> Result<ListEntry, StoryError> {
    let text = shipped().iter().find(|(name, _)| *name == "yq-quality").map(|(_, text)| *text);
    let policy = text.and_then(|text| Policy::parse(text).ok()).ok_or(StoryError::Missing("制度"))?;
    let plain = |criterion: &&Criterion| {
        criterion.kind == kind && criterion.count.is_empty() && criterion.form == CriterionForm::Closed
    };
    let criterion = policy.criteria.iter().find(plain).ok_or(StoryError::Missing("认定标准"))?;
    let mut entry = candidate(kind, "110119", 1);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![criterion.code.clone()];
    entry.facts = criterion.text.clone();
    let attested = |text: &str| format!("领导小组办公室逐项核实：{text}");
    let qualities = policy.qualities_of(kind);
    entry.attestations =
        qualities.map(|quality| Attestation { code: quality.code.clone(), text: attested(&quality.text) }).collect();
    Ok(entry)
}
