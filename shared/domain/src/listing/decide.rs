//! What a command on a listed entry comes to: an act, or why not.

use chrono::{Months, NaiveDate};

use super::Offices;
use super::act::{DisputeAbout, ListingAct};
use super::command::{ListingCommand, Materials};
use super::record::{Dispute, Listing, Repair};
use crate::attachment;
use crate::calendar::{CountStartDay, WorkCalendar};
use crate::final_list::PublicRow;
use crate::list::{AttachmentRef, CaseId, ListEntry, ListKind, Repairability};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Actor, ExitCode, ExposureStart, Policy};
use crate::refusal::{AlreadyDone, Decided, Refusal};

/// What a decision is made against.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The policy of the entry's department.
    pub policy: &'a Policy,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// The legal day.
    pub today: NaiveDate,
    /// The deciding node.
    pub me: &'a NodeId,
    /// Who does what with the recogniser's entries.
    pub offices: &'a Offices,
}

/// The entry a command is about, as this node knows it.
#[derive(Clone, Copy, Debug)]
pub struct Entitled<'a> {
    /// What befell it since it was listed.
    pub listing: &'a Listing,
    /// The entry.
    pub entry: &'a ListEntry,
    /// Its row on the served final list.
    pub row: Option<&'a PublicRow>,
    /// Whether the comparison removed or holds it.
    pub compared: bool,
}

type Decision = Result<Decided<ListingAct>, Refusal>;

/// What a command on one listed entry comes to. Announcements and filings are decided where exits are kept.
///
/// # Errors
/// A [`Refusal`] with its clause.
pub fn decide(command: &ListingCommand, entitled: Entitled<'_>, around: Surroundings<'_>) -> Decision {
    match command {
        ListingCommand::ReceiveDispute { about, by, grounds, .. } => {
            receive_dispute(entitled, *about, by, grounds, around)
        }
        ListingCommand::VerifyDispute { dispute, stands, reason } => {
            verify_dispute(entitled, dispute, *stands, reason, around)
        }
        ListingCommand::DecideDispute { dispute, upheld, reason } => {
            decide_dispute(entitled, dispute, *upheld, reason, around)
        }
        ListingCommand::Exit { code, reason, basis_revoked_on, notified_on, .. } => {
            exit(entitled, code, reason, *basis_revoked_on, *notified_on, around)
        }
        ListingCommand::ReceiveRepair { by, materials, .. } => receive_repair(entitled, by, materials, around),
        ListingCommand::AcceptRepair { application, accepted, reason } => {
            accept_repair(entitled, application, *accepted, reason, around)
        }
        ListingCommand::DecideRepair { application, granted, reason } => {
            decide_repair(entitled, application, *granted, reason, around)
        }
        ListingCommand::RevokeRepair { application, reason } => revoke_repair(entitled, application, reason, around),
        ListingCommand::AnswerRestoration { offer, accepted, reason } => {
            answer_restoration(entitled, offer, *accepted, reason, around)
        }
        ListingCommand::AnswerConflict { notice, kept, reason } => {
            answer_conflict(entitled, notice, *kept, reason, around)
        }
        ListingCommand::AnnounceList { .. } | ListingCommand::AnnounceExit { .. } | ListingCommand::FileExits => {
            Err(Refusal::new("COMMAND_NOT_HERE", "R-042", "该事项不针对单个条目"))
        }
    }
}

/// Whether a node may decide an exit of a kind under a policy (REQUIREMENTS 1.8).
///
/// # Errors
/// A [`Refusal`] that says who decides it, or how it comes about.
pub fn exit_fits(
    code: &str,
    kind: ListKind,
    policy: &Policy,
    offices: &Offices,
    me: &NodeId,
) -> Result<ExitCode, Refusal> {
    let unfit = |sentence: String| Refusal::new("EXIT_CODE_UNFIT", "R-050", sentence);
    let known = ExitCode::parse(code).ok_or_else(|| unfit(format!("没有退出事由{code}")))?;
    if known.kind() != kind {
        return Err(unfit(format!("退出事由{code}不适用于{}", zh(kind))));
    }
    let Some(rule) = policy.exit(known) else {
        return Err(unfit(format!("本制度没有规定退出事由{code}")));
    };
    match known {
        ExitCode::Bx1 => {
            return Err(Refusal::new("EXIT_BY_REPAIR", "BX-1", "主动修复须提出信用修复申请，经审定同意后退出"));
        }
        ExitCode::Rx1 | ExitCode::Rx7 => {
            return Err(Refusal::new("EXIT_BY_COMPARISON", "R-029", format!("{code}由省级比对决定，不能单独作出")));
        }
        _ => {}
    }
    let Some(decider) = offices.node_of(rule.decided_by) else {
        return Err(Refusal::new("EXIT_BY_TERM", "R-050", format!("{code}期满自动退出，无须决定")));
    };
    // 1.8: an error of recognition is mended by the recogniser or by whoever reviewed it.
    let either = matches!(known, ExitCode::Rx2 | ExitCode::Bx2) && rule.decided_by != Actor::Province;
    if me == decider || (either && (*me == offices.recogniser || *me == offices.reviewer)) {
        return Ok(known);
    }
    let sentence = format!("退出事由{code}由{}决定（{decider}）", rule.decided_by.zh());
    Err(Refusal::new("EXIT_NOT_YOURS", "R-050", sentence))
}

