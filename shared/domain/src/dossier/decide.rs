//! What a command on a dossier comes to.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{BodyApproval, Dossier, DossierCommand, DossierStage};
use crate::act::{Act, Ballot, PublicityOf, ReviewDecision, ReviewException};
use crate::case::{Context, require_settled};
use crate::list::{AttachmentRef, CaseId};
use crate::node::{EntryRef, NodeId};
use crate::policy::{ReviewPublicity, Reviewer};
use crate::refusal::{AlreadyDone, Decided, Refusal};

type Decision = Result<Decided<Vec<Act>>, Refusal>;

pub(super) fn decide(dossier: &Dossier, command: &DossierCommand, context: &Context<'_>) -> Decision {
    may_act(dossier, command, context.node)?;
    match command {
        DossierCommand::Approve { meeting, held_on, decision } => {
            approve(dossier, meeting, *held_on, decision, context)
        }
        DossierCommand::Disapprove { meeting, held_on, votes, reason } => {
            disapprove(dossier, meeting, *held_on, *votes, reason, context)
        }
        DossierCommand::Declare { materials } => declare(dossier, materials, context),
        DossierCommand::Receive => receive(dossier, context),
        DossierCommand::Review { exceptions, opinion } => review(dossier, exceptions, opinion, context),
        DossierCommand::SignReview { publicity_waived } => sign(dossier, publicity_waived.as_deref(), context),
        DossierCommand::OpenPublicity { channel } => open_publicity(dossier, channel, context),
        DossierCommand::ClosePublicity => close_publicity(dossier, context),
        DossierCommand::ReceiveObjection { case, by, grounds, received_on } => {
            receive_objection(dossier, case, by, grounds, *received_on, context)
        }
        DossierCommand::VerifyObjection { objection, upheld, reason } => {
            verify_objection(dossier, objection, *upheld, reason, context)
        }
        DossierCommand::Report => report(dossier, context),
    }
}

/// The recogniser declares and verifies; everything else is the reviewer's.
fn may_act(dossier: &Dossier, command: &DossierCommand, node: &NodeId) -> Result<(), Refusal> {
    let recogniser = dossier.recogniser();
    let competent = match (command, &dossier.reviewer) {
        (
            DossierCommand::Approve { .. }
            | DossierCommand::Disapprove { .. }
            | DossierCommand::Declare { .. }
            | DossierCommand::VerifyObjection { .. },
            _,
        )
        | (DossierCommand::Report, Reviewer::Nobody) => recogniser,
        (_, Reviewer::Node(reviewer)) => reviewer,
        (_, Reviewer::Nobody) => {
            let sentence = "该名单由认定单位直接上报，没有审核环节";
            return Err(Refusal::new("NO_REVIEWER", "R-031", sentence));
        }
    };
    if node == competent {
        return Ok(());
    }
    Err(Refusal::new("WRONG_NODE", "R-026", format!("此步骤由{competent}办理，不由{node}办理")))
}

fn record(act: Act) -> Decision {
    Ok(Decided::Acts(vec![act]))
}

fn already(code: &'static str, sentence: impl Into<String>) -> Decision {
    Ok(Decided::AlreadyDone(AlreadyDone::new(code, sentence)))
}

fn required(text: &str, code: &'static str, clause: &'static str, what: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::new(code, clause, format!("未填写{what}"))) } else { Ok(()) }
}

/// Nothing happens above on a list that its recogniser's head did not sign.
pub(super) fn signed_by_head(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.signed_by.is_some() {
        return Ok(());
    }
    Err(Refusal::new("CERTIFICATION_UNSIGNED", "R-024", "该名单未经认定单位主要负责人签署认定意见"))
}

fn not_closed(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.stage() == DossierStage::Closed {
        let sentence = "该名单的全部条目已退回、不予通过或撤出，名单已办结";
        return Err(Refusal::new("LIST_CLOSED", "AMB-18", sentence));
    }
    Ok(())
}

