//! The protocol as a machine without I/O: frames, answers and ticks go in; frames and requests come out.
//!
//! Both sides run the same machine. A turn goes: feed what happened (`on_…`), then drain what follows (`next_…`).
//! Requests come one reading and one writing at a time, so a slow store holds the peer back instead of filling memory.
//!
//! Invariants: of a log at most one package is under way, so a broken stream repeats at most one; nothing is said to be
//! stored before its transaction is committed; everything kept for the peer has a bound in [`Limits`].

mod chunks;
mod hello;
mod mirror;
mod refuse;
mod view;

use std::collections::VecDeque;
use std::sync::Arc;

use honghei_domain::directory::Directory;
use honghei_domain::node::NodeId;

use crate::chance::Jitter;
use crate::edge::Edge;
use crate::frame::{Frame, Hello, Receipt, Refusal};
use crate::limits::Limits;
use crate::receipts::Told;
use crate::rejection::{Reason, Rejection};
use crate::work::{Answer, Read, Write};
use chunks::{Fetching, Serving};
use mirror::{Receiving, Sending};
pub use view::{LogView, View, Way};

/// One instant on two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since an arbitrary start, never stepping back.
    pub monotonic_ms: u64,
    /// Transport time, milliseconds since the Unix epoch.
    pub transport_ms: i64,
}

/// Who speaks with whom.
#[derive(Clone, Debug)]
pub struct Config {
    /// This node.
    pub me: NodeId,
    /// The peer, as its certificate says.
    pub peer: NodeId,
    /// 16 random bytes, the same for the life of this installation.
    pub instance: [u8; 16],
    /// The directory held.
    pub directory: Arc<Directory>,
    /// Bounds.
    pub limits: Limits,
    /// Seed of the jitter.
    pub seed: u64,
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Stable code: a [`Reason`]'s, or `NOT_A_NEIGHBOUR`, `WRONG_FEDERATION`, `WRONG_CLOCK_CLASS`, `WRONG_NODE`,
    /// `PROTOCOL_UNSUPPORTED`, `PEER_SILENT`, `SHUTTING_DOWN`, `REFUSED_BY_PEER`, `STREAM_ENDED`.
    pub code: String,
    /// For people.
    pub detail: String,
    /// Whether the peer misbehaved, so that it should be kept away for a while.
    pub hostile: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Our hello or the peer's is outstanding.
    Opening,
    /// Mirroring.
    Live,
    /// Last words are flushed.
    Closing,
}

#[derive(Debug, Default)]
struct Dirty {
    heads: bool,
    receipts: bool,
}

/// One end of one connection.
#[derive(Debug)]
pub struct Machine {
    config: Config,
    edge: Option<Arc<Edge>>,
    phase: Phase,
    now: Now,
    jitter: Jitter,
    control: VecDeque<Frame>,
    writes: VecDeque<Write>,
    reading: bool,
    writing: bool,
    dirty: Dirty,
    hello_sent: bool,
    hello: Option<Box<Hello>>,
    sending: Sending,
    receiving: Receiving,
    fetching: Fetching,
    serving: Serving,
    told: Told,
    receipts: Vec<Receipt>,
    rejections: u32,
    last_heard_ms: u64,
    heard_at_ms: Option<i64>,
    last_said_ms: u64,
    skew_ms: Option<i64>,
    piece_next: bool,
    complaint: Option<(String, String)>,
    close: Option<Close>,
}

impl Machine {
    /// A fresh connection.
    pub fn new(config: Config, now: Now) -> Self {
        let edge = Edge::between(&config.directory, &config.me, &config.peer).map(Arc::new);
        let mut machine = Self {
            jitter: Jitter::new(config.seed),
            edge,
            phase: Phase::Opening,
            now,
            control: VecDeque::new(),
            writes: VecDeque::new(),
            reading: false,
            writing: false,
            dirty: Dirty { heads: true, receipts: false },
            hello_sent: false,
            hello: None,
            sending: Sending::default(),
            receiving: Receiving::default(),
            fetching: Fetching::default(),
            serving: Serving::default(),
            told: Told::new(),
            receipts: Vec::new(),
            rejections: 0,
            last_heard_ms: now.monotonic_ms,
            heard_at_ms: None,
            last_said_ms: now.monotonic_ms,
            skew_ms: None,
            piece_next: false,
            complaint: None,
            close: None,
            config,
        };
        if machine.edge.is_none() {
            machine.refuse_stranger();
        }
        machine
    }

    /// The edge as the current directory sees it; `None` once the two are no neighbours.
    pub fn edge(&self) -> Option<&Arc<Edge>> {
        self.edge.as_ref()
    }

