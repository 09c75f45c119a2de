//! Collection and correction: records enter as numbered cases (R-020, AMB-18).

use honghei_codec::list::{BuiltList, ListBuilder, decode_entry, encode_entry, open_entries};
use honghei_domain::account::IntakeAccount;
use honghei_domain::act::{Act, CollectionChannel};
use honghei_domain::attachment::{self, Attachment};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::case::{Case, CaseCommand, CaseEvent};
use honghei_domain::list::{CaseId, ListEntry, ListManifest};
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::cases::{StoredCase, read_number, row_of};
use super::{attest, backlog, prepare, wanting};
use crate::context::Context;
use crate::desk::Proposed;
use crate::engine::{draft_under, local_draft};
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::packed::PackedEntries;

/// Drafts a collection, pinned to the newest version of the policy: every entry gets the next number of this node.
pub async fn propose(
    tx: &mut dyn Tx,
    cx: &Context,
    channel: CollectionChannel,
    source: &str,
    entries: &PackedEntries,
    account: &Option<Box<IntakeAccount>>,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let Some(one) = entries.iter().next().transpose()? else {
        return Err(Refusal::new("NOTHING_TO_COLLECT", "R-020", "文件中没有可以采集的记录").into());
    };
    let newest = cx.reference.policy_of(&one.department);
    let policy = newest.map(|(pin, _)| pin.clone()).unwrap_or_default();
    let first = tx.last_case_number(cx.me()).await? + 1;
    let wants = match newest {
        Some((_, policy)) => wanting::sentence((first..).zip(entries.iter().flatten()), policy),
        None => String::new(),
    };
    let backlog = newest.map(|(_, policy)| backlog::sentence(entries.iter().flatten(), policy, cx.now.today));
    let backlog = backlog.unwrap_or_default();
    let organ = cx.record()?.name.clone();
    let numbered = (first..).zip(entries.iter()).map(|(number, entry)| {
        let case = CaseId { origin: cx.me().clone(), number };
        Ok(ListEntry { case, recognising_organ: organ.clone(), ..entry? })
    });
    let list = build(numbered, chance)?;
    let last = first + list.manifest.count - 1;
    let count = list.manifest.count;
    let summary = format!("采集{count}条信用记录（案件{first}至{last}），来源：{source}{wants}{backlog}");
    let act = Act::RecordsCollected {
        channel,
        source: source.to_owned(),
        manifest: list.manifest.clone(),
        account: account.clone(),
    };
    let local = Audience::of(Scope::Local);
    Ok(Proposed { draft: draft_under(cx, policy, act, local.clone()).with_list(list, &local, 20), summary })
}

/// Drafts corrected records of cases that may be corrected.
pub async fn correct(
    tx: &mut dyn Tx,
    cx: &Context,
    entries: &[ListEntry],
    reason: &str,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let mut corrected = Vec::new();
    let organ = cx.record()?.name.clone();
    for entry in entries {
        let stored = prepare::require(tx, cx, &entry.case).await?;
        // A sheet has no column for documents, and need not have one for what is confirmed: what is on record stays.
        let attachments = match entry.attachments.as_slice() {
            [] => stored.case.entry.attachments.clone(),
            given => given.to_vec(),
        };
        let mut attestations = stored.case.entry.attestations.clone();
        for said in &entry.attestations {
            attest::merge(&mut attestations, said.clone());
        }
        attest::in_order(&mut attestations, prepare::policy_of(cx, &stored.case)?, stored.case.entry.kind);
        let entry = ListEntry { recognising_organ: organ.clone(), attachments, attestations, ..entry.clone() };
        let asked = CaseCommand::Correct { entry: Box::new(entry) };
        let folded = prepare::folded(tx, &stored.case).await?;
        if let Some(CaseEvent::Corrected { entry, .. }) = prepare::event_of(tx, cx, &folded, &asked).await? {
            corrected.push(*entry);
        }
    }
    if corrected.is_empty() {
        return Err(CommandError::AlreadyDone("补正内容与现有记录相同".to_owned()));
    }
    let list = build(corrected.into_iter().map(Ok), chance)?;
    let summary = format!("补正{}条记录", list.manifest.count);
    let act = Act::EntriesCorrected {
        manifest: list.manifest.clone(),
        reason: reason.to_owned(),
        corrected_on: cx.now.today,
    };
    Ok(Proposed { draft: local_draft(cx, act).with_list(list, &Audience::of(Scope::Local), 20), summary })
}

