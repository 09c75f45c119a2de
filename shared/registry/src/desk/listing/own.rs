//! What a bureau publishes by itself: its announcements in order, because no result version tells them apart.

use chrono::NaiveDate;
use honghei_domain::clock;
use honghei_domain::dossier::Dossier;
use honghei_domain::node::{EntryRef, NodeId};
use honghei_domain::policy::Policy;
use honghei_store::{ListingRow, Tx};
use serde::{Deserialize, Serialize};

use super::view::on_demanded;
use crate::context::Context;
use crate::desk::dossiers::{decode, decode_row, encode};
use crate::entry::Entry;
use crate::error::Fault;

/// An announcement of a node that publishes by itself, by its act.
const TOLD: &str = "told";

/// One announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    at: EntryRef,
    channel: String,
    on: NaiveDate,
}

/// Keeps an announcement that was made under a policy of own publication.
pub(super) async fn keep(
    tx: &mut dyn Tx,
    cx: &Context,
    entry: &Entry,
    channel: &str,
    on: NaiveDate,
) -> Result<(), Fault> {
    let policy = cx.reference.quoted(&entry.body.policy);
    if !policy.is_some_and(|policy| policy.publication.own_publication) {
        return Ok(());
    }
    let told = Told { at: entry.at.clone(), channel: channel.to_owned(), on };
    let row = ListingRow {
        origin: entry.at.log.node.clone(),
        record: TOLD.to_owned(),
        place: entry.at.to_string(),
        subject_key: String::new(),
        open: false,
        due_on: None,
        body: encode(&told, "an own publication")?,
    };
    Ok(tx.put_listing(&row).await?)
}

/// The day from which a list stood on every channel that its policy demands, as its recogniser announced after it was
/// passed; none while one is missing, or while the list was not passed.
pub async fn told_on(tx: &mut dyn Tx, dossier: &Dossier, policy: &Policy) -> Result<Option<NaiveDate>, Fault> {
    told(tx, dossier, policy, |_| true).await
}

/// The same as of the act that reported the list: whoever reads the recogniser's log up to there finds this day, whenever
/// he reads it (AMB-06).
pub async fn told_by(
    tx: &mut dyn Tx,
    dossier: &Dossier,
    policy: &Policy,
    report: &EntryRef,
) -> Result<Option<NaiveDate>, Fault> {
    told(tx, dossier, policy, |at| at < report).await
}

async fn told(
    tx: &mut dyn Tx,
    dossier: &Dossier,
    policy: &Policy,
    counts: impl Fn(&EntryRef) -> bool,
) -> Result<Option<NaiveDate>, Fault> {
    let Some(passed) = clock::passed(dossier).and_then(|passed| passed.act) else { return Ok(None) };
    let mut since = announcements(tx, dossier.recogniser()).await?;
    since.retain(|told| told.at > passed && counts(&told.at));
    Ok(on_demanded(policy, |wanted| since.iter().filter(|told| wanted(&told.channel)).map(|told| told.on).min()))
}

async fn announcements(tx: &mut dyn Tx, node: &NodeId) -> Result<Vec<Told>, Fault> {
    let rows = tx.listings_of(node, TOLD).await?;
    rows.iter().map(|row| decode(&row.body, "an own publication")).collect()
}

/// Whether this node has a list that it may publish by itself.
pub(super) async fn has_passed_one(tx: &mut dyn Tx, cx: &Context) -> Result<bool, Fault> {
    for row in tx.dossiers(None).await? {
        let dossier = decode_row(&row)?;
        if dossier.recogniser() == cx.me() && clock::passed(&dossier).is_some() && !dossier.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
