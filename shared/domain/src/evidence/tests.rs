//! Each criterion that counts, with the events that meet it and those that just do not.

use super::*;
use crate::case::fixture::{day, red_entry};
use crate::list::CriterionCode;
use crate::policy::{
    Circumstance, EventNature, Grade, IssuerKind, IssuerLevel, IssuerRule, PenaltyKind, Policy, Severity, shipped,
};

pub(super) fn event(number: u64, nature: EventNature, on: &str) -> BehaviourEvent {
    BehaviourEvent {
        number,
        subject: red_entry().subject,
        nature,
        kind: String::new(),
        grade: None,
        occurred_on: day(on),
        document_number: format!("〔2020〕{number}号"),
        issuer: "荆门市市场监督管理局".to_owned(),
        level: Some(IssuerLevel::City),
        penalties: Vec::new(),
        fine_yuan: None,
        circumstances: Vec::new(),
        facts: String::new(),
        source: "样例".to_owned(),
    }
}

fn policy(name: &str) -> Policy {
    let (_, text) = shipped().iter().find(|(known, _)| *known == name).unwrap();
    Policy::parse(text).unwrap()
}

/// The commerce policy with a severity catalogue: `price` is serious, `label` is minor.
fn graded() -> Policy {
    let mut policy = policy("jm-commerce-2017-draft");
    for (kind, grade) in [("price", Grade::Serious), ("fake", Grade::Severe), ("label", Grade::Minor)] {
        let basis = "试验".to_owned();
        policy.severities.push(Severity { kind: kind.to_owned(), text: kind.to_owned(), grade, basis });
    }
    policy
}

fn found(policy: &Policy, code: &str, today: &str, events: &[BehaviourEvent]) -> Evaluation {
    let criterion = policy.criterion(&CriterionCode(code.to_owned())).unwrap();
    evaluate(policy, criterion, "a", day(today), events)
}

fn met(policy: &Policy, code: &str, events: &[BehaviourEvent]) -> bool {
    found(policy, code, "2026-11-22", events).met().is_some()
}

fn of_kind(kind: &str, event: BehaviourEvent) -> BehaviourEvent {
    BehaviourEvent { kind: kind.to_owned(), ..event }
}

fn at(level: IssuerLevel, event: BehaviourEvent) -> BehaviourEvent {
    BehaviourEvent { level: Some(level), ..event }
}

fn with(circumstance: Circumstance, event: BehaviourEvent) -> BehaviourEvent {
    BehaviourEvent { circumstances: vec![circumstance], ..event }
}

fn penalty(number: u64, on: &str, kinds: &[PenaltyKind]) -> BehaviourEvent {
    BehaviourEvent { penalties: kinds.to_vec(), ..event(number, EventNature::Penalty, on) }
}

use EventNature::{InspectionClean, SamplingFailed, SamplingPassed, Violation};

/// SW-B-11, R-011 to R-013, AMB-10: twice the same or three times within one year, both ends counting.
#[test]
fn sw_b_11_counts_serious_behaviour_within_a_year() {
    let policy = graded();
    let serious = |number, on| of_kind("price", event(number, Violation, on));
    let two = [serious(1, "2025-03-01"), serious(2, "2026-03-01")];
    let evaluation = found(&policy, "SW-B-11", "2026-11-22", &two);
    let expected = Finding::Met { counted: vec![1, 2], from: Some(day("2025-03-01")), to: day("2026-03-01") };
    assert_eq!(evaluation.met(), Some(&expected));
    assert!(!met(&policy, "SW-B-11", &[serious(1, "2025-02-28"), serious(2, "2026-03-01")]), "a day too long");
    let different = [serious(1, "2026-01-01"), of_kind("fake", event(2, Violation, "2026-02-01"))];
    assert!(!met(&policy, "SW-B-11", &different), "not the same, and only two");
    let mut three = different.to_vec();
    three.push(of_kind("fake", event(3, Violation, "2025-06-01")));
    assert!(met(&policy, "SW-B-11", &three));
    let minor = [1, 2, 3].map(|number| of_kind("label", event(number, Violation, "2026-01-01")));
    assert!(!met(&policy, "SW-B-11", &minor), "R-013: not serious");
    let stated = [1, 2].map(|number| BehaviourEvent { grade: Some(Grade::Serious), ..minor[number - 1].clone() });
    assert!(!met(&policy, "SW-B-11", &[stated[0].clone(), stated[0].clone()]), "one decision counts once");
    assert!(met(&policy, "SW-B-11", &stated), "the document states a grade");
    assert!(!met(&policy, "SW-B-11", &[serious(1, "2026-12-01"), serious(2, "2026-11-01")]), "not yet happened");
}

