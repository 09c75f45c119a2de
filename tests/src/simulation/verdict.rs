//! A recogniser repeats the province's judgements of its own entries from what it was told, and gets the same bytes.

use std::collections::BTreeMap;

use honghei_domain::act::Act;
use honghei_domain::comparison::{Fact, Outcome, Standing, judge};
use honghei_domain::final_list::{DetailRow, Validity};
use honghei_domain::list::CaseId;
use honghei_domain::node::{EntryRef, LogId, NodeId};
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
    let facts = own_facts(tx, me).await?;
    let mut published: BTreeMap<CaseId, (u64, Validity)> = BTreeMap::new();
    let mut repeated = 0;
    for entry in logs::read(tx, &LogId::first(province.clone())).await? {
        let Act::ResultPublished { version, rule_version, details, .. } = entry.act() else { continue };
        for detail in details.iter().filter(|detail| detail.recogniser == *me) {
            for body in logs::bodies_of(tx, &detail.manifest).await? {
                let row =
                    DetailRow::decode(&body).map_err(|defect| Fault::Inconsistent { what: defect.to_string() })?;
                let case = row.case();
                // Reported twice, the later report counts, as far as the version knew it.
                let seen = |fact: &&Fact| {
                    entry
                        .header
                        .needs
                        .iter()
                        .any(|need| need.log == fact.position.log && fact.position.index < need.size)
                        || fact.position.log.node == *province
                };
                let known = facts
                    .get(case)
                    .into_iter()
                    .flatten()
                    .filter(seen)
                    .max_by(|one, other| one.position.cmp(&other.position));
                let Some(own) = known else { return Ok(Err(format!("{me} does not know its own {case}"))) };
                let standing = match (&row.verdict.outcome, published.get(case)) {
                    (Outcome::Exited, _) => Standing::Exited { code: String::new(), on: world.today },
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
                let found = judge(&own, row.listed_before, cause, *rule_version, row.verdict.as_of);
                if found.canonical_bytes() != row.verdict.canonical_bytes() {
                    return Ok(Err(format!("{me} judges {case} otherwise: {found:?} against {:?}", row.verdict)));
                }
                repeated += 1;
                if let Some(validity) = row.validity {
                    published.entry(case.clone()).or_insert((*version, validity));
                }
            }
        }
    }
    Ok(Ok(repeated))
}

/// What this node reported, or had reported, of each of its cases.
async fn own_facts(tx: &mut dyn Tx, me: &NodeId) -> Result<BTreeMap<CaseId, Vec<Fact>>, Fault> {
    let mut facts: BTreeMap<CaseId, Vec<Fact>> = BTreeMap::new();
    for head in tx.heads().await? {
        for report in logs::read(tx, &head.log).await? {
            let Act::ListReported { list, .. } = report.act() else { continue };
            if list.log.node == *me {
                take(tx, &report.at, list, &mut facts).await?;
            }
        }
    }
    Ok(facts)
}

async fn take(
    tx: &mut dyn Tx,
    report: &EntryRef,
    list: &EntryRef,
    facts: &mut BTreeMap<CaseId, Vec<Fact>>,
) -> Result<(), Fault> {
    let Some(row) = tx.entry(list).await? else { return Ok(()) };
    let Some(certified) = Entry::read(&row)? else { return Ok(()) };
    let Act::ListCertified { manifest, certified_on, .. } = certified.act() else { return Ok(()) };
    for entry in logs::rows_of(tx, manifest).await? {
        facts.entry(entry.case.clone()).or_default().push(Fact::reported(&entry, *certified_on, report.clone()));
    }
    Ok(())
}
