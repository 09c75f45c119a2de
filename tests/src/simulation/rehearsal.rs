//! A rehearsal held against what then happens: every row that differs, found by comparing two whole stores (F-P12).

use std::collections::BTreeSet;
use std::sync::Arc;

use honghei_domain::act::OfficerId;
use honghei_domain::node::NodeId;
use honghei_registry::command::Command;
use honghei_registry::engine::{Script, Submitted};
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::rehearsal::{Difference, Rehearsal};
use honghei_store::{CaseFilter, Changed, MemoryStore, Store, Tx};

use crate::world::{World, WorldNode};

/// Kinds of records of listed entries.
const RECORDS: [&str; 13] = [
    "case",
    "exit",
    "mark",
    "term",
    "channel",
    "marking",
    "offering",
    "redirect",
    "bulletin",
    "bulletin-since",
    "dissemination",
    "backlog",
    "told",
];

/// Rows read at most, of each table.
const ALL: u32 = u32::MAX >> 1;

/// Every key that two views have between them.
pub async fn everything(world: &World, before: &mut dyn Tx, after: &mut dyn Tx) -> Result<Changed, Fault> {
    let (one, other) = (keys(world, before).await?, keys(world, after).await?);
    fn both<K: Ord + Clone>(one: Vec<K>, other: Vec<K>) -> Vec<K> {
        one.into_iter().chain(other).collect::<BTreeSet<K>>().into_iter().collect()
    }
    Ok(Changed {
        cases: both(one.cases, other.cases),
        dossiers: both(one.dossiers, other.dossiers),
        officers: both(one.officers, other.officers),
        publicities: both(one.publicities, other.publicities),
        petitions: both(one.petitions, other.petitions),
        outcomes: both(one.outcomes, other.outcomes),
        buckets: both(one.buckets, other.buckets),
        results: both(one.results, other.results),
        verdicts: both(one.verdicts, other.verdicts),
        subjects: both(one.subjects, other.subjects),
        feeds: both(one.feeds, other.feeds),
        listings: both(one.listings, other.listings),
        behaviours: both(one.behaviours, other.behaviours),
        clocks: both(one.clocks, other.clocks),
    })
}

async fn keys(world: &World, tx: &mut dyn Tx) -> Result<Changed, Fault> {
    let mut keys = Changed::default();
    let nodes: Vec<NodeId> = world.directory.nodes.iter().map(|node| node.id.clone()).collect();
    let heads = tx.heads().await?;
    for node in &nodes {
        let everything = CaseFilter { limit: ALL, ..CaseFilter::default() };
        keys.cases.extend(tx.cases(node, &everything).await?.into_iter().map(|row| row.case));
        let events = tx.behaviours(node, 0, ALL).await?;
        keys.behaviours.extend(events.into_iter().map(|row| (row.origin, row.number)));
        for record in RECORDS {
            let rows = tx.listings_of(node, record).await?;
            keys.listings.extend(rows.into_iter().map(|row| (row.origin, row.record, row.place)));
        }
    }
    keys.dossiers.extend(tx.dossiers(None).await?.into_iter().map(|row| row.list));
    keys.officers.extend(tx.officers(None).await?.into_iter().map(|row| (row.node, row.id)));
    // A publicity, a petition and an outcome stand under the place of an entry of some log.
    for head in heads {
        for entry in tx.entries(&head.log, 0, ALL).await? {
            let at = entry.at;
            if tx.publicity(&at).await?.is_some() {
                keys.publicities.push(at.clone());
            }
            if tx.petition(&at).await?.is_some() {
                keys.petitions.push(at.clone());
            }
            if tx.outcome(&at).await?.is_some() {
                keys.outcomes.push(at);
            }
        }
    }
    keys.buckets.extend(tx.bucket_digests().await?.into_iter().map(|(bucket, _)| bucket));
    for row in tx.results(ALL).await? {
        keys.results.push(row.version);
        let verdicts = tx.verdicts_of(row.version, ALL).await?;
        keys.verdicts.extend(verdicts.into_iter().map(|row| (row.case, row.version)));
    }
    keys.subjects.extend(tx.scan_subjects(None, ALL).await?.into_iter().map(|row| row.at));
    keys.feeds.extend(tx.feeds().await?.into_iter().map(|row| row.source));
    keys.clocks.extend(tx.all_clocks(None, ALL).await?.into_iter().map(|row| row.key));
    Ok(keys)
}

/// The difference between two views of a node, over everything in them.
pub async fn difference(
    world: &World,
    node: &WorldNode,
    before: &mut dyn Tx,
    after: &mut dyn Tx,
) -> Result<Difference, Fault> {
    let scope = everything(world, before, after).await?;
    Difference::between(before, after, &scope, &node.engine.identity().log).await
}

