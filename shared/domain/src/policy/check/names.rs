//! Names, lists, classes, scope.

use super::Complaints;
use crate::list::ListKind;
use crate::policy::name::is_slug;
use crate::policy::{Policy, Status};

pub(super) fn check(policy: &Policy, found: &mut Complaints) {
    found.unless(is_slug(&policy.name), "name", "expected 1 to 64 of a-z, 0-9 and hyphen");
    found.unless(policy.version > 0, "version", "versions start at 1");
    found.unless(!policy.title.trim().is_empty(), "title", "a policy carries its Chinese title");
    found.unless(
        policy.consultation_until.is_none() || policy.status == Status::Draft,
        "consultation_until",
        "opinions are asked for on a draft only (D-13)",
    );
    found.unless(is_slug(&policy.department.0), "department", "expected a slug of a-z, 0-9 and hyphen");
    found.unless(!policy.classes.is_empty(), "class", "at least one subject class is needed (R-003)");
    found.unique("class", "code", policy.classes.iter().map(|class| class.code.as_str()));
    found.unique("domain", "code", policy.domains.iter().map(|domain| domain.code.as_str()));
    lists(policy, found);
    qualities(policy, found);
    scope(policy, found);
}

fn lists(policy: &Policy, found: &mut Complaints) {
    for kind in [ListKind::Red, ListKind::Black] {
        let listed = policy.lists.iter().filter(|list| list.kind == kind).count();
        found.unless(listed == 1, "list", format!("expected the {kind:?} list exactly once (R-001)"));
        let leads = policy.criteria.iter().any(|criterion| criterion.kind == kind);
        found.unless(leads, "criterion", format!("no criterion leads to the {kind:?} list"));
    }
    found.filled("list", "title", policy.lists.iter().map(|list| list.title.as_str()));
}

fn qualities(policy: &Policy, found: &mut Complaints) {
    found.unique("quality", "code", policy.qualities.iter().map(|quality| quality.code.as_str()));
    found.filled("quality", "text", policy.qualities.iter().map(|quality| quality.text.as_str()));
    found.filled("quality", "basis", policy.qualities.iter().map(|quality| quality.basis.as_str()));
}

fn scope(policy: &Policy, found: &mut Complaints) {
    found.unless(!policy.scope.regions.is_empty(), "scope.regions", "at least one region is needed (R-004)");
    for (at, region) in policy.scope.regions.iter().enumerate() {
        let digits = region.len() == 6 && region.bytes().all(|b| b.is_ascii_digit());
        found.unless(digits, format!("scope.regions[{at}]"), "expected six digits");
    }
    for (at, name) in policy.scope.names.iter().enumerate() {
        found.unless(!name.trim().is_empty(), format!("scope.names[{at}]"), "an empty name would match every organ");
    }
    for (at, organ) in policy.organs.iter().enumerate() {
        found.unless(!organ.trim().is_empty(), format!("organs[{at}]"), "an empty name would match every organ");
    }
}
