//! Steps before recognition: notice, publicity, statements; and withdrawal.

use honghei_domain::act::{Act, PublicityOf};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::case::{Case, CaseCommand, CaseEvent, Stage};
use honghei_domain::list::{CaseId, CaseSet};
use honghei_domain::policy::Policy;
use honghei_domain::refusal::{Decided, Refusal};
use honghei_store::Tx;

use super::cases::{StoredCase, pages, read_number};
use crate::command::{Adoption, Command};
use crate::context::Context;
use crate::desk::{Proposed, dossiers};
use crate::engine::{draft_under, local_draft, plain_draft};
use crate::entry::Draft;
use crate::error::{CommandError, Fault};

/// Drafts a step.
pub async fn propose(tx: &mut dyn Tx, cx: &Context, command: &Command) -> Result<Option<Proposed>, CommandError> {
    Ok(Some(match command {
        Command::ServeNotice { cases, method, served_on, proof } => {
            let asked =
                CaseCommand::ServeNotice { method: method.clone(), served_on: *served_on, proof: proof.clone() };
            let Fitting { cases, left, .. } = fitting(tx, cx, cases, &asked).await?;
            let summary = format!("登记已于{served_on}向{}个主体送达告知书{}", cases.len(), remaining(left));
            let policy = pinned(tx, cx, &cases).await?;
            let act = Act::NoticeServed { cases, method: method.clone(), served_on: *served_on, proof: proof.clone() };
            Proposed { draft: under(policy, cx, act), summary }
        }
        Command::PublicizeCases { cases, channel } => {
            let asked = CaseCommand::OpenPublicity { channel: channel.clone() };
            let Fitting { cases, event, left } = fitting(tx, cx, cases, &asked).await?;
            let CaseEvent::PublicityOpened { opened_on, ends_on, .. } = event else {
                return Err(Fault::inconsistent("an opened publicity").into());
            };
            let summary =
                format!("公示{}个初选对象，{opened_on}至{ends_on}，渠道：{channel}{}", cases.len(), remaining(left));
            let policy = pinned(tx, cx, &cases).await?;
            let act =
                Act::PublicityOpened { of: PublicityOf::Cases(cases), channel: channel.clone(), opened_on, ends_on };
            Proposed { draft: under(policy, cx, act), summary }
        }
        Command::ReceiveStatement { case, by, grounds } => {
            let asked =
                CaseCommand::ReceiveStatement { by: by.clone(), grounds: grounds.clone(), received_on: cx.now.today };
            one(tx, cx, case, &asked).await?;
            let act = Act::StatementReceived {
                case: case.clone(),
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: cx.now.today,
            };
            Proposed { draft: local_draft(cx, act), summary: format!("登记{case}的陈述申辩") }
        }
        Command::DisposeStatement { statement, adopted, reason } => {
            let petition = tx
                .petition(statement)
                .await?
                .ok_or_else(|| Refusal::new("STATEMENT_UNKNOWN", "R-021", format!("没有登记过陈述申辩{statement}")))?;
            let adopted = *adopted == Adoption::Adopted;
            let asked = CaseCommand::DisposeStatement { statement: statement.clone(), adopted, reason: reason.clone() };
            one(tx, cx, &petition.case, &asked).await?;
            let act = Act::StatementDisposed {
                statement: statement.clone(),
                case: petition.case.clone(),
                adopted,
                reason: reason.clone(),
                decided_on: cx.now.today,
            };
            let decision = if adopted { "采纳" } else { "不予采纳" };
            Proposed { draft: local_draft(cx, act), summary: format!("对{}的陈述申辩{decision}", petition.case) }
        }
        Command::Withdraw { case, code, reason } => {
            let stored = require(tx, cx, case).await?;
            if let Stage::Final { .. } = folded(tx, &stored.case).await?.stage {
                let sentence = format!("{case}已列入名单，请按退出程序办理（退出事由由制度规定的单位决定）");
                return Err(Refusal::new("ENTRY_LISTED", "R-050", sentence).into());
            }
            let asked = CaseCommand::Withdraw { code: code.clone(), reason: reason.clone() };
            one(tx, cx, case, &asked).await?;
            let act = Act::EntryWithdrawn {
                case: case.clone(),
                code: code.clone(),
                reason: reason.clone(),
                decided_on: cx.now.today,
            };
            Proposed { draft: upward_draft(cx, act), summary: format!("撤出{case}，事由{code}") }
        }
        _ => return Ok(None),
    }))
}

