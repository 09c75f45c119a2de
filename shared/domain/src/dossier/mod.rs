//! A certified list on its way: declared, received, reviewed, signed, publicised, reported.
//!
//! The dossier is kept at list level with its exceptions, because entries are many and officers sign lists. Every node
//! that holds the logs of recogniser and reviewer folds the same dossier, in whichever order their acts arrive.

#[cfg(test)]
mod arrival;
mod command;
mod decide;
mod evolve;
#[cfg(test)]
mod fixture;
mod history;
mod judge;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::command::DossierCommand;
pub use self::stage::DossierStage;
use crate::act::{Act, Ballot, OfficerId, ReviewDecision, RowRejection};
use crate::case::{CaseEvent, Context};
use crate::list::{CaseId, CaseSet, Department, ListKind, ListManifest};
use crate::node::{EntryRef, NodeId};
use crate::policy::Reviewer;
use crate::refusal::{Decided, Refusal};

/// Everything known about one certified list, without its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// The certifying act: the list's identity; its node is the recogniser.
    pub list: EntryRef,
    /// Red or black.
    pub kind: ListKind,
    /// Whose list.
    pub department: Department,
    /// The policy it was certified under.
    pub policy: String,
    /// Entries in it.
    pub count: u64,
    /// The hull of its case numbers, chunk by chunk: a number outside is certainly not on the list.
    pub span: CaseSet,
    /// 认定日期.
    pub certified_on: NaiveDate,
    /// The head of the recogniser who signed, as verified.
    pub signed_by: Option<OfficerId>,
    /// Who shall review it, by policy (AMB-16b).
    pub reviewer: Reviewer,
    /// Whether a body must approve it, and what it decided.
    pub approval: BodyApproval,
    /// The last declaration.
    pub declaration: Option<Declaration>,
    /// Its whole refusal by the reviewer's node, where it was refused.
    pub refusal: Option<Refused>,
    /// The receipt by the reviewer.
    pub receipt: Option<Receipt>,
    /// The last review.
    pub review: Option<Review>,
    /// The signature under it.
    pub signature: Option<Signature>,
    /// The publicity after it.
    pub publicity: Option<ListPublicity>,
    /// The report to the province.
    pub report: Option<Report>,
    /// Why the province refused the last report, where it did; the list may then be reported again.
    pub report_refusal: Option<Refused>,
    /// Rows the reviewer's node refused when it validated the declaration, by case number.
    pub rejected_rows: BTreeMap<u64, RowRejection>,
    /// Returns and rejections of the last review, by case number.
    pub exceptions: BTreeMap<u64, ReviewDecision>,
    /// Objections, by receiving act.
    pub objections: BTreeMap<EntryRef, Objection>,
    /// Cases that ended by decision, by case number.
    pub withdrawn: BTreeMap<u64, Withdrawal>,
}

/// The approval of a list by a body (R-032, F-14).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyApproval {
    /// The policy asks for none.
    #[default]
    NotAsked,
    /// It is still to be given.
    Asked,
    /// It was given.
    Given {
        /// The recording act, which the members signed.
        act: EntryRef,
        /// 会议.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
    },
    /// The body voted it down: nothing more happens to this list, its cases may be corrected and certified anew.
    Refused {
        /// The recording act, which the members signed.
        act: EntryRef,
        /// 会议.
        meeting: String,
        /// When it met.
        held_on: NaiveDate,
        /// How it voted.
        votes: Ballot,
        /// 不予通过的理由.
        reason: String,
        /// When it was recorded.
        disapproved_on: NaiveDate,
    },
}

impl BodyApproval {
    /// The act that records it, once it was given or refused.
    pub fn act(&self) -> Option<&EntryRef> {
        match self {
            BodyApproval::Given { act, .. } | BodyApproval::Refused { act, .. } => Some(act),
            BodyApproval::NotAsked | BodyApproval::Asked => None,
        }
    }

