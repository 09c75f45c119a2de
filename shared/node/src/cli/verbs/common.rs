//! Verbs of every node.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::question::Question;
use crate::cli::task::{Appoint, Ask, NewKey, Publish, Serve, Task, VerifyCertificate, What};
use crate::cli::{DocumentArgs, ReportVerb};

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
    /// Policies: check a file, show one, list what a new version touches, publish it.
    #[command(subcommand)]
    Policy(PolicyVerb),
    /// The working-day calendar.
    #[command(subcommand)]
    Calendar(CalendarVerb),
    /// One case: why its dates are what they are, its evidence, and its procedure certificate.
    #[command(subcommand)]
    Case(CaseVerb),
    /// Running deadlines by last day: what is due, what is overdue, what stands still.
    Deadlines {
        /// Of this node, such as 420800-commerce; without it the own.
        #[arg(long, default_value = "", value_name = "NODE")]
        of: String,
        /// Rows at most.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Verify a procedure certificate. Needs no node, no network and no officer; exit code 8 if it does not hold.
    VerifyCertificate(VerifyCertificate),
    /// Make an official document as a page or a print-ready PDF.
    ///
    /// Example: document notice 420802-commerce#17 --out 告知书.pdf --as zhang.wei
    Document(DocumentArgs),
    /// Reports: as a page or a workbook with charts.
    #[command(subcommand)]
    Report(ReportVerb),
    /// The node at a glance: logs, receipts, links, lists, alarms. Needs no officer.
    Status,
    /// Check every log, chunk, signature, receipt and the final list; exit code 8 if anything is wrong.
    Verify,
    /// Judge anew every verdict that this node was told, from the lists and acts it holds; exit code 8 and an alarm if one
    /// does not come to the bytes that the province signed.
    ///
    /// A recogniser repeats the verdicts on its own entries, the province those on everybody's. Interrupting it stops it.
    Recompute,
    /// Drop the projections and fold the logs again; the result must be the same.
    Rebuild,
    /// Look a subject up on the final list by its full code. Needs no officer.
    LookUp(LookUpArgs),
    /// Questions answered in sentences: why, was, history, caused.
    #[command(flatten)]
    Question(Question),
    /// Files of a declaration or case.
    #[command(subcommand)]
    Attachment(AttachmentVerb),
    /// Sign, as a further officer, what another has signed first; see list signatures.
    ///
    /// The act is written once every signature it needs is there. It must be completed on the day it was proposed.
    Countersign {
        /// The waiting proposal.
        id: String,
    },
    /// Take away a proposal that waits for a further signature.
    Drop {
        /// The waiting proposal.
        id: String,
    },
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

/// Files of a declaration or case.
#[derive(Debug, Subcommand)]
pub enum AttachmentVerb {
    /// List them.
    List {
        /// A list, 420802-commerce/1/42, or a case, 420802-commerce#17.
        of: String,
    },
    /// Fetch one; every part is checked against what was signed.
    Fetch {
        /// The list or case.
        of: String,
        /// Its number in the list.
        #[arg(long, default_value_t = 1)]
        number: u32,
        /// Where to: a file, or a folder in which it keeps its name.
        #[arg(long, default_value = ".")]
        out: PathBuf,
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

/// One case.
#[derive(Debug, Subcommand)]
pub enum CaseVerb {
    /// Print every clock of a case with its clause, day by day; or those of a deadline that no case starts.
    WhyDue {
        /// The case, 420802-commerce#17; or D-08 (back-log campaign) or D-12 (quarterly bulletin).
        case: String,
    },
    /// Evaluate the criteria of an own case on the behaviour events on record.
    Evidence {
        /// The case, 420802-commerce#17.
        case: String,
    },
    /// Write the case's procedure certificate: every act, signature, receipt and proof in one file.
    Certificate {
        /// The case, 420802-commerce#17.
        case: String,
        /// Where to write it.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Policies.
#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Check a policy's text. Needs no node and no officer; exit code 8 if anything is wrong with it.
    Check {
        /// The policy, TOML.
        file: PathBuf,
    },
    /// List the policies of the directory, or show one.
    Show {
        /// Name, or name@version; without it every policy is listed.
        #[arg(default_value = "")]
        name: String,
    },
    /// List the own entries in force that a new version would touch; at the province, everybody's on the final list.
    Impact {
        /// The new version, TOML.
        file: PathBuf,
    },
    /// Sign, as head, the exits of own entries that a published version left without any ground (RX-10, BX-5).
    ///
    /// Example: policy exits jm-commerce-2017-draft --rehearse --as wang.fang; then the same without --rehearse
    Exits {
        /// The policy's name.
        name: String,
        /// Only these cases: 1-20,25.
        #[arg(long, default_value = "")]
        cases: String,
        /// The day the subjects were told beforehand, where the policy wants that.
        #[arg(long, default_value = "", value_name = "DAY")]
        notified_on: String,
    },
    /// Publish a version to every node; cases collected from then on follow it, older ones keep theirs.
    ///
    /// Only at the node that keeps the federation's root key, while it is open.
    Publish {
        /// A file, TOML, or a shipped policy's name; its version must be higher than any published.
        #[arg(value_name = "NAME|FILE")]
        policy: String,
    },
}

/// The working-day calendar.
#[derive(Debug, Subcommand)]
pub enum CalendarVerb {
    /// Publish working-day notices to every node; running deadlines are counted anew.
    ///
    /// Only at the node that keeps the federation's root key, while it is open.
    Publish {
        /// The notices, TOML: of further years only, or the whole calendar.
        file: PathBuf,
    },
}

impl PolicyVerb {
    fn task(self) -> Task {
        match self {
            PolicyVerb::Check { file } => Task::CheckPolicy(file),
            PolicyVerb::Show { name } => Task::question(ask_request::Question::Policies(Policies { name })),
            PolicyVerb::Impact { file } => Task::PolicyImpact(file),
            PolicyVerb::Exits { name, cases, notified_on } => {
                Task::PolicyExits(DraftPolicyExitsRequest { policy: name, cases, notified_on })
            }
            PolicyVerb::Publish { policy } => Task::Publish(Publish::Policy(policy)),
        }
    }
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
    /// Hand part of a head's own business over while he is away; the delegate signs in his own name.
    ///
    /// Example: officer delegate wang.fang --from 2017-11-06 --until 2017-11-10 --scope recognition --reason 外出学习
    Delegate {
        /// To whom: an officer of this node.
        to: String,
        /// First day.
        #[arg(long, value_name = "DAY")]
        from: String,
        /// Last day.
        #[arg(long, value_name = "DAY")]
        until: String,
        /// recognition, review, results or listed; may be given several times.
        #[arg(long, required = true)]
        scope: Vec<String>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take back, from today on, what was handed over.
    EndDelegation {
        /// From whom.
        to: String,
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
            Common::Officer(OfficerVerb::Delegate { to, from, until, scope, reason }) => {
                Task::act(Command::Delegate(Delegate { to, starts_on: from, ends_on: until, scope, reason }))
            }
            Common::Officer(OfficerVerb::EndDelegation { to }) => {
                Task::act(Command::EndDelegation(EndDelegation { to }))
            }
            Common::Officer(OfficerVerb::List) => Task::Ask(Ask::Officers),
            Common::List(list) => Task::Ask(match list.what {
                What::Cases => Ask::Cases(ListCasesRequest { stage: list.stage, after: list.after, limit: list.limit }),
                What::Lists => Ask::Dossiers(ListDossiersRequest { stage: list.stage }),
                What::Petitions => Ask::Petitions,
                What::Signatures => Ask::Signatures,
                What::Results => Ask::Results(ListResultsRequest { limit: list.limit }),
                What::Verdicts => Ask::Verdicts(ListVerdictsRequest { version: 0, limit: list.limit }),
                What::Officers => Ask::Officers,
            }),
            Common::Show(show) if show.id.contains('#') => Task::Ask(Ask::Case(ShowCaseRequest { case_id: show.id })),
            Common::Show(show) => {
                Task::Ask(Ask::Dossier(ShowDossierRequest { list: show.id, after: show.after, limit: show.limit }))
            }
            Common::Case(CaseVerb::WhyDue { case }) => Task::Ask(Ask::WhyDue(WhyDueRequest { case_id: case })),
            Common::Case(CaseVerb::Evidence { case }) => {
                Task::question(ask_request::Question::Evidence(Evidence { case_id: case }))
            }
            Common::Policy(policy) => policy.task(),
            Common::Calendar(CalendarVerb::Publish { file }) => Task::Publish(Publish::Calendar(file)),
            Common::Case(CaseVerb::Certificate { case, out }) => {
                Task::Certificate { request: MakeCertificateRequest { case_id: case }, out }
            }
            Common::Deadlines { of, limit } => Task::Ask(Ask::Deadlines(ListDeadlinesRequest { owner: of, limit })),
            Common::VerifyCertificate(verify) => Task::VerifyCertificate(verify),
            Common::Document(document) => Task::Document(document),
            Common::Report(ReportVerb::Comparison(report)) => Task::Report(report),
            Common::Status => Task::Ask(Ask::Status),
            Common::Verify => Task::Ask(Ask::Verify),
            Common::Recompute => Task::question(ask_request::Question::Recompute(Recompute {})),
            Common::Rebuild => Task::Ask(Ask::Rebuild),
            Common::LookUp(look_up) => Task::Ask(Ask::LookUp(LookUpRequest { identifier: look_up.identifier })),
            Common::Question(question) => question.task(),
            Common::Attachment(AttachmentVerb::List { of }) => {
                Task::Ask(Ask::Attachments(ListAttachmentsRequest { of }))
            }
            Common::Attachment(AttachmentVerb::Fetch { of, number, out }) => {
                Task::Fetch { request: FetchAttachmentRequest { of, number }, out }
            }
            Common::Countersign { id } => Task::act(Command::Countersign(Countersign { id })),
            Common::Drop { id } => Task::Drop(id),
            Common::Petitions => Task::Ask(Ask::Petitions),
            Common::Results { limit } => Task::Ask(Ask::Results(ListResultsRequest { limit })),
            Common::Verdicts { result, limit } => {
                Task::Ask(Ask::Verdicts(ListVerdictsRequest { version: result, limit }))
            }
        }
    }
}
