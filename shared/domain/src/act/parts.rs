//! What acts are made of: channels, ballots, exceptions, interpretations, counts.

use serde::{Deserialize, Serialize};

use crate::list::{CaseId, CaseSet, ListManifest};
use crate::node::{EntryRef, NodeId};

/// How records came to the recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectionChannel {
    /// 日常管理.
    DailyManagement,
    /// 专项检查.
    SpecialInspection,
    /// 行政执法.
    Enforcement,
    /// 举报投诉.
    Complaint,
    /// 其他.
    Other,
}

/// How the members of a body voted on a list (R-032, F-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// 赞成票.
    pub in_favour: u32,
    /// 反对票.
    pub against: u32,
    /// 弃权票.
    pub abstained: u32,
}

impl Ballot {
    /// How many members voted.
    pub fn cast(&self) -> u32 {
        self.in_favour.saturating_add(self.against).saturating_add(self.abstained)
    }

    /// The result as officers read it.
    pub fn zh(&self) -> String {
        format!("赞成{}票、反对{}票、弃权{}票", self.in_favour, self.against, self.abstained)
    }
}

/// What a publicity is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicityOf {
    /// Candidates of the acting node.
    Cases(CaseSet),
    /// The entries of a reviewed list that the review approved.
    List(EntryRef),
}

/// A reviewer's decision on one entry that differs from approval (AMB-18).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// 退回补正, with the whole list of defects.
    Return {
        /// One consolidated list.
        defects: Vec<String>,
    },
    /// 不予通过.
    Reject {
        /// Why.
        reason: String,
    },
}

/// One exception of a review.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReviewException {
    /// The case.
    pub case: CaseId,
    /// What was decided instead of approval.
    pub decision: ReviewDecision,
}

/// What the interpreter made of somebody's act (DESIGN 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpretation {
    /// Applied, but for the rows named beside.
    Applied,
    /// Refused whole: stable code and Chinese reason.
    Rejected {
        /// Stable code.
        code: String,
        /// 理由.
        reason: String,
    },
    /// Cannot be judged yet, and why.
    Waiting {
        /// Stable code.
        code: String,
        /// 理由.
        reason: String,
    },
}

/// One row that an interpreter refused while it applied the rest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowRejection {
    /// The case.
    pub case: CaseId,
    /// Stable code.
    pub code: String,
    /// 理由.
    pub reason: String,
}

/// Whether a department feed replaces or amends what its source sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedMode {
    /// The whole list of the source as of a day: what is not in it is gone (guarded, C-5).
    Full,
    /// Additions and changes only.
    Delta,
}

/// The rows of a result that one reader may see in detail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResultDetail {
    /// The recogniser whose entries these are.
    pub recogniser: NodeId,
    /// Detail rows, chunked.
    pub manifest: ListManifest,
}

/// Counts of a result version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResultCounts {
    /// Red rows on the final list.
    pub red: u64,
    /// Black rows on the final list.
    pub black: u64,
    /// Reds that this version removed.
    pub removed: u64,
    /// Reds HELD as of this version.
    pub held: u64,
}
