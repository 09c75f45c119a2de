//! What a node tells its operators about its links, and the pulse that wakes whoever waits for news.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use honghei_domain::node::NodeId;
use tokio::sync::watch;

use crate::edge::Side;
use crate::machine::{Close, View};

/// One link as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkStatus {
    /// The neighbour.
    pub peer: NodeId,
    /// What this node is to it.
    pub side: Side,
    /// Whether a stream is open.
    pub connected: bool,
    /// When that last changed, transport time, milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// Failed attempts in a row.
    pub failures: u32,
    /// The connection, or the last one.
    pub view: View,
    /// How the last connection or attempt ended.
    pub last_close: Option<Close>,
}

/// The links of a node, shared between those who run them and those who look.
#[derive(Clone, Debug, Default)]
pub struct StatusBoard(Arc<Mutex<BTreeMap<NodeId, LinkStatus>>>);

impl StatusBoard {
    /// Every link, by peer.
    pub fn snapshot(&self) -> Vec<LinkStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// One link.
    pub fn of(&self, peer: &NodeId) -> Option<LinkStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(peer).cloned()
    }

    pub(crate) fn update(&self, peer: &NodeId, side: Side, change: impl FnOnce(&mut LinkStatus)) {
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let status = links.entry(peer.clone()).or_insert_with(|| LinkStatus {
            peer: peer.clone(),
            side,
            connected: false,
            since_ms: 0,
            failures: 0,
            view: View::default(),
            last_close: None,
        });
        status.side = side;
        change(status);
    }
}

/// Says that the store holds more than before. Many beats between two looks count as one; none is lost.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug)]
struct Beats {
    all: watch::Sender<u64>,
    chunks: watch::Sender<u64>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Beats { all: watch::Sender::new(0), chunks: watch::Sender::new(0) }))
    }
}

impl Pulse {
    /// Something was committed: an own entry, a mirrored one, the last chunk of one, a receipt.
    pub fn beat(&self) {
        beat(&self.0.all);
    }

    /// Chunks were committed of entries that others are still missing from.
    pub fn beat_for_chunks(&self) {
        beat(&self.0.chunks);
    }

    /// A listener: `changed().await` returns after the next beat, or at once if one was missed.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.all.subscribe()
    }

    /// A listener to the beats for chunks.
    pub fn listen_for_chunks(&self) -> watch::Receiver<u64> {
        self.0.chunks.subscribe()
    }
}

fn beat(count: &watch::Sender<u64>) {
    count.send_modify(|count| *count = count.wrapping_add(1));
}
