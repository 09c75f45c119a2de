//! What holds across nodes.

#![allow(clippy::unwrap_used, reason = "a test names its mistakes at once")]

mod after_listing;
mod architecture;
mod attachments;
mod bulletin;
mod certificate;
mod clocks;
mod clocks_after;
mod codes;
mod collegiate;
mod common;
mod deliveries;
mod departments;
mod documents;
mod duties;
mod endings;
mod evidence;
mod feeds;
mod gates;
mod hostile;
mod interleavings;
mod likeness;
mod main_path;
mod persons;
mod procedure;
mod processes;
mod province;
mod questions;
mod readme;
mod real_lists;
mod references;
mod rehearsal;
mod reports;
mod rulings;
mod served;
mod signing;
mod simulation;
mod stories;
mod subject_history;
mod subject_rules;
mod terms;
mod writers;
