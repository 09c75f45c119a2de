//! Clocks that no act starts: the bulletin of a quarter, the back-log campaign. The calendar and the policy start them.

use super::{Clock, Deadline, Mark, Matter};
use crate::bulletin::Quarter;
use crate::calendar::CountStartDay;
use crate::list::Department;
use crate::node::NodeId;
use crate::policy::{Policy, Rhythm};

/// D-12 of a quarter: so many working days after its last one; `issued` is what met it. None where the policy has no
/// quarterly bulletin.
pub fn of_bulletin(
    owner: &NodeId,
    department: &Department,
    quarter: Quarter,
    issued: Option<Mark>,
    policy: &Policy,
) -> Option<Clock> {
    policy.bulletin.as_ref().filter(|bulletin| bulletin.rhythm == Rhythm::Quarterly)?;
    let matter = Matter::Bulletin(department.clone(), quarter);
    let clock = Clock::start(Deadline::Bulletin, matter, owner, Mark::day(quarter.last_day()), policy)?;
    // The quarter must be over: its last day is none of the count, whatever the policy says of its publicities.
    Some(Clock { count: CountStartDay::Excluded, ended: issued, ..clock })
}

/// D-08 of a department's campaign; none where its policy has none.
pub fn of_campaign(owner: &NodeId, department: &Department, policy: &Policy) -> Option<Clock> {
    let started = Mark::day(policy.backlog?.arising_from);
    Clock::start(Deadline::Backlog, Matter::Campaign(department.clone()), owner, started, policy)
}
