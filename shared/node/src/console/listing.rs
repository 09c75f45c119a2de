//! From an officer's request about listed entries to a command of the registry.

use chrono::NaiveDate;
use honghei_domain::attachment::Attachment;
use honghei_domain::listing::{DisputeAbout, ExitPlace, ListingCommand, Materials};
use honghei_domain::permit::Action;
use honghei_proto::console::v1 as wire;
use honghei_proto::console::v1::listing_command::Command as Wire;

use super::fields;
use crate::answer::Answer;

/// What a request needs the officer's roles to permit.
pub fn action_of(asked: &wire::ListingCommand) -> Action {
    match &asked.command {
        Some(Wire::ReceiveDispute(_)) => Action::ReceiveDispute,
        Some(Wire::VerifyDispute(_)) => Action::VerifyDispute,
        Some(Wire::DecideDispute(_)) => Action::DecideDispute,
        Some(Wire::DecideExit(_)) => Action::DecideExit,
        Some(Wire::ReceiveRepair(_) | Wire::AcceptRepair(_)) => Action::ReceiveRepair,
        Some(Wire::DecideRepair(_) | Wire::RevokeRepair(_)) => Action::DecideRepair,
        Some(Wire::AnnounceList(_) | Wire::AnnounceExit(_)) => Action::Announce,
        Some(Wire::FileExits(_)) => Action::FileExits,
        Some(Wire::AnswerRestoration(_) | Wire::AnswerConflict(_)) => Action::AnswerRestoration,
        None => Action::Read,
    }
}

/// The uploads that a request hands in.
pub fn files_of(asked: &wire::ListingCommand) -> Vec<String> {
    match &asked.command {
        Some(Wire::ReceiveRepair(asked)) => asked.files.clone(),
        _ => Vec::new(),
    }
}

/// Puts the files that were handed in into an application for repair.
pub fn with_files(command: ListingCommand, files: Vec<Attachment>) -> ListingCommand {
    match command {
        ListingCommand::ReceiveRepair { case, by, materials } => {
            ListingCommand::ReceiveRepair { case, by, materials: Materials { attachments: files, ..materials } }
        }
        other => other,
    }
}

/// Reads a request; files are taken in by whoever has the uploads ([`files_of`], [`with_files`]).
pub fn read(asked: wire::ListingCommand) -> Result<ListingCommand, Answer> {
    let command = asked.command.ok_or_else(|| Answer::field("command", "没有指定办理事项"))?;
    Ok(match command {
        Wire::ReceiveDispute(asked) => ListingCommand::ReceiveDispute {
            case: fields::case("case_id", &asked.case_id)?,
            about: about(&asked.about)?,
            by: fields::text("by", &asked.by)?,
            grounds: fields::text("grounds", &asked.grounds)?,
        },
        Wire::VerifyDispute(asked) => ListingCommand::VerifyDispute {
            dispute: fields::entry("dispute", &asked.dispute)?,
            stands: asked.stands,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::DecideDispute(asked) => ListingCommand::DecideDispute {
            dispute: fields::entry("dispute", &asked.dispute)?,
            upheld: asked.upheld,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::DecideExit(asked) => ListingCommand::Exit {
            case: fields::case("case_id", &asked.case_id)?,
            code: fields::text("code", &asked.code)?,
            reason: fields::text("reason", &asked.reason)?,
            basis_revoked_on: maybe_day("basis_revoked_on", &asked.basis_revoked_on)?,
            notified_on: maybe_day("notified_on", &asked.notified_on)?,
        },
        Wire::ReceiveRepair(asked) => ListingCommand::ReceiveRepair {
            case: fields::case("case_id", &asked.case_id)?,
            by: fields::text("by", &asked.by)?,
            materials: Materials {
                corrected: asked.corrected.trim().to_owned(),
                fulfilled: asked.fulfilled.trim().to_owned(),
                promise: asked.promise.trim().to_owned(),
                names: asked.materials.iter().map(|name| name.trim().to_owned()).collect(),
                attachments: Vec::new(),
            },
        },
        Wire::AcceptRepair(asked) => ListingCommand::AcceptRepair {
            application: fields::entry("application", &asked.application)?,
            accepted: asked.accepted,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::DecideRepair(asked) => ListingCommand::DecideRepair {
            application: fields::entry("application", &asked.application)?,
            granted: asked.granted,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::RevokeRepair(asked) => ListingCommand::RevokeRepair {
            application: fields::entry("application", &asked.application)?,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::AnnounceList(asked) => ListingCommand::AnnounceList {
            channel: fields::text("channel", &asked.channel)?,
            receipt: fields::text("receipt", &asked.receipt)?,
        },
        Wire::AnnounceExit(asked) => ListingCommand::AnnounceExit {
            exit: ExitPlace {
                act: fields::entry("exit", &asked.exit)?,
                recogniser: fields::node("recogniser", &asked.recogniser)?,
            },
            channel: fields::text("channel", &asked.channel)?,
            receipt: fields::text("receipt", &asked.receipt)?,
        },
        Wire::FileExits(wire::FileExits {}) => ListingCommand::FileExits,
        Wire::AnswerConflict(asked) => ListingCommand::AnswerConflict {
            notice: fields::entry("notice", &asked.notice)?,
            kept: asked.kept,
            reason: fields::text("reason", &asked.reason)?,
        },
        Wire::AnswerRestoration(asked) => ListingCommand::AnswerRestoration {
            offer: fields::entry("offer", &asked.offer)?,
            accepted: asked.accepted,
            reason: fields::text("reason", &asked.reason)?,
        },
    })
}

fn about(text: &str) -> Result<DisputeAbout, Answer> {
    match text {
        "recognition" => Ok(DisputeAbout::Recognition),
        "comparison" => Ok(DisputeAbout::Comparison),
        _ => Err(Answer::field("about", "about 应为 recognition（认定）或 comparison（比对）")),
    }
}

fn maybe_day(field: &str, text: &str) -> Result<Option<NaiveDate>, Answer> {
    if text.trim().is_empty() { Ok(None) } else { fields::day(field, text).map(Some) }
}
