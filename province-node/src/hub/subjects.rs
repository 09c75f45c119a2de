//! The facts of subjects as they are kept: a row a subject, without what follows from the version that settled a list.
//!
//! Nearly every entry of a list enters the final list just as it was reported. Publishing a version therefore writes
//! no row for it: one settlement a list says when its entries were published and how long they are valid, and reading
//! a subject adds what follows from that. What does not follow (removals, HELDs, own dates) stands in the row.

use std::borrow::Cow;
use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};

use chrono::NaiveDate;
use honghei_domain::comparison::{
    Fact, Outcome, RULE_VERSION, Restoration, Ruling, Settled, Standing, SubjectFacts, Verdict, judge,
};
use honghei_domain::final_list::{DetailRow, Validity};
use honghei_domain::list::ListKind;
use honghei_domain::node::EntryRef;
use honghei_registry::error::Fault;
use honghei_registry::parallel;
use honghei_store::{SubjectAt, SubjectRow, Tx};
use serde::{Deserialize, Serialize};

use super::packed::{self, Keys};
use super::piece::{decode, encode};

/// When the entries of one list or feed entered the final list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The result version.
    pub version: u64,
    /// The version of the comparison rules.
    pub rule_version: u32,
    /// The day of publication: first day of validity.
    pub from: NaiveDate,
    /// The last day of validity of a red, where the version lists one from that day.
    pub red_to: Option<NaiveDate>,
    /// The same of a black.
    pub black_to: Option<NaiveDate>,
}

impl Settlement {
    /// Nothing known yet but the version and its day.
    pub fn begin(version: u64, published_on: NaiveDate) -> Self {
        Self { version, rule_version: RULE_VERSION, from: published_on, red_to: None, black_to: None }
    }

    /// Learns the validities from the first detail of either kind that just entered the list; every detail of the
    /// version must be shown, in order.
    pub fn learn(&mut self, row: &DetailRow) {
        let to = match row.verdict.outcome {
            Outcome::FinalRed => &mut self.red_to,
            Outcome::FinalBlack => &mut self.black_to,
            _ => return,
        };
        let entered = row.validity.filter(|validity| !row.listed_before && validity.from == self.from);
        if let (None, Some(validity)) = (&to, entered) {
            *to = Some(validity.to);
        }
    }

    /// Whether a detail says no more than this does.
    pub fn implies(&self, row: &DetailRow) -> bool {
        let kind = match row.verdict.outcome {
            Outcome::FinalRed => ListKind::Red,
            Outcome::FinalBlack => ListKind::Black,
            _ => return false,
        };
        !row.listed_before
            && row.validity.is_some()
            && row.validity == self.validity(kind)
            && row.verdict.as_of == self.from
            && row.verdict.rule_version == self.rule_version
            && row.verdict.cause_facts.is_none()
    }

    /// The validity of an entry without dates of its own.
    pub fn validity(&self, kind: ListKind) -> Option<Validity> {
        let to = match kind {
            ListKind::Red => self.red_to,
            ListKind::Black => self.black_to,
        };
        to.map(|to| Validity { from: self.from, to })
    }

    /// The standing and the verdict of an entry that nothing spoke against.
    fn of(&self, fact: &Fact) -> Option<(Standing, Verdict)> {
        let Validity { from, to } = self.validity(fact.kind)?;
        let standing = Standing::Published { version: self.version, valid_from: from, valid_to: to };
        Some((standing, judge(fact, false, None, self.rule_version, self.from)))
    }
}

/// The meta key of a list's settlement.
///
/// A value counts only from its version on, so that those that a rebuild finds do not speak before their time.
fn settlement_key(cause: &EntryRef) -> String {
    format!("hub.settled/{cause}")
}

/// Says when the entries that an act brought were published.
pub async fn put_settlement(tx: &mut dyn Tx, cause: &EntryRef, settlement: &Settlement) -> Result<(), Fault> {
    Ok(tx.put_meta(&settlement_key(cause), &encode(settlement)?).await?)
}

/// The settlements of acts, as far as they were looked at.
#[derive(Clone, Debug)]
pub struct Settlements {
    through: u64,
    known: BTreeMap<EntryRef, Option<Settlement>>,
}

impl Settlements {
    /// Those of versions that were folded.
    pub async fn folded(tx: &mut dyn Tx) -> Result<Self, Fault> {
        Ok(Self::through(tx.latest_result().await?.map_or(0, |row| row.version)))
    }

