//! Every kind of document from synthetic acts, printed twice: as a page and as a PDF that an independent program reads.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod composed;
mod page;
mod printed;
mod sample;