/// The version of the policy that the first of these cases was collected under; empty where it names none.
async fn pinned(tx: &mut dyn Tx, cx: &Context, cases: &CaseSet) -> Result<String, Fault> {
    let Some(first) = cases.iter().next() else { return Ok(String::new()) };
    Ok(read_number(tx, cx.me(), first).await?.map(|stored| stored.case.policy).unwrap_or_default())
}

/// A draft for this node alone, done under a version of a policy: its clocks are counted by that one for ever.
fn under(policy: String, cx: &Context, act: Act) -> Draft {
    draft_under(cx, policy, act, Audience::of(Scope::Local))
}

/// A draft that everybody above may read.
pub fn upward_draft(cx: &Context, act: Act) -> Draft {
    plain_draft(cx, act, Audience::of(Scope::Up))
}

/// An own case, or a refusal that names it.
pub async fn require(tx: &mut dyn Tx, cx: &Context, case: &CaseId) -> Result<StoredCase, CommandError> {
    let found = if case.origin == *cx.me() { read_number(tx, cx.me(), case.number).await? } else { None };
    found.ok_or_else(|| Refusal::new("CASE_UNKNOWN", "R-008", format!("本节点没有案件{case}")).into())
}

/// A case with what befell its list and what the comparison found.
pub async fn folded(tx: &mut dyn Tx, case: &Case) -> Result<Case, Fault> {
    crate::fold::folded(tx, case).await
}

/// What a command comes to on one case; `None` when it is already done.
pub async fn event_of(
    tx: &mut dyn Tx,
    cx: &Context,
    case: &Case,
    asked: &CaseCommand,
) -> Result<Option<CaseEvent>, CommandError> {
    let place = dossiers::next_place(tx, cx).await?;
    let policy = policy_of(cx, case)?;
    let surroundings = dossiers::surroundings(cx, policy, &place)?;
    match case.decide(asked, &surroundings)? {
        Decided::AlreadyDone(_) => Ok(None),
        Decided::Acts(events) => Ok(events.into_iter().next()),
    }
}

/// The policy a case is judged by: the version it is pinned to, else the newest of its department.
pub fn policy_of<'a>(cx: &'a Context, case: &Case) -> Result<&'a Policy, CommandError> {
    let found = match case.policy.as_str() {
        "" => cx.reference.policy_of(&case.entry.department).map(|(_, policy)| policy),
        pinned => cx.reference.quoted(pinned),
    };
    found.ok_or_else(|| {
        let sentence = format!("没有适用于部门{}的制度{}", case.entry.department.0, case.policy);
        Refusal::new("POLICY_MISSING", "R-002", sentence).into()
    })
}

async fn one(tx: &mut dyn Tx, cx: &Context, case: &CaseId, asked: &CaseCommand) -> Result<CaseEvent, CommandError> {
    let stored = require(tx, cx, case).await?;
    let folded = folded(tx, &stored.case).await?;
    match event_of(tx, cx, &folded, asked).await? {
        Some(event) => Ok(event),
        None => Err(CommandError::AlreadyDone(format!("{case}已经办理"))),
    }
}

/// The cases that one act takes the same step for.
struct Fitting {
    cases: CaseSet,
    /// What the step comes to for each of them.
    event: CaseEvent,
    /// Cases that it fits as well, over another period: they need an act of their own.
    left: u64,
}

