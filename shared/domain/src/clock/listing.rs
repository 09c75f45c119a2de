//! Clocks after listing: objections, repairs, exits, publication on channels.
//!
//! Each is a function of a folded record, never of an act alone: what somebody says who may not say it starts and ends
//! nothing, and records that are equal give equal clocks in whichever order their acts arrived.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Clock, Deadline, Mark, Matter};
use crate::dossier::{BodyApproval, Dossier};
use crate::list::CaseId;
use crate::listing::{Departure, Dispute, Listing, Offices, PublicMark, Repair};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Channel, Policy, Publication};

/// What bears on the clocks of a listed entry besides its record.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Who does what with the recogniser's entries.
    pub offices: &'a Offices,
    /// Whether the entry stands on the served final list: where it does not, there is nothing to mark.
    pub listed: bool,
    /// The end of its validity, where it is over: nothing can be repaired any more.
    pub expired: Option<&'a Mark>,
}

/// Every clock of the objections and repairs of a listed entry, ended ones too (D-14, D-15 and their parts). The
/// policy is the one that the starting act was done under; an act without one starts nothing.
pub fn of_listing<'p>(
    listing: &Listing,
    situation: Situation<'_>,
    policy_of: impl Fn(&EntryRef) -> Option<&'p Policy>,
) -> Vec<Clock> {
    let disputes = listing.disputes.iter().filter_map(|(at, dispute)| Some((at, dispute, policy_of(at)?)));
    let mut clocks: Vec<Clock> =
        disputes.flat_map(|(at, dispute, policy)| of_dispute(listing, at, dispute, situation, policy)).collect();
    for (at, repair) in &listing.repairs {
        if let Some(policy) = policy_of(at) {
            let acceptance = acceptance(listing, at, repair, situation, policy);
            clocks.extend(acceptance);
        }
        if let Some(policy) = repair.acceptance.as_ref().and_then(|acceptance| policy_of(&acceptance.act)) {
            clocks.extend(decision(listing, repair, situation, policy));
        }
    }
    clocks
}

fn of_dispute(
    listing: &Listing,
    at: &EntryRef,
    dispute: &Dispute,
    situation: Situation<'_>,
    policy: &Policy,
) -> Vec<Clock> {
    let offices = situation.offices;
    let start = |deadline, owner: &NodeId, stated: NaiveDate, ended: Option<Mark>| {
        let started = Mark::new(at, dispute.received_on);
        let clock = Clock::start(deadline, Matter::Case(listing.case.clone()), owner, started, policy)?;
        Some(Clock { ended, ..clock.stating(stated) })
    };
    let found = |found: &crate::listing::Finding| Mark::new(&found.act, found.on);
    let closed = dispute.decision.as_ref().map(found).or_else(|| gone(listing));
    let verified = dispute.verification.as_ref().map(found).or_else(|| closed.clone());
    let marked = marked(listing, dispute);
    let mark = match (&marked, &closed) {
        // What is not public, or was settled before anybody could say so, is marked by nobody.
        (None, None) if !situation.listed => None,
        (None, Some(_)) => None,
        _ => start(Deadline::ObjectionMark, &offices.root, dispute.mark_due_on, marked),
    };
    let verification = start(Deadline::ObjectionVerification, &offices.recogniser, dispute.verify_due_on, verified);
    let decision = start(Deadline::ListedObjection, offices.decider(dispute.about), dispute.decide_due_on, closed);
    [mark, verification, decision].into_iter().flatten().collect()
}

/// What gave an objection its mark: one that the entry bore already on that day, or the first one since.
fn marked(listing: &Listing, dispute: &Dispute) -> Option<Mark> {
    let disputed = |told: &PublicMark| *told == PublicMark::Disputed;
    let borne = listing.marks.iter().rev().find(|(_, (_, on))| *on <= dispute.received_on);
    if let Some((act, _)) = borne.filter(|(_, (told, _))| disputed(told)) {
        return Some(Mark::new(act, dispute.received_on));
    }
    let mut later = listing.marks.iter().filter(|(_, (told, on))| disputed(told) && *on > dispute.received_on);
    later.next().map(|(act, (_, on))| Mark::new(act, *on))
}

/// The decision by which the entry left, if it did: what was open about it is open no longer.
fn gone(listing: &Listing) -> Option<Mark> {
    listing.exit().map(|(act, exit)| Mark::new(act, exit.decided_on))
}

/// D-14a: from the application to the word on its acceptance.
fn acceptance(
    listing: &Listing,
    at: &EntryRef,
    repair: &Repair,
    situation: Situation<'_>,
    policy: &Policy,
) -> Option<Clock> {
    let started = Mark::new(at, repair.received_on);
    let matter = Matter::Case(listing.case.clone());
    let clock = Clock::start(Deadline::RepairAcceptance, matter, &situation.offices.repairs, started, policy)?;
    let accepted = repair.acceptance.as_ref().map(|acceptance| Mark::new(&acceptance.act, acceptance.on));
    let ended = accepted.or_else(|| gone(listing)).or_else(|| situation.expired.cloned());
    Some(Clock { ended, ..clock.stating(repair.accept_due_on) })
}

