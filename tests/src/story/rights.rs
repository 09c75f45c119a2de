//! One story for each right of the firm.

use honghei_domain::list::{ListEntry, ListKind};
use honghei_domain::listing::ListingCommand;
use honghei_registry::command::{Adoption, Command};
use honghei_registry::desk::listing;

use super::exits::{exit, objection, repair};
use super::tale::{CITY, COUNTY, StoryError, Tale, entry};

/// A county beside the first.
const NEIGHBOUR: &str = "420804-commerce";

/// reasons that stand must be adopted.
pub async fn statement_adopted() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    tale.world.collect(COUNTY, vec![entry(ListKind::Black, 1)]).await?;
    let case = tale.follow(COUNTY, 1, entry(ListKind::Black, 1))?;
    tale.world.announce(COUNTY).await?;
    tale.days(5).await?;
    let (by, grounds) = ("当事企业".to_owned(), "该批商品系供货商假冒，行政复议已撤销处罚".to_owned());
    let statement = tale.world.act(COUNTY, "clerk", Command::ReceiveStatement { case, by, grounds }).await?;
    tale.days(3).await?;
    let reason = "经核实，申辩成立，不予列入".to_owned();
    tale.world.act(COUNTY, "head", Command::DisposeStatement { statement, adopted: Adoption::Adopted, reason }).await?;
    tale.days(20).await?;
    Ok(tale)
}

/// an objection during the reviewed list's publicity goes back to the recogniser.
pub async fn objection_not_upheld() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let list = tale.world.send_up(COUNTY, ListKind::Red, vec![entry(ListKind::Red, 1)]).await?;
    let case = tale.follow(COUNTY, 1, entry(ListKind::Red, 1))?;
    tale.world.review(CITY, &list, Vec::new()).await?;
    tale.days(10).await?;
    let (by, grounds) = ("举报人".to_owned(), "该企业近期有违法行为".to_owned());
    let received = Command::ReceiveObjection { list, case, by, grounds };
    let objection = tale.world.act(CITY, "reviewer", received).await?;
    tale.world.settle().await?;
    tale.days(3).await?;
    let reason = "经核实，举报所指系另一企业".to_owned();
    let verified = Command::VerifyObjection { objection, upheld: Adoption::NotAdopted, reason };
    tale.world.act(COUNTY, "head", verified).await?;
    tale.world.settle().await?;
    tale.days(35).await?;
    tale.world.publish().await?;
    Ok(tale)
}

/// D-15: marked the same day everywhere, verified, decided, the mark comes off.
pub async fn dispute_not_upheld() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Black, 1)).await?;
    tale.days(10).await?;
    let dispute = tale.does(COUNTY, "clerk", objection(&case)).await?;
    tale.days(2).await?;
    let reason = "经核对卷宗，认定无误".to_owned();
    let verified = ListingCommand::VerifyDispute { dispute: dispute.clone(), stands: false, reason };
    tale.does(COUNTY, "head", verified).await?;
    tale.days(1).await?;
    let reason = "异议不成立，维持列入".to_owned();
    tale.does(CITY, "head", ListingCommand::DecideDispute { dispute, upheld: false, reason }).await?;
    Ok(tale)
}

/// 信用修复管理办法: what was promised was not true.
pub async fn promise_broken() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let case = tale.list(COUNTY, 1, entry(ListKind::Black, 1)).await?;
    let application = repair(&mut tale, &case).await?;
    tale.world.publish().await?;
    tale.days(30).await?;
    let reason = "缴款凭证系伪造".to_owned();
    tale.does(CITY, "head", ListingCommand::RevokeRepair { application, reason }).await?;
    tale.world.publish().await?;
    Ok(tale)
}

/// AMB-14: the black that removed a red was wrong from the start.
pub async fn restored() -> Result<Tale, StoryError> {
    let mut tale = Tale::jingmen().await?;
    let red = tale.list(COUNTY, 1, entry(ListKind::Red, 1)).await?;
    let theirs =
        ListEntry { territorial_override: Some("违法行为发生在本地".to_owned()), ..entry(ListKind::Black, 1) };
    let black = tale.list(NEIGHBOUR, 1, theirs).await?;
    tale.days(20).await?;
    tale.does(NEIGHBOUR, "head", exit(&black, "BX-2", "认定有误")).await?;
    tale.world.publish().await?;
    tale.days(2).await?;
    let mut tx = tale.world.node(COUNTY).store.read().await?;
    let known = listing::listing(&mut *tx, &red).await?;
    let offer = known.open_offers().next().map(|(at, _)| at.clone()).ok_or(StoryError::Missing("恢复提示"))?;
    drop(tx);
    let reason = "仍符合认定条件，同意恢复".to_owned();
    tale.does(COUNTY, "head", ListingCommand::AnswerRestoration { offer, accepted: true, reason }).await?;
    tale.world.publish().await?;
    Ok(tale)
}