/// A list that a body approves goes nowhere before it did (R-032, ZJ-B-CP-08).
fn approved(dossier: &Dossier, context: &Context<'_>) -> Result<(), Refusal> {
    match &dossier.approval {
        BodyApproval::NotAsked | BodyApproval::Given { .. } => Ok(()),
        BodyApproval::Asked => {
            let sentence = format!("该名单须经{}集体审查通过后方可公布和上报", context.policy.approval.body);
            Err(Refusal::new("APPROVAL_MISSING", "R-032", sentence))
        }
        BodyApproval::Refused { meeting, held_on, votes, .. } => {
            let votes = votes.zh();
            let sentence = format!(
                "该名单已于{held_on}经{meeting}审查未获通过（{votes}），不得申报、公布和上报；请补正后重新认定"
            );
            Err(Refusal::new("APPROVAL_REFUSED", "R-032", sentence))
        }
    }
}

fn approve(dossier: &Dossier, meeting: &str, held_on: NaiveDate, decision: &str, context: &Context<'_>) -> Decision {
    if let BodyApproval::Given { meeting, held_on, .. } = &dossier.approval {
        return already("APPROVED", format!("已于{held_on}经{meeting}审查通过"));
    }
    awaits_body(dossier, context)?;
    met(dossier, meeting, held_on, context)?;
    required(decision, "OPINION_MISSING", "F-14", "审查意见")?;
    record(Act::ListApproved {
        list: dossier.list.clone(),
        meeting: meeting.to_owned(),
        held_on,
        decision: decision.to_owned(),
        approved_on: context.today,
    })
}

fn disapprove(
    dossier: &Dossier,
    meeting: &str,
    held_on: NaiveDate,
    votes: Ballot,
    reason: &str,
    context: &Context<'_>,
) -> Decision {
    match &dossier.approval {
        BodyApproval::Refused { meeting, held_on, .. } => {
            return already("DISAPPROVED", format!("已于{held_on}经{meeting}审查未获通过"));
        }
        BodyApproval::Given { meeting, held_on, .. } => {
            let sentence = format!("已于{held_on}经{meeting}审查通过，不能改作相反结论");
            return Err(Refusal::new("APPROVED_OTHERWISE", "R-032", sentence));
        }
        BodyApproval::NotAsked | BodyApproval::Asked => {}
    }
    awaits_body(dossier, context)?;
    met(dossier, meeting, held_on, context)?;
    required(reason, "REASON_MISSING", "F-14", "不予通过的理由")?;
    let carries = context.policy.approval.votes.max(1);
    if votes.in_favour >= carries {
        let sentence = format!("赞成{}票，已达制度规定的{carries}票，应登记为审查通过", votes.in_favour);
        return Err(Refusal::new("VOTES_CARRY", "R-032", sentence));
    }
    // Its record is signed by as many members as would carry the list: so many at least were there.
    if votes.cast() < carries {
        let sentence = format!("参加表决的成员仅{}人，不足{carries}人，会议没有形成决定", votes.cast());
        return Err(Refusal::new("VOTES_TOO_FEW", "F-14", sentence));
    }
    record(Act::ListDisapproved {
        list: dossier.list.clone(),
        meeting: meeting.to_owned(),
        held_on,
        votes,
        reason: reason.to_owned(),
        disapproved_on: context.today,
    })
}

/// Whether a body is still to decide on the list.
fn awaits_body(dossier: &Dossier, context: &Context<'_>) -> Result<(), Refusal> {
    match &dossier.approval {
        BodyApproval::NotAsked => {
            let sentence = "按适用的制度，该名单由主要负责人认定，无需集体审查";
            Err(Refusal::new("APPROVAL_NOT_ASKED", "R-032", sentence))
        }
        BodyApproval::Asked => Ok(()),
        BodyApproval::Given { .. } | BodyApproval::Refused { .. } => approved(dossier, context),
    }
}

