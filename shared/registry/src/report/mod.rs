//! A report of the comparison as of one result version: told from the logs this node holds, nothing is printed here.
//!
//! What a version says stands in its details, which never change; so the same version gives the same figures at any
//! later time, and every node tells what its audience lets it see: the province all of it, a city what it reviews, a
//! county its own.

mod entries;
mod quality;
mod rows;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use honghei_domain::act::{Act, ResultDetail};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::list::CaseId;
use honghei_domain::node::{ClockClass, EntryRef, NodeId};
use honghei_domain::refusal::Refusal;
use honghei_ledger::hex;
use honghei_reports::{Counts, FORMAT, Report};
use honghei_store::{ResultRow, Tx};

use crate::context::Context;
use crate::desk::{listing, served};
use crate::entry::Entry;
use crate::error::{CommandError, Fault};

/// The result versions up to the one reported on.
struct Run {
    /// Ascending.
    versions: Vec<Version>,
    /// How much of every other log the author of the last version had folded, and where its own log stood.
    horizon: Horizon,
}

/// One result version.
struct Version {
    number: u64,
    published_on: NaiveDate,
    details: Vec<ResultDetail>,
}

/// What the province knew when it cut a version: acts beyond it are later news.
struct Horizon {
    at: EntryRef,
    sizes: BTreeMap<NodeId, u64>,
}

impl Horizon {
    /// Whether an act was known.
    fn covers(&self, act: &EntryRef) -> bool {
        if act.log == self.at.log {
            return act.index < self.at.index;
        }
        self.sizes.get(&act.log.node).is_some_and(|size| act.index < *size)
    }
}

/// A verdict that is neither red nor black on the list, and since when.
struct Noted {
    row: DetailRow,
    /// The version that said so, or that first put the entry on hold.
    version: u64,
    on: NaiveDate,
}

/// What the versions say of one recogniser's cases, as far as this node may read it.
#[derive(Default)]
struct Told {
    /// Removed and held ones, as of the last version.
    noted: BTreeMap<CaseId, Noted>,
    /// When each case was first settled: listed or removed.
    settled: BTreeMap<u64, NaiveDate>,
}

/// Reports on a version, the newest where none is named.
///
/// # Errors
/// A refusal `RESULT_UNKNOWN` where this node holds no such version.
pub async fn comparison(tx: &mut dyn Tx, cx: &Context, version: Option<u64>) -> Result<Report, CommandError> {
    let mut results = tx.results(u32::MAX >> 1).await?;
    results.sort_by_key(|row| row.version);
    let at = match version {
        Some(version) => results.iter().position(|row| row.version == version),
        None => results.len().checked_sub(1),
    };
    let unknown = || match version {
        Some(version) => Refusal::new("RESULT_UNKNOWN", "R-030", format!("本节点没有第{version}版比对结果")),
        None => Refusal::new("RESULT_UNKNOWN", "R-030", "尚未公布比对结果"),
    };
    let at = at.ok_or_else(unknown)?;
    let counted_to = results.get(at + 1).map_or(cx.now.today, |next| next.published_on);
    results.truncate(at + 1);
    let last = results.last().cloned().ok_or_else(unknown)?;
    let run = Run::read(tx, results).await?;
    let mut told = Told::default();
    let mut times = Vec::new();
    let mut sources = quality::own(tx, cx, &run.horizon).await?;
    for recogniser in run.recognisers() {
        let of = run.told_of(tx, &recogniser).await?;
        // A feed's cases are the province's own; nobody certified them here.
        if recogniser != last.at.log.node {
            let lists = entries::reported_by(tx, &recogniser, &run.horizon).await?;
            let collected = times::collected(tx, cx, &recogniser, &run.horizon).await?;
            times.extend(times::of(tx, cx, &recogniser, &lists, &of.settled, &collected).await?);
            if recogniser != *cx.me() {
                sources.extend(quality::reported(tx, cx, &recogniser, &lists).await?);
            }
        }
        told.noted.extend(of.noted);
    }
    sources.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    let (conflicts, held) = rows::of(tx, &told.noted, counted_to).await?;
    let body = served::body(&last)?;
    Ok(Report {
        format: FORMAT.to_owned(),
        federation: cx.directory().federation.clone(),
        rehearsal: cx.directory().clock_class == ClockClass::Simulated,
        node: cx.me().to_string(),
        node_name: cx.record()?.name.clone(),
        version: last.version,
        published_on: last.published_on,
        counted_to,
        made_on: cx.now.today,
        digest: hex(&last.root),
        rule_version: body.rule_version,
        counts: Counts {
            red: body.counts.red,
            black: body.counts.black,
            removed: body.counts.removed,
            held: body.counts.held,
        },
        conflicts,
        held,
        sources,
        times,
    })
}

impl Run {
    async fn read(tx: &mut dyn Tx, results: Vec<ResultRow>) -> Result<Self, Fault> {
        let mut versions = Vec::with_capacity(results.len());
        let mut horizon = None;
        for row in results {
            let missing = || Fault::inconsistent(format!("result version {}", row.version));
            let entry = tx.entry(&row.at).await?.map(|stored| Entry::read(&stored)).transpose()?.flatten();
            let entry = entry.ok_or_else(missing)?;
            let Act::ResultPublished { details, .. } = &entry.body.act else { return Err(missing()) };
            versions.push(Version { number: row.version, published_on: row.published_on, details: details.clone() });
            let sizes = entry.header.needs.iter().map(|need| (need.log.node.clone(), need.size)).collect();
            horizon = Some(Horizon { at: entry.at, sizes });
        }
        let horizon = horizon.ok_or_else(|| Fault::inconsistent("the result versions"))?;
        Ok(Self { versions, horizon })
    }

    fn recognisers(&self) -> BTreeSet<NodeId> {
        self.versions.iter().flat_map(|version| &version.details).map(|detail| detail.recogniser.clone()).collect()
    }

    /// Walks over what the versions say of one recogniser's cases, in their order.
    async fn told_of(&self, tx: &mut dyn Tx, recogniser: &NodeId) -> Result<Told, Fault> {
        let mut told = Told::default();
        for version in &self.versions {
            let details = version.details.iter().filter(|detail| detail.recogniser == *recogniser);
            for slice in details.flat_map(|detail| &detail.manifest.chunks) {
                for row in listing::detail_rows(tx, &slice.digest).await? {
                    told.hear(row, version);
                }
            }
        }
        Ok(told)
    }
}

impl Told {
    fn hear(&mut self, row: DetailRow, version: &Version) {
        let case = row.case().clone();
        match row.verdict.outcome {
            Outcome::FinalRed | Outcome::FinalBlack | Outcome::Removed { .. } => {
                self.settled.entry(case.number).or_insert(version.published_on);
            }
            Outcome::Held { .. } | Outcome::Expired | Outcome::Exited => {}
        }
        let noted = Noted { row, version: version.number, on: version.published_on };
        match (&noted.row.verdict.outcome, self.noted.remove(&case)) {
            (Outcome::Held { .. }, Some(before)) if matches!(before.row.verdict.outcome, Outcome::Held { .. }) => {
                // For another reason, perhaps; it has waited all the while.
                self.noted.insert(case, Noted { version: before.version, on: before.on, ..noted });
            }
            (Outcome::Held { .. } | Outcome::Removed { .. }, _) => _ = self.noted.insert(case, noted),
            (Outcome::FinalRed | Outcome::FinalBlack | Outcome::Expired | Outcome::Exited, _) => {}
        }
    }
}
