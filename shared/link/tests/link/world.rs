//! Nodes over memory, links over queues, virtual time: the same seed gives the same history.
//!
//! Every step is drawn: a frame is delivered or lost with its connection, a transaction commits or dies with its node,
//! before or after the commit. Invariants are checked on the way, convergence at the end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use futures_util::FutureExt;
use honghei_domain::directory::Directory;
use honghei_domain::node::{LogId, NodeId};
use honghei_link::Limits;
use honghei_link::chance::{Jitter, backoff};
use honghei_link::frame::{Frame, Item, Receipt};
use honghei_link::machine::{Close, Config, Machine, Now};
use honghei_link::work::{self, Answer, Context};
use honghei_store::{MemoryStore, Store};

use super::federation::{Federation, id};

/// Frames on the way between two ends at most.
const WIRE_FRAMES: usize = 4;

/// Memory never waits, so its futures are done at the first look.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("memory does not wait")
}

/// How often things go wrong, out of 1,000 chances each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub frame_lost: u64,
    pub crash_before_commit: u64,
    pub crash_after_commit: u64,
    pub crash_between: u64,
}

pub struct Node {
    pub id: NodeId,
    pub store: MemoryStore,
    pub directory: Arc<Directory>,
}

pub(crate) struct End {
    pub machine: Machine,
    pub inbox: VecDeque<Frame>,
    answers: VecDeque<Answer>,
    /// The other end is gone and this one will see it when its inbox is empty.
    peer_gone: bool,
}

/// Alters what an end sends: nothing, the frame, or several.
pub type Tamper = Box<dyn FnMut(Frame) -> Vec<Frame>>;

pub(crate) struct Link {
    /// Node indices: child, parent.
    pub nodes: [usize; 2],
    pub ends: [Option<End>; 2],
    dial_at_ms: u64,
    failures: u32,
    losses: u32,
    /// Highest package end sent, and packages that began below it.
    sent: BTreeMap<LogId, (u64, u32)>,
    tamper: [Option<Tamper>; 2],
    pub closes: Vec<Close>,
}

pub struct World {
    pub federation: Federation,
    pub nodes: Vec<Node>,
    pub(crate) links: Vec<Link>,
    pub limits: Limits,
    pub weather: Weather,
    pub rng: Jitter,
    pub now_ms: u64,
    pub promises: Vec<Receipt>,
    /// What the nodes still write: node, audience, chunks.
    pub agenda: Vec<(usize, String, usize)>,
    pub faults: u32,
    /// Frames that pass before the connection they travel on is cut.
    cut_after: Option<u64>,
}

impl World {
    pub fn new(federation: Federation, limits: Limits, seed: u64) -> Self {
        let directory = federation.directory.clone();
        let nodes: Vec<Node> = directory
            .nodes
            .iter()
            .map(|record| Node { id: record.id.clone(), store: MemoryStore::new(), directory: directory.clone() })
            .collect();
        let place = |node: &NodeId| nodes.iter().position(|other| other.id == *node).unwrap();
        let links = directory.nodes.iter().filter_map(|record| {
            let parent = record.parent.as_ref()?;
            Some(Link {
                nodes: [place(&record.id), place(parent)],
                ends: [None, None],
                dial_at_ms: 0,
                failures: 0,
                losses: 0,
                sent: BTreeMap::new(),
                tamper: [None, None],
                closes: Vec::new(),
            })
        });
        let links = links.collect();
        Self {
            federation,
            nodes,
            links,
            limits,
            weather: Weather::default(),
            rng: Jitter::new(seed),
            now_ms: 1_000,
            promises: Vec::new(),
            agenda: Vec::new(),
            faults: 0,
            cut_after: None,
        }
    }

    /// The connection breaks once, with the frame after so many.
    pub fn cut_after(&mut self, frames: u64) {
        self.cut_after = Some(frames);
    }

    /// Virtual time.
    pub fn elapsed_ms(&self) -> u64 {
        self.now_ms
    }

    pub fn place(&self, node: &str) -> usize {
        self.nodes.iter().position(|other| other.id == id(node)).unwrap()
    }

    fn link_of(&self, child: &str) -> usize {
        self.links.iter().position(|link| link.nodes[0] == self.place(child)).unwrap()
    }

    /// From now on what the child (or its parent) says on the child's uplink goes through this.
    pub fn tamper(&mut self, child: &str, by_parent: bool, tamper: Option<Tamper>) {
        let link = self.link_of(child);
        self.links[link].tamper[usize::from(by_parent)] = tamper;
    }

