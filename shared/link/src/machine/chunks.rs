//! Chunks under way: asked for by priority within a window, served in pieces between the packages.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use honghei_domain::list::Digest;
use honghei_ledger::hex;
use honghei_store::WantRow;

use super::Machine;
use crate::chunks::ChunkLoaded;
use crate::frame::{ChunkAddress, ChunkPiece, Frame};
use crate::limits::{Limits, MAX_WANTED_PER_FRAME};
use crate::rejection::{Reason, Rejection};
use crate::work::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FetchStage {
    Asked,
    /// The peer has not got it; ask again then.
    Absent {
        retry_ms: u64,
    },
    Storing,
}

#[derive(Debug)]
struct Fetch {
    want: WantRow,
    bytes: Vec<u8>,
    stage: FetchStage,
}

/// Chunks that the peer shall send us.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    fetches: BTreeMap<Digest, Fetch>,
    /// Whether the store may want more than is here.
    dirty: bool,
}

impl Fetching {
    pub(super) fn look_again(&mut self) {
        self.dirty = true;
    }

    /// Chunks and bytes asked for and not stored.
    pub(super) fn outstanding(&self) -> (usize, u64) {
        let asked = self.fetches.values().filter(|fetch| !matches!(fetch.stage, FetchStage::Absent { .. }));
        asked.fold((0, 0), |(chunks, bytes), fetch| (chunks + 1, bytes + fetch.want.length))
    }

    fn has_room(&self, limits: &Limits) -> bool {
        let (chunks, bytes) = self.outstanding();
        chunks < limits.chunks_asked && bytes < limits.chunk_bytes_asked
    }

    pub(super) fn wants_to_ask(&mut self, limits: &Limits) -> Option<u32> {
        if !self.dirty || !self.has_room(limits) {
            return None;
        }
        self.dirty = false;
        u32::try_from(self.fetches.len() + limits.chunks_asked).ok()
    }

    /// Takes up the most urgent rows that fit; gives what to ask for.
    fn take_up(&mut self, rows: Vec<WantRow>, limits: &Limits) -> Vec<ChunkAddress> {
        let asked_for = self.fetches.len() + limits.chunks_asked;
        if rows.len() < asked_for {
            // That is everything wanted: what the peer still owes and is not among it came another way.
            let wanted: Vec<Digest> = rows.iter().map(|row| row.digest).collect();
            self.fetches
                .retain(|digest, fetch| !matches!(fetch.stage, FetchStage::Absent { .. }) || wanted.contains(digest));
        }
        let mut addresses = Vec::new();
        for want in rows {
            if self.fetches.contains_key(&want.digest) {
                continue;
            }
            let (chunks, bytes) = self.outstanding();
            if !self.has_room(limits) || (chunks > 0 && bytes + want.length > limits.chunk_bytes_asked) {
                // Looked at again when one of them is stored.
                break;
            }
            addresses.push(ChunkAddress { entry: want.entry.clone(), digest: want.digest });
            self.fetches.insert(want.digest, Fetch { want, bytes: Vec::new(), stage: FetchStage::Asked });
        }
        addresses
    }

    pub(super) fn on_absent(&mut self, digest: &Digest, retry_ms: u64) {
        if let Some(fetch) = self.fetches.get_mut(digest)
            && fetch.stage == FetchStage::Asked
        {
            fetch.stage = FetchStage::Absent { retry_ms };
            fetch.bytes = Vec::new();
            self.dirty = true;
        }
    }

    pub(super) fn on_stored(&mut self, digest: &Digest) {
        self.fetches.remove(digest);
        self.dirty = true;
    }

    /// Asks again for what the peer owed for long.
    pub(super) fn retry(&mut self, now_ms: u64) -> Vec<ChunkAddress> {
        let mut addresses = Vec::new();
        for fetch in self.fetches.values_mut() {
            let due = matches!(fetch.stage, FetchStage::Absent { retry_ms } if retry_ms <= now_ms);
            if due && addresses.len() < MAX_WANTED_PER_FRAME {
                fetch.stage = FetchStage::Asked;
                addresses.push(ChunkAddress { entry: fetch.want.entry.clone(), digest: fetch.want.digest });
            }
        }
        addresses
    }

    pub(super) fn next_retry_ms(&self) -> Option<u64> {
        let absent = self.fetches.values().filter_map(|fetch| match fetch.stage {
            FetchStage::Absent { retry_ms } => Some(retry_ms),
            _ => None,
        });
        absent.min()
    }
}

#[derive(Debug)]
struct Outbound {
    digest: Digest,
    bytes: Bytes,
    offset: usize,
}

/// Chunks that we shall send the peer.
#[derive(Debug, Default)]
pub(super) struct Serving {
    asks: VecDeque<ChunkAddress>,
    loading: bool,
    /// The chunk whose pieces go out, and the one after it.
    outbound: VecDeque<Outbound>,
    owed: BTreeMap<Digest, ChunkAddress>,
    owed_dirty: bool,
}

