//! What a reviewer's node checks of every row before an officer sees it: a bad row never blocks the good ones.

use std::collections::HashSet;

use honghei_codec::list::{decode_entry, open_kept_chunk};
use honghei_domain::act::RowRejection;
use honghei_domain::attachment::{self, AttachmentDefect};
use honghei_domain::case::{Context as Surroundings, examine};
use honghei_domain::directory::NodeRecord;
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{AttachmentRef, CaseId, ChunkSlice, ListEntry, ListManifest};
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::SubjectKey;
use honghei_ledger::list::list_root;
use honghei_store::Tx;

use crate::context::Context;
use crate::desk::dossiers;
use crate::error::Fault;
use crate::{attachments, parallel};

/// Why a whole list is refused: stable code and 理由.
pub type ListRefusal = (&'static str, String);

/// Checks a certified list's chunks against its manifest and every row against the policy and its own procedure.
///
/// Rows that fail come back; a list that contradicts its own manifest, or speaks of another node's cases, is refused
/// whole, because then nothing in it is what its head signed; so is a list of a department that the directory does not
/// give its recogniser, since its terms and reviewers are not those its head may choose.
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
    let acts_for = |record: &NodeRecord| record.departments.contains(&dossier.department);
    if !cx.directory().node(dossier.recogniser()).is_some_and(acts_for) {
        let reason = format!("{}不为部门{}认定名单", dossier.recogniser(), dossier.department.0);
        return Ok(Err(("DEPARTMENT_NOT_ITS_OWN", reason)));
    }
    let policy = dossiers::policy_of(cx, dossier)?;
    let surroundings = dossiers::surroundings(cx, policy, &dossier.list)?;
    let mut rows = Vec::new();
    let mut cases = HashSet::new();
    let mut listings = HashSet::new();
    for slices in manifest.chunks.chunks(parallel::CHUNKS) {
        let mut chunks = Vec::with_capacity(slices.len());
        for slice in slices {
            let missing = || Fault::inconsistent(format!("a chunk of {}", dossier.list));
            chunks.push((slice, tx.chunk(&slice.digest).await?.ok_or_else(missing)?));
        }
        let examined = parallel::each(&chunks, |(slice, bytes)| examined(slice, bytes, dossier, &surroundings));
        for row in examined.into_iter().flatten() {
            let row = match row {
                Ok(row) => row,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if row.case.origin != *dossier.recogniser() {
                return Ok(Err(("CASE_NOT_OWN", format!("{}不是申报单位的案件", row.case))));
            }
            if !cases.insert(row.case.number) {
                return Ok(Err(("CASE_TWICE", format!("案件{}在名单中出现两次", row.case))));
            }
            let found = if row.is_of_other_list {
                Some(("ROW_OTHER_LIST", "记录的名单类别或部门与名单不符".to_owned()))
            } else if !listings.insert(row.listing) {
                Some(("ROW_DUPLICATE", "同一主体、同一依据在名单中重复".to_owned()))
            } else {
                match row.finding {
                    Err(refusals) => consolidated(&refusals),
                    Ok(()) => documents(tx, &row.attachments).await?,
                }
            };
            if let Some((code, reason)) = found {
                rows.push(RowRejection { case: row.case, code: code.to_owned(), reason });
            }
        }
    }
    Ok(Ok(rows))
}

/// What a row says that concerns the whole list, and what the policy says of it by itself.
struct Examined {
    case: CaseId,
    is_of_other_list: bool,
    /// Subject and document: no two rows of a list share both.
    listing: (SubjectKey, String),
    finding: Result<(), Vec<Refusal>>,
    attachments: Vec<AttachmentRef>,
}

/// The rows of a chunk, each examined for itself; what cannot be read refuses the list at its place.
fn examined(
    slice: &ChunkSlice,
    bytes: &[u8],
    dossier: &Dossier,
    surroundings: &Surroundings<'_>,
) -> Vec<Result<Examined, ListRefusal>> {
    let salted = match open_kept_chunk(slice, bytes) {
        Ok(salted) => salted,
        Err(defect) => return vec![Err(("CHUNK_MALFORMED", format!("名单分块无法读取：{defect}")))],
    };
    let examined = salted.iter().map(|salted| match decode_entry(&salted.body) {
        Ok(entry) => Ok(Examined {
            is_of_other_list: entry.kind != dossier.kind || entry.department != dossier.department,
            listing: (SubjectKey::of(&entry.subject), document_number(&entry)),
            finding: examine(&entry, &dossier.list, dossier.certified_on, surroundings),
            case: entry.case,
            attachments: entry.attachments,
        }),
        Err(defect) => Err(("ENTRY_MALFORMED", format!("名单记录无法读取：{defect}"))),
    });
    examined.collect()
}

/// What is wrong with the documents of an entry: they are named soundly and all here.
async fn documents(tx: &mut dyn Tx, named: &[AttachmentRef]) -> Result<Option<ListRefusal>, Fault> {
    if let Err(defect) = attachment::check(named) {
        return Ok(Some((defect.code(), defect.to_string())));
    }
    for file in named {
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
fn consolidated(refusals: &[Refusal]) -> Option<ListRefusal> {
    let code = refusals.first()?.code;
    let sentences: Vec<&str> = refusals.iter().map(|refusal| refusal.zh.as_str()).collect();
    Some((code, sentences.join("")))
}
