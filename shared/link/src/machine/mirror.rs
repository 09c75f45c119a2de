//! Logs under way: packages out to the peer's cursor, packages in to ours.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use honghei_domain::node::LogId;

use super::Machine;
use crate::edge::Edge;
use crate::frame::{Frame, LogState, Package};
use crate::limits::Limits;
use crate::rejection::{Reason, Rejection};
use crate::relay::{Aim, Loaded, PackageAsk, StoredPackage};
use crate::verify::{admit_package, nothing_of};
use crate::work::{HeldLog, Write};

/// What is happening to one log that the peer mirrors from us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The next package may be loaded.
    Idle,
    /// Nothing to send until something changes.
    Rest,
    /// A package is being loaded.
    Loading,
    /// A package waits for room.
    Ready(Box<Package>),
    /// A package is with the peer; entries up to here will be stored.
    InFlight(u64),
    /// The peer did not accept it; when to try again.
    Paused { until_ms: u64, code: String },
}

/// One log that the peer mirrors from us.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) ours: LogState,
    pub(super) provable: u64,
    pub(super) theirs: LogState,
    pub(super) stage: Stage,
    aim: Option<Aim>,
}

impl Outgoing {
    fn has_more(&self) -> bool {
        // A cursor at or beyond ours with another root is looked at too: the store decides what it means.
        self.provable > self.theirs.size || (self.theirs.size >= self.ours.size && self.theirs != self.ours)
    }

    fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Loading | Stage::Ready(_) | Stage::InFlight(_))
    }
}

/// Everything that the peer mirrors from us.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub(super) logs: BTreeMap<LogId, Outgoing>,
    ready: VecDeque<LogId>,
    served_last: Option<LogId>,
}

impl Sending {
    pub(super) fn on_held(&mut self, held: HeldLog) {
        let log = held.state.log.clone();
        let outgoing = self.logs.entry(log.clone()).or_insert_with(|| Outgoing {
            ours: held.state.clone(),
            provable: 0,
            theirs: nothing_of(&log),
            stage: Stage::Idle,
            aim: None,
        });
        if outgoing.stage == Stage::Rest && (outgoing.provable != held.provable || outgoing.ours != held.state) {
            outgoing.stage = Stage::Idle;
        }
        outgoing.ours = held.state;
        outgoing.provable = held.provable;
    }

    /// The peer's durable cursor; it also invites what was refused before.
    pub(super) fn on_stored(&mut self, theirs: LogState) {
        let log = theirs.log.clone();
        let outgoing = self.logs.entry(log.clone()).or_insert_with(|| Outgoing {
            ours: nothing_of(&log),
            provable: 0,
            theirs: nothing_of(&log),
            stage: Stage::Idle,
            aim: None,
        });
        outgoing.theirs = theirs;
        match outgoing.stage {
            Stage::InFlight(end) if outgoing.theirs.size >= end => outgoing.stage = Stage::Idle,
            Stage::Rest | Stage::Paused { .. } => outgoing.stage = Stage::Idle,
            _ => {}
        }
    }

    pub(super) fn pause(&mut self, log: &LogId, until_ms: u64, code: &str) {
        if let Some(outgoing) = self.logs.get_mut(log)
            && !matches!(outgoing.stage, Stage::Loading | Stage::Ready(_))
        {
            outgoing.stage = Stage::Paused { until_ms, code: code.to_owned() };
            outgoing.aim = None;
        }
    }

    /// Takes up again what was paused until now at the latest.
    pub(super) fn resume(&mut self, now_ms: u64) {
        for outgoing in self.logs.values_mut() {
            if matches!(outgoing.stage, Stage::Paused { until_ms, .. } if until_ms <= now_ms) {
                outgoing.stage = Stage::Idle;
            }
        }
    }

    pub(super) fn next_retry_ms(&self) -> Option<u64> {
        let paused = self.logs.values().filter_map(|outgoing| match outgoing.stage {
            Stage::Paused { until_ms, .. } => Some(until_ms),
            _ => None,
        });
        paused.min()
    }

    /// The next package to load: the logs take turns.
    pub(super) fn next_to_load(&mut self, limits: &Limits) -> Option<PackageAsk> {
        if self.logs.values().filter(|outgoing| outgoing.is_under_way()).count() >= limits.packages_in_flight {
            return None;
        }
        let due = |(_, outgoing): &(&LogId, &Outgoing)| outgoing.stage == Stage::Idle && outgoing.has_more();
        let later = self.served_last.as_ref().and_then(|last| {
            self.logs.range::<LogId, _>((std::ops::Bound::Excluded(last), std::ops::Bound::Unbounded)).find(due)
        });
        let log = later.or_else(|| self.logs.iter().find(due)).map(|(log, _)| log.clone())?;
        let outgoing = self.logs.get_mut(&log)?;
        outgoing.stage = Stage::Loading;
        self.served_last = Some(log);
        Some(PackageAsk { theirs: outgoing.theirs.clone(), aim: outgoing.aim.clone() })
    }

