//! Department feeds: other departments' lists enter as facts beside our own (C-6, F-10).
//!
//! A delivery names a registered source. What a whole list lacks leaves with the same act, under the guard of C-5, and so
//! does what a list of changes corrects or ends; what it holds stays with its own dates.

use std::collections::BTreeSet;

use honghei_codec::list::{build_list, encode_entry};
use honghei_domain::act::{Act, FeedMode};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::feed::{FeedSource, guarded_leave};
use honghei_domain::list::{CaseId, CaseSet, ListEntry};
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::desk::{Proposed, dossiers};
use honghei_registry::engine::local_draft;
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::feed::{self, Feed};
use honghei_registry::reported::Days;
use honghei_store::{ListChunkRow, Tx};

use super::piece::mark_of;
use super::sorted::{Rows, Sorted, sort};
use super::{gone, reference};

/// Drafts a registration, or an amendment of one: whose list it is and which kind stay as they are.
pub async fn propose_registration(
    tx: &mut dyn Tx,
    cx: &Context,
    source: &FeedSource,
) -> Result<Proposed, CommandError> {
    let named = (1..=64).contains(&source.name.len());
    if !named || !source.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(Refusal::new("FEED_NAME", "C-6", "数据源名称应为1至64位小写字母、数字或连字符").into());
    }
    let known = feed::read(tx, &source.name).await?;
    if let Some(known) = &known {
        if known.source == *source {
            return Err(CommandError::AlreadyDone(format!("数据源{}已如此登记", source.name)));
        }
        let differs = known.source.reference.is_some() != source.reference.is_some();
        if differs || known.source.kind != source.kind || known.source.department != source.department {
            let sentence = format!("数据源{}已登记为其他部门或其他名单，请另取名称", source.name);
            return Err(Refusal::new("FEED_DIFFERS", "C-6", sentence).into());
        }
    }
    let mode = if source.mode == FeedMode::Full { "全量" } else { "增量" };
    let rhythm =
        if source.every_days > 0 { format!("每{}日一次", source.every_days) } else { "不定期".to_owned() };
    let done = if known.is_some() { "变更" } else { "登记" };
    let only = source.reference.map(|days| format!("，仅供参考，冲突通知{days}个工作日内答复")).unwrap_or_default();
    let summary = format!("{done}数据源{}：{}，{mode}，{rhythm}{only}", source.name, source.department.0);
    Ok(Proposed { draft: local_draft(cx, Act::FeedRegistered(source.clone())), summary })
}

/// Drafts an import. Rows that stand already, unchanged, are not taken twice; those that a whole list lacks leave, and so
/// do those that a list of changes states otherwise under the same document, or says are revoked.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    command: &Command,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let Command::ImportFeed { source, kind, department, mode, as_of, entries, endings, unread, account, agreed_exits } =
        command
    else {
        return Err(Fault::Inconsistent { what: "a feed import".to_owned() }.into());
    };
    let unregistered = || Refusal::new("FEED_UNREGISTERED", "C-6", format!("数据源{source}尚未登记，请先登记"));
    let feed = feed::read(tx, source).await?.ok_or_else(unregistered)?;
    let registered = &feed.source;
    if registered.kind != *kind || registered.department != *department || registered.mode != *mode {
        let sentence = format!("与数据源{source}登记的部门、名单种类或报送方式不符");
        return Err(Refusal::new("FEED_DIFFERS", "C-6", sentence).into());
    }
    if *as_of > cx.now.today {
        return Err(Refusal::new("FEED_FROM_FUTURE", "F-10", format!("名单日期{as_of}晚于今日")).into());
    }
    if entries.is_empty() && (*mode == FeedMode::Full || endings.is_empty()) {
        return Err(Refusal::new("FEED_EMPTY", "F-10", "名单中没有可以导入的记录；空名单不会撤出任何主体").into());
    }
    let before = feed.last.as_ref().map(|last| last.as_of);
    if let Some(before) = before.filter(|before| *mode == FeedMode::Full && before > as_of) {
        let sentence = format!("数据源{source}已有{before}的全量名单，{as_of}的名单已过时");
        return Err(Refusal::new("FEED_OUTDATED", "C-6", sentence).into());
    }
    if awaits_comparison(tx, source, *mode).await? {
        let sentence = "尚有名单未完成比对，完成后方可导入该名单";
        return Err(Refusal::new("COMPARISON_OUTSTANDING", "R-029", sentence).into());
    }
    let only_reference = registered.reference.is_some();
    let rows = Rows { entries, endings, as_of: *as_of };
    let Sorted { fresh, outlived, seen, corrected, revoked } = match only_reference {
        true => reference::sort(tx, cx, &feed, rows).await?,
        false => sort(tx, cx, &feed, rows).await?,
    };
    let known = entries.len() as u64 - fresh.len() as u64 - outlived;
    let leaving = match mode {
        FeedMode::Full => feed.standing.without(&seen),
        FeedMode::Delta => CaseSet::from_numbers(corrected.iter().chain(revoked.iter())),
    };
    let gone = if only_reference { leaving } else { gone::missing(tx, cx, &leaving).await? };
    let revoked = CaseSet::from_numbers(revoked.iter().filter(|number| gone.contains(*number)));
    // Rows of a whole list that say so may speak of any time.
    let unmet = match mode {
        FeedMode::Full => 0,
        FeedMode::Delta => (endings.len() as u64).saturating_sub(revoked.len()),
    };
    let mut further = String::new();
    for (count, what) in [
        (known, "条此前已导入"),
        (outlived, "条早于其更正或终止，未再列入"),
        (unmet, "条注明已撤销而没有对应的在列条目，未作改动"),
    ] {
        if count > 0 {
            further.push_str(&format!("，另有{count}{what}"));
        }
    }
    if fresh.is_empty() && gone.is_empty() && before.is_some_and(|before| before >= *as_of) {
        return Err(CommandError::AlreadyDone(format!("没有新的记录{further}")));
    }
    guard(&feed, &gone, *unread, *agreed_exits)?;
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
    let mut summary = format!("导入{source}名单{}条{further}", list.manifest.count);
    let why = if *mode == FeedMode::Full { "名单不再列有的" } else { "经本次更正的原记录" };
    for (count, why) in [(gone.len() - revoked.len(), why), (revoked.len(), "注明已撤销或移出的")] {
        if count > 0 {
            summary.push_str(&format!("，{why}{count}条退出"));
        }
    }
    let act = Act::FeedImported {
        source: source.clone(),
        kind: *kind,
        department: department.clone(),
        mode: *mode,
        manifest: list.manifest.clone(),
        as_of: *as_of,
        gone,
        revoked,
        unread: *unread,
        account: account.clone(),
    };
    Ok(Proposed { draft: local_draft(cx, act).with_list(list, &Audience::of(Scope::Local), 20), summary })
}

