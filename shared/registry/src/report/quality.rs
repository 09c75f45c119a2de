//! In what state codes came: files taken in here, from their acts; lists reported from below, from their entries.

use std::collections::BTreeMap;

use honghei_documents::clean::clean;
use honghei_domain::account::{CodeAccount, IntakeAccount};
use honghei_domain::act::Act;
use honghei_domain::dossier::Dossier;
use honghei_domain::list::{ListEntry, SubjectForm};
use honghei_domain::node::NodeId;
use honghei_reports::{Delivery, Source, SourceKind};
use honghei_store::Tx;

use super::{Horizon, entries};
use crate::context::Context;
use crate::entry::Entry;
use crate::error::Fault;

/// Entries of the own log read at a time.
const PAGE: u32 = 256;

/// What a node collected itself is one source.
const COLLECTED: &str = "collected";

/// The files that this node took in: departments' lists, and collections.
pub(super) async fn own(tx: &mut dyn Tx, cx: &Context, horizon: &Horizon) -> Result<Vec<Source>, Fault> {
    let mut sources: BTreeMap<(SourceKind, String), Source> = BTreeMap::new();
    let mut from = 0;
    loop {
        let rows = tx.entries(&cx.log, from, PAGE).await?;
        let Some(last) = rows.last() else { break };
        from = last.at.index + 1;
        for row in &rows {
            if horizon.covers(&row.at)
                && let Some(entry) = Entry::read(row)?
            {
                take(&mut sources, cx, &entry)?;
            }
        }
    }
    Ok(sources.into_values().filter(|source| !source.deliveries.is_empty()).collect())
}

fn take(sources: &mut BTreeMap<(SourceKind, String), Source>, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    match entry.act() {
        Act::FeedRegistered(feed) => {
            let source = Source {
                kind: SourceKind::Feed,
                name: feed.name.clone(),
                title: if feed.organ.is_empty() { feed.name.clone() } else { clean(&feed.organ) },
                department: feed.department.0.clone(),
                deliveries: Vec::new(),
            };
            let known = sources.entry((SourceKind::Feed, feed.name.clone())).or_insert_with(|| source.clone());
            // The latest registration names it.
            *known = Source { deliveries: std::mem::take(&mut known.deliveries), ..source };
        }
        Act::FeedImported { source, department, manifest, as_of, account, .. } => {
            let unregistered = || Source {
                kind: SourceKind::Feed,
                name: source.clone(),
                title: source.clone(),
                department: department.0.clone(),
                deliveries: Vec::new(),
            };
            let known = sources.entry((SourceKind::Feed, source.clone())).or_insert_with(unregistered);
            let what = format!("{as_of}名单");
            known.deliveries.push(delivery(entry, what, manifest.count, account.as_deref()));
        }
        Act::RecordsCollected { source, manifest, account, .. } => {
            let title = cx.record()?.name.clone();
            let collected = || Source {
                kind: SourceKind::Collected,
                name: COLLECTED.to_owned(),
                title,
                department: String::new(),
                deliveries: Vec::new(),
            };
            let known = sources.entry((SourceKind::Collected, COLLECTED.to_owned())).or_insert_with(collected);
            known.deliveries.push(delivery(entry, clean(source), manifest.count, account.as_deref()));
        }
        _ => {}
    }
    Ok(())
}

fn delivery(entry: &Entry, what: String, entered: u64, account: Option<&IntakeAccount>) -> Delivery {
    Delivery {
        entry: entry.at.to_string(),
        on: entry.body.done_on,
        what,
        rows: account.map_or(entered, |account| account.rows),
        accepted: account.map_or(entered, |account| account.accepted),
        ended: account.map_or(0, |account| account.ended),
        entered,
        codes: account.map(|account| account.codes.clone()),
    }
}

/// What a recogniser reported: codes as they stand in its entries. Rows that could not be used were held back where they
/// were collected.
pub(super) async fn reported(
    tx: &mut dyn Tx,
    cx: &Context,
    recogniser: &NodeId,
    lists: &[Dossier],
) -> Result<Option<Source>, Fault> {
    let mut deliveries = Vec::new();
    for dossier in lists {
        let Some(report) = &dossier.report else { continue };
        let mut codes = CodeAccount::default();
        for entry in entries::of_report(tx, dossier).await? {
            *state_of(&mut codes, &entry) += 1;
        }
        let rows = codes.rows();
        deliveries.push(Delivery {
            entry: report.act.to_string(),
            on: report.reported_on,
            what: dossier.list.to_string(),
            rows,
            accepted: rows,
            ended: 0,
            entered: rows,
            codes: Some(codes),
        });
    }
    let title = cx.directory().node(recogniser).map_or_else(|| recogniser.to_string(), |node| node.name.clone());
    Ok((!deliveries.is_empty()).then(|| Source {
        kind: SourceKind::Reported,
        name: recogniser.to_string(),
        title,
        department: String::new(),
        deliveries,
    }))
}

fn state_of<'a>(codes: &'a mut CodeAccount, entry: &ListEntry) -> &'a mut u64 {
    let subject = &entry.subject;
    let coded = subject.uscc.is_some() || subject.organisation_code.is_some() || subject.registration_number.is_some();
    match (coded, subject.uscc_inner_check_failed, subject.form) {
        (true, true, _) => &mut codes.doubtful,
        (true, false, _) => &mut codes.sound,
        (false, _, SubjectForm::NaturalPerson) => &mut codes.persons,
        (false, ..) => &mut codes.missing,
    }
}
