//! Why a text is no policy.

/// A defect of a policy text: file, line and reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyDefect {
    /// Not TOML, or not of the expected shape.
    #[error("{file}, line {line}: {reason}")]
    Text {
        /// The file, as its reader named it.
        file: String,
        /// One-based line.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Readable, but a value makes no sense.
    #[error("{file}, line {line}, field {field}: {reason}")]
    Field {
        /// The file, as its reader named it.
        file: String,
        /// One-based line of the value, or of the table that lacks it.
        line: usize,
        /// Path of the value, such as `criterion[3].effective_to`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl PolicyDefect {
    /// A senseless value by its path alone; whoever holds the text adds file and line.
    pub(super) fn field(field: String, reason: String) -> Self {
        PolicyDefect::Field { file: "policy".to_owned(), line: 1, field, reason }
    }

    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            PolicyDefect::Text { .. } => "POLICY_UNREADABLE",
            PolicyDefect::Field { .. } => "POLICY_SENSELESS",
        }
    }

    /// The line it stands on, from 1.
    pub fn line(&self) -> usize {
        match self {
            PolicyDefect::Text { line, .. } | PolicyDefect::Field { line, .. } => *line,
        }
    }
}
