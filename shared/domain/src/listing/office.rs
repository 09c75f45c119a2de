//! Which node does what with a recogniser's listed entries.

use crate::audience::Topology;
use crate::directory::Directory;
use crate::node::NodeId;
use crate::policy::{Actor, Policy, RepairDecider};

use super::act::DisputeAbout;

/// Which node does what with a recogniser's listed entries (AMB-16, AMB-16b).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offices {
    /// Who recognised.
    pub recogniser: NodeId,
    /// The node above, which reviewed; the recogniser itself where nobody stands above.
    pub reviewer: NodeId,
    /// Who decides objections against the recognition.
    pub objections: NodeId,
    /// Who decides repairs.
    pub repairs: NodeId,
    /// The province.
    pub root: NodeId,
    /// Who files exits with the province; nobody for the province's own entries: nobody files with himself.
    pub filer: Option<NodeId>,
}

impl Offices {
    /// The offices for a recogniser's entries under its policy, the recommended readings where it has none.
    pub fn of(directory: &Directory, policy: Option<&Policy>, recogniser: &NodeId) -> Self {
        let mut path = vec![recogniser.clone()];
        while let Some(parent) = path.last().and_then(|last| directory.parent(last))
            && path.len() < 8
        {
            path.push(parent);
        }
        let reviewer = path.get(1).unwrap_or(recogniser).clone();
        let root = path.last().unwrap_or(recogniser).clone();
        let filer = path.len().checked_sub(2).and_then(|at| path.get(at)).cloned();
        let above = policy.is_none_or(|policy| policy.readings.objection_decided_above);
        let repairs = match policy.map_or(RepairDecider::Reviewer, |policy| policy.review.repair_decided_by) {
            RepairDecider::Reviewer => reviewer.clone(),
            RepairDecider::Recogniser => recogniser.clone(),
        };
        let objections = if above { reviewer.clone() } else { recogniser.clone() };
        Self { recogniser: recogniser.clone(), reviewer, objections, repairs, root, filer }
    }

    /// Who decides an objection.
    pub fn decider(&self, about: DisputeAbout) -> &NodeId {
        match about {
            DisputeAbout::Recognition => &self.objections,
            DisputeAbout::Comparison => &self.root,
        }
    }

    /// Whether a node may receive an objection.
    pub fn receives(&self, node: &NodeId) -> bool {
        [&self.recogniser, &self.reviewer, &self.root].contains(&node)
    }

    /// The node that an actor of the policy is; none for the machine.
    pub fn node_of(&self, actor: Actor) -> Option<&NodeId> {
        match actor {
            Actor::Recogniser => Some(&self.recogniser),
            Actor::Reviewer => Some(&self.reviewer),
            Actor::Province => Some(&self.root),
            Actor::System => None,
        }
    }

    /// Whether a node has to do with the recogniser's exits: it, those above it.
    pub fn announces(&self, node: &NodeId) -> bool {
        self.receives(node) || self.filer.as_ref() == Some(node)
    }
}