/// A violation and the penalty for it are one behaviour.
#[test]
fn a_penalty_and_the_violation_it_punishes_count_once() {
    let policy = graded();
    let one = of_kind("price", event(1, Violation, "2026-01-01"));
    let same = BehaviourEvent { number: 2, nature: EventNature::Penalty, ..one.clone() };
    assert!(!met(&policy, "SW-B-11", &[one.clone(), same]));
    assert!(met(&policy, "SW-B-11", &[one, of_kind("price", penalty(3, "2026-02-01", &[PenaltyKind::Fine]))]));
}

/// AMB-11: while 较重 and 特大数额 are unset, the rules refuse to run and say so.
#[test]
fn amb_11_unset_parameters_refuse_with_a_reason() {
    let policy = policy("jm-commerce-2017-draft");
    let serious = [1, 2, 3]
        .map(|number| BehaviourEvent { grade: Some(Grade::Serious), ..event(number, Violation, "2026-01-01") });
    let evaluation = found(&policy, "SW-B-11", "2026-11-22", &serious);
    assert!(evaluation.met().is_none());
    let refusal = evaluation.refusal().unwrap();
    assert_eq!((refusal.code, refusal.clause), ("PARAMETER_UNSET", "AMB-11"));
    let fined = BehaviourEvent { fine_yuan: Some(9_000_000), ..penalty(1, "2026-01-01", &[PenaltyKind::Fine]) };
    let refusal = found(&policy, "SW-B-07", "2026-11-22", std::slice::from_ref(&fined)).refusal().unwrap();
    assert!(refusal.zh.contains("特大数额"), "{refusal}");
    assert!(
        met(&policy, "SW-B-07", &[fined, penalty(2, "2026-01-01", &[PenaltyKind::Closure])]),
        "停产停业 needs none"
    );
}

/// SW-B-07: a set amount is compared for the subject's class.
#[test]
fn sw_b_07_compares_the_fine_with_the_amount_of_the_class() {
    let mut policy = policy("jm-commerce-2017-draft");
    policy.parameters[0].yuan_by_class.insert("a".to_owned(), 500_000);
    let fined = |yuan| BehaviourEvent { fine_yuan: Some(yuan), ..penalty(1, "2026-01-01", &[PenaltyKind::Fine]) };
    assert!(met(&policy, "SW-B-07", &[fined(500_000)]), "R-012: the number itself suffices");
    assert!(!met(&policy, "SW-B-07", &[fined(499_999)]));
    let criterion = policy.criterion(&CriterionCode("SW-B-07".to_owned())).unwrap();
    let other = evaluate(&policy, criterion, "b", day("2026-11-22"), &[fined(500_000)]);
    assert_eq!(other.refusal().unwrap().code, "PARAMETER_UNSET");
}

/// SW-B-03, SW-B-06, AMB-12: where the licence was revoked, the other criterion is proposed.
#[test]
fn sw_b_03_proposes_sw_b_06_when_the_licence_is_revoked() {
    let policy = policy("jm-commerce-2017-draft");
    let fined = penalty(1, "2026-01-01", &[PenaltyKind::Fine]);
    let revoked = penalty(2, "2026-01-01", &[PenaltyKind::Fine, PenaltyKind::Revocation]);
    let evaluation = found(&policy, "SW-B-03", "2026-11-22", std::slice::from_ref(&fined));
    assert!(evaluation.met().is_some() && evaluation.proposal.is_none());
    let evaluation = found(&policy, "SW-B-03", "2026-11-22", std::slice::from_ref(&revoked));
    assert!(evaluation.met().is_none());
    let proposal = evaluation.proposal.unwrap();
    assert_eq!((proposal.to.0.as_str(), proposal.event), ("SW-B-06", 2));
    assert!(met(&policy, "SW-B-06", &[revoked]) && !met(&policy, "SW-B-06", &[fined]));
}

/// SW-B-08: 没收全部, not any confiscation.
#[test]
fn sw_b_08_needs_the_confiscation_of_all() {
    let policy = policy("jm-commerce-2017-draft");
    assert!(met(&policy, "SW-B-08", &[penalty(1, "2026-01-01", &penalties_in("没收", "没收全部违法所得"))]));
    assert!(!met(&policy, "SW-B-08", &[penalty(1, "2026-01-01", &penalties_in("没收违法所得", ""))]));
}

