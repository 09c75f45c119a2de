//! The officers of one node: they act over the node's socket with their own keys, as its command line does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use honghei_ledger::SecretKey;
use honghei_node::answer::Answer;
use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{GetStatusRequest, GetStatusResponse, ImportSummary};

use super::Trouble;

/// The name under which a connection that nobody logged in with is kept.
const NOBODY: &str = "";

/// The code of an answer to a session that a node does not know, or knows no longer.
const SESSION_UNKNOWN: &str = "SESSION_UNKNOWN";

/// A file as it was taken in.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its account.
    pub summary: ImportSummary,
    /// The row-level report, in the file's own format; empty where there was nothing to remark on.
    pub report: Vec<u8>,
    /// The act's entry; none where nothing could enter.
    pub entry: Option<String>,
}

/// The officers of a node.
#[derive(Debug)]
pub struct Office {
    node: String,
    socket: PathBuf,
    keys: BTreeMap<String, SecretKey>,
    open: Mutex<BTreeMap<String, Client>>,
}

impl Office {
    /// The officers of the node behind a socket, by id with their keys.
    pub fn new(node: &str, socket: PathBuf, keys: BTreeMap<String, SecretKey>) -> Self {
        Self { node: node.to_owned(), socket, keys, open: Mutex::default() }
    }

    /// Forgets connections and sessions: the process behind the socket is gone.
    pub fn forget(&self) {
        self.held().clear();
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Client>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An officer's key.
    pub fn key(&self, officer: &str) -> Result<&SecretKey, Trouble> {
        self.keys.get(officer).ok_or_else(|| Trouble::Malformed(format!("{} has no officer {officer}", self.node)))
    }

    /// The node's own account of itself.
    pub async fn status(&self) -> Result<GetStatusResponse, Trouble> {
        let answered = async { self.connected(NOBODY).await?.get_status(GetStatusRequest {}).await };
        self.told("status", answered.await)
    }

    /// Lets an officer do something: propose, sign, submit. The entry written.
    pub async fn act(&self, officer: &str, command: Command) -> Result<String, Trouble> {
        let what = format!("{officer}: {}", name_of(&command));
        let entry = self.told(&what, self.perform(officer, command).await)?.entry;
        entry.ok_or_else(|| Trouble::Malformed(format!("{}: {what}: nothing was written", self.node)))
    }

    /// Lets an officer try something that may be refused.
    pub async fn perform(&self, officer: &str, command: Command) -> Result<honghei_node::client::Done, Answer> {
        match self.connected(officer).await?.perform(command.clone()).await {
            // The node was started anew since this session was opened; nothing was written.
            Err(answer) if answer.code == SESSION_UNKNOWN => {
                self.held().remove(officer);
                self.connected(officer).await?.perform(command).await
            }
            done => done,
        }
    }

    /// Uploads a file and imports it by the command made of the upload's name.
    pub async fn import(
        &self,
        officer: &str,
        file: &Path,
        command: impl FnOnce(String) -> Command,
    ) -> Result<Imported, Trouble> {
        let bytes = std::fs::read(file).map_err(Trouble::io("read", file))?;
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or("import").to_owned();
        let what = format!("{officer}: import of {name}");
        let mut client = self.session(officer).await?;
        let upload = self.told(&what, client.upload(&name, bytes, |_| {}).await)?;
        let done = self.told(&what, client.perform(command(upload)).await)?;
        let summary = done.import;
        let summary = summary.ok_or_else(|| Trouble::Malformed(format!("{}: {what}: no account", self.node)))?;
        // A file with nothing to remark on has no report.
        let report = match summary.report.as_str() {
            "" => Vec::new(),
            report => self.told(&what, client.download(report).await)?,
        };
        Ok(Imported { summary, report, entry: done.entry })
    }

    /// A connection in an officer's name, for questions.
    pub async fn session(&self, officer: &str) -> Result<Client, Trouble> {
        self.told("log-in", self.connected(officer).await)
    }

    /// Names the node and the question in an error.
    pub fn told<T>(&self, what: &str, answer: Result<T, Answer>) -> Result<T, Trouble> {
        answer.map_err(|answer| Trouble::Node {
            node: self.node.clone(),
            what: what.to_owned(),
            answer: Box::new(answer),
        })
    }

    async fn connected(&self, officer: &str) -> Result<Client, Answer> {
        let known = self.held().get(officer).cloned();
        if let Some(client) = known {
            return Ok(client);
        }
        let mut client = Client::connect(&self.socket).await?;
        if officer != NOBODY {
            let key = self.keys.get(officer);
            let key = key.ok_or_else(|| Answer::denied("OFFICER_UNKNOWN", format!("no key of {officer}")))?;
            client.open_session(officer, key.clone()).await?;
        }
        self.held().insert(officer.to_owned(), client.clone());
        Ok(client)
    }
}

/// What a command is called in messages.
fn name_of(command: &Command) -> &'static str {
    match command {
        Command::AppointOfficer(_) => "appoint-officer",
        Command::CertifyOfficer(_) => "certify-officer",
        Command::Collect(_) => "collect",
        Command::Correct(_) => "correct",
        Command::ServeNotice(_) => "serve-notice",
        Command::PublicizeCases(_) => "publicise cases",
        Command::ReceiveStatement(_) => "receive-statement",
        Command::DisposeStatement(_) => "dispose-statement",
        Command::Certify(_) => "certify",
        Command::Declare(_) => "declare",
        Command::Review(_) => "review",
        Command::SignReview(_) => "sign-review",
        Command::PublicizeList(_) => "publicise a list",
        Command::ReceiveObjection(_) => "receive-objection",
        Command::VerifyObjection(_) => "verify-objection",
        Command::Withdraw(_) => "withdraw",
        Command::ImportFeed(_) => "import-feed",
        Command::RegisterFeed(_) => "register-feed",
        Command::PublishResult(_) => "publish",
        Command::RuleIdentity(_) => "rule-identity",
        Command::EndDelegation(_) => "end-delegation",
        Command::Delegate(_) => "delegate",
        Command::ApproveList(_) => "approve-list",
        Command::DisapproveList(_) => "disapprove-list",
        Command::AttachFiles(_) => "attach-files",
        Command::Attest(_) => "attest",
        Command::Listing(_) => "listing",
        Command::Countersign(_) => "countersign",
        Command::RecordEvents(_) => "record-events",
        Command::IssueBulletin(_) => "issue-bulletin",
        Command::Disseminate(_) => "disseminate",
        Command::TakeDelivery(_) => "take-delivery",
    }
}
