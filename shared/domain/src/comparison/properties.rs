//! What holds for every set of facts in every order, checked against a naive model.

use proptest::prelude::*;

use super::sample::{case, code, day, fact, organisation, position, subject, uscc};
use super::*;
use crate::list::ListKind;

const AS_OF: u64 = 50;

/// Two branches of 湖北丙商贸公司 under another legal form: each may be that firm, neither the other.
const LIKE: &str = "湖北丙商贸有限公司东宝分公司";
const LIKE_TOO: &str = "湖北丙（商贸）有限责任公司掇刀分公司";

/// Identities that collide in every way: two USCCs under one organisation code, bare codes, numbers, names.
fn identities() -> impl Strategy<Value = Identity> {
    let codes = (0..4usize, 0..3usize, 0..3usize);
    let names = prop::sample::select(vec![
        "甲公司",
        "乙公司",
        "湖北丙商贸公司（原：荆门丁商贸公司）",
        "荆门丁商贸公司",
        LIKE,
        LIKE_TOO,
    ]);
    (codes, names, prop::bool::weighted(0.1)).prop_map(|((by_uscc, by_code, by_number), name, doubtful)| {
        let uscc = [None, Some(uscc("91420800", 1)), Some(uscc("91420802", 1)), Some(uscc("91420800", 2))];
        let organisation = [None, Some(organisation(1)), Some(organisation(2))];
        let number = [None, Some(code("420800000000001")), Some(code("420800000000002"))];
        let uscc = uscc[by_uscc].clone();
        let mut subject = subject(name, uscc.clone(), organisation[by_code].clone(), number[by_number].clone());
        subject.uscc_inner_check_failed = doubtful && uscc.is_some();
        Identity::of(&subject)
    })
}

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![
        4 => Just(Standing::Reported),
        2 => (1..3u64, 0..90u64).prop_map(|(version, to)| Standing::Published {
            version,
            valid_from: day(0),
            valid_to: day(to),
        }),
        1 => (0..40u64).prop_map(|on| Standing::Exited { code: "RX-2".into(), on: day(on) }),
    ]
}

fn facts(cases: std::ops::Range<u64>) -> impl Strategy<Value = Fact> {
    let kind = prop::sample::select(vec![ListKind::Red, ListKind::Black]);
    let dates = (0..6u64, prop::option::weighted(0.2, 30..70u64));
    (cases, kind, dates, any::<bool>(), identities(), standings(), 0..3u64).prop_map(
        |(number, kind, (recognised, to), appealed, identity, standing, place)| Fact {
            under_appeal: appealed && kind == ListKind::Black,
            identity,
            standing,
            position: position(place),
            valid_to: to.map(day),
            ..fact(number, kind, recognised)
        },
    )
}

fn row(facts: &[Fact]) -> SubjectFacts {
    let mut row = SubjectFacts::new();
    facts.iter().for_each(|fact| {
        row.insert(fact.clone());
    });
    row
}

fn judged(row: &SubjectFacts, proposals: &[Fact]) -> Vec<Verdict> {
    verdicts(row, proposals, RULE_VERSION, day(AS_OF))
}

/// The outcome by brute force over the rules as the requirements word them.
fn naive_outcome(own: &Fact, all: &[Fact], listed: bool) -> Outcome {
    let ended = |fact: &Fact| match (&fact.valid_to, &fact.standing) {
        (Some(end), _) => *end < day(AS_OF),
        (None, Standing::Published { valid_to, .. }) => *valid_to < day(AS_OF),
        _ => false,
    };
    match (&own.standing, own.kind) {
        (Standing::Exited { .. }, _) => return Outcome::Exited,
        _ if ended(own) => return Outcome::Expired,
        (_, ListKind::Black) => return Outcome::FinalBlack,
        _ => {}
    }
    let mut against: Vec<(u8, chrono::NaiveDate, crate::list::CaseId, Option<HeldReason>)> = vec![];
    for black in all.iter().filter(|fact| fact.kind == ListKind::Black) {
        if matches!(black.standing, Standing::Exited { .. }) || ended(black) {
            continue;
        }
        let (rank, reason) = match naive_doubt(&own.identity, &black.identity) {
            None => continue,
            Some(None) if !black.under_appeal => (0, None),
            Some(None) => (1, Some(HeldReason::UnderAppeal)),
            Some(Some(doubt)) => (if black.under_appeal { 3 } else { 2 }, Some(HeldReason::Identity(doubt))),
        };
        against.push((rank, black.recognised_on, black.case.clone(), reason));
    }
    against.sort_by_key(|(rank, on, case, _)| (*rank, *on, case.clone()));
    match against.into_iter().next() {
        None => Outcome::FinalRed,
        Some((_, _, with, Some(reason))) => Outcome::Held { reason, with: Some(with) },
        Some((_, on, cause, None)) => Outcome::Removed {
            rule: if own.recognised_on <= on { Rule::X1 } else { Rule::X2 },
            exit: if listed { Exit::Rx1 } else { Exit::Rx7 },
            tie: own.recognised_on == on,
            cause,
        },
    }
}

