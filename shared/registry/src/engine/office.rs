//! What officers ask for and what falls due: drafts on their way into the own log.

use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::OfficerId;
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_store::run_tx;

use super::Recorded::{self, Signed, Unsigned};
use super::{Engine, Proposal, Writer};
use crate::command::Command;
use crate::context::Now;
use crate::desk::{Ticked, members};
use crate::error::{CommandError, Fault};

impl Engine {
    /// Turns an officer's command into a draft and the statement he must sign. Writes nothing.
    pub async fn propose(&self, now: Now, officer: &OfficerId, command: &Command) -> Result<Proposal, CommandError> {
        let mut writer = self.writer.lock().await;
        let mut tx = self.store.read().await?;
        if self.is_rebuilding(&mut *tx).await? {
            return Err(Fault::Rebuilding.into());
        }
        let cx = self.context(now).await;
        let officer = members::officer_of(&mut *tx, &cx, officer, command).await?;
        let Writer { chance, generation } = &mut *writer;
        for desk in &self.desks {
            if let Some(proposed) = desk.propose(&mut *tx, &cx, &officer, command, &mut **chance).await? {
                let statement = members::statement(&cx, &proposed.draft);
                return Ok(Proposal {
                    officer: officer.id,
                    draft: proposed.draft,
                    summary: proposed.summary,
                    statement,
                    generation: *generation,
                });
            }
        }
        Err(CommandError::Refused(Refusal::new("COMMAND_NOT_HERE", "R-031", "本节点不办理此类事项")))
    }

    /// Writes a signed proposal into the log and folds it, or says why not.
    pub async fn submit(&self, now: Now, proposal: Proposal, signature: Vec<u8>) -> Result<EntryRef, CommandError> {
        let mut writer = self.writer.lock().await;
        if writer.generation != proposal.generation {
            return Err(CommandError::Stale);
        }
        let cx = self.context(now).await;
        let places: Vec<EntryRef> = run_tx!(&*self.store, "submit", async |tx| {
            let officer = members::signer(tx, &cx, &proposal.officer, &proposal.draft).await?;
            if !members::public_key(&officer.key).verify(&proposal.statement, &signature) {
                return Err(CommandError::from(members::bad_signature()));
            }
            let signed = OfficerSignature {
                officer: officer.id,
                node: officer.node,
                algorithm: officer.key.algorithm,
                signature: signature.clone(),
            };
            let drafts = [Signed(&proposal.draft, [signed])];
            Ok(self.record(tx, &cx, &drafts, &mut writer).await?)
        })?;
        drop(writer);
        self.refresh().await?;
        places.into_iter().next().ok_or_else(|| CommandError::Fault(Fault::inconsistent("a submitted proposal")))
    }

    /// Does what falls due by itself, until nothing is; returns the acts written.
    pub async fn tick(&self, now: Now) -> Result<u64, Fault> {
        if self.is_rebuilding(&mut *self.store.read().await?).await? {
            return Ok(0);
        }
        let mut written = 0;
        for desk in &self.desks {
            loop {
                let mut writer = self.writer.lock().await;
                let cx = self.context(now).await;
                let (acts, more) = run_tx!(&*self.store, "tick", async |tx| {
                    let Ticked { drafts, more } = desk.tick(tx, &cx).await?;
                    let drafts: Vec<Recorded> = drafts.into_iter().map(Unsigned).collect();
                    if !drafts.is_empty() {
                        self.record(tx, &cx, &drafts, &mut writer).await?;
                    }
                    Ok::<_, Fault>((drafts.len() as u64, more))
                })?;
                written += acts;
                if !more {
                    break;
                }
                // Projections may have moved without an act, such as comparison marks worked off.
                writer.generation += 1;
            }
        }
        Ok(written)
    }
}
