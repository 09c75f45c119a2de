//! Whether a subject was on a list on a day, as known on a day (C-7).
//!
//! Two times: the day asked about, and the day whose knowledge counts. What the province did itself it knows from that
//! day on, what others did from the day on which their act counted here; an answer uses nothing that came later.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::comparison::{Fact, Standing, SubjectFacts};
use honghei_domain::feed::NO_LONGER_LISTED;
use honghei_domain::final_list::Validity;
use honghei_domain::list::ListKind;
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::context::Context;
use honghei_registry::desk::{dossiers, listing};
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Told;
use honghei_store::Tx;

use super::why::{Published, known, published};
use super::{back, gone};

/// The status of an outcome by which an act counts.
const APPLIED: &str = "applied";

/// Whether a subject was on a list on a day, as known on a day.
pub async fn was(
    tx: &mut dyn Tx,
    cx: &Context,
    key: &SubjectKey,
    kind: ListKind,
    on: NaiveDate,
    known_on: NaiveDate,
) -> Result<Told, CommandError> {
    let subjects = known(tx, key, known_on).await?;
    let published = published(tx).await?;
    let colour = if kind == ListKind::Red { "红名单" } else { "黑名单" };
    let mut listed = false;
    let mut sentences = Vec::new();
    for facts in subjects.values() {
        for fact in facts.facts().iter().filter(|fact| fact.kind == kind) {
            let exits = exits(tx, cx, fact).await?;
            let learnt = learnt_on(tx, cx, fact).await?;
            if !learnt.into_iter().chain(exits.iter().map(|exit| exit.known_on)).any(|learnt| learnt <= known_on) {
                continue;
            }
            let found = stood(tx, facts, fact, &exits, &published, (on, known_on)).await?;
            listed |= found.is_listed();
            sentences.push(format!("条目{}：{}。", fact.case, found.chinese()));
        }
    }
    let answer = if listed { "在" } else { "不在" };
    let version = published.iter().rfind(|(_, day)| **day <= known_on).map(|(version, _)| *version);
    let version =
        version.map_or("当时尚未公布结果".to_owned(), |version| format!("当时最新为第{version}版结果"));
    sentences.insert(0, format!("按{known_on}所知，主体{key}于{on}{answer}{colour}上；{version}。"));
    Ok(Told::sentences(sentences))
}

/// How an entry stood on a day, as known on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stood {
    /// No version had listed it.
    NotYet,
    /// Listed and valid, since this version.
    Listed(u64),
    /// Listed, but its validity had not begun or had ended.
    OutOfTime,
    /// A version had removed it.
    Removed(u64),
    /// It had left by decision on this day.
    Exited(NaiveDate),
}

impl Stood {
    fn is_listed(&self) -> bool {
        matches!(self, Stood::Listed(_))
    }

    fn chinese(&self) -> String {
        match self {
            Stood::NotYet => "当时未列入最终名单".to_owned(),
            Stood::Listed(version) => format!("自第{version}版起列入，当时有效"),
            Stood::OutOfTime => "当时不在有效期内".to_owned(),
            Stood::Removed(version) => format!("已由第{version}版移出或删除"),
            Stood::Exited(on) => format!("已于{on}依决定退出"),
        }
    }
}

/// Versions count from the day they were published, exits from the day they were decided on, or a list no longer had the
/// entry; nothing that came to be known after `known_on` counts, and nothing counts backwards.
async fn stood(
    tx: &mut dyn Tx,
    facts: &SubjectFacts,
    fact: &Fact,
    exits: &[Exit],
    published: &Published,
    (on, known_on): (NaiveDate, NaiveDate),
) -> Result<Stood, Fault> {
    if let Some(left) = exits.iter().filter(|exit| exit.counts(on, known_on)).map(|exit| exit.on).min() {
        return Ok(Stood::Exited(left));
    }
    let through = on.min(known_on);
    let (mut first, mut since, mut removed) = (None, None, None);
    for settled in facts.settled_of(&fact.case) {
        if published.get(&settled.version).is_none_or(|day| *day > through) {
            continue;
        }
        match (since, settled.verdict.outcome.is_listed(since.is_some())) {
            (None, true) => {
                since = Some(settled.version);
                first = first.or(since);
            }
            (Some(_), false) => (since, removed) = (None, Some(settled.version)),
            _ => {}
        }
    }
    let (Some(since), Some(first)) = (since, first) else {
        return Ok(removed.map_or(Stood::NotYet, Stood::Removed));
    };
    // An entry keeps the validity with which it was first listed; one that left no longer tells it.
    let validity = match &fact.standing {
        Standing::Published { valid_from, valid_to, .. } => Some(Validity { from: *valid_from, to: *valid_to }),
        _ => back::validity_of(tx, &fact.case, first).await?,
    };
    let valid = validity.is_none_or(|Validity { from, to }| (from..=to).contains(&on));
    Ok(if valid { Stood::Listed(since) } else { Stood::OutOfTime })
}

