//! Dossiers of declared lists, and where the lists' cases lie.

use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::{DossierRow, ListChunkRow};

const PUT: &str = "INSERT INTO dossiers (origin, epoch, entry_index, stage, due_on, kind, entry_count, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (origin, epoch, entry_index) DO UPDATE SET stage = excluded.stage, due_on = excluded.due_on,
        kind = excluded.kind, entry_count = excluded.entry_count, body = excluded.body";

const DOSSIER: &str = "SELECT origin, epoch, entry_index, stage, due_on, kind, entry_count, body FROM dossiers
    WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

const DOSSIERS: &str = "SELECT origin, epoch, entry_index, stage, due_on, kind, entry_count, body FROM dossiers
    ORDER BY origin, epoch, entry_index";

const DOSSIERS_AT_STAGE: &str = "SELECT origin, epoch, entry_index, stage, due_on, kind, entry_count, body
    FROM dossiers WHERE stage = $1 ORDER BY origin, epoch, entry_index";

static PUT_CHUNKS: Bulk = Bulk::new(
    "INSERT INTO list_chunks
        (origin, epoch, entry_index, ordinal, case_origin, first_case, last_case, digest, entry_count) VALUES ",
    9,
    " ON CONFLICT (origin, epoch, entry_index, ordinal) DO UPDATE SET case_origin = excluded.case_origin,
        first_case = excluded.first_case, last_case = excluded.last_case, digest = excluded.digest,
        entry_count = excluded.entry_count",
);

const CHUNKS: &str =
    "SELECT origin, epoch, entry_index, ordinal, case_origin, first_case, last_case, digest, entry_count
    FROM list_chunks WHERE origin = $1 AND epoch = $2 AND entry_index = $3 ORDER BY ordinal";

const CHUNKS_OF_CASE: &str =
    "SELECT origin, epoch, entry_index, ordinal, case_origin, first_case, last_case, digest, entry_count
    FROM list_chunks WHERE case_origin = $1 AND last_case >= $2 AND first_case <= $2
    ORDER BY origin, epoch, entry_index, ordinal";

pub(super) async fn put_dossier(tx: &mut SqlTx, row: &DossierRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn dossier(tx: &mut SqlTx, list: &EntryRef) -> Result<Option<DossierRow>, Fault> {
    tx.one(DOSSIER, values().entry(list)).await
}

pub(super) async fn dossiers(tx: &mut SqlTx, stage: Option<&str>) -> Result<Vec<DossierRow>, Fault> {
    match stage {
        Some(stage) => tx.all(DOSSIERS_AT_STAGE, values().text(stage)).await,
        None => tx.all(DOSSIERS, values()).await,
    }
}

pub(super) async fn put_list_chunks(tx: &mut SqlTx, rows: &[ListChunkRow]) -> Result<(), Fault> {
    PUT_CHUNKS.put(tx, rows, |row| (&row.list, row.ordinal)).await?;
    Ok(())
}

pub(super) async fn list_chunks(tx: &mut SqlTx, list: &EntryRef) -> Result<Vec<ListChunkRow>, Fault> {
    tx.all(CHUNKS, values().entry(list)).await
}

pub(super) async fn chunks_of_case(tx: &mut SqlTx, case: &CaseId) -> Result<Vec<ListChunkRow>, Fault> {
    tx.all(CHUNKS_OF_CASE, values().case(case)).await
}
