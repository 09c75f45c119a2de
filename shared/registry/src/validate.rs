//! What a reviewer's node checks of every row before an officer sees it: a bad row never blocks the good ones.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_chunk};
use honghei_domain::act::RowRejection;
use honghei_domain::calendar::{CountStartDay, Term};
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{ListEntry, ListKind, ListManifest};
use honghei_domain::policy::{Demand, Policy};
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::list::list_root;
use honghei_store::Tx;

use crate::context::Context;
use crate::desk::dossiers;
use crate::error::Fault;

/// Why a whole list is refused: stable code and 理由.
pub type ListRefusal = (&'static str, String);

/// Checks a certified list's chunks against its manifest and every row against the policy.
///
/// Rows that fail come back; a list that contradicts its own manifest is refused whole.
pub async fn certified_list(
    tx: &mut dyn Tx,
    cx: &Context,
    dossier: &Dossier,
    manifest: &ListManifest,
) -> Result<Result<Vec<RowRejection>, ListRefusal>, Fault> {
    let roots: Vec<_> = manifest.chunks.iter().map(|slice| (slice.root, slice.count)).collect();
    if list_root(&roots).ok() != Some(manifest.root) {
        return Ok(Err(("LIST_ROOT_WRONG", "名单的校验根与各分块不符".to_owned())));
    }
    let policy = dossiers::policy_of(cx, dossier)?;
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for slice in &manifest.chunks {
        let missing = || Fault::inconsistent(format!("a chunk of {}", dossier.list));
        let bytes = tx.chunk(&slice.digest).await?.ok_or_else(missing)?;
        let salted = match open_chunk(slice, &bytes) {
            Ok(salted) => salted,
            Err(defect) => return Ok(Err(("CHUNK_MALFORMED", format!("名单分块无法读取：{defect}")))),
        };
        for salted in salted {
            let entry = match decode_entry(&salted.body) {
                Ok(entry) => entry,
                Err(defect) => return Ok(Err(("ENTRY_MALFORMED", format!("名单记录无法读取：{defect}")))),
            };
            if entry.case.origin != *dossier.recogniser() {
                return Ok(Err(("CASE_NOT_OWN", format!("{}不是申报单位的案件", entry.case))));
            }
            let twice = !seen.insert((SubjectKey::of(&entry.subject), document_number(&entry)));
            let found = row_defect(cx, policy, dossier, &entry);
            let found = found.or_else(|| twice.then(|| ("ROW_DUPLICATE", "同一主体、同一依据在名单中重复".to_owned())));
            if let Some((code, reason)) = found {
                rows.push(RowRejection { case: entry.case, code: code.to_owned(), reason });
            }
        }
    }
    Ok(Ok(rows))
}

fn document_number(entry: &ListEntry) -> String {
    entry.document.as_ref().map(|document| document.number.clone()).unwrap_or_default()
}

/// The first thing wrong with a row, in the order an officer would look.
fn row_defect(cx: &Context, policy: &Policy, dossier: &Dossier, entry: &ListEntry) -> Option<ListRefusal> {
    let day = dossier.certified_on;
    if entry.kind != dossier.kind || entry.department != dossier.department {
        return Some(("ROW_OTHER_LIST", "记录的名单类别或部门与名单不符".to_owned()));
    }
    if entry.criteria.is_empty() {
        return Some(("CRITERION_MISSING", "未注明认定标准".to_owned()));
    }
    for code in &entry.criteria {
        match policy.criterion(code) {
            Some(criterion) if criterion.kind == entry.kind && criterion.is_effective_on(day) => {}
            _ => return Some(("CRITERION_UNFIT", format!("认定标准{}不适用于本名单", code.0))),
        }
    }
    if !policy.has_class(&entry.subject.class) {
        return Some(("SUBJECT_CLASS_UNKNOWN", format!("主体类别{}不在适用范围内", entry.subject.class)));
    }
    if entry.kind == ListKind::Black {
        match &entry.document {
            None => return Some(("DOCUMENT_MISSING", "黑名单记录缺少生效法律文书".to_owned())),
            Some(document) if document.effective_on > day => {
                return Some(("DOCUMENT_NOT_EFFECTIVE", format!("文书{}在认定时尚未生效", document.number)));
            }
            Some(_) => {}
        }
        if entry.repairability.is_none() {
            return Some(("REPAIRABILITY_MISSING", "黑名单记录未明确能否修复".to_owned()));
        }
    }
    procedure_defect(cx, policy, entry, day)
}

/// Notice and publicity as the policy demands, counted again here: nobody's word is taken for a legal period.
fn procedure_defect(cx: &Context, policy: &Policy, entry: &ListEntry, day: NaiveDate) -> Option<ListRefusal> {
    let rules = policy.rules(entry.kind);
    let procedure = &entry.procedure;
    if procedure.notice.is_none() && procedure.publicity.is_none() {
        return Some(("PROCEDURE_MISSING", "既未告知也未公示".to_owned()));
    }
    if rules.notice == Demand::Required && procedure.notice.is_none() {
        return Some(("NOTICE_MISSING", "未书面告知当事主体".to_owned()));
    }
    if rules.publicity == Demand::Required && procedure.publicity.is_none() {
        return Some(("PUBLICITY_MISSING", "未公示".to_owned()));
    }
    let count = if policy.terms.count_start_day { CountStartDay::Included } else { CountStartDay::Excluded };
    let ends = |from: NaiveDate, days: u32| cx.reference.calendar.deadline(from, Term::WorkingDays(days), count).on;
    if let Some(notice) = &procedure.notice
        && ends(notice.served_on, policy.terms.statement_days) >= day
    {
        return Some(("STATEMENT_PERIOD_SHORT", "告知后的陈述申辩期尚未届满".to_owned()));
    }
    if let Some(publicity) = &procedure.publicity
        && (publicity.ended_on < ends(publicity.opened_on, policy.terms.candidate_publicity_days)
            || publicity.ended_on >= day)
    {
        return Some(("PUBLICITY_SHORT", format!("公示不足{}个工作日", policy.terms.candidate_publicity_days)));
    }
    None
}
