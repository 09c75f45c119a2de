//! The index of names: kept equal to what the facts say, so that it tells who bears a name, or one like it, now, and since
//! when a name or a core is too common to propose anybody.
//!
//! Names of one core lie side by side ([`honghei_domain::name::name_hash`]): one reading answers both questions.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::comparison::{LIKENESSES, SubjectFacts, is_common, is_crowded};
use honghei_domain::name::{Parts, alike, alike_range, name_hash};
use honghei_registry::error::Fault;
use honghei_registry::parallel;
use honghei_store::{NameRow, SubjectAt, Tx};

use super::piece::hashes_of;

/// Rows of a core read at first; more are needed only where a few subjects bear very many names.
const ROWS: u32 = 4 * LIKENESSES as u32;

/// The hashes that some subjects bear.
pub type Borne = BTreeMap<SubjectAt, BTreeSet<i64>>;

/// What subjects bear by their facts.
pub fn borne(subjects: &BTreeMap<SubjectAt, SubjectFacts>) -> Borne {
    subjects.iter().map(|(at, facts)| (at.clone(), hashes_of_all(facts))).collect()
}

fn hashes_of_all(facts: &SubjectFacts) -> BTreeSet<i64> {
    facts.facts().iter().flat_map(hashes_of).collect()
}

/// Whether likeness can say anything of two subjects: organisation codes tell two that have them apart.
pub fn may_be_like(one: &SubjectAt, other: &SubjectAt) -> bool {
    one != other && (lacks_code(one) || lacks_code(other))
}

/// Whether a subject is not known by an organisation code.
pub fn lacks_code(at: &SubjectAt) -> bool {
    !at.key.starts_with("O:")
}

/// Who bears some names, and who names like them.
#[derive(Debug, Default)]
pub struct Bearers {
    /// Ascending: of a core that is not crowded every name, of any other those that were asked for.
    rows: Vec<NameRow>,
    crowded: BTreeSet<i64>,
}

impl Bearers {
    /// Reads the index. A crowded core costs no more than another, however many bear it.
    pub async fn of(tx: &mut dyn Tx, hashes: &[i64]) -> Result<Self, Fault> {
        let mut bearers = Self::default();
        let mut asked: BTreeSet<i64> = hashes.iter().map(|hash| alike(*hash)).collect();
        let mut limit = ROWS;
        while !asked.is_empty() {
            let ranges: Vec<(i64, i64)> = asked.iter().map(|core| alike_range(*core)).collect();
            let mut rows = tx.names_between(&ranges, limit).await?;
            let mut unsure = BTreeSet::new();
            for of_core in rows.chunk_by(|one, other| alike(one.name_hash) == alike(other.name_hash)) {
                let Some(core) = of_core.first().map(|row| alike(row.name_hash)) else { continue };
                if is_crowded(of_core.len()) && is_crowded(distinct(of_core).len()) {
                    bearers.crowded.insert(core);
                } else if of_core.len() as u64 >= u64::from(limit) {
                    unsure.insert(core);
                }
            }
            if !unsure.is_empty() || !bearers.crowded.is_empty() {
                let left = |row: &NameRow| unsure.contains(&alike(row.name_hash));
                rows.retain(|row| !left(row) && !bearers.crowded.contains(&alike(row.name_hash)));
            }
            bearers.rows.append(&mut rows);
            limit = limit.saturating_mul(4);
            asked = unsure;
        }
        if !bearers.crowded.is_empty() {
            let of_crowded = |hash: &&i64| bearers.crowded.contains(&alike(**hash));
            let of_crowded: Vec<i64> = hashes.iter().filter(of_crowded).copied().collect();
            bearers.rows.append(&mut tx.names(&of_crowded).await?);
        }
        bearers.rows.sort_unstable();
        Ok(bearers)
    }

    /// Who bears the very name.
    pub fn equal(&self, hash: i64) -> impl Iterator<Item = &SubjectAt> {
        self.from(hash).take_while(move |row| row.name_hash == hash).map(|row| &row.at)
    }

    /// Who bears any name of its core, each once; nobody where the core is crowded.
    pub fn alike(&self, hash: i64) -> BTreeSet<&SubjectAt> {
        let core = alike(hash);
        if self.crowded.contains(&core) {
            return BTreeSet::new();
        }
        let of_core = self.from(alike_range(core).0).take_while(|row| alike(row.name_hash) == core);
        of_core.map(|row| &row.at).collect()
    }

