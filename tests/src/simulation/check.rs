//! What must hold once everything is mended and settled.

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::entry::decode_envelope;
use honghei_codec::entry::decode_header;
use honghei_domain::act::{Act, Interpretation};
use honghei_domain::audience::{Audience, Topology};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::{Bucket, PublicRow};
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_ledger::{Algorithm, Checkpoint, Frontier, PublicKey, verify_cosignature};
use honghei_registry::error::Fault;
use honghei_registry::question::Patient;
use honghei_store::EntryRow;
use province_node::hub::{KeysFound, Reason, Recomparison, Walk, recompare};

use super::model::Model;
use super::records::Records;
use super::{logs, portrait};
use crate::world::World;

/// A submission that was acknowledged: its place and its leaf.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// Where the author was told it stands.
    pub at: EntryRef,
    /// Its leaf when it was told.
    pub leaf: Digest,
}

/// Codes under which an act may go on waiting when everything has settled.
const MAY_WAIT: [&str; 1] = ["OFFICER_NOT_CERTIFIED"];

type Checked = Result<Result<(), String>, Fault>;

/// Every log as its writer holds it.
type Origins = BTreeMap<NodeId, Vec<EntryRow>>;

async fn origins(world: &World) -> Result<Origins, Fault> {
    let mut origins = Origins::new();
    for (id, node) in &world.nodes {
        let tx = &mut *node.store.read().await?;
        origins.insert(id.clone(), logs::rows(tx, &LogId::first(id.clone())).await?);
    }
    Ok(origins)
}

/// Whether a node shall hold another's log.
fn holds(world: &World, holder: &NodeId, writer: &NodeId) -> bool {
    world.directory.is_at_or_above(holder, writer) || world.directory.is_at_or_above(writer, holder)
}

/// Nothing acknowledged is lost or doubled; mirrors equal their origin; contents stand exactly where their audience
/// is; everything is interpreted.
pub async fn logs_are_whole(world: &World, acknowledged: &[Acknowledged]) -> Checked {
    let origins = origins(world).await?;
    for told in acknowledged {
        let row = origins.get(&told.at.log.node).and_then(|rows| rows.get(usize::try_from(told.at.index).unwrap_or(0)));
        if row.is_none_or(|row| row.leaf != told.leaf || row.at != told.at) {
            return Ok(Err(format!("the acknowledged {} is lost", told.at)));
        }
    }
    for (holder, node) in &world.nodes {
        let tx = &mut *node.store.read().await?;
        for (writer, origin) in origins.iter().filter(|(writer, _)| holds(world, holder, writer)) {
            let log = LogId::first(writer.clone());
            let Some(head) = tx.head(&log).await? else { return Ok(Err(format!("{holder} lacks {log}"))) };
            let rows = logs::rows(tx, &log).await?;
            if rows.len() != origin.len() || head.size != origin.len() as u64 {
                return Ok(Err(format!("{holder} holds {} of {} entries of {log}", rows.len(), origin.len())));
            }
            if head.interpreted != head.size || tx.first_incomplete(&log).await?.is_some() {
                return Ok(Err(format!("{holder} interpreted {} of {} of {log}", head.interpreted, head.size)));
            }
            let mut frontier = Frontier::new();
            for (row, original) in rows.iter().zip(origin) {
                frontier.append(original.leaf, &mut |_, _, _| {});
                let Some(header) = &original.header else { return Ok(Err(format!("{} has no header", original.at))) };
                let header = decode_header(header).map_err(unreadable)?;
                let admitted = header.audience.admits(writer, holder, &*world.directory);
                let whole = row.header == original.header && row.payload == original.payload;
                let bare = row.header.is_none() && row.payload.is_none();
                if row.leaf != original.leaf || row.at != original.at || (admitted && !whole) || (!admitted && !bare) {
                    return Ok(Err(format!("{holder} holds {} wrongly (admitted: {admitted})", row.at)));
                }
            }
            if frontier.to_bytes() != head.frontier {
                return Ok(Err(format!("{holder} has another root of {log}")));
            }
        }
        for head in tx.heads().await? {
            if !holds(world, holder, &head.log.node) {
                return Ok(Err(format!("{holder} holds the log {}", head.log)));
            }
        }
        for row in tx.waiting().await? {
            if !MAY_WAIT.contains(&row.code.as_str()) {
                return Ok(Err(format!("at {holder} {} waits for {:?}", row.at, row.code)));
            }
        }
    }
    Ok(Ok(()))
}

fn unreadable(defect: honghei_codec::WireDefect) -> Fault {
    Fault::Inconsistent { what: defect.to_string() }
}

