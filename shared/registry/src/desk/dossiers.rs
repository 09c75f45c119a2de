//! The folder of every list: dossiers, publicities and petitions, kept alike on every node that sees the acts.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::act::{Act, PublicityOf};
use honghei_domain::case::Context as CaseContext;
use honghei_domain::dossier::{Dossier, DossierCommand, DossierStage};
use honghei_domain::list::{CaseId, ListManifest};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::{ApprovalForm, Policy, Reviewer};
use honghei_domain::refusal::{Decided, Refusal};
use honghei_store::{DossierRow, ListChunkRow, PetitionRow, PublicityRow, Tx};
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::context::Context;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};

/// A publicity as it was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicityBody {
    /// What is publicised.
    pub of: PublicityOf,
    /// 公示渠道.
    pub channel: String,
    /// First day.
    pub opened_on: NaiveDate,
}

/// A statement or objection as it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PetitionBody {
    /// The list objected to; none for a statement before recognition.
    pub list: Option<EntryRef>,
    /// By whom.
    pub by: String,
    /// Grounds.
    pub grounds: String,
    /// When.
    pub received_on: NaiveDate,
}

/// Folds everything about lists.
#[derive(Debug)]
pub struct DossierDesk;

#[async_trait]
impl Desk for DossierDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let act = entry.act();
        keep_petitions(tx, entry).await?;
        if let Act::ListCertified { department, manifest, .. } = act {
            let node = &entry.at.log.node;
            put_chunks(tx, &entry.at, node, manifest).await?;
            let reviewer = reviewer_of(cx, node, cx.reference.policy_of(department).map(|(_, policy)| policy));
            let signed_by = entry.envelope.signatures.first().map(|signature| signature.officer.clone());
            let opened = Dossier::certified(&entry.at, &entry.body.policy, act, reviewer, signed_by);
            let policy = cx.reference.policies.get(&entry.body.policy);
            let collegiate = policy.is_some_and(|policy| policy.approval.form == ApprovalForm::Collegiate);
            return match opened {
                Some(dossier) if collegiate => write(tx, &dossier.to_be_approved()).await,
                Some(dossier) => write(tx, &dossier).await,
                None => Ok(()),
            };
        }
        for list in lists_of(tx, act).await? {
            if let Some(dossier) = read(tx, &list).await? {
                write(tx, &dossier.evolve(&entry.at, act)).await?;
            }
        }
        keep_publicities(tx, entry).await
    }
}

/// Who reviews a node's lists under a policy.
pub fn reviewer_of(cx: &Context, node: &NodeId, policy: Option<&Policy>) -> Reviewer {
    match (policy, cx.directory().node(node)) {
        (Some(policy), Some(record)) => policy.reviewer_of(record.tier, record.parent.as_ref()),
        _ => Reviewer::Nobody,
    }
}

/// Records where the cases of a list lie.
pub async fn put_chunks(
    tx: &mut dyn Tx,
    list: &EntryRef,
    case_origin: &NodeId,
    manifest: &ListManifest,
) -> Result<(), Fault> {
    let rows: Vec<ListChunkRow> = (0..)
        .zip(&manifest.chunks)
        .map(|(ordinal, slice)| ListChunkRow {
            list: list.clone(),
            ordinal,
            case_origin: case_origin.clone(),
            first_case: slice.first_case,
            last_case: slice.last_case,
            digest: slice.digest,
            count: slice.count,
        })
        .collect();
    Ok(tx.put_list_chunks(&rows).await?)
}

