//! The clocks up to a final result: of lists, of the entries returned from them, of notices that a list answers.

use honghei_domain::act::ReviewDecision;
use honghei_domain::clock::{self, Clock, Deadline, Mark, Matter};
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{CaseId, CaseSet};
use honghei_domain::node::EntryRef;
use honghei_store::Tx;

use super::{key, put, start, whole};
use crate::context::Context;
use crate::desk::dossiers::{self, decode};
use crate::desk::review::entry_in_list;
use crate::entry::Entry;
use crate::error::Fault;

/// What an act on a list does to the list's own clocks and to those of its returned entries (AMB-18).
pub(super) async fn of_list(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, list: &EntryRef) -> Result<(), Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else { return Ok(()) };
    let policy = dossiers::policy_of(cx, &dossier)?;
    let clocks = clock::of_dossier(&dossier, policy);
    // Only what the dossier took in from this very act counts: anybody could name a list.
    let received = dossier.receipt.as_ref().filter(|receipt| receipt.act == *at);
    let signed = dossier.signature.as_ref().filter(|signature| signature.act == *at);
    if let Some(receipt) = received {
        resume_returned(tx, cx, &dossier, &Mark::new(at, receipt.received_on)).await?;
    }
    for clock in clocks {
        if clock.is_open() {
            start(tx, cx, Some(clock)).await?;
        } else if let (Deadline::Review, Some(signature)) = (clock.deadline, signed) {
            if let Some(act) = &clock.started.act {
                tx.remove_clock(&key(act, clock.deadline, &whole(dossier.recogniser()))).await?;
            }
            stop_returned(tx, cx, &dossier, &clock, &Mark::new(at, signature.signed_on)).await?;
        }
    }
    Ok(())
}

/// The clocks of this list's cases that stood still run on.
async fn resume_returned(tx: &mut dyn Tx, cx: &Context, dossier: &Dossier, mark: &Mark) -> Result<(), Fault> {
    for (case, mut clock) in returned(tx, dossier).await? {
        if clock.is_stopped() && !dossier.rejected_rows.contains_key(&case.number) {
            clock.resume(mark.clone());
            put(tx, cx, clock, &case).await?;
        }
    }
    Ok(())
}

/// With the head's signature a returned entry's clock stands still; one that was approved or rejected has ended.
async fn stop_returned(
    tx: &mut dyn Tx,
    cx: &Context,
    dossier: &Dossier,
    of_list: &Clock,
    mark: &Mark,
) -> Result<(), Fault> {
    let mut running = returned(tx, dossier).await?;
    for (number, decision) in &dossier.exceptions {
        let case = CaseId { origin: dossier.recogniser().clone(), number: *number };
        let ReviewDecision::Return { .. } = decision else { continue };
        // Its recogniser may withdraw it before he has seen the review: whichever came first, nothing waits for it.
        if dossier.withdrawn.contains_key(number) {
            continue;
        }
        let earlier = running.iter().position(|(known, _)| *known == case).map(|at| running.swap_remove(at).1);
        let mut clock = match earlier {
            Some(earlier) => earlier,
            None => Clock { matter: Matter::Case(case.clone()), ended: None, ..of_list.clone() },
        };
        clock.stop(mark.clone());
        put(tx, cx, clock, &case).await?;
    }
    for (case, clock) in running {
        if let Some(act) = &clock.started.act {
            tx.remove_clock(&key(act, clock.deadline, &case)).await?;
        }
    }
    Ok(())
}

/// The review clocks of single cases that stand on a list.
async fn returned(tx: &mut dyn Tx, dossier: &Dossier) -> Result<Vec<(CaseId, Clock)>, Fault> {
    let mut found = Vec::new();
    let code = Deadline::Review.code();
    for (first, last) in &dossier.span.0 {
        for row in tx.clocks_of_cases(dossier.recogniser(), ((*first).max(1), *last), code).await? {
            // The span is a hull: whether the case is on this list its chunks say.
            if entry_in_list(tx, &dossier.list, &row.key.case).await?.is_some() {
                found.push((row.key.case.clone(), decode(&row.body, "a clock")?));
            }
        }
    }
    Ok(found)
}

/// A case that was withdrawn has no clock of its own any more.
pub(super) async fn of_withdrawn(tx: &mut dyn Tx, case: &CaseId) -> Result<(), Fault> {
    for row in tx.clocks_of_cases(&case.origin, (case.number, case.number), Deadline::Review.code()).await? {
        tx.remove_clock(&row.key).await?;
    }
    Ok(())
}

/// The statement period is no task any more for the cases that a list may hold.
pub(super) async fn notices_end(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    let recogniser = &entry.at.log.node;
    let Some(dossier) = dossiers::read(tx, &entry.at).await? else { return Ok(()) };
    for row in tx.clocks_of_cases(recogniser, (0, 0), Deadline::Statement.code()).await? {
        let mut clock: Clock = decode(&row.body, "a clock")?;
        let Matter::Cases(cases) = &clock.matter else { continue };
        let left = without(cases, &dossier.span);
        if left.is_empty() {
            tx.remove_clock(&row.key).await?;
        } else if left != *cases {
            clock.matter = Matter::Cases(left);
            put(tx, cx, clock, &row.key.case).await?;
        }
    }
    Ok(())
}

/// A set without the ranges of another.
fn without(cases: &CaseSet, taken: &CaseSet) -> CaseSet {
    let mut left = cases.0.clone();
    for (first, last) in &taken.0 {
        let cut = |range: (u64, u64)| {
            let before = (range.0, range.1.min(first.saturating_sub(1)));
            let after = (range.0.max(last.saturating_add(1)), range.1);
            [before, after].into_iter().filter(|(from, to)| from <= to)
        };
        // A range that the cut does not touch comes out of it once.
        left = left
            .into_iter()
            .flat_map(|range| if range.1 < *first || range.0 > *last { vec![range] } else { cut(range).collect() })
            .collect();
    }
    CaseSet(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_loses_what_was_taken_and_keeps_the_rest() {
        let set = CaseSet(vec![(1, 10), (20, 25), (40, 40)]);
        let taken = |ranges: &[(u64, u64)]| without(&set, &CaseSet(ranges.to_vec())).0;
        assert_eq!(taken(&[(3, 5)]), vec![(1, 2), (6, 10), (20, 25), (40, 40)]);
        assert_eq!(taken(&[(1, 10), (22, 40)]), vec![(20, 21)]);
        assert_eq!(taken(&[(11, 19), (41, 99)]), set.0);
        assert_eq!(taken(&[(0, u64::MAX)]), vec![]);
    }
}
