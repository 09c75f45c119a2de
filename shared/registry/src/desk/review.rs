//! The reviewer's desk: receives declarations, reviews, signs, publicises, reports.
//!
//! A city has it for its counties; the province has it for a county that hangs directly under it.

use async_trait::async_trait;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::{Act, Officer, OfficerId, PublicityOf, RowRejection};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::dossier::{Dossier, DossierCommand};
use honghei_domain::list::{AttachmentRef, CaseId, ListEntry};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Action, separate};
use honghei_domain::policy::Reviewer;
use honghei_domain::refusal::Refusal;
use honghei_store::{Tx, WaitingRow};

use super::{Desk, Judgement, Proposed, Ticked, dossiers, members};
use crate::attachments;
use crate::command::Command;
use crate::context::Context;
use crate::engine::draft_under;
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};
use crate::validate;

/// Reviews what is declared to this node.
#[derive(Debug)]
pub struct ReviewDesk;

#[async_trait]
impl Desk for ReviewDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let mine = match entry.act() {
            Act::ListDeclared { to, .. } => to == cx.me(),
            Act::ObjectionVerified { objection, .. } => objection.log.node == *cx.me(),
            _ => false,
        };
        if mine && entry.at.log.node != *cx.me() {
            tx.put_waiting(&WaitingRow { at: entry.at.clone(), code: String::new() }).await?;
        }
        Ok(())
    }

    async fn judge(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        match entry.act() {
            Act::ListDeclared { list, materials, .. } => {
                judge_declaration(tx, cx, entry, list, materials).await.map(Some)
            }
            Act::ObjectionVerified { .. } => judge_verification(tx, entry).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn propose(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        officer: &Officer,
        command: &Command,
        _chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        let (list, asked, summary) = match command {
            Command::Review { list, exceptions, opinion } => (
                list,
                DossierCommand::Review { exceptions: exceptions.clone(), opinion: opinion.clone() },
                format!("审核名单{list}：除{}条外均予通过", exceptions.len()),
            ),
            Command::SignReview { list, publicity_waived } => (
                list,
                DossierCommand::SignReview { publicity_waived: publicity_waived.clone() },
                format!("签署名单{list}的审核意见"),
            ),
            Command::PublicizeList { list, channel } => (
                list,
                DossierCommand::OpenPublicity { channel: channel.clone() },
                format!("公示名单{list}，渠道：{channel}"),
            ),
            Command::ReceiveObjection { list, case, by, grounds } => (
                list,
                DossierCommand::ReceiveObjection {
                    case: case.clone(),
                    by: by.clone(),
                    grounds: grounds.clone(),
                    received_on: cx.now.today,
                },
                format!("登记对{case}的异议"),
            ),
            _ => return Ok(None),
        };
        let dossier = dossiers::require(tx, list).await?;
        if dossier.reviewer != Reviewer::Node(cx.me().clone()) {
            return Ok(None);
        }
        for case in named_cases(command) {
            require_entry(tx, &dossier, case).await?;
        }
        keep_apart(tx, &dossier, command, officer).await?;
        let act = dossiers::decide(tx, cx, &dossier, &asked).await?;
        Ok(Some(Proposed { draft: draft(cx, &dossier, act), summary }))
    }

    /// Ends publicities whose time has run out and reports what is ready.
    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        let mut drafts = Vec::new();
        // Found by their last day: what still runs is not read.
        for row in tx.open_publicities(Some(cx.now.today)).await? {
            let PublicityOf::List(list) = dossiers::publicity_body(&row)?.of else { continue };
            let own = row.at.log.node == *cx.me();
            if let Some(dossier) = dossiers::read(tx, &list).await?.filter(|_| own) {
                drafts.extend(due(tx, cx, &dossier, &DossierCommand::ClosePublicity).await);
            }
        }
        for stage in ["publicised", "signed"] {
            for row in tx.dossiers(Some(stage)).await? {
                let dossier = dossiers::decode_row(&row)?;
                let waived = dossier.signature.as_ref().is_some_and(|known| known.publicity_waived.is_some());
                if stage == "publicised" || waived {
                    drafts.extend(due(tx, cx, &dossier, &DossierCommand::Report).await);
                }
            }
        }
        let more = !drafts.is_empty();
        Ok(Ticked { drafts, more })
    }
}

/// What this reviewer does by itself; a refusal means that it is not due yet, such as for an open objection.
async fn due(tx: &mut dyn Tx, cx: &Context, dossier: &Dossier, asked: &DossierCommand) -> Option<Draft> {
    if dossier.reviewer != Reviewer::Node(cx.me().clone()) {
        return None;
    }
    let act = dossiers::decide(tx, cx, dossier, asked).await.ok()?;
    Some(draft(cx, dossier, act))
}

fn named_cases(command: &Command) -> Vec<&CaseId> {
    match command {
        Command::ReceiveObjection { case, .. } => vec![case],
        Command::Review { exceptions, .. } => exceptions.iter().map(|exception| &exception.case).collect(),
        _ => Vec::new(),
    }
}

