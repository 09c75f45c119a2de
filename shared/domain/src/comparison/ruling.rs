//! What a person decided about identity, where codes and names leave it open (AMB-13).
//!
//! A ruling speaks of two parties, each the bearer of a subject key, and perhaps of one recorded identity only. It is
//! remembered: every later entry of the same parties is judged by it until it ends or a later ruling says otherwise.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::canonical::{Writer, sha256};
use crate::list::Digest;
use crate::node::EntryRef;
use crate::subject_key::SubjectKey;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 同一主体.
    Same,
    /// 不同主体.
    Different,
}

impl Finding {
    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            Finding::Same => "同一主体",
            Finding::Different => "不同主体",
        }
    }
}

/// One of the two whom a ruling speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Party {
    /// The key it stands under.
    pub key: SubjectKey,
    /// [`Identity::digest`] of the recorded identity; none for everybody under the key.
    pub identity: Option<Digest>,
}

impl Party {
    /// Who bears an identity, and nobody else.
    pub fn of(identity: &Identity) -> Self {
        Self { key: identity.subject_key(), identity: Some(identity.digest()) }
    }

    /// Whether it bears this identity.
    pub fn bears(&self, identity: &Identity) -> bool {
        self.key == identity.subject_key() && self.identity.is_none_or(|digest| digest == identity.digest())
    }
}

/// A signed decision of a person that two parties are, or are not, one subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ruling {
    /// The act; of two rulings on the same parties the later counts.
    pub act: EntryRef,
    /// The parties, the lesser first.
    pub parties: [Party; 2],
    /// What was found.
    pub finding: Finding,
    /// Its last day; none where it does not end.
    pub until: Option<NaiveDate>,
}

impl Ruling {
    /// A ruling; the order of the parties makes no difference.
    pub fn new(act: EntryRef, mut parties: [Party; 2], finding: Finding, until: Option<NaiveDate>) -> Self {
        parties.sort();
        Self { act, parties, finding, until }
    }

    /// Whether it counts on a day.
    pub fn is_in_force(&self, as_of: NaiveDate) -> bool {
        self.until.is_none_or(|last| as_of <= last)
    }

    /// Whether it speaks of these two.
    pub fn speaks_of(&self, one: &Identity, other: &Identity) -> bool {
        let [first, second] = &self.parties;
        first.bears(one) && second.bears(other) || first.bears(other) && second.bears(one)
    }
}

/// What the last ruling in force on a day finds about two identities; `rulings` in the order of their acts.
pub fn ruled(rulings: &[Ruling], one: &Identity, other: &Identity, as_of: NaiveDate) -> Option<Finding> {
    let mut latest = rulings.iter().rev().filter(|ruling| ruling.is_in_force(as_of));
    latest.find(|ruling| ruling.speaks_of(one, other)).map(|ruling| ruling.finding)
}

/// Pairs of acts in force on a day that cannot both be right: of the same parties one finds the same subject and one
/// different ones, or parties found different are joined by others found the same. Each pair once, the earlier first.
pub fn contradictions(rulings: &[Ruling], as_of: NaiveDate) -> Vec<(EntryRef, EntryRef)> {
    let in_force: Vec<&Ruling> = rulings.iter().filter(|ruling| ruling.is_in_force(as_of)).collect();
    let mut groups = Groups::default();
    for ruling in in_force.iter().filter(|ruling| ruling.finding == Finding::Same) {
        let [one, other] = &ruling.parties;
        groups.join(one, other);
    }
    let mut found = Vec::new();
    for different in in_force.iter().filter(|ruling| ruling.finding == Finding::Different) {
        let [one, other] = &different.parties;
        if groups.root(one) != groups.root(other) {
            continue;
        }
        let root = groups.root(one);
        // The last of those that join them is named.
        let joins = in_force.iter().filter(|ruling| {
            ruling.finding == Finding::Same && ruling.parties.first().is_some_and(|party| groups.root(party) == root)
        });
        if let Some(same) = joins.max_by_key(|ruling| &ruling.act) {
            let (earlier, later) =
                (same.act.clone().min(different.act.clone()), same.act.clone().max(different.act.clone()));
            found.push((earlier, later));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Parties joined to groups.
#[derive(Default)]
struct Groups<'a> {
    parents: BTreeMap<&'a Party, &'a Party>,
}

impl<'a> Groups<'a> {
    fn root<'b>(&self, party: &'b Party) -> &'b Party
    where
        'a: 'b,
    {
        let mut at = party;
        while let Some(parent) = self.parents.get(at) {
            at = parent;
        }
        at
    }

    fn join(&mut self, one: &'a Party, other: &'a Party) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parents.insert(other.max(one), other.min(one));
        }
    }
}

