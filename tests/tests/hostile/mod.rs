//! A hostile or broken peer: refused with a code, recorded, answered; the node stays healthy and the good goes through.

#![allow(clippy::expect_used, clippy::panic, reason = "a story names its mistakes at once")]

mod acts;
mod forge;
mod packages;
mod poison;
mod verdicts;
