//! Objections: who decides them, what they correct, what stays in the history.

use federation::world::entries::{candidate, day};
use honghei_domain::list::ListKind;
use honghei_domain::listing::{DisputeAbout, ListingCommand, SubjectStatus};

use super::*;

/// D-15, F-09, AMB-16, BX-2: received anywhere, marked everywhere the same day, verified, decided above, corrected.
#[tokio::test]
async fn bx_2_an_upheld_objection_corrects_a_black_and_leaves_no_public_fact_of_it() {
    let world = listed(1, "2017-11-06", ListKind::Black, 1..3).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, CITY, "reviewer", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert!(shown[0].is_disputed(), "{node} shows the mark the same day (D-15)");
        assert!(shown[0].is_in_force(world.today), "an objection suspends nothing");
    }
    assert_eq!(duties(&world, EASTERN).await[0].0, "verify");
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, true)).await), "VERIFICATION_MISSING");
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    assert_eq!(code(does(&world, PROVINCE, "head", decide(&objection, true)).await), "DISPUTE_NOT_HERE");
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown[0].standing_on(world.today), "exited", "{node} does not wait for a result version");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Unlisted);
        assert!(measures(&world, node, &black(1)).await.is_empty(), "R-051 at {node}");
    }
    world.publish().await.unwrap();
    for node in [WESTERN, DIRECT] {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown.len(), 1);
        assert!(shown[0].row.is_none(), "the row with its facts is gone");
        assert_eq!(shown[0].notice(), "有关信息已撤下", "a neutral notice, without reason or fact");
    }
    assert_eq!(status(&world, WESTERN, &black(2)).await, SubjectStatus::Black);
    assert_eq!(departures(&world, CITY, EASTERN).await, [("BX-2".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// AMB-16: an objection that is not upheld leaves the entry, and the mark goes everywhere.
#[tokio::test]
async fn d_15_a_rejected_objection_takes_the_mark_off_again() {
    let world = listed(2, "2017-11-06", ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    assert!(shown(&world, DIRECT, &black(1)).await[0].is_disputed());
    does(&world, EASTERN, "head", verify(&objection, false)).await.unwrap();
    does(&world, CITY, "head", decide(&objection, false)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, false)).await), "ALREADY_DONE");
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, true)).await), "DISPUTE_DECIDED_OTHERWISE");
    for node in NODES {
        assert!(!shown(&world, node, &black(1)).await[0].is_disputed(), "{node}");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Black);
    }
    assert!(departures(&world, CITY, EASTERN).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}

/// RX-2: the same for a red that was recognised in error.
#[tokio::test]
async fn rx_2_an_upheld_objection_against_a_red_corrects_it() {
    let world = listed(3, "2017-11-06", ListKind::Red, 1..3).await;
    let first = case(EASTERN, 1);
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
    assert_eq!(departures(&world, PROVINCE, EASTERN).await, [("RX-2".to_owned(), vec![1], false)]);
    assert!(measures(&world, EASTERN, &red(1)).await.is_empty());
    assert!(!measures(&world, EASTERN, &red(2)).await.is_empty());
}

/// F-P5: who received an objection does not decide it, whatever roles he has.
#[tokio::test]
async fn nobody_decides_an_objection_that_he_received() {
    use honghei_domain::permit::Role;
    let mut world = listed(4, "2017-11-06", ListKind::Black, 1..2).await;
    world.appoint_officer(CITY, "both", vec![Role::Reviewer, Role::Head]).await.unwrap();
    let first = case(EASTERN, 1);
    let objection = does(&world, CITY, "both", dispute(&first, DisputeAbout::Recognition)).await.unwrap();
    does(&world, EASTERN, "head", verify(&objection, true)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "both", decide(&objection, true)).await), "DUTIES_NOT_SEPARATE");
    does(&world, CITY, "head", decide(&objection, true)).await.unwrap();
}

/// AMB-16: what concerns the comparison is the province's to decide.
#[tokio::test]
async fn amb_16_an_objection_against_the_comparison_is_decided_by_the_province() {
    let world = listed(5, "2017-11-06", ListKind::Red, 1..3).await;
    let mut court = black(1);
    court.recognised_on = Some(day("2017-10-01"));
    world.feed("court", ListKind::Black, day("2017-10-01"), vec![court]).await.unwrap();
    world.publish().await.unwrap();
    let first = case(EASTERN, 1);
    assert_eq!(
        code(does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Recognition)).await),
        "ENTRY_NOT_LISTED"
    );
    let objection = does(&world, EASTERN, "clerk", dispute(&first, DisputeAbout::Comparison)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", decide(&objection, false)).await), "DISPUTE_NOT_HERE");
    does(&world, PROVINCE, "head", decide(&objection, false)).await.unwrap();
    // RX-1: the exit by comparison is announced and filed like every other.
    assert_eq!(departures(&world, CITY, EASTERN).await, [("RX-1".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// AMB-16b: where there is no city the province's own desk decides, and the county files with it.
#[tokio::test]
async fn amb_16b_a_direct_county_is_decided_and_filed_with_the_province() {
    let mut world = commerce(20, "2017-11-06").await;
    let entry = candidate(ListKind::Black, "429004", 30);
    list(&mut world, DIRECT, ListKind::Black, vec![entry.clone()]).await;
    let first = case(DIRECT, 1);
    let application = does(&world, PROVINCE, "reviewer", apply(&first)).await.unwrap();
    does(&world, PROVINCE, "reviewer", accept(&application)).await.unwrap();
    does(&world, PROVINCE, "head", grant(&application, true)).await.unwrap();
    assert_eq!(status(&world, EASTERN, &entry).await, SubjectStatus::Unlisted);
    does(&world, DIRECT, "clerk", ListingCommand::FileExits).await.unwrap();
    assert_eq!(departures(&world, DIRECT, DIRECT).await, [("BX-1".to_owned(), vec![1], true)]);
    world.publish().await.unwrap();
    world.assert_rebuilds().await.unwrap();
}

/// the back end keeps what the public no longer sees.
#[tokio::test]
async fn r_052_the_history_of_a_corrected_entry_is_kept() {
    let world = listed(21, "2017-11-06", ListKind::Black, 1..2).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    let cx = world.node(CITY).engine.context(world.now()).await;
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let view = honghei_registry::view::case_view(&mut *tx, &cx, &case(EASTERN, 1)).await.unwrap().unwrap();
    assert_eq!(view.stage.as_str(), "withdrawn");
    assert!(view.case.entry.facts.contains("销售假冒商品"));
    assert!(view.steps.iter().any(|step| step.kind == "entry-exited"), "{:?}", view.steps);
}
