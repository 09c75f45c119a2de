//! Checks everything a node holds against everything else: trees, checkpoints, payloads, chunks, audiences,
//! receipts, the final list.
//!
//! Reads only. Every finding names what was checked and how much of it; a defect names the first place that is wrong.

use std::collections::BTreeMap;

use honghei_codec::entry::{decode_envelope, decode_header};
use honghei_domain::audience::Audience;
use honghei_domain::directory::Directory;
use honghei_domain::final_list::{Bucket, BucketTree, bucket_digest};
use honghei_domain::list::Digest;
use honghei_domain::node::{LogId, NodeId};
use honghei_ledger::checkpoint::Checkpoint;
use honghei_ledger::hash::{leaf_hash, sha256};
use honghei_ledger::merkle::Frontier;
use honghei_ledger::verify_cosignature;
use honghei_store::{EntryRow, HeadRow, Tx};

use crate::context::Context;
use crate::desk::members::public_key;
use crate::error::Fault;

/// Entries read at a time.
const PAGE: u32 = 1024;

/// Buckets read at a time.
const BUCKETS: usize = 4096;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub check: String,
    /// How many of it.
    pub count: u64,
    /// The first thing wrong; none if all is well.
    pub defect: Option<String>,
}

/// Checks a node; sound if no finding has a defect.
pub async fn verify(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for head in tx.heads().await? {
        findings.push(check_log(tx, cx, &head).await?);
        findings.push(check_receipts(tx, cx.directory(), &head).await?);
    }
    findings.push(check_final_list(tx).await?);
    Ok(findings)
}

/// Whether every finding is without defect.
pub fn is_sound(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.defect.is_none())
}

async fn check_log(tx: &mut dyn Tx, cx: &Context, head: &HeadRow) -> Result<Finding, Fault> {
    let mut frontier = Frontier::new();
    let mut audiences: BTreeMap<Audience, (u64, Digest)> = BTreeMap::new();
    let mut defect = None;
    let mut at = 0;
    while at < head.size && defect.is_none() {
        let rows = tx.entries(&head.log, at, PAGE).await?;
        if rows.is_empty() {
            defect = Some(format!("entry {at} is missing"));
        }
        for row in rows.iter().take(usize::try_from(head.size - at).unwrap_or(usize::MAX)) {
            frontier.append(row.leaf, &mut |_, _, _| {});
            if defect.is_none() {
                defect = check_entry(tx, cx, row, &mut audiences).await?;
            }
        }
        at += rows.len() as u64;
    }
    let defect = defect.or_else(|| check_head(cx, head, &frontier));
    Ok(Finding {
        check: format!("log {}: entries, payloads, chunks, audiences, tree, checkpoint", head.log),
        count: at,
        defect,
    })
}

async fn check_entry(
    tx: &mut dyn Tx,
    cx: &Context,
    row: &EntryRow,
    audiences: &mut BTreeMap<Audience, (u64, Digest)>,
) -> Result<Option<String>, Fault> {
    let Some(bytes) = &row.header else { return Ok(None) };
    let place = &row.at;
    if leaf_hash(bytes) != row.leaf {
        return Ok(Some(format!("entry {place}: the header is not the one its leaf commits to")));
    }
    let Ok(header) = decode_header(bytes) else { return Ok(Some(format!("entry {place}: the header is malformed"))) };
    if header.at != *place {
        return Ok(Some(format!("entry {place}: the header speaks of {}", header.at)));
    }
    let (number, previous) = audiences.get(&header.audience).copied().unwrap_or((0, [0; 32]));
    if header.audience_number != number + 1 || header.audience_previous != previous {
        return Ok(Some(format!("entry {place}: something was withheld from its audience before it")));
    }
    audiences.insert(header.audience.clone(), (header.audience_number, sha256(bytes)));
    let Some(payload) = &row.payload else { return Ok(Some(format!("entry {place}: the payload is missing"))) };
    if sha256(payload) != header.payload_digest {
        return Ok(Some(format!("entry {place}: the payload is not the one its header commits to")));
    }
    let Ok(envelope) = decode_envelope(payload) else {
        return Ok(Some(format!("entry {place}: the payload is malformed")));
    };
    for due in envelope.chunks {
        if !due.audience.admits(&place.log.node, cx.me(), cx.directory()) {
            continue;
        }
        match tx.chunk(&due.digest).await? {
            // On its way; the status shows how many.
            None => {}
            Some(bytes) if sha256(&bytes) == due.digest => {}
            Some(_) => return Ok(Some(format!("entry {place}: a chunk is not the one its address names"))),
        }
    }
    Ok(None)
}

