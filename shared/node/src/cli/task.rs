//! What a command line asks for, before anything is done.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

/// A task.
#[derive(Debug)]
pub enum Task {
    /// Found a federation.
    Found(Found),
    /// Prepare a folder.
    Init(Init),
    /// Join with an invitation.
    Join(PathBuf),
    /// Run the node.
    Serve(Serve),
    /// Make an officer's key.
    NewKey(NewKey),
    /// Appoint an officer.
    Appoint(Appoint),
    /// Issue an invitation into a file.
    Invite {
        /// What for.
        request: InviteRequest,
        /// Where to.
        out: PathBuf,
    },
    /// Do something that an officer signs.
    Act(Act),
    /// Do something that an officer signs, with files of any kind.
    Files {
        /// The command; its files are still unnamed.
        command: Command,
        /// Where they lie.
        files: Vec<PathBuf>,
    },
    /// Fetch a file of a declaration or case.
    Fetch {
        /// Which.
        request: FetchAttachmentRequest,
        /// Where to: a file, or a folder in which it keeps its name.
        out: PathBuf,
    },
    /// Take away a proposal that waits for a further signature.
    Drop(String),
    /// Make a case's procedure certificate.
    Certificate {
        /// Which case.
        request: MakeCertificateRequest,
        /// Where to.
        out: PathBuf,
    },
    /// Verify a procedure certificate, without any node.
    VerifyCertificate(VerifyCertificate),
    /// Make a document.
    Document(super::DocumentArgs),
    /// Make a report of the comparison.
    Report(super::ComparisonArgs),
    /// Wait for the comparison and show what it found.
    Compare {
        /// Seconds at most.
        wait_seconds: u64,
    },
    /// Ask.
    Ask(Ask),
    /// Check a policy's text, without any node.
    CheckPolicy(PathBuf),
    /// Ask what the policy in this file would touch.
    PolicyImpact(PathBuf),
    /// Sign the exits that a published policy calls for.
    PolicyExits(DraftPolicyExitsRequest),
    /// Publish reference data to every node.
    Publish(Publish),
    /// Departments' lists that machines bring.
    Delivery(DeliveryTask),
}

impl Task {
    /// A question to the offices.
    pub fn question(question: ask_request::Question) -> Self {
        Task::Ask(Ask::Office(AskRequest { question: Some(question) }))
    }

    /// An act without a file.
    pub fn act(command: Command) -> Self {
        Task::Act(Act { command, file: None })
    }
}

/// What is done about departments' lists that machines bring.
#[derive(Debug)]
pub enum DeliveryTask {
    /// List what waits.
    Waiting(ListDeliveriesRequest),
    /// Put one aside.
    Drop(DropDeliveryRequest),
    /// Certify a department's key, or withdraw its certificate.
    Credential {
        /// For which source.
        asked: IssueCredentialRequest,
        /// Where the signing request lies and where the certificate goes; none to withdraw.
        files: Option<(PathBuf, PathBuf)>,
    },
    /// Make a department's key.
    Key {
        /// For which source.
        source: String,
        /// Where the key goes.
        key: PathBuf,
        /// Where the signing request goes.
        request: PathBuf,
    },
    /// Hand a list in.
    Push {
        /// The spreadsheet.
        file: PathBuf,
        /// The day it states.
        as_of: String,
        /// Full or delta; empty for as registered.
        mode: String,
        /// Rows counted; 0 for none.
        rows: u64,
        /// Where to, as whom.
        to: PushAs,
    },
    /// Ask how the source stands.
    Standing {
        /// And where this delivery does; may be empty.
        delivery: String,
        /// Where, as whom.
        to: PushAs,
    },
}

/// Whom a department's program calls, and as whom.
#[derive(Debug)]
pub struct PushAs {
    /// `host:port`.
    pub address: String,
    /// The node there.
    pub node: String,
    /// What the authority issued.
    pub certificate: PathBuf,
    /// The department's own key.
    pub key: PathBuf,
}

/// Something that an officer signs.
#[derive(Debug)]
pub struct Act {
    /// The command; its file is still unnamed.
    pub command: Command,
    /// The file it needs.
    pub file: Option<FileArg>,
}

/// Reference data to publish.
#[derive(Debug)]
pub enum Publish {
    /// A policy: a shipped one's name or a file.
    Policy(String),
    /// Working-day notices.
    Calendar(PathBuf),
}

/// A spreadsheet to take in.
#[derive(Debug)]
pub struct FileArg {
    /// Where it lies.
    pub path: PathBuf,
    /// Where its report goes.
    pub report: Option<PathBuf>,
}

