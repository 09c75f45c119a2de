//! What people see of listed entries: how a subject stands, and what is still to be done.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::clock::{self, Deadline, demanded_channels};
use honghei_domain::list::{CaseId, CaseSet, ListKind};
use honghei_domain::listing::{ExitPlace, PublicMark, Shown};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{CaseFilter, Tx};

use super::fold::ChannelUse;
use super::keep::{self, CASE, CHANNEL, MARK};
use super::{offices, pinned};
use crate::context::Context;
use crate::desk::dossiers::decode;
use crate::desk::served;
use crate::error::Fault;
use crate::feed;

/// Own cases of a subject looked at for predecessors.
const PREDECESSORS: u32 = 256;

/// The entries of a subject as they are shown: rows of the served version with what was said since, and withdrawal
/// notices of rows that are gone. What this node itself knows of an objection or exit shows before the province says
/// so to everybody.
pub async fn shown(tx: &mut dyn Tx, key: &SubjectKey) -> Result<Vec<Shown>, Fault> {
    let mut entries = Vec::new();
    for row in served::rows_of(tx, key).await? {
        let told = tx.listing(&row.case.origin, MARK, &keep::number(&row.case)).await?;
        let told = told.as_ref().map(keep::mark_of).transpose()?.map(|(_, mark)| mark);
        let mark = match keep::listing(tx, &row.case).await? {
            listing if listing.exit().is_some() => {
                let code = listing.exit().map(|(_, exit)| exit.code.clone()).filter(|code| code != "BX-2");
                Some(PublicMark::Exited { code })
            }
            listing if listing.open_disputes().next().is_some() => Some(PublicMark::Disputed),
            _ => told,
        };
        entries.push(Shown { case: row.case.clone(), row: Some(row), mark });
    }
    for row in tx.listings_about(MARK, key.as_str()).await? {
        let (case, mark) = keep::mark_of(&row)?;
        let gone = matches!(mark, PublicMark::Exited { .. }) && !entries.iter().any(|entry| entry.case == case);
        if gone {
            entries.push(Shown { case, row: None, mark: Some(mark) });
        }
    }
    Ok(entries)
}

/// Whether an entry that was public has left by decision: as this node knows, or as everybody was told.
pub async fn has_left(tx: &mut dyn Tx, case: &CaseId) -> Result<bool, Fault> {
    if keep::listing(tx, case).await?.exit().is_some() {
        return Ok(true);
    }
    let told = tx.listing(&case.origin, MARK, &keep::number(case)).await?;
    let told = told.as_ref().map(keep::mark_of).transpose()?;
    Ok(matches!(told, Some((_, PublicMark::Exited { .. }))))
}

/// The channels on which a recogniser or a node above it had announced the list by a day.
pub async fn channels_before(
    tx: &mut dyn Tx,
    cx: &Context,
    recogniser: &NodeId,
    day: NaiveDate,
) -> Result<BTreeSet<String>, Fault> {
    let mut channels = BTreeSet::new();
    for (channel, used) in channels_of(tx, cx, recogniser).await? {
        if used.since <= day {
            channels.insert(channel);
        }
    }
    Ok(channels)
}

/// The day from which a version, or a later one, stood on every channel that the policy demands, as a recogniser or a
/// node above it announced; where it demands none, on any. None while one is missing.
pub async fn announced_on(
    tx: &mut dyn Tx,
    cx: &Context,
    recogniser: &NodeId,
    version: u64,
    policy: &Policy,
) -> Result<Option<NaiveDate>, Fault> {
    let used = channels_of(tx, cx, recogniser).await?;
    Ok(on_demanded(policy, |wanted| {
        let told = used.iter().filter(|(channel, _)| wanted(channel)).flat_map(|(_, used)| used.told.range(version..));
        told.map(|(_, on)| *on).min()
    }))
}

/// The day from which something stood on every channel that the policy demands; where it demands none, on any. `first`
/// finds the first day on a channel that is wanted.
pub(super) fn on_demanded(
    policy: &Policy,
    first: impl Fn(&dyn Fn(&str) -> bool) -> Option<NaiveDate>,
) -> Option<NaiveDate> {
    let mut demanded = demanded_channels(policy).peekable();
    if demanded.peek().is_none() {
        return first(&|_| true);
    }
    let days: Option<Vec<NaiveDate>> =
        demanded.map(|channel| first(&|told| told == channel.text || told == channel.code)).collect();
    days.and_then(|days| days.into_iter().max())
}