/// The tree and the signature over it. A checkpoint may be ahead of the entries held, never beside them.
fn check_head(cx: &Context, head: &HeadRow, frontier: &Frontier) -> Option<String> {
    if frontier.size() != head.size || frontier.to_bytes() != head.frontier {
        return Some(format!("log {}: the tree over its entries is not the one recorded", head.log));
    }
    let note = head.checkpoint.as_ref()?;
    let key = cx.directory().log_key(&head.log)?;
    let origin = cx.directory().checkpoint_origin(&head.log);
    match Checkpoint::open(note, &origin, &public_key(key)) {
        Err(error) => Some(format!("log {}: {error}", head.log)),
        Ok(checkpoint) if checkpoint.size == head.size && checkpoint.root != frontier.root() => {
            Some(format!("log {}: the signed root is not that of the entries held", head.log))
        }
        Ok(_) => None,
    }
}

async fn check_receipts(tx: &mut dyn Tx, directory: &Directory, head: &HeadRow) -> Result<Finding, Fault> {
    let mut count = 0;
    let mut defect = None;
    for node in &directory.nodes {
        let Some(row) = tx.latest_cosignature(&head.log, &node.id).await? else { continue };
        count += 1;
        let Some(root) = root_at(tx, head, row.size).await? else { continue };
        let text = Checkpoint { origin: directory.checkpoint_origin(&head.log), size: row.size, root }.text();
        let valid = signer_of(directory, &node.id)
            .is_some_and(|(name, key)| verify_cosignature(&text, &row.line, &name, &key).is_ok());
        if !valid && defect.is_none() {
            defect = Some(format!("the receipt of {} for {} entries does not fit", node.id, row.size));
        }
    }
    Ok(Finding { check: format!("log {}: receipts", head.log), count, defect })
}

fn signer_of(directory: &Directory, node: &NodeId) -> Option<(String, honghei_ledger::key::PublicKey)> {
    let key = directory.node(node)?.log_keys.last()?;
    let log = LogId { node: node.clone(), epoch: key.epoch };
    Some((directory.checkpoint_origin(&log), public_key(&key.key)))
}

async fn root_at(tx: &mut dyn Tx, head: &HeadRow, size: u64) -> Result<Option<Digest>, Fault> {
    let places = Frontier::places(size);
    let hashes: Option<Vec<Digest>> = tx.tree_nodes(&head.log, &places).await?.into_iter().collect();
    Ok(hashes.and_then(|hashes| Frontier::from_hashes(size, hashes).ok()).map(|frontier| frontier.root()))
}

async fn check_final_list(tx: &mut dyn Tx) -> Result<Finding, Fault> {
    let digests = tx.bucket_digests().await?;
    let mut tree = BucketTree::new();
    let mut count = 0;
    let mut defect = None;
    for batch in digests.chunks(BUCKETS) {
        let numbers: Vec<u32> = batch.iter().map(|(bucket, _)| *bucket).collect();
        for row in tx.buckets(&numbers).await? {
            let digest = bucket_digest(&row.rows);
            tree.set(row.bucket, &digest);
            match Bucket::parse(&row.rows) {
                Ok(bucket) => count += bucket.rows().len() as u64,
                Err(_) => defect = defect.or_else(|| Some(format!("bucket {} is malformed", row.bucket))),
            }
            if digest != row.digest {
                defect = defect.or_else(|| Some(format!("bucket {} is not the one its digest names", row.bucket)));
            }
        }
    }
    let latest = tx.latest_result().await?;
    let check = match &latest {
        Some(result) => format!("final list, version {}: rows, buckets, digest", result.version),
        None => "final list: none published yet".to_owned(),
    };
    if let Some(result) = latest
        && defect.is_none()
        && tree.root() != result.root
    {
        defect = Some(format!("the digest of the rows served is not that of version {}", result.version));
    }
    Ok(Finding { check, count, defect })
}