/// ZJ-B-CP-01: three of one kind in three years, or two severe ones one after the other.
#[test]
fn zj_b_cp_01_counts_samplings_of_the_same_product() {
    let policy = policy("yq-quality");
    let failed = |number, on| of_kind("电缆", event(number, SamplingFailed, on));
    let three = [failed(1, "2024-01-01"), failed(2, "2025-01-01"), failed(3, "2026-01-01")];
    assert!(met(&policy, "ZJ-B-CP-01", &three), "R-012: 三次以上 includes three");
    assert!(!met(&policy, "ZJ-B-CP-01", &three[..2]));
    let low = three.clone().map(|event| at(IssuerLevel::County, event));
    assert!(!met(&policy, "ZJ-B-CP-01", &low), "市级以上");
    let other = [three[0].clone(), three[1].clone(), of_kind("水泥", event(3, SamplingFailed, "2026-01-01"))];
    assert!(!met(&policy, "ZJ-B-CP-01", &other), "同类");
    let severe = |number, on| with(Circumstance::SevereNonconformity, failed(number, on));
    let passed = of_kind("电缆", event(9, SamplingPassed, "2025-06-01"));
    assert!(met(&policy, "ZJ-B-CP-01", &[severe(1, "2025-01-01"), severe(2, "2026-01-01")]));
    assert!(!met(&policy, "ZJ-B-CP-01", &[severe(1, "2025-01-01"), failed(2, "2026-01-01")]), "both severe");
    let broken = [severe(1, "2025-01-01"), passed.clone(), severe(2, "2026-01-01")];
    assert!(!met(&policy, "ZJ-B-CP-01", &broken), "AMB-10: an intervening pass");
    let elsewhere = [severe(1, "2025-01-01"), of_kind("水泥", passed), severe(2, "2026-01-01")];
    assert!(met(&policy, "ZJ-B-CP-01", &elsewhere), "a pass of another product breaks nothing");
}

/// ZJ-B-CP-02, ZJ-B-CP-03, ZJ-B-JL-02, ZJ-B-TZ-02.
#[test]
fn black_quality_criteria_count_what_their_texts_say() {
    let policy = policy("yq-quality");
    let grave = with(Circumstance::SeriousConsequence, event(1, Violation, "2025-01-01"));
    assert!(met(&policy, "ZJ-B-CP-02", &[grave]));
    assert!(!met(&policy, "ZJ-B-CP-02", &[event(1, Violation, "2025-01-01")]));
    assert!(met(&policy, "ZJ-B-CP-03", &[penalty(1, "2026-01-01", &[PenaltyKind::Revocation])]));
    let three = [1, 2, 3].map(|number| event(number, Violation, "2026-01-01"));
    assert!(!met(&policy, "ZJ-B-JL-02", &three), "并拒不整改");
    let mut refused = three.clone();
    refused[2] = with(Circumstance::RectificationRefused, refused[2].clone());
    assert!(met(&policy, "ZJ-B-JL-02", &refused));
    assert!(!met(&policy, "ZJ-B-JL-02", &refused[1..]));
    let twice = [penalty(1, "2025-05-01", &[]), penalty(2, "2026-05-01", &[])];
    assert!(met(&policy, "ZJ-B-TZ-02", &twice) && !met(&policy, "ZJ-B-TZ-02", &twice[..1]));
}

/// ZJ-B-BZ-02: 连续两年, a failure in each of two years and none passed between.
#[test]
fn zj_b_bz_02_needs_a_failure_in_each_of_two_years() {
    let policy = policy("yq-quality");
    let years = [event(1, SamplingFailed, "2024-06-01"), event(2, SamplingFailed, "2025-09-01")];
    assert!(met(&policy, "ZJ-B-BZ-02", &years));
    let same = [event(1, SamplingFailed, "2025-02-01"), event(2, SamplingFailed, "2025-09-01")];
    assert!(!met(&policy, "ZJ-B-BZ-02", &same));
    let mut passed = years.to_vec();
    passed.push(event(3, SamplingPassed, "2025-01-01"));
    assert!(!met(&policy, "ZJ-B-BZ-02", &passed));
}

/// ZJ-R-CP-03, ZJ-R-JL-01, ZJ-R-JL-02, ZJ-R-BZ-02: what did not happen is looked for back from today.
#[test]
fn red_quality_criteria_need_inspections_and_nothing_against() {
    let policy = policy("yq-quality");
    let province = |event| at(IssuerLevel::Province, event);
    let passed = province(event(1, SamplingPassed, "2025-01-01"));
    assert!(met(&policy, "ZJ-R-CP-03", std::slice::from_ref(&passed)));
    assert!(!met(&policy, "ZJ-R-CP-03", &[]), "nobody is good for want of looking");
    assert!(!met(&policy, "ZJ-R-CP-03", &[passed.clone(), province(event(2, SamplingFailed, "2026-06-01"))]));
    assert!(!met(&policy, "ZJ-R-CP-03", &[passed.clone(), event(2, Violation, "2022-01-01")]), "within five years");
    assert!(met(&policy, "ZJ-R-CP-03", &[passed, event(2, Violation, "2020-01-01")]), "before them");
    let yearly =
        |nature| [event(1, nature, "2024-03-01"), event(2, nature, "2025-03-01"), event(3, nature, "2026-03-01")];
    assert!(met(&policy, "ZJ-R-JL-01", &yearly(InspectionClean)));
    assert!(!met(&policy, "ZJ-R-JL-01", &yearly(InspectionClean)[1..]), "连续三年");
    assert!(met(&policy, "ZJ-R-JL-02", &yearly(SamplingPassed)));
    let mut failed = yearly(SamplingPassed).to_vec();
    failed.push(at(IssuerLevel::County, event(4, SamplingFailed, "2026-04-01")));
    assert!(met(&policy, "ZJ-R-JL-02", &failed), "a sampling below 市级 is not meant");
    failed.push(BehaviourEvent { level: None, ..event(5, SamplingFailed, "2026-04-01") });
    assert!(!met(&policy, "ZJ-R-JL-02", &failed), "of unknown level: against the subject");
    let bars = [event(1, SamplingPassed, "2020-01-01"), event(2, SamplingPassed, "2026-01-01")];
    assert!(met(&policy, "ZJ-R-BZ-02", &bars));
    assert!(!met(&policy, "ZJ-R-BZ-02", &[bars[0].clone(), event(3, SamplingFailed, "2025-01-01"), bars[1].clone()]));
}

