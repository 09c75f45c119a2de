//! The province's comparison hub: arrivals become marks, marks become facts, facts become a result version.
//!
//! An arrival stores one mark per chunk of 1,024 entries; the worker folds mark by mark into the subjects' facts;
//! publishing judges every touched subject as of that day and cuts a version. Nothing here depends on the order of
//! arrival: facts are a set, and the verdict is a pure function of them.

mod back;
mod candidates;
mod ending;
mod feed;
mod gone;
mod held;
mod history;
mod lookup;
mod names;
mod namesakes;
mod offer;
mod packed;
mod persons;
mod piece;
mod publish;
mod recompare;
mod reference;
mod report;
mod ruling;
mod settle;
mod sorted;
mod sources;
mod subjects;
mod was;
mod why;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use honghei_domain::act::{Act, Interpretation, Officer};
use honghei_domain::listing::ListingAct;
use honghei_domain::node::EntryRef;
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::desk::{Desk, Judgement, Ports, Proposed, Ticked, listing};
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::matching::Matcher;
use honghei_registry::question::{Listener, Question, Told};
use honghei_store::{Tx, WaitingRow};

pub use packed::keep as keep_packed_keys;
pub use recompare::{Difference, KeysFound, Reason, Recomparison, Walk, recompare};

/// Marks worked in one transaction at most: 16,384 entries.
const MARKS_PER_TICK: u32 = 16;

/// Receives reports and feeds, compares, publishes.
pub struct HubDesk {
    matcher: Option<Arc<dyn Matcher>>,
}

impl HubDesk {
    /// The desk with what it is given.
    pub fn new(ports: &Ports) -> Self {
        Self { matcher: ports.matcher.clone() }
    }
}

impl fmt::Debug for HubDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubDesk").field("matches", &self.matcher.is_some()).finish()
    }
}

