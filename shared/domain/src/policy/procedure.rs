//! The procedure as data: who does which step, what stands before it, what clock runs.

use chrono::NaiveDate;
use serde::Deserialize;

use super::day;
use crate::list::ListEntry;
use crate::node::NodeId;

/// Whether a step must be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Nothing goes on without it.
    Required,
    /// May be taken instead of, or besides, the other.
    Optional,
}

/// What precedes recognition (R-021, AMB-01). At least one of both is always needed; notice always for black.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRules {
    /// Written notice.
    pub notice: Demand,
    /// Publicity of the candidate.
    pub publicity: Demand,
}

/// Periods of the procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Publicity of candidates, working days (D-01).
    pub candidate_publicity_days: u32,
    /// Statements after notice, working days (D-16).
    pub statement_days: u32,
    /// Review, working days from receipt (D-02).
    pub review_days: u32,
    /// Publicity of a reviewed list, working days (D-03).
    pub review_publicity_days: u32,
    /// Publication of a final result, working days at most (D-09).
    pub publication_ceiling_days: u32,
    /// Validity of a red entry, years (D-04, D-10).
    pub red_validity_years: u32,
    /// Validity of a black entry, years (D-05, D-11).
    pub black_validity_years: u32,
    /// Whose publication starts the validity (AMB-06).
    pub validity_from: Publisher,
    /// Whether the first day of a period in working days counts (AMB-02).
    pub count_start_day: bool,
    /// Filing of an exit with the province, from the exit (D-06, D-07).
    pub filing_days: u32,
    /// Whether those are working days; the reading of the text is calendar days (AMB-05).
    #[serde(default)]
    pub filing_in_working_days: bool,
    /// After how many of those days a filing is called for again (AMB-05).
    pub filing_warn_days: u32,
    /// Acceptance of a repair application, working days (D-14; the text is silent).
    pub repair_acceptance_days: u32,
    /// Decision on it, working days from acceptance (D-14).
    pub repair_decision_days: u32,
    /// Dispute mark after an objection, working days (D-15).
    pub objection_mark_days: u32,
    /// Verification by the recogniser, working days (D-15).
    pub objection_verify_days: u32,
    /// Decision, working days (D-15).
    pub objection_decide_days: u32,
    /// Withdrawal after the document under an entry was revoked, working days (BX-5).
    pub revoked_basis_days: u32,
    /// Days before the end of any period in working days at which its officer is warned (AMB-17).
    pub warn_days: u32,
}

/// Whose publication date counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publisher {
    /// The province.
    Province,
    /// The recogniser itself.
    Recogniser,
}

/// Who reviews a list of a recogniser of some tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewedBy {
    /// The node above: the city, or the province's own desk where there is no city.
    Parent,
    /// Nobody: the recogniser reports its list itself.
    Nobody,
}

/// Whether a reviewed list is publicised (AMB-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPublicity {
    /// Always.
    Required,
    /// Unless the signatory waives it with a reason.
    Waivable,
    /// Never.
    None,
}

/// Who decides a repair (AMB-16b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairDecider {
    /// Whoever reviewed the entry: the city, or the province's own desk where there is no city.
    Reviewer,
    /// Whoever recognised it.
    Recogniser,
}

/// Rules of review and finality (R-026, R-027, R-030, AMB-16b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// Reviewer of a county's list.
    pub county_reviewed_by: ReviewedBy,
    /// Reviewer of a city's own list.
    pub city_reviewed_by: ReviewedBy,
    /// Publicity after review.
    pub publicity: ReviewPublicity,
    /// Whether the province's result is final, so that nothing is published before it.
    pub province_final: bool,
    /// Who decides repairs.
    pub repair_decided_by: RepairDecider,
}

/// Who approves a list before it is signed (R-024, R-032, F-14).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// One head, or a body.
    pub form: ApprovalForm,
    /// 批准机构, as documents name it.
    pub body: String,
    /// 承办机构: who drafts for it; the recogniser's collectors where none is named.
    #[serde(default)]
    pub drafted_by: Option<String>,
    /// Votes in favour that carry a decision; at least two for a collegiate one, unused for a head.
    #[serde(default)]
    pub votes: u32,
    /// To whom the approved list is reported besides the comparison, such as 区社会信用体系建设领导小组.
    #[serde(default)]
    pub reported_to: Option<String>,
}

/// How a recognition is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalForm {
    /// 主要负责人签署.
    Head,
    /// 领导小组集体审查通过.
    Collegiate,
}

/// A step of the procedure, in the order of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepCode {
    /// 信息采集.
    Collection,
    /// 告知.
    Notice,
    /// 初选公示.
    CandidatePublicity,
    /// 听取陈述申辩.
    Statements,
    /// 认定.
    Recognition,
    /// 申报.
    Declaration,
    /// 审核.
    Review,
    /// 审核公示.
    ReviewPublicity,
    /// 上报.
    Report,
    /// 比对.
    Comparison,
    /// 发布.
    Publication,
    /// 退出备案.
    ExitFiling,
}

