//! Served nodes, from outside.

#![allow(clippy::unwrap_used, reason = "a test names its mistakes at once")]

mod bulletin;
mod console;
mod door;
mod enrolment;
mod health;
mod journey;
mod persons;
mod reference;
mod rehearsing;
mod signing;
mod support;
