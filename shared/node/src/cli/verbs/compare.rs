//! Verbs of the province's comparison.

use clap::Subcommand;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{ImportFeed, PublishResult};

use super::file::{FileArgs, Kind};
use crate::cli::task::{Act, Task};

/// Verbs of the province's comparison.
#[derive(Debug, Subcommand)]
pub enum Compare {
    /// Departments' lists.
    #[command(subcommand)]
    Feed(Box<FeedVerb>),
    /// Wait until everything that arrived is compared, and show what publishing now would change.
    Compare {
        /// Seconds to wait at most.
        #[arg(long, default_value_t = 600)]
        wait: u64,
    },
    /// Cut and publish a result version.
    Publish {
        /// Consent to the removal of this share of the red list, in per cent, where the guard asks for it.
        #[arg(long, default_value_t = 0, value_name = "PERCENT")]
        agree_removal_percent: u32,
    },
}

/// Departments' lists.
#[derive(Debug, Subcommand)]
pub enum FeedVerb {
    /// Import a department's list.
    ///
    /// Example: feed import tax.csv --source tax-cases --kind black --department tax --as-of 2018-01-05
    Import {
        /// The spreadsheet.
        #[command(flatten)]
        file: FileArgs,
        /// Registered source: the same name for every delivery of one list.
        #[arg(long)]
        source: String,
        /// Red or black.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The department.
        #[arg(long)]
        department: String,
        /// full (what is not in it is gone) or delta (additions and changes).
        #[arg(long, default_value = "full")]
        mode: String,
        /// The day the department states; rows without a date were recognised on it.
        #[arg(long, value_name = "DAY")]
        as_of: String,
        /// The organ that recognised, where the file has no such column.
        #[arg(long, default_value = "")]
        organ: String,
        /// Last day of validity of rows that state none.
        #[arg(long, default_value = "", value_name = "DAY")]
        valid_to: String,
    },
}

impl Compare {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Compare::Feed(verb) => {
                let FeedVerb::Import { file, source, kind, department, mode, as_of, organ, valid_to } = *verb;
                let (path, file) = file.split();
                let kind = kind.name();
                let feed = ImportFeed { file, source, kind, department, mode, as_of, organ, valid_to };
                Task::Act(Act { command: Command::ImportFeed(feed), file: Some(path) })
            }
            Compare::Compare { wait } => Task::Compare { wait_seconds: wait },
            Compare::Publish { agree_removal_percent } => {
                let agreed_removal_percent = agree_removal_percent;
                Task::act(Command::PublishResult(PublishResult { agreed_removal_percent }))
            }
        }
    }
}