impl Identity {
    /// The key that [`SubjectKey::of`] gives a subject of this identity.
    pub fn subject_key(&self) -> SubjectKey {
        let organisation = self.organisation().and_then(|code| format!("O:{code}").parse().ok());
        let number = || self.registration_number.as_ref().and_then(|number| format!("R:{number}").parse().ok());
        organisation.or_else(number).unwrap_or_else(|| SubjectKey::of_name(&self.name.key))
    }

    /// SHA-256 over its one spelling, and the person behind it where the province knows one; tag `honghei/identity/1`.
    pub fn digest(&self) -> Digest {
        let mut writer = Writer::tagged("honghei/identity/1");
        self.write(&mut writer);
        // Behind everything else, so that who has no number keeps his digest.
        if let Some(person) = self.person {
            writer.bytes(&person.0);
        }
        sha256(&[&writer.finish()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{day, organisation, position, subject, uscc};
    use super::*;

    fn party(name: &str) -> Party {
        Party::of(&Identity::of(&subject(name, None, None, None)))
    }

    fn ruling(place: u64, one: &str, other: &str, finding: Finding) -> Ruling {
        Ruling::new(position(place), [party(one), party(other)], finding, None)
    }

    #[test]
    fn an_identitys_key_is_its_subjects() {
        let code = uscc("91420800", 7);
        for subject in [
            subject("甲公司", Some(code), None, None),
            subject("甲公司", None, Some(organisation(3)), None),
            subject("甲公司", None, None, Some(super::super::sample::code("420800000012345"))),
            subject("甲 公司", None, None, None),
        ] {
            assert_eq!(Identity::of(&subject).subject_key(), SubjectKey::of(&subject));
        }
    }

    #[test]
    fn the_later_ruling_counts_and_one_that_ended_does_not() {
        let [one, other] = ["甲公司", "乙公司"].map(|name| Identity::of(&subject(name, None, None, None)));
        let mut rulings =
            vec![ruling(1, "甲公司", "乙公司", Finding::Same), ruling(2, "乙公司", "甲公司", Finding::Different)];
        assert_eq!(ruled(&rulings, &one, &other, day(0)), Some(Finding::Different));
        rulings[1].until = Some(day(3));
        assert_eq!(ruled(&rulings, &other, &one, day(3)), Some(Finding::Different));
        assert_eq!(ruled(&rulings, &other, &one, day(4)), Some(Finding::Same));
        assert_eq!(ruled(&rulings, &one, &one, day(4)), None);
    }

    #[test]
    fn rulings_that_cannot_both_be_right_are_named() {
        let mut rulings = vec![
            ruling(1, "甲公司", "乙公司", Finding::Same),
            ruling(2, "乙公司", "丙公司", Finding::Same),
            ruling(3, "丁公司", "甲公司", Finding::Different),
        ];
        assert_eq!(contradictions(&rulings, day(0)), []);
        rulings.push(ruling(4, "丙公司", "甲公司", Finding::Different));
        assert_eq!(contradictions(&rulings, day(0)), [(position(2), position(4))]);
        rulings[0].until = Some(day(1));
        assert_eq!(contradictions(&rulings, day(2)), []);
    }
}
