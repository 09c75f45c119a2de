//! A policy: one department's rules as versioned data. One engine reads them all; no rule of a department is code.
//!
//! [`Policy::parse`] reads a text, [`Policy::check`] lists everything that is wrong with one, by file and line.

mod after;
mod attestable;
mod check;
mod counting;
mod criterion;
mod day;
mod defect;
mod digest;
pub mod documents;
mod impact;
mod name;
mod parse;
mod procedure;
mod readings;
mod shipped;
mod span;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Deserialize;

pub use self::after::{
    Announcement, Bulletin, Channel, ExitCode, ExitRule, ExposureStart, IdNumber, Measure, Publication,
    PublicationRules, PublishedBasis, RepairRules, Rhythm,
};
pub use self::attestable::Attestable;
pub use self::counting::{Circumstance, Count, EventNature, Grade, Parameter, PenaltyKind, Severity};
pub use self::criterion::{
    CountingForce, Criterion, CriterionForm, EvidenceField, EvidenceValue, IssuerKind, IssuerLevel, IssuerRule, Items,
    LegalRank, Switch,
};
pub use self::defect::PolicyDefect;
pub use self::documents::{DocumentKind, DocumentText, DocumentWords};
pub use self::impact::{Change, Impact, Touched, changes, impact};
pub use self::name::{PolicyName, PolicyNameDefect};
pub use self::procedure::{
    Actor, Approval, ApprovalForm, Backlog, Clock, Demand, Gate, KindRules, Publisher, RepairDecider, ReviewPublicity,
    ReviewRules, ReviewedBy, Reviewer, Step, StepCode, Terms,
};
pub use self::readings::{DishonestBehaviour, Join, Overdue, Readings, RedLists, WindowEnd};
pub use self::shipped::shipped;
use crate::list::{CriterionCode, Department, Digest, ListKind};
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
    /// Whether the text was ever issued (AMB-25).
    #[serde(default)]
    pub status: Status,
    /// 征求意见截止日 of a draft: up to that day, 24:00, nothing is recognised under it (D-13).
    #[serde(default, deserialize_with = "day::optional")]
    pub consultation_until: Option<NaiveDate>,
    /// The department whose lists it governs.
    pub department: Department,
    /// 制定机关, and what its own organs are called, such as 商务局 and 商务厅 (SW-R-01).
    #[serde(default)]
    pub organs: Vec<String>,
    /// 分领域 of its criteria, where it has any.
    #[serde(default, rename = "domain")]
    pub domains: Vec<Domain>,
    /// Its lists.
    #[serde(rename = "list")]
    pub lists: Vec<ListRules>,
    /// Subject classes.
    #[serde(rename = "class")]
    pub classes: Vec<SubjectClass>,
    /// Territorial scope.
    pub scope: Scope,
    /// What precedes the recognition of a red entry.
    pub red: KindRules,
    /// What precedes the recognition of a black entry.
    pub black: KindRules,
    /// Qualities that whoever certifies attests with every entry (R-005, R-005b, R-006).
    #[serde(default, rename = "quality")]
    pub qualities: Vec<Quality>,
    /// Periods.
    pub terms: Terms,
    /// Who reviews, and how.
    pub review: ReviewRules,
    /// Who approves.
    pub approval: Approval,
    /// The procedure, step by step.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The back-log campaign, where there is one.
    #[serde(default)]
    pub backlog: Option<Backlog>,
    /// Chosen readings of an unclear text (REQUIREMENTS 1.10).
    #[serde(default)]
    pub readings: Readings,
    /// Values the text leaves open (AMB-11).
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// The severity catalogue; unset where empty (AMB-11).
    #[serde(default, rename = "severity")]
    pub severities: Vec<Severity>,
    /// Criteria.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
    /// Measures.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// How a black entry is repaired.
    pub repair: RepairRules,
    /// Exits (1.8).
    #[serde(rename = "exit")]
    pub exits: Vec<ExitRule>,
    /// What the public sees.
    #[serde(default = "PublicationRules::masked")]
    pub publication: PublicationRules,
    /// Where it sees it.
    #[serde(rename = "channel")]
    pub channels: Vec<Channel>,
    /// The bulletin, where there is one.
    #[serde(default)]
    pub bulletin: Option<Bulletin>,
    /// The words of its documents.
    #[serde(default)]
    pub documents: DocumentWords,
}

