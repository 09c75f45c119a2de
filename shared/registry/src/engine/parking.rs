//! Acts of several officers: what the first has signed waits durably, exactly as he signed it, for the others.
//!
//! A parked proposal keeps its command and the seed of its salts. Whoever countersigns has the command drafted again from
//! them: the same bytes mean that nothing which matters has happened since, anything else that the proposal is outdated.

use chrono::NaiveDate;
use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::permit::{Action, Countersigning, Role, assign, separate};
use honghei_domain::refusal::{Denial, Refusal};
use honghei_ledger::{hex, sha256};
use honghei_store::{ParkedRow, Tx, run_tx};
use serde::{Deserialize, Serialize};

use super::{Engine, Origin, Proposal};
use crate::command::Command;
use crate::context::{Context, Now};
use crate::countersign::{demand_zh, demanded, is_by};
use crate::desk::members;
use crate::error::{CommandError, Fault};

/// Proposals that may wait at one node.
const PARKED_MAX: usize = 256;

/// The code under which a waiting proposal can no longer be signed.
const OUTDATED: &str = "PROPOSAL_OUTDATED";

/// Hex digits of the statement's digest in a parked proposal's name.
const NAME_DIGITS: usize = 16;

/// A proposal that waits for further signatures, as officers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Its name.
    pub id: String,
    /// What it would do.
    pub summary: String,
    /// The legal day it was proposed on; it can be completed on no other.
    pub proposed_on: NaiveDate,
    /// Who has signed, the acting officer first.
    pub signed_by: Vec<OfficerId>,
    /// What is still needed.
    pub missing: Vec<Countersigning>,
}

/// A parked proposal as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Body {
    command: Command,
    seed: [u8; 32],
    proposed_on: NaiveDate,
    summary: String,
    statement: Vec<u8>,
    demands: Vec<Countersigning>,
    signatures: Vec<Signature>,
}

/// A signature as it is kept; its officer serves this node.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Signature {
    officer: OfficerId,
    algorithm: String,
    signature: Vec<u8>,
}

/// What a countersignature meets: the demands an act makes and the roles of those who signed after the acting officer.
pub(super) fn missing(
    cx: &Context,
    demands: &[Countersigning],
    roles: &[Vec<Role>],
) -> Result<Vec<Countersigning>, Fault> {
    Ok(assign(cx.tier()?, demands, roles).1)
}

impl Engine {
    /// Every proposal that waits for a signature, by name.
    pub async fn parked(&self, now: Now) -> Result<Vec<Parked>, Fault> {
        let mut tx = self.store().read().await?;
        let cx = self.context(now).await;
        let mut parked = Vec::new();
        for row in tx.all_parked().await? {
            let Ok(body) = read(&row) else {
                // Of another program version: it can only be dropped.
                let summary = "由另一版本的程序生成，请撤下后重新提出".to_owned();
                let (signed_by, missing) = (Vec::new(), Vec::new());
                parked.push(Parked { id: row.id, summary, proposed_on: NaiveDate::MIN, signed_by, missing });
                continue;
            };
            let roles = roles_of(&mut *tx, &cx, &body.signatures).await?;
            let missing = missing(&cx, &body.demands, &roles)?;
            let signed_by = body.signatures.into_iter().map(|signature| signature.officer).collect();
            let Body { summary, proposed_on, .. } = body;
            parked.push(Parked { id: row.id, summary, proposed_on, signed_by, missing });
        }
        Ok(parked)
    }

