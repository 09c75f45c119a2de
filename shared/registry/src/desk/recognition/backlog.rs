//! The back-log campaign: which own cases belong to it, how far each is, and its clock (R-035, D-08).
//!
//! Nobody else sees a node's candidates. What the level above must know of a campaign that was not finished, so that it
//! can see to it as to every missed day (AMB-17), is how many records are left: the node tells that number by itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::bulletin::{BacklogTold, BulletinAct};
use honghei_domain::case::StageName;
use honghei_domain::clock::{self, Clock, Standing};
use honghei_domain::list::{Department, ListEntry, ListKind};
use honghei_domain::node::{NodeId, Tier};
use honghei_domain::policy::{Backlog, Policy};
use honghei_domain::refusal::Refusal;
use honghei_store::{CaseFilter, ListingRow, Tx};

use super::cases::{StoredCase, read_case};
use crate::context::Context;
use crate::desk::dossiers::{decode, encode};
use crate::engine::plain_draft;
use crate::entry::Draft;
use crate::error::{CommandError, Fault};
use crate::fold::folded;
use crate::question::Told;

/// Own cases read at a time.
const PAGE: u32 = 1024;

/// Stages before recognition.
const PREPARING: [StageName; 5] = [
    StageName::Candidate,
    StageName::Noticed,
    StageName::InPublicity,
    StageName::Publicised,
    StageName::UnderVerification,
];

/// What a node told of a campaign after its last day, by department.
const TOLD: &str = "backlog";

/// The running clocks of a node's campaigns (D-08). Of another node's it is known what that node told: a campaign with
/// records left, once the level above is to see to it.
///
/// A campaign's clock runs to its last day; after it, as long as a record of the campaign is not recognised. What was
/// collected later belongs to none, so that a node which joins late, or imports old records later, owes nothing.
pub async fn clocks(tx: &mut dyn Tx, cx: &Context, owner: &NodeId) -> Result<Vec<Clock>, Fault> {
    let mut clocks = Vec::new();
    if owner != cx.me() {
        for told in told_by(tx, owner).await?.into_iter().filter(|told| told.remaining > 0) {
            let Some((_, policy)) = cx.reference.policy_of(&told.department) else { continue };
            if policy.backlog.is_some_and(|campaign| campaign.recognised_by == told.recognised_by) {
                clocks.extend(clock::of_campaign(owner, &told.department, policy));
            }
        }
        return Ok(clocks);
    }
    for (department, policy, campaign) in campaigns(cx)? {
        if campaign.is_open(cx.now.today) || remaining(tx, cx, department, campaign, 1).await? > 0 {
            clocks.extend(clock::of_campaign(owner, department, policy));
        }
    }
    Ok(clocks)
}

/// The campaigns of the departments this node recognises for, that have begun.
fn campaigns(cx: &Context) -> Result<Vec<(&Department, &Policy, Backlog)>, Fault> {
    let record = cx.record()?;
    if record.tier == Tier::Province {
        return Ok(Vec::new());
    }
    let policies = record.departments.iter().filter_map(|department| {
        let (_, policy) = cx.reference.policy_of(department)?;
        let campaign = policy.backlog.filter(|campaign| campaign.arising_from <= cx.now.today)?;
        Some((department, policy, campaign))
    });
    Ok(policies.collect())
}

fn belongs(stored: &StoredCase, department: &Department, campaign: Backlog) -> bool {
    let entry = &stored.case.entry;
    entry.department == *department && campaign.holds(entry, stored.collected_on)
}

/// What is said of records that are collected while their policy's campaign runs: how many belong to it, and until when
/// they are to be recognised. Nothing where none runs.
pub(super) fn sentence(entries: impl Iterator<Item = ListEntry>, policy: &Policy, today: NaiveDate) -> String {
    let Some(campaign) = policy.backlog.filter(|campaign| campaign.is_open(today)) else { return String::new() };
    match entries.filter(|entry| campaign.holds(entry, today)).count() {
        0 => String::new(),
        count => format!("；其中存量{count}条，应于{}前认定", campaign.recognised_by),
    }
}

