//! The link under simulation: seeded, in virtual time, over the memory store.
//!
//! `HONGHEI_SEEDS` says how many seeds are run (1,000 by default), `HONGHEI_SEED` runs a single one.

mod federation;
mod hostile;
mod storms;
mod world;
