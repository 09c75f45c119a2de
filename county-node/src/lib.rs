//! The county's node: collection, notice, recognition, declaration.
//!
//! A composition and nothing else: which desks work here and which verbs its officers have.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;
use honghei_domain::node::Tier;
use honghei_node::cli::{self, CertifyArgs, Common, Member, PublicizeCasesArgs, Recognise, Task};
use honghei_node::compose::Composition;
use honghei_registry::desk::Desk;
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::recognition::RecognitionDesk;
use honghei_registry::desk::served::ServedDesk;

/// What makes a node a county's.
pub const COMPOSITION: Composition = Composition {
    name: "county-node",
    program: concat!("county-node ", env!("CARGO_PKG_VERSION")),
    tier: Tier::County,
    desks,
};

fn desks() -> Vec<Box<dyn Desk>> {
    vec![Box::new(DossierDesk), Box::new(RecognitionDesk), Box::new(ServedDesk)]
}

/// The verbs of a county.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// How the node comes into the federation.
    #[command(flatten)]
    Member(Member),
    /// What every node has.
    #[command(flatten)]
    Common(Common),
    /// What a recogniser does.
    #[command(flatten)]
    Recognise(Recognise),
    /// Open the publicity of candidates; the node ends it when its time is over.
    Publicise(PublicizeCasesArgs),
    /// Sign the recognition of every certifiable case of a kind, or of the named ones (主要负责人).
    ///
    /// Example: sign --kind black --opinion 同意认定 --as li.na
    Sign(CertifyArgs),
}

impl cli::Verb for Verb {
    const ABOUT: &'static str =
        "A county's node: collects, gives notice, recognises and declares red and black list entries.";

    fn task(self) -> Task {
        match self {
            Verb::Member(verb) => verb.task(),
            Verb::Common(verb) => verb.task(),
            Verb::Recognise(verb) => verb.task(),
            Verb::Publicise(publicise) => publicise.task(),
            Verb::Sign(sign) => sign.task(),
        }
    }
}

/// Runs the program with these arguments; the first is its name.
pub fn main_from(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::main::<Verb>(&COMPOSITION, args)
}