    /// How the child's uplink ended, each time.
    pub fn closes(&self, child: &str) -> &[Close] {
        &self.links[self.link_of(child)].closes
    }

    pub fn close_codes(&self, child: &str) -> Vec<String> {
        self.closes(child).iter().map(|close| close.code.clone()).collect()
    }

    /// The node comes back with another disk.
    pub fn swap_store(&mut self, node: &str, store: MemoryStore) {
        let place = self.place(node);
        self.crash(place);
        self.nodes[place].store = store;
    }

    pub fn plan(&mut self, node: &str, audience: &str, chunks: usize) {
        self.agenda.push((self.place(node), audience.to_owned(), chunks));
    }

    /// Writes one entry now.
    pub fn write(&mut self, node: &str, audience: &str, chunks: usize) {
        self.append(self.place(node), audience, chunks);
    }

    fn append(&mut self, node: usize, audience: &str, chunks: usize) {
        let unique = self.rng.draw();
        let length = self.rng.below(120) as usize;
        let chunk = |ordinal: usize| format!("{unique:x}-{ordinal}-{}", "红黑".repeat(length)).into_bytes();
        let chunks: Vec<Vec<u8>> = (0..chunks).map(chunk).collect();
        let body = unique.to_string().repeat(1 + self.rng.below(8) as usize);
        let Node { id, store, .. } = &self.nodes[node];
        now(self.federation.append(store, id, audience, body.as_bytes(), &chunks)).unwrap();
        self.stir(node);
    }

    /// The node's links look at its store again.
    pub fn stir(&mut self, node: usize) {
        self.stir_with(node, false);
    }

    fn stir_with(&mut self, node: usize, partial: bool) {
        for link in &mut self.links {
            for (side, end) in link.ends.iter_mut().enumerate() {
                match end.as_mut().filter(|_| link.nodes[side] == node) {
                    Some(end) if partial => end.machine.on_chunks(),
                    Some(end) => end.machine.on_change(),
                    None => {}
                }
            }
        }
    }

    /// A node takes up another directory version.
    pub fn adopt(&mut self, node: &str, directory: &Arc<Directory>) {
        let place = self.place(node);
        self.nodes[place].directory = directory.clone();
        let at = self.at();
        for link in &mut self.links {
            for (side, end) in link.ends.iter_mut().enumerate() {
                if let Some(end) = end.as_mut().filter(|_| link.nodes[side] == place) {
                    end.machine.on_directory(directory.clone(), at);
                }
            }
        }
    }

    fn at(&self) -> Now {
        Now { monotonic_ms: self.now_ms, transport_ms: 1_700_000_000_000 + self.now_ms as i64 }
    }

    /// Runs until nothing is planned, nothing moves and `done` holds; false if that takes too long.
    pub fn run_until(&mut self, mut done: impl FnMut(&World) -> bool) -> bool {
        let mut quiet = 0;
        for _ in 0..200_000 {
            if self.step() {
                quiet = 0;
                continue;
            }
            if self.agenda.is_empty() && done(self) {
                return true;
            }
            quiet += 1;
            if quiet > 400 {
                return false;
            }
            self.pass_time();
        }
        false
    }

    /// Runs for a span of virtual time.
    pub fn run_for(&mut self, span_ms: u64) {
        let end_ms = self.now_ms + span_ms;
        while self.now_ms < end_ms {
            if !self.step() {
                self.pass_time();
            }
        }
    }

    fn chance(&mut self, per_thousand: u64) -> bool {
        let hit = per_thousand > 0 && self.faults > 0 && self.rng.below(1000) < per_thousand;
        if hit {
            self.faults -= 1;
        }
        hit
    }

    /// One drawn event; false if nothing can happen before time passes.
    fn step(&mut self) -> bool {
        if !self.agenda.is_empty() && self.rng.below(20) == 0 {
            let next = self.rng.below(self.agenda.len() as u64) as usize;
            let (node, audience, chunks) = self.agenda.swap_remove(next);
            self.append(node, &audience, chunks);
            return true;
        }
        if self.chance(self.weather.crash_between) {
            let node = self.rng.below(self.nodes.len() as u64) as usize;
            self.crash(node);
            return true;
        }
        let slots = self.links.len() * 2 * 5;
        let start = self.rng.below(slots as u64) as usize;
        (0..slots).any(|turn| {
            let slot = (start + turn) % slots;
            self.act(slot / 10, (slot / 5) % 2, slot % 5)
        })
    }

