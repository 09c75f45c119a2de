//! Everything that befell one listed entry.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::act::{DisputeAbout, PublicMark};
use crate::act::Act;
use crate::list::CaseId;
use crate::node::{EntryRef, NodeId};

use super::Offices;
use super::evolve;

/// Everything that befell one listed entry, as far as the acts are known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The case.
    pub case: CaseId,
    /// Objections, by receiving act.
    pub disputes: BTreeMap<EntryRef, Dispute>,
    /// Applications for repair, by receiving act.
    pub repairs: BTreeMap<EntryRef, Repair>,
    /// Decisions by which it left, by deciding act.
    pub exits: BTreeMap<EntryRef, ExitDecision>,
    /// Offers of restoration, by offering act.
    pub offers: BTreeMap<EntryRef, Offer>,
    /// Conflicts with external reference lists, by noticing act.
    pub conflicts: BTreeMap<EntryRef, ConflictNotice>,
    /// What the province last told everybody.
    pub mark: Option<PublicMark>,
    /// Everything it told, with the day, by act.
    pub marks: BTreeMap<EntryRef, (PublicMark, NaiveDate)>,
}

/// An objection after listing (F-09).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Against what.
    pub about: DisputeAbout,
    /// By whom.
    pub by: String,
    /// Grounds.
    pub grounds: String,
    /// When it was received.
    pub received_on: NaiveDate,
    /// Last day for the mark.
    pub mark_due_on: NaiveDate,
    /// Last day for the verification.
    pub verify_due_on: NaiveDate,
    /// Last day for the decision.
    pub decide_due_on: NaiveDate,
    /// What the recogniser found.
    pub verification: Option<Finding>,
    /// What was decided.
    pub decision: Option<Finding>,
}

/// What somebody found or decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The act.
    pub act: EntryRef,
    /// Whether it stands.
    pub stands: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub on: NaiveDate,
}

/// An application for repair (F-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// By whom.
    pub by: String,
    /// 信用承诺书.
    pub promise: String,
    /// When it was received.
    pub received_on: NaiveDate,
    /// Last day for its acceptance (D-14).
    pub accept_due_on: NaiveDate,
    /// Whether it was accepted for decision.
    pub acceptance: Option<Acceptance>,
    /// What was decided.
    pub decision: Option<Finding>,
    /// Its end by a false promise.
    pub revocation: Option<Revocation>,
}

/// Whether an application was accepted for decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The act.
    pub act: EntryRef,
    /// 受理 or 不予受理.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub on: NaiveDate,
    /// Last day for the decision (D-14).
    pub decide_due_on: NaiveDate,
}

/// The end of a repair by a false promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The act.
    pub act: EntryRef,
    /// Why.
    pub reason: String,
    /// When.
    pub on: NaiveDate,
    /// Whether the province counts it.
    pub counts: bool,
}

/// Why the province refused an exit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawnReason {
    /// Stable code.
    pub code: String,
    /// 理由.
    pub reason: String,
}

/// A decision by which the entry left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitDecision {
    /// Exit code.
    pub code: String,
    /// Why.
    pub reason: String,
    /// When.
    pub decided_on: NaiveDate,
    /// By whom.
    pub by: NodeId,
    /// Whether the province counts it: its own act, or one that it applied.
    pub counts: bool,
    /// Whether the entry was on the final list when it began to count; else it never was public.
    pub was_listed: bool,
    /// Why the province refused it, where it did.
    pub refused: Option<WithdrawnReason>,
}

/// An offer of restoration (AMB-14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The black that fell.
    pub cause: CaseId,
    /// The result version whose removal would be lifted.
    pub through_version: u64,
    /// The original last day of validity.
    pub valid_to: Option<NaiveDate>,
    /// When.
    pub offered_on: NaiveDate,
    /// The recogniser's answer.
    pub answer: Option<Answer>,
}

/// The recogniser's answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The act.
    pub act: EntryRef,
    /// Whether it is taken.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub on: NaiveDate,
    /// Whether the province counts it.
    pub counts: bool,
}

/// A conflict with an external reference list, as its recogniser was told (AMB-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictNotice {
    /// The row of the reference list.
    pub reference: CaseId,
    /// The registered source.
    pub source: String,
    /// Whose list it is, as the row says.
    pub organ: String,
    /// 文号 of the row; empty where it states none.
    pub document: String,
    /// By which code the two met, in Chinese.
    pub matched_by: String,
    /// When it was noticed.
    pub noticed_on: NaiveDate,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// What the recogniser answered.
    pub answer: Option<ConflictAnswer>,
}

/// The recogniser's answer to a conflict notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictAnswer {
    /// The act.
    pub act: EntryRef,
    /// Whether the red stays.
    pub kept: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub on: NaiveDate,
}

