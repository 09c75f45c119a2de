//! Full recomparison: the same function over everything that is standing, as the audit of the incremental path (C-2).
//!
//! Two scans over the subjects in order of place, and a join between them. The first packs every registration number
//! and name; the join finds which subjects they bring together, whatever the index of names says; the second judges
//! subject by subject and compares with what was published. Memory is bounded: keys and pairs spill to disk, subjects
//! are read a page at a time. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_comparison::join::{Collector, Everybody, Met, Side, join};
use honghei_comparison::{Limits, Step, Watch, key};
use honghei_domain::comparison::{Fact, RULE_VERSION, SubjectFacts, verdicts};
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_ledger::sha256;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::{Alarm, Listener, Told};
use honghei_store::{SubjectAt, SubjectRow, Tx};

use super::piece::{Compared, Piece, decode};
use super::subjects::{Settlements, unfold};

/// Subjects read at a time.
const PAGE: u32 = 2048;

/// Rows of one bucket read at a time.
const BUCKET_PAGE: u32 = 512;

/// Bits of a subject's rank within its bucket; with the 16 of the bucket a place.
const RANK_BITS: u32 = 20;

/// Packed keys held in memory.
const MEMORY_BYTES: usize = 256 << 20;

/// Differences told one by one; all are counted.
const TOLD: usize = 1000;

/// Cases named in an alarm.
const NAMED: usize = 10;

/// Why a verdict is not the one last published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Something arrived or left since; the next version will say it.
    Awaiting,
    /// Time passed: a validity has ended since.
    Due,
    /// Neither: the incremental comparison was wrong.
    Wrong,
}

impl Reason {
    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            Reason::Awaiting => "待公布",
            Reason::Due => "有效期届满引起，待公布",
            Reason::Wrong => "与已公布结果不符",
        }
    }
}

/// One verdict that is not the one last published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The case.
    pub case: CaseId,
    /// Its subject.
    pub subject: String,
    /// The outcome last published, as its stable name.
    pub published: Option<&'static str>,
    /// The outcome found.
    pub found: &'static str,
    /// Why they differ.
    pub reason: Reason,
}

/// What a full recomparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomparison {
    /// Subjects judged.
    pub subjects: u64,
    /// Entries judged.
    pub entries: u64,
    /// Pairs of subjects that share a number or a name.
    pub met: u64,
    /// Differences by reason.
    pub counts: BTreeMap<Reason, u64>,
    /// The first of them, those that are wrong before the others.
    pub different: Vec<Difference>,
}

impl Recomparison {
    /// Differences for one reason.
    pub fn count(&self, reason: Reason) -> u64 {
        self.counts.get(&reason).copied().unwrap_or(0)
    }

    fn add(&mut self, difference: Difference) {
        *self.counts.entry(difference.reason).or_default() += 1;
        if self.different.len() < TOLD {
            self.different.push(difference);
        } else if difference.reason == Reason::Wrong
            && let Some(place) = self.different.iter_mut().find(|held| held.reason != Reason::Wrong)
        {
            *place = difference;
        }
    }

    /// As officers read it; a wrong verdict is an alarm.
    pub fn told(mut self) -> Told {
        self.different.sort_by(|one, other| (other.reason, &one.case).cmp(&(one.reason, &other.case)));
        let [awaiting, due, wrong] = [Reason::Awaiting, Reason::Due, Reason::Wrong].map(|reason| self.count(reason));
        let mut sentences =
            vec![format!("全量比对主体{}个、条目{}条，其中同号同名相遇{}对。", self.subjects, self.entries, self.met)];
        sentences.push(match wrong {
            0 => "逐条结论与增量比对结果一致。".to_owned(),
            wrong => format!("有{wrong}条结论与已公布结果不符，已作为异常登记，请停止发布并核查。"),
        });
        if awaiting + due > 0 {
            sentences.push(format!("另有{awaiting}条因新到或撤出待公布，{due}条因有效期届满待公布。"));
        }
        let rows: Vec<Vec<String>> = self.different.iter().map(Difference::cells).collect();
        let alarm = (wrong > 0).then(|| {
            let found: Vec<&Difference> = self.different.iter().filter(|one| one.reason == Reason::Wrong).collect();
            let named: Vec<String> = found.iter().take(NAMED).map(|one| one.case.to_string()).collect();
            let whole: Vec<String> = found.iter().map(|one| one.cells().join(" ")).collect();
            Alarm {
                code: "RECOMPARISON_DIFFERS",
                detail: format!("a full recomparison differs in {wrong} cases, such as {}", named.join(", ")),
                evidence: sha256(whole.join("\n").as_bytes()),
            }
        });
        Told { sentences, headings: vec!["案件", "主体", "已公布", "应为", "情形"], rows, alarm }
    }
}

