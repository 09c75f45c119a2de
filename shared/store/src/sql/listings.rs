//! What befell listed entries.

use honghei_domain::node::NodeId;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::ListingRow;

const PUT: &str = "INSERT INTO listings (origin, record, place, subject_key, is_open, due_on, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (origin, record, place) DO UPDATE SET subject_key = excluded.subject_key,
        is_open = excluded.is_open, due_on = excluded.due_on, body = excluded.body";

const LISTING: &str = "SELECT origin, record, place, subject_key, is_open, due_on, body FROM listings
    WHERE origin = $1 AND record = $2 AND place = $3";

const OF_ORIGIN: &str = "SELECT origin, record, place, subject_key, is_open, due_on, body FROM listings
    WHERE origin = $1 AND record = $2 ORDER BY place";

const OPEN: &str = "SELECT origin, record, place, subject_key, is_open, due_on, body FROM listings
    WHERE record = $1 AND is_open = 1 ORDER BY origin, place";

const ABOUT: &str = "SELECT origin, record, place, subject_key, is_open, due_on, body FROM listings
    WHERE record = $1 AND subject_key = $2 ORDER BY origin, place";

pub(super) const ALL: &str = "SELECT origin, record, place, subject_key, is_open, due_on, body FROM listings
    ORDER BY origin, record, place";

pub(super) async fn put_listing(tx: &mut SqlTx, row: &ListingRow) -> Result<(), Fault> {
    tx.execute(PUT, row.write(values())).await?;
    Ok(())
}

pub(super) async fn listing(
    tx: &mut SqlTx,
    origin: &NodeId,
    record: &str,
    place: &str,
) -> Result<Option<ListingRow>, Fault> {
    tx.one(LISTING, values().node(origin).text(record).text(place)).await
}

pub(super) async fn listings_of(tx: &mut SqlTx, origin: &NodeId, record: &str) -> Result<Vec<ListingRow>, Fault> {
    tx.all(OF_ORIGIN, values().node(origin).text(record)).await
}

pub(super) async fn open_listings(tx: &mut SqlTx, record: &str) -> Result<Vec<ListingRow>, Fault> {
    tx.all(OPEN, values().text(record)).await
}

pub(super) async fn listings_about(tx: &mut SqlTx, record: &str, key: &str) -> Result<Vec<ListingRow>, Fault> {
    tx.all(ABOUT, values().text(record).text(key)).await
}