/// A question to the node.
#[derive(Debug)]
pub enum Ask {
    /// The node's state.
    Status,
    /// Own cases.
    Cases(ListCasesRequest),
    /// One case.
    Case(ShowCaseRequest),
    /// The clocks of a case, day by day.
    WhyDue(WhyDueRequest),
    /// Running clocks.
    Deadlines(ListDeadlinesRequest),
    /// Lists.
    Dossiers(ListDossiersRequest),
    /// One list.
    Dossier(ShowDossierRequest),
    /// Officers.
    Officers,
    /// Open petitions.
    Petitions,
    /// Proposals that wait for a further signature.
    Signatures,
    /// Files of a declaration or case.
    Attachments(ListAttachmentsRequest),
    /// Result versions.
    Results(ListResultsRequest),
    /// Verdicts.
    Verdicts(ListVerdictsRequest),
    /// A subject on the final list.
    LookUp(LookUpRequest),
    /// What one office answers in sentences.
    Office(AskRequest),
    /// The audit.
    Verify,
    /// The projections anew.
    Rebuild,
}

impl Ask {
    /// Whether anybody on the node's machine may ask it.
    pub fn is_open(&self) -> bool {
        matches!(self, Ask::Status | Ask::LookUp(_))
    }
}

/// A procedure certificate to verify.
#[derive(Debug, Args)]
pub struct VerifyCertificate {
    /// The certificate.
    pub file: PathBuf,
    /// The federation's root key, ed25519:HEX, from somebody you trust.
    ///
    /// Without it the certificate proves only that everything in it hangs together under the key it names itself.
    #[arg(long, value_name = "KEY")]
    pub root_key: Option<String>,
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Own cases.
    Cases,
    /// Certified and declared lists.
    Lists,
    /// Statements and objections.
    Petitions,
    /// Proposals that wait for a further officer's signature.
    Signatures,
    /// Result versions.
    Results,
    /// Removals and holds.
    Verdicts,
    /// Officers.
    Officers,
}

/// Settings of a new node.
#[derive(Debug, Args)]
pub struct Init {
    /// Where children and peers reach it.
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: String,
    /// "sqlite" for a file in the folder, or a PostgreSQL URL.
    #[arg(long, default_value = "sqlite")]
    pub database: String,
    /// Live on a simulated calendar: a file with an RFC 3339 instant, shared by the nodes of a rehearsal.
    #[arg(long, value_name = "FILE")]
    pub simulated_clock: Option<PathBuf>,
}

/// The founding of a federation.
#[derive(Debug, Args)]
pub struct Found {
    /// The federation's name: lower-case letters, digits and hyphens.
    #[arg(long)]
    pub federation: String,
    /// This node, such as 420000-commerce.
    #[arg(long)]
    pub node: String,
    /// 名称.
    #[arg(long)]
    pub name: String,
    /// Further departments it acts for.
    #[arg(long = "department", value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// A policy to start with: a shipped one's name or a file, TOML; one a department, may be given several times.
    /// Without it: the shipped ones of this node's departments. Others follow with `policy publish`.
    #[arg(long = "policy", value_name = "NAME|FILE")]
    pub policies: Vec<String>,
    /// Settings.
    #[command(flatten)]
    pub init: Init,
    /// The file with the root key's passphrase (else HONGHEI_ROOT_PASSPHRASE, else a prompt).
    #[arg(long, value_name = "FILE")]
    pub root_passphrase_file: Option<PathBuf>,
}

/// Running.
#[derive(Debug, Args)]
pub struct Serve {
    /// The file with the root key's passphrase, where the federation's authority is kept
    /// (else HONGHEI_ROOT_PASSPHRASE; without either the node admits nobody).
    #[arg(long, value_name = "FILE")]
    pub root_passphrase_file: Option<PathBuf>,
}

/// An officer's key.
#[derive(Debug, Args)]
pub struct NewKey {
    /// His id, such as zhang.wei.
    pub id: String,
}

/// An appointment.
#[derive(Debug, Args)]
pub struct Appoint {
    /// His id, such as zhang.wei.
    pub id: String,
    /// 姓名.
    #[arg(long)]
    pub name: String,
    /// 职务.
    #[arg(long)]
    pub title: String,
    /// collector, head, second_approver, leading_member, reviewer, comparer, administrator or auditor; may be given several times.
    #[arg(long = "role", required = true, value_name = "ROLE")]
    pub roles: Vec<String>,
    /// His public key, ed25519:HEX; without it that of DIR/officers/ID.key.
    #[arg(long, value_name = "KEY")]
    pub public_key: Option<String>,
}
