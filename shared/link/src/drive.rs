//! Runs a machine over a pair of frame channels against a store: the only part of the link that waits.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use honghei_domain::directory::Directory;
use honghei_domain::node::NodeId;
use honghei_store::{Fault, Store, run_tx};
use tokio::sync::{mpsc, watch};

use crate::edge::{Edge, Side};
use crate::frame::Frame;
use crate::limits::Limits;
use crate::machine::{Close, Config, Machine, Now};
use crate::receipts::Cosigner;
use crate::rejection::Rejection;
use crate::status::{Pulse, StatusBoard};
use crate::work::{self, Answer, Context, Read, Write};

/// How often the status board is brought up to date at most, milliseconds.
const PUBLISH_EVERY_MS: u64 = 100;

/// Clocks and chance, as arguments.
#[derive(Clone)]
pub struct Ports {
    /// Transport time, milliseconds since the Unix epoch.
    pub now_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Milliseconds since an arbitrary start, never stepping back.
    pub monotonic_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// A random number, for jitter.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Ports {
    fn now(&self) -> Now {
        Now { monotonic_ms: (self.monotonic_ms)(), transport_ms: (self.now_ms)() }
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ports")
    }
}

/// What a node lends its links.
#[derive(Clone, Debug)]
pub struct LinkHost {
    /// This node.
    pub me: NodeId,
    /// 16 random bytes, the same for the life of this installation.
    pub instance: [u8; 16],
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The directory in force, and its changes. The node keeps the sender for its life: without it, it is going down.
    pub directory: watch::Receiver<Arc<Directory>>,
    /// Who cosigns mirrored checkpoints; `None` to issue no receipts.
    pub cosigner: Option<Cosigner>,
    /// Bounds.
    pub limits: Limits,
    /// Clocks and chance.
    pub ports: Ports,
    /// Beats after every commit of a link; own writers beat it too, so that links send at once.
    pub pulse: Pulse,
    /// The links as they stand.
    pub board: StatusBoard,
}

/// Why no further frame can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamDefect {
    /// The connection broke.
    Broken(String),
    /// The peer sent bytes that are no lawful frame.
    Hostile(Rejection),
}

type Lane = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;

/// Runs one connection until it ends; returns why.
///
/// `stop` resolves to a code and a message when the connection must go: the node shuts down, or another connection of
/// the same peer takes over. What was begun is finished and recorded first.
pub async fn run_session(
    host: &LinkHost,
    peer: NodeId,
    mut incoming: impl Stream<Item = Result<Frame, StreamDefect>> + Unpin,
    outgoing: mpsc::Sender<Frame>,
    stop: impl Future<Output = (&'static str, &'static str)>,
) -> Close {
    let mut directory = host.directory.clone();
    let mut pulse = host.pulse.listen();
    let mut chunks = host.pulse.listen_for_chunks();
    let config = Config {
        me: host.me.clone(),
        peer,
        instance: host.instance,
        directory: directory.borrow_and_update().clone(),
        limits: host.limits.clone(),
        seed: (host.ports.chance)(),
    };
    let mut machine = Machine::new(config.clone(), host.ports.now());
    let mut publisher = Publisher::new(host, &config, &machine);
    // A stream that ended is no longer read (deaf) or written (mute), while what was begun is finished.
    let mut deaf = false;
    let (mut reading, mut writing): (Option<Lane>, Option<Lane>) = (None, None);
    let mut pending: Option<Frame> = None;
    let mut mute = false;
    tokio::pin!(stop);
    let mut stopped = false;
    let close = loop {
        if let Some(edge) = machine.edge().cloned() {
            if reading.is_none() {
                reading = machine.next_read().map(|request| read_lane(host, edge.clone(), request));
            }
            if writing.is_none() {
                writing = machine.next_write().map(|request| write_lane(host, edge, request));
            }
        }
        if pending.is_none() {
            pending = machine.next_frame(host.ports.now());
        }
        publisher.publish(&machine);
        if mute {
            pending = None;
        }
        if pending.is_none()
            && let Some(close) = machine.finished()
        {
            break close.clone();
        }
        let wake_ms = machine.next_wakeup_ms().min(publisher.due_ms()).saturating_sub((host.ports.monotonic_ms)());
        let due = tokio::time::sleep(Duration::from_millis(wake_ms));
        tokio::select! {
            biased;
            reason = &mut stop, if !stopped => {
                stopped = true;
                machine.shut_down(reason.0, reason.1);
            }
            answer = lane(&mut writing) => {
                writing = None;
                match answer {
                    Ok(answer) => {
                        let (news, partial) = (answer.is_news(), answer.is_partial());
                        machine.on_answer(answer, host.ports.now());
                        if news && partial {
                            host.pulse.beat_for_chunks();
                        } else if news {
                            host.pulse.beat();
                        }
                    }
                    Err(fault) => break fault_close(&fault),
                }
            }
            answer = lane(&mut reading) => {
                reading = None;
                match answer {
                    Ok(answer) => machine.on_answer(answer, host.ports.now()),
                    Err(fault) => break fault_close(&fault),
                }
            }
            room = outgoing.reserve(), if pending.is_some() => match (room, pending.take()) {
                (Ok(permit), Some(frame)) => permit.send(frame),
                _ => {
                    mute = true;
                    machine.on_stream_end("the peer no longer reads");
                }
            },
            frame = incoming.next(), if !deaf && machine.ready_to_receive() => match frame {
                Some(Ok(frame)) => machine.on_frame(frame, host.ports.now()),
                Some(Err(StreamDefect::Hostile(rejection))) => {
                    deaf = true;
                    machine.on_malformed(rejection, host.ports.now());
                }
                Some(Err(StreamDefect::Broken(detail))) => {
                    deaf = true;
                    machine.on_stream_end(&detail);
                }
                None => {
                    deaf = true;
                    machine.on_stream_end("the peer closed the stream");
                }
            },
            changed = pulse.changed() => {
                if changed.is_ok() {
                    machine.on_change();
                }
            }
            changed = chunks.changed() => {
                if changed.is_ok() {
                    machine.on_chunks();
                }
            }
            changed = directory.changed() => {
                let version = directory.borrow_and_update().clone();
                if changed.is_ok() {
                    machine.on_directory(version, host.ports.now());
                } else {
                    machine.shut_down("SHUTTING_DOWN", "this node goes down");
                }
            }
            () = due => {
                machine.on_tick(host.ports.now());
                continue;
            }
        }
        publisher.touch();
    };
    publisher.finish(&machine, &close);
    close
}

