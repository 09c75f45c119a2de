//! Logs, chunks and receipts of a fork.

use async_trait::async_trait;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId};

use super::{ForkTx, below, more};
use crate::fault::Fault;
use crate::rows::*;
use crate::traits::LogTx;

impl ForkTx {
    /// Takes a log's state over as it is, the fold's cursor too.
    fn take_head(&mut self, head: HeadRow) {
        if !self.written.heads.contains_key(&head.log) {
            self.top.tables.heads.insert_mut(head.log.clone(), head);
        }
    }

    /// Takes over every want that neither was written nor is fulfilled here.
    async fn take_wants(&mut self) -> Result<(), Fault> {
        for want in below!(self.wants(u32::MAX)) {
            let known = self.written.wants.contains_key(&(want.entry.clone(), want.digest));
            if !known && !self.written.chunks.contains_key(&want.digest) {
                self.top.put_wants(&[want]).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl LogTx for ForkTx {
    async fn head(&mut self, log: &LogId) -> Result<Option<HeadRow>, Fault> {
        if !self.top.tables.heads.contains_key(log)
            && let Some(head) = below!(self.head(log))
        {
            self.take_head(head);
        }
        self.top.head(log).await
    }

    async fn heads(&mut self) -> Result<Vec<HeadRow>, Fault> {
        for head in below!(self.heads()) {
            self.take_head(head);
        }
        self.top.heads().await
    }

    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Fault> {
        self.head(&head.log).await?;
        self.writing()?.heads.insert_mut(head.log.clone(), ());
        self.top.put_head(head).await
    }

    async fn put_interpreted(&mut self, log: &LogId, interpreted: u64) -> Result<(), Fault> {
        self.head(log).await?;
        self.writing()?.heads.insert_mut(log.clone(), ());
        self.top.put_interpreted(log, interpreted).await
    }

    async fn append_entries(&mut self, entries: &[EntryRow]) -> Result<(), Fault> {
        self.writing()?;
        for entry in entries {
            if below!(self.entry(&entry.at)).is_some() {
                return Err(self.top.spoil(Fault::entries_exist()));
            }
        }
        self.top.append_entries(entries).await
    }

    async fn entries(&mut self, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        // What was appended here comes after everything below.
        let mut rows = below!(self.entries(log, from, limit));
        let room = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        rows.extend(self.top.entries(log, from, room).await?);
        Ok(rows)
    }

    async fn entry(&mut self, at: &EntryRef) -> Result<Option<EntryRow>, Fault> {
        match self.top.entry(at).await? {
            Some(row) => Ok(Some(row)),
            None => Ok(below!(self.entry(at))),
        }
    }

    async fn put_tree_nodes(&mut self, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault> {
        self.writing()?;
        self.top.put_tree_nodes(log, nodes).await
    }

    async fn tree_nodes(&mut self, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Option<Digest>>, Fault> {
        let held = below!(self.tree_nodes(log, places));
        let fresh = self.top.tree_nodes(log, places).await?;
        Ok(fresh.into_iter().zip(held).map(|(fresh, held)| fresh.or(held)).collect())
    }

    async fn audience_head(&mut self, log: &LogId, audience: &Audience) -> Result<Option<(u64, Digest)>, Fault> {
        if self.written.audience_heads.contains_key(&(log.clone(), audience.clone())) {
            return self.top.audience_head(log, audience).await;
        }
        Ok(below!(self.audience_head(log, audience)))
    }

    async fn put_audience_head(
        &mut self,
        log: &LogId,
        audience: &Audience,
        number: u64,
        hash: &Digest,
    ) -> Result<(), Fault> {
        self.writing()?.audience_heads.insert_mut((log.clone(), audience.clone()), ());
        self.top.put_audience_head(log, audience, number, hash).await
    }

    async fn put_chunk(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), Fault> {
        self.writing()?;
        if below!(self.missing_chunks(&[*digest])).is_empty() {
            return Ok(());
        }
        self.writing()?.chunks.insert_mut(*digest, ());
        self.top.put_chunk(digest, bytes).await
    }

    async fn chunk(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        match self.top.chunk(digest).await? {
            Some(bytes) => Ok(Some(bytes)),
            None => Ok(below!(self.chunk(digest))),
        }
    }

    async fn missing_chunks(&mut self, digests: &[Digest]) -> Result<Vec<Digest>, Fault> {
        let missing = self.top.missing_chunks(digests).await?;
        Ok(below!(self.missing_chunks(&missing)))
    }

    async fn put_wants(&mut self, wants: &[WantRow]) -> Result<(), Fault> {
        self.writing()?;
        self.take_wants().await?;
        for want in wants {
            self.writing()?.wants.insert_mut((want.entry.clone(), want.digest), ());
        }
        self.top.put_wants(wants).await
    }

    async fn wants(&mut self, limit: u32) -> Result<Vec<WantRow>, Fault> {
        self.take_wants().await?;
        self.top.wants(limit).await
    }

    async fn first_incomplete(&mut self, log: &LogId) -> Result<Option<u64>, Fault> {
        if self.written.wants.is_empty() && self.written.chunks.is_empty() {
            return Ok(below!(self.first_incomplete(log)));
        }
        self.take_wants().await?;
        self.top.first_incomplete(log).await
    }

    async fn put_cosignature(&mut self, row: &CosignatureRow) -> Result<(), Fault> {
        self.writing()?;
        self.cosignatures(&row.log, row.size).await?;
        self.top.put_cosignature(row).await
    }

    async fn cosignatures(&mut self, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault> {
        for row in below!(self.cosignatures(log, size)) {
            self.top.put_cosignature(&row).await?;
        }
        self.top.cosignatures(log, size).await
    }

    async fn latest_cosignature(&mut self, log: &LogId, signer: &NodeId) -> Result<Option<CosignatureRow>, Fault> {
        if let Some(row) = below!(self.latest_cosignature(log, signer)) {
            self.top.put_cosignature(&row).await?;
        }
        self.top.latest_cosignature(log, signer).await
    }

    async fn put_incident(&mut self, row: &IncidentRow) -> Result<(), Fault> {
        self.writing()?;
        self.top.put_incident(row).await
    }

    async fn incidents(&mut self, limit: u32) -> Result<Vec<IncidentRow>, Fault> {
        let fresh = self.top.tables.incidents.size();
        for row in below!(self.incidents(more(limit, fresh))) {
            // What was kept first stays.
            self.top.tables.incidents.insert_mut(row.evidence, row);
        }
        self.top.incidents(limit).await
    }

    async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        if self.written.meta.contains_key(key) {
            return self.top.meta(key).await;
        }
        Ok(below!(self.meta(key)))
    }

    async fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), Fault> {
        self.writing()?.meta.insert_mut(key.to_owned(), ());
        self.top.put_meta(key, value).await
    }

    async fn put_parked(&mut self, row: &ParkedRow) -> Result<(), Fault> {
        self.writing()?.parked.insert_mut(row.id.clone(), ());
        self.top.put_parked(row).await
    }

    async fn parked(&mut self, id: &str) -> Result<Option<ParkedRow>, Fault> {
        if self.written.parked.contains_key(id) {
            return self.top.parked(id).await;
        }
        Ok(below!(self.parked(id)))
    }

    async fn all_parked(&mut self) -> Result<Vec<ParkedRow>, Fault> {
        for row in below!(self.all_parked()) {
            if !self.written.parked.contains_key(&row.id) {
                self.top.put_parked(&row).await?;
            }
        }
        self.top.all_parked().await
    }

    async fn remove_parked(&mut self, id: &str) -> Result<(), Fault> {
        self.writing()?.parked.insert_mut(id.to_owned(), ());
        self.top.remove_parked(id).await
    }

    async fn put_secret(&mut self, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault> {
        self.writing()?;
        self.top.put_secret(commitment, ciphertext).await
    }

    async fn secret(&mut self, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        match self.top.secret(commitment).await? {
            Some(sealed) => Ok(Some(sealed)),
            None => Ok(below!(self.secret(commitment))),
        }
    }
}
