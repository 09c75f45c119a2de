//! The desk for life after listing: objections, exits, repairs, announcements, filings, answers to offers (1.8).
//!
//! Every node has it. It keeps a record for each listed entry that something befell and for each exit, folds them from
//! the acts alone, and at the province tells everybody how an entry stands between two result versions. What changes
//! the comparison is judged here and marked by the province's hub, which alone moves facts.

mod fold;
mod judge;
mod keep;
mod own;
mod pinned;
mod propose;
mod sweep;
mod told;
pub mod view;

use async_trait::async_trait;
use honghei_domain::act::{Act, Officer};
use honghei_domain::list::{CaseId, Department};
use honghei_domain::listing::{Offices, Surroundings};
use honghei_domain::node::NodeId;
use honghei_domain::policy::Policy;
use honghei_store::Tx;

pub use fold::detail_rows;
pub use keep::{
    CASE, CHANNEL, EXIT, MARK, OFFERING, Offering, Place, departure, departures, entry_of, is_listed, listing,
    offering_row, place_of, row_of,
};
pub use own::{told_by, told_on};
pub use pinned::{any_policy, done_under, of_exit as policy_of_exit, pinned, silent_channels};

use super::{Desk, Judgement, Proposed, Ticked};
use crate::command::Command;
use crate::context::Context;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::question::{Listener, Question, Told};

/// Keeps what befalls listed entries.
#[derive(Debug)]
pub struct ListingDesk;

#[async_trait]
impl Desk for ListingDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        fold::fold(tx, cx, entry).await
    }

    async fn judge(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        match entry.act() {
            Act::Listing(act) => judge::judge(tx, cx, entry, act).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn propose(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        officer: &Officer,
        command: &Command,
        _chance: &mut (dyn rand_core::Rng + Send),
    ) -> Result<Option<Proposed>, CommandError> {
        match command {
            Command::Listing(command) => propose::propose(tx, cx, officer, command).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn tell(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        question: &Question,
        _listener: &dyn Listener,
    ) -> Result<Option<Told>, CommandError> {
        Ok(match question {
            Question::Duties => Some(told::duties(tx, cx).await?),
            Question::Conflicts { names: false } => Some(told::conflicts(tx, cx).await?),
            Question::Standing { key } => Some(told::standing(tx, cx, key).await?),
            _ => None,
        })
    }

    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        sweep::sweep(tx, cx).await
    }
}

/// Who does what with a recogniser's entries. Its own department is its node's scope.
pub fn offices(cx: &Context, recogniser: &NodeId) -> Offices {
    Offices::of(cx.directory(), policy_of_node(cx, recogniser), recogniser)
}

/// The policy of a recogniser's own department.
pub fn policy_of_node<'a>(cx: &'a Context, node: &NodeId) -> Option<&'a Policy> {
    let department = node.as_str().split_once('-').map_or("", |(_, department)| department);
    cx.reference.policy_of(&Department(department.to_owned())).map(|(_, policy)| policy)
}

/// What decisions about a recogniser's entries are made against.
pub(crate) fn surroundings<'a>(cx: &'a Context, policy: &'a Policy, offices: &'a Offices) -> Surroundings<'a> {
    Surroundings { policy, calendar: &cx.reference.calendar, today: cx.now.today, me: cx.me(), offices }
}

/// The case an act of any kind means when it is an exit decision on one case, with code, reason and day.
pub fn exit_of(act: &Act) -> Option<(&CaseId, &str, &str, chrono::NaiveDate)> {
    match act {
        Act::EntryWithdrawn { case, code, reason, decided_on } => Some((case, code, reason, *decided_on)),
        Act::Listing(act) => act.exit(),
        _ => None,
    }
}
