//! From folded acts to clocks: which deadlines a list, a case, a publicity, a notice have started and ended.

use chrono::NaiveDate;

use super::{Clock, Deadline, Length, Mark, Matter};
use crate::act::ReviewDecision;
use crate::calendar::CountStartDay;
use crate::case::{Case, Stage};
use crate::dossier::Dossier;
use crate::list::{CaseId, CaseSet, ListKind};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Policy, Reviewer};

impl Clock {
    /// A clock that an act starts; none where the policy gives the deadline no length.
    pub fn start(deadline: Deadline, matter: Matter, owner: &NodeId, started: Mark, policy: &Policy) -> Option<Self> {
        let count = if policy.terms.count_start_day { CountStartDay::Included } else { CountStartDay::Excluded };
        // 15日 of a law, and a validity, begin on the day after whatever the policy says of its publicities (AMB-02).
        let count = match deadline.length(policy)? {
            Length::WorkingDays(_) => count,
            Length::CalendarDays(_) | Length::Years(_) | Length::Until(_) => CountStartDay::Excluded,
        };
        let length = deadline.length(policy)?;
        Some(Self {
            deadline,
            matter,
            owner: owner.clone(),
            started,
            length,
            count,
            warn_days: policy.terms.warn_days,
            warns_at_day: deadline.warns_at_day(policy),
            pauses: Vec::new(),
            stated_on: None,
            ended: None,
        })
    }

    pub(super) fn stating(self, day: NaiveDate) -> Self {
        Self { stated_on: Some(day), ..self }
    }
}

/// The clocks of a certified list, ended ones too: D-02 from its receipt, D-03 from its publicity.
pub fn of_dossier(dossier: &Dossier, policy: &Policy) -> Vec<Clock> {
    let Reviewer::Node(reviewer) = &dossier.reviewer else { return Vec::new() };
    let matter = || Matter::List(dossier.list.clone());
    let mut clocks = Vec::new();
    if let Some(receipt) = &dossier.receipt {
        let started = Mark::new(&receipt.act, receipt.received_on);
        if let Some(clock) = Clock::start(Deadline::Review, matter(), reviewer, started, policy) {
            let mut clock = clock.stating(receipt.due_on);
            if let Some(signature) = &dossier.signature {
                clock.end(Mark::new(&signature.act, signature.signed_on));
            }
            clocks.push(clock);
        }
    }
    if let Some(publicity) = &dossier.publicity {
        let started = Mark::new(&publicity.act, publicity.opened_on);
        if let Some(clock) = Clock::start(Deadline::ReviewPublicity, matter(), reviewer, started, policy) {
            let mut clock = clock.stating(publicity.ends_on);
            if let Some(closed_on) = publicity.closed_on {
                clock.end(Mark::day(closed_on));
            }
            clocks.push(clock);
        }
    }
    clocks
}

/// D-01 of a candidates' publicity.
pub fn of_publicity(at: &EntryRef, cases: &CaseSet, days: (NaiveDate, NaiveDate), policy: &Policy) -> Option<Clock> {
    let (opened_on, ends_on) = days;
    let matter = Matter::Cases(cases.clone());
    let clock = Clock::start(Deadline::CandidatePublicity, matter, &at.log.node, Mark::new(at, opened_on), policy)?;
    Some(clock.stating(ends_on))
}

/// D-16 of a notice.
pub fn of_notice(at: &EntryRef, cases: &CaseSet, served_on: NaiveDate, policy: &Policy) -> Option<Clock> {
    let matter = Matter::Cases(cases.clone());
    Clock::start(Deadline::Statement, matter, &at.log.node, Mark::new(at, served_on), policy)
}

