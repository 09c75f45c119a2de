//! The clauses of R-029 and the readings AMB-06 to AMB-26, one by one.

use super::sample::{black, case, code, day, organisation, position, red, subject, uscc};
use super::*;
use crate::list::{Department, ListKind};

const AS_OF: u64 = 100;

fn facts_of(facts: impl IntoIterator<Item = Fact>) -> SubjectFacts {
    let mut held = SubjectFacts::new();
    for fact in facts {
        held.insert(fact);
    }
    held
}

fn outcome(facts: &SubjectFacts, number: u64) -> Outcome {
    outcome_with(facts, &[], number)
}

fn outcome_with(facts: &SubjectFacts, proposals: &[Fact], number: u64) -> Outcome {
    let found = verdicts(facts, proposals, RULE_VERSION, day(AS_OF));
    found.into_iter().find(|verdict| verdict.case == case(number)).unwrap().outcome
}

fn removed(rule: Rule, exit: Exit, tie: bool, cause: u64) -> Outcome {
    Outcome::Removed { rule, exit, tie, cause: case(cause) }
}

fn held(doubt: Doubt, with: u64) -> Outcome {
    Outcome::Held { reason: HeldReason::Identity(doubt), with: Some(case(with)) }
}

fn named(mut fact: Fact, name: &str) -> Fact {
    fact.identity.name = crate::name::normalise(name);
    fact
}

/// The same fact without a USCC.
fn weak(mut fact: Fact, organisation_serial: Option<u32>, registration: Option<&'static str>) -> Fact {
    let serial = organisation_serial.map(organisation);
    fact.identity = Identity::of(&subject("甲公司", None, serial, registration.map(code)));
    fact
}

fn coded(mut fact: Fact, prefix: &str, serial: u32) -> Fact {
    fact.identity.uscc = Some(uscc(prefix, serial));
    fact
}

fn published(mut fact: Fact, valid_to: u64) -> Fact {
    fact.standing = Standing::Published { version: 1, valid_from: day(5), valid_to: day(valid_to) };
    fact
}

#[test]
fn a_red_without_a_black_stands_and_a_black_always_stands() {
    let facts = facts_of([red(1, 10), red(2, 10)]);
    assert_eq!(outcome(&facts, 1), Outcome::FinalRed);
    let facts = facts_of([red(1, 10), black(2, 10), black(3, 1)]);
    assert_eq!(outcome(&facts, 2), Outcome::FinalBlack);
    assert_eq!(outcome(&facts, 3), Outcome::FinalBlack);
}

/// C-1, R-029.
#[test]
fn x1_where_the_red_came_first_and_x2_where_the_black_came_first() {
    assert_eq!(outcome(&facts_of([red(1, 10), black(2, 11)]), 1), removed(Rule::X1, Exit::Rx7, false, 2));
    assert_eq!(outcome(&facts_of([red(1, 10), black(2, 9)]), 1), removed(Rule::X2, Exit::Rx7, false, 2));
}

/// C-1.
/// AMB-08.
#[test]
fn on_a_tie_the_black_wins() {
    assert_eq!(outcome(&facts_of([red(1, 10), black(2, 10)]), 1), removed(Rule::X1, Exit::Rx7, true, 2));
}

/// AMB-08: X2 without its “其他”, or it would contradict X1.
#[test]
fn a_black_of_another_department_counts_like_one_of_its_own() {
    let mut other = black(2, 11);
    other.department = Department("tax".into());
    assert_eq!(outcome(&facts_of([red(1, 10), other.clone()]), 1), removed(Rule::X1, Exit::Rx7, false, 2));
    let verdict = verdicts(&facts_of([red(1, 10), other]), &[], RULE_VERSION, day(AS_OF)).remove(0);
    assert_eq!(verdict.cause_facts.unwrap().department, Department("tax".into()));
}

