//! What is wrong with bytes that somebody sent, and where.

use std::fmt;

/// Bytes that do not say what the contract promises, with the path of the offending field.
///
/// Says lengths and expectations only, never the offending text: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq)]
// Boxed, so that the results of a million good entries stay small.
pub struct WireDefect(Box<Found>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    path: String,
    problem: String,
}

impl std::error::Error for WireDefect {}

impl fmt::Display for WireDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.problem)
    }
}

impl WireDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "WIRE_MALFORMED"
    }

    /// Where: `act.list_certified.manifest.chunks[3].digest`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What: `expected 32 bytes, got 31`.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// A defect at the place that the callers then name with [`At`].
    #[cold]
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self(Box::new(Found { path: String::new(), problem: problem.into() }))
    }

    #[cold]
    fn within(mut self, outer: &str) -> Self {
        let path = &mut self.0.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, outer);
        self
    }
}

/// Names the field a defect came out of, from the inside outwards.
pub(crate) trait At<T> {
    /// The defect lies in this field.
    fn at(self, field: &str) -> Result<T, WireDefect>;
    /// The defect lies in this element of a repeated field.
    fn at_element(self, index: usize) -> Result<T, WireDefect>;
}

impl<T> At<T> for Result<T, WireDefect> {
    #[inline]
    fn at(self, field: &str) -> Result<T, WireDefect> {
        self.map_err(|defect| defect.within(field))
    }

    #[inline]
    fn at_element(self, index: usize) -> Result<T, WireDefect> {
        self.map_err(|defect| defect.within(&format!("[{index}]")))
    }
}
