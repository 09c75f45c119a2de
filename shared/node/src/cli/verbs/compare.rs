//! Verbs of the province's comparison.

use clap::Subcommand;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{
    AskRequest, Candidates, Feeds, HeldCase, HeldQueue, ImportFeed, PublishResult, Recompare, RegisterFeed,
    RuleIdentity, Rulings, ask_request,
};

use super::delivery::DeliveryVerb;
use super::file::{FileArgs, Kind};
use crate::cli::task::{Act, Ask, Task};

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
    /// Compare everything anew and check it against what was published; exit code 8 and an alarm if anything differs.
    ///
    /// Reads the packed keys of everything that stands, and of the rows those that they make suspect; in bounded memory,
    /// and writes nothing but the alarm. Interrupting it stops it.
    Recompare {
        /// Read and judge every row, and hold the packed keys to the rows: slower, and trusts nothing.
        #[arg(long)]
        every_row: bool,
    },
    /// Reds that wait for a person, because it is uncertain whether they are the same subject as a black.
    #[command(subcommand)]
    Held(HeldVerb),
    /// Whom a name may belong to, by likeness, with what speaks for and against each; proposes and decides nothing.
    ///
    /// Reads every subject; interrupting it stops it.
    Candidates {
        /// The name.
        name: String,
    },
    /// Subjects: join two that are one, part two that are not.
    #[command(subcommand)]
    Subject(SubjectVerb),
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
    /// Example: feed import tax.csv --source tax-cases --as-of 2018-01-05
    Import {
        /// The spreadsheet.
        #[command(flatten)]
        file: FileArgs,
        /// Registered source: the same name for every delivery of one list.
        #[arg(long)]
        source: String,
        /// Red or black; as registered where it is left out.
        #[arg(long, value_enum)]
        kind: Option<Kind>,
        /// The department; as registered where it is left out.
        #[arg(long, default_value = "")]
        department: String,
        /// full (what is not in it leaves) or delta (additions and changes); as registered where it is left out.
        #[arg(long, default_value = "")]
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
        /// Consent to the exit of so many rows that a full list lacks, where the guard asks for it.
        #[arg(long, default_value_t = 0, value_name = "ROWS")]
        agree_exits: u64,
    },
    /// Register a department's list as a source, or amend its registration; imports name it.
    ///
    /// Example: feed register tax-cases --kind black --department tax --mode full --every-days 30
    Register {
        /// Its name: a to z, 0 to 9, hyphens.
        source: String,
        /// Red or black.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The department whose list it is.
        #[arg(long)]
        department: String,
        /// full (what is not in a file leaves) or delta (additions and changes).
        #[arg(long, default_value = "full")]
        mode: String,
        /// The organ that recognised, where files have no such column.
        #[arg(long, default_value = "")]
        organ: String,
        /// The agreed layout: a file without one of these columns is refused.
        #[arg(long, value_name = "字段=列名")]
        column: Vec<String>,
        /// Days between two deliveries; a later one raises an alarm. 0 where none is agreed.
        #[arg(long, default_value_t = 0, value_name = "DAYS")]
        every_days: u32,
        /// A list from outside the federation, for reference only: its rows remove nobody; who recognised a red that stands on
        /// it answers within so many working days.
        #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "10")]
        reference: Option<u32>,
    },
    /// List the registered sources: what came, what stands, what is late.
    List,
    /// What machines bring.
    #[command(flatten)]
    Delivery(DeliveryVerb),
}

impl FeedVerb {
    fn task(self) -> Task {
        match self {
            FeedVerb::Import { file, source, kind, department, mode, as_of, organ, valid_to, agree_exits } => {
                let (path, file) = file.split();
                let kind = kind.map(Kind::name).unwrap_or_default();
                let agreed_exits = agree_exits;
                let feed = ImportFeed { file, source, kind, department, mode, as_of, organ, valid_to, agreed_exits };
                Task::Act(Act { command: Command::ImportFeed(feed), file: Some(path) })
            }
            FeedVerb::Register { source, kind, department, mode, organ, column, every_days, reference } => {
                let (kind, columns) = (kind.name(), column);
                let feed = RegisterFeed { source, department, kind, mode, organ, columns, every_days, reference };
                Task::act(Command::RegisterFeed(feed))
            }
            FeedVerb::List => ask(ask_request::Question::Feeds(Feeds {})),
            FeedVerb::Delivery(verb) => verb.task(),
        }
    }
}

