//! An exit that was filed is not an exit that was told.

use honghei_domain::list::ListKind;
use honghei_domain::listing::ListingCommand;
use honghei_registry::desk::listing::departures;

use super::office::*;

const SECOND: &str = "信用荆门";

/// D-06, D-09, F-13: filed and received above, an exit that its original channels have not shown stays
/// somebody's duty until each of them has; and a channel used for the first time on the day of the exit owes it too.
#[tokio::test]
async fn r_042_an_exit_that_was_filed_but_never_announced_stays_a_duty() {
    let world = listed(301, "2017-11-06", ListKind::Black, 1..3).await;
    for channel in [PORTAL, SECOND] {
        announce(&world, CITY, "reviewer", channel).await.unwrap();
    }
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    let kinds = async |world: &_| duties(world, CITY).await.into_iter().map(|duty| duty.0).collect::<Vec<_>>();
    let mut both = kinds(&world).await;
    both.sort_unstable();
    assert_eq!(both, ["announce", "file"]);

    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    let left = duties(&world, CITY).await;
    assert_eq!(left.len(), 1, "{left:?}");
    let (kind, sentence) = &left[0];
    assert!(*kind == "announce" && sentence.contains(PORTAL) && sentence.contains(SECOND), "{left:?}");
    assert!(tasks_of(&world, CITY, CITY).await.iter().any(|task| task.1 == "D-09"));
    world.assert_rebuilds().await.unwrap();
    assert_eq!(duties(&world, CITY).await, left, "a rebuild forgets no duty");

    let place = exit_of(&world, CITY, EASTERN).await;
    let told = |channel: &str| ListingCommand::AnnounceExit {
        exit: place.clone(),
        channel: channel.to_owned(),
        receipt: "回执2".to_owned(),
    };
    does(&world, CITY, "reviewer", told(PORTAL)).await.unwrap();
    let left = duties(&world, CITY).await;
    assert!(left.len() == 1 && left[0].1.contains(SECOND) && !left[0].1.contains(PORTAL), "{left:?}");
    does(&world, CITY, "reviewer", told(SECOND)).await.unwrap();
    assert!(duties(&world, CITY).await.is_empty());
    let open = async |world: &federation::world::World, node: &str| {
        let mut tx = world.node(node).store.read().await.unwrap();
        departures(&mut *tx, None).await.unwrap().len()
    };
    for node in [EASTERN, CITY, PROVINCE] {
        assert_eq!(open(&world, node).await, 0, "{node}: nothing is owed any more");
    }

    // The county's own paper shows the list on that very day for the first time: the exit is owed there as well.
    announce(&world, EASTERN, "clerk", "县政府公报").await.unwrap();
    let left = duties(&world, CITY).await;
    assert!(left.len() == 1 && left[0].1.contains("县政府公报"), "{left:?}");
    does(&world, CITY, "reviewer", told("县政府公报")).await.unwrap();
    assert!(duties(&world, CITY).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}

/// R-050, D-07: told first, it still waits for its filing; the receipt alone ends that.
#[tokio::test]
async fn r_050_an_exit_that_was_announced_but_never_filed_stays_a_duty() {
    let world = listed(302, "2017-11-06", ListKind::Black, 1..2).await;
    announce(&world, CITY, "reviewer", PORTAL).await.unwrap();
    does(&world, EASTERN, "head", exit(&case(EASTERN, 1), "BX-2")).await.unwrap();
    let exit = exit_of(&world, CITY, EASTERN).await;
    let told = ListingCommand::AnnounceExit { exit, channel: PORTAL.to_owned(), receipt: "回执2".to_owned() };
    does(&world, CITY, "reviewer", told).await.unwrap();
    let left = duties(&world, CITY).await;
    assert!(left.len() == 1 && left[0].0 == "file", "{left:?}");
    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    assert!(duties(&world, CITY).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}
