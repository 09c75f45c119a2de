//! Rehearsal: what would happen, found out on a fork by the very code that would do it (F-P12).
//!
//! A rehearsal writes nothing, signs nothing with the node's key and holds no lock while it runs; what it shows is the
//! difference of everything folded, before and after. The difference of the real run is the same, and so is its digest.

mod difference;
mod text;

use honghei_domain::permit::Countersigning;

pub use difference::{Difference, Row};

use crate::countersign::demand_zh;
use crate::question::Told;

/// What a rehearsal shows: one difference a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// In order: what the signed acts change, then what a result version cut next would.
    pub stages: Vec<Stage>,
}

/// One stage of a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// When it would be so, in Chinese.
    pub title: &'static str,
    /// What the officer would read before he signs, and what stands in the way, each a sentence.
    pub sentences: Vec<String>,
    /// The signatures besides the acting officer's.
    pub demands: Vec<Countersigning>,
    /// What would change.
    pub difference: Difference,
}

impl Rehearsal {
    /// The digest of the first stage, hex: what the acts themselves change.
    pub fn digest(&self) -> String {
        self.stages.first().map(|stage| stage.difference.digest()).unwrap_or_default()
    }
}

/// Headings of the rows.
const HEADINGS: [&str; 5] = ["类别", "对象", "名称", "此前", "此后"];

impl Stage {
    /// The stage as officers read it, with at most `limit` rows.
    pub fn told(&self, limit: usize) -> Told {
        let mut sentences = vec![format!("【{}】", self.title)];
        sentences.extend(self.sentences.iter().cloned());
        if !self.demands.is_empty() {
            let demands: Vec<String> = self.demands.iter().map(demand_zh).collect();
            sentences.push(format!("除经办签署外，还需{}签署。", demands.join("、")));
        }
        sentences.extend(self.difference.sentences());
        let rows = &self.difference.rows;
        if rows.len() > limit {
            sentences.push(format!("共{}项变化，以下列出前{limit}项。", rows.len()));
        }
        sentences.push(format!("变化摘要：{}", self.difference.digest()));
        Told {
            sentences,
            headings: HEADINGS.to_vec(),
            rows: rows.iter().take(limit).map(Row::cells).collect(),
            alarm: None,
        }
    }
}
