//! The policy that an act on a listed entry was done under, and what an exit still owes by it.

use honghei_domain::clock::publisher;
use honghei_domain::list::CaseId;
use honghei_domain::listing::Departure;
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_store::Tx;

use super::{offices, view};
use crate::context::Context;
use crate::desk::dossiers;
use crate::desk::review::entry_in_list;
use crate::entry::Entry;
use crate::error::Fault;
use crate::view::case_of;

/// The policy an act was done under: the version it names, else the one that its case was recognised under.
pub async fn done_under<'a>(
    tx: &mut dyn Tx,
    cx: &'a Context,
    at: &EntryRef,
    case: &CaseId,
) -> Result<Option<&'a Policy>, Fault> {
    let entry = Entry::find(tx, at).await?;
    match entry.and_then(|entry| cx.reference.quoted(&entry.body.policy)) {
        Some(policy) => Ok(Some(policy)),
        None => pinned(tx, cx, case).await,
    }
}

/// The version of the policy that a case was recognised under, alike at every node that has its list.
pub async fn pinned<'a>(tx: &mut dyn Tx, cx: &'a Context, case: &CaseId) -> Result<Option<&'a Policy>, Fault> {
    for list in dossiers::lists_of_case(tx, case).await?.iter().rev() {
        if let Some(dossier) = dossiers::read(tx, list).await?
            && entry_in_list(tx, list, case).await?.is_some()
        {
            return dossiers::policy_of(cx, &dossier).map(Some);
        }
    }
    let own = case_of(tx, case).await?;
    let current =
        |own: &honghei_domain::case::Case| cx.reference.policy_of(&own.entry.department).map(|(_, policy)| policy);
    let own = own.and_then(|own| cx.reference.quoted(&own.policy).or_else(|| current(&own)));
    Ok(own.or_else(|| any_policy(cx, &case.origin)))
}

/// The policy of the first department that a node acts for.
pub fn any_policy<'a>(cx: &'a Context, node: &NodeId) -> Option<&'a Policy> {
    let departments = &cx.directory().node(node)?.departments;
    departments.iter().find_map(|department| cx.reference.policy_of(department).map(|(_, policy)| policy))
}

/// The policy that an exit was done under.
pub async fn of_exit<'a>(tx: &mut dyn Tx, cx: &'a Context, departure: &Departure) -> Result<Option<&'a Policy>, Fault> {
    let Some(number) = departure.cases.iter().next() else { return Ok(None) };
    let first = CaseId { origin: departure.place.recogniser.clone(), number };
    done_under(tx, cx, &departure.place.act, &first).await
}

/// The channels on which an exit is still to be announced by somebody, by name.
pub async fn silent_channels(
    tx: &mut dyn Tx,
    cx: &Context,
    departure: &Departure,
    policy: &Policy,
) -> Result<Vec<String>, Fault> {
    let recogniser = &departure.place.recogniser;
    if publisher(&offices(cx, recogniser), policy).is_none() {
        return Ok(Vec::new());
    }
    let original = view::channels_before(tx, cx, recogniser, departure.decided_on).await?;
    Ok(departure.missing_channels(policy, &original))
}

/// Whether an exit still owes something: a filing that the level above has received, or an announcement on one
/// of its original channels. Neither answers for the other.
pub(super) async fn owes(tx: &mut dyn Tx, cx: &Context, departure: &Departure) -> Result<bool, Fault> {
    let Some(policy) = of_exit(tx, cx, departure).await? else { return Ok(!departure.is_filed()) };
    let filer = offices(cx, &departure.place.recogniser).filer;
    if filer.is_some() && departure.must_be_filed(policy) && !departure.is_filed() {
        return Ok(true);
    }
    Ok(!silent_channels(tx, cx, departure, policy).await?.is_empty())
}
