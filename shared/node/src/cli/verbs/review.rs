//! Verbs of a reviewer.

use clap::{Args, Subcommand};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{PublicizeList, ReceiveObjection, ReviewExceptionRow, SignReview};

use crate::cli::task::Task;

/// Verbs of a reviewer: a city, or the province for a county directly under it.
#[derive(Debug, Subcommand)]
pub enum Review {
    /// Review a received list: everything is approved but the exceptions.
    ///
    /// Example: review --list 420802-commerce/1/12 --opinion 同意
    /// --return "420802-commerce#3=文书缺页" --reject "420802-commerce#9=不属于适用范围"
    Review {
        /// The list.
        #[arg(long)]
        list: String,
        /// 审核意见.
        #[arg(long)]
        opinion: String,
        /// Return a case for correction; several defects are separated by a semicolon.
        #[arg(long = "return", value_name = "CASE=DEFECTS")]
        returns: Vec<String>,
        /// Reject a case.
        #[arg(long = "reject", value_name = "CASE=REASON")]
        rejects: Vec<String>,
    },
    /// The head's signature under a review.
    SignReview(SignReviewArgs),
    /// Record an objection during a list's publicity.
    Object {
        /// The case.
        #[arg(long)]
        case: String,
        /// The list; without it the latest that holds the case.
        #[arg(long, default_value = "")]
        list: String,
        /// By whom.
        #[arg(long)]
        by: String,
        /// Grounds.
        #[arg(long)]
        grounds: String,
    },
}

/// The head's signature under a review.
#[derive(Debug, Args)]
pub struct SignReviewArgs {
    /// The list.
    #[arg(long)]
    pub list: String,
    /// Hold no publicity, and why.
    #[arg(long, default_value = "", value_name = "REASON")]
    pub waive_publicity: String,
}

impl SignReviewArgs {
    /// What to do.
    pub fn task(self) -> Task {
        Task::act(Command::SignReview(SignReview { list: self.list, publicity_waived: self.waive_publicity }))
    }
}

/// The publicity of a reviewed list.
#[derive(Debug, Args)]
pub struct PublicizeListArgs {
    /// The list.
    #[arg(long)]
    pub list: String,
    /// 公示渠道.
    #[arg(long)]
    pub channel: String,
}

impl PublicizeListArgs {
    /// What to do.
    pub fn task(self) -> Task {
        Task::act(Command::PublicizeList(PublicizeList { list: self.list, channel: self.channel }))
    }
}

impl Review {
    /// What to do; a `CASE=REASON` without its parts is left for the node to name.
    pub fn task(self) -> Task {
        match self {
            Review::Review { list, opinion, returns, rejects } => {
                let returned = returns.iter().map(|text| exception(text, "return"));
                let rejected = rejects.iter().map(|text| exception(text, "reject"));
                let exceptions = returned.chain(rejected).collect();
                Task::act(Command::Review(honghei_proto::console::v1::Review { list, exceptions, opinion }))
            }
            Review::SignReview(sign) => sign.task(),
            Review::Object { case, list, by, grounds } => {
                Task::act(Command::ReceiveObjection(ReceiveObjection { list, case_id: case, by, grounds }))
            }
        }
    }
}

fn exception(text: &str, decision: &str) -> ReviewExceptionRow {
    let (case_id, reasons) = text.split_once('=').unwrap_or((text, ""));
    let reasons = reasons.split([';', '；']).map(str::trim).filter(|reason| !reason.is_empty());
    ReviewExceptionRow {
        case_id: case_id.trim().to_owned(),
        decision: decision.to_owned(),
        reasons: reasons.map(str::to_owned).collect(),
    }
}
