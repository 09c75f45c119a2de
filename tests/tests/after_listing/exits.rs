//! Exits: by request, by decision, by time, by a basis that fell; announced, filed, listed anew.

use honghei_domain::list::ListKind;
use honghei_domain::listing::{ListingCommand, SubjectStatus};
use honghei_registry::command::Command;
use honghei_registry::desk::listing::{self, view};

use super::*;

/// RX-3, AMB-22: the subject's own wish is carried out by the city and told without the facts.
#[tokio::test]
async fn rx_3_a_firm_has_its_red_entry_deleted_and_that_is_told_neutrally() {
    let world = listed(6, "2017-11-06", ListKind::Red, 1..3).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "head", exit(&first, "RX-3")).await), "EXIT_NOT_YOURS");
    does(&world, CITY, "head", exit(&first, "RX-3")).await.unwrap();
    for node in NODES {
        assert_eq!(shown(&world, node, &red(1)).await[0].notice(), "依主体申请，有关信息已撤下", "{node}");
        assert!(measures(&world, node, &red(1)).await.is_empty(), "incentives stop at {node}");
    }
    assert_eq!(code(does(&world, CITY, "head", exit(&first, "RX-3")).await), "ALREADY_DONE");
    assert_eq!(departures(&world, EASTERN, EASTERN).await, [("RX-3".to_owned(), vec![1], false)]);
}

/// D-06, D-07, F-13, AMB-05, AMB-16b: where the list was published, with which receipt, is on
/// record; an exit is told on every one of these channels, filed in time, received.
#[tokio::test]
async fn r_050_an_exit_is_announced_on_every_original_channel_and_filed_with_a_receipt() {
    let mut world = listed(7, "2017-11-06", ListKind::Red, 1..3).await;
    let announce = ListingCommand::AnnounceList { channel: "信用荆门".to_owned(), receipt: "xyjm/1".to_owned() };
    does(&world, CITY, "reviewer", announce).await.unwrap();
    does(&world, CITY, "head", exit(&case(EASTERN, 1), "RX-3")).await.unwrap();
    let place = place_of_exit(&world, EASTERN).await;
    let told = |channel: &str| ListingCommand::AnnounceExit {
        exit: place.clone(),
        channel: channel.to_owned(),
        receipt: "回执1".to_owned(),
    };
    assert_eq!(code(does(&world, CITY, "reviewer", told("某论坛")).await), "CHANNEL_NOT_ORIGINAL");
    does(&world, CITY, "reviewer", told("信用荆门")).await.unwrap();
    assert_eq!(code(does(&world, CITY, "reviewer", told("信用荆门")).await), "ALREADY_DONE");
    assert!(duties(&world, CITY).await.iter().any(|(kind, _)| *kind == "announce"), "the portal is still to come");
    does(&world, CITY, "reviewer", told("商务主管部门门户网站")).await.unwrap();
    assert!(!duties(&world, CITY).await.iter().any(|(kind, _)| *kind == "announce"));
    let due = duties(&world, CITY).await.iter().find(|(kind, _)| *kind == "file").unwrap().1.unwrap();
    assert!(due >= world.today + chrono::Days::new(15), "fifteen calendar days, rolled to a working day (AMB-05)");
    assert_eq!(code(does(&world, PROVINCE, "reviewer", ListingCommand::FileExits).await), "FILING_WITH_ONESELF");
    world.pass_days(11).await.unwrap();
    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    for node in [EASTERN, CITY, PROVINCE] {
        assert_eq!(departures(&world, node, EASTERN).await, [("RX-3".to_owned(), vec![1], true)], "{node}");
    }
    assert_eq!(code(does(&world, CITY, "reviewer", ListingCommand::FileExits).await), "ALREADY_DONE");
    world.assert_rebuilds().await.unwrap();
}

