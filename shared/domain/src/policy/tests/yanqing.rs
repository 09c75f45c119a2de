//! The second and the third policy: other departments, no other code.

use super::*;

/// The codes of REQUIREMENTS 1.3 for the quality policy: ZJ-R-CP-01 to ZJ-B-TZ-03.
const QUALITY: [&str; 29] = [
    "ZJ-R-CP-01",
    "ZJ-R-CP-02",
    "ZJ-R-CP-03",
    "ZJ-R-JL-01",
    "ZJ-R-JL-02",
    "ZJ-R-JL-03",
    "ZJ-R-BZ-01",
    "ZJ-R-BZ-02",
    "ZJ-R-BZ-03",
    "ZJ-B-CP-01",
    "ZJ-B-CP-02",
    "ZJ-B-CP-03",
    "ZJ-B-CP-04",
    "ZJ-B-CP-05",
    "ZJ-B-CP-06",
    "ZJ-B-CP-07",
    "ZJ-B-CP-08",
    "ZJ-B-JL-01",
    "ZJ-B-JL-02",
    "ZJ-B-JL-03",
    "ZJ-B-JL-04",
    "ZJ-B-JL-05",
    "ZJ-B-JL-06",
    "ZJ-B-BZ-01",
    "ZJ-B-BZ-02",
    "ZJ-B-BZ-03",
    "ZJ-B-TZ-01",
    "ZJ-B-TZ-02",
    "ZJ-B-TZ-03",
];

#[test]
fn the_quality_policy_holds_all_29_criteria_and_no_red_one_for_special_equipment() {
    let policy = named("yq-quality");
    let codes: Vec<&str> = policy.criteria.iter().map(|criterion| criterion.code.0.as_str()).collect();
    assert_eq!(codes, QUALITY);
    assert!(!codes.iter().any(|code| code.starts_with("ZJ-R-TZ")));
    for criterion in &policy.criteria {
        assert_eq!(criterion.code.0.split('-').nth(2), criterion.domain.as_deref());
    }
}

/// R-005, R-005b, R-006: the qualities of both lists; R-007: persons are subjects.
#[test]
fn the_quality_policy_attests_qualities_and_lists_persons() {
    let policy = named("yq-quality");
    assert_eq!(policy.qualities_of(ListKind::Black).count(), 4 + 5);
    assert_eq!(policy.qualities_of(ListKind::Red).count(), 4);
    assert!(policy.has_class("person"));
}

/// D-10 to D-12; RX-5, RX-6, BX-4; AMB-19, AMB-20, AMB-21.
#[test]
fn the_bureau_approves_collegiately_publishes_itself_for_a_year_and_bulletins_quarterly() {
    let policy = named("yq-quality");
    assert_eq!((policy.approval.form, policy.approval.votes), (ApprovalForm::Collegiate, 2));
    assert!(policy.publication.own_publication && !policy.review.province_final);
    assert!(policy.publication.dissemination_log);
    assert_eq!(policy.reviewer_of(Tier::County, Some(&"110000-quality".parse().unwrap())), Reviewer::Nobody);
    assert_eq!((policy.validity_years(ListKind::Red), policy.validity_years(ListKind::Black)), (1, 1));
    assert_eq!(policy.bulletin.as_ref().map(|bulletin| bulletin.rhythm), Some(Rhythm::Quarterly));
    assert!(policy.exit(ExitCode::Rx5).is_some() && policy.exit(ExitCode::Rx4).is_none());
    assert!(policy.exit(ExitCode::Rx6).is_some_and(|exit| exit.notify_first));
    assert!(policy.exit(ExitCode::Bx4).is_some() && policy.exit(ExitCode::Bx3).is_none());
    assert_eq!(policy.readings.dishonest_behaviour, DishonestBehaviour::AnyConfirmed);
    assert!(!policy.readings.objection_decided_above);
    assert_eq!(policy.rules(ListKind::Black).notice, Demand::Required, "AMB-21");
}

/// ZJ-B-BZ-01: the list after “下列” is missing in the source, and the policy says so.
#[test]
fn zj_b_bz_01_waits_for_its_missing_sub_items() {
    let policy = named("yq-quality");
    let waiting: Vec<_> = policy.criteria.iter().filter(|one| one.incomplete().is_some()).collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].code.0, "ZJ-B-BZ-01");
    assert!(waiting[0].incomplete().unwrap().contains("缺失"));
}

/// ZJ-B-JL-01 and ZJ-B-JL-04 ended with the licence they speak of.
#[test]
fn criteria_of_an_abolished_licence_are_retired() {
    let policy = named("yq-quality");
    for code in ["ZJ-B-JL-01", "ZJ-B-JL-04"] {
        let criterion = policy.criterion(&CriterionCode(code.to_owned())).unwrap();
        assert!(criterion.is_effective_on("2017-12-27".parse().unwrap()));
        assert!(!criterion.is_effective_on("2017-12-28".parse().unwrap()));
    }
}

/// a further department is data alone.
#[test]
fn a_third_department_needs_no_code() {
    let policy = named("sample-food-safety");
    assert_eq!((policy.department.0.as_str(), policy.status), ("food", Status::Synthetic));
    assert_eq!(policy.amount("large_fine", "caterer"), Some(50_000));
    assert_eq!(policy.amount("large_fine", "seller"), Some(100_000));
    assert_eq!(policy.severity_of("hygiene").map(|severity| severity.grade), Some(Grade::Serious));
    assert!(policy.terms.filing_in_working_days && policy.terms.count_start_day);
}
