//! Who must be on the final list, computed naively from the acts in the writers' own logs.
//!
//! No projection, no comparison function, no subject row: every version judges everything the province had then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, Interpretation};
use honghei_domain::calendar::validity_end;
use honghei_domain::comparison::{Finding, Identity};
use honghei_domain::final_list::{Bucket, BucketTree, PublicRow, bucket_digest};
use honghei_domain::list::{CaseId, CaseSet, Digest, ListEntry, ListKind};
use honghei_domain::listing::ListingAct;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_domain::subject_key::{BUCKETS, SubjectKey};
use honghei_registry::desk::listing::exit_of;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;

use super::logs;
use crate::world::World;

/// Years that an own entry is valid (D-04, D-05).
const YEARS: u32 = 3;

/// What the federation must serve.
#[derive(Debug, Default)]
pub struct Model {
    /// Result versions published.
    pub versions: u64,
    /// The rows of the last one.
    pub rows: BTreeMap<CaseId, PublicRow>,
    /// Reds that fell.
    pub removed: BTreeSet<CaseId>,
    /// Reds on hold after the last version.
    pub held: BTreeSet<CaseId>,
    /// Decided exits of listed entries that counted.
    pub exits: u64,
    /// Restorations and ends of repairs that counted.
    pub returns: u64,
    /// Rulings on identity.
    pub rulings: u64,
    /// Entries that a whole list no longer held.
    pub gone: u64,
}

impl Model {
    /// The root over the 65,536 buckets, built row by row.
    pub fn root(&self) -> Digest {
        let mut buckets: BTreeMap<u32, Bucket> = BTreeMap::new();
        for row in self.rows.values() {
            buckets.entry(row.key.bucket()).or_default().insert(row.clone());
        }
        let digests = (0..BUCKETS).filter_map(|at| Some((at, bucket_digest(&buckets.get(&at)?.encode()))));
        BucketTree::from_digests(digests).root()
    }
}

/// Every writer's own log.
pub struct Records {
    /// Entries by writer.
    pub logs: BTreeMap<NodeId, Vec<Entry>>,
    lists: BTreeMap<EntryRef, (NaiveDate, Vec<ListEntry>)>,
}

impl Records {
    /// Reads them.
    pub async fn of(world: &World) -> Result<Self, Fault> {
        let mut records = Self { logs: BTreeMap::new(), lists: BTreeMap::new() };
        for (id, node) in &world.nodes {
            let tx = &mut *node.store.read().await?;
            let entries = logs::read(tx, &LogId::first(id.clone())).await?;
            for entry in &entries {
                let (day, manifest) = match entry.act() {
                    Act::ListCertified { certified_on, manifest, .. } => (certified_on, manifest),
                    Act::FeedImported { as_of, manifest, .. } => (as_of, manifest),
                    _ => continue,
                };
                records.lists.insert(entry.at.clone(), (*day, logs::rows_of(tx, manifest).await?));
            }
            records.logs.insert(id.clone(), entries);
        }
        Ok(records)
    }

    /// How many acts on listed entries stand in the logs.
    pub fn listing_acts(&self) -> u64 {
        let acts = self.logs.values().flatten().filter(|entry| matches!(entry.act(), Act::Listing(_)));
        acts.count() as u64
    }

    /// The entry at a place.
    pub fn entry(&self, at: &EntryRef) -> Option<&Entry> {
        self.logs.get(&at.log.node)?.iter().find(|entry| entry.at == *at)
    }

    /// The entries of a certified or imported list, and its day.
    pub fn list(&self, at: &EntryRef) -> Option<&(NaiveDate, Vec<ListEntry>)> {
        self.lists.get(at)
    }
}

/// What the province knows of one case.
struct Known {
    entry: ListEntry,
    fed: bool,
}

/// What the province knows.
#[derive(Default)]
struct Knowledge {
    cases: BTreeMap<CaseId, Known>,
    /// Decisions by which cases left, as the province judged: by act.
    gone: BTreeMap<CaseId, BTreeSet<EntryRef>>,
    /// The version that removed a red last.
    fell: BTreeMap<CaseId, u64>,
    /// What persons decided about identity, in order: about two parties, each a subject and perhaps one identity of it.
    rulings: Vec<Ruled>,
    /// The validity that a case was first listed with: what it comes back with.
    terms: BTreeMap<CaseId, (NaiveDate, NaiveDate)>,
}