fn zh(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    }
}

fn act(act: ListingAct) -> Decision {
    Ok(Decided::Acts(act))
}

fn already(code: &'static str, sentence: impl Into<String>) -> Decision {
    Ok(Decided::AlreadyDone(AlreadyDone::new(code, sentence)))
}

fn required(text: &str, clause: &'static str, what: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new("FIELD_MISSING", clause, format!("请填写{what}")));
    }
    Ok(())
}

/// The row of an entry that is on the list today.
fn in_force<'a>(
    entitled: Entitled<'a>,
    clause: &'static str,
    around: Surroundings<'_>,
) -> Result<&'a PublicRow, Refusal> {
    let case = &entitled.listing.case;
    if let Some((_, exit)) = entitled.listing.exit() {
        let sentence = format!("{case}已于{}退出（{}）", exit.decided_on, exit.code);
        return Err(Refusal::new("ENTRY_EXITED", clause, sentence));
    }
    let row = entitled
        .row
        .ok_or_else(|| Refusal::new("ENTRY_NOT_LISTED", clause, format!("{case}不在最终名单上，列入后的程序不适用")))?;
    if row.valid_to < around.today {
        let sentence = format!("{case}有效期已于{}届满，已自动退出", row.valid_to);
        return Err(Refusal::new("ENTRY_EXPIRED", clause, sentence));
    }
    Ok(row)
}

fn working_days(around: Surroundings<'_>, days: u32) -> NaiveDate {
    let count = if around.policy.terms.count_start_day { CountStartDay::Included } else { CountStartDay::Excluded };
    around.calendar.add_working_days(around.today, days, count).on
}

fn receive_dispute(
    entitled: Entitled<'_>,
    about: DisputeAbout,
    by: &str,
    grounds: &str,
    around: Surroundings<'_>,
) -> Decision {
    if !around.offices.receives(around.me) {
        let sentence = format!("对{}的异议应向其认定单位、审核单位或者省级提出", entitled.listing.case);
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", sentence));
    }
    if about == DisputeAbout::Recognition || !entitled.compared {
        in_force(entitled, "D-15", around)?;
    }
    required(by, "F-09", "异议人")?;
    required(grounds, "F-09", "异议理由")?;
    let terms = &around.policy.terms;
    act(ListingAct::DisputeReceived {
        case: entitled.listing.case.clone(),
        about,
        by: by.to_owned(),
        grounds: grounds.to_owned(),
        received_on: around.today,
        mark_due_on: working_days(around, terms.objection_mark_days),
        verify_due_on: working_days(around, terms.objection_verify_days),
        decide_due_on: working_days(around, terms.objection_decide_days),
    })
}

fn dispute<'a>(entitled: Entitled<'a>, at: &EntryRef) -> Result<&'a Dispute, Refusal> {
    let unknown = || Refusal::new("DISPUTE_UNKNOWN", "F-09", format!("没有登记过异议{at}"));
    entitled.listing.disputes.get(at).ok_or_else(unknown)
}

fn verify_dispute(
    entitled: Entitled<'_>,
    at: &EntryRef,
    stands: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let known = dispute(entitled, at)?;
    if *around.me != around.offices.recogniser {
        let sentence = format!("异议由认定单位核实（{}）", around.offices.recogniser);
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", sentence));
    }
    if let Some(found) = &known.verification {
        return already("DISPUTE_VERIFIED", format!("已于{}核实", found.on));
    }
    if let Some(decided) = &known.decision {
        return already("DISPUTE_DECIDED", format!("已于{}作出决定", decided.on));
    }
    required(reason, "F-09", "核实情况")?;
    act(ListingAct::DisputeVerified {
        dispute: at.clone(),
        case: entitled.listing.case.clone(),
        stands,
        reason: reason.to_owned(),
        verified_on: around.today,
    })
}