/// Waits for a lane's answer; for ever if it is empty.
async fn lane(lane: &mut Option<Lane>) -> Result<Answer, Fault> {
    match lane {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}

fn fault_close(fault: &Fault) -> Close {
    tracing::error!(code = fault.code(), fault = %fault, "the store failed under a link");
    Close { code: fault.code().to_owned(), detail: fault.to_string(), hostile: false }
}

fn read_lane(host: &LinkHost, edge: Arc<Edge>, request: Read) -> Lane {
    let host = host.clone();
    Box::pin(async move {
        let mut tx = host.store.read().await?;
        let now_ms = (host.ports.now_ms)();
        work::read(&mut *tx, &request, context(&host, &edge, now_ms)).await
    })
}

fn write_lane(host: &LinkHost, edge: Arc<Edge>, request: Write) -> Lane {
    let host = host.clone();
    Box::pin(async move {
        run_tx!(host.store.as_ref(), "link", async |tx| {
            let now_ms = (host.ports.now_ms)();
            work::write(tx, &request, context(&host, &edge, now_ms)).await
        })
    })
}

fn context<'a>(host: &'a LinkHost, edge: &'a Edge, now_ms: i64) -> Context<'a> {
    Context { edge, limits: &host.limits, cosigner: host.cosigner.as_ref(), now_ms }
}

/// Keeps the status board true without rebuilding it at every frame.
struct Publisher<'a> {
    host: &'a LinkHost,
    peer: NodeId,
    side: Side,
    touched: bool,
    due_ms: u64,
}

impl<'a> Publisher<'a> {
    fn new(host: &'a LinkHost, config: &Config, machine: &Machine) -> Self {
        let side = machine.edge().map_or(Side::Parent, |edge| edge.side);
        let since_ms = (host.ports.now_ms)();
        host.board.update(&config.peer, side, |status| {
            status.connected = true;
            status.since_ms = since_ms;
        });
        Self { host, peer: config.peer.clone(), side, touched: true, due_ms: 0 }
    }

    /// Something happened that the board does not show yet.
    fn touch(&mut self) {
        self.touched = true;
    }

    fn due_ms(&self) -> u64 {
        if self.touched { self.due_ms } else { u64::MAX }
    }

    fn publish(&mut self, machine: &Machine) {
        let now_ms = (self.host.ports.monotonic_ms)();
        if !self.touched || now_ms < self.due_ms {
            return;
        }
        self.touched = false;
        self.due_ms = now_ms + PUBLISH_EVERY_MS;
        let view = machine.view();
        self.host.board.update(&self.peer, self.side, |status| {
            if view.live {
                status.failures = 0;
            }
            status.view = view;
        });
    }

    fn finish(&self, machine: &Machine, close: &Close) {
        let since_ms = (self.host.ports.now_ms)();
        self.host.board.update(&self.peer, self.side, |status| {
            status.connected = false;
            status.since_ms = since_ms;
            status.view = machine.view();
            status.view.live = false;
            status.last_close = Some(close.clone());
        });
    }
}
