//! Which certificate a source's deliveries are pushed with: the last one issued to it, until it is withdrawn.
//!
//! The record is the node's own, as invitations are: a credential does nothing in the federation's name. It lets its
//! bearer leave lists at the door, each of which waits for an officer.

use chrono::NaiveDate;
use honghei_ledger::{Digest, sha256};
use honghei_store::{Fault as StoreFault, Store, run_tx};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::certificate::SourceHolder;

/// What is remembered of a source's credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// SHA-256 of the certified public key (DER); none once it is withdrawn.
    pub key: Option<Digest>,
    /// The day it was issued or withdrawn.
    pub changed_on: NaiveDate,
    /// The administrator who did.
    pub officer: String,
}

fn meta_key(source: &str) -> String {
    format!("feed-credential/{source}")
}

/// Remembers a source's credential in the place of any earlier one.
pub async fn keep(store: &dyn Store, source: &str, credential: &Credential) -> Result<(), Answer> {
    let bytes = serde_json::to_vec(credential).map_err(|error| Answer::fault("CREDENTIAL_MALFORMED", error))?;
    let key = meta_key(source);
    run_tx!(store, "credential", async |tx| { tx.put_meta(&key, &bytes).await })
        .map_err(|fault: StoreFault| fault.into())
}

/// What is remembered of a source's credential.
pub async fn read(store: &dyn Store, source: &str) -> Result<Option<Credential>, Answer> {
    let Some(bytes) = store.read().await?.meta(&meta_key(source)).await? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Answer::fault("CREDENTIAL_MALFORMED", error))
}

/// Whether the bearer of a certificate holds the credential that counts for its source now.
pub async fn counts(store: &dyn Store, holder: &SourceHolder) -> Result<bool, Answer> {
    let known = read(store, &holder.source).await?;
    Ok(known.and_then(|known| known.key).is_some_and(|key| key == sha256(&holder.key)))
}