fn decide_dispute(
    entitled: Entitled<'_>,
    at: &EntryRef,
    upheld: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let known = dispute(entitled, at)?;
    let decider = around.offices.decider(known.about);
    if around.me != decider {
        return Err(Refusal::new("DISPUTE_NOT_HERE", "AMB-16", format!("该异议由{decider}决定")));
    }
    if let Some(decided) = &known.decision {
        if decided.stands == upheld {
            return already("DISPUTE_DECIDED", format!("已于{}作出决定", decided.on));
        }
        let sentence = format!("已于{}作出相反决定，不能更改", decided.on);
        return Err(Refusal::new("DISPUTE_DECIDED_OTHERWISE", "AMB-16", sentence));
    }
    let verified_elsewhere = known.about == DisputeAbout::Recognition && *decider != around.offices.recogniser;
    if verified_elsewhere && known.verification.is_none() {
        return Err(Refusal::new("VERIFICATION_MISSING", "AMB-16", "认定单位尚未核实，不能作出决定"));
    }
    required(reason, "F-09", "决定理由")?;
    let code = match (upheld, known.about) {
        (true, DisputeAbout::Recognition) => {
            in_force(entitled, "AMB-16", around)?;
            let code = match entitled.entry.kind {
                ListKind::Red => ExitCode::Rx2,
                ListKind::Black => ExitCode::Bx2,
            };
            Some(code.as_str().to_owned())
        }
        _ => None,
    };
    act(ListingAct::DisputeDecided {
        dispute: at.clone(),
        case: entitled.listing.case.clone(),
        upheld,
        code,
        reason: reason.to_owned(),
        decided_on: around.today,
    })
}

fn exit(
    entitled: Entitled<'_>,
    code: &str,
    reason: &str,
    basis_revoked_on: Option<NaiveDate>,
    notified_on: Option<NaiveDate>,
    around: Surroundings<'_>,
) -> Decision {
    let known = exit_fits(code, entitled.entry.kind, around.policy, around.offices, around.me)?;
    if let Some((_, exit)) = entitled.listing.exit() {
        return already("ENTRY_EXITED", format!("已于{}退出（{}）", exit.decided_on, exit.code));
    }
    in_force(entitled, "R-050", around)?;
    required(reason, "R-050", "退出理由")?;
    let past = |day: &NaiveDate| *day <= around.today;
    if known == ExitCode::Bx5 && basis_revoked_on.filter(past).is_none() {
        let sentence = "请写明依据文书被撤销或者确认无效的日期，不晚于今日";
        return Err(Refusal::new("REVOCATION_DAY_MISSING", "BX-5", sentence));
    }
    let notify = around.policy.exit(known).is_some_and(|rule| rule.notify_first);
    if notify && notified_on.filter(past).is_none() {
        let sentence = format!("{code}应当先行告知主体，请写明告知日期");
        return Err(Refusal::new("NOTICE_MISSING", "AMB-20", sentence));
    }
    act(ListingAct::EntryExited {
        case: entitled.listing.case.clone(),
        code: known.as_str().to_owned(),
        reason: reason.to_owned(),
        decided_on: around.today,
        basis_revoked_on: basis_revoked_on.filter(|_| known == ExitCode::Bx5),
        notified_on,
    })
}

fn decides_repairs(case: &CaseId, around: Surroundings<'_>) -> Result<(), Refusal> {
    if *around.me == around.offices.repairs {
        return Ok(());
    }
    let sentence = format!("{case}的信用修复由{}受理和审定", around.offices.repairs);
    Err(Refusal::new("REPAIR_NOT_HERE", "AMB-16b", sentence))
}

