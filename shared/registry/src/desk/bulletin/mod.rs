//! The desk for what is published beside the list: the bulletin of each quarter (R-033, F-15) and the log of where it
//! was spread. It answers for the back-log campaign too. Every node has it; a recogniser's head issues, its collector records.
//!
//! A bulletin is what its act and chunks say, for ever; this desk keeps only where it stands, so that a quarter has one.

mod clocks;
mod draw;
mod propose;
mod told;

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_codec::list::open_entries;
use honghei_domain::act::{Act, Officer};
use honghei_domain::bulletin::{BulletinAct, BulletinRow, Disseminated, Issued, Quarter};
use honghei_domain::list::{Department, ListManifest};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::{ListingRow, Tx};
use serde::{Deserialize, Serialize};

pub use clocks::clocks;

use super::dossiers::{decode, encode};
use super::recognition::backlog;
use super::{Desk, Proposed, Ticked};
use crate::command::Command;
use crate::context::Context;
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::question::{Listener, Question, Told};

/// A bulletin, by department and quarter.
const BULLETIN: &str = "bulletin";
/// The first list that a department certified under a policy with a bulletin: from its quarter on one is due.
const SINCE: &str = "bulletin-since";
/// A dissemination, by its act.
const SPREAD: &str = "dissemination";

/// A bulletin that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The issuing act.
    pub at: EntryRef,
    /// What it says.
    pub issued: Issued,
}

/// A dissemination that was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSpread {
    /// The recording act.
    pub at: EntryRef,
    /// What it says.
    pub spread: Disseminated,
}

/// Issues bulletins and keeps the log of their dissemination.
#[derive(Debug)]
pub struct BulletinDesk;

#[async_trait]
impl Desk for BulletinDesk {
    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        match entry.act() {
            Act::ListCertified { department, certified_on, .. } => {
                let policy = cx.reference.quoted(&entry.body.policy);
                let bulletins = policy.is_some_and(|policy| policy.bulletin.is_some());
                if bulletins { begin(tx, &entry.at.log.node, department, *certified_on).await } else { Ok(()) }
            }
            Act::Bulletin(BulletinAct::Issued(issued)) => keep(tx, entry, issued).await,
            Act::Bulletin(BulletinAct::Disseminated(spread)) => {
                let kept = KeptSpread { at: entry.at.clone(), spread: spread.clone() };
                let body = encode(&kept, "a dissemination")?;
                put(tx, &entry.at.log.node, SPREAD, entry.at.to_string(), body).await
            }
            Act::Bulletin(BulletinAct::BacklogTold(told)) => backlog::keep(tx, &entry.at.log.node, told).await,
            _ => Ok(()),
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
            Command::IssueBulletin { department, quarter } => {
                propose::issue(tx, cx, department, *quarter, chance).await.map(Some)
            }
            Command::Disseminate { bulletin, venue, manner, held_on, note, files } => {
                let spread = propose::Spreading { bulletin: bulletin.as_ref(), venue, manner, held_on: *held_on, note };
                propose::disseminate(tx, cx, spread, files).await.map(Some)
            }
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
            Question::Bulletins => Some(told::bulletins(tx).await?),
            Question::Bulletin { at } => Some(told::bulletin(tx, cx, at).await?),
            Question::Disseminations => Some(told::disseminations(tx).await?),
            Question::Backlog => Some(backlog::tell(tx, cx).await?),
            _ => None,
        })
    }

    async fn tick(&self, tx: &mut dyn Tx, cx: &Context) -> Result<Ticked, Fault> {
        Ok(Ticked { drafts: backlog::overdue(tx, cx).await?, more: false })
    }
}

/// The quarter of the first certified list is the first with a bulletin.
async fn begin(tx: &mut dyn Tx, node: &NodeId, department: &Department, on: NaiveDate) -> Result<(), Fault> {
    let place = department.0.clone();
    if tx.listing(node, SINCE, &place).await?.is_some() {
        return Ok(());
    }
    put(tx, node, SINCE, place, encode(&Quarter::of(on), "a first quarter")?).await
}

