//! Words that stories share.

use federation::world::World;
use honghei_domain::list::CaseId;
use honghei_domain::listing::ListingCommand;
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
