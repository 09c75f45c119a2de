//! Rehearsals at the terminal: `--rehearse` shows what would change, `--expect` signs only that; and the exits that a
//! policy calls for, done in one go.

use std::path::PathBuf;

use honghei_proto::console::v1::listing_command::Command as Inner;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::publish_reference_request::Document as Published;
use honghei_proto::console::v1::rehearse_request::Matter;
use honghei_proto::console::v1::rehearsed_reference::Document;
use honghei_proto::console::v1::*;
use serde::Serialize;

use super::print::table;
use super::{Session, Task};
use crate::answer::{Answer, Class};
use crate::client::{Client, Done};

/// What a rehearsed act with a file came to, as scripts read it.
#[derive(Serialize)]
struct Tried {
    summary: String,
    import: Option<ImportSummary>,
    report_file: Option<String>,
    stages: Vec<RehearsalStage>,
}

/// An exit that was done, or why it was not, as scripts read it.
#[derive(Serialize)]
struct Exited {
    case_id: String,
    name: String,
    code: String,
    entry: String,
    hindrance: String,
}

impl Task {
    /// Whether `--rehearse` and `--expect` mean anything for it.
    pub(super) fn changes_something(&self) -> bool {
        matches!(self, Task::Act(_) | Task::Files { .. } | Task::Appoint(_) | Task::Publish(_) | Task::PolicyExits(_))
    }
}

impl Session {
    /// Refuses `--rehearse` and `--expect` where they would mean nothing.
    pub(super) fn may_rehearse(&self, task: &Task) -> Result<(), Answer> {
        let asked = self.rehearse || self.expect.is_some();
        if !asked || task.changes_something() && !(matches!(task, Task::Publish(_)) && self.expect.is_some()) {
            return Ok(());
        }
        let message =
            "--rehearse and --expect go with what an officer signs; --rehearse also with policy and calendar publish";
        Err(Answer::new(Class::Usage, "REHEARSE_UNFIT", message))
    }

    /// Does a command; under `--rehearse` shows what it would change instead, and gives nothing back.
    pub(super) async fn carry(&self, client: &mut Client, command: Command) -> Result<Option<Done>, Answer> {
        if self.rehearse {
            let (done, rehearsed) = unsigned(client.try_out(command, 0).await?);
            self.show_tried(done, rehearsed, None)?;
            return Ok(None);
        }
        match &self.expect {
            Some(digest) => client.perform_as_rehearsed(command, digest).await.map(Some),
            None => client.perform(command).await.map(Some),
        }
    }

    /// Shows what an act would change; `report` is where the remarks on a file's rows went.
    pub(super) fn show_tried(
        &self,
        done: Done,
        rehearsed: RehearseResponse,
        report: Option<PathBuf>,
    ) -> Result<(), Answer> {
        let Done { summary, import, .. } = done;
        let report_file = report.map(|path| path.display().to_string());
        let tried = Tried { summary, import, report_file, stages: rehearsed.stages };
        self.printer.show(&tried, |tried| {
            let mut out = format!("演练，未作任何改动：{}\n", tried.summary);
            if let Some(import) = &tried.import {
                let ImportSummary { rows, accepted, ended, refused, questioned, .. } = import;
                out.push_str(&format!(
                    "共{rows}行：可导入{accepted}行，注明撤销{ended}行，有误{refused}行，待确认{questioned}行\n"
                ));
            }
            if let Some(path) = &tried.report_file {
                out.push_str(&format!("report: {path}\n"));
            }
            out.push_str(&stages(&tried.stages));
            out
        })
    }

    /// Shows what publishing would change at this node, and the exits a policy calls for.
    pub(super) async fn rehearse_reference(&self, document: Published, file: String) -> Result<(), Answer> {
        let document = Some(match document {
            Published::Policy(text) => Document::Policy(text),
            Published::Calendar(text) => Document::Calendar(text),
        });
        let mut client = self.connect_as_officer().await?;
        let matter = Some(Matter::Reference(RehearsedReference { document, file }));
        self.show_rehearsal(&client.rehearse(RehearseRequest { matter, limit: 0 }).await?)
    }