fn receive_repair(entitled: Entitled<'_>, by: &str, materials: &Materials, around: Surroundings<'_>) -> Decision {
    let case = &entitled.listing.case;
    decides_repairs(case, around)?;
    let rules = &around.policy.repair;
    if entitled.entry.kind == ListKind::Red || !rules.possible {
        let sentence = format!("{case}不适用信用修复");
        return Err(Refusal::new("REPAIR_NOT_POSSIBLE", "BX-1", sentence));
    }
    let row = in_force(entitled, "BX-1", around)?;
    match &entitled.entry.repairability {
        Some(Repairability::Repairable { .. }) => {}
        Some(Repairability::Irreparable { legal_basis }) => {
            let sentence = format!("认定时已依{legal_basis}明确不得修复；认定有误或者依据撤销的，另按BX-2、BX-5办理");
            return Err(Refusal::new("REPAIR_FORBIDDEN", "R-053", sentence));
        }
        None => {
            return Err(Refusal::new("REPAIRABILITY_UNSTATED", "F-11", format!("{case}认定时没有明确能否修复")));
        }
    }
    if let Some((at, open)) = entitled.listing.open_repairs().next() {
        return already("REPAIR_RECEIVED", format!("已于{}收到修复申请（{at}）", open.received_on));
    }
    let regulated = around.today >= rules.applies_from;
    if let Some(months) = rules.minimum_publicity_months.filter(|_| regulated) {
        // A period of months ends with its corresponding day, 24:00 (民法典 201, 202): the day after is the first.
        let (from, what) = match (rules.minimum_publicity_from, entitled.entry.recognised_on) {
            (ExposureStart::Recognition, Some(day)) => (day, "认定"),
            (ExposureStart::Recognition, None) | (ExposureStart::Publication, _) => (row.valid_from, "公布"),
        };
        let last = from.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
        if around.today <= last {
            let earliest = last.succ_opt().unwrap_or(last);
            let sentence =
                format!("依{}，自{from}{what}之日起须公示满{months}个月，{earliest}起方可申请", rules.regulation);
            return Err(Refusal::new("REPAIR_TOO_EARLY", "BX-1", sentence));
        }
    }
    required(by, "F-12", "申请人")?;
    required(&materials.corrected, "F-12", "失信行为的纠正情况")?;
    required(&materials.fulfilled, "F-12", "法定义务的履行情况")?;
    if rules.promise && materials.promise.trim().is_empty() {
        return Err(Refusal::new("PROMISE_MISSING", "BX-1", "须提交信用承诺书"));
    }
    let attachments: Vec<AttachmentRef> = materials.attachments.iter().map(|file| file.reference.clone()).collect();
    attachment::check(&attachments).map_err(Refusal::from)?;
    let mut names = materials.names.clone();
    let handed_in = |wanted: &&String| attachments.iter().any(|file| file.name.starts_with(wanted.as_str()));
    names.extend(rules.materials.iter().filter(|wanted| !materials.names.contains(wanted)).filter(handed_in).cloned());
    let lacking: Vec<&str> =
        rules.materials.iter().filter(|wanted| !names.contains(wanted)).map(String::as_str).collect();
    if !lacking.is_empty() {
        let sentence = format!("修复申请缺少材料：{}", lacking.join("、"));
        return Err(Refusal::new("REPAIR_MATERIALS_MISSING", "F-12", sentence));
    }
    act(ListingAct::RepairApplied {
        case: case.clone(),
        by: by.to_owned(),
        corrected: materials.corrected.clone(),
        fulfilled: materials.fulfilled.clone(),
        promise: materials.promise.clone(),
        materials: names,
        attachments,
        received_on: around.today,
        accept_due_on: working_days(around, around.policy.terms.repair_acceptance_days),
    })
}

fn repair<'a>(entitled: Entitled<'a>, at: &EntryRef) -> Result<&'a Repair, Refusal> {
    let unknown = || Refusal::new("REPAIR_UNKNOWN", "F-12", format!("没有收到过修复申请{at}"));
    entitled.listing.repairs.get(at).ok_or_else(unknown)
}

fn accept_repair(
    entitled: Entitled<'_>,
    at: &EntryRef,
    accepted: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(acceptance) = &known.acceptance {
        return already("REPAIR_ACCEPTED", format!("已于{}决定是否受理", acceptance.on));
    }
    in_force(entitled, "D-14", around)?;
    required(reason, "D-14", "是否受理的理由")?;
    act(ListingAct::RepairAccepted {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        accepted,
        reason: reason.to_owned(),
        accepted_on: around.today,
        decide_due_on: working_days(around, around.policy.terms.repair_decision_days),
    })
}

fn decide_repair(
    entitled: Entitled<'_>,
    at: &EntryRef,
    granted: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(decided) = &known.decision {
        if decided.stands == granted {
            return already("REPAIR_DECIDED", format!("已于{}审定", decided.on));
        }
        let sentence = format!("已于{}作出相反决定，不能更改", decided.on);
        return Err(Refusal::new("REPAIR_DECIDED_OTHERWISE", "BX-1", sentence));
    }
    match &known.acceptance {
        None => return Err(Refusal::new("REPAIR_NOT_ACCEPTED", "D-14", "修复申请尚未受理")),
        Some(acceptance) if !acceptance.accepted => {
            return Err(Refusal::new(
                "REPAIR_NOT_ACCEPTED",
                "D-14",
                format!("修复申请未予受理：{}", acceptance.reason),
            ));
        }
        Some(_) => {}
    }
    in_force(entitled, "BX-1", around)?;
    required(reason, "BX-1", "审定意见")?;
    act(ListingAct::RepairDecided {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        granted,
        reason: reason.to_owned(),
        decided_on: around.today,
    })
}

