//! Publicities.

use chrono::NaiveDate;
use honghei_domain::node::EntryRef;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::PublicityRow;

const PUT: &str = "INSERT INTO publicities (origin, epoch, entry_index, ends_on, is_open, body)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (origin, epoch, entry_index) DO UPDATE SET ends_on = excluded.ends_on, is_open = excluded.is_open,
        body = excluded.body";

const PUBLICITY: &str = "SELECT origin, epoch, entry_index, ends_on, is_open, body FROM publicities
    WHERE origin = $1 AND epoch = $2 AND entry_index = $3";

const OPEN: &str = "SELECT origin, epoch, entry_index, ends_on, is_open, body FROM publicities
    WHERE is_open = 1 ORDER BY ends_on, origin, epoch, entry_index";

const OPEN_ENDING_BEFORE: &str = "SELECT origin, epoch, entry_index, ends_on, is_open, body FROM publicities
    WHERE is_open = 1 AND ends_on < $1 ORDER BY ends_on, origin, epoch, entry_index";

pub(super) async fn put_publicity(tx: &mut SqlTx, row: &PublicityRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn publicity(tx: &mut SqlTx, at: &EntryRef) -> Result<Option<PublicityRow>, Fault> {
    tx.one(PUBLICITY, values().entry(at)).await
}

pub(super) async fn open_publicities(tx: &mut SqlTx, before: Option<NaiveDate>) -> Result<Vec<PublicityRow>, Fault> {
    match before {
        Some(before) => tx.all(OPEN_ENDING_BEFORE, values().date(before)).await,
        None => tx.all(OPEN, values()).await,
    }
}
