//! Folding acts on listed entries into their records.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, Interpretation, ResultDetail};
use honghei_domain::comparison::{Exit, Outcome};
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::{CaseId, CaseSet};
use honghei_domain::listing::{Departure, ListingAct, WithdrawnReason};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::{ListingRow, Tx, WaitingRow};
use serde::{Deserialize, Serialize};

use super::keep::{self, CHANNEL, TERM, put, put_departure, put_mark};
use super::{exit_of, offices, own};
use crate::context::Context;
use crate::desk::dossiers::{decode, encode};
use crate::desk::result_details;
use crate::entry::Entry;
use crate::error::Fault;
use crate::parallel;

/// Verdicts of a result version looked at for exits at a time.
const VERDICTS: u32 = u32::MAX;

/// A day on which validities that a result version brought to own entries end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Term {
    /// The result version's details.
    pub details: Vec<[u8; 32]>,
    /// Last days of validity that are still to come, ascending.
    pub ends: BTreeSet<NaiveDate>,
}

/// A channel on which a node announced the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChannelUse {
    /// The first announcement.
    pub since: NaiveDate,
    /// The first announcement of each version.
    pub told: BTreeMap<u64, NaiveDate>,
}

pub(super) async fn fold(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    let at = &entry.at;
    match entry.act() {
        Act::EntryWithdrawn { case, .. } => on_case(tx, cx, at, entry.act(), case).await,
        Act::ActInterpreted { act, outcome, .. } => on_outcome(tx, cx, at, act, outcome).await,
        Act::ResultPublished { version, details, .. } if cx.root() == Some(&at.log.node) => {
            on_result(tx, cx, at, *version, details).await
        }
        Act::Listing(act) => {
            if let Some(case) = act.case() {
                on_case(tx, cx, at, entry.act(), case).await?;
            }
            on_many(tx, cx, entry, act).await
        }
        _ => Ok(()),
    }
}

/// An act on one case.
async fn on_case(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, act: &Act, case: &CaseId) -> Result<(), Fault> {
    let offices = offices(cx, &case.origin);
    let root = at.log.node == offices.root;
    if let Act::Listing(ListingAct::EntryMarked { key, mark, .. }) = act
        && root
    {
        put_mark(tx, case, key, mark).await?;
    }
    // Whether it is listed counts where an exit begins to count: here only for the province's own acts.
    let listed = root && exit_of(act).is_some() && keep::is_listed(tx, case).await?;
    let before = keep::listing(tx, case).await?;
    let after = before.clone().evolve(at, act, &offices, listed);
    if after == before {
        return Ok(());
    }
    put(tx, &after, cx.me() == &offices.root).await?;
    if root && after.exits.get(at).is_some_and(|exit| exit.was_listed) {
        open_departure(tx, cx, at, act).await?;
    }
    if let Act::Listing(act) = act
        && act.bears_on_comparison()
        && *cx.me() == offices.root
        && !root
    {
        tx.put_waiting(&WaitingRow { at: at.clone(), code: String::new() }).await?;
    }
    Ok(())
}

