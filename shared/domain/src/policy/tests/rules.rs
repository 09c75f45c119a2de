//! What the commerce policy says, and names, digests, measures and the impact of a change.

use super::*;
use crate::case::fixture::{black_entry, case_id, red_entry};
use crate::list::ListEntry;

fn code(code: &str) -> CriterionCode {
    CriterionCode(code.to_owned())
}

/// AMB-25: two lists, four classes, a draft.
#[test]
fn the_draft_names_its_lists_and_classes() {
    let policy = jingmen();
    assert_eq!(policy.status, Status::Draft);
    assert!(policy.list(ListKind::Red).is_some() && policy.list(ListKind::Black).is_some());
    let classes: Vec<&str> = policy.classes.iter().map(|class| class.code.as_str()).collect();
    assert_eq!(classes, ["a", "b", "c", "d"]);
}

/// AMB-02, AMB-04 to AMB-07, AMB-09, AMB-10, AMB-14 to AMB-16b: the recommended readings are the defaults.
#[test]
fn readings_that_are_left_out_are_the_recommended_ones() {
    let policy = jingmen();
    assert_eq!(policy.readings, Readings::default());
    let terms = &policy.terms;
    assert!(!terms.count_start_day && !terms.filing_in_working_days, "AMB-02, AMB-05");
    assert_eq!((terms.filing_days, terms.filing_warn_days), (15, 10), "D-06, D-07");
    assert_eq!(terms.validity_from, Publisher::Province, "AMB-06");
    assert_eq!(policy.review.publicity, ReviewPublicity::Waivable, "AMB-04");
    assert_eq!(policy.review.repair_decided_by, RepairDecider::Reviewer, "AMB-16b");
    let readings = Readings::default();
    assert_eq!(readings.red_removed_from, RedLists::EveryDepartment, "AMB-07");
    assert_eq!(readings.criteria, Join::Any, "AMB-09");
    assert_eq!(readings.window_ends, WindowEnd::LastCountedEvent, "AMB-10");
    assert!(readings.restoration_offered && readings.objection_decided_above, "AMB-14, AMB-16");
    assert_eq!(policy.publication.id_number, IdNumber::Masked, "AMB-15");
}

/// R-035, D-08: the back-log campaign.
#[test]
fn the_backlog_campaign_stands_in_the_policy() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let expected = Backlog { arising_from: day("2016-01-01"), recognised_by: day("2017-11-30") };
    assert_eq!(jingmen().backlog, Some(expected));
}

/// AMB-11: 特大数额 and 较重 are unset, and stay so.
#[test]
fn what_the_text_leaves_open_is_unset() {
    let policy = jingmen();
    assert_eq!(policy.amount("extra_large_fine", "a"), None);
    assert!(policy.severities.is_empty());
}

/// every measure has a clause; one without a published basis is applied by nobody.
#[test]
fn a_measure_without_a_published_basis_cannot_be_applied() {
    let policy = jingmen();
    let day = "2026-11-22".parse().unwrap();
    let refused: Vec<&str> = policy
        .measures
        .iter()
        .filter(|measure| measure.applicable_on(day).is_err())
        .map(|measure| measure.code.as_str())
        .collect();
    assert_eq!(refused, ["I-4", "P-4", "P-6"]);
    let refusal = policy.measure("P-4").unwrap().applicable_on(day).unwrap_err();
    assert_eq!((refusal.code, refusal.clause), ("MEASURE_WITHOUT_BASIS", "R-061"));
    assert!(policy.measure("I-1").unwrap().applicable_on("2016-06-11".parse().unwrap()).is_err());
    assert_eq!(policy.measure("P-1").unwrap().revokes, ["I-1", "I-2"], "R-062");
}

