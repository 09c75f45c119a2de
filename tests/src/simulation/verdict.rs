//! A recogniser repeats the province's judgements of its own entries from what it was told, and gets the same bytes.

use honghei_domain::node::NodeId;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Patient;
use honghei_registry::recompute;

use crate::world::World;

/// Lets every node recompute what it was told; returns how many verdicts the recognisers below the province repeated.
pub async fn recompute(world: &World, province: &NodeId) -> Result<Result<u64, String>, Fault> {
    let mut repeated = 0;
    for (id, node) in &world.nodes {
        let cx = node.engine.context(world.now()).await;
        let found = match recompute::recompute(&mut *node.store.read().await?, &cx, &Patient).await {
            Ok(found) => found,
            Err(CommandError::Fault(fault)) => return Err(fault),
            Err(error) => return Ok(Err(format!("{id} cannot recompute: {error}"))),
        };
        if found.different > 0 || found.unseen > 0 {
            return Ok(Err(format!("{id} judges otherwise than it was told: {found:?}")));
        }
        repeated += if id == province { 0 } else { found.repeated };
    }
    Ok(Ok(repeated))
}