#[async_trait]
impl Desk for HubDesk {
    /// Every mark follows from an entry of the own log: reports and withdrawals of others count from the judgement on
    /// them. A rebuild, which may read the other logs further than they were then, so finds the same facts in the same
    /// versions.
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let own = entry.at.log.node == *cx.me();
        match entry.act() {
            Act::ListReported { list, excluded, .. } if own => {
                piece::mark_list(tx, cx, &entry.at, list, excluded, &[]).await
            }
            Act::ListReported { .. } | Act::EntryWithdrawn { .. } if !own => {
                tx.put_waiting(&WaitingRow { at: entry.at.clone(), code: String::new() }).await?;
                Ok(())
            }
            Act::ActInterpreted { act, outcome: Interpretation::Applied, rows } if own => {
                let Some(row) = tx.entry(act).await? else { return Ok(()) };
                match Entry::read(&row)?.map(|entry| entry.body.act) {
                    Some(Act::ListReported { list, excluded, .. }) => {
                        piece::mark_list(tx, cx, act, &list, &excluded, rows).await
                    }
                    Some(judged) => mark_listed(tx, cx, act, &judged).await,
                    None => Ok(()),
                }
            }
            // What the province decides itself, as the reviewer of a direct county or as an importer, counts at once.
            Act::Listing(_) if own => mark_listed(tx, cx, &entry.at, entry.act()).await,
            Act::IdentityRuled { .. } if own => ruling::mark(tx, entry).await,
            Act::PersonsIdentified { part, persons, .. } if own => persons::evolve(tx, part, persons).await,
            Act::FeedImported { .. } | Act::FeedRegistered(_) if own => feed::evolve(tx, entry).await,
            Act::ResultPublished { version, published_on, details, .. } if own => {
                // A rebuild arrives here without the worker having run in between.
                work_all(tx).await?;
                let before = tx.latest_result().await?.filter(|row| row.version < *version);
                ending::sweep(tx, *published_on, before.map(|row| row.published_on)).await?;
                settle::settle(tx, &entry.at, *version, *published_on, details).await
            }
            _ => Ok(()),
        }
    }

    async fn judge(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        match entry.act() {
            Act::ListReported { list, .. } => report::judge(tx, cx, entry, list).await.map(Some),
            Act::EntryWithdrawn { case, .. } => Ok(Some(report::judge_withdrawal(entry, case))),
            _ => Ok(None),
        }
    }

    async fn propose(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        _officer: &Officer,
        command: &Command,
        chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        match command {
            Command::ImportFeed { .. } => feed::propose(tx, cx, command, chance).await.map(Some),
            Command::RegisterFeed(source) => feed::propose_registration(tx, cx, source).await.map(Some),
            Command::RuleIdentity { about, finding, reason, until } => {
                ruling::propose(tx, cx, about, *finding, reason, *until).await.map(Some)
            }
            Command::PublishResult { agreed_removal_percent } => {
                publish::propose(tx, cx, *agreed_removal_percent, chance).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn tell(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        question: &Question,
        listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        let told = match question {
            Question::Recompare { every_row } => {
                let walk = if *every_row { Walk::EveryRow } else { Walk::Keys };
                recompare(tx, cx.now.today, walk, listener).await?.told()
            }
            Question::Conflicts { names: true } => reference::names(tx, cx).await?,
            Question::Feeds => sources::tell(tx, cx).await?,
            Question::HeldQueue { limit } => held::queue(tx, *limit).await?,
            Question::HeldCase { case } => held::case(tx, cx, case).await?,
            Question::Candidates { name } => candidates::of(tx, name, listener).await?,
            Question::Rulings => held::rulings(tx, cx).await?,
            Question::Why { key } => why::why(tx, cx, key).await?,
            Question::Was { key, kind, on, known_on } => was::was(tx, cx, key, *kind, *on, *known_on).await?,
            Question::History { key } => history::of(tx, cx, key).await?,
            Question::Caused { case } => why::caused(tx, case).await?,
            // Another desk's, as with commands.
            _ => return Ok(None),
        };
        Ok(Some(told))
    }

    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        sources::raise_late(tx, cx).await?;
        let published_on = tx.latest_result().await?.map(|row| row.published_on);
        let ended = ending::sweep(tx, cx.now.today, published_on).await?;
        let worked = piece::work(tx, MARKS_PER_TICK).await?;
        let mut drafts = offer::drafts(tx, cx).await?;
        drafts.extend(persons::identify(tx, cx, self.matcher.as_deref(), &worked.blocked).await?);
        let noticed = reference::notices(tx, cx).await?;
        drafts.extend(noticed.drafts);
        let more = ended > 0 || worked.done > 0 || noticed.more || !drafts.is_empty();
        Ok(Ticked { drafts, more })
    }
}

/// Works every mark off, where what follows must not depend on how far the worker had come.
async fn work_all(tx: &mut dyn Tx) -> Result<(), Fault> {
    while piece::work(tx, MARKS_PER_TICK).await?.done > 0 {}
    Ok(())
}

/// Marks what a decision on a listed entry changes in the comparison: an exit, a return, a restoration.
async fn mark_listed(tx: &mut dyn Tx, cx: &Context, at: &EntryRef, act: &Act) -> Result<(), Fault> {
    if let Some((case, code, _, decided_on)) = listing::exit_of(act) {
        piece::mark_exit(tx, at, case, code, decided_on).await?;
        if offer::is_fall(code) {
            work_all(tx).await?;
        }
        return offer::note_fall(tx, cx, case, code, decided_on).await;
    }
    match act {
        Act::Listing(ListingAct::RepairRevoked { case, .. }) => piece::mark_return(tx, at, case).await,
        Act::Listing(ListingAct::RestorationAnswered { offer, case, accepted: true, answered_on, .. }) => {
            let offers = listing::listing(tx, case).await?.offers;
            match offers.get(offer) {
                Some(known) => piece::mark_restoration(tx, at, case, known.through_version, *answered_on).await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
