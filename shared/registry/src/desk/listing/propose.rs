//! From an officer's command on listed entries to a draft.

use honghei_domain::act::{Act, Officer, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::comparison::Outcome;
use honghei_domain::list::CaseId;
use honghei_domain::listing::{Entitled, ExitPlace, ListingAct, ListingCommand, decide};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::permit::{Action, separate};
use honghei_domain::policy::Policy;
use honghei_domain::refusal::{Decided, Refusal};
use honghei_store::Tx;

use super::{keep, offices, own, pinned, policy_of_node, surroundings, view};
use crate::context::Context;
use crate::desk::{Proposed, members, served};
use crate::engine::draft_under;
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};

/// Exits in one filing at most.
const EXITS: usize = 1024;

pub(super) async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    officer: &Officer,
    command: &ListingCommand,
) -> Result<Proposed, CommandError> {
    match command {
        ListingCommand::AnnounceList { channel, receipt } => announce_list(tx, cx, channel, receipt).await,
        ListingCommand::AnnounceExit { exit, channel, receipt } => announce_exit(tx, cx, exit, channel, receipt).await,
        ListingCommand::FileExits => file_exits(tx, cx).await,
        _ => on_entry(tx, cx, officer, command).await,
    }
}

/// The case a command means: it names one, or the act it answers does.
async fn case_of(tx: &mut dyn Tx, command: &ListingCommand) -> Result<(CaseId, Option<EntryRef>), CommandError> {
    let answered = match command {
        ListingCommand::ReceiveDispute { case, .. }
        | ListingCommand::Exit { case, .. }
        | ListingCommand::ReceiveRepair { case, .. } => return Ok((case.clone(), None)),
        ListingCommand::VerifyDispute { dispute, .. } | ListingCommand::DecideDispute { dispute, .. } => dispute,
        ListingCommand::AcceptRepair { application, .. }
        | ListingCommand::DecideRepair { application, .. }
        | ListingCommand::RevokeRepair { application, .. } => application,
        ListingCommand::AnswerRestoration { offer, .. } => offer,
        ListingCommand::AnswerConflict { notice, .. } => notice,
        ListingCommand::AnnounceList { .. } | ListingCommand::AnnounceExit { .. } | ListingCommand::FileExits => {
            return Err(Fault::inconsistent("a command on one entry").into());
        }
    };
    let unknown = || Refusal::new("ACT_UNKNOWN", "F-09", format!("没有登记过{answered}"));
    let row = tx.entry(answered).await?.ok_or_else(unknown)?;
    let entry = Entry::read(&row)?.ok_or_else(unknown)?;
    match entry.act() {
        Act::Listing(act) => Ok((act.case().cloned().ok_or_else(unknown)?, Some(answered.clone()))),
        _ => Err(unknown().into()),
    }
}

async fn on_entry(
    tx: &mut dyn Tx,
    cx: &Context,
    officer: &Officer,
    command: &ListingCommand,
) -> Result<Proposed, CommandError> {
    let (case, answered) = case_of(tx, command).await?;
    let unknown = || Refusal::new("CASE_UNKNOWN", "R-008", format!("本节点没有条目{case}"));
    let place = keep::place_of(tx, &case).await?.ok_or_else(unknown)?;
    let policy = policy(cx, &case.origin)?;
    let offices = offices(cx, &case.origin);
    let listing = keep::listing(tx, &case).await?;
    let verdicts = served::verdicts_of(tx, &case).await?;
    let compared = verdicts
        .last()
        .is_some_and(|(_, detail)| matches!(detail.verdict.outcome, Outcome::Removed { .. } | Outcome::Held { .. }));
    let entitled = Entitled { listing: &listing, entry: &place.entry, row: place.row.as_ref(), compared };
    let act = match decide(command, entitled, surroundings(cx, policy, &offices))? {
        Decided::Acts(act) => act,
        Decided::AlreadyDone(done) => return Err(CommandError::AlreadyDone(done.zh)),
    };
    let hands = match &answered {
        Some(at) => hands_of(tx, cx, at).await?,
        None => Vec::new(),
    };
    separate(&hands, command.action(), &officer.id)?;
    let summary = summary(&act);
    let audience = Audience::of(Scope::Up).and(case.origin.clone());
    let audience = if case.origin == *cx.me() { Audience::of(Scope::Up) } else { audience };
    let files = match command {
        ListingCommand::ReceiveRepair { materials, .. } => materials.attachments.as_slice(),
        _ => &[],
    };
    let draft = draft(cx, policy, act, audience.clone()).with_hands(hands).with_files(files, &audience);
    Ok(Proposed { draft, summary })
}

