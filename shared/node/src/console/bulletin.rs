//! Bulletins and their dissemination, from requests.

use honghei_domain::attachment::Attachment;
use honghei_domain::bulletin::Quarter;
use honghei_proto::console::v1::{Disseminate, IssueBulletin};
use honghei_registry::command::Command;
use honghei_registry::context::Context;

use super::fields;
use crate::answer::Answer;

/// The bulletin of a quarter; of the node's own department and the last quarter that is over unless it says otherwise.
pub(super) fn issue(asked: &IssueBulletin, cx: &Context) -> Result<Command, Answer> {
    let department = match asked.department.trim() {
        "" => {
            let own = cx.record()?.departments.first().cloned();
            own.ok_or_else(|| Answer::field("department", "本节点没有部门，请写明 department"))?
        }
        department => fields::department(department)?,
    };
    let quarter = match asked.quarter.trim() {
        "" => None,
        text => Some(text.parse::<Quarter>().map_err(|_| Answer::field("quarter", "quarter 应写作 2018Q1"))?),
    };
    Ok(Command::IssueBulletin { department, quarter })
}

/// A dissemination with its files.
pub(super) fn spread(asked: &Disseminate, files: Vec<Attachment>) -> Result<Command, Answer> {
    let bulletin = match asked.bulletin.trim() {
        "" => None,
        at => Some(fields::entry("bulletin", at)?),
    };
    Ok(Command::Disseminate {
        bulletin,
        venue: fields::text("venue", &asked.venue)?,
        manner: fields::text("manner", &asked.manner)?,
        held_on: fields::day("held_on", &asked.held_on)?,
        note: asked.note.trim().to_owned(),
        files,
    })
}
