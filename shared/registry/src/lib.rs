//! What a node does with acts: it writes its own log, folds every log it holds, judges what is addressed to it.
//!
//! No network and no clock: a node's whole logic runs over a store, on PostgreSQL and SQLite in production and in
//! memory in simulations.

pub mod attachments;
pub mod behalf;
pub mod certificate;
pub mod command;
pub mod context;
pub mod countersign;
pub mod desk;
pub mod document;
pub mod engine;
pub mod entry;
pub mod error;
pub mod feed;
pub mod fold;
pub mod history;
pub mod journal;
pub mod matching;
pub mod packed;
pub mod parallel;
pub mod question;
pub mod recompute;
pub mod rehearsal;
pub mod report;
pub mod reported;
pub mod validate;
pub mod verify;
pub mod view;
