//! The answers to a command that is not carried out: refusal, denial, already done. Three types, never mixed.

use std::fmt;

/// An official must act differently: the law or the policy does not allow this step now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// Stable code, `SCREAMING_SNAKE`.
    pub code: &'static str,
    /// A sentence an official understands; it ends with its clause, as （依据 R-021）.
    pub zh: String,
    /// The clause of REQUIREMENTS the refusal rests on, such as `R-021`.
    pub clause: &'static str,
}

impl Refusal {
    /// Builds a refusal; the clause is appended to the sentence.
    pub fn new(code: &'static str, clause: &'static str, sentence: impl AsRef<str>) -> Self {
        let sentence = sentence.as_ref().trim_end_matches('。');
        Self { code, zh: format!("{sentence}（依据 {clause}）。"), clause }
    }

    /// The stable code of this answer.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

impl std::error::Error for Refusal {}

/// This person may not do this, whatever the state of the case (S-1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Denial {
    /// Stable code, `SCREAMING_SNAKE`.
    pub code: &'static str,
    /// A sentence an official understands.
    pub zh: String,
}

impl Denial {
    /// Builds a denial.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, zh: sentence.into() }
    }

    /// The stable code of this answer.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

impl std::error::Error for Denial {}

/// The command's effect already stands; doing it again would change nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlreadyDone {
    /// Stable code, `SCREAMING_SNAKE`.
    pub code: &'static str,
    /// What stands already, in a sentence.
    pub zh: String,
}

impl AlreadyDone {
    /// Builds the answer.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, zh: sentence.into() }
    }

    /// The stable code of this answer.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for AlreadyDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

/// What a decision came to when nothing refused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided<T> {
    /// These shall be recorded.
    Acts(T),
    /// Nothing to record.
    AlreadyDone(AlreadyDone),
}

impl<T> Decided<T> {
    /// What shall be recorded, if anything.
    pub fn acts(self) -> Option<T> {
        match self {
            Decided::Acts(acts) => Some(acts),
            Decided::AlreadyDone(_) => None,
        }
    }
}