    /// Whether the list may go on: no approval is asked for, or it was given.
    pub fn lets_pass(&self) -> bool {
        matches!(self, BodyApproval::NotAsked | BodyApproval::Given { .. })
    }
}

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The declaring act.
    pub act: EntryRef,
    /// To whom.
    pub to: NodeId,
    /// When.
    pub declared_on: NaiveDate,
}

/// A declaration refused whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Stable code.
    pub code: String,
    /// 理由.
    pub reason: String,
}

/// A receipt of materials; D-02 runs from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The receiving act.
    pub act: EntryRef,
    /// When.
    pub received_on: NaiveDate,
    /// Last day of the review.
    pub due_on: NaiveDate,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The reviewing act.
    pub act: EntryRef,
    /// 审核意见.
    pub opinion: String,
    /// When.
    pub reviewed_on: NaiveDate,
}

/// The head's signature under a review (F-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The signing act.
    pub act: EntryRef,
    /// When.
    pub signed_on: NaiveDate,
    /// Why no publicity is held, where so decided (AMB-04).
    pub publicity_waived: Option<String>,
}

/// The publicity of a reviewed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPublicity {
    /// The opening act.
    pub act: EntryRef,
    /// 公示渠道.
    pub channel: String,
    /// First day.
    pub opened_on: NaiveDate,
    /// Last day, 24:00.
    pub ends_on: NaiveDate,
    /// The day it was closed, once it was.
    pub closed_on: Option<NaiveDate>,
}

/// The report to the province.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The reporting act.
    pub act: EntryRef,
    /// What the report leaves out, as it says itself.
    pub excluded: CaseSet,
    /// When.
    pub reported_on: NaiveDate,
}

/// An objection during the list's publicity (F-09).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The case.
    pub case: CaseId,
    /// By whom.
    pub by: String,
    /// Grounds.
    pub grounds: String,
    /// When.
    pub received_on: NaiveDate,
    /// What the recogniser found, once it did.
    pub verification: Option<Verification>,
}

/// What the recogniser found about an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Upheld: the case ends.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub verified_on: NaiveDate,
}

/// The end of one case by decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Exit code.
    pub code: String,
    /// Why.
    pub reason: String,
    /// When.
    pub decided_on: NaiveDate,
}

impl Dossier {
    /// The dossier that a [`Act::ListCertified`] at `list` opens; `None` for any other act.
    ///
    /// `reviewer` follows from the policy ([`crate::policy::Policy::reviewer_of`]) and the recogniser's place in the
    /// directory; `signed_by` is the head whose signature under the act was verified.
    pub fn certified(
        list: &EntryRef,
        policy: &str,
        act: &Act,
        reviewer: Reviewer,
        signed_by: Option<OfficerId>,
    ) -> Option<Self> {
        let Act::ListCertified { kind, department, manifest, certified_on, .. } = act else { return None };
        Some(Self {
            list: list.clone(),
            kind: *kind,
            department: department.clone(),
            policy: policy.to_owned(),
            count: manifest.count,
            span: span_of(manifest),
            certified_on: *certified_on,
            signed_by,
            reviewer,
            approval: BodyApproval::NotAsked,
            declaration: None,
            refusal: None,
            receipt: None,
            review: None,
            signature: None,
            publicity: None,
            report: None,
            report_refusal: None,
            rejected_rows: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            objections: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
        })
    }

    /// The same, where the policy has a body approve it before anything else happens to it.
    #[must_use]
    pub fn to_be_approved(self) -> Self {
        Self { approval: BodyApproval::Asked, ..self }
    }

    /// The node that recognised the list.
    pub fn recogniser(&self) -> &NodeId {
        &self.list.log.node
    }

    /// Where the list stands.
    pub fn stage(&self) -> DossierStage {
        stage::stage(self)
    }

