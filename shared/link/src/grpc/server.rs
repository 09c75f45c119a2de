//! The parent's end: one session a child, identified by its certificate.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{Stream, StreamExt};
use honghei_domain::node::NodeId;
use honghei_proto::link::v1::link_service_server::{LinkService, LinkServiceServer};
use honghei_proto::link::v1::{MirrorRequest, MirrorResponse};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::{CHANNEL_FRAMES, frames};
use crate::chance::backoff;
use crate::drive::{LinkHost, run_session};
use crate::frame::Frame;
use crate::limits::MAX_FRAME_BYTES;
use crate::wire;

/// Who a caller is, by its certificate.
pub trait PeerIdentity: Send + Sync + 'static {
    /// The node, or `None` for a stranger.
    fn identify(&self, request: &Request<Streaming<MirrorRequest>>) -> Option<NodeId>;
}

impl<F> PeerIdentity for F
where
    F: Fn(&Request<Streaming<MirrorRequest>>) -> Option<NodeId> + Send + Sync + 'static,
{
    fn identify(&self, request: &Request<Streaming<MirrorRequest>>) -> Option<NodeId> {
        self(request)
    }
}

/// What is known of one child's connections.
#[derive(Debug, Default)]
struct Child {
    /// Number of its latest session.
    session: u64,
    /// Ends that session when dropped or used.
    supersede: Option<oneshot::Sender<()>>,
    /// Hostile sessions in a row.
    offences: u32,
    /// Kept away until then, monotonic milliseconds.
    away_until_ms: u64,
}

/// The gRPC service that children dial.
#[derive(Clone)]
pub struct MirrorService {
    host: Arc<LinkHost>,
    identity: Arc<dyn PeerIdentity>,
    children: Arc<Mutex<BTreeMap<NodeId, Child>>>,
    stop: watch::Receiver<bool>,
}

impl MirrorService {
    /// A service over a node's store; it ends its sessions when `stop` turns true or its sender is gone.
    pub fn new(host: Arc<LinkHost>, identity: impl PeerIdentity, stop: watch::Receiver<bool>) -> Self {
        Self { host, identity: Arc::new(identity), children: Arc::default(), stop }
    }

    /// The service as tonic's router takes it, with its message limit.
    pub fn into_server(self) -> LinkServiceServer<Self> {
        LinkServiceServer::new(self).max_decoding_message_size(MAX_FRAME_BYTES)
    }

    /// Admits a child's new session, which takes the place of an older one.
    fn admit(&self, peer: &NodeId) -> Result<(u64, oneshot::Receiver<()>), Status> {
        let now_ms = (self.host.ports.monotonic_ms)();
        let mut children = self.children.lock().unwrap_or_else(PoisonError::into_inner);
        let child = children.entry(peer.clone()).or_default();
        if now_ms < child.away_until_ms {
            let message =
                format!("KEPT_AWAY: what {peer} sent was rejected; come back in {} ms", child.away_until_ms - now_ms);
            return Err(Status::unavailable(message));
        }
        let (supersede, superseded) = oneshot::channel();
        child.session += 1;
        child.supersede = Some(supersede);
        Ok((child.session, superseded))
    }

    fn dismiss(&self, peer: &NodeId, session: u64, hostile: bool) {
        let now_ms = (self.host.ports.monotonic_ms)();
        let mut children = self.children.lock().unwrap_or_else(PoisonError::into_inner);
        let child = children.entry(peer.clone()).or_default();
        if hostile {
            let delay = backoff(child.offences, (self.host.ports.chance)());
            child.offences = child.offences.saturating_add(1);
            child.away_until_ms = now_ms.saturating_add(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        } else {
            child.offences = 0;
        }
        if child.session == session {
            child.supersede = None;
        }
    }

    async fn serve(
        self,
        peer: NodeId,
        (session, superseded): (u64, oneshot::Receiver<()>),
        messages: Streaming<MirrorRequest>,
        sender: mpsc::Sender<Frame>,
    ) {
        let mut stop = self.stop.clone();
        let stopped = async move {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => ("SHUTTING_DOWN", "this node goes down"),
                _ = superseded => ("SUPERSEDED", "another connection of the same node took over"),
            }
        };
        let incoming = frames(messages, |message: MirrorRequest| message.frame);
        let close = run_session(&self.host, peer.clone(), incoming, sender, stopped).await;
        tracing::info!(%peer, code = %close.code, detail = %close.detail, "a child's link ended");
        self.dismiss(&peer, session, close.hostile);
    }
}

impl std::fmt::Debug for MirrorService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MirrorService").field("me", &self.host.me).finish_non_exhaustive()
    }
}

#[tonic::async_trait]
impl LinkService for MirrorService {
    type MirrorStream = Pin<Box<dyn Stream<Item = Result<MirrorResponse, Status>> + Send>>;

    async fn mirror(&self, request: Request<Streaming<MirrorRequest>>) -> Result<Response<Self::MirrorStream>, Status> {
        let Some(peer) = self.identity.identify(&request) else {
            return Err(Status::unauthenticated("NO_IDENTITY: the certificate names no node of this federation"));
        };
        let admitted = self.admit(&peer)?;
        let (sender, receiver) = mpsc::channel(CHANNEL_FRAMES);
        tokio::spawn(self.clone().serve(peer, admitted, request.into_inner(), sender));
        let responses =
            ReceiverStream::new(receiver).map(|frame| Ok(MirrorResponse { frame: Some(wire::to_wire(frame)) }));
        Ok(Response::new(Box::pin(responses)))
    }
}