/// A meeting that could decide on the list: named, held after it was certified, and with something to decide on (F-14).
fn met(dossier: &Dossier, meeting: &str, held_on: NaiveDate, context: &Context<'_>) -> Result<(), Refusal> {
    signed_by_head(dossier)?;
    if dossier.is_empty() {
        return Err(Refusal::new("LIST_CLOSED", "R-032", "该名单的全部条目已撤出，没有可审查的条目"));
    }
    required(meeting, "MEETING_MISSING", "F-14", "会议名称和纪要编号")?;
    if held_on < dossier.certified_on || held_on > context.today {
        let sentence = format!("会议日期应在{}提请审查之后、今天之前", dossier.certified_on);
        return Err(Refusal::new("MEETING_OUT_OF_TIME", "F-14", sentence));
    }
    Ok(())
}

fn declare(dossier: &Dossier, materials: &[AttachmentRef], context: &Context<'_>) -> Decision {
    let Reviewer::Node(to) = &dossier.reviewer else {
        return Err(Refusal::new("NO_REVIEWER", "R-031", "该名单由认定单位直接上报，无需申报审核"));
    };
    if let (Some(declaration), None) = (&dossier.declaration, &dossier.refusal) {
        return already("DECLARED", format!("已于{}向{}申报", declaration.declared_on, declaration.to));
    }
    signed_by_head(dossier)?;
    approved(dossier, context)?;
    if dossier.is_empty() {
        return Err(Refusal::new("LIST_CLOSED", "R-025", "该名单的全部条目已撤出，没有可申报的条目"));
    }
    record(Act::ListDeclared {
        list: dossier.list.clone(),
        to: to.clone(),
        declared_on: context.today,
        materials: materials.to_vec(),
    })
}

fn receive(dossier: &Dossier, context: &Context<'_>) -> Decision {
    if let Some(receipt) = &dossier.receipt {
        return already("RECEIVED", format!("已于{}收到申报材料", receipt.received_on));
    }
    signed_by_head(dossier)?;
    let (Some(declaration), None) = (&dossier.declaration, &dossier.refusal) else {
        return Err(Refusal::new("NOT_DECLARED", "R-025", "认定单位尚未申报该名单，或申报已被退回"));
    };
    let due = context.working_days_from(context.today, context.policy.terms.review_days);
    record(Act::MaterialsReceived {
        declaration: declaration.act.clone(),
        list: dossier.list.clone(),
        received_on: context.today,
        due_on: due.on,
    })
}

fn review(dossier: &Dossier, exceptions: &[ReviewException], opinion: &str, context: &Context<'_>) -> Decision {
    if let Some(signature) = &dossier.signature {
        let sentence = format!("审核意见已于{}签署，不能再改", signature.signed_on);
        return Err(Refusal::new("REVIEW_SIGNED", "R-026", sentence));
    }
    if dossier.receipt.is_none() {
        return Err(Refusal::new("NOT_RECEIVED", "R-026", "尚未登记收到申报材料，不能审核"));
    }
    required(opinion, "OPINION_MISSING", "F-08", "审核意见")?;
    check_exceptions(dossier, exceptions)?;
    let same = dossier.review.as_ref().is_some_and(|review| review.opinion == opinion)
        && dossier.exceptions.len() == exceptions.len()
        && exceptions.iter().all(|one| dossier.exceptions.get(&one.case.number) == Some(&one.decision));
    if same {
        return already("REVIEWED", "相同的审核意见已经记录");
    }
    record(Act::ListReviewed {
        list: dossier.list.clone(),
        exceptions: exceptions.to_vec(),
        opinion: opinion.to_owned(),
        reviewed_on: context.today,
    })
}

fn check_exceptions(dossier: &Dossier, exceptions: &[ReviewException]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for exception in exceptions {
        let case = &exception.case;
        if !dossier.may_hold(case) {
            return Err(Refusal::new("NOT_ON_LIST", "R-026", format!("条目{case}不在该名单内")));
        }
        if !seen.insert(case.number) {
            return Err(Refusal::new("EXCEPTION_TWICE", "R-026", format!("条目{case}被重复处理")));
        }
        if dossier.rejected_rows.contains_key(&case.number) {
            let sentence = format!("条目{case}在收件校验时已退回，无需审核");
            return Err(Refusal::new("ROW_REFUSED", "R-026", sentence));
        }
        match &exception.decision {
            ReviewDecision::Return { defects }
                if defects.is_empty() || defects.iter().any(|defect| defect.trim().is_empty()) =>
            {
                let sentence = format!("退回条目{case}应一次性告知全部需要补正的内容");
                return Err(Refusal::new("DEFECTS_MISSING", "AMB-18", sentence));
            }
            ReviewDecision::Reject { reason } if reason.trim().is_empty() => {
                return Err(Refusal::new("REASON_MISSING", "AMB-18", format!("不予通过条目{case}应写明理由")));
            }
            ReviewDecision::Return { .. } | ReviewDecision::Reject { .. } => {}
        }
    }
    Ok(())
}

