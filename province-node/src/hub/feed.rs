//! Department feeds: other departments' lists enter as facts beside our own (C-6, F-10).

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::list::{build_list, encode_entry};
use honghei_domain::act::{Act, ActBody, FeedMode};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::comparison::{Fact, SubjectFacts};
use honghei_domain::list::{CaseId, CaseSet, ListEntry};
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::desk::{Proposed, dossiers};
use honghei_registry::entry::{Draft, Entry};
use honghei_registry::error::{CommandError, Fault};
use honghei_store::{FeedRow, ListChunkRow, SubjectAt, Tx};
use serde::{Deserialize, Serialize};

use super::piece::{decode, encode, mark_of, place_of};
use super::subjects::{Settlements, read_subjects};

/// What is known of a source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Feed {
    /// The last import.
    pub last: EntryRef,
    /// The day its department stated.
    pub as_of: chrono::NaiveDate,
    /// Entries taken from it so far.
    pub taken: u64,
}

/// Drafts an import. Rows that stand already, unchanged, are not taken twice.
///
/// A full list that lacks rows it had before removes nobody: the missing rows are named in the summary, and their
/// exit is the owner's act.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    command: &Command,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let Command::ImportFeed { source, kind, department, mode, as_of, entries } = command else {
        return Err(Fault::Inconsistent { what: "a feed import".to_owned() }.into());
    };
    if *as_of > cx.now.today {
        return Err(Refusal::new("FEED_FROM_FUTURE", "F-10", format!("名单日期{as_of}晚于今日")).into());
    }
    if entries.is_empty() {
        return Err(Refusal::new("FEED_EMPTY", "F-10", "名单中没有可以导入的记录；空名单不会撤出任何主体").into());
    }
    let fresh = fresh_entries(tx, cx, entries, *as_of).await?;
    let known = entries.len() - fresh.len();
    if fresh.is_empty() {
        return Err(CommandError::AlreadyDone(format!("{known}条记录均已导入")));
    }
    let first = tx.last_case_number(cx.me()).await?.max(last_fed(tx).await?) + 1;
    let encoded: Vec<(u64, Vec<u8>)> = (first..)
        .zip(fresh)
        .map(|(number, entry)| {
            let case = CaseId { origin: cx.me().clone(), number };
            (number, encode_entry(&ListEntry { case, kind: *kind, department: department.clone(), ..entry }))
        })
        .collect();
    let mut salt = || {
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        bytes
    };
    let list = build_list(&encoded, &mut salt)
        .map_err(|source| Fault::Unreadable { what: "a feed being built".to_owned(), source })?;
    let mut summary = format!("导入{source}名单{}条", list.manifest.count);
    if known > 0 {
        summary.push_str(&format!("，另有{known}条此前已导入"));
    }
    if *mode == FeedMode::Full {
        let missing = missing_count(tx, source, list.manifest.count + known as u64).await?;
        if missing > 0 {
            summary.push_str(&format!("；较以往缺少{missing}条，均不作撤出处理，请向数据源单位核实"));
        }
    }
    let act = Act::FeedImported {
        source: source.clone(),
        kind: *kind,
        department: department.clone(),
        mode: *mode,
        manifest: list.manifest.clone(),
        as_of: *as_of,
    };
    let body = ActBody { done_on: cx.now.today, policy: String::new(), directory_version: cx.directory().version, act };
    let audience = Audience::of(Scope::Local);
    Ok(Proposed { draft: Draft::new(body, audience.clone()).with_list(list, &audience, 20), summary })
}

/// Entries that no standing fact of this node already states.
async fn fresh_entries(
    tx: &mut dyn Tx,
    cx: &Context,
    entries: &[ListEntry],
    as_of: chrono::NaiveDate,
) -> Result<Vec<ListEntry>, Fault> {
    let at = EntryRef { log: cx.log.clone(), index: 0 };
    let places: BTreeSet<SubjectAt> = entries.iter().map(place_of).collect();
    let places: Vec<SubjectAt> = places.into_iter().collect();
    let mut settlements = Settlements::folded(tx).await?;
    let mut held: BTreeMap<SubjectAt, SubjectFacts> = BTreeMap::new();
    for batch in places.chunks(4096) {
        held.extend(read_subjects(tx, batch, &mut settlements).await?);
    }
    let stands = |entry: &ListEntry| {
        let fact = Fact::reported(entry, as_of, at.clone());
        held.get(&place_of(entry)).is_some_and(|facts| facts.facts().iter().any(|known| same_listing(known, &fact, cx)))
    };
    Ok(entries.iter().filter(|entry| !stands(entry)).cloned().collect())
}

/// The natural key of a published listing: list, document, day (信用中国 layout).
fn same_listing(known: &Fact, fact: &Fact, cx: &Context) -> bool {
    known.case.origin == *cx.me()
        && known.kind == fact.kind
        && known.department == fact.department
        && known.document == fact.document
        && known.recognised_on == fact.recognised_on
        && known.valid_to == fact.valid_to
        && known.under_appeal == fact.under_appeal
        && known.identity == fact.identity
}

async fn missing_count(tx: &mut dyn Tx, source: &str, now: u64) -> Result<u64, Fault> {
    match tx.feed(source).await? {
        Some(row) => Ok(decode::<Feed>(&row.body, "a feed")?.taken.saturating_sub(now)),
        None => Ok(0),
    }
}

/// The meta key of the highest case number given to a feed row; feeds make no case rows.
const LAST_FED: &str = "feed-last-case";

async fn last_fed(tx: &mut dyn Tx) -> Result<u64, Fault> {
    let bytes = tx.meta(LAST_FED).await?.unwrap_or_default();
    Ok(bytes.as_slice().try_into().map(u64::from_be_bytes).unwrap_or(0))
}

/// Folds an import: its chunks are found by case and await comparison.
pub async fn evolve(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    let Act::FeedImported { source, manifest, as_of, .. } = entry.act() else { return Ok(()) };
    dossiers::put_chunks(tx, &entry.at, &entry.at.log.node, manifest).await?;
    let mut marks = Vec::new();
    let mut last = last_fed(tx).await?;
    for (ordinal, slice) in (0..).zip(&manifest.chunks) {
        let chunk = ListChunkRow {
            list: entry.at.clone(),
            ordinal,
            case_origin: entry.at.log.node.clone(),
            first_case: slice.first_case,
            last_case: slice.last_case,
            digest: slice.digest,
            count: slice.count,
        };
        marks.push(mark_of(&entry.at, &chunk, &CaseSet::default(), *as_of)?);
        last = last.max(slice.last_case);
    }
    tx.put_marks(&marks).await?;
    tx.put_meta(LAST_FED, &last.to_be_bytes()).await?;
    let taken = match tx.feed(source).await? {
        Some(row) => decode::<Feed>(&row.body, "a feed")?.taken,
        None => 0,
    };
    let feed = Feed { last: entry.at.clone(), as_of: *as_of, taken: taken + manifest.count };
    Ok(tx.put_feed(&FeedRow { source: source.clone(), body: encode(&feed)? }).await?)
}
