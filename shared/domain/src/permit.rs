//! Who may do what: tier x role x action, deny by default, and the separation of duties (F-P5, S-1).

use serde::{Deserialize, Serialize};

use crate::act::OfficerId;
use crate::node::Tier;
use crate::refusal::Denial;

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

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Collector,
        Role::Head,
        Role::SecondApprover,
        Role::Reviewer,
        Role::Comparer,
        Role::Administrator,
        Role::Auditor,
    ];

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Role::Collector => "经办人",
            Role::Head => "主要负责人",
            Role::SecondApprover => "复核人",
            Role::Reviewer => "审核人",
            Role::Comparer => "比对员",
            Role::Administrator => "系统管理员",
            Role::Auditor => "审计员",
        }
    }
}

/// Something an officer does at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Appoint an officer of the node.
    AppointOfficer,
    /// Vouch for an officer of the level below.
    CertifyOfficer,
    /// Collect candidates.
    Collect,
    /// Correct a record (AMB-18).
    Correct,
    /// Record a notice.
    ServeNotice,
    /// Open the publicity of candidates.
    OpenPublicity,
    /// Close it.
    ClosePublicity,
    /// Record a statement (F-05).
    ReceiveStatement,
    /// Decide on a statement.
    DisposeStatement,
    /// Sign a recognition.
    Certify,
    /// Approve entries under an open clause besides the head (SW-B-12).
    ApproveOpenClause,
    /// Declare a list.
    Declare,
    /// Answer an objection as recogniser.
    VerifyObjection,
    /// Withdraw an own case by decision.
    Withdraw,
    /// Confirm receipt of materials (D-02).
    Receive,
    /// Review a list.
    Review,
    /// Sign a review (F-08).
    SignReview,
    /// Open the publicity of a reviewed list.
    OpenReviewPublicity,
    /// Close it.
    CloseReviewPublicity,
    /// Record an objection during it (F-09).
    ReceiveObjection,
    /// Report a list to the province.
    Report,
    /// Import a department's list.
    ImportFeed,
    /// Run the comparison.
    Compare,
    /// Publish a result version.
    PublishResult,
    /// Read cases, lists and results.
    Read,
    /// Read the log and verify it.
    ReadLog,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 26] = [
        Action::AppointOfficer,
        Action::CertifyOfficer,
        Action::Collect,
        Action::Correct,
        Action::ServeNotice,
        Action::OpenPublicity,
        Action::ClosePublicity,
        Action::ReceiveStatement,
        Action::DisposeStatement,
        Action::Certify,
        Action::ApproveOpenClause,
        Action::Declare,
        Action::VerifyObjection,
        Action::Withdraw,
        Action::Receive,
        Action::Review,
        Action::SignReview,
        Action::OpenReviewPublicity,
        Action::CloseReviewPublicity,
        Action::ReceiveObjection,
        Action::Report,
        Action::ImportFeed,
        Action::Compare,
        Action::PublishResult,
        Action::Read,
        Action::ReadLog,
    ];

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Action::AppointOfficer => "任命人员",
            Action::CertifyOfficer => "核验下级人员",
            Action::Collect => "采集信息",
            Action::Correct => "补正记录",
            Action::ServeNotice => "送达告知",
            Action::OpenPublicity => "开始公示",
            Action::ClosePublicity => "结束公示",
            Action::ReceiveStatement => "登记陈述申辩",
            Action::DisposeStatement => "处理陈述申辩",
            Action::Certify => "签署认定意见",
            Action::ApproveOpenClause => "复核兜底条款",
            Action::Declare => "申报名单",
            Action::VerifyObjection => "核实异议",
            Action::Withdraw => "撤出条目",
            Action::Receive => "登记收件",
            Action::Review => "审核名单",
            Action::SignReview => "签署审核意见",
            Action::OpenReviewPublicity => "开始审核公示",
            Action::CloseReviewPublicity => "结束审核公示",
            Action::ReceiveObjection => "登记异议",
            Action::Report => "上报名单",
            Action::ImportFeed => "导入部门名单",
            Action::Compare => "比对名单",
            Action::PublishResult => "公布结果",
            Action::Read => "查阅名单",
            Action::ReadLog => "查阅日志",
        }
    }
}

