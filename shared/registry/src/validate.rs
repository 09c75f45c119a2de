//! What a reviewer's node checks of every row before an officer sees it: a bad row never blocks the good ones.

use std::collections::BTreeSet;

use honghei_codec::list::{decode_entry, open_chunk};
use honghei_domain::act::RowRejection;
use honghei_domain::attachment::{self, AttachmentDefect};
use honghei_domain::case::examine;
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{ListEntry, ListManifest};
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::list::list_root;
use honghei_store::Tx;

use crate::attachments;
use crate::context::Context;
use crate::desk::dossiers;
use crate::error::Fault;

/// Why a whole list is refused: stable code and 理由.
pub type ListRefusal = (&'static str, String);

/// Checks a certified list's chunks against its manifest and every row against the policy and its own procedure.
///
/// Rows that fail come back; a list that contradicts its own manifest, or speaks of another node's cases, is refused
/// whole, because then nothing in it is what its head signed.
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
    let surroundings = dossiers::surroundings(cx, policy, &dossier.list)?;
    let mut rows = Vec::new();
    let mut cases = BTreeSet::new();
    let mut listings = BTreeSet::new();
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
            if !cases.insert(entry.case.number) {
                return Ok(Err(("CASE_TWICE", format!("案件{}在名单中出现两次", entry.case))));
            }
            let found = if entry.kind != dossier.kind || entry.department != dossier.department {
                Some(("ROW_OTHER_LIST", "记录的名单类别或部门与名单不符".to_owned()))
            } else if !listings.insert((SubjectKey::of(&entry.subject), document_number(&entry))) {
                Some(("ROW_DUPLICATE", "同一主体、同一依据在名单中重复".to_owned()))
            } else {
                match examine(&entry, &dossier.list, dossier.certified_on, &surroundings) {
                    Err(refusals) => consolidated(&refusals),
                    Ok(()) => documents(tx, &entry).await?,
                }
            };
            if let Some((code, reason)) = found {
                rows.push(RowRejection { case: entry.case, code: code.to_owned(), reason });
            }
        }
    }
    Ok(Ok(rows))
}

/// What is wrong with the documents of an entry: they are named soundly and all here.
async fn documents(tx: &mut dyn Tx, entry: &ListEntry) -> Result<Option<ListRefusal>, Fault> {
    if let Err(defect) = attachment::check(&entry.attachments) {
        return Ok(Some((defect.code(), defect.to_string())));
    }
    for file in &entry.attachments {
        if !attachments::is_held(tx, file).await? {
            let defect = AttachmentDefect::Incomplete { name: file.name.clone() };
            return Ok(Some((defect.code(), defect.to_string())));
        }
    }
    Ok(None)
}

fn document_number(entry: &ListEntry) -> String {
    entry.document.as_ref().map(|document| document.number.clone()).unwrap_or_default()
}

/// Every reason in one sentence, under the code of the first: the recogniser corrects once.
fn consolidated(refusals: &[honghei_domain::refusal::Refusal]) -> Option<ListRefusal> {
    let code = refusals.first()?.code;
    let sentences: Vec<&str> = refusals.iter().map(|refusal| refusal.zh.as_str()).collect();
    Some((code, sentences.join("")))
}