/// AMB-08.
#[test]
fn only_a_black_in_force_counts() {
    let mut fed = black(2, 5);
    fed.valid_to = Some(day(AS_OF - 1));
    assert_eq!(outcome(&facts_of([red(1, 10), fed.clone()]), 1), Outcome::FinalRed);
    assert_eq!(outcome(&facts_of([fed.clone()]), 2), Outcome::Expired);
    fed.valid_to = Some(day(AS_OF));
    assert_eq!(outcome(&facts_of([red(1, 10), fed]), 1), removed(Rule::X2, Exit::Rx7, false, 2));
    let expired = published(black(2, 5), AS_OF - 1);
    assert_eq!(outcome(&facts_of([red(1, 10), expired]), 1), Outcome::FinalRed);
    let mut exited = black(2, 5);
    exited.standing = Standing::Exited { code: "BX-2".into(), on: day(50) };
    assert_eq!(outcome(&facts_of([red(1, 10), exited.clone()]), 1), Outcome::FinalRed);
    assert_eq!(outcome(&facts_of([exited]), 2), Outcome::Exited);
}

/// C-1, AMB-26.
#[test]
fn a_red_that_was_listed_leaves_by_rx_1_and_another_by_rx_7() {
    let listed = published(red(1, 10), AS_OF + 9);
    assert_eq!(outcome(&facts_of([listed, black(2, 60)]), 1), removed(Rule::X1, Exit::Rx1, false, 2));
    let mut facts = facts_of([red(1, 10)]);
    let final_red = verdicts(&facts, &[], RULE_VERSION, day(20)).remove(0);
    assert!(facts.settle(1, &final_red));
    facts.insert(black(2, 60));
    assert_eq!(outcome(&facts, 1), removed(Rule::X1, Exit::Rx1, false, 2));
}

#[test]
fn a_red_whose_validity_ended_expires_even_beside_a_black() {
    let facts = facts_of([published(red(1, 10), AS_OF - 1), black(2, 60)]);
    assert_eq!(outcome(&facts, 1), Outcome::Expired);
    assert_eq!(facts.next_change(day(1)), Some(day(AS_OF)));
    assert_eq!(facts.next_change(day(AS_OF)), None);
}

/// AMB-08: held, not deleted.
#[test]
fn a_black_under_appeal_holds_the_red() {
    let mut suspended = black(2, 5);
    suspended.under_appeal = true;
    let expected = Outcome::Held { reason: HeldReason::UnderAppeal, with: Some(case(2)) };
    assert_eq!(outcome(&facts_of([red(1, 10), suspended.clone()]), 1), expected);
    // A second black that is not suspended removes all the same.
    assert_eq!(outcome(&facts_of([red(1, 10), suspended, black(3, 50)]), 1), removed(Rule::X1, Exit::Rx7, false, 3));
}

/// A ruling on the identities of two facts, by an act at `place`.
fn ruling(place: u64, one: &Fact, other: &Fact, finding: Finding) -> Ruling {
    Ruling::new(position(place), [Party::of(&one.identity), Party::of(&other.identity)], finding, None)
}

/// AMB-13: a person decides what names leave open, and is remembered for every later entry of the two.
#[test]
fn a_ruling_decides_what_is_uncertain_and_counts_for_later_entries_of_the_two() {
    let (own, doubtful) = (red(1, 10), weak(black(2, 5), None, None));
    let mut facts = facts_of([own.clone(), red(7, 12)]);
    let with = |facts: &SubjectFacts, number| outcome_with(facts, std::slice::from_ref(&doubtful), number);
    assert!(matches!(with(&facts, 1), Outcome::Held { .. }));
    facts.rule(ruling(1, &doubtful, &own, Finding::Same));
    assert_eq!(with(&facts, 1), removed(Rule::X2, Exit::Rx7, false, 2));
    assert_eq!(with(&facts, 7), removed(Rule::X2, Exit::Rx7, false, 2));
    let told =
        verdicts(&facts, std::slice::from_ref(&doubtful), RULE_VERSION, day(AS_OF)).remove(0).cause_facts.unwrap();
    assert_eq!((told.key, told.doubt), (MatchKey::Ruling, None));
    facts.rule(ruling(2, &own, &doubtful, Finding::Different));
    assert_eq!(with(&facts, 1), Outcome::FinalRed);
    // Another black of the name waits for a person of its own.
    let other = weak(black(3, 5), None, Some("420800000000001"));
    assert!(matches!(outcome_with(&facts, &[other], 1), Outcome::Held { .. }));
}

