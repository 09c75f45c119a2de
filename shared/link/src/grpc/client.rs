//! The child's end: dials its parent, and dials again for ever.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt;
use honghei_domain::audience::Topology;
use honghei_domain::node::NodeId;
use honghei_proto::link::v1::link_service_client::LinkServiceClient;
use honghei_proto::link::v1::{MirrorRequest, MirrorResponse};
use honghei_store::BoxedError;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use super::{CHANNEL_FRAMES, frames};
use crate::chance::backoff;
use crate::drive::{LinkHost, run_session};
use crate::edge::Side;
use crate::limits::MAX_FRAME_BYTES;
use crate::machine::Close;
use crate::wire;

/// Opens a channel to a parent: addresses, certificates and connectors are the node's business.
///
/// Called for every attempt, so that a rotated certificate is taken up. The channel must have made sure, by TLS, that
/// its other end is `parent`.
#[async_trait]
pub trait Dial: Send + Sync {
    /// A connected channel.
    async fn dial(&self, parent: &NodeId) -> Result<Channel, BoxedError>;
}

/// Keeps this node linked to its parent until `stop` turns true or its sender is gone.
///
/// A node without a parent waits for a directory that gives it one.
pub async fn keep_linked(host: Arc<LinkHost>, dial: Arc<dyn Dial>, mut stop: watch::Receiver<bool>) {
    let mut directory = host.directory.clone();
    let mut failures: u32 = 0;
    while !*stop.borrow_and_update() {
        let parent = directory.borrow_and_update().parent(&host.me);
        let Some(parent) = parent else {
            tokio::select! {
                changed = directory.changed() => if changed.is_err() { return },
                changed = stop.changed() => if changed.is_err() { return },
            }
            continue;
        };
        let (close, was_live) = link_once(&host, &parent, &*dial, stop.clone()).await;
        let clean = was_live && !close.hostile && close.code != "REFUSED_BY_PEER";
        failures = if clean { 0 } else { failures.saturating_add(1) };
        tracing::info!(%parent, code = %close.code, detail = %close.detail, failures, "the link to the parent ended");
        host.board.update(&parent, Side::Child, |status| {
            status.failures = failures;
            status.last_close = Some(close);
        });
        let delay = backoff(failures, (host.ports.chance)());
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            changed = stop.wait_for(|stop| *stop) => if changed.is_err() { return },
        }
    }
}

/// One attempt: how it ended, and whether both sides had said hello.
async fn link_once(
    host: &LinkHost,
    parent: &NodeId,
    dial: &dyn Dial,
    mut stop: watch::Receiver<bool>,
) -> (Close, bool) {
    let failed = |code: &str, detail: String| (Close { code: code.to_owned(), detail, hostile: false }, false);
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
        ("SHUTTING_DOWN", "this node goes down")
    };
    tokio::pin!(stopped);
    let (sender, receiver) = mpsc::channel(CHANNEL_FRAMES);
    let open = async {
        let channel = dial.dial(parent).await.map_err(|error| ("DIAL_FAILED", chain(&*error)))?;
        let mut client = LinkServiceClient::new(channel).max_decoding_message_size(MAX_FRAME_BYTES);
        let requests = ReceiverStream::new(receiver).map(|frame| MirrorRequest { frame: Some(wire::to_wire(frame)) });
        let response = client.mirror(requests).await.map_err(|status| ("CALL_FAILED", chain(&status)))?;
        Ok(response.into_inner())
    };
    let messages = tokio::select! {
        reason = &mut stopped => return failed(reason.0, reason.1.to_owned()),
        opened = open => match opened {
            Ok(messages) => messages,
            Err((code, detail)) => return failed(code, detail),
        },
    };
    let incoming = frames(messages, |message: MirrorResponse| message.frame);
    let close = run_session(host, parent.clone(), incoming, sender, stopped).await;
    let was_live = host.board.of(parent).is_some_and(|status| status.view.peer_directory_version.is_some());
    (close, was_live)
}

/// An error with its sources in one line: transport errors hide the reason two levels down.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = inner.source();
    }
    text
}
