//! Counting rules as data (R-011, AMB-10). `crate::evidence` evaluates them.

use serde::{Deserialize, Serialize};

use super::criterion::IssuerLevel;

/// What a behaviour event records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventNature {
    /// 违法失信行为, established.
    Violation,
    /// 行政处罚.
    Penalty,
    /// 监督抽查不合格.
    SamplingFailed,
    /// 监督抽查合格.
    SamplingPassed,
    /// 日常检查未发现违法.
    InspectionClean,
    /// 表彰.
    Commendation,
}

impl EventNature {
    /// Every nature.
    pub const ALL: [EventNature; 6] = [
        EventNature::Violation,
        EventNature::Penalty,
        EventNature::SamplingFailed,
        EventNature::SamplingPassed,
        EventNature::InspectionClean,
        EventNature::Commendation,
    ];

    /// The name an official reads and writes.
    pub fn zh(self) -> &'static str {
        match self {
            EventNature::Violation => "违法失信行为",
            EventNature::Penalty => "行政处罚",
            EventNature::SamplingFailed => "抽查不合格",
            EventNature::SamplingPassed => "抽查合格",
            EventNature::InspectionClean => "检查未发现违法",
            EventNature::Commendation => "表彰",
        }
    }

    /// Whether it speaks against the subject: a penalty presupposes a violation.
    pub fn is_dishonest(self) -> bool {
        matches!(self, EventNature::Violation | EventNature::Penalty | EventNature::SamplingFailed)
    }
}

/// How grave a behaviour was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 一般.
    Minor,
    /// 较重.
    Serious,
    /// 严重.
    Severe,
}

impl Grade {
    /// Every grade, lightest first.
    pub const ALL: [Grade; 3] = [Grade::Minor, Grade::Serious, Grade::Severe];

    /// The name an official reads and writes.
    pub fn zh(self) -> &'static str {
        match self {
            Grade::Minor => "一般",
            Grade::Serious => "较重",
            Grade::Severe => "严重",
        }
    }
}

/// 处罚种类 that criteria distinguish (双公示 处罚类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyKind {
    /// 警告、通报批评.
    Warning,
    /// 罚款.
    Fine,
    /// 没收违法所得、没收非法财物.
    Confiscation,
    /// The same, of all of it (SW-B-08).
    ConfiscationWhole,
    /// 暂扣许可证件、降低资质等级.
    Suspension,
    /// 撤销、吊销许可证件 (SW-B-06).
    Revocation,
    /// 责令停产停业、限制开展生产经营活动.
    Closure,
    /// 行政拘留 and others.
    Other,
}

impl PenaltyKind {
    /// Every kind.
    pub const ALL: [PenaltyKind; 8] = [
        PenaltyKind::Warning,
        PenaltyKind::Fine,
        PenaltyKind::Confiscation,
        PenaltyKind::ConfiscationWhole,
        PenaltyKind::Suspension,
        PenaltyKind::Revocation,
        PenaltyKind::Closure,
        PenaltyKind::Other,
    ];

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            PenaltyKind::Warning => "警告、通报批评",
            PenaltyKind::Fine => "罚款",
            PenaltyKind::Confiscation => "没收",
            PenaltyKind::ConfiscationWhole => "没收全部",
            PenaltyKind::Suspension => "暂扣",
            PenaltyKind::Revocation => "撤销、吊销",
            PenaltyKind::Closure => "责令停产停业",
            PenaltyKind::Other => "其他",
        }
    }
}

