//! Who may do what: tier x role x action, deny by default, and the separation of duties (F-P5, S-1).

mod delegation;

use serde::{Deserialize, Serialize};

use crate::act::OfficerId;
use crate::node::Tier;
use crate::refusal::Denial;

pub use self::delegation::{Business, Delegation, may_be_delegate};

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
    /// 领导小组成员: votes on lists that a body approves.
    LeadingMember,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Collector,
        Role::Head,
        Role::SecondApprover,
        Role::Reviewer,
        Role::Comparer,
        Role::Administrator,
        Role::Auditor,
        Role::LeadingMember,
    ];

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Role::Collector => "经办人",
            Role::Head => "主要负责人",
            Role::SecondApprover => "复核人",
            Role::LeadingMember => "领导小组成员",
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
    /// Record that a body approved a list, for its members to sign (R-032, F-14).
    RecordApproval,
    /// Vote for a list as a member of the body that approves it.
    ApproveCollegially,
    /// Hand a head's business over while he is away.
    Delegate,
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
    /// Agree, besides the head, to a result version that removes an unusual share of the red list (C-5).
    ApproveMassChange,
    /// Record an objection against a listed entry (D-15).
    ReceiveDispute,
    /// Verify one as recogniser (AMB-16).
    VerifyDispute,
    /// Decide one (AMB-16).
    DecideDispute,
    /// Let an entry leave the list.
    DecideExit,
    /// Record an application for repair, and accept it for decision (F-12).
    ReceiveRepair,
    /// Decide a repair, or end it for a false promise (BX-1).
    DecideRepair,
    /// Record what was made public on a channel.
    Announce,
    /// File exits with the level above.
    FileExits,
    /// Take or decline an offer of restoration (AMB-14).
    AnswerRestoration,
    /// Issue the bulletin of a quarter.
    IssueBulletin,
    /// Record where a list or bulletin was spread offline.
    Disseminate,
    /// Read cases, lists and results.
    Read,
    /// Read the log and verify it.
    ReadLog,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 41] = [
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
        Action::RecordApproval,
        Action::ApproveCollegially,
        Action::Delegate,
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
        Action::ApproveMassChange,
        Action::ReceiveDispute,
        Action::VerifyDispute,
        Action::DecideDispute,
        Action::DecideExit,
        Action::ReceiveRepair,
        Action::DecideRepair,
        Action::Announce,
        Action::FileExits,
        Action::AnswerRestoration,
        Action::IssueBulletin,
        Action::Disseminate,
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
            Action::RecordApproval => "登记集体审查",
            Action::ApproveCollegially => "集体审查表决",
            Action::Delegate => "委托代行职责",
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
            Action::ApproveMassChange => "复核大批量删除",
            Action::ReceiveDispute => "登记列入后异议",
            Action::VerifyDispute => "核实列入后异议",
            Action::DecideDispute => "决定列入后异议",
            Action::DecideExit => "决定退出",
            Action::ReceiveRepair => "受理信用修复",
            Action::DecideRepair => "审定信用修复",
            Action::Announce => "登记公布回执",
            Action::FileExits => "退出备案",
            Action::AnswerRestoration => "答复恢复提议、冲突通知",
            Action::IssueBulletin => "发布季度红黑榜",
            Action::Disseminate => "登记线下宣传",
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
        | Action::RecordApproval
        | Action::Declare => recognises && role == Role::Collector,
        Action::DisposeStatement | Action::Certify | Action::VerifyObjection | Action::Withdraw => {
            recognises && role == Role::Head
        }
        // A bulletin shows what its own organ recognised.
        Action::IssueBulletin => recognises && role == Role::Head,
        Action::Disseminate => recognises && role == Role::Collector,
        Action::ApproveOpenClause => recognises && role == Role::SecondApprover,
        Action::ApproveCollegially => recognises && role == Role::LeadingMember,
        Action::Delegate => role == Role::Head,
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
        Action::ApproveMassChange => compares && role == Role::SecondApprover,
        Action::ReceiveDispute | Action::ReceiveRepair | Action::Announce | Action::FileExits => {
            (recognises && role == Role::Collector) || (reviews && role == Role::Reviewer)
        }
        Action::VerifyDispute => recognises && role == Role::Head,
        // The province answers for what it imported, and a recogniser for its own: a head signs everywhere.
        Action::DecideDispute | Action::DecideExit | Action::DecideRepair | Action::AnswerRestoration => {
            role == Role::Head
        }
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

/// Signatures that an act needs besides the acting officer's own: of so many other people who may do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Countersigning {
    /// What each of them does by signing.
    pub action: Action,
    /// How many different people, none of them the acting officer; at least 1.
    pub people: u32,
}

/// The second signature an act needs where it does what one person alone may not decide: a certification that cites
/// an open clause (SW-B-12), a result version that removes an unusual share of the red list, a department's list that
/// drops an unusual share of its rows (C-5).
pub fn second_signature(action: Action, unusual: bool) -> Option<Countersigning> {
    let second = match action {
        Action::Certify => Action::ApproveOpenClause,
        Action::PublishResult | Action::ImportFeed => Action::ApproveMassChange,
        _ => return None,
    };
    unusual.then_some(Countersigning { action: second, people: 1 })
}

/// Which demand each further signer meets, in the order they signed: a person's signature counts for the first demand
/// that is still open and that his roles permit, and for one only. `None` for who meets no open demand.
///
/// `signers` holds each signer's roles; the second part of the answer is what is still needed.
pub fn assign(
    tier: Tier,
    demands: &[Countersigning],
    signers: &[Vec<Role>],
) -> (Vec<Option<Action>>, Vec<Countersigning>) {
    let mut open = demands.to_vec();
    let met = signers.iter().map(|roles| {
        let meets = |demand: &&mut Countersigning| {
            demand.people > 0 && roles.iter().any(|role| permitted(tier, *role, demand.action))
        };
        let demand = open.iter_mut().find(meets)?;
        demand.people -= 1;
        Some(demand.action)
    });
    let met = met.collect();
    open.retain(|demand| demand.people > 0);
    (met, open)
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
            Duty::SecondApproving => "复核",
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
        | Action::RecordApproval
        | Action::Declare => Some(Duty::Collecting),
        // The head of a bureau usually sits in the body that approves; who collected does not vote.
        Action::ApproveCollegially
        | Action::DisposeStatement
        | Action::Certify
        | Action::VerifyObjection
        | Action::Withdraw => Some(Duty::Certifying),
        Action::ApproveOpenClause | Action::ApproveMassChange => Some(Duty::SecondApproving),
        Action::Receive
        | Action::Review
        | Action::OpenReviewPublicity
        | Action::CloseReviewPublicity
        | Action::ReceiveObjection
        | Action::ReceiveDispute
        | Action::ReceiveRepair => Some(Duty::Reviewing),
        Action::VerifyDispute => Some(Duty::Certifying),
        Action::SignReview | Action::DecideDispute | Action::DecideExit | Action::DecideRepair => {
            Some(Duty::SigningReview)
        }
        Action::PublishResult => Some(Duty::Publishing),
        Action::Delegate
        | Action::AppointOfficer
        | Action::CertifyOfficer
        | Action::Announce
        | Action::FileExits
        | Action::AnswerRestoration
        | Action::IssueBulletin
        | Action::Disseminate
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