/// Folds and does what falls due at one node until nothing moves.
pub async fn rest(world: &World, node: &WorldNode) -> Result<(), Fault> {
    while node.engine.fold(world.now()).await? + node.engine.tick(world.now()).await? > 0 {}
    Ok(())
}

/// What a node's store holds: log sizes and the digest of everything folded.
async fn portrait(store: &dyn Store) -> Result<String, Fault> {
    let mut tx = store.read().await?;
    Ok(format!("{:?} {:?}", tx.heads().await?, tx.projection_digest().await?))
}

/// Rehearses a command at a node, then does it on a copy of its disk with the officers' own signatures; what the
/// rehearsal said must be what happened, and the disk must be as it was. Says what it came to.
///
/// # Errors
/// What differs.
pub async fn held_against_the_real_run(
    world: &World,
    node: &WorldNode,
    disk: &MemoryStore,
    officer: &str,
    command: &Command,
) -> Result<&'static str, String> {
    let broken = |fault: Fault| format!("rehearsing: {fault:?}");
    let told = {
        let before = portrait(disk).await.map_err(broken)?;
        let script = [command.clone()];
        let id = OfficerId(officer.to_owned());
        let told = node.engine.rehearse(world.now(), &id, Script::Commands(&script)).await;
        if portrait(disk).await.map_err(broken)? != before {
            return Err(format!("a rehearsal of {command:?} left something behind"));
        }
        told
    };
    if let Err(CommandError::Fault(Fault::Rebuilding)) = &told {
        return Ok("rebuilding");
    }
    let copy = disk.fork();
    let real = node.over(world, Arc::new(copy.clone())).await.map_err(broken)?;
    rest(world, &real).await.map_err(broken)?;
    let mut before = copy.read().await.map_err(|fault| fault.to_string())?;
    match (real.sign(world.now(), officer, command).await, told) {
        (Ok(Submitted::Written(_)), Ok(told)) => {
            rest(world, &real).await.map_err(broken)?;
            let mut after = copy.read().await.map_err(|fault| fault.to_string())?;
            let happened = difference(world, node, &mut *before, &mut *after).await.map_err(broken)?;
            same(&told, 0, &happened)?;
            publication(world, &real, &copy, &told).await
        }
        (Ok(Submitted::Waiting { .. }), Ok(told)) if !told.stages[0].demands.is_empty() => Ok("waits"),
        (Err(one), Err(other)) if one.code() == other.code() => Ok("refused"),
        // The guard refuses without consent; the rehearsal shows what it guards.
        (Err(CommandError::Refused(refusal)), Ok(told))
            if told.stages[0].sentences.iter().any(|sentence| sentence.contains(&refusal.zh)) =>
        {
            Ok("guarded")
        }
        (happened, told) => Err(format!("{command:?}: rehearsed {told:?}, happened {happened:?}")),
    }
}

/// The second stage of a rehearsal at the province, held against the version that its head then publishes.
async fn publication(
    world: &World,
    real: &WorldNode,
    copy: &MemoryStore,
    told: &Rehearsal,
) -> Result<&'static str, String> {
    if told.stages.len() < 2 {
        return Ok("written");
    }
    let broken = |fault: Fault| format!("publishing: {fault:?}");
    let mut before = copy.read().await.map_err(|fault| fault.to_string())?;
    let publish = Command::PublishResult { agreed_removal_percent: None };
    match real.sign(world.now(), "head", &publish).await {
        Ok(Submitted::Written(_)) => {
            rest(world, real).await.map_err(broken)?;
            let mut after = copy.read().await.map_err(|fault| fault.to_string())?;
            same(told, 1, &difference(world, real, &mut *before, &mut *after).await.map_err(broken)?)?;
            Ok("published")
        }
        // Nothing of what is pending changes the list, or nothing can be published: the rehearsal says so too.
        Err(refused) if told.stages[1].sentences.iter().any(|said| refused.to_string().contains(said.as_str())) => {
            Ok("written")
        }
        other => Err(format!("publishing came to {other:?}, rehearsed {told:?}")),
    }
}

fn same(told: &Rehearsal, stage: usize, happened: &Difference) -> Result<(), String> {
    let told = &told.stages[stage].difference;
    if told == happened && told.digest() == happened.digest() {
        return Ok(());
    }
    let rows: Vec<_> = told.rows.iter().filter(|row| !happened.rows.contains(row)).collect();
    let missing: Vec<_> = happened.rows.iter().filter(|row| !told.rows.contains(row)).collect();
    let counts = |one: &Difference| format!("{:?} {} {:?} {:?}", one.acts, one.subjects, one.marks, one.pending);
    Err(format!(
        "the difference is another one: only rehearsed {rows:?}; only happened {missing:?}; {} against {}",
        counts(told),
        counts(happened)
    ))
}