    /// A frame arrived.
    pub fn on_frame(&mut self, frame: Frame, now: Now) {
        self.now = now;
        self.last_heard_ms = now.monotonic_ms;
        self.heard_at_ms = Some(now.transport_ms);
        match (self.phase, frame) {
            (Phase::Closing, _) | (_, Frame::Unknown) => {}
            (_, Frame::Refusal(refusal)) => {
                self.complaint = Some((refusal.code.clone(), refusal.message.clone()));
                let detail = format!("the peer refused: {}: {}", refusal.code, refusal.message);
                self.end("REFUSED_BY_PEER", &detail, false);
            }
            (Phase::Opening, Frame::Hello(hello)) if self.hello.is_none() => self.on_hello(hello),
            (_, Frame::KeepAlive(time_ms)) => self.skew_ms = Some(time_ms.saturating_sub(now.transport_ms)),
            (Phase::Live, frame) => self.on_live_frame(frame),
            (Phase::Opening, _) => self.reject(Rejection::new(Reason::OutOfTurn, "a frame before the hello")),
        }
    }

    fn on_live_frame(&mut self, frame: Frame) {
        match frame {
            Frame::Package(package) => self.on_package(package),
            Frame::Stored(state) => self.on_stored(state),
            Frame::Receipt(receipt) => self.receipts.push(*receipt),
            Frame::ChunkWanted(addresses) => self.on_chunk_wanted(addresses),
            Frame::ChunkPiece(piece) => self.on_chunk_piece(piece),
            Frame::ChunkAbsent(digest) => {
                self.fetching
                    .on_absent(&digest, self.now.monotonic_ms + self.jitter.around(self.config.limits.retry_ms));
            }
            Frame::Rejection(notice) => self.on_rejection(notice),
            Frame::Hello(_) => self.reject(Rejection::new(Reason::OutOfTurn, "a second hello")),
            Frame::Refusal(_) | Frame::KeepAlive(_) | Frame::Unknown => {}
        }
    }

    /// The bytes that arrived were no frame.
    pub fn on_malformed(&mut self, rejection: Rejection, now: Now) {
        self.now = now;
        self.reject(rejection);
    }

    /// The stream ended without a word.
    pub fn on_stream_end(&mut self, detail: &str) {
        self.end("STREAM_ENDED", detail, false);
        self.control.clear();
    }

    /// The store answered a request.
    pub fn on_answer(&mut self, answer: Answer, now: Now) {
        self.now = now;
        match answer {
            Answer::Heads(held) => {
                self.reading = false;
                self.on_heads(held);
            }
            Answer::Package { log, loaded } => {
                self.reading = false;
                self.on_package_loaded(&log, loaded);
            }
            Answer::Wants(rows) => {
                self.reading = false;
                self.on_wants(rows);
            }
            Answer::Chunk { address, loaded } => {
                self.reading = false;
                self.on_chunk_loaded(address, loaded);
            }
            Answer::Available(digests) => {
                self.reading = false;
                self.serving.on_available(&digests);
            }
            Answer::Receipts { receipts, due } => {
                self.reading = false;
                for receipt in receipts {
                    self.told.insert((receipt.state.log.clone(), receipt.signer.clone()), receipt.state.size);
                    self.control.push_back(Frame::Receipt(Box::new(receipt)));
                }
                if !due.is_empty() {
                    self.writes.push_back(Write::Cosign(due));
                }
            }
            Answer::PackageStored { log, result } => {
                self.writing = false;
                self.on_package_stored(&log, result);
            }
            Answer::ChunksStored { results, completes } => {
                self.writing = false;
                self.dirty.receipts |= completes;
                for (digest, result) in results {
                    self.fetching.on_stored(&digest);
                    if let Err(rejection) = result {
                        self.answer_rejection(&rejection);
                    }
                }
            }
            Answer::ReceiptsStored(rejections) => {
                self.writing = false;
                for rejection in rejections {
                    self.answer_rejection(&rejection);
                }
            }
            Answer::Cosigned => {
                self.writing = false;
                self.dirty.receipts = true;
            }
            Answer::Recorded => self.writing = false,
        }
    }

    /// The store may hold more than before, by somebody else's doing.
    pub fn on_change(&mut self) {
        self.dirty = Dirty { heads: true, receipts: true };
        self.serving.look_again();
    }

    /// The store may hold chunks that the peer has asked for.
    pub fn on_chunks(&mut self) {
        self.serving.look_again();
    }

    /// A new directory version is in force here.
    pub fn on_directory(&mut self, directory: Arc<Directory>, now: Now) {
        self.now = now;
        self.config.directory = directory;
        self.edge = Edge::between(&self.config.directory, &self.config.me, &self.config.peer).map(Arc::new);
        let Some(edge) = self.edge.clone() else { return self.refuse_stranger() };
        self.on_change();
        if self.phase == Phase::Live {
            self.sending.resume(u64::MAX);
            // Says again how far every log is held, so that what was refused for now is sent again.
            for state in self.receiving.cursors(&edge) {
                self.control.push_back(Frame::Stored(state));
            }
        }
    }