/// What the recogniser must know of its list goes up and to the recogniser.
fn draft(cx: &Context, dossier: &Dossier, act: Act) -> Draft {
    draft_under(cx, dossier.policy.clone(), act, Audience::of(Scope::Up).and(dossier.recogniser().clone()))
}

/// Reviewer and signing head are different people, and neither was the recogniser's (F-P5).
async fn keep_apart(
    tx: &mut dyn Tx,
    dossier: &Dossier,
    command: &Command,
    officer: &Officer,
) -> Result<(), CommandError> {
    let next = match command {
        Command::Review { .. } => Action::Review,
        Command::SignReview { .. } => Action::SignReview,
        _ => return Ok(()),
    };
    let mut hands: Vec<(Action, OfficerId)> = Vec::new();
    if let Some(review) = &dossier.review
        && let Some(row) = tx.entry(&review.act).await?
        && let Some(entry) = Entry::read(&row)?
    {
        hands.extend(entry.envelope.signatures.iter().map(|signed| (Action::Review, signed.officer.clone())));
    }
    separate(&hands, next, &officer.id)?;
    Ok(())
}

async fn require_entry(tx: &mut dyn Tx, dossier: &Dossier, case: &CaseId) -> Result<(), CommandError> {
    match entry_in_list(tx, &dossier.list, case).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::new("CASE_NOT_ON_LIST", "R-026", format!("名单{}中没有案件{case}", dossier.list)).into()),
    }
}

/// One entry of a list.
pub async fn entry_in_list(tx: &mut dyn Tx, list: &EntryRef, case: &CaseId) -> Result<Option<ListEntry>, Fault> {
    for chunk in tx.chunks_of_case(case).await? {
        if chunk.list != *list {
            continue;
        }
        let Some(bytes) = tx.chunk(&chunk.digest).await? else { continue };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
            let entry = decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?;
            if entry.case == *case {
                return Ok(Some(entry));
            }
        }
    }
    Ok(None)
}

async fn judge_declaration(
    tx: &mut dyn Tx,
    cx: &Context,
    entry: &Entry,
    list: &EntryRef,
    materials: &[AttachmentRef],
) -> Result<Judgement, Fault> {
    let Some(dossier) = dossiers::read(tx, list).await? else {
        return Ok(Judgement::rejected("LIST_UNKNOWN", format!("申报所指的名单{list}不存在或未经主要负责人签署")));
    };
    let Some(certified) = Entry::find(tx, list).await? else {
        return Ok(Judgement::rejected("LIST_UNKNOWN", format!("申报所指的名单{list}无法读取")));
    };
    let mut vouched =
        members::signers_certified(tx, entry).await? && members::signers_certified(tx, &certified).await?;
    if let Some(approval) = dossier.approval.act() {
        let approval = Entry::find(tx, approval).await?;
        vouched &= match &approval {
            Some(approval) => members::signers_certified(tx, approval).await?,
            None => false,
        };
    }
    if !vouched {
        return Ok(Judgement::waiting("OFFICER_NOT_CERTIFIED", "签署人的密钥尚未经本级确认"));
    }
    if dossier.declaration.as_ref().is_none_or(|declaration| declaration.act != entry.at) {
        return Ok(Judgement::rejected("DECLARATION_OUT_OF_ORDER", "该名单已申报，或不应由本级审核"));
    }
    if let Err(defect) = attachments::judge(tx, materials, &entry.envelope.chunks).await? {
        return Ok(Judgement::rejected(defect.code(), defect.to_string()));
    }
    let Act::ListCertified { manifest, .. } = certified.act() else {
        return Ok(Judgement::rejected("LIST_UNKNOWN", format!("{list}不是认定名单")));
    };
    let rows: Vec<RowRejection> = match validate::certified_list(tx, cx, &dossier, manifest).await? {
        Ok(rows) => rows,
        Err((code, reason)) => return Ok(Judgement::rejected(code, reason)),
    };
    if rows.len() as u64 >= dossier.count {
        return Ok(Judgement::rejected("NO_VALID_ROW", "名单中没有一条合格记录，请更正后重新申报"));
    }
    match dossiers::decide(tx, cx, &dossier, &DossierCommand::Receive).await {
        Ok(act) => Ok(Judgement::applied(rows, vec![draft(cx, &dossier, act)])),
        Err(CommandError::Fault(fault)) => Err(fault),
        Err(other) => Ok(Judgement::rejected(other.code(), other.to_string())),
    }
}

async fn judge_verification(tx: &mut dyn Tx, entry: &Entry) -> Result<Judgement, Fault> {
    if !members::signers_certified(tx, entry).await? {
        return Ok(Judgement::waiting("OFFICER_NOT_CERTIFIED", "签署人的密钥尚未经本级确认"));
    }
    let Act::ObjectionVerified { objection, case, .. } = entry.act() else {
        return Ok(Judgement::rejected("ACT_UNEXPECTED", "不是异议核实结果"));
    };
    match tx.petition(objection).await? {
        Some(row) if row.case == *case => Ok(Judgement::applied(Vec::new(), Vec::new())),
        _ => Ok(Judgement::rejected("OBJECTION_UNKNOWN", format!("没有登记过异议{objection}"))),
    }
}
