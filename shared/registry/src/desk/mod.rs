//! A desk is one office of a node: it folds acts into its projections, judges what is addressed to it,
//! turns its officers' commands into drafts, and does what falls due. Nodes differ by which desks they have.

use std::sync::Arc;

use async_trait::async_trait;
use honghei_domain::act::{Interpretation, Officer, RowRejection};
use honghei_store::Tx;

use crate::command::Command;
use crate::context::Context;
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};
use crate::matching::Matcher;
use crate::question::{Listener, Question, Told};

pub mod bulletin;
pub mod deadlines;
pub mod delegations;
pub mod dossiers;
pub mod incidents;
mod keys;
pub mod listing;
pub mod members;
pub mod policies;
pub mod recognition;
pub mod redirects;
pub mod result_details;
pub mod review;
mod rewriting;
pub mod served;

/// What a desk made of an act that waited for this node.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Applied, rejected or still waiting.
    pub outcome: Interpretation,
    /// Rows refused within an applied act.
    pub rows: Vec<RowRejection>,
    /// Acts that follow at once.
    pub follow_ups: Vec<Draft>,
}

impl Judgement {
    /// Refused whole.
    pub fn rejected(code: &str, reason: impl Into<String>) -> Self {
        let outcome = Interpretation::Rejected { code: code.to_owned(), reason: reason.into() };
        Self { outcome, rows: Vec::new(), follow_ups: Vec::new() }
    }

    /// Not to be judged yet.
    pub fn waiting(code: &str, reason: impl Into<String>) -> Self {
        let outcome = Interpretation::Waiting { code: code.to_owned(), reason: reason.into() };
        Self { outcome, rows: Vec::new(), follow_ups: Vec::new() }
    }

    /// Applied, but for some rows.
    pub fn applied(rows: Vec<RowRejection>, follow_ups: Vec<Draft>) -> Self {
        Self { outcome: Interpretation::Applied, rows, follow_ups }
    }
}

/// What a command would do, before anybody signs it.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The act.
    pub draft: Draft,
    /// One Chinese sentence that the officer reads before he signs.
    pub summary: String,
}

/// What one sweep did.
#[derive(Clone, Debug, Default)]
pub struct Ticked {
    /// Acts to write.
    pub drafts: Vec<Draft>,
    /// Whether another sweep may find more.
    pub more: bool,
}

/// What desks are given when a node is put together.
#[derive(Clone, Default)]
pub struct Ports {
    /// Who opens sealed ID numbers; the province alone has one.
    pub matcher: Option<Arc<dyn Matcher>>,
}

/// One office of a node.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Folds one entry, own or mirrored, into projections. Total, deterministic, without a clock of its own.
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault>;

    /// Judges an act that waits for this node; `None` when it is another desk's.
    async fn judge(&self, _tx: &mut dyn Tx, _cx: &Context, _entry: &Entry) -> Result<Option<Judgement>, Fault> {
        Ok(None)
    }

    /// Turns a command into a draft; `None` when it is another desk's. Writes nothing.
    async fn propose(
        &self,
        _tx: &mut dyn Tx,
        _cx: &Context,
        _officer: &Officer,
        _command: &Command,
        _chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        Ok(None)
    }

    /// Answers a question; `None` when it is another desk's. Writes nothing.
    async fn tell(
        &self,
        _tx: &mut dyn Tx,
        _cx: &Context,
        _question: &Question,
        _listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        Ok(None)
    }

    /// What falls due by itself: one bounded batch; called again while there is more.
    async fn tick(&self, _tx: &mut dyn Tx, _cx: &Context) -> Result<Ticked, Fault> {
        Ok(Ticked::default())
    }
}
