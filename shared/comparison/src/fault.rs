//! What may go wrong in a recomparison.

use std::io;

/// A recomparison that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file could not be read or written.
    #[error("the recomparison could not {doing}; check the file and the space on its disk")]
    File {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// Somebody cancelled it.
    #[error("the recomparison was cancelled; nothing was changed")]
    Cancelled,
    /// A text of more than 64 GiB.
    #[error("a text of {length} bytes cannot be compared; cut it into files of at most 64 GiB")]
    TooLarge {
        /// Its length.
        length: u64,
    },
    /// A thread of ours ended without a result.
    #[error("a thread of the recomparison ended without a result")]
    ThreadLost,
}

impl Fault {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::File { .. } => "RECOMPARISON_FILE",
            Fault::Cancelled => "RECOMPARISON_CANCELLED",
            Fault::TooLarge { .. } => "RECOMPARISON_TOO_LARGE",
            Fault::ThreadLost => "RECOMPARISON_THREAD_LOST",
        }
    }

    pub(crate) fn file(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Fault::File { doing, source }
    }
}