    /// The parked proposal as a further officer may sign it now, drafted again. Writes nothing.
    ///
    /// # Errors
    /// A refusal with code `PROPOSAL_OUTDATED` where anything that matters has happened since it was signed first.
    pub async fn countersigning(&self, now: Now, officer: &OfficerId, id: &str) -> Result<Proposal, CommandError> {
        let writer = self.writer.lock().await;
        let mut tx = self.store().read().await?;
        if self.is_rebuilding(&mut *tx).await? {
            return Err(Fault::Rebuilding.into());
        }
        let cx = self.context(now).await;
        let body = require(&mut *tx, id).await?;
        let officer = members::find(&mut *tx, &cx, officer).await?;
        if body.signatures.iter().any(|signature| signature.officer == officer.id) {
            return Err(CommandError::AlreadyDone(format!("您已签署{id}")));
        }
        let action = wanted_of(&mut *tx, &cx, &body, &officer).await?;
        let draft = self.draft_again(&mut *tx, &cx, &body).await?;
        if demanded(&mut *tx, &cx, &draft.body, &draft.chunks).await? != body.demands {
            return Err(outdated(&body, "所需的复核签名有变化"));
        }
        let acting = members::action_of(&draft.body.act).zip(body.signatures.first());
        let mut hands = draft.hands.clone();
        hands.extend(acting.map(|(action, first)| (action, first.officer.clone())));
        separate(&hands, action, &officer.id)?;
        Ok(Proposal {
            officer: officer.id,
            summary: body.summary,
            statement: body.statement,
            demands: body.demands,
            draft,
            generation: writer.generation,
            origin: Origin::Parked(id.to_owned()),
        })
    }

    /// Takes a parked proposal away: its acting officer may, and whoever could sign it next. Nothing of it remains.
    pub async fn drop_parked(&self, now: Now, officer: &OfficerId, id: &str) -> Result<(), CommandError> {
        let _writer = self.writer.lock().await;
        let cx = self.context(now).await;
        run_tx!(&**self.store(), "drop parked", async |tx| {
            let officer = members::find(tx, &cx, officer).await?;
            let body = match require(tx, id).await {
                // Nobody can sign it any more.
                Err(CommandError::Refused(refusal)) if refusal.code == OUTDATED => None,
                found => Some(found?),
            };
            if let Some(body) = body
                && body.signatures.first().is_none_or(|first| first.officer != officer.id)
            {
                wanted_of(tx, &cx, &body, &officer).await?;
            }
            tx.remove_parked(id).await?;
            Ok::<_, CommandError>(())
        })
    }

    /// Drafts a parked command again and says whether it still comes to what was signed.
    async fn draft_again(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        body: &Body,
    ) -> Result<crate::entry::Draft, CommandError> {
        if body.proposed_on != cx.now.today {
            let reason = format!("它生成于{}，今天是{}", body.proposed_on, cx.now.today);
            return Err(outdated(body, &reason));
        }
        let Some(first) = body.signatures.first() else { return Err(Fault::inconsistent("a parked proposal").into()) };
        let again = match members::officer_of(tx, cx, &first.officer, &body.command).await {
            Ok(officer) => self.drafted(tx, cx, &officer, &body.command, body.seed).await,
            Err(error) => Err(error),
        };
        let draft = match again {
            Ok(proposed) => proposed.draft,
            Err(CommandError::Fault(fault)) => return Err(fault.into()),
            Err(other) => return Err(outdated(body, &other.to_string())),
        };
        if members::statement(cx, &draft) != body.statement {
            return Err(outdated(body, "所涉案件、名单、制度或成员名录在此期间有变化"));
        }
        for signature in &body.signatures {
            let officer = members::find(tx, cx, &signature.officer).await?;
            if !is_by(&officer, &signature.algorithm, &signature.signature, &body.statement) {
                return Err(outdated(body, &format!("{}的签名密钥已更换", officer.name)));
            }
        }
        Ok(draft)
    }
}

/// What a signed proposal with too few signatures becomes.
pub(super) fn park(
    now: Now,
    proposal: &Proposal,
    reproduction: (Command, [u8; 32]),
    signed: &OfficerSignature,
) -> Body {
    let (command, seed) = reproduction;
    Body {
        command,
        seed,
        proposed_on: now.today,
        summary: proposal.summary.clone(),
        statement: proposal.statement.clone(),
        demands: proposal.demands.clone(),
        signatures: vec![kept(signed)],
    }
}

fn kept(signed: &OfficerSignature) -> Signature {
    Signature {
        officer: signed.officer.clone(),
        algorithm: signed.algorithm.clone(),
        signature: signed.signature.clone(),
    }
}

impl Body {
    /// Adds a signature.
    pub(super) fn sign(&mut self, signed: &OfficerSignature) {
        self.signatures.push(kept(signed));
    }