/// The lists an act bears on.
async fn lists_of(tx: &mut dyn Tx, act: &Act) -> Result<Vec<EntryRef>, Fault> {
    Ok(match act {
        Act::ListApproved { list, .. }
        | Act::ListDisapproved { list, .. }
        | Act::ListDeclared { list, .. }
        | Act::MaterialsReceived { list, .. }
        | Act::ListReviewed { list, .. }
        | Act::ReviewSigned { list, .. }
        | Act::ObjectionReceived { list, .. }
        | Act::ListReported { list, .. }
        | Act::PublicityOpened { of: PublicityOf::List(list), .. } => vec![list.clone()],
        Act::PublicityClosed { publicity, .. } => match tx.publicity(publicity).await? {
            Some(row) => match publicity_body(&row)?.of {
                PublicityOf::List(list) => vec![list],
                PublicityOf::Cases(_) => Vec::new(),
            },
            None => Vec::new(),
        },
        Act::ObjectionVerified { objection, .. } => list_of_petition(tx, objection).await?.into_iter().collect(),
        Act::ActInterpreted { act, .. } => match tx.entry(act).await? {
            Some(row) => match Entry::read(&row)?.map(|entry| entry.body.act) {
                Some(Act::ListDeclared { list, .. } | Act::ListReported { list, .. }) => vec![list],
                Some(Act::ObjectionVerified { objection, .. }) => {
                    list_of_petition(tx, &objection).await?.into_iter().collect()
                }
                _ => Vec::new(),
            },
            None => Vec::new(),
        },
        Act::EntryWithdrawn { case, .. } => lists_of_case(tx, case).await?,
        _ => Vec::new(),
    })
}

/// The certified lists that hold a case, oldest first.
pub async fn lists_of_case(tx: &mut dyn Tx, case: &CaseId) -> Result<Vec<EntryRef>, Fault> {
    let lists: BTreeSet<EntryRef> = tx.chunks_of_case(case).await?.into_iter().map(|chunk| chunk.list).collect();
    Ok(lists.into_iter().collect())
}

async fn list_of_petition(tx: &mut dyn Tx, petition: &EntryRef) -> Result<Option<EntryRef>, Fault> {
    match tx.petition(petition).await? {
        Some(row) => Ok(petition_body(&row)?.list),
        None => Ok(None),
    }
}

async fn keep_publicities(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    match entry.act() {
        Act::PublicityOpened { of, channel, opened_on, ends_on } => {
            let body = PublicityBody { of: of.clone(), channel: channel.clone(), opened_on: *opened_on };
            let body = encode(&body, "a publicity")?;
            let row = PublicityRow { at: entry.at.clone(), ends_on: *ends_on, open: true, body };
            Ok(tx.put_publicity(&row).await?)
        }
        Act::PublicityClosed { publicity, .. } if publicity.log.node == entry.at.log.node => {
            match tx.publicity(publicity).await? {
                Some(row) => Ok(tx.put_publicity(&PublicityRow { open: false, ..row }).await?),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

async fn keep_petitions(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    let (case, body) = match entry.act() {
        Act::StatementReceived { case, by, grounds, received_on } => {
            (case, PetitionBody { list: None, by: by.clone(), grounds: grounds.clone(), received_on: *received_on })
        }
        Act::ObjectionReceived { list, case, by, grounds, received_on } => {
            let list = Some(list.clone());
            (case, PetitionBody { list, by: by.clone(), grounds: grounds.clone(), received_on: *received_on })
        }
        Act::StatementDisposed { statement: petition, .. } | Act::ObjectionVerified { objection: petition, .. } => {
            return match tx.petition(petition).await? {
                Some(row) if row.case.origin == entry.at.log.node => {
                    Ok(tx.put_petition(&PetitionRow { open: false, ..row }).await?)
                }
                _ => Ok(()),
            };
        }
        _ => return Ok(()),
    };
    let body = encode(&body, "a petition")?;
    Ok(tx.put_petition(&PetitionRow { at: entry.at.clone(), case: case.clone(), open: true, body }).await?)
}

/// Reads a dossier.
pub async fn read(tx: &mut dyn Tx, list: &EntryRef) -> Result<Option<Dossier>, Fault> {
    match tx.dossier(list).await? {
        Some(row) => decode_row(&row).map(Some),
        None => Ok(None),
    }
}

/// Reads a dossier that must be there, or says to the officer that it is not.
pub async fn require(tx: &mut dyn Tx, list: &EntryRef) -> Result<Dossier, CommandError> {
    match read(tx, list).await? {
        Some(dossier) => Ok(dossier),
        None => Err(Refusal::new("LIST_UNKNOWN", "R-025", format!("本节点没有名单{list}")).into()),
    }
}

/// A dossier from its row.
pub fn decode_row(row: &DossierRow) -> Result<Dossier, Fault> {
    decode(&row.body, "a dossier")
}

/// A publicity from its row.
pub fn publicity_body(row: &PublicityRow) -> Result<PublicityBody, Fault> {
    decode(&row.body, "a publicity")
}

/// A petition from its row.
pub fn petition_body(row: &PetitionRow) -> Result<PetitionBody, Fault> {
    decode(&row.body, "a petition")
}

async fn write(tx: &mut dyn Tx, dossier: &Dossier) -> Result<(), Fault> {
    let stage = dossier.stage();
    let due_on = match stage {
        DossierStage::Received { due_on } | DossierStage::Reviewed { due_on } => Some(due_on),
        DossierStage::InPublicity { ends_on } => Some(ends_on),
        _ => None,
    };
    let row = DossierRow {
        list: dossier.list.clone(),
        stage: stage.as_str().to_owned(),
        due_on,
        kind: dossier.kind,
        count: dossier.count,
        body: encode(dossier, "a dossier")?,
    };
    Ok(tx.put_dossier(&row).await?)
}

pub(super) fn encode<T: Serialize>(value: &T, what: &str) -> Result<Vec<u8>, Fault> {
    postcard::to_stdvec(value).map_err(|_| Fault::inconsistent(what))
}

pub(super) fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8], what: &str) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|_| Fault::inconsistent(what))
}

