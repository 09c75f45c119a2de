//! The acts that verdicts follow from, out of the logs themselves.

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::entry::decode_header;
use honghei_domain::act::{Act, Interpretation};
use honghei_domain::list::{CaseId, CaseSet, ChunkSlice};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_store::Tx;

use super::{WINDOW, heard};
use crate::context::Context;
use crate::desk::{dossiers, listing};
use crate::entry::Entry;
use crate::error::{CommandError, Fault};
use crate::question::Listener;
use crate::reported::Days;

/// Entries read from a log at a time.
const PAGE: u32 = 256;

/// Kinds of acts that matter here; the others are passed over unread.
const KINDS: [&str; 9] = [
    "list-certified",
    "list-reported",
    "feed-imported",
    "act-interpreted",
    "result-published",
    "entry-withdrawn",
    "entry-exited",
    "dispute-decided",
    "repair-decided",
];

/// What the logs of this node say about lists, exits and results.
#[derive(Debug, Default)]
pub struct Records {
    /// Result versions that are folded here, in order.
    pub versions: Vec<Version>,
    /// The chunks of every list, certified or fed in.
    pub lists: BTreeMap<EntryRef, Vec<ChunkSlice>>,
    /// Reports of lists, by the recogniser's node.
    pub reports: BTreeMap<NodeId, Vec<Report>>,
    /// Acts by which cases left.
    pub exits: BTreeMap<NodeId, Vec<Exit>>,
}

/// A result version.
#[derive(Debug)]
pub struct Version {
    at: EntryRef,
    /// Its number.
    pub number: u64,
    /// The rules it was judged under.
    pub rule_version: u32,
    needs: BTreeMap<honghei_domain::node::LogId, u64>,
    details: BTreeMap<NodeId, Vec<ChunkSlice>>,
}

impl Version {
    /// The chunks of what a recogniser was told.
    pub fn told(&self, recogniser: &NodeId) -> &[ChunkSlice] {
        self.details.get(recogniser).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the province had folded an act when it cut this version.
    pub fn had(&self, act: &EntryRef) -> bool {
        if act.log == self.at.log { act.index < self.at.index } else { self.needs.get(&act.log) > Some(&act.index) }
    }
}

/// A report by which a list came to the comparison.
#[derive(Debug)]
pub struct Report {
    /// The act.
    pub at: EntryRef,
    /// The list.
    pub list: EntryRef,
    /// The days of its entries.
    pub days: Days,
    /// Cases that it left out or that were refused one by one.
    pub left_out: CaseSet,
}

/// An act by which cases of one recogniser left.
#[derive(Debug)]
pub struct Exit {
    /// The act.
    pub at: EntryRef,
    /// Its cases.
    pub cases: CaseSet,
    /// The day it names.
    pub on: chrono::NaiveDate,
}

impl Records {
    /// Reads every log that is here.
    pub async fn read(tx: &mut dyn Tx, cx: &Context, listener: &dyn Listener) -> Result<Self, CommandError> {
        let mut records = Self::default();
        let mut refused: BTreeMap<EntryRef, Refused> = BTreeMap::new();
        let folded = tx.latest_result().await?.map_or(0, |row| row.version);
        for head in tx.heads().await? {
            let mut next = 0;
            loop {
                heard(listener, "读取记录", next, head.size)?;
                let rows = tx.entries(&head.log, next, PAGE).await?;
                let Some(last) = rows.last() else { break };
                next = last.at.index + 1;
                for row in &rows {
                    let Some(header) = &row.header else { continue };
                    let header = decode_header(header).map_err(Fault::unreadable("a header"))?;
                    if !KINDS.contains(&header.kind.as_str()) {
                        continue;
                    }
                    let Some(entry) = Entry::read(row)? else { continue };
                    records.take(tx, cx, entry, folded, &mut refused).await?;
                }
            }
        }
        for (recogniser, reports) in &mut records.reports {
            reports.retain(|report| !matches!(refused.get(&report.at), Some(Refused::Whole)));
            for report in reports.iter_mut() {
                let Some(Refused::Rows(rows)) = refused.get(&report.at) else { continue };
                let rows = rows.iter().filter(|case| case.origin == *recogniser).map(|case| case.number);
                report.left_out = CaseSet::from_numbers(report.left_out.iter().chain(rows));
            }
            reports.sort_by(|one, other| one.at.cmp(&other.at));
        }
        records.versions.sort_by_key(|version| version.number);
        Ok(records)
    }

    async fn take(
        &mut self,
        tx: &mut dyn Tx,
        cx: &Context,
        entry: Entry,
        folded: u64,
        refused: &mut BTreeMap<EntryRef, Refused>,
    ) -> Result<(), Fault> {
        let by_province = cx.root() == Some(&entry.at.log.node);
        if let Some((case, _, _, on)) = listing::exit_of(entry.act()) {
            let cases = CaseSet::from_numbers([case.number]);
            self.exits.entry(case.origin.clone()).or_default().push(Exit { at: entry.at.clone(), cases, on });
        }
        match entry.body.act {
            Act::ListCertified { manifest, .. } => _ = self.lists.insert(entry.at, manifest.chunks),
            Act::ListReported { list, excluded, .. } => {
                let Some(dossier) = dossiers::read(tx, &list).await? else { return Ok(()) };
                if dossier.report.as_ref().is_none_or(|report| report.act != entry.at) {
                    return Ok(());
                }
                let days = Days::of_report(tx, cx, &dossier, &entry.at).await?;
                let report = Report { at: entry.at, list, days, left_out: excluded };
                self.reports.entry(report.list.log.node.clone()).or_default().push(report);
            }
            Act::FeedImported { manifest, as_of, gone, .. } => {
                let node = entry.at.log.node.clone();
                if !gone.is_empty() {
                    let exit = Exit { at: entry.at.clone(), cases: gone, on: as_of };
                    self.exits.entry(node.clone()).or_default().push(exit);
                }
                let days = Days { recognised_on: as_of, published_on: None };
                let (at, left_out) = (entry.at.clone(), CaseSet::default());
                let report = Report { at: at.clone(), list: at.clone(), days, left_out };
                self.reports.entry(node).or_default().push(report);
                self.lists.insert(at, manifest.chunks);
            }
            Act::ActInterpreted { act, outcome, rows } if by_province => match outcome {
                Interpretation::Rejected { .. } => _ = refused.insert(act, Refused::Whole),
                Interpretation::Applied if !rows.is_empty() => {
                    let rows = rows.into_iter().map(|row| row.case).collect();
                    refused.insert(act, Refused::Rows(rows));
                }
                _ => {}
            },
            Act::ResultPublished { version, rule_version, details, .. } if by_province && version <= folded => {
                let details = details.into_iter().map(|detail| (detail.recogniser, detail.manifest.chunks));
                self.versions.push(Version {
                    at: entry.at,
                    number: version,
                    rule_version,
                    needs: entry.header.needs.into_iter().map(|need| (need.log, need.size)).collect(),
                    details: details.collect(),
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// The windows of case numbers of which some version speaks, recogniser by recogniser.
    pub fn windows(&self) -> Vec<(NodeId, u64)> {
        let mut windows = BTreeSet::new();
        for (recogniser, slices) in self.versions.iter().flat_map(|version| &version.details) {
            for slice in slices {
                let touched = slice.first_case / WINDOW..=slice.last_case / WINDOW;
                windows.extend(touched.map(|window| (recogniser.clone(), window)));
            }
        }
        windows.into_iter().collect()
    }
}

/// What the province refused of a report.
enum Refused {
    Whole,
    Rows(Vec<CaseId>),
}
