//! Names that may be one firm's (C-3): candidates for a person, with what speaks for and against each. A name proposes
//! and never decides: nothing here removes or holds anybody.
//!
//! [`Reading`] takes a name apart into place, brand, trade, legal form and branch. [`NameIndex`] finds, among any number
//! of names, those that agree in enough of it.

mod index;
mod reading;

pub use index::{Agreement, Candidate, Commonness, NameIndex};
pub use reading::Reading;
