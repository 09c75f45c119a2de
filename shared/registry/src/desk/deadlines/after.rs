//! The clocks after listing: of objections and repairs, of exits, of publication on channels.
//!
//! Acts only say whose clocks may have changed; which ones run then follows from the records that the other desks folded,
//! so that neither an order of arrival nor an act of somebody not in office leaves a trace.

use std::collections::BTreeMap;

use honghei_domain::act::{Act, ResultDetail};
use honghei_domain::clock::{self, Clock, Deadline, Mark, Matter, Situation};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_domain::listing::{Departure, ExitPlace, Listing, ListingAct};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_store::Tx;

use super::{key, put, whole};
use crate::context::Context;
use crate::desk::dossiers::{self, decode};
use crate::desk::listing::{self, done_under, pinned, view};
use crate::desk::review::entry_in_list;
use crate::desk::served;
use crate::entry::Entry;
use crate::error::Fault;

/// The clocks that one listed entry has of its own.
const OF_CASE: [Deadline; 5] = [
    Deadline::ObjectionMark,
    Deadline::ObjectionVerification,
    Deadline::ListedObjection,
    Deadline::RepairAcceptance,
    Deadline::Repair,
];

/// The clocks of an exit.
const OF_EXIT: [Deadline; 3] = [Deadline::RedExitFiling, Deadline::BlackExitFiling, Deadline::Publication];

/// What an act, already folded by the other desks, changes about the clocks after listing.
pub(super) async fn fold(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    let (at, author) = (&entry.at, &entry.at.log.node);
    match entry.act() {
        Act::EntryWithdrawn { case, .. } => on_case(tx, cx, at, case).await,
        Act::ActInterpreted { act: judged, .. } if cx.root() == Some(author) => on_outcome(tx, cx, judged).await,
        Act::ResultPublished { .. } if cx.root() == Some(author) => on_result(tx, cx, entry).await,
        Act::Listing(act) => {
            if let Some(case) = act.case() {
                on_case(tx, cx, at, case).await?;
            }
            on_many(tx, cx, at, act).await
        }
        _ => Ok(()),
    }
}

/// An act on one case, perhaps an exit.
async fn on_case(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, case: &CaseId) -> Result<(), Fault> {
    let known = listing::listing(tx, case).await?;
    of_record(tx, cx, &known).await?;
    of_exit(tx, cx, &view::exit_place(at.clone(), case.origin.clone())).await
}

/// What the province made of an act: an exit counts from then on, or has never been one.
async fn on_outcome(tx: &mut dyn Tx, cx: &Context, judged: &EntryRef) -> Result<(), Fault> {
    let Some(entry) = Entry::find(tx, judged).await? else { return Ok(()) };
    let case = match entry.act() {
        Act::EntryWithdrawn { case, .. } => Some(case),
        Act::Listing(act) => act.case(),
        _ => None,
    };
    match case {
        Some(case) => on_case(tx, cx, judged, case).await,
        None => Ok(()),
    }
}

/// A final result: what it listed is to be published (D-09), what it took off the list is to be announced and filed
/// (RX-1), and what is on the list now, or is no longer, has its mark to come or none (D-15a).
async fn on_result(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    let Act::ResultPublished { version, details, .. } = entry.act() else { return Ok(()) };
    for detail in details.iter().filter(|detail| cx.root() != Some(&detail.recogniser)) {
        let recogniser = &detail.recogniser;
        if let Some(first) = first_listed(tx, detail, *version).await? {
            let found = match pinned(tx, cx, &first).await? {
                Some(policy) => publication(tx, cx, entry, recogniser, policy).await?,
                None => None,
            };
            keep(tx, cx, &entry.at, &whole(recogniser), Deadline::Publication, found).await?;
        }
        of_exit(tx, cx, &view::exit_place(entry.at.clone(), recogniser.clone())).await?;
    }
    for row in tx.open_listings(listing::CASE).await? {
        if details.iter().any(|detail| detail.recogniser == row.origin) {
            let known: Listing = decode(&row.body, "a listed entry")?;
            of_record(tx, cx, &known).await?;
        }
    }
    Ok(())
}

