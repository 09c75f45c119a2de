//! Putting a certificate together from what a node holds.

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::list::{SaltedEntry, decode_entry, open_entries};
use honghei_domain::act::{Act, OfficerId};
use honghei_domain::audience::Topology;
use honghei_domain::final_list::{DetailRow, RowChange};
use honghei_domain::list::{CaseId, Digest, ListManifest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_ledger::{Frontier, Plan, consistency_plan, entry_proof, inclusion_plan, leaf_hash};
use honghei_store::{HeadRow, Tx};

use super::proofs::{manifest_of, salted_bytes};
use super::{Certificate, Cosigned, EntryPart, FORMAT, ListRow, LogPart, RowKind, base64_of, key_text};
use crate::context::Context;
use crate::desk::members::root_key;
use crate::engine::DIRECTORY_META;
use crate::entry::Entry;
use crate::error::Fault;
use crate::history::history;
use crate::view::case_of;

/// Entries read at a time.
const PAGE: u32 = 256;

/// The certificate of a case as far as this node can prove it; none for a case that is not known here.
pub async fn make(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<Option<Certificate>, Fault> {
    if case_of(tx, id).await?.is_none() {
        return Ok(None);
    }
    let mut entries: BTreeMap<EntryRef, Entry> = BTreeMap::new();
    for step in history(tx, cx, id).await? {
        if let Some(row) = tx.entry(&step.at).await?
            && let Some(entry) = Entry::read(&row)?
        {
            entries.insert(step.at, entry);
        }
    }
    let versions: BTreeSet<u64> = entries.values().map(|entry| entry.body.directory_version).collect();
    let withheld: BTreeSet<EntryRef> =
        entries.values().filter(|entry| speaks_of_others(entry.act(), id)).map(|entry| entry.at.clone()).collect();
    let rows = rows_of(tx, &entries, &withheld, id).await?;
    add_officers(tx, cx, &mut entries, &id.origin).await?;
    let mut logs: BTreeMap<LogId, Vec<&EntryRef>> = BTreeMap::new();
    for at in entries.keys() {
        logs.entry(at.log.clone()).or_default().push(at);
    }
    let mut parts = Vec::new();
    for (log, places) in logs {
        parts.push(log_part(tx, cx, &log, &places, &withheld).await?);
    }
    let root = root_key(tx).await?.ok_or_else(|| Fault::Directory { what: "the root key".to_owned() })?;
    Ok(Some(Certificate {
        format: FORMAT.to_owned(),
        case: id.to_string(),
        root_key: key_text(&root),
        directories: directories(tx, cx, &versions).await?,
        logs: parts,
        rows,
    }))
}

/// Whether an act says something about other subjects: then only its existence is shown.
fn speaks_of_others(act: &Act, id: &CaseId) -> bool {
    match act {
        Act::ListReviewed { exceptions, .. } => exceptions.iter().any(|exception| exception.case != *id),
        Act::ActInterpreted { rows, .. } => rows.iter().any(|row| row.case != *id),
        _ => false,
    }
}

async fn directories(tx: &mut dyn Tx, cx: &Context, versions: &BTreeSet<u64>) -> Result<Vec<String>, Fault> {
    let newest = cx.directory().version;
    let mut found = Vec::new();
    for version in versions.iter().copied().filter(|version| *version < newest) {
        // A version that this node never held is judged by the next one, and the account says which was used.
        if let Some(bytes) = tx.directory(version).await? {
            found.push(base64_of(&bytes));
        }
    }
    let bytes = tx.meta(DIRECTORY_META).await?.ok_or_else(|| Fault::Directory { what: "itself".to_owned() })?;
    found.push(base64_of(&bytes));
    Ok(found)
}

/// Appointments and certifications of everybody who signed, and of those who signed these.
async fn add_officers(
    tx: &mut dyn Tx,
    cx: &Context,
    entries: &mut BTreeMap<EntryRef, Entry>,
    origin: &NodeId,
) -> Result<(), Fault> {
    let mut members: Vec<Entry> = Vec::new();
    let mut node = Some(origin.clone());
    while let Some(at) = node {
        for head in tx.heads().await?.into_iter().filter(|head| head.log.node == at) {
            members.extend(member_acts(tx, &head.log).await?);
        }
        node = cx.directory().parent(&at);
    }
    let mut wanted: Vec<(NodeId, OfficerId)> = entries.values().flat_map(signers).collect();
    let mut known: BTreeSet<(NodeId, OfficerId)> = BTreeSet::new();
    while let Some(who) = wanted.pop() {
        if !known.insert(who.clone()) {
            continue;
        }
        for entry in &members {
            let concerns = match entry.act() {
                Act::OfficerAppointed(officer) => officer.node == who.0 && officer.id == who.1,
                Act::OfficerCertified { node, officer, .. } => *node == who.0 && *officer == who.1,
                Act::DutyDelegated(delegation) => entry.at.log.node == who.0 && delegation.to == who.1,
                Act::DelegationEnded { to, .. } => entry.at.log.node == who.0 && *to == who.1,
                _ => false,
            };
            if concerns && !entries.contains_key(&entry.at) {
                wanted.extend(signers(entry));
                entries.insert(entry.at.clone(), entry.clone());
            }
        }
    }
    Ok(())
}

fn signers(entry: &Entry) -> Vec<(NodeId, OfficerId)> {
    entry.envelope.signatures.iter().map(|signature| (signature.node.clone(), signature.officer.clone())).collect()
}

async fn member_acts(tx: &mut dyn Tx, log: &LogId) -> Result<Vec<Entry>, Fault> {
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let rows = tx.entries(log, from, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        from = last.at.index + 1;
        for row in &rows {
            let Some(entry) = Entry::read(row)? else { continue };
            let concerns_officers = matches!(
                entry.act(),
                Act::OfficerAppointed(_)
                    | Act::OfficerCertified { .. }
                    | Act::DutyDelegated(_)
                    | Act::DelegationEnded { .. }
            );
            if concerns_officers {
                found.push(entry);
            }
        }
    }
}

async fn log_part(
    tx: &mut dyn Tx,
    cx: &Context,
    log: &LogId,
    places: &[&EntryRef],
    withheld: &BTreeSet<EntryRef>,
) -> Result<LogPart, Fault> {
    let missing = || Fault::inconsistent(format!("the head of {log}"));
    let head: HeadRow = tx.head(log).await?.ok_or_else(missing)?;
    let size = head.checkpoint_size;
    let mut cosignatures = Vec::new();
    let mut signers: Vec<NodeId> = cx.directory().nodes.iter().map(|node| node.id.clone()).collect();
    signers.sort();
    for signer in signers {
        let Some(row) = tx.latest_cosignature(log, &signer).await? else { continue };
        if row.size == 0 || row.size > size || row.size > head.size {
            continue;
        }
        let hashes = hashes_at(tx, log, &Frontier::places(row.size)).await?;
        let frontier = Frontier::from_hashes(row.size, hashes).map_err(|_| missing())?;
        let plan = consistency_plan(row.size, size).map_err(|_| missing())?;
        let line = honghei_ledger::NoteSignature::parse(&row.line).map_err(|_| missing())?.line();
        cosignatures.push(Cosigned {
            signer: signer.to_string(),
            size: row.size,
            root: hex::encode(frontier.root()),
            line,
            consistency: proof(tx, log, &plan).await?,
        });
    }
    let mut entries = Vec::new();
    for at in places {
        let row = tx.entry(at).await?.ok_or_else(missing)?;
        let (Some(header), Some(payload)) = (&row.header, &row.payload) else { continue };
        let plan = inclusion_plan(at.index, size).map_err(|_| missing())?;
        let shown = !withheld.contains(*at);
        entries.push(EntryPart {
            index: at.index,
            header: base64_of(header),
            payload: shown.then(|| base64_of(payload)),
            proof: proof(tx, log, &plan).await?,
        });
    }
    let checkpoint = head.checkpoint.ok_or_else(missing)?;
    Ok(LogPart { log: log.to_string(), checkpoint, cosignatures, entries })
}

async fn hashes_at(tx: &mut dyn Tx, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Digest>, Fault> {
    let hashes: Option<Vec<Digest>> = tx.tree_nodes(log, places).await?.into_iter().collect();
    hashes.ok_or_else(|| Fault::inconsistent(format!("the tree of {log}, which its checkpoint is ahead of")))
}

async fn proof(tx: &mut dyn Tx, log: &LogId, plan: &Plan) -> Result<Vec<String>, Fault> {
    let hashes = hashes_at(tx, log, &plan.places).await?;
    let nodes = plan.assemble(&hashes).map_err(|_| Fault::inconsistent(format!("a proof in {log}")))?;
    Ok(nodes.iter().map(hex::encode).collect())
}

/// The case's rows of every list that its acts carry. An entry with a commitment to a person's number is not shown.
async fn rows_of(
    tx: &mut dyn Tx,
    entries: &BTreeMap<EntryRef, Entry>,
    withheld: &BTreeSet<EntryRef>,
    id: &CaseId,
) -> Result<Vec<ListRow>, Fault> {
    let mut rows = Vec::new();
    for (at, entry) in entries.iter().filter(|(at, _)| !withheld.contains(*at)) {
        for kind in [RowKind::Entry, RowKind::Public, RowKind::Detail] {
            if let Some(manifest) = manifest_of(entry.act(), kind, &id.origin)
                && let Some(row) = row_in(tx, at, kind, manifest, id).await?
            {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

async fn row_in(
    tx: &mut dyn Tx,
    at: &EntryRef,
    kind: RowKind,
    manifest: &ListManifest,
    id: &CaseId,
) -> Result<Option<ListRow>, Fault> {
    let mut first = 0;
    for slice in &manifest.chunks {
        let bytes = tx.chunk(&slice.digest).await?;
        let opened = bytes.map(|bytes| open_entries(&bytes)).transpose().map_err(Fault::unreadable("a chunk"))?;
        let Some(opened) = opened else {
            first += slice.count;
            continue;
        };
        if let Some(within) = opened.iter().position(|row| concerns(row, kind, id)) {
            let Some(row) = opened.get(within).filter(|row| shown(row, kind)) else { return Ok(None) };
            let position = first + within as u64;
            let leaves: Vec<Digest> = opened.iter().map(|row| leaf_hash(&salted_bytes(row))).collect();
            let roots: Vec<(Digest, u64)> = manifest.chunks.iter().map(|slice| (slice.root, slice.count)).collect();
            let proof = entry_proof(position, &leaves, &roots).map_err(|_| Fault::inconsistent("a list's tree"))?;
            return Ok(Some(ListRow {
                act: at.to_string(),
                kind,
                position,
                salted: base64_of(&salted_bytes(row)),
                proof: proof.iter().map(hex::encode).collect(),
            }));
        }
        first += slice.count;
    }
    Ok(None)
}

fn concerns(row: &SaltedEntry, kind: RowKind, id: &CaseId) -> bool {
    match kind {
        RowKind::Entry => decode_entry(&row.body).is_ok_and(|entry| entry.case == *id),
        RowKind::Public => RowChange::decode(&row.body).is_ok_and(|change| change.case() == id),
        RowKind::Detail => DetailRow::decode(&row.body).is_ok_and(|detail| detail.case() == id),
    }
}

/// An entry that commits to a person's number stays closed: its public row says who is listed.
fn shown(row: &SaltedEntry, kind: RowKind) -> bool {
    kind != RowKind::Entry || decode_entry(&row.body).is_ok_and(|entry| entry.subject.person_commitment.is_none())
}
