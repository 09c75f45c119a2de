//! Columns by their header names.

mod field;
mod header;
mod layout;
mod mapping;

pub use field::Field;
pub(crate) use header::{confirmed, fold};
pub(crate) use layout::lay_out;
pub use layout::{Column, Layout};
pub use mapping::Mapping;
