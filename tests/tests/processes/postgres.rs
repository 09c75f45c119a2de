//! The province on PostgreSQL, everybody else on SQLite.

use std::collections::BTreeMap;

use super::walk::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_province_on_postgresql_is_killed_while_a_list_arrives_and_serves_the_same_as_everybody() {
    let url = honghei_store::throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}"));
    let databases = BTreeMap::from([(PROVINCE.to_owned(), url)]);
    let mut federation = found_on(33, &[PROVINCE, CITY, EASTERN], databases).await;
    collect(&federation, EASTERN, 1, 60).await;
    pass(&mut federation, 18);
    let list = declare(&federation, EASTERN).await;
    federation.restart(PROVINCE).await.unwrap();
    review_whole(&federation, CITY, &list).await;
    pass(&mut federation, 45);
    federation.restart(PROVINCE).await.unwrap();
    await_stage(&federation, PROVINCE, &list, &["reported"]).await;
    settle(&federation).await;
    let feed_file = blacks(&federation, "420802", &[7, 9, 900]);
    federation.office(PROVINCE).unwrap().act("clerk", feed_registration()).await.unwrap();
    federation.office(PROVINCE).unwrap().import("clerk", &feed_file, feed).await.unwrap();
    settle(&federation).await;
    federation.office(PROVINCE).unwrap().act("head", publication()).await.unwrap();
    federation.restart(PROVINCE).await.unwrap();
    let served = assert_agreement(&federation, 1).await;
    assert_eq!((served.result_red, served.result_black), (58, 3));
}
