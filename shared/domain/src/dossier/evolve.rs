//! What an act makes of a dossier. Total.

use super::{
    BodyApproval, Declaration, Dossier, ListPublicity, Objection, Receipt, Refused, Report, Review, Signature,
    Verification, Withdrawal,
};
use crate::act::{Act, Interpretation, PublicityOf};
use crate::node::EntryRef;
use crate::policy::Reviewer;

pub(super) fn evolve(dossier: Dossier, at: &EntryRef, act: &Act) -> Dossier {
    // Who may change what: a recogniser its own list, a reviewer a list that was declared to it.
    let by_recogniser = at.log.node == *dossier.recogniser();
    let by_reviewer = dossier.reviewer == Reviewer::Node(at.log.node.clone());
    match act {
        Act::ActInterpreted { act: judged, outcome, .. } if refuses_report(&dossier, at, judged) => {
            report_judged(dossier, outcome)
        }
        Act::ListApproved { .. }
        | Act::ListDisapproved { .. }
        | Act::ListDeclared { .. }
        | Act::ObjectionVerified { .. }
        | Act::EntryWithdrawn { .. }
            if by_recogniser =>
        {
            by_its_recogniser(dossier, at, act)
        }
        Act::ListReported { .. } if by_recogniser && dossier.reviewer == Reviewer::Nobody => reported(dossier, at, act),
        Act::MaterialsReceived { .. }
        | Act::ActInterpreted { .. }
        | Act::ListReviewed { .. }
        | Act::ReviewSigned { .. }
        | Act::PublicityOpened { .. }
        | Act::PublicityClosed { .. }
        | Act::ObjectionReceived { .. }
            if by_reviewer =>
        {
            by_its_reviewer(dossier, at, act)
        }
        Act::ListReported { .. } if by_reviewer => reported(dossier, at, act),
        _ => dossier,
    }
}

fn by_its_recogniser(mut dossier: Dossier, at: &EntryRef, act: &Act) -> Dossier {
    match act {
        Act::ListApproved { list, meeting, held_on, .. }
            if *list == dossier.list && dossier.approval == BodyApproval::Asked =>
        {
            dossier.approval = BodyApproval::Given { act: at.clone(), meeting: meeting.clone(), held_on: *held_on };
        }
        Act::ListDisapproved { list, meeting, held_on, votes, reason, disapproved_on }
            if *list == dossier.list && dossier.approval == BodyApproval::Asked =>
        {
            dossier.approval = BodyApproval::Refused {
                act: at.clone(),
                meeting: meeting.clone(),
                held_on: *held_on,
                votes: *votes,
                reason: reason.clone(),
                disapproved_on: *disapproved_on,
            };
        }
        Act::ListDeclared { list, to, declared_on, .. } if *list == dossier.list && dossier.approval.lets_pass() => {
            let again = dossier.declaration.is_none() || dossier.refusal.is_some();
            if again && dossier.reviewer == Reviewer::Node(to.clone()) {
                dossier.declaration = Some(Declaration { act: at.clone(), to: to.clone(), declared_on: *declared_on });
                dossier.refusal = None;
                dossier.rejected_rows.clear();
            }
        }
        Act::ObjectionVerified { objection, case, upheld, reason, verified_on } => {
            let known = dossier.objections.get_mut(objection).filter(|known| known.case == *case);
            if let Some(known) = known.filter(|known| known.verification.is_none()) {
                known.verification =
                    Some(Verification { upheld: *upheld, reason: reason.clone(), verified_on: *verified_on });
            }
        }
        Act::EntryWithdrawn { case, code, reason, decided_on } if dossier.may_hold(case) => {
            let withdrawal = Withdrawal { code: code.clone(), reason: reason.clone(), decided_on: *decided_on };
            dossier.withdrawn.entry(case.number).or_insert(withdrawal);
        }
        _ => {}
    }
    dossier
}

