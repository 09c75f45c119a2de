//! Restorations: a red that a wrong black had removed is offered back (AMB-14).

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::list::{ListEntry, ListKind};
use honghei_domain::listing::{ListingCommand, SubjectStatus};
use honghei_domain::node::EntryRef;
use honghei_registry::desk::listing::{self};

use super::*;

/// A red that a later black of another county removed (RX-1), and the black.
async fn removed_red(seed: u64) -> World {
    let mut world = listed(seed, "2017-11-06", ListKind::Red, 1..3).await;
    let theirs = ListEntry {
        subject: red(1).subject,
        territorial_override: Some("违法行为发生在本地".to_owned()),
        ..candidate(ListKind::Black, "420804", 1)
    };
    list(&mut world, WESTERN, ListKind::Black, vec![theirs]).await;
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Black);
    world
}

async fn offer(world: &World) -> EntryRef {
    let mut tx = world.node(EASTERN).store.read().await.unwrap();
    let known = listing::listing(&mut *tx, &case(EASTERN, 1)).await.unwrap();
    known.open_offers().next().unwrap().0.clone()
}

/// AMB-14, F-P8: never silent, never automatic: an offer, and the recogniser's signature.
#[tokio::test]
async fn amb_14_a_red_that_a_wrong_black_removed_is_offered_back_with_its_remaining_term() {
    let world = removed_red(15).await;
    let first = case(WESTERN, 1);
    does(&world, WESTERN, "head", exit(&first, "BX-2")).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted, "nothing comes back by itself");
    assert_eq!(duties(&world, EASTERN).await.first().map(|duty| duty.0), Some("restore"));
    let at = offer(&world).await;
    let answer = ListingCommand::AnswerRestoration { offer: at, accepted: true, reason: "仍符合条件".to_owned() };
    assert_eq!(code(does(&world, EASTERN, "clerk", answer.clone()).await), "NOT_PERMITTED");
    does(&world, EASTERN, "head", answer.clone()).await.unwrap();
    assert_eq!(code(does(&world, EASTERN, "head", answer).await), "ALREADY_DONE");
    world.publish().await.unwrap();
    for node in NODES {
        let rows = shown(&world, node, &red(1)).await;
        let row = rows.iter().find_map(|entry| entry.row.as_ref()).unwrap();
        assert_eq!(row.case, case(EASTERN, 1));
        let other = shown(&world, node, &red(2)).await[0].row.clone().unwrap();
        assert_eq!((row.valid_from, row.valid_to), (other.valid_from, other.valid_to), "the original term at {node}");
        assert_eq!(status(&world, node, &red(1)).await, SubjectStatus::Red);
    }
    world.assert_rebuilds().await.unwrap();
}

/// AMB-14: a declined offer leaves the red removed; a black that merely expires or is repaired offers nothing.
#[tokio::test]
async fn amb_14_a_declined_offer_restores_nothing_and_a_repair_offers_nothing() {
    let world = removed_red(16).await;
    let revoked = ListingCommand::Exit {
        case: case(WESTERN, 1),
        code: "BX-5".to_owned(),
        reason: "处罚决定经复议撤销".to_owned(),
        basis_revoked_on: Some(world.today),
        notified_on: None,
    };
    does(&world, WESTERN, "head", revoked).await.unwrap();
    let at = offer(&world).await;
    let answer =
        ListingCommand::AnswerRestoration { offer: at, accepted: false, reason: "已不符合条件".to_owned() };
    does(&world, EASTERN, "head", answer).await.unwrap();
    world.publish().await.unwrap();
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted);

    let world = removed_red(17).await;
    let application = does(&world, CITY, "reviewer", apply(&case(WESTERN, 1))).await.unwrap();
    does(&world, CITY, "reviewer", accept(&application)).await.unwrap();
    does(&world, CITY, "head", grant(&application, true)).await.unwrap();
    world.publish().await.unwrap();
    assert!(duties(&world, EASTERN).await.iter().all(|(kind, _)| *kind != "restore"));
    assert_eq!(status(&world, EASTERN, &red(1)).await, SubjectStatus::Unlisted);
}
