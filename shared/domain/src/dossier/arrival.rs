//! Every order of arrival folds the same dossier, and no decision is ignored.

use proptest::prelude::*;

use super::fixture::*;
use super::*;
use crate::act::PublicityOf;
use crate::case::fixture::{case_id, day, place};

#[test]
fn the_order_of_arrival_does_not_matter() {
    let (desk, objection) = every_stage().swap_remove(7);
    let dossier = &desk.dossier;
    let facts = |node: &str, act: Act, index: u64| (place(node, index), act);
    let declaration = dossier.declaration.clone().unwrap();
    // What each side wrote, in its own order; a number says how much of the other side an act needs.
    let county: Vec<(usize, (EntryRef, Act))> = vec![
        (
            0,
            (
                declaration.act.clone(),
                Act::ListDeclared {
                    list: dossier.list.clone(),
                    to: declaration.to,
                    declared_on: declaration.declared_on,
                    materials: Vec::new(),
                },
            ),
        ),
        (
            0,
            facts(
                COUNTY,
                Act::EntryWithdrawn {
                    case: case_id(3),
                    code: "RX-3".to_owned(),
                    reason: "主体申请".to_owned(),
                    decided_on: day("2017-10-20"),
                },
                500,
            ),
        ),
        (
            5,
            facts(
                COUNTY,
                Act::ObjectionVerified {
                    objection: objection.clone(),
                    case: case_id(1),
                    upheld: false,
                    reason: "不属实".to_owned(),
                    verified_on: day("2017-11-02"),
                },
                501,
            ),
        ),
    ];
    let receipt = dossier.receipt.clone().unwrap();
    let reviewed = dossier.review.clone().unwrap();
    let signature = dossier.signature.clone().unwrap();
    let publicity = dossier.publicity.clone().unwrap();
    let report = dossier.report.clone().unwrap();
    let list = dossier.list.clone();
    let city: Vec<(usize, (EntryRef, Act))> = vec![
        (
            1,
            (
                receipt.act,
                Act::MaterialsReceived {
                    declaration: declaration.act,
                    list: list.clone(),
                    received_on: receipt.received_on,
                    due_on: receipt.due_on,
                },
            ),
        ),
        (
            1,
            (
                reviewed.act.clone(),
                Act::ListReviewed {
                    list: list.clone(),
                    exceptions: vec![returned(2)],
                    opinion: reviewed.opinion,
                    reviewed_on: reviewed.reviewed_on,
                },
            ),
        ),
        (
            1,
            (
                signature.act.clone(),
                Act::ReviewSigned {
                    list: list.clone(),
                    review: reviewed.act,
                    signed_on: signature.signed_on,
                    publicity_waived: None,
                },
            ),
        ),
        (
            1,
            (
                publicity.act.clone(),
                Act::PublicityOpened {
                    of: PublicityOf::List(list.clone()),
                    channel: publicity.channel,
                    opened_on: publicity.opened_on,
                    ends_on: publicity.ends_on,
                },
            ),
        ),
        (
            1,
            (
                objection,
                Act::ObjectionReceived {
                    list: list.clone(),
                    case: case_id(1),
                    by: "知情人".to_owned(),
                    grounds: "有误".to_owned(),
                    received_on: day("2017-11-01"),
                },
            ),
        ),
        (1, facts(CITY, Act::PublicityClosed { publicity: publicity.act, closed_on: day("2017-11-25") }, 600)),
        (
            3,
            (
                report.act,
                Act::ListReported {
                    list,
                    review: signature.act,
                    excluded: report.excluded,
                    reported_on: report.reported_on,
                },
            ),
        ),
    ];
    let mut ends = Vec::new();
    merge(&certified(3, dossier.reviewer.clone()), &county, &city, (0, 0), &mut ends);
    assert!(ends.len() > 10, "{} orders", ends.len());
    assert!(ends.iter().all(|end| *end == ends[0]));
    assert_eq!(ends[0].stage(), DossierStage::Reported);
}

type Written = [(usize, (EntryRef, Act))];

/// Folds every merge of two logs that respects what the acts need.
fn merge(at: &Dossier, county: &Written, city: &Written, (a, b): (usize, usize), ends: &mut Vec<Dossier>) {
    if a == county.len() && b == city.len() {
        ends.push(at.clone());
    }
    if let Some((_, (place, act))) = county.get(a).filter(|(needs, _)| *needs <= b) {
        merge(&at.clone().evolve(place, act), county, city, (a + 1, b), ends);
    }
    if let Some((_, (place, act))) = city.get(b).filter(|(needs, _)| *needs <= a) {
        merge(&at.clone().evolve(place, act), county, city, (a, b + 1), ends);
    }
}

fn command(pick: usize, number: u64, objection: &EntryRef, today: &str) -> DossierCommand {
    match pick {
        0 => declare(),
        1 => DossierCommand::Receive,
        2 => review(vec![returned(number)]),
        3 => review(vec![rejected(number)]),
        4 => review(Vec::new()),
        5 => sign(),
        6 => DossierCommand::SignReview { publicity_waived: Some("已公示".to_owned()) },
        7 => open(),
        8 => DossierCommand::ClosePublicity,
        9 => object(number, today),
        10 => verify(objection, number.is_multiple_of(2)),
        _ => DossierCommand::Report,
    }
}

proptest! {
    #[test]
    fn what_is_decided_is_never_ignored_and_always_passes_judgement(
        picks in prop::collection::vec((0..12_usize, 1..4_u64, 0..25_u64), 1..80),
    ) {
        let mut desk = Desk::new(3);
        let mut today = day("2017-01-03");
        for (pick, number, days) in picks {
            // Calendars end with 2026; walk within them.
            today = today.checked_add_days(chrono::Days::new(days)).unwrap();
            let text = today.to_string();
            let open_objection = desk.dossier.open_objections().next().map(|(at, _)| at.clone());
            let objection = open_objection.unwrap_or_else(|| place(CITY, 9999));
            let command = command(pick, number, &objection, &text);
            let Ok(Decided::Acts(acts)) = desk.decide(&command, &text) else { continue };
            for act in &acts {
                let by_county = matches!(act, Act::ListDeclared { .. } | Act::ObjectionVerified { .. });
                let at = place(if by_county { COUNTY } else { CITY }, desk.next);
                if by_county || matches!(act, Act::ListReported { .. }) {
                    let judged = desk.dossier.judge(&at, act, &desk.city.on(today));
                    prop_assert!(judged.is_ok(), "{judged:?}");
                }
                let before = desk.dossier.clone();
                desk.take(if by_county { COUNTY } else { CITY }, act);
                prop_assert_ne!(&before, &desk.dossier, "{:?}", act);
                // A second delivery of the same act changes nothing.
                prop_assert_eq!(&desk.dossier.clone().evolve(&at, act), &desk.dossier);
            }
        }
    }
}
