//! Subjects, their names, and department feeds.

use honghei_domain::list::Digest;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::{FeedRow, NameRow, PersonRow, SubjectAt, SubjectRow};

static SUBJECTS: Bulk =
    Bulk::new("SELECT bucket, subject_key, body FROM subjects WHERE (bucket, subject_key) IN (VALUES ", 2, ")");

/// From a head to before the first text that is greater than all that begin with it.
static UNDER: Bulk = Bulk::new(
    "SELECT subjects.bucket, subjects.subject_key, subjects.body FROM (VALUES ",
    3,
    ") AS heads CROSS JOIN subjects WHERE subjects.bucket = heads.column1
        AND subjects.subject_key >= heads.column2 AND subjects.subject_key < heads.column3",
);

static PUT_SUBJECTS: Bulk = Bulk::new(
    "INSERT INTO subjects (bucket, subject_key, body) VALUES ",
    3,
    " ON CONFLICT (bucket, subject_key) DO UPDATE SET body = excluded.body",
);

const SCAN: &str = "SELECT bucket, subject_key, body FROM subjects
    WHERE (bucket, subject_key) > ($1, $2) ORDER BY bucket, subject_key LIMIT $3";

const SCAN_FROM_START: &str = "SELECT bucket, subject_key, body FROM subjects ORDER BY bucket, subject_key LIMIT $1";

static PUT_NAMES: Bulk = Bulk::new(
    "INSERT INTO names (name_hash, bucket, subject_key) VALUES ",
    3,
    " ON CONFLICT (name_hash, bucket, subject_key) DO NOTHING",
);

static REMOVE_NAMES: Bulk = Bulk::new("DELETE FROM names WHERE (name_hash, bucket, subject_key) IN (VALUES ", 3, ")");

static NAMES: Bulk = Bulk::new("SELECT name_hash, bucket, subject_key FROM names WHERE name_hash IN (", 1, ")");

