//! Reports printed and read back: the workbook by an independent reader, the page by its structure.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test names its mistakes at once")]

mod page;
mod sample;
mod workbook;