    /// Those of versions up to one.
    pub fn through(version: u64) -> Self {
        Self { through: version, known: BTreeMap::new() }
    }

    /// Looks acts up, as far as they were not.
    pub async fn learn(&mut self, tx: &mut dyn Tx, causes: impl Iterator<Item = &EntryRef>) -> Result<(), Fault> {
        for cause in causes {
            if !self.known.contains_key(cause) {
                let found = match tx.meta(&settlement_key(cause)).await? {
                    Some(bytes) => Some(decode::<Settlement>(&bytes, "a settlement")?),
                    None => None,
                };
                let counts = found.filter(|settlement| settlement.version <= self.through);
                self.known.insert(cause.clone(), counts);
            }
        }
        Ok(())
    }

    /// What became of the entries that an act brought and nothing spoke against.
    pub async fn of(&mut self, tx: &mut dyn Tx, cause: &EntryRef) -> Result<Option<&Settlement>, Fault> {
        self.learn(tx, std::iter::once(cause)).await?;
        Ok(self.get(cause))
    }

    fn get(&self, cause: &EntryRef) -> Option<&Settlement> {
        self.known.get(cause)?.as_ref()
    }
}

/// What a subject's row holds: its own when it was read, the subject's when it is about to be written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Kept<'a> {
    /// One fact a case, ordered by case; of those that follow from a settlement the standing is `Reported`.
    pub facts: Vec<Cow<'a, Fact>>,
    /// Published verdicts that do not follow, ordered by case and version.
    pub settled: Vec<Cow<'a, Settled>>,
    /// Restorations.
    pub restorations: Cow<'a, [Restoration]>,
    /// What persons decided about identity.
    pub rulings: Cow<'a, [Ruling]>,
}

impl<'a> Kept<'a> {
    /// The facts whole.
    pub fn unfold(self, settlements: &Settlements) -> SubjectFacts {
        let mut subject = SubjectFacts::new();
        for restoration in self.restorations.into_owned() {
            subject.restore(restoration);
        }
        for ruling in self.rulings.into_owned() {
            subject.rule(ruling);
        }
        for settled in &self.settled {
            subject.settle(settled.version, &settled.verdict);
        }
        for fact in self.facts {
            let mut fact = fact.into_owned();
            if fact.standing == Standing::Reported
                && subject.settled_of(&fact.case).is_empty()
                && let Some(settlement) = settlements.get(&fact.position)
                && let Some((standing, verdict)) = settlement.of(&fact)
            {
                subject.settle(settlement.version, &verdict);
                fact.standing = standing;
            }
            subject.insert(fact);
        }
        subject
    }

    /// The facts without what [`Kept::unfold`] adds.
    fn fold(subject: &'a SubjectFacts, settlements: &Settlements) -> Self {
        let mut kept = Self {
            restorations: Cow::Borrowed(subject.restorations()),
            rulings: Cow::Borrowed(subject.rulings()),
            ..Self::default()
        };
        for fact in subject.facts() {
            let settled = subject.settled_of(&fact.case);
            let reported = if let [one] = settled { reported(fact, one, settlements) } else { None };
            match reported {
                Some(reported) => kept.facts.push(Cow::Owned(reported)),
                None => {
                    kept.facts.push(Cow::Borrowed(fact));
                    kept.settled.extend(settled.iter().map(Cow::Borrowed));
                }
            }
        }
        kept
    }
}

/// An entry as it was reported, where its standing and its only verdict are what the settlement of its list says.
fn reported(fact: &Fact, one: &Settled, settlements: &Settlements) -> Option<Fact> {
    let settlement = settlements.get(&fact.position).filter(|settlement| settlement.version == one.version)?;
    let reported = Fact { standing: Standing::Reported, ..fact.clone() };
    let (standing, verdict) = settlement.of(&reported)?;
    (standing == fact.standing && verdict == one.verdict).then_some(reported)
}

/// Subjects from their rows.
pub async fn unfold(
    tx: &mut dyn Tx,
    rows: Vec<SubjectRow>,
    settlements: &mut Settlements,
) -> Result<BTreeMap<SubjectAt, SubjectFacts>, Fault> {
    let mut subjects = BTreeMap::new();
    for row in rows {
        let kept: Kept = decode(&row.body, "the facts of a subject")?;
        settlements.learn(tx, kept.facts.iter().map(|fact| &fact.position)).await?;
        subjects.insert(row.at, kept.unfold(settlements));
    }
    Ok(subjects)
}

