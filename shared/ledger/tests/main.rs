//! Proof, from outside.

#![allow(clippy::unwrap_used, reason = "a test names its mistakes at once")]

mod keys;
mod list;
mod matching;
mod merkle_oracle;
mod notes;
mod openssl;
mod rfc6962;
mod sealing;
mod statement;
mod support;
mod tiles;
