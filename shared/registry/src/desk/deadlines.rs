//! The clocks that run, kept by last day: what officers find due, and what a sweep must look at (F-P3).
//!
//! Every row follows from folded acts and the newest reference data, so that a rebuild finds the same and two nodes
//! never disagree about a due date. This desk comes after those whose folds it reads.

mod after;
mod lists;

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::act::{Act, PublicityOf};
use honghei_domain::case::Case;
use honghei_domain::clock::{self, Clock, Deadline, Due, Matter, Standing};
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{CaseId, Department};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{ClockKey, ClockPage, ClockRow, Tx};

use super::dossiers::{decode, encode};
use super::listing::any_policy;
use super::recognition::backlog;
use super::review::entry_in_list;
use super::{Desk, bulletin, dossiers, served};
use crate::context::{Context, Reference};
use crate::engine::DIRECTORY_META;
use crate::entry::Entry;
use crate::error::Fault;
use crate::view::case_of;

/// Rows counted anew at a time when a calendar comes.
const PAGE: u32 = 1024;
/// The last day of a clock that stands still: after every other.
const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Keeps the clocks.
#[derive(Debug)]
pub struct DeadlineDesk;

#[async_trait]
impl Desk for DeadlineDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let at = &entry.at;
        match entry.act() {
            Act::DirectoryPublished { .. } => count_anew(tx, cx).await,
            Act::NoticeServed { cases, served_on, .. } => match policy_for(tx, cx, entry).await? {
                Some(policy) => start(tx, cx, clock::of_notice(at, cases, *served_on, policy)).await,
                None => Ok(()),
            },
            Act::PublicityOpened { of: PublicityOf::Cases(cases), opened_on, ends_on, .. } => {
                let policy = policy_for(tx, cx, entry).await?;
                let days = (*opened_on, *ends_on);
                start(tx, cx, policy.and_then(|policy| clock::of_publicity(at, cases, days, policy))).await
            }
            Act::PublicityClosed { publicity, .. } if publicity.log.node == at.log.node => {
                for deadline in [Deadline::CandidatePublicity, Deadline::ReviewPublicity] {
                    end(tx, publicity, deadline).await?;
                }
                Ok(())
            }
            Act::MaterialsReceived { list, .. }
            | Act::ReviewSigned { list, .. }
            | Act::PublicityOpened { of: PublicityOf::List(list), .. } => lists::of_list(tx, cx, at, list).await,
            Act::ListCertified { .. } => {
                lists::notices_end(tx, cx, entry).await?;
                after::of_own_list(tx, cx, at).await
            }
            Act::ListApproved { list, .. } => after::of_own_list(tx, cx, list).await,
            Act::EntryWithdrawn { case, .. } if case.origin == at.log.node => {
                lists::of_withdrawn(tx, case).await?;
                for list in dossiers::lists_of_case(tx, case).await? {
                    after::of_own_list(tx, cx, &list).await?;
                }
                after::fold(tx, cx, entry).await
            }
            Act::EntryWithdrawn { .. } | Act::Listing(_) | Act::ActInterpreted { .. } | Act::ResultPublished { .. } => {
                after::fold(tx, cx, entry).await
            }
            _ => Ok(()),
        }
    }
}

/// A clock as officers look at it.
#[derive(Clone, Debug)]
pub struct Task {
    /// The clock.
    pub clock: Clock,
    /// Its last day, or what is left of it.
    pub due: Due,
    /// Where it stands today.
    pub standing: Standing,
}

/// A node's running clocks by last day, those that stand still last, and among them what the nodes directly below have
/// left overdue for so long that it is to see to it (AMB-17); at most `limit`.
pub async fn tasks(tx: &mut dyn Tx, cx: &Context, owner: &NodeId, limit: u32) -> Result<Vec<Task>, Fault> {
    let mut tasks = Vec::new();
    let mut after = None;
    while tasks.len() < limit as usize {
        let rows = tx.due_clocks(owner, &ClockPage { up_to: NEVER, after: after.clone(), limit }).await?;
        let Some(last) = rows.last() else { break };
        after = Some((last.due_on, last.key.clone()));
        for row in &rows {
            let task = task_of(cx, decode(&row.body, "a clock")?);
            // A statement period ends by itself: once over, it is nobody's task any more.
            if !(task.clock.deadline == Deadline::Statement && task.standing == Standing::Elapsed) {
                tasks.push(task);
            }
        }
    }
    tasks.extend(escalated_below(tx, cx, owner).await?);
    for clock in periodic(tx, cx, owner).await?.into_iter().filter(Clock::is_open) {
        tasks.push(task_of(cx, clock));
    }
    tasks.sort_by_key(|task| task.due.date().map_or(NEVER, |due| due.on));
    tasks.truncate(limit as usize);
    Ok(tasks)
}