/// Whether a policy's text was issued (AMB-25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 征求意见稿: a deployment checks the legal basis of each criterion first.
    Draft,
    /// 已印发.
    #[default]
    Issued,
    /// Made up, for rehearsals and tests.
    Synthetic,
}

/// A part of a department's field, such as 计量.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Short code, such as `JL`.
    pub code: String,
    /// 名称.
    pub text: String,
}

/// One list of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {
    /// Red or black.
    pub kind: ListKind,
    /// 名称.
    pub title: String,
    /// 目的.
    pub purpose: String,
}

/// A quality attested with every entry of a kind, in words (R-005, R-005b, R-006).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Short code, such as `facts-clear`.
    pub code: String,
    /// The list.
    pub kind: ListKind,
    /// 条件.
    pub text: String,
    /// Where the text says so.
    pub basis: String,
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

impl PublicationRules {
    /// What holds where a policy says nothing: masked numbers, no publication of its own (AMB-15).
    fn masked() -> Self {
        Self { id_number: IdNumber::Masked, id_number_basis: None, own_publication: false, dissemination_log: false }
    }
}

impl Policy {
    /// Reads and checks a policy in TOML.
    ///
    /// # Errors
    /// The first defect, with file, line and reason; the file is called `policy`.
    pub fn parse(text: &str) -> Result<Self, PolicyDefect> {
        Self::parse_file("policy", text)
    }

    /// Reads and checks a policy in TOML that stands in a named file.
    ///
    /// # Errors
    /// The first defect, with file, line and reason.
    pub fn parse_file(file: &str, text: &str) -> Result<Self, PolicyDefect> {
        parse::parse(file, text).map_err(parse::Defects::into_first)
    }

    /// Reads a policy and lists everything that is wrong with it.
    ///
    /// # Errors
    /// Every defect in the order of its line; only the first where the text is not readable at all.
    pub fn check(file: &str, text: &str) -> Result<Self, Vec<PolicyDefect>> {
        parse::parse(file, text).map_err(parse::Defects::into_all)
    }

    /// Name and version, as a case pins them.
    pub fn pin(&self) -> PolicyName {
        PolicyName { name: self.name.clone(), version: self.version }
    }

    /// The digest of a policy's text: SHA-256 over its values, so that layout, order of keys and comments do not count.
    ///
    /// # Errors
    /// A [`PolicyDefect`] where the text is no TOML.
    pub fn digest_of(text: &str) -> Result<Digest, PolicyDefect> {
        digest::digest_of(text)
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

    /// The list of a kind.
    pub fn list(&self, kind: ListKind) -> Option<&ListRules> {
        self.lists.iter().find(|list| list.kind == kind)
    }

    /// Qualities to attest with an entry of this kind (R-005, R-005b, R-006).
    pub fn qualities_of(&self, kind: ListKind) -> impl Iterator<Item = &Quality> {
        self.qualities.iter().filter(move |quality| quality.kind == kind)
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

    /// A measure by its code.
    pub fn measure(&self, code: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.code == code)
    }

    /// An exit, where this policy knows it.
    pub fn exit(&self, code: ExitCode) -> Option<&ExitRule> {
        self.exits.iter().find(|exit| exit.code == code)
    }

    /// A value the text leaves open, for a subject class, in yuan; `None` while it is unset (AMB-11).
    pub fn amount(&self, parameter: &str, class: &str) -> Option<u64> {
        self.parameters.iter().find(|known| known.code == parameter)?.yuan_for(class)
    }

    /// The grade of a kind of behaviour by the severity catalogue.
    pub fn severity_of(&self, kind: &str) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.kind == kind)
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