/// The first of a recogniser's entries, by number, that a version put on the final list, as far as this node may read
/// it. One that had merely been held while it stood there was not put there anew.
async fn first_listed(tx: &mut dyn Tx, detail: &ResultDetail, version: u64) -> Result<Option<CaseId>, Fault> {
    for slice in &detail.manifest.chunks {
        for row in listing::detail_rows(tx, &slice.digest).await? {
            let lists = matches!(row.verdict.outcome, Outcome::FinalRed | Outcome::FinalBlack);
            if lists && (!row.listed_before || !was_held(tx, &row, version).await?) {
                return Ok(Some(row.case().clone()));
            }
        }
    }
    Ok(None)
}

async fn was_held(tx: &mut dyn Tx, row: &DetailRow, version: u64) -> Result<bool, Fault> {
    let verdicts = served::verdicts_of(tx, row.case()).await?;
    let before = verdicts.iter().rfind(|(told, _)| *told < version);
    Ok(before.is_some_and(|(_, before)| matches!(before.verdict.outcome, Outcome::Held { .. })))
}

/// D-09 of what a version put on the list for a recogniser.
async fn publication(
    tx: &mut dyn Tx,
    cx: &Context,
    result: &Entry,
    recogniser: &NodeId,
    policy: &Policy,
) -> Result<Option<Clock>, Fault> {
    let Act::ResultPublished { version, published_on, .. } = result.act() else { return Ok(None) };
    // Who publishes by itself has published before the result, or is late since its own approval.
    if policy.publication.own_publication {
        return Ok(None);
    }
    let told_on = view::announced_on(tx, cx, recogniser, *version, policy).await?;
    let published = Mark::new(&result.at, *published_on);
    let offices = listing::offices(cx, recogniser);
    Ok(clock::of_publication(recogniser, *version, &published, told_on, &offices, policy))
}

/// D-09 of a list whose recogniser publishes it by itself, ended or not; none for any other list.
async fn own_publication(tx: &mut dyn Tx, cx: &Context, list: &EntryRef) -> Result<Option<Clock>, Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else { return Ok(None) };
    let policy = dossiers::policy_of(cx, &dossier)?;
    if !policy.publication.own_publication {
        return Ok(None);
    }
    let told_on = listing::told_on(tx, &dossier, policy).await?;
    let offices = listing::offices(cx, dossier.recogniser());
    Ok(clock::of_own_publication(&dossier, told_on, &offices, policy))
}

/// Brings the row of a list's own publication up to its dossier and to what its recogniser announced.
pub(super) async fn of_own_list(tx: &mut dyn Tx, cx: &Context, list: &EntryRef) -> Result<(), Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else { return Ok(()) };
    let policy = dossiers::policy_of(cx, &dossier)?;
    let passed = clock::passed(&dossier).filter(|_| policy.publication.own_publication);
    let Some(act) = passed.and_then(|passed| passed.act) else { return Ok(()) };
    let found = own_publication(tx, cx, list).await?;
    keep(tx, cx, &act, &whole(dossier.recogniser()), Deadline::Publication, found).await
}

/// An act on many entries, on an exit, or on the list as a whole.
async fn on_many(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, act: &ListingAct) -> Result<(), Fault> {
    let author = &at.log.node;
    match act {
        ListingAct::EntriesExpired { cases, .. } => {
            for row in tx.open_listings(listing::CASE).await?.into_iter().filter(|row| row.origin == *author) {
                let known: Listing = decode(&row.body, "a listed entry")?;
                if cases.contains(known.case.number) {
                    of_record(tx, cx, &known).await?;
                }
            }
            of_exit(tx, cx, &view::exit_place(at.clone(), author.clone())).await
        }
        ListingAct::ExitAnnounced { exit, .. } => of_exit(tx, cx, exit).await,
        ListingAct::ExitsFiled { exits, .. } => {
            for exit in exits {
                of_exit(tx, cx, exit).await?;
            }
            Ok(())
        }
        ListingAct::ListAnnounced { channel, announced_on, .. } => {
            let first = view::first_use(tx, author, channel).await? == Some(*announced_on);
            on_announcement(tx, cx, author, first.then_some(*announced_on)).await
        }
        ListingAct::DisputeReceived { .. }
        | ListingAct::DisputeVerified { .. }
        | ListingAct::DisputeDecided { .. }
        | ListingAct::EntryMarked { .. }
        | ListingAct::EntryExited { .. }
        | ListingAct::RepairApplied { .. }
        | ListingAct::RepairAccepted { .. }
        | ListingAct::RepairDecided { .. }
        | ListingAct::RepairRevoked { .. }
        | ListingAct::FilingReceived { .. }
        | ListingAct::RestorationOffered { .. }
        | ListingAct::RestorationAnswered { .. }
        | ListingAct::ConflictNoticed { .. }
        | ListingAct::ConflictAnswered { .. } => Ok(()),
    }
}

