//! How long a large policy takes to load: what a node does with every directory it receives.
//!
//! `cargo bench -p federation --bench policy`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may fail by panicking, and prints")]

#[path = "support/timing.rs"]
#[allow(dead_code, reason = "each benchmark uses what it needs")]
mod timing;

use std::time::Duration;

use honghei_domain::policy::{Policy, shipped};

const CRITERIA: usize = 500;
const ROUNDS: usize = 50;

fn main() {
    let (_, text) = shipped()[0];
    let mut large = text.to_owned();
    for number in 0..CRITERIA {
        large.push_str(&format!(
            "\n[[criterion]]\ncode = \"XX-B-{number:03}\"\nkind = \"black\"\ntext = \"一年内发生{number}次以上同类较重失信行为的\"\n\
             basis = \"样例细则第{number}项\"\nrank = \"normative_document\"\neffective_from = 2016-01-01\n\
             [[criterion.count]]\nevents = [\"violation\", \"penalty\"]\nat_least = 2\nwithin_years = 1\nsame_kind = true\n\
             [[criterion.evidence]]\ncode = \"events\"\ntext = \"计入的记录\"\nvalue = \"events\"\n"
        ));
    }
    let median = |work: &dyn Fn()| {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let start = timing::instant();
                work();
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[ROUNDS / 2]
    };
    let loads = median(&|| assert!(Policy::parse(&large).unwrap().criteria.len() > CRITERIA));
    let digests = median(&|| assert!(Policy::digest_of(&large).is_ok()));
    println!("a policy of {CRITERIA} further criteria, {} KiB", large.len() / 1024);
    println!("read and checked   {:>8.2} ms", loads.as_secs_f64() * 1e3);
    println!("digest             {:>8.2} ms", digests.as_secs_f64() * 1e3);
}
