//! The verbs that node programs share, as the command line spells them; each program picks those of its tier.

mod common;
mod compare;
mod file;
mod member;
mod recognise;
mod review;

pub use common::{Common, ListArgs, LookUpArgs, OfficerVerb, ShowArgs};
pub use compare::{Compare, FeedVerb};
pub use file::{FileArgs, Kind};
pub use member::{Founder, InviteArgs, Member};
pub use recognise::{Adopted, CertifyArgs, PublicizeCasesArgs, Recognise, Upheld};
pub use review::{PublicizeListArgs, Review, SignReviewArgs};
