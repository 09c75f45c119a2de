//! The wire, seen from outside: round trips, fixed bytes, malformed input, noise.

mod golden;
mod lists;
mod malformed;
mod noise;
mod round_trip;
mod samples;
