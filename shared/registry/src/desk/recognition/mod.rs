//! The recogniser's desk: collection, notice, publicity, statements, certification, declaration.
//!
//! A county has it, and a city for what it recognises itself.

mod attest;
pub mod backlog;
mod cases;
mod certify;
mod collect;
mod evidence;
pub mod impact;
mod prepare;
mod wanting;

use async_trait::async_trait;
use honghei_domain::act::{Act, Officer, PublicityOf};
use honghei_domain::case::{Affected, CaseCommand, CaseEvent, project};
use honghei_store::Tx;

pub use cases::{StoredCase, read_case};

use super::{Desk, Proposed, Ticked, dossiers};
use crate::command::Command;
use crate::context::Context;
use crate::engine::local_draft;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::question::{Listener, Question, Told};

/// Recognises.
#[derive(Debug)]
pub struct RecognitionDesk;

#[async_trait]
impl Desk for RecognitionDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        if entry.at.log.node != *cx.me() {
            return Ok(());
        }
        if let Act::RecordsCollected { manifest, .. } | Act::EntriesCorrected { manifest, .. } = entry.act() {
            return collect::take_in(tx, cx, entry, manifest).await;
        }
        if let Act::EventsRecorded { manifest, .. } = entry.act() {
            return evidence::take_in(tx, cx, manifest).await;
        }
        let Some((affected, event)) = project(&entry.at, entry.act()) else { return Ok(()) };
        let numbers = match affected {
            Affected::Cases(numbers) => numbers,
            Affected::Listed(manifest) => cases::listed(tx, manifest).await?,
            Affected::PublicisedBy(publicity) => match tx.publicity(publicity).await? {
                Some(row) => match dossiers::publicity_body(&row)?.of {
                    PublicityOf::Cases(numbers) => numbers,
                    PublicityOf::List(_) => return Ok(()),
                },
                None => return Ok(()),
            },
        };
        cases::evolve(tx, cx, entry, &numbers, &event).await
    }

    async fn propose(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        officer: &Officer,
        command: &Command,
        chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        match command {
            Command::Collect { channel, source, entries, account } => {
                collect::propose(tx, cx, *channel, source, entries, account, chance).await.map(Some)
            }
            Command::RecordEvents { channel, source, events } => {
                evidence::propose(tx, cx, *channel, source, events, chance).await.map(Some)
            }
            Command::Correct { entries, reason } => collect::correct(tx, cx, entries, reason, chance).await.map(Some),
            Command::AttachFiles { case, files } => collect::attach(tx, cx, case, files, chance).await.map(Some),
            Command::Attest { case, attestations } => {
                attest::propose(tx, cx, case, attestations, chance).await.map(Some)
            }
            Command::ServeNotice { .. }
            | Command::PublicizeCases { .. }
            | Command::ReceiveStatement { .. }
            | Command::DisposeStatement { .. }
            | Command::Withdraw { .. } => prepare::propose(tx, cx, command).await,
            Command::Certify { kind, cases, opinion } => {
                certify::certify(tx, cx, officer, *kind, cases.as_ref(), opinion, chance).await.map(Some)
            }
            Command::ApproveList { list, meeting, held_on, decision } => {
                certify::approve(tx, cx, list, meeting, *held_on, decision).await.map(Some)
            }
            Command::DisapproveList { list, meeting, held_on, votes, reason } => {
                certify::disapprove(tx, cx, list, meeting, *held_on, *votes, reason).await.map(Some)
            }
            Command::Declare { list, materials } => certify::declare(tx, cx, list, materials).await,
            Command::VerifyObjection { objection, upheld, reason } => {
                certify::verify_objection(tx, cx, objection, *upheld, reason).await
            }
            _ => Ok(None),
        }
    }

    async fn tell(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        question: &Question,
        _listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        match question {
            Question::Events { after } => evidence::tell_events(tx, cx, *after).await.map(Some),
            Question::Evidence { case } => evidence::tell_evidence(tx, cx, case).await.map(Some),
            Question::PolicyImpact { text } => impact::tell(tx, cx, text).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Ends the publicity of candidates whose time has run out.
    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        let mut drafts = Vec::new();
        for row in tx.open_publicities(Some(cx.now.today)).await? {
            if row.at.log.node != *cx.me() {
                continue;
            }
            let PublicityOf::Cases(numbers) = dossiers::publicity_body(&row)?.of else { continue };
            let closing = CaseCommand::ClosePublicity { publicity: row.at.clone() };
            for number in numbers.iter() {
                let Some(stored) = cases::read_number(tx, cx.me(), number).await? else { continue };
                match prepare::event_of(tx, cx, &stored.case, &closing).await {
                    Ok(Some(CaseEvent::PublicityClosed { publicity, closed_on })) => {
                        drafts.push(local_draft(cx, Act::PublicityClosed { publicity, closed_on }));
                    }
                    // A case that was withdrawn or corrected meanwhile says nothing about the others.
                    Err(CommandError::Refused(refusal))
                        if !stored.case.stage.is_preparing() || refusal.code == "PUBLICITY_UNKNOWN" =>
                    {
                        continue;
                    }
                    // Not yet: the period is provisional or was lengthened.
                    _ => {}
                }
                break;
            }
        }
        let more = !drafts.is_empty();
        Ok(Ticked { drafts, more })
    }
}
