//! Who must be on the final list, computed naively from the acts in the writers' own logs.
//!
//! No projection, no comparison function, no subject row: every version judges everything the province had then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, FeedMode, Interpretation};
use honghei_domain::calendar::validity_end;
use honghei_domain::comparison::{Finding, Identity};
use honghei_domain::final_list::{Bucket, BucketTree, PublicRow, bucket_digest};
use honghei_domain::list::{CaseId, CaseSet, Digest, ListEntry, ListKind};
use honghei_domain::listing::ListingAct;
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::person::PersonId;
use honghei_domain::subject_key::BUCKETS;
use honghei_registry::desk::listing::exit_of;
use honghei_registry::entry::Entry;

use super::identity::{Borne, Ruled, Told, same_subject};
use super::past::{Caused, Left, Listed, Past, Version};
use super::records::Records;

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
    /// Reds whose own validity was over at the last version.
    pub over: BTreeSet<CaseId>,
    /// Decided exits of listed entries that counted.
    pub exits: u64,
    /// Restorations and ends of repairs that counted.
    pub returns: u64,
    /// Rulings on identity.
    pub rulings: u64,
    /// Entries that a list no longer held.
    pub gone: u64,
    /// Those of them that a list of changes stated otherwise.
    pub corrected: u64,
    /// Acts that do not say what they must.
    pub defects: Vec<String>,
    /// How things stood before.
    pub past: Past,
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

/// What the province knows of one case.
struct Known {
    borne: Borne,
    /// The source that stated it; none for what was reported.
    source: Option<String>,
    /// The day on which the province came to know of it.
    learnt: NaiveDate,
}

/// What the province knows.
#[derive(Default)]
struct Knowledge {
    cases: BTreeMap<CaseId, Known>,
    /// The version that removed a red last.
    fell: BTreeMap<CaseId, u64>,
    /// What the last version said of a red that a black spoke against: which, and whether it fell or only stood under
    /// appeal or in doubt.
    against: BTreeMap<CaseId, (CaseId, Weight)>,
    /// The validity that a case was first listed with: what it comes back with.
    terms: BTreeMap<CaseId, (NaiveDate, NaiveDate)>,
    /// Who stands behind a commitment to a citizen's number, as the province named him.
    persons: BTreeMap<Digest, PersonId>,
}

/// How a black speaks against a red; what comes first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Certain,
    Appealed,
    Perhaps,
    PerhapsAppealed,
}

/// Plays the province's log.
pub fn play(records: &Records, province: &NodeId) -> Model {
    let mut model = Model::default();
    let mut known = Knowledge::default();
    for act in records.logs.get(province).into_iter().flatten() {
        let day = act.body.done_on;
        match act.act() {
            Act::ActInterpreted { act: judged, outcome: Interpretation::Applied, .. } => {
                match records.entry(judged).map(Entry::act) {
                    Some(Act::ListReported { list, excluded, .. }) => {
                        take(records, (list, excluded), None, day, &mut known);
                    }
                    Some(act) => decided(records, judged, act, day, &mut known, &mut model),
                    None => {}
                }
            }
            Act::ListReported { list, excluded, .. } => {
                take(records, (list, excluded), None, day, &mut known);
            }
            Act::Listing(_) => decided(records, &act.at, act.act(), day, &mut known, &mut model),
            Act::FeedImported { .. } => imported(records, act, &mut known, &mut model),
            Act::PersonsIdentified { persons, .. } => {
                let named = persons.iter().filter_map(|found| Some((found.commitment, found.person?.id)));
                known.persons.extend(named);
                let Knowledge { cases, persons, .. } = &mut known;
                cases.values_mut().for_each(|one| one.borne = borne(one.borne.entry.clone(), persons));
            }
            Act::IdentityRuled { parties, finding, until, ruled_on, .. } => {
                model.rulings += 1;
                let parties = parties.clone().map(|party| (party.key, party.identity));
                let same = *finding == Finding::Same;
                model.past.rulings.push(Ruled { parties, same, made_on: *ruled_on, until: *until });
            }
            Act::ResultPublished { published_on, .. } => {
                model.versions += 1;
                publish(*published_on, &mut known, &mut model);
            }
            _ => {}
        }
    }
    model.past.learnt = known.cases.into_iter().map(|(case, one)| (case, one.learnt)).collect();
    // Of a case that was withdrawn before any report of it the province knows that it left.
    for (case, left) in &model.past.left {
        for day in left.iter().map(|left| left.known_on) {
            let learnt = model.past.learnt.entry(case.clone()).or_insert(day);
            *learnt = day.min(*learnt);
        }
    }
    model
}