#[test]
fn a_ruling_that_ended_leaves_the_question_open_again() {
    let (own, doubtful) = (red(1, 10), weak(black(2, 5), None, None));
    let mut facts = facts_of([own.clone()]);
    facts.rule(Ruling { until: Some(day(AS_OF - 1)), ..ruling(1, &own, &doubtful, Finding::Different) });
    assert!(matches!(outcome_with(&facts, &[doubtful], 1), Outcome::Held { .. }));
}

#[test]
fn nobody_can_rule_that_one_uscc_is_two_subjects() {
    let (own, certain) = (red(1, 10), black(2, 10));
    let mut facts = facts_of([own.clone(), certain.clone()]);
    facts.rule(ruling(1, &own, &certain, Finding::Different));
    assert_eq!(outcome(&facts, 1), removed(Rule::X1, Exit::Rx7, true, 2));
}

#[test]
fn the_earliest_certain_black_is_the_cause() {
    let facts = facts_of([red(1, 10), black(4, 30), black(2, 40), black(3, 30), black(5, 50)]);
    assert_eq!(outcome(&facts, 1), removed(Rule::X1, Exit::Rx7, false, 3));
    let doubtful = weak(black(2, 1), None, None);
    assert_eq!(outcome_with(&facts, &[doubtful], 1), removed(Rule::X1, Exit::Rx7, false, 3));
}

/// C-3, AMB-13.
#[test]
fn a_name_alone_holds_and_never_removes() {
    let strong = facts_of([red(1, 10)]);
    assert_eq!(outcome_with(&strong, &[weak(black(2, 5), None, None)], 1), held(Doubt::NameOnly, 2));
    assert_eq!(outcome_with(&strong, &[weak(black(2, 5), Some(9), None)], 1), held(Doubt::NameOnly, 2));
    let nameless_codes = facts_of([weak(red(1, 10), None, None), weak(black(2, 5), None, None)]);
    assert_eq!(outcome(&nameless_codes, 1), held(Doubt::NameOnly, 2));
    let numbers = facts_of([weak(red(1, 10), None, Some("420800000000001"))]);
    let other = weak(black(2, 5), None, Some("420800000000002"));
    assert_eq!(outcome_with(&numbers, &[other], 1), held(Doubt::NameOnly, 2));
}

#[test]
fn two_valid_usccs_are_two_firms_although_they_share_a_name() {
    let namesake = coded(black(2, 5), "91420800", 2);
    assert_eq!(outcome_with(&facts_of([red(1, 10)]), &[namesake], 1), Outcome::FinalRed);
}

#[test]
fn two_usccs_under_one_organisation_code_wait_for_a_person() {
    let facts = facts_of([red(1, 10), coded(black(2, 5), "91420802", 1)]);
    assert_eq!(outcome(&facts, 1), held(Doubt::TwoUsccs, 2));
}

#[test]
fn an_organisation_code_decides_where_the_names_agree_and_holds_where_they_do_not() {
    let by_code = weak(black(2, 5), Some(1), None);
    assert_eq!(outcome(&facts_of([red(1, 10), by_code.clone()]), 1), removed(Rule::X2, Exit::Rx7, false, 2));
    let renamed = named(by_code, "乙公司");
    assert_eq!(outcome(&facts_of([red(1, 10), renamed]), 1), held(Doubt::OrganisationNameDisagrees, 2));
}

#[test]
fn a_registration_number_decides_where_the_names_agree_and_holds_where_they_do_not() {
    let number = Some("420800000000001");
    let own = weak(red(1, 10), None, number);
    let same = weak(black(2, 5), None, number);
    assert_eq!(outcome(&facts_of([own.clone(), same.clone()]), 1), removed(Rule::X2, Exit::Rx7, false, 2));
    let facts = facts_of([own, named(same, "乙公司")]);
    assert_eq!(outcome(&facts, 1), held(Doubt::RegistrationNameDisagrees, 2));
    let contradicting = weak(black(2, 5), Some(2), number);
    let facts = facts_of([weak(red(1, 10), Some(1), number)]);
    assert_eq!(outcome_with(&facts, &[contradicting], 1), held(Doubt::CodesContradict, 2));
}