    /// Time passed.
    pub fn on_tick(&mut self, now: Now) {
        self.now = now;
        if !self.ready_to_receive() {
            // We did not listen, so silence says nothing.
            self.last_heard_ms = now.monotonic_ms;
        }
        if self.phase != Phase::Closing
            && now.monotonic_ms.saturating_sub(self.last_heard_ms) >= self.config.limits.silence_ms
        {
            self.end("PEER_SILENT", "nothing was heard from the peer for too long", false);
            self.control.clear();
        }
        self.sending.resume(now.monotonic_ms);
        let again = self.fetching.retry(now.monotonic_ms);
        if !again.is_empty() {
            self.control.push_back(Frame::ChunkWanted(again));
        }
    }

    /// The node goes down, or another connection of the same peer takes over.
    pub fn shut_down(&mut self, code: &str, message: &str) {
        if self.phase != Phase::Closing {
            self.control.push_back(Frame::Refusal(Refusal { code: code.to_owned(), message: message.to_owned() }));
            self.end(code, message, false);
        }
    }

    /// The next frame to send, when there is room for one.
    ///
    /// Short frames go first; packages and chunk pieces take turns, so that neither starves the other.
    pub fn next_frame(&mut self, now: Now) -> Option<Frame> {
        self.now = now;
        let frame = self.choose_frame()?;
        self.last_said_ms = now.monotonic_ms;
        Some(frame)
    }

    fn choose_frame(&mut self) -> Option<Frame> {
        if let Some(frame) = self.control.pop_front() {
            return Some(frame);
        }
        if self.phase == Phase::Closing {
            return None;
        }
        if self.phase == Phase::Live {
            let piece_bytes = self.config.limits.piece_bytes;
            let frame = if self.piece_next {
                self.serving.next_piece(piece_bytes).or_else(|| self.sending.next_package())
            } else {
                self.sending.next_package().or_else(|| self.serving.next_piece(piece_bytes))
            };
            if let Some(frame) = frame {
                self.piece_next = matches!(frame, Frame::Package(_));
                return Some(frame);
            }
        }
        let silent_ms = self.now.monotonic_ms.saturating_sub(self.last_said_ms);
        (silent_ms >= self.config.limits.keep_alive_ms).then_some(Frame::KeepAlive(self.now.transport_ms))
    }

    /// The next reading request, if none is under way.
    pub fn next_read(&mut self) -> Option<Read> {
        if self.reading || self.phase == Phase::Closing {
            return None;
        }
        let request = self.choose_read()?;
        self.reading = true;
        Some(request)
    }

    fn choose_read(&mut self) -> Option<Read> {
        if std::mem::take(&mut self.dirty.heads) {
            return Some(Read::Heads);
        }
        if self.phase != Phase::Live {
            return None;
        }
        if let Some(limit) = self.fetching.wants_to_ask(&self.config.limits) {
            return Some(Read::Wants(limit));
        }
        let chunk_first = self.piece_next;
        if chunk_first && let Some(address) = self.serving.next_to_load() {
            return Some(Read::Chunk(address));
        }
        if let Some(ask) = self.sending.next_to_load(&self.config.limits) {
            return Some(Read::Package(Box::new(ask)));
        }
        if std::mem::take(&mut self.dirty.receipts) {
            return Some(Read::Receipts(self.told.clone()));
        }
        if let Some(address) = self.serving.next_to_load() {
            return Some(Read::Chunk(address));
        }
        self.serving.owed_to_check().map(Read::Available)
    }

    /// The next writing request, if none is under way. What was begun is finished even while closing.
    pub fn next_write(&mut self) -> Option<Write> {
        if self.writing {
            return None;
        }
        let request = match self.writes.pop_front() {
            Some(request) => request,
            None if !self.receipts.is_empty() => Write::Receipts(std::mem::take(&mut self.receipts)),
            None => return None,
        };
        self.writing = true;
        Some(request)
    }

    /// When [`Machine::on_tick`] is due at the latest, on the monotonic clock.
    pub fn next_wakeup_ms(&self) -> u64 {
        let said = self.last_said_ms + self.config.limits.keep_alive_ms;
        let heard = self.last_heard_ms + self.config.limits.silence_ms;
        let waiting = self.sending.next_retry_ms().into_iter().chain(self.fetching.next_retry_ms());
        waiting.fold(said.min(heard), u64::min)
    }

    /// Whether another frame may be read now.
    pub fn ready_to_receive(&self) -> bool {
        self.receipts.len() < self.config.limits.receipts_pending
            && self.writes.len() < self.config.limits.writes_pending
    }

    /// Whether both hellos were exchanged and the connection is not closing.
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }

    /// Why the connection ends, once everything that had to be said and recorded is out.
    pub fn finished(&self) -> Option<&Close> {
        let flushed = self.control.is_empty() && self.writes.is_empty() && self.receipts.is_empty() && !self.writing;
        self.close.as_ref().filter(|_| flushed)
    }
}
