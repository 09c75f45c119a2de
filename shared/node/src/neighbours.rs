//! Who may open a link: a direct neighbour below, by its certificate and the directory. Others are put on record (S-2).

use std::net::SocketAddr;
use std::sync::Arc;

use honghei_domain::audience::Topology;
use honghei_domain::node::NodeId;
use honghei_ledger::sha256;
use honghei_link::LinkHost;
use honghei_proto::link::v1::MirrorRequest;
use honghei_store::{Fault as StoreFault, IncidentRow, run_tx};
use tonic::{Request, Streaming};

use crate::listener::{caller, source};

/// Judges callers at the door.
pub struct Neighbours {
    host: Arc<LinkHost>,
}

impl Neighbours {
    /// The door of a node.
    pub fn of(host: Arc<LinkHost>) -> Self {
        Self { host }
    }

    /// The child that calls; `None` for everybody else.
    pub fn identify(&self, request: &Request<Streaming<MirrorRequest>>) -> Option<NodeId> {
        let from = request.remote_addr().map(|address| address.to_string()).unwrap_or_default();
        let Some(peer) = caller(request) else {
            if let Some(source) = source(request) {
                let detail = format!("the bearer of the certificate of source {source} at {from} asked for a link");
                self.record("", "PEER_NOT_A_NODE", detail);
                return None;
            }
            self.record("", "PEER_WITHOUT_CERTIFICATE", format!("a caller at {from} showed no certificate of a node"));
            return None;
        };
        let directory = self.host.directory.borrow().clone();
        if directory.parent(&peer).as_ref() == Some(&self.host.me) {
            return Some(peer);
        }
        // A node that was just enrolled may be here before the directory that names it.
        if directory.node(&peer).is_some() {
            self.record(peer.as_str(), "PEER_NOT_A_CHILD", format!("{peer} at {from} stands elsewhere in the tree"));
        } else {
            tracing::info!(%peer, "a caller is not in the directory held here yet");
        }
        None
    }

    /// Puts a certificate on record that the handshake refused. What it says of its bearer is not believed.
    pub fn refuse_certificate(&self, from: SocketAddr, defect: &str) {
        self.record("", "PEER_CERTIFICATE_INVALID", format!("a caller at {from} showed a certificate: {defect}"));
    }

    /// Keeps each kind of refusal of each peer once: a flood of callers is no flood of incidents.
    fn record(&self, peer: &str, code: &str, detail: String) {
        let evidence = sha256(format!("{peer} {code}").as_bytes());
        let at_ms = (self.host.ports.now_ms)();
        let row = IncidentRow { at_ms, peer: peer.to_owned(), code: code.to_owned(), detail, evidence };
        tracing::warn!(peer = %row.peer, code = %row.code, "a caller was refused");
        let store = self.host.store.clone();
        tokio::spawn(async move {
            let kept: Result<(), StoreFault> =
                run_tx!(store.as_ref(), "incident", async |tx| { tx.put_incident(&row).await });
            if let Err(fault) = kept {
                tracing::error!(code = fault.code(), "an incident could not be recorded");
            }
        });
    }
}
