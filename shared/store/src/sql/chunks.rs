//! Chunks under their digests, and the wants for those that have not arrived.

use std::collections::BTreeSet;

use honghei_domain::list::Digest;
use honghei_domain::node::LogId;

use super::bulk::Bulk;
use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;
use crate::rows::WantRow;

const PUT_CHUNK: &str = "INSERT INTO chunks (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";

const FULFIL: &str = "DELETE FROM wants WHERE digest = $1";

const CHUNK: &str = "SELECT bytes FROM chunks WHERE digest = $1";

static HELD: Bulk = Bulk::new("SELECT digest FROM chunks WHERE digest IN (", 1, ")");

static PUT_WANTS: Bulk = Bulk::new(
    "INSERT INTO wants (origin, epoch, entry_index, digest, length, priority) VALUES ",
    6,
    " ON CONFLICT (origin, epoch, entry_index, digest) DO NOTHING",
);

const WANTS: &str = "SELECT origin, epoch, entry_index, digest, length, priority FROM wants
    ORDER BY priority, origin, epoch, entry_index, digest LIMIT $1";

const FIRST_INCOMPLETE: &str = "SELECT entry_index FROM wants
    WHERE origin = $1 AND epoch = $2 ORDER BY entry_index LIMIT 1";

pub(super) async fn put_chunk(tx: &mut SqlTx, digest: &Digest, bytes: &[u8]) -> Result<(), Fault> {
    tx.execute(PUT_CHUNK, values().bytes(digest).bytes(bytes)).await?;
    tx.execute(FULFIL, values().bytes(digest)).await?;
    Ok(())
}

pub(super) async fn chunk(tx: &mut SqlTx, digest: &Digest) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(CHUNK, values().bytes(digest), |cells| cells.bytes()).await
}

pub(super) async fn missing_chunks(tx: &mut SqlTx, digests: &[Digest]) -> Result<Vec<Digest>, Fault> {
    let held = HELD.read(tx, values(), digests, |digest, to| to.bytes(digest), |cells| cells.digest()).await?;
    let held: BTreeSet<Digest> = held.into_iter().collect();
    Ok(digests.iter().filter(|digest| !held.contains(*digest)).copied().collect())
}

pub(super) async fn put_wants(tx: &mut SqlTx, wants: &[WantRow]) -> Result<(), Fault> {
    PUT_WANTS.put(tx, wants, |want| (&want.entry, want.digest)).await?;
    Ok(())
}

pub(super) async fn wants(tx: &mut SqlTx, limit: u32) -> Result<Vec<WantRow>, Fault> {
    tx.all(WANTS, values().number(limit)).await
}

pub(super) async fn first_incomplete(tx: &mut SqlTx, log: &LogId) -> Result<Option<u64>, Fault> {
    tx.row(FIRST_INCOMPLETE, values().log(log), |cells| cells.number()).await
}