/// Drafts the addition of documents to a case.
pub async fn attach(
    tx: &mut dyn Tx,
    cx: &Context,
    case: &CaseId,
    files: &[Attachment],
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<Proposed, CommandError> {
    let stored = prepare::require(tx, cx, case).await?;
    let folded = prepare::folded(tx, &stored.case).await?;
    let mut attachments = folded.entry.attachments.clone();
    for file in files {
        match attachments.iter_mut().find(|known| known.name == file.reference.name) {
            Some(known) => known.clone_from(&file.reference),
            None => attachments.push(file.reference.clone()),
        }
    }
    attachment::check(&attachments).map_err(Refusal::from)?;
    let entry = ListEntry { attachments, ..folded.entry.clone() };
    let asked = CaseCommand::Correct { entry: Box::new(entry) };
    let Some(CaseEvent::Corrected { entry, .. }) = prepare::event_of(tx, cx, &folded, &asked).await? else {
        return Err(CommandError::AlreadyDone(format!("这些文件已在{case}案卷中")));
    };
    let names: Vec<&str> = files.iter().map(|file| file.reference.name.as_str()).collect();
    let summary = format!("为{case}补充材料{}件：{}", files.len(), names.join("、"));
    let list = build(std::iter::once(Ok(*entry)), chance)?;
    let act = Act::EntriesCorrected {
        manifest: list.manifest.clone(),
        reason: format!("补充材料：{}", names.join("、")),
        corrected_on: cx.now.today,
    };
    let local = Audience::of(Scope::Local);
    Ok(Proposed { draft: local_draft(cx, act).with_list(list, &local, 20).with_files(files, &local), summary })
}

/// The list of some records, each under a salt of its own.
pub(super) fn build(
    entries: impl Iterator<Item = Result<ListEntry, Fault>>,
    chance: &mut (dyn rand_core::Rng + Send),
) -> Result<BuiltList, Fault> {
    let mut builder = ListBuilder::default();
    let mut salt = || {
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        bytes
    };
    for entry in entries {
        let entry = entry?;
        let added = builder.push(entry.case.number, encode_entry(&entry), &mut salt);
        added.map_err(Fault::unreadable("a list being built"))?;
    }
    builder.finish(&mut salt).map_err(Fault::unreadable("a list being built"))
}

/// Folds collected records into cases; a record of a known case corrects it.
pub async fn take_in(tx: &mut dyn Tx, cx: &Context, entry: &Entry, manifest: &ListManifest) -> Result<(), Fault> {
    let last = tx.last_case_number(cx.me()).await?;
    for slice in &manifest.chunks {
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(|| Fault::inconsistent("a collected chunk"))?;
        let mut rows = Vec::new();
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a collected chunk"))? {
            let record = decode_entry(&salted.body).map_err(Fault::unreadable("a collected record"))?;
            let known =
                if record.case.number <= last { read_number(tx, cx.me(), record.case.number).await? } else { None };
            let mut stored = match known {
                None => StoredCase {
                    case: Case::new(record).under(&entry.body.policy),
                    collected_on: entry.body.done_on,
                    hands: Vec::new(),
                },
                Some(stored) => {
                    let event = CaseEvent::Corrected { entry: Box::new(record), corrected_on: entry.body.done_on };
                    let case = prepare::folded(tx, &stored.case).await?.evolve(&event);
                    StoredCase { case, ..stored }
                }
            };
            stored.touched_by(entry);
            rows.push(row_of(&stored)?);
        }
        tx.put_cases(&rows).await?;
    }
    Ok(())
}