/// RX-8, RX-9, RX-10: the recogniser's own decisions, under codes the policy knows and no others.
#[tokio::test]
async fn rx_8_rx_9_rx_10_are_decided_by_the_recogniser() {
    let world = listed(8, "2017-11-06", ListKind::Red, 1..5).await;
    for (number, code) in [(1, "RX-8"), (2, "RX-9"), (3, "RX-10")] {
        does(&world, EASTERN, "head", exit(&case(EASTERN, number), code)).await.unwrap();
    }
    let fourth = case(EASTERN, 4);
    for (wrong, answer) in [
        ("RX-1", "EXIT_BY_COMPARISON"),
        ("RX-4", "EXIT_BY_TERM"),
        ("RX-7", "EXIT_BY_COMPARISON"),
        ("BX-2", "EXIT_CODE_UNFIT"),
        ("RX-6", "EXIT_CODE_UNFIT"),
        ("RX-99", "EXIT_CODE_UNFIT"),
    ] {
        assert_eq!(code(does(&world, EASTERN, "head", exit(&fourth, wrong)).await), answer, "{wrong}");
    }
    let withdraw = Command::Withdraw { case: fourth, code: "RX-2".to_owned(), reason: "有误".to_owned() };
    assert_eq!(code(world.act(EASTERN, "head", withdraw).await), "ENTRY_LISTED");
    let codes: Vec<String> = departures(&world, PROVINCE, EASTERN).await.into_iter().map(|exit| exit.0).collect();
    assert_eq!(codes, ["RX-8", "RX-9", "RX-10"]);
}

/// RX-4, BX-3, D-04, D-05: at the midnight after the last day, by nobody's decision, once.
#[tokio::test]
async fn rx_4_bx_3_entries_leave_at_the_midnight_after_three_years() {
    let mut world = listed(9, "2017-11-06", ListKind::Red, 1..3).await;
    list(&mut world, EASTERN, ListKind::Black, vec![black(7)]).await;
    let last = shown(&world, EASTERN, &red(1)).await[0].row.as_ref().unwrap().valid_to;
    does(&world, CITY, "head", exit(&case(EASTERN, 2), "RX-3")).await.unwrap();
    world.today = last;
    world.settle().await.unwrap();
    assert_eq!(status(&world, DIRECT, &red(1)).await, SubjectStatus::Red, "the last day runs to 24:00");
    assert_eq!(departures(&world, EASTERN, EASTERN).await.len(), 1);
    world.today = last.succ_opt().unwrap();
    world.settle().await.unwrap();
    assert_eq!(status(&world, DIRECT, &red(1)).await, SubjectStatus::Unlisted);
    let expired = ("RX-4".to_owned(), vec![1], false);
    assert!(departures(&world, CITY, EASTERN).await.contains(&expired), "what had left before is not told twice");
    // However late the nodes wake up, each end keeps its own day.
    world.today = last + chrono::Days::new(400);
    world.settle().await.unwrap();
    let mut tx = world.node(CITY).store.read().await.unwrap();
    let all = listing::departures(&mut *tx, Some(&EASTERN.parse().unwrap())).await.unwrap();
    let black_exit = all.iter().find(|exit| exit.code == "BX-3").unwrap();
    let black_last = shown(&world, EASTERN, &black(7)).await[0].row.as_ref().unwrap().valid_to;
    assert_eq!(black_exit.decided_on, black_last.succ_opt().unwrap());
    drop(tx);
    world.assert_rebuilds().await.unwrap();
}

/// BX-5: a revoked basis names its day, and the withdrawal does not wait for a result version.
#[tokio::test]
async fn bx_5_a_revoked_basis_withdraws_the_entry_the_same_day() {
    let world = listed(14, "2017-11-06", ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "head", exit(&first, "BX-5")).await), "REVOCATION_DAY_MISSING");
    let revoked = ListingCommand::Exit {
        case: first,
        code: "BX-5".to_owned(),
        reason: "行政判决确认处罚决定无效".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, EASTERN, "head", revoked).await.unwrap();
    assert_eq!(shown(&world, DIRECT, &black(1)).await[0].notice(), "依据文书已撤销，有关信息已撤下");
    assert_eq!(status(&world, WESTERN, &black(1)).await, SubjectStatus::Unlisted);
}

/// AMB-24: listed again after an exit: a new case with a new term, linked to the one before.
#[tokio::test]
async fn amb_24_a_new_listing_after_an_exit_is_a_new_entry_with_its_predecessor() {
    let mut world = listed(19, "2017-11-06", ListKind::Black, 1..2).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    let mut again = black(1);
    again.document.as_mut().unwrap().number = "样例〔2018〕77号".to_owned();
    list(&mut world, EASTERN, ListKind::Black, vec![again]).await;
    let second = case(EASTERN, 2);
    let rows = shown(&world, DIRECT, &black(1)).await;
    assert!(rows.iter().any(|entry| entry.case == second && entry.is_in_force(world.today)));
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    assert_eq!(view::predecessors(&mut *tx, &second).await.unwrap(), [case(EASTERN, 1)]);
    assert!(view::predecessors(&mut *tx, &case(EASTERN, 1)).await.unwrap().is_empty());
}
