//! From pairs to verdicts: the entries are read again whole, and the pure function judges them.

use std::collections::HashSet;
use std::fs::File;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use honghei_domain::comparison::{Fact, Match, Outcome, RULE_VERSION, SubjectFacts, Verdict, identify, verdicts};

use crate::fault::Fault;
use crate::join::{Collector, Crowd, Met, on_threads};
use crate::limit::Limits;
use crate::text::Source;
use crate::text::line::Line;
use crate::text::lines::Lines;
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
    /// Judges every red that met a black; returns how many fall and how many wait. What was collected is let go by the
    /// threads side by side: to give back the memory of ten million entries takes one thread a while.
    pub fn judge(
        &self,
        met: &Met,
        collected: Vec<Collector>,
        limits: &Limits,
        watch: &dyn Watch,
        fall: &(dyn Fn(Vec<Verdict>) + Sync),
    ) -> Result<(u64, u64), Fault> {
        let next = AtomicUsize::new(0);
        let spent = Mutex::new(collected);
        let pop = || spent.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let counts = on_threads(limits.threads, || {
            while let Some(collector) = pop() {
                drop(collector);
            }
            let (mut removed, mut held) = (0, 0);
            let mut desk = Desk::default();
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
                    let found = self.judge_batch(batch, &mut desk)?;
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

    fn judge_batch(&self, pairs: &[(u64, u64)], desk: &mut Desk) -> Result<Vec<Verdict>, Fault> {
        desk.reds.read(self.reds, pairs.iter().map(|(red, _)| *red))?;
        desk.blacks.read(self.blacks, pairs.iter().map(|(_, black)| *black))?;
        let mut found = Vec::with_capacity(pairs.len());
        let mut red = self.red.blank();
        for of_one in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            let Some((place, _)) = of_one.first() else { continue };
            if !self.state(&desk.reds, *place, &mut red) {
                continue;
            }
            let mut count = 0;
            for (_, black) in of_one {
                if count == desk.proposals.len() {
                    desk.proposals.push(self.black.blank());
                }
                let Some(proposal) = desk.proposals.get_mut(count) else { continue };
                count += usize::from(self.state(&desk.blacks, *black, proposal));
            }
            let case = red.case.clone();
            desk.own.insert(red);
            let judged = verdicts(&desk.own, desk.proposals.get(..count).unwrap_or_default(), RULE_VERSION, self.as_of);
            let falls = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Removed { .. } | Outcome::Held { .. });
            found.extend(judged.into_iter().filter(falls));
            red = desk.own.take(&case).unwrap_or_else(|| self.red.blank());
        }
        Ok(found)
    }

    /// Makes a fact say what a line that was read states; says whether it states one. What fails a check digit is none.
    fn state(&self, lines: &Lines, place: u64, fact: &mut Fact) -> bool {
        let entry = lines.at(place).and_then(|line| self.line.entry(line));
        entry.and_then(|entry| entry.state(place, fact)).is_some()
    }

    /// The entries at some places as facts.
    fn facts(&self, source: &Source, file: &File, places: &[u64]) -> Result<Vec<(u64, Fact)>, Fault> {
        let mut lines = Lines::default();
        lines.read(file, places.iter().copied())?;
        let fact = |(place, line)| Some((place, self.line.entry(line)?.fact(source, place)?));
        Ok(lines.iter().filter_map(fact).collect())
    }
}

/// What one thread judges with.
#[derive(Default)]
struct Desk {
    reds: Lines,
    blacks: Lines,
    /// Facts of blacks; the first ones speak of the red that is judged.
    proposals: Vec<Fact>,
    /// Empty between two reds.
    own: SubjectFacts,
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
