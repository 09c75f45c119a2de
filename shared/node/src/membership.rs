//! What a node keeps of its federation, and how its engine is opened with it.

use std::sync::Arc;

use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::node::LogId;
use honghei_registry::desk::members::{ROOT_KEY_META, encode_root_key};
use honghei_registry::engine::{DIRECTORY_META, DIRECTORY_VERSION_META, Engine};
use honghei_registry::journal::Identity;
use honghei_store::{Fault, Store, run_tx};

use crate::answer::{Answer, Class};
use crate::chance;
use crate::compose::Composition;
use crate::folder::{Folder, Membership};
use crate::keys;
use crate::matching;

/// Keeps the root key and the first directory a node trusts; a database that serves another node is refused.
pub async fn keep(store: &dyn Store, signed: &[u8], version: u64, root: &PublicKeyRecord) -> Result<(), Answer> {
    let root = encode_root_key(root);
    let same = run_tx!(store, "join", async |tx| {
        match tx.meta(ROOT_KEY_META).await? {
            Some(held) if held != root => return_taken(),
            held => {
                if held.is_none() {
                    tx.put_meta(ROOT_KEY_META, &root).await?;
                    tx.put_directory(version, signed).await?;
                    tx.put_meta(DIRECTORY_META, signed).await?;
                    tx.put_meta(DIRECTORY_VERSION_META, &version.to_be_bytes()).await?;
                }
                Ok::<_, Fault>(true)
            }
        }
    })?;
    if same {
        return Ok(());
    }
    let message = "the database already serves a node of another federation; give each node a database of its own";
    Err(Answer::new(Class::Refused, "DATABASE_TAKEN", message))
}

fn return_taken() -> Result<bool, Fault> {
    Ok(false)
}

/// Opens the engine of a member.
pub async fn open_engine(
    folder: &Folder,
    membership: &Membership,
    store: Arc<dyn Store>,
    composition: &Composition,
) -> Result<Engine, Answer> {
    let identity = Identity {
        log: LogId::first(membership.node.clone()),
        federation: membership.federation.clone(),
        clock_class: membership.clock_class,
        key: keys::read_log_key(folder)?,
    };
    Ok(Engine::open(store, identity, (composition.desks)(&matching::ports(folder)?), chance::system()?).await?)
}
