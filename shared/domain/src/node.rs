//! Who writes a log and how an entry is named: nodes, logs, entry references, causal needs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::region::RegionCode;

/// A node of the federation: a region code and a department scope, `420802-commerce`.
///
/// At most 64 bytes: six digits, a hyphen, then `[a-z0-9]+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeId(String);

/// Why a text is not a [`NodeId`], a [`LogId`] or an [`EntryRef`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameDefect {
    /// Not `rrrrrr-department`.
    #[error(
        "a node is named by its six-digit region code, a hyphen and its department, such as 420802-commerce; got {0:?}"
    )]
    Node(String),
    /// Not `node/epoch`.
    #[error("a log is named by its node and epoch, such as 420802-commerce/1; got {0:?}")]
    Log(String),
    /// Not `node/epoch/index`.
    #[error("an entry is named by its log and index, such as 420802-commerce/1/42; got {0:?}")]
    Entry(String),
    /// Not `node#number`.
    #[error("a case is named by its recogniser and number, such as 420802-commerce#17; got {0:?}")]
    Case(String),
}

impl NameDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "NAME_MALFORMED"
    }
}

impl NodeId {
    /// Builds the identity of a department's node in a region.
    pub fn new(region: RegionCode, department: &str) -> Result<Self, NameDefect> {
        format!("{region}-{department}").parse()
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region that this node is responsible for.
    pub fn region(&self) -> RegionCode {
        // The constructor admits six digits only.
        RegionCode::from_digits_prefix(&self.0)
    }
}

impl FromStr for NodeId {
    type Err = NameDefect;
    fn from_str(text: &str) -> Result<Self, NameDefect> {
        let well_formed = text.len() <= 64
            && text.split_once('-').is_some_and(|(region, scope)| {
                region.len() == 6
                    && region.bytes().all(|b| b.is_ascii_digit())
                    && !scope.is_empty()
                    && scope.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if well_formed { Ok(Self(text.to_owned())) } else { Err(NameDefect::Node(text.chars().take(80).collect())) }
    }
}

impl TryFrom<String> for NodeId {
    type Error = NameDefect;
    fn try_from(text: String) -> Result<Self, NameDefect> {
        text.parse()
    }
}

impl From<NodeId> for String {
    fn from(node: NodeId) -> String {
        node.0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One append-only log: the node that alone writes it, and the epoch of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId {
    /// The only writer.
    pub node: NodeId,
    /// 1 for the first key; +1 after each restore.
    pub epoch: u32,
}

impl LogId {
    /// The log of a node's first epoch.
    pub fn first(node: NodeId) -> Self {
        Self { node, epoch: 1 }
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.node, self.epoch)
    }
}

impl FromStr for LogId {
    type Err = NameDefect;
    fn from_str(text: &str) -> Result<Self, NameDefect> {
        let parsed = text
            .split_once('/')
            .and_then(|(node, epoch)| Some(Self { node: node.parse().ok()?, epoch: epoch.parse().ok()? }));
        parsed.ok_or_else(|| NameDefect::Log(text.chars().take(80).collect()))
    }
}

/// The one place of an entry: log and zero-based index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryRef {
    /// The log that holds it.
    pub log: LogId,
    /// Zero-based position.
    pub index: u64,
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.log, self.index)
    }
}

impl FromStr for EntryRef {
    type Err = NameDefect;
    fn from_str(text: &str) -> Result<Self, NameDefect> {
        let parsed = text
            .rsplit_once('/')
            .and_then(|(log, index)| Some(Self { log: log.parse().ok()?, index: index.parse().ok()? }));
        parsed.ok_or_else(|| NameDefect::Entry(text.chars().take(80).collect()))
    }
}

/// What an act refers to: the log must be held up to `size` before the act is interpreted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Need {
    /// The log referred to.
    pub log: LogId,
    /// Number of entries that must be held.
    pub size: u64,
}

/// Whether a federation lives in real time or on a simulated calendar; fixed at its founding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockClass {
    /// China Standard Time of the machine.
    Real,
    /// A calendar that a rehearsal moves by hand; its documents carry a watermark.
    Simulated,
}

/// The tiers of the federation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// A county's department (县); 仙桃 and the like hang directly under the province.
    County,
    /// A prefecture-level city's department (市).
    City,
    /// The province's department (省).
    Province,
}