/// A chunk lies where its audience is and nowhere else.
pub async fn chunks_lie_in_their_audience(world: &World) -> Checked {
    let mut due: BTreeMap<Digest, Vec<(NodeId, Audience)>> = BTreeMap::new();
    for (writer, rows) in &origins(world).await? {
        for payload in rows.iter().filter_map(|row| row.payload.as_ref()) {
            for chunk in decode_envelope(payload).map_err(unreadable)?.chunks {
                due.entry(chunk.digest).or_default().push((writer.clone(), chunk.audience));
            }
        }
    }
    for (holder, node) in &world.nodes {
        let tx = &mut *node.store.read().await?;
        for (digest, readers) in &due {
            let admitted = readers.iter().any(|(writer, audience)| audience.admits(writer, holder, &*world.directory));
            if tx.chunk(digest).await?.is_some() != admitted {
                return Ok(Err(format!("{holder} and a chunk of {} (admitted: {admitted})", readers[0].0)));
            }
        }
    }
    Ok(Ok(()))
}

/// No act has two final outcomes of one interpreter.
pub fn outcomes_are_single(records: &Records) -> Result<(), String> {
    let mut settled = BTreeSet::new();
    for (id, log) in &records.logs {
        for entry in log {
            let Act::ActInterpreted { act, outcome, .. } = entry.act() else { continue };
            if !matches!(outcome, Interpretation::Waiting { .. }) && !settled.insert((id.clone(), act.clone())) {
                return Err(format!("{id} judged {act} twice"));
            }
        }
    }
    Ok(())
}

/// Every act of which the model knows what it must say says so.
pub fn acts_say_what_they_must(model: &Model) -> Result<(), String> {
    if model.defects.is_empty() { Ok(()) } else { Err(model.defects.join("; ")) }
}

/// Those fell, and those are held, whom the model finds so.
pub async fn verdicts_agree(world: &World, province: &NodeId, model: &Model) -> Checked {
    let Some(node) = world.nodes.get(province) else { return Ok(Err(format!("no node {province}"))) };
    let tx = &mut *node.store.read().await?;
    let last = logs::outcomes(tx, &LogId::first(province.clone())).await?;
    let found = |of: fn(&Outcome) -> bool| -> BTreeSet<CaseId> {
        last.iter().filter(|(_, outcome)| of(outcome)).map(|(case, _)| case.clone()).collect()
    };
    let removed = found(|outcome| matches!(outcome, Outcome::Removed { .. }));
    if removed != model.removed {
        return Ok(Err(format!("by version {} fell {}", model.versions, against(&removed, &model.removed))));
    }
    // A held red whose own time ended is looked at no more.
    let mut held = found(|outcome| matches!(outcome, Outcome::Held { .. }));
    held.retain(|case| !model.over.contains(case));
    if held != model.held {
        return Ok(Err(format!("at version {} are held {}", model.versions, against(&held, &model.held))));
    }
    Ok(Ok(()))
}

fn against(found: &BTreeSet<CaseId>, expected: &BTreeSet<CaseId>) -> String {
    let told = |cases: &mut dyn Iterator<Item = &CaseId>| cases.map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let (surplus, missing) = (told(&mut found.difference(expected)), told(&mut expected.difference(found)));
    format!("too many: [{surplus}], too few: [{missing}]")
}

/// Every node serves the model's version, rows and root, and holds no case twice.
pub async fn final_lists_agree(world: &World, model: &Model) -> Checked {
    let root = model.root();
    for (id, node) in &world.nodes {
        let tx = &mut *node.store.read().await?;
        let numbers: Vec<u32> = tx.bucket_digests().await?.into_iter().map(|(bucket, _)| bucket).collect();
        let mut rows: BTreeMap<_, PublicRow> = BTreeMap::new();
        for bucket in tx.buckets(&numbers).await? {
            let bucket = Bucket::parse(&bucket.rows)
                .map_err(|defect| Fault::Inconsistent { what: format!("bucket of {id}: {defect}") })?;
            for row in bucket.rows() {
                if rows.insert(row.case.clone(), row.clone()).is_some() {
                    return Ok(Err(format!("{id} lists {} twice", row.case)));
                }
            }
        }
        if rows != model.rows {
            return Ok(Err(difference(id, &rows, model)));
        }
        let served = tx.latest_result().await?.map(|row| (row.version, row.root));
        let expected = (model.versions > 0).then_some((model.versions, root));
        if served != expected {
            return Ok(Err(format!("{id} serves {served:?} instead of {expected:?}")));
        }
        if !tx.incidents(10).await?.is_empty() {
            return Ok(Err(format!("{id} recorded {:?}", tx.incidents(3).await?)));
        }
    }
    Ok(Ok(()))
}

fn difference(id: &NodeId, rows: &BTreeMap<honghei_domain::list::CaseId, PublicRow>, model: &Model) -> String {
    let surplus: Vec<String> =
        rows.keys().filter(|case| !model.rows.contains_key(case)).map(ToString::to_string).collect();
    let missing: Vec<String> =
        model.rows.keys().filter(|case| !rows.contains_key(case)).map(ToString::to_string).collect();
    let other: Vec<String> = rows
        .iter()
        .filter(|(case, row)| model.rows.get(case).is_some_and(|own| own != *row))
        .map(|(case, _)| case.to_string())
        .collect();
    format!("{id} against the model: surplus {surplus:?}, missing {missing:?}, different {other:?}")
}

