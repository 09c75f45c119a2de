//! Chunks between the store and the link: fetched by address, checked by digest, shown to their audience only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use honghei_codec::entry::decode_envelope;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::EntryRef;
use honghei_ledger::{hex, sha256};
use honghei_store::{Fault, LogTx, WantRow};

use crate::edge::Edge;
use crate::frame::ChunkAddress;
use crate::rejection::{Reason, Rejection};
use crate::relay::audience_of;

/// Entries whose chunks a link remembers: it asks for those of one after those of another.
const ENTRIES_AT_HAND: usize = 4;

/// What there is of a chunk that the peer asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChunkLoaded {
    /// All of it.
    Held(Bytes),
    /// It may be shown, and has not arrived here.
    Absent,
    /// It is not for the peer, or the entry does not name it.
    Denied(Rejection),
}

/// Loads a chunk that the peer asked for, if an entry that it may read entitles it to.
pub async fn load_chunk(tx: &mut dyn LogTx, address: &ChunkAddress, edge: &Edge) -> Result<ChunkLoaded, Fault> {
    if !is_entitled(tx, address, edge).await? {
        let detail = format!("chunk {} of entry {}", hex(&address.digest), address.entry);
        return Ok(ChunkLoaded::Denied(Rejection::new(Reason::ChunkDenied, detail)));
    }
    Ok(tx.chunk(&address.digest).await?.map_or(ChunkLoaded::Absent, |bytes| ChunkLoaded::Held(Bytes::from(bytes))))
}

/// The chunks that a peer may have of the entries it asked about last.
///
/// Chunks are asked for one by one, and an entry names thousands of them: reading it again for each would cost the square
/// of their number. What an entry says never changes; what a directory says of its readers makes another edge.
#[derive(Debug, Default)]
pub(crate) struct Entitled(Mutex<VecDeque<(EntryRef, Vec<Digest>)>>);

impl Entitled {
    /// Whether a chunk may be had; nothing where its entry is not known.
    fn tells(&self, address: &ChunkAddress) -> Option<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, digests) = known.iter().find(|(entry, _)| *entry == address.entry)?;
        Some(digests.binary_search(&address.digest).is_ok())
    }

    fn remember(&self, entry: &EntryRef, mut digests: Vec<Digest>) {
        digests.sort_unstable();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.truncate(ENTRIES_AT_HAND - 1);
        known.push_front((entry.clone(), digests));
    }
}

async fn is_entitled(tx: &mut dyn LogTx, address: &ChunkAddress, edge: &Edge) -> Result<bool, Fault> {
    if let Some(told) = edge.entitled.tells(address) {
        return Ok(told);
    }
    let origin = &address.entry.log.node;
    if !edge.offers(&address.entry.log) {
        return Ok(false);
    }
    let Some(row) = tx.entry(&address.entry).await? else { return Ok(false) };
    // What is withheld today may be here tomorrow.
    let (Some(header), Some(payload)) = (row.header, row.payload) else { return Ok(false) };
    let audience = audience_of(&header, &address.entry.to_string())?;
    let Ok(envelope) = decode_envelope(&payload) else { return Ok(false) };
    let admits = |audience: &Audience| audience.admits(origin, &edge.peer, &*edge.directory);
    let chunks = envelope.chunks.iter().filter(|chunk| admits(&audience) && admits(&chunk.audience));
    let digests: Vec<Digest> = chunks.map(|chunk| chunk.digest).collect();
    let told = digests.contains(&address.digest);
    edge.entitled.remember(&address.entry, digests);
    Ok(told)
}

/// Checks a complete chunk and keeps it.
pub async fn store_chunk(tx: &mut dyn LogTx, want: &WantRow, bytes: &[u8]) -> Result<Result<(), Rejection>, Fault> {
    if bytes.len() as u64 != want.length || sha256(bytes) != want.digest {
        let detail = format!("chunk {} of entry {} has other bytes", hex(&want.digest), want.entry);
        let rejection = Rejection::new(Reason::ChunkAltered, detail).about(&want.entry.log);
        return Ok(Err(rejection.proved_by(sha256(bytes))));
    }
    tx.put_chunk(&want.digest, bytes).await?;
    Ok(Ok(()))
}

/// The first `limit` wanted chunks of the logs that this peer relays, most urgent first.
pub async fn load_wants(tx: &mut dyn LogTx, edge: &Edge, limit: u32) -> Result<Vec<WantRow>, Fault> {
    // Wants of other links may stand before ours, so the view widens until it has enough or everything.
    let mut window = limit.saturating_mul(2);
    loop {
        let rows = tx.wants(window).await?;
        let all = (rows.len() as u64) < u64::from(window);
        let ours: Vec<WantRow> =
            rows.into_iter().filter(|row| edge.accepts(&row.entry.log)).take(limit as usize).collect();
        if all || ours.len() as u64 >= u64::from(limit) {
            return Ok(ours);
        }
        window = window.saturating_mul(4);
    }
}
