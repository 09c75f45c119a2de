//! Verbs of a recogniser.

use std::path::PathBuf;

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
    /// Behaviour events: what counting rules are evaluated on.
    #[command(subcommand)]
    Event(EventVerb),
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
    /// Record that the body which approves a certified list approved it; its members then countersign the record.
    ///
    /// Example: approve --list 420802-quality/1/12 --meeting 领导小组第3次会议 --held-on 2019-05-06 --decision 同意列入
    Approve {
        /// The list.
        #[arg(long)]
        list: String,
        /// 会议: name and number of its minutes.
        #[arg(long)]
        meeting: String,
        /// When it met, 2019-05-06.
        #[arg(long)]
        held_on: String,
        /// 审查意见.
        #[arg(long)]
        decision: String,
    },
    /// Record that the body voted a certified list down; its members then countersign the record.
    ///
    /// Example: disapprove --list 420802-quality/1/12 --meeting 领导小组第3次会议 --held-on 2019-05-06 --in-favour 1
    /// --against 2 --reason 事实尚需核实
    Disapprove {
        /// The list.
        #[arg(long)]
        list: String,
        /// 会议: name and number of its minutes.
        #[arg(long)]
        meeting: String,
        /// When it met, 2019-05-06.
        #[arg(long)]
        held_on: String,
        /// 赞成票.
        #[arg(long, default_value_t = 0, value_name = "VOTES")]
        in_favour: u32,
        /// 反对票.
        #[arg(long, default_value_t = 0, value_name = "VOTES")]
        against: u32,
        /// 弃权票.
        #[arg(long, default_value_t = 0, value_name = "VOTES")]
        abstained: u32,
        /// 不予通过的理由.
        #[arg(long)]
        reason: String,
    },
    /// Declare a certified list to the reviewer.
    Declare {
        /// The list; without it the only one not declared yet.
        #[arg(long, default_value = "")]
        list: String,
        /// Materials of the list as a whole: PDF, OFD, PNG, JPEG, XLSX or DOCX; may be given several times.
        #[arg(long = "material", value_name = "FILE")]
        materials: Vec<PathBuf>,
    },
    /// Add documents to a case before recognition, or to one that was sent back; they travel with its list.
    ///
    /// Example: attach --case 420802-commerce#3 处罚决定书.pdf 现场照片.jpg --as zhang.wei
    Attach {
        /// The case.
        #[arg(long)]
        case: String,
        /// PDF, OFD, PNG, JPEG, XLSX or DOCX.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Confirm in words the qualities that the policy demands of every entry; see policy show.
    ///
    /// Example: attest --case 110119-quality#3 --quality facts-clear=处罚决定已生效，当事人无异议 --as zhang.wei
    Attest {
        /// The case.
        #[arg(long)]
        case: String,
        /// The policy's code of a quality and the words; may be given several times.
        #[arg(long = "quality", required = true, value_name = "CODE=TEXT", value_parser = attested)]
        qualities: Vec<AttestedQuality>,
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
    /// How far the back-log campaign is: collected, announced, certified, published, remaining.
    Backlog,
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

/// Behaviour events.
#[derive(Debug, Subcommand)]
pub enum EventVerb {
    /// Record behaviour events from a spreadsheet: penalties in the 双公示 layouts, samplings, inspections.
    ///
    /// Example: event import penalties.xlsx --channel enforcement --as zhang.wei
    Import {
        /// The spreadsheet.
        #[command(flatten)]
        file: FileArgs,
        /// daily_management, special_inspection, enforcement, complaint or other.
        #[arg(long, default_value = "enforcement")]
        channel: String,
    },
    /// List the events on record.
    List {
        /// Only numbers greater than this.
        #[arg(long, default_value_t = 0)]
        after: u64,
    },
}

impl EventVerb {
    fn task(self) -> Task {
        match self {
            EventVerb::Import { file, channel } => {
                let (path, file) = file.split();
                Task::Act(Act { command: Command::RecordEvents(RecordEvents { file, channel }), file: Some(path) })
            }
            EventVerb::List { after } => Task::question(ask_request::Question::Events(Events { after })),
        }
    }
}

impl Recognise {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Recognise::Event(event) => event.task(),
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
            Recognise::Approve { list, meeting, held_on, decision } => {
                Task::act(Command::ApproveList(ApproveList { list, meeting, held_on, decision }))
            }
            Recognise::Disapprove { list, meeting, held_on, in_favour, against, abstained, reason } => {
                let asked = DisapproveList { list, meeting, held_on, in_favour, against, abstained, reason };
                Task::act(Command::DisapproveList(asked))
            }
            Recognise::Declare { list, materials } => {
                let command = Command::Declare(Declare { list, materials: Vec::new() });
                Task::Files { command, files: materials }
            }
            Recognise::Attach { case, files } => {
                let command = Command::AttachFiles(AttachFiles { case_id: case, files: Vec::new() });
                Task::Files { command, files }
            }
            Recognise::Attest { case, qualities } => Task::act(Command::Attest(Attest { case_id: case, qualities })),
            Recognise::Respond { objection, finding, reason } => {
                Task::act(Command::VerifyObjection(VerifyObjection { objection, upheld: finding.upheld, reason }))
            }
            Recognise::Backlog => Task::question(ask_request::Question::Backlog(Backlog {})),
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

/// `CODE=TEXT`.
fn attested(given: &str) -> Result<AttestedQuality, String> {
    let (code, text) = given.split_once('=').ok_or("write CODE=TEXT, such as facts-clear=处罚决定已生效")?;
    Ok(AttestedQuality { code: code.trim().to_owned(), text: text.trim().to_owned() })
}
