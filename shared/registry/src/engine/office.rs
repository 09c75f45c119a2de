//! What officers ask for and what falls due: drafts on their way into the own log.

use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::refusal::Refusal;
use honghei_store::{Tx, run_tx};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::Recorded::{self, Signed, Unsigned};
use super::{Engine, Origin, Proposal, Submitted, parking};
use crate::command::Command;
use crate::context::{Context, Now};
use crate::countersign;
use crate::desk::{Proposed, Ticked, delegations, members};
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
        let mut seed = [0; 32];
        writer.chance.fill_bytes(&mut seed);
        let Proposed { draft, summary } = self.drafted(&mut *tx, &cx, &officer, command, seed).await?;
        let action = members::action_of_command(command);
        let summary = match delegations::on_behalf(&mut *tx, &officer, cx.tier()?, action, cx.now.today).await? {
            Some(behalf) => format!("{summary}（{behalf}）"),
            None => summary,
        };
        let demands = countersign::demanded(&mut *tx, &cx, &draft.body, &draft.chunks).await?;
        let again = (!demands.is_empty()).then(|| Box::new((command.clone(), seed)));
        Ok(Proposal {
            officer: officer.id,
            statement: members::statement(&cx, &draft),
            draft,
            summary,
            demands,
            generation: writer.generation,
            origin: Origin::Command(again),
        })
    }

    /// What the desk that knows a command makes of it; the same seed and state make the same bytes.
    pub(super) async fn drafted(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        officer: &Officer,
        command: &Command,
        seed: [u8; 32],
    ) -> Result<Proposed, CommandError> {
        let mut chance = ChaCha20Rng::from_seed(seed);
        for desk in &self.desks {
            if let Some(proposed) = desk.propose(tx, cx, officer, command, &mut chance).await? {
                return Ok(proposed);
            }
        }
        Err(CommandError::Refused(Refusal::new("COMMAND_NOT_HERE", "R-031", "本节点不办理此类事项")))
    }

    /// Writes a signed proposal into the log and folds it, lets it wait for the signatures it still needs, or says why
    /// not.
    pub async fn submit(&self, now: Now, proposal: Proposal, signature: Vec<u8>) -> Result<Submitted, CommandError> {
        let mut writer = self.writer.lock().await;
        if writer.generation != proposal.generation {
            return Err(CommandError::Stale);
        }
        let cx = self.context(now).await;
        let submitted: Submitted = run_tx!(&*self.store, "submit", async |tx| {
            let officer = match &proposal.origin {
                Origin::Command(_) => members::signer(tx, &cx, &proposal.officer, &proposal.draft).await?,
                Origin::Parked(_) => members::find(tx, &cx, &proposal.officer).await?,
            };
            if !members::public_key(&officer.key).verify(&proposal.statement, &signature) {
                return Err(CommandError::from(members::bad_signature()));
            }
            let signed = OfficerSignature {
                officer: officer.id,
                node: officer.node,
                algorithm: officer.key.algorithm,
                signature: signature.clone(),
            };
            let (signatures, parked) = match &proposal.origin {
                Origin::Command(None) => (vec![signed], None),
                Origin::Command(Some(again)) => {
                    let body = parking::park(now, &proposal, (**again).clone(), &signed);
                    (body.signatures(&cx), Some((body, None)))
                }
                Origin::Parked(id) => {
                    let mut body = parking::require(tx, id).await?;
                    if body.signatures(&cx).iter().any(|earlier| earlier.officer == signed.officer) {
                        return Err(CommandError::AlreadyDone(format!("您已签署{id}")));
                    }
                    body.sign(&signed);
                    (body.signatures(&cx), Some((body, Some(id))))
                }
            };
            if let Some((body, id)) = parked {
                let roles = parking::roles_of_body(tx, &cx, &body).await?;
                let missing = parking::missing(&cx, &proposal.demands, &roles)?;
                if !missing.is_empty() {
                    let id = parking::keep(tx, now, &body).await?;
                    return Ok(Submitted::Waiting { id, missing });
                }
                if let Some(id) = id {
                    tx.remove_parked(id).await?;
                }
            }
            let drafts = [Signed(&proposal.draft, signatures)];
            let places = self.record(tx, &cx, &drafts, &mut writer).await?;
            let place = places.into_iter().next().ok_or_else(|| Fault::inconsistent("a submitted proposal"))?;
            Ok(Submitted::Written(place))
        })?;
        drop(writer);
        self.refresh().await?;
        Ok(submitted)
    }

    /// Does what falls due by itself, until nothing is; returns the acts written.
    pub async fn tick(&self, now: Now) -> Result<u64, Fault> {
        let mut written = 0;
        for desk in &self.desks {
            loop {
                let mut writer = self.writer.lock().await;
                let cx = self.context(now).await;
                let (acts, more) = run_tx!(&*self.store, "tick", async |tx| {
                    // Nothing falls due in a state that is only half folded.
                    if self.is_rebuilding(tx).await? {
                        return Ok::<_, Fault>((0, false));
                    }
                    let Ticked { drafts, more } = desk.tick(tx, &cx).await?;
                    let drafts: Vec<Recorded> = drafts.into_iter().map(Unsigned).collect();
                    if !drafts.is_empty() {
                        self.record(tx, &cx, &drafts, &mut writer).await?;
                    }
                    Ok((drafts.len() as u64, more))
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
