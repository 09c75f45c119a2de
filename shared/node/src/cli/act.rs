//! Acts: an officer opens a session with his key, and signs what the node proposes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use honghei_ledger::{PublicKey, SecretKey, hex, keyfile, sha256};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use serde::Serialize;

use super::passphrase::{self, Source};
use super::progress::Progress;
use super::rehearse::unsigned;
use super::setup::OFFICER_VARIABLE;
use super::{Act, Appoint, FileArg, Session};
use crate::answer::{Answer, Class};
use crate::client::{Client, Done};
use crate::console::check_officer;

/// How often `compare` looks whether the worker is through.
const COMPARE_INTERVAL: Duration = Duration::from_millis(200);

/// An import as scripts read it.
#[derive(Serialize)]
struct Imported<'a> {
    #[serde(flatten)]
    done: &'a Done,
    report_file: Option<String>,
}

impl Session {
    /// A connection to the node.
    pub(super) async fn connect(&self) -> Result<Client, Answer> {
        Client::connect(self.folder.socket()).await
    }

    /// A connection on which an officer has proved his key.
    pub(super) async fn connect_as_officer(&self) -> Result<Client, Answer> {
        let id = self.officer()?;
        let mut client = self.connect().await?;
        client.open_session(id, self.officer_key(id)?).await?;
        Ok(client)
    }

    fn officer(&self) -> Result<&str, Answer> {
        let missing = || Answer::new(Class::Usage, "OFFICER_MISSING", "say who acts: --as OFFICER or HONGHEI_OFFICER");
        self.officer.as_deref().ok_or_else(missing)
    }

    /// Where an officer's sealed key lies.
    pub(super) fn key_path(&self, id: &str) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.folder.officer_key_file(id))
    }

    fn officer_key(&self, id: &str) -> Result<SecretKey, Answer> {
        check_officer(id)?;
        let path = self.key_path(id);
        let sealed = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("{}: {error}; make it with officer new-key {id}", path.display());
            Answer::new(Class::Usage, "KEY_FILE_UNREADABLE", message)
        })?;
        let what = format!("officer {id}");
        let source = Source { what: &what, file: self.passphrase_file.as_deref(), variable: OFFICER_VARIABLE };
        let passphrase = passphrase::obtain(source, false)?;
        keyfile::open(&sealed, &passphrase)
            .map_err(|defect| Answer::denied(defect.code(), format!("{}: {defect}", path.display())))
    }

    pub(super) async fn appoint(&self, appoint: Appoint) -> Result<(), Answer> {
        let Appoint { id, name, title, roles, public_key } = appoint;
        let key: PublicKey = match public_key {
            Some(text) => text.parse().map_err(|defect: honghei_ledger::LedgerDefect| {
                Answer::new(Class::Usage, defect.code(), defect.to_string())
            })?,
            None => {
                let path = self.folder.officer_key_file(&id);
                let sealed = std::fs::read_to_string(&path).map_err(|error| {
                    let message = format!(
                        "{}: {error}; make his key with officer new-key {id}, or give --public-key",
                        path.display()
                    );
                    Answer::new(Class::Usage, "KEY_FILE_UNREADABLE", message)
                })?;
                keyfile::public_key_of(&sealed)?
            }
        };
        let key_algorithm = key.algorithm.name().to_owned();
        let command = Command::AppointOfficer(AppointOfficer { id, name, title, roles, key_algorithm, key: key.bytes });
        self.act(Act { command, file: None }).await
    }

    pub(super) async fn invite(&self, request: InviteRequest, out: &Path) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let invited = client.invite(request).await?;
        self.folder.write_private(out, &invited.invitation)?;
        if self.printer.json {
            let file = serde_json::to_string(&out.display().to_string()).unwrap_or_default();
            return self.printer.line(&format!("{{\"invitation\":{file}}}"));
        }
        self.printer.line(&format!("{}: carry it to the new node as you would a key", out.display()))
    }

    pub(super) async fn act(&self, act: Act) -> Result<(), Answer> {
        let Act { mut command, file } = act;
        let mut client = self.connect_as_officer().await?;
        let Some(file) = file else {
            return match self.carry(&mut client, command).await? {
                Some(done) => self.printer.show(&done, text_of),
                None => Ok(()),
            };
        };
        let upload = self.upload(&mut client, &file.path).await?;
        let strict = name_upload(&mut command, upload, self.rehearse);
        let working = Progress::spinner("checking the rows", self.printer.json);
        if self.rehearse {
            let tried = client.try_out(command, 0).await;
            working.done();
            let (done, rehearsed) = unsigned(tried?);
            let report = self.keep_report(&mut client, &file, &done).await?;
            return self.show_tried(done, rehearsed, report);
        }
        let done = self.carry(&mut client, command).await;
        working.done();
        let Some(done) = done? else { return Ok(()) };
        let report = self.keep_report(&mut client, &file, &done).await?;
        let shown = Imported { done: &done, report_file: report.map(|path| path.display().to_string()) };
        self.printer.show(&shown, |shown| match &shown.report_file {
            Some(path) => format!("{}\nreport: {path}", text_of(shown.done)),
            None => text_of(shown.done),
        })?;
        match &done.import {
            Some(import) if (done.entry.is_none() && done.waiting.is_none()) || (strict && import.refused > 0) => {
                let message = format!("{} rows cannot enter; nothing was written", import.refused + import.questioned);
                Err(Answer::new(Class::RowsRefused, "ROWS_REFUSED", message))
            }
            _ => Ok(()),
        }
    }

    async fn upload(&self, client: &mut Client, path: &Path) -> Result<String, Answer> {
        let bytes = std::fs::read(path)
            .map_err(|error| Answer::new(Class::Usage, "FILE_UNREADABLE", format!("{}: {error}", path.display())))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let sending = Progress::bytes("sending the file", bytes.len() as u64, self.printer.json);
        let bar = sending.clone();
        let upload = client.upload(&name, bytes, move |sent| bar.at(sent)).await;
        sending.done();
        upload
    }

    /// Writes the report where it was asked for, else beside the file; there is none if no row has a remark.
    async fn keep_report(&self, client: &mut Client, file: &FileArg, done: &Done) -> Result<Option<PathBuf>, Answer> {
        let Some(import) = &done.import else { return Ok(None) };
        if import.report.is_empty() {
            return Ok(None);
        }
        let path = file.report.clone().unwrap_or_else(|| {
            let stem = file.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            file.path.with_file_name(format!("{stem}.report.{}", import.report_format))
        });
        let bytes = client.download(&import.report).await?;
        // It repeats what the officer's file says, so it is as private as a key.
        self.folder.write_private(&path, &bytes)?;
        Ok(Some(path))
    }

    pub(super) async fn act_with_files(&self, mut command: Command, files: &[PathBuf]) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let mut uploads = Vec::with_capacity(files.len());
        for path in files {
            uploads.push(self.upload(&mut client, path).await?);
        }
        match &mut command {
            Command::Declare(declare) => declare.materials = uploads,
            Command::AttachFiles(attach) => attach.files = uploads,
            Command::Disseminate(disseminate) => disseminate.files = uploads,
            Command::Listing(ListingCommand { command: Some(listing_command::Command::ReceiveRepair(repair)) }) => {
                repair.files = uploads;
            }
            _ => return Err(Answer::new(Class::Usage, "FILES_UNEXPECTED", "this command takes no files")),
        }
        match self.carry(&mut client, command).await? {
            Some(done) => self.printer.show(&done, text_of),
            None => Ok(()),
        }
    }

    pub(super) async fn fetch(&self, request: FetchAttachmentRequest, out: &Path) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let fetched = client.fetch_attachment(request).await?;
        let bytes = client.download(&fetched.file).await?;
        // What the node found right may still have been cut on the way here.
        if hex(&sha256(&bytes)) != fetched.sha256 {
            return Err(Answer::new(
                Class::Defective,
                "ATTACHMENT_ALTERED",
                "the file arrived altered; fetch it again",
            ));
        }
        let name = fetched.attachment.as_ref().map(|row| row.name.clone()).unwrap_or_default();
        let path = if out.is_dir() { out.join(name) } else { out.to_owned() };
        self.folder.write_private(&path, &bytes)?;
        self.printer
            .show(&fetched, |fetched| format!("{}  {}字节  SHA-256 {}", path.display(), bytes.len(), fetched.sha256))
    }

    pub(super) async fn drop_signature(&self, id: String) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        client.drop_signature(DropSignatureRequest { id: id.clone() }).await?;
        self.printer.show(&serde_json::json!({ "dropped": id }), |_| format!("已撤下{id}"))
    }

    pub(super) async fn compare(&self, wait_seconds: u64) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let working = Progress::spinner("comparing", self.printer.json);
        let mut left = Duration::from_secs(wait_seconds);
        let found = loop {
            let found = client.compare(CompareRequest {}).await?;
            if found.marks == 0 || left.is_zero() {
                break found;
            }
            tokio::time::sleep(COMPARE_INTERVAL).await;
            left = left.saturating_sub(COMPARE_INTERVAL);
        };
        working.done();
        self.printer.show(&found, |found| {
            let state = format!("待比对{}批，待公布{}批", found.marks, found.pending);
            let said = if found.summary.is_empty() { &found.reason } else { &found.summary };
            format!("{state}\n{said}")
        })?;
        if found.marks > 0 {
            return Err(Answer::new(Class::Stale, "COMPARISON_OUTSTANDING", "the comparison is not through yet"));
        }
        Ok(())
    }
}

