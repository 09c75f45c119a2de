//! How long a recogniser's entries took until a version settled them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::dossier::Dossier;
use honghei_domain::node::{LogId, NodeId};
use honghei_reports::{NodeTimes, Phase};
use honghei_store::Tx;

use super::{Horizon, entries};
use crate::context::Context;
use crate::entry::Entry;
use crate::error::Fault;

/// Entries of a log read at a time.
const PAGE: u32 = 256;

/// When this node's own cases were collected, by the last number of each collection; nothing of another's, whose
/// collections stay with it.
pub(super) async fn collected(
    tx: &mut dyn Tx,
    cx: &Context,
    recogniser: &NodeId,
    horizon: &Horizon,
) -> Result<BTreeMap<u64, NaiveDate>, Fault> {
    let mut found = BTreeMap::new();
    if recogniser != cx.me() {
        return Ok(found);
    }
    let log: &LogId = &cx.log;
    let mut from = 0;
    loop {
        let rows = tx.entries(log, from, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        from = last.at.index + 1;
        for row in rows.iter().filter(|row| horizon.covers(&row.at)) {
            let Some(entry) = Entry::read(row)? else { continue };
            if let Act::RecordsCollected { manifest, .. } = entry.act() {
                // Numbers are given in order, so the last of each collection bounds it.
                let last = manifest.chunks.iter().map(|slice| slice.last_case).max();
                found.extend(last.map(|last| (last, entry.body.done_on)));
            }
        }
    }
}

/// How long the settled entries of a recogniser took; none if none is settled.
pub(super) async fn of(
    tx: &mut dyn Tx,
    cx: &Context,
    recogniser: &NodeId,
    lists: &[Dossier],
    settled: &BTreeMap<u64, NaiveDate>,
    collected: &BTreeMap<u64, NaiveDate>,
) -> Result<Option<NodeTimes>, Fault> {
    // The last report before its settlement brought a case to the list.
    let mut brought: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, dossier) in lists.iter().enumerate() {
        let Some(report) = &dossier.report else { continue };
        for entry in entries::of_report(tx, dossier).await? {
            let number = entry.case.number;
            if settled.get(&number).is_some_and(|on| report.reported_on <= *on) {
                brought.insert(number, at);
            }
        }
    }
    let name = cx.directory().node(recogniser).map_or_else(|| recogniser.to_string(), |node| node.name.clone());
    let mut times = NodeTimes { node: recogniser.to_string(), name, ..NodeTimes::default() };
    for (number, at) in brought {
        let (Some(on), Some(dossier)) = (settled.get(&number), lists.get(at)) else { continue };
        *times.certified.entry(days(dossier.certified_on, *on)).or_default() += 1;
        if let Some((_, first)) = collected.range(number..).next() {
            *times.collected.entry(days(*first, *on)).or_default() += 1;
        }
        add_phases(&mut times, dossier, *on);
    }
    Ok((!times.certified.is_empty()).then_some(times))
}

fn add_phases(times: &mut NodeTimes, dossier: &Dossier, settled_on: NaiveDate) {
    let add = |phase: &mut Phase, from: NaiveDate, to: Option<NaiveDate>| {
        if let Some(to) = to {
            phase.add(1, days(from, to));
        }
        to.unwrap_or(from)
    };
    let declared_on = dossier.declaration.as_ref().map(|declaration| declaration.declared_on);
    let signed_on = dossier.signature.as_ref().map(|signature| signature.signed_on);
    let reported_on = dossier.report.as_ref().map(|report| report.reported_on);
    let phases = &mut times.phases;
    let at = add(&mut phases.to_declaration, dossier.certified_on, declared_on);
    let at = add(&mut phases.to_signature, at, signed_on);
    let at = add(&mut phases.to_report, at, reported_on);
    add(&mut phases.to_publication, at, Some(settled_on));
}

fn days(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from((to - from).num_days()).unwrap_or(0)
}
