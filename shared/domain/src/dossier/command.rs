//! What an officer can ask of a certified list.

use chrono::NaiveDate;

use crate::act::{Ballot, ReviewException};
use crate::list::{AttachmentRef, CaseId};
use crate::node::EntryRef;

/// A command on a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DossierCommand {
    /// Record that the body approved it; its members sign the record (recogniser, R-032).
    Approve {
        /// 会议.
        meeting: String,
        /// When it met, not before the certification and not after today.
        held_on: NaiveDate,
        /// 审查意见.
        decision: String,
    },
    /// Record that the body voted it down; its members sign the record (recogniser, R-032).
    Disapprove {
        /// 会议.
        meeting: String,
        /// When it met, not before the certification and not after today.
        held_on: NaiveDate,
        /// How it voted: fewer in favour than the policy's votes.
        votes: Ballot,
        /// 不予通过的理由.
        reason: String,
    },
    /// Declare it to its reviewer today (recogniser, R-025).
    Declare {
        /// Materials of the list as a whole.
        materials: Vec<AttachmentRef>,
    },
    /// Confirm that the whole declaration is here (reviewer): D-02 starts today.
    Receive,
    /// Record the review: everything approved but the exceptions (reviewer, R-026).
    Review {
        /// Returns and rejections.
        exceptions: Vec<ReviewException>,
        /// 审核意见.
        opinion: String,
    },
    /// The head signs the review (reviewer, F-08).
    SignReview {
        /// Why no publicity is held, where the signatory so decides (AMB-04).
        publicity_waived: Option<String>,
    },
    /// Open the publicity of the approved entries today (reviewer, R-027).
    OpenPublicity {
        /// 公示渠道.
        channel: String,
    },
    /// End the publicity whose time has run out (reviewer).
    ClosePublicity,
    /// Record an objection raised during the publicity (reviewer, F-09).
    ReceiveObjection {
        /// The case.
        case: CaseId,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
        /// When, within the publicity.
        received_on: NaiveDate,
    },
    /// Answer an objection (recogniser, R-027).
    VerifyObjection {
        /// The receiving act.
        objection: EntryRef,
        /// Upheld: the case ends.
        upheld: bool,
        /// Why.
        reason: String,
    },
    /// Report the list to the province (reviewer, or the recogniser where nobody reviews; R-028).
    Report,
}
