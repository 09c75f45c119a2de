//! Duties that nothing but their fulfilment ends: exits that are told, lists that a bureau publishes by itself, a
//! campaign that its level above sees to, names under decisions, people who stay apart.

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

mod announced;
mod backlog;
mod bureau;
mod hands;
mod office;
mod rehearsed;
mod signers;
