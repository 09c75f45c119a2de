//! Verbs on listed entries: objections, exits, repairs, announcements, filings, restorations.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use honghei_proto::console::v1::ask_request::Question as Asked;
use honghei_proto::console::v1::listing_command::Command as Inner;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{
    AcceptRepair, AnnounceExit, AnnounceList, AnswerConflict, AnswerRestoration, AskRequest, Conflicts, DecideDispute,
    DecideExit, DecideRepair, Disseminations, Duties, FileExits, ListingCommand, ReceiveDispute, ReceiveRepair,
    RevokeRepair, Standing, VerifyDispute,
};

use super::bulletin::{BulletinVerb, DisseminateArgs};
use crate::cli::task::{Ask, Task};

/// Verbs on listed entries; the node says which of them its officers may use.
#[derive(Debug, Subcommand)]
pub enum Listing {
    /// Objections against listed entries.
    #[command(subcommand)]
    Dispute(Dispute),
    /// Let an entry leave the list.
    ///
    /// Example: exit --case 420802-commerce#17 --code RX-3 --reason 主体申请
    Exit {
        /// The case.
        #[arg(long)]
        case: String,
        /// Exit code, such as RX-3 or BX-5.
        #[arg(long)]
        code: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The day the document under it was revoked or annulled (BX-5).
        #[arg(long, default_value = "", value_name = "DAY")]
        basis_revoked_on: String,
        /// The day the subject was told beforehand, where the policy wants that.
        #[arg(long, default_value = "", value_name = "DAY")]
        notified_on: String,
    },
    /// Repairs of black entries.
    #[command(subcommand)]
    Repair(Repair),
    /// What was made public on channels, with their receipts.
    #[command(subcommand)]
    Announce(Announce),
    /// File every exit that is not filed yet with the level above.
    FileExits,
    /// Reds that stand on external reference lists: notices to their recognisers, and the answers.
    #[command(subcommand)]
    Conflict(Conflict),
    /// Take or decline an offer to list a removed red again.
    Restoration {
        /// The offer's entry.
        #[arg(long)]
        offer: String,
        /// The answer.
        #[arg(long, value_enum)]
        answer: YesNo,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Quarterly bulletins.
    #[command(subcommand)]
    Bulletin(BulletinVerb),
    /// Record where a list or bulletin was spread offline, with photographs if there are any.
    ///
    /// Example: disseminate --bulletin 110119-quality/1/40 --venue 某社区 --manner 张贴 --held-on 2018-04-20 a.jpg
    Disseminate(DisseminateArgs),
    /// Where lists and bulletins were spread offline.
    Disseminations,
    /// What this node has to do about listed entries, the most urgent first.
    Duties,
    /// How a subject stands: its entries with objections and exits, its status, the measures that meet it.
    Standing {
        /// 统一社会信用代码, 组织机构代码 or 工商注册号.
        identifier: String,
    },
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// 成立, 受理, 同意.
    Yes,
    /// 不成立, 不予受理, 不同意.
    No,
}

/// Objections against listed entries.
#[derive(Debug, Subcommand)]
pub enum Dispute {
    /// Record one; the mark shows wherever the entry is served, the same day.
    Receive {
        /// The case.
        #[arg(long)]
        case: String,
        /// Against what: recognition or comparison.
        #[arg(long, default_value = "recognition")]
        about: String,
        /// By whom.
        #[arg(long)]
        by: String,
        /// Grounds.
        #[arg(long)]
        grounds: String,
    },
    /// Verify one as recogniser.
    Verify(Finding),
    /// Decide one; upheld against a recognition it corrects the entry (RX-2, BX-2).
    Decide(Finding),
}

/// What was found about something.
#[derive(Debug, Args)]
pub struct Finding {
    /// The entry that is answered.
    #[arg(long)]
    pub of: String,
    /// Whether it stands.
    #[arg(long, value_enum)]
    pub stands: YesNo,
    /// Why.
    #[arg(long)]
    pub reason: String,
}

/// Repairs of black entries (BX-1).
#[derive(Debug, Subcommand)]
pub enum Repair {
    /// Record an application with its materials.
    Apply {
        /// The case.
        #[arg(long)]
        case: String,
        /// By whom.
        #[arg(long)]
        by: String,
        /// How the act was corrected.
        #[arg(long)]
        corrected: String,
        /// Which duties were fulfilled.
        #[arg(long)]
        fulfilled: String,
        /// 信用承诺书.
        #[arg(long, default_value = "")]
        promise: String,
        /// A material handed in, by the name the policy gives it; may be given several times.
        #[arg(long = "material", value_name = "NAME")]
        materials: Vec<String>,
        /// A file that was handed in, PDF, picture or office document; one whose name begins with a material's name is
        /// that material. May be given several times.
        #[arg(long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Accept an application for decision, or not.
    Accept(Finding),
    /// Decide it; granted, the entry leaves the list.
    Decide(Finding),
    /// The promise was false: list the entry again.
    Revoke {
        /// The application's entry.
        #[arg(long)]
        of: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Conflicts with external reference lists.
#[derive(Debug, Subcommand)]
pub enum Conflict {
    /// List notices that wait for an answer, or for the exit that was answered; the earliest due first.
    List {
        /// Instead, names that reference rows share with reds: for a person to look at, no notice goes out.
        #[arg(long)]
        names: bool,
    },
    /// Answer a notice as recogniser of the red.
    #[command(group = clap::ArgGroup::new("answer").required(true).args(["keep", "withdraw"]))]
    Answer {
        /// The notice's entry.
        notice: String,
        /// The red stays, and why.
        #[arg(long, value_name = "REASON")]
        keep: Option<String>,
        /// The red will leave, and why; the exit itself is a decision of its own (exit).
        #[arg(long, value_name = "REASON")]
        withdraw: Option<String>,
    },
}

/// What was made public on channels.
#[derive(Debug, Subcommand)]
pub enum Announce {
    /// The served result version.
    List {
        /// The channel.
        #[arg(long)]
        channel: String,
        /// The channel's receipt.
        #[arg(long)]
        receipt: String,
    },
    /// An exit.
    Exit {
        /// The act that brought it.
        #[arg(long)]
        exit: String,
        /// The recogniser of the entries.
        #[arg(long)]
        recogniser: String,
        /// The channel.
        #[arg(long)]
        channel: String,
        /// The channel's receipt.
        #[arg(long)]
        receipt: String,
    },
}

impl Listing {
    /// What to do.
    pub fn task(self) -> Task {
        let command = match self {
            Listing::Dispute(dispute) => dispute.command(),
            Listing::Repair(repair) => {
                let (files, command) = (repair.files(), Some(repair.command()));
                return Task::Files { command: Command::Listing(ListingCommand { command }), files };
            }
            Listing::Announce(announce) => announce.command(),
            Listing::Exit { case, code, reason, basis_revoked_on, notified_on } => {
                Inner::DecideExit(DecideExit { case_id: case, code, reason, basis_revoked_on, notified_on })
            }
            Listing::Bulletin(bulletin) => return bulletin.task(),
            Listing::Disseminate(disseminate) => return disseminate.task(),
            Listing::Disseminations => return question(Asked::Disseminations(Disseminations {})),
            Listing::FileExits => Inner::FileExits(FileExits {}),
            Listing::Conflict(Conflict::List { names }) => return question(Asked::Conflicts(Conflicts { names })),
            Listing::Conflict(Conflict::Answer { notice, keep, withdraw }) => {
                let kept = keep.is_some();
                let reason = keep.or(withdraw).unwrap_or_default();
                Inner::AnswerConflict(AnswerConflict { notice, kept, reason })
            }
            Listing::Restoration { offer, answer, reason } => {
                Inner::AnswerRestoration(AnswerRestoration { offer, accepted: answer == YesNo::Yes, reason })
            }
            Listing::Duties => return question(Asked::Duties(Duties {})),
            Listing::Standing { identifier } => return question(Asked::Standing(Standing { identifier })),
        };
        Task::act(Command::Listing(ListingCommand { command: Some(command) }))
    }
}

fn question(asked: Asked) -> Task {
    Task::Ask(Ask::Office(AskRequest { question: Some(asked) }))
}

impl Dispute {
    fn command(self) -> Inner {
        match self {
            Dispute::Receive { case, about, by, grounds } => {
                Inner::ReceiveDispute(ReceiveDispute { case_id: case, about, by, grounds })
            }
            Dispute::Verify(Finding { of, stands, reason }) => {
                Inner::VerifyDispute(VerifyDispute { dispute: of, stands: stands == YesNo::Yes, reason })
            }
            Dispute::Decide(Finding { of, stands, reason }) => {
                Inner::DecideDispute(DecideDispute { dispute: of, upheld: stands == YesNo::Yes, reason })
            }
        }
    }
}

impl Repair {
    /// The files that an application brings.
    fn files(&self) -> Vec<PathBuf> {
        match self {
            Repair::Apply { files, .. } => files.clone(),
            Repair::Accept(_) | Repair::Decide(_) | Repair::Revoke { .. } => Vec::new(),
        }
    }

    fn command(self) -> Inner {
        match self {
            Repair::Apply { case, by, corrected, fulfilled, promise, materials, files: _ } => {
                // The files are named by their uploads.
                let (case_id, files) = (case, Vec::new());
                Inner::ReceiveRepair(ReceiveRepair { case_id, by, corrected, fulfilled, promise, materials, files })
            }
            Repair::Accept(Finding { of, stands, reason }) => {
                Inner::AcceptRepair(AcceptRepair { application: of, accepted: stands == YesNo::Yes, reason })
            }
            Repair::Decide(Finding { of, stands, reason }) => {
                Inner::DecideRepair(DecideRepair { application: of, granted: stands == YesNo::Yes, reason })
            }
            Repair::Revoke { of, reason } => Inner::RevokeRepair(RevokeRepair { application: of, reason }),
        }
    }
}

impl Announce {
    fn command(self) -> Inner {
        match self {
            Announce::List { channel, receipt } => Inner::AnnounceList(AnnounceList { channel, receipt }),
            Announce::Exit { exit, recogniser, channel, receipt } => {
                Inner::AnnounceExit(AnnounceExit { exit, recogniser, channel, receipt })
            }
        }
    }
}
