//! Who acts for a head who is away, and by whose authority anybody does anything (F-P5).
//!
//! A delegation lies with its delegate's record: it falls when he is appointed anew, and has effect only while its head
//! still holds the office he lent.

use chrono::NaiveDate;
use honghei_domain::act::{Act, Officer, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::node::Tier;
use honghei_domain::permit::{Action, Delegation, may_be_delegate, permit, permitted};
use honghei_domain::refusal::Refusal;
use honghei_store::{OfficerRow, Tx};
use serde::{Deserialize, Serialize};

use super::Proposed;
use crate::command::Command;
use crate::context::Context;
use crate::desk::members;
use crate::engine::plain_draft;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};

/// Delegations kept with one officer; the oldest fall away.
const KEPT: usize = 64;

/// An officer as he stands: appointed where, acting for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The officer.
    pub officer: Officer,
    /// Index of his last appointment in his node's log.
    pub appointed_at: u64,
    /// For whom he acts or acted, in the order of the acts.
    pub delegations: Vec<Delegation>,
}

/// By what authority an officer acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// His own roles.
    Own,
    /// This head's delegation.
    For(OfficerId),
}

/// Reads an officer's row.
pub fn standing(row: &OfficerRow) -> Result<Standing, Fault> {
    postcard::from_bytes(&row.body).map_err(|_| Fault::inconsistent(format!("officer {}", row.id)))
}

/// Keeps an officer.
pub async fn put(tx: &mut dyn Tx, standing: &Standing, certified: bool) -> Result<(), Fault> {
    let body = postcard::to_stdvec(standing).map_err(|_| Fault::inconsistent("an officer"))?;
    let officer = &standing.officer;
    let row = OfficerRow { node: officer.node.clone(), id: officer.id.0.clone(), certified, body };
    Ok(tx.put_officer(&row).await?)
}

/// Keeps an officer as appointed: whatever he did for another, he did under his former appointment.
pub async fn appointed(tx: &mut dyn Tx, officer: &Officer, at: u64, certified: bool) -> Result<(), Fault> {
    let standing = Standing { officer: officer.clone(), appointed_at: at, delegations: Vec::new() };
    put(tx, &standing, certified).await
}

/// Folds a delegation or its end. Only the head himself, whose signature was verified, gives or ends his own.
pub async fn evolve(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    let signer = entry.envelope.signatures.first().map(|signature| &signature.officer);
    let (from, to) = match entry.act() {
        Act::DutyDelegated(delegation) => (&delegation.from, &delegation.to),
        Act::DelegationEnded { from, to, .. } => (from, to),
        _ => return Ok(()),
    };
    if signer != Some(from) {
        return Ok(());
    }
    let Some(row) = tx.officer(&entry.at.log.node, &to.0).await? else { return Ok(()) };
    let mut standing = standing(&row)?;
    match entry.act() {
        Act::DutyDelegated(delegation) => {
            // What a forged record says of the past or of an unfit delegate has no effect anywhere.
            if delegation.check(entry.body.done_on, &standing.officer.roles).is_err() {
                return Ok(());
            }
            standing.delegations.push(delegation.clone());
            let surplus = standing.delegations.len().saturating_sub(KEPT);
            standing.delegations.drain(..surplus);
        }
        Act::DelegationEnded { ended_on, .. } => {
            let last = ended_on.pred_opt().unwrap_or(*ended_on);
            for delegation in standing.delegations.iter_mut().filter(|known| known.from == *from) {
                delegation.ends_on = delegation.ends_on.min(last);
            }
        }
        _ => {}
    }
    put(tx, &standing, row.certified).await
}