    /// The signatures as an entry carries them.
    pub(super) fn signatures(&self, cx: &Context) -> Vec<OfficerSignature> {
        let signature = |kept: &Signature| OfficerSignature {
            officer: kept.officer.clone(),
            node: cx.me().clone(),
            algorithm: kept.algorithm.clone(),
            signature: kept.signature.clone(),
        };
        self.signatures.iter().map(signature).collect()
    }
}

/// Keeps a proposal until it is complete; its name.
pub(super) async fn keep(tx: &mut dyn Tx, now: Now, body: &Body) -> Result<String, CommandError> {
    let mut id = hex(&sha256(&body.statement));
    id.truncate(NAME_DIGITS);
    let others = tx.all_parked().await?;
    if others.len() >= PARKED_MAX && others.iter().all(|row| row.id != id) {
        let sentence = format!("待复核签名的事项已有{PARKED_MAX}项，请先办理或撤下");
        return Err(Refusal::new("PARKED_FULL", "F-P5", sentence).into());
    }
    let bytes = postcard::to_stdvec(body).map_err(|_| Fault::inconsistent("a parked proposal"))?;
    tx.put_parked(&ParkedRow { id: id.clone(), at_ms: now.ms, body: bytes }).await?;
    Ok(id)
}

/// A parked proposal, or a refusal that names it.
pub(super) async fn require(tx: &mut dyn Tx, id: &str) -> Result<Body, CommandError> {
    let unknown = || Refusal::new("PARKED_UNKNOWN", "F-P5", format!("没有待复核签名的事项{id}，可能已办结或撤下"));
    let row = tx.parked(id).await?.ok_or_else(unknown)?;
    read(&row).map_err(|_| {
        let sentence = format!("{id}由另一版本的程序生成，不能继续，请撤下后重新提出");
        Refusal::new(OUTDATED, "F-P5", sentence).into()
    })
}

fn read(row: &ParkedRow) -> Result<Body, Fault> {
    postcard::from_bytes(&row.body).map_err(|_| Fault::inconsistent(format!("the parked proposal {}", row.id)))
}

/// The roles of everybody who signed after the acting officer.
pub(super) async fn roles_of_body(tx: &mut dyn Tx, cx: &Context, body: &Body) -> Result<Vec<Vec<Role>>, Fault> {
    roles_of(tx, cx, &body.signatures).await
}

async fn roles_of(tx: &mut dyn Tx, cx: &Context, signatures: &[Signature]) -> Result<Vec<Vec<Role>>, Fault> {
    let mut roles = Vec::new();
    for signature in signatures.iter().skip(1) {
        let row = tx.officer(cx.me(), &signature.officer.0).await?;
        roles.push(row.map(|row| members::read(&row)).transpose()?.map(|officer| officer.roles).unwrap_or_default());
    }
    Ok(roles)
}

/// What an officer would do by signing: an open demand that his roles permit.
async fn wanted_of(tx: &mut dyn Tx, cx: &Context, body: &Body, officer: &Officer) -> Result<Action, CommandError> {
    let mut roles = roles_of(tx, cx, &body.signatures).await?;
    let missing = missing(cx, &body.demands, &roles)?;
    roles.push(officer.roles.clone());
    match assign(cx.tier()?, &body.demands, &roles).0.pop().flatten() {
        Some(action) => Ok(action),
        None => {
            let wanted: Vec<String> = missing.iter().map(demand_zh).collect();
            let held: Vec<&str> = officer.roles.iter().map(|role| role.zh()).collect();
            let sentence = format!("该事项还需{}签署；您职责为{}，不能签署。", wanted.join("、"), held.join("、"));
            Err(Denial::new("NOT_PERMITTED", sentence).into())
        }
    }
}

fn outdated(body: &Body, reason: &str) -> CommandError {
    let acting = body.signatures.first().map(|first| first.officer.0.as_str()).unwrap_or_default();
    let sentence = format!("该拟办事项已不能签署：{reason}。请撤下后由{acting}重新提出");
    Refusal::new(OUTDATED, "F-P5", sentence).into()
}
