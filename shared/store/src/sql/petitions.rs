//! Statements and objections.

use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::PetitionRow;

const PUT: &str = "INSERT INTO petitions (origin, epoch, entry_index, case_origin, case_number, is_open, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (origin, epoch, entry_index) DO UPDATE SET case_origin = excluded.case_origin,
        case_number = excluded.case_number, is_open = excluded.is_open, body = excluded.body";

const PETITION: &str = "SELECT origin, epoch, entry_index, case_origin, case_number, is_open, body FROM petitions
    WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

const OF_CASE: &str = "SELECT origin, epoch, entry_index, case_origin, case_number, is_open, body FROM petitions
    WHERE case_origin = $1 AND case_number = $2 ORDER BY origin, epoch, entry_index";

const OPEN: &str = "SELECT origin, epoch, entry_index, case_origin, case_number, is_open, body FROM petitions
    WHERE is_open = 1 ORDER BY origin, epoch, entry_index";

pub(super) async fn put_petition(tx: &mut SqlTx, row: &PetitionRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn petition(tx: &mut SqlTx, at: &EntryRef) -> Result<Option<PetitionRow>, Fault> {
    tx.one(PETITION, values().entry(at)).await
}

pub(super) async fn petitions(tx: &mut SqlTx, case: Option<&CaseId>) -> Result<Vec<PetitionRow>, Fault> {
    match case {
        Some(case) => tx.all(OF_CASE, values().case(case)).await,
        None => tx.all(OPEN, values()).await,
    }
}
