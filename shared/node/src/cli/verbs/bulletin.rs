//! Verbs on bulletins and on what is spread of the lists offline.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use honghei_proto::console::v1::ask_request::Question as Asked;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{Bulletin, Bulletins, Disseminate, IssueBulletin};

use crate::cli::task::Task;

/// Quarterly bulletins.
#[derive(Debug, Subcommand)]
pub enum BulletinVerb {
    /// Issue the bulletin of a quarter that is over, once; nothing alters it afterwards (主要负责人).
    ///
    /// Example: bulletin issue --quarter 2018Q1 --as li.na
    Issue {
        /// The quarter, 2018Q1; without it the last one that is over.
        #[arg(long, default_value = "")]
        quarter: String,
        /// The department whose lists it shows; without it the node's own.
        #[arg(long, default_value = "")]
        department: String,
    },
    /// List the bulletins that were issued.
    List,
    /// Show one as it was issued; of an entry that has left since only that it did.
    Show {
        /// The issuing entry, 110119-quality/1/40.
        entry: String,
    },
}

/// Where something published was spread offline.
#[derive(Debug, Args)]
pub struct DisseminateArgs {
    /// The bulletin's issuing entry; without it the served list.
    #[arg(long, default_value = "", value_name = "ENTRY")]
    pub bulletin: String,
    /// 场所.
    #[arg(long)]
    pub venue: String,
    /// 方式, such as 张贴 or 宣讲.
    #[arg(long)]
    pub manner: String,
    /// The day, 2018-04-20.
    #[arg(long, value_name = "DAY")]
    pub held_on: String,
    /// What else there is to say.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Photographs and the like: PDF, OFD, PNG, JPEG, XLSX or DOCX.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl BulletinVerb {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            BulletinVerb::Issue { quarter, department } => {
                Task::act(Command::IssueBulletin(IssueBulletin { department, quarter }))
            }
            BulletinVerb::List => Task::question(Asked::Bulletins(Bulletins {})),
            BulletinVerb::Show { entry } => Task::question(Asked::Bulletin(Bulletin { entry })),
        }
    }
}

impl DisseminateArgs {
    /// What to do.
    pub fn task(self) -> Task {
        let Self { bulletin, venue, manner, held_on, note, files } = self;
        let asked = Disseminate { bulletin, venue, manner, held_on, note, files: Vec::new() };
        Task::Files { command: Command::Disseminate(asked), files }
    }
}
