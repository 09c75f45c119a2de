//! A recogniser repeats the province's judgements of its own entries from what it was told, and gets the same bytes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::comparison::{Fact, Outcome, Standing, judge};
use honghei_domain::final_list::{DetailRow, Validity};
use honghei_domain::list::{CaseId, ListEntry};
use honghei_domain::node::{EntryRef, LogId, Need, NodeId};
use honghei_registry::desk::dossiers;
use honghei_registry::desk::listing::exit_of;
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;
use honghei_store::Tx;

use super::logs;
use crate::world::World;

/// Checks every verdict that every recogniser was told; returns how many.
pub async fn recompute(world: &World, province: &NodeId) -> Result<Result<u64, String>, Fault> {
    let mut repeated = 0;
    for id in world.nodes.keys().filter(|id| *id != province) {
        match of_one(world, province, id).await? {
            Ok(count) => repeated += count,
            Err(failure) => return Ok(Err(failure)),
        }
    }
    Ok(Ok(repeated))
}

async fn of_one(world: &World, province: &NodeId, me: &NodeId) -> Result<Result<u64, String>, Fault> {
    let Some(node) = world.nodes.get(me) else { return Ok(Ok(0)) };
    let tx = &mut *node.store.read().await?;
    let own = own_facts(tx, me).await?;
    let mut published: BTreeMap<CaseId, (u64, Validity)> = BTreeMap::new();
    let mut repeated = 0;
    for entry in logs::read(tx, &LogId::first(province.clone())).await? {
        let Act::ResultPublished { version, rule_version, details, .. } = entry.act() else { continue };
        for detail in details.iter().filter(|detail| detail.recogniser == *me) {
            for body in logs::bodies_of(tx, &detail.manifest).await? {
                let row =
                    DetailRow::decode(&body).map_err(|defect| Fault::Inconsistent { what: defect.to_string() })?;
                let before = published.get(row.case());
                let facts = own.candidates(&row, &entry, province);
                if !facts.iter().any(|own| is_repeated(own, &row, before, *rule_version, world.today)) {
                    return Ok(Err(format!(
                        "{me} judges {} otherwise than {:?}, by {facts:?}",
                        row.case(),
                        row.verdict
                    )));
                }
                repeated += 1;
                if let Some(validity) = row.validity {
                    published.entry(row.case().clone()).or_insert((*version, validity));
                }
            }
        }
    }
    Ok(Ok(repeated))
}

/// Whether the judgement of an own fact comes to the very bytes that were told.
fn is_repeated(
    own: &Fact,
    row: &DetailRow,
    published: Option<&(u64, Validity)>,
    rule_version: u32,
    today: NaiveDate,
) -> bool {
    let standing = match (&row.verdict.outcome, published) {
        (Outcome::Exited, _) => Standing::Exited { code: String::new(), on: today },
        (_, Some((version, Validity { from, to }))) => {
            Standing::Published { version: *version, valid_from: *from, valid_to: *to }
        }
        _ => Standing::Reported,
    };
    let own = Fact { standing, ..own.clone() };
    let with = match &row.verdict.outcome {
        Outcome::Removed { cause, .. } => Some(cause),
        Outcome::Held { with, .. } => with.as_ref(),
        _ => None,
    };
    let cause = with.zip(row.verdict.cause_facts.as_ref());
    let found = judge(&own, row.listed_before, cause, rule_version, row.verdict.as_of);
    found.canonical_bytes() == row.verdict.canonical_bytes()
}

/// What a recogniser knows of its own cases.
#[derive(Default)]
struct Own {
    /// As reported, by the report.
    reported: BTreeMap<CaseId, Vec<Fact>>,
    /// As withdrawn, by the withdrawal: a case may leave before its report counts.
    withdrawn: BTreeMap<CaseId, Vec<Fact>>,
}

impl Own {
    /// The facts that a version may have compared: the last report it knew; of a case that left, the withdrawal too.
    fn candidates(&self, row: &DetailRow, version: &Entry, province: &NodeId) -> Vec<&Fact> {
        let seen = |fact: &&Fact| {
            let at = &fact.position;
            let needed = |need: &Need| need.log == at.log && at.index < need.size;
            at.log.node == *province || version.header.needs.iter().any(needed)
        };
        let reports = self.reported.get(row.case()).into_iter().flatten().filter(seen);
        let last = reports.max_by(|one, other| one.position.cmp(&other.position));
        let exits = self.withdrawn.get(row.case()).into_iter().flatten().filter(seen);
        last.into_iter().chain(exits).collect()
    }
}

/// What this node reported, or had reported, and what it withdrew.
async fn own_facts(tx: &mut dyn Tx, me: &NodeId) -> Result<Own, Fault> {
    let mut own = Own::default();
    for head in tx.heads().await? {
        for report in logs::read(tx, &head.log).await? {
            match report.act() {
                Act::ListReported { list, .. } if list.log.node == *me => {
                    for (entry, day) in entries_of(tx, list).await? {
                        let fact = Fact::reported(&entry, day, report.at.clone());
                        own.reported.entry(entry.case.clone()).or_default().push(fact);
                    }
                }
                act if exit_of(act).is_some_and(|(case, ..)| case.origin == *me) => {
                    let Some((case, _, _, decided_on)) = exit_of(act) else { continue };
                    for list in dossiers::lists_of_case(tx, case).await? {
                        let entries = entries_of(tx, &list).await?;
                        let entry = entries.iter().find(|(entry, _)| entry.case == *case);
                        let fact = entry.map(|(entry, _)| Fact::reported(entry, decided_on, report.at.clone()));
                        own.withdrawn.entry(case.clone()).or_default().extend(fact);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(own)
}

async fn entries_of(tx: &mut dyn Tx, list: &EntryRef) -> Result<Vec<(ListEntry, NaiveDate)>, Fault> {
    let Some(row) = tx.entry(list).await? else { return Ok(Vec::new()) };
    let Some(certified) = Entry::read(&row)? else { return Ok(Vec::new()) };
    let Act::ListCertified { manifest, certified_on, .. } = certified.act() else { return Ok(Vec::new()) };
    Ok(logs::rows_of(tx, manifest).await?.into_iter().map(|entry| (entry, *certified_on)).collect())
}