/// Who signed the act that is answered, where it is this node's: who received it does not decide it (F-P5).
async fn hands_of(tx: &mut dyn Tx, cx: &Context, at: &EntryRef) -> Result<Vec<(Action, OfficerId)>, Fault> {
    if at.log.node != *cx.me() {
        return Ok(Vec::new());
    }
    match Entry::find(tx, at).await? {
        Some(entry) => Ok(members::hands_of(&entry)),
        None => Ok(Vec::new()),
    }
}

fn policy<'a>(cx: &'a Context, recogniser: &NodeId) -> Result<&'a Policy, CommandError> {
    let missing = || Refusal::new("POLICY_MISSING", "R-002", format!("没有适用于{recogniser}的制度"));
    Ok(policy_of_node(cx, recogniser).ok_or_else(missing)?)
}

fn draft(cx: &Context, policy: &Policy, act: ListingAct, audience: Audience) -> Draft {
    draft_under(cx, policy.pin().to_string(), Act::Listing(act), audience)
}

fn summary(act: &ListingAct) -> String {
    match act {
        ListingAct::DisputeReceived { case, mark_due_on, decide_due_on, .. } => {
            format!("登记对{case}的异议：{mark_due_on}前加注异议标识，{decide_due_on}前作出决定")
        }
        ListingAct::DisputeVerified { case, stands, .. } => {
            format!("核实对{case}的异议：{}", if *stands { "情况属实" } else { "情况不属实" })
        }
        ListingAct::DisputeDecided { case, upheld, code, .. } => match code {
            Some(code) => format!("对{case}的异议成立，该条目更正退出（{code}）"),
            None if *upheld => format!("对{case}的异议成立"),
            None => format!("对{case}的异议不成立"),
        },
        ListingAct::EntryExited { case, code, .. } => format!("{case}退出名单，事由{code}"),
        ListingAct::RepairApplied { case, accept_due_on, attachments, .. } => {
            let files =
                if attachments.is_empty() { String::new() } else { format!("，附件{}个", attachments.len()) };
            format!("收到{case}的信用修复申请{files}，{accept_due_on}前决定是否受理")
        }
        ListingAct::RepairAccepted { case, accepted: true, decide_due_on, .. } => {
            format!("受理{case}的信用修复申请，{decide_due_on}前审定")
        }
        ListingAct::RepairAccepted { case, reason, .. } => format!("不予受理{case}的信用修复申请：{reason}"),
        ListingAct::RepairDecided { case, granted: true, .. } => format!("同意{case}信用修复，退出黑名单（BX-1）"),
        ListingAct::RepairDecided { case, .. } => format!("不同意{case}信用修复"),
        ListingAct::RepairRevoked { case, .. } => format!("{case}信用承诺不实，恢复公示"),
        ListingAct::RestorationAnswered { case, accepted: true, .. } => format!("同意恢复{case}，剩余期限不变"),
        ListingAct::RestorationAnswered { case, .. } => format!("不恢复{case}"),
        ListingAct::ConflictAnswered { case, kept: true, .. } => format!("答复冲突通知：保留{case}"),
        ListingAct::ConflictAnswered { case, .. } => format!("答复冲突通知：不保留{case}，撤出另行办理"),
        other => other.kind().to_owned(),
    }
}

async fn announce_list(tx: &mut dyn Tx, cx: &Context, channel: &str, receipt: &str) -> Result<Proposed, CommandError> {
    told(channel, receipt)?;
    let policy = policy(cx, cx.me())?;
    let version = match tx.latest_result().await? {
        Some(latest) => latest.version,
        None if !policy.publication.own_publication => {
            return Err(Refusal::new("NO_RESULT", "R-030", "省级尚未公布比对结果，不得先行公布").into());
        }
        // It publishes by itself, and has something to publish once its body passed it.
        None if own::has_passed_one(tx, cx).await? => 0,
        None => {
            let sentence = format!("尚无经{}审查通过的名单，不得公布", policy.approval.body);
            return Err(Refusal::new("NOTHING_PASSED", "R-032", sentence).into());
        }
    };
    let act = ListingAct::ListAnnounced {
        version,
        channel: channel.to_owned(),
        receipt: receipt.to_owned(),
        announced_on: cx.now.today,
    };
    let what = match version {
        0 => "本单位审查通过的名单".to_owned(),
        version => format!("第{version}版名单"),
    };
    let summary = format!("登记{what}在{channel}公布，回执：{receipt}");
    Ok(Proposed { draft: draft(cx, policy, act, Audience::of(Scope::All)), summary })
}