    /// Whether the core of a name is crowded.
    pub fn is_crowded(&self, hash: i64) -> bool {
        self.crowded.contains(&alike(hash))
    }

    fn from(&self, hash: i64) -> impl Iterator<Item = &NameRow> {
        self.rows.iter().skip(self.rows.partition_point(|row| row.name_hash < hash))
    }
}

fn distinct(rows: &[NameRow]) -> BTreeSet<&SubjectAt> {
    rows.iter().map(|row| &row.at).collect()
}

/// Who is met under the names of some subjects after a change.
#[derive(Debug, Default)]
pub struct Met {
    /// The bearers of every name that brings subjects together.
    pub shared: BTreeMap<i64, Vec<SubjectAt>>,
    /// By core, those of whom likeness may say something.
    alike: BTreeMap<i64, Vec<SubjectAt>>,
    /// Everybody under a name that the change made common, or that is common no longer.
    turned: BTreeMap<i64, Vec<SubjectAt>>,
    /// The same by core.
    turned_alike: BTreeMap<i64, Vec<SubjectAt>>,
    /// The names that a subject bears no more.
    pub dropped: Borne,
}

impl Met {
    /// Everybody whose verdicts the change may touch.
    pub fn everybody(self) -> BTreeSet<SubjectAt> {
        let equal = self.shared.into_values().chain(self.turned.into_values());
        equal.chain(self.alike.into_values()).chain(self.turned_alike.into_values()).flatten().collect()
    }

    /// Those whom a subject with this name may be, as far as the name is only like theirs.
    pub fn alike(&self, at: &SubjectAt, hash: i64) -> impl Iterator<Item = &SubjectAt> {
        self.alike.get(&alike(hash)).into_iter().flatten().filter(move |other| may_be_like(at, other))
    }

