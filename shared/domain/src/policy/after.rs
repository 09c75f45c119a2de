//! What follows a listing, as data: measures, repair, exits, publication, bulletin.

use chrono::NaiveDate;
use serde::Deserialize;

use super::day;
use super::procedure::Actor;
use crate::list::ListKind;
use crate::refusal::Refusal;

/// An incentive or punishment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Stable code, such as `I-1` or `P-3`.
    pub code: String,
    /// The list whose subjects it meets.
    pub kind: ListKind,
    /// 措施.
    pub text: String,
    /// 依据: the clause of this policy that names it.
    pub basis: String,
    /// The published law behind it; without one it cannot be applied.
    #[serde(default)]
    pub published_basis: Option<PublishedBasis>,
    /// 适用对象.
    #[serde(default)]
    pub object: Option<String>,
    /// 实施单位层级.
    #[serde(default)]
    pub implemented_by: Option<String>,
    /// Incentives that it takes back where they were granted (R-062: P-1).
    #[serde(default)]
    pub revokes: Vec<String>,
}

/// A published document that allows a measure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedBasis {
    /// 文件名称和文号.
    pub document: String,
    /// 条款.
    pub article: String,
    /// The day it was published.
    #[serde(deserialize_with = "day::required")]
    pub published_on: NaiveDate,
}

impl Measure {
    /// The published basis it is applied on, on a day.
    ///
    /// # Errors
    /// A [`Refusal`] `MEASURE_WITHOUT_BASIS` where none is published by then.
    pub fn applicable_on(&self, day: NaiveDate) -> Result<&PublishedBasis, Refusal> {
        self.published_basis.as_ref().filter(|basis| basis.published_on <= day).ok_or_else(|| {
            let sentence = format!("措施{}没有已公布的法律法规或者国家规定作依据，不得实施", self.code);
            Refusal::new("MEASURE_WITHOUT_BASIS", "R-061", sentence)
        })
    }
}

/// How an entry may leave a list (REQUIREMENTS 1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum ExitCode {
    /// Red, listed black by another department while in force.
    #[serde(rename = "RX-1")]
    Rx1,
    /// Red, recognised in error.
    #[serde(rename = "RX-2")]
    Rx2,
    /// Red, on the subject's own wish.
    #[serde(rename = "RX-3")]
    Rx3,
    /// Red, term over.
    #[serde(rename = "RX-4")]
    Rx4,
    /// Red, term over and replaced by a new selection.
    #[serde(rename = "RX-5")]
    Rx5,
    /// Red, dishonest behaviour meanwhile.
    #[serde(rename = "RX-6")]
    Rx6,
    /// Red, removed by the comparison before it was ever valid.
    #[serde(rename = "RX-7")]
    Rx7,
    /// Red, put on the watch list.
    #[serde(rename = "RX-8")]
    Rx8,
    /// Red, incentives abused.
    #[serde(rename = "RX-9")]
    Rx9,
    /// Red, criterion changed and no longer met.
    #[serde(rename = "RX-10")]
    Rx10,
    /// Black, repaired.
    #[serde(rename = "BX-1")]
    Bx1,
    /// Black, recognised in error.
    #[serde(rename = "BX-2")]
    Bx2,
    /// Black, term over.
    #[serde(rename = "BX-3")]
    Bx3,
    /// Black, disclosure period over.
    #[serde(rename = "BX-4")]
    Bx4,
    /// Black, the document under it revoked.
    #[serde(rename = "BX-5")]
    Bx5,
}

impl ExitCode {
    /// Every code.
    pub const ALL: [ExitCode; 15] = [
        ExitCode::Rx1,
        ExitCode::Rx2,
        ExitCode::Rx3,
        ExitCode::Rx4,
        ExitCode::Rx5,
        ExitCode::Rx6,
        ExitCode::Rx7,
        ExitCode::Rx8,
        ExitCode::Rx9,
        ExitCode::Rx10,
        ExitCode::Bx1,
        ExitCode::Bx2,
        ExitCode::Bx3,
        ExitCode::Bx4,
        ExitCode::Bx5,
    ];

