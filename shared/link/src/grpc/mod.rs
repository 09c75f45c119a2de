//! The link over gRPC: the parent serves, the child dials and dials again.

mod client;
mod server;

pub use client::{Dial, keep_linked};
pub use server::{MirrorService, PeerIdentity};

use futures_util::{Stream, StreamExt};
use honghei_proto::link::v1::Frame as WireFrame;
use tonic::{Code, Status};

use crate::drive::StreamDefect;
use crate::frame::Frame;
use crate::rejection::{Reason, Rejection};
use crate::wire;

/// Frames between a session and the transport: enough to keep the wire busy, few enough to stay small.
const CHANNEL_FRAMES: usize = 4;

/// The frames of a stream of messages, with what is wrong with them.
fn frames<M: Send + 'static>(
    messages: tonic::Streaming<M>,
    frame_of: fn(M) -> Option<WireFrame>,
) -> impl Stream<Item = Result<Frame, StreamDefect>> + Unpin {
    messages.map(move |message| match message {
        Ok(message) => wire::from_wire(frame_of(message).unwrap_or_default()).map_err(StreamDefect::Hostile),
        Err(status) => Err(defect_of(&status)),
    })
}

fn defect_of(status: &Status) -> StreamDefect {
    match status.code() {
        // tonic's words for a message beyond the decoding limit.
        Code::OutOfRange | Code::ResourceExhausted => {
            StreamDefect::Hostile(Rejection::new(Reason::Oversize, format!("a frame: {}", status.message())))
        }
        _ => StreamDefect::Broken(format!("{:?}: {}", status.code(), status.message())),
    }
}
