//! The opening: each side says who it is and what it holds; then both mirror.

use super::{Machine, Phase};
use crate::frame::{Frame, Hello, LogState};
use crate::limits::{MAX_HELLO_LOGS, PROTOCOL};
use crate::work::HeldLog;

impl Machine {
    pub(super) fn on_heads(&mut self, held: Vec<HeldLog>) {
        let Some(edge) = self.edge.clone() else { return };
        if !self.hello_sent {
            self.hello_sent = true;
            let logs = held.iter().map(|held| held.state.clone()).take(MAX_HELLO_LOGS).collect();
            let hello = self.our_hello(logs);
            self.control.push_back(Frame::Hello(Box::new(hello)));
        }
        for held in held {
            if edge.offers(&held.state.log) {
                self.sending.on_held(held);
            } else {
                self.receiving.on_held(held.state);
            }
        }
        self.go_live();
    }

    pub(super) fn our_hello(&self, logs: Vec<LogState>) -> Hello {
        Hello {
            protocol: PROTOCOL,
            federation: self.config.directory.federation.clone(),
            clock_class: self.config.directory.clock_class,
            node: self.config.me.clone(),
            instance: self.config.instance,
            directory_version: self.config.directory.version,
            logs,
            transport_time_ms: self.now.transport_ms,
        }
    }

    pub(super) fn on_hello(&mut self, hello: Box<Hello>) {
        self.skew_ms = Some(hello.transport_time_ms.saturating_sub(self.now.transport_ms));
        let directory = &self.config.directory;
        let (code, message) = if hello.protocol != PROTOCOL || hello.protocol < directory.minimum_protocol {
            ("PROTOCOL_UNSUPPORTED", format!("this node speaks link protocol {PROTOCOL}; upgrade the older program"))
        } else if hello.federation != directory.federation {
            ("WRONG_FEDERATION", format!("this node belongs to {}", directory.federation))
        } else if hello.clock_class != directory.clock_class {
            ("WRONG_CLOCK_CLASS", "real and simulated federations never mix".to_owned())
        } else if hello.node != self.config.peer {
            ("WRONG_NODE", format!("the certificate is of {} and the hello of {}", self.config.peer, hello.node))
        } else {
            self.hello = Some(hello);
            return self.go_live();
        };
        self.shut_down(code, &message);
    }

    pub(super) fn go_live(&mut self) {
        if self.phase != Phase::Opening || !self.hello_sent {
            return;
        }
        let (Some(hello), Some(edge)) = (&self.hello, &self.edge) else { return };
        self.phase = Phase::Live;
        for state in &hello.logs {
            if edge.offers(&state.log) && edge.knows(&state.log) {
                self.sending.on_stored(state.clone());
            } else if edge.accepts(&state.log) {
                self.receiving.on_peer_holds(&state.log, state.size);
            }
        }
        self.fetching.look_again();
        self.dirty.receipts = true;
    }

    pub(super) fn refuse_stranger(&mut self) {
        let message = "the directory held here has no edge between these two nodes";
        self.shut_down("NOT_A_NEIGHBOUR", message);
    }
}
