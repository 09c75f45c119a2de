//! Signatures besides the acting officer's: which an act needs, and whether an entry carries them (SW-B-12, C-5).
//!
//! Every reader comes to the same demand from the act and its chunks alone, so that a node that leaves a signature out
//! convinces nobody.

use std::collections::BTreeSet;

use honghei_codec::list::{decode_entry, open_entries};
use honghei_domain::act::{Act, ActBody, Officer};
use honghei_domain::comparison::guarded_share;
use honghei_domain::feed::guarded_leave;
use honghei_domain::list::{CriterionCode, ListManifest};
use honghei_domain::node::Tier;
use honghei_domain::permit::{Action, Countersigning, assign, second_signature};
use honghei_domain::policy::{CriterionForm, Policy};
use honghei_store::Tx;

use crate::context::Context;
use crate::desk::{dossiers, members};
use crate::entry::{DraftChunk, Entry};
use crate::error::Fault;
use crate::feed;

/// The signatures an act needs besides the acting officer's; `fresh` holds chunks that are not stored yet.
pub async fn demanded(
    tx: &mut dyn Tx,
    cx: &Context,
    body: &ActBody,
    fresh: &[DraftChunk],
) -> Result<Vec<Countersigning>, Fault> {
    let demand = match &body.act {
        Act::ListCertified { department, manifest, .. } => {
            let named = cx.reference.policies.get(&body.policy);
            let policy = named.or_else(|| cx.reference.policy_of(department).map(|(_, policy)| policy));
            let cites = match policy {
                Some(policy) => cites_open_clause(tx, policy, manifest, fresh).await?,
                None => false,
            };
            second_signature(Action::Certify, cites)
        }
        Act::ResultPublished { counts, .. } => {
            second_signature(Action::PublishResult, guarded_share(counts.removed, counts.red).is_some())
        }
        // A body that says no says so by as many members as would have carried the list.
        Act::ListApproved { list, .. } | Act::ListDisapproved { list, .. } => {
            // The policy that the list was certified under says how many votes carry it.
            let policy = match dossiers::read(tx, list).await? {
                Some(dossier) => dossiers::policy_of(cx, &dossier).ok(),
                None => cx.reference.policies.get(&body.policy),
            };
            let votes = policy.map_or(1, |policy| policy.approval.votes.max(1));
            Some(Countersigning { action: Action::ApproveCollegially, people: votes })
        }
        Act::FeedImported { source, mode, gone, unread, .. } => {
            let standing = feed::read(tx, source).await?.map_or(0, |feed| feed.standing.len());
            second_signature(Action::ImportFeed, guarded_leave(*mode, gone.len(), standing, *unread))
        }
        _ => None,
    };
    Ok(demand.into_iter().collect())
}

/// Whether an entry of a list rests on an open clause.
///
/// A chunk that cannot be read says nothing here: whoever judges the list refuses the whole of it.
async fn cites_open_clause(
    tx: &mut dyn Tx,
    policy: &Policy,
    manifest: &ListManifest,
    fresh: &[DraftChunk],
) -> Result<bool, Fault> {
    let open = policy.criteria.iter().filter(|criterion| criterion.form == CriterionForm::Open);
    let open: Vec<&CriterionCode> = open.map(|criterion| &criterion.code).collect();
    for slice in &manifest.chunks {
        let stored;
        let drafted = fresh.iter().find(|chunk| chunk.digest == slice.digest);
        let bytes = match drafted.and_then(|chunk| chunk.bytes.as_deref()) {
            Some(bytes) => Some(bytes),
            None => {
                stored = tx.chunk(&slice.digest).await?;
                stored.as_deref()
            }
        };
        let Some(bytes) = bytes else { continue };
        // A code stands in an entry's bytes as it is written: most chunks need not be decoded.
        if !open.iter().any(|code| contains(bytes, code.0.as_bytes())) {
            continue;
        }
        let Ok(rows) = open_entries(bytes) else { continue };
        let entries = rows.iter().filter_map(|salted| decode_entry(&salted.body).ok());
        if entries.into_iter().any(|entry| entry.criteria.iter().any(|code| open.contains(&code))) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && memchr::memmem::find(bytes, wanted).is_some()
}

/// Whether those who signed an entry after the acting officer are other people of the same node, signed exactly this,
/// and meet every demand of the act.
pub async fn hold(tx: &mut dyn Tx, cx: &Context, entry: &Entry, statement: &[u8], tier: Tier) -> Result<bool, Fault> {
    let mut signed = BTreeSet::new();
    let mut roles = Vec::new();
    for (at, signature) in entry.envelope.signatures.iter().enumerate() {
        if signature.node != entry.at.log.node || !signed.insert(&signature.officer) {
            return Ok(false);
        }
        // The caller has checked the first.
        if at == 0 {
            continue;
        }
        let Some(row) = tx.officer(&signature.node, &signature.officer.0).await? else { return Ok(false) };
        let officer = members::read(&row)?;
        if !is_by(&officer, &signature.algorithm, &signature.signature, statement) {
            return Ok(false);
        }
        roles.push(officer.roles);
    }
    let demands = demanded(tx, cx, &entry.body, &[]).await?;
    Ok(assign(tier, &demands, &roles).1.is_empty())
}

/// Whether a signature under a statement is an officer's, by the key he has now.
pub fn is_by(officer: &Officer, algorithm: &str, signature: &[u8], statement: &[u8]) -> bool {
    algorithm == officer.key.algorithm && members::public_key(&officer.key).verify(statement, signature)
}

/// A demand as an officer reads it.
pub fn demand_zh(demand: &Countersigning) -> String {
    format!("{}人（{}）", demand.people, demand.action.zh())
}
