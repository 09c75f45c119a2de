use chrono::NaiveDate;

use super::*;

mod broken;
mod rules;
mod yanqing;

fn jingmen() -> Policy {
    let (_, text) = shipped()[0];
    Policy::parse(text).unwrap()
}

fn named(name: &str) -> Policy {
    let (_, text) = shipped().iter().find(|(known, _)| *known == name).unwrap();
    Policy::parse(text).unwrap()
}

/// The shipped text with one change, as its defect says it.
fn defect(from: &str, to: &str) -> String {
    let (_, text) = shipped()[0];
    assert!(text.contains(from), "{from}");
    Policy::parse(&text.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn every_shipped_policy_is_readable_and_named_as_its_text_says() {
    for (name, text) in shipped() {
        assert_eq!(Policy::parse(text).unwrap().name, *name);
    }
}

/// I-1, I-2, I-3, I-4, P-1, P-2, P-3, P-4, P-5, P-6: the catalogue of measures.
#[test]
fn the_jingmen_draft_holds_what_its_text_says() {
    let policy = jingmen();
    let codes: Vec<&str> = policy.criteria.iter().map(|criterion| criterion.code.0.as_str()).collect();
    assert_eq!(codes.len(), 14);
    assert_eq!((codes[0], codes[1], codes[2], codes[13]), ("SW-R-01", "SW-R-02", "SW-B-01", "SW-B-12"));
    // What is left to the judgement of the head, on a document: nothing is counted.
    for judged in ["SW-B-04", "SW-B-05", "SW-B-09", "SW-B-10"] {
        let criterion = policy.criteria.iter().find(|one| one.code.0 == judged).unwrap();
        assert!(criterion.count.is_empty() && !criterion.evidence.is_empty() && criterion.kind == ListKind::Black);
    }
    let open: Vec<&Criterion> = policy.criteria.iter().filter(|one| one.form == CriterionForm::Open).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].code.0, "SW-B-12");
    let measures: Vec<&str> = policy.measures.iter().map(|measure| measure.code.as_str()).collect();
    assert_eq!(measures, ["I-1", "I-2", "I-3", "I-4", "P-1", "P-2", "P-3", "P-4", "P-5", "P-6"]);
    assert_eq!(policy.terms.candidate_publicity_days, 10);
    assert_eq!(policy.terms.statement_days, 10);
    assert_eq!(policy.terms.review_days, 7);
    assert_eq!(policy.terms.review_publicity_days, 20);
    assert_eq!((policy.validity_years(ListKind::Red), policy.validity_years(ListKind::Black)), (3, 3));
    assert!(policy.review.province_final);
    assert_eq!(policy.rules(ListKind::Black).notice, Demand::Required);
}

#[test]
fn a_county_is_reviewed_above_and_nobody_files_with_himself() {
    let policy = jingmen();
    let city: NodeId = "420800-commerce".parse().unwrap();
    let province: NodeId = "420000-commerce".parse().unwrap();
    assert_eq!(policy.reviewer_of(Tier::County, Some(&city)), Reviewer::Node(city));
    assert_eq!(policy.reviewer_of(Tier::County, Some(&province)), Reviewer::Node(province.clone()));
    assert_eq!(policy.reviewer_of(Tier::City, Some(&province)), Reviewer::Nobody);
    assert_eq!(policy.reviewer_of(Tier::Province, None), Reviewer::Nobody);
}

#[test]
fn the_area_is_the_whole_city_or_the_recognisers_own_region() {
    let policy = jingmen();
    let dongbao: NodeId = "420802-commerce".parse().unwrap();
    let xiantao: NodeId = "429004-commerce".parse().unwrap();
    assert!(policy.is_home_region(&dongbao, "420804"));
    assert!(policy.is_home_region(&dongbao, "420821"));
    assert!(!policy.is_home_region(&dongbao, "429004"));
    assert!(policy.is_home_region(&xiantao, "429004"));
    assert!(!policy.is_home_region(&xiantao, "420802"));
}

#[test]
fn black_without_notice_is_no_policy() {
    let said = defect("[black]\nnotice = \"required\"", "[black]\nnotice = \"optional\"");
    assert!(said.contains("black.notice") && said.contains("AMB-21"), "{said}");
}

#[test]
fn a_criterion_is_effective_between_its_days_and_before_its_retirement() {
    let mut criterion = jingmen().criteria.remove(0);
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    criterion.effective_from = day("2016-01-01");
    criterion.effective_to = Some(day("2020-12-31"));
    assert!(!criterion.is_effective_on(day("2015-12-31")));
    assert!(criterion.is_effective_on(day("2016-01-01")) && criterion.is_effective_on(day("2020-12-31")));
    assert!(!criterion.is_effective_on(day("2021-01-01")));
    criterion.retired_on = Some(day("2018-01-01"));
    assert!(criterion.is_effective_on(day("2017-12-31")) && !criterion.is_effective_on(day("2018-01-01")));
}
