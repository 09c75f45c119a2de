//! Logs, chunks and receipts in memory.

use async_trait::async_trait;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId};

use super::MemoryTx;
use super::tables::from_index;
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::LogTx;

#[async_trait]
impl LogTx for MemoryTx {
    async fn head(&mut self, log: &LogId) -> Result<Option<HeadRow>, Fault> {
        Ok(self.tables.heads.get(log).cloned())
    }

    async fn heads(&mut self) -> Result<Vec<HeadRow>, Fault> {
        Ok(self.tables.heads.values().cloned().collect())
    }

    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Fault> {
        let heads = &mut self.taking([head])?.heads;
        let interpreted = heads.get(&head.log).map_or(0, |known| known.interpreted);
        heads.insert_mut(head.log.clone(), HeadRow { interpreted, ..head.clone() });
        Ok(())
    }

    async fn put_interpreted(&mut self, log: &LogId, interpreted: u64) -> Result<(), Fault> {
        if let Some(head) = self.writing()?.heads.get_mut(log) {
            head.interpreted = interpreted;
        }
        Ok(())
    }

    async fn append_entries(&mut self, entries: &[EntryRow]) -> Result<(), Fault> {
        let held = &mut self.taking(entries)?.entries;
        for entry in entries {
            if held.contains_key(&entry.at) {
                return Err(self.spoil(Fault::entries_exist()));
            }
            held.insert_mut(entry.at.clone(), entry.clone());
        }
        Ok(())
    }

    async fn entries(&mut self, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let rows = self.tables.entries.range(from_index(log, from));
        Ok(rows.take(limit as usize).map(|(_, row)| row.clone()).collect())
    }

    async fn entry(&mut self, at: &EntryRef) -> Result<Option<EntryRow>, Fault> {
        Ok(self.tables.entries.get(at).cloned())
    }