/// Puts the upload's name into the command; whether the command is strict.
fn name_upload(command: &mut Command, upload: String, rehearse: bool) -> bool {
    let options = match command {
        Command::Collect(collect) => collect.file.as_mut(),
        Command::Correct(correct) => correct.file.as_mut(),
        Command::RecordEvents(events) => events.file.as_mut(),
        Command::ImportFeed(feed) => feed.file.as_mut(),
        _ => None,
    };
    options.is_some_and(|options| {
        options.upload = upload;
        options.rehearse = rehearse;
        options.strict
    })
}

/// What of a file was not read, so that nothing is lost unnoticed.
fn left_out(what: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("\n{what}：{}", names.join("、")) }
}

fn text_of(done: &Done) -> String {
    let mut text = match (&done.entry, &done.waiting) {
        (Some(entry), _) => format!("{entry}  {}", done.summary),
        (None, Some(id)) => {
            let missing = done.missing.join("、");
            format!("{}\n已签署，尚待{missing}；由其以 countersign {id} 签署后生效", done.summary)
        }
        (None, None) => done.summary.clone(),
    };
    if let Some(import) = &done.import {
        text.push_str(&format!(
            "\n共{}行：导入{}行，注明撤销{}行，有误{}行，待确认{}行，有提示{}行",
            import.rows, import.accepted, import.ended, import.refused, import.questioned, import.remarked
        ));
        for (code, count) in &import.by_code {
            text.push_str(&format!("\n  {code}: {count}"));
        }
        text.push_str(&left_out("不认识的列，其内容未导入", &import.unknown_columns));
        text.push_str(&left_out("没有表头的工作表，未导入", &import.sheets_without_header));
    }
    text
}
