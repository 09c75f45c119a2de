//! A natural person's number on its way in: sealed at once, to the node's own vault and to the province (AMB-13, R-007).

use crate::support::Place;
use honghei_domain::identifier::CitizenId;
use honghei_node::keys;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;
use honghei_registry::matching::sealed_place;

#[tokio::test]
async fn the_number_of_a_listed_person_is_sealed_to_the_province_and_a_representatives_is_not() {
    let place = Place::new();
    let (province, mut county) = place.province_and_county().await;
    province.running.stop().await;
    let mut collector = county.officer("zhang", &["collector"]).await;

    let numbers =
        [7, 8].map(|serial| CitizenId::synthesize("429004".parse().unwrap(), "1970-01-01".parse().unwrap(), serial));
    let sheet = format!(
        "企业名称,统一社会信用代码,主体类型,自然人身份证号,法定代表人身份证号,认定标准,事实\n\
         王样例,,自然人,{},,SW-R-01,受表彰\n\
         甲公司,91420802MA0000015G,企业,,{},SW-R-01,受表彰\n",
        numbers[0].in_clear(),
        numbers[1].in_clear()
    );
    let upload = collector.upload("reds.csv", sheet.into_bytes(), |_| ()).await.unwrap();
    let done = collector
        .perform(Command::Collect(Collect {
            file: Some(FileOptions { upload, ..FileOptions::default() }),
            kind: "red".to_owned(),
            department: "commerce".to_owned(),
            channel: "daily_management".to_owned(),
            default_class: "a".to_owned(),
            territorial_override: "在本地经营".to_owned(),
        }))
        .await
        .unwrap();
    let import = done.import.unwrap();
    let report = match import.report.as_str() {
        "" => String::new(),
        name => String::from_utf8(collector.download(name).await.unwrap()).unwrap(),
    };
    assert_eq!((import.rows, import.accepted), (2, 2), "{report}");

    let engine = county.running.engine().clone();
    let mut tx = engine.store().read().await.unwrap();
    let mut sealed = Vec::new();
    for case_id in ["429004-commerce#1", "429004-commerce#2"] {
        let row = tx.case(&case_id.parse().unwrap()).await.unwrap().unwrap();
        let subject = honghei_registry::desk::recognition::read_case(&row).unwrap().case.entry.subject;
        let commitment = subject.person_commitment.unwrap();
        sealed.push((commitment, tx.secret(&sealed_place(&commitment)).await.unwrap()));
    }
    drop(tx);
    let key = keys::read_matching_key(&place.folder("p")).unwrap().unwrap();
    let (commitment, number) = &sealed[0];
    assert!(key.keyed_hash(commitment, number.as_ref().unwrap()).is_ok());
    assert_eq!(sealed[1].1, None, "a firm is not its representative");
    // Nobody else can open it: a county has no such key.
    assert!(keys::read_matching_key(&place.folder("k")).unwrap().is_none());
    county.running.stop().await;
}
