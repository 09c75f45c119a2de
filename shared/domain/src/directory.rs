//! The directory: who belongs to the federation, signed by its root key, and the reference data all share.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::audience::Topology;
use crate::list::Department;
use crate::node::{ClockClass, LogId, NodeId, Tier};

/// A public key and its algorithm's stable name (`ed25519`; `sm2` to come).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PublicKeyRecord {
    /// Algorithm name.
    pub algorithm: String,
    /// Raw key bytes as the algorithm defines them (Ed25519: 32).
    pub key: Vec<u8>,
}

/// The key that signs one epoch of a node's log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogKey {
    /// Epoch of the log.
    pub epoch: u32,
    /// Checkpoint verification key.
    pub key: PublicKeyRecord,
}

/// One member of the federation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NodeRecord {
    /// Identity, fixed in the node's certificate.
    pub id: NodeId,
    /// Chinese name of the organ.
    pub name: String,
    /// Tier.
    pub tier: Tier,
    /// The node above; none for the province.
    pub parent: Option<NodeId>,
    /// Departments it acts for.
    pub departments: Vec<Department>,
    /// Keys of its logs, by epoch.
    pub log_keys: Vec<LogKey>,
}

/// A named reference document: a policy, the calendar, a code table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReferenceDocument {
    /// `policy`, `calendar` or `regions`.
    pub kind: String,
    /// Name, such as `jm-commerce-2017-draft`.
    pub name: String,
    /// Version of a policy, from 1; 0 where the document has none, or only its text names it. Old versions stay in the
    /// directory as long as cases are pinned to them.
    pub version: u32,
    /// The text.
    pub text: String,
}

/// A version of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Directory {
    /// The federation's name: `[a-z0-9-]+`.
    pub federation: String,
    /// Rising from 1.
    pub version: u64,
    /// Real or simulated.
    pub clock_class: ClockClass,
    /// When the root signed it.
    pub issued_on: NaiveDate,
    /// After this day a node goes on recording and accepts no new keys.
    pub expires_on: NaiveDate,
    /// The lowest link protocol version a peer must speak.
    pub minimum_protocol: u32,
    /// Members.
    pub nodes: Vec<NodeRecord>,
    /// Reference data.
    pub documents: Vec<ReferenceDocument>,
}

impl Directory {
    /// A member by its identity.
    pub fn node(&self, id: &NodeId) -> Option<&NodeRecord> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The key that signs a log.
    pub fn log_key(&self, log: &LogId) -> Option<&PublicKeyRecord> {
        self.node(&log.node)?.log_keys.iter().find(|key| key.epoch == log.epoch).map(|key| &key.key)
    }

    /// The newest version of a reference document by kind and name.
    pub fn document(&self, kind: &str, name: &str) -> Option<&ReferenceDocument> {
        let named = self.documents.iter().filter(|document| document.kind == kind && document.name == name);
        named.max_by_key(|document| document.version)
    }

    /// The public key that citizens' ID numbers are sealed to, as the reference document of kind `matching-key` gives
    /// it; none where the province does not match persons.
    pub fn matching_key(&self) -> Option<&str> {
        let keys = self.documents.iter().filter(|document| document.kind == MATCHING_KEY);
        keys.max_by_key(|document| document.version).map(|document| document.text.trim())
    }

    /// The C2SP checkpoint origin of a log, which carries the clock class so that the classes never mix.
    pub fn checkpoint_origin(&self, log: &LogId) -> String {
        checkpoint_origin(&self.federation, self.clock_class, log)
    }
}

/// The kind of the reference document that holds the province's public key for citizens' ID numbers: base64.
pub const MATCHING_KEY: &str = "matching-key";

/// The C2SP checkpoint origin of a log.
pub fn checkpoint_origin(federation: &str, class: ClockClass, log: &LogId) -> String {
    let prefix = match class {
        ClockClass::Real => "honghei",
        ClockClass::Simulated => "honghei-simulated",
    };
    format!("{prefix}/{federation}/{log}")
}

impl Topology for Directory {
    fn parent(&self, node: &NodeId) -> Option<NodeId> {
        self.node(node)?.parent.clone()
    }
}