/// The clocks that the calendar starts: bulletins and campaigns. No fold keeps them, because none depends on the day.
async fn periodic(tx: &mut dyn Tx, cx: &Context, owner: &NodeId) -> Result<Vec<Clock>, Fault> {
    let mut clocks = bulletin::clocks(tx, cx, owner).await?;
    clocks.extend(backlog::clocks(tx, cx, owner).await?);
    Ok(clocks)
}

/// The clocks of the nodes directly below that have escalated: overdue for days, approved by nothing.
async fn escalated_below(tx: &mut dyn Tx, cx: &Context, owner: &NodeId) -> Result<Vec<Task>, Fault> {
    let mut tasks = Vec::new();
    for below in cx.directory().nodes.iter().filter(|node| node.parent.as_ref() == Some(owner)) {
        let mut after = None;
        loop {
            let page = ClockPage { up_to: cx.now.today, after: after.clone(), limit: PAGE };
            let rows = tx.due_clocks(&below.id, &page).await?;
            let Some(last) = rows.last() else { break };
            after = Some((last.due_on, last.key.clone()));
            for row in &rows {
                tasks.push(task_of(cx, decode(&row.body, "a clock")?));
            }
        }
        for clock in periodic(tx, cx, &below.id).await?.into_iter().filter(Clock::is_open) {
            tasks.push(task_of(cx, clock));
        }
    }
    tasks.retain(|task| matches!(task.standing, Standing::Escalated { .. }));
    Ok(tasks)
}

/// Every clock of one deadline that the calendar starts for a node (D-08, D-12), those that were met too.
pub async fn clocks_of_deadline(
    tx: &mut dyn Tx,
    cx: &Context,
    owner: &NodeId,
    deadline: Deadline,
) -> Result<Vec<Task>, Fault> {
    let clocks = periodic(tx, cx, owner).await?.into_iter().filter(|clock| clock.deadline == deadline);
    Ok(clocks.map(|clock| task_of(cx, clock)).collect())
}

