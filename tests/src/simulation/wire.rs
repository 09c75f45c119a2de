//! The real link machines over queues in virtual time: what the hands carry otherwise, frame by frame.

use std::collections::VecDeque;

use honghei_domain::node::NodeId;
use honghei_link::Limits;
use honghei_link::edge::Edge;
use honghei_link::frame::Frame;
use honghei_link::machine::{Config, Machine, Now};
use honghei_link::work::{self, Answer, Context};
use honghei_registry::error::Fault;

use super::chance::Dice;
use crate::world::World;

/// Frames on the way to one end at most.
const WIRE_FRAMES: usize = 4;

/// Rounds of ten seconds after which a quiet link has nothing left to retry.
const QUIET_ROUNDS: u32 = 5;

struct End {
    machine: Machine,
    inbox: VecDeque<Frame>,
}

/// One edge of the tree: child and parent, and their machines while they are connected.
struct Line {
    nodes: [NodeId; 2],
    ends: Option<[End; 2]>,
}

/// The links of a federation.
pub struct Wires {
    lines: Vec<Line>,
    limits: Limits,
    clock_ms: u64,
    dice: Dice,
    news: u64,
}

impl Wires {
    /// Nobody is connected yet. Edges are child and parent.
    pub fn new(edges: &[(NodeId, NodeId)], limits: Limits, seed: u64) -> Self {
        let line = |(child, parent): &(NodeId, NodeId)| Line { nodes: [child.clone(), parent.clone()], ends: None };
        Self {
            lines: edges.iter().map(line).collect(),
            limits,
            clock_ms: 1_000,
            dice: Dice::of(seed ^ 0x11_17),
            news: 0,
        }
    }

    /// Transactions that brought something new so far.
    pub fn news(&self) -> u64 {
        self.news
    }

    /// The connection of an edge breaks; what was under way is lost.
    pub fn cut(&mut self, edge: usize) {
        if let Some(line) = self.lines.get_mut(edge) {
            line.ends = None;
        }
    }

    /// A node died: its connections are gone.
    pub fn died(&mut self, id: &NodeId) {
        self.lines.iter_mut().filter(|line| line.nodes.contains(id)).for_each(|line| line.ends = None);
    }

    /// Lets up to `actions` things happen on an edge; returns how many stores came to hold more.
    pub async fn run(&mut self, world: &World, edge: usize, actions: u32) -> Result<u64, Fault> {
        self.connect(world, edge);
        let mut news = 0;
        let mut idle = 0;
        for _ in 0..actions {
            let (side, kind) = (self.dice.below(2), self.dice.below(4));
            match self.act(world, edge, side, kind).await? {
                None => idle += 1,
                Some(fresh) => {
                    idle = 0;
                    news += u64::from(fresh);
                }
            }
            // Every kind on every side was tried often enough to say that nothing can happen.
            if idle > 64 {
                break;
            }
        }
        self.news += news;
        Ok(news)
    }

    /// Lets every link run until time alone brings nothing any more.
    pub async fn drain(&mut self, world: &World) -> Result<u64, Fault> {
        let mut news = 0;
        let mut quiet = 0;
        while quiet < QUIET_ROUNDS {
            let mut moved = 0;
            for edge in 0..self.lines.len() {
                moved += self.run(world, edge, 100_000).await?;
            }
            news += moved;
            quiet = if moved == 0 { quiet + 1 } else { 0 };
            self.clock_ms += 10_000;
            let at = self.at();
            for end in self.lines.iter_mut().filter_map(|line| line.ends.as_mut()).flatten() {
                end.machine.on_tick(at);
            }
        }
        Ok(news)
    }

    fn at(&self) -> Now {
        let transport_ms = i64::try_from(self.clock_ms).unwrap_or(i64::MAX);
        Now { monotonic_ms: self.clock_ms, transport_ms }
    }

    fn connect(&mut self, world: &World, edge: usize) {
        let (at, limits) = (self.at(), self.limits.clone());
        let seeds = [self.dice.below(u64::MAX), self.dice.below(u64::MAX)];
        let Some(line) = self.lines.get_mut(edge) else { return };
        if let Some(ends) = &mut line.ends {
            // The offices may have written since.
            ends.iter_mut().for_each(|end| end.machine.on_change());
            return;
        }
        let [child, parent] = line.nodes.clone();
        let end = |me: &NodeId, peer: &NodeId, seed: u64| {
            let (me, peer, directory) = (me.clone(), peer.clone(), world.directory.clone());
            let config = Config { me, peer, instance: [7; 16], directory, limits: limits.clone(), seed };
            End { machine: Machine::new(config, at), inbox: VecDeque::new() }
        };
        line.ends = Some([end(&child, &parent, seeds[0]), end(&parent, &child, seeds[1])]);
    }

    /// One thing on one side: `None` if it cannot happen now, otherwise whether a store holds more.
    async fn act(&mut self, world: &World, edge: usize, side: u64, kind: u64) -> Result<Option<bool>, Fault> {
        self.clock_ms += 1;
        let at = self.at();
        let limits = self.limits.clone();
        let Some(line) = self.lines.get_mut(edge) else { return Ok(None) };
        let (me, peer) = if side == 0 { (&line.nodes[0], &line.nodes[1]) } else { (&line.nodes[1], &line.nodes[0]) };
        let Some([child, parent]) = line.ends.as_mut() else { return Ok(None) };
        let (mine, theirs) = if side == 0 { (child, parent) } else { (parent, child) };
        let done = match kind {
            0 if mine.machine.ready_to_receive() => {
                let frame = mine.inbox.pop_front();
                frame.map(|frame| {
                    mine.machine.on_frame(frame, at);
                    false
                })
            }
            1 if theirs.inbox.len() < WIRE_FRAMES => {
                let frame = mine.machine.next_frame(at);
                // A keep-alive is no sign of work.
                let works = frame.as_ref().is_some_and(|frame| !matches!(frame, Frame::KeepAlive(_)));
                theirs.inbox.extend(frame);
                works.then_some(false)
            }
            2 | 3 => {
                let answer = answer(world, (me, peer), &limits, at, &mut mine.machine, kind == 2).await?;
                answer.map(|answer| {
                    let news = answer.is_news();
                    mine.machine.on_answer(answer, at);
                    news
                })
            }
            _ => None,
        };
        match mine.machine.finished().cloned() {
            Some(close) if close.hostile => Err(Fault::Inconsistent { what: format!("{me} closed: {close:?}") }),
            Some(_) => {
                line.ends = None;
                Ok(done)
            }
            None => Ok(done),
        }
    }
}

/// Does what a machine asks of its node's store.
async fn answer(
    world: &World,
    (me, peer): (&NodeId, &NodeId),
    limits: &Limits,
    at: Now,
    machine: &mut Machine,
    reading: bool,
) -> Result<Option<Answer>, Fault> {
    let (Some(node), Some(edge)) = (world.nodes.get(me), Edge::between(&world.directory, me, peer)) else {
        return Ok(None);
    };
    let context = Context { edge: &edge, limits, cosigner: Some(node.cosigner()), now_ms: at.transport_ms };
    if reading {
        let Some(request) = machine.next_read() else { return Ok(None) };
        let mut tx = node.store.read().await?;
        return Ok(Some(work::read(&mut *tx, &request, context).await?));
    }
    let Some(request) = machine.next_write() else { return Ok(None) };
    let mut tx = node.store.write("link").await?;
    let answer = work::write(&mut *tx, &request, context).await?;
    tx.commit().await?;
    Ok(Some(answer))
}