impl Difference {
    fn cells(&self) -> Vec<String> {
        let published = self.published.unwrap_or("-");
        let cells = [&self.case.to_string(), &self.subject, published, self.found, self.reason.chinese()];
        cells.map(str::to_owned).to_vec()
    }
}

/// Judges every subject as of a day and compares with what was published.
///
/// # Errors
/// A refusal `RECOMPARISON_CANCELLED` when nobody listens any more.
pub async fn recompare(
    tx: &mut dyn Tx,
    as_of: NaiveDate,
    listener: &dyn Listener,
) -> Result<Recomparison, CommandError> {
    let awaited = Awaited::of(tx).await?;
    let mut settlements = Settlements::folded(tx).await?;
    let mut neighbours = Neighbours { met: meet(tx, &mut settlements, listener).await?, part: 0, pairs: Vec::new() };
    let mut found = Recomparison::default();
    let mut scan = Scan::default();
    while let Some((places, rows)) = scan.page(tx).await? {
        heard(listener, "逐个判定", scan.bucket() + 1)?;
        let subjects = unfold(tx, rows, &mut settlements).await?;
        let blacks = neighbours.of(tx, &places, &mut settlements).await?;
        let none = Vec::new();
        for (place, (at, facts)) in places.iter().zip(&subjects) {
            let proposals = blacks.by_red.get(place).map(|of| blacks.facts(of)).unwrap_or_else(|| none.clone());
            found.subjects += 1;
            found.met += blacks.by_red.get(place).map_or(0, |of| of.len() as u64);
            for verdict in verdicts(facts, &proposals, RULE_VERSION, as_of) {
                found.entries += 1;
                let settled = facts.last_settled(&verdict.case);
                if settled.is_some_and(|settled| settled.verdict.outcome == verdict.outcome) {
                    continue;
                }
                let reason = match settled {
                    _ if awaited.awaits(at, facts, &verdict.case) => Reason::Awaiting,
                    Some(settled) => {
                        let then = verdicts(facts, &proposals, RULE_VERSION, settled.verdict.as_of);
                        let held = |verdict: &_| *verdict == &settled.verdict;
                        if then.iter().any(|verdict| held(&verdict)) { Reason::Due } else { Reason::Wrong }
                    }
                    None => Reason::Wrong,
                };
                found.add(Difference {
                    case: verdict.case,
                    subject: at.key.clone(),
                    published: settled.map(|settled| settled.verdict.outcome.code()),
                    found: verdict.outcome.code(),
                    reason,
                });
            }
        }
    }
    Ok(found)
}

/// Tells how far a scan is and stops where nobody listens.
fn heard(listener: &dyn Listener, step: &str, bucket: u32) -> Result<(), CommandError> {
    if listener.is_gone() {
        return Err(cancelled());
    }
    listener.hear(step, bucket.into(), honghei_domain::subject_key::BUCKETS.into());
    Ok(())
}

fn cancelled() -> CommandError {
    Refusal::new("RECOMPARISON_CANCELLED", "R-029", "全量比对已取消，未作任何改动").into()
}

/// What the next version will say, whatever it is.
struct Awaited {
    /// Acts whose lists were compared and not published.
    causes: BTreeSet<EntryRef>,
    /// Subjects touched by them or by exits.
    places: BTreeSet<SubjectAt>,
}

