//! Criteria, their counting rules, parameters and severities.

use super::Complaints;
use crate::list::ListKind;
use crate::policy::{Count, Criterion, EventNature, EvidenceField, Policy};

/// The most events or years a counting rule may ask for.
const MAX_COUNT: u32 = 1000;
const MAX_WINDOW_YEARS: u32 = 30;

pub(super) fn check(policy: &Policy, found: &mut Complaints) {
    found.unique("criterion", "code", policy.criteria.iter().map(|criterion| criterion.code.0.as_str()));
    for (at, criterion) in policy.criteria.iter().enumerate() {
        one(policy, criterion, &format!("criterion[{at}]"), found);
    }
    parameters(policy, found);
}

fn one(policy: &Policy, criterion: &Criterion, at: &str, found: &mut Complaints) {
    let path = |name: &str| format!("{at}.{name}");
    found.unless(criterion.code.0.len() <= 32, path("code"), "expected 1 to 32 characters");
    found.unless(!criterion.text.trim().is_empty(), path("text"), "a criterion has a text");
    found.unless(!criterion.basis.trim().is_empty(), path("basis"), "a criterion names its legal basis (R-010)");
    let ordered = criterion.effective_to.is_none_or(|last| last >= criterion.effective_from);
    found.unless(ordered, path("effective_to"), "lies before effective_from");
    let ordered = criterion.retired_on.is_none_or(|retired| retired > criterion.effective_from);
    found.unless(ordered, path("retired_on"), "lies before effective_from");
    match &criterion.domain {
        None => found.unless(policy.domains.is_empty(), path("domain"), "this policy has domains: name one"),
        Some(domain) => {
            let known = policy.domains.iter().any(|known| known.code == *domain);
            found.unless(known, path("domain"), format!("{domain} is no domain of this policy"));
        }
    }
    if let Some(floor) = policy.readings.black_basis_at_least {
        let high = criterion.kind != ListKind::Black || criterion.rank <= floor;
        found.unless(high, path("rank"), "is lower than readings.black_basis_at_least allows (AMB-25)");
    }
    found.unique(&path("evidence"), "code", criterion.evidence.iter().map(|field| field.code.as_str()));
    // An attestation names a field as criterion/field, and an intake's column names it by its text.
    let plain = |field: &EvidenceField| !field.code.contains('/') && !field.text.trim().is_empty();
    found.unless(criterion.evidence.iter().all(plain), path("evidence"), "a field has a text, and a code without /");
    for (index, switch) in criterion.switch.iter().enumerate() {
        let path = path(&format!("switch[{index}].to"));
        let target = policy.criterion(&switch.to).filter(|target| target.kind == criterion.kind);
        found.unless(target.is_some(), path, format!("{} is no criterion of the same list", switch.to.0));
    }
    for (index, count) in criterion.count.iter().enumerate() {
        counting(policy, count, &path(&format!("count[{index}]")), found);
    }
    if let Some(items) = &criterion.items {
        let told = !items.known.is_empty() || items.missing.as_ref().is_some_and(|why| !why.trim().is_empty());
        found.unless(told, path("items.missing"), "without items, say what is missing");
    }
}

fn counting(policy: &Policy, count: &Count, at: &str, found: &mut Complaints) {
    let path = |name: &str| format!("{at}.{name}");
    found.unless(!count.events.is_empty(), path("events"), "name what is counted (R-011)");
    let sound = (1..=MAX_COUNT).contains(&count.at_least);
    found.unless(sound, path("at_least"), format!("expected 1 to {MAX_COUNT} (R-012)"));
    let sound = count.within_years.is_none_or(|years| (1..=MAX_WINDOW_YEARS).contains(&years));
    found.unless(sound, path("within_years"), format!("expected 1 to {MAX_WINDOW_YEARS} years"));
    found.unless(
        !count.each_year || count.within_years.is_some(),
        path("each_year"),
        "needs within_years to say which years",
    );
    let samples = |natures: &[EventNature]| {
        natures.iter().all(|nature| matches!(nature, EventNature::SamplingFailed | EventNature::SamplingPassed))
    };
    found.unless(
        !count.consecutive || (samples(&count.events) && count.events.len() == 1),
        path("consecutive"),
        "counts one result of samplings, passed or failed (AMB-10)",
    );
    found.unless(
        !(count.consecutive && count.each_year),
        path("each_year"),
        "cannot be joined with consecutive: years or samplings",
    );
    let disjoint = count.without.iter().all(|nature| !count.events.contains(nature));
    found.unless(disjoint, path("without"), "forbids what the rule counts");
    if let Some(parameter) = &count.fine_at_least {
        let known = policy.parameters.iter().any(|known| known.code == *parameter);
        found.unless(known, path("fine_at_least"), format!("{parameter} is no parameter of this policy (AMB-11)"));
    }
    let disjoint = count.without_penalties.iter().all(|penalty| !count.penalties.contains(penalty));
    found.unless(disjoint, path("without_penalties"), "forbids what the rule asks for");
}

fn parameters(policy: &Policy, found: &mut Complaints) {
    found.unique("parameter", "code", policy.parameters.iter().map(|parameter| parameter.code.as_str()));
    for (at, parameter) in policy.parameters.iter().enumerate() {
        let path = |name: &str| format!("parameter[{at}].{name}");
        for class in parameter.yuan_by_class.keys() {
            let known = policy.has_class(class);
            found.unless(known, path(&format!("yuan_by_class.{class}")), "is no subject class of this policy");
        }
        let set = parameter.yuan.is_some() || !parameter.yuan_by_class.is_empty();
        let founded = parameter.basis.as_ref().is_some_and(|basis| !basis.trim().is_empty());
        found.unless(!set || founded, path("basis"), "an amount names who set it and on which basis (AMB-11)");
    }
    found.unique("severity", "kind", policy.severities.iter().map(|severity| severity.kind.as_str()));
    found.filled("severity", "basis", policy.severities.iter().map(|severity| severity.basis.as_str()));
}