    /// Everybody under a name that turned, the first time it is asked for; nothing where it did not.
    pub fn take_turned(&mut self, hash: i64) -> Option<Vec<SubjectAt>> {
        let (equal, like) = (self.turned.remove(&hash), self.turned_alike.remove(&alike(hash)));
        match (equal, like) {
            (None, None) => None,
            (equal, like) => Some(equal.into_iter().chain(like).flatten().collect()),
        }
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
    let before = Bearers::of(tx, &hashes).await?;
    added.retain(|row| before.rows.binary_search(row).is_err());
    added.sort_unstable();
    removed.sort_unstable();
    tx.put_names(&added).await?;
    tx.remove_names(&removed).await?;
    let Bearers { mut rows, crowded } = before;
    let of_name = rows.chunk_by(|one, other| one.name_hash == other.name_hash);
    let common = of_name.filter(|rows| is_common(rows.len()));
    let were_common: BTreeSet<i64> = common.filter_map(|rows| Some(rows.first()?.name_hash)).collect();
    rows.retain(|row| removed.binary_search(row).is_err());
    rows.append(&mut added);
    rows.sort_unstable();
    let let_go: BTreeSet<i64> = removed.iter().map(|row| row.name_hash).collect();
    for of_name in rows.chunk_by(|one, other| one.name_hash == other.name_hash) {
        let Some(hash) = of_name.first().map(|row| row.name_hash) else { continue };
        if hashes.binary_search(&hash).is_err() {
            continue;
        }
        let places = || of_name.iter().map(|row| row.at.clone()).collect();
        match (were_common.contains(&hash), is_common(of_name.len())) {
            // Whoever bears a name alone shares it with nobody.
            (false, false) if of_name.len() == 1 && !let_go.contains(&hash) => {}
            (false, false) => _ = met.shared.insert(hash, places()),
            (true, true) => {}
            _ => _ = met.turned.insert(hash, places()),
        }
    }
    let gone: BTreeSet<i64> = let_go.iter().map(|hash| alike(*hash)).collect();
    let codeless_gone: BTreeSet<i64> =
        removed.iter().filter(|row| lacks_code(&row.at)).map(|row| alike(row.name_hash)).collect();
    for of_core in rows.chunk_by(|one, other| alike(one.name_hash) == alike(other.name_hash)) {
        let (Some(first), Some(last)) = (of_core.first(), of_core.last()) else { continue };
        let core = alike(first.name_hash);
        let one_name = first.name_hash == last.name_hash && !gone.contains(&core);
        // A core that was crowded is as crowded as before unless somebody left it; then it is read again.
        if one_name || crowded.contains(&core) {
            continue;
        }
        let places = distinct(of_core);
        if !codeless_gone.contains(&core) && !places.iter().any(|at| lacks_code(at)) {
            continue;
        }
        let crowd = is_crowded(places.len());
        let places = places.into_iter().cloned().collect();
        if crowd {
            met.turned_alike.insert(core, places)
        } else {
            met.alike.insert(core, places)
        };
    }
    let thinned: Vec<i64> = crowded.intersection(&gone).map(|core| alike_range(*core).0).collect();
    let now = Bearers::of(tx, &thinned).await?;
    for hash in thinned.into_iter().filter(|hash| !now.is_crowded(*hash)) {
        met.turned_alike.insert(alike(hash), now.alike(hash).into_iter().cloned().collect());
    }
    Ok(met)
}

/// A name, or the core of names, that too many subjects bear to propose anybody.
#[derive(Debug, PartialEq, Eq)]
pub enum Common {
    /// The very name, with the number of its bearers.
    Name(String, usize),
    /// The core of the name.
    Core(String),
}

/// What is too common of the names of some facts.
pub async fn common(tx: &mut dyn Tx, facts: &SubjectFacts) -> Result<Vec<Common>, Fault> {
    let names: BTreeSet<&String> = facts
        .facts()
        .iter()
        .flat_map(|fact| [Some(&fact.identity.name.key), fact.identity.name.former.as_ref()])
        .flatten()
        .collect();
    let mut hashes: Vec<i64> = names.iter().map(|name| name_hash(name)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let bearers = Bearers::of(tx, &hashes).await?;
    let mut common = Vec::new();
    let mut cores = BTreeSet::new();
    for name in names {
        let hash = name_hash(name);
        let equal = bearers.equal(hash).count();
        if is_common(equal) {
            common.push(Common::Name(name.clone(), equal));
        } else if bearers.is_crowded(hash) && cores.insert(alike(hash)) {
            common.push(Common::Core(Parts::of(name).core));
        }
    }
    Ok(common)
}

#[cfg(test)]
mod tests {
    use honghei_domain::comparison::{Fact, Identity, Standing};
    use honghei_domain::identifier::Uscc;
    use honghei_domain::list::{CaseId, Department, ListKind};
    use honghei_domain::name::normalise;
    use honghei_domain::node::EntryRef;
    use honghei_store::{MemoryStore, Store};

    use super::*;

    type Subjects = BTreeMap<SubjectAt, SubjectFacts>;

    /// A subject with one entry; who has no serial has no code.
    fn subject(number: u64, serial: Option<u32>, name: &str) -> (SubjectAt, SubjectFacts) {
        let position: EntryRef = "420000-commerce/1/3".parse().unwrap();
        let day = "2017-11-01".parse().unwrap();
        let identity = Identity {
            uscc: serial.map(|serial| Uscc::synthesize('9', '1', "420800", &format!("{serial:08}")).unwrap()),
            uscc_inner_check_failed: false,
            organisation_code: None,
            registration_number: None,
            name: normalise(name),
            person: None,
        };
        let key = identity.subject_key();
        let mut facts = SubjectFacts::new();
        facts.insert(Fact {
            case: CaseId { origin: position.log.node.clone(), number },
            kind: ListKind::Red,
            department: Department("tax".to_owned()),
            recogniser: "样例部门".to_owned(),
            recognised_on: day,
            valid_from: None,
            valid_to: None,
            document: None,
            under_appeal: false,
            identity,
            standing: Standing::Reported,
            position,
        });
        (SubjectAt { bucket: key.bucket(), key: key.to_string() }, facts)
    }

    fn branch(serial: u32) -> (SubjectAt, SubjectFacts) {
        subject(u64::from(serial), Some(serial), &format!("荆门市样例便民超市有限公司第{serial}分公司"))
    }

    async fn kept(tx: &mut dyn Tx, bore: &Borne, subjects: &Subjects) -> BTreeSet<SubjectAt> {
        keep(tx, bore, subjects).await.unwrap().everybody()
    }

    fn places(subjects: &Subjects) -> BTreeSet<SubjectAt> {
        subjects.keys().cloned().collect()
    }

    #[tokio::test]
    async fn everybody_is_met_again_when_a_core_becomes_crowded_and_when_it_is_crowded_no_more() {
        let store = MemoryStore::new();
        let tx = &mut *store.write("names").await.unwrap();
        let parent: Subjects = [subject(1, None, "荆门市样例便民超市公司")].into();
        let firms: Subjects = (10..9 + LIKENESSES as u32).map(branch).collect();
        assert_eq!(kept(tx, &Borne::new(), &firms).await, BTreeSet::new(), "all of them have codes");
        let all = || firms.keys().chain(parent.keys()).cloned().collect::<BTreeSet<_>>();
        assert_eq!(kept(tx, &Borne::new(), &parent).await, all());
        // One more than may bear it: everybody is judged again; from then on it proposes nobody.
        let one_more: Subjects = [branch(1_000)].into();
        let mut crowd = all();
        crowd.extend(places(&one_more));
        assert_eq!(kept(tx, &Borne::new(), &one_more).await, crowd);
        assert_eq!(kept(tx, &Borne::new(), &[branch(1_001)].into()).await, BTreeSet::new());
        let hash = name_hash("荆门市样例便民超市公司");
        let bearers = Bearers::of(tx, &[hash]).await.unwrap();
        assert_eq!((bearers.equal(hash).count(), bearers.is_crowded(hash)), (1, true));
        assert_eq!(bearers.alike(hash), BTreeSet::new());
        let facts = parent.values().next().unwrap();
        assert_eq!(common(tx, facts).await.unwrap(), [Common::Core("荆门市样例便民超市".to_owned())]);
        // Of two who are corrected the second makes it as small as it may be.
        let renamed = |serial: u32| {
            [subject(u64::from(serial), Some(serial), &format!("荆门市另一家样例{serial}号有限公司"))].into()
        };
        let bore = borne(&[branch(1_001)].into());
        assert_eq!(kept(tx, &bore, &renamed(1_001)).await, BTreeSet::new());
        let bore = borne(&one_more);
        assert_eq!(kept(tx, &bore, &renamed(1_000)).await, all());
        assert_eq!(Bearers::of(tx, &[hash]).await.unwrap().alike(hash), all().iter().collect());
    }

    #[tokio::test]
    async fn whoever_drops_a_name_meets_those_who_bear_one_like_it_and_codes_keep_apart() {
        let store = MemoryStore::new();
        let tx = &mut *store.write("names").await.unwrap();
        let red: Subjects = [subject(1, Some(1), "荆门市样例商贸有限公司")].into();
        let coded: Subjects = [subject(2, Some(2), "荆门市样例商贸公司")].into();
        let codeless: Subjects = [subject(3, None, "荆门市样例商贸有限责任公司")].into();
        for subjects in [&red, &coded] {
            assert_eq!(kept(tx, &Borne::new(), subjects).await, BTreeSet::new());
        }
        let (at, _) = codeless.first_key_value().unwrap();
        let met = keep(tx, &Borne::new(), &codeless).await.unwrap();
        let hash = name_hash("荆门市样例商贸有限责任公司");
        let others: BTreeSet<&SubjectAt> = red.keys().chain(coded.keys()).collect();
        assert_eq!(met.alike(at, hash).collect::<BTreeSet<_>>(), others);
        // Who has a code meets of them only the one without.
        let (red_at, _) = red.first_key_value().unwrap();
        assert_eq!(met.alike(red_at, hash).collect::<Vec<_>>(), [at]);
        let renamed: Subjects = [(at.clone(), subject(3, None, "荆门市别的样例商贸有限公司").1)].into();
        let met = keep(tx, &borne(&codeless), &renamed).await.unwrap();
        assert_eq!(met.alike(at, hash).collect::<BTreeSet<_>>(), others);
    }

    #[tokio::test]
    async fn a_few_subjects_with_very_many_names_of_one_core_are_all_found() {
        let store = MemoryStore::new();
        let tx = &mut *store.write("names").await.unwrap();
        let (at, _) = subject(1, None, "荆门市样例商贸有限公司");
        let rows: Vec<NameRow> = (0..3 * i64::from(ROWS))
            .map(|n| NameRow { name_hash: alike_range(7).0 + n, at: at.clone() })
            .chain([NameRow { name_hash: alike_range(7).1, at: branch(1).0 }])
            .collect();
        tx.put_names(&rows).await.unwrap();
        let bearers = Bearers::of(tx, &[alike_range(7).0 + 5]).await.unwrap();
        assert_eq!(bearers.alike(alike_range(7).0).len(), 2);
        assert_eq!(bearers.rows, rows);
    }
}
