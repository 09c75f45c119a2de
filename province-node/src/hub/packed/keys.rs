//! A subject's row as keys.

use honghei_comparison::join::Side;
use honghei_comparison::key;
use honghei_comparison::packed::{EntryKey, NO_DAY, NameKey, State, cause, day, less, node, subject};
use honghei_domain::comparison::{Fact, Outcome, Standing};
use honghei_domain::list::ListKind;
use honghei_domain::name::{name_hash, text_hash};
use honghei_domain::node::NodeId;
use honghei_store::SubjectAt;

use crate::hub::subjects::Kept;

/// What keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Entries.
    Entries = 0,
    /// Names and numbers.
    Names = 1,
}

/// The keys of some rows, more and less.
#[derive(Debug, Default)]
pub struct Keys {
    entries: Vec<u128>,
    names: Vec<u128>,
    /// The node packed last: nearly every entry of a batch was brought by one.
    node: Option<(NodeId, u64)>,
}

impl Keys {
    /// The keys of a row, as more.
    pub fn more(&mut self, at: &SubjectAt, kept: &Kept<'_>) {
        let subject = subject(at.bucket, &at.key);
        if kept.facts.is_empty() {
            let bare = EntryKey { subject, side: Side::Red, state: State::Bare, open: false, day: NO_DAY, cause: 0 };
            self.entries.push(bare.pack());
        }
        let decided = !kept.rulings.is_empty();
        let ruled: Vec<u64> = kept.rulings.iter().map(|ruling| hash(&format!("D:{}", ruling.act))).collect();
        for fact in &kept.facts {
            let side = side_of(fact.kind);
            let open = key::is_open(&fact.identity);
            let entry = self.entry(subject, kept, fact);
            self.entries.push(EntryKey { open: open || decided, ..entry }.pack());
            let weak = weak_hashes(fact).map(|hash| NameKey { hash, open, side, subject });
            let ruled = ruled.iter().map(|hash| NameKey { hash: *hash, open: true, side, subject });
            self.names.extend(weak.chain(ruled).map(NameKey::pack));
        }
    }

    /// The keys of a row, as less.
    pub fn less(&mut self, at: &SubjectAt, kept: &Kept<'_>) {
        let (entries, names) = (self.entries.len(), self.names.len());
        self.more(at, kept);
        let written = self.entries.iter_mut().skip(entries).chain(self.names.iter_mut().skip(names));
        written.for_each(|key| *key = less(*key));
    }

    /// Takes up those of other rows.
    pub fn extend(&mut self, others: Self) {
        self.entries.extend(others.entries);
        self.names.extend(others.names);
    }

    /// Both families.
    pub fn into_families(self) -> [(Family, Vec<u128>); 2] {
        [(Family::Entries, self.entries), (Family::Names, self.names)]
    }

    fn entry(&mut self, subject: u64, kept: &Kept<'_>, fact: &Fact) -> EntryKey {
        let (state, last) = state_of(kept, fact);
        let cause = match state {
            State::Reported => cause(self.node_of(&fact.position.log.node), &fact.position),
            _ => Some(0),
        };
        let state = if cause.is_some() { state } else { State::Apart };
        let day = last.map_or(NO_DAY, day);
        EntryKey { subject, side: side_of(fact.kind), state, open: false, day, cause: cause.unwrap_or(0) }
    }

    fn node_of(&mut self, id: &NodeId) -> u64 {
        match &self.node {
            Some((known, packed)) if known == id => *packed,
            _ => self.node.insert((id.clone(), node(id))).1,
        }
    }
}

/// How an entry stands by its row alone, and the last day that matters to it.
fn state_of(kept: &Kept<'_>, fact: &Fact) -> (State, Option<chrono::NaiveDate>) {
    // What a person decided or a recogniser restored is told by the whole row only.
    if !kept.rulings.is_empty() || !kept.restorations.is_empty() {
        return (State::Apart, None);
    }
    let said = kept.settled.iter().rfind(|settled| settled.verdict.case == fact.case);
    let final_outcome = if fact.kind == ListKind::Red { Outcome::FinalRed } else { Outcome::FinalBlack };
    match (&fact.standing, said.map(|settled| &settled.verdict.outcome)) {
        (Standing::Exited { .. }, Some(Outcome::Exited)) => (State::Exited, None),
        (Standing::Reported, None) => (State::Reported, fact.valid_to),
        (Standing::Reported | Standing::Published { .. }, Some(outcome)) if *outcome == final_outcome => {
            (State::Listed, fact.effective_to())
        }
        (Standing::Reported | Standing::Published { .. }, Some(Outcome::Expired)) if fact.effective_to().is_some() => {
            (State::Expired, fact.effective_to())
        }
        (Standing::Reported | Standing::Published { .. } | Standing::Exited { .. }, _) => (State::Apart, None),
    }
}

fn side_of(kind: ListKind) -> Side {
    match kind {
        ListKind::Red => Side::Red,
        ListKind::Black => Side::Black,
    }
}

fn hash(text: &str) -> u64 {
    text_hash(text).cast_unsigned()
}

/// What may bring an entry together with those of other subjects: its names, its registration number, its person.
fn weak_hashes(fact: &Fact) -> impl Iterator<Item = u64> + '_ {
    let identity = &fact.identity;
    let number = identity.registration_number.as_ref().map(|number| hash(&format!("R:{number}")));
    let person = identity.person.map(|person| hash(&format!("P:{person}")));
    let names = [Some(&identity.name.key), identity.name.former.as_ref()];
    let names = names.into_iter().flatten().filter(|text| !text.is_empty()).map(|text| name_hash(text).cast_unsigned());
    names.chain(number).chain(person)
}