    async fn put_tree_nodes(&mut self, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault> {
        let held = &mut self.writing()?.tree_nodes;
        for node in nodes {
            held.insert_mut((log.clone(), node.level, node.index), node.hash);
        }
        Ok(())
    }

    async fn tree_nodes(&mut self, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Option<Digest>>, Fault> {
        let held = &self.tables.tree_nodes;
        Ok(places.iter().map(|(level, index)| held.get(&(log.clone(), *level, *index)).copied()).collect())
    }

    async fn audience_head(&mut self, log: &LogId, audience: &Audience) -> Result<Option<(u64, Digest)>, Fault> {
        Ok(self.tables.audience_heads.get(&(log.clone(), audience.clone())).copied())
    }

    async fn put_audience_head(
        &mut self,
        log: &LogId,
        audience: &Audience,
        number: u64,
        hash: &Digest,
    ) -> Result<(), Fault> {
        self.writing()?.audience_heads.insert_mut((log.clone(), audience.clone()), (number, *hash));
        Ok(())
    }

    async fn put_chunk(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), Fault> {
        let tables = self.writing()?;
        if !tables.chunks.contains_key(digest) {
            tables.chunks.insert_mut(*digest, bytes.to_vec());
        }
        let fulfilled = tables.wanted.get(digest).cloned().unwrap_or_default();
        tables.wanted.remove_mut(digest);
        for entry in fulfilled.keys() {
            let key = (entry.clone(), *digest);
            let priority = tables.wants.get(&key).map(|want| want.priority);
            tables.wants.remove_mut(&key);
            if let Some(priority) = priority {
                tables.urgency.remove_mut(&(priority, entry.clone(), *digest));
            }
        }
        Ok(())
    }

    async fn chunk(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.tables.chunks.get(digest).cloned())
    }

    async fn missing_chunks(&mut self, digests: &[Digest]) -> Result<Vec<Digest>, Fault> {
        Ok(digests.iter().filter(|digest| !self.tables.chunks.contains_key(*digest)).copied().collect())
    }

    async fn put_wants(&mut self, wants: &[WantRow]) -> Result<(), Fault> {
        let tables = self.taking(wants)?;
        for want in wants {
            let key = (want.entry.clone(), want.digest);
            if tables.wants.contains_key(&key) {
                continue;
            }
            tables.wants.insert_mut(key, want.clone());
            let mut entries = tables.wanted.get(&want.digest).cloned().unwrap_or_default();
            entries.insert_mut(want.entry.clone(), ());
            tables.wanted.insert_mut(want.digest, entries);
            tables.urgency.insert_mut((want.priority, want.entry.clone(), want.digest), ());
        }
        Ok(())
    }

    async fn wants(&mut self, limit: u32) -> Result<Vec<WantRow>, Fault> {
        let order = self.tables.urgency.keys().take(limit as usize);
        Ok(order.filter_map(|(_, entry, digest)| self.tables.wants.get(&(entry.clone(), *digest))).cloned().collect())
    }

    async fn first_incomplete(&mut self, log: &LogId) -> Result<Option<u64>, Fault> {
        let lowest = (EntryRef { log: log.clone(), index: 0 }, Digest::default());
        let first = self.tables.wants.range(lowest..).next();
        Ok(first.filter(|((entry, _), _)| entry.log == *log).map(|((entry, _), _)| entry.index))
    }

    async fn put_cosignature(&mut self, row: &CosignatureRow) -> Result<(), Fault> {
        let tables = self.taking([row])?;
        let mut lines = tables.cosignatures.get(&(row.log.clone(), row.size)).cloned().unwrap_or_default();
        if lines.contains_key(&row.signer) {
            return Ok(());
        }
        lines.insert_mut(row.signer.clone(), row.clone());
        tables.cosignatures.insert_mut((row.log.clone(), row.size), lines);
        let signer = (row.log.clone(), row.signer.clone());
        let largest = tables.cosigned.get(&signer).copied().unwrap_or(0);
        tables.cosigned.insert_mut(signer, largest.max(row.size));
        Ok(())
    }

    async fn cosignatures(&mut self, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault> {
        let lines = self.tables.cosignatures.get(&(log.clone(), size));
        Ok(lines.map(|lines| lines.values().cloned().collect()).unwrap_or_default())
    }

    async fn latest_cosignature(&mut self, log: &LogId, signer: &NodeId) -> Result<Option<CosignatureRow>, Fault> {
        let Some(size) = self.tables.cosigned.get(&(log.clone(), signer.clone())) else { return Ok(None) };
        let lines = self.tables.cosignatures.get(&(log.clone(), *size));
        Ok(lines.and_then(|lines| lines.get(signer)).cloned())
    }

    async fn put_incident(&mut self, row: &IncidentRow) -> Result<(), Fault> {
        let incidents = &mut self.taking([row])?.incidents;
        if !incidents.contains_key(&row.evidence) {
            incidents.insert_mut(row.evidence, row.clone());
        }
        Ok(())
    }

    async fn incidents(&mut self, limit: u32) -> Result<Vec<IncidentRow>, Fault> {
        let mut rows: Vec<IncidentRow> = self.tables.incidents.values().cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.at_ms, row.evidence)));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.tables.meta.get(key).cloned())
    }

    async fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), Fault> {
        self.writing()?.meta.insert_mut(key.to_owned(), value.to_vec());
        Ok(())
    }

    async fn put_parked(&mut self, row: &ParkedRow) -> Result<(), Fault> {
        self.taking([row])?.parked.insert_mut(row.id.clone(), row.clone());
        Ok(())
    }

    async fn parked(&mut self, id: &str) -> Result<Option<ParkedRow>, Fault> {
        Ok(self.tables.parked.get(id).cloned())
    }

    async fn all_parked(&mut self) -> Result<Vec<ParkedRow>, Fault> {
        Ok(self.tables.parked.values().cloned().collect())
    }

    async fn remove_parked(&mut self, id: &str) -> Result<(), Fault> {
        self.writing()?.parked.remove_mut(id);
        Ok(())
    }

    async fn put_secret(&mut self, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault> {
        self.writing()?.secrets.insert_mut(*commitment, ciphertext.to_vec());
        Ok(())
    }

    async fn secret(&mut self, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.tables.secrets.get(commitment).cloned())
    }
}