impl Awaited {
    async fn of(tx: &mut dyn Tx) -> Result<Self, Fault> {
        let mut awaited = Self { causes: BTreeSet::new(), places: BTreeSet::new() };
        for row in tx.pending(u32::MAX).await? {
            let Compared { piece, entangled } = decode(&row.body, "a compared piece")?;
            awaited.places.extend(entangled.into_iter().map(|(bucket, key)| SubjectAt { bucket, key }));
            if let Piece::Chunk { .. } = piece {
                awaited.causes.insert(row.entry);
            }
        }
        Ok(awaited)
    }

    fn awaits(&self, at: &SubjectAt, facts: &SubjectFacts, case: &CaseId) -> bool {
        let brought = |fact: &Fact| self.causes.contains(&fact.position);
        self.places.contains(at) || facts.last_settled(case).is_none() && facts.fact(case).is_some_and(brought)
    }
}

/// Which subjects share a registration number or a name, found without the index of names.
async fn meet(tx: &mut dyn Tx, settlements: &mut Settlements, listener: &dyn Listener) -> Result<Met, CommandError> {
    let limits = Limits { memory_bytes: MEMORY_BYTES, ..Limits::new() };
    let mut collector = Collector::new(&limits);
    let mut scan = Scan::default();
    let mut end = 0;
    while let Some((places, rows)) = scan.page(tx).await? {
        heard(listener, "读取主体", scan.bucket() + 1)?;
        for (place, facts) in places.iter().zip(unfold(tx, rows, settlements).await?.values()) {
            end = place + 1;
            let ruled: Vec<u64> =
                facts.rulings().iter().map(|ruling| key::name(&format!("D:{}", ruling.act))).collect();
            for fact in facts.facts() {
                let side = if fact.kind == ListKind::Red { Side::Red } else { Side::Black };
                let open = key::is_open(&fact.identity);
                for key in key::weak_keys(&fact.identity) {
                    collector.weak(side, key, open, *place).map_err(|fault| broken(&fault))?;
                }
                for key in &ruled {
                    collector.weak(side, *key, true, *place).map_err(|fault| broken(&fault))?;
                }
            }
        }
    }
    // Seconds of work for the largest federation, and the tasks of this node have other threads.
    let watch = Heard(listener);
    match join(&[collector], end, &limits, &watch, &Everybody) {
        Ok(met) => Ok(met),
        Err(honghei_comparison::Fault::Cancelled) => Err(cancelled()),
        Err(fault) => Err(broken(&fault).into()),
    }
}

fn broken(fault: &honghei_comparison::Fault) -> Fault {
    Fault::Inconsistent { what: format!("the recomparison's own files: {fault}") }
}

struct Heard<'a>(&'a dyn Listener);

impl Watch for Heard<'_> {
    fn is_cancelled(&self) -> bool {
        self.0.is_gone()
    }
    fn progress(&self, step: Step, done: u64, total: u64) {
        self.0.hear(step.chinese(), done, total);
    }
}

/// Subjects in order of place.
#[derive(Default)]
struct Scan {
    after: Option<SubjectAt>,
    /// The rank of the next subject in the bucket of the last one.
    rank: u64,
}

impl Scan {
    async fn page(&mut self, tx: &mut dyn Tx) -> Result<Option<(Vec<u64>, Vec<SubjectRow>)>, Fault> {
        let rows = tx.scan_subjects(self.after.as_ref(), PAGE).await?;
        let mut places = Vec::with_capacity(rows.len());
        let mut bucket = self.after.as_ref().map(|at| at.bucket);
        for row in &rows {
            if bucket != Some(row.at.bucket) {
                bucket = Some(row.at.bucket);
                self.rank = 0;
            }
            if self.rank >> RANK_BITS > 0 {
                return Err(Fault::Inconsistent { what: format!("bucket {} with too many subjects", row.at.bucket) });
            }
            places.push(u64::from(row.at.bucket) << RANK_BITS | self.rank);
            self.rank += 1;
        }
        let Some(last) = rows.last() else { return Ok(None) };
        self.after = Some(last.at.clone());
        Ok(Some((places, rows)))
    }

