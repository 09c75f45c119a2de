//! What a person decided about identity, where codes and names leave it open (AMB-13).
//!
//! A ruling speaks of two parties, each the bearer of a subject key, and perhaps of one recorded identity only. It is
//! remembered: every later entry of the same parties is judged by it until it ends or a later ruling says otherwise.

use std::collections::{BTreeMap, BTreeSet};

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

    /// Whether all whom another party speaks of are among those it speaks of.
    fn covers(&self, other: &Self) -> bool {
        self.key == other.key && (self.identity.is_none() || self.identity == other.identity)
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
    /// The parties, the lesser first; one and the same where both entries were recorded in the same words.
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

    /// Whether it and a ruling on other parties may speak of the same two: one of them of everybody under a key.
    pub fn touches(&self, parties: &[Party; 2]) -> bool {
        let ([one, other], [first, second]) = (&self.parties, parties);
        let meet = |one: &Party, other: &Party| one.covers(other) || other.covers(one);
        meet(one, first) && meet(other, second) || meet(one, second) && meet(other, first)
    }

    /// Whether it speaks of everybody under both keys.
    pub fn is_on_whole_subjects(&self) -> bool {
        self.parties.iter().all(|party| party.identity.is_none())
    }

    /// Whether it speaks of these two.
    pub fn speaks_of(&self, one: &Identity, other: &Identity) -> bool {
        let [first, second] = &self.parties;
        first.bears(one) && second.bears(other) || first.bears(other) && second.bears(one)
    }
}

/// What the rulings in force on a day find about two identities: the last that speaks of them, or else that one subject
/// was found to be another and that one a third. `rulings` in the order of their acts.
pub fn ruled(rulings: &[Ruling], one: &Identity, other: &Identity, as_of: NaiveDate) -> Option<Finding> {
    let mut latest = rulings.iter().rev().filter(|ruling| ruling.is_in_force(as_of));
    match latest.find(|ruling| ruling.speaks_of(one, other)) {
        Some(ruling) => Some(ruling.finding),
        None => are_joined(rulings, &one.subject_key(), &other.subject_key(), as_of).then_some(Finding::Same),
    }
}

/// Whether a chain of rulings on whole subjects leads from one key to another; of two on the same pair the later counts.
fn are_joined(rulings: &[Ruling], from: &SubjectKey, to: &SubjectKey, as_of: NaiveDate) -> bool {
    let on_whole = rulings.iter().filter(|ruling| ruling.is_on_whole_subjects() && ruling.is_in_force(as_of));
    let latest: BTreeMap<&[Party; 2], Finding> = on_whole.map(|ruling| (&ruling.parties, ruling.finding)).collect();
    let mut reached = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(at) = waiting.pop() {
        for ([one, other], _) in latest.iter().filter(|(_, finding)| **finding == Finding::Same) {
            let next = match (one.key == *at, other.key == *at) {
                (true, _) => &other.key,
                (_, true) => &one.key,
                _ => continue,
            };
            if reached.insert(next) {
                waiting.push(next);
            }
        }
    }
    from != to && reached.contains(to)
}

