//! A county whose link is down goes on working, and catches up by itself.

use honghei_proto::console::v1::Declare;
use honghei_proto::console::v1::propose_request::Command;

use super::walk::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_county_collects_publicises_and_signs_without_its_city_and_then_catches_up() {
    let mut federation = found(32, &[PROVINCE, CITY, EASTERN]).await;
    federation.kill(CITY).unwrap();
    wait(&federation, EASTERN, |status| status.links.iter().all(|link| !link.connected)).await;
    collect(&federation, EASTERN, 1, 40).await;
    pass(&mut federation, 18);
    let list = declare(&federation, EASTERN).await;
    let again = Command::Declare(Declare { list: list.clone(), ..Declare::default() });
    let repeated = federation.office(EASTERN).unwrap().perform("clerk", again).await;
    assert!(repeated.is_err(), "what is declared is declared once");

    federation.start(CITY).await.unwrap();
    await_stage(&federation, CITY, &list, &["received"]).await;
    let seen = settle(&federation).await;
    let own = seen[EASTERN].logs.iter().find(|log| log.log.starts_with(EASTERN)).unwrap();
    assert_eq!(own.receipted, own.size, "the city has acknowledged everything that was done without it");
}
