//! What an act makes of a listing. Total; facts are kept by the act that brought them, so that order does not count.

use super::Offices;
use super::act::ListingAct;
use super::record::{
    Acceptance, Answer, ConflictAnswer, ConflictNotice, Dispute, ExitDecision, Finding, Listing, Offer, Repair,
    Revocation, WithdrawnReason,
};
use crate::act::Act;
use crate::node::EntryRef;

pub(super) fn evolve(mut listing: Listing, at: &EntryRef, act: &Act, offices: &Offices, listed: bool) -> Listing {
    match act {
        Act::EntryWithdrawn { code, reason, decided_on, .. } if at.log.node == offices.recogniser => {
            exit(&mut listing, at, (code, reason, *decided_on), offices, listed);
        }
        Act::Listing(act) => by_listing_act(&mut listing, at, act, offices, listed),
        _ => {}
    }
    listing
}

/// What the province made of an act: it counts, or it is refused.
pub(super) fn judged(
    mut listing: Listing,
    judged: &EntryRef,
    refusal: Option<WithdrawnReason>,
    listed: bool,
) -> Listing {
    let counts = refusal.is_none();
    if let Some(exit) = listing.exits.get_mut(judged) {
        exit.counts = counts;
        exit.was_listed = counts && listed;
        exit.refused = refusal;
    }
    for repair in listing.repairs.values_mut() {
        if let Some(revocation) = repair.revocation.as_mut().filter(|revocation| revocation.act == *judged) {
            revocation.counts = counts;
        }
    }
    for offer in listing.offers.values_mut() {
        if let Some(answer) = offer.answer.as_mut().filter(|answer| answer.act == *judged) {
            answer.counts = counts;
        }
    }
    listing
}

