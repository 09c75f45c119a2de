//! Who may read an entry: everybody else receives its 32-byte leaf hash and nothing more.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::node::NodeId;

/// The general reach of an entry, before nodes are named one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The writer alone.
    Local,
    /// The writer and every node above it.
    Up,
    /// The writer and every node below it.
    Down,
    /// The whole federation.
    All,
}

/// The readers of an entry: a scope and, besides, named nodes.
///
/// A named node is reached through its ancestors, so they may read too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Audience {
    /// The general reach.
    pub scope: Scope,
    /// Further readers.
    pub nodes: BTreeSet<NodeId>,
}

/// The tree of the federation, as far as audiences and relays need it.
pub trait Topology {
    /// The node above, or `None` at the root and for a stranger.
    fn parent(&self, node: &NodeId) -> Option<NodeId>;

    /// Whether `upper` is `lower` or stands above it. Bounded at eight tiers, so that a cycle cannot hang it.
    fn is_at_or_above(&self, upper: &NodeId, lower: &NodeId) -> bool {
        let mut at = Some(lower.clone());
        for _ in 0..8 {
            match at {
                Some(node) if node == *upper => return true,
                Some(node) => at = self.parent(&node),
                None => return false,
            }
        }
        false
    }
}

impl Audience {
    /// A scope without further readers.
    pub fn of(scope: Scope) -> Self {
        Self { scope, nodes: BTreeSet::new() }
    }

    /// The same with one more reader.
    pub fn and(mut self, node: NodeId) -> Self {
        self.nodes.insert(node);
        self
    }

    /// Whether `reader` may read an entry that `writer` wrote for this audience.
    pub fn admits(&self, writer: &NodeId, reader: &NodeId, topology: &dyn Topology) -> bool {
        if reader == writer {
            return true;
        }
        let by_scope = match self.scope {
            Scope::Local => false,
            Scope::Up => topology.is_at_or_above(reader, writer),
            Scope::Down => topology.is_at_or_above(writer, reader),
            Scope::All => true,
        };
        by_scope || self.nodes.iter().any(|named| topology.is_at_or_above(reader, named))
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.scope {
            Scope::Local => "local",
            Scope::Up => "up",
            Scope::Down => "down",
            Scope::All => "all",
        })?;
        for node in &self.nodes {
            write!(f, "+{node}")?;
        }
        Ok(())
    }
}

/// A text that names no audience.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an audience is local, up, down or all, then +node for each further reader in order; got {0:?}")]
pub struct AudienceDefect(pub String);

impl FromStr for Audience {
    type Err = AudienceDefect;
    fn from_str(text: &str) -> Result<Self, AudienceDefect> {
        let defect = || AudienceDefect(text.chars().take(80).collect());
        let mut parts = text.split('+');
        let scope = match parts.next() {
            Some("local") => Scope::Local,
            Some("up") => Scope::Up,
            Some("down") => Scope::Down,
            Some("all") => Scope::All,
            _ => return Err(defect()),
        };
        let mut nodes = BTreeSet::new();
        for part in parts {
            let node: NodeId = part.parse().map_err(|_| defect())?;
            // One spelling per audience: the text is hashed, so order and repetition matter.
            if nodes.last().is_some_and(|last| *last >= node) {
                return Err(defect());
            }
            nodes.insert(node);
        }
        Ok(Self { scope, nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree;
    impl Topology for Tree {
        fn parent(&self, node: &NodeId) -> Option<NodeId> {
            match node.as_str() {
                "420802-commerce" | "420804-commerce" => "420800-commerce".parse().ok(),
                "420800-commerce" | "429004-commerce" => "420000-commerce".parse().ok(),
                _ => None,
            }
        }
    }

    fn admits(audience: &str, writer: &str, reader: &str) -> bool {
        let audience: Audience = audience.parse().unwrap();
        audience.admits(&writer.parse().unwrap(), &reader.parse().unwrap(), &Tree)
    }

    #[test]
    fn a_scope_reaches_up_down_or_everywhere() {
        assert!(admits("up", "420802-commerce", "420000-commerce"));
        assert!(!admits("up", "420802-commerce", "420804-commerce"));
        assert!(admits("down", "420800-commerce", "420804-commerce"));
        assert!(!admits("down", "420800-commerce", "429004-commerce"));
        assert!(admits("all", "420000-commerce", "429004-commerce"));
        assert!(!admits("local", "420802-commerce", "420800-commerce"));
    }

    #[test]
    fn a_named_reader_is_reached_through_its_ancestors() {
        assert!(admits("local+420802-commerce", "420000-commerce", "420800-commerce"));
        assert!(admits("local+420802-commerce", "420000-commerce", "420802-commerce"));
        assert!(!admits("local+420802-commerce", "420000-commerce", "420804-commerce"));
    }

    #[test]
    fn an_audience_has_one_spelling() {
        assert!("up+420804-commerce+420802-commerce".parse::<Audience>().is_err());
        assert!("up+420802-commerce+420802-commerce".parse::<Audience>().is_err());
        let text = "up+420802-commerce+420804-commerce";
        assert_eq!(text.parse::<Audience>().unwrap().to_string(), text);
    }
}
