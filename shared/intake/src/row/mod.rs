//! From one row to one draft of a list entry, or to the reasons why not.

mod attest;
mod code;
mod document;
mod draft;
mod event;
mod personal;
mod reader;
mod state;
mod subject;
mod value;

pub use draft::Draft;
pub(crate) use draft::{Outcome, ReadRow, read_row};
pub(crate) use personal::{mask_always, mask_likely};
pub(crate) use reader::CodesRead;
pub(crate) use state::says_ended;
