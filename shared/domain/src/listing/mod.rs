//! Life after listing: objection, exit, repair, restoration, and what must be told and filed of it (REQUIREMENTS 1.8).
//!
//! A [`Listing`] is everything that befell one listed entry since; a [`Departure`] is one exit with what it still owes:
//! an announcement on every channel the entry stood on and a filing above. Both are sets of facts keyed
//! by the acts that brought them, so that every node folds the same value, in whichever order the acts arrive.

mod act;
mod command;
mod decide;
mod departure;
mod evolve;
mod office;
mod record;
mod standing;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

pub use act::{DisputeAbout, ExitPlace, ListingAct, PublicMark};
pub use command::{ListingCommand, Materials};
pub use decide::{Entitled, Surroundings, decide, exit_fits};
pub use departure::{Announced, Departure, Filing, FilingReceipt};
pub use office::Offices;
pub use record::{
    Acceptance, Answer, ConflictAnswer, ConflictNotice, Dispute, ExitDecision, Finding, Listing, Offer, Repair,
    Revocation, WithdrawnReason,
};
pub use standing::{Shown, SubjectStatus, measures_in_force, status_of};