/// Pairs of acts in force on a day that cannot both be right: of the same parties one finds the same subject and one
/// different ones, or parties found different are joined by others found the same. What is found of everybody under a key
/// is found of each recorded identity under it. Each pair once, the earlier first.
pub fn contradictions(rulings: &[Ruling], as_of: NaiveDate) -> Vec<(EntryRef, EntryRef)> {
    let in_force: Vec<&Ruling> = rulings.iter().filter(|ruling| ruling.is_in_force(as_of)).collect();
    let same = || in_force.iter().filter(|ruling| ruling.finding == Finding::Same);
    let parties: BTreeSet<&Party> = in_force.iter().flat_map(|ruling| &ruling.parties).collect();
    let covered = |by: &Party| parties.iter().copied().filter(|party| by.covers(party)).collect::<Vec<_>>();
    let mut groups = Groups::default();
    for ruling in same() {
        let [one, other] = &ruling.parties;
        groups.join(one, other);
        for whole in &ruling.parties {
            covered(whole).into_iter().for_each(|party| groups.join(whole, party));
        }
    }
    let mut found = Vec::new();
    for different in in_force.iter().filter(|ruling| ruling.finding == Finding::Different) {
        let [ones, others] = different
            .parties
            .each_ref()
            .map(|party| covered(party).into_iter().map(|party| groups.root(party)).collect::<BTreeSet<_>>());
        for root in ones.intersection(&others) {
            // The last of those that join them is named.
            let joins = same().filter(|ruling| ruling.parties.first().is_some_and(|party| groups.root(party) == *root));
            if let Some(same) = joins.max_by_key(|ruling| &ruling.act) {
                let (one, other) = (same.act.clone(), different.act.clone());
                found.push(if one < other { (one, other) } else { (other, one) });
            }
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
    fn who_is_one_with_a_second_is_one_with_whom_the_second_is_one_with() {
        let names = ["甲公司", "乙公司", "丙公司", "丁公司"];
        let [first, second, third, fourth] = names.map(|name| Identity::of(&subject(name, None, None, None)));
        let whole = |place, one: &Identity, other: &Identity, finding| {
            let party = |of: &Identity| Party { key: of.subject_key(), identity: None };
            Ruling::new(position(place), [party(one), party(other)], finding, None)
        };
        let mut rulings = vec![whole(1, &first, &second, Finding::Same), whole(2, &third, &second, Finding::Same)];
        assert_eq!(ruled(&rulings, &first, &third, day(0)), Some(Finding::Same));
        assert_eq!(ruled(&rulings, &third, &first, day(0)), Some(Finding::Same));
        assert_eq!(ruled(&rulings, &first, &fourth, day(0)), None);
        assert_eq!(ruled(&rulings, &first, &first, day(0)), None, "codes and names say it");
        // A ruling on the pair itself counts before any chain; a link that ended or was taken back breaks the chain.
        rulings.push(whole(3, &first, &third, Finding::Different));
        assert_eq!(ruled(&rulings, &first, &third, day(0)), Some(Finding::Different));
        rulings.pop();
        rulings[1].until = Some(day(1));
        assert_eq!(ruled(&rulings, &first, &third, day(2)), None);
        rulings[1].until = None;
        rulings.push(whole(4, &second, &third, Finding::Different));
        assert_eq!(ruled(&rulings, &first, &third, day(2)), None);
        // What is found of one recorded identity says nothing of the rest of its key, and leads nowhere.
        let identities = [Party::of(&second), Party::of(&third)];
        let rulings =
            [whole(1, &first, &second, Finding::Same), Ruling::new(position(2), identities, Finding::Same, None)];
        assert_eq!(ruled(&rulings, &first, &third, day(0)), None);
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

    #[test]
    fn what_is_found_of_a_key_contradicts_what_is_found_of_an_identity_under_it() {
        let whole = |name: &str| Party { identity: None, ..party(name) };
        let of = |place, parties, finding| Ruling::new(position(place), parties, finding, None);
        let [one, other, third] = ["甲公司", "乙公司", "丙公司"];
        let named = vec![(position(1), position(2))];
        for (first, second) in [(Finding::Same, Finding::Different), (Finding::Different, Finding::Same)] {
            let identity = of(1, [party(one), party(other)], first);
            let key = of(2, [whole(one), whole(other)], second);
            assert!(identity.touches(&key.parties) && key.touches(&identity.parties));
            assert_eq!(contradictions(&[identity, key], day(0)), named);
        }
        // Joined over a third: one of its identities with one, everybody under its key with the other.
        let mut rulings = vec![of(1, [whole(third), party(other)], Finding::Same)];
        rulings.push(of(0, [party(one), party(third)], Finding::Same));
        rulings.push(of(2, [whole(one), whole(other)], Finding::Different));
        rulings.sort();
        assert_eq!(contradictions(&rulings, day(0)), named);
        // An identity that is one with another's says nothing of others under its key.
        let apart = Party { identity: Some([7; 32]), ..party(third) };
        let rulings = [
            of(0, [party(one), party(third)], Finding::Same),
            of(1, [apart, party(other)], Finding::Same),
            of(2, [whole(one), whole(other)], Finding::Different),
        ];
        assert_eq!(contradictions(&rulings, day(0)), []);
        assert!(!rulings[0].touches(&rulings[1].parties));
    }
}