#[test]
fn a_code_whose_inner_check_fails_only_holds() {
    for flag_on_red in [true, false] {
        let (mut own, mut other) = (red(1, 10), black(2, 5));
        own.identity.uscc_inner_check_failed = flag_on_red;
        other.identity.uscc_inner_check_failed = !flag_on_red;
        assert_eq!(outcome(&facts_of([own.clone(), other.clone()]), 1), held(Doubt::InnerCheckFailed, 2));
        let namesake = coded(other, "91420800", 2);
        assert_eq!(
            outcome_with(&facts_of([own.clone()]), std::slice::from_ref(&namesake), 1),
            held(Doubt::InnerCheckFailed, 2)
        );
        let stranger = named(namesake, "乙公司");
        assert_eq!(outcome_with(&facts_of([own]), &[stranger], 1), Outcome::FinalRed);
    }
}

#[test]
fn a_renamed_firm_meets_itself() {
    let by_code = named(weak(black(2, 5), Some(1), None), "湖北新甲商贸有限公司（原：荆门甲商贸公司）");
    let own = named(red(1, 10), "荆门甲商贸公司");
    assert_eq!(outcome(&facts_of([own, by_code]), 1), removed(Rule::X2, Exit::Rx7, false, 2));
}

#[test]
fn a_published_removal_stays_until_a_signed_restoration() {
    let mut facts = facts_of([red(1, 10), black(2, 20)]);
    let removal = verdicts(&facts, &[], RULE_VERSION, day(30)).remove(0);
    facts.settle(1, &removal);
    let mut fallen = black(2, 20);
    fallen.standing = Standing::Exited { code: "BX-2".into(), on: day(40) };
    facts.insert(fallen);
    assert_eq!(verdicts(&facts, &[], RULE_VERSION + 1, day(AS_OF)).remove(0), removal);

    facts.restore(Restoration { case: case(1), through_version: 1, on: day(60) });
    assert_eq!(outcome(&facts, 1), Outcome::FinalRed);
    // A new black removes it again, and that removal binds again.
    facts.insert(black(3, 70));
    let again = verdicts(&facts, &[], RULE_VERSION, day(AS_OF)).remove(0);
    assert_eq!(again.outcome, removed(Rule::X1, Exit::Rx7, false, 3));
    assert!(facts.settle(2, &again));
    assert_eq!(facts.standing_removal(&case(1)).map(|settled| settled.version), Some(2));
}

#[test]
fn a_removal_that_no_version_published_does_not_bind() {
    let mut facts = facts_of([red(1, 10), black(2, 20)]);
    assert!(matches!(outcome(&facts, 1), Outcome::Removed { .. }));
    let mut fallen = black(2, 20);
    fallen.standing = Standing::Exited { code: "BX-2".into(), on: day(40) };
    facts.insert(fallen);
    assert_eq!(outcome(&facts, 1), Outcome::FinalRed);
}

#[test]
fn a_published_verdict_is_found_again_byte_for_byte_while_its_outcome_holds() {
    let mut facts = facts_of([red(1, 10), weak(black(2, 5), None, None)]);
    let first = verdicts(&facts, &[], RULE_VERSION, day(30));
    first.iter().for_each(|verdict| assert!(facts.settle(1, verdict)));
    facts.insert(published(red(1, 10), 900));
    facts.insert(published(weak(black(2, 5), None, None), 900));
    assert_eq!(verdicts(&facts, &[], RULE_VERSION, day(AS_OF)), first);
    first.iter().for_each(|verdict| assert!(!facts.settle(2, verdict)));
}

