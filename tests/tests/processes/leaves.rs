//! What the nodes of a federation hold of the logs, read from their databases while they run.

use std::collections::BTreeMap;

use federation::process::Federation;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId};
use honghei_node::folder::Folder;
use honghei_store::{SqlStore, Store};

/// The leaves of every log that a node holds, in order.
pub type Held = BTreeMap<LogId, Vec<Digest>>;

/// The leaves in a node's SQLite database.
pub async fn held(federation: &Federation, node: &str) -> Held {
    let file = Folder::at(&federation.node(node).unwrap().folder).database_file();
    let store = SqlStore::open(&format!("sqlite://{}", file.display()), false).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let mut held = Held::new();
    for head in tx.heads().await.unwrap() {
        let rows = tx.entries(&head.log, 0, u32::MAX >> 1).await.unwrap();
        let places: Vec<u64> = rows.iter().map(|row| row.at.index).collect();
        assert_eq!(places, (0..head.size).collect::<Vec<_>>(), "{} at {node} has a gap", head.log);
        held.insert(head.log, rows.into_iter().map(|row| row.leaf).collect());
    }
    drop(tx);
    store.close().await;
    held
}

/// The leaf at a place as its own node holds it.
pub async fn own_leaf(federation: &Federation, at: &EntryRef) -> Digest {
    let held = held(federation, &at.log.node.to_string()).await;
    held[&at.log][usize::try_from(at.index).unwrap()]
}
