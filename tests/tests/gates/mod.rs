//! The gates of a bureau whose leading group approves: exposure for a year, a vote that says no, a delegate's words, a
//! record that too few members signed, evidence field by field.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

mod body;
mod bureau;
mod delegate;
mod evidence;
mod exposure;
mod proof;
mod repair;
mod words;
