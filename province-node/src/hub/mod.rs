//! The province's comparison hub: arrivals become marks, marks become facts, facts become a result version.
//!
//! An arrival stores one mark per chunk of 1,024 entries; the worker folds mark by mark into the subjects' facts;
//! publishing judges every touched subject as of that day and cuts a version. Nothing here depends on the order of
//! arrival: facts are a set, and the verdict is a pure function of them.

mod feed;
mod lookup;
mod piece;
mod publish;
mod recompare;
mod report;
mod settle;
mod subjects;

use async_trait::async_trait;
use honghei_domain::act::{Act, Interpretation, Officer};
use honghei_registry::command::Command;
use honghei_registry::context::Context;
use honghei_registry::desk::{Desk, Judgement, Proposed, Ticked};
use honghei_registry::entry::Entry;
use honghei_registry::error::{CommandError, Fault};
use honghei_store::{Tx, WaitingRow};

pub use recompare::{Recomparison, recompare};

/// Marks worked in one transaction at most: 16,384 entries.
const MARKS_PER_TICK: u32 = 16;

/// Receives reports and feeds, compares, publishes.
#[derive(Debug)]
pub struct HubDesk;

#[async_trait]
impl Desk for HubDesk {
    /// Every mark follows from an entry of the own log: reports and withdrawals of others count from the judgement on
    /// them. A rebuild, which may read the other logs further than they were then, so finds the same facts in the same
    /// versions.
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        let own = entry.at.log.node == *cx.me();
        match entry.act() {
            Act::ListReported { list, excluded, .. } if own => {
                piece::mark_list(tx, &entry.at, list, excluded, &[]).await
            }
            Act::ListReported { .. } | Act::EntryWithdrawn { .. } if !own => {
                tx.put_waiting(&WaitingRow { at: entry.at.clone(), code: String::new() }).await?;
                Ok(())
            }
            Act::ActInterpreted { act, outcome: Interpretation::Applied, rows } if own => {
                let Some(row) = tx.entry(act).await? else { return Ok(()) };
                match Entry::read(&row)?.map(|entry| entry.body.act) {
                    Some(Act::ListReported { list, excluded, .. }) => {
                        piece::mark_list(tx, act, &list, &excluded, rows).await
                    }
                    Some(Act::EntryWithdrawn { case, code, decided_on, .. }) => {
                        piece::mark_exit(tx, act, &case, &code, decided_on).await
                    }
                    _ => Ok(()),
                }
            }
            Act::FeedImported { .. } if own => feed::evolve(tx, entry).await,
            Act::ResultPublished { version, published_on, details, .. } if own => {
                // A rebuild arrives here without the worker having run in between.
                while piece::work(tx, MARKS_PER_TICK).await? > 0 {}
                settle::settle(tx, *version, *published_on, details).await
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
            Command::PublishResult { agreed_removal_percent } => {
                publish::propose(tx, cx, *agreed_removal_percent, chance).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn tick(&self, tx: &mut dyn Tx, _cx: &Context) -> Result<Ticked, Fault> {
        let worked = piece::work(tx, MARKS_PER_TICK).await?;
        Ok(Ticked { drafts: Vec::new(), more: worked > 0 })
    }
}