/// The first bulletin of a quarter is the bulletin of that quarter; what was issued before its end is none.
async fn keep(tx: &mut dyn Tx, entry: &Entry, issued: &Issued) -> Result<(), Fault> {
    let node = &entry.at.log.node;
    let place = place(&issued.department, issued.quarter);
    let in_time = issued.as_of == issued.quarter.last_day() && issued.as_of < entry.body.done_on;
    if !in_time || tx.listing(node, BULLETIN, &place).await?.is_some() {
        return Ok(());
    }
    let kept = Kept { at: entry.at.clone(), issued: issued.clone() };
    put(tx, node, BULLETIN, place, encode(&kept, "a bulletin")?).await
}

async fn put(tx: &mut dyn Tx, node: &NodeId, record: &str, place: String, body: Vec<u8>) -> Result<(), Fault> {
    let row = ListingRow {
        origin: node.clone(),
        record: record.to_owned(),
        place,
        subject_key: String::new(),
        // Open, so that those of every node are found together.
        open: true,
        due_on: None,
        body,
    };
    Ok(tx.put_listing(&row).await?)
}

fn place(department: &Department, quarter: Quarter) -> String {
    format!("{} {quarter}", department.0)
}

/// The bulletin that a node issued for a department's quarter.
pub async fn issued(
    tx: &mut dyn Tx,
    node: &NodeId,
    department: &Department,
    quarter: Quarter,
) -> Result<Option<Kept>, Fault> {
    match tx.listing(node, BULLETIN, &place(department, quarter)).await? {
        Some(row) => decode(&row.body, "a bulletin").map(Some),
        None => Ok(None),
    }
}

/// Every bulletin known here: by issuer, department and quarter.
pub async fn bulletins(tx: &mut dyn Tx) -> Result<Vec<Kept>, Fault> {
    let rows = tx.open_listings(BULLETIN).await?;
    let mut kept = rows.iter().map(|row| decode(&row.body, "a bulletin")).collect::<Result<Vec<Kept>, Fault>>()?;
    kept.sort_by(|one, other| {
        (&one.at.log.node, &one.issued.department)
            .cmp(&(&other.at.log.node, &other.issued.department))
            .then(one.issued.quarter.cmp(&other.issued.quarter))
    });
    Ok(kept)
}

/// Every dissemination known here, by its day.
pub async fn disseminations(tx: &mut dyn Tx) -> Result<Vec<KeptSpread>, Fault> {
    let rows = tx.open_listings(SPREAD).await?;
    let kept = rows.iter().map(|row| decode(&row.body, "a dissemination"));
    let mut kept = kept.collect::<Result<Vec<KeptSpread>, Fault>>()?;
    kept.sort_by_key(|kept| (kept.spread.held_on, kept.at.clone()));
    Ok(kept)
}

/// The first quarter of each department for which a node owes a bulletin.
async fn beginnings(tx: &mut dyn Tx, node: &NodeId) -> Result<Vec<(Department, Quarter)>, Fault> {
    let rows = tx.listings_of(node, SINCE).await?;
    rows.into_iter().map(|row| Ok((Department(row.place), decode(&row.body, "a first quarter")?))).collect()
}

/// The rows of a bulletin that this node holds, in its order; `None` while a chunk of it is on its way.
pub async fn rows(tx: &mut dyn Tx, manifest: &ListManifest) -> Result<Option<Vec<BulletinRow>>, Fault> {
    let mut rows = Vec::new();
    for slice in &manifest.chunks {
        let Some(bytes) = tx.chunk(&slice.digest).await? else { return Ok(None) };
        for salted in open_entries(&bytes).map_err(Fault::unreadable("a chunk of a bulletin"))? {
            rows.push(BulletinRow::decode(&salted.body).map_err(|_| Fault::inconsistent("a row of a bulletin"))?);
        }
    }
    Ok(Some(rows))
}