/// The first day on which a node announced the list on a channel; none if it never did.
pub async fn first_use(tx: &mut dyn Tx, node: &NodeId, channel: &str) -> Result<Option<NaiveDate>, Fault> {
    match tx.listing(node, CHANNEL, channel).await? {
        Some(row) => Ok(Some(decode::<ChannelUse>(&row.body, "a channel")?.since)),
        None => Ok(None),
    }
}

/// The channels that a recogniser and the nodes above it used, each node's by itself.
async fn channels_of(tx: &mut dyn Tx, cx: &Context, recogniser: &NodeId) -> Result<Vec<(String, ChannelUse)>, Fault> {
    let offices = offices(cx, recogniser);
    let nodes: BTreeSet<&NodeId> =
        [&offices.recogniser, &offices.reviewer, &offices.root].into_iter().chain(offices.filer.as_ref()).collect();
    let mut channels = Vec::new();
    for node in nodes {
        for row in tx.listings_of(node, CHANNEL).await? {
            let used = decode(&row.body, "a channel")?;
            channels.push((row.place, used));
        }
    }
    Ok(channels)
}

/// Earlier cases of this node on the same subject and list that have left it: what a new listing follows (AMB-24).
pub async fn predecessors(tx: &mut dyn Tx, case: &CaseId) -> Result<Vec<CaseId>, Fault> {
    let Some(own) = tx.case(case).await? else { return Ok(Vec::new()) };
    let filter = CaseFilter {
        subject_key: Some(own.subject_key),
        up_to: case.number.saturating_sub(1),
        limit: PREDECESSORS,
        ..CaseFilter::default()
    };
    if case.number <= 1 {
        return Ok(Vec::new());
    }
    let mut earlier = Vec::new();
    for row in tx.cases(&case.origin, &filter).await?.into_iter().filter(|row| row.kind == own.kind) {
        let left = keep::listing(tx, &row.case).await?.exit().is_some();
        if left || has_expired(tx, &row.case).await? {
            earlier.push(row.case);
        }
    }
    Ok(earlier)
}

async fn has_expired(tx: &mut dyn Tx, case: &CaseId) -> Result<bool, Fault> {
    let departures = keep::departures(tx, Some(&case.origin)).await?;
    Ok(departures.iter().any(|departure| departure.cases.contains(case.number)))
}

/// Something about a listed entry that somebody here has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `mark`, `verify`, `decide`, `accept`, `repair`, `announce`, `file` or `restore`.
    pub kind: &'static str,
    /// The act it answers.
    pub at: EntryRef,
    /// Whose entries.
    pub recogniser: NodeId,
    /// Which of them.
    pub cases: CaseSet,
    /// The last day, where a clock runs.
    pub due_on: Option<NaiveDate>,
    /// A sentence.
    pub sentence: String,
}

/// Who answers a notice of a conflict with an external reference list (AMB-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The recogniser of the federation's red.
    Recogniser,
    /// The owner of an outside system's red list, through the officer who records it; whether that list still has the row.
    Outside {
        /// Whether it has.
        stands: bool,
    },
}

pub(super) async fn owner_of(tx: &mut dyn Tx, case: &CaseId, source: &str) -> Result<Owner, Fault> {
    // Who does not keep the sources has no reds of theirs.
    let feed = feed::read(tx, source).await?.filter(|feed| feed.source.kind == ListKind::Red);
    Ok(feed.map_or(Owner::Recogniser, |feed| Owner::Outside { stands: feed.standing.contains(case.number) }))
}