fn by_its_reviewer(mut dossier: Dossier, at: &EntryRef, act: &Act) -> Dossier {
    match act {
        Act::ActInterpreted { act: judged, outcome, rows } => {
            let declared = dossier.declaration.as_ref().is_some_and(|declaration| declaration.act == *judged);
            if declared && dossier.receipt.is_none() {
                match outcome {
                    Interpretation::Applied => {
                        let own = rows.iter().filter(|row| dossier.may_hold(&row.case));
                        let rows = own.map(|row| (row.case.number, row.clone())).collect();
                        dossier.rejected_rows = rows;
                    }
                    Interpretation::Rejected { code, reason } => {
                        dossier.refusal = Some(Refused { code: code.clone(), reason: reason.clone() });
                    }
                    Interpretation::Waiting { .. } => {}
                }
            }
        }
        Act::MaterialsReceived { declaration, list, received_on, due_on } if *list == dossier.list => {
            let declared = dossier.declaration.as_ref().is_some_and(|known| known.act == *declaration);
            if declared && dossier.refusal.is_none() && dossier.receipt.is_none() {
                dossier.receipt = Some(Receipt { act: at.clone(), received_on: *received_on, due_on: *due_on });
            }
        }
        // A drafted review may be replaced until the head has signed.
        Act::ListReviewed { list, exceptions, opinion, reviewed_on }
            if *list == dossier.list && dossier.receipt.is_some() && dossier.signature.is_none() =>
        {
            let own = exceptions.iter().filter(|exception| dossier.may_hold(&exception.case));
            let exceptions = own.map(|exception| (exception.case.number, exception.decision.clone())).collect();
            dossier.exceptions = exceptions;
            dossier.review = Some(Review { act: at.clone(), opinion: opinion.clone(), reviewed_on: *reviewed_on });
        }
        Act::ReviewSigned { list, review, signed_on, publicity_waived } if *list == dossier.list => {
            let reviewed = dossier.review.as_ref().is_some_and(|known| known.act == *review);
            if reviewed && dossier.signature.is_none() {
                dossier.signature = Some(Signature {
                    act: at.clone(),
                    signed_on: *signed_on,
                    publicity_waived: publicity_waived.clone(),
                });
            }
        }
        Act::PublicityOpened { of: PublicityOf::List(list), channel, opened_on, ends_on }
            if *list == dossier.list
                && dossier.signature.is_some()
                && dossier.publicity.is_none()
                && dossier.report.is_none() =>
        {
            dossier.publicity = Some(ListPublicity {
                act: at.clone(),
                channel: channel.clone(),
                opened_on: *opened_on,
                ends_on: *ends_on,
                closed_on: None,
            });
        }
        Act::PublicityClosed { publicity, closed_on } => {
            if let Some(open) = dossier.publicity.as_mut().filter(|open| open.act == *publicity) {
                open.closed_on.get_or_insert(*closed_on);
            }
        }
        Act::ObjectionReceived { list, case, by, grounds, received_on }
            if *list == dossier.list
                && dossier.publicity.is_some()
                && dossier.report.is_none()
                && dossier.may_hold(case) =>
        {
            dossier.objections.entry(at.clone()).or_insert_with(|| Objection {
                case: case.clone(),
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: *received_on,
                verification: None,
            });
        }
        _ => {}
    }
    dossier
}

fn reported(mut dossier: Dossier, at: &EntryRef, act: &Act) -> Dossier {
    let Act::ListReported { list, excluded, reported_on, .. } = act else { return dossier };
    let decided = dossier.signature.is_some() || dossier.reviewer == Reviewer::Nobody;
    // A report cannot leave out more than there is; a longer set is a peer's mischief and would be walked in vain.
    let approved = dossier.approval.lets_pass();
    if *list == dossier.list && decided && approved && dossier.report.is_none() && excluded.len() <= dossier.count {
        dossier.report = Some(Report { act: at.clone(), excluded: excluded.clone(), reported_on: *reported_on });
    }
    dossier
}

/// Whether an interpretation by the node above concerns this list's report.
fn refuses_report(dossier: &Dossier, at: &EntryRef, judged: &EntryRef) -> bool {
    dossier.report.as_ref().is_some_and(|report| report.act == *judged && report.act.log.node != at.log.node)
}

fn report_judged(mut dossier: Dossier, outcome: &Interpretation) -> Dossier {
    if let Interpretation::Rejected { code, reason } = outcome {
        dossier.report = None;
        dossier.report_refusal = Some(Refused { code: code.clone(), reason: reason.clone() });
    }
    dossier
}