    fn act(&mut self, link: usize, side: usize, action: usize) -> bool {
        let at = self.at();
        if self.links[link].ends[0].is_none() && self.links[link].dial_at_ms <= self.now_ms {
            return self.connect(link);
        }
        let Some(end) = self.links[link].ends[side].as_mut() else { return false };
        let acted = match action {
            0 => match end.inbox.pop_front() {
                Some(frame) if end.machine.ready_to_receive() => {
                    end.machine.on_frame(frame, at);
                    true
                }
                Some(frame) => {
                    end.inbox.push_front(frame);
                    false
                }
                None if end.peer_gone => {
                    end.peer_gone = false;
                    end.machine.on_stream_end("the peer closed the stream");
                    true
                }
                None => false,
            },
            1 => self.send(link, side),
            2 => match end.machine.next_read() {
                Some(request) => {
                    let answer = self.read(link, side, &request);
                    self.push_answer(link, side, answer);
                    true
                }
                None => false,
            },
            3 => match end.machine.next_write() {
                Some(request) => {
                    self.write_request(link, side, &request);
                    true
                }
                None => false,
            },
            _ => match end.answers.pop_front() {
                Some(answer) => {
                    let (news, partial) = (answer.is_news(), answer.is_partial());
                    end.machine.on_answer(answer, at);
                    if news {
                        self.stir_with(self.links[link].nodes[side], partial);
                    }
                    true
                }
                None => false,
            },
        };
        self.bury(link, side);
        acted
    }

    fn push_answer(&mut self, link: usize, side: usize, answer: Answer) {
        if let Some(end) = &mut self.links[link].ends[side] {
            end.answers.push_back(answer);
        }
    }

    fn read(&self, link: usize, side: usize, request: &work::Read) -> Answer {
        let node = &self.nodes[self.links[link].nodes[side]];
        let edge = self.links[link].ends[side].as_ref().unwrap().machine.edge().unwrap().clone();
        let cosigner = self.federation.cosigner(&node.id);
        let context =
            Context { edge: &edge, limits: &self.limits, cosigner: Some(&cosigner), now_ms: self.at().transport_ms };
        now(async {
            let mut tx = node.store.read().await.unwrap();
            work::read(&mut *tx, request, context).await.unwrap()
        })
    }

    fn write_request(&mut self, link: usize, side: usize, request: &work::Write) {
        let place = self.links[link].nodes[side];
        let edge = self.links[link].ends[side].as_ref().unwrap().machine.edge().unwrap().clone();
        let before = self.chance(self.weather.crash_before_commit);
        let after = !before && self.chance(self.weather.crash_after_commit);
        let node = &self.nodes[place];
        let cosigner = self.federation.cosigner(&node.id);
        let context =
            Context { edge: &edge, limits: &self.limits, cosigner: Some(&cosigner), now_ms: self.at().transport_ms };
        let answer = now(async {
            let mut tx = node.store.write("link").await.unwrap();
            let answer = work::write(&mut *tx, request, context).await.unwrap();
            if !before {
                tx.commit().await.unwrap();
            }
            answer
        });
        if before || after {
            self.crash(place);
        } else {
            self.push_answer(link, side, answer);
        }
    }

    fn send(&mut self, link: usize, side: usize) -> bool {
        let at = self.at();
        let entry = &mut self.links[link];
        if entry.ends[1 - side].as_ref().is_some_and(|other| other.inbox.len() >= WIRE_FRAMES) {
            return false;
        }
        let Some(frame) = entry.ends[side].as_mut().and_then(|end| end.machine.next_frame(at)) else { return false };
        if let Frame::Package(package) = &frame {
            let reader = &self.nodes[entry.nodes[1 - side]].id;
            for item in &package.items {
                if let Item::Entry { header, .. } = item {
                    let audience = honghei_codec::entry::decode_header(header).unwrap().audience;
                    let admitted = audience.admits(&package.log.node, reader, &*self.federation.directory);
                    assert!(admitted, "{reader} was shown an entry for {audience}");
                }
            }
            let sent = entry.sent.entry(package.log.clone()).or_default();
            if package.first_index < sent.0 {
                sent.1 += 1;
            }
            sent.0 = sent.0.max(package.end());
            assert!(
                sent.1 <= entry.losses || entry.tamper.iter().any(Option::is_some),
                "more than one package of {} was sent twice for a lost connection",
                package.log
            );
        }
        if let Frame::Rejection(_) = &frame {
            // What was refused is sent again, as after a loss.
            entry.losses += 1;
        }
        if let Frame::Receipt(receipt) = &frame {
            self.promises.push((**receipt).clone());
        }
        let counted = self.cut_after.map(|left| left.checked_sub(1));
        if let Some(left) = counted {
            self.cut_after = left;
        }
        if counted == Some(None) || self.chance(self.weather.frame_lost) {
            self.cut(link);
            return true;
        }
        let entry = &mut self.links[link];
        let frames = match entry.tamper[side].as_mut() {
            Some(tamper) => tamper(frame),
            None => vec![frame],
        };
        if let Some(other) = entry.ends[1 - side].as_mut() {
            other.inbox.extend(frames);
        }
        true
    }