    pub(super) fn next_package(&mut self) -> Option<Frame> {
        let log = self.ready.pop_front()?;
        let outgoing = self.logs.get_mut(&log)?;
        match std::mem::replace(&mut outgoing.stage, Stage::Idle) {
            Stage::Ready(package) => {
                outgoing.stage = Stage::InFlight(package.end());
                Some(Frame::Package(package))
            }
            other => {
                outgoing.stage = other;
                None
            }
        }
    }
}

/// Everything that we mirror from the peer.
#[derive(Debug, Default)]
pub(super) struct Receiving {
    pub(super) logs: BTreeMap<LogId, LogState>,
    /// Sizes that the peer is known to hold.
    pub(super) peer_sizes: BTreeMap<LogId, u64>,
    storing: BTreeSet<LogId>,
}

impl Receiving {
    pub(super) fn on_held(&mut self, state: LogState) {
        let held = self.logs.entry(state.log.clone()).or_insert_with(|| state.clone());
        if state.size > held.size {
            *held = state;
        }
    }

    pub(super) fn on_peer_holds(&mut self, log: &LogId, size: u64) {
        let known = self.peer_sizes.entry(log.clone()).or_default();
        *known = size.max(*known);
    }

    pub(super) fn cursor(&self, log: &LogId) -> LogState {
        self.logs.get(log).cloned().unwrap_or_else(|| nothing_of(log))
    }

    /// Where every log that the peer may bring is held up to, the empty ones too.
    pub(super) fn cursors(&self, edge: &Edge) -> Vec<LogState> {
        let logs = edge
            .directory
            .nodes
            .iter()
            .flat_map(|node| node.log_keys.iter().map(|key| LogId { node: node.id.clone(), epoch: key.epoch }));
        logs.filter(|log| edge.accepts(log)).map(|log| self.cursor(&log)).collect()
    }
}

impl Machine {
    pub(super) fn on_package_loaded(&mut self, log: &LogId, loaded: Loaded) {
        let retry_ms = self.now.monotonic_ms + self.jitter.around(self.config.limits.retry_ms);
        let quarantine_ms = self.now.monotonic_ms + self.jitter.around(self.config.limits.quarantine_ms);
        let Some(outgoing) = self.sending.logs.get_mut(log) else { return };
        match loaded {
            Loaded::Package { package, aim } => {
                outgoing.aim = (aim.size > package.end()).then_some(aim);
                outgoing.stage = Stage::Ready(package);
                self.sending.ready.push_back(log.clone());
            }
            Loaded::Nothing => outgoing.stage = Stage::Rest,
            Loaded::Waits => {
                outgoing.stage = Stage::Paused { until_ms: retry_ms, code: Reason::UnknownReader.code().to_owned() };
            }
            Loaded::Diverged(rejection) => {
                outgoing.stage = Stage::Paused { until_ms: quarantine_ms, code: rejection.code().to_owned() };
                self.reject(rejection);
            }
        }
    }

    pub(super) fn on_stored(&mut self, theirs: LogState) {
        // A log that our directory does not know yet is none we can send.
        if self.edge.as_ref().is_some_and(|edge| edge.offers(&theirs.log) && edge.knows(&theirs.log)) {
            self.sending.on_stored(theirs);
        }
    }

    pub(super) fn on_package(&mut self, package: Box<Package>) {
        let Some(edge) = self.edge.clone() else { return };
        if let Err(rejection) = admit_package(&package, &edge, &self.config.limits) {
            return self.reject(rejection);
        }
        let full = self.receiving.storing.len() >= self.config.limits.packages_in_flight;
        if full || !self.receiving.storing.insert(package.log.clone()) {
            let detail = "a package before the one under way was stored";
            return self.reject(Rejection::new(Reason::Flooded, detail).about(&package.log));
        }
        self.receiving.on_peer_holds(&package.log, package.end());
        self.writes.push_back(Write::Package(package));
    }

    pub(super) fn on_package_stored(&mut self, log: &LogId, result: Result<StoredPackage, Rejection>) {
        self.receiving.storing.remove(log);
        let rejection = match result {
            Ok(stored) => {
                self.receiving.on_held(stored.state.clone());
                if self.phase != super::Phase::Closing {
                    self.control.push_back(Frame::Stored(stored.state));
                }
                if stored.wants > 0 {
                    self.fetching.look_again();
                }
                self.dirty.receipts = true;
                stored.stopped
            }
            Err(rejection) => Some(rejection),
        };
        if let Some(rejection) = rejection {
            self.answer_rejection(&rejection);
        }
    }
}
