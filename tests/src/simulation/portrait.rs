//! What a node's projections say, table by table, so that a failure can name the row that differs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::node::NodeId;
use honghei_registry::error::Fault;
use honghei_store::{CaseFilter, ClockPage, Tx};

/// Rows by table and key, as far as the traits enumerate them.
pub type Portrait = BTreeMap<String, String>;

/// Draws it.
pub async fn draw(tx: &mut dyn Tx, me: &NodeId) -> Result<Portrait, Fault> {
    let mut portrait = Portrait::new();
    let mut put = |table: &str, key: String, row: String| portrait.insert(format!("{table} {key}"), row);
    for row in tx.cases(me, &CaseFilter { limit: u32::MAX, ..CaseFilter::default() }).await? {
        put("case", row.case.to_string(), format!("{row:?}"));
    }
    for row in tx.dossiers(None).await? {
        let dossier = honghei_registry::desk::dossiers::decode_row(&row)?;
        put("dossier", row.list.to_string(), format!("{dossier:?} {:?}", row.due_on));
    }
    for row in tx.officers(None).await? {
        put("officer", format!("{}/{}", row.node, row.id), format!("{row:?}"));
    }
    for row in tx.open_publicities(None).await? {
        put("publicity", row.at.to_string(), format!("{row:?}"));
    }
    for row in tx.petitions(None).await? {
        put("petition", row.at.to_string(), format!("{row:?}"));
    }
    for row in tx.open_outcomes(u32::MAX).await? {
        put("outcome", row.act.to_string(), format!("{row:?}"));
    }
    for row in tx.waiting().await? {
        put("waiting", row.at.to_string(), format!("{row:?}"));
    }
    for row in tx.results(u32::MAX).await? {
        for verdict in tx.verdicts_of(row.version, u32::MAX).await? {
            put("verdict", format!("{} {}", verdict.version, verdict.case), format!("{verdict:?}"));
        }
        put("result", row.version.to_string(), format!("{row:?}"));
    }
    for row in tx.scan_subjects(None, u32::MAX).await? {
        put("subject", row.at.key.clone(), format!("{row:?}"));
    }
    for row in tx.marks(u32::MAX).await? {
        put("mark", format!("{}.{}", row.entry, row.ordinal), format!("{row:?}"));
    }
    for row in tx.pending(u32::MAX).await? {
        put("pending", format!("{}.{}", row.entry, row.ordinal), format!("{row:?}"));
    }
    for row in tx.feeds().await? {
        put("feed", row.source.clone(), format!("{row:?}"));
    }
    for node in tx.heads().await?.into_iter().map(|head| head.log.node) {
        let all = ClockPage { up_to: NaiveDate::MAX, after: None, limit: u32::MAX };
        for row in tx.due_clocks(&node, &all).await? {
            portrait.insert(format!("clock {:?}", row.key), format!("{row:?}"));
        }
    }
    for head in tx.heads().await? {
        for record in ["case", "exit", "mark", "term", "channel", "marking", "offering"] {
            for row in tx.listings_of(&head.log.node, record).await? {
                portrait.insert(format!("listing {} {record} {}", row.origin, row.place), format!("{row:?}"));
            }
        }
    }
    Ok(portrait)
}

/// The rows in which two portraits differ.
pub fn differences(one: &Portrait, other: &Portrait) -> Vec<String> {
    let keys: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differs = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
    differs.map(|key| format!("{key}\n  {:?}\n  {:?}", one.get(key), other.get(key))).collect()
}
