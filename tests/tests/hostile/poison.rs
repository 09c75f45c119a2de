//! One bad row among ten thousand leaves the others alone, all the way (L-3).

use honghei_domain::list::{CaseId, ListKind};
use honghei_registry::command::Command;
use honghei_registry::desk::{dossiers, served};

use super::forge::*;
use crate::common::code;

const ROWS: u32 = 10_000;
const POISON: u32 = 4_321;

/// L-3.
#[tokio::test]
async fn one_poison_row_among_ten_thousand_leaves_the_others_through() {
    let (mut world, _) = founded(61).await;
    let mut entries: Vec<_> = (1..=ROWS).map(|number| lawful(&world, EASTERN, ListKind::Red, number)).collect();
    entries[POISON as usize - 1].criteria.clear();
    let list = list_of(&entries);
    let (list, declaration) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await.0, "applied");
    let dossier = dossiers::read(&mut *world.node(CITY).store.read().await.unwrap(), &list).await.unwrap().unwrap();
    assert_eq!(dossier.rejected_rows.keys().collect::<Vec<_>>(), [&u64::from(POISON)]);
    assert_eq!(dossier.rejected_rows[&u64::from(POISON)].code, "CRITERION_MISSING");

    world.review(CITY, &list, Vec::new()).await.unwrap();
    // Later acts on the bad case are refused, on a good one they go on.
    let object = |number: u32| Command::ReceiveObjection {
        list: list.clone(),
        case: CaseId { origin: id(EASTERN), number: number.into() },
        by: "群众".to_owned(),
        grounds: "不实".to_owned(),
    };
    assert_eq!(code(world.act(CITY, "reviewer", object(POISON)).await), "NOT_ON_LIST");
    good_list_goes_through(&world, EASTERN, ROWS + 1).await;
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    let province = world.served().await.unwrap()[&id(PROVINCE)];
    assert!(world.served().await.unwrap().values().all(|node| *node == province));
    let latest = world.node(EASTERN).store.read().await.unwrap().latest_result().await.unwrap().unwrap();
    assert_eq!(served::counts(&latest).unwrap().red, u64::from(ROWS) - 1);
}