/// Plays the province's log.
pub fn play(records: &Records, province: &NodeId) -> Model {
    let mut model = Model::default();
    let mut known = Knowledge::default();
    for act in records.logs.get(province).into_iter().flatten() {
        match act.act() {
            Act::ActInterpreted { act: judged, outcome: Interpretation::Applied, .. } => {
                match records.entry(judged).map(Entry::act) {
                    Some(Act::ListReported { list, excluded, .. }) => take(records, list, excluded, false, &mut known),
                    Some(act) => decided(records, judged, act, &mut known, &mut model),
                    None => {}
                }
            }
            Act::ListReported { list, excluded, .. } => take(records, list, excluded, false, &mut known),
            Act::Listing(_) => decided(records, &act.at, act.act(), &mut known, &mut model),
            Act::FeedImported { gone, .. } => {
                for number in gone.iter() {
                    let case = CaseId { origin: province.clone(), number };
                    known.gone.entry(case).or_default().insert(act.at.clone());
                    model.gone += 1;
                }
                take(records, &act.at, &CaseSet::default(), true, &mut known);
            }
            Act::IdentityRuled { parties, finding, until, .. } => {
                model.rulings += 1;
                let [one, other] = parties.clone().map(|party| (party.key, party.identity));
                known.rulings.push(Ruled { parties: [one, other], same: *finding == Finding::Same, until: *until });
            }
            Act::ResultPublished { published_on, .. } => {
                model.versions += 1;
                publish(*published_on, &mut known, &mut model);
            }
            _ => {}
        }
    }
    model
}

fn take(records: &Records, list: &EntryRef, excluded: &CaseSet, fed: bool, known: &mut Knowledge) {
    let Some((day, entries)) = records.list(list) else { return };
    for entry in entries.iter().filter(|entry| !excluded.contains(entry.case.number)) {
        let mut entry = entry.clone();
        entry.recognised_on = entry.recognised_on.or(Some(*day));
        known.cases.insert(entry.case.clone(), Known { entry, fed });
    }
}

/// What a decision on a listed entry means, once it counts: an exit, its undoing, a restoration.
fn decided(records: &Records, at: &EntryRef, act: &Act, known: &mut Knowledge, model: &mut Model) {
    if let Some((case, ..)) = exit_of(act) {
        known.gone.entry(case.clone()).or_default().insert(at.clone());
        model.exits += u64::from(model.rows.contains_key(case));
    }
    match act {
        Act::Listing(ListingAct::RepairRevoked { application, case, .. }) => {
            let granted = |exit: &EntryRef| {
                matches!(
                    records.entry(exit).map(Entry::act),
                    Some(Act::Listing(ListingAct::RepairDecided { application: of, .. })) if of == application
                )
            };
            if let Some(exits) = known.gone.get_mut(case) {
                exits.retain(|exit| !granted(exit));
                model.returns += 1;
            }
        }
        Act::Listing(ListingAct::RestorationAnswered { offer, case, accepted: true, .. }) => {
            if let Some(Act::Listing(ListingAct::RestorationOffered { through_version, .. })) =
                records.entry(offer).map(Entry::act)
                && known.fell.get(case).is_some_and(|version| version <= through_version)
            {
                model.removed.remove(case);
                model.returns += 1;
            }
        }
        _ => {}
    }
}