/// Subjects that were read to be changed, with their rows as they were.
#[derive(Debug, Default)]
pub struct Held {
    /// By place.
    pub facts: BTreeMap<SubjectAt, SubjectFacts>,
    were: BTreeMap<SubjectAt, Vec<u8>>,
}

impl Held {
    /// Whether a subject had a row when it was read.
    pub fn stood(&self, at: &SubjectAt) -> bool {
        self.were.contains_key(at)
    }
}

impl Deref for Held {
    type Target = BTreeMap<SubjectAt, SubjectFacts>;

    fn deref(&self) -> &Self::Target {
        &self.facts
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.facts
    }
}

impl IntoIterator for Held {
    type Item = (SubjectAt, SubjectFacts);
    type IntoIter = btree_map::IntoIter<SubjectAt, SubjectFacts>;

    fn into_iter(self) -> Self::IntoIter {
        self.facts.into_iter()
    }
}

impl<'a> IntoIterator for &'a Held {
    type Item = (&'a SubjectAt, &'a SubjectFacts);
    type IntoIter = btree_map::Iter<'a, SubjectAt, SubjectFacts>;

    fn into_iter(self) -> Self::IntoIter {
        self.facts.iter()
    }
}

/// Reads subjects by place.
pub async fn read_subjects(
    tx: &mut dyn Tx,
    places: &[SubjectAt],
    settlements: &mut Settlements,
) -> Result<Held, Fault> {
    let mut held = Held::default();
    let rows = tx.subjects(places).await?;
    let decoded = parallel::each_of_many(&rows, |row| decode::<Kept>(&row.body, "the facts of a subject"));
    for (row, kept) in rows.into_iter().zip(decoded) {
        let kept = kept?;
        settlements.learn(tx, kept.facts.iter().map(|fact| &fact.position)).await?;
        held.facts.insert(row.at.clone(), kept.unfold(settlements));
        held.were.insert(row.at, row.body);
    }
    Ok(held)
}

/// Writes subjects in order of place, as far as they changed, and keeps their packed keys.
pub async fn write_subjects(tx: &mut dyn Tx, subjects: &Held, settlements: &mut Settlements) -> Result<(), Fault> {
    learn_causes(tx, subjects, settlements).await?;
    written(subjects, settlements)?.put(tx).await
}

/// Looks up what became of the lists that brought the entries of some subjects.
pub async fn learn_causes(tx: &mut dyn Tx, subjects: &Held, settlements: &mut Settlements) -> Result<(), Fault> {
    for facts in subjects.values() {
        settlements.learn(tx, facts.facts().iter().map(|fact| &fact.position)).await?;
    }
    Ok(())
}

/// Rows that changed, and what their packed keys became.
#[derive(Debug, Default)]
pub struct Written {
    rows: Vec<SubjectRow>,
    keys: Keys,
}

/// What is to be written of subjects, once [`learn_causes`] has looked at them.
pub fn written(subjects: &Held, settlements: &Settlements) -> Result<Written, Fault> {
    let listed: Vec<_> = subjects.iter().collect();
    let parts: Vec<_> = listed.chunks(parallel::FEW).collect();
    let parts: Vec<Result<Written, Fault>> = parallel::each(&parts, |part| {
        let mut written = Written::default();
        for (at, facts) in *part {
            let kept = Kept::fold(facts, settlements);
            let body = encode(&kept)?;
            let before = subjects.were.get(at);
            if before == Some(&body) {
                continue;
            }
            if let Some(before) = before {
                written.keys.less(at, &decode(before, "the facts of a subject")?);
            }
            written.keys.more(at, &kept);
            written.rows.push(SubjectRow { at: (*at).clone(), body });
        }
        Ok(written)
    });
    let mut all = Written::default();
    for part in parts {
        let Written { rows, keys } = part?;
        all.rows.extend(rows);
        all.keys.extend(keys);
    }
    Ok(all)
}

impl Written {
    /// Writes it.
    pub async fn put(self, tx: &mut dyn Tx) -> Result<(), Fault> {
        if self.rows.is_empty() {
            return Ok(());
        }
        packed::follow(tx, self.keys).await?;
        Ok(tx.put_subjects(&self.rows).await?)
    }
}
