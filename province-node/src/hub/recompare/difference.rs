//! What a full recomparison found, and how officers read it.

use std::collections::BTreeMap;

use honghei_domain::list::CaseId;
use honghei_ledger::sha256;
use honghei_registry::question::{Alarm, Told};

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

    pub(super) fn add(&mut self, difference: Difference) {
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