/// What this node has to do about listed entries, the most urgent first.
pub async fn duties(tx: &mut dyn Tx, cx: &Context) -> Result<Vec<Duty>, Fault> {
    let mut duties = Vec::new();
    for row in tx.open_listings(CASE).await? {
        let listing: honghei_domain::listing::Listing = decode(&row.body, "a listed entry")?;
        let case = &listing.case;
        let offices = offices(cx, &case.origin);
        let duty = |kind, at: &EntryRef, due_on, sentence| Duty {
            kind,
            at: at.clone(),
            recogniser: case.origin.clone(),
            cases: CaseSet::from_numbers([case.number]),
            due_on,
            sentence,
        };
        for (at, dispute) in listing.open_disputes() {
            if dispute.verification.is_none() && offices.recogniser == *cx.me() {
                let sentence = format!("核实{}对{case}的异议：{}", dispute.by, dispute.grounds);
                duties.push(duty("verify", at, Some(dispute.verify_due_on), sentence));
            } else if offices.decider(dispute.about) == cx.me() {
                let sentence = format!("决定{}对{case}的异议", dispute.by);
                duties.push(duty("decide", at, Some(dispute.decide_due_on), sentence));
            }
        }
        for (at, repair) in listing.open_repairs().filter(|_| offices.repairs == *cx.me()) {
            let (kind, what) =
                if repair.acceptance.is_none() { ("accept", "决定是否受理") } else { ("repair", "审定") };
            duties.push(duty(kind, at, repair.due_on(), format!("{what}{}对{case}的信用修复申请", repair.by)));
        }
        for (at, notice) in listing.open_conflicts().filter(|_| case.origin == *cx.me()) {
            let owner = owner_of(tx, case, &notice.source).await?;
            let (due_on, what) = match (owner, &notice.answer) {
                (Owner::Outside { stands: false }, _) => continue,
                (Owner::Recogniser, None) => (Some(notice.due_on), "请答复保留或撤出"),
                (Owner::Recogniser, Some(_)) => (None, "已答复撤出，请作出退出决定"),
                (Owner::Outside { .. }, None) => (Some(notice.due_on), "请转告名单主管单位，并登记其答复"),
                (Owner::Outside { .. }, Some(_)) => (None, "主管单位已答复撤出，待其名单不再列有"),
            };
            let about = format!("{}{}", notice.organ, notice.document);
            let sentence = match owner {
                Owner::Recogniser => format!("{case}与外部参考名单（{about}）冲突，{what}"),
                Owner::Outside { .. } => {
                    let (source, against) = (&notice.source, &notice.reference);
                    format!("外部参考红名单{source}的{case}与黑名单条目{against}（{about}）冲突，{what}")
                }
            };
            duties.push(duty("conflict", at, due_on, sentence));
        }
        for (at, offer) in listing.open_offers().filter(|_| case.origin == *cx.me()) {
            let sentence = format!("{case}曾因{}被删除，该黑名单条目已撤销，请答复是否恢复", offer.cause);
            duties.push(duty("restore", at, None, sentence));
        }
    }
    for departure in keep::departures(tx, None).await? {
        let recogniser = departure.place.recogniser.clone();
        let Some(policy) = pinned::of_exit(tx, cx, &departure).await? else { continue };
        let offices = offices(cx, &recogniser);
        let duty = |kind, due_on, sentence| Duty {
            kind,
            at: departure.place.act.clone(),
            recogniser: recogniser.clone(),
            cases: departure.cases.clone(),
            due_on,
            sentence,
        };
        if offices.filer.as_ref() == Some(cx.me()) && departure.filings.is_empty() && departure.must_be_filed(policy) {
            let due = departure.filing_due(policy, &cx.reference.calendar);
            let urgent = if departure.filing_warns_on(policy, cx.now.today) { "，请尽快办理" } else { "" };
            let sentence = format!("向省级备案退出（{}，{}件）{urgent}", departure.code, departure.cases.len());
            duties.push(duty("file", Some(due.on), sentence));
        }
        // Filed or not: the receipt of a filing tells nobody that the entry has left.
        let missing = pinned::silent_channels(tx, cx, &departure, policy).await?;
        if clock::publisher(&offices, policy) == Some(cx.me()) && !missing.is_empty() {
            let original = channels_before(tx, cx, &recogniser, departure.decided_on).await?;
            let clocks = clock::of_departure(&departure, &original, &offices, policy);
            let clock = clocks.iter().find(|clock| clock.deadline == Deadline::Publication);
            let due = clock.and_then(|clock| clock.due(&cx.reference.calendar).date()).map(|due| due.on);
            duties.push(duty("announce", due, format!("退出公告尚未在{}公布", missing.join("、"))));
        }
    }
    duties.sort_by_key(|duty| (duty.due_on.is_none(), duty.due_on, duty.at.clone()));
    Ok(duties)
}

/// The exit that an act brought to a recogniser's entries.
pub fn exit_place(act: EntryRef, recogniser: NodeId) -> ExitPlace {
    ExitPlace { act, recogniser }
}
