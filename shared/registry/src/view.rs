//! A case as people look at it: where it stands today and everything that was done in it, told from the logs.

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::case::{Case, CaseEvent, StageName};
use honghei_domain::list::{CaseId, ListEntry};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::{CaseFilter, Tx};

use crate::context::Context;
use crate::desk::dossiers;
use crate::desk::recognition::read_case;
use crate::desk::review::entry_in_list;
use crate::error::Fault;
use crate::fold::folded;
use crate::history::history;

/// Own cases read at a time.
const PAGE: u32 = 256;
/// Own cases folded for one listing by a stage that is not stored.
const SCANNED_MAX: usize = 20_000;

/// A case and its history.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// The case, folded.
    pub case: Case,
    /// Where it stands today.
    pub stage: StageName,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

/// One act in a case's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The legal day of the act.
    pub done_on: NaiveDate,
    /// Its entry.
    pub at: EntryRef,
    /// The case it bears on; none for a decision about whole subjects.
    pub case: Option<CaseId>,
    /// Its kind, as in headers.
    pub kind: &'static str,
    /// One Chinese sentence.
    pub sentence: String,
    /// Who signed: 姓名 where known here, else his id, and for whom where he acted for a head who was away; empty for
    /// an act of the machine.
    pub officer: String,
}

/// A case folded with everything known here: an own one, or one read from a list this node holds.
pub async fn case_of(tx: &mut dyn Tx, id: &CaseId) -> Result<Option<Case>, Fault> {
    if let Some(row) = tx.case(id).await? {
        return Ok(Some(folded(tx, &read_case(&row)?.case).await?));
    }
    let mut found = None;
    for list in dossiers::lists_of_case(tx, id).await? {
        let Some(entry) = entry_in_list(tx, &list, id).await? else { continue };
        found = Some((list, entry));
    }
    let Some((list, entry)) = found else { return Ok(None) };
    let recognised_on = entry.recognised_on.unwrap_or_default();
    let mut case = Case::new(entry).evolve(&CaseEvent::Certified { list: list.clone(), certified_on: recognised_on });
    if dossiers::read(tx, &list).await?.is_none() {
        // A feed has no dossier: its rows are at the province as soon as they are imported.
        case = case.evolve(&CaseEvent::Reported { list, reported_on: recognised_on });
    }
    Ok(Some(folded(tx, &case).await?))
}

/// A case with its history.
pub async fn case_view(tx: &mut dyn Tx, cx: &Context, id: &CaseId) -> Result<Option<CaseView>, Fault> {
    let Some(case) = case_of(tx, id).await? else { return Ok(None) };
    let stage = case.stage_on(cx.now.today);
    let steps = history(tx, cx, id).await?;
    Ok(Some(CaseView { case, stage, steps }))
}

/// Own cases, folded to today, with numbers after `after`; only those at `stage` if one is given.
pub async fn own_cases(
    tx: &mut dyn Tx,
    cx: &Context,
    stage: Option<StageName>,
    after: u64,
    limit: u32,
) -> Result<Vec<(Case, StageName)>, Fault> {
    let mut shown = Vec::new();
    let mut after = after;
    let mut scanned = 0;
    loop {
        let filter = CaseFilter { after, limit: PAGE, ..CaseFilter::default() };
        let rows = tx.cases(cx.me(), &filter).await?;
        let Some(last) = rows.last() else { return Ok(shown) };
        after = last.case.number;
        scanned += rows.len();
        for row in &rows {
            let case = folded(tx, &read_case(row)?.case).await?;
            let at = case.stage_on(cx.now.today);
            if stage.is_none_or(|wanted| wanted == at) {
                shown.push((case, at));
            }
            if shown.len() >= limit as usize {
                return Ok(shown);
            }
        }
        if scanned >= SCANNED_MAX {
            return Ok(shown);
        }
    }
}

/// The entries of a list this node holds, by case number.
pub async fn entries_of_list(
    tx: &mut dyn Tx,
    list: &EntryRef,
    after: u64,
    limit: u32,
) -> Result<Vec<ListEntry>, Fault> {
    let mut entries = Vec::new();
    for chunk in tx.list_chunks(list).await?.into_iter().filter(|chunk| chunk.last_case > after) {
        let Some(bytes) = tx.chunk(&chunk.digest).await? else { continue };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
            let entry = decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?;
            if entry.case.number > after {
                entries.push(entry);
            }
        }
    }
    entries.sort_by_key(|entry| entry.case.number);
    entries.truncate(limit as usize);
    Ok(entries)
}

/// The nodes that have cosigned a checkpoint of a log that contains an entry.
pub async fn cosigners_of(tx: &mut dyn Tx, cx: &Context, at: &EntryRef) -> Result<Vec<NodeId>, Fault> {
    let mut signers = Vec::new();
    for node in &cx.directory().nodes {
        if let Some(row) = tx.latest_cosignature(&at.log, &node.id).await?
            && row.size > at.index
        {
            signers.push(node.id.clone());
        }
    }
    Ok(signers)
}

/// The last day of a validity as officers read it: a department may set none.
pub fn last_day(day: NaiveDate) -> String {
    if day == NaiveDate::MAX { "长期".to_owned() } else { day.to_string() }
}

/// The disclosed facts of a cause in one Chinese sentence.
pub fn cause_sentence(facts: &honghei_domain::comparison::CauseFacts) -> String {
    let document = facts.document_number.as_ref().map(|number| format!("，文书{number}")).unwrap_or_default();
    let appeal = if facts.under_appeal { "，正在复议或诉讼" } else { "" };
    format!("{}部门于{}列入黑名单{document}{appeal}", facts.department.0, facts.recognised_on)
}
