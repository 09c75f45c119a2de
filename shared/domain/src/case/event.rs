//! What acts mean for one case: the projection of a set-oriented act onto it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::list::ListEntry;
use crate::node::{EntryRef, NodeId};

/// What a review found on one entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 通过.
    Approve,
    /// 退回补正, with the whole list of defects.
    Return {
        /// One consolidated list.
        defects: Vec<String>,
    },
    /// 不予通过.
    Reject {
        /// Why.
        reason: String,
    },
}

/// A fact about one case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// Written notice was served.
    NoticeServed {
        /// 告知方式.
        method: String,
        /// 送达日期.
        served_on: NaiveDate,
        /// 送达证明.
        proof: String,
    },
    /// The candidate's publicity began.
    PublicityOpened {
        /// The opening act.
        publicity: EntryRef,
        /// 公示渠道.
        channel: String,
        /// First day.
        opened_on: NaiveDate,
        /// Last day, 24:00.
        ends_on: NaiveDate,
    },
    /// The candidate's publicity ended in its time.
    PublicityClosed {
        /// The opening act.
        publicity: EntryRef,
        /// After its last day.
        closed_on: NaiveDate,
    },
    /// A statement was received.
    StatementReceived {
        /// The receiving act.
        statement: EntryRef,
        /// By whom.
        by: String,
        /// Grounds.
        grounds: String,
        /// When.
        received_on: NaiveDate,
    },
    /// A statement was disposed of; an adopted one ends the case.
    StatementDisposed {
        /// The receiving act.
        statement: EntryRef,
        /// Whether it stands.
        adopted: bool,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
    /// The record was corrected; where its substance changed, notice and publicity begin anew.
    Corrected {
        /// The record from now on.
        entry: Box<ListEntry>,
        /// When.
        corrected_on: NaiveDate,
    },
    /// The head signed the recognition.
    Certified {
        /// The list it stands on.
        list: EntryRef,
        /// 认定日期.
        certified_on: NaiveDate,
    },
    /// The body that approves its list voted the list down.
    Disapproved {
        /// The list.
        list: EntryRef,
        /// 不予通过的理由.
        reason: String,
        /// When that was recorded.
        disapproved_on: NaiveDate,
    },
    /// Its list was declared.
    Declared {
        /// The list.
        list: EntryRef,
        /// To whom.
        to: NodeId,
        /// When.
        declared_on: NaiveDate,
    },
    /// The reviewer's node refused the declaration, or this row of it, before any officer saw it.
    DeclarationRefused {
        /// The list.
        list: EntryRef,
        /// Stable code.
        code: String,
        /// 理由.
        reason: String,
        /// When.
        refused_on: NaiveDate,
    },
    /// The reviewer received the declaration; D-02 runs.
    Received {
        /// The list.
        list: EntryRef,
        /// When.
        received_on: NaiveDate,
        /// Last day of the review.
        due_on: NaiveDate,
    },
    /// The review's finding on this case; effective with the head's signature.
    Reviewed {
        /// The list.
        list: EntryRef,
        /// What was found.
        finding: Finding,
        /// When.
        reviewed_on: NaiveDate,
    },
    /// The reviewer's head signed: the finding stands.
    ReviewSigned {
        /// The list.
        list: EntryRef,
        /// When.
        signed_on: NaiveDate,
        /// Why no publicity is held, where so decided.
        publicity_waived: Option<String>,
    },
    /// The publicity of the reviewed list began.
    ReviewPublicityOpened {
        /// The list.
        list: EntryRef,
        /// First day.
        opened_on: NaiveDate,
        /// Last day, 24:00.
        ends_on: NaiveDate,
    },
    /// The publicity of the reviewed list ended.
    ReviewPublicityClosed {
        /// The list.
        list: EntryRef,
        /// After its last day.
        closed_on: NaiveDate,
    },
    /// An objection was upheld by the recogniser: the case ends.
    ObjectionUpheld {
        /// The list.
        list: EntryRef,
        /// Why.
        reason: String,
        /// When.
        verified_on: NaiveDate,
    },
    /// Its list was reported to the province.
    Reported {
        /// The list.
        list: EntryRef,
        /// When.
        reported_on: NaiveDate,
    },
    /// It stands on the final list of a result version.
    Final {
        /// The result version.
        version: u64,
        /// First day of validity.
        valid_from: NaiveDate,
        /// Last day of validity, 24:00.
        valid_to: NaiveDate,
    },
    /// The comparison removed it.
    Removed {
        /// The result version.
        version: u64,
        /// Rule, such as `X1` or `RX-1`.
        rule: String,
        /// The cause, as far as its recogniser may know it.
        cause: String,
        /// When.
        removed_on: NaiveDate,
    },
    /// The comparison holds it for a person.
    Held {
        /// The result version.
        version: u64,
        /// Why.
        reason: String,
    },
    /// It was withdrawn by decision.
    Withdrawn {
        /// Exit code.
        code: String,
        /// Why.
        reason: String,
        /// When.
        decided_on: NaiveDate,
    },
}
