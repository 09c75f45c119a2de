//! The county's node: collection, notice, recognition, declaration.
//!
//! A composition and nothing else: which desks work here and which verbs its officers have.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;
use honghei_domain::node::Tier;
use honghei_node::cli::{self, CertifyArgs, Common, Listing, Member, PublicizeCasesArgs, Recognise, Task};
use honghei_node::compose::Composition;
use honghei_registry::desk::dossiers::DossierDesk;
use honghei_registry::desk::listing::ListingDesk;
use honghei_registry::desk::recognition::RecognitionDesk;
use honghei_registry::desk::served::ServedDesk;
use honghei_registry::desk::{Desk, Ports};

/// What makes a node a county's.
pub const COMPOSITION: Composition = Composition {
    name: "county-node",
    program: concat!("county-node ", env!("CARGO_PKG_VERSION")),
    tier: Tier::County,
    desks,
};

fn desks(_: &Ports) -> Vec<Box<dyn Desk>> {
    vec![Box::new(DossierDesk), Box::new(RecognitionDesk), Box::new(ServedDesk), Box::new(ListingDesk)]
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
    /// What happens to listed entries.
    #[command(flatten)]
    Listing(Listing),
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
            Verb::Listing(verb) => verb.task(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_a_countys_officers_has_its_line() {
        for line in [
            "init --listen 127.0.0.1:7420 --simulated-clock clock",
            "join --invitation k.invitation",
            "serve --dir k",
            "officer new-key zhang.wei",
            "officer appoint zhang.wei --name 张伟 --title 科员 --role collector --as admin",
            "officer list --as admin --json",
            "collect reds.xlsx --kind red --strict --confirm --map 企业名称=名称 --report r.xlsx --as zhang.wei",
            "import reds.xlsx --kind red",
            "correct one.xlsx --kind black --cases 3,7-9 --reason 更正文号",
            "notice --method 直接送达 --served-on 2017-11-06 --proof 回证 --cases 1-20",
            "publicise --channel 信用荆门",
            "statement --case 420802-commerce#3 --by 当事人 --grounds 不实",
            "dispose --statement 420802-commerce/1/9 --not-adopted --reason 查无实据",
            "sign --kind black --opinion 同意 --as li.na",
            "declare --list 420802-commerce/1/12",
            "respond --objection 420800-commerce/1/9 --upheld --reason 属实",
            "withdraw --case 420802-commerce#3 --code RX-3 --reason 主体申请",
            "list lists --stage certified",
            "declare --material 汇总表.xlsx --material 会议纪要.pdf --as zhang.wei",
            "attach --case 420802-commerce#3 处罚决定书.pdf 现场照片.jpg --as zhang.wei",
            "attachment list 420802-commerce/1/12 --as zhang.wei",
            "attachment fetch 420802-commerce#3 --number 2 --out . --as zhang.wei",
            "approve --list 420802-commerce/1/12 --meeting 第3次会议 --held-on 2017-11-06 --decision 同意列入",
            "officer delegate wang.fang --from 2017-11-06 --until 2017-11-10 --scope recognition --reason 外出 --as li.na",
            "officer end-delegation wang.fang --as li.na",
            "list signatures --as wang.fang",
            "countersign 0123456789abcdef --as wang.fang",
            "drop 0123456789abcdef --as wang.fang",
            "show 420802-commerce#3",
            "look-up 91420802MA0000015G",
            "event import 处罚.xlsx --channel enforcement --strict --as zhang.wei",
            "event list --after 10 --as zhang.wei",
            "case evidence 420802-commerce#3 --as zhang.wei",
            "case why-due D-12 --as zhang.wei",
            "bulletin issue --quarter 2018Q1 --department quality --as li.na",
            "bulletin issue --as li.na",
            "bulletin list --as zhang.wei",
            "bulletin show 110119-quality/1/40 --as zhang.wei --json",
            "disseminate --bulletin 110119-quality/1/40 --venue 某社区 --manner 张贴 --held-on 2018-04-20 a.jpg --as zhang.wei",
            "disseminate --venue 某市场 --manner 宣讲 --held-on 2018-04-20 --as zhang.wei",
            "disseminations --as zhang.wei",
            "document bulletin 110119-quality/1/40 --out 红黑榜.pdf --as zhang.wei",
            "backlog --json --as zhang.wei",
            "policy check 制度.toml",
            "policy show jm-commerce-2017-draft@1 --as zhang.wei",
            "policy show --as zhang.wei",
            "policy impact 制度.toml --as zhang.wei",
            "policy publish 制度.toml --rehearse --as admin",
            "policy exits jm-commerce-2017-draft --cases 3,7-9 --notified-on 2017-11-06 --rehearse --as li.na",
            "collect reds.xlsx --kind red --rehearse --json --as zhang.wei",
            "sign --kind black --opinion 同意 --expect 0123abcd --as li.na",
            "verify --as admin",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            cli::read::<Verb>(&COMPOSITION, &words).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn what_is_signed_is_not_only_rehearsed() {
        let words = ["sign", "--kind", "black", "--opinion", "同意", "--rehearse", "--expect", "0123abcd"];
        assert!(cli::read::<Verb>(&COMPOSITION, &words).is_err());
    }

    #[test]
    fn a_statement_is_disposed_of_one_way_or_the_other() {
        let words = ["dispose", "--statement", "420802-commerce/1/9", "--reason", "x"];
        assert!(cli::read::<Verb>(&COMPOSITION, &words).is_err());
    }
}
