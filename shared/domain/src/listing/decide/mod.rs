//! What a command on a listed entry comes to: an act, or why not.

mod dispute;
mod repair;

use chrono::NaiveDate;

use super::Offices;
use super::act::ListingAct;
use super::command::ListingCommand;
use super::record::Listing;
use crate::calendar::{CountStartDay, WorkCalendar};
use crate::final_list::PublicRow;
use crate::list::{ListEntry, ListKind};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Actor, ExitCode, Policy};
use crate::refusal::{AlreadyDone, Decided, Refusal};
use dispute::{decide_dispute, receive_dispute, verify_dispute};
use repair::{accept_repair, decide_repair, receive_repair, revoke_repair};

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