/// The queue of the uncertain.
#[derive(Debug, Subcommand)]
pub enum HeldVerb {
    /// List those that wait, the earliest first.
    List {
        /// Rows at most.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show one: what agrees and what does not, how common the name is, what was decided before.
    Show {
        /// The held red, 420802-commerce#17.
        case: String,
    },
    /// Decide it, signed; the decision is remembered for every later entry of the two.
    #[command(group = clap::ArgGroup::new("finding").required(true).args(["same", "different"]))]
    Decide {
        /// The held red.
        case: String,
        /// Both are one subject: the red falls.
        #[arg(long)]
        same: bool,
        /// They are two subjects: the red stands.
        #[arg(long)]
        different: bool,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The last day the decision counts; without end where it is left out.
        #[arg(long, default_value = "", value_name = "DAY")]
        until: String,
    },
    /// What was decided, by whom and until when, and which decisions contradict each other.
    Decisions,
}

/// Subjects.
#[derive(Debug, Subcommand)]
pub enum SubjectVerb {
    /// Join two subjects that are one; from now on a black of either counts against the reds of both, and whoever looks
    /// the second up is sent to the first.
    Merge(TwoSubjects),
    /// Part two subjects that are not one, whatever weak codes and names say; one and the same USCC cannot be parted.
    Split(TwoSubjects),
}

/// Two subjects and why.
#[derive(Debug, clap::Args)]
pub struct TwoSubjects {
    /// One, by a full code, or by its name where it has no code: where two are joined, the one they go on as.
    one: String,
    /// The other.
    other: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// The last day the decision counts; without end where it is left out.
    #[arg(long, default_value = "", value_name = "DAY")]
    until: String,
}

impl TwoSubjects {
    fn rule(self, finding: &str) -> Task {
        let Self { one, other, reason, until } = self;
        let finding = finding.to_owned();
        Task::act(Command::RuleIdentity(RuleIdentity { one, other, finding, reason, until, ..Default::default() }))
    }
}

fn ask(question: ask_request::Question) -> Task {
    Task::Ask(Ask::Office(AskRequest { question: Some(question) }))
}

impl HeldVerb {
    fn task(self) -> Task {
        match self {
            HeldVerb::List { limit } => ask(ask_request::Question::HeldQueue(HeldQueue { limit })),
            HeldVerb::Show { case } => ask(ask_request::Question::HeldCase(HeldCase { case_id: case })),
            HeldVerb::Decisions => ask(ask_request::Question::Rulings(Rulings {})),
            HeldVerb::Decide { case, same, different: _, reason, until } => {
                let finding = if same { "same" } else { "different" }.to_owned();
                let ruling = RuleIdentity { case_id: case, finding, reason, until, ..Default::default() };
                Task::act(Command::RuleIdentity(ruling))
            }
        }
    }
}

impl Compare {
    /// What to do.
    pub fn task(self) -> Task {
        match self {
            Compare::Feed(verb) => verb.task(),
            Compare::Compare { wait } => Task::Compare { wait_seconds: wait },
            Compare::Recompare { every_row } => ask(ask_request::Question::Recompare(Recompare { every_row })),
            Compare::Candidates { name } => ask(ask_request::Question::Candidates(Candidates { name })),
            Compare::Held(verb) => verb.task(),
            Compare::Subject(SubjectVerb::Merge(two)) => two.rule("same"),
            Compare::Subject(SubjectVerb::Split(two)) => two.rule("different"),
            Compare::Publish { agree_removal_percent } => {
                let agreed_removal_percent = agree_removal_percent;
                Task::act(Command::PublishResult(PublishResult { agreed_removal_percent }))
            }
        }
    }
}
