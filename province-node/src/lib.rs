//! The province's node: department feeds, comparison, final results, the federation's authority.
//!
//! The comparison desk is its own ([`hub`]); everything else is a composition: which desks work here and which verbs
//! its officers have. It reviews the lists of a county that hangs directly under it.

pub mod hub;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;
use honghei_domain::node::Tier;
use honghei_node::cli::{self, Common, Compare, Founder, Listing, PublicizeListArgs, Review, SignReviewArgs, Task};
use honghei_node::compose::Composition;
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::listing::ListingDesk;
use honghei_registry::desk::review::ReviewDesk;
use honghei_registry::desk::served::ServedDesk;
use honghei_registry::desk::{Desk, Ports};

use crate::hub::HubDesk;

/// What makes a node the province's.
pub const COMPOSITION: Composition = Composition {
    name: "province-node",
    program: concat!("province-node ", env!("CARGO_PKG_VERSION")),
    tier: Tier::Province,
    desks,
};

fn desks(ports: &Ports) -> Vec<Box<dyn Desk>> {
    vec![
        Box::new(DossierDesk),
        Box::new(ReviewDesk),
        Box::new(HubDesk::new(ports)),
        Box::new(ServedDesk),
        Box::new(ListingDesk),
    ]
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
    /// What happens to listed entries.
    #[command(flatten)]
    Listing(Listing),
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
            Verb::Listing(verb) => verb.task(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_provinces_officers_has_its_line() {
        for line in [
            "init --federation hubei --node 420000-commerce --name 省商务厅 --listen 0.0.0.0:7420 --department tax",
            "invite --region 420800 --name 荆门市商务局 --tier city --parent 420000-commerce --parent-address a:1 --out f",
            "serve --root-passphrase-file p",
            "officer certify 420800-commerce admin --as admin",
            "feed import tax.csv --source tax --kind black --department tax --as-of 2018-01-05 --organ 税务局 --mode delta",
            "feed register tax --kind black --department tax --mode full --column 主体名称=企业名称 --every-days 30",
            "feed list",
            "feed waiting tax",
            "feed take tax --as-of 2018-01-05 --agree-exits 20 --confirm",
            "feed drop 0123456789abcdef",
            "feed credential tax --request tax.csr --out tax.pem",
            "feed credential tax --withdraw",
            "feed key tax --key tax.key --request tax.csr",
            "feed push tax.csv --as-of 2018-01-05 --rows 40 --to a:1 --node 420000-commerce --certificate c --key k",
            "feed standing --to a:1 --node 420000-commerce --certificate c --key k",
            "compare --wait 30",
            "recompare",
            "recompare --every-row",
            "held list",
            "candidates 荆门市旧商公司",
            "held show 420802-commerce#17",
            "held decide 420802-commerce#17 --same --reason 已核对登记档案 --until 2019-12-31",
            "held decisions",
            "subject merge 91420800MA48LWPU0Q 荆门市旧商公司 --reason 更名",
            "why 91420800MA48LWPU0Q",
            "was 91420800MA48LWPU0Q --on-list red --day 2018-03-01 --known-on 2018-04-01",
            "caused 420000-commerce#3",
            "publish --agree-removal-percent 40 --as head",
            "results",
            "report comparison --out 比对报告.xlsx --version 3",
            "feed register national --kind black --department court --reference 5",
            "feed register national --kind black --department court --reference",
            "conflict list --names",
            "conflict answer 420000-commerce/1/42 --keep 已履行完毕",
            "conflict answer 420000-commerce/1/42 --withdraw 情况属实",
            "verdicts --result 1",
            "review --list 429004-commerce/1/12 --opinion 同意",
            "sign --list 429004-commerce/1/12",
            "publicise --list 429004-commerce/1/12 --channel 信用湖北",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            cli::read::<Verb>(&COMPOSITION, &words).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }
}
