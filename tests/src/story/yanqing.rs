//! A bureau whose leading group approves, that publishes by itself for a year, and reports.

use chrono::Months;
use honghei_domain::list::{Attestation, CaseId, CriterionCode, Department, ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_domain::node::Tier;
use honghei_domain::permit::Role;
use honghei_domain::policy::{Policy, shipped};
use honghei_registry::command::Command;
use honghei_registry::engine::Submitted;

use super::tale::{StoryError, Tale};
use crate::world::Member;
use crate::world::entries::candidate;

const BUREAU: &str = "110119-quality";
const ABOVE: &str = "110000-quality";
/// Members of the leading group, in the order in which they sign.
const GROUP: [&str; 3] = ["chair", "deputy", "third"];

/// RX-5, AMB-19: the year passes, and the entry leaves although nothing new was selected.
pub async fn a_year() -> Result<Tale, StoryError> {
    let (mut tale, _) = listed().await?;
    tale.world.today = tale.world.today + Months::new(12) + chrono::Days::new(1);
    tale.world.settle().await?;
    Ok(tale)
}

/// RX-6, AMB-20: told first, then deleted.
pub async fn dishonest_within_the_year() -> Result<Tale, StoryError> {
    let (mut tale, case) = listed().await?;
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

/// A red that the leading group approved, published and reported, and its case.
async fn listed() -> Result<(Tale, CaseId), StoryError> {
    let member = |id, name, tier, parent| Member { id, name, tier, parent };
    let members = [
        member(ABOVE, "北京市质量技术监督局", Tier::Province, None),
        member(BUREAU, "延庆区质量技术监督局", Tier::County, Some(ABOVE)),
    ];
    let mut tale = Tale::of(&members).await?;
    for name in GROUP {
        tale.world.appoint_officer(BUREAU, name, vec![Role::LeadingMember]).await?;
    }
    let red = red()?;
    tale.world.collect(BUREAU, vec![red.clone()]).await?;
    let case = tale.follow(BUREAU, 1, red)?;
    tale.world.announce(BUREAU).await?;
    tale.days(25).await?;
    let list = tale.world.certify(BUREAU, ListKind::Red).await?;
    let approval = Command::ApproveList {
        list: list.clone(),
        meeting: "社会信用体系建设领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on: tale.world.today,
        decision: "同意列入".to_owned(),
    };
    let mut submitted = tale.world.sign(BUREAU, "clerk", approval).await?;
    for name in GROUP {
        let Submitted::Waiting { id, .. } = &submitted else { break };
        submitted = tale.world.countersign(BUREAU, name, id).await?;
    }
    tale.world.declare(BUREAU, &list).await?;
    tale.world.publish_at(ABOVE).await?;
    Ok((tale, case))
}

fn red() -> Result<ListEntry, StoryError> {
    let text = shipped().iter().find(|(name, _)| *name == "yq-quality").map(|(_, text)| *text);
    let policy = text.and_then(|text| Policy::parse(text).ok()).ok_or(StoryError::Missing("制度"))?;
    let of_kind = policy.criteria.iter().find(|criterion| criterion.kind == ListKind::Red);
    let mut entry = candidate(ListKind::Red, "110119", 1);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![of_kind.map_or_else(|| CriterionCode(String::new()), |criterion| criterion.code.clone())];
    let attested = |text: &str| format!("领导小组办公室逐项核实：{text}");
    let qualities = policy.qualities_of(ListKind::Red);
    entry.attestations =
        qualities.map(|quality| Attestation { code: quality.code.clone(), text: attested(&quality.text) }).collect();
    Ok(entry)
}
