//! Verbs of every node.

use clap::{Args, Subcommand};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::cli::task::{Appoint, Ask, NewKey, Serve, Task, What};

/// Verbs of every node.
#[derive(Debug, Subcommand)]
pub enum Common {
    /// Run the node until it is told to stop (SIGTERM or SIGINT).
    ///
    /// Prints one line that begins with "ready" once neighbours and officers can reach it.
    Serve(Serve),
    /// Officers: keys, appointment, certification.
    #[command(subcommand)]
    Officer(OfficerVerb),
    /// List cases, lists, petitions, results or verdicts.
    List(ListArgs),
    /// Show one case (420802-commerce#17) or one list (420802-commerce/1/42) with its history or entries.
    Show(ShowArgs),
    /// The node at a glance: logs, receipts, links, lists, alarms. Needs no officer.
    Status,
    /// Check every log, chunk, signature, receipt and the final list; exit code 8 if anything is wrong.
    Verify,
    /// Drop the projections and fold the logs again; the result must be the same.
    Rebuild,
    /// Look a subject up on the final list by its full code. Needs no officer.
    LookUp(LookUpArgs),
    /// Statements and objections that are not disposed of.
    Petitions,
    /// Result versions, newest first, and who has cosigned them.
    Results {
        /// Versions at most.
        #[arg(long, default_value_t = 10)]
        limit: u32,
    },
    /// What the comparison removed or holds, with rule and cause.
    Verdicts {
        /// Only this result version.
        #[arg(long, default_value_t = 0, value_name = "VERSION")]
        result: u64,
        /// Rows at most.
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
}

/// What `list` lists.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list.
    #[arg(value_enum, default_value_t = What::Cases)]
    pub what: What,
    /// Only those at this stage.
    #[arg(long, default_value = "")]
    pub stage: String,
    /// Only case numbers greater than this.
    #[arg(long, default_value_t = 0)]
    pub after: u64,
    /// Rows at most.
    #[arg(long, default_value_t = 100)]
    pub limit: u32,
}

/// What `show` shows.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A case or a list.
    pub id: String,
    /// Of a list: entries with case numbers greater than this.
    #[arg(long, default_value_t = 0)]
    pub after: u64,
    /// Of a list: entries at most.
    #[arg(long, default_value_t = 100)]
    pub limit: u32,
}

/// What `look-up` looks up.
#[derive(Debug, Args)]
pub struct LookUpArgs {
    /// 统一社会信用代码, 组织机构代码 or 工商注册号.
    pub identifier: String,
}

/// Officers.
#[derive(Debug, Subcommand)]
pub enum OfficerVerb {
    /// Make an officer's signing key in DIR/officers, sealed under a passphrase.
    NewKey(NewKey),
    /// Appoint an officer of this node, or change his roles, title or key.
    ///
    /// The first officer of a node appoints himself as administrator:
    /// officer new-key admin; officer appoint admin --as admin --name 管理员 --title 系统管理员 --role administrator
    Appoint(Appoint),
    /// Vouch for an officer of a node directly below.
    Certify {
        /// His node.
        node: String,
        /// His id.
        officer: String,
    },
    /// Officers of every node known here.
    List,
}

impl Common {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Common::Serve(serve) => Task::Serve(serve),
            Common::Officer(OfficerVerb::NewKey(key)) => Task::NewKey(key),
            Common::Officer(OfficerVerb::Appoint(appoint)) => Task::Appoint(appoint),
            Common::Officer(OfficerVerb::Certify { node, officer }) => {
                Task::act(Command::CertifyOfficer(CertifyOfficer { node, officer }))
            }
            Common::Officer(OfficerVerb::List) => Task::Ask(Ask::Officers),
            Common::List(list) => Task::Ask(match list.what {
                What::Cases => Ask::Cases(ListCasesRequest { stage: list.stage, after: list.after, limit: list.limit }),
                What::Lists => Ask::Dossiers(ListDossiersRequest { stage: list.stage }),
                What::Petitions => Ask::Petitions,
                What::Results => Ask::Results(ListResultsRequest { limit: list.limit }),
                What::Verdicts => Ask::Verdicts(ListVerdictsRequest { version: 0, limit: list.limit }),
                What::Officers => Ask::Officers,
            }),
            Common::Show(show) if show.id.contains('#') => Task::Ask(Ask::Case(ShowCaseRequest { case_id: show.id })),
            Common::Show(show) => {
                Task::Ask(Ask::Dossier(ShowDossierRequest { list: show.id, after: show.after, limit: show.limit }))
            }
            Common::Status => Task::Ask(Ask::Status),
            Common::Verify => Task::Ask(Ask::Verify),
            Common::Rebuild => Task::Ask(Ask::Rebuild),
            Common::LookUp(look_up) => Task::Ask(Ask::LookUp(LookUpRequest { identifier: look_up.identifier })),
            Common::Petitions => Task::Ask(Ask::Petitions),
            Common::Results { limit } => Task::Ask(Ask::Results(ListResultsRequest { limit })),
            Common::Verdicts { result, limit } => {
                Task::Ask(Ask::Verdicts(ListVerdictsRequest { version: result, limit }))
            }
        }
    }
}
