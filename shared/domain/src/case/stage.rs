//! Where a case stands. Names are stable: they are stored, shown and counted.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Finding;
use crate::node::{EntryRef, NodeId};

/// A stage with the facts that belong to it alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Collected.
    Candidate,
    /// Notice served; the statement period runs or has run.
    Noticed {
        /// 送达日期.
        served_on: NaiveDate,
    },
    /// Publicity runs.
    InPublicity {
        /// The opening act.
        publicity: EntryRef,
        /// Its last day, 24:00.
        ends_on: NaiveDate,
    },
    /// Publicity ended.
    Publicised {
        /// The day it was closed.
        closed_on: NaiveDate,
    },
    /// A statement waits for its disposition.
    UnderVerification {
        /// The oldest open statement.
        statement: EntryRef,
    },
    /// The head signed.
    Certified {
        /// Its list.
        list: EntryRef,
        /// 认定日期.
        certified_on: NaiveDate,
    },
    /// Its list was declared.
    Declared {
        /// Its list.
        list: EntryRef,
        /// The reviewer.
        to: NodeId,
        /// When.
        declared_on: NaiveDate,
    },
    /// The reviewer has it; D-02 runs.
    Received {
        /// Its list.
        list: EntryRef,
        /// When.
        received_on: NaiveDate,
        /// Last day of the review.
        due_on: NaiveDate,
    },
    /// Reviewed, not yet signed.
    Reviewed {
        /// Its list.
        list: EntryRef,
        /// What was found.
        finding: Finding,
        /// When.
        reviewed_on: NaiveDate,
    },
    /// Returned for correction.
    Returned {
        /// The list it stood on.
        list: EntryRef,
        /// The whole list of defects.
        defects: Vec<String>,
        /// When.
        returned_on: NaiveDate,
    },
    /// Not approved; may be declared again as a new act.
    Rejected {
        /// The list it stood on.
        list: EntryRef,
        /// Why.
        reason: String,
        /// When.
        rejected_on: NaiveDate,
    },
    /// Approved by the reviewer's head.
    Approved {
        /// Its list.
        list: EntryRef,
        /// When.
        signed_on: NaiveDate,
    },
    /// The reviewed list's publicity runs.
    CityPublicity {
        /// Its list.
        list: EntryRef,
        /// Last day, 24:00.
        ends_on: NaiveDate,
    },
    /// The reviewed list's publicity ended.
    CityPublicised {
        /// Its list.
        list: EntryRef,
        /// The day it was closed.
        closed_on: NaiveDate,
    },
    /// Reported to the province; waits for comparison.
    Reported {
        /// Its list.
        list: EntryRef,
        /// When.
        reported_on: NaiveDate,
    },
    /// Compared: on the final list.
    Final {
        /// The result version that said so last.
        version: u64,
        /// First day of validity.
        valid_from: NaiveDate,
        /// Last day of validity, 24:00.
        valid_to: NaiveDate,
    },
    /// Compared: removed.
    Removed {
        /// The result version.
        version: u64,
        /// Rule.
        rule: String,
        /// Cause.
        cause: String,
        /// When.
        removed_on: NaiveDate,
    },
    /// Compared: waits for a person.
    Held {
        /// The result version.
        version: u64,
        /// Why.
        reason: String,
    },
    /// Ended by decision.
    Withdrawn {
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
}

/// The bare name of a stage, as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// 初选.
    Candidate,
    /// 已告知.
    Noticed,
    /// 公示中.
    InPublicity,
    /// 公示期满.
    Publicised,
    /// 核实中.
    UnderVerification,
    /// 已认定.
    Certified,
    /// 已申报.
    Declared,
    /// 已收件.
    Received,
    /// 已审核待签署.
    Reviewed,
    /// 退回补正.
    Returned,
    /// 审核不通过.
    Rejected,
    /// 审核通过.
    Approved,
    /// 审核公示中.
    CityPublicity,
    /// 审核公示期满.
    CityPublicised,
    /// 已上报.
    Reported,
    /// 已公布, not yet valid.
    Final,
    /// 有效.
    InForce,
    /// 期满退出.
    Expired,
    /// 比对删除.
    Removed,
    /// 待人工核对.
    Held,
    /// 已撤出.
    Withdrawn,
}

impl StageName {
    /// Every name, in the order of the procedure.
    pub const ALL: [StageName; 21] = [
        StageName::Candidate,
        StageName::Noticed,
        StageName::InPublicity,
        StageName::Publicised,
        StageName::UnderVerification,
        StageName::Certified,
        StageName::Declared,
        StageName::Received,
        StageName::Reviewed,
        StageName::Returned,
        StageName::Rejected,
        StageName::Approved,
        StageName::CityPublicity,
        StageName::CityPublicised,
        StageName::Reported,
        StageName::Final,
        StageName::InForce,
        StageName::Expired,
        StageName::Removed,
        StageName::Held,
        StageName::Withdrawn,
    ];