/// How many records of a campaign wait for their recognition, counted up to `most`.
///
/// Cases are numbered as they are collected: the first timely one ends the search, so that a node whose campaign is
/// long over reads nothing else.
async fn remaining(
    tx: &mut dyn Tx,
    cx: &Context,
    department: &Department,
    campaign: Backlog,
    most: u64,
) -> Result<u64, Fault> {
    let mut found = 0;
    for stage in PREPARING {
        let mut after = 0;
        'stage: loop {
            let stage = Some(stage.as_str().to_owned());
            let filter = CaseFilter { stage, after, limit: PAGE, ..CaseFilter::default() };
            let rows = tx.cases(cx.me(), &filter).await?;
            for row in &rows {
                let stored = read_case(row)?;
                if stored.collected_on > campaign.recognised_by {
                    break 'stage;
                }
                found += u64::from(belongs(&stored, department, campaign));
                if found >= most {
                    return Ok(found);
                }
            }
            match rows.last() {
                Some(row) if rows.len() == PAGE as usize => after = row.case.number,
                _ => break,
            }
        }
    }
    Ok(found)
}

/// What is to be told of own campaigns that the level above has to see to: how many records are left, whenever that
/// number is another than the one told last, down to none.
pub async fn overdue(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Draft>, Fault> {
    let mut drafts = Vec::new();
    for (department, policy, campaign) in campaigns(cx)? {
        let Some(clock) = clock::of_campaign(cx.me(), department, policy) else { continue };
        let calendar = &cx.reference.calendar;
        if !matches!(clock.standing_on(cx.now.today, calendar), Standing::Escalated { .. }) {
            continue;
        }
        let told = told_by(tx, cx.me()).await?;
        let told = told.iter().find(|told| told.department == *department);
        let told = told.filter(|told| told.recognised_by == campaign.recognised_by).map_or(0, |told| told.remaining);
        let remaining = remaining(tx, cx, department, campaign, u64::MAX).await?;
        if remaining != told {
            let department = department.clone();
            let (recognised_by, as_of) = (campaign.recognised_by, cx.now.today);
            let act =
                Act::Bulletin(BulletinAct::BacklogTold(BacklogTold { department, recognised_by, remaining, as_of }));
            drafts.push(plain_draft(cx, act, Audience::of(Scope::Up)));
        }
    }
    Ok(drafts)
}

/// Keeps what a node told of its campaign.
pub async fn keep(tx: &mut dyn Tx, node: &NodeId, told: &BacklogTold) -> Result<(), Fault> {
    let row = ListingRow {
        origin: node.clone(),
        record: TOLD.to_owned(),
        place: told.department.0.clone(),
        subject_key: String::new(),
        open: told.remaining > 0,
        due_on: None,
        body: encode(told, "a back-log")?,
    };
    Ok(tx.put_listing(&row).await?)
}

async fn told_by(tx: &mut dyn Tx, node: &NodeId) -> Result<Vec<BacklogTold>, Fault> {
    let rows = tx.listings_of(node, TOLD).await?;
    rows.iter().map(|row| decode(&row.body, "a back-log")).collect()
}

/// What the nodes below told, a sentence each while something is left.
async fn told_below(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<String>, Fault> {
    let mut sentences = Vec::new();
    for row in tx.open_listings(TOLD).await?.into_iter().filter(|row| row.origin != *cx.me()) {
        let told: BacklogTold = decode(&row.body, "a back-log")?;
        sentences.push(format!(
            "{}的存量名单应于{}前认定，截至{}尚有{}条未认定，请督办（D-08）。",
            row.origin, told.recognised_by, told.as_of, told.remaining
        ));
    }
    Ok(sentences)
}

/// How many cases are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Progress {
    collected: u64,
    preparing: u64,
    certified: u64,
    on_list: u64,
    ended: u64,
    remaining: u64,
}

impl Progress {
    fn count(&mut self, signed: bool, stage: StageName) {
        self.collected += 1;
        match stage {
            StageName::Candidate => self.remaining += 1,
            StageName::Noticed | StageName::InPublicity | StageName::Publicised | StageName::UnderVerification => {
                self.preparing += 1;
                self.remaining += 1;
            }
            StageName::Withdrawn if !signed => self.ended += 1,
            StageName::Final | StageName::InForce | StageName::Expired => {
                self.certified += 1;
                self.on_list += 1;
            }
            StageName::Certified
            | StageName::Declared
            | StageName::Received
            | StageName::Reviewed
            | StageName::Returned
            | StageName::Rejected
            | StageName::Approved
            | StageName::CityPublicity
            | StageName::CityPublicised
            | StageName::Reported
            | StageName::Removed
            | StageName::Held
            | StageName::Withdrawn => self.certified += 1,
        }
    }
}

/// One department's board: its campaign, and what was collected when it was over.
#[derive(Default)]
struct Board {
    rows: BTreeMap<(bool, ListKind, String), Progress>,
    all: Progress,
    timely: Progress,
    older: u64,
}

/// The progress board: a line for each list and criterion, of the campaign and of what came after it.
pub async fn tell(tx: &mut dyn Tx, cx: &Context) -> Result<Told, CommandError> {
    let campaigns = campaigns(cx)?;
    let below = told_below(tx, cx).await?;
    if campaigns.is_empty() && !below.is_empty() {
        return Ok(Told::sentences(below));
    }
    if campaigns.is_empty() {
        let sentence = "本单位适用的制度没有存量名单的专项工作";
        return Err(Refusal::new("NO_CAMPAIGN", "R-035", sentence).into());
    }
    let mut told = Told {
        headings: vec![
            "类别",
            "名单",
            "认定标准",
            "已采集",
            "告知公示中",
            "已认定",
            "已公布",
            "未认定即终止",
            "尚未认定",
            "截止日",
        ],
        ..Told::default()
    };
    for (department, policy, campaign) in campaigns {
        let board = board(tx, cx, department, campaign).await?;
        let left = cx.reference.calendar.working_days_left(cx.now.today, campaign.recognised_by).value;
        let state = match (campaign.is_open(cx.now.today), board.all.remaining) {
            (true, _) => format!("距截止日{}剩余{left}个工作日", campaign.recognised_by),
            (false, 0) => format!("已于{}截止", campaign.recognised_by),
            (false, _) => format!("已于{}截止，逾期未认定的应尽快办理", campaign.recognised_by),
        };
        let Progress { collected, certified, on_list, ended, remaining, .. } = board.all;
        told.sentences.push(format!(
            "《{}》存量名单（{}以来）共{collected}条：已认定{certified}条，其中已公布{on_list}条；未认定即终止{ended}条；\
             尚未认定{remaining}条。{state}。",
            policy.title, campaign.arising_from
        ));
        if !campaign.is_open(cx.now.today) {
            let Progress { collected, certified, remaining, .. } = board.timely;
            told.sentences.push(format!(
                "截止日后新采集的按及时认定统计：共{collected}条，已认定{certified}条，尚未认定{remaining}条。"
            ));
        }
        if board.older > 0 {
            told.sentences
                .push(format!("另有{}条所依据文书早于{}或未载明，不属存量。", board.older, campaign.arising_from));
        }
        for ((timely, kind, criterion), progress) in board.rows {
            let list = match kind {
                ListKind::Red => "红名单",
                ListKind::Black => "黑名单",
            };
            let what = if timely { "及时" } else { "存量" };
            let due = if timely { String::new() } else { campaign.recognised_by.to_string() };
            let Progress { collected, preparing, certified, on_list, ended, remaining } = progress;
            let counts = [collected, preparing, certified, on_list, ended, remaining].map(|count| count.to_string());
            let head = [what, list, criterion.as_str()].map(str::to_owned);
            told.rows.push(head.into_iter().chain(counts).chain([due]).collect());
        }
    }
    told.sentences.extend(below);
    told.sentences.push("一条符合多项标准的，在各项标准下分别计数。".to_owned());
    Ok(told)
}

async fn board(tx: &mut dyn Tx, cx: &Context, department: &Department, campaign: Backlog) -> Result<Board, Fault> {
    let mut board = Board::default();
    let mut after = 0;
    loop {
        let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
        let rows = tx.cases(cx.me(), &filter).await?;
        for row in &rows {
            let stored = read_case(row)?;
            if stored.case.entry.department != *department {
                continue;
            }
            let timely = stored.collected_on > campaign.recognised_by;
            if !timely && !belongs(&stored, department, campaign) {
                board.older += 1;
                continue;
            }
            // Before recognition nothing befalls a case but what its own row says.
            let preparing = stored.case.stage.is_preparing();
            let case = if preparing { stored.case } else { folded(tx, &stored.case).await? };
            let stage = case.stage_on(cx.now.today);
            // One that was withdrawn may have been recognised before.
            let signed = stage == StageName::Withdrawn && !tx.chunks_of_case(case.id()).await?.is_empty();
            if timely { &mut board.timely } else { &mut board.all }.count(signed, stage);
            for criterion in &case.entry.criteria {
                let place = (timely, case.entry.kind, criterion.0.clone());
                board.rows.entry(place).or_default().count(signed, stage);
            }
        }
        match rows.last() {
            Some(row) if rows.len() == PAGE as usize => after = row.case.number,
            _ => return Ok(board),
        }
    }
}
