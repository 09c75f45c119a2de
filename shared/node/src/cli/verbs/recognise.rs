//! Verbs of a recogniser.

use clap::{Args, Subcommand};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::file::{FileArgs, Kind};
use crate::cli::task::{Act, Task};

/// Verbs of a recogniser: a county, or a city for what it recognises itself.
#[derive(Debug, Subcommand)]
pub enum Recognise {
    /// Collect candidates from a spreadsheet.
    ///
    /// Example: collect blacks.xlsx --kind black --as zhang.wei
    #[command(visible_alias = "import")]
    Collect {
        /// The spreadsheet.
        #[command(flatten)]
        file: FileArgs,
        /// Red or black.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The department whose list it is.
        #[arg(long, default_value = "commerce")]
        department: String,
        /// daily_management, special_inspection, enforcement, complaint or other.
        #[arg(long, default_value = "daily_management")]
        channel: String,
        /// Subject class where the file has no such column.
        #[arg(long, default_value = "")]
        default_class: String,
        /// Why subjects registered elsewhere are listed here.
        #[arg(long, default_value = "")]
        territorial_override: String,
    },
    /// Replace the records of cases by corrected ones, one row a case in ascending order.
    Correct {
        /// The spreadsheet.
        #[command(flatten)]
        file: FileArgs,
        /// Red or black.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The department whose list it is.
        #[arg(long, default_value = "commerce")]
        department: String,
        /// Which cases the rows correct: 3,7-9.
        #[arg(long)]
        cases: String,
        /// What was corrected and why.
        #[arg(long)]
        reason: String,
    },
    /// Record that written notice was served on subjects.
    Notice {
        /// Which cases: 1-20,25; without it every case that the step fits.
        #[arg(long, default_value = "")]
        cases: String,
        /// 告知方式.
        #[arg(long)]
        method: String,
        /// 送达日期, 2017-11-06.
        #[arg(long)]
        served_on: String,
        /// 送达证明.
        #[arg(long)]
        proof: String,
    },
    /// Record a subject's statement or defence.
    Statement {
        /// The case.
        #[arg(long)]
        case: String,
        /// By whom.
        #[arg(long)]
        by: String,
        /// Facts, reasons and evidence.
        #[arg(long)]
        grounds: String,
    },
    /// Dispose of a statement; an adopted one ends the case.
    Dispose {
        /// The statement's entry; see petitions.
        #[arg(long)]
        statement: String,
        /// Whether it stands.
        #[command(flatten)]
        finding: Adopted,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Declare a certified list to the reviewer.
    Declare {
        /// The list; without it the only one not declared yet.
        #[arg(long, default_value = "")]
        list: String,
    },
    /// Answer an objection as recogniser; an upheld one ends the case.
    #[command(visible_alias = "verify-objection")]
    Respond {
        /// The objection's entry; see petitions.
        #[arg(long)]
        objection: String,
        /// Whether it stands.
        #[command(flatten)]
        finding: Upheld,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Withdraw an own case by decision.
    Withdraw {
        /// The case.
        #[arg(long)]
        case: String,
        /// Exit code, such as RX-3.
        #[arg(long)]
        code: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Whether a statement stands.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Adopted {
    /// It stands.
    #[arg(long)]
    pub adopted: bool,
    /// It does not stand.
    #[arg(long)]
    pub not_adopted: bool,
}

/// Whether an objection stands.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Upheld {
    /// It stands.
    #[arg(long)]
    pub upheld: bool,
    /// It does not stand.
    #[arg(long)]
    pub not_upheld: bool,
}

impl Recognise {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Recognise::Collect { file, kind, department, channel, default_class, territorial_override } => {
                let (path, file) = file.split();
                let kind = kind.name();
                let collect = Collect { file, kind, department, channel, default_class, territorial_override };
                Task::Act(Act { command: Command::Collect(collect), file: Some(path) })
            }
            Recognise::Correct { file, kind, department, cases, reason } => {
                let (path, file) = file.split();
                let correct = Correct { file, kind: kind.name(), department, reason, cases };
                Task::Act(Act { command: Command::Correct(correct), file: Some(path) })
            }
            Recognise::Notice { cases, method, served_on, proof } => {
                Task::act(Command::ServeNotice(ServeNotice { cases, method, served_on, proof }))
            }
            Recognise::Statement { case, by, grounds } => {
                Task::act(Command::ReceiveStatement(ReceiveStatement { case_id: case, by, grounds }))
            }
            Recognise::Dispose { statement, finding, reason } => {
                Task::act(Command::DisposeStatement(DisposeStatement { statement, adopted: finding.adopted, reason }))
            }
            Recognise::Declare { list } => Task::act(Command::Declare(Declare { list })),
            Recognise::Respond { objection, finding, reason } => {
                Task::act(Command::VerifyObjection(VerifyObjection { objection, upheld: finding.upheld, reason }))
            }
            Recognise::Withdraw { case, code, reason } => {
                Task::act(Command::Withdraw(Withdraw { case_id: case, code, reason }))
            }
        }
    }
}

/// The head's signature under a recognition.
#[derive(Debug, Args)]
pub struct CertifyArgs {
    /// Red or black.
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// Which cases: 1-20,25; without it every certifiable case of the kind.
    #[arg(long, default_value = "")]
    pub cases: String,
    /// 认定意见.
    #[arg(long)]
    pub opinion: String,
}

impl CertifyArgs {
    /// What to do.
    pub fn task(self) -> Task {
        Task::act(Command::Certify(Certify { kind: self.kind.name(), cases: self.cases, opinion: self.opinion }))
    }
}

/// The publicity of candidates.
#[derive(Debug, Args)]
pub struct PublicizeCasesArgs {
    /// Which cases: 1-20,25; without it every case that the step fits.
    #[arg(long, default_value = "")]
    pub cases: String,
    /// 公示渠道.
    #[arg(long)]
    pub channel: String,
}

impl PublicizeCasesArgs {
    /// What to do.
    pub fn task(self) -> Task {
        Task::act(Command::PublicizeCases(PublicizeCases { cases: self.cases, channel: self.channel }))
    }
}