/// Chunks in memory for the peer at once: one going out, one behind it.
const OUTBOUND: usize = 2;

impl Serving {
    pub(super) fn look_again(&mut self) {
        self.owed_dirty = !self.owed.is_empty();
    }

    pub(super) fn next_to_load(&mut self) -> Option<ChunkAddress> {
        if self.loading || self.outbound.len() >= OUTBOUND {
            return None;
        }
        let address = self.asks.pop_front()?;
        self.loading = true;
        Some(address)
    }

    pub(super) fn owed_to_check(&mut self) -> Option<Vec<Digest>> {
        std::mem::take(&mut self.owed_dirty).then(|| self.owed.keys().copied().collect())
    }

    pub(super) fn on_available(&mut self, digests: &[Digest]) {
        for digest in digests {
            if let Some(address) = self.owed.remove(digest) {
                self.asks.push_back(address);
            }
        }
    }

    pub(super) fn next_piece(&mut self, piece_bytes: usize) -> Option<Frame> {
        let outbound = self.outbound.front_mut()?;
        let end = outbound.bytes.len().min(outbound.offset + piece_bytes);
        let piece = ChunkPiece {
            digest: outbound.digest,
            offset: outbound.offset as u64,
            total: outbound.bytes.len() as u64,
            bytes: outbound.bytes.slice(outbound.offset..end),
        };
        outbound.offset = end;
        if end == outbound.bytes.len() {
            self.outbound.pop_front();
        }
        Some(Frame::ChunkPiece(piece))
    }
}

impl Machine {
    pub(super) fn on_wants(&mut self, rows: Vec<WantRow>) {
        let addresses = self.fetching.take_up(rows, &self.config.limits);
        for addresses in addresses.chunks(MAX_WANTED_PER_FRAME) {
            self.control.push_back(Frame::ChunkWanted(addresses.to_vec()));
        }
    }

    pub(super) fn on_chunk_piece(&mut self, piece: ChunkPiece) {
        let unasked = |what: &str| {
            Rejection::new(Reason::ChunkUnasked, format!("a piece of chunk {} {what}", hex(&piece.digest)))
        };
        let Some(fetch) = self.fetching.fetches.get_mut(&piece.digest) else {
            let rejection = unasked("that was not asked for");
            return self.reject(rejection);
        };
        let length = piece.bytes.len() as u64;
        let fits = fetch.stage != FetchStage::Storing
            && piece.total == fetch.want.length
            && piece.offset == fetch.bytes.len() as u64
            && (length > 0 || piece.total == 0)
            && length <= self.config.limits.piece_bytes as u64
            && piece.offset + length <= piece.total;
        if !fits {
            let rejection = unasked("that does not continue it");
            return self.reject(rejection);
        }
        fetch.stage = FetchStage::Asked;
        if fetch.bytes.is_empty() {
            // The announced length is bounded by the codec, so it can be trusted with memory.
            fetch.bytes.reserve_exact(usize::try_from(piece.total).unwrap_or(0));
        }
        fetch.bytes.extend_from_slice(&piece.bytes);
        if fetch.bytes.len() as u64 == piece.total {
            fetch.stage = FetchStage::Storing;
            let bytes = std::mem::take(&mut fetch.bytes);
            let want = fetch.want.clone();
            match self.writes.back_mut() {
                Some(Write::Chunks(waiting)) => waiting.push((want, bytes)),
                _ => self.writes.push_back(Write::Chunks(vec![(want, bytes)])),
            }
        }
    }

    pub(super) fn on_chunk_wanted(&mut self, addresses: Vec<ChunkAddress>) {
        for address in addresses {
            self.serving.owed.remove(&address.digest);
            let known = self.serving.asks.contains(&address)
                || self.serving.outbound.iter().any(|outbound| outbound.digest == address.digest);
            if !known {
                self.serving.asks.push_back(address);
            }
        }
        if self.serving.asks.len() > self.config.limits.chunks_to_serve {
            self.reject(Rejection::new(Reason::Flooded, "more chunks asked for than may be outstanding"));
        }
    }

    pub(super) fn on_chunk_loaded(&mut self, address: ChunkAddress, loaded: ChunkLoaded) {
        self.serving.loading = false;
        match loaded {
            ChunkLoaded::Held(bytes) => {
                self.serving.outbound.push_back(Outbound { digest: address.digest, bytes, offset: 0 });
            }
            ChunkLoaded::Absent => {
                self.control.push_back(Frame::ChunkAbsent(address.digest));
                if self.serving.owed.len() < self.config.limits.chunks_owed {
                    self.serving.owed.insert(address.digest, address);
                    // It may have arrived between the look and now.
                    self.serving.owed_dirty = true;
                }
            }
            ChunkLoaded::Denied(rejection) => {
                self.control.push_back(Frame::ChunkAbsent(address.digest));
                self.reject(rejection);
            }
        }
    }
}
