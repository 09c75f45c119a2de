//! From pairs to verdicts: the entries are read again whole, and the pure function judges them.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Match, Outcome, RULE_VERSION, SubjectFacts, Verdict, identify, verdicts};

use crate::fault::Fault;
use crate::join::{Crowd, Met, on_threads};
use crate::limit::Limits;
use crate::text::Source;
use crate::text::line::{Line, Taken};
use crate::text::scan::line_at;
use crate::watch::{Step, Watch};

/// Pairs judged at a time.
const BATCH: usize = 4096;

/// Where verdicts are found.
pub struct Bench<'a> {
    pub red: &'a Source,
    pub black: &'a Source,
    pub reds: &'a File,
    pub blacks: &'a File,
    pub as_of: NaiveDate,
    pub line: Line<'a>,
}

impl Bench<'_> {
    /// Judges every red that met a black; returns how many fall and how many wait.
    pub fn judge(
        &self,
        met: &Met,
        limits: &Limits,
        watch: &dyn Watch,
        fall: &(dyn Fn(Vec<Verdict>) + Sync),
    ) -> Result<(u64, u64), Fault> {
        let next = AtomicUsize::new(0);
        let counts = on_threads(limits.threads, || {
            let (mut removed, mut held) = (0, 0);
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= met.parts() {
                    return Ok((removed, held));
                }
                let pairs = met.part(part)?;
                let mut rest = pairs.as_slice();
                while !rest.is_empty() {
                    if watch.is_cancelled() {
                        return Err(Fault::Cancelled);
                    }
                    let (batch, after) = rest.split_at(whole_reds(rest));
                    rest = after;
                    let found = self.judge_batch(batch)?;
                    for verdict in &found {
                        match verdict.outcome {
                            Outcome::Removed { .. } => removed += 1,
                            _ => held += 1,
                        }
                    }
                    if !found.is_empty() {
                        fall(found);
                    }
                }
                watch.progress(Step::Judge, part as u64 + 1, met.parts() as u64);
            }
        })?;
        Ok(counts.into_iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1)))
    }

    fn judge_batch(&self, pairs: &[(u64, u64)]) -> Result<Vec<Verdict>, Fault> {
        let distinct = |places: &mut Vec<u64>| {
            places.sort_unstable();
            places.dedup();
        };
        let mut places: Vec<u64> = pairs.iter().map(|(_, black)| *black).collect();
        distinct(&mut places);
        let mut blacks: HashMap<u64, Fact> = self.facts(self.black, self.blacks, &places)?.into_iter().collect();
        let each_once = places.len() == pairs.len();
        let mut places: Vec<u64> = pairs.iter().map(|(red, _)| *red).collect();
        distinct(&mut places);
        let mut found = Vec::new();
        let mut rest = pairs;
        for (place, red) in self.facts(self.red, self.reds, &places)? {
            rest = rest.get(rest.partition_point(|(red, _)| *red < place)..).unwrap_or_default();
            let own = rest.iter().take_while(|(red, _)| *red == place);
            let proposals: Vec<Fact> = match each_once {
                true => own.filter_map(|(_, black)| blacks.remove(black)).collect(),
                false => own.filter_map(|(_, black)| blacks.get(black).cloned()).collect(),
            };
            let mut own = SubjectFacts::new();
            own.insert(red);
            let judged = verdicts(&own, &proposals, RULE_VERSION, self.as_of).into_iter();
            found
                .extend(judged.filter(|found| matches!(found.outcome, Outcome::Removed { .. } | Outcome::Held { .. })));
        }
        Ok(found)
    }

    /// Entries as facts; what fails a check digit is no fact.
    fn facts(&self, source: &Source, file: &File, places: &[u64]) -> Result<Vec<(u64, Fact)>, Fault> {
        let mut buffer = Vec::new();
        let mut facts = Vec::with_capacity(places.len());
        for place in places {
            line_at(file, *place, &mut buffer)?;
            let fact = match self.line.take(&buffer) {
                Taken::Sound { .. } | Taken::Open(_) => self.line.entry(&buffer).and_then(|e| e.fact(source, *place)),
                Taken::Expired | Taken::Nothing | Taken::Defective(_) => None,
            };
            facts.extend(fact.map(|fact| (*place, fact)));
        }
        Ok(facts)
    }
}

/// A number of pairs, at least [`BATCH`] where there are as many, that ends with the last pair of a red.
fn whole_reds(pairs: &[(u64, u64)]) -> usize {
    let Some((last, _)) = pairs.get(BATCH.min(pairs.len()).saturating_sub(1)) else { return pairs.len() };
    pairs.partition_point(|(red, _)| red <= last)
}

impl Crowd for Bench<'_> {
    /// Of blacks that look alike only the one that counts first can be a cause: certain before doubtful, each in the
    /// order of the comparison.
    fn thin(&self, reds: &[u64], blacks: &[u64], meet: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        let mut facts = self.facts(self.black, self.blacks, blacks)?;
        let order = |fact: &Fact| (fact.under_appeal, fact.recognised_on, fact.case.clone());
        facts.sort_by_cached_key(|(_, fact)| order(fact));
        // Whoever comes later with the same identity and no better standing changes nothing.
        let mut seen = HashSet::new();
        facts.retain(|(_, fact)| seen.insert(fact.identity.clone()));
        for places in reds.chunks(BATCH) {
            for (place, red) in self.facts(self.red, self.reds, places)? {
                let mut doubtful = None;
                for (black, fact) in &facts {
                    match identify(&red.identity, &fact.identity) {
                        Match::Certain(_) => {
                            meet(place, *black);
                            break;
                        }
                        Match::Uncertain(..) if doubtful.is_none() => doubtful = Some(*black),
                        Match::Uncertain(..) | Match::Different => {}
                    }
                }
                if let Some(black) = doubtful {
                    meet(place, black);
                }
            }
        }
        Ok(())
    }
}