/// One counting rule. Every condition that is named must hold; those of one criterion are alternatives (AMB-09).
///
/// A rule is met when at least [`Count::at_least`] matching events stand in one window. The window is rolling and ends
/// on the day of its last counted event; a rule that counts good results and forbids bad ones ([`Count::without`]) looks
/// back from the day of evaluation, because what did not happen has no day (AMB-10).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What is counted: any of these.
    pub events: Vec<EventNature>,
    /// How many; 以上 includes the number itself.
    pub at_least: u32,
    /// Length of the window in years; no window where none is named.
    #[serde(default)]
    pub within_years: Option<u32>,
    /// All of one kind: 相同、同类.
    #[serde(default)]
    pub same_kind: bool,
    /// 连续: samplings of this subject one after the other, with no other result between (AMB-10).
    #[serde(default)]
    pub consecutive: bool,
    /// 连续 N 年: one in each year of the window.
    #[serde(default)]
    pub each_year: bool,
    /// Of at least this grade; needs the severity catalogue (AMB-11).
    #[serde(default)]
    pub grade: Option<Grade>,
    /// By an organ of at least this level, such as 市级以上监督抽查.
    #[serde(default)]
    pub level: Option<IssuerLevel>,
    /// With one of these penalties.
    #[serde(default)]
    pub penalties: Vec<PenaltyKind>,
    /// With a fine of at least the amount that this parameter sets (特大数额, AMB-11).
    #[serde(default)]
    pub fine_at_least: Option<String>,
    /// Extra conjunct: each of these findings is on record with a counted event, such as 拒不整改.
    #[serde(default)]
    pub with: Vec<Circumstance>,
    /// Each counted event carries each of these findings, such as 严重不合格.
    #[serde(default)]
    pub each_with: Vec<Circumstance>,
    /// None of these in the window: 未发现违法, 全部合格.
    #[serde(default)]
    pub without: Vec<EventNature>,
    /// None of these penalties on any counted event (SW-B-03: 未被吊销证照).
    #[serde(default)]
    pub without_penalties: Vec<PenaltyKind>,
}

/// A finding recorded with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Circumstance {
    /// 拒不整改.
    RectificationRefused,
    /// 造成严重后果.
    SeriousConsequence,
    /// 故意.
    Intentional,
    /// 造成较大社会影响.
    SocialImpact,
    /// 不合格程度严重.
    SevereNonconformity,
}

impl Circumstance {
    /// Every circumstance.
    pub const ALL: [Circumstance; 5] = [
        Circumstance::RectificationRefused,
        Circumstance::SeriousConsequence,
        Circumstance::Intentional,
        Circumstance::SocialImpact,
        Circumstance::SevereNonconformity,
    ];

    /// The name an official reads and writes.
    pub fn zh(self) -> &'static str {
        match self {
            Circumstance::RectificationRefused => "拒不整改",
            Circumstance::SeriousConsequence => "造成严重后果",
            Circumstance::Intentional => "故意",
            Circumstance::SocialImpact => "造成较大社会影响",
            Circumstance::SevereNonconformity => "严重不合格",
        }
    }
}

/// A value that a text leaves open and a deployment sets (AMB-11).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Short code, such as `extra_large_fine`.
    pub code: String,
    /// 名称, as the text has it.
    pub text: String,
    /// Yuan for every subject class without an own amount; unset where neither is there.
    #[serde(default)]
    pub yuan: Option<u64>,
    /// Yuan by subject class.
    #[serde(default)]
    pub yuan_by_class: std::collections::BTreeMap<String, u64>,
    /// Who set it, on which basis; required with an amount.
    #[serde(default)]
    pub basis: Option<String>,
}

impl Parameter {
    /// The amount for a subject class in yuan, where one is set.
    pub fn yuan_for(&self, class: &str) -> Option<u64> {
        self.yuan_by_class.get(class).copied().or(self.yuan)
    }
}

/// One line of the severity catalogue: how grave behaviour of a kind is (R-013, AMB-11).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    /// Kind of behaviour, as events carry it.
    pub kind: String,
    /// 行为.
    pub text: String,
    /// Its grade.
    pub grade: Grade,
    /// On which basis.
    pub basis: String,
}

/// Stable names, as in records on the wire.
macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// Its stable name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($type::$variant => $name),+
                }
            }

            /// The one with a stable name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some($type::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

names!(EventNature {
    Violation = "violation",
    Penalty = "penalty",
    SamplingFailed = "sampling_failed",
    SamplingPassed = "sampling_passed",
    InspectionClean = "inspection_clean",
    Commendation = "commendation",
});

names!(Grade { Minor = "minor", Serious = "serious", Severe = "severe" });

names!(PenaltyKind {
    Warning = "warning",
    Fine = "fine",
    Confiscation = "confiscation",
    ConfiscationWhole = "confiscation_whole",
    Suspension = "suspension",
    Revocation = "revocation",
    Closure = "closure",
    Other = "other",
});

names!(Circumstance {
    RectificationRefused = "rectification_refused",
    SeriousConsequence = "serious_consequence",
    Intentional = "intentional",
    SocialImpact = "social_impact",
    SevereNonconformity = "severe_nonconformity",
});

names!(IssuerLevel { County = "county", City = "city", Province = "province", Nation = "nation" });
