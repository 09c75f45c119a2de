//! Reading a policy, and checking that it does not undercut the law.

use std::collections::BTreeSet;

use super::{Demand, Policy, PolicyDefect, ReviewPublicity};
use crate::list::ListKind;

/// A policy text longer than this is refused unread, in bytes.
const MAX_POLICY_BYTES: usize = 1 << 20;

/// The longest period in working days or years that a policy may set.
const MAX_DAYS: u32 = 250;
const MAX_YEARS: u32 = 30;

pub(super) fn parse(text: &str) -> Result<Policy, PolicyDefect> {
    if text.len() > MAX_POLICY_BYTES {
        return Err(PolicyDefect::Text { line: 1, reason: format!("longer than {MAX_POLICY_BYTES} bytes") });
    }
    let policy: Policy = toml::from_str(text).map_err(|error| PolicyDefect::Text {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    check(&policy)?;
    Ok(policy)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count().saturating_add(1)
}

fn field(field: impl Into<String>, reason: impl Into<String>) -> PolicyDefect {
    PolicyDefect::Field { field: field.into(), reason: reason.into() }
}

fn check(policy: &Policy) -> Result<(), PolicyDefect> {
    check_names(policy)?;
    check_kinds(policy)?;
    check_terms(policy)?;
    check_criteria(policy)?;
    check_measures(policy)
}

fn check_names(policy: &Policy) -> Result<(), PolicyDefect> {
    let named = |text: &str| {
        !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !named(&policy.name) {
        return Err(field("name", "expected 1 to 64 of a-z, 0-9 and hyphen"));
    }
    if policy.version == 0 {
        return Err(field("version", "versions start at 1"));
    }
    if policy.title.trim().is_empty() {
        return Err(field("title", "a policy carries its Chinese title"));
    }
    if !named(&policy.department.0) {
        return Err(field("department", "expected a slug of a-z, 0-9 and hyphen"));
    }
    if policy.classes.is_empty() {
        return Err(field("class", "at least one subject class is needed (R-003)"));
    }
    unique("class", policy.classes.iter().map(|class| class.code.as_str()))?;
    if policy.scope.regions.is_empty() {
        return Err(field("scope.regions", "at least one region is needed (R-004)"));
    }
    for (at, region) in policy.scope.regions.iter().enumerate() {
        if region.len() != 6 || !region.bytes().all(|b| b.is_ascii_digit()) {
            return Err(field(format!("scope.regions[{at}]"), "expected six digits"));
        }
    }
    if policy.scope.names.iter().any(|name| name.trim().is_empty()) {
        return Err(field("scope.names", "an empty name would match every organ"));
    }
    Ok(())
}

/// At least one of notice and publicity; notice is never dispensable for black (AMB-01, AMB-21).
fn check_kinds(policy: &Policy) -> Result<(), PolicyDefect> {
    if policy.black.notice != Demand::Required {
        return Err(field("black.notice", "written notice always precedes a black entry (AMB-01, AMB-21)"));
    }
    Ok(())
}

fn check_terms(policy: &Policy) -> Result<(), PolicyDefect> {
    let terms = &policy.terms;
    let days = [
        ("candidate_publicity_days", terms.candidate_publicity_days),
        ("statement_days", terms.statement_days),
        ("review_days", terms.review_days),
        ("publication_ceiling_days", terms.publication_ceiling_days),
    ];
    for (name, value) in days {
        if value == 0 || value > MAX_DAYS {
            return Err(field(format!("terms.{name}"), format!("expected 1 to {MAX_DAYS} working days")));
        }
    }
    let publicised = policy.review.publicity != ReviewPublicity::None;
    if terms.review_publicity_days > MAX_DAYS || (publicised && terms.review_publicity_days == 0) {
        return Err(field("terms.review_publicity_days", format!("expected 1 to {MAX_DAYS} working days")));
    }
    for (name, value) in
        [("red_validity_years", terms.red_validity_years), ("black_validity_years", terms.black_validity_years)]
    {
        if value == 0 || value > MAX_YEARS {
            return Err(field(format!("terms.{name}"), format!("expected 1 to {MAX_YEARS} years")));
        }
    }
    Ok(())
}

fn check_criteria(policy: &Policy) -> Result<(), PolicyDefect> {
    unique("criterion", policy.criteria.iter().map(|criterion| criterion.code.0.as_str()))?;
    for (at, criterion) in policy.criteria.iter().enumerate() {
        let path = |name: &str| format!("criterion[{at}].{name}");
        if criterion.code.0.is_empty() || criterion.code.0.len() > 32 {
            return Err(field(path("code"), "expected 1 to 32 characters"));
        }
        if criterion.text.trim().is_empty() {
            return Err(field(path("text"), "a criterion has a text"));
        }
        if criterion.basis.trim().is_empty() {
            return Err(field(path("basis"), "a criterion names its legal basis (R-010)"));
        }
        if criterion.effective_to.is_some_and(|last| last < criterion.effective_from) {
            return Err(field(path("effective_to"), "lies before effective_from"));
        }
    }
    for kind in [ListKind::Red, ListKind::Black] {
        if !policy.criteria.iter().any(|criterion| criterion.kind == kind) {
            return Err(field("criterion", format!("no criterion leads to the {kind:?} list")));
        }
    }
    Ok(())
}

fn check_measures(policy: &Policy) -> Result<(), PolicyDefect> {
    unique("measure", policy.measures.iter().map(|measure| measure.code.as_str()))?;
    for (at, measure) in policy.measures.iter().enumerate() {
        if measure.basis.trim().is_empty() {
            return Err(field(format!("measure[{at}].basis"), "a measure names its legal basis (R-061)"));
        }
    }
    Ok(())
}

fn unique<'a>(what: &str, codes: impl Iterator<Item = &'a str>) -> Result<(), PolicyDefect> {
    let mut seen = BTreeSet::new();
    for (at, code) in codes.enumerate() {
        if code.is_empty() {
            return Err(field(format!("{what}[{at}].code"), "is empty"));
        }
        if !seen.insert(code) {
            return Err(field(format!("{what}[{at}].code"), format!("{code} stands twice")));
        }
    }
    Ok(())
}
