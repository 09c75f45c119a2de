//! The verdicts that a node can see, found again from what it holds (C-2).
//!
//! Of every result version a recogniser is told the verdicts on its own entries, with exactly the compared facts of the
//! cause. Together with the lists it certified and the acts by which its entries left, that is all the judgement needs: it
//! is made anew here, by [`judge`], and must come to the bytes that the province signed. Neither the served list nor any
//! verdict that a projection keeps is asked. The province, which is told of everybody, repeats everything.
//!
//! What is proved: the verdict follows from the entry as it was reported and from the cause as it was disclosed. That
//! nothing was left undisclosed, only the province's own full recomparison can tell.

mod known;
mod record;

use std::collections::BTreeMap;

use honghei_codec::list::open_chunk;
use honghei_domain::comparison::{Outcome, Standing, judge};
use honghei_domain::final_list::{DetailRow, Validity};
use honghei_domain::list::{CaseId, ChunkSlice};
use honghei_domain::node::NodeId;
use honghei_domain::refusal::Refusal;
use honghei_ledger::sha256;
use honghei_store::Tx;

use self::known::Known;
use self::record::{Records, Version};
use crate::context::Context;
use crate::error::{CommandError, Fault};
use crate::parallel;
use crate::question::{Alarm, Listener, Told};

/// Case numbers of one recogniser worked on at a time; bounds the entries held in memory.
const WINDOW: u64 = 65_536;
/// Differences that are told; the rest are counted.
const TOLD: usize = 20;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// The result version up to which verdicts were told; 0 where there is none.
    pub version: u64,
    /// Verdicts that came to the same bytes.
    pub repeated: u64,
    /// Verdicts on entries that do not lie here.
    pub unseen: u64,
    /// Verdicts that came otherwise.
    pub different: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A verdict that does not follow from what this node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The result version that told it.
    pub version: u64,
    /// The case.
    pub case: CaseId,
    /// Why, in Chinese.
    pub reason: &'static str,
}

/// Judges anew whatever this node was told.
///
/// Reads the logs and lists once; holds the entries of 65,536 cases at a time.
///
/// # Errors
/// A refusal `RECOMPUTATION_CANCELLED` when nobody listens any more; [`Fault`] where the store or a record fails.
pub async fn recompute(tx: &mut dyn Tx, cx: &Context, listener: &dyn Listener) -> Result<Recomputed, CommandError> {
    let records = Records::read(tx, cx, listener).await?;
    let mut found =
        Recomputed { version: records.versions.last().map_or(0, |version| version.number), ..Recomputed::default() };
    let work = records.windows();
    for (done, (recogniser, window)) in (0..).zip(&work) {
        heard(listener, "重算", done, work.len() as u64)?;
        Recogniser { records: &records, id: recogniser, first: *window * WINDOW }.repeat(tx, cx, &mut found).await?;
    }
    Ok(found)
}

/// The cases of one recogniser with numbers from `first` on, within a window.
struct Recogniser<'a> {
    records: &'a Records,
    id: &'a NodeId,
    first: u64,
}

/// What the versions before said of a case.
#[derive(Clone, Copy, Default)]
struct Before {
    /// The first version that gave it a validity.
    published: Option<(u64, Validity)>,
    /// Whether one had it on the final list.
    was_final: bool,
}

