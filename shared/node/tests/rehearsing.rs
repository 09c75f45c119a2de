//! Rehearsals through a running node: shown before anything is signed, and signed only as shown (F-P12).

use honghei_domain::policy::shipped;
use honghei_node::answer::Class;
use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::rehearse_request::Matter;
use honghei_proto::console::v1::rehearsed_reference::Document;
use honghei_proto::console::v1::*;

use crate::support::Place;

const SHEET: &str = "企业名称,统一社会信用代码,认定标准,事实\n\
    甲公司,91420802MA0000015G,SW-R-01,受市商务局表彰\n\
    乙公司,91420802MA0000023B,SW-R-01,受市商务局表彰\n";

/// What a node has written and folded: the sizes of its logs and its cases.
async fn written(client: &mut Client) -> (Vec<(String, u64)>, std::collections::BTreeMap<String, u64>) {
    let status = client.get_status(GetStatusRequest {}).await.unwrap();
    let own = status.logs.into_iter().filter(|log| log.log.starts_with(&status.node));
    (own.map(|log| (log.log, log.size)).collect(), status.cases)
}

async fn collect(client: &mut Client) -> Command {
    let upload = client.upload("reds.csv", SHEET.as_bytes().to_vec(), |_| ()).await.unwrap();
    Command::Collect(Collect {
        file: Some(FileOptions { upload, ..FileOptions::default() }),
        kind: "red".to_owned(),
        department: "commerce".to_owned(),
        channel: "daily_management".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: "在本市设有分支机构".to_owned(),
    })
}

async fn rehearse(client: &mut Client, document: Document) -> RehearseResponse {
    let matter = Some(Matter::Reference(RehearsedReference { document: Some(document), file: "neu.toml".to_owned() }));
    client.rehearse(RehearseRequest { matter, limit: 0 }).await.unwrap()
}

#[tokio::test]
async fn f_p12_what_was_rehearsed_is_what_is_signed() {
    let place = Place::new();
    let (province, mut county) = place.province_and_county().await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let mut head = county.officer("li", &["head"]).await;

    let before = written(&mut collector).await;
    let reds = collect(&mut collector).await;
    let (proposed, told) = collector.try_out(reds.clone(), 0).await.unwrap();
    assert_eq!(proposed.import.unwrap().accepted, 2);
    let cases: Vec<&ToldRow> = told.stages[0].rows.iter().filter(|row| row.cells[0] == "案件").collect();
    assert!(cases.len() == 2 && cases[0].cells[2] == "甲公司" && cases[0].cells[4] == "初选", "{cases:?}");
    assert!(told.stages[0].sentences.iter().any(|said| said.contains(&told.stages[0].digest)));
    assert_eq!(written(&mut collector).await, before, "nothing was written");

    // Only as shown: another digest signs nothing, the one that was shown signs.
    let refused = collector.perform_as_rehearsed(reds.clone(), "00ff").await.unwrap_err();
    assert_eq!((refused.class, refused.code.as_ref()), (Class::Refused, "REHEARSAL_DIFFERS"));
    assert_eq!(written(&mut collector).await, before);
    let done = collector.perform_as_rehearsed(reds, &told.stages[0].digest).await.unwrap();
    assert!(done.entry.is_some());
    let notice = Command::ServeNotice(ServeNotice {
        cases: String::new(),
        method: "直接送达".to_owned(),
        served_on: "2017-11-06".to_owned(),
        proof: "送达回证".to_owned(),
    });
    let (_, told) = collector.try_out(notice.clone(), 0).await.unwrap();
    assert!(told.stages[0].rows.iter().any(|row| row.cells[0] == "期限" && row.cells[1].starts_with("D-16")));
    let denied = head.try_out(notice, 0).await.unwrap_err();
    assert_eq!(denied.class, Class::Denied);

    // A policy and a calendar, which this node could not publish, and the exits of a policy that touches nothing.
    let (_, text) = shipped()[0];
    let told = rehearse(&mut head, Document::Policy(text.replacen("version = 1", "version = 2", 1))).await;
    assert!(told.stages[0].rows.iter().any(|row| row.cells[0] == "目录"), "{told:?}");
    let notice = "[[notice]]\nyear = 2027\ndocument = \"演练〔2026〕1号\"\noff = [\"元旦 01-01..01-08\"]\n";
    let told = rehearse(&mut head, Document::Calendar(notice.to_owned())).await;
    assert!(told.stages[0].sentences.iter().any(|said| said.contains("新增2027年")), "{told:?}");
    let policy = DraftPolicyExitsRequest { policy: "jm-commerce-2017-draft".to_owned(), ..Default::default() };
    assert!(head.draft_policy_exits(policy.clone()).await.unwrap().exits.is_empty());
    let nothing = RehearseRequest { matter: Some(Matter::Exits(policy)), limit: 0 };
    assert_eq!(head.rehearse(nothing).await.unwrap_err().class, Class::AlreadyDone);
    county.running.stop().await;
    province.running.stop().await;
}
