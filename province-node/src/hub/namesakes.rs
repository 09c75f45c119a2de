//! Whom a subject is judged among besides its own row: blacks of others that share a name or a number with it, or bear a
//! name like its own.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::comparison::{Fact, SubjectFacts, is_common};
use honghei_domain::list::ListKind;
use honghei_domain::name::alike;
use honghei_registry::context::Context;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::names::{Bearers, lacks_code, may_be_like};
use super::piece::hashes_of;
use super::publish::within_term;
use super::ruling;
use super::subjects::{Settlements, read_subjects};

/// Facts of other subjects that share a name or a registration number with the ones at hand, or bear a name like theirs.
pub struct Namesakes {
    by_hash: BTreeMap<i64, Vec<SubjectAt>>,
    by_core: BTreeMap<i64, Vec<SubjectAt>>,
    blacks: BTreeMap<SubjectAt, Vec<Fact>>,
}

impl Namesakes {
    /// Looks them up for some subjects at once.
    pub async fn of(
        tx: &mut dyn Tx,
        cx: &Context,
        subjects: &BTreeMap<SubjectAt, SubjectFacts>,
        settlements: &mut Settlements,
    ) -> Result<Self, Fault> {
        let hashes: BTreeSet<i64> = subjects.values().flat_map(sought).collect();
        let hashes: Vec<i64> = hashes.into_iter().collect();
        let bearers = Bearers::of(tx, &hashes).await?;
        let (mut by_hash, mut by_core) = (BTreeMap::new(), BTreeMap::new());
        for hash in hashes {
            let places: Vec<SubjectAt> = bearers.equal(hash).cloned().collect();
            if places.len() > 1 && !is_common(places.len()) {
                by_hash.insert(hash, places);
            }
            by_core.entry(alike(hash)).or_insert_with(|| near(bearers.alike(hash), subjects));
        }
        let places: BTreeSet<SubjectAt> = by_hash.values().chain(by_core.values()).flatten().cloned().collect();
        let places: Vec<SubjectAt> = places.into_iter().collect();
        let mut blacks = BTreeMap::new();
        for (at, facts) in read_subjects(tx, &places, settlements).await? {
            let own = facts.facts().iter().filter(|fact| fact.kind == ListKind::Black);
            let found: Vec<Fact> = own.map(|fact| within_term(cx, fact.clone())).collect();
            if !found.is_empty() {
                blacks.insert(at, found);
            }
        }
        // Thousands may share a name; those without a black need not be looked through for each of them.
        for places in by_hash.values_mut().chain(by_core.values_mut()) {
            places.retain(|place| blacks.contains_key(place));
        }
        Ok(Self { by_hash, by_core, blacks })
    }

    /// The blacks of other subjects that one subject may have to do with.
    pub fn proposals(&self, at: &SubjectAt, facts: &SubjectFacts) -> Vec<Fact> {
        let mut places: BTreeSet<&SubjectAt> = BTreeSet::new();
        for hash in sought(facts) {
            places.extend(self.by_hash.get(&hash).into_iter().flatten().filter(|place| *place != at));
            let like = self.by_core.get(&alike(hash)).into_iter().flatten();
            places.extend(like.filter(|place| may_be_like(at, place)));
        }
        places.into_iter().filter_map(|place| self.blacks.get(place)).flatten().cloned().collect()
    }
}

/// Those who bear names of one core, as far as likeness may say something of them and one of the subjects at hand.
fn near(alike: BTreeSet<&SubjectAt>, subjects: &BTreeMap<SubjectAt, SubjectFacts>) -> Vec<SubjectAt> {
    let any = alike.iter().any(|at| lacks_code(at) && subjects.contains_key(*at));
    match alike.len() {
        0 | 1 => Vec::new(),
        _ => alike.into_iter().filter(|at| any || lacks_code(at)).cloned().collect(),
    }
}

/// The hashes under which a subject may meet others.
fn sought(facts: &SubjectFacts) -> impl Iterator<Item = i64> + '_ {
    facts.facts().iter().flat_map(hashes_of).chain(ruling::hashes_of(facts))
}
