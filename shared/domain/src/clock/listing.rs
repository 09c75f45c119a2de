//! Clocks after listing: objections, repairs, filings of exits. Every act names the clock it starts or ends.

use chrono::NaiveDate;

use super::{Clock, Deadline, Mark, Matter};
use crate::list::{CaseId, ListKind};
use crate::listing::{ListingAct, Offices};
use crate::node::{EntryRef, NodeId};
use crate::policy::{ExitCode, Policy};

/// What an act does to the clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A clock starts.
    Start(Clock),
    /// The clock that an earlier act started has its answer.
    End {
        /// Which.
        deadline: Deadline,
        /// The act that started it.
        started: EntryRef,
        /// The answer.
        at: Mark,
    },
}

/// What an act on listed entries of a recogniser does to the clocks (D-06, D-07, D-14, D-15).
pub fn of_listing(at: &EntryRef, act: &ListingAct, offices: &Offices, policy: &Policy) -> Vec<Change> {
    let start = |deadline, case: &CaseId, owner: &NodeId, on: NaiveDate, stated: Option<NaiveDate>| {
        let clock = Clock::start(deadline, Matter::Case(case.clone()), owner, Mark::new(at, on), policy)?;
        Some(Change::Start(Clock { stated_on: stated, ..clock }))
    };
    let end = |deadline, started: &EntryRef, on: NaiveDate| {
        Some(Change::End { deadline, started: started.clone(), at: Mark::new(at, on) })
    };
    let mut changes: Vec<Option<Change>> = match act {
        ListingAct::DisputeReceived { case, about, received_on, verify_due_on, decide_due_on, .. } => vec![
            start(Deadline::ObjectionVerification, case, &offices.recogniser, *received_on, Some(*verify_due_on)),
            start(Deadline::ListedObjection, case, offices.decider(*about), *received_on, Some(*decide_due_on)),
        ],
        ListingAct::DisputeVerified { dispute, verified_on, .. } => {
            vec![end(Deadline::ObjectionVerification, dispute, *verified_on)]
        }
        ListingAct::DisputeDecided { dispute, decided_on, .. } => vec![
            end(Deadline::ObjectionVerification, dispute, *decided_on),
            end(Deadline::ListedObjection, dispute, *decided_on),
        ],
        ListingAct::RepairApplied { case, received_on, accept_due_on, .. } => {
            vec![start(Deadline::RepairAcceptance, case, &offices.repairs, *received_on, Some(*accept_due_on))]
        }
        ListingAct::RepairAccepted { application, case, accepted, accepted_on, decide_due_on, .. } => {
            let decision = start(Deadline::Repair, case, &offices.repairs, *accepted_on, Some(*decide_due_on));
            let decision = decision.filter(|_| *accepted).map(|change| started_by(change, application, *accepted_on));
            vec![end(Deadline::RepairAcceptance, application, *accepted_on), decision]
        }
        ListingAct::RepairDecided { application, decided_on, .. } => {
            vec![end(Deadline::Repair, application, *decided_on)]
        }
        ListingAct::ExitsFiled { exits, filed_on, .. } => exits
            .iter()
            .filter(|exit| exit.recogniser == offices.recogniser)
            .flat_map(|exit| {
                [Deadline::RedExitFiling, Deadline::BlackExitFiling].map(|filing| end(filing, &exit.act, *filed_on))
            })
            .collect(),
        ListingAct::EntriesExpired { cases, code, expired_on } => {
            let first = cases.iter().next().map(|number| CaseId { origin: offices.recogniser.clone(), number });
            vec![first.and_then(|case| filing(at, &case, code, *expired_on, offices, policy))]
        }
        ListingAct::EntryExited { .. }
        | ListingAct::EntryMarked { .. }
        | ListingAct::RepairRevoked { .. }
        | ListingAct::ListAnnounced { .. }
        | ListingAct::ExitAnnounced { .. }
        | ListingAct::FilingReceived { .. }
        | ListingAct::RestorationOffered { .. }
        | ListingAct::RestorationAnswered { .. } => Vec::new(),
    };
    if let Some((case, code, _, decided_on)) = act.exit() {
        changes.push(filing(at, case, code, decided_on, offices, policy));
    }
    changes.into_iter().flatten().collect()
}

/// The repair's own act names its application, so the clock of the decision is found under that.
fn started_by(change: Change, application: &EntryRef, on: NaiveDate) -> Change {
    match change {
        Change::Start(clock) => Change::Start(Clock { started: Mark::new(application, on), ..clock }),
        end @ Change::End { .. } => end,
    }
}

/// The filing of an exit, where it is filed at all.
fn filing(
    at: &EntryRef,
    case: &CaseId,
    code: &str,
    on: NaiveDate,
    offices: &Offices,
    policy: &Policy,
) -> Option<Change> {
    let filer = offices.filer.as_ref()?;
    let exit = ExitCode::parse(code);
    if exit.and_then(|exit| policy.exit(exit)).is_some_and(|rule| !rule.filed) {
        return None;
    }
    let kind = exit.map_or(if code.starts_with('R') { ListKind::Red } else { ListKind::Black }, ExitCode::kind);
    let clock =
        Clock::start(Deadline::exit_filing(kind), Matter::Case(case.clone()), filer, Mark::new(at, on), policy)?;
    Some(Change::Start(clock))
}
