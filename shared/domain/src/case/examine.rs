//! The reviewer's check of one declared entry before an officer sees it.

use chrono::NaiveDate;

use super::{Case, Context, Disposition, Notice, Preparation, Publicity, Stage, Statement, gate};
use crate::list::{ListEntry, ProcedureRecord};
use crate::node::EntryRef;
use crate::refusal::Refusal;

/// Whether a certified entry, as it stands on the declared list, could lawfully be certified on its day.
///
/// `list` is the certifying act: the entry must be a case of that node, and the gates of recognition must have been
/// open on `certified_on` by the procedure record the entry carries. The whole is judged by the reviewer's policy and
/// calendar in `context`.
///
/// # Errors
/// Every reason at once, never an empty list.
pub fn examine(
    entry: &ListEntry,
    list: &EntryRef,
    certified_on: NaiveDate,
    context: &Context<'_>,
) -> Result<(), Vec<Refusal>> {
    let recogniser = &list.log.node;
    if entry.case.origin != *recogniser {
        let sentence = format!("条目{}不属于认定单位{recogniser}", entry.case);
        return Err(vec![Refusal::new("FOREIGN_CASE", "R-031", sentence)]);
    }
    if entry.recognised_on != Some(certified_on) {
        let sentence = format!("条目的认定日期与名单的认定日期{certified_on}不一致");
        return Err(vec![Refusal::new("RECOGNITION_DATE_MISMATCH", "F-02", sentence)]);
    }
    let then = Context { today: certified_on, node: recogniser, ..*context };
    let case = Case {
        entry: entry.clone(),
        preparation: recorded(&entry.procedure, list, certified_on),
        stage: Stage::Candidate,
        policy: String::new(),
    };
    gate::certifiable(&case, &then)
}

/// The preparation that a procedure record tells of; the acts themselves stayed with the recogniser.
fn recorded(procedure: &ProcedureRecord, list: &EntryRef, certified_on: NaiveDate) -> Preparation {
    let statement = |record: &crate::list::StatementRecord| Statement {
        act: list.clone(),
        by: String::new(),
        grounds: String::new(),
        received_on: record.received_on,
        disposition: Some(Disposition {
            adopted: false,
            reason: record.reason.clone(),
            decided_on: record.received_on,
        }),
    };
    Preparation {
        notice: procedure.notice.as_ref().map(|notice| Notice {
            method: notice.method.clone(),
            served_on: notice.served_on,
            proof: notice.proof.clone(),
        }),
        publicity: procedure.publicity.as_ref().map(|publicity| Publicity {
            act: list.clone(),
            channel: publicity.channel.clone(),
            opened_on: publicity.opened_on,
            ends_on: publicity.ended_on,
            // One that had not ended when the head signed was no publicity of ten days.
            closed_on: publicity.ended_on.succ_opt().filter(|after| *after <= certified_on),
        }),
        statements: procedure.statements.iter().map(statement).collect(),
        evidence: procedure.evidence.clone(),
    }
}
