//! One edge of the tree: which logs travel over it, which way, and who may vouch for what.

use std::collections::BTreeSet;
use std::sync::Arc;

use honghei_domain::audience::{Audience, Topology};
use honghei_domain::directory::Directory;
use honghei_domain::node::{LogId, NodeId};
use honghei_ledger::{Algorithm, PublicKey};

use crate::chunks::Entitled;

/// What this node is to its peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The peer is our parent: we dial.
    Child,
    /// The peer is our child: it dials.
    Parent,
}

/// Two neighbours of the tree, as one directory version sees them. Made once per version and link.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The directory.
    pub directory: Arc<Directory>,
    /// This node.
    pub me: NodeId,
    /// The other.
    pub peer: NodeId,
    /// What we are to it.
    pub side: Side,
    /// The upper of the two and its ancestors.
    above: BTreeSet<NodeId>,
    /// The lower of the two and its descendants.
    below: BTreeSet<NodeId>,
    /// What the peer may ask for of the entries it asked about last.
    pub(crate) entitled: Arc<Entitled>,
}

impl Edge {
    /// The edge between two nodes, if the directory knows one.
    pub fn between(directory: &Arc<Directory>, me: &NodeId, peer: &NodeId) -> Option<Self> {
        let (side, upper, lower) = if directory.parent(me).as_ref() == Some(peer) {
            (Side::Child, peer, me)
        } else if directory.parent(peer).as_ref() == Some(me) {
            (Side::Parent, me, peer)
        } else {
            return None;
        };
        let members = || directory.nodes.iter().map(|record| &record.id);
        Some(Self {
            directory: directory.clone(),
            me: me.clone(),
            peer: peer.clone(),
            side,
            above: members().filter(|node| directory.is_at_or_above(node, upper)).cloned().collect(),
            below: members().filter(|node| directory.is_at_or_above(lower, node)).cloned().collect(),
            entitled: Arc::default(),
        })
    }

    /// The nodes on our side whose logs the peer mirrors from us: to a parent our own and our descendants', to a child
    /// our own and our ancestors'.
    fn ours(&self) -> &BTreeSet<NodeId> {
        match self.side {
            Side::Child => &self.below,
            Side::Parent => &self.above,
        }
    }

    /// The same on the peer's side: what its certificate entitles it to relay to us.
    fn theirs(&self) -> &BTreeSet<NodeId> {
        match self.side {
            Side::Child => &self.above,
            Side::Parent => &self.below,
        }
    }

    /// Whether the peer mirrors this log from us.
    pub fn offers(&self, log: &LogId) -> bool {
        self.ours().contains(&log.node)
    }

    /// Whether the peer may relay this log to us.
    pub fn accepts(&self, log: &LogId) -> bool {
        self.theirs().contains(&log.node)
    }

    /// Whether the log's writer and epoch are in the directory.
    pub fn knows(&self, log: &LogId) -> bool {
        self.directory.log_key(log).is_some()
    }

    /// Whether every reader that an audience names is in the directory, so that we can judge whom it admits.
    pub fn can_judge(&self, audience: &Audience) -> bool {
        audience.nodes.iter().all(|node| self.directory.node(node).is_some())
    }

    /// The key that signs a log's checkpoints.
    pub fn log_key(&self, log: &LogId) -> Option<PublicKey> {
        let record = self.directory.log_key(log)?;
        PublicKey::new(Algorithm::from_name(&record.algorithm).ok()?, &record.key).ok()
    }

    /// The nodes whose cosignatures of an accepted log the peer is told: every holder of it on our side.
    pub fn signers(&self) -> impl Iterator<Item = &NodeId> {
        self.ours().iter()
    }

    /// Whether the peer may bring us this node's cosignature of a log that it mirrors from us.
    pub fn vouches(&self, signer: &NodeId) -> bool {
        self.theirs().contains(signer)
    }
}