/// Every clock of a case with its reasons, in the order they were started; none for a case that is not known here.
pub async fn clocks_of(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<Option<Vec<Task>>, Fault> {
    let Some(case) = case_of(tx, id).await? else { return Ok(None) };
    let pinned = cx.reference.quoted(&case.policy);
    let Some(policy) = pinned.or_else(|| policy_of(cx, &case.entry.department)) else { return Ok(Some(Vec::new())) };
    let mut folded: Vec<Dossier> = Vec::new();
    for list in dossiers::lists_of_case(tx, id).await? {
        if let Some(dossier) = dossiers::read(tx, &list).await?
            && entry_in_list(tx, &list, id).await?.is_some()
        {
            folded.push(dossier);
        }
    }
    let policy = match folded.last() {
        Some(dossier) => dossiers::policy_of(cx, dossier)?,
        None => policy,
    };
    let mut clocks = clock::of_case(&case, &folded, policy);
    clocks.extend(validity_of(tx, &case, policy).await?);
    clocks.extend(after::clocks_of_listed(tx, cx, id).await?);
    Ok(Some(clocks.into_iter().map(|clock| task_of(cx, clock)).collect()))
}

fn task_of(cx: &Context, clock: Clock) -> Task {
    let calendar = &cx.reference.calendar;
    Task { due: clock.due(calendar), standing: clock.standing_on(cx.now.today, calendar), clock }
}

/// The validity that the served list says (D-04, D-05).
async fn validity_of(tx: &mut dyn Tx, case: &Case, policy: &Policy) -> Result<Option<Clock>, Fault> {
    let row = served::row_of_case(tx, &SubjectKey::of(&case.entry.subject), case.id()).await?;
    let latest = tx.latest_result().await?;
    Ok(row
        .zip(latest)
        .and_then(|(row, latest)| clock::of_validity(case.id(), case.entry.kind, &latest.at, row.valid_from, policy)))
}

/// Counts every running clock by the newest reference data, where calendar or policies changed.
async fn count_anew(tx: &mut dyn Tx, cx: &Context) -> Result<(), Fault> {
    let Some(bytes) = tx.meta(DIRECTORY_META).await? else { return Ok(()) };
    let newest = Reference::read(crate::engine::read_directory(&bytes)?)?;
    if newest.calendar == cx.reference.calendar {
        return Ok(());
    }
    let mut after: Option<ClockKey> = None;
    loop {
        let rows = tx.all_clocks(after.as_ref(), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.key.clone());
        let mut moved = Vec::new();
        for row in rows {
            let clock: Clock = decode(&row.body, "a clock")?;
            let counted = row_of(&clock, row.key.clone(), &newest)?;
            if counted != row {
                moved.push(counted);
            }
        }
        tx.put_clocks(&moved).await?;
    }
}

async fn start(tx: &mut dyn Tx, cx: &Context, clock: Option<Clock>) -> Result<(), Fault> {
    let Some(clock) = clock else { return Ok(()) };
    let case = match &clock.matter {
        Matter::Case(case) => case.clone(),
        Matter::List(list) => whole(&list.log.node),
        Matter::Published(recogniser, _) => whole(recogniser),
        Matter::Cases(_) | Matter::Bulletin(..) | Matter::Campaign(_) => whole(&clock.owner),
    };
    put(tx, cx, clock, &case).await
}

async fn put(tx: &mut dyn Tx, cx: &Context, clock: Clock, case: &CaseId) -> Result<(), Fault> {
    let Some(act) = &clock.started.act else { return Ok(()) };
    let key = key(act, clock.deadline, case);
    Ok(tx.put_clocks(&[row_of(&clock, key, &cx.reference)?]).await?)
}

async fn end(tx: &mut dyn Tx, started: &EntryRef, deadline: Deadline) -> Result<(), Fault> {
    for row in tx.clocks_of_act(started, deadline.code()).await? {
        tx.remove_clock(&row.key).await?;
    }
    Ok(())
}

fn row_of(clock: &Clock, key: ClockKey, reference: &Reference) -> Result<ClockRow, Fault> {
    let (due_on, provisional) = match clock.due(&reference.calendar) {
        Due::On(due) => (due.on.min(NEVER), due.provisional),
        Due::Stopped(remaining) => (NEVER, remaining.provisional),
    };
    Ok(ClockRow { key, owner: clock.owner.clone(), due_on, provisional, body: encode(clock, "a clock")? })
}

fn key(act: &EntryRef, deadline: Deadline, case: &CaseId) -> ClockKey {
    ClockKey { act: act.clone(), code: deadline.code().to_owned(), case: case.clone() }
}

/// The place of a clock on a whole list or several cases of a node.
fn whole(node: &NodeId) -> CaseId {
    CaseId { origin: node.clone(), number: 0 }
}

/// The policy that a recogniser's preparing act falls under: named by the act, or that of its first case.
async fn policy_for<'a>(tx: &mut dyn Tx, cx: &'a Context, entry: &Entry) -> Result<Option<&'a Policy>, Fault> {
    if let Some(policy) = cx.reference.quoted(&entry.body.policy) {
        return Ok(Some(policy));
    }
    let (Act::NoticeServed { cases, .. } | Act::PublicityOpened { of: PublicityOf::Cases(cases), .. }) = entry.act()
    else {
        return Ok(None);
    };
    let origin = entry.at.log.node.clone();
    if let Some(number) = cases.iter().next()
        && let Some(case) = case_of(tx, &CaseId { origin: origin.clone(), number }).await?
    {
        return Ok(cx.reference.quoted(&case.policy).or_else(|| policy_of(cx, &case.entry.department)));
    }
    Ok(any_policy(cx, &origin))
}

fn policy_of<'a>(cx: &'a Context, department: &Department) -> Option<&'a Policy> {
    cx.reference.policy_of(department).map(|(_, policy)| policy)
}
