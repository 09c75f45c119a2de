//! Official documents: which acts a document shows, and what they say in it. Nothing is printed here.

mod after;
mod before;
mod bulletin;

use chrono::NaiveDate;
use honghei_codec::list::{decode_entry, open_entries};
use honghei_documents::fields::{Fields, Listed};
use honghei_documents::{Document, DocumentError, DocumentKind, Imprint, Proof, compose};
use honghei_domain::list::{CaseId, ListEntry};
use honghei_domain::node::{ClockClass, EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_domain::refusal::Refusal;
use honghei_ledger::sha256;
use honghei_store::Tx;

use crate::behalf;
use crate::context::Context;
use crate::desk::{dossiers, members};
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::view;

/// What a document is asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A case.
    Case(CaseId),
    /// A list by its certifying act, or any act that makes a document of the kind.
    Entry(EntryRef),
}

/// The fields of a document and the act they come from.
struct Shown {
    fields: Fields,
    act: Entry,
    policy: String,
    dated_on: NaiveDate,
    part: Option<u64>,
}

/// Composes a document from what this node holds.
///
/// # Errors
/// A refusal where the act that the document shows was not done, or is not known here.
pub async fn document(
    tx: &mut dyn Tx,
    cx: &Context,
    kind: DocumentKind,
    of: &Subject,
) -> Result<Document, CommandError> {
    let shown = match kind {
        DocumentKind::Notice => before::notice(tx, cx, of).await?,
        DocumentKind::Publicity => before::publicity(tx, cx, of).await?,
        DocumentKind::Recognition => before::recognition(tx, cx, of).await?,
        DocumentKind::Review => before::review(tx, cx, of).await?,
        DocumentKind::Return => before::returned(tx, cx, of).await?,
        DocumentKind::Objection => after::objection(tx, cx, of).await?,
        DocumentKind::Repair => after::repair(tx, cx, of).await?,
        DocumentKind::Exit => after::exit(tx, cx, of).await?,
        DocumentKind::Filing => after::filing(tx, cx, of).await?,
        DocumentKind::Bulletin => bulletin::bulletin(tx, cx, of).await?,
    };
    let policy = policy_named(cx, &shown.policy)?;
    let imprint = Imprint {
        issuer: organ(cx, &shown.act.at.log.node),
        policy: policy.title.clone(),
        dated_on: shown.dated_on,
        proof: Proof {
            act: shown.act.act().kind().to_owned(),
            digest: sha256(&shown.act.envelope.body),
            place: shown.act.at.clone(),
        },
        part: shown.part,
        rehearsal: cx.directory().clock_class == ClockClass::Simulated,
    };
    Ok(compose(&shown.fields, &imprint, &policy.documents).map_err(refused)?)
}

fn refused(error: DocumentError) -> Refusal {
    Refusal::new(error.code(), "F-04", error.to_string())
}

/// A refusal of a document whose act was not done.
fn not_yet(kind: DocumentKind, clause: &'static str, what: &str) -> CommandError {
    Refusal::new("DOCUMENT_NOT_YET", clause, format!("尚不能制作{}：{what}", kind.zh())).into()
}

fn organ(cx: &Context, node: &NodeId) -> String {
    cx.directory().node(node).map_or_else(|| node.to_string(), |record| record.name.clone())
}

fn policy_named<'a>(cx: &'a Context, name: &str) -> Result<&'a Policy, CommandError> {
    let missing = || Fault::Directory { what: format!("the policy {name}") };
    Ok(cx.reference.policies.get(name).ok_or_else(missing)?)
}

/// An act that this node can read.
async fn act(tx: &mut dyn Tx, at: &EntryRef) -> Result<Entry, CommandError> {
    let entry = match tx.entry(at).await? {
        Some(row) => Entry::read(&row)?,
        None => None,
    };
    let unknown = || Refusal::new("ENTRY_UNKNOWN", "R-025", format!("本节点没有可读的记录{at}"));
    Ok(entry.ok_or_else(unknown)?)
}

/// The list that is meant: by itself, or the last one that holds the case.
async fn list_of(tx: &mut dyn Tx, of: &Subject) -> Result<EntryRef, CommandError> {
    match of {
        Subject::Entry(list) => Ok(list.clone()),
        Subject::Case(case) => {
            let last = dossiers::lists_of_case(tx, case).await?.pop();
            let none = || Refusal::new("LIST_UNKNOWN", "R-025", format!("案件{case}尚未列入任何已认定的名单"));
            Ok(last.ok_or_else(none)?)
        }
    }
}

/// Who signed an act first, as title and name, and for whom where he acted for a head who was away; empty for an act of
/// the machine.
async fn signer(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<String, CommandError> {
    let Some(signature) = entry.envelope.signatures.first() else { return Ok(String::new()) };
    let name = match tx.officer(&signature.node, &signature.officer.0).await? {
        Some(row) => {
            let officer = members::read(&row)?;
            format!("{} {}", officer.title, officer.name)
        }
        None => signature.officer.0.clone(),
    };
    Ok(format!("{name}{}", behalf::words_of(tx, cx, entry).await?))
}

/// The entries of a list that some rule keeps, in the words of their policy.
async fn listed(
    tx: &mut dyn Tx,
    list: &EntryRef,
    policy: &Policy,
    keep: impl Fn(&ListEntry) -> bool,
) -> Result<Vec<Listed>, CommandError> {
    let most = honghei_documents::fields::MAX_ROWS;
    let mut found = Vec::new();
    for chunk in tx.list_chunks(list).await? {
        let Some(bytes) = tx.chunk(&chunk.digest).await? else {
            return Err(Refusal::new("LIST_INCOMPLETE", "R-025", format!("名单{list}尚未收全")).into());
        };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk"))? {
            let entry = decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?;
            if keep(&entry) {
                found.push((entry.case.number, Listed::of(&entry, policy)));
            }
        }
        if found.len() > most {
            let error = DocumentError::TooLong { found: found.len(), most };
            return Err(refused(error).into());
        }
    }
    found.sort_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, listed)| listed).collect())
}

/// The last step of a kind in a case's history.
async fn last_step(
    tx: &mut dyn Tx,
    cx: &Context,
    case: &CaseId,
    kinds: &[&str],
) -> Result<Option<EntryRef>, CommandError> {
    let found = view::case_view(tx, cx, case).await?;
    let unknown = || Refusal::new("CASE_UNKNOWN", "R-020", format!("本节点没有案件{case}"));
    let steps = found.ok_or_else(unknown)?.steps;
    Ok(steps.into_iter().rfind(|step| kinds.contains(&step.kind)).map(|step| step.at))
}
