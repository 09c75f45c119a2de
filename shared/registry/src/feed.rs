//! What a node knows of a department's list: its registration and what came of it (C-6).

use chrono::NaiveDate;
use honghei_domain::act::Act;
use honghei_domain::feed::FeedSource;
use honghei_domain::list::CaseSet;
use honghei_domain::node::EntryRef;
use honghei_store::{FeedRow, Tx};
use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::error::Fault;

/// A registered source as its acts leave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Its registration.
    pub source: FeedSource,
    /// The day it was first registered.
    pub registered_on: NaiveDate,
    /// The last delivery.
    pub last: Option<Delivery>,
    /// Own cases taken from it that no list of it has dropped, corrected or ended since.
    pub standing: CaseSet,
    /// Rows taken from it so far.
    pub taken: u64,
    /// Rows that its lists have dropped, corrected or ended.
    pub dropped: u64,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The act that took it in.
    pub at: EntryRef,
    /// The day of the act.
    pub imported_on: NaiveDate,
    /// The day its department states.
    pub as_of: NaiveDate,
    /// Rows that could not be read.
    pub unread: u64,
}

impl Feed {
    /// The last day of the next delivery; `None` where no rhythm is agreed.
    pub fn due_on(&self) -> Option<NaiveDate> {
        self.source.due_on(self.last.as_ref().map_or(self.registered_on, |last| last.imported_on))
    }

    /// Whether the next delivery is late on a day.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.due_on().is_some_and(|due| due < today)
    }
}

/// A source, if it is registered.
pub async fn read(tx: &mut dyn Tx, source: &str) -> Result<Option<Feed>, Fault> {
    tx.feed(source).await?.as_ref().map(decode).transpose()
}

/// Every registered source, by name.
pub async fn all(tx: &mut dyn Tx) -> Result<Vec<Feed>, Fault> {
    tx.feeds().await?.iter().map(decode).collect()
}

/// Since when a list of a source that came by machine waits for an officer; `None` where none does. It is the node's
/// own knowledge and no fold: no act speaks of what nobody has signed.
pub async fn waiting_since(tx: &mut dyn Tx, source: &str) -> Result<Option<NaiveDate>, Fault> {
    let bytes = tx.meta(&waiting_key(source)).await?.unwrap_or_default();
    Ok(std::str::from_utf8(&bytes).ok().and_then(|day| day.parse().ok()))
}

/// Notes since when a list of a source waits.
///
/// # Errors
/// Those of the store.
pub async fn note_waiting(tx: &mut dyn Tx, source: &str, since: Option<NaiveDate>) -> Result<(), honghei_store::Fault> {
    let day = since.map(|day| day.to_string()).unwrap_or_default();
    tx.put_meta(&waiting_key(source), day.as_bytes()).await
}

fn waiting_key(source: &str) -> String {
    format!("feed-waiting/{source}")
}

fn decode(row: &FeedRow) -> Result<Feed, Fault> {
    postcard::from_bytes(&row.body).map_err(|_| Fault::inconsistent("a registered source"))
}

/// Folds a registration or a delivery. A delivery of a source that is not registered counts for no source.
pub async fn evolve(tx: &mut dyn Tx, entry: &Entry) -> Result<(), Fault> {
    let feed = match entry.act() {
        Act::FeedRegistered(source) => match read(tx, &source.name).await? {
            Some(known) => Feed { source: source.clone(), ..known },
            None => Feed {
                source: source.clone(),
                registered_on: entry.body.done_on,
                last: None,
                standing: CaseSet::default(),
                taken: 0,
                dropped: 0,
            },
        },
        Act::FeedImported { source, manifest, as_of, gone, unread, .. } => {
            let Some(mut feed) = read(tx, source).await? else { return Ok(()) };
            let dropped = feed.standing.len();
            feed.standing = feed.standing.without(gone);
            feed.dropped += dropped - feed.standing.len();
            for slice in &manifest.chunks {
                feed.standing.append(slice.first_case, slice.last_case);
            }
            feed.taken += manifest.count;
            feed.last = Some(Delivery {
                at: entry.at.clone(),
                imported_on: entry.body.done_on,
                as_of: *as_of,
                unread: *unread,
            });
            feed
        }
        _ => return Ok(()),
    };
    let body = postcard::to_stdvec(&feed).map_err(|_| Fault::inconsistent("a registered source"))?;
    Ok(tx.put_feed(&FeedRow { source: feed.source.name.clone(), body }).await?)
}
