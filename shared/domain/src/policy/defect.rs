//! Why a text is no policy.

/// A policy text that cannot be used: where and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyDefect {
    /// Not TOML, or not of the expected shape.
    #[error("policy, line {line}: {reason}")]
    Text {
        /// One-based line.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Readable, but a value makes no sense.
    #[error("policy, field {field}: {reason}")]
    Field {
        /// Path of the value, such as `criterion[3].effective_to`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl PolicyDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            PolicyDefect::Text { .. } => "POLICY_UNREADABLE",
            PolicyDefect::Field { .. } => "POLICY_SENSELESS",
        }
    }
}
