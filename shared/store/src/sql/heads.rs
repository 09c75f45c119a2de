//! How far each log and each of its audiences is held.

use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::LogId;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::{Record, values};
use crate::rows::HeadRow;

const HEAD: &str = "SELECT origin, epoch, size, frontier, checkpoint, checkpoint_size, interpreted
    FROM log_heads WHERE origin = $1 AND epoch = $2";

const HEADS: &str = "SELECT origin, epoch, size, frontier, checkpoint, checkpoint_size, interpreted
    FROM log_heads ORDER BY origin, epoch";

const PUT_HEAD: &str = "INSERT INTO log_heads (origin, epoch, size, frontier, checkpoint, checkpoint_size, interpreted)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (origin, epoch) DO UPDATE SET size = excluded.size, frontier = excluded.frontier,
        checkpoint = excluded.checkpoint, checkpoint_size = excluded.checkpoint_size";

const PUT_INTERPRETED: &str = "UPDATE log_heads SET interpreted = $3 WHERE origin = $1 AND epoch = $2";

const AUDIENCE_HEAD: &str =
    "SELECT number, hash FROM audience_heads WHERE origin = $1 AND epoch = $2 AND audience = $3";

const PUT_AUDIENCE_HEAD: &str = "INSERT INTO audience_heads (origin, epoch, audience, number, hash)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (origin, epoch, audience) DO UPDATE SET number = excluded.number, hash = excluded.hash";

pub(super) async fn head(tx: &mut SqlTx, log: &LogId) -> Result<Option<HeadRow>, Fault> {
    tx.one(HEAD, values().log(log)).await
}

pub(super) async fn heads(tx: &mut SqlTx) -> Result<Vec<HeadRow>, Fault> {
    tx.all(HEADS, values()).await
}

pub(super) async fn put_head(tx: &mut SqlTx, head: &HeadRow) -> Result<(), Fault> {
    // The fold's cursor of a new log stands at its beginning.
    let head = HeadRow { interpreted: 0, ..head.clone() };
    tx.execute(PUT_HEAD, head.write(values())).await?;
    Ok(())
}

pub(super) async fn put_interpreted(tx: &mut SqlTx, log: &LogId, interpreted: u64) -> Result<(), Fault> {
    tx.execute(PUT_INTERPRETED, values().log(log).number(interpreted)).await?;
    Ok(())
}

pub(super) async fn audience_head(
    tx: &mut SqlTx,
    log: &LogId,
    audience: &Audience,
) -> Result<Option<(u64, Digest)>, Fault> {
    let place = values().log(log).owned_text(audience.to_string());
    tx.row(AUDIENCE_HEAD, place, |cells| Ok((cells.number()?, cells.digest()?))).await
}

pub(super) async fn put_audience_head(
    tx: &mut SqlTx,
    log: &LogId,
    audience: &Audience,
    number: u64,
    hash: &Digest,
) -> Result<(), Fault> {
    let row = values().log(log).owned_text(audience.to_string()).number(number).bytes(hash);
    tx.execute(PUT_AUDIENCE_HEAD, row).await?;
    Ok(())
}
