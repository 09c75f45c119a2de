//! What an officer of the recogniser can ask of one case.

use chrono::NaiveDate;

use crate::act::OfficerId;
use crate::list::ListEntry;
use crate::node::EntryRef;

/// A command on one case; set-oriented acts are decided case by case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseCommand {
    /// Record that notice was served.
    ServeNotice {
        /// 告知方式.
        method: String,
        /// 送达日期, today or earlier.
        served_on: NaiveDate,
        /// 送达证明.
        proof: String,
    },
    /// Open the publicity of the candidate today.
    OpenPublicity {
        /// 公示渠道.
        channel: String,
    },
    /// End a publicity whose time has run out.
    ClosePublicity {
        /// The opening act.
        publicity: EntryRef,
    },
    /// Record a statement or defence (F-05).
    ReceiveStatement {
        /// By whom.
        by: String,
        /// Facts, reasons, evidence.
        grounds: String,
        /// When, today or earlier.
        received_on: NaiveDate,
    },
    /// Dispose of a statement.
    DisposeStatement {
        /// The receiving act.
        statement: EntryRef,
        /// Whether it stands; an adopted one ends the case.
        adopted: bool,
        /// Why.
        reason: String,
    },
    /// Correct the record: before recognition, or after a return or rejection (AMB-18).
    Correct {
        /// The corrected record.
        entry: Box<ListEntry>,
    },
    /// Sign the recognition today, within a list.
    Certify {
        /// Who can approve an entry under an open clause besides the head; his signature stands under the list too
        /// (SW-B-12).
        second_approver: Option<OfficerId>,
    },
    /// End the case by decision.
    Withdraw {
        /// Exit code, such as `RX-2`.
        code: String,
        /// Why.
        reason: String,
    },
}