fn told(channel: &str, receipt: &str) -> Result<(), Refusal> {
    if channel.trim().is_empty() || receipt.trim().is_empty() {
        return Err(Refusal::new("FIELD_MISSING", "R-040", "请填写公布渠道和渠道回执"));
    }
    Ok(())
}

async fn announce_exit(
    tx: &mut dyn Tx,
    cx: &Context,
    exit: &ExitPlace,
    channel: &str,
    receipt: &str,
) -> Result<Proposed, CommandError> {
    told(channel, receipt)?;
    let unknown = || Refusal::new("EXIT_UNKNOWN", "R-042", format!("没有应公布的退出{}", exit.act));
    let departure = keep::departure(tx, exit).await?.ok_or_else(unknown)?;
    let done_under = pinned::of_exit(tx, cx, &departure).await?;
    let policy = done_under.map_or_else(|| policy(cx, &exit.recogniser), Ok)?;
    if !offices(cx, &exit.recogniser).announces(cx.me()) {
        return Err(unknown().into());
    }
    if departure.announcements.values().any(|known| known.channel == channel) {
        return Err(CommandError::AlreadyDone(format!("该退出已在{channel}公布")));
    }
    let original = view::channels_before(tx, cx, &exit.recogniser, departure.decided_on).await?;
    if !departure.missing_channels(policy, &original).iter().any(|missing| missing == channel) {
        let sentence = format!("{channel}不是该条目原公布渠道，或者该退出不须公布");
        return Err(Refusal::new("CHANNEL_NOT_ORIGINAL", "R-042", sentence).into());
    }
    let summary = format!("登记退出公告在{channel}公布，回执：{receipt}。公告内容：{}", departure.notice(policy));
    let act = ListingAct::ExitAnnounced {
        exit: exit.clone(),
        channel: channel.to_owned(),
        receipt: receipt.to_owned(),
        announced_on: cx.now.today,
    };
    let audience = Audience::of(Scope::Up);
    let audience = if exit.recogniser == *cx.me() { audience } else { audience.and(exit.recogniser.clone()) };
    Ok(Proposed { draft: draft(cx, policy, act, audience), summary })
}

/// Files every exit that is this node's to file and was not filed (D-06, D-07).
async fn file_exits(tx: &mut dyn Tx, cx: &Context) -> Result<Proposed, CommandError> {
    let root = cx.root().ok_or_else(|| Fault::Directory { what: "a province".to_owned() })?.clone();
    if root == *cx.me() {
        return Err(Refusal::new("FILING_WITH_ONESELF", "AMB-16b", "省级自行导入的条目不向自己备案").into());
    }
    let policy = policy(cx, cx.me())?;
    let mut exits = Vec::new();
    let mut late = 0_usize;
    let mut audience = Audience::of(Scope::Up);
    for departure in keep::departures(tx, None).await? {
        let recogniser = departure.place.recogniser.clone();
        let mine = offices(cx, &recogniser).filer.as_ref() == Some(cx.me());
        let filed_under = pinned::of_exit(tx, cx, &departure).await?.unwrap_or(policy);
        if !mine || !departure.filings.is_empty() || !departure.must_be_filed(filed_under) || exits.len() == EXITS {
            continue;
        }
        late += usize::from(departure.filing_due(filed_under, &cx.reference.calendar).is_past(cx.now.today));
        if recogniser != *cx.me() {
            audience = audience.and(recogniser);
        }
        exits.push(departure.place);
    }
    if exits.is_empty() {
        return Err(CommandError::AlreadyDone("没有应备案而未备案的退出".to_owned()));
    }
    let mut summary = format!("向{root}备案退出{}件", exits.len());
    if late > 0 {
        summary.push_str(&format!("，其中{late}件已超过{}日期限", policy.terms.filing_days));
    }
    let act = ListingAct::ExitsFiled { exits, to: root, filed_on: cx.now.today };
    Ok(Proposed { draft: draft(cx, policy, act, audience), summary })
}
