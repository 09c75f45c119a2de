//! Files of declarations and cases as this node holds them (R-025, F-07): named, checked, put together.

use honghei_codec::entry::ChunkDue;
use honghei_domain::act::Act;
use honghei_domain::attachment::{self, AttachmentDefect};
use honghei_domain::bulletin::BulletinAct;
use honghei_domain::list::{AttachmentRef, CaseId, Digest};
use honghei_domain::listing::ListingAct;
use honghei_domain::node::EntryRef;
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use crate::desk::dossiers;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::view::case_of;

/// What files belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A certified list: the materials of its last declaration; a dissemination or an application for repair: its own
    /// files (R-034, F-12).
    List(EntryRef),
    /// A case: the documents of its entry.
    Case(CaseId),
}

/// The files of a list's declaration or of a case, in the order they were named.
pub async fn files_of(tx: &mut dyn Tx, holder: &Holder) -> Result<Vec<AttachmentRef>, CommandError> {
    match holder {
        Holder::Case(id) => match case_of(tx, id).await? {
            Some(case) => Ok(case.entry.attachments),
            None => Err(Refusal::new("CASE_UNKNOWN", "R-008", format!("本节点没有案件{id}")).into()),
        },
        Holder::List(list) => {
            match act_at(tx, list).await? {
                Some(Act::Bulletin(BulletinAct::Disseminated(spread))) => return Ok(spread.attachments),
                Some(Act::Listing(ListingAct::RepairApplied { attachments, .. })) => return Ok(attachments),
                _ => {}
            }
            let dossier = dossiers::require(tx, list).await?;
            let Some(declaration) = dossier.declaration else {
                return Err(Refusal::new("NOT_DECLARED", "R-025", format!("名单{list}尚未申报，没有申报材料")).into());
            };
            match act_at(tx, &declaration.act).await? {
                Some(Act::ListDeclared { materials, .. }) => Ok(materials),
                _ => Err(Fault::inconsistent(format!("the declaration of {list}")).into()),
            }
        }
    }
}

async fn act_at(tx: &mut dyn Tx, at: &EntryRef) -> Result<Option<Act>, Fault> {
    let entry = Entry::find(tx, at).await?;
    Ok(entry.map(|entry| entry.body.act))
}

/// Whether every part of a file is here.
pub async fn is_held(tx: &mut dyn Tx, file: &AttachmentRef) -> Result<bool, Fault> {
    Ok(tx.missing_chunks(&file.parts).await?.is_empty())
}

/// A file's bytes, each part checked against its address and the whole against what was signed.
pub async fn read(tx: &mut dyn Tx, file: &AttachmentRef) -> Result<Result<Vec<u8>, AttachmentDefect>, Fault> {
    let mut parts = Vec::with_capacity(file.parts.len());
    for address in &file.parts {
        match tx.chunk(address).await? {
            Some(bytes) => parts.push(bytes),
            None => return Ok(Err(AttachmentDefect::Incomplete { name: file.name.clone() })),
        }
    }
    Ok(attachment::assemble(file, &parts))
}

/// Checks files that another node's act names: each makes sense, travels with the act, is here and is what it says.
pub async fn judge(
    tx: &mut dyn Tx,
    files: &[AttachmentRef],
    due: &[ChunkDue],
) -> Result<Result<(), AttachmentDefect>, Fault> {
    if let Err(defect) = attachment::check(files) {
        return Ok(Err(defect));
    }
    let travels = |address: &Digest| due.iter().any(|chunk| chunk.digest == *address);
    for file in files {
        if !file.parts.iter().all(travels) {
            return Ok(Err(AttachmentDefect::Incomplete { name: file.name.clone() }));
        }
        if let Err(defect) = read(tx, file).await? {
            return Ok(Err(defect));
        }
    }
    Ok(Ok(()))
}
