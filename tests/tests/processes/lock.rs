//! One process a folder.

use honghei_domain::node::Tier;

use super::walk::{CITY, EASTERN, PROVINCE, found, program};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_on_the_same_folder_is_refused_and_the_first_serves_on() {
    let federation = found(31, &[PROVINCE, CITY, EASTERN]).await;
    let folder = federation.node(EASTERN).unwrap().folder.clone();
    let refused = program().run(Tier::County, &["serve", "--dir", folder.to_str().unwrap()], &[]).unwrap_err();
    assert!(refused.to_string().contains("FOLDER_IN_USE"), "{refused}");
    federation.office(EASTERN).unwrap().status().await.unwrap();
}
