//! A small federation with real keys, and a hand that writes entries into a node's own log.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use honghei_codec::entry::{ChunkDue, Envelope, Header, encode_envelope, encode_header};
use honghei_domain::audience::Audience;
use honghei_domain::directory::{Directory, LogKey, NodeRecord, PublicKeyRecord};
use honghei_domain::node::{ClockClass, EntryRef, LogId, NodeId, Tier};
use honghei_ledger::{Algorithm, Checkpoint, Frontier, SecretKey, leaf_hash, sha256};
use honghei_link::Cosigner;
use honghei_store::{EntryRow, Fault, HeadRow, Store, TreeNodeRow};

pub const PROVINCE: &str = "420000-commerce";
pub const CITY: &str = "420800-commerce";
pub const COUNTY: &str = "420802-commerce";
pub const COUNTY_TWO: &str = "420804-commerce";
pub const DIRECT: &str = "429004-commerce";

pub fn id(text: &str) -> NodeId {
    text.parse().unwrap()
}

/// The log of a node's first epoch.
pub fn log(node: &str) -> LogId {
    LogId::first(id(node))
}

/// Members, their keys, and who stands above whom.
#[derive(Clone, Debug)]
pub struct Federation {
    pub directory: Arc<Directory>,
    keys: BTreeMap<NodeId, Arc<SecretKey>>,
}

impl Federation {
    /// From (node, parent) pairs, the root first.
    pub fn of(members: &[(&str, Option<&str>)]) -> Self {
        let keys: BTreeMap<NodeId, Arc<SecretKey>> = members
            .iter()
            .map(|(node, _)| (id(node), Arc::new(SecretKey::from_seed(Algorithm::Ed25519, &sha256(node.as_bytes())))))
            .collect();
        let record = |(node, parent): &(&str, Option<&str>)| NodeRecord {
            id: id(node),
            name: (*node).to_owned(),
            tier: if parent.is_none() { Tier::Province } else { Tier::County },
            parent: parent.map(id),
            departments: Vec::new(),
            log_keys: vec![LogKey { epoch: 1, key: public(&keys[&id(node)]) }],
        };
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let directory = Directory {
            federation: "hubei-test".to_owned(),
            version: 1,
            clock_class: ClockClass::Simulated,
            issued_on: day,
            expires_on: day,
            minimum_protocol: 1,
            nodes: members.iter().map(record).collect(),
            documents: Vec::new(),
        };
        Self { directory: Arc::new(directory), keys }
    }

    pub fn key(&self, node: &NodeId) -> Arc<SecretKey> {
        self.keys[node].clone()
    }

    pub fn cosigner(&self, node: &NodeId) -> Cosigner {
        Cosigner { log: LogId::first(node.clone()), key: self.key(node) }
    }

    /// Appends one entry to a node's own log, with chunks for the same readers, and signs the checkpoint.
    pub async fn append(
        &self,
        store: &dyn Store,
        node: &NodeId,
        audience: &str,
        body: &[u8],
        chunks: &[Vec<u8>],
    ) -> Result<u64, Fault> {
        let log = LogId::first(node.clone());
        let audience: Audience = audience.parse().unwrap();
        let mut tx = store.write("append").await?;
        let head = tx.head(&log).await?;
        let mut frontier =
            head.as_ref().map_or_else(Frontier::new, |head| Frontier::from_bytes(&head.frontier).unwrap());
        let index = frontier.size();
        let (number, previous) = tx.audience_head(&log, &audience).await?.unwrap_or((0, [0; 32]));
        let dues = chunks.iter().enumerate().map(|(place, bytes)| ChunkDue {
            digest: sha256(bytes),
            length: bytes.len() as u64,
            audience: audience.clone(),
            priority: place as u32 % 3,
        });
        let envelope = Envelope {
            salt: sha256(&index.to_be_bytes()),
            body: body.to_vec(),
            signatures: Vec::new(),
            chunks: dues.collect(),
        };
        let payload = encode_envelope(&envelope);
        let header = encode_header(&Header {
            at: EntryRef { log: log.clone(), index },
            time_ms: 0,
            kind: "record".to_owned(),
            audience: audience.clone(),
            audience_number: number + 1,
            audience_previous: previous,
            needs: Vec::new(),
            salt: sha256(&payload),
            payload_digest: sha256(&payload),
            payload_length: payload.len() as u64,
        });
        let leaf = leaf_hash(&header);
        let mut nodes = Vec::new();
        frontier.append(leaf, &mut |level, index, hash| nodes.push(TreeNodeRow { level, index, hash }));
        for bytes in chunks {
            tx.put_chunk(&sha256(bytes), bytes).await?;
        }
        tx.put_audience_head(&log, &audience, number + 1, &sha256(&header)).await?;
        let at = EntryRef { log: log.clone(), index };
        tx.append_entries(&[EntryRow { at, leaf, header: Some(header), payload: Some(payload) }]).await?;
        tx.put_tree_nodes(&log, &nodes).await?;
        tx.put_head(&self.sealed(&log, &frontier)).await?;
        tx.commit().await?;
        Ok(index)
    }

    /// The head of an own log: its checkpoint signed at its size.
    pub fn sealed(&self, log: &LogId, frontier: &Frontier) -> HeadRow {
        let origin = self.directory.checkpoint_origin(log);
        let checkpoint = Checkpoint { origin, size: frontier.size(), root: frontier.root() };
        HeadRow {
            log: log.clone(),
            size: frontier.size(),
            frontier: frontier.to_bytes(),
            checkpoint: Some(checkpoint.sign(&self.key(&log.node)).unwrap()),
            checkpoint_size: frontier.size(),
            interpreted: 0,
        }
    }
}

fn public(key: &SecretKey) -> PublicKeyRecord {
    let key = key.public();
    PublicKeyRecord { algorithm: key.algorithm.name().to_owned(), key: key.bytes.to_vec() }
}
