//! For whom somebody acted: the offices and delegations of one log, folded in its order (F-P5).
//!
//! The officers' records say who may act today. Of an act that was done, only what the log said before it counts: a
//! delegate who was appointed anew since still acted for the head he acted for.

use std::collections::BTreeMap;

use honghei_codec::entry::decode_header;
use honghei_domain::act::{Act, Officer, OfficerId};
use honghei_domain::node::Tier;
use honghei_domain::permit::{Action, Delegation, permitted};
use honghei_store::Tx;

use crate::context::Context;
use crate::desk::delegations::behalf;
use crate::desk::members::action_of;
use crate::entry::Entry;
use crate::error::Fault;

/// Kinds of acts that [`Offices`] follows.
pub const FOLLOWED: [&str; 3] = ["officer-appointed", "duty-delegated", "delegation-ended"];

/// Entries read from a log at a time.
const PAGE: u32 = 256;

/// The officers of one log and who of them acts for whom, up to some place of it.
#[derive(Clone, Debug, Default)]
pub struct Offices {
    officers: BTreeMap<OfficerId, Officer>,
    delegations: Vec<Delegation>,
}

impl Offices {
    /// Takes the next act of the log; acts of other kinds than [`FOLLOWED`] change nothing.
    pub fn take(&mut self, entry: &Entry) {
        let signer = entry.envelope.signatures.first().map(|signature| &signature.officer);
        match entry.act() {
            Act::OfficerAppointed(officer) if officer.node == entry.at.log.node => {
                self.delegations.retain(|known| known.to != officer.id);
                self.officers.insert(officer.id.clone(), officer.clone());
            }
            Act::DutyDelegated(delegation) if signer == Some(&delegation.from) => {
                let roles = self.officers.get(&delegation.to).map(|officer| officer.roles.as_slice());
                if delegation.check(entry.body.done_on, roles.unwrap_or_default()).is_ok() {
                    self.delegations.push(delegation.clone());
                }
            }
            Act::DelegationEnded { from, to, ended_on } if signer == Some(from) => {
                let last = ended_on.pred_opt().unwrap_or(*ended_on);
                for known in self.delegations.iter_mut().filter(|known| known.from == *from && known.to == *to) {
                    known.ends_on = known.ends_on.min(last);
                }
            }
            _ => {}
        }
    }

    /// The head for whom the first signer of the log's next act does it; nobody where his own roles permit it.
    pub fn head_of(&self, entry: &Entry, tier: Tier) -> Option<&Officer> {
        let action = action_of(entry.act())?;
        let may = |officer: &&Officer| officer.roles.iter().any(|role| permitted(tier, *role, action));
        let signer = self.officers.get(&entry.envelope.signatures.first()?.officer)?;
        if may(&signer) {
            return None;
        }
        self.lenders(signer, action, entry).find(may)
    }

    fn lenders(&self, to: &Officer, action: Action, entry: &Entry) -> impl Iterator<Item = &Officer> {
        let day = entry.body.done_on;
        let lent = self.delegations.iter().filter(move |known| known.to == to.id && known.covers(action, day));
        lent.filter_map(|known| self.officers.get(&known.from))
    }
}

/// 受……委托 behind the name of whoever signed an act first; empty where he signed in his own right.
pub async fn words_of(tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<String, Fault> {
    let Some(record) = cx.directory().node(&entry.at.log.node) else { return Ok(String::new()) };
    let mut offices = Offices::default();
    let mut from = 0;
    while from < entry.at.index {
        let rows = tx.entries(&entry.at.log, from, PAGE).await?;
        let Some(last) = rows.last() else { break };
        from = last.at.index + 1;
        for row in rows.iter().filter(|row| row.at.index < entry.at.index) {
            let Some(header) = &row.header else { continue };
            let header = decode_header(header).map_err(Fault::unreadable(format!("entry {}", row.at)))?;
            if FOLLOWED.contains(&header.kind.as_str())
                && let Some(earlier) = Entry::read(row)?
            {
                offices.take(&earlier);
            }
        }
    }
    Ok(offices.head_of(entry, record.tier).map(words).unwrap_or_default())
}

/// The words behind a delegate's name.
pub fn words(head: &Officer) -> String {
    format!("（{}）", behalf(&head.name))
}
