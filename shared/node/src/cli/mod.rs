//! The command line of the node programs.

mod act;
mod ask;
mod certificate;
mod delivery;
mod document;
mod fonts;
mod passphrase;
mod policy;
mod print;
mod progress;
mod rehearse;
mod report;
mod setup;
mod status;
mod task;
mod verbs;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

#[cfg(test)]
pub(crate) use self::document::read as read_document;
pub use self::document::{DocumentArgs, Kind as DocumentKindArg};
pub(crate) use self::rehearse::as_expected;
pub use self::report::{ComparisonArgs, ReportVerb};
pub use self::task::{
    Act, Appoint, Ask, DeliveryTask, FileArg, Found, Init, NewKey, Publish, Serve, Task, VerifyCertificate, What,
};
pub use self::verbs::*;

use self::print::Printer;
use crate::allocator;
use crate::answer::{Answer, Class};
use crate::compose::Composition;
use crate::folder::Folder;
use crate::telemetry::{self, Logging};

/// What stands under every help text.
const AFTER_HELP: &str = "\
Files in DIR: node.toml (settings), *.key (the node's keys), officers/ (officers' sealed keys), console.sock.
An officer's passphrase comes from --passphrase-file, HONGHEI_PASSPHRASE or a prompt.

Exit codes: 0 done; 1 fault; 2 usage; 3 refused by law or state; 4 not allowed; 5 already done;
6 the state kept moving, try again; 7 not reachable; 8 verification found defects; 9 a file's rows were refused.";

/// A tier's verbs.
pub trait Verb: Subcommand {
    /// What the program is for, in a sentence.
    const ABOUT: &'static str;

    /// What to do.
    fn task(self) -> Task;
}

#[derive(Debug, Parser)]
#[command(version)]
struct Program<V: Verb> {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: V,
}

/// Options of every verb.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
struct Global {
    /// The node's folder.
    #[arg(long, value_name = "DIR", env = "HONGHEI_DIR", default_value = ".", global = true)]
    dir: PathBuf,
    /// The officer who acts or asks.
    #[arg(long = "as", value_name = "OFFICER", env = "HONGHEI_OFFICER", global = true)]
    acting_officer: Option<String>,
    /// His sealed key, where it is not DIR/officers/OFFICER.key.
    #[arg(long, value_name = "FILE", global = true)]
    key_file: Option<PathBuf>,
    /// The file with his passphrase.
    #[arg(long, value_name = "FILE", global = true)]
    passphrase_file: Option<PathBuf>,
    /// Print JSON with the field names of the console's contract.
    #[arg(long, global = true)]
    json: bool,
    /// Only show what an act would change: cases, deadlines, the final list. Nothing is written or signed.
    #[arg(long, global = true)]
    rehearse: bool,
    /// Sign only if the act still changes exactly what a rehearsal showed under this digest.
    #[arg(long, value_name = "DIGEST", global = true, conflicts_with = "rehearse")]
    expect: Option<String>,
    /// What to log, such as info,honghei_link=debug (else RUST_LOG).
    #[arg(long, value_name = "FILTER", global = true)]
    log: Option<String>,
    /// Log as JSON.
    #[arg(long, global = true)]
    log_json: bool,
}

/// Where and as whom a task is done.
#[derive(Debug)]
struct Session {
    folder: Folder,
    officer: Option<String>,
    key_file: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
    printer: Printer,
    rehearse: bool,
    expect: Option<String>,
}

/// Runs a node program: parses, does, prints, exits. The first argument is the program's name.
pub fn main<V: Verb>(composition: &Composition, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = parse::<V>(composition, args);
    let Program { global, verb } = match parsed {
        Ok(program) => program,
        Err(error) => {
            // Help and version are no errors; whatever printing fails at cannot be printed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Class::Usage.exit_code() } else { 0 });
        }
    };
    let printer = Printer { json: global.json };
    match run(composition, global, verb.task()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(answer) => {
            printer.answer(&answer);
            ExitCode::from(answer.class.exit_code())
        }
    }
}

fn parse<V: Verb>(
    composition: &Composition,
    args: impl IntoIterator<Item = OsString>,
) -> Result<Program<V>, clap::Error> {
    command::<V>(composition).try_get_matches_from(args).and_then(|matches| Program::<V>::from_arg_matches(&matches))
}

/// A program's whole command line, for whoever reads it out.
pub fn command<V: Verb>(composition: &Composition) -> clap::Command {
    Program::<V>::command().name(composition.name).about(V::ABOUT).after_help(AFTER_HELP)
}

/// What a command line asks for, without the program's name; the error is what its user would read.
pub fn read<V: Verb>(composition: &Composition, line: &[&str]) -> Result<Task, String> {
    let args = std::iter::once(composition.name).chain(line.iter().copied()).map(OsString::from);
    parse::<V>(composition, args).map(|program| program.verb.task()).map_err(|error| error.to_string())
}

fn run(composition: &Composition, global: Global, task: Task) -> Result<(), Answer> {
    let serving = matches!(task, Task::Serve(_));
    let usual = if serving { "info" } else { "warn" };
    telemetry::start(&Logging { filter: global.log, usual, json: global.log_json })?;
    if serving {
        allocator::give_memory_back();
    }
    let session = Session {
        folder: Folder::at(global.dir),
        officer: global.acting_officer,
        key_file: global.key_file,
        passphrase_file: global.passphrase_file,
        printer: Printer { json: global.json },
        rehearse: global.rehearse,
        expect: global.expect,
    };
    session.may_rehearse(&task)?;
    let mut builder = match serving {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = builder.enable_all().build().map_err(|error| Answer::fault("RUNTIME_FAILED", error))?;
    runtime.block_on(session.perform(composition, task))
}

impl Session {
    async fn perform(&self, composition: &Composition, task: Task) -> Result<(), Answer> {
        match task {
            Task::Found(found) => self.found(composition, found).await,
            Task::Init(init) => self.init(init),
            Task::Join(invitation) => self.join(composition, &invitation).await,
            Task::Serve(serve) => self.serve(composition, &serve).await,
            Task::NewKey(key) => self.new_key(&key.id),
            Task::Appoint(appoint) => self.appoint(appoint).await,
            Task::Invite { request, out } => self.invite(request, &out).await,
            Task::Act(act) => self.act(act).await,
            Task::Files { command, files } => self.act_with_files(command, &files).await,
            Task::Fetch { request, out } => self.fetch(request, &out).await,
            Task::Drop(id) => self.drop_signature(id).await,
            Task::Compare { wait_seconds } => self.compare(wait_seconds).await,
            Task::Ask(ask) => self.ask(ask).await,
            Task::Certificate { request, out } => self.certificate(request, &out).await,
            Task::CheckPolicy(file) => self.check_policy(&file),
            Task::PolicyImpact(file) => self.policy_impact(&file).await,
            Task::PolicyExits(request) => self.policy_exits(request).await,
            Task::Publish(publish) => self.publish_reference(publish).await,
            Task::VerifyCertificate(verify) => self.verify_certificate(&verify),
            Task::Document(document) => self.document(document).await,
            Task::Report(report) => self.report(report).await,
            Task::Delivery(task) => self.delivery(task).await,
        }
    }
}
