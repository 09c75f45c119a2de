//! What can stand in the way of an act, by consequence: act differently, not allowed, already done, broken.

use honghei_codec::WireDefect;

use honghei_domain::refusal::{Denial, Refusal};
use honghei_store::Fault as StoreFault;

/// Us or the machine: retried or raised, never an official's doing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreFault),
    /// Bytes that were verified on arrival cannot be read any more.
    #[error("a stored {what} cannot be read")]
    Unreadable {
        /// Which record.
        what: String,
        /// The field that is wrong.
        #[source]
        source: WireDefect,
    },
    /// A projection contradicts the log it was folded from.
    #[error("the projection of {what} is inconsistent; rebuild the projections from the log")]
    Inconsistent {
        /// Which record.
        what: String,
    },
    /// The own log is being folded again after a rebuild was begun: nothing may be decided on half a state.
    #[error("the own log is still being folded; wait until the rebuild is done")]
    Rebuilding,
    /// The node has no directory yet, or one that lacks what is asked for.
    #[error("the directory lacks {what}")]
    Directory {
        /// What is missing.
        what: String,
    },
}

impl Fault {
    /// The stable code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Store(fault) => fault.code(),
            Fault::Unreadable { .. } => "RECORD_UNREADABLE",
            Fault::Inconsistent { .. } => "PROJECTION_INCONSISTENT",
            Fault::Rebuilding => "NODE_REBUILDING",
            Fault::Directory { .. } => "DIRECTORY_INCOMPLETE",
        }
    }

    /// Whether the whole transaction may simply be tried again.
    pub fn is_retry(&self) -> bool {
        matches!(self, Fault::Store(StoreFault::Retry { .. }))
    }

    /// Whether the fault lies in what was stored, not in the store: a peer's entry with such content is passed over.
    pub fn is_content(&self) -> bool {
        matches!(self, Fault::Unreadable { .. } | Fault::Inconsistent { .. })
    }

    pub(crate) fn unreadable(what: impl Into<String>) -> impl FnOnce(WireDefect) -> Fault {
        let what = what.into();
        move |source| Fault::Unreadable { what, source }
    }

    pub(crate) fn inconsistent(what: impl Into<String>) -> Fault {
        Fault::Inconsistent { what: what.into() }
    }
}

/// Why a command did not become an act.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The law or the state of the case forbids it: the officer must act differently.
    #[error("{0}")]
    Refused(Refusal),
    /// The officer may not do this.
    #[error("{0}")]
    Denied(Denial),
    /// It has been done before; nothing was written.
    #[error("已经办理过，无需重复：{0}")]
    AlreadyDone(String),
    /// The state changed between proposal and signature; propose again.
    #[error("拟办事项生成后情况已有变化，请重新生成后再签署")]
    Stale,
    /// Us or the machine.
    #[error("系统故障")]
    Fault(#[from] Fault),
}

impl CommandError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            CommandError::Refused(refusal) => refusal.code,
            CommandError::Denied(denial) => denial.code(),
            CommandError::AlreadyDone(_) => "ALREADY_DONE",
            CommandError::Stale => "PROPOSAL_STALE",
            CommandError::Fault(fault) => fault.code(),
        }
    }
}

impl From<StoreFault> for CommandError {
    fn from(fault: StoreFault) -> Self {
        CommandError::Fault(Fault::Store(fault))
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        CommandError::Refused(refusal)
    }
}

impl From<Denial> for CommandError {
    fn from(denial: Denial) -> Self {
        CommandError::Denied(denial)
    }
}
