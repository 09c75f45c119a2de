//! What is wrong with bytes that somebody sent, and where.

/// Bytes that do not say what the contract promises, with the path of the offending field.
///
/// Says lengths and expectations only, never the offending text: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct WireDefect {
    path: String,
    problem: String,
}

impl WireDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "WIRE_MALFORMED"
    }

    /// Where: `act.list_certified.manifest.chunks[3].digest`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What: `expected 32 bytes, got 31`.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// A defect at the place that the callers then name with [`At`].
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self { path: String::new(), problem: problem.into() }
    }

    fn within(mut self, outer: &str) -> Self {
        match self.path.chars().next() {
            None => self.path.push_str(outer),
            Some('[') => self.path.insert_str(0, outer),
            Some(_) => {
                self.path.insert(0, '.');
                self.path.insert_str(0, outer);
            }
        }
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
    fn at(self, field: &str) -> Result<T, WireDefect> {
        self.map_err(|defect| defect.within(field))
    }

    fn at_element(self, index: usize) -> Result<T, WireDefect> {
        self.map_err(|defect| defect.within(&format!("[{index}]")))
    }
}
