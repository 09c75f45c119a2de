//! Named values of the node, and sealed personal data.

use honghei_domain::list::Digest;

use super::session::SqlTx;
use crate::fault::Fault;
use crate::record::values;

const META: &str = "SELECT value FROM meta WHERE meta_key = $1";

const PUT_META: &str = "INSERT INTO meta (meta_key, value) VALUES ($1, $2)
    ON CONFLICT (meta_key) DO UPDATE SET value = excluded.value";

const SECRET: &str = "SELECT ciphertext FROM secrets WHERE commitment = $1";

const PUT_SECRET: &str = "INSERT INTO secrets (commitment, ciphertext) VALUES ($1, $2)
    ON CONFLICT (commitment) DO UPDATE SET ciphertext = excluded.ciphertext";

pub(super) async fn meta(tx: &mut SqlTx, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(META, values().text(key), |cells| cells.bytes()).await
}

pub(super) async fn put_meta(tx: &mut SqlTx, key: &str, value: &[u8]) -> Result<(), Fault> {
    tx.execute(PUT_META, values().text(key).bytes(value)).await?;
    Ok(())
}

pub(super) async fn secret(tx: &mut SqlTx, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(SECRET, values().bytes(commitment), |cells| cells.bytes()).await
}

pub(super) async fn put_secret(tx: &mut SqlTx, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault> {
    tx.execute(PUT_SECRET, values().bytes(commitment).bytes(ciphertext)).await?;
    Ok(())
}
