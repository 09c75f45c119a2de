//! The difference between two states of one node, over everything folded that an officer can see.

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::act::kind_zh;
use honghei_domain::final_list::{Bucket, DetailRow, PublicRow};
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_ledger::{hex, sha256};
use honghei_store::{BucketRow, Changed, SubjectAt, Tx};

use super::text;
use crate::desk::{listing, served};
use crate::engine::DIRECTORY_VERSION_META;
use crate::entry::Entry;
use crate::error::Fault;

/// Rows read at a time.
const PAGE: usize = 4096;
/// Chunks opened to find the names of subjects.
const CHUNKS_OPENED_MAX: usize = 64;

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// What kind of thing, in Chinese.
    pub matter: &'static str,
    /// Which one.
    pub of: String,
    /// The subject's name or the like; may be empty.
    pub name: String,
    /// How it stands before; empty where it is not there.
    pub before: String,
    /// How it stands after; empty where it is there no more.
    pub after: String,
}

impl Row {
    /// The cells under the headings.
    pub fn cells(&self) -> Vec<String> {
        vec![self.matter.to_owned(), self.of.clone(), self.name.clone(), self.before.clone(), self.after.clone()]
    }
}

/// What differs. Places of new entries in the own log are counted from its end, so that an unrelated act in between
/// changes nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What changes, sorted.
    pub rows: Vec<Row>,
    /// Kinds of the acts written, in order.
    pub acts: Vec<String>,
    /// Subjects whose compared facts change.
    pub subjects: u64,
    /// Pieces not compared yet, before and after.
    pub marks: (u64, u64),
    /// Compared pieces that await publication, before and after.
    pub pending: (u64, u64),
}

impl Difference {
    /// Compares two views of one node over the keys in `scope`.
    pub async fn between(before: &mut dyn Tx, after: &mut dyn Tx, scope: &Changed, own: &LogId) -> Result<Self, Fault> {
        let from = before.head(own).await?.map_or(0, |head| head.size);
        let mut finder = Finder { before, after, own, from, rows: Vec::new(), names: BTreeMap::new() };
        finder.cases(&scope.cases).await?;
        finder.buckets(&scope.buckets).await?;
        finder.verdicts(&scope.verdicts).await?;
        finder.clocks(scope).await?;
        finder.lists(scope).await?;
        finder.others(scope).await?;
        finder.listings(&scope.listings).await?;
        let acts = finder.acts().await?;
        let subjects = finder.subjects(&scope.subjects).await?;
        let marks = (finder.before.mark_count().await?, finder.after.mark_count().await?);
        let count = |rows: usize| rows as u64;
        let pending = finder.before.pending(u32::MAX).await?.len();
        let pending = (count(pending), count(finder.after.pending(u32::MAX).await?.len()));
        let mut rows = finder.named().await?;
        rows.sort();
        Ok(Self { rows, acts, subjects, marks, pending })
    }

    /// SHA-256 over everything that differs, hex.
    pub fn digest(&self) -> String {
        let mut bytes = Vec::new();
        let mut text = |text: &str| {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        };
        for row in &self.rows {
            row.cells().iter().for_each(|cell| text(cell));
        }
        text("");
        self.acts.iter().for_each(|act| text(act));
        for count in [self.subjects, self.marks.0, self.marks.1, self.pending.0, self.pending.1] {
            text(&count.to_string());
        }
        hex(&sha256(&bytes))
    }

    /// Counts, each a sentence.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let acts: Vec<&str> = self.acts.iter().map(String::as_str).collect();
        sentences.push(match acts.len() {
            0 => "不写入任何记录。".to_owned(),
            count => format!("写入本单位日志{count}项：{}。", folded_names(&acts)),
        });
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        self.rows.iter().for_each(|row| *counts.entry(row.matter).or_default() += 1);
        if counts.is_empty() {
            sentences.push("没有任何变化。".to_owned());
        } else {
            let counted: Vec<String> = counts.iter().map(|(matter, count)| format!("{matter}{count}项")).collect();
            sentences.push(format!("变化：{}。", counted.join("，")));
        }
        let compared = self.compared();
        if compared != Compared::default() {
            let Compared { removed, held, restored, listed } = compared;
            sentences.push(format!(
                "红名单比对删除{removed}条，待人工核对{held}条，恢复列入{restored}条；最终名单新列入{listed}条。"
            ));
        }
        if self.subjects > 0 {
            sentences.push(format!("涉及比对主体{}个。", self.subjects));
        }
        if self.pending != (0, 0) || self.marks != (0, 0) {
            let ((marks, marks_after), (pending, pending_after)) = (self.marks, self.pending);
            sentences.push(format!("待比对{marks}批→{marks_after}批，待公布{pending}批→{pending_after}批。"));
        }
        sentences
    }

    /// How the red and the final list fare.
    pub fn compared(&self) -> Compared {
        let mut compared = Compared::default();
        for row in &self.rows {
            match row.matter {
                text::VERDICT if row.after.starts_with(text::REMOVED) => compared.removed += 1,
                text::VERDICT if row.after.starts_with(text::HELD) => compared.held += 1,
                text::FINAL if !row.after.is_empty() && row.before.starts_with(text::REMOVED) => compared.restored += 1,
                text::FINAL if !row.after.is_empty() && row.before.is_empty() => compared.listed += 1,
                _ => {}
            }
        }
        compared
    }
}