/// The place that the next own act will take.
pub async fn next_place(tx: &mut dyn Tx, cx: &Context) -> Result<EntryRef, Fault> {
    let index = tx.head(&cx.log).await?.map_or(0, |head| head.size);
    Ok(EntryRef { log: cx.log.clone(), index })
}

/// The surroundings of a decision under a policy.
pub fn surroundings<'a>(cx: &'a Context, policy: &'a Policy, place: &'a EntryRef) -> Result<CaseContext<'a>, Fault> {
    Ok(CaseContext {
        policy,
        calendar: &cx.reference.calendar,
        today: cx.now.today,
        node: cx.me(),
        tier: cx.tier()?,
        place,
    })
}

/// The policy of a list, by the name it was certified under.
pub fn policy_of<'a>(cx: &'a Context, dossier: &Dossier) -> Result<&'a Policy, Fault> {
    let found = match dossier.policy.as_str() {
        "" => cx.reference.policy_of(&dossier.department).map(|(_, policy)| policy),
        quoted => cx.reference.quoted(quoted),
    };
    found.ok_or_else(|| Fault::Directory { what: format!("policy {}", dossier.policy) })
}

/// The one act a command on a list comes to.
pub async fn decide(
    tx: &mut dyn Tx,
    cx: &Context,
    dossier: &Dossier,
    asked: &DossierCommand,
) -> Result<Act, CommandError> {
    let place = next_place(tx, cx).await?;
    let policy = policy_of(cx, dossier)?;
    let surroundings = surroundings(cx, policy, &place)?;
    match dossier.decide(asked, &surroundings)? {
        Decided::AlreadyDone(done) => Err(CommandError::AlreadyDone(done.zh)),
        Decided::Acts(acts) => match <[Act; 1]>::try_from(acts) {
            Ok([act]) => Ok(act),
            Err(acts) => Err(Fault::inconsistent(format!("a decision of {} acts", acts.len())).into()),
        },
    }
}
