//! Who may do what: role x action, deny by default (F-P5, S-1).

use serde::{Deserialize, Serialize};

/// What a named officer may be (AC-01 to AC-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 经办人: collects, serves notice, records statements.
    Collector,
    /// 主要负责人: signs recognitions and reviews.
    Head,
    /// 复核人: second approval of entries under an open clause such as SW-B-12.
    SecondApprover,
    /// 审核人: reviews declared lists.
    Reviewer,
    /// 比对员: runs feeds and comparison at the province.
    Comparer,
    /// 系统管理员: appoints and certifies officers, never touches a case.
    Administrator,
    /// 审计员: reads everything, changes nothing.
    Auditor,
}
