//! The evaluation against a naive model that tries every subset of events.

use chrono::{Days, Months, NaiveDate};
use proptest::prelude::*;

use super::tests::event;
use super::*;
use crate::list::CriterionCode;
use crate::policy::{Circumstance, Count, Criterion, EventNature, Grade, Policy, Severity, shipped};

const TODAY: &str = "2026-11-22";

fn policy() -> Policy {
    let (_, text) = shipped()[0];
    let mut policy = Policy::parse(text).unwrap();
    for (kind, grade) in [("a", Grade::Serious), ("b", Grade::Minor)] {
        policy.severities.push(Severity { kind: kind.into(), text: kind.into(), grade, basis: "试验".into() });
    }
    policy
}

fn criterion(policy: &Policy, count: Count) -> Criterion {
    let mut criterion = policy.criterion(&CriterionCode("SW-B-11".into())).unwrap().clone();
    criterion.count = vec![count];
    criterion
}

fn events() -> impl Strategy<Value = Vec<BehaviourEvent>> {
    let one = (0_u64..1500, 0_usize..4, 0_usize..3, 0_u8..4, any::<bool>());
    prop::collection::vec(one, 0..9).prop_map(|rows| {
        let today: NaiveDate = TODAY.parse().unwrap();
        rows.into_iter()
            .zip(1_u64..)
            .map(|((back, nature, kind, document, refused), number)| BehaviourEvent {
                nature: EventNature::ALL[nature],
                kind: ["a", "b", ""][kind].into(),
                occurred_on: today.checked_sub_days(Days::new(back)).unwrap(),
                // Few documents, so that some records tell of one decision.
                document_number: if document == 0 { String::new() } else { format!("{document}号") },
                circumstances: if refused { vec![Circumstance::RectificationRefused] } else { Vec::new() },
                ..event(number, EventNature::Violation, TODAY)
            })
            .collect()
    })
}

fn counts() -> impl Strategy<Value = Count> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (1_u32..4, prop::option::of(1_u32..4), flags).prop_map(|(at_least, within_years, flags)| {
        let (same_kind, consecutive, graded, refused) = flags;
        let events = if consecutive {
            vec![EventNature::SamplingFailed]
        } else {
            vec![EventNature::Violation, EventNature::Penalty, EventNature::SamplingFailed]
        };
        Count {
            events,
            at_least,
            within_years,
            same_kind,
            consecutive,
            each_year: false,
            grade: graded.then_some(Grade::Serious),
            level: None,
            penalties: Vec::new(),
            fine_at_least: None,
            with: if refused { vec![Circumstance::RectificationRefused] } else { Vec::new() },
            each_with: Vec::new(),
            without: Vec::new(),
            without_penalties: Vec::new(),
        }
    })
}

/// Whether some subset of the events proves the rule, by the words of the law.
fn proved(policy: &Policy, count: &Count, events: &[BehaviourEvent]) -> bool {
    (1_u32..1 << events.len()).any(|mask| {
        let chosen: Vec<&BehaviourEvent> =
            (0..events.len()).filter(|at| mask & (1 << at) != 0).map(|at| &events[at]).collect();
        proves(policy, count, &chosen, events)
    })
}

fn proves(policy: &Policy, count: &Count, chosen: &[&BehaviourEvent], all: &[BehaviourEvent]) -> bool {
    let place = |event: &BehaviourEvent| (event.occurred_on, event.number);
    let first = chosen.iter().map(|event| place(event)).min().unwrap();
    let last = chosen.iter().map(|event| place(event)).max().unwrap();
    let each = chosen.iter().all(|event| {
        count.events.contains(&event.nature)
            && (count.grade.is_none() || event.grade_under(policy) >= Some(Grade::Serious))
            && (!count.same_kind || (!event.kind.is_empty() && event.kind == chosen[0].kind))
    });
    let decisions = chosen
        .iter()
        .enumerate()
        .filter(|(at, one)| !chosen[..*at].iter().any(|other| one.is_same_decision(other)))
        .count();
    let near = count.within_years.is_none_or(|years| first.0 >= last.0 - Months::new(12 * years));
    let between = all.iter().any(|event| {
        event.nature == EventNature::SamplingPassed
            && first < place(event)
            && place(event) < last
            && (!count.same_kind || event.kind == chosen[0].kind)
    });
    let refused = count.with.is_empty() || chosen.iter().any(|event| event.circumstances.contains(&count.with[0]));
    decisions >= count.at_least as usize && each && near && (!count.consecutive || !between) && refused
}

proptest! {
    /// AMB-10.
    #[test]
    fn a_rule_is_met_exactly_when_some_set_of_events_proves_it(events in events(), count in counts()) {
        let policy = policy();
        let criterion = criterion(&policy, count.clone());
        let found = evaluate(&policy, &criterion, "a", TODAY.parse().unwrap(), &events);
        prop_assert_eq!(found.met().is_some(), proved(&policy, &count, &events), "{:?}", found);
    }

    /// the counted events alone are the proof, and their order does not matter.
    #[test]
    fn the_counted_events_prove_the_rule_by_themselves(events in events(), count in counts()) {
        let policy = policy();
        let criterion = criterion(&policy, count);
        let today = TODAY.parse().unwrap();
        let found = evaluate(&policy, &criterion, "a", today, &events);
        let counted = found.counted();
        let mut proof: Vec<BehaviourEvent> =
            events.iter().filter(|event| counted.contains(&event.number)).cloned().collect();
        proof.reverse();
        let again = evaluate(&policy, &criterion, "a", today, &proof);
        prop_assert_eq!(again.met().is_some(), found.met().is_some());
        prop_assert_eq!(again.counted(), counted);
        prop_assert_eq!(found.refusal().is_none(), found.met().is_some());
    }
}