/// The list stands on a channel: what awaited that is published, and where the channel is used for the first time
/// (`since`), exits that were decided later are owed on it too.
async fn on_announcement(
    tx: &mut dyn Tx,
    cx: &Context,
    author: &NodeId,
    since: Option<chrono::NaiveDate>,
) -> Result<(), Fault> {
    for record in &cx.directory().nodes {
        let recogniser = &record.id;
        if !listing::offices(cx, recogniser).announces(author) {
            continue;
        }
        for row in tx.clocks_of_cases(recogniser, (0, 0), Deadline::Publication.code()).await? {
            let Some(result) = Entry::find(tx, &row.key.act).await? else { continue };
            let running: Clock = decode(&row.body, "a clock")?;
            if let Matter::List(list) = &running.matter {
                of_own_list(tx, cx, list).await?;
                continue;
            }
            // Its length stays as it was started; only whether it is met is new.
            let told_on = match (&running.matter, publishing_policy(tx, cx, &result, recogniser).await?) {
                (Matter::Published(_, version), Some(policy)) => {
                    view::announced_on(tx, cx, recogniser, *version, policy).await?
                }
                _ => None,
            };
            if told_on.is_some() {
                tx.remove_clock(&row.key).await?;
            }
        }
        if let Some(since) = since {
            for departure in listing::departures(tx, Some(recogniser)).await? {
                if departure.decided_on >= since {
                    of_exit(tx, cx, &departure.place).await?;
                }
            }
        }
    }
    Ok(())
}

/// The policy under which a version's entries of a recogniser are published: that of the first of them.
async fn publishing_policy<'a>(
    tx: &mut dyn Tx,
    cx: &'a Context,
    result: &Entry,
    recogniser: &NodeId,
) -> Result<Option<&'a Policy>, Fault> {
    let Act::ResultPublished { version, details, .. } = result.act() else { return Ok(None) };
    let Some(detail) = details.iter().find(|detail| detail.recogniser == *recogniser) else { return Ok(None) };
    match first_listed(tx, detail, *version).await? {
        Some(first) => pinned(tx, cx, &first).await,
        None => Ok(None),
    }
}

