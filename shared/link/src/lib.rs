//! The link: mirrors the federation's logs between two neighbours of the tree.
//!
//! From the inside out: [`machine`] is the protocol without I/O; [`verify`] decides what may be believed; [`relay`],
//! [`receipts`] and [`chunks`] move it in and out of the store; [`work`] does the machine's requests; [`drive`] runs a
//! machine over any pair of frame channels; [`grpc`] is one such pair.
//!
//! The link knows no acts: an entry is a header with an audience, an envelope with chunk addresses, and bytes.

pub mod chance;
pub mod checkpoints;
pub mod chunks;
pub mod drive;
pub mod edge;
pub mod frame;
pub mod grpc;
pub mod limits;
pub mod machine;
pub mod receipts;
pub mod rejection;
pub mod relay;
pub mod status;
pub mod verify;
pub mod wire;
pub mod work;

pub use drive::{LinkHost, Ports, run_session};
pub use edge::{Edge, Side};
pub use limits::Limits;
pub use receipts::Cosigner;
pub use status::{LinkStatus, Pulse, StatusBoard};