fn sign(dossier: &Dossier, publicity_waived: Option<&str>, context: &Context<'_>) -> Decision {
    if let Some(signature) = &dossier.signature {
        return already("REVIEW_SIGNED", format!("审核意见已于{}签署", signature.signed_on));
    }
    let Some(review) = &dossier.review else {
        return Err(Refusal::new("NOT_REVIEWED", "R-026", "该名单尚未审核，不能签署审核意见"));
    };
    if let Some(reason) = publicity_waived {
        if context.policy.review.publicity == ReviewPublicity::Required {
            return Err(Refusal::new("WAIVER_NOT_ALLOWED", "AMB-04", "按现行规则，审核后必须公示，不得免除"));
        }
        required(reason, "WAIVER_UNFOUNDED", "AMB-04", "不予公示的理由")?;
    }
    record(Act::ReviewSigned {
        list: dossier.list.clone(),
        review: review.act.clone(),
        signed_on: context.today,
        publicity_waived: publicity_waived.map(str::to_owned),
    })
}

fn open_publicity(dossier: &Dossier, channel: &str, context: &Context<'_>) -> Decision {
    if let Some(publicity) = &dossier.publicity {
        return already("PUBLICITY_OPENED", format!("已于{}公示，至{}", publicity.opened_on, publicity.ends_on));
    }
    let signature = dossier.signature.as_ref().ok_or_else(not_signed)?;
    not_closed(dossier)?;
    if dossier.report.is_some() {
        return Err(Refusal::new("REPORTED", "R-028", "该名单已上报，不再公示"));
    }
    if signature.publicity_waived.is_some() || context.policy.review.publicity == ReviewPublicity::None {
        return Err(Refusal::new("PUBLICITY_WAIVED", "AMB-04", "签署时已决定不予公示"));
    }
    required(channel, "PUBLICITY_CHANNEL_MISSING", "R-027", "公示渠道")?;
    let due = context.working_days_from(context.today, context.policy.terms.review_publicity_days);
    record(Act::PublicityOpened {
        of: PublicityOf::List(dossier.list.clone()),
        channel: channel.to_owned(),
        opened_on: context.today,
        ends_on: due.on,
    })
}

fn not_signed() -> Refusal {
    Refusal::new("REVIEW_UNSIGNED", "AMB-03", "审核意见尚未经主要负责人签署")
}

fn close_publicity(dossier: &Dossier, context: &Context<'_>) -> Decision {
    let Some(publicity) = &dossier.publicity else {
        return Err(Refusal::new("PUBLICITY_MISSING", "R-027", "该名单尚未公示"));
    };
    if let Some(closed_on) = publicity.closed_on {
        return already("PUBLICITY_CLOSED", format!("公示已于{closed_on}结束"));
    }
    let due = context.working_days_from(publicity.opened_on, context.policy.terms.review_publicity_days);
    let ends_on = due.on.max(publicity.ends_on);
    if context.today <= ends_on {
        let sentence = format!("公示期至{ends_on}24时届满，不得提前结束");
        return Err(Refusal::new("PUBLICITY_RUNNING", "D-03", sentence));
    }
    require_settled(due.provisional, "公示期", "D-03")?;
    record(Act::PublicityClosed { publicity: publicity.act.clone(), closed_on: context.today })
}

