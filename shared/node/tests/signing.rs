//! Two officers under one act, and files on their way up, through running nodes and their link.

use honghei_ledger::{hex, sha256};
use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{Place, certify};

const SHEET: &str = "企业名称,统一社会信用代码,认定标准,事实,文书种类,文号,作出机关,作出日期,生效日期,能否修复,修复方式\n\
    甲公司,91420802MA0000015G,SW-B-12,多次拒不配合执法，依据《湖北省社会信用信息管理条例》列入,行政处罚决定书,样例〔2017〕1号,样例机关,2017-09-01,2017-09-20,是,完成整改\n";

/// A PDF of so many bytes.
fn pdf(name: &str, bytes: usize) -> Vec<u8> {
    let mut content = format!("%PDF-1.7\n{name}\n").into_bytes();
    content.extend((content.len()..bytes - 6).map(|at| b"0123456789abcdef"[(at / 7 + at / 524_288) % 16]));
    content.extend(b"%%EOF\n");
    content
}

/// Waits until a node's only list stands at a stage; the test's time limit ends the wait.
async fn list_at(client: &mut Client, stage: &str) -> DossierRow {
    loop {
        let found = client.list_dossiers(ListDossiersRequest { stage: stage.to_owned() }).await.unwrap();
        if let Some(row) = found.dossiers.into_iter().next() {
            return row;
        }
        tokio::task::yield_now().await;
    }
}

async fn publicised(client: &mut Client) {
    loop {
        let status = client.get_status(GetStatusRequest {}).await.unwrap();
        if status.cases.contains_key("publicised") {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn fetched(client: &mut Client, of: &str, number: u32) -> (AttachmentRow, Vec<u8>) {
    let fetched = client.fetch_attachment(FetchAttachmentRequest { of: of.to_owned(), number }).await.unwrap();
    let bytes = client.download(&fetched.file).await.unwrap();
    assert_eq!(hex(&sha256(&bytes)), fetched.sha256);
    (fetched.attachment.unwrap(), bytes)
}

/// SW-B-12, R-025, F-07.
#[tokio::test]
async fn two_officers_sign_a_list_and_its_files_are_read_where_it_is_reviewed() {
    let place = Place::new();
    let (mut province, mut county) = place.province_and_county().await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let mut head = county.officer("li", &["head"]).await;
    let mut second = county.officer("fang", &["second_approver"]).await;
    let mut reviewer = province.officer("wang", &["reviewer"]).await;
    for officer in ["admin", "zhang", "li", "fang"] {
        certify(&mut province.admin, officer).await;
    }

    let upload = collector.upload("blacks.csv", SHEET.as_bytes().to_vec(), |_| ()).await.unwrap();
    let collect = Collect {
        file: Some(FileOptions { upload, strict: true, ..FileOptions::default() }),
        kind: "black".to_owned(),
        department: "commerce".to_owned(),
        channel: "enforcement".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: "在本市设有分支机构".to_owned(),
    };
    collector.perform(Command::Collect(collect)).await.unwrap();
    let case_id = "429004-commerce#1".to_owned();
    let decision = pdf("处罚决定书", 3 * 524_288 + 11);
    let mut attach = AttachFiles { case_id: case_id.clone(), files: Vec::new() };
    for (name, bytes) in [("处罚决定书.pdf", decision.clone()), ("程序.pdf", b"MZ not a document".to_vec())] {
        attach.files = vec![collector.upload(name, bytes, |_| ()).await.unwrap()];
        let done = collector.perform(Command::AttachFiles(attach.clone())).await;
        match name {
            "程序.pdf" => assert_eq!(done.unwrap_err().code, "ATTACHMENT_TYPE_REFUSED"),
            _ => assert!(done.unwrap().entry.is_some()),
        }
    }
    let notice = ServeNotice {
        cases: String::new(),
        method: "直接送达".to_owned(),
        served_on: "2017-11-06".to_owned(),
        proof: "送达回证".to_owned(),
    };
    collector.perform(Command::ServeNotice(notice)).await.unwrap();
    let publicise = PublicizeCases { cases: String::new(), channel: "信用仙桃".to_owned() };
    collector.perform(Command::PublicizeCases(publicise)).await.unwrap();
    place.day("2017-11-21");
    publicised(&mut collector).await;

    let sign = Certify { kind: "black".to_owned(), cases: String::new(), opinion: "同意认定".to_owned() };
    let waits = head.perform(Command::Certify(sign.clone())).await.unwrap();
    assert_eq!((waits.entry, waits.missing.len()), (None, 1));
    let id = waits.waiting.unwrap();
    let listed = second.list_signatures(ListSignaturesRequest {}).await.unwrap().signatures;
    assert_eq!((listed[0].id.as_str(), listed[0].signed_by.as_slice()), (id.as_str(), &["li".to_owned()][..]));
    let countersign = |id: &str| Command::Countersign(Countersign { id: id.to_owned() });
    assert_eq!(collector.perform(countersign(&id)).await.unwrap_err().code, "NOT_PERMITTED");
    let denied = collector.drop_signature(DropSignatureRequest { id: id.clone() }).await.unwrap_err();
    assert_eq!(denied.code, "NOT_PERMITTED");
    head.drop_signature(DropSignatureRequest { id: id.clone() }).await.unwrap();
    assert_eq!(second.perform(countersign(&id)).await.unwrap_err().code, "PARKED_UNKNOWN");
    let id = head.perform(Command::Certify(sign)).await.unwrap().waiting.unwrap();
    assert!(second.perform(countersign(&id)).await.unwrap().entry.is_some());

    let minutes = pdf("会议纪要", 2_000);
    let material = collector.upload("会议纪要.pdf", minutes.clone(), |_| ()).await.unwrap();
    let declare = Declare { materials: vec![material], ..Declare::default() };
    collector.perform(Command::Declare(declare)).await.unwrap();
    let list = list_at(&mut reviewer, "received").await.list;
    let (row, bytes) = fetched(&mut reviewer, &list, 1).await;
    assert_eq!((row.name.as_str(), row.media_type.as_str(), bytes), ("会议纪要.pdf", "application/pdf", minutes));
    let (row, bytes) = fetched(&mut reviewer, &case_id, 1).await;
    assert_eq!((row.name.as_str(), row.held, bytes), ("处罚决定书.pdf", true, decision));
    let asked = FetchAttachmentRequest { of: list, number: 2 };
    assert_eq!(reviewer.fetch_attachment(asked).await.unwrap_err().code, "ATTACHMENT_UNKNOWN");

    for served in [&mut county, &mut province] {
        let found = served.admin.verify(VerifyRequest {}).await.unwrap();
        assert!(found.sound, "{found:?}");
        let rebuilt = served.admin.rebuild(RebuildRequest {}).await.unwrap();
        assert_eq!(rebuilt.before, rebuilt.after);
    }
    county.running.stop().await;
    province.running.stop().await;
}