/// Whether an officer in a role may do something at a node of a tier. Everything not named is denied.
pub fn permitted(tier: Tier, role: Role, action: Action) -> bool {
    let recognises = matches!(tier, Tier::County | Tier::City);
    let reviews = matches!(tier, Tier::City | Tier::Province);
    let compares = tier == Tier::Province;
    match action {
        Action::AppointOfficer => role == Role::Administrator,
        // The level above vouches; nobody stands below a county.
        Action::CertifyOfficer => reviews && role == Role::Administrator,
        Action::Collect
        | Action::Correct
        | Action::ServeNotice
        | Action::OpenPublicity
        | Action::ClosePublicity
        | Action::ReceiveStatement
        | Action::Declare => recognises && role == Role::Collector,
        Action::DisposeStatement | Action::Certify | Action::VerifyObjection | Action::Withdraw => {
            recognises && role == Role::Head
        }
        Action::ApproveOpenClause => recognises && role == Role::SecondApprover,
        Action::Receive
        | Action::Review
        | Action::OpenReviewPublicity
        | Action::CloseReviewPublicity
        | Action::ReceiveObjection => reviews && role == Role::Reviewer,
        // A county reports itself only where the policy has nobody review it; the dossier sees to that.
        Action::Report if tier == Tier::County => role == Role::Collector,
        Action::Report => role == Role::Reviewer,
        Action::SignReview => reviews && role == Role::Head,
        Action::ImportFeed | Action::Compare => compares && role == Role::Comparer,
        Action::PublishResult => compares && role == Role::Head,
        Action::Read => role != Role::Administrator,
        Action::ReadLog => matches!(role, Role::Administrator | Role::Auditor),
    }
}

/// Whether any of an officer's roles permits an action.
///
/// # Errors
/// A [`Denial`] with code `NOT_PERMITTED`.
pub fn permit(tier: Tier, roles: &[Role], action: Action) -> Result<(), Denial> {
    if roles.iter().any(|role| permitted(tier, *role, action)) {
        return Ok(());
    }
    let held: Vec<&str> = roles.iter().map(|role| role.zh()).collect();
    let held = if held.is_empty() { "没有任何职责".to_owned() } else { format!("职责为{}", held.join("、")) };
    Err(Denial::new("NOT_PERMITTED", format!("您{held}，无权{}。", action.zh())))
}

/// The signatures an act needs besides the acting officer's own, by role: a second approval where an open clause is
/// cited (SW-B-12).
pub fn second_signature(action: Action, cites_open_clause: bool) -> Option<Role> {
    (action == Action::Certify && cites_open_clause).then_some(Role::SecondApprover)
}

/// Whether one person may hold these roles together: an administrator never touches a case, an auditor only reads.
///
/// # Errors
/// A [`Denial`] with code `ROLES_INCOMPATIBLE`.
pub fn compatible(roles: &[Role]) -> Result<(), Denial> {
    for alone in [Role::Administrator, Role::Auditor] {
        if roles.contains(&alone) && roles.iter().any(|role| *role != alone) {
            let sentence = format!("{}不得兼任其他职责。", alone.zh());
            return Err(Denial::new("ROLES_INCOMPATIBLE", sentence));
        }
    }
    Ok(())
}

/// A duty that one person may not join with another on the same entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Duty {
    Collecting,
    Certifying,
    SecondApproving,
    Reviewing,
    SigningReview,
    Publishing,
}

impl Duty {
    fn zh(self) -> &'static str {
        match self {
            Duty::Collecting => "采集申报",
            Duty::Certifying => "认定签署",
            Duty::SecondApproving => "兜底条款复核",
            Duty::Reviewing => "审核",
            Duty::SigningReview => "审核签署",
            Duty::Publishing => "结果公布",
        }
    }
}

fn duty(action: Action) -> Option<Duty> {
    match action {
        Action::Collect
        | Action::Correct
        | Action::ServeNotice
        | Action::OpenPublicity
        | Action::ClosePublicity
        | Action::ReceiveStatement
        | Action::Declare => Some(Duty::Collecting),
        Action::DisposeStatement | Action::Certify | Action::VerifyObjection | Action::Withdraw => {
            Some(Duty::Certifying)
        }
        Action::ApproveOpenClause => Some(Duty::SecondApproving),
        Action::Receive
        | Action::Review
        | Action::OpenReviewPublicity
        | Action::CloseReviewPublicity
        | Action::ReceiveObjection => Some(Duty::Reviewing),
        Action::SignReview => Some(Duty::SigningReview),
        Action::PublishResult => Some(Duty::Publishing),
        Action::AppointOfficer
        | Action::CertifyOfficer
        | Action::ImportFeed
        | Action::Compare
        | Action::Read
        | Action::Report
        | Action::ReadLog => None,
    }
}

/// Whether an officer may take the next step on an entry or list, given who took the steps before at this node.
///
/// Collector, signer, second approver, reviewer and signer of the review are different people, whatever roles one
/// person holds. Names are a node's own: give the steps of one node only.
///
/// # Errors
/// A [`Denial`] with code `DUTIES_NOT_SEPARATE`.
pub fn separate(before: &[(Action, OfficerId)], next: Action, officer: &OfficerId) -> Result<(), Denial> {
    let Some(wanted) = duty(next) else { return Ok(()) };
    let own = before.iter().filter(|(_, by)| by == officer).filter_map(|(action, _)| duty(*action));
    match own.into_iter().find(|held| *held != wanted) {
        None => Ok(()),
        Some(held) => {
            let sentence = format!("您已办理该条目的{}，不得再办理{}。", held.zh(), wanted.zh());
            Err(Denial::new("DUTIES_NOT_SEPARATE", sentence))
        }
    }
}

#[cfg(test)]
mod tests;