/// `None`: two subjects. `Some(None)`: one. `Some(Some(doubt))`: a person decides.
fn naive_doubt(a: &Identity, b: &Identity) -> Option<Option<Doubt>> {
    let former = |one: &Identity, other: &Identity| one.name.former.as_deref() == Some(other.name.key.as_str());
    let same_name = a.name.key == b.name.key || former(a, b) || former(b, a);
    let shaky = a.uscc_inner_check_failed || b.uscc_inner_check_failed;
    let inner = |id: &Identity| match (&id.uscc, &id.organisation_code) {
        (Some(uscc), _) => Some(uscc.as_str()[8..17].to_owned()),
        (None, code) => code.as_ref().map(|code| code.as_str().to_owned()),
    };
    let both = a.uscc.is_some() && b.uscc.is_some();
    let same_uscc = both && a.uscc == b.uscc;
    let same_organisation = inner(a).is_some() && inner(a) == inner(b);
    let other_organisation = inner(a).is_some() && inner(b).is_some() && !same_organisation;
    let same_number = a.registration_number.is_some() && a.registration_number == b.registration_number;
    let certain = Some(if shaky { Some(Doubt::InnerCheckFailed) } else { None });
    if same_uscc || (!both && same_organisation && same_name) {
        return certain;
    }
    if both {
        return match (same_organisation, shaky && same_name) {
            (true, _) => Some(Some(Doubt::TwoUsccs)),
            (false, true) => Some(Some(Doubt::InnerCheckFailed)),
            (false, false) => None,
        };
    }
    if same_organisation {
        return Some(Some(Doubt::OrganisationNameDisagrees));
    }
    match (same_number, same_name, other_organisation) {
        (true, true, false) => certain,
        (true, true, true) => Some(Some(Doubt::CodesContradict)),
        (true, false, _) => Some(Some(Doubt::RegistrationNameDisagrees)),
        (false, true, _) => Some(Some(Doubt::NameOnly)),
        (false, false, true) => None,
        (false, false, false) => {
            let firm = |id: &Identity| id.name.key == "湖北丙商贸公司";
            let branch =
                |id: &Identity| [LIKE, LIKE_TOO].iter().any(|name| crate::name::normalise(name).key == id.name.key);
            let two_numbers = a.registration_number.is_some() && b.registration_number.is_some();
            let alike = (firm(a) && branch(b) || branch(a) && firm(b)) && !two_numbers;
            alike.then_some(Some(Doubt::NameAlike))
        }
    }
}