/// By what authority an officer may do something at his node on a day; `None` if by none.
pub async fn authority(
    tx: &mut dyn Tx,
    tier: Tier,
    officer: &Officer,
    action: Action,
    day: NaiveDate,
) -> Result<Option<Authority>, Fault> {
    let may = |officer: &Officer| officer.roles.iter().any(|role| permitted(tier, *role, action));
    if may(officer) {
        return Ok(Some(Authority::Own));
    }
    if !may_be_delegate(&officer.roles) {
        return Ok(None);
    }
    let Some(row) = tx.officer(&officer.node, &officer.id.0).await? else { return Ok(None) };
    for delegation in standing(&row)?.delegations.iter().filter(|delegation| delegation.covers(action, day)) {
        if let Some(row) = tx.officer(&officer.node, &delegation.from.0).await?
            && may(&standing(&row)?.officer)
        {
            return Ok(Some(Authority::For(delegation.from.clone())));
        }
    }
    Ok(None)
}

/// The same, or a denial that says what the officer's duties are.
pub async fn require(
    tx: &mut dyn Tx,
    tier: Tier,
    officer: &Officer,
    action: Action,
    day: NaiveDate,
) -> Result<Authority, CommandError> {
    match authority(tx, tier, officer, action, day).await? {
        Some(authority) => Ok(authority),
        None => {
            permit(tier, &officer.roles, action)?;
            Ok(Authority::Own)
        }
    }
}

/// What is added to the name of somebody who acts for another: 受……委托.
pub async fn on_behalf(
    tx: &mut dyn Tx,
    officer: &Officer,
    tier: Tier,
    action: Action,
    day: NaiveDate,
) -> Result<Option<String>, Fault> {
    let Some(Authority::For(head)) = authority(tx, tier, officer, action, day).await? else { return Ok(None) };
    let name = match tx.officer(&officer.node, &head.0).await? {
        Some(row) => standing(&row)?.officer.name,
        None => head.0,
    };
    Ok(Some(behalf(&name)))
}

/// 受……委托, as it stands behind the name of somebody who acts for a head.
pub fn behalf(head: &str) -> String {
    format!("受{head}委托")
}

/// A delegation as officers read it.
pub fn delegation_zh(delegation: &Delegation) -> String {
    let scope: Vec<&str> = delegation.scope.iter().map(|business| business.zh()).collect();
    let Delegation { from, starts_on, ends_on, .. } = delegation;
    format!("{starts_on}至{ends_on}代行{}的{}职责", from.0, scope.join("、"))
}

/// Drafts a delegation or its end.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    head: &Officer,
    command: &Command,
) -> Result<Option<Proposed>, CommandError> {
    let (act, summary) = match command {
        Command::Delegate { to, starts_on, ends_on, scope, reason } => {
            let delegate = members::find(tx, cx, to).await?;
            let mut scope = scope.clone();
            scope.sort();
            scope.dedup();
            let delegation = Delegation {
                from: head.id.clone(),
                to: to.clone(),
                starts_on: *starts_on,
                ends_on: *ends_on,
                scope,
                reason: reason.clone(),
            };
            delegation.check(cx.now.today, &delegate.roles)?;
            let summary = format!("委托{}于{}：{reason}", delegate.name, delegation_zh(&delegation));
            (Act::DutyDelegated(delegation), summary)
        }
        Command::EndDelegation { to } => {
            let row = tx.officer(cx.me(), &to.0).await?;
            let delegations = row.map(|row| standing(&row)).transpose()?.map(|known| known.delegations);
            let runs = |known: &Delegation| known.from == head.id && known.ends_on >= cx.now.today;
            if !delegations.unwrap_or_default().iter().any(runs) {
                let sentence = format!("您没有委托{}代行职责，或委托已经期满", to.0);
                return Err(Refusal::new("DELEGATION_UNKNOWN", "F-P5", sentence).into());
            }
            let act = Act::DelegationEnded { from: head.id.clone(), to: to.clone(), ended_on: cx.now.today };
            (act, format!("自{}起收回对{}的委托", cx.now.today, to.0))
        }
        _ => return Ok(None),
    };
    Ok(Some(Proposed { draft: plain_draft(cx, act, Audience::of(Scope::All)), summary }))
}
