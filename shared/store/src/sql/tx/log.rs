//! What a transaction on an SQL database knows of logs.

use async_trait::async_trait;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId};

use crate::rows::*;
use crate::sql::session::SqlTx;
use crate::sql::*;
use crate::traits::LogTx;

#[async_trait]
impl LogTx for SqlTx {
    async fn head(&mut self, log: &LogId) -> Result<Option<HeadRow>, Fault> {
        heads::head(self, log).await
    }

    async fn heads(&mut self) -> Result<Vec<HeadRow>, Fault> {
        heads::heads(self).await
    }

    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Fault> {
        heads::put_head(self, head).await
    }

    async fn put_interpreted(&mut self, log: &LogId, interpreted: u64) -> Result<(), Fault> {
        heads::put_interpreted(self, log, interpreted).await
    }

    async fn append_entries(&mut self, entries: &[EntryRow]) -> Result<(), Fault> {
        entries::append_entries(self, entries).await
    }

    async fn entries(&mut self, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        entries::entries(self, log, from, limit).await
    }

    async fn entry(&mut self, at: &EntryRef) -> Result<Option<EntryRow>, Fault> {
        entries::entry(self, at).await
    }

    async fn put_tree_nodes(&mut self, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault> {
        entries::put_tree_nodes(self, log, nodes).await
    }

    async fn tree_nodes(&mut self, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Option<Digest>>, Fault> {
        entries::tree_nodes(self, log, places).await
    }

    async fn audience_head(&mut self, log: &LogId, audience: &Audience) -> Result<Option<(u64, Digest)>, Fault> {
        heads::audience_head(self, log, audience).await
    }

    async fn put_audience_head(
        &mut self,
        log: &LogId,
        audience: &Audience,
        number: u64,
        hash: &Digest,
    ) -> Result<(), Fault> {
        heads::put_audience_head(self, log, audience, number, hash).await
    }

    async fn put_chunk(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), Fault> {
        chunks::put_chunk(self, digest, bytes).await
    }

    async fn chunk(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        chunks::chunk(self, digest).await
    }

    async fn missing_chunks(&mut self, digests: &[Digest]) -> Result<Vec<Digest>, Fault> {
        chunks::missing_chunks(self, digests).await
    }

    async fn put_wants(&mut self, wants: &[WantRow]) -> Result<(), Fault> {
        chunks::put_wants(self, wants).await
    }

    async fn wants(&mut self, limit: u32) -> Result<Vec<WantRow>, Fault> {
        chunks::wants(self, limit).await
    }

    async fn first_incomplete(&mut self, log: &LogId) -> Result<Option<u64>, Fault> {
        chunks::first_incomplete(self, log).await
    }

    async fn put_cosignature(&mut self, row: &CosignatureRow) -> Result<(), Fault> {
        receipts::put_cosignature(self, row).await
    }

    async fn cosignatures(&mut self, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault> {
        receipts::cosignatures(self, log, size).await
    }

    async fn latest_cosignature(&mut self, log: &LogId, signer: &NodeId) -> Result<Option<CosignatureRow>, Fault> {
        receipts::latest_cosignature(self, log, signer).await
    }

    async fn put_incident(&mut self, row: &IncidentRow) -> Result<(), Fault> {
        incidents::put_incident(self, row).await
    }

    async fn incidents(&mut self, limit: u32) -> Result<Vec<IncidentRow>, Fault> {
        incidents::incidents(self, limit).await
    }

    async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        vault::meta(self, key).await
    }

    async fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), Fault> {
        vault::put_meta(self, key, value).await
    }

    async fn put_parked(&mut self, row: &ParkedRow) -> Result<(), Fault> {
        parked::put_parked(self, row).await
    }

    async fn parked(&mut self, id: &str) -> Result<Option<ParkedRow>, Fault> {
        parked::parked(self, id).await
    }

    async fn all_parked(&mut self) -> Result<Vec<ParkedRow>, Fault> {
        parked::all_parked(self).await
    }

    async fn remove_parked(&mut self, id: &str) -> Result<(), Fault> {
        parked::remove_parked(self, id).await
    }

    async fn put_secret(&mut self, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault> {
        vault::put_secret(self, commitment, ciphertext).await
    }

    async fn secret(&mut self, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        vault::secret(self, commitment).await
    }
}