/// The validity of an entry that a result version put on the final list (D-04, D-05, D-10, D-11).
pub fn of_validity(
    case: &CaseId,
    kind: ListKind,
    published: &EntryRef,
    valid_from: NaiveDate,
    policy: &Policy,
) -> Option<Clock> {
    let deadline = Deadline::validity(kind, policy.validity_years(kind));
    let started = Mark::new(published, valid_from);
    Clock::start(deadline, Matter::Case(case.clone()), &published.log.node, started, policy)
}

/// Every clock of a case, in the order they were started: those of its preparation, as its own row or its certified
/// entry tells them, and those of the lists it stood on, oldest first.
///
/// One review clock runs through all lists that the case stood on: a signed return stops it, the receipt of the list
/// with the corrected entry lets it run on (AMB-18). A rejection ends it; what is declared anew starts anew.
pub fn of_case(case: &Case, dossiers: &[Dossier], policy: &Policy) -> Vec<Clock> {
    let mut clocks = of_preparation(case, dossiers, policy);
    let id = case.id();
    let mut review: Option<Clock> = None;
    for dossier in dossiers.iter().filter(|dossier| dossier.may_hold(id)) {
        if dossier.refusal.is_some() || dossier.rejected_rows.contains_key(&id.number) {
            continue;
        }
        for clock in of_dossier(dossier, policy) {
            let own = Clock { matter: Matter::Case(id.clone()), ..clock };
            match own.deadline {
                Deadline::Review => {
                    let mut running = match review.take() {
                        Some(mut stopped) if stopped.is_stopped() => {
                            stopped.resume(own.started.clone());
                            Clock { stated_on: None, ended: None, ..stopped }
                        }
                        earlier => {
                            clocks.extend(earlier);
                            Clock { ended: None, ..own.clone() }
                        }
                    };
                    if let Some(signed) = own.ended {
                        match dossier.exceptions.get(&id.number) {
                            Some(ReviewDecision::Return { .. }) => running.stop(signed),
                            Some(ReviewDecision::Reject { .. }) | None => running.end(signed),
                        }
                    }
                    review = Some(running);
                }
                _ if dossier.exceptions.contains_key(&id.number) => {}
                _ => clocks.push(own),
            }
        }
    }
    if let (Some(running), Stage::Withdrawn { decided_on, .. }) = (&mut review, &case.stage) {
        running.end(Mark::day(*decided_on));
    }
    clocks.extend(review);
    clocks.sort_by_key(|clock| (clock.started.on, clock.deadline));
    clocks
}

/// D-16 and D-01 of one case. A node that does not see the recogniser's own acts reads them from the certified entry,
/// which records them under the head's signature, and comes to the same days.
fn of_preparation(case: &Case, dossiers: &[Dossier], policy: &Policy) -> Vec<Clock> {
    let owner = &case.id().origin;
    let matter = || Matter::Case(case.id().clone());
    let record = case.procedure_record();
    let procedure = if record == Default::default() { &case.entry.procedure } else { &record };
    let certified = dossiers.iter().rfind(|dossier| dossier.may_hold(case.id()));
    let certified = certified.map(|dossier| Mark::new(&dossier.list, dossier.certified_on));
    let mut clocks = Vec::new();
    if let Some(notice) = &procedure.notice
        && let Some(mut clock) = Clock::start(Deadline::Statement, matter(), owner, Mark::day(notice.served_on), policy)
    {
        clock.ended = certified.clone();
        clocks.push(clock);
    }
    let own = case.preparation.publicity.as_ref();
    let recorded = procedure.publicity.as_ref();
    let held = own
        .map(|own| (Mark::new(&own.act, own.opened_on), own.ends_on, own.closed_on.map(Mark::day)))
        .or_else(|| recorded.map(|held| (Mark::day(held.opened_on), held.ended_on, certified)));
    if let Some((started, ends_on, ended)) = held
        && let Some(clock) = Clock::start(Deadline::CandidatePublicity, matter(), owner, started, policy)
    {
        clocks.push(Clock { ended, ..clock.stating(ends_on) });
    }
    clocks
}