fn revoke_repair(entitled: Entitled<'_>, at: &EntryRef, reason: &str, around: Surroundings<'_>) -> Decision {
    decides_repairs(&entitled.listing.case, around)?;
    let known = repair(entitled, at)?;
    if let Some(revocation) = &known.revocation {
        return already("REPAIR_REVOKED", format!("已于{}恢复公示", revocation.on));
    }
    let granted = known.decision.as_ref().filter(|decision| decision.stands);
    let granted =
        granted.ok_or_else(|| Refusal::new("REPAIR_NOT_GRANTED", "BX-1", "该申请没有获准修复，无从恢复公示"))?;
    if !around.policy.repair.false_promise_republishes {
        return Err(Refusal::new("REPUBLICATION_NOT_PROVIDED", "BX-1", "本制度没有规定承诺不实恢复公示"));
    }
    if let Some((other, exit)) = entitled.listing.exit().filter(|(exit, _)| **exit != granted.act) {
        let sentence = format!("该条目另已于{}退出（{}，{other}），不得恢复公示", exit.decided_on, exit.code);
        return Err(Refusal::new("ENTRY_EXITED", "BX-1", sentence));
    }
    required(reason, "BX-1", "承诺不实的事实")?;
    act(ListingAct::RepairRevoked {
        application: at.clone(),
        case: entitled.listing.case.clone(),
        reason: reason.to_owned(),
        revoked_on: around.today,
    })
}

/// The recogniser answers for his own entry (谁认定谁负责); nothing happens to it by the answer alone.
fn answer_conflict(
    entitled: Entitled<'_>,
    at: &EntryRef,
    kept: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let case = &entitled.listing.case;
    let unknown = || Refusal::new("NOTICE_UNKNOWN", "AMB-07", format!("没有收到过冲突通知{at}"));
    let notice = entitled.listing.conflicts.get(at).ok_or_else(unknown)?;
    if *around.me != around.offices.recogniser {
        let sentence = format!("冲突通知由认定单位答复（{}）", around.offices.recogniser);
        return Err(Refusal::new("NOTICE_NOT_HERE", "AMB-07", sentence));
    }
    if let Some(answer) = &notice.answer {
        return already("NOTICE_ANSWERED", format!("已于{}答复", answer.on));
    }
    required(reason, "AMB-07", "答复理由")?;
    act(ListingAct::ConflictAnswered {
        notice: at.clone(),
        case: case.clone(),
        kept,
        reason: reason.to_owned(),
        answered_on: around.today,
    })
}

fn answer_restoration(
    entitled: Entitled<'_>,
    at: &EntryRef,
    accepted: bool,
    reason: &str,
    around: Surroundings<'_>,
) -> Decision {
    let case = &entitled.listing.case;
    let unknown = || Refusal::new("OFFER_UNKNOWN", "AMB-14", format!("没有收到过恢复提议{at}"));
    let offer = entitled.listing.offers.get(at).ok_or_else(unknown)?;
    if *around.me != around.offices.recogniser {
        let sentence = format!("是否恢复由认定单位决定（{}）", around.offices.recogniser);
        return Err(Refusal::new("OFFER_NOT_HERE", "AMB-14", sentence));
    }
    if let Some(answer) = &offer.answer {
        return already("OFFER_ANSWERED", format!("已于{}答复", answer.on));
    }
    if let Some((_, exit)) = entitled.listing.exit().filter(|_| accepted) {
        let sentence = format!("{case}已于{}退出（{}）", exit.decided_on, exit.code);
        return Err(Refusal::new("ENTRY_EXITED", "AMB-14", sentence));
    }
    if let Some(valid_to) = offer.valid_to.filter(|valid_to| accepted && *valid_to < around.today) {
        let sentence = format!("原有效期已于{valid_to}届满，无剩余期限可以恢复");
        return Err(Refusal::new("ENTRY_EXPIRED", "AMB-14", sentence));
    }
    required(reason, "AMB-14", "答复理由")?;
    act(ListingAct::RestorationAnswered {
        offer: at.clone(),
        case: case.clone(),
        accepted,
        reason: reason.to_owned(),
        answered_on: around.today,
    })
}
