//! Rehearsals on PostgreSQL: the same difference, the same digest, nothing left behind.

use std::sync::Arc;

use federation::simulation::rehearsal::rest;
use federation::world::{World, jingmen};
use honghei_domain::act::OfficerId;
use honghei_domain::list::ListKind;
use honghei_domain::node::NodeId;
use honghei_registry::engine::Script;
use honghei_store::{SqlStore, Store, throwaway};

use super::office::*;
use crate::rehearsal::{court, firms, portrait, publish, really, register_courts, rehearse};

/// F-P12, C-5, L-4: over a PostgreSQL database what a rehearsal shows is what happens after signing, row by row and in
/// its digest, also where one version removes what another listed; and while it is shown, the node works on.
#[tokio::test(flavor = "multi_thread")]
async fn f_p12_on_postgresql_a_rehearsed_difference_is_the_one_that_comes_about() {
    let store = async |_: &NodeId| {
        let url = throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}"));
        Arc::new(SqlStore::open(&url, true).await.unwrap()) as Arc<dyn Store>
    };
    let world = World::found(352, &jingmen()[..3], day("2017-11-06"), store).await.unwrap();
    register_courts(&world).await;
    let reds = court(firms(ListKind::Red, 1..6), ListKind::Red, &world);
    let told = rehearse(&world, PROVINCE, "clerk", Script::Commands(std::slice::from_ref(&reds))).await.unwrap();
    assert_eq!(told.stages.len(), 2);
    let happened = really(&world, PROVINCE, "clerk", reds).await;
    assert_eq!((&happened, happened.digest()), (&told.stages[0].difference, told.digest()));
    assert_eq!(really(&world, PROVINCE, "head", publish()).await, told.stages[1].difference);

    // Blacks that meet them, one under appeal; the node takes another command while the rehearsal's view stands open.
    let mut blacks = firms(ListKind::Black, [2, 3, 4, 9]);
    blacks[2].document.as_mut().unwrap().under_appeal = true;
    let blacks = court(blacks, ListKind::Black, &world);
    let told = rehearse(&world, PROVINCE, "clerk", Script::Commands(std::slice::from_ref(&blacks))).await.unwrap();
    let compared = told.stages[1].difference.compared();
    assert_eq!((compared.removed, compared.held, compared.listed), (2, 1, 4));
    assert_eq!(really(&world, PROVINCE, "clerk", blacks).await, told.stages[0].difference);
    let node = world.node(PROVINCE);
    let id = OfficerId("clerk".to_owned());
    let more = [court(firms(ListKind::Red, 6..9), ListKind::Red, &world)];
    let (shown, read) = tokio::join!(node.engine.rehearse(world.now(), &id, Script::Commands(&more)), async {
        node.store.read().await.unwrap().heads().await.unwrap().len()
    });
    assert!(shown.is_ok() && read > 0);
    let before = portrait(node).await;
    node.engine.rebuild(world.now()).await.unwrap();
    rest(&world, node).await.unwrap();
    assert_eq!(portrait(node).await, before, "a rebuild finds the same");
}