/// Every clock of a listed entry, ended ones too: of its publication, its objections and repairs, its exits.
pub(super) async fn clocks_of_listed(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<Vec<Clock>, Fault> {
    let mut clocks: Vec<Clock> = publication_of(tx, cx, case).await?.into_iter().collect();
    let known = listing::listing(tx, case).await?;
    clocks.extend(clocks_of_record(tx, cx, &known).await?);
    for departure in listing::departures(tx, Some(&case.origin)).await? {
        if departure.cases.contains(case.number) {
            clocks.extend(clocks_of_exit(tx, cx, &departure).await?);
        }
    }
    Ok(clocks)
}

/// Brings the rows of a listed entry's own clocks up to its record.
async fn of_record(tx: &mut dyn Tx, cx: &Context, known: &Listing) -> Result<(), Fault> {
    if known.disputes.is_empty() && known.repairs.is_empty() {
        return Ok(());
    }
    let clocks = clocks_of_record(tx, cx, known).await?;
    let case = &known.case;
    let mut wanted: BTreeMap<(EntryRef, Deadline), Clock> = BTreeMap::new();
    for clock in clocks.into_iter().filter(Clock::is_open) {
        if let Some(act) = &clock.started.act {
            wanted.insert((act.clone(), clock.deadline), clock);
        }
    }
    for deadline in OF_CASE {
        for row in tx.clocks_of_cases(&case.origin, (case.number, case.number), deadline.code()).await? {
            if !wanted.contains_key(&(row.key.act.clone(), deadline)) {
                tx.remove_clock(&row.key).await?;
            }
        }
    }
    for clock in wanted.into_values() {
        put(tx, cx, clock, case).await?;
    }
    Ok(())
}

/// Every clock of a listed entry's objections and repairs, ended ones too.
async fn clocks_of_record(tx: &mut dyn Tx, cx: &Context, known: &Listing) -> Result<Vec<Clock>, Fault> {
    let case = &known.case;
    let accepting = known.repairs.values().filter_map(|repair| repair.acceptance.as_ref()).map(|found| &found.act);
    let mut policies: BTreeMap<EntryRef, &Policy> = BTreeMap::new();
    for at in known.disputes.keys().chain(known.repairs.keys()).chain(accepting) {
        if let Some(policy) = done_under(tx, cx, at, case).await? {
            policies.insert(at.clone(), policy);
        }
    }
    let listed = known.open_disputes().next().is_some() && listing::is_listed(tx, case).await?;
    let expired = match known.open_repairs().next() {
        Some(_) => expiry(tx, case).await?,
        None => None,
    };
    let offices = listing::offices(cx, &case.origin);
    let situation = Situation { offices: &offices, listed, expired: expired.as_ref() };
    Ok(clock::of_listing(known, situation, |at| policies.get(at).copied()))
}

/// The end of an entry's term, once it was told.
async fn expiry(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<Mark>, Fault> {
    let departures = listing::departures(tx, Some(&case.origin)).await?;
    let ended = departures.iter().find(|departure| departure.is_by_term() && departure.cases.contains(case.number));
    Ok(ended.map(|departure| Mark::new(&departure.place.act, departure.decided_on)))
}

/// Brings the rows of an exit's clocks up to its record; nothing for an act that was none.
async fn of_exit(tx: &mut dyn Tx, cx: &Context, place: &ExitPlace) -> Result<(), Fault> {
    let Some(departure) = listing::departure(tx, place).await? else { return Ok(()) };
    let Some(number) = departure.cases.iter().next() else { return Ok(()) };
    let case = CaseId { origin: place.recogniser.clone(), number };
    let mut clocks = clocks_of_exit(tx, cx, &departure).await?;
    for deadline in OF_EXIT {
        let found = clocks.iter().position(|clock| clock.deadline == deadline).map(|at| clocks.swap_remove(at));
        keep(tx, cx, &place.act, &case, deadline, found).await?;
    }
    Ok(())
}

/// Every clock of an exit, ended ones too.
async fn clocks_of_exit(tx: &mut dyn Tx, cx: &Context, departure: &Departure) -> Result<Vec<Clock>, Fault> {
    let recogniser = &departure.place.recogniser;
    let Some(policy) = listing::policy_of_exit(tx, cx, departure).await? else { return Ok(Vec::new()) };
    let original = view::channels_before(tx, cx, recogniser, departure.decided_on).await?;
    Ok(clock::of_departure(departure, &original, &listing::offices(cx, recogniser), policy))
}

/// D-09 of an entry, ended or not: of its list, where its recogniser publishes by itself; else of the version that put it
/// on the final list, known by the day its validity began.
async fn publication_of(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<Option<Clock>, Fault> {
    if let Some(list) = last_list_of(tx, case).await?
        && let Some(own) = own_publication(tx, cx, &list).await?
    {
        return Ok(Some(own));
    }
    let Some(row) = listing::row_of(tx, case).await? else { return Ok(None) };
    let published = tx.results(u32::MAX).await?.into_iter().filter(|result| result.published_on == row.valid_from);
    for result in published {
        let Some(entry) = Entry::find(tx, &result.at).await? else { continue };
        let Some(policy) = publishing_policy(tx, cx, &entry, &case.origin).await? else { continue };
        return publication(tx, cx, &entry, &case.origin, policy).await;
    }
    Ok(None)
}

/// The last certified list that holds a case.
async fn last_list_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Option<EntryRef>, Fault> {
    for list in dossiers::lists_of_case(tx, case).await?.into_iter().rev() {
        if entry_in_list(tx, &list, case).await?.is_some() {
            return Ok(Some(list));
        }
    }
    Ok(None)
}

/// A clock's row is there while the clock runs, and only then.
async fn keep(
    tx: &mut dyn Tx,
    cx: &Context,
    act: &EntryRef,
    case: &CaseId,
    deadline: Deadline,
    found: Option<Clock>,
) -> Result<(), Fault> {
    match found.filter(Clock::is_open) {
        Some(clock) => put(tx, cx, clock, case).await,
        None => Ok(tx.remove_clock(&key(act, deadline, case)).await?),
    }
}
