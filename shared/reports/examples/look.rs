//! Prints a report of invented firms, to look at: `cargo run -p honghei-reports --example look > report.html`, or with
//! `xlsx` behind it for the workbook.

#![allow(clippy::unwrap_used, reason = "an example names its mistakes at once")]

use std::io::Write;

use honghei_reports::{html, xlsx};

#[path = "../tests/reports/sample.rs"]
mod sample;

fn main() {
    let report = sample::report();
    let workbook = std::env::args().any(|argument| argument == "xlsx");
    let bytes = if workbook { xlsx(&report).unwrap() } else { html(&report).into_bytes() };
    std::io::stdout().write_all(&bytes).unwrap();
}
