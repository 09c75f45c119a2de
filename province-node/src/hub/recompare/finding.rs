//! What a full recomparison found, and how officers read it.

use std::collections::BTreeMap;

use honghei_ledger::sha256;
use honghei_registry::question::{Alarm, Told};

use super::difference::{Difference, Reason};

/// Differences told one by one; all are counted.
const TOLD: usize = 1000;

/// Cases named in an alarm.
const NAMED: usize = 10;

/// What a full recomparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomparison {
    /// Subjects that stand.
    pub subjects: u64,
    /// Entries that stand.
    pub entries: u64,
    /// Subjects that were read and judged; the packed keys spoke for the others.
    pub judged: u64,
    /// Pairs of subjects that share a number or a name.
    pub met: u64,
    /// Differences by reason.
    pub counts: BTreeMap<Reason, u64>,
    /// The first of them, those that are wrong before the others.
    pub different: Vec<Difference>,
    /// What became of the packed keys.
    pub keys: KeysFound,
}

/// What a full recomparison found about the packed keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeysFound {
    /// They were used, and nothing spoke against them.
    #[default]
    Used,
    /// They were held to every row and agree.
    Agree,
    /// None are kept yet.
    Absent,
    /// They are wrong.
    Differ {
        /// How many keys.
        keys: u64,
        /// The first subjects concerned.
        subjects: Vec<String>,
    },
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

    /// As officers read it; a wrong verdict is an alarm, and so are wrong keys.
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
        sentences.push(match &self.keys {
            KeysFound::Used => format!("依压缩键索引比对，其中{}个主体逐行复核。", self.judged),
            KeysFound::Agree => "逐行比对，压缩键索引与各行一致。".to_owned(),
            KeysFound::Absent => "逐行比对；压缩键索引尚未建立，下次写入时建立。".to_owned(),
            KeysFound::Differ { keys, subjects } => format!(
                "压缩键索引有{keys}个键与各行不符（如{}），已作为异常登记，请以 rebuild 重建。",
                subjects.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、")
            ),
        });
        let rows: Vec<Vec<String>> = self.different.iter().map(Difference::cells).collect();
        let alarm = if wrong > 0 { Some(self.wrong(wrong)) } else { self.wrong_keys() };
        Told { sentences, headings: vec!["案件", "主体", "已公布", "应为", "情形"], rows, alarm }
    }

    fn wrong(&self, wrong: u64) -> Alarm {
        let found: Vec<&Difference> = self.different.iter().filter(|one| one.reason == Reason::Wrong).collect();
        let named: Vec<String> = found.iter().take(NAMED).map(|one| one.case.to_string()).collect();
        let whole: Vec<String> = found.iter().map(|one| one.cells().join(" ")).collect();
        Alarm {
            code: "RECOMPARISON_DIFFERS",
            detail: format!("a full recomparison differs in {wrong} cases, such as {}", named.join(", ")),
            evidence: sha256(whole.join("\n").as_bytes()),
        }
    }

    fn wrong_keys(&self) -> Option<Alarm> {
        let KeysFound::Differ { keys, subjects } = &self.keys else { return None };
        Some(Alarm {
            code: "RECOMPARISON_KEYS_DIFFER",
            detail: format!("{keys} packed keys differ from the rows, such as those of {}", subjects.join(", ")),
            evidence: sha256(subjects.join("\n").as_bytes()),
        })
    }
}
