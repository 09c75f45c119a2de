//! The city's node: review, publicity, report, and recognition of its own.
//!
//! A composition and nothing else: which desks work here and which verbs its officers have.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use honghei_domain::node::Tier;
use honghei_node::cli::{
    self, CertifyArgs, Common, Kind, Listing, Member, PublicizeCasesArgs, PublicizeListArgs, Recognise, Review,
    SignReviewArgs, Task,
};
use honghei_node::compose::Composition;
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::listing::ListingDesk;
use honghei_registry::desk::recognition::RecognitionDesk;
use honghei_registry::desk::review::ReviewDesk;
use honghei_registry::desk::served::ServedDesk;
use honghei_registry::desk::{Desk, Ports};

/// What makes a node a city's.
pub const COMPOSITION: Composition = Composition {
    name: "city-node",
    program: concat!("city-node ", env!("CARGO_PKG_VERSION")),
    tier: Tier::City,
    desks,
};

fn desks(_: &Ports) -> Vec<Box<dyn Desk>> {
    vec![
        Box::new(DossierDesk),
        Box::new(RecognitionDesk),
        Box::new(ReviewDesk),
        Box::new(ServedDesk),
        Box::new(ListingDesk),
    ]
}

/// The verbs of a city.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// How the node comes into the federation.
    #[command(flatten)]
    Member(Member),
    /// What every node has.
    #[command(flatten)]
    Common(Common),
    /// What happens to listed entries.
    #[command(flatten)]
    Listing(Listing),
    /// What a recogniser does.
    #[command(flatten)]
    Recognise(Recognise),
    /// What a reviewer does.
    #[command(flatten)]
    Review(Review),
    /// Open a publicity: of a reviewed list with --list, of own candidates without.
    Publicise(Publicise),
    /// The head's signature: under a review with --list, under the city's own recognition with --kind.
    ///
    /// Examples: sign --list 420802-commerce/1/12; sign --kind red --opinion 同意认定
    Sign(Sign),
}

/// A publicity.
#[derive(Debug, Args)]
pub struct Publicise {
    /// The reviewed list.
    #[arg(long, conflicts_with = "cases")]
    list: Option<String>,
    /// Own cases: 1-20,25; without it every case that the step fits.
    #[arg(long)]
    cases: Option<String>,
    /// 公示渠道.
    #[arg(long)]
    channel: String,
}

impl Publicise {
    fn task(self) -> Task {
        let Self { list, cases, channel } = self;
        match list {
            Some(list) => PublicizeListArgs { list, channel }.task(),
            None => PublicizeCasesArgs { cases: cases.unwrap_or_default(), channel }.task(),
        }
    }
}

/// A signature.
#[derive(Debug, Args)]
pub struct Sign {
    /// Sign the review of this received list.
    #[arg(long, conflicts_with = "kind", required_unless_present = "kind")]
    list: Option<String>,
    /// With --list: hold no publicity, and why.
    #[arg(long, value_name = "REASON", requires = "list", conflicts_with = "kind")]
    waive_publicity: Option<String>,
    /// Sign the recognition of the city's own cases of this kind.
    #[arg(long, value_enum, requires = "opinion")]
    kind: Option<Kind>,
    /// With --kind: these cases only, 1-20,25.
    #[arg(long, requires = "kind", conflicts_with = "list")]
    cases: Option<String>,
    /// With --kind: 认定意见.
    #[arg(long, requires = "kind", conflicts_with = "list")]
    opinion: Option<String>,
}

impl Sign {
    fn task(self) -> Task {
        let Self { list, waive_publicity, kind, cases, opinion } = self;
        match kind {
            Some(kind) => {
                CertifyArgs { kind, cases: cases.unwrap_or_default(), opinion: opinion.unwrap_or_default() }.task()
            }
            None => {
                SignReviewArgs { list: list.unwrap_or_default(), waive_publicity: waive_publicity.unwrap_or_default() }
                    .task()
            }
        }
    }
}

impl cli::Verb for Verb {
    const ABOUT: &'static str =
        "A city's node: reviews what its counties declare, publicises, reports; recognises entries of its own.";

    fn task(self) -> Task {
        match self {
            Verb::Member(verb) => verb.task(),
            Verb::Common(verb) => verb.task(),
            Verb::Listing(verb) => verb.task(),
            Verb::Recognise(verb) => verb.task(),
            Verb::Review(verb) => verb.task(),
            Verb::Publicise(publicise) => publicise.task(),
            Verb::Sign(sign) => sign.task(),
        }
    }
}

/// Runs the program with these arguments; the first is its name.
pub fn main_from(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::main::<Verb>(&COMPOSITION, args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_under_a_review_or_under_an_own_recognition() {
        let read = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            cli::read::<Verb>(&COMPOSITION, &words).map(|task| format!("{task:?}"))
        };
        assert!(read("sign --list 420802-commerce/1/12").unwrap().contains("SignReview"));
        assert!(read("sign --kind red --opinion 同意").unwrap().contains("Certify"));
        assert!(read("sign-review --list 420802-commerce/1/12 --waive-publicity 已公示").unwrap().contains("已公示"));
        for wrong in [
            "sign",
            "sign --kind red",
            "sign --list a --kind red --opinion b",
            "sign --kind red --opinion b --waive-publicity c",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_publicity_is_of_a_list_or_of_own_candidates() {
        let read = |words: &[&str]| cli::read::<Verb>(&COMPOSITION, words).map(|task| format!("{task:?}"));
        assert!(read(&["publicise", "--list", "a", "--channel", "b"]).unwrap().contains("PublicizeList"));
        assert!(read(&["publicise", "--channel", "b"]).unwrap().contains("PublicizeCases"));
    }

    #[test]
    fn every_further_step_of_a_citys_officers_has_its_line() {
        for line in [
            "dispute receive --case 420802-commerce#17 --by 样例公司 --grounds 事实不符",
            "dispute decide --of 420800-commerce/1/12 --stands yes --reason 经审查",
            "exit --case 420802-commerce#17 --code BX-5 --reason 复议撤销 --basis-revoked-on 2018-03-01",
            "repair apply --case 420802-commerce#17 --by 甲 --corrected 乙 --fulfilled 丙 --promise 丁 --material 销榜申请",
            "repair decide --of 420800-commerce/1/12 --stands no --reason 未整改",
            "announce list --channel 信用荆门 --receipt 1",
            "announce exit --exit 420800-commerce/1/12 --recogniser 420802-commerce --channel 信用荆门 --receipt 1",
            "file-exits",
            "restoration --offer 420000-commerce/1/9 --answer yes --reason 仍符合条件",
            "duties",
            "standing 91420800MA48LWPU0Q",
            "officer certify 420802-commerce zhang.wei --as admin",
            "review --list 420802-commerce/1/12 --opinion 同意 --return 420802-commerce#3=缺页 --reject 420802-commerce#9=不符",
            "object --case 420802-commerce#3 --by 公众 --grounds 不实",
            "collect reds.csv --kind red",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            cli::read::<Verb>(&COMPOSITION, &words).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }
}