    /// The code as acts carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            ExitCode::Rx1 => "RX-1",
            ExitCode::Rx2 => "RX-2",
            ExitCode::Rx3 => "RX-3",
            ExitCode::Rx4 => "RX-4",
            ExitCode::Rx5 => "RX-5",
            ExitCode::Rx6 => "RX-6",
            ExitCode::Rx7 => "RX-7",
            ExitCode::Rx8 => "RX-8",
            ExitCode::Rx9 => "RX-9",
            ExitCode::Rx10 => "RX-10",
            ExitCode::Bx1 => "BX-1",
            ExitCode::Bx2 => "BX-2",
            ExitCode::Bx3 => "BX-3",
            ExitCode::Bx4 => "BX-4",
            ExitCode::Bx5 => "BX-5",
        }
    }

    /// A code as acts carry it.
    pub fn parse(code: &str) -> Option<Self> {
        ExitCode::ALL.into_iter().find(|known| known.as_str() == code)
    }

    /// The list it leads out of.
    pub fn kind(self) -> ListKind {
        if self.as_str().starts_with('R') { ListKind::Red } else { ListKind::Black }
    }
}

/// How an exit is told on the channels the entry stood on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announcement {
    /// With its reason.
    Plain,
    /// 中性撤下公告, without the facts (BX-2, RX-3).
    Neutral,
    /// Never published, so nothing is announced (RX-7).
    None,
}

/// One exit that a policy knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitRule {
    /// Which.
    pub code: ExitCode,
    /// 退出事由.
    pub text: String,
    /// Who decides it.
    pub decided_by: Actor,
    /// How it is announced.
    pub announcement: Announcement,
    /// Whether it is filed with the province.
    pub filed: bool,
    /// The act of the recogniser that the law wants besides, such as 先行告知 (AMB-20).
    #[serde(default)]
    pub notify_first: bool,
}

/// How a black entry is repaired (BX-1, R-053, 信用修复管理办法).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairRules {
    /// Whether repair exists at all; where not, an entry ends by error, revocation or term only.
    pub possible: bool,
    /// Calendar months an entry must have been public in full before an application is received, while the regulation
    /// applies; unset where it knows none.
    #[serde(default)]
    pub minimum_publicity_months: Option<u32>,
    /// The day from which those months count.
    #[serde(default)]
    pub minimum_publicity_from: ExposureStart,
    /// 信用承诺书 demanded with the application.
    pub promise: bool,
    /// A false promise puts the entry back (信用修复管理办法).
    pub false_promise_republishes: bool,
    /// 两书同达: repair rights are told with the decision of listing.
    pub told_with_listing: bool,
    /// The regulation the path follows, such as 国家发展改革委令第36号.
    pub regulation: String,
    /// The first day that regulation applies.
    #[serde(deserialize_with = "day::required")]
    pub applies_from: NaiveDate,
    /// What the applicant hands in.
    pub materials: Vec<String>,
}

/// From which day the least time in public counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureStart {
    /// The day the entry was published.
    #[default]
    Publication,
    /// The day of the document that found the behaviour, here the recognition: so 信用修复管理办法, chapter two
    /// (公示期限自司法、行政公务文书认定之日起开始计算).
    Recognition,
}

/// What is shown on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// 初选公示 and 审核公示: withdrawn at their end.
    Publicity,
    /// Final entries.
    Listing,
    /// Exits.
    Exit,
    /// 季度红黑榜.
    Bulletin,
    /// 列入、移出条件和救济途径.
    Rules,
}

/// A publication channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Short code, such as `portal`.
    pub code: String,
    /// 渠道名称.
    pub text: String,
    /// What it carries.
    pub carries: Vec<Publication>,
    /// Whether publication is not done without it.
    #[serde(default)]
    pub required: bool,
}

/// What is shown to the public, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicationRules {
    /// How an ID number is shown (AMB-15).
    #[serde(default)]
    pub id_number: IdNumber,
    /// The legal basis of showing it whole; required for that, meaningless otherwise.
    #[serde(default)]
    pub id_number_basis: Option<String>,
    /// Whether the entry's own organ publishes by itself, without waiting for a result (YQ, R-030 off).
    #[serde(default)]
    pub own_publication: bool,
    /// Whether offline dissemination is recorded.
    #[serde(default)]
    pub dissemination_log: bool,
}

/// How an ID number is shown (AMB-15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdNumber {
    /// 部分遮蔽.
    #[default]
    Masked,
    /// 全部显示, on an explicit legal basis only.
    Whole,
    /// Not at all.
    Hidden,
}

/// A bulletin (R-033, D-12).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulletin {
    /// How often.
    pub rhythm: Rhythm,
    /// 名称, such as 季度红黑榜.
    pub title: String,
    /// Working days after the end of a period by which it is issued.
    pub issued_within_days: u32,
}

/// How often a bulletin appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// 每月.
    Monthly,
    /// 每季度.
    Quarterly,
    /// 每年.
    Yearly,
}
