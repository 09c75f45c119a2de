//! Everything that was done about a subject: in its cases, and to the subject itself (C-7).

use std::collections::{BTreeMap, BTreeSet};

use honghei_domain::act::Act;
use honghei_domain::list::CaseId;
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{CaseFilter, Tx};

use super::{Keyed, merged, told};
use crate::context::Context;
use crate::desk::{members, redirects};
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::question::Told;
use crate::view::Step;

/// Cases of one subject that are told of.
const CASES: usize = 64;

/// Own cases of one subject read at a time.
const PAGE: u32 = 256;

/// Tells what this node knows of a subject: its own cases, and those that everybody was told of.
///
/// # Errors
/// A refusal `SUBJECT_UNKNOWN` where there is none.
pub async fn tell(tx: &mut dyn Tx, cx: &Context, key: &SubjectKey) -> Result<Told, CommandError> {
    let shown = redirects::look_up(tx, key, cx.now.today).await?;
    let mut cases: BTreeSet<CaseId> = shown.entries.into_iter().map(|entry| entry.case).collect();
    let mut filter = CaseFilter { subject_key: Some(key.to_string()), limit: PAGE, ..CaseFilter::default() };
    loop {
        let rows = tx.cases(cx.me(), &filter).await?;
        let Some(last) = rows.last() else { break };
        filter.after = last.case.number;
        cases.extend(rows.into_iter().map(|row| row.case));
    }
    let rulings = redirects::acts_about(tx, key).await?;
    tell_of(tx, cx, key, &cases, &rulings).await
}

/// Tells what was done in some cases of a subject, and by some decisions about its identity, in one order.
///
/// # Errors
/// A refusal `SUBJECT_UNKNOWN` where there is neither.
pub async fn tell_of(
    tx: &mut dyn Tx,
    cx: &Context,
    key: &SubjectKey,
    cases: &BTreeSet<CaseId>,
    rulings: &BTreeSet<EntryRef>,
) -> Result<Told, CommandError> {
    if cases.is_empty() && rulings.is_empty() {
        let sentence = "本节点没有该主体的任何案件；请核对代码，无代码的主体请按登记名称查询";
        return Err(Refusal::new("SUBJECT_UNKNOWN", "AMB-13", sentence).into());
    }
    let mut by_log: BTreeMap<_, Keyed> = BTreeMap::new();
    for case in cases.iter().take(CASES) {
        for (log, steps) in told(tx, cx, case).await? {
            by_log.entry(log).or_default().extend(steps);
        }
    }
    for at in rulings {
        if let Some(step) = ruling(tx, at).await? {
            by_log.entry(at.log.clone()).or_default().push_back(step);
        }
    }
    // Each log keeps its own order, of whichever case an act is.
    for steps in by_log.values_mut() {
        steps.make_contiguous().sort_by_key(|(_, step)| step.at.index);
    }
    let steps = merged(by_log.into_values());
    let mut sentences =
        vec![format!("主体{key}共有案件{}件，经办记录{}项，依本节点所持日志。", cases.len(), steps.len())];
    if cases.len() > CASES {
        sentences.push(format!("仅列出前{CASES}件案件的经过，其余请以 show 案件 逐件查看。"));
    }
    let rows = steps.into_iter().map(|step| {
        let case = step.case.map(|case| case.to_string()).unwrap_or_default();
        let [day, at] = [step.done_on.to_string(), step.at.to_string()];
        vec![day, case, step.at.log.node.to_string(), step.officer, step.sentence, at]
    });
    Ok(Told {
        sentences,
        headings: vec!["日期", "案件", "节点", "签署", "经过", "记录"],
        rows: rows.collect(),
        alarm: None,
    })
}

/// A decision about who a subject is.
async fn ruling(tx: &mut dyn Tx, at: &EntryRef) -> Result<Option<(super::StepKey, Step)>, Fault> {
    let Some(entry) = Entry::find(tx, at).await? else { return Ok(None) };
    let Act::IdentityRuled { parties: [one, other], finding, reason, until, .. } = entry.act() else {
        return Ok(None);
    };
    let until = until.map(|last| format!("，至{last}止")).unwrap_or_default();
    let sentence = format!("人工认定{}与{}为{}{until}：{reason}（AMB-13）", one.key, other.key, finding.chinese());
    let officer = members::signer_name(tx, &entry).await?;
    let key = (entry.body.done_on, entry.header.time_ms, 0);
    let kind = entry.body.act.kind();
    Ok(Some((key, Step { done_on: entry.body.done_on, at: entry.at, case: None, kind, sentence, officer })))
}
