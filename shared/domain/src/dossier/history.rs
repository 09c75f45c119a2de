//! What befell one case of a list, told as events of the case.

use super::{BodyApproval, Dossier};
use crate::act::ReviewDecision;
use crate::case::{CaseEvent, Finding};
use crate::list::CaseId;

pub(super) fn events_for(dossier: &Dossier, case: &CaseId) -> Vec<CaseEvent> {
    if !dossier.may_hold(case) {
        return Vec::new();
    }
    let mut events = Vec::new();
    before_review(dossier, case, &mut events);
    if dossier.refusal.is_none() && !dossier.rejected_rows.contains_key(&case.number) {
        review(dossier, case, &mut events);
        after_review(dossier, case, &mut events);
    }
    if let Some(withdrawal) = dossier.withdrawn.get(&case.number) {
        events.push(CaseEvent::Withdrawn {
            code: withdrawal.code.clone(),
            reason: withdrawal.reason.clone(),
            decided_on: withdrawal.decided_on,
        });
    }
    events
}

fn before_review(dossier: &Dossier, case: &CaseId, events: &mut Vec<CaseEvent>) {
    let list = &dossier.list;
    if let BodyApproval::Refused { reason, disapproved_on, .. } = &dossier.approval {
        let (reason, disapproved_on) = (reason.clone(), *disapproved_on);
        events.push(CaseEvent::Disapproved { list: list.clone(), reason, disapproved_on });
    }
    let Some(declaration) = &dossier.declaration else { return };
    events.push(CaseEvent::Declared {
        list: list.clone(),
        to: declaration.to.clone(),
        declared_on: declaration.declared_on,
    });
    let row = dossier.rejected_rows.get(&case.number).map(|row| (&row.code, &row.reason));
    let whole = dossier.refusal.as_ref().map(|refused| (&refused.code, &refused.reason));
    if let Some((code, reason)) = whole.or(row) {
        let refused_on = dossier.receipt.as_ref().map_or(declaration.declared_on, |receipt| receipt.received_on);
        events.push(CaseEvent::DeclarationRefused {
            list: list.clone(),
            code: code.clone(),
            reason: reason.clone(),
            refused_on,
        });
    }
}

fn review(dossier: &Dossier, case: &CaseId, events: &mut Vec<CaseEvent>) {
    let list = &dossier.list;
    if let Some(receipt) = &dossier.receipt {
        events.push(CaseEvent::Received {
            list: list.clone(),
            received_on: receipt.received_on,
            due_on: receipt.due_on,
        });
    }
    if let Some(review) = &dossier.review {
        let finding = match dossier.exceptions.get(&case.number) {
            None => Finding::Approve,
            Some(ReviewDecision::Return { defects }) => Finding::Return { defects: defects.clone() },
            Some(ReviewDecision::Reject { reason }) => Finding::Reject { reason: reason.clone() },
        };
        events.push(CaseEvent::Reviewed { list: list.clone(), finding, reviewed_on: review.reviewed_on });
    }
    if let Some(signature) = &dossier.signature {
        events.push(CaseEvent::ReviewSigned {
            list: list.clone(),
            signed_on: signature.signed_on,
            publicity_waived: signature.publicity_waived.clone(),
        });
    }
}

fn after_review(dossier: &Dossier, case: &CaseId, events: &mut Vec<CaseEvent>) {
    let list = &dossier.list;
    if let Some(publicity) = &dossier.publicity {
        events.push(CaseEvent::ReviewPublicityOpened {
            list: list.clone(),
            opened_on: publicity.opened_on,
            ends_on: publicity.ends_on,
        });
        if let Some(closed_on) = publicity.closed_on {
            events.push(CaseEvent::ReviewPublicityClosed { list: list.clone(), closed_on });
        }
    }
    for objection in dossier.objections.values().filter(|objection| objection.case == *case) {
        if let Some(verification) = objection.verification.as_ref().filter(|verification| verification.upheld) {
            events.push(CaseEvent::ObjectionUpheld {
                list: list.clone(),
                reason: verification.reason.clone(),
                verified_on: verification.verified_on,
            });
        }
    }
    if let Some(report) = dossier.report.as_ref().filter(|report| !report.excluded.contains(case.number)) {
        events.push(CaseEvent::Reported { list: list.clone(), reported_on: report.reported_on });
    }
}