fn receive_objection(
    dossier: &Dossier,
    case: &CaseId,
    by: &str,
    grounds: &str,
    received_on: NaiveDate,
    context: &Context<'_>,
) -> Decision {
    let Some(publicity) = &dossier.publicity else {
        return Err(Refusal::new("PUBLICITY_MISSING", "R-027", "该名单尚未公示，不受理公示期异议"));
    };
    if dossier.report.is_some() {
        return Err(Refusal::new("REPORTED", "R-027", "该名单已上报，公示期异议不再受理"));
    }
    if !dossier.is_approved(case.number) || !dossier.may_hold(case) {
        return Err(Refusal::new("NOT_ON_LIST", "R-027", format!("条目{case}不在公示的名单内")));
    }
    required(by, "OBJECTION_INCOMPLETE", "F-09", "异议人")?;
    required(grounds, "OBJECTION_INCOMPLETE", "F-09", "异议的事实和理由")?;
    let last = publicity.closed_on.unwrap_or(context.today).min(context.today);
    if received_on < publicity.opened_on || received_on > last {
        let sentence = format!("异议收到日期{received_on}不在公示期间");
        return Err(Refusal::new("OBJECTION_OUT_OF_TIME", "R-027", sentence));
    }
    record(Act::ObjectionReceived {
        list: dossier.list.clone(),
        case: case.clone(),
        by: by.to_owned(),
        grounds: grounds.to_owned(),
        received_on,
    })
}

fn verify_objection(
    dossier: &Dossier,
    objection: &EntryRef,
    upheld: bool,
    reason: &str,
    context: &Context<'_>,
) -> Decision {
    let Some(known) = dossier.objections.get(objection) else {
        return Err(Refusal::new("OBJECTION_UNKNOWN", "R-027", format!("该名单没有编号为{objection}的异议")));
    };
    if let Some(verification) = &known.verification {
        if verification.upheld == upheld {
            return already("OBJECTION_VERIFIED", format!("已于{}核实", verification.verified_on));
        }
        let sentence = format!("已于{}作出核实结论，不能改作相反结论", verification.verified_on);
        return Err(Refusal::new("OBJECTION_VERIFIED_OTHERWISE", "R-027", sentence));
    }
    required(reason, "REASON_MISSING", "F-09", "核实结论的理由")?;
    record(Act::ObjectionVerified {
        objection: objection.clone(),
        case: known.case.clone(),
        upheld,
        reason: reason.to_owned(),
        verified_on: context.today,
    })
}

fn report(dossier: &Dossier, context: &Context<'_>) -> Decision {
    if let Some(report) = &dossier.report {
        return already("REPORTED", format!("已于{}上报", report.reported_on));
    }
    reportable(dossier, context)?;
    // Where nobody reviews, the certification itself is what is reported.
    let review = dossier.signature.as_ref().map_or(&dossier.list, |signature| &signature.act);
    record(Act::ListReported {
        list: dossier.list.clone(),
        review: review.clone(),
        excluded: dossier.excluded_cases(),
        reported_on: context.today,
    })
}

/// Review signed, publicity over or waived, objections answered, something left to report.
pub(super) fn reportable(dossier: &Dossier, context: &Context<'_>) -> Result<(), Refusal> {
    signed_by_head(dossier)?;
    approved(dossier, context)?;
    if let Reviewer::Node(_) = dossier.reviewer {
        let signature = dossier.signature.as_ref().ok_or_else(not_signed)?;
        let waived = signature.publicity_waived.is_some() || context.policy.review.publicity == ReviewPublicity::None;
        not_closed(dossier)?;
        match &dossier.publicity {
            None if !waived => {
                return Err(Refusal::new("PUBLICITY_MISSING", "R-027", "该名单尚未公示，不能上报"));
            }
            Some(publicity) if publicity.closed_on.is_none() => {
                let sentence = format!("公示期至{}24时届满；结束公示后方可上报", publicity.ends_on);
                return Err(Refusal::new("PUBLICITY_RUNNING", "D-03", sentence));
            }
            _ => {}
        }
    }
    if let Some((_, objection)) = dossier.open_objections().next() {
        let sentence = format!("条目{}的异议尚未由认定单位核实，不能上报", objection.case);
        return Err(Refusal::new("OBJECTION_OPEN", "R-027", sentence));
    }
    not_closed(dossier)
}