    fn connect(&mut self, link: usize) -> bool {
        let at = self.at();
        let seed = self.rng.draw();
        let [child, parent] = self.links[link].nodes;
        let end = |me: usize, peer: usize| {
            let config = Config {
                me: self.nodes[me].id.clone(),
                peer: self.nodes[peer].id.clone(),
                instance: [7; 16],
                directory: self.nodes[me].directory.clone(),
                limits: self.limits.clone(),
                seed,
            };
            Some(End {
                machine: Machine::new(config, at),
                inbox: VecDeque::new(),
                answers: VecDeque::new(),
                peer_gone: false,
            })
        };
        let ends = [end(child, parent), end(parent, child)];
        self.links[link].ends = ends;
        true
    }

    /// An end that has said its last word goes; the other sees it after what was under way.
    fn bury(&mut self, link: usize, side: usize) {
        let entry = &mut self.links[link];
        let Some(close) = entry.ends[side].as_ref().and_then(|end| end.machine.finished().cloned()) else { return };
        entry.ends[side] = None;
        entry.closes.push(close);
        if let Some(other) = &mut entry.ends[1 - side] {
            other.peer_gone = true;
        }
        self.lose(link);
    }

    fn lose(&mut self, link: usize) {
        let entry = &mut self.links[link];
        entry.losses += 1;
        entry.failures = (entry.failures + 1).min(3);
        let delay = backoff(entry.failures, self.rng.draw());
        entry.dial_at_ms = self.now_ms + delay.as_millis() as u64;
    }

    /// The connection breaks: what was under way is lost; each end notices at once, or only by the silence.
    fn cut(&mut self, link: usize) {
        self.lose(link);
        for side in 0..2 {
            let half_open = self.rng.below(2) == 0;
            if let Some(end) = &mut self.links[link].ends[side] {
                end.inbox.clear();
                if half_open && side == 1 {
                    continue;
                }
                end.machine.on_stream_end("the connection broke");
            }
            self.links[link].ends[side].take_if(|end| end.machine.finished().is_some());
        }
        // A child whose last transaction is still open finishes it before it dials again.
    }

    /// The node dies and comes back: its connections are gone, its store holds what was committed.
    fn crash(&mut self, node: usize) {
        for link in 0..self.links.len() {
            let Some(side) = self.links[link].nodes.iter().position(|place| *place == node) else { continue };
            if self.links[link].ends[side].take().is_none() {
                continue;
            }
            self.lose(link);
            let half_open = self.rng.below(2) == 0;
            if let Some(other) = &mut self.links[link].ends[1 - side] {
                if half_open {
                    other.inbox.clear();
                } else {
                    other.peer_gone = true;
                }
            }
        }
        self.check_promises();
    }

    /// The clock moves to the next moment at which something is due.
    fn pass_time(&mut self) {
        let mut due_ms = u64::MAX;
        for link in &self.links {
            if link.ends[0].is_none() {
                due_ms = due_ms.min(link.dial_at_ms);
            }
            for end in link.ends.iter().flatten() {
                due_ms = due_ms.min(end.machine.next_wakeup_ms());
            }
        }
        self.now_ms = due_ms.clamp(self.now_ms + 1, self.now_ms + 60_000);
        let at = self.at();
        for link in 0..self.links.len() {
            for side in 0..2 {
                if let Some(end) = &mut self.links[link].ends[side] {
                    end.machine.on_tick(at);
                }
                self.bury(link, side);
            }
        }
    }
}
