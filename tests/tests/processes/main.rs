//! Stories with real processes: each node has its own process, folder and database, and is killed without warning.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alone;
mod lock;
mod postgres;
mod storm;
mod story;
mod strangers;
mod walk;
