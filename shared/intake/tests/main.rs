//! Files as they come, from outside.

#![allow(clippy::unwrap_used, reason = "a test names its mistakes at once")]

mod account;
mod attestations;
mod columns;
mod common;
mod events;
mod formats;
mod hostile;
mod published_lists;
mod real_lists;
mod report;
mod rows;
mod states;
