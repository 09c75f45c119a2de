//! The verbs that node programs share, as the command line spells them; each program picks those of its tier.

mod bulletin;
mod common;
mod compare;
mod delivery;
mod file;
mod listing;
mod member;
mod question;
mod recognise;
mod review;

pub use bulletin::{BulletinVerb, DisseminateArgs};
pub use common::{
    AttachmentVerb, CalendarVerb, CaseVerb, Common, ListArgs, LookUpArgs, OfficerVerb, PolicyVerb, ShowArgs,
};
pub use compare::{Compare, FeedVerb, HeldVerb, SubjectVerb, TwoSubjects};
pub use delivery::{DeliveryVerb, ToArgs};
pub use file::{FileArgs, Kind};
pub use listing::{Announce, Dispute, Finding, Listing, Repair, YesNo};
pub use member::{Founder, InviteArgs, Member};
pub use question::Question;
pub use recognise::{Adopted, CertifyArgs, EventVerb, PublicizeCasesArgs, Recognise, Upheld};
pub use review::{PublicizeListArgs, Review, SignReviewArgs};
