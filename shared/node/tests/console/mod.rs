//! The console: who may ask what, who may do what, and what stands in the way.

mod files;
mod roles;
mod sessions;

use std::collections::BTreeMap;

use honghei_node::answer::Answer;
use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{PROVINCE, Place, Served, appointment, invitation, key, serve};

pub async fn province(place: &Place) -> Served {
    let folder = place.found("p").await;
    serve(&folder, &PROVINCE).await
}

/// A county directly under the province; the province stops as soon as it has admitted it.
pub async fn county(place: &Place) -> Served {
    let (province, county) = place.province_and_county().await;
    province.running.stop().await;
    county
}

/// Every question that needs an officer, by name, with what it came to.
pub async fn questions(client: &mut Client) -> BTreeMap<&'static str, Result<(), Answer>> {
    let case_id = "420802-commerce#1".to_owned();
    let list = "420802-commerce/1/1".to_owned();
    let asked = invitation("420800", "city", "420000-commerce", "127.0.0.1:1");
    BTreeMap::from([
        ("list_cases", client.list_cases(ListCasesRequest::default()).await.map(drop)),
        ("show_case", client.show_case(ShowCaseRequest { case_id }).await.map(drop)),
        ("list_dossiers", client.list_dossiers(ListDossiersRequest::default()).await.map(drop)),
        (
            "show_dossier",
            client.show_dossier(ShowDossierRequest { list: list.clone(), after: 0, limit: 0 }).await.map(drop),
        ),
        ("list_attachments", client.list_attachments(ListAttachmentsRequest { of: list.clone() }).await.map(drop)),
        (
            "fetch_attachment",
            client.fetch_attachment(FetchAttachmentRequest { of: list.clone(), number: 1 }).await.map(drop),
        ),
        (
            "compose_document",
            client
                .compose_document(ComposeDocumentRequest { kind: "recognition".to_owned(), of: list.clone() })
                .await
                .map(drop),
        ),
        ("list_officers", client.list_officers(ListOfficersRequest {}).await.map(drop)),
        ("list_petitions", client.list_petitions(ListPetitionsRequest {}).await.map(drop)),
        ("list_signatures", client.list_signatures(ListSignaturesRequest {}).await.map(drop)),
        ("drop", client.drop_signature(DropSignatureRequest { id: "none".to_owned() }).await.map(drop)),
        ("list_results", client.list_results(ListResultsRequest { limit: 0 }).await.map(drop)),
        ("list_verdicts", client.list_verdicts(ListVerdictsRequest::default()).await.map(drop)),
        ("compare", client.compare(CompareRequest {}).await.map(drop)),
        ("verify", client.verify(VerifyRequest {}).await.map(drop)),
        ("rebuild", client.rebuild(RebuildRequest {}).await.map(drop)),
        ("invite", client.invite(asked).await.map(drop)),
        ("publish_reference", client.publish_reference(PublishReferenceRequest::default()).await.map(drop)),
        ("list_deliveries", client.list_deliveries(ListDeliveriesRequest::default()).await.map(drop)),
        ("drop_delivery", client.drop_delivery(DropDeliveryRequest { delivery: "none".to_owned() }).await.map(drop)),
        ("issue_credential", client.issue_credential(IssueCredentialRequest::default()).await.map(drop)),
        ("upload", client.upload("x.csv", Vec::new(), |_| ()).await.map(drop)),
    ])
}

/// Every command, by name; most are refused for want of what they name, which is not what is asked here.
pub fn commands() -> BTreeMap<&'static str, Command> {
    let list = || "420802-commerce/1/1".to_owned();
    let case_id = || "420802-commerce#1".to_owned();
    let text = || "text".to_owned();
    let file = || Some(FileOptions { upload: "none".to_owned(), ..FileOptions::default() });
    let kind = || "red".to_owned();
    let department = || "commerce".to_owned();
    let collect = Collect {
        file: file(),
        kind: kind(),
        department: department(),
        channel: "other".to_owned(),
        ..Collect::default()
    };
    let correct =
        Correct { file: file(), kind: kind(), department: department(), reason: text(), cases: "1".to_owned() };
    let notice =
        ServeNotice { cases: String::new(), method: text(), served_on: "2017-11-06".to_owned(), proof: text() };
    let feed = ImportFeed {
        file: file(),
        source: text(),
        kind: kind(),
        department: "tax".to_owned(),
        mode: "full".to_owned(),
        as_of: "2017-11-06".to_owned(),
        ..ImportFeed::default()
    };
    BTreeMap::from([
        ("appoint", appointment("new", &key(), &["auditor"])),
        (
            "certify_officer",
            Command::CertifyOfficer(CertifyOfficer { node: "420800-commerce".to_owned(), officer: text() }),
        ),
        ("collect", Command::Collect(collect)),
        ("correct", Command::Correct(correct)),
        ("notice", Command::ServeNotice(notice)),
        ("publicise", Command::PublicizeCases(PublicizeCases { cases: String::new(), channel: text() })),
        ("statement", Command::ReceiveStatement(ReceiveStatement { case_id: case_id(), by: text(), grounds: text() })),
        ("dispose", Command::DisposeStatement(DisposeStatement { statement: list(), adopted: true, reason: text() })),
        ("certify", Command::Certify(Certify { kind: kind(), cases: String::new(), opinion: text() })),
        ("declare", Command::Declare(Declare { list: list(), ..Declare::default() })),
        ("review", Command::Review(Review { list: list(), exceptions: Vec::new(), opinion: text() })),
        ("sign_review", Command::SignReview(SignReview { list: list(), publicity_waived: String::new() })),
        ("publicise_list", Command::PublicizeList(PublicizeList { list: list(), channel: text() })),
        (
            "object",
            Command::ReceiveObjection(ReceiveObjection {
                list: list(),
                case_id: case_id(),
                by: text(),
                grounds: text(),
            }),
        ),
        ("respond", Command::VerifyObjection(VerifyObjection { objection: list(), upheld: true, reason: text() })),
        ("withdraw", Command::Withdraw(Withdraw { case_id: case_id(), code: "RX-3".to_owned(), reason: text() })),
        ("feed", Command::ImportFeed(feed)),
        (
            "register_feed",
            Command::RegisterFeed(RegisterFeed { source: text(), kind: kind(), ..RegisterFeed::default() }),
        ),
        ("take_delivery", Command::TakeDelivery(TakeDelivery { delivery: text(), ..TakeDelivery::default() })),
        ("publish", Command::PublishResult(PublishResult { agreed_removal_percent: 0 })),
        ("attest", Command::Attest(Attest { case_id: case_id(), qualities: vec![AttestedQuality::default()] })),
        ("attach", Command::AttachFiles(AttachFiles { case_id: case_id(), files: vec![text()] })),
        ("countersign", Command::Countersign(Countersign { id: "none".to_owned() })),
    ])
}