/// Up to the hash of the last row that counts, which others may share.
static NAMES_BETWEEN: Bulk = Bulk::after(
    1,
    "SELECT names.name_hash, names.bucket, names.subject_key FROM (
        SELECT asked.column1 AS least, COALESCE((
            SELECT held.name_hash FROM names AS held WHERE held.name_hash BETWEEN asked.column1 AND asked.column2
            ORDER BY held.name_hash LIMIT 1 OFFSET $1
        ), asked.column2) AS greatest FROM (VALUES ",
    2,
    ") AS asked) AS ranges CROSS JOIN names WHERE names.name_hash BETWEEN ranges.least AND ranges.greatest",
);

static PUT_PERSONS: Bulk = Bulk::new(
    "INSERT INTO persons (handle, person) VALUES ",
    2,
    " ON CONFLICT (handle) DO UPDATE SET person = excluded.person",
);

static PERSONS: Bulk = Bulk::new("SELECT handle, person FROM persons WHERE handle IN (", 1, ")");

pub(super) const ALL_PERSONS: &str = "SELECT handle, person FROM persons ORDER BY handle";

const PUT_FEED: &str = "INSERT INTO feeds (source, body) VALUES ($1, $2)
    ON CONFLICT (source) DO UPDATE SET body = excluded.body";

const FEED: &str = "SELECT source, body FROM feeds WHERE source = $1";

const FEEDS: &str = "SELECT source, body FROM feeds ORDER BY source";

pub(super) async fn subjects(tx: &mut SqlTx, at: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
    let mut sorted: Vec<&SubjectAt> = at.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut rows =
        SUBJECTS.read(tx, values(), &sorted, |at, to| to.number(at.bucket).text(&at.key), SubjectRow::read).await?;
    rows.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    Ok(rows)
}

pub(super) async fn subjects_under(tx: &mut SqlTx, heads: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault> {
    let mut ranges: Vec<(&SubjectAt, String)> =
        heads.iter().map(|head| (head, format!("{}{}", head.key, char::MAX))).collect();
    ranges.sort_unstable();
    ranges.dedup();
    let mut rows = UNDER
        .read(
            tx,
            values(),
            &ranges,
            |(head, end), to| to.number(head.bucket).text(&head.key).text(end),
            SubjectRow::read,
        )
        .await?;
    rows.sort_unstable_by(|a, b| a.at.cmp(&b.at));
    // Heads may begin alike, and the last of a short list is asked for again.
    rows.dedup_by(|a, b| a.at == b.at);
    Ok(rows)
}

pub(super) async fn put_subjects(tx: &mut SqlTx, rows: &[SubjectRow]) -> Result<(), Fault> {
    PUT_SUBJECTS.put(tx, rows, |row| &row.at).await?;
    Ok(())
}

pub(super) async fn scan_subjects(
    tx: &mut SqlTx,
    after: Option<&SubjectAt>,
    limit: u32,
) -> Result<Vec<SubjectRow>, Fault> {
    match after {
        Some(after) => tx.all(SCAN, values().number(after.bucket).text(&after.key).number(limit)).await,
        None => tx.all(SCAN_FROM_START, values().number(limit)).await,
    }
}

pub(super) async fn put_names(tx: &mut SqlTx, rows: &[NameRow]) -> Result<(), Fault> {
    PUT_NAMES.put(tx, rows, |row| row).await?;
    Ok(())
}

pub(super) async fn remove_names(tx: &mut SqlTx, rows: &[NameRow]) -> Result<(), Fault> {
    REMOVE_NAMES.put(tx, rows, |row| row).await?;
    Ok(())
}

pub(super) async fn names(tx: &mut SqlTx, hashes: &[i64]) -> Result<Vec<NameRow>, Fault> {
    let mut sorted = hashes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut rows = NAMES.read(tx, values(), &sorted, |hash, to| to.signed(*hash), NameRow::read).await?;
    rows.sort_unstable();
    Ok(rows)
}

pub(super) async fn names_between(tx: &mut SqlTx, ranges: &[(i64, i64)], limit: u32) -> Result<Vec<NameRow>, Fault> {
    let Some(others) = limit.checked_sub(1) else { return Ok(Vec::new()) };
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let asked = values().number(others);
    let mut rows = NAMES_BETWEEN
        .read(tx, asked, &sorted, |(least, greatest), to| to.signed(*least).signed(*greatest), NameRow::read)
        .await?;
    rows.sort_unstable();
    rows.dedup();
    let mut found: Vec<NameRow> = Vec::with_capacity(rows.len());
    for (least, greatest) in sorted {
        let from = rows.partition_point(|row| row.name_hash < least);
        let of_range = rows.iter().skip(from).take_while(|row| row.name_hash <= greatest);
        found.extend(of_range.take(limit as usize).cloned());
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

pub(super) async fn put_persons(tx: &mut SqlTx, rows: &[PersonRow]) -> Result<(), Fault> {
    PUT_PERSONS.put(tx, rows, |row| row.handle).await?;
    Ok(())
}

pub(super) async fn persons(tx: &mut SqlTx, handles: &[Digest]) -> Result<Vec<PersonRow>, Fault> {
    let mut sorted = handles.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut rows = PERSONS.read(tx, values(), &sorted, |handle, to| to.bytes(handle), PersonRow::read).await?;
    rows.sort_unstable_by_key(|row| row.handle);
    Ok(rows)
}

pub(super) async fn put_feed(tx: &mut SqlTx, row: &FeedRow) -> Result<(), Fault> {
    tx.execute(PUT_FEED, row.write(values())).await?;
    Ok(())
}

pub(super) async fn feed(tx: &mut SqlTx, source: &str) -> Result<Option<FeedRow>, Fault> {
    tx.one(FEED, values().text(source)).await
}

pub(super) async fn feeds(tx: &mut SqlTx) -> Result<Vec<FeedRow>, Fault> {
    tx.all(FEEDS, values()).await
}
