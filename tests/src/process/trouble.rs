//! What can go wrong with a federation of processes.

use std::path::{Path, PathBuf};

use honghei_node::answer::Answer;

/// Why a harness cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A file or process of this machine.
    #[error("{path}: cannot {what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// A node refused or failed.
    #[error("{node}: {what}: {} ({})", answer.message, answer.code)]
    Node {
        /// Which.
        node: String,
        /// What was asked.
        what: String,
        /// Its answer.
        answer: Box<Answer>,
    },
    /// A command of a node's program ended with an error.
    #[error("{command} ended with {exit}: {output}")]
    Command {
        /// The command line.
        command: String,
        /// Its exit code.
        exit: String,
        /// What it wrote to standard error.
        output: String,
    },
    /// A node's process ended by itself.
    #[error("the process of {node} ended by itself with {exit}; see err.log in its folder")]
    Ended {
        /// Which.
        node: String,
        /// Its exit code.
        exit: String,
    },
    /// Something did not happen in time.
    #[error("in vain waited for: {what}")]
    Timeout {
        /// What was awaited.
        what: String,
    },
    /// Something that the story needs is not as it must be.
    #[error("{0}")]
    Malformed(String),
    /// The harness has no such node.
    #[error("there is no node {0} in this federation")]
    NoSuchNode(String),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Trouble {
    /// The stable code of this error.
    pub fn code(&self) -> &str {
        match self {
            Trouble::Io { .. } => "HARNESS_IO",
            Trouble::Node { answer, .. } => &answer.code,
            Trouble::Command { .. } => "COMMAND_FAILED",
            Trouble::Ended { .. } => "NODE_ENDED",
            Trouble::Timeout { .. } => "AWAITED_IN_VAIN",
            Trouble::Malformed(_) => "HARNESS_MALFORMED",
            Trouble::NoSuchNode(_) => "NODE_UNKNOWN",
            Trouble::Interrupted => "INTERRUPTED",
        }
    }

    /// Wraps an error of the system.
    pub fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Trouble::Io { what, path, source }
    }

    /// The error and what lies below it, in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut below = std::error::Error::source(self);
        while let Some(error) = below {
            text.push_str(": ");
            text.push_str(&error.to_string());
            below = error.source();
        }
        text
    }
}
