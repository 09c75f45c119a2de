//! The truth about a connection, for those who look at it.

use honghei_domain::node::LogId;

use super::Machine;
use super::mirror::Stage;

/// Which way a log travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The peer mirrors it from us.
    Out,
    /// We mirror it from the peer.
    In,
}

/// One log on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogView {
    /// The log.
    pub log: LogId,
    /// Which way it travels.
    pub way: Way,
    /// Entries durable here.
    pub ours: u64,
    /// Entries known to be durable at the peer (outgoing), or known to exist there (incoming).
    pub theirs: u64,
    /// The code of why it rests, if it does.
    pub paused: Option<String>,
}

impl LogView {
    /// Entries that the receiving side lacks.
    pub fn lag(&self) -> u64 {
        match self.way {
            Way::Out => self.ours.saturating_sub(self.theirs),
            Way::In => self.theirs.saturating_sub(self.ours),
        }
    }
}

/// A connection as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Hellos were exchanged.
    pub live: bool,
    /// Transport time of the last frame heard, milliseconds since the Unix epoch.
    pub last_contact_ms: Option<i64>,
    /// The peer's clock less ours, as far as one message tells.
    pub skew_ms: Option<i64>,
    /// Directory version that the peer holds.
    pub peer_directory_version: Option<u64>,
    /// Chunks asked for and not stored yet.
    pub chunks_outstanding: usize,
    /// Every log on the link, outgoing first.
    pub logs: Vec<LogView>,
    /// The last rejection or refusal, ours or the peer's: code and detail.
    pub complaint: Option<(String, String)>,
}

impl Machine {
    /// The connection as it stands.
    pub fn view(&self) -> View {
        let outgoing = self.sending.logs.iter().map(|(log, outgoing)| LogView {
            log: log.clone(),
            way: Way::Out,
            ours: outgoing.ours.size,
            theirs: outgoing.theirs.size,
            paused: match &outgoing.stage {
                Stage::Paused { code, .. } => Some(code.clone()),
                _ => None,
            },
        });
        let incoming = self.receiving.logs.iter().map(|(log, state)| LogView {
            log: log.clone(),
            way: Way::In,
            ours: state.size,
            theirs: self.receiving.peer_sizes.get(log).copied().unwrap_or(0).max(state.size),
            paused: None,
        });
        View {
            live: self.is_live(),
            last_contact_ms: self.heard_at_ms,
            skew_ms: self.skew_ms,
            peer_directory_version: self.hello.as_ref().map(|hello| hello.directory_version),
            chunks_outstanding: self.fetching.outstanding().0,
            logs: outgoing.chain(incoming).collect(),
            complaint: self.complaint.clone(),
        }
    }
}
