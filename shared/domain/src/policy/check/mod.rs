//! Whether a readable policy makes sense and does not undercut the law.

mod after;
mod criteria;
mod names;
mod procedure;

use std::collections::BTreeSet;

use super::Policy;

/// Something senseless: the path of the value and why.
pub(super) struct Complaint {
    pub(super) field: String,
    pub(super) reason: String,
}

/// Collects what is wrong.
#[derive(Default)]
struct Complaints(Vec<Complaint>);

impl Complaints {
    fn say(&mut self, field: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Complaint { field: field.into(), reason: reason.into() });
    }

    /// Says it unless it is so.
    fn unless(&mut self, holds: bool, field: impl Into<String>, reason: impl Into<String>) {
        if !holds {
            self.say(field, reason);
        }
    }

    /// Codes that are empty or stand twice.
    fn unique<'a>(&mut self, what: &str, member: &str, codes: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (at, code) in codes.enumerate() {
            if code.trim().is_empty() {
                self.say(format!("{what}[{at}].{member}"), "is empty");
            } else if !seen.insert(code) {
                self.say(format!("{what}[{at}].{member}"), format!("{code} stands twice"));
            }
        }
    }

    /// Texts that must not be blank.
    fn filled<'a>(&mut self, what: &str, member: &str, texts: impl Iterator<Item = &'a str>) {
        for (at, text) in texts.enumerate() {
            self.unless(!text.trim().is_empty(), format!("{what}[{at}].{member}"), "is empty");
        }
    }
}

/// Everything that is wrong with a policy.
pub(super) fn complaints(policy: &Policy) -> Vec<Complaint> {
    let mut found = Complaints::default();
    names::check(policy, &mut found);
    procedure::check(policy, &mut found);
    criteria::check(policy, &mut found);
    after::check(policy, &mut found);
    found.0
}
