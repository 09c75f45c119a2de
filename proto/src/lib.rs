//! The contract: everything nodes, officers and files say to each other, generated from the `.proto` files beside.
//!
//! A package `honghei.link.v1` appears here as `honghei_proto::link::v1` as soon as a file of it lies under
//! `honghei/link/v1/`; nothing needs to be listed. Only `honghei_codec` and the thin gRPC services name these types.

/// The contract as an encoded `google.protobuf.FileDescriptorSet`, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));

#[allow(missing_docs, clippy::all, reason = "generated; the comments of the .proto files are carried over")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

pub use generated::honghei::*;
