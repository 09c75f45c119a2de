//! The wire, seen from outside: round trips, fixed bytes, malformed input, noise.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod golden;
mod lists;
mod malformed;
mod noise;
mod round_trip;
mod samples;
