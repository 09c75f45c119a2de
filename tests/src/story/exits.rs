//! One story for each exit (REQUIREMENTS 1.8).

use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{DisputeAbout, ExitPlace, ListingCommand, Materials};
use honghei_domain::node::EntryRef;
use honghei_registry::desk::listing;

use super::tale::{CITY, COUNTY, StoryError, Tale, entry};

/// RX-1: listed, and blacklisted by a court afterwards.
pub async fn black_elsewhere() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    tale.list(COUNTY, 1, entry(ListKind::Red, 1)).await?;
    tale.days(30).await?;
    let today = tale.world.today;
    tale.world.feed("court", ListKind::Black, today, vec![entry(ListKind::Black, 1)]).await?;
    tale.world.publish().await?;
    Ok(tale)
}

/// RX-7: the court's list was there before the red was published.
pub async fn compared_before_publication() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let today = tale.world.today;
    tale.world.feed("court", ListKind::Black, today, vec![entry(ListKind::Black, 1)]).await?;
    tale.list(COUNTY, 1, entry(ListKind::Red, 1)).await?;
    Ok(tale)
}

/// RX-2 and BX-2: an objection is upheld.
pub async fn corrected(kind: ListKind) -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(kind, 1)).await?;
    tale.days(10).await?;
    let dispute = tale.does(CITY, "reviewer", objection(&case)).await?;
    tale.days(2).await?;
    let reason = "经核对卷宗，决定不是对该主体作出的".to_owned();
    tale.does(COUNTY, "head", ListingCommand::VerifyDispute { dispute: dispute.clone(), stands: true, reason }).await?;
    tale.days(1).await?;
    let reason = "认定有误，予以更正".to_owned();
    tale.does(CITY, "head", ListingCommand::DecideDispute { dispute, upheld: true, reason }).await?;
    closing(&mut tale).await?;
    Ok(tale)
}

/// RX-3: the firm does not want to be praised.
pub async fn at_the_firms_wish() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Red, 1)).await?;
    tale.days(60).await?;
    tale.does(CITY, "head", exit(&case, "RX-3", "主体书面申请删除")).await?;
    closing(&mut tale).await?;
    Ok(tale)
}

/// RX-4 and BX-3: three years pass.
pub async fn term_over(kind: ListKind) -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    tale.list(COUNTY, 1, entry(kind, 1)).await?;
    // Nothing falls due in between: the calendar may leap.
    tale.world.today = tale.world.today + chrono::Months::new(36) + chrono::Days::new(1);
    tale.world.settle().await?;
    told_and_filed(&mut tale).await?;
    Ok(tale)
}

/// RX-8, RX-9, RX-10: the recogniser decides.
pub async fn decided(code: &str, reason: &str) -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Red, 1)).await?;
    tale.days(90).await?;
    tale.does(COUNTY, "head", exit(&case, code, reason)).await?;
    closing(&mut tale).await?;
    Ok(tale)
}

/// BX-1: repaired.
pub async fn repaired() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Black, 1)).await?;
    repair(&mut tale, &case).await?;
    closing(&mut tale).await?;
    Ok(tale)
}

/// BX-5: a court annulled the penalty.
pub async fn basis_revoked() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Black, 1)).await?;
    tale.days(40).await?;
    let revoked = ListingCommand::Exit {
        case,
        code: "BX-5".to_owned(),
        reason: "行政判决确认处罚决定无效".to_owned(),
        basis_revoked_on: Some(tale.world.today),
        notified_on: None,
    };
    tale.does(COUNTY, "head", revoked).await?;
    closing(&mut tale).await?;
    Ok(tale)
}

/// An application after a year, accepted and granted; the application.
pub async fn repair(tale: &mut Tale, case: &CaseId) -> Result<EntryRef, StoryError> {
    tale.days(200).await?;
    let materials = Materials {
        corrected: "已停止销售并召回".to_owned(),
        fulfilled: "罚款已缴纳".to_owned(),
        promise: "承诺今后守法经营，所报材料真实".to_owned(),
        names: ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec(),
        attachments: Vec::new(),
    };
    let by = "当事企业".to_owned();
    let applied = ListingCommand::ReceiveRepair { case: case.clone(), by, materials };
    let application = tale.does(CITY, "reviewer", applied).await?;
    tale.days(3).await?;
    let reason = "材料齐全".to_owned();
    let accepted = ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason };
    tale.does(CITY, "reviewer", accepted).await?;
    tale.days(4).await?;
    let reason = "已完成整改，同意退出".to_owned();
    let granted = ListingCommand::DecideRepair { application: application.clone(), granted: true, reason };
    tale.does(CITY, "head", granted).await?;
    Ok(application)
}

/// An objection against the recognition.
pub fn objection(case: &CaseId) -> ListingCommand {
    ListingCommand::ReceiveDispute {
        case: case.clone(),
        about: DisputeAbout::Recognition,
        by: "当事企业".to_owned(),
        grounds: "所依据的决定不是对本企业作出的".to_owned(),
    }
}

/// An exit by decision.
pub fn exit(case: &CaseId, code: &str, reason: &str) -> ListingCommand {
    ListingCommand::Exit {
        case: case.clone(),
        code: code.to_owned(),
        reason: reason.to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    }
}

/// What every exit brings; one by decision is off the next result version besides.
async fn closing(tale: &mut Tale) -> Result<(), StoryError> {
    told_and_filed(tale).await?;
    tale.world.publish().await?;
    Ok(())
}

/// Told on the original channel, filed in time.
async fn told_and_filed(tale: &mut Tale) -> Result<(), StoryError> {
    let place = last_exit(tale).await?;
    tale.days(1).await?;
    let receipt = "回执1".to_owned();
    let channel = "商务主管部门门户网站".to_owned();
    tale.does(CITY, "reviewer", ListingCommand::AnnounceExit { exit: place, channel, receipt }).await?;
    tale.days(7).await?;
    tale.does(CITY, "reviewer", ListingCommand::FileExits).await?;
    Ok(())
}

async fn last_exit(tale: &Tale) -> Result<ExitPlace, StoryError> {
    let county = COUNTY.parse().map_err(|_| StoryError::Missing("节点"))?;
    let mut tx = tale.world.node(CITY).store.read().await?;
    let exits = listing::departures(&mut *tx, Some(&county)).await?;
    exits.into_iter().next_back().map(|exit| exit.place).ok_or(StoryError::Missing("退出记录"))
}
