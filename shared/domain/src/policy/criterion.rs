//! Criteria: what a subject must have done, on which law, proved by what.

use chrono::NaiveDate;
use serde::Deserialize;

use super::counting::Count;
use super::day;
use crate::list::{CriterionCode, ListKind};

/// The rank of the law a criterion rests on (国办发〔2020〕49号), highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalRank {
    /// 法律.
    Law,
    /// 行政法规.
    AdministrativeRegulation,
    /// 党中央、国务院政策文件.
    CentralDocument,
    /// 地方性法规.
    LocalRegulation,
    /// 规章.
    Rule,
    /// 规范性文件.
    NormativeDocument,
}

impl LegalRank {
    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            LegalRank::Law => "法律",
            LegalRank::AdministrativeRegulation => "行政法规",
            LegalRank::CentralDocument => "党中央、国务院政策文件",
            LegalRank::LocalRegulation => "地方性法规",
            LegalRank::Rule => "规章",
            LegalRank::NormativeDocument => "规范性文件",
        }
    }
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Stable code.
    pub code: CriterionCode,
    /// The list it leads to.
    pub kind: ListKind,
    /// 分领域, one of [`super::Policy::domains`], where the policy has any.
    #[serde(default)]
    pub domain: Option<String>,
    /// 认定标准.
    pub text: String,
    /// 认定依据: document and article.
    pub basis: String,
    /// Rank of that document.
    pub rank: LegalRank,
    /// First day an entry may be recognised under it.
    #[serde(deserialize_with = "day::required")]
    pub effective_from: NaiveDate,
    /// Last day, where one is set.
    #[serde(default, deserialize_with = "day::optional")]
    pub effective_to: Option<NaiveDate>,
    /// The day it was retired, where it was: not usable from this day on.
    #[serde(default, deserialize_with = "day::optional")]
    pub retired_on: Option<NaiveDate>,
    /// Why it was retired or needs care, as shown to officers.
    #[serde(default)]
    pub note: Option<String>,
    /// What an entry under it must satisfy beyond the usual.
    #[serde(default)]
    pub form: CriterionForm,
    /// The lowest level of recogniser that may use it; any recogniser where none is named.
    #[serde(default)]
    pub recogniser_level: Option<IssuerLevel>,
    /// What an entry under it shows, as 材料清单.
    #[serde(default)]
    pub evidence: Vec<EvidenceField>,
    /// Who must have issued the commendation (SW-R-01, SW-R-02).
    #[serde(default)]
    pub issuer: Option<IssuerRule>,
    /// Counting rules: any one suffices; without one, nothing is counted and a person judges alone.
    #[serde(default)]
    pub count: Vec<Count>,
    /// Whether an entry needs its counted events attached, or the count only advises who certifies.
    #[serde(default)]
    pub counting: CountingForce,
    /// Where the events say that another criterion is the right one (AMB-12).
    #[serde(default)]
    pub switch: Vec<Switch>,
    /// Sub-items that the text refers to, such as the provisions after “下列” in ZJ-B-BZ-01.
    #[serde(default)]
    pub items: Option<Items>,
}

/// How closely the text of a criterion binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionForm {
    /// It says what must have happened.
    #[default]
    Closed,
    /// 兜底条款: needs a justification, a cited legal basis and a second approver (SW-B-12, ZJ-B-CP-08).
    Open,
}

/// How strictly a counting rule binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountingForce {
    /// Without counted events that meet the rule nobody certifies.
    #[default]
    Binding,
    /// The rule is evaluated where events are on file, and shown; the document decides.
    Advisory,
}

/// One thing an entry under a criterion shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceField {
    /// Short code, such as `decision`.
    pub code: String,
    /// 材料名称.
    pub text: String,
    /// What it is.
    pub value: EvidenceValue,
    /// Whether an entry is incomplete without it.
    #[serde(default = "yes")]
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// The form of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceValue {
    /// A numbered document with issuer and date: the entry's own.
    Document,
    /// An attached file.
    File,
    /// Plain words.
    Text,
    /// A day.
    Date,
    /// Money, in yuan.
    Amount,
    /// A yes or no that somebody answers for.
    Attestation,
    /// Behaviour events on file.
    Events,
}

/// How high an organ stands, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerLevel {
    /// 县级（区、县、县级市）.
    County,
    /// 市级（地级市；直辖市的区不在此列）.
    City,
    /// 省级（省、自治区、直辖市）.
    Province,
    /// 国家级.
    Nation,
}

impl IssuerLevel {
    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            IssuerLevel::County => "县级",
            IssuerLevel::City => "市级",
            IssuerLevel::Province => "省级",
            IssuerLevel::Nation => "国家级",
        }
    }
}

/// What kind of organ must have issued a commendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerKind {
    /// The department of this policy, such as 商务主管部门.
    Department,
    /// 人民政府.
    Government,
    /// 行业协会.
    Association,
    /// Any organ.
    Any,
}

/// Who must have issued the document of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerRule {
    /// The lowest level that suffices; 以上 includes the level itself.
    pub level: IssuerLevel,
    /// The kind of organ.
    pub kind: IssuerKind,
}

/// A better criterion, where the events on file say so.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// The penalty that makes the difference.
    pub penalty: super::counting::PenaltyKind,
    /// The criterion to use instead.
    pub to: CriterionCode,
    /// What the officer is told.
    pub reason: String,
}

/// Sub-items of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// The provisions, as far as they are known.
    pub known: Vec<String>,
    /// What is missing and why; a criterion with missing items is used by nobody until they are supplied.
    #[serde(default)]
    pub missing: Option<String>,
}

impl Criterion {
    /// Whether an entry may be recognised under it on a day.
    pub fn is_effective_on(&self, day: NaiveDate) -> bool {
        self.effective_from <= day
            && self.effective_to.is_none_or(|last| day <= last)
            && self.retired_on.is_none_or(|retired| day < retired)
    }

    /// Why nobody can use it yet: sub-items its text refers to are not supplied (ZJ-B-BZ-01).
    pub fn incomplete(&self) -> Option<&str> {
        let items = self.items.as_ref()?;
        items.missing.as_deref().filter(|_| items.known.is_empty())
    }

    /// Whether its counted events must be attached to an entry.
    pub fn demands_events(&self) -> bool {
        !self.count.is_empty() && self.counting == CountingForce::Binding
    }
}
