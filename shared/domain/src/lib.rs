//! The pure core: identifiers, regions, calendar, acts, the case, the comparison.
//!
//! Nothing here does I/O, tells the time or rolls dice; legal time and chance are arguments.
//! Wire types and database rows are other crates' vocabularies.

pub mod account;
pub mod act;
pub mod attachment;
pub mod audience;
pub mod bulletin;
pub mod calendar;
mod canonical;
pub mod case;
pub mod clock;
pub mod comparison;
pub mod directory;
pub mod dossier;
pub mod evidence;
pub mod feed;
pub mod final_list;
pub mod identifier;
pub mod list;
pub mod listing;
pub mod name;
pub mod node;
pub mod permit;
pub mod person;
pub mod policy;
pub mod refusal;
pub mod region;
pub mod subject_key;
