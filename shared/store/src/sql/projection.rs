//! Emptying and fingerprinting all projections.

use honghei_domain::list::Digest;

use super::session::SqlTx;
use super::{behaviours, hub, listings};
use crate::fault::Fault;
use crate::fingerprint::Fingerprint;
use crate::record::{Record, values};
use crate::rows::*;

const CLEAR: [&str; 23] = [
    "DELETE FROM cases",
    "DELETE FROM dossiers",
    "DELETE FROM list_chunks",
    "DELETE FROM officers",
    "DELETE FROM publicities",
    "DELETE FROM petitions",
    "DELETE FROM outcomes",
    "DELETE FROM waiting",
    "DELETE FROM buckets",
    "DELETE FROM results",
    "DELETE FROM verdicts",
    "DELETE FROM held",
    "DELETE FROM subjects",
    "DELETE FROM names",
    "DELETE FROM persons",
    "DELETE FROM marks",
    "DELETE FROM pending",
    "DELETE FROM feeds",
    "DELETE FROM listings",
    "DELETE FROM clocks",
    "DELETE FROM behaviours",
    "DELETE FROM packed_keys",
    "UPDATE log_heads SET interpreted = 0",
];

const CASES: &str = "SELECT origin, number, stage, kind, name, subject_key, body FROM cases ORDER BY origin, number";

const DOSSIERS: &str = "SELECT origin, epoch, entry_index, stage, due_on, kind, entry_count, body FROM dossiers
    ORDER BY origin, epoch, entry_index";

const LIST_CHUNKS: &str =
    "SELECT origin, epoch, entry_index, ordinal, case_origin, first_case, last_case, digest, entry_count
    FROM list_chunks ORDER BY origin, epoch, entry_index, ordinal";

const OFFICERS: &str = "SELECT node, officer, certified, body FROM officers ORDER BY node, officer";

const PUBLICITIES: &str = "SELECT origin, epoch, entry_index, ends_on, is_open, body FROM publicities
    ORDER BY origin, epoch, entry_index";

const PETITIONS: &str = "SELECT origin, epoch, entry_index, case_origin, case_number, is_open, body FROM petitions
    ORDER BY origin, epoch, entry_index";

const OUTCOMES: &str =
    "SELECT origin, epoch, entry_index, judge_origin, judge_epoch, judge_index, status, code, reason FROM outcomes
    ORDER BY origin, epoch, entry_index";

const WAITING: &str = "SELECT origin, epoch, entry_index, code FROM waiting ORDER BY origin, epoch, entry_index";

const BUCKETS: &str = "SELECT bucket, digest, public_rows FROM buckets ORDER BY bucket";

const RESULTS: &str = "SELECT version, origin, epoch, entry_index, root, published_on, body FROM results
    ORDER BY version";

const VERDICTS: &str = "SELECT origin, number, version, body, cause FROM verdicts
    ORDER BY origin, number, version";

const HELD: &str = "SELECT origin, number, version, body FROM held ORDER BY origin, number";

const SUBJECTS: &str = "SELECT bucket, subject_key, body FROM subjects ORDER BY bucket, subject_key";

const NAMES: &str = "SELECT name_hash, bucket, subject_key FROM names ORDER BY name_hash, bucket, subject_key";

const MARKS: &str = "SELECT origin, epoch, entry_index, ordinal, body FROM marks
    ORDER BY origin, epoch, entry_index, ordinal";

const PENDING: &str = "SELECT origin, epoch, entry_index, ordinal, body FROM pending
    ORDER BY origin, epoch, entry_index, ordinal";

const FEEDS: &str = "SELECT source, body FROM feeds ORDER BY source";

const CLOCKS: &str =
    "SELECT origin, epoch, entry_index, code, case_origin, case_number, owner, due_on, provisional, body
    FROM clocks ORDER BY origin, epoch, entry_index, code, case_origin, case_number";

pub(super) async fn clear_projections(tx: &mut SqlTx) -> Result<(), Fault> {
    for statement in CLEAR {
        tx.execute(statement, values()).await?;
    }
    Ok(())
}

/// The tables in the order that memory uses too.
pub(super) async fn projection_digest(tx: &mut SqlTx) -> Result<Digest, Fault> {
    let mut fingerprint = Fingerprint::new();
    absorb::<CaseRow>(tx, &mut fingerprint, "cases", CASES).await?;
    absorb::<DossierRow>(tx, &mut fingerprint, "dossiers", DOSSIERS).await?;
    absorb::<ListChunkRow>(tx, &mut fingerprint, "list_chunks", LIST_CHUNKS).await?;
    absorb::<OfficerRow>(tx, &mut fingerprint, "officers", OFFICERS).await?;
    absorb::<PublicityRow>(tx, &mut fingerprint, "publicities", PUBLICITIES).await?;
    absorb::<PetitionRow>(tx, &mut fingerprint, "petitions", PETITIONS).await?;
    absorb::<OutcomeRow>(tx, &mut fingerprint, "outcomes", OUTCOMES).await?;
    absorb::<WaitingRow>(tx, &mut fingerprint, "waiting", WAITING).await?;
    absorb::<BucketRow>(tx, &mut fingerprint, "buckets", BUCKETS).await?;
    absorb::<ResultRow>(tx, &mut fingerprint, "results", RESULTS).await?;
    absorb::<VerdictRow>(tx, &mut fingerprint, "verdicts", VERDICTS).await?;
    absorb::<HeldRow>(tx, &mut fingerprint, "held", HELD).await?;
    absorb::<SubjectRow>(tx, &mut fingerprint, "subjects", SUBJECTS).await?;
    absorb::<NameRow>(tx, &mut fingerprint, "names", NAMES).await?;
    absorb::<PersonRow>(tx, &mut fingerprint, "persons", hub::ALL_PERSONS).await?;
    absorb::<MarkRow>(tx, &mut fingerprint, "marks", MARKS).await?;
    absorb::<MarkRow>(tx, &mut fingerprint, "pending", PENDING).await?;
    absorb::<FeedRow>(tx, &mut fingerprint, "feeds", FEEDS).await?;
    absorb::<ListingRow>(tx, &mut fingerprint, "listings", listings::ALL).await?;
    absorb::<ClockRow>(tx, &mut fingerprint, "clocks", CLOCKS).await?;
    absorb::<BehaviourRow>(tx, &mut fingerprint, "behaviours", behaviours::ALL).await?;
    Ok(fingerprint.finish())
}

async fn absorb<R: Record>(
    tx: &mut SqlTx,
    fingerprint: &mut Fingerprint,
    table: &str,
    sql: &'static str,
) -> Result<(), Fault> {
    fingerprint.table(table);
    tx.each(sql, values(), |cells| {
        fingerprint.row(&R::read(cells)?);
        Ok(())
    })
    .await
}
