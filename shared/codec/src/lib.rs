//! Wire and domain: conversions that name the field that is wrong, and nothing else.
//!
//! Encoding is total. Decoding refuses what the domain cannot hold: names, dates, digests and numbers out of range,
//! unknown enum numbers, messages beyond their limits. Unknown fields are passed over; whoever stores or forwards a
//! message keeps its bytes and never encodes it again, so nothing is lost.
//!
//! A module per noun: [`entry`] for log entries, [`act`] for what they say, [`list`] for lists and chunks,
//! [`directory`] for the federation's members.

pub mod act;
mod defect;
pub mod directory;
pub mod entry;
mod fields;
pub mod list;
mod read;
mod write;

pub use defect::WireDefect;

/// Bytes of an encoded entry header at most.
pub const MAX_HEADER: usize = 64 * 1024;

/// Bytes of an encoded payload envelope at most; larger content belongs into chunks.
pub const MAX_ENVELOPE: usize = 4 * 1024 * 1024;

/// Bytes of one encoded list entry or row at most, without its salt.
pub const MAX_ENTRY_BYTES: usize = 64 * 1024;

/// Bytes of a list chunk at most.
pub const MAX_CHUNK: usize = 16 * 1024 * 1024;

/// Cases that one set in an act may name; whoever walks a set must come to its end.
pub const MAX_CASES: u64 = 1 << 26;

/// Bytes of an encoded directory at most.
pub const MAX_DIRECTORY: usize = MAX_ENVELOPE - 64 * 1024;

/// Bytes of an encoded invitation at most, signed or not.
pub const MAX_INVITATION: usize = 64 * 1024;