#[test]
fn a_held_entry_is_neither_added_to_the_list_nor_taken_off_it() {
    let doubt = Outcome::Held { reason: HeldReason::UnderAppeal, with: None };
    assert!(doubt.is_listed(true) && !doubt.is_listed(false));
    let mut facts = facts_of([red(1, 10)]);
    let final_red = verdicts(&facts, &[], RULE_VERSION, day(20)).remove(0);
    facts.settle(1, &final_red);
    facts.insert(weak(black(2, 5), None, None));
    let held = verdicts(&facts, &[], RULE_VERSION, day(30)).remove(0);
    assert_eq!(held.outcome.code(), "HELD");
    facts.settle(2, &held);
    assert!(facts.is_listed(&case(1)) && facts.was_listed(&case(1)));
    assert!(!facts.is_listed(&case(2)));
}

#[test]
fn a_later_declaration_of_a_case_supersedes_and_an_exit_outlasts_it() {
    let mut facts = SubjectFacts::new();
    let mut corrected = red(1, 12);
    corrected.position = position(9);
    let mut exited = red(1, 10);
    exited.standing = Standing::Exited { code: "RX-2".into(), on: day(40) };
    assert!(facts.insert(corrected.clone()));
    assert!(facts.insert(exited.clone()));
    assert!(!facts.insert(corrected) && !facts.insert(exited));
    let fact = facts.fact(&case(1)).unwrap();
    assert_eq!(fact.recognised_on, day(12));
    assert!(fact.has_exited());
    assert_eq!(facts.facts().len(), 1);
    assert!(facts.take(&case(1)).is_some());
    assert!(facts.is_empty());
}

/// C-4: the same bytes.
/// F-10: the verdict, the rule, and the entry that caused it, as compared.
#[test]
fn a_recogniser_recomputes_its_verdicts_from_what_it_is_told() {
    let facts = facts_of([red(1, 10), black(2, 20), black(3, 30)]);
    for told in verdicts(&facts, &[weak(black(4, 5), None, None)], RULE_VERSION, day(AS_OF)) {
        let cause = match &told.outcome {
            Outcome::Removed { cause, .. } => Some(cause),
            Outcome::Held { with, .. } => with.as_ref(),
            _ => None,
        };
        let own = facts.fact(&told.case).unwrap();
        let cause = cause.zip(told.cause_facts.as_ref());
        let again = judge(own, facts.was_listed(&told.case), cause, told.rule_version, told.as_of);
        assert_eq!(again.canonical_bytes(), told.canonical_bytes());
    }
}

#[test]
fn the_facts_hash_changes_with_every_compared_fact() {
    let hash = |facts: [Fact; 2]| verdicts(&facts_of(facts), &[], RULE_VERSION, day(AS_OF)).remove(0).facts_hash;
    let base = hash([red(1, 10), black(2, 20)]);
    let mut other_number = black(2, 20);
    other_number.document.as_mut().unwrap().number = "other".into();
    let mut appealed = black(2, 20);
    appealed.under_appeal = true;
    let variants =
        [[red(1, 11), black(2, 20)], [red(1, 10), black(2, 21)], [red(1, 10), other_number], [red(1, 10), appealed]];
    for variant in variants {
        assert_ne!(hash(variant), base);
    }
    assert_eq!(hash([red(1, 10), black(2, 20)]), base);
    assert_ne!(fact_hash(&red(1, 10)), fact_hash(&published(red(1, 10), 300)));
}

#[test]
fn a_fact_takes_the_stated_day_and_validity_of_its_entry() {
    let entry = crate::list::ListEntry {
        case: case(1),
        kind: ListKind::Red,
        department: Department("tax".into()),
        recognising_organ: "某税务局".into(),
        subject: subject("甲公司", Some(uscc("91420800", 1)), None, None),
        criteria: vec![],
        facts: String::new(),
        document: None,
        repairability: None,
        recognised_on: None,
        valid_from: Some(day(1)),
        valid_to: Some(day(9)),
        territorial_override: None,
        procedure: Default::default(),
        attachments: vec![],
        attestations: vec![],
    };
    let fact = Fact::reported(&entry, day(3), position(0));
    assert_eq!((fact.recognised_on, fact.effective_to()), (day(3), Some(day(9))));
    assert!(fact.has_expired(day(10)) && !fact.has_expired(day(9)));
}
