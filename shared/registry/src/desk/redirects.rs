//! Subjects that were joined to another (AMB-13): whoever asks for the one is sent to the other, at every node.
//!
//! The province joins and parts subjects by acts that everybody reads; a later act on the same two counts, and one with a
//! last day counts until then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::comparison::Finding;
use honghei_domain::listing::Shown;
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::{ListingRow, Tx};
use serde::{Deserialize, Serialize};

use super::dossiers::{decode, encode};
use super::listing::view;
use crate::context::Context;
use crate::entry::Entry;
use crate::error::Fault;

/// The record of a subject that was joined to or parted from another.
pub const REDIRECT: &str = "redirect";

/// Subjects that one look-up follows at most.
const JOINED: usize = 64;

/// What an act says of one subject and another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    act: EntryRef,
    other: SubjectKey,
    finding: Finding,
    current: Option<SubjectKey>,
    ruled_on: NaiveDate,
    until: Option<NaiveDate>,
}

/// As which subject another goes on, and by which act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The subject as which it goes on.
    pub current: SubjectKey,
    /// Since when.
    pub since: NaiveDate,
    /// Its last day; none where it does not end.
    pub until: Option<NaiveDate>,
    /// The act.
    pub act: EntryRef,
}

/// What is known of a subject that somebody looks up.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// Where what was asked for goes on as another.
    pub redirect: Option<Redirect>,
    /// The entries of the subject and of all that were joined to it.
    pub entries: Vec<Shown>,
}

/// Keeps what the province ruled about two subjects.
pub async fn evolve(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
    let Act::IdentityRuled { parties, finding, case: None, current, ruled_on, until, .. } = entry.act() else {
        return Ok(());
    };
    if cx.root() != Some(&entry.at.log.node) || parties.iter().any(|party| party.identity.is_some()) {
        return Ok(());
    }
    let [one, other] = parties;
    for (own, other) in [(one, other), (other, one)] {
        let said = Said {
            act: entry.at.clone(),
            other: other.key.clone(),
            finding: *finding,
            current: current.clone(),
            ruled_on: *ruled_on,
            until: *until,
        };
        let row = ListingRow {
            origin: entry.at.log.node.clone(),
            record: REDIRECT.to_owned(),
            place: format!("{}/{}", entry.at, own.key),
            subject_key: own.key.to_string(),
            open: false,
            due_on: *until,
            body: encode(&said, "what joins two subjects")?,
        };
        tx.put_listing(&row).await?;
    }
    Ok(())
}

/// The acts by which a subject was joined to others or parted from them.
pub async fn acts_about(tx: &mut dyn Tx, key: &SubjectKey) -> Result<BTreeSet<EntryRef>, Fault> {
    let rows = tx.listings_about(REDIRECT, key.as_str()).await?;
    rows.iter().map(|row| Ok(decode::<Said>(&row.body, "what joins two subjects")?.act)).collect()
}

/// What a subject was last found to have to do with every other one, as of a day.
async fn said_of(tx: &mut dyn Tx, key: &SubjectKey, today: NaiveDate) -> Result<BTreeMap<SubjectKey, Said>, Fault> {
    let mut latest: BTreeMap<SubjectKey, Said> = BTreeMap::new();
    for row in tx.listings_about(REDIRECT, key.as_str()).await? {
        let said: Said = decode(&row.body, "what joins two subjects")?;
        if said.until.is_some_and(|last| last < today) {
            continue;
        }
        if latest.get(&said.other).is_none_or(|known| known.act < said.act) {
            latest.insert(said.other.clone(), said);
        }
    }
    Ok(latest)
}

/// Looks a subject up as of a day: its entries, those of all subjects joined to it, and where it goes on.
///
/// # Errors
/// Only the store's.
pub async fn look_up(tx: &mut dyn Tx, key: &SubjectKey, today: NaiveDate) -> Result<LookedUp, Fault> {
    let mut joined = BTreeMap::from([(key.clone(), said_of(tx, key, today).await?)]);
    let mut waiting = vec![key.clone()];
    let mut entries = Vec::new();
    while let Some(at) = waiting.pop() {
        entries.extend(view::shown(tx, &at).await?);
        let others: Vec<SubjectKey> = joined.get(&at).into_iter().flat_map(others).cloned().collect();
        for other in others {
            if joined.len() < JOINED && !joined.contains_key(&other) {
                joined.insert(other.clone(), said_of(tx, &other, today).await?);
                waiting.push(other);
            }
        }
    }
    entries.sort_by(|one, other| one.case.cmp(&other.case));
    Ok(LookedUp { redirect: onward(key, &joined), entries })
}

/// Those found to be the same subject.
fn others(said: &BTreeMap<SubjectKey, Said>) -> impl Iterator<Item = &SubjectKey> {
    said.values().filter(|said| said.finding == Finding::Same).map(|said| &said.other)
}

/// Where a subject goes on, along the last act each that names another as current, to the end of the chain.
fn onward(key: &SubjectKey, joined: &BTreeMap<SubjectKey, BTreeMap<SubjectKey, Said>>) -> Option<Redirect> {
    let mut redirect: Option<Redirect> = None;
    let mut seen = BTreeSet::new();
    let mut at = key;
    while seen.insert(at) {
        let moves = joined.get(at)?.values().filter(|said| said.finding == Finding::Same);
        let Some(said) = moves.filter(|said| said.current.as_ref() == Some(&said.other)).max_by_key(|said| &said.act)
        else {
            break;
        };
        redirect = Some(Redirect {
            current: said.other.clone(),
            since: said.ruled_on,
            until: said.until,
            act: said.act.clone(),
        });
        at = &said.other;
    }
    redirect.filter(|to| to.current != *key)
}