fn publish(day: NaiveDate, known: &mut Knowledge, model: &mut Model) {
    let gone = |case: &CaseId| known.gone.get(case).is_some_and(|exits| !exits.is_empty());
    // What an entry states, else the term with which it was listed, else the one with which it would be.
    let terms = known.terms.clone();
    let term_of = |one: &Known| terms.get(&one.entry.case).copied().unwrap_or_else(|| term(one, day));
    let expired = |one: &Known| one.entry.valid_to.unwrap_or_else(|| term_of(one).1) < day;
    let in_force = |one: &&Known| one.entry.kind == ListKind::Black && !gone(&one.entry.case) && !expired(one);
    let blacks: Vec<&Known> = known.cases.values().filter(in_force).collect();
    for (case, one) in &known.cases {
        if model.removed.contains(case) {
            continue;
        }
        model.held.remove(case);
        if gone(case) {
            model.rows.remove(case);
            continue;
        }
        if expired(one) {
            continue;
        }
        if one.entry.kind == ListKind::Red {
            let appealed = |black: &Known| black.entry.document.as_ref().is_some_and(|document| document.under_appeal);
            let same = |black: &Known| same_firm(&one.entry, &black.entry, &known.rulings, day);
            if blacks.iter().any(|black| same(black) == Some(true) && !appealed(black)) {
                model.removed.insert(case.clone());
                known.fell.insert(case.clone(), model.versions);
                model.rows.remove(case);
                continue;
            }
            if blacks.iter().any(|black| same(black).is_some()) {
                model.held.insert(case.clone());
                continue;
            }
        }
        let term = known.terms.entry(case.clone()).or_insert_with(|| term(one, day));
        model.rows.entry(case.clone()).or_insert_with(|| PublicRow::of(&one.entry, term.0, term.1));
    }
}

/// A decision about two parties.
struct Ruled {
    parties: [(SubjectKey, Option<Digest>); 2],
    same: bool,
    until: Option<NaiveDate>,
}

/// Whether two entries are certainly one firm's (true), perhaps (false), or not at all: here every firm has one code and
/// one name of its own, and some entries lack the code.
fn same_firm(red: &ListEntry, black: &ListEntry, rulings: &[Ruled], day: NaiveDate) -> Option<bool> {
    if red.subject.uscc.is_some() && red.subject.uscc == black.subject.uscc {
        return Some(true);
    }
    let bears = |party: &(SubjectKey, Option<Digest>), entry: &ListEntry| {
        let identity = Identity::of(&entry.subject).digest();
        party.0 == SubjectKey::of(&entry.subject) && party.1.is_none_or(|digest| digest == identity)
    };
    let speaks = |ruled: &&Ruled| {
        let [one, other] = &ruled.parties;
        ruled.until.is_none_or(|last| day <= last)
            && (bears(one, red) && bears(other, black) || bears(one, black) && bears(other, red))
    };
    let both_coded = red.subject.uscc.is_some() && black.subject.uscc.is_some();
    match rulings.iter().rfind(speaks) {
        Some(ruled) => ruled.same.then_some(true),
        None if joined(&SubjectKey::of(&red.subject), &SubjectKey::of(&black.subject), rulings, day) => Some(true),
        None if both_coded || red.subject.name != black.subject.name => None,
        None => Some(false),
    }
}

/// Whether rulings on whole subjects lead from one to the other: whoever is reached is asked for everybody else, until
/// nobody new is.
fn joined(one: &SubjectKey, other: &SubjectKey, rulings: &[Ruled], day: NaiveDate) -> bool {
    let last_word = |a: &SubjectKey, b: &SubjectKey| {
        let about = |ruled: &&Ruled| {
            let [(first, None), (second, None)] = &ruled.parties else { return false };
            ruled.until.is_none_or(|last| day <= last) && ((first, second) == (a, b) || (first, second) == (b, a))
        };
        rulings.iter().rfind(about).is_some_and(|ruled| ruled.same)
    };
    let everybody: BTreeSet<&SubjectKey> =
        rulings.iter().flat_map(|ruled| &ruled.parties).map(|(key, _)| key).collect();
    let mut reached = BTreeSet::from([one]);
    loop {
        let next =
            everybody.iter().find(|key| !reached.contains(*key) && reached.iter().any(|known| last_word(known, key)));
        match next {
            Some(key) => _ = reached.insert(key),
            None => return one != other && reached.contains(other),
        }
    }
}

fn term(one: &Known, day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let stated = if one.fed { one.entry.recognised_on } else { None };
    let from = one.entry.valid_from.or(stated).unwrap_or(day);
    // No policy limits what other departments list.
    let limited = one.entry.department.0 == "commerce";
    let to = one.entry.valid_to.unwrap_or_else(|| if limited { validity_end(from, YEARS) } else { NaiveDate::MAX });
    (from, to)
}