impl Listing {
    /// Nothing befell it yet.
    pub fn new(case: CaseId) -> Self {
        Self {
            case,
            disputes: BTreeMap::new(),
            repairs: BTreeMap::new(),
            exits: BTreeMap::new(),
            offers: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            mark: None,
            marks: BTreeMap::new(),
        }
    }

    /// What an act at a place makes of it. Total: an act of a node that may not do it changes nothing. `listed` says
    /// whether the entry stands on the final list that the node serves at that point of the province's log.
    #[must_use]
    pub fn evolve(self, at: &EntryRef, act: &Act, offices: &Offices, listed: bool) -> Self {
        evolve::evolve(self, at, act, offices, listed)
    }

    /// What the province made of another node's act on it.
    #[must_use]
    pub fn judged(self, judged: &EntryRef, refusal: Option<WithdrawnReason>, listed: bool) -> Self {
        evolve::judged(self, judged, refusal, listed)
    }

    /// The decision by which it is gone: the earliest that the province did not refuse and no false promise undid.
    pub fn exit(&self) -> Option<(&EntryRef, &ExitDecision)> {
        self.standing_exits().min_by_key(|(at, exit)| (exit.decided_on, *at))
    }

    /// The same, of those only that the province counts.
    pub fn counted_exit(&self) -> Option<(&EntryRef, &ExitDecision)> {
        self.standing_exits().filter(|(_, exit)| exit.counts).min_by_key(|(at, exit)| (exit.decided_on, *at))
    }

    fn standing_exits(&self) -> impl Iterator<Item = (&EntryRef, &ExitDecision)> {
        self.exits.iter().filter(|(at, exit)| exit.refused.is_none() && !self.is_undone(at))
    }

    /// Whether a false promise undid an exit.
    pub fn is_undone(&self, exit: &EntryRef) -> bool {
        self.repairs.values().any(|repair| {
            let revoked = repair.revocation.as_ref().is_some_and(|revocation| revocation.counts);
            revoked && repair.decision.as_ref().is_some_and(|decision| decision.act == *exit)
        })
    }

    /// Objections that are not decided; none once the entry is gone.
    pub fn open_disputes(&self) -> impl Iterator<Item = (&EntryRef, &Dispute)> {
        let gone = self.exit().is_some();
        self.disputes.iter().filter(move |(_, dispute)| !gone && dispute.decision.is_none())
    }

    /// Applications for repair that await acceptance or decision.
    pub fn open_repairs(&self) -> impl Iterator<Item = (&EntryRef, &Repair)> {
        let gone = self.exit().is_some();
        self.repairs.iter().filter(move |(_, repair)| !gone && repair.is_open())
    }

    /// Offers of restoration that the recogniser has not answered.
    pub fn open_offers(&self) -> impl Iterator<Item = (&EntryRef, &Offer)> {
        self.offers.iter().filter(|(_, offer)| offer.answer.is_none())
    }

    /// Conflict notices of an entry that has not left: those without an answer, and those whose answer was to withdraw.
    pub fn open_conflicts(&self) -> impl Iterator<Item = (&EntryRef, &ConflictNotice)> {
        let gone = self.exit().is_some();
        let open = |notice: &ConflictNotice| notice.answer.as_ref().is_none_or(|answer| !answer.kept);
        self.conflicts.iter().filter(move |(_, notice)| !gone && open(notice))
    }

    /// Whether somebody still has something to do about it.
    pub fn is_open(&self) -> bool {
        self.open_disputes().next().is_some()
            || self.open_repairs().next().is_some()
            || self.open_offers().next().is_some()
            || self.open_conflicts().next().is_some()
    }

    /// What everybody should be told now; `None` where nothing was ever said and nothing is to say.
    ///
    /// An exit is told from the decision on, without waiting for the next result version; a wrong recognition without
    /// a reason (BX-2).
    pub fn due_mark(&self) -> Option<PublicMark> {
        if let Some((_, exit)) = self.counted_exit()
            && exit.was_listed
        {
            let told = exit.code != "BX-2";
            return Some(PublicMark::Exited { code: told.then(|| exit.code.clone()) });
        }
        if self.open_disputes().next().is_some() {
            return Some(PublicMark::Disputed);
        }
        self.mark.as_ref().map(|_| PublicMark::Cleared)
    }

    /// Whether the province must tell everybody something.
    pub fn must_be_marked(&self) -> bool {
        self.due_mark() != self.mark
    }
}

impl Repair {
    /// Whether it awaits acceptance or decision.
    pub fn is_open(&self) -> bool {
        match &self.acceptance {
            None => true,
            Some(acceptance) => acceptance.accepted && self.decision.is_none(),
        }
    }

    /// The running clock's last day (D-14).
    pub fn due_on(&self) -> Option<NaiveDate> {
        match &self.acceptance {
            None => Some(self.accept_due_on),
            Some(acceptance) if self.is_open() => Some(acceptance.decide_due_on),
            Some(_) => None,
        }
    }
}