/// How the red and the final list fare in a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Reds removed by comparison.
    pub removed: u64,
    /// Reds that wait for a person.
    pub held: u64,
    /// Reds that come back.
    pub restored: u64,
    /// Rows new on the final list.
    pub listed: u64,
}

/// Kinds with how often each comes in a row.
fn folded_names(kinds: &[&str]) -> String {
    let mut told: Vec<(&str, u64)> = Vec::new();
    for kind in kinds.iter().map(|kind| kind_zh(kind).unwrap_or(kind)) {
        match told.last_mut() {
            Some((last, count)) if *last == kind => *count += 1,
            _ => told.push((kind, 1)),
        }
    }
    let told: Vec<String> = told
        .into_iter()
        .map(|(kind, count)| if count == 1 { kind.to_owned() } else { format!("{kind}×{count}") })
        .collect();
    told.join("、")
}

/// Looks for what differs.
struct Finder<'v> {
    before: &'v mut dyn Tx,
    after: &'v mut dyn Tx,
    own: &'v LogId,
    /// The own log's size before.
    from: u64,
    rows: Vec<(Option<CaseId>, Row)>,
    names: BTreeMap<CaseId, String>,
}

impl Finder<'_> {
    fn place(&self, at: &EntryRef) -> String {
        match at.index.checked_sub(self.from) {
            Some(ahead) if at.log == *self.own => format!("本次第{}项", ahead + 1),
            _ => at.to_string(),
        }
    }

    fn found(&mut self, matter: &'static str, of: String, name: String, before: String, after: String) {
        if before != after {
            self.rows.push((None, Row { matter, of, name, before, after }));
        }
    }

    /// Of a case whose name may have to be looked up.
    fn found_of(&mut self, matter: &'static str, case: &CaseId, of: String, before: String, after: String) {
        if before != after {
            let row = Row { matter, of, name: String::new(), before, after };
            self.rows.push((Some(case.clone()), row));
        }
    }

    async fn cases(&mut self, cases: &[CaseId]) -> Result<(), Fault> {
        let mut last: BTreeMap<&NodeId, u64> = BTreeMap::new();
        for case in cases {
            let known = match last.get(&case.origin) {
                Some(known) => *known,
                None => {
                    let known = self.before.last_case_number(&case.origin).await?;
                    last.insert(&case.origin, known);
                    known
                }
            };
            let before = if case.number > known { None } else { self.before.case(case).await? };
            let after = self.after.case(case).await?;
            if before == after {
                continue;
            }
            let name = after.as_ref().or(before.as_ref()).map(|row| row.name.clone()).unwrap_or_default();
            self.names.insert(case.clone(), name);
            let (was, is) = text::case(before.as_ref(), after.as_ref())?;
            self.found_of("案件", case, case.to_string(), was, is);
        }
        Ok(())
    }

    /// Rows of the final list.
    async fn buckets(&mut self, buckets: &[u32]) -> Result<(), Fault> {
        for page in buckets.chunks(PAGE) {
            let was = rows_by_case(self.before.buckets(page).await?)?;
            let is = rows_by_case(self.after.buckets(page).await?)?;
            let cases: BTreeSet<&CaseId> = was.keys().chain(is.keys()).collect();
            for case in cases {
                let (before, after) = (was.get(case), is.get(case));
                if before == after {
                    continue;
                }
                if let Some(row) = after.or(before) {
                    self.names.insert(case.clone(), row.name.clone());
                }
                let mut was = before.map(text::public).unwrap_or_default();
                if before.is_none() && after.is_some_and(|row| row.kind == ListKind::Red) {
                    was = self.last_verdict(case).await?;
                }
                let is = after.map(text::public).unwrap_or_default();
                self.found_of(text::FINAL, case, case.to_string(), was, is);
            }
        }
        Ok(())
    }

    /// What the last verdict before said of a red that was not on the list.
    async fn last_verdict(&mut self, case: &CaseId) -> Result<String, Fault> {
        let verdicts = served::verdicts_of(self.before, case).await?;
        Ok(verdicts.last().map(|(_, detail)| text::outcome(&detail.verdict.outcome)).unwrap_or_default())
    }

    async fn verdicts(&mut self, verdicts: &[(CaseId, u64)]) -> Result<(), Fault> {
        for (case, version) in verdicts {
            let row = |rows: Vec<honghei_store::VerdictRow>| rows.into_iter().find(|row| row.version == *version);
            let (before, after) = (row(self.before.verdicts(case).await?), row(self.after.verdicts(case).await?));
            if before == after {
                continue;
            }
            let said = |row: Option<honghei_store::VerdictRow>| match row {
                None => Ok(String::new()),
                Some(row) => DetailRow::decode(&row.body)
                    .map(|detail| text::outcome(&detail.verdict.outcome))
                    .map_err(|_| Fault::inconsistent("a verdict")),
            };
            let (before, after) = (said(before)?, said(after)?);
            self.found_of(text::VERDICT, case, format!("{case} 第{version}版"), before, after);
        }
        Ok(())
    }

    async fn clocks(&mut self, scope: &Changed) -> Result<(), Fault> {
        for key in &scope.clocks {
            let (before, after) = (self.before.clock(key).await?, self.after.clock(key).await?);
            if before == after {
                continue;
            }
            let Some(row) = after.as_ref().or(before.as_ref()) else { continue };
            let clock = text::read_clock(row)?;
            let matter = match &clock.matter {
                honghei_domain::clock::Matter::List(list) => format!("名单{}", self.place(list)),
                other => other.zh(),
            };
            let of = format!("{}{} {matter}（{}）", clock.deadline.code(), clock.deadline.zh(), self.place(&key.act));
            let (before, after) = (text::clock(before.as_ref()), text::clock(after.as_ref()));
            if key.case.number > 0 {
                let case = key.case.clone();
                self.found_of("期限", &case, of, before, after);
            } else {
                self.found("期限", of, String::new(), before, after);
            }
        }
        Ok(())
    }

    async fn lists(&mut self, scope: &Changed) -> Result<(), Fault> {
        for list in &scope.dossiers {
            let (before, after) = (self.before.dossier(list).await?, self.after.dossier(list).await?);
            if before != after {
                let (was, is) = text::dossier(before.as_ref(), after.as_ref())?;
                self.found("名单", self.place(list), String::new(), was, is);
            }
        }
        for at in &scope.publicities {
            let (before, after) = (self.before.publicity(at).await?, self.after.publicity(at).await?);
            let (was, is) = (text::publicity(before.as_ref()), text::publicity(after.as_ref()));
            self.found("公示", self.place(at), String::new(), was, is);
        }
        for at in &scope.petitions {
            let (before, after) = (self.before.petition(at).await?, self.after.petition(at).await?);
            let Some(case) = after.as_ref().or(before.as_ref()).map(|row| row.case.clone()) else { continue };
            let of = format!("{case}（{}）", self.place(at));
            let (was, is) = (text::petition(before.as_ref()), text::petition(after.as_ref()));
            self.found_of("陈述异议", &case, of, was, is);
        }
        for at in &scope.outcomes {
            let (before, after) = (self.before.outcome(at).await?, self.after.outcome(at).await?);
            let (was, is) = (text::judged(before.as_ref()), text::judged(after.as_ref()));
            self.found("办理回执", self.place(at), String::new(), was, is);
        }
        Ok(())
    }

    async fn others(&mut self, scope: &Changed) -> Result<(), Fault> {
        for (node, id) in &scope.officers {
            let (before, after) = (self.before.officer(node, id).await?, self.after.officer(node, id).await?);
            let (was, is) = (text::officer(before.as_ref())?, text::officer(after.as_ref())?);
            let is = if before != after && was == is { format!("{is}（登记有变化）") } else { is };
            self.found("人员", format!("{node} {id}"), String::new(), was, is);
        }
        for source in &scope.feeds {
            let (was, is) = (self.before.feed(source).await?, self.after.feed(source).await?);
            let (was, is) = (text::feed(was.as_ref())?, text::feed(is.as_ref())?);
            self.found("数据源", source.clone(), String::new(), was, is);
        }
        for version in &scope.results {
            let of = |rows: Vec<honghei_store::ResultRow>| rows.into_iter().find(|row| row.version == *version);
            let (was, is) =
                (of(self.before.results(u32::MAX >> 1).await?), of(self.after.results(u32::MAX >> 1).await?));
            let (was, is) = (text::result(was.as_ref())?, text::result(is.as_ref())?);
            self.found("结果版本", format!("第{version}版"), String::new(), was, is);
        }
        for (node, number) in &scope.behaviours {
            let last = self.before.last_behaviour(node).await?;
            let before = if *number > last { None } else { self.before.behaviours(node, number - 1, 1).await?.pop() };
            let after = self.after.behaviours(node, number - 1, 1).await?.pop();
            let said = |row: Option<honghei_store::BehaviourRow>| row.map(|row| hex(&sha256(&row.body)));
            let said = |row| said(row).map(|digest| format!("已登记（{}）", digest.get(..8).unwrap_or_default()));
            let (was, is) = (said(before).unwrap_or_default(), said(after).unwrap_or_default());
            self.found("行为记录", number.to_string(), String::new(), was, is);
        }
        let (was, is) =
            (self.before.meta(DIRECTORY_VERSION_META).await?, self.after.meta(DIRECTORY_VERSION_META).await?);
        let version = |bytes: Option<Vec<u8>>| bytes.map(|bytes| crate::desk::members::version_from(&bytes));
        let said = |version: Option<u64>| version.map(|version| format!("第{version}版")).unwrap_or_default();
        self.found("目录", String::new(), String::new(), said(version(was)), said(version(is)));
        Ok(())
    }

    async fn listings(&mut self, records: &[(NodeId, String, String)]) -> Result<(), Fault> {
        for (origin, record, place) in records {
            let before = self.before.listing(origin, record, place).await?;
            let after = self.after.listing(origin, record, place).await?;
            if before == after {
                continue;
            }
            let (was, is) = text::listing(before.as_ref(), after.as_ref())?;
            let matter = text::record(record);
            match place.parse::<u64>().ok().filter(|_| record == listing::CASE || record == listing::MARK) {
                Some(number) => {
                    let case = CaseId { origin: origin.clone(), number };
                    self.found_of(matter, &case, case.to_string(), was, is);
                }
                None => {
                    let place = place.parse::<EntryRef>().map_or_else(|_| place.clone(), |at| self.place(&at));
                    self.found(matter, format!("{origin} {place}"), String::new(), was, is);
                }
            }
        }
        Ok(())
    }

    /// The kinds of the acts in the own log that were not there before.
    async fn acts(&mut self) -> Result<Vec<String>, Fault> {
        let mut kinds = Vec::new();
        for row in self.after.entries(self.own, self.from, u32::MAX >> 1).await? {
            kinds.extend(Entry::read(&row)?.map(|entry| entry.header.kind));
        }
        Ok(kinds)
    }

    async fn subjects(&mut self, places: &[SubjectAt]) -> Result<u64, Fault> {
        let mut changed = 0;
        for page in places.chunks(PAGE) {
            let was = self.before.subjects(page).await?;
            let was: BTreeMap<&SubjectAt, &Vec<u8>> = was.iter().map(|row| (&row.at, &row.body)).collect();
            let is = self.after.subjects(page).await?;
            changed += is.iter().filter(|row| was.get(&row.at) != Some(&&row.body)).count() as u64;
        }
        Ok(changed)
    }

    /// The rows with the names of their subjects, as far as they are known here; each chunk is opened once.
    async fn named(mut self) -> Result<Vec<Row>, Fault> {
        let mut opened = BTreeSet::new();
        let mut rows = Vec::with_capacity(self.rows.len());
        for (case, mut row) in std::mem::take(&mut self.rows) {
            if let Some(case) = case {
                if !self.names.contains_key(&case) {
                    self.look_up(&case, &mut opened).await?;
                }
                row.name = self.names.get(&case).cloned().unwrap_or_default();
            }
            rows.push(row);
        }
        Ok(rows)
    }

    async fn look_up(&mut self, case: &CaseId, opened: &mut BTreeSet<[u8; 32]>) -> Result<(), Fault> {
        if let Some(row) = self.after.case(case).await? {
            self.names.insert(case.clone(), row.name);
            return Ok(());
        }
        let Some(chunk) = self.after.chunks_of_case(case).await?.into_iter().next_back() else { return Ok(()) };
        if opened.len() >= CHUNKS_OPENED_MAX || !opened.insert(chunk.digest) {
            return Ok(());
        }
        let Some(bytes) = self.after.chunk(&chunk.digest).await? else { return Ok(()) };
        self.names.extend(text::names_in(&bytes)?);
        Ok(())
    }
}

fn rows_by_case(buckets: Vec<BucketRow>) -> Result<BTreeMap<CaseId, PublicRow>, Fault> {
    let mut rows = BTreeMap::new();
    for row in buckets {
        let bucket = Bucket::parse(&row.rows).map_err(|_| Fault::inconsistent(format!("bucket {}", row.bucket)))?;
        rows.extend(bucket.rows().iter().map(|row| (row.case.clone(), row.clone())));
    }
    Ok(rows)
}
