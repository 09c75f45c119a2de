//! The ways a department's list arrives: an officer's file, a watched folder, a push over TLS (C-5, C-6).
//!
//! A whole node in this process, with its folder, database, console and door.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

mod ended;
mod office;
mod push;
mod report;
mod ways;