/// RX-1 to RX-10, BX-1 to BX-5: every code is an exit of some shipped policy.
#[test]
fn every_exit_is_known_to_a_shipped_policy_and_read_back_from_its_code() {
    let policies: Vec<Policy> = shipped().iter().map(|(_, text)| Policy::parse(text).unwrap()).collect();
    for exit in ExitCode::ALL {
        assert_eq!(ExitCode::parse(exit.as_str()), Some(exit));
        assert!(policies.iter().any(|policy| policy.exit(exit).is_some()), "{}", exit.as_str());
        assert_eq!(exit.kind() == ListKind::Red, exit.as_str().starts_with("RX"));
    }
    assert_eq!(jingmen().exit(ExitCode::Bx2).unwrap().announcement, Announcement::Neutral, "R-042");
}

/// a case pins name and version.
#[test]
fn a_version_of_a_policy_is_named_with_an_at_sign() {
    let pin = jingmen().pin();
    assert_eq!(pin.to_string(), "jm-commerce-2017-draft@1");
    assert_eq!("jm-commerce-2017-draft@1".parse(), Ok(pin));
    for wrong in ["jm", "jm@", "jm@0", "JM@1", "@1", "jm@x"] {
        assert!(wrong.parse::<PolicyName>().is_err(), "{wrong}");
    }
}

#[test]
fn the_digest_of_a_policy_is_of_what_it_says_not_of_its_layout() {
    let (_, text) = shipped()[0];
    let digest = Policy::digest_of(text).unwrap();
    assert_eq!(Policy::digest_of(&format!("# another comment\n{text}")).unwrap(), digest);
    assert_eq!(Policy::digest_of(&text.replace("version = 1\n", "version   =   1\n")).unwrap(), digest);
    let digests: std::collections::BTreeSet<_> =
        shipped().iter().map(|(_, text)| Policy::digest_of(text).unwrap()).collect();
    assert_eq!(digests.len(), shipped().len());
    assert_ne!(Policy::digest_of(&text.replace("version = 1\n", "version = 2\n")).unwrap(), digest);
}

fn under(entry: ListEntry, number: u64, codes: &[&str]) -> ListEntry {
    let criteria = codes.iter().map(|one| code(one)).collect();
    ListEntry { case: case_id(number), criteria, ..entry }
}

/// F-P11, R-010: retiring or changing a criterion lists the entries in force that it touches.
#[test]
fn retiring_a_criterion_lists_the_entries_it_touches() {
    let day = "2026-11-22".parse().unwrap();
    let old = jingmen();
    let mut new = jingmen();
    new.version = 2;
    new.criteria.retain(|criterion| criterion.code.0 != "SW-R-02");
    new.criteria[1].retired_on = Some("2020-01-01".parse().unwrap());
    new.criteria[2].text.push('。');
    new.criteria[3].issuer = Some(IssuerRule { level: IssuerLevel::City, kind: IssuerKind::Any });
    let mut added = new.criteria[0].clone();
    added.code = code("SW-R-03");
    new.criteria.push(added);
    let expected = [
        (code("SW-B-01"), Change::Retired),
        (code("SW-B-02"), Change::Reworded),
        (code("SW-B-03"), Change::Redefined),
        (code("SW-R-02"), Change::Retired),
        (code("SW-R-03"), Change::Added),
    ];
    assert_eq!(changes(&old, &new, day), expected.into_iter().collect());
    let entries = [
        under(red_entry(), 4, &["SW-R-02"]),
        under(red_entry(), 1, &["SW-R-01"]),
        under(black_entry(), 3, &["SW-B-01", "SW-B-06"]),
        under(black_entry(), 2, &["SW-B-02"]),
        ListEntry { department: Department("tax".to_owned()), ..under(black_entry(), 5, &["SW-B-01"]) },
    ];
    let found = impact(&old, &new, day, &entries);
    let numbers: Vec<(u64, bool)> =
        found.touched.iter().map(|touched| (touched.case.number, touched.loses_its_ground)).collect();
    assert_eq!(numbers, [(2, false), (3, false), (4, true)]);
    assert_eq!(found.touched[1].by, [(code("SW-B-01"), Change::Retired)]);
    assert!(impact(&old, &old, day, &entries).touched.is_empty());
}
