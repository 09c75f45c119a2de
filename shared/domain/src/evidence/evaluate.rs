//! Counting rules over the events of one subject (R-011, R-012, AMB-10 to AMB-12).

use chrono::{Months, NaiveDate};

use super::BehaviourEvent;
use crate::list::CriterionCode;
use crate::policy::{Count, Criterion, EventNature, Policy, WindowEnd};
use crate::refusal::Refusal;
use crate::subject_key::SubjectKey;

/// What came of one counting rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Met; these events, by number, are the proof.
    Met {
        /// Numbers of the counted events, by day; records of one decision all stand here and count once.
        counted: Vec<u64>,
        /// First day of the window, where there is one.
        from: Option<NaiveDate>,
        /// Its last day.
        to: NaiveDate,
    },
    /// Not met.
    NotMet {
        /// The most that any window holds.
        found: u32,
        /// How many are needed.
        needed: u32,
    },
    /// Not run: the policy leaves a value unset, and none is invented (AMB-11).
    Unset {
        /// What is unset, as the policy calls it.
        what: String,
    },
}

/// Another criterion that the events speak for (AMB-12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The criterion to use instead.
    pub to: CriterionCode,
    /// Why.
    pub reason: String,
    /// The event that says so.
    pub event: u64,
}

/// What the events of one subject say about one criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The criterion.
    pub criterion: CriterionCode,
    /// One finding for each of its counting rules, in their order; empty where it counts nothing.
    pub findings: Vec<Finding>,
    /// A better criterion.
    pub proposal: Option<Proposal>,
}

impl Evaluation {
    /// The first rule that is met: any one suffices (AMB-09).
    pub fn met(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| matches!(finding, Finding::Met { .. }))
    }

    /// Numbers of all events that some met rule counted, ascending.
    pub fn counted(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self
            .findings
            .iter()
            .flat_map(|finding| match finding {
                Finding::Met { counted, .. } => counted.as_slice(),
                Finding::NotMet { .. } | Finding::Unset { .. } => &[],
            })
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Why nobody may certify on this count; `None` where it is met or nothing is counted.
    pub fn refusal(&self) -> Option<Refusal> {
        if self.findings.is_empty() || self.met().is_some() {
            return None;
        }
        let code = &self.criterion.0;
        let unset = self.findings.iter().find_map(|finding| match finding {
            Finding::Unset { what } => Some(what),
            Finding::Met { .. } | Finding::NotMet { .. } => None,
        });
        if let Some(what) = unset {
            let sentence = format!("认定标准{code}的“{what}”尚未设定，系统不自行推定，请先由有权机关明确并载入制度");
            return Some(Refusal::new("PARAMETER_UNSET", "AMB-11", sentence));
        }
        let best = self.findings.iter().filter_map(|finding| match finding {
            Finding::NotMet { found, needed } => Some((*found, *needed)),
            Finding::Met { .. } | Finding::Unset { .. } => None,
        });
        let (found, needed) = best.min_by_key(|(found, needed)| needed.saturating_sub(*found)).unwrap_or_default();
        let sentence = if found >= needed {
            format!("登记的行为记录数量够{needed}次，但不符合认定标准{code}的其他条件")
        } else {
            format!("认定标准{code}要求至少{needed}次行为记录，登记在案且符合条件的只有{found}次")
        };
        Some(Refusal::new("COUNT_NOT_MET", "R-011", sentence))
    }
}

/// What the events of one subject say about a criterion on a day.
///
/// `class` is the subject's class, for amounts that depend on it. Events after `today` are not looked at.
pub fn evaluate(
    policy: &Policy,
    criterion: &Criterion,
    class: &str,
    today: NaiveDate,
    events: &[BehaviourEvent],
) -> Evaluation {
    let mut known: Vec<&BehaviourEvent> = events.iter().filter(|event| event.occurred_on <= today).collect();
    known.sort_by_key(|event| (event.occurred_on, event.number));
    let findings = criterion.count.iter().map(|count| Rule { policy, count, class, today }.find(&known)).collect();
    let proposal = criterion.switch.iter().find_map(|switch| {
        let event = known.iter().find(|event| event.penalties.contains(&switch.penalty))?;
        Some(Proposal { to: switch.to.clone(), reason: switch.reason.clone(), event: event.number })
    });
    Evaluation { criterion: criterion.code.clone(), findings, proposal }
}