impl Recogniser<'_> {
    async fn repeat(&self, tx: &mut dyn Tx, cx: &Context, found: &mut Recomputed) -> Result<(), Fault> {
        let mut known: Option<Known> = None;
        let mut before: BTreeMap<u64, Before> = BTreeMap::new();
        for version in &self.records.versions {
            for slice in version.told(self.id).iter().filter(|slice| self.meets(slice)) {
                let Some(bytes) = tx.chunk(&slice.digest).await? else { continue };
                let Some(rows) = rows_of(slice, &bytes) else {
                    let case = CaseId { origin: self.id.clone(), number: slice.first_case };
                    found.add(version.number, &case, Judged::Otherwise("所告知的明细与结果所签的不符，无法读取"));
                    continue;
                };
                let known = match &mut known {
                    Some(known) => known,
                    none => none.insert(Known::read(tx, self.records, self.id, self.first..self.first + WINDOW).await?),
                };
                let rows: Vec<DetailRow> = rows.into_iter().filter(|row| self.holds(row.case())).collect();
                let judged = parallel::each_of_many(&rows, |row| {
                    let before = before.get(&row.case().number).copied().unwrap_or_default();
                    self.judged(cx, version, known, row, before)
                });
                for (row, judged) in rows.iter().zip(judged) {
                    found.add(version.number, row.case(), judged);
                    let before = before.entry(row.case().number).or_default();
                    before.published = before.published.or(row.validity.map(|validity| (version.number, validity)));
                    before.was_final |= matches!(row.verdict.outcome, Outcome::FinalRed | Outcome::FinalBlack);
                }
            }
        }
        Ok(())
    }

    fn meets(&self, slice: &ChunkSlice) -> bool {
        slice.first_case < self.first + WINDOW && slice.last_case >= self.first
    }

    fn holds(&self, case: &CaseId) -> bool {
        case.origin == *self.id && (self.first..self.first + WINDOW).contains(&case.number)
    }

    fn judged(&self, cx: &Context, version: &Version, known: &Known, row: &DetailRow, before: Before) -> Judged {
        let has_exited = row.verdict.outcome == Outcome::Exited;
        let was_listed = before.was_final || (before.published.is_some() && !has_exited);
        if row.listed_before != was_listed {
            return Judged::Otherwise("此前是否列入与各版所告知的不符");
        }
        // What the province takes in counts at once; of others, what it held when it cut the version.
        let facts = known.facts(row.case(), |at| version.had(at));
        if facts.is_empty() {
            return match self.id == cx.me() {
                true => Judged::Otherwise("本单位未曾上报该条目"),
                false => Judged::Unseen,
            };
        }
        let with = match &row.verdict.outcome {
            Outcome::Removed { cause, .. } => Some(cause),
            Outcome::Held { with, .. } => with.as_ref(),
            _ => None,
        };
        let cause = with.zip(row.verdict.cause_facts.as_ref());
        let standing = match (before.published, has_exited) {
            (_, true) => Standing::Exited { code: String::new(), on: row.verdict.as_of },
            (Some((version, Validity { from, to })), _) => {
                Standing::Published { version, valid_from: from, valid_to: to }
            }
            (None, _) => Standing::Reported,
        };
        let told = row.verdict.canonical_bytes();
        let repeats = facts.into_iter().any(|mut own| {
            own.standing = standing.clone();
            // What a department lists for a term that was over before any version is given that term's end.
            if own.standing == Standing::Reported && row.verdict.outcome == Outcome::Expired {
                own.valid_to = own.valid_to.or(row.validity.map(|validity| validity.to));
            }
            let found = judge(&own, row.listed_before, cause, version.rule_version, row.verdict.as_of);
            found.canonical_bytes() == told
        });
        if repeats {
            Judged::Repeated
        } else {
            Judged::Otherwise("据所报条目和所告知的事实重算，结论不同")
        }
    }
}

/// How a verdict came out.
enum Judged {
    Repeated,
    Unseen,
    Otherwise(&'static str),
}

impl Recomputed {
    fn add(&mut self, version: u64, case: &CaseId, judged: Judged) {
        match judged {
            Judged::Repeated => self.repeated += 1,
            Judged::Unseen => self.unseen += 1,
            Judged::Otherwise(reason) => {
                self.different += 1;
                if self.differences.len() < TOLD {
                    self.differences.push(Difference { version, case: case.clone(), reason });
                }
            }
        }
    }

    /// The answer; with an alarm `RECOMPUTATION_DIFFERS` where a verdict came otherwise.
    pub fn told(self) -> Told {
        let mut sentences = vec![match (self.version, self.repeated) {
            (0, _) => "尚未公布结果，没有可以重算的比对结论。".to_owned(),
            (version, repeated) => {
                format!("截至第{version}版，本节点获知的比对结论重算一致{repeated}项，与省级签署的字节相同（R-029）。")
            }
        }];
        if self.unseen > 0 {
            sentences.push(format!("另有{}项所据条目不在本节点，未能重算。", self.unseen));
        }
        if self.different > 0 {
            sentences.push(format!("有{}项重算不一致，请向省级节点提出异议并报告本警报。", self.different));
        }
        let cells = |one: &Difference| vec![one.version.to_string(), one.case.to_string(), one.reason.to_owned()];
        let rows: Vec<Vec<String>> = self.differences.iter().map(cells).collect();
        let alarm = (self.different > 0).then(|| {
            let whole: Vec<String> = rows.iter().map(|cells| cells.join(" ")).collect();
            let named: Vec<String> = self.differences.iter().take(3).map(|one| one.case.to_string()).collect();
            let evidence = sha256(whole.join("\n").as_bytes());
            Alarm {
                code: "RECOMPUTATION_DIFFERS",
                detail: format!("{} verdicts do not follow, such as those on {}", self.different, named.join(", ")),
                evidence,
            }
        });
        Told { sentences, headings: vec!["版本", "案件", "情形"], rows, alarm }
    }
}

/// The rows of a chunk of details; none where they are not what the version commits to.
fn rows_of(slice: &ChunkSlice, bytes: &[u8]) -> Option<Vec<DetailRow>> {
    let rows = open_chunk(slice, bytes).ok()?;
    rows.iter().map(|salted| DetailRow::decode(&salted.body).ok()).collect()
}

/// Tells how far a step is and stops where nobody listens.
fn heard(listener: &dyn Listener, step: &str, done: u64, total: u64) -> Result<(), CommandError> {
    if listener.is_gone() {
        return Err(Refusal::new("RECOMPUTATION_CANCELLED", "R-029", "重算已取消，未作任何改动").into());
    }
    listener.hear(step, done, total);
    Ok(())
}
