//! What falls due by itself: ends of validity at their recogniser, public marks at the province.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::list::{CaseId, CaseSet, Department, ListKind};
use honghei_domain::listing::ListingAct;
use honghei_domain::policy::{Actor, ExitCode, Policy};
use honghei_store::Tx;

use super::keep::{self, MARKING, TERM};
use super::policy_of_node;
use crate::context::Context;
use crate::desk::Ticked;
use crate::desk::dossiers::decode;
use crate::engine::plain_draft;
use crate::entry::Draft;
use crate::error::Fault;

/// Marks written in one transaction at most.
const MARKS: usize = 256;

pub(super) async fn sweep(tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
    let drafts = if cx.root() == Some(cx.me()) { marks(tx, cx).await? } else { expiries(tx, cx).await? };
    let more = !drafts.is_empty();
    Ok(Ticked { drafts, more })
}

/// Tells everybody what they must know before the next result version (D-15, R-042).
async fn marks(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    for row in tx.open_listings(MARKING).await? {
        if drafts.len() == MARKS {
            break;
        }
        let number = row.place.parse().map_err(|_| Fault::inconsistent("a mark to be made"))?;
        let case = CaseId { origin: row.origin, number };
        let listing = keep::listing(tx, &case).await?;
        let Some(mark) = listing.due_mark().filter(|_| listing.must_be_marked()) else { continue };
        let Some(place) = keep::place_of(tx, &case).await? else { continue };
        // What never was public is not told to anybody.
        if place.row.is_none() && listing.mark.is_none() && !listing.exits.values().any(|exit| exit.was_listed) {
            continue;
        }
        let key = place.key.as_str().to_owned();
        let act = Act::Listing(ListingAct::EntryMarked { case, key, mark, marked_on: cx.now.today });
        drafts.push(plain_draft(cx, act, Audience::of(Scope::All)));
    }
    Ok(drafts)
}

/// Own entries whose validity is over: one act a last day and kind, at its midnight, however late the node wakes up.
async fn expiries(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Draft>, Fault> {
    let mut ended: BTreeMap<NaiveDate, BTreeMap<u64, ListKind>> = BTreeMap::new();
    for row in tx.listings_of(cx.me(), TERM).await?.into_iter().filter(|row| row.open) {
        if row.due_on.is_none_or(|due_on| due_on >= cx.now.today) {
            continue;
        }
        let term: super::fold::Term = decode(&row.body, "ends of validity")?;
        for digest in &term.details {
            for detail in super::detail_rows(tx, digest).await? {
                let Some(end) = super::fold::listed_until(&detail).filter(|end| *end < cx.now.today) else { continue };
                let kind = match detail.verdict.outcome {
                    honghei_domain::comparison::Outcome::FinalBlack => ListKind::Black,
                    _ => ListKind::Red,
                };
                if term.ends.contains(&end) {
                    ended.entry(end).or_default().insert(detail.case().number, kind);
                }
            }
        }
    }
    let Some((end, cases)) = ended.into_iter().next() else { return Ok(Vec::new()) };
    let told = told_already(tx, cx).await?;
    let mut drafts = Vec::new();
    for kind in [ListKind::Red, ListKind::Black] {
        // A node may serve several departments, each with its own exit at the end of a term.
        let mut by_code: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for number in cases.iter().filter(|(number, own)| **own == kind && !told.contains(number)).map(|(n, _)| *n) {
            if let Some(department) = still_listed_until(tx, cx, number, end).await? {
                let policy = cx.reference.policy_of(&department).map(|(_, policy)| policy);
                by_code.entry(expiry_code(policy, kind).as_str()).or_default().push(number);
            }
        }
        // An act without cases still strikes the day off, so that it is not looked at again.
        if by_code.is_empty() && kind == ListKind::Black && drafts.is_empty() {
            by_code.insert(expiry_code(policy_of_node(cx, cx.me()), kind).as_str(), Vec::new());
        }
        let expired_on = end.succ_opt().unwrap_or(end);
        for (code, numbers) in by_code {
            let (code, cases) = (code.to_owned(), CaseSet::from_numbers(numbers));
            let act = Act::Listing(ListingAct::EntriesExpired { cases, code, expired_on });
            drafts.push(plain_draft(cx, act, Audience::of(Scope::Up)));
        }
    }
    Ok(drafts)
}

/// Own cases whose end was told before, under another version.
async fn told_already(tx: &mut dyn Tx, cx: &Context) -> Result<BTreeSet<u64>, Fault> {
    let mut told = BTreeSet::new();
    for departure in keep::departures(tx, Some(cx.me())).await? {
        told.extend(departure.cases.iter().filter(|_| departure.is_by_term()));
    }
    Ok(told)
}

/// The department of an own entry that is still served with this last day and did not leave before.
async fn still_listed_until(
    tx: &mut dyn Tx,
    cx: &Context,
    number: u64,
    end: NaiveDate,
) -> Result<Option<Department>, Fault> {
    let case = CaseId { origin: cx.me().clone(), number };
    if keep::listing(tx, &case).await?.exit().is_some() {
        return Ok(None);
    }
    Ok(keep::row_of(tx, &case).await?.filter(|row| row.valid_to == end).map(|row| row.department))
}

/// The exit at the end of a term, as the policy names it (RX-4 or RX-5, BX-3 or BX-4; AMB-19).
fn expiry_code(policy: Option<&Policy>, kind: ListKind) -> ExitCode {
    let [usual, other] = match kind {
        ListKind::Red => [ExitCode::Rx4, ExitCode::Rx5],
        ListKind::Black => [ExitCode::Bx3, ExitCode::Bx4],
    };
    let knows =
        |code| policy.is_some_and(|policy| policy.exit(code).is_some_and(|rule| rule.decided_by == Actor::System));
    if !knows(usual) && knows(other) { other } else { usual }
}
