//! A whole node in this process, with its folder, database, console and door: what officers do over its socket that
//! needs a served node to be seen.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

mod office;
mod repair;
mod traceless;