/// Whether what stands of a source is not known yet: for a list of changes what came from it before must have been
/// compared, for a whole list everything, since other acts end its entries too.
async fn awaits_comparison(tx: &mut dyn Tx, source: &str, mode: FeedMode) -> Result<bool, Fault> {
    let outstanding = tx.mark_count().await? > 0;
    if mode == FeedMode::Full || !outstanding {
        return Ok(outstanding);
    }
    let causes: BTreeSet<EntryRef> = tx.marks(u32::MAX).await?.into_iter().map(|mark| mark.entry).collect();
    for cause in causes {
        let entry = Entry::find(tx, &cause).await?;
        if entry.is_some_and(|entry| matches!(entry.act(), Act::FeedImported { source: of, .. } if of == source)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Missing rows beyond the guard leave only with the importing officer's express consent and a second officer's
/// signature, which the engine asks for (C-5).
fn guard(feed: &Feed, gone: &CaseSet, unread: u64, agreed: u64) -> Result<(), Refusal> {
    let (missing, standing) = (gone.len(), feed.standing.len());
    if !guarded_leave(feed.source.mode, missing, standing, unread) || missing <= agreed {
        return Ok(());
    }
    let damaged = if unread > 0 { format!("，且有{unread}行无法读取") } else { String::new() };
    let what = match feed.source.mode {
        FeedMode::Full => "全量名单缺少",
        FeedMode::Delta => "增量名单更正或终止",
    };
    Err(Refusal::new(
        "FEED_TRUNCATED",
        "C-5",
        format!(
            "{what}此前所列{standing}条中的{missing}条{damaged}，疑似残缺或有误，未作任何改动；请向数据源单位核实，\
             确实如此的以 --agree-exits {missing} 明示同意，并由复核人复核签署"
        ),
    ))
}

/// The meta key of the highest case number given to a feed row; feeds make no case rows.
const LAST_FED: &str = "feed-last-case";

async fn last_fed(tx: &mut dyn Tx) -> Result<u64, Fault> {
    let bytes = tx.meta(LAST_FED).await?.unwrap_or_default();
    Ok(bytes.as_slice().try_into().map(u64::from_be_bytes).unwrap_or(0))
}

/// Folds an import: its chunks are found by case and await comparison, and so do the cases that leave with it.
pub async fn evolve(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    feed::evolve(tx, entry).await?;
    let Act::FeedImported { source, manifest, as_of, gone, .. } = entry.act() else { return Ok(()) };
    let only_reference = feed::read(tx, source).await?.is_some_and(|feed| feed.source.reference.is_some());
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
        marks.push(mark_of(
            &entry.at,
            &chunk,
            &CaseSet::default(),
            Days { recognised_on: *as_of, published_on: None },
        )?);
        last = last.max(slice.last_case);
    }
    if only_reference {
        // No mark: what is for reference becomes no fact, so it removes nobody.
        return Ok(tx.put_meta(LAST_FED, &last.to_be_bytes()).await?);
    }
    marks.extend(gone::marks(tx, &entry.at, marks.len() as u64, gone, *as_of).await?);
    tx.put_marks(&marks).await?;
    Ok(tx.put_meta(LAST_FED, &last.to_be_bytes()).await?)
}