fn borne(entry: ListEntry, persons: &BTreeMap<Digest, PersonId>) -> Borne {
    let told = Told::of(&entry.subject);
    let person = entry.subject.person_commitment.and_then(|commitment| persons.get(&commitment).copied());
    let digest = Identity { person, ..Identity::of(&entry.subject) }.digest();
    Borne { key: told.key(), told, digest, entry }
}

/// What a list states but for the excluded cases, known from a day on.
fn take(
    records: &Records,
    (list, excluded): (&EntryRef, &CaseSet),
    source: Option<&String>,
    on: NaiveDate,
    known: &mut Knowledge,
) {
    let Some((day, entries)) = records.list(list) else { return };
    for entry in entries.iter().filter(|entry| !excluded.contains(entry.case.number)) {
        let mut entry = entry.clone();
        entry.recognised_on = entry.recognised_on.or(Some(*day));
        let case = entry.case.clone();
        let learnt = known.cases.get(&case).map_or(on, |before| before.learnt);
        let one = Known { borne: borne(entry, &known.persons), source: source.cloned(), learnt };
        known.cases.insert(case, one);
    }
}

/// A delivery: what it names as gone leaves, what it states anew comes.
fn imported(records: &Records, act: &Entry, known: &mut Knowledge, model: &mut Model) {
    let Act::FeedImported { source, mode, gone, revoked, as_of, .. } = act.act() else { return };
    let day = act.body.done_on;
    let origin = &act.at.log.node;
    let cases = |numbers: &CaseSet| -> BTreeSet<CaseId> {
        numbers.iter().map(|number| CaseId { origin: origin.clone(), number }).collect()
    };
    let (gone, revoked) = (cases(gone), cases(revoked));
    if *mode == FeedMode::Delta {
        model.corrected += gone.len() as u64;
        let entries = records.list(&act.at).map(|(_, entries)| entries.as_slice()).unwrap_or_default();
        let stated = stated_otherwise(entries, source, day, known);
        let lacks: Vec<_> = stated.difference(&gone).filter(|case| !model.past.is_gone(case)).collect();
        let surplus: Vec<_> = gone.iter().filter(|case| !stated.contains(case) && !revoked.contains(case)).collect();
        let of_source = |case: &CaseId| known.cases.get(case).is_some_and(|one| one.source.as_ref() == Some(source));
        let others: Vec<_> = revoked
            .iter()
            .filter(|case| !of_source(case) || model.past.is_gone(case) || !gone.contains(case))
            .collect();
        if !lacks.is_empty() || !surplus.is_empty() || !others.is_empty() {
            model.defects.push(format!("{} keeps {lacks:?}, ends {surplus:?} and revokes {others:?}", act.at));
        }
    }
    for case in gone {
        let left = Left { act: act.at.clone(), on: *as_of, known_on: day, undone: None };
        model.past.left.entry(case).or_default().push(left);
        model.gone += 1;
    }
    take(records, (&act.at, &CaseSet::default()), Some(source), day, known);
}

/// What a source stated before of the same firms under the same documents, unless time has ended it.
fn stated_otherwise(entries: &[ListEntry], source: &String, day: NaiveDate, known: &Knowledge) -> BTreeSet<CaseId> {
    let rests_on = |entry: &ListEntry| {
        let document = entry.document.as_ref().filter(|document| !document.number.is_empty());
        document.map(|document| (document.number.clone(), document.issuer.clone()))
    };
    let anew: BTreeSet<_> = entries.iter().map(|entry| (Told::of(&entry.subject).key(), rests_on(entry))).collect();
    let of_source = known.cases.values().filter(|one| one.source.as_ref() == Some(source));
    let same = of_source.filter(|Known { borne, .. }| {
        let rests_on = rests_on(&borne.entry);
        let over = borne.entry.valid_to.is_some_and(|last| last < day);
        rests_on.is_some() && anew.contains(&(borne.key.clone(), rests_on)) && !over
    });
    same.map(|one| one.borne.entry.case.clone()).collect()
}