/// Every cosignature is its signer's, over the writer's own tree, and covers only what the signer holds whole.
pub async fn cosignatures_hold(world: &World) -> Checked {
    for (id, node) in &world.nodes {
        let tx = &mut *node.store.read().await?;
        for head in tx.heads().await? {
            for signer in world.nodes.keys() {
                let Some(row) = tx.latest_cosignature(&head.log, signer).await? else { continue };
                let writer =
                    world.nodes.get(&head.log.node).ok_or_else(|| Fault::Inconsistent { what: "a writer".into() })?;
                let rows = logs::rows(&mut *writer.store.read().await?, &head.log).await?;
                let mut frontier = Frontier::new();
                rows.iter()
                    .take(usize::try_from(row.size).unwrap_or(0))
                    .for_each(|row| frontier.append(row.leaf, &mut |_, _, _| {}));
                let origin = world.directory.checkpoint_origin(&head.log);
                let text = Checkpoint { origin, size: row.size, root: frontier.root() }.text();
                let own = LogId::first(signer.clone());
                let key = world
                    .directory
                    .log_key(&own)
                    .map(|record| PublicKey { algorithm: Algorithm::Ed25519, bytes: record.key.clone() });
                let name = world.directory.checkpoint_origin(&own);
                let signed = key.is_some_and(|key| verify_cosignature(&text, &row.line, &name, &key).is_ok());
                if frontier.size() != row.size || !signed {
                    return Ok(Err(format!("{id} holds a bad cosignature of {} by {signer}", head.log)));
                }
            }
        }
    }
    receipts_are_true(world).await
}

/// Nobody cosigned more than it holds whole.
pub async fn receipts_are_true(world: &World) -> Checked {
    for (id, node) in &world.nodes {
        // Straight from the disk: a process that has died made promises too.
        let tx = &mut *node.store.read().await?;
        for head in tx.heads().await? {
            let Some(row) = tx.latest_cosignature(&head.log, id).await? else { continue };
            let complete = tx.first_incomplete(&head.log).await?.map_or(head.size, |first| first.min(head.size));
            if row.size > complete {
                return Ok(Err(format!("{id} cosigned {} of {} with {complete} whole", row.size, head.log)));
            }
        }
    }
    Ok(Ok(()))
}

/// A full recomparison at the province, by the packed keys as by every row, finds what was published, what awaits
/// publication and what time changed, and nothing else (C-2); and the packed keys are those of the rows.
pub async fn recomparison_agrees(world: &World, province: &NodeId) -> Checked {
    let Some(node) = world.nodes.get(province) else { return Ok(Err(format!("no node {province}"))) };
    let mut tx = node.store.read().await?;
    let mut both = Vec::new();
    for walk in [Walk::Keys, Walk::EveryRow] {
        match recompare(&mut *tx, world.today, walk, &Patient).await {
            Ok(found) if found.count(Reason::Wrong) == 0 => both.push(found),
            Ok(found) => return Ok(Err(format!("a full recomparison differs: {:?}", found.different))),
            Err(error) => return Ok(Err(format!("a full recomparison stops: {error}"))),
        }
    }
    let [by_keys, by_rows] = both.as_slice() else { return Ok(Err("one recomparison is missing".to_owned())) };
    // What each looked at differs, and nothing else may.
    let like_rows = Recomparison { judged: by_rows.judged, keys: KeysFound::Agree, ..by_keys.clone() };
    let kept = matches!(by_keys.keys, KeysFound::Used | KeysFound::Agree);
    if !kept || like_rows != *by_rows {
        return Ok(Err(format!("the packed keys tell otherwise than the rows: {by_keys:?} and {by_rows:?}")));
    }
    Ok(Ok(()))
}

/// Projections dropped and folded again come out the same, on every node.
pub async fn rebuilds_are_identical(world: &World) -> Checked {
    for (id, node) in &world.nodes {
        let mut tx = node.store.read().await?;
        let (before, heads) = (tx.projection_digest().await?, tx.heads().await?);
        let drawn = portrait::draw(&mut *tx, id).await?;
        drop(tx);
        node.engine.rebuild(world.now()).await?;
        let mut tx = node.store.read().await?;
        if tx.projection_digest().await? != before {
            let rows = portrait::differences(&drawn, &portrait::draw(&mut *tx, id).await?);
            return Ok(Err(format!("{id} comes out of a rebuild otherwise: {}", rows.join("\n"))));
        }
        if node.store.read().await?.heads().await? != heads {
            return Ok(Err(format!("a rebuild wrote into a log of {id}")));
        }
    }
    Ok(Ok(()))
}
