//! The files of an application for repair come over the console's socket.

use honghei_ledger::{hex, sha256};
use honghei_node::answer::Class;
use honghei_proto::console::v1::listing_command::Command as Inner;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use super::office::{Database, Office, blacks};

const CASE: &str = "420000-commerce#1";

fn pdf(words: &str, bytes: usize) -> Vec<u8> {
    let mut content = format!("%PDF-1.7\n{words}\n").into_bytes();
    content.resize(bytes.max(content.len()), b'0');
    content.extend(b"%%EOF\n");
    content
}

fn apply(files: Vec<String>, materials: &[&str]) -> Command {
    let application = ReceiveRepair {
        case_id: CASE.to_owned(),
        by: "样例1号商贸有限公司".to_owned(),
        corrected: "已缴清欠税".to_owned(),
        fulfilled: "滞纳金、罚款已缴纳".to_owned(),
        promise: "承诺今后依法纳税".to_owned(),
        materials: materials.iter().map(|name| (*name).to_owned()).collect(),
        files,
    };
    Command::Listing(ListingCommand { command: Some(Inner::ReceiveRepair(application)) })
}

/// F-12, BX-1, R-025, F-P12: uploaded in pieces, signed for by content, counted as the materials they are named after,
/// and fetched whole by whoever decides, after a restart too; what is no such file, or another officer's, is refused, and
/// an application that is only rehearsed leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn f_12_the_files_of_a_repair_go_over_the_socket_and_come_back_whole() {
    let mut office = Office::open(Database::Sqlite).await;
    office.register("tax", "delta").await;
    let import = office.import("tax", &blacks(1..3)).await;
    office.clerk.perform(import).await.unwrap();
    office.settle().await;
    office.publish().await.unwrap();

    // Larger than a piece of an upload and than a part of an attachment.
    let (long, short) = (pdf("整改前后的照片", 2_000_003), pdf("承诺", 300));
    let mut uploads = Vec::new();
    for (name, bytes) in [("整改材料（照片）.pdf", &long), ("信用承诺书.pdf", &short)] {
        uploads.push(office.reviewer.upload(name, bytes.clone(), |_| ()).await.unwrap());
    }
    let named = ["销榜申请", "履行义务的证明"];

    let foreign = office.head.upload("整改材料.pdf", short.clone(), |_| ()).await.unwrap();
    let refused = office.reviewer.perform(apply(vec![foreign], &named)).await.unwrap_err();
    assert_eq!((refused.class, refused.code.as_ref()), (Class::Usage, "FIELD_UPLOAD"), "another officer's upload");
    let program = office.reviewer.upload("整改材料.pdf", b"MZ\x90\x00 a program".to_vec(), |_| ()).await.unwrap();
    let refused = office.reviewer.perform(apply(vec![program], &named)).await.unwrap_err();
    assert!(refused.code.starts_with("ATTACHMENT_") && refused.message.contains("整改材料.pdf"), "{refused:?}");
    let cut = office.reviewer.upload("整改材料.pdf", long[..900_000].to_vec(), |_| ()).await.unwrap();
    let refused = office.reviewer.perform(apply(vec![cut], &named)).await.unwrap_err();
    assert!(refused.code.starts_with("ATTACHMENT_"), "half a file: {refused:?}");
    let lacking = office.reviewer.perform(apply(uploads.clone(), &["销榜申请"])).await.unwrap_err();
    assert_eq!(lacking.code, "REPAIR_MATERIALS_MISSING");
    assert!(lacking.message.contains("履行义务的证明") && !lacking.message.contains("整改材料"), "{lacking:?}");

    let sizes = async |office: &mut Office| {
        let status = office.reviewer.get_status(GetStatusRequest {}).await.unwrap();
        status.logs.into_iter().map(|log| log.size).collect::<Vec<_>>()
    };
    let before = sizes(&mut office).await;
    let (proposed, told) = office.reviewer.try_out(apply(uploads.clone(), &named), 0).await.unwrap();
    assert!(proposed.summary.contains("附件2个") && !told.stages.is_empty(), "{proposed:?}");
    assert_eq!(sizes(&mut office).await, before, "a rehearsal writes nothing");

    let done = office.reviewer.perform(apply(uploads, &named)).await.unwrap();
    let of = done.entry.unwrap();
    for restarted in [false, true] {
        if restarted {
            office = office.restart().await;
        }
        let listed = office.head.list_attachments(ListAttachmentsRequest { of: of.clone() }).await.unwrap().attachments;
        let rows: Vec<_> = listed.iter().map(|row| (row.name.as_str(), row.length, row.held)).collect();
        let expected =
            [("整改材料（照片）.pdf", long.len() as u64, true), ("信用承诺书.pdf", short.len() as u64, true)];
        assert_eq!(rows, expected);
        for (number, whole) in (1..).zip([&long, &short]) {
            let asked = FetchAttachmentRequest { of: of.clone(), number };
            let fetched = office.head.fetch_attachment(asked).await.unwrap();
            assert_eq!(fetched.sha256, hex(&sha256(whole)));
            assert_eq!(office.head.download(&fetched.file).await.unwrap(), *whole);
        }
    }
    office.running.stop().await;
}