    fn show_rehearsal(&self, rehearsed: &RehearseResponse) -> Result<(), Answer> {
        self.printer.show(rehearsed, |shown| format!("演练，未作任何改动\n{}", stages(&shown.stages)))
    }

    /// Lets the officer sign every exit that a published policy calls for, one act a case.
    pub(super) async fn policy_exits(&self, request: DraftPolicyExitsRequest) -> Result<(), Answer> {
        let mut client = self.connect_as_officer().await?;
        let rehearsal = RehearseRequest { matter: Some(Matter::Exits(request.clone())), limit: 0 };
        if self.rehearse {
            return self.show_rehearsal(&client.rehearse(rehearsal).await?);
        }
        if let Some(digest) = &self.expect {
            as_expected(&client.rehearse(rehearsal).await?, digest)?;
        }
        let drafted = client.draft_policy_exits(request.clone()).await?.exits;
        let mut done = Vec::with_capacity(drafted.len());
        let mut stopped = None;
        for exit in drafted {
            let mut row = Exited {
                case_id: exit.case_id.clone(),
                name: exit.name,
                code: exit.code.clone(),
                entry: String::new(),
                hindrance: exit.hindrance,
            };
            if row.hindrance.is_empty() && stopped.is_none() {
                let decide = DecideExit {
                    case_id: exit.case_id,
                    code: exit.code,
                    reason: exit.reason,
                    basis_revoked_on: exit.basis_revoked_on,
                    notified_on: request.notified_on.clone(),
                };
                let command = ListingCommand { command: Some(Inner::DecideExit(decide)) };
                match client.perform(Command::Listing(command)).await {
                    Ok(signed) => row.entry = signed.entry.unwrap_or_default(),
                    Err(answer) => {
                        row.hindrance = answer.to_string();
                        // What is done is done; whoever calls again goes on with the rest.
                        stopped = (answer.class != Class::AlreadyDone).then_some(answer);
                    }
                }
            }
            done.push(row);
        }
        self.printer.show(&done, |done| {
            let rows: Vec<Vec<String>> = done
                .iter()
                .map(|row| {
                    let came_to = if row.entry.is_empty() { &row.hindrance } else { &row.entry };
                    vec![row.case_id.clone(), row.name.clone(), row.code.clone(), came_to.clone()]
                })
                .collect();
            match rows.is_empty() {
                true => "没有因该制度失去全部依据的有效条目".to_owned(),
                false => table(&["案件", "主体", "退出事由", "记录"], &rows),
            }
        })?;
        stopped.map_or(Ok(()), Err)
    }
}

/// A proposal that nobody signs, as an act that did nothing, and what it would change.
pub(super) fn unsigned((proposed, rehearsed): (ProposeResponse, RehearseResponse)) -> (Done, RehearseResponse) {
    let ProposeResponse { summary, import, .. } = proposed;
    (Done { entry: None, waiting: None, missing: Vec::new(), summary, import }, rehearsed)
}

/// Whether a rehearsal came to what was expected.
pub(crate) fn as_expected(rehearsed: &RehearseResponse, digest: &str) -> Result<(), Answer> {
    let found = rehearsed.stages.first().map(|stage| stage.digest.as_str()).unwrap_or_default();
    if !digest.is_empty() && found.starts_with(digest) {
        return Ok(());
    }
    let message = format!("现在办理的变化摘要为{found}，与预期的{digest}不同；请重新演练核对");
    Err(Answer::refused("REHEARSAL_DIFFERS", message))
}

fn stages(stages: &[RehearsalStage]) -> String {
    let mut out = String::new();
    for stage in stages {
        out.push_str(&stage.sentences.join("\n"));
        out.push('\n');
        if !stage.rows.is_empty() {
            let headings: Vec<&str> = stage.headings.iter().map(String::as_str).collect();
            let rows: Vec<Vec<String>> = stage.rows.iter().map(|row| row.cells.clone()).collect();
            out.push('\n');
            out.push_str(&table(&headings, &rows));
        }
        out.push('\n');
    }
    out
}