impl StepCode {
    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            StepCode::Collection => "信息采集",
            StepCode::Notice => "书面告知",
            StepCode::CandidatePublicity => "初选公示",
            StepCode::Statements => "听取陈述申辩",
            StepCode::Recognition => "认定",
            StepCode::Declaration => "申报",
            StepCode::Review => "审核",
            StepCode::ReviewPublicity => "审核公示",
            StepCode::Report => "上报",
            StepCode::Comparison => "比对",
            StepCode::Publication => "发布",
            StepCode::ExitFiling => "退出备案",
        }
    }
}

/// Who takes a step or decides an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// 认定单位.
    Recogniser,
    /// 审核单位.
    Reviewer,
    /// 省级.
    Province,
    /// The machine, when its day comes.
    System,
}

impl Actor {
    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Actor::Recogniser => "认定单位",
            Actor::Reviewer => "审核单位",
            Actor::Province => "省级",
            Actor::System => "系统",
        }
    }
}

/// What must be so before a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// 告知已送达，陈述申辩期已满.
    NoticeServed,
    /// 公示期已满.
    PublicityCompleted,
    /// 每一陈述申辩均已处理.
    StatementsDisposed,
    /// 依据文书已生效.
    DocumentEffective,
    /// 能否修复已明确.
    RepairabilityStated,
    /// 主要负责人已签署.
    HeadSigned,
    /// 领导小组已审查通过.
    BodyApproved,
    /// 审核公示期已满，异议均已核实.
    ObjectionsVerified,
    /// 省级最终结果已公布.
    ResultPublished,
}

impl Gate {
    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Gate::NoticeServed => "告知已送达且陈述申辩期届满",
            Gate::PublicityCompleted => "公示期届满",
            Gate::StatementsDisposed => "陈述申辩均已处理",
            Gate::DocumentEffective => "依据文书已生效",
            Gate::RepairabilityStated => "能否修复已明确",
            Gate::HeadSigned => "主要负责人已签署",
            Gate::BodyApproved => "领导小组已审查通过",
            Gate::ObjectionsVerified => "公示期届满且异议均已核实",
            Gate::ResultPublished => "省级最终结果已公布",
        }
    }
}

/// The clock of a step; its length stands in [`Terms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Clock {
    /// Candidate publicity.
    #[serde(rename = "D-01")]
    D01,
    /// Review.
    #[serde(rename = "D-02")]
    D02,
    /// Publicity after review.
    #[serde(rename = "D-03")]
    D03,
    /// Filing of a red exit.
    #[serde(rename = "D-06")]
    D06,
    /// Filing of a black exit.
    #[serde(rename = "D-07")]
    D07,
    /// Publication.
    #[serde(rename = "D-09")]
    D09,
    /// Statements after notice.
    #[serde(rename = "D-16")]
    D16,
}

impl Clock {
    /// The code of the deadline.
    pub fn code(self) -> &'static str {
        match self {
            Clock::D01 => "D-01",
            Clock::D02 => "D-02",
            Clock::D03 => "D-03",
            Clock::D06 => "D-06",
            Clock::D07 => "D-07",
            Clock::D09 => "D-09",
            Clock::D16 => "D-16",
        }
    }

    /// Its length in days under some terms.
    pub fn days(self, terms: &Terms) -> u32 {
        match self {
            Clock::D01 => terms.candidate_publicity_days,
            Clock::D02 => terms.review_days,
            Clock::D03 => terms.review_publicity_days,
            Clock::D06 | Clock::D07 => terms.filing_days,
            Clock::D09 => terms.publication_ceiling_days,
            Clock::D16 => terms.statement_days,
        }
    }
}

/// One step with its gates and clock.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which.
    pub code: StepCode,
    /// Who takes it.
    pub by: Actor,
    /// What must be so before.
    #[serde(default)]
    pub gates: Vec<Gate>,
    /// What clock runs.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// 说明.
    #[serde(default)]
    pub note: Option<String>,
}

/// The back-log campaign: lists that arose since a day are recognised before another (R-035, D-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backlog {
    /// First day of behaviour that belongs to it.
    #[serde(deserialize_with = "day::required")]
    pub arising_from: NaiveDate,
    /// Last day for its recognition.
    #[serde(deserialize_with = "day::required")]
    pub recognised_by: NaiveDate,
}

impl Backlog {
    /// Whether the campaign runs on a day.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.arising_from <= day && day <= self.recognised_by
    }

    /// Whether a record belongs to it: the document it rests on was issued since its first day, and it was collected by
    /// its last one. What comes later is timely work, however old its document is.
    pub fn holds(&self, entry: &ListEntry, collected_on: NaiveDate) -> bool {
        let arose_on = entry.document.as_ref().map(|document| document.issued_on);
        collected_on <= self.recognised_by && arose_on.is_some_and(|day| self.arising_from <= day)
    }
}

/// Who reviews one list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewer {
    /// This node.
    Node(NodeId),
    /// Nobody: the recogniser reports it itself.
    Nobody,
}
