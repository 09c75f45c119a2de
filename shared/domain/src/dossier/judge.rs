//! Judging another node's act on a list, before it is folded: only what follows the rules is applied (DESIGN 4.5).

use super::{Dossier, decide};
use crate::act::Act;
use crate::case::Context;
use crate::list::{CaseId, CaseSet};
use crate::node::{EntryRef, NodeId};
use crate::policy::Reviewer;
use crate::refusal::Refusal;

pub(super) fn judge(dossier: &Dossier, at: &EntryRef, act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    let author = &at.log.node;
    match act {
        Act::ListDeclared { list, to, .. } => declared(dossier, author, list, to),
        Act::ObjectionVerified { objection, case, .. } => verified(dossier, author, objection, case),
        Act::ListReported { list, review, excluded, .. } => reported(dossier, author, list, review, excluded, context),
        _ => Err(Refusal::new("ACT_UNEXPECTED", "DESIGN-2", format!("{}不是需要本单位判定的行为", act.kind()))),
    }
}

fn same_list(dossier: &Dossier, list: &EntryRef) -> Result<(), Refusal> {
    if *list == dossier.list {
        return Ok(());
    }
    Err(Refusal::new("LIST_MISMATCH", "R-025", format!("所指名单{list}与本卷名单{}不符", dossier.list)))
}

fn by(author: &NodeId, competent: &NodeId, clause: &'static str) -> Result<(), Refusal> {
    if author == competent {
        return Ok(());
    }
    Err(Refusal::new("WRONG_NODE", clause, format!("此行为应由{competent}作出，而不是{author}")))
}

fn declared(dossier: &Dossier, author: &NodeId, list: &EntryRef, to: &NodeId) -> Result<(), Refusal> {
    same_list(dossier, list)?;
    by(author, dossier.recogniser(), "R-025")?;
    decide::signed_by_head(dossier)?;
    if dossier.reviewer != Reviewer::Node(to.clone()) {
        return Err(Refusal::new("WRONG_REVIEWER", "R-026", format!("按现行规则，{to}不是该名单的审核单位")));
    }
    if dossier.receipt.is_some() || (dossier.declaration.is_some() && dossier.refusal.is_none()) {
        return Err(Refusal::new("DECLARED_TWICE", "R-025", "该名单已经申报，不能重复申报"));
    }
    Ok(())
}

fn verified(dossier: &Dossier, author: &NodeId, objection: &EntryRef, case: &CaseId) -> Result<(), Refusal> {
    by(author, dossier.recogniser(), "R-027")?;
    match dossier.objections.get(objection) {
        None => Err(Refusal::new("OBJECTION_UNKNOWN", "R-027", format!("该名单没有编号为{objection}的异议"))),
        Some(known) if known.case != *case => {
            Err(Refusal::new("CASE_MISMATCH", "R-027", format!("异议{objection}针对的条目不是{case}")))
        }
        Some(known) if known.verification.is_some() => {
            Err(Refusal::new("OBJECTION_VERIFIED_TWICE", "R-027", "该异议已经核实，不能重复核实"))
        }
        Some(_) => Ok(()),
    }
}

fn reported(
    dossier: &Dossier,
    author: &NodeId,
    list: &EntryRef,
    review: &EntryRef,
    excluded: &CaseSet,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    same_list(dossier, list)?;
    let competent = match &dossier.reviewer {
        Reviewer::Node(reviewer) => reviewer,
        Reviewer::Nobody => dossier.recogniser(),
    };
    by(author, competent, "R-028")?;
    if dossier.report.is_some() {
        return Err(Refusal::new("REPORTED_TWICE", "R-028", "该名单已经上报，不能重复上报"));
    }
    decide::reportable(dossier, context)?;
    let signed = dossier.signature.as_ref().map_or(&dossier.list, |signature| &signature.act);
    if review != signed {
        return Err(Refusal::new("REVIEW_MISMATCH", "R-028", "上报所依据的不是已签署的审核意见"));
    }
    // A withdrawal may cross the report on its way; what the reviewer itself decided or was told may not be left in.
    let known = dossier.rejected_rows.keys().chain(dossier.exceptions.keys()).copied().chain(dossier.upheld());
    match known.filter(|number| !excluded.contains(*number)).min() {
        Some(number) => {
            let sentence = format!("第{number}号条目已退回、不予通过或异议成立，不得上报");
            Err(Refusal::new("EXCLUSION_OMITTED", "R-028", sentence))
        }
        None => Ok(()),
    }
}
