//! Repairs: applied for, granted, refused, revoked.

use federation::world::entries::candidate;
use honghei_domain::list::{ListEntry, ListKind, Repairability};
use honghei_domain::listing::{ListingCommand, Materials, SubjectStatus};

use super::*;

/// BX-1, F-03, F-12, D-14, 36号令: application, acceptance, decision; the measures stop with it.
#[tokio::test]
async fn bx_1_a_repair_is_applied_for_accepted_and_granted_by_the_city() {
    let world = listed(10, "2017-11-06", ListKind::Black, 1..3).await;
    let first = case(EASTERN, 1);
    assert_eq!(code(does(&world, EASTERN, "clerk", apply(&first)).await), "REPAIR_NOT_HERE");
    assert_eq!(code(does(&world, CITY, "head", exit(&first, "BX-1")).await), "EXIT_BY_REPAIR");
    let without = ListingCommand::ReceiveRepair {
        case: first.clone(),
        by: "样例公司".to_owned(),
        materials: Materials { promise: String::new(), ..materials() },
    };
    assert_eq!(code(does(&world, CITY, "reviewer", without).await), "PROMISE_MISSING");
    let lacking = Materials { names: vec!["销榜申请".to_owned()], ..materials() };
    let lacking =
        ListingCommand::ReceiveRepair { case: first.clone(), by: "样例公司".to_owned(), materials: lacking };
    assert_eq!(code(does(&world, CITY, "reviewer", lacking).await), "REPAIR_MATERIALS_MISSING");
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    assert_eq!(duties(&world, CITY).await[0].0, "accept");
    assert_eq!(code(does(&world, CITY, "head", grant(&application, true)).await), "REPAIR_NOT_ACCEPTED");
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    assert_eq!(duties(&world, CITY).await[0].0, "repair");
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    for node in NODES {
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Unlisted, "{node}");
        assert!(measures(&world, node, &black(1)).await.is_empty(), "R-051 at {node}");
        assert_eq!(status(&world, node, &black(2)).await, SubjectStatus::Black);
    }
    assert_eq!(departures(&world, EASTERN, EASTERN).await, [("BX-1".to_owned(), vec![1], false)]);
    world.assert_rebuilds().await.unwrap();
}

/// BX-1 refused leaves everything as it was, and the firm may apply again.
#[tokio::test]
async fn bx_1_a_refused_repair_changes_nothing() {
    let world = listed(11, "2017-11-06", ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "reviewer", apply(&first)).await), "ALREADY_DONE");
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, false)).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", grant(&application, true)).await), "REPAIR_DECIDED_OTHERWISE");
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Black);
    does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
}

/// R-053, F-11: 不得修复 closes BX-1 and nothing else.
#[tokio::test]
async fn r_053_an_irreparable_entry_is_still_open_to_correction_and_revocation() {
    let mut world = commerce(12, "2017-11-06").await;
    let forbidden = Some(Repairability::Irreparable { legal_basis: "《样例法》第九条".to_owned() });
    let entries = [1, 2].map(|firm| ListEntry { repairability: forbidden.clone(), ..black(firm) });
    list(&mut world, EASTERN, ListKind::Black, entries.to_vec()).await;
    assert_eq!(code(does(&world, CITY, "reviewer", apply(&case(EASTERN, 1))).await), "REPAIR_FORBIDDEN");
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    let revoked = ListingCommand::Exit {
        case: case(EASTERN, 2),
        code: "BX-5".to_owned(),
        reason: "处罚决定经复议撤销".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, EASTERN, "head", revoked).await.unwrap();
    let codes: Vec<String> = departures(&world, CITY, EASTERN).await.into_iter().map(|exit| exit.0).collect();
    assert_eq!(codes, ["BX-2", "BX-5"]);
}

/// 信用修复管理办法: a false promise puts the entry back, with the term it had; replay does not lose it again.
#[tokio::test]
async fn bx_1_a_false_promise_lists_the_entry_again_with_its_old_term() {
    let mut world = listed(13, "2017-11-06", ListKind::Black, 1..2).await;
    let first = case(EASTERN, 1);
    let before = shown(&world, DIRECT, &black(1)).await[0].row.clone().unwrap();
    let application = does(&world, CITY, "reviewer", apply(&first)).await.unwrap();
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    world.publish().await.unwrap();
    assert!(shown(&world, DIRECT, &black(1)).await[0].row.is_none());
    world.pass_days(30).await.unwrap();
    let revoke =
        ListingCommand::RevokeRepair { application: application.clone(), reason: "缴款凭证系伪造".to_owned() };
    does(&world, CITY, "head", revoke.clone()).await.unwrap();
    assert_eq!(code(does(&world, CITY, "head", revoke).await), "ALREADY_DONE");
    world.publish().await.unwrap();
    for node in NODES {
        let shown = shown(&world, node, &black(1)).await;
        assert_eq!(shown[0].row.as_ref(), Some(&before), "{node} serves the row it had");
        assert_eq!(status(&world, node, &black(1)).await, SubjectStatus::Black, "{node}");
    }
    world.assert_rebuilds().await.unwrap();
}

/// AMB-23: black until the last entry in force has left.
#[tokio::test]
async fn amb_23_one_repaired_entry_of_two_leaves_the_firm_black() {
    let mut world = listed(18, "2017-11-06", ListKind::Black, 1..2).await;
    let theirs = ListEntry {
        subject: black(1).subject,
        territorial_override: Some("违法行为发生在本地".to_owned()),
        ..candidate(ListKind::Black, "420804", 1)
    };
    list(&mut world, WESTERN, ListKind::Black, vec![theirs]).await;
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Black);
    assert!(!measures(&world, DIRECT, &black(1)).await.is_empty());
    does(&world, WESTERN, "head", exit(&case(WESTERN, 1), "BX-2")).await.unwrap();
    assert_eq!(status(&world, DIRECT, &black(1)).await, SubjectStatus::Unlisted);
}
