//! A policy: one department's rules as versioned data. One engine reads them all; no rule of a department is code.

mod day;
mod defect;
mod parse;
mod shipped;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Deserialize;

pub use self::defect::PolicyDefect;
pub use self::shipped::shipped;
use crate::list::{CriterionCode, Department, ListKind};
use crate::node::{NodeId, Tier};

/// The rules a list is recognised, reviewed and published under.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name as acts quote it, such as `jm-commerce-2017-draft`: `[a-z0-9-]+`, at most 64 bytes.
    pub name: String,
    /// Version of this text, from 1.
    pub version: u32,
    /// 名称.
    pub title: String,
    /// The department whose lists it governs.
    pub department: Department,
    /// Subject classes.
    #[serde(rename = "class")]
    pub classes: Vec<SubjectClass>,
    /// Territorial scope.
    pub scope: Scope,
    /// What precedes the recognition of a red entry.
    pub red: KindRules,
    /// What precedes the recognition of a black entry.
    pub black: KindRules,
    /// Periods.
    pub terms: Terms,
    /// Who reviews, and how.
    pub review: ReviewRules,
    /// Criteria.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
    /// Measures.
    #[serde(rename = "measure")]
    pub measures: Vec<Measure>,
}

/// One class of subjects a list may hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectClass {
    /// Short code, as in [`crate::list::Subject::class`].
    pub code: String,
    /// 类别.
    pub text: String,
}

/// Where a subject must be registered, softly: elsewhere needs a reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// GB/T 2260 codes of the area with their predecessors, six digits each.
    pub regions: Vec<String>,
    /// Names that a registration organ of the area carries, such as 荆门.
    pub names: Vec<String>,
}

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
    /// Validity of a red entry, years (D-04).
    pub red_validity_years: u32,
    /// Validity of a black entry, years (D-05).
    pub black_validity_years: u32,
    /// Whose publication starts the validity (AMB-06).
    pub validity_from: Publisher,
    /// Whether the first day of a period in working days counts (AMB-02).
    pub count_start_day: bool,
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

/// Who decides a repair (AMB-16b); kept as data until repairs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairDecider {
    /// Whoever reviewed the entry.
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

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Stable code.
    pub code: CriterionCode,
    /// The list it leads to.
    pub kind: ListKind,
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
    /// What an entry under it must satisfy beyond the usual.
    #[serde(default)]
    pub form: CriterionForm,
}

/// How closely the text of a criterion binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionForm {
    /// It says what must have happened.
    #[default]
    Closed,
    /// 兜底条款: needs a justification, a cited legal basis and a second approver (SW-B-12).
    Open,
}

impl Criterion {
    /// Whether an entry may be recognised under it on a day.
    pub fn is_effective_on(&self, day: NaiveDate) -> bool {
        self.effective_from <= day
            && self.effective_to.is_none_or(|last| day <= last)
            && self.retired_on.is_none_or(|retired| day < retired)
    }
}

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
    /// 依据.
    pub basis: String,
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

impl Policy {
    /// Reads and checks a policy in TOML.
    ///
    /// # Errors
    /// The first defect, with its line where the text is not readable and its field where it makes no sense.
    pub fn parse(text: &str) -> Result<Self, PolicyDefect> {
        parse::parse(text)
    }

    /// A criterion by its code.
    pub fn criterion(&self, code: &CriterionCode) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.code == *code)
    }

    /// What precedes the recognition of an entry of this kind.
    pub fn rules(&self, kind: ListKind) -> KindRules {
        match kind {
            ListKind::Red => self.red,
            ListKind::Black => self.black,
        }
    }

    /// Years of validity (D-04, D-05).
    pub fn validity_years(&self, kind: ListKind) -> u32 {
        match kind {
            ListKind::Red => self.terms.red_validity_years,
            ListKind::Black => self.terms.black_validity_years,
        }
    }

    /// Whether a subject class belongs to this policy.
    pub fn has_class(&self, code: &str) -> bool {
        self.classes.iter().any(|class| class.code == code)
    }

    /// Who reviews a list of this recogniser (AMB-16b). Nobody reviews himself: a node without a parent has no reviewer.
    pub fn reviewer_of(&self, tier: Tier, parent: Option<&NodeId>) -> Reviewer {
        let reviewed_by = match tier {
            Tier::County => self.review.county_reviewed_by,
            Tier::City => self.review.city_reviewed_by,
            Tier::Province => ReviewedBy::Nobody,
        };
        match (reviewed_by, parent) {
            (ReviewedBy::Parent, Some(parent)) => Reviewer::Node(parent.clone()),
            (ReviewedBy::Parent, None) | (ReviewedBy::Nobody, _) => Reviewer::Nobody,
        }
    }

    /// Whether a region (six digits) at registration belongs to the recogniser's area (R-004, 在我市依法登记注册).
    ///
    /// A recogniser inside [`Scope::regions`] has the whole of it; one outside, such as 仙桃 applying the rules by
    /// analogy, has its own region only.
    pub fn is_home_region(&self, recogniser: &NodeId, region: &str) -> bool {
        let own = recogniser.region().to_string();
        if self.covers(&own) { self.covers(region) } else { region == own }
    }

    /// Whether a region code is in the policy's own area.
    pub fn covers(&self, region: &str) -> bool {
        self.scope.regions.iter().any(|covered| covered == region)
    }
}