/// What the officer is told of those.
fn remaining(left: u64) -> String {
    if left == 0 {
        String::new()
    } else {
        format!("；另有{left}个适用其他制度版本、期限不同，请再次办理")
    }
}

/// Working days, and whether the first one counts; none for a step that opens no period.
type Period = Option<(u32, bool)>;

/// The period of a step under a policy.
fn period(policy: &Policy, asked: &CaseCommand) -> Period {
    let terms = &policy.terms;
    let days = match asked {
        CaseCommand::ServeNotice { .. } => terms.statement_days,
        CaseCommand::OpenPublicity { .. } => terms.candidate_publicity_days,
        _ => return None,
    };
    Some((days, terms.count_start_day))
}

/// The cases a step fits: of a named set all must fit, of an empty set those that do. One act opens one period, and
/// each case has that of the version it was collected under: a set over two periods is two acts.
async fn fitting(tx: &mut dyn Tx, cx: &Context, cases: &CaseSet, asked: &CaseCommand) -> Result<Fitting, CommandError> {
    let place = dossiers::next_place(tx, cx).await?;
    let mut numbers = Vec::new();
    let mut event = None;
    let mut done = 0_u64;
    let mut first: Option<(CaseId, String, Period)> = None;
    let mut left = 0_u64;
    let mut after = cases.0.first().map_or(0, |(first, _)| first.saturating_sub(1));
    loop {
        let (page, next) = pages(tx, cx.me(), cases, after).await?;
        for stored in page {
            let policy = policy_of(cx, &stored.case)?;
            let surroundings = dossiers::surroundings(cx, policy, &place)?;
            match stored.case.decide(asked, &surroundings) {
                Ok(Decided::Acts(events)) => {
                    let own = period(policy, asked);
                    match &first {
                        Some((known, pin, of_known)) if *of_known != own => {
                            if !cases.is_empty() {
                                return Err(apart((known, pin, *of_known), (stored.case.id(), policy, own)).into());
                            }
                            left += 1;
                            continue;
                        }
                        Some(_) => {}
                        None => first = Some((stored.case.id().clone(), policy.pin().to_string(), own)),
                    }
                    numbers.push(stored.case.id().number);
                    event = event.or(events.into_iter().next());
                }
                Ok(Decided::AlreadyDone(_)) => done += 1,
                Err(refusal) if !cases.is_empty() => {
                    let zh = format!("{}：{}", stored.case.id(), refusal.zh);
                    return Err(Refusal { zh, ..refusal }.into());
                }
                Err(_) => {}
            }
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let found = numbers.len() as u64 + done;
    if !cases.is_empty() && found < cases.len() {
        let sentence = format!("所列案件中有{}个不存在", cases.len() - found);
        return Err(Refusal::new("CASE_UNKNOWN", "R-008", sentence).into());
    }
    match event {
        Some(event) => Ok(Fitting { cases: CaseSet::from_numbers(numbers), event, left }),
        None if done > 0 => Err(CommandError::AlreadyDone(format!("{done}个案件均已办理"))),
        None => Err(Refusal::new("NOTHING_FITS", "R-021", "没有可以办理此步骤的案件").into()),
    }
}

/// Two cases of a named set whose periods differ.
fn apart(
    (one, pin, of_one): (&CaseId, &str, Period),
    (other, policy, of_other): (&CaseId, &Policy, Period),
) -> Refusal {
    let days = |period: Period| match period {
        Some((days, true)) => format!("{days}个工作日，起算日计入"),
        Some((days, false)) => format!("{days}个工作日"),
        None => String::new(),
    };
    let sentence = format!(
        "{one}适用{pin}（{}），{other}适用{}（{}），期限不同，请按制度版本分别办理",
        days(of_one),
        policy.pin(),
        days(of_other)
    );
    Refusal::new("POLICY_VERSIONS_DIFFER", "R-010", sentence)
}
