//! Acts on listed entries.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::list::{AttachmentRef, CaseId, CaseSet};
use crate::node::{EntryRef, NodeId};

/// What an objection after listing is directed against; it says who decides (AMB-16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeAbout {
    /// The recognition: the recogniser verifies, the reviewer decides.
    Recognition,
    /// The comparison: the province decides.
    Comparison,
}

/// What everybody is told about a listed entry between two result versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicMark {
    /// 异议处理中 (D-15).
    Disputed,
    /// Nothing is open any more.
    Cleared,
    /// It left; `None` is the neutral withdrawal notice, which names no reason (BX-2).
    Exited {
        /// Exit code, where it may be told.
        code: Option<String>,
    },
}

/// One exit: the act that brought it, and whose entries left. A result version is the exit of several recognisers'.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExitPlace {
    /// The act.
    pub act: EntryRef,
    /// The recogniser of the entries.
    pub recogniser: NodeId,
}

/// An act on listed entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingAct {
    /// An objection against a listed entry was received, by its recogniser, its reviewer or the province (F-09, D-15).
    DisputeReceived {
        /// The case.
        case: CaseId,
        /// Against what.
        about: DisputeAbout,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
        /// When.
        received_on: NaiveDate,
        /// Last day for the dispute mark.
        mark_due_on: NaiveDate,
        /// Last day for the recogniser's verification.
        verify_due_on: NaiveDate,
        /// Last day for the decision.
        decide_due_on: NaiveDate,
    },
    /// The recogniser verified it.
    DisputeVerified {
        /// The receiving act.
        dispute: EntryRef,
        /// The case.
        case: CaseId,
        /// Whether the grounds stand, as the recogniser finds.
        stands: bool,
        /// Why.
        reason: String,
        /// When.
        verified_on: NaiveDate,
    },
    /// It was decided: by the reviewer, or by the province where it concerns the comparison (AMB-16).
    DisputeDecided {
        /// The receiving act.
        dispute: EntryRef,
        /// The case.
        case: CaseId,
        /// Whether it is upheld.
        upheld: bool,
        /// The exit it comes to: RX-2 or BX-2 where a recognition is found wrong.
        code: Option<String>,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
    /// The province tells everybody how an entry stands between two result versions.
    EntryMarked {
        /// The case.
        case: CaseId,
        /// Its subject key, as on the final list.
        key: String,
        /// How it stands.
        mark: PublicMark,
        /// When.
        marked_on: NaiveDate,
    },
    /// An entry left the list by decision of whom the policy names (REQUIREMENTS 1.8).
    EntryExited {
        /// The case.
        case: CaseId,
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
        /// When: the last day it was listed.
        decided_on: NaiveDate,
        /// The day the document under it was revoked or annulled (BX-5).
        basis_revoked_on: Option<NaiveDate>,
        /// The day the subject was told beforehand, where the policy wants that (AMB-20).
        notified_on: Option<NaiveDate>,
    },
    /// Entries reached the end of their validity (RX-4, RX-5, BX-3, BX-4).
    EntriesExpired {
        /// Cases of the acting node.
        cases: CaseSet,
        /// Exit code.
        code: String,
        /// The day after their last.
        expired_on: NaiveDate,
    },
    /// An application for repair was received by whoever decides it (F-12).
    RepairApplied {
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// How the act was corrected.
        corrected: String,
        /// Which duties were fulfilled.
        fulfilled: String,
        /// 信用承诺书, as it is made public.
        promise: String,
        /// Materials handed in, by the names the policy gives them.
        materials: Vec<String>,
        /// Files.
        attachments: Vec<AttachmentRef>,
        /// When.
        received_on: NaiveDate,
        /// Last day for its acceptance (D-14).
        accept_due_on: NaiveDate,
    },
    /// It was accepted for decision, or not (D-14).
    RepairAccepted {
        /// The receiving act.
        application: EntryRef,
        /// The case.
        case: CaseId,
        /// 受理 or 不予受理.
        accepted: bool,
        /// Why.
        reason: String,
        /// When.
        accepted_on: NaiveDate,
        /// Last day for the decision.
        decide_due_on: NaiveDate,
    },
    /// It was decided (BX-1).
    RepairDecided {
        /// The receiving act.
        application: EntryRef,
        /// The case.
        case: CaseId,
        /// Granted: the entry leaves the list.
        granted: bool,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
    /// The promise behind a granted repair was false: the entry is listed again (信用修复管理办法).
    RepairRevoked {
        /// The receiving act.
        application: EntryRef,
        /// The case.
        case: CaseId,
        /// Why.
        reason: String,
        /// When.
        revoked_on: NaiveDate,
    },
    /// A result version was made public on a channel, or what a bureau publishes by itself.
    ListAnnounced {
        /// The version; 0 for what a bureau published by itself before there was one.
        version: u64,
        /// The channel, by its code in the policy or by name.
        channel: String,
        /// The channel's receipt: address, number or the like.
        receipt: String,
        /// When.
        announced_on: NaiveDate,
    },
    /// An exit was made public on a channel.
    ExitAnnounced {
        /// Which.
        exit: ExitPlace,
        /// The channel, as the listing was announced.
        channel: String,
        /// The channel's receipt.
        receipt: String,
        /// When.
        announced_on: NaiveDate,
    },
    /// Exits were filed with the level above (F-13, R-050).
    ExitsFiled {
        /// Which.
        exits: Vec<ExitPlace>,
        /// With whom.
        to: NodeId,
        /// When.
        filed_on: NaiveDate,
    },
    /// The level above has the filing (F-13).
    FilingReceived {
        /// The filing act.
        filing: EntryRef,
        /// 备案号.
        number: String,
        /// When.
        received_on: NaiveDate,
    },
    /// A red that a fallen black had removed may be listed again, if its recogniser signs (AMB-14).
    RestorationOffered {
        /// The red.
        case: CaseId,
        /// The black that fell.
        cause: CaseId,
        /// The result version whose removal would be lifted.
        through_version: u64,
        /// The original last day of validity; none where the red was never listed.
        valid_to: Option<NaiveDate>,
        /// When.
        offered_on: NaiveDate,
    },
    /// The recogniser's head took or declined the offer.
    RestorationAnswered {
        /// The offering act.
        offer: EntryRef,
        /// The red.
        case: CaseId,
        /// Whether it is restored.
        accepted: bool,
        /// Why.
        reason: String,
        /// When.
        answered_on: NaiveDate,
    },
    /// A red and a black meet, one of them a row of an external reference list: the red's owner is asked what becomes of
    /// it (AMB-07).
    ConflictNoticed {
        /// The red: an entry of the federation, or the row of an outside system's red list.
        case: CaseId,
        /// The black it stands against: the row of the reference list, or an entry of the federation.
        reference: CaseId,
        /// The registered source.
        source: String,
        /// Whose black it is.
        organ: String,
        /// 文号 of the black; empty where it states none.
        document: String,
        /// By which code or name the two met, in Chinese; in brackets why a person must tell whether both are one.
        matched_by: String,
        /// When.
        noticed_on: NaiveDate,
        /// The last day for the answer.
        due_on: NaiveDate,
    },
    /// The recogniser answered a conflict notice.
    ConflictAnswered {
        /// The notice.
        notice: EntryRef,
        /// The red.
        case: CaseId,
        /// Whether the red stays; if not, it leaves by a decision of its own.
        kept: bool,
        /// Why.
        reason: String,
        /// When.
        answered_on: NaiveDate,
    },
}

impl ListingAct {
    /// The stable kind name.
    pub fn kind(&self) -> &'static str {
        match self {
            ListingAct::DisputeReceived { .. } => "dispute-received",
            ListingAct::DisputeVerified { .. } => "dispute-verified",
            ListingAct::DisputeDecided { .. } => "dispute-decided",
            ListingAct::EntryMarked { .. } => "entry-marked",
            ListingAct::EntryExited { .. } => "entry-exited",
            ListingAct::EntriesExpired { .. } => "entries-expired",
            ListingAct::RepairApplied { .. } => "repair-applied",
            ListingAct::RepairAccepted { .. } => "repair-accepted",
            ListingAct::RepairDecided { .. } => "repair-decided",
            ListingAct::RepairRevoked { .. } => "repair-revoked",
            ListingAct::ListAnnounced { .. } => "list-announced",
            ListingAct::ExitAnnounced { .. } => "exit-announced",
            ListingAct::ExitsFiled { .. } => "exits-filed",
            ListingAct::FilingReceived { .. } => "filing-received",
            ListingAct::RestorationOffered { .. } => "restoration-offered",
            ListingAct::RestorationAnswered { .. } => "restoration-answered",
            ListingAct::ConflictNoticed { .. } => "conflict-noticed",
            ListingAct::ConflictAnswered { .. } => "conflict-answered",
        }
    }

    /// The one case it speaks of; none for acts on many.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            ListingAct::DisputeReceived { case, .. }
            | ListingAct::DisputeVerified { case, .. }
            | ListingAct::DisputeDecided { case, .. }
            | ListingAct::EntryMarked { case, .. }
            | ListingAct::EntryExited { case, .. }
            | ListingAct::RepairApplied { case, .. }
            | ListingAct::RepairAccepted { case, .. }
            | ListingAct::RepairDecided { case, .. }
            | ListingAct::RepairRevoked { case, .. }
            | ListingAct::RestorationOffered { case, .. }
            | ListingAct::RestorationAnswered { case, .. }
            | ListingAct::ConflictNoticed { case, .. }
            | ListingAct::ConflictAnswered { case, .. } => Some(case),
            ListingAct::EntriesExpired { .. }
            | ListingAct::ListAnnounced { .. }
            | ListingAct::ExitAnnounced { .. }
            | ListingAct::ExitsFiled { .. }
            | ListingAct::FilingReceived { .. } => None,
        }
    }

    /// The exit that a decision on one case comes to: case, code, reason and day.
    pub fn exit(&self) -> Option<(&CaseId, &str, &str, NaiveDate)> {
        match self {
            ListingAct::EntryExited { case, code, reason, decided_on, .. } => Some((case, code, reason, *decided_on)),
            ListingAct::DisputeDecided { case, code: Some(code), reason, decided_on, .. } => {
                Some((case, code, reason, *decided_on))
            }
            ListingAct::RepairDecided { case, granted: true, reason, decided_on, .. } => {
                Some((case, "BX-1", reason, *decided_on))
            }
            _ => None,
        }
    }

    /// Whether it changes what the province compares, so that the province must judge it first.
    pub fn bears_on_comparison(&self) -> bool {
        self.exit().is_some()
            || matches!(self, ListingAct::RepairRevoked { .. } | ListingAct::RestorationAnswered { accepted: true, .. })
    }
}
