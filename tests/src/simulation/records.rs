//! Every writer's own log, and the lists that its acts carry.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::list::ListEntry;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_registry::entry::Entry;
use honghei_registry::error::Fault;

use super::logs;
use crate::world::World;

/// Every writer's own log.
pub struct Records {
    /// Entries by writer.
    pub logs: BTreeMap<NodeId, Vec<Entry>>,
    lists: BTreeMap<EntryRef, (NaiveDate, Vec<ListEntry>)>,
}

impl Records {
    /// Reads them.
    pub async fn of(world: &World) -> Result<Self, Fault> {
        let mut records = Self { logs: BTreeMap::new(), lists: BTreeMap::new() };
        for (id, node) in &world.nodes {
            let tx = &mut *node.store.read().await?;
            let entries = logs::read(tx, &LogId::first(id.clone())).await?;
            for entry in &entries {
                let (day, manifest) = match entry.act() {
                    Act::ListCertified { certified_on, manifest, .. } => (certified_on, manifest),
                    Act::FeedImported { as_of, manifest, .. } => (as_of, manifest),
                    _ => continue,
                };
                records.lists.insert(entry.at.clone(), (*day, logs::rows_of(tx, manifest).await?));
            }
            records.logs.insert(id.clone(), entries);
        }
        Ok(records)
    }

    /// How many acts on listed entries stand in the logs.
    pub fn listing_acts(&self) -> u64 {
        let acts = self.logs.values().flatten().filter(|entry| matches!(entry.act(), Act::Listing(_)));
        acts.count() as u64
    }

    /// The entry at a place.
    pub fn entry(&self, at: &EntryRef) -> Option<&Entry> {
        self.logs.get(&at.log.node)?.iter().find(|entry| entry.at == *at)
    }

    /// The entries of a certified or imported list, and its day.
    pub fn list(&self, at: &EntryRef) -> Option<&(NaiveDate, Vec<ListEntry>)> {
        self.lists.get(at)
    }
}
