//! What officers ask for on listed entries.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::act::{DisputeAbout, ExitPlace};
use crate::attachment::Attachment;
use crate::list::CaseId;
use crate::node::EntryRef;
use crate::permit::Action;

/// What an applicant for repair hands in (F-12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Materials {
    /// How the act was corrected.
    pub corrected: String,
    /// Which duties were fulfilled.
    pub fulfilled: String,
    /// 信用承诺书.
    pub promise: String,
    /// By the names the policy gives them.
    pub names: Vec<String>,
    /// Files, each taken in by [`Attachment::take`]; one whose name begins with a material's name is that material.
    pub attachments: Vec<Attachment>,
}

/// A command on listed entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListingCommand {
    /// Record an objection (D-15).
    ReceiveDispute {
        /// The case.
        case: CaseId,
        /// Against what.
        about: DisputeAbout,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
    },
    /// Verify one as recogniser.
    VerifyDispute {
        /// The objection.
        dispute: EntryRef,
        /// Whether its grounds stand.
        stands: bool,
        /// Why.
        reason: String,
    },
    /// Decide one (AMB-16).
    DecideDispute {
        /// The objection.
        dispute: EntryRef,
        /// Whether it is upheld.
        upheld: bool,
        /// Why.
        reason: String,
    },
    /// Let an entry leave the list.
    Exit {
        /// The case.
        case: CaseId,
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
        /// The day its document was revoked (BX-5).
        basis_revoked_on: Option<NaiveDate>,
        /// The day the subject was told beforehand.
        notified_on: Option<NaiveDate>,
    },
    /// Record an application for repair (F-12).
    ReceiveRepair {
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// What was handed in.
        materials: Materials,
    },
    /// Accept it for decision, or not (D-14).
    AcceptRepair {
        /// The application.
        application: EntryRef,
        /// 受理 or 不予受理.
        accepted: bool,
        /// Why.
        reason: String,
    },
    /// Decide it (BX-1).
    DecideRepair {
        /// The application.
        application: EntryRef,
        /// Whether it is granted.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// List the entry again, because the promise was false.
    RevokeRepair {
        /// The application.
        application: EntryRef,
        /// Why.
        reason: String,
    },
    /// Record that the served result version was made public on a channel.
    AnnounceList {
        /// The channel.
        channel: String,
        /// The channel's receipt.
        receipt: String,
    },
    /// Record that an exit was made public on a channel.
    AnnounceExit {
        /// Which.
        exit: ExitPlace,
        /// The channel.
        channel: String,
        /// The channel's receipt.
        receipt: String,
    },
    /// File every exit that is not filed yet.
    FileExits,
    /// Answer a conflict with an external reference list (AMB-07).
    AnswerConflict {
        /// The notice.
        notice: EntryRef,
        /// Whether the red stays.
        kept: bool,
        /// Why.
        reason: String,
    },
    /// Take or decline an offer of restoration (AMB-14).
    AnswerRestoration {
        /// The offer.
        offer: EntryRef,
        /// Whether it is taken.
        accepted: bool,
        /// Why.
        reason: String,
    },
}

impl ListingCommand {
    /// The permit it needs.
    pub fn action(&self) -> Action {
        match self {
            ListingCommand::ReceiveDispute { .. } => Action::ReceiveDispute,
            ListingCommand::VerifyDispute { .. } => Action::VerifyDispute,
            ListingCommand::DecideDispute { .. } => Action::DecideDispute,
            ListingCommand::Exit { .. } => Action::DecideExit,
            ListingCommand::ReceiveRepair { .. } | ListingCommand::AcceptRepair { .. } => Action::ReceiveRepair,
            ListingCommand::DecideRepair { .. } | ListingCommand::RevokeRepair { .. } => Action::DecideRepair,
            ListingCommand::AnnounceList { .. } | ListingCommand::AnnounceExit { .. } => Action::Announce,
            ListingCommand::FileExits => Action::FileExits,
            ListingCommand::AnswerRestoration { .. } | ListingCommand::AnswerConflict { .. } => {
                Action::AnswerRestoration
            }
        }
    }
}