/// A decision by which an entry left.
struct Exit {
    /// Since when.
    on: NaiveDate,
    /// The day from which the province knew.
    known_on: NaiveDate,
    /// Since when it is undone, and the day from which the province knew that.
    undone: Option<(NaiveDate, NaiveDate)>,
}

impl Exit {
    /// Whether the entry was gone by it on a day, as known on a day.
    fn counts(&self, on: NaiveDate, known_on: NaiveDate) -> bool {
        let undone = self.undone.is_some_and(|(since, known)| since <= on && known <= known_on);
        self.on <= on && self.known_on <= known_on && !undone
    }
}

/// The decisions by which an entry left, whether or not they still stand.
async fn exits(tx: &mut dyn Tx, cx: &Context, fact: &Fact) -> Result<Vec<Exit>, Fault> {
    let record = listing::listing(tx, &fact.case).await?;
    let mut exits = Vec::new();
    for (act, exit) in record.exits.iter().filter(|(_, exit)| exit.counts) {
        let Some(known_on) = counted_on(tx, cx, act).await? else { continue };
        let granted =
            record.repairs.values().find(|repair| repair.decision.as_ref().is_some_and(|found| found.act == *act));
        let revocation = granted.and_then(|repair| repair.revocation.as_ref()).filter(|revocation| revocation.counts);
        let undone = match revocation {
            Some(revocation) => counted_on(tx, cx, &revocation.act).await?.map(|known| (revocation.on, known)),
            None => None,
        };
        exits.push(Exit { on: exit.decided_on, known_on, undone });
    }
    if let Standing::Exited { code, on } = &fact.standing
        && code == NO_LONGER_LISTED
        && let Some(import) = import_of(tx, fact).await?
    {
        exits.push(Exit { on: *on, known_on: import.body.done_on, undone: None });
    }
    Ok(exits)
}

/// The import with which an entry left.
async fn import_of(tx: &mut dyn Tx, fact: &Fact) -> Result<Option<Entry>, Fault> {
    match Entry::find(tx, &fact.position).await?.filter(|last| gone::ends(last, &fact.case)) {
        Some(import) => Ok(Some(import)),
        None => gone::ended_by(tx, &fact.case).await,
    }
}

/// The day from which the province knew of an entry: of its import, or of the first report of it that counted.
async fn learnt_on(tx: &mut dyn Tx, cx: &Context, fact: &Fact) -> Result<Option<NaiveDate>, Fault> {
    let lists: BTreeSet<EntryRef> = tx.chunks_of_case(&fact.case).await?.into_iter().map(|chunk| chunk.list).collect();
    let mut learnt = None;
    for list in lists {
        let imported = Entry::find(tx, &list).await?.filter(|entry| matches!(entry.act(), Act::FeedImported { .. }));
        let day = match imported {
            Some(import) => Some(import.body.done_on),
            None => match dossiers::read(tx, &list).await?.and_then(|dossier| dossier.report) {
                Some(report) if !report.excluded.contains(fact.case.number) => counted_on(tx, cx, &report.act).await?,
                _ => None,
            },
        };
        learnt = learnt.into_iter().chain(day).min();
    }
    Ok(learnt)
}

/// The day from which an act counts here: the province's own from the day it was done, another's from the judgement on
/// it; none while it does not count.
async fn counted_on(tx: &mut dyn Tx, cx: &Context, act: &EntryRef) -> Result<Option<NaiveDate>, Fault> {
    if act.log.node == *cx.me() {
        return Ok(Entry::find(tx, act).await?.map(|entry| entry.body.done_on));
    }
    match tx.outcome(act).await?.filter(|row| row.status == APPLIED) {
        Some(row) => Ok(Entry::find(tx, &row.outcome).await?.map(|entry| entry.body.done_on)),
        None => Ok(None),
    }
}
