//! D-12: one clock a quarter, from the first certified list on; the calendar starts it, the bulletin ends it.

use honghei_domain::bulletin::Quarter;
use honghei_domain::clock::{self, Clock, Mark};
use honghei_domain::node::NodeId;
use honghei_store::Tx;

use super::{beginnings, issued};
use crate::context::Context;
use crate::error::Fault;

/// Quarters looked back on at most: ten years.
const QUARTERS: usize = 40;

/// The clocks of a node's bulletins up to the present quarter, oldest first; those that were met too.
///
/// They are derived when asked for, so that no fold depends on the day it happens on.
pub async fn clocks(tx: &mut dyn Tx, cx: &Context, owner: &NodeId) -> Result<Vec<Clock>, Fault> {
    let mut clocks = Vec::new();
    let now = Quarter::of(cx.now.today);
    for (department, since) in beginnings(tx, owner).await? {
        let Some((_, policy)) = cx.reference.policy_of(&department) else { continue };
        let quarters = std::iter::successors(Some(now), |quarter| Some(quarter.previous()));
        let quarters = quarters.take_while(|quarter| *quarter >= since).take(QUARTERS).collect::<Vec<_>>();
        for quarter in quarters.into_iter().rev() {
            let met = issued(tx, owner, &department, quarter).await?;
            let met = met.map(|kept| Mark::new(&kept.at, kept.issued.issued_on));
            clocks.extend(clock::of_bulletin(owner, &department, quarter, met, policy));
        }
    }
    Ok(clocks)
}
