//! Behaviour events and what they prove (R-011 to R-013, F-P4).
//!
//! [`evaluate`] judges a criterion's counting rules over the events of one subject: pure, and with the counted events as
//! proof. A person confirms: nobody is listed by a count alone.

mod evaluate;
mod event;
mod issuer;
#[cfg(test)]
mod judged;
mod penalty;
#[cfg(test)]
mod properties;
mod schema;
#[cfg(test)]
mod tests;

pub use self::evaluate::{Evaluation, Finding, Proposal, evaluate, foreign_to};
pub use self::event::BehaviourEvent;
pub use self::issuer::{IssuerFinding, check_issuer, level_of};
pub use self::penalty::penalties_in;
pub use self::schema::{Wanting, refusals as evidence_refusals, wanting};