    fn bucket(&self) -> u32 {
        self.after.as_ref().map_or(0, |at| at.bucket)
    }
}

/// The pairs, read along with the second scan.
struct Neighbours {
    met: Met,
    part: usize,
    pairs: Vec<(u64, u64)>,
}

/// The blacks that the subjects of a page may have to do with.
#[derive(Default)]
struct Blacks {
    by_red: BTreeMap<u64, Vec<u64>>,
    by_place: BTreeMap<u64, Vec<Fact>>,
}

impl Blacks {
    fn facts(&self, places: &[u64]) -> Vec<Fact> {
        places.iter().filter_map(|place| self.by_place.get(place)).flatten().cloned().collect()
    }
}

impl Neighbours {
    async fn of(&mut self, tx: &mut dyn Tx, page: &[u64], settlements: &mut Settlements) -> Result<Blacks, Fault> {
        let mut blacks = Blacks::default();
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(blacks) };
        loop {
            // Pairs before this page are spent; a subject does not meet itself.
            let spent = self.pairs.partition_point(|(red, _)| red < first);
            self.pairs.drain(..spent);
            for (red, black) in self.pairs.iter().take_while(|(red, _)| red <= last).filter(|(red, black)| red != black)
            {
                blacks.by_red.entry(*red).or_default().push(*black);
            }
            let whole = self.pairs.last().is_some_and(|(red, _)| red > last);
            if whole || self.part >= self.met.parts() {
                break;
            }
            self.pairs = self.met.part(self.part).map_err(|fault| broken(&fault))?;
            self.part += 1;
        }
        let wanted: BTreeSet<u64> = blacks.by_red.values().flatten().copied().collect();
        let mut buckets: Vec<u32> = wanted.iter().filter_map(|place| u32::try_from(place >> RANK_BITS).ok()).collect();
        buckets.dedup();
        for bucket in buckets {
            blacks.by_place.extend(blacks_of_bucket(tx, bucket, &wanted, settlements).await?);
        }
        Ok(blacks)
    }
}