/// D-14: from the acceptance to the decision.
fn decision(listing: &Listing, repair: &Repair, situation: Situation<'_>, policy: &Policy) -> Option<Clock> {
    let acceptance = repair.acceptance.as_ref().filter(|acceptance| acceptance.accepted)?;
    let started = Mark::new(&acceptance.act, acceptance.on);
    let matter = Matter::Case(listing.case.clone());
    let clock = Clock::start(Deadline::Repair, matter, &situation.offices.repairs, started, policy)?;
    let decided = repair.decision.as_ref().map(|decision| Mark::new(&decision.act, decision.on));
    let ended = decided.or_else(|| gone(listing)).or_else(|| situation.expired.cloned());
    Some(Clock { ended, ..clock.stating(acceptance.decide_due_on) })
}

/// The clocks of an exit, ended ones too: its filing (D-06, D-07), and its announcement, which is part of what is to
/// be published without delay (JM 五: 退出等相关情况, D-09). `original` are the channels on which the list had been
/// announced before.
pub fn of_departure(
    departure: &Departure,
    original: &BTreeSet<String>,
    offices: &Offices,
    policy: &Policy,
) -> Vec<Clock> {
    let start = |deadline, owner: Option<&NodeId>, ended: Option<Mark>| {
        let started = Mark::new(&departure.place.act, departure.decided_on);
        let clock = Clock::start(deadline, matter_of(departure)?, owner?, started, policy)?;
        Some(Clock { ended, ..clock })
    };
    let filed = departure.filings.iter().min_by_key(|(at, filing)| (filing.on, *at));
    let filed = filed.map(|(at, filing)| Mark::new(at, filing.on));
    let filing = match departure.must_be_filed(policy) {
        true => start(Deadline::exit_filing(departure.kind), offices.filer.as_ref(), filed),
        false => None,
    };
    let announcement = match departure.wanted_channels(policy, original).is_empty() {
        true => None,
        false => {
            let told = departure.told_on(policy, original).map(Mark::day);
            start(Deadline::Publication, publisher(offices, policy), told)
        }
    };
    [filing, announcement].into_iter().flatten().collect()
}

fn matter_of(departure: &Departure) -> Option<Matter> {
    let mut numbers = departure.cases.iter();
    let first = numbers.next()?;
    Some(match numbers.next() {
        None => Matter::Case(CaseId { origin: departure.place.recogniser.clone(), number: first }),
        Some(_) => Matter::Cases(departure.cases.clone()),
    })
}

/// D-09 of a recogniser's entries that a result version put on the final list: from the day of the final result to the
/// day on which it stands on every channel that the policy demands (`told_on`). None where nobody publishes them, as
/// with what the province takes over from departments outside.
pub fn of_publication(
    recogniser: &NodeId,
    version: u64,
    published: &Mark,
    told_on: Option<NaiveDate>,
    offices: &Offices,
    policy: &Policy,
) -> Option<Clock> {
    let matter = Matter::Published(recogniser.clone(), version);
    let clock = Clock::start(Deadline::Publication, matter, publisher(offices, policy)?, published.clone(), policy)?;
    Some(Clock { ended: told_on.map(Mark::day), ..clock })
}

/// What a recogniser that publishes by itself has in its hands, since the act on its day: a list that its body passed,
/// or, where no body is asked, that its head signed.
pub fn passed(dossier: &Dossier) -> Option<Mark> {
    match &dossier.approval {
        BodyApproval::Given { act, held_on, .. } => Some(Mark::new(act, *held_on)),
        BodyApproval::NotAsked => dossier.signed_by.as_ref().map(|_| Mark::new(&dossier.list, dossier.certified_on)),
        BodyApproval::Asked | BodyApproval::Refused { .. } => None,
    }
}

/// D-09 where a bureau publishes by itself (R-032; R-030 is off): nothing above is waited for. It runs from the meeting
/// that passed the list to the day on which the bureau itself had it on every channel that the policy demands
/// (`told_on`). None for a list of which every entry was withdrawn.
pub fn of_own_publication(
    dossier: &Dossier,
    told_on: Option<NaiveDate>,
    offices: &Offices,
    policy: &Policy,
) -> Option<Clock> {
    if !policy.publication.own_publication || dossier.is_empty() {
        return None;
    }
    let matter = Matter::List(dossier.list.clone());
    let clock = Clock::start(Deadline::Publication, matter, publisher(offices, policy)?, passed(dossier)?, policy)?;
    Some(Clock { ended: told_on.map(Mark::day), ..clock })
}

/// Who answers for publication: a bureau that publishes by itself, else whoever stands directly under the province
/// (AC-03), as with exits.
pub fn publisher<'a>(offices: &'a Offices, policy: &Policy) -> Option<&'a NodeId> {
    match (&offices.filer, policy.publication.own_publication) {
        (Some(_), true) => Some(&offices.recogniser),
        (filer, _) => filer.as_ref(),
    }
}

/// The channels without which a list is not published.
pub fn demanded_channels(policy: &Policy) -> impl Iterator<Item = &Channel> {
    policy.channels.iter().filter(|channel| channel.required && channel.carries.contains(&Publication::Listing))
}

#[cfg(test)]
mod tests;
