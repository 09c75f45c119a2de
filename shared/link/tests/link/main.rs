//! The link under simulation, seeded and in virtual time over the memory store; and over real sockets and databases.
//!
//! `HONGHEI_SEEDS` says how many seeds are run (1,000 by default), `HONGHEI_SEED` runs a single one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod checks;
mod federation;
mod hostile;
mod sockets;
mod storms;
mod world;
