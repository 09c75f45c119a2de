//! One behaviour on record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::list::Subject;
use crate::policy::{Circumstance, EventNature, Grade, IssuerLevel, PenaltyKind, Policy};
use crate::subject_key::SubjectKey;

/// A behaviour event: what a subject did or how it was found, by which document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BehaviourEvent {
    /// Number within the node that recorded it, from 1; 0 before it is recorded.
    pub number: u64,
    /// Whose behaviour. Its class may be empty: an event belongs to no list.
    pub subject: Subject,
    /// What it records.
    pub nature: EventNature,
    /// 行为种类 or, for a sampling, 产品类别: what 相同 and 同类 compare. Empty where nobody said; empty is like nothing.
    pub kind: String,
    /// Its grade, where the document states one; else the severity catalogue's by its kind.
    pub grade: Option<Grade>,
    /// 发生日期: of the decision, inspection or commendation.
    pub occurred_on: NaiveDate,
    /// 文号; empty where there is none.
    pub document_number: String,
    /// 作出机关.
    pub issuer: String,
    /// Its level, where it is known.
    pub level: Option<IssuerLevel>,
    /// 处罚种类, for a penalty.
    pub penalties: Vec<PenaltyKind>,
    /// 罚款金额 in yuan, rounded down, for a penalty.
    pub fine_yuan: Option<u64>,
    /// Findings beside it, such as 拒不整改.
    pub circumstances: Vec<Circumstance>,
    /// 事实.
    pub facts: String,
    /// Where the record comes from: a file or a channel of collection.
    pub source: String,
}

impl BehaviourEvent {
    /// The key its subject's case must have.
    pub fn subject_key(&self) -> SubjectKey {
        SubjectKey::of(&self.subject)
    }

    /// Its grade: the document's own word, else the catalogue's for its kind.
    pub fn grade_under(&self, policy: &Policy) -> Option<Grade> {
        self.grade.or_else(|| policy.severity_of(&self.kind).map(|severity| severity.grade))
    }

    /// Whether two records tell of one decision: a violation and the penalty for it count once.
    pub fn is_same_decision(&self, other: &Self) -> bool {
        !self.document_number.is_empty()
            && self.document_number == other.document_number
            && self.issuer == other.issuer
            && self.is_decided()
            && other.is_decided()
    }

    fn is_decided(&self) -> bool {
        matches!(self.nature, EventNature::Violation | EventNature::Penalty)
    }

    /// One line an officer reads.
    pub fn sentence(&self) -> String {
        let mut text = format!("{} {}", self.occurred_on, self.nature.zh());
        for part in [&self.kind, &self.issuer, &self.document_number] {
            if !part.is_empty() {
                text.push(' ');
                text.push_str(part);
            }
        }
        text
    }
}