/// SW-R-01, SW-R-02, ZJ-R-CP-01, ZJ-R-CP-02, ZJ-R-JL-03, ZJ-R-BZ-03: the level and kind of who commended.
#[test]
fn sw_r_01_and_sw_r_02_look_at_who_commended() {
    let levels = [
        ("荆门市商务局", Some(IssuerLevel::City)),
        ("荆门市东宝区人民政府", Some(IssuerLevel::County)),
        ("钟祥市人民政府", Some(IssuerLevel::County)),
        ("仙桃市商务局", Some(IssuerLevel::City)),
        ("湖北省商务厅", Some(IssuerLevel::Province)),
        ("北京市人民政府", Some(IssuerLevel::Province)),
        ("北京市延庆区人民政府", Some(IssuerLevel::County)),
        ("商务部", Some(IssuerLevel::Nation)),
        ("中华人民共和国国务院", Some(IssuerLevel::Nation)),
        ("某商务部门", None),
        ("样例机关", None),
    ];
    for (issuer, level) in levels {
        assert_eq!(level_of(issuer), level, "{issuer}");
    }
    let policy = policy("jm-commerce-2017-draft");
    let check = |code: &str, issuer: &str| {
        let rule = policy.criterion(&CriterionCode(code.to_owned())).unwrap().issuer.unwrap();
        match check_issuer(&policy, rule, issuer, code) {
            IssuerFinding::Fits => "fits",
            IssuerFinding::Untold => "untold",
            IssuerFinding::Unfit(refusal) => refusal.code,
        }
    };
    assert_eq!(check("SW-R-01", "荆门市商务局"), "fits");
    assert_eq!(check("SW-R-01", "荆门市东宝区商务局"), "ISSUER_TOO_LOW");
    assert_eq!(check("SW-R-01", "荆门市人民政府"), "ISSUER_WRONG_KIND");
    assert_eq!(check("SW-R-02", "荆门市东宝区人民政府"), "fits");
    assert_eq!(check("SW-R-02", "样例机关"), "untold");
    let any = IssuerRule { level: IssuerLevel::Province, kind: IssuerKind::Any };
    assert!(matches!(check_issuer(&policy, any, "荆门市某委", "X"), IssuerFinding::Unfit(_)));
}

/// The national 双公示 categories.
#[test]
fn penalty_categories_of_the_national_columns_are_understood() {
    use PenaltyKind::{Closure, Confiscation, ConfiscationWhole, Fine, Revocation, Suspension, Warning};
    let table: [(&str, &str, &[PenaltyKind]); 7] = [
        ("罚款", "处罚款人民币5000元", &[Fine]),
        ("警告；罚款", "", &[Warning, Fine]),
        ("没收违法所得、没收非法财物", "没收违法所得100元", &[Confiscation]),
        ("没收违法所得、没收非法财物", "没收全部违法所得", &[Confiscation, ConfiscationWhole]),
        ("暂扣或者吊销许可证、暂扣或者吊销执照", "吊销许可证", &[Revocation]),
        ("暂扣或者吊销许可证、暂扣或者吊销执照", "暂扣许可证三个月", &[Suspension]),
        ("责令停产停业", "", &[Closure]),
    ];
    for (category, content, expected) in table {
        assert_eq!(penalties_in(category, content), expected, "{category} {content}");
    }
    assert!(penalties_in("暂扣或者吊销许可证", "").is_empty(), "which of both was not said");
}

#[test]
fn events_of_somebody_else_prove_nothing() {
    let key = event(1, Violation, "2026-01-01").subject_key();
    let mut other = event(2, Violation, "2026-01-01");
    other.subject.uscc = None;
    assert_eq!(foreign_to(&key, &[event(1, Violation, "2026-01-01"), other]), [2]);
}