proptest! {
    /// C-1.
    #[test]
    fn the_order_of_arrival_changes_nothing(
        (arrivals, shuffled) in prop::collection::vec(facts(0..6), 0..12)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let (one, mut other) = (row(&arrivals), row(&shuffled));
        prop_assert_eq!(&one, &other);
        // Arriving twice changes nothing either.
        arrivals.into_iter().for_each(|fact| { other.insert(fact); });
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(judged(&one, &[]), judged(&other, &[]));
        let bytes = postcard::to_stdvec(&one).unwrap();
        prop_assert_eq!(postcard::from_bytes::<SubjectFacts>(&bytes).unwrap(), one);
    }

    /// C-1, R-029.
    #[test]
    fn every_outcome_is_the_naive_models(arrivals in prop::collection::vec(facts(0..8), 0..10)) {
        let row = row(&arrivals);
        for verdict in judged(&row, &[]) {
            let own = row.fact(&verdict.case).unwrap();
            let listed = matches!(own.standing, Standing::Published { .. });
            prop_assert_eq!(verdict.outcome, naive_outcome(own, row.facts(), listed));
        }
    }

    #[test]
    fn a_fact_counts_the_same_from_its_own_row_and_as_a_proposal(
        arrivals in prop::collection::vec(facts(0..12), 0..10), split in 0..10usize, reversed in any::<bool>(),
    ) {
        let whole = row(&arrivals);
        let (own, others) = whole.facts().split_at(split.min(whole.facts().len()));
        let mut proposals = [others, others].concat();
        if reversed { proposals.reverse(); }
        let expected: Vec<Verdict> = judged(&whole, &[]).into_iter().take(own.len()).collect();
        prop_assert_eq!(judged(&row(own), &proposals), expected);
    }

    /// C-1, C-3.
    #[test]
    fn a_black_is_never_removed_nor_held_and_a_name_alone_never_removes(
        arrivals in prop::collection::vec(facts(0..8), 0..10),
    ) {
        let row = row(&arrivals);
        for verdict in judged(&row, &[]) {
            let fallible = matches!(verdict.outcome, Outcome::Removed { .. } | Outcome::Held { .. });
            prop_assert!(!fallible || row.fact(&verdict.case).unwrap().kind == ListKind::Red);
            if let Outcome::Removed { cause, .. } = &verdict.outcome {
                let told = verdict.cause_facts.as_ref().unwrap();
                prop_assert!(told.key != MatchKey::Name && told.doubt.is_none() && !told.under_appeal);
                prop_assert!(row.fact(cause).unwrap().is_in_force(day(AS_OF)));
            }
        }
    }

    #[test]
    fn identity_is_symmetric(one in identities(), other in identities()) {
        prop_assert_eq!(identify(&one, &other), identify(&other, &one));
    }

    /// C-4.
    #[test]
    fn what_a_recogniser_is_told_gives_the_same_bytes_again(arrivals in prop::collection::vec(facts(0..8), 0..10)) {
        let row = row(&arrivals);
        for told in judged(&row, &[]) {
            let decoded = Verdict::decode(&told.canonical_bytes()).unwrap();
            prop_assert_eq!(&decoded, &told);
            let cause = match &told.outcome {
                Outcome::Removed { cause, .. } => Some(cause),
                Outcome::Held { with, .. } => with.as_ref(),
                _ => None,
            };
            let own = row.fact(&told.case).unwrap();
            let again = judge(own, row.was_listed(&told.case), cause.zip(told.cause_facts.as_ref()), RULE_VERSION, day(AS_OF));
            prop_assert_eq!(again, told);
        }
    }

    /// C-2.
    #[test]
    fn over_many_versions_a_removal_sticks_and_a_recomparison_finds_what_was_published(
        versions in prop::collection::vec(
            (prop::collection::vec(facts(0..6), 0..5), prop::option::weighted(0.2, 0..6u64)), 1..6),
        rotation in 0..5usize,
    ) {
        let (mut one, mut other) = (SubjectFacts::new(), SubjectFacts::new());
        for (version, (arrivals, restored)) in (1u64..).zip(versions) {
            let before: Vec<Settled> = one.settled().to_vec();
            if let Some(number) = restored {
                let restoration = Restoration { case: case(number), through_version: version - 1, on: day(AS_OF) };
                one.restore(restoration.clone());
                other.restore(restoration);
            }
            arrivals.iter().for_each(|fact| { one.insert(fact.clone()); });
            let mut rotated = arrivals;
            if !rotated.is_empty() {
                let by = rotation % rotated.len();
                rotated.rotate_left(by);
            }
            for fact in rotated {
                other.insert(fact);
                // Comparing after every arrival, or once at the end, is the same.
                judged(&other, &[]);
            }
            let found = verdicts(&one, &[], RULE_VERSION, day(AS_OF + version));
            prop_assert_eq!(&found, &verdicts(&other, &[], RULE_VERSION, day(AS_OF + version)));
            for settled in &before {
                let is_last = before.iter().rfind(|held| held.verdict.case == settled.verdict.case) == Some(settled);
                if is_last && settled.verdict.is_removal() && one.standing_removal(&settled.verdict.case).is_some() {
                    prop_assert!(found.contains(&settled.verdict));
                }
            }
            for verdict in &found {
                one.settle(version, verdict);
                other.settle(version, verdict);
            }
            prop_assert_eq!(&one, &other);
            // The full recomparison a day later, under newer rules, ends in the published bytes unless an outcome moved.
            for again in verdicts(&one, &[], RULE_VERSION + 1, day(AS_OF + version)) {
                let last = one.last_settled(&again.case).unwrap();
                prop_assert_eq!(&again, &last.verdict);
            }
        }
    }
}