/// The numbers of events that belong to another subject than the one with this key: they prove nothing about it.
pub fn foreign_to(key: &SubjectKey, events: &[BehaviourEvent]) -> Vec<u64> {
    events.iter().filter(|event| event.subject_key() != *key).map(|event| event.number).collect()
}

/// One counting rule where it applies.
struct Rule<'a> {
    policy: &'a Policy,
    count: &'a Count,
    class: &'a str,
    today: NaiveDate,
}

impl Rule<'_> {
    /// `known` is in order of day and number.
    fn find(&self, known: &[&BehaviourEvent]) -> Finding {
        if let Some(what) = self.unset() {
            return Finding::Unset { what };
        }
        let mut best = 0;
        for kind in self.kinds(known) {
            let sequence: Vec<&BehaviourEvent> =
                known.iter().copied().filter(|event| kind.is_none_or(|kind| event.kind == kind)).collect();
            match self.within(&sequence) {
                Ok(met) => return met,
                Err(found) => best = best.max(found),
            }
        }
        Finding::NotMet { found: best, needed: self.count.at_least }
    }

    /// What the rule needs and the policy leaves unset.
    fn unset(&self) -> Option<String> {
        if self.count.grade.is_some() && self.policy.severities.is_empty() {
            return Some("失信行为严重程度目录".to_owned());
        }
        let parameter = self.count.fine_at_least.as_ref()?;
        let unset = self.policy.amount(parameter, self.class).is_none();
        unset.then(|| {
            let named = self.policy.parameters.iter().find(|known| known.code == *parameter);
            named.map_or_else(|| parameter.clone(), |named| named.text.clone())
        })
    }

    /// The kinds to look at one by one; `None` stands for all together.
    fn kinds<'e>(&self, known: &[&'e BehaviourEvent]) -> Vec<Option<&'e str>> {
        if !self.count.same_kind {
            return vec![None];
        }
        let named = known.iter().map(|event| event.kind.as_str()).filter(|kind| !kind.is_empty());
        let mut kinds: Vec<Option<&str>> = named.map(Some).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The latest window that meets the rule, or the most that any window holds.
    fn within(&self, sequence: &[&BehaviourEvent]) -> Result<Finding, u32> {
        let mut best = 0;
        for end in self.ends(sequence) {
            let from = self.count.within_years.map(|years| years_before(end.day, years));
            let inside = |event: &BehaviourEvent| {
                event.occurred_on <= end.day && from.is_none_or(|from| event.occurred_on >= from)
            };
            let counted = if self.count.consecutive {
                self.run_up_to(sequence, end.at, &inside)
            } else {
                sequence.iter().copied().filter(|event| inside(event) && self.matches(event)).collect()
            };
            let found = decisions(&counted);
            best = best.max(found);
            let whole = found >= self.count.at_least
                && self.has_circumstances(&counted)
                && self.fills_every_year(&counted, end.day)
                && !sequence.iter().any(|event| inside(event) && self.forbids(event));
            if whole {
                let counted = counted.iter().map(|event| event.number).collect();
                return Ok(Finding::Met { counted, from, to: end.day });
            }
        }
        Err(best)
    }

    /// Where windows end, latest first (AMB-10).
    fn ends(&self, sequence: &[&BehaviourEvent]) -> Vec<End> {
        let last = sequence.len().saturating_sub(1);
        if self.looks_back_from_today() {
            return vec![End { day: self.today, at: last }];
        }
        let matching = sequence.iter().enumerate().filter(|(_, event)| self.matches(event));
        let mut ends: Vec<End> = matching.map(|(at, event)| End { day: event.occurred_on, at }).collect();
        ends.reverse();
        if !self.count.consecutive {
            ends.dedup_by_key(|end| end.day);
        }
        ends
    }

    /// Good results that nothing bad may follow are looked at from today: what did not happen has no day.
    fn looks_back_from_today(&self) -> bool {
        let absence = !self.count.without.is_empty() && !self.count.events.iter().any(|nature| nature.is_dishonest());
        absence || (self.policy.readings.window_ends == WindowEnd::DayOfEvaluation && !self.count.consecutive)
    }

    /// Matching samplings back from a place, until another result stands between (AMB-10).
    fn run_up_to<'e>(
        &self,
        sequence: &[&'e BehaviourEvent],
        at: usize,
        inside: &dyn Fn(&BehaviourEvent) -> bool,
    ) -> Vec<&'e BehaviourEvent> {
        let mut run = Vec::new();
        for event in sequence.iter().take(at.saturating_add(1)).rev() {
            if self.breaks_a_run(event) || !inside(event) {
                break;
            }
            if self.matches(event) {
                run.push(*event);
            }
        }
        run.reverse();
        run
    }

    fn breaks_a_run(&self, event: &BehaviourEvent) -> bool {
        let sampled = matches!(event.nature, EventNature::SamplingPassed | EventNature::SamplingFailed);
        sampled && !self.count.events.contains(&event.nature)
    }

    fn matches(&self, event: &BehaviourEvent) -> bool {
        let count = self.count;
        let fine_reaches = |parameter: &String| {
            let floor = self.policy.amount(parameter, self.class);
            floor.is_some_and(|floor| event.fine_yuan.is_some_and(|fine| fine >= floor))
        };
        count.events.contains(&event.nature)
            && count.grade.is_none_or(|floor| event.grade_under(self.policy).is_some_and(|grade| grade >= floor))
            && count.level.is_none_or(|floor| event.level.is_some_and(|level| level >= floor))
            && (count.penalties.is_empty() || event.penalties.iter().any(|penalty| count.penalties.contains(penalty)))
            && !event.penalties.iter().any(|penalty| count.without_penalties.contains(penalty))
            && count.fine_at_least.as_ref().is_none_or(fine_reaches)
            && count.each_with.iter().all(|circumstance| event.circumstances.contains(circumstance))
    }

    /// Whether an event is one that the rule forbids. A sampling of unknown level counts against the subject.
    fn forbids(&self, event: &BehaviourEvent) -> bool {
        let sampled = matches!(event.nature, EventNature::SamplingPassed | EventNature::SamplingFailed);
        let below = self.count.level.is_some_and(|floor| event.level.is_some_and(|level| level < floor));
        self.count.without.contains(&event.nature) && !(sampled && below)
    }

    fn has_circumstances(&self, counted: &[&BehaviourEvent]) -> bool {
        self.count.with.iter().all(|needed| counted.iter().any(|event| event.circumstances.contains(needed)))
    }

    /// 连续 N 年: one in each year of the window, counted back from its end.
    fn fills_every_year(&self, counted: &[&BehaviourEvent], end: NaiveDate) -> bool {
        let Some(years) = self.count.within_years.filter(|_| self.count.each_year) else { return true };
        (0..years).all(|year| {
            let (after, to) = (years_before(end, year.saturating_add(1)), years_before(end, year));
            let first = year.saturating_add(1) == years;
            counted.iter().any(|event| {
                let day = event.occurred_on;
                day <= to && (day > after || (first && day == after))
            })
        })
    }
}

/// Where a window ends: its day, and the place of its last event.
struct End {
    day: NaiveDate,
    at: usize,
}

/// The corresponding day some years earlier; both days belong to the window, and 29 February falls to 28.
fn years_before(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MIN)
}

/// How many decisions these records tell of: a violation and the penalty for it are one.
fn decisions(events: &[&BehaviourEvent]) -> u32 {
    let mut distinct: Vec<&BehaviourEvent> = Vec::with_capacity(events.len());
    for event in events {
        if !distinct.iter().any(|known| known.is_same_decision(event)) {
            distinct.push(event);
        }
    }
    u32::try_from(distinct.len()).unwrap_or(u32::MAX)
}