    /// The stable name, as stored and counted.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Candidate => "candidate",
            StageName::Noticed => "noticed",
            StageName::InPublicity => "in_publicity",
            StageName::Publicised => "publicised",
            StageName::UnderVerification => "under_verification",
            StageName::Certified => "certified",
            StageName::Declared => "declared",
            StageName::Received => "received",
            StageName::Reviewed => "reviewed",
            StageName::Returned => "returned",
            StageName::Rejected => "rejected",
            StageName::Approved => "approved",
            StageName::CityPublicity => "city_publicity",
            StageName::CityPublicised => "city_publicised",
            StageName::Reported => "reported",
            StageName::Final => "final",
            StageName::InForce => "in_force",
            StageName::Expired => "expired",
            StageName::Removed => "removed",
            StageName::Held => "held",
            StageName::Withdrawn => "withdrawn",
        }
    }

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            StageName::Candidate => "初选",
            StageName::Noticed => "已告知",
            StageName::InPublicity => "公示中",
            StageName::Publicised => "公示期满",
            StageName::UnderVerification => "核实中",
            StageName::Certified => "已认定",
            StageName::Declared => "已申报",
            StageName::Received => "已收件",
            StageName::Reviewed => "已审核待签署",
            StageName::Returned => "退回补正",
            StageName::Rejected => "审核不通过",
            StageName::Approved => "审核通过",
            StageName::CityPublicity => "审核公示中",
            StageName::CityPublicised => "审核公示期满",
            StageName::Reported => "已上报",
            StageName::Final => "已公布待生效",
            StageName::InForce => "有效",
            StageName::Expired => "期满退出",
            StageName::Removed => "比对删除",
            StageName::Held => "待人工核对",
            StageName::Withdrawn => "已撤出",
        }
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Stage {
    /// The name to show on a day.
    pub fn name_on(&self, day: NaiveDate) -> StageName {
        match self {
            Stage::Final { valid_to, .. } if *valid_to < day => StageName::Expired,
            Stage::Final { valid_from, .. } if *valid_from <= day => StageName::InForce,
            other => other.name(),
        }
    }

    /// The name whatever the day: a final entry is `final`.
    pub fn name(&self) -> StageName {
        match self {
            Stage::Candidate => StageName::Candidate,
            Stage::Noticed { .. } => StageName::Noticed,
            Stage::InPublicity { .. } => StageName::InPublicity,
            Stage::Publicised { .. } => StageName::Publicised,
            Stage::UnderVerification { .. } => StageName::UnderVerification,
            Stage::Certified { .. } => StageName::Certified,
            Stage::Declared { .. } => StageName::Declared,
            Stage::Received { .. } => StageName::Received,
            Stage::Reviewed { .. } => StageName::Reviewed,
            Stage::Returned { .. } => StageName::Returned,
            Stage::Rejected { .. } => StageName::Rejected,
            Stage::Approved { .. } => StageName::Approved,
            Stage::CityPublicity { .. } => StageName::CityPublicity,
            Stage::CityPublicised { .. } => StageName::CityPublicised,
            Stage::Reported { .. } => StageName::Reported,
            Stage::Final { .. } => StageName::Final,
            Stage::Removed { .. } => StageName::Removed,
            Stage::Held { .. } => StageName::Held,
            Stage::Withdrawn { .. } => StageName::Withdrawn,
        }
    }

    /// The list the case stands on, where it stands on one before comparison.
    pub fn list(&self) -> Option<&EntryRef> {
        match self {
            Stage::Certified { list, .. }
            | Stage::Declared { list, .. }
            | Stage::Received { list, .. }
            | Stage::Reviewed { list, .. }
            | Stage::Returned { list, .. }
            | Stage::Rejected { list, .. }
            | Stage::Approved { list, .. }
            | Stage::CityPublicity { list, .. }
            | Stage::CityPublicised { list, .. }
            | Stage::Reported { list, .. } => Some(list),
            Stage::Candidate
            | Stage::Noticed { .. }
            | Stage::InPublicity { .. }
            | Stage::Publicised { .. }
            | Stage::UnderVerification { .. }
            | Stage::Final { .. }
            | Stage::Removed { .. }
            | Stage::Held { .. }
            | Stage::Withdrawn { .. } => None,
        }
    }

    /// Before recognition.
    pub fn is_preparing(&self) -> bool {
        matches!(
            self,
            Stage::Candidate
                | Stage::Noticed { .. }
                | Stage::InPublicity { .. }
                | Stage::Publicised { .. }
                | Stage::UnderVerification { .. }
        )
    }

    /// Sent back by the reviewer: may be corrected and certified again.
    pub fn is_sent_back(&self) -> bool {
        matches!(self, Stage::Returned { .. } | Stage::Rejected { .. })
    }
}
