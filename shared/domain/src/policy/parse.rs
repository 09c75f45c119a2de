//! Reading a policy.

use toml::de::DeTable;

use super::check::{Complaint, complaints};
use super::span::{line_at, line_of};
use super::{Policy, PolicyDefect};

/// A policy text longer than this is refused unread, in bytes.
const MAX_POLICY_BYTES: usize = 1 << 20;

/// Everything wrong with one text; never empty.
pub(super) struct Defects {
    first: PolicyDefect,
    others: Vec<PolicyDefect>,
}

impl Defects {
    /// The one on the earliest line.
    pub(super) fn into_first(self) -> PolicyDefect {
        self.first
    }

    /// All of them, by line.
    pub(super) fn into_all(self) -> Vec<PolicyDefect> {
        let mut all = vec![self.first];
        all.extend(self.others);
        all
    }

    fn one(file: &str, line: usize, reason: String) -> Self {
        Self { first: PolicyDefect::Text { file: file.to_owned(), line, reason }, others: Vec::new() }
    }
}

pub(super) fn parse(file: &str, text: &str) -> Result<Policy, Defects> {
    if text.len() > MAX_POLICY_BYTES {
        return Err(Defects::one(file, 1, format!("longer than {MAX_POLICY_BYTES} bytes")));
    }
    let policy: Policy = toml::from_str(text).map_err(|error| {
        let line = line_of(text, error.span().map_or(0, |span| span.start));
        Defects::one(file, line, error.message().to_owned())
    })?;
    let complaints = complaints(&policy);
    if complaints.is_empty() {
        return Ok(policy);
    }
    let table = DeTable::parse(text).map(toml::Spanned::into_inner).unwrap_or_default();
    let mut found = complaints.into_iter().map(|Complaint { field, reason }| {
        let line = line_at(text, &table, &field);
        PolicyDefect::Field { file: file.to_owned(), line, field, reason }
    });
    let Some(first) = found.next() else { return Ok(policy) };
    let mut all: Vec<PolicyDefect> = found.collect();
    all.insert(0, first);
    all.sort_by_key(PolicyDefect::line);
    let first = all.remove(0);
    Err(Defects { first, others: all })
}