/// What the province made of an act on a listed entry.
async fn on_outcome(
    tx: &mut dyn Tx,
    cx: &Context,
    at: &EntryRef,
    judged: &EntryRef,
    outcome: &Interpretation,
) -> Result<(), Fault> {
    if cx.root() != Some(&at.log.node) {
        return Ok(());
    }
    let refusal = match outcome {
        Interpretation::Applied => None,
        Interpretation::Rejected { code, reason } => {
            Some(WithdrawnReason { code: code.clone(), reason: reason.clone() })
        }
        Interpretation::Waiting { .. } => return Ok(()),
    };
    let Some(row) = tx.entry(judged).await? else { return Ok(()) };
    let Some(judged_entry) = Entry::read(&row)? else { return Ok(()) };
    let case = match judged_entry.act() {
        Act::EntryWithdrawn { case, .. } => case,
        Act::Listing(act) => match act.case() {
            Some(case) => case,
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    let exits = exit_of(judged_entry.act()).is_some();
    let listed = exits && refusal.is_none() && keep::is_listed(tx, case).await?;
    let before = keep::listing(tx, case).await?;
    let after = before.clone().judged(judged, refusal, listed);
    if after != before {
        put(tx, &after, cx.root() == Some(cx.me())).await?;
    }
    if listed && after.exits.get(judged).is_some_and(|exit| exit.was_listed) {
        open_departure(tx, cx, judged, judged_entry.act()).await?;
    }
    Ok(())
}

/// A decided exit of an entry that was public owes announcements and a filing.
async fn open_departure(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, act: &Act) -> Result<(), Fault> {
    let Some((case, code, _, decided_on)) = exit_of(act) else { return Ok(()) };
    let place = keep::place(at, &case.origin);
    let cases = CaseSet::from_numbers([case.number]);
    put_departure(tx, cx, &Departure::new(place, code, cases, decided_on)).await
}

/// Reds that the version removed from the list (RX-1), and the ends of validity of own entries.
async fn on_result(
    tx: &mut dyn Tx,
    cx: &Context,
    at: &EntryRef,
    version: u64,
    details: &[ResultDetail],
) -> Result<(), Fault> {
    let mut fallen: BTreeMap<NodeId, (Vec<u64>, NaiveDate)> = BTreeMap::new();
    for row in tx.verdicts_of(version, VERDICTS).await? {
        let detail = DetailRow::decode(&row.body).map_err(|_| Fault::inconsistent("a verdict"))?;
        if let Outcome::Removed { exit: Exit::Rx1, .. } = detail.verdict.outcome {
            let case = detail.case();
            let (numbers, on) = fallen.entry(case.origin.clone()).or_insert((Vec::new(), detail.verdict.as_of));
            numbers.push(case.number);
            *on = detail.verdict.as_of;
        }
    }
    for (recogniser, (numbers, on)) in fallen {
        let place = keep::place(at, &recogniser);
        put_departure(tx, cx, &Departure::new(place, "RX-1", CaseSet::from_numbers(numbers), on)).await?;
    }
    // What the province imports ends with its department's own dates; nobody here announces that.
    if cx.root() == Some(cx.me()) {
        return Ok(());
    }
    let mine = result_details::digests(details.iter().filter(|detail| detail.recogniser == *cx.me()));
    let mut ends = BTreeSet::new();
    for digests in mine.chunks(parallel::CHUNKS) {
        let found = result_details::read(tx, digests, |row, _| listed_until(&row)).await?;
        ends.extend(found.into_iter().flatten());
    }
    let term = Term { details: mine, ends };
    put_term(tx, cx.me(), version, &term).await
}

/// The rows of a chunk of result details; none where it lies outside this node's audience.
pub async fn detail_rows(tx: &mut dyn Tx, digest: &[u8; 32]) -> Result<Vec<DetailRow>, Fault> {
    let read = result_details::read(tx, &[*digest], |row, _| Some(row)).await?;
    Ok(read.into_iter().flatten().collect())
}

/// The last day of an entry that a version lists.
pub(super) fn listed_until(row: &DetailRow) -> Option<NaiveDate> {
    let stands = matches!(row.verdict.outcome, Outcome::FinalRed | Outcome::FinalBlack);
    row.validity.filter(|_| stands).map(|validity| validity.to)
}

/// Writes the ends of validity of a version; nothing where it brought none.
pub(super) async fn put_term(tx: &mut dyn Tx, me: &NodeId, version: u64, term: &Term) -> Result<(), Fault> {
    let place = format!("{version:020}");
    if term.ends.is_empty() && tx.listing(me, TERM, &place).await?.is_none() {
        return Ok(());
    }
    let row = ListingRow {
        origin: me.clone(),
        record: TERM.to_owned(),
        place,
        subject_key: String::new(),
        open: !term.ends.is_empty(),
        due_on: term.ends.first().copied(),
        body: encode(term, "ends of validity")?,
    };
    Ok(tx.put_listing(&row).await?)
}

/// An act on many entries, or on an exit.
async fn on_many(tx: &mut dyn Tx, cx: &Context, entry: &Entry, act: &ListingAct) -> Result<(), Fault> {
    let at = &entry.at;
    let author = &at.log.node;
    match act {
        ListingAct::EntriesExpired { cases, code, expired_on } => {
            if author == cx.me() {
                strike_terms(tx, cx.me(), *expired_on).await?;
            }
            // An act without cases only strikes the day off.
            if cases.is_empty() {
                return Ok(());
            }
            let departure = Departure::new(keep::place(at, author), code, cases.clone(), *expired_on);
            put_departure(tx, cx, &departure).await
        }
        ListingAct::ListAnnounced { version, channel, announced_on, .. } => {
            let known = tx.listing(author, CHANNEL, channel).await?;
            let mut used = match &known {
                Some(row) => decode::<ChannelUse>(&row.body, "a channel")?,
                None => ChannelUse { since: *announced_on, told: BTreeMap::new() },
            };
            let used_since = known.is_some().then_some(used.since);
            used.since = used.since.min(*announced_on);
            let told = used.told.entry(*version).or_insert(*announced_on);
            *told = (*told).min(*announced_on);
            let row = ListingRow {
                origin: author.clone(),
                record: CHANNEL.to_owned(),
                place: channel.clone(),
                subject_key: String::new(),
                open: false,
                due_on: None,
                body: encode(&used, "a channel")?,
            };
            tx.put_listing(&row).await?;
            own::keep(tx, cx, entry, channel, *announced_on).await?;
            match used_since {
                Some(since) if since <= used.since => Ok(()),
                _ => owe_anew(tx, cx, author, used.since).await,
            }
        }
        ListingAct::ExitAnnounced { exit, .. } if offices(cx, &exit.recogniser).announces(author) => {
            on_departure(tx, cx, at, act, exit).await
        }
        ListingAct::ExitsFiled { exits, to, .. } => {
            for exit in exits.iter().filter(|exit| offices(cx, &exit.recogniser).filer.as_ref() == Some(author)) {
                on_departure(tx, cx, at, act, exit).await?;
            }
            if to == cx.me() && author != cx.me() {
                tx.put_waiting(&WaitingRow { at: at.clone(), code: String::new() }).await?;
            }
            Ok(())
        }
        ListingAct::FilingReceived { filing, .. } if cx.root() == Some(author) => {
            let Some(row) = tx.entry(filing).await? else { return Ok(()) };
            let Some(filed) = Entry::read(&row)? else { return Ok(()) };
            if let Act::Listing(ListingAct::ExitsFiled { exits, .. }) = filed.act() {
                for exit in exits {
                    on_departure(tx, cx, at, act, exit).await?;
                }
            }
            Ok(())
        }
        ListingAct::RestorationOffered { case, cause, through_version, valid_to, .. }
            if cx.root() == Some(author) && author == cx.me() =>
        {
            let (case, cause) = (case.clone(), cause.clone());
            let offering = keep::Offering { case, cause, through_version: *through_version, valid_to: *valid_to };
            Ok(tx.put_listing(&keep::offering_row(&offering, false)?).await?)
        }
        _ => Ok(()),
    }
}

async fn on_departure(
    tx: &mut dyn Tx,
    cx: &Context,
    at: &EntryRef,
    act: &ListingAct,
    exit: &honghei_domain::listing::ExitPlace,
) -> Result<(), Fault> {
    match keep::departure(tx, exit).await? {
        Some(departure) => put_departure(tx, cx, &departure.evolve(at, act)).await,
        None => Ok(()),
    }
}

/// A node uses a channel since a day: what left since then is owed on it too.
async fn owe_anew(tx: &mut dyn Tx, cx: &Context, author: &NodeId, since: NaiveDate) -> Result<(), Fault> {
    for record in &cx.directory().nodes {
        if !offices(cx, &record.id).announces(author) {
            continue;
        }
        for departure in keep::departures(tx, Some(&record.id)).await? {
            if departure.decided_on >= since {
                put_departure(tx, cx, &departure).await?;
            }
        }
    }
    Ok(())
}

/// The validities that ended before a day are told.
async fn strike_terms(tx: &mut dyn Tx, me: &NodeId, expired_on: NaiveDate) -> Result<(), Fault> {
    for row in tx.listings_of(me, TERM).await?.into_iter().filter(|row| row.open) {
        let mut term: Term = decode(&row.body, "ends of validity")?;
        term.ends.retain(|end| *end >= expired_on);
        let version = row.place.parse().map_err(|_| Fault::inconsistent("ends of validity"))?;
        put_term(tx, me, version, &term).await?;
    }
    Ok(())
}
