//! The index of names: kept equal to what the facts say, so that it tells who bears a name now, and since when a name is
//! too common to propose anybody.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::comparison::{SubjectFacts, is_common};
use honghei_domain::name::name_hash;
use honghei_registry::error::Fault;
use honghei_registry::parallel;
use honghei_store::{NameRow, SubjectAt, Tx};

use super::piece::hashes_of;

/// The hashes that some subjects bear.
pub type Borne = BTreeMap<SubjectAt, BTreeSet<i64>>;

/// What subjects bear by their facts.
pub fn borne(subjects: &BTreeMap<SubjectAt, SubjectFacts>) -> Borne {
    subjects.iter().map(|(at, facts)| (at.clone(), hashes_of_all(facts))).collect()
}

fn hashes_of_all(facts: &SubjectFacts) -> BTreeSet<i64> {
    facts.facts().iter().flat_map(hashes_of).collect()
}

/// Who is met under the names of some subjects after a change.
#[derive(Debug, Default)]
pub struct Met {
    /// The bearers of every name that brings subjects together.
    pub shared: BTreeMap<i64, Vec<SubjectAt>>,
    /// Everybody under a name that the change made common, or that is common no longer.
    pub turned: BTreeMap<i64, Vec<SubjectAt>>,
    /// The names that a subject bears no more.
    pub dropped: Borne,
}

impl Met {
    /// Everybody whose verdicts the change may touch.
    pub fn everybody(self) -> BTreeSet<SubjectAt> {
        self.shared.into_values().chain(self.turned.into_values()).flatten().collect()
    }
}

/// Brings the index from what subjects bore to what their facts say now.
pub async fn keep(tx: &mut dyn Tx, bore: &Borne, subjects: &BTreeMap<SubjectAt, SubjectFacts>) -> Result<Met, Fault> {
    let mut met = Met::default();
    let (mut added, mut removed, mut hashes) = (Vec::new(), Vec::new(), BTreeSet::new());
    let nothing = BTreeSet::new();
    let listed: Vec<_> = subjects.iter().collect();
    let bear = parallel::each_of_many(&listed, |(_, facts)| hashes_of_all(facts));
    for ((at, _), bears) in listed.into_iter().zip(bear) {
        let bore = bore.get(at).unwrap_or(&nothing);
        let row = |name_hash: &i64| NameRow { name_hash: *name_hash, at: at.clone() };
        added.extend(bears.difference(bore).map(row));
        let dropped: BTreeSet<i64> = bore.difference(&bears).copied().collect();
        if !dropped.is_empty() {
            removed.extend(dropped.iter().map(row));
            met.dropped.insert(at.clone(), dropped);
        }
        hashes.extend(bears);
    }
    hashes.extend(met.dropped.values().flatten());
    let hashes: Vec<i64> = hashes.into_iter().collect();
    let known = tx.names(&hashes).await?;
    added.retain(|row| known.binary_search(row).is_err());
    added.sort_unstable();
    removed.sort_unstable();
    tx.put_names(&added).await?;
    tx.remove_names(&removed).await?;
    let mut before: BTreeMap<i64, usize> = BTreeMap::new();
    let mut after: BTreeMap<i64, Vec<SubjectAt>> = BTreeMap::new();
    for row in known {
        *before.entry(row.name_hash).or_default() += 1;
        if removed.binary_search(&row).is_err() {
            after.entry(row.name_hash).or_default().push(row.at);
        }
    }
    for row in added {
        after.entry(row.name_hash).or_default().push(row.at);
    }
    for (hash, places) in after {
        let was_common = before.get(&hash).is_some_and(|bearers| is_common(*bearers));
        match (was_common, is_common(places.len())) {
            (false, false) => _ = met.shared.insert(hash, places),
            (true, true) => {}
            _ => _ = met.turned.insert(hash, places),
        }
    }
    Ok(met)
}

/// How many subjects bear each of the names of some facts, where they are too many for the name to propose anybody.
pub async fn common(tx: &mut dyn Tx, facts: &SubjectFacts) -> Result<Vec<(String, usize)>, Fault> {
    let names: BTreeSet<&String> = facts
        .facts()
        .iter()
        .flat_map(|fact| [Some(&fact.identity.name.key), fact.identity.name.former.as_ref()])
        .flatten()
        .collect();
    let mut hashes: Vec<i64> = names.iter().map(|name| name_hash(name)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let mut bearers: BTreeMap<i64, usize> = BTreeMap::new();
    for row in tx.names(&hashes).await? {
        *bearers.entry(row.name_hash).or_default() += 1;
    }
    let many = |name: &String| bearers.get(&name_hash(name)).copied().filter(|bearers| is_common(*bearers));
    Ok(names.into_iter().filter_map(|name| Some((name.clone(), many(name)?))).collect())
}
