//! Which subjects a name or a number brings together, and the blacks that each of them so meets.

use std::collections::{BTreeMap, BTreeSet};

use honghei_comparison::join::{Bearers, Collector, Everybody, Met, Side, join};
use honghei_comparison::{Limits, Step, Watch, key};
use honghei_domain::comparison::{Fact, LIKENESSES, NAMESAKES};
use honghei_domain::list::ListKind;
use honghei_domain::subject_key::BUCKETS;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::question::Listener;
use honghei_store::{SubjectAt, Tx};

use super::every_row::Check;
use super::scan::{RANK_BITS, Scan};
use super::{broken, cancelled, heard};
use crate::hub::names::lacks_code;
use crate::hub::piece::decode;
use crate::hub::subjects::{Settlements, unfold};

/// Rows of one bucket read at a time.
const BUCKET_PAGE: u32 = 512;

/// Packed keys held in memory.
const MEMORY_BYTES: usize = 256 << 20;

/// Which subjects share a registration number or a name, found without the index of names.
async fn meet(
    tx: &mut dyn Tx,
    settlements: &mut Settlements,
    check: &mut Check,
    listener: &dyn Listener,
) -> Result<Met, CommandError> {
    let limits = Limits { memory_bytes: MEMORY_BYTES, ..Limits::new() };
    let mut collector = Collector::new(&limits);
    let mut scan = Scan::default();
    let mut end = 0;
    while let Some((places, rows)) = scan.page(tx).await? {
        heard(listener, "读取主体", (scan.bucket() + 1).into(), BUCKETS.into())?;
        for row in &rows {
            check.take(&row.at, &decode(&row.body, "the facts of a subject")?)?;
        }
        for (place, (at, facts)) in places.iter().zip(&unfold(tx, rows, settlements).await?) {
            end = place + 1;
            let ruled: Vec<u64> =
                facts.rulings().iter().map(|ruling| key::name(&format!("D:{}", ruling.act))).collect();
            for fact in facts.facts() {
                let side = if fact.kind == ListKind::Red { Side::Red } else { Side::Black };
                let open = key::is_open(&fact.identity);
                for key in key::weak_keys(&fact.identity) {
                    collector.weak(side, key, open, *place).map_err(|fault| broken(&fault))?;
                }
                for key in key::core_keys(&fact.identity) {
                    collector.weak(side, key, lacks_code(at), *place).map_err(|fault| broken(&fault))?;
                }
                for key in &ruled {
                    collector.weak(side, *key, true, *place).map_err(|fault| broken(&fault))?;
                }
            }
        }
    }
    // Seconds of work for the largest federation, and the tasks of this node have other threads.
    let watch = Heard(listener);
    match join(&[collector], end, &limits, &watch, &Everybody(Bearers { name: NAMESAKES, core: LIKENESSES })) {
        Ok(met) => Ok(met),
        Err(honghei_comparison::Fault::Cancelled) => Err(cancelled()),
        Err(fault) => Err(broken(&fault).into()),
    }
}

struct Heard<'a>(&'a dyn Listener);

impl Watch for Heard<'_> {
    fn is_cancelled(&self) -> bool {
        self.0.is_gone()
    }
    fn progress(&self, step: Step, done: u64, total: u64) {
        self.0.hear(step.chinese(), done, total);
    }
}

/// The pairs, read along with the second scan.
pub(super) struct Neighbours {
    met: Met,
    part: usize,
    pairs: Vec<(u64, u64)>,
}

/// The blacks that the subjects of a page may have to do with.
#[derive(Default)]
pub(super) struct Blacks {
    pub(super) by_red: BTreeMap<u64, Vec<u64>>,
    by_place: BTreeMap<u64, Vec<Fact>>,
}

impl Blacks {
    pub(super) fn facts(&self, places: &[u64]) -> Vec<Fact> {
        places.iter().filter_map(|place| self.by_place.get(place)).flatten().cloned().collect()
    }
}

impl Neighbours {
    /// Finds them all.
    pub(super) async fn meet(
        tx: &mut dyn Tx,
        settlements: &mut Settlements,
        check: &mut Check,
        listener: &dyn Listener,
    ) -> Result<Self, CommandError> {
        Ok(Self { met: meet(tx, settlements, check, listener).await?, part: 0, pairs: Vec::new() })
    }

    pub(super) async fn of(
        &mut self,
        tx: &mut dyn Tx,
        page: &[u64],
        settlements: &mut Settlements,
    ) -> Result<Blacks, Fault> {
        let mut blacks = Blacks::default();
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(blacks) };
        loop {
            // Pairs before this page are spent; a subject does not meet itself.
            let spent = self.pairs.partition_point(|(red, _)| red < first);
            self.pairs.drain(..spent);
            for (red, black) in self.pairs.iter().take_while(|(red, _)| red <= last).filter(|(red, black)| red != black)
            {
                blacks.by_red.entry(*red).or_default().push(*black);
            }
            let whole = self.pairs.last().is_some_and(|(red, _)| red > last);
            if whole || self.part >= self.met.parts() {
                break;
            }
            self.pairs = self.met.part(self.part).map_err(|fault| broken(&fault))?;
            self.part += 1;
        }
        let wanted: BTreeSet<u64> = blacks.by_red.values().flatten().copied().collect();
        let mut buckets: Vec<u32> = wanted.iter().filter_map(|place| u32::try_from(place >> RANK_BITS).ok()).collect();
        buckets.dedup();
        for bucket in buckets {
            blacks.by_place.extend(blacks_of_bucket(tx, bucket, &wanted, settlements).await?);
        }
        Ok(blacks)
    }
}

/// The blacks of the wanted subjects of one bucket.
async fn blacks_of_bucket(
    tx: &mut dyn Tx,
    bucket: u32,
    wanted: &BTreeSet<u64>,
    settlements: &mut Settlements,
) -> Result<BTreeMap<u64, Vec<Fact>>, Fault> {
    let mut found = BTreeMap::new();
    let mut place = u64::from(bucket) << RANK_BITS;
    // Before every key of the bucket.
    let mut after = SubjectAt { bucket, key: String::new() };
    loop {
        let mut rows = tx.scan_subjects(Some(&after), BUCKET_PAGE).await?;
        rows.retain(|row| row.at.bucket == bucket);
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.at.clone();
        for (place, facts) in (place..).zip(unfold(tx, std::mem::take(&mut rows), settlements).await?.into_values()) {
            if wanted.contains(&place) {
                let blacks = facts.facts().iter().filter(|fact| fact.kind == ListKind::Black).cloned();
                found.insert(place, blacks.collect());
            }
        }
        place += u64::from(BUCKET_PAGE);
    }
}
