//! Words that stories share.

use std::ops::Range;

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{DisputeAbout, ListingCommand, Materials};
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;

/// A case of a node.
pub fn case(node: &str, number: u64) -> CaseId {
    CaseId { origin: node.parse().unwrap(), number }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, CommandError>) -> String {
    result.unwrap_err().code().to_owned()
}

/// Does something to a listed entry and lets it come round.
pub async fn does(world: &World, node: &str, officer: &str, asked: ListingCommand) -> Result<EntryRef, CommandError> {
    let done = world.act(node, officer, Command::Listing(asked)).await?;
    world.settle().await?;
    Ok(done)
}

/// An exit under a code.
pub fn exit(case: &CaseId, code: &str) -> ListingCommand {
    ListingCommand::Exit {
        case: case.clone(),
        code: code.to_owned(),
        reason: "经核实".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    }
}

/// 荆门 under its province.
pub async fn commerce(seed: u64, today: &str) -> World {
    World::in_memory(seed, &jingmen(), day(today)).await.unwrap()
}

/// 荆门, where 东宝 has brought some firms onto the final list.
pub async fn listed(seed: u64, today: &str, kind: ListKind, firms: Range<u32>) -> World {
    let mut world = commerce(seed, today).await;
    let entries = firms.map(|firm| candidate(kind, "420802", firm)).collect();
    let list = world.send_up("420802-commerce", kind, entries).await.unwrap();
    world.review("420800-commerce", &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    world
}

/// The record that a list was announced on a channel.
pub async fn announce(world: &World, node: &str, officer: &str, channel: &str) -> Result<EntryRef, CommandError> {
    let asked = ListingCommand::AnnounceList { channel: channel.to_owned(), receipt: "回执1".to_owned() };
    does(world, node, officer, asked).await
}

/// An objection of a firm.
pub fn dispute(case: &CaseId, about: DisputeAbout) -> ListingCommand {
    ListingCommand::ReceiveDispute {
        case: case.clone(),
        about,
        by: "样例公司".to_owned(),
        grounds: "处罚决定不是对本公司作出的".to_owned(),
    }
}

/// What a firm hands in for a repair.
pub fn materials() -> Materials {
    Materials {
        corrected: "已停止销售并召回".to_owned(),
        fulfilled: "罚款已缴纳".to_owned(),
        promise: "承诺今后守法经营，所报材料真实".to_owned(),
        names: ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec(),
        attachments: Vec::new(),
    }
}

/// A firm's application for a repair.
pub fn apply(case: &CaseId) -> ListingCommand {
    ListingCommand::ReceiveRepair { case: case.clone(), by: "样例公司".to_owned(), materials: materials() }
}
