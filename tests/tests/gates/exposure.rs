//! The end of a year's exposure.

use chrono::Days;
use honghei_domain::list::ListKind;
use honghei_domain::listing::{ListingCommand, SubjectStatus, measures_in_force, status_of};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::desk::listing::{departures, row_of, view};

use super::bureau::*;

/// BX-4, D-11, R-005, R-042, R-043, R-050, R-051, R-052: at the midnight after the year the entry leaves the column by
/// itself, on every node, and the bureau owes the announcement there and no filing.
#[tokio::test]
async fn bx_4_a_black_entry_leaves_the_column_at_the_midnight_after_its_year() {
    let mut world = bureau(71).await;
    let case = listed(&mut world, ListKind::Black).await;
    let listing = |asked| Command::Listing(asked);
    let column = "区质监局官方网站专栏";
    let receipt = "曝光栏第12号".to_owned();
    let announce = ListingCommand::AnnounceList { channel: column.to_owned(), receipt: receipt.clone() };
    world.act(BUREAU, "clerk", listing(announce)).await.unwrap();

    // Nobody decides it, and this policy knows no term of three years.
    let exit = |code: &str| ListingCommand::Exit {
        case: case.clone(),
        code: code.to_owned(),
        reason: "期满".to_owned(),
        basis_revoked_on: None,
        notified_on: None,
    };
    assert_eq!(code(world.act(BUREAU, "head", listing(exit("BX-4"))).await), "EXIT_BY_TERM");
    assert_eq!(code(world.act(BUREAU, "head", listing(exit("BX-3"))).await), "EXIT_CODE_UNFIT");

    let mut tx = world.node(BUREAU).store.read().await.unwrap();
    let row = row_of(&mut *tx, &case).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(row.valid_to, row.valid_from.checked_add_months(chrono::Months::new(12)).unwrap());
    let key = SubjectKey::of(&sound(ListKind::Black, 1).subject);
    let policy = policy();
    for (today, status, left) in [
        (row.valid_to, SubjectStatus::Black, false),
        (row.valid_to.checked_add_days(Days::new(1)).unwrap(), SubjectStatus::Unlisted, true),
    ] {
        world.today = today;
        world.settle().await.unwrap();
        for node in [BUREAU, ABOVE] {
            let mut tx = world.node(node).store.read().await.unwrap();
            let shown = view::shown(&mut *tx, &key).await.unwrap();
            assert_eq!(status_of(&shown, today), status, "{node} on {today}");
            assert_eq!(measures_in_force(&policy, &shown, today).is_empty(), left, "{node} on {today}");
            let exits = departures(&mut *tx, Some(&case.origin)).await.unwrap();
            let told: Vec<_> = exits.iter().map(|exit| (exit.code.as_str(), exit.decided_on)).collect();
            assert_eq!(told, if left { vec![("BX-4", today)] } else { Vec::new() }, "{node} on {today}");
        }
    }
    let mut tx = world.node(BUREAU).store.read().await.unwrap();
    let exit = departures(&mut *tx, Some(&case.origin)).await.unwrap().remove(0);
    drop(tx);
    assert!(exit.notice(&policy).contains("披露期限届满，从曝光栏删除（BX-4）"), "{}", exit.notice(&policy));
    let tell = |channel: &str| ListingCommand::AnnounceExit {
        exit: exit.place.clone(),
        channel: channel.to_owned(),
        receipt: receipt.clone(),
    };
    assert_eq!(code(world.act(BUREAU, "clerk", listing(tell("信用湖北"))).await), "CHANNEL_NOT_ORIGINAL");
    world.act(BUREAU, "clerk", listing(tell(column))).await.unwrap();
    // Filing is what the source is silent about.
    assert_eq!(code(world.act(BUREAU, "clerk", listing(ListingCommand::FileExits)).await), "ALREADY_DONE");
    world.settle().await.unwrap();
    let history = history(&world, BUREAU, &case).await;
    assert!(history.contains("BX-4") && history.contains(column), "{history}");
    assert_rebuildable(&world).await;
}

/// AMB-06, D-10, D-11: the year counts from the day on which the bureau itself had published, where it had done so before
/// it reported; else from the version that lists the entry.
#[tokio::test]
async fn amb_06_the_year_counts_from_the_bureaus_own_publication() {
    for (seed, kind, has_published) in
        [(87, ListKind::Black, true), (88, ListKind::Red, true), (89, ListKind::Red, false)]
    {
        let mut world = bureau(seed).await;
        let list = certified(&mut world, kind).await;
        signed_by_group(&world, approval(&list, world.today)).await;
        let own = world.today;
        if has_published {
            let (channel, receipt) = ("区质监局官方网站专栏".to_owned(), "专栏第1号".to_owned());
            let announce = ListingCommand::AnnounceList { channel, receipt };
            world.act(BUREAU, "clerk", Command::Listing(announce)).await.unwrap();
        }
        world.pass_days(3).await.unwrap();
        world.declare(BUREAU, &list).await.unwrap();
        world.pass_days(4).await.unwrap();
        world.publish_at(ABOVE).await.unwrap();

        let from = if has_published { own } else { world.today };
        for node in [BUREAU, ABOVE] {
            let mut tx = world.node(node).store.read().await.unwrap();
            let row = row_of(&mut *tx, &case(BUREAU, 1)).await.unwrap().unwrap();
            assert_eq!(row.valid_from, from, "{node}");
            assert_eq!(row.valid_to, from.checked_add_months(chrono::Months::new(12)).unwrap(), "{node}");
        }
        world.assert_recompares().await.unwrap();
        world.assert_rebuilds().await.unwrap();
    }
}