/// The blacks of the wanted subjects of one bucket.
async fn blacks_of_bucket(
    tx: &mut dyn Tx,
    bucket: u32,
    wanted: &BTreeSet<u64>,
    settlements: &mut Settlements,
) -> Result<BTreeMap<u64, Vec<Fact>>, Fault> {
    let mut found = BTreeMap::new();
    let mut place = u64::from(bucket) << RANK_BITS;
    // Before every key of the bucket.
    let mut after = SubjectAt { bucket, key: String::new() };
    loop {
        let mut rows = tx.scan_subjects(Some(&after), BUCKET_PAGE).await?;
        rows.retain(|row| row.at.bucket == bucket);
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.at.clone();
        for (place, facts) in (place..).zip(unfold(tx, std::mem::take(&mut rows), settlements).await?.into_values()) {
            if wanted.contains(&place) {
                let blacks = facts.facts().iter().filter(|fact| fact.kind == ListKind::Black).cloned();
                found.insert(place, blacks.collect());
            }
        }
        place += u64::from(BUCKET_PAGE);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use honghei_domain::comparison::{Identity, Standing};
    use honghei_domain::identifier::Uscc;
    use honghei_domain::list::Department;
    use honghei_domain::name;
    use honghei_registry::question::Patient;
    use honghei_store::{MemoryStore, Store};

    use super::super::subjects::write_subjects;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fact(number: u64, kind: ListKind, firm: Option<u32>, name: &str) -> Fact {
        let position: EntryRef = "420000-commerce/1/3".parse().unwrap();
        Fact {
            case: CaseId { origin: position.log.node.clone(), number },
            kind,
            department: Department("tax".to_owned()),
            recogniser: "样例部门".to_owned(),
            recognised_on: day("2017-11-01"),
            valid_from: None,
            valid_to: None,
            document: None,
            under_appeal: false,
            identity: Identity {
                uscc: firm.map(|firm| Uscc::synthesize('9', '1', "420800", &format!("{firm:08}")).unwrap()),
                uscc_inner_check_failed: false,
                organisation_code: None,
                registration_number: None,
                name: name::normalise(name),
            },
            standing: Standing::Reported,
            position,
        }
    }

    /// Subjects as rows whose verdicts were published, as found with the given blacks of others.
    async fn store_of(subjects: &[(Vec<Fact>, Vec<Fact>)]) -> MemoryStore {
        let store = MemoryStore::new();
        let mut tx = store.write("test").await.unwrap();
        let mut rows = BTreeMap::new();
        for (facts, proposals) in subjects {
            let mut subject = SubjectFacts::new();
            facts.iter().for_each(|fact| _ = subject.insert(fact.clone()));
            for verdict in verdicts(&subject, proposals, RULE_VERSION, day("2017-11-06")) {
                subject.settle(1, &verdict);
            }
            let key = facts[0].identity.subject_key();
            rows.insert(SubjectAt { bucket: key.bucket(), key: key.to_string() }, subject);
        }
        let mut settlements = Settlements::through(1);
        write_subjects(&mut *tx, &rows, &mut settlements).await.unwrap();
        tx.commit().await.unwrap();
        store
    }

    async fn run(store: &MemoryStore, as_of: &str) -> Recomparison {
        let mut tx = store.read().await.unwrap();
        recompare(&mut *tx, day(as_of), &Patient).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_published_rightly_is_found_again_across_subjects_that_share_a_name() {
        let black = fact(2, ListKind::Black, None, "荆门便民商店");
        let mut subjects: Vec<(Vec<Fact>, Vec<Fact>)> =
            (10..3_000).map(|n| (vec![fact(n.into(), ListKind::Red, Some(n), "样例商贸公司")], vec![])).collect();
        subjects.push((vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![black.clone()]));
        subjects.push((vec![black], vec![]));
        let store = store_of(&subjects).await;
        let found = run(&store, "2017-11-06").await;
        assert_eq!((found.subjects, found.entries, found.met), (2_992, 2_992, 1));
        assert_eq!(found.different, []);
        assert_eq!(found.told().alarm, None);
    }

    #[tokio::test]
    async fn a_conflict_that_the_incremental_path_missed_is_an_alarm_that_names_it() {
        // Published as if the black of the same name were unknown, and as if that of the same code were.
        let held = (vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![]);
        let black = (vec![fact(2, ListKind::Black, None, "荆门便民商店")], vec![]);
        let store = store_of(&[held, black]).await;
        let found = run(&store, "2017-11-06").await;
        assert_eq!(found.count(Reason::Wrong), 1);
        let [difference] = found.different.as_slice() else { panic!("{:?}", found.different) };
        assert_eq!((difference.case.number, difference.published, difference.found), (1, Some("FINAL_RED"), "HELD"));
        let told = found.told();
        assert_eq!(told.alarm.map(|alarm| alarm.code), Some("RECOMPARISON_DIFFERS"));
    }

    #[tokio::test]
    async fn what_time_alone_changed_is_due_and_no_alarm() {
        let mut red = fact(1, ListKind::Red, Some(1), "荆门便民商店");
        red.valid_to = Some(day("2017-12-31"));
        let store = store_of(&[(vec![red], vec![])]).await;
        let found = run(&store, "2018-01-01").await;
        assert_eq!((found.count(Reason::Due), found.count(Reason::Wrong)), (1, 0));
    }

    #[derive(Default)]
    struct Leaving(AtomicU64);

    impl Listener for Leaving {
        fn is_gone(&self) -> bool {
            self.0.load(Ordering::Relaxed) > 0
        }
        fn hear(&self, _step: &str, done: u64, total: u64) {
            assert!(done <= total);
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn whoever_goes_away_stops_it() {
        let store = store_of(&[(vec![fact(1, ListKind::Red, Some(1), "荆门便民商店")], vec![])]).await;
        let mut tx = store.read().await.unwrap();
        let refused = recompare(&mut *tx, day("2017-11-06"), &Leaving::default()).await.unwrap_err();
        assert_eq!(refused.code(), "RECOMPARISON_CANCELLED");
    }
}
