//! The final list as this node serves it: applied version by version, checked against the committed root.

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_codec::list::{open_chunk, open_entries};
use honghei_domain::act::{Act, ResultCounts, ResultDetail};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::{
    Bucket, BucketTree, DetailRow, PublicRow, RowChange, apply, bucket_digest, group_by_bucket, sort_changes,
};
use honghei_domain::list::{CaseId, Digest, ListManifest};
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::list::list_root;
use honghei_store::{BucketRow, IncidentRow, ResultRow, Tx, VerdictRow};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::dossiers::{decode, encode};
use crate::context::Context;
use crate::entry::Entry;
use crate::error::Fault;

/// Buckets rewritten in one statement batch.
const BUCKET_BATCH: usize = 2048;

/// What a result row says besides its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultBody {
    /// Version of the comparison rules.
    pub rule_version: u32,
    /// Counts.
    pub counts: ResultCounts,
    /// The root computed here; differs from the committed one only if something is broken.
    pub computed_root: Digest,
}

/// Applies the province's result versions.
#[derive(Debug)]
pub struct ServedDesk;

#[async_trait]
impl Desk for ServedDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let Act::ResultPublished { version, rule_version, published_on, rows, details, root, counts } = entry.act()
        else {
            return Ok(());
        };
        if cx.root() != Some(&entry.at.log.node) {
            return Ok(());
        }
        let last = tx.latest_result().await?.map_or(0, |row| row.version);
        if *version != last + 1 {
            return alarm(tx, entry, "RESULT_VERSION_GAP", format!("version {version} follows version {last}")).await;
        }
        let changes = read_changes(tx, rows).await?;
        let computed_root = apply_changes(tx, &changes).await?;
        if computed_root != *root {
            alarm(tx, entry, "RESULT_DIGEST_MISMATCH", format!("version {version} does not reach its root")).await?;
        }
        let body = ResultBody { rule_version: *rule_version, counts: *counts, computed_root };
        tx.put_result(&ResultRow {
            version: *version,
            at: entry.at.clone(),
            root: *root,
            published_on: *published_on,
            body: encode(&body, "a result version")?,
        })
        .await?;
        keep_verdicts(tx, *version, details).await
    }
}

async fn alarm(tx: &mut dyn Tx, entry: &Entry, code: &str, detail: String) -> Result<(), Fault> {
    let row = IncidentRow {
        at_ms: entry.header.time_ms,
        peer: entry.at.log.node.to_string(),
        code: code.to_owned(),
        detail,
        evidence: entry.header.payload_digest,
    };
    Ok(tx.put_incident(&row).await?)
}

async fn read_changes(tx: &mut dyn Tx, manifest: &ListManifest) -> Result<Vec<RowChange>, Fault> {
    let roots: Vec<_> = manifest.chunks.iter().map(|slice| (slice.root, slice.count)).collect();
    if !roots.is_empty() && list_root(&roots).ok() != Some(manifest.root) {
        return Err(Fault::inconsistent("the changes of a result version"));
    }
    let mut changes = Vec::new();
    for slice in &manifest.chunks {
        let missing = || Fault::inconsistent("a chunk of result changes");
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(missing)?;
        for salted in open_chunk(slice, &bytes).map_err(Fault::unreadable("result changes"))? {
            changes.push(RowChange::decode(&salted.body).map_err(|_| missing())?);
        }
    }
    sort_changes(&mut changes);
    Ok(changes)
}

/// Rewrites the touched buckets and returns the root over all of them.
async fn apply_changes(tx: &mut dyn Tx, changes: &[RowChange]) -> Result<Digest, Fault> {
    let mut tree = BucketTree::from_digests(tx.bucket_digests().await?);
    let groups: Vec<(u32, &[RowChange])> = group_by_bucket(changes).collect();
    for batch in groups.chunks(BUCKET_BATCH) {
        let numbers: Vec<u32> = batch.iter().map(|(bucket, _)| *bucket).collect();
        let held: std::collections::BTreeMap<u32, Vec<u8>> =
            tx.buckets(&numbers).await?.into_iter().map(|row| (row.bucket, row.rows)).collect();
        let mut rows = Vec::with_capacity(batch.len());
        for (bucket, changes) in batch {
            let existing = held.get(bucket).map_or(&[][..], Vec::as_slice);
            let fresh = apply(existing, changes).map_err(|_| Fault::inconsistent(format!("bucket {bucket}")))?;
            let digest = bucket_digest(&fresh);
            tree.set(*bucket, &digest);
            rows.push(BucketRow { bucket: *bucket, rows: fresh, digest });
        }
        tx.put_buckets(&rows).await?;
    }
    Ok(tree.root())
}

/// Keeps what a version says of entries that did not simply enter the list, as far as this node may read it.
async fn keep_verdicts(tx: &mut dyn Tx, version: u64, details: &[ResultDetail]) -> Result<(), Fault> {
    let mut kept = Vec::new();
    for slice in details.iter().flat_map(|detail| &detail.manifest.chunks) {
        // A chunk outside our audience is not here.
        let Some(bytes) = tx.chunk(&slice.digest).await? else { continue };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("result details"))? {
            let row = DetailRow::decode(&salted.body).map_err(|_| Fault::inconsistent("result details"))?;
            if !matches!(row.verdict.outcome, Outcome::FinalRed | Outcome::FinalBlack) {
                kept.push(VerdictRow { case: row.case().clone(), version, body: salted.body });
            }
        }
    }
    Ok(tx.put_verdicts(&kept).await?)
}

/// The counts of a result version.
pub fn counts(row: &ResultRow) -> Result<ResultCounts, Fault> {
    Ok(body(row)?.counts)
}

/// The rest of a result version.
pub fn body(row: &ResultRow) -> Result<ResultBody, Fault> {
    decode(&row.body, "a result version")
}

/// The rows of a subject on the final list.
pub async fn rows_of(tx: &mut dyn Tx, key: &SubjectKey) -> Result<Vec<PublicRow>, Fault> {
    let Some(row) = tx.buckets(&[key.bucket()]).await?.into_iter().next() else { return Ok(Vec::new()) };
    let bucket = Bucket::parse(&row.rows).map_err(|_| Fault::inconsistent(format!("bucket {}", row.bucket)))?;
    Ok(bucket.rows_of(key).cloned().collect())
}

/// The row of one case on the final list.
pub async fn row_of_case(tx: &mut dyn Tx, key: &SubjectKey, case: &CaseId) -> Result<Option<PublicRow>, Fault> {
    Ok(rows_of(tx, key).await?.into_iter().find(|row| row.case == *case))
}

/// The verdicts a case received besides entering the list, oldest first.
pub async fn verdicts_of(tx: &mut dyn Tx, case: &CaseId) -> Result<Vec<(u64, DetailRow)>, Fault> {
    let rows = tx.verdicts(case).await?;
    rows.into_iter()
        .map(|row| {
            let detail = DetailRow::decode(&row.body).map_err(|_| Fault::inconsistent("a verdict"))?;
            Ok((row.version, detail))
        })
        .collect()
}

/// Where a row stands on a day.
pub fn standing_on(row: &PublicRow, day: NaiveDate) -> &'static str {
    if row.valid_to < day {
        "expired"
    } else if row.valid_from > day {
        "not_yet"
    } else {
        "in_force"
    }
}
