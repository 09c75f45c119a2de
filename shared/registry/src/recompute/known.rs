//! What this node knows of a recogniser's entries, as the comparison took them.

use std::collections::BTreeMap;
use std::ops::Range;

use honghei_codec::list::{decode_entry, open_chunk};
use honghei_domain::comparison::Fact;
use honghei_domain::list::{CaseId, ChunkSlice, ListEntry};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::Tx;

use super::record::{Exit, Records};
use crate::error::Fault;

/// The entries of one window of cases.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// What each report states, the earliest first.
    reported: BTreeMap<u64, Vec<Fact>>,
    /// Acts by which cases left, and what their lists state of them: a case may leave before its report counts.
    left: BTreeMap<u64, (Vec<&'a Exit>, Vec<ListEntry>)>,
}

impl<'a> Known<'a> {
    /// Reads the chunks that meet a window; what does not lie here is passed over.
    pub async fn read(
        tx: &mut dyn Tx,
        records: &'a Records,
        recogniser: &NodeId,
        window: Range<u64>,
    ) -> Result<Self, Fault> {
        let mut known = Self::default();
        for exit in records.exits.get(recogniser).into_iter().flatten() {
            for number in exit.cases.iter().filter(|number| window.contains(number)) {
                known.left.entry(number).or_default().0.push(exit);
            }
        }
        let reports = records.reports.get(recogniser).map(Vec::as_slice).unwrap_or_default();
        for (list, slices) in records.lists.iter().filter(|(list, _)| list.log.node == *recogniser) {
            let meets = |slice: &&ChunkSlice| slice.first_case < window.end && slice.last_case >= window.start;
            for slice in slices.iter().filter(meets) {
                let Some(bytes) = tx.chunk(&slice.digest).await? else { continue };
                for salted in open_chunk(slice, &bytes).map_err(Fault::unreadable("a chunk of a list"))? {
                    let entry = decode_entry(&salted.body).map_err(Fault::unreadable("a list entry"))?;
                    let number = entry.case.number;
                    if entry.case.origin != *recogniser || !window.contains(&number) {
                        continue;
                    }
                    let mine = reports.iter().filter(|report| report.list == *list);
                    let facts = mine
                        .filter(|report| !report.left_out.contains(number))
                        .map(|report| report.days.fact(&entry, report.at.clone()));
                    known.reported.entry(number).or_default().extend(facts);
                    if let Some((_, entries)) = known.left.get_mut(&number) {
                        entries.push(entry);
                    }
                }
            }
        }
        Ok(known)
    }

    /// The facts that a version may have compared: the last report that it had; of a case that had left, that report as
    /// of the act by which it left, or what its lists state where no report had come.
    pub fn facts(&self, case: &CaseId, had: impl Fn(&EntryRef) -> bool) -> Vec<Fact> {
        let reports = self.reported.get(&case.number).into_iter().flatten().filter(|fact| had(&fact.position));
        let last = reports.max_by(|one, other| one.position.cmp(&other.position));
        let mut facts: Vec<Fact> = last.cloned().into_iter().collect();
        let Some((exits, entries)) = self.left.get(&case.number) else { return facts };
        for exit in exits.iter().filter(|exit| had(&exit.at)) {
            let declared = entries.iter().map(|entry| Fact::reported(entry, exit.on, exit.at.clone()));
            facts.extend(declared);
            facts
                .extend(last.map(|fact| Fact { position: fact.position.clone().max(exit.at.clone()), ..fact.clone() }));
        }
        facts
    }
}