/// What a decision on a listed entry means, once it counts on a day: an exit, its undoing, a restoration.
fn decided(records: &Records, at: &EntryRef, act: &Act, day: NaiveDate, known: &mut Knowledge, model: &mut Model) {
    if let Some((case, _, _, on)) = exit_of(act) {
        let left = Left { act: at.clone(), on, known_on: day, undone: None };
        model.past.left.entry(case.clone()).or_default().push(left);
        model.exits += u64::from(model.rows.contains_key(case));
    }
    match act {
        Act::Listing(ListingAct::RepairRevoked { application, case, revoked_on, .. }) => {
            let granted = |exit: &EntryRef| {
                matches!(
                    records.entry(exit).map(Entry::act),
                    Some(Act::Listing(ListingAct::RepairDecided { application: of, .. })) if of == application
                )
            };
            let left = model.past.left.get_mut(case).into_iter().flatten();
            left.filter(|left| granted(&left.act)).for_each(|left| left.undone = Some((*revoked_on, day)));
            model.returns += 1;
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
    // What an entry states, else the term with which it was listed, else the one with which it would be.
    let terms = known.terms.clone();
    let term_of = |one: &Known| terms.get(&one.borne.entry.case).copied().unwrap_or_else(|| term(one, day));
    let expired = |one: &Known| one.borne.entry.valid_to.unwrap_or_else(|| term_of(one).1) < day;
    let in_force = |one: &&Known| {
        one.borne.entry.kind == ListKind::Black && !model.past.is_gone(&one.borne.entry.case) && !expired(one)
    };
    let blacks: Vec<&Known> = known.cases.values().filter(in_force).collect();
    model.over.clear();
    for (case, one) in &known.cases {
        if model.removed.contains(case) {
            continue;
        }
        model.held.remove(case);
        if model.past.is_gone(case) {
            model.rows.remove(case);
            continue;
        }
        if expired(one) {
            model.over.insert(case.clone());
            continue;
        }
        let speaks = |black: &&Known| {
            let weight = against(&one.borne, &black.borne, &model.past.rulings, day)?;
            Some((weight, black.borne.entry.recognised_on, black.borne.entry.case.clone()))
        };
        let red = one.borne.entry.kind == ListKind::Red;
        let first = if red { blacks.iter().filter_map(speaks).min() } else { None };
        let Some((weight, _, black)) = first else {
            known.against.remove(case);
            let term = known.terms.entry(case.clone()).or_insert_with(|| term(one, day));
            model.rows.entry(case.clone()).or_insert_with(|| PublicRow::of(&one.borne.entry, term.0, term.1));
            continue;
        };
        let fell = weight == Weight::Certain;
        if fell {
            model.removed.insert(case.clone());
            known.fell.insert(case.clone(), model.versions);
            model.rows.remove(case);
        } else {
            model.held.insert(case.clone());
        }
        let says = (black.clone(), weight);
        if known.against.insert(case.clone(), says.clone()) != Some(says) {
            let caused = Caused { version: model.versions, red: case.clone(), fell };
            model.past.caused.entry(black).or_default().insert(caused);
        }
    }
    let listed = |row: &PublicRow| {
        let key = known.cases.get(&row.case).map_or_else(|| row.key.clone(), |one| one.borne.key.clone());
        Listed { key, kind: row.kind, from: row.valid_from, to: row.valid_to }
    };
    let rows = model.rows.iter().map(|(case, row)| (case.clone(), listed(row))).collect();
    model.past.versions.push(Version { day, rows });
}

/// How a black speaks against a red, if it does.
fn against(red: &Borne, black: &Borne, rulings: &[Ruled], day: NaiveDate) -> Option<Weight> {
    let appealed = black.entry.document.as_ref().is_some_and(|document| document.under_appeal);
    Some(match same_subject(red, black, rulings, day)? {
        true if appealed => Weight::Appealed,
        true => Weight::Certain,
        false if appealed => Weight::PerhapsAppealed,
        false => Weight::Perhaps,
    })
}

fn term(one: &Known, day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let entry = &one.borne.entry;
    let stated = one.source.as_ref().and(entry.recognised_on);
    let from = entry.valid_from.or(stated).unwrap_or(day);
    // No policy limits what other departments list.
    let limited = entry.department.0 == "commerce";
    let to = entry.valid_to.unwrap_or_else(|| if limited { validity_end(from, YEARS) } else { NaiveDate::MAX });
    (from, to)
}