fn by_listing_act(listing: &mut Listing, at: &EntryRef, act: &ListingAct, offices: &Offices, listed: bool) {
    let author = &at.log.node;
    match act {
        ListingAct::DisputeReceived {
            about,
            by,
            grounds,
            received_on,
            mark_due_on,
            verify_due_on,
            decide_due_on,
            ..
        } if offices.receives(author) => {
            let dispute = Dispute {
                about: *about,
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: *received_on,
                mark_due_on: *mark_due_on,
                verify_due_on: *verify_due_on,
                decide_due_on: *decide_due_on,
                verification: None,
                decision: None,
            };
            listing.disputes.entry(at.clone()).or_insert(dispute);
        }
        ListingAct::DisputeVerified { dispute, stands, reason, verified_on, .. } if *author == offices.recogniser => {
            if let Some(known) = listing.disputes.get_mut(dispute).filter(|known| known.verification.is_none()) {
                let (act, reason) = (at.clone(), reason.clone());
                known.verification = Some(Finding { act, stands: *stands, reason, on: *verified_on });
            }
        }
        ListingAct::DisputeDecided { dispute, upheld, code, reason, decided_on, .. } => {
            let Some(known) = listing.disputes.get_mut(dispute).filter(|known| known.decision.is_none()) else {
                return;
            };
            if author != offices.decider(known.about) {
                return;
            }
            let (act, on) = (at.clone(), *decided_on);
            known.decision = Some(Finding { act, stands: *upheld, reason: reason.clone(), on });
            if let Some(code) = code {
                exit(listing, at, (code, reason, on), offices, listed);
            }
        }
        ListingAct::EntryMarked { mark, marked_on, .. } if *author == offices.root => {
            listing.mark = Some(mark.clone());
            listing.marks.insert(at.clone(), (mark.clone(), *marked_on));
        }
        ListingAct::EntryExited { code, reason, decided_on, .. } => {
            exit(listing, at, (code, reason, *decided_on), offices, listed);
        }
        ListingAct::RepairApplied { by, promise, received_on, accept_due_on, .. } if *author == offices.repairs => {
            let repair = Repair {
                by: by.clone(),
                promise: promise.clone(),
                received_on: *received_on,
                accept_due_on: *accept_due_on,
                acceptance: None,
                decision: None,
                revocation: None,
            };
            listing.repairs.entry(at.clone()).or_insert(repair);
        }
        ListingAct::RepairAccepted { application, accepted, reason, accepted_on, decide_due_on, .. }
            if *author == offices.repairs =>
        {
            if let Some(known) = listing.repairs.get_mut(application).filter(|known| known.acceptance.is_none()) {
                let (act, on, decide_due_on) = (at.clone(), *accepted_on, *decide_due_on);
                let (accepted, reason) = (*accepted, reason.clone());
                known.acceptance = Some(Acceptance { act, accepted, reason, on, decide_due_on });
            }
        }
        ListingAct::RepairDecided { application, granted, reason, decided_on, .. } if *author == offices.repairs => {
            let known = listing.repairs.get_mut(application).filter(|known| known.decision.is_none());
            let Some(known) = known.filter(|known| known.is_open() && known.acceptance.is_some()) else { return };
            let (act, on) = (at.clone(), *decided_on);
            known.decision = Some(Finding { act, stands: *granted, reason: reason.clone(), on });
            if *granted {
                exit(listing, at, ("BX-1", reason, on), offices, listed);
            }
        }
        ListingAct::RepairRevoked { application, reason, revoked_on, .. } if *author == offices.repairs => {
            let known = listing.repairs.get_mut(application).filter(|known| known.revocation.is_none());
            let granted = known.filter(|known| known.decision.as_ref().is_some_and(|decision| decision.stands));
            if let Some(known) = granted {
                let counts = *author == offices.root;
                let (act, reason) = (at.clone(), reason.clone());
                known.revocation = Some(Revocation { act, reason, on: *revoked_on, counts });
            }
        }
        ListingAct::RestorationOffered { cause, through_version, valid_to, offered_on, .. }
            if *author == offices.root =>
        {
            let offer = Offer {
                cause: cause.clone(),
                through_version: *through_version,
                valid_to: *valid_to,
                offered_on: *offered_on,
                answer: None,
            };
            listing.offers.entry(at.clone()).or_insert(offer);
        }
        ListingAct::ConflictNoticed { reference, source, organ, document, matched_by, noticed_on, due_on, .. }
            if *author == offices.root =>
        {
            let notice = ConflictNotice {
                reference: reference.clone(),
                source: source.clone(),
                organ: organ.clone(),
                document: document.clone(),
                matched_by: matched_by.clone(),
                noticed_on: *noticed_on,
                due_on: *due_on,
                answer: None,
            };
            listing.conflicts.entry(at.clone()).or_insert(notice);
        }
        ListingAct::ConflictAnswered { notice, kept, reason, answered_on, .. } if *author == offices.recogniser => {
            if let Some(known) = listing.conflicts.get_mut(notice).filter(|known| known.answer.is_none()) {
                let (act, reason) = (at.clone(), reason.clone());
                known.answer = Some(ConflictAnswer { act, kept: *kept, reason, on: *answered_on });
            }
        }
        ListingAct::RestorationAnswered { offer, accepted, reason, answered_on, .. }
            if *author == offices.recogniser =>
        {
            if let Some(known) = listing.offers.get_mut(offer).filter(|known| known.answer.is_none()) {
                let counts = *author == offices.root;
                let (act, reason) = (at.clone(), reason.clone());
                known.answer = Some(Answer { act, accepted: *accepted, reason, on: *answered_on, counts });
            }
        }
        _ => {}
    }
}

/// Notes a decision to leave. The province's own counts at once; every other one when the province applied it.
fn exit(
    listing: &mut Listing,
    at: &EntryRef,
    (code, reason, decided_on): (&str, &str, chrono::NaiveDate),
    offices: &Offices,
    listed: bool,
) {
    let by = at.log.node.clone();
    let counts = by == offices.root;
    let decision = ExitDecision {
        code: code.to_owned(),
        reason: reason.to_owned(),
        decided_on,
        by,
        counts,
        was_listed: counts && listed,
        refused: None,
    };
    listing.exits.entry(at.clone()).or_insert(decision);
}