    /// What a command comes to: acts to record, or why not.
    ///
    /// # Errors
    /// A [`Refusal`] with its clause.
    pub fn decide(&self, command: &DossierCommand, context: &Context<'_>) -> Result<Decided<Vec<Act>>, Refusal> {
        decide::decide(self, command, context)
    }

    /// What an act at a place makes of this dossier. Total: an act of another list, of a node that may not do it, or
    /// out of its order changes nothing.
    #[must_use]
    pub fn evolve(self, at: &EntryRef, act: &Act) -> Self {
        evolve::evolve(self, at, act)
    }

    /// Judges another node's act on this list that is addressed to this node: a declaration at its reviewer, a
    /// verification of an objection, a report at the province. Call before [`Dossier::evolve`], record the answer.
    ///
    /// # Errors
    /// The refusal to record as [`crate::act::Interpretation::Rejected`].
    pub fn judge(&self, at: &EntryRef, act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
        judge::judge(self, at, act, context)
    }

    /// What befell one case of this list, as events for [`crate::case::Case::evolve`], in order.
    pub fn events_for(&self, case: &CaseId) -> Vec<CaseEvent> {
        history::events_for(self, case)
    }

    /// Whether a case can be on the list; a `false` is certain, a `true` is certain when the hull has no gaps.
    pub fn may_hold(&self, case: &CaseId) -> bool {
        case.origin == *self.recogniser() && self.span.contains(case.number)
    }

    /// Cases that will not be, or were not, reported: refused rows, returned, rejected, withdrawn, objection upheld.
    pub fn excluded_cases(&self) -> CaseSet {
        let exceptions = self.exceptions.keys().filter(|_| self.review.is_some());
        let numbers = self.rejected_rows.keys().chain(exceptions).chain(self.withdrawn.keys());
        let reported = self.report.iter().flat_map(|report| report.excluded.iter());
        CaseSet::from_numbers(numbers.copied().chain(self.upheld()).chain(reported))
    }

    /// Whether one case is among [`Dossier::excluded_cases`], without collecting them.
    pub fn excludes(&self, number: u64) -> bool {
        self.rejected_rows.contains_key(&number)
            || (self.review.is_some() && self.exceptions.contains_key(&number))
            || self.withdrawn.contains_key(&number)
            || self.upheld().any(|upheld| upheld == number)
            || self.report.as_ref().is_some_and(|report| report.excluded.contains(number))
    }

    /// Whether the signed review approved a case and nothing ended it since.
    pub fn is_approved(&self, number: u64) -> bool {
        let stands = !self.excludes(number) && self.span.contains(number);
        let decided = match self.reviewer {
            Reviewer::Node(_) => self.signature.is_some(),
            Reviewer::Nobody => true,
        };
        stands && decided
    }

    /// Whether every case of the list is excluded.
    pub fn is_empty(&self) -> bool {
        self.excluded_cases().len() >= self.count
    }

    /// Whether the review is late on a day: a warning, never an approval (AMB-17). The signature stops the clock.
    pub fn overdue_on(&self, day: NaiveDate) -> bool {
        self.signature.is_none() && self.receipt.as_ref().is_some_and(|receipt| receipt.due_on < day)
    }

    /// Objections the recogniser has not answered yet.
    pub fn open_objections(&self) -> impl Iterator<Item = (&EntryRef, &Objection)> {
        self.objections.iter().filter(|(_, objection)| objection.verification.is_none())
    }

    fn upheld(&self) -> impl Iterator<Item = u64> + '_ {
        let upheld =
            |objection: &&Objection| objection.verification.as_ref().is_some_and(|verification| verification.upheld);
        self.objections.values().filter(upheld).map(|objection| objection.case.number)
    }
}

fn span_of(manifest: &ListManifest) -> CaseSet {
    let mut hulls: Vec<(u64, u64)> = manifest.chunks.iter().map(|chunk| (chunk.first_case, chunk.last_case)).collect();
    hulls.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (first, last) in hulls {
        match merged.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    CaseSet(merged)
}
