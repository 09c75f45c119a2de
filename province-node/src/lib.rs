//! The province's node: department feeds, comparison, final results, the federation's authority.
//!
//! The comparison desk is its own ([`hub`]); everything else is a composition: which desks work here and which verbs
//! its officers have. It reviews the lists of a county that hangs directly under it.

pub mod hub;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;
use honghei_domain::node::Tier;
use honghei_node::cli::{self, Common, Compare, Founder, PublicizeListArgs, Review, SignReviewArgs, Task};
use honghei_node::compose::Composition;
use honghei_registry::desk::Desk;
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::review::ReviewDesk;
use honghei_registry::desk::served::ServedDesk;

use crate::hub::HubDesk;

/// What makes a node the province's.
pub const COMPOSITION: Composition = Composition {
    name: "province-node",
    program: concat!("province-node ", env!("CARGO_PKG_VERSION")),
    tier: Tier::Province,
    desks,
};

fn desks() -> Vec<Box<dyn Desk>> {
    vec![Box::new(DossierDesk), Box::new(ReviewDesk), Box::new(HubDesk), Box::new(ServedDesk)]
}

/// The verbs of the province.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The federation's authority.
    #[command(flatten)]
    Founder(Founder),
    /// What every node has.
    #[command(flatten)]
    Common(Common),
    /// What a reviewer does.
    #[command(flatten)]
    Review(Review),
    /// The comparison.
    #[command(flatten)]
    Compare(Compare),
    /// Open the publicity of a reviewed list; the node ends it when its time is over.
    Publicise(PublicizeListArgs),
    /// The head's signature under a review (the same as sign-review).
    Sign(SignReviewArgs),
}

impl cli::Verb for Verb {
    const ABOUT: &'static str =
        "The province's node: compares all departments' lists, publishes the final result, keeps the federation.";

    fn task(self) -> Task {
        match self {
            Verb::Founder(verb) => verb.task(),
            Verb::Common(verb) => verb.task(),
            Verb::Review(verb) => verb.task(),
            Verb::Compare(verb) => verb.task(),
            Verb::Publicise(publicise) => publicise.task(),
            Verb::Sign(sign) => sign.task(),
        }
    }
}

/// Runs the program with these arguments; the first is its name.
pub fn main_from(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::main::<Verb>(&COMPOSITION, args)
}
