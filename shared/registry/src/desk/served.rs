//! The final list as this node serves it: applied version by version, checked against the committed root.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_codec::list::open_kept_chunk;
use honghei_domain::act::{Act, ResultCounts, ResultDetail};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::{Bucket, BucketTree, DetailRow, PublicRow, RowChange, sort_changes};
use honghei_domain::list::{CaseId, ChunkSlice, Digest, ListManifest};
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::list::list_root;
use honghei_store::{BucketRow, IncidentRow, ResultRow, Tx, VerdictRow};
use serde::{Deserialize, Serialize};

use super::dossiers::{decode, encode};
use super::recognition::impact;
use super::rewriting::{BUCKET_BATCH, Rewriting};
use super::{Desk, redirects, result_details};
use crate::context::Context;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::parallel;
use crate::question::{Listener, Question, Told};
use crate::{history, recompute};

/// Bytes of bucket rows kept between a proposal and its signature at most.
const PREPARED_BYTES: usize = 24 * 1024 * 1024;

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
            return redirects::evolve(tx, cx, entry).await;
        };
        if cx.root() != Some(&entry.at.log.node) {
            return Ok(());
        }
        let last = tx.latest_result().await?.map_or(0, |row| row.version);
        if *version != last + 1 {
            return alarm(tx, entry, "RESULT_VERSION_GAP", format!("version {version} follows version {last}")).await;
        }
        let computed_root = apply(tx, cx, rows, root).await?;
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

    /// Whether the verdicts told follow; and where no recogniser's desk answers for own cases, the final list does for
    /// everybody's.
    async fn tell(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        question: &Question,
        listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        match question {
            Question::History { key } => history::subject::tell(tx, cx, key).await.map(Some),
            Question::Recompute => Ok(Some(recompute::recompute(tx, cx, listener).await?.told())),
            Question::PolicyImpact { text } => impact::tell_served(tx, cx, text).await.map(Some),
            _ => Ok(None),
        }
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
    let missing = || Fault::inconsistent("a chunk of result changes");
    let read = |slice: &ChunkSlice, bytes: &[u8]| {
        let rows = open_kept_chunk(slice, bytes).map_err(Fault::unreadable("result changes"))?;
        let changes = rows.iter().map(|salted| RowChange::decode(&salted.body).map_err(|_| missing()));
        changes.collect::<Result<Vec<RowChange>, Fault>>()
    };
    let mut changes = Vec::new();
    for slices in manifest.chunks.chunks(parallel::CHUNKS) {
        let mut held = Vec::with_capacity(slices.len());
        for slice in slices {
            held.push((slice, tx.chunk(&slice.digest).await?.ok_or_else(missing)?));
        }
        for found in parallel::each(&held, |(slice, bytes)| read(slice, bytes)) {
            changes.append(&mut found?);
        }
    }
    sort_changes(&mut changes);
    Ok(changes)
}

/// The final list's tree and the version being prepared, kept in memory between versions: reading 65,536 digests again
/// would cost more than a small version itself. What the store says counts; this is asked only where both agree.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    tree: Option<BucketTree>,
    prepared: Option<Prepared>,
}

/// Rows of a version that this node's officer has seen and may sign.
#[derive(Debug)]
struct Prepared {
    base: Digest,
    tree: BucketTree,
    rows: Vec<BucketRow>,
}

impl Memo {
    /// What a rehearsal on a fork begins with; what it learns is its own.
    pub fn fork(&self) -> Self {
        let tree = self.0.lock().unwrap_or_else(PoisonError::into_inner).tree.clone();
        Self(Mutex::new(Remembered { tree, prepared: None }))
    }

    fn tree(&self, root: Digest) -> Option<BucketTree> {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = remembered.tree.as_mut()?;
        (tree.root() == root).then(|| tree.clone())
    }

    fn keep_tree(&self, tree: BucketTree) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tree = Some(tree);
    }

    fn take_prepared(&self, base: Digest, root: Digest) -> Option<Prepared> {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut prepared = remembered.prepared.take()?;
        (prepared.base == base && prepared.tree.root() == root).then_some(prepared)
    }

    fn keep_prepared(&self, prepared: Option<Prepared>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).prepared = prepared;
    }
}

/// The tree of the served version, and its root.
async fn served_tree(tx: &mut dyn Tx, cx: &Context) -> Result<(BucketTree, Digest), Fault> {
    let root = match tx.latest_result().await? {
        Some(row) => body(&row)?.computed_root,
        None => BucketTree::new().root(),
    };
    if let Some(tree) = cx.memo.tree(root) {
        return Ok((tree, root));
    }
    let mut tree = BucketTree::from_digests(tx.bucket_digests().await?);
    let found = tree.root();
    cx.memo.keep_tree(tree.clone());
    Ok((tree, found))
}

/// The root that changes would lead to; what was computed is remembered for the case that they are published.
pub async fn prepare(tx: &mut dyn Tx, cx: &Context, changes: &Arc<Vec<RowChange>>) -> Result<Digest, Fault> {
    let (mut tree, base) = served_tree(tx, cx).await?;
    let mut rewriting = Rewriting::begin(tx, &mut tree, changes).await?;
    let mut kept = Some(Vec::new());
    let mut bytes = 0;
    while let Some(rows) = rewriting.next(tx, &mut tree, &[]).await? {
        bytes += rows.iter().map(|row| row.rows.len()).sum::<usize>();
        match &mut kept {
            Some(kept) if bytes <= PREPARED_BYTES => kept.extend(rows),
            _ => kept = None,
        }
    }
    let root = tree.root();
    cx.memo.keep_prepared(kept.map(|rows| Prepared { base, tree, rows }));
    Ok(root)
}

/// Rewrites the touched buckets and returns the root over all of them.
async fn apply(tx: &mut dyn Tx, cx: &Context, changes: &ListManifest, root: &Digest) -> Result<Digest, Fault> {
    let (mut tree, base) = served_tree(tx, cx).await?;
    if let Some(prepared) = cx.memo.take_prepared(base, *root) {
        for batch in prepared.rows.chunks(BUCKET_BATCH) {
            tx.put_buckets(batch).await?;
        }
        tree = prepared.tree;
    } else {
        let changes = Arc::new(read_changes(tx, changes).await?);
        let mut rewriting = Rewriting::begin(tx, &mut tree, &changes).await?;
        let mut written = Vec::new();
        while let Some(rows) = rewriting.next(tx, &mut tree, &written).await? {
            written = rows;
        }
        tx.put_buckets(&written).await?;
    }
    let reached = tree.root();
    cx.memo.keep_tree(tree);
    Ok(reached)
}

/// Keeps what a version says of entries that did not simply enter the list, as far as this node may read it.
async fn keep_verdicts(tx: &mut dyn Tx, version: u64, details: &[ResultDetail]) -> Result<(), Fault> {
    let mut kept = Vec::new();
    for digests in result_details::digests(details).chunks(parallel::CHUNKS) {
        let found = result_details::read(tx, digests, |row, body| match &row.verdict.outcome {
            Outcome::FinalRed | Outcome::FinalBlack => None,
            other => Some(VerdictRow { case: row.case().clone(), version, body, cause: other.cause().cloned() }),
        });
        kept.extend(found.await?.into_iter().flatten());
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
