//! Everything that can be asked of a node and done at it, by the names that the contract gives.

use std::collections::{BTreeMap, BTreeSet};

use honghei_node::answer::Answer;
use honghei_node::client::Client;
use honghei_proto::console::v1::ask_request::Question;
use honghei_proto::console::v1::listing_command::Command as OfListing;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{appointment, invitation, key};

/// Calls that need no officer's role: how a session begins, what everybody is told, and the doorway of every command.
const WITHOUT_ROLE: [&str; 6] = ["open_session", "prove_session", "propose", "submit", "get_status", "look_up"];

/// Every call that needs an officer, with what it came to; `ask` question by question.
pub async fn questions(client: &mut Client) -> BTreeMap<String, Result<(), Answer>> {
    let case_id = || "420802-commerce#1".to_owned();
    let list = || "420802-commerce/1/1".to_owned();
    let asked = invitation("420800", "city", "420000-commerce", "127.0.0.1:1");
    let document = ComposeDocumentRequest { kind: "recognition".to_owned(), of: list() };
    let files = ListAttachmentsRequest { of: list() };
    let file = FetchAttachmentRequest { of: list(), number: 1 };
    let dossier = ShowDossierRequest { list: list(), after: 0, limit: 0 };
    let certificate = MakeCertificateRequest { case_id: case_id() };
    let signature = DropSignatureRequest { id: "none".to_owned() };
    let delivery = DropDeliveryRequest { delivery: "none".to_owned() };
    let mut found = BTreeMap::from([
        ("list_cases", client.list_cases(ListCasesRequest::default()).await.map(drop)),
        ("show_case", client.show_case(ShowCaseRequest { case_id: case_id() }).await.map(drop)),
        ("why_due", client.why_due(WhyDueRequest { case_id: case_id() }).await.map(drop)),
        ("list_deadlines", client.list_deadlines(ListDeadlinesRequest::default()).await.map(drop)),
        ("make_certificate", client.make_certificate(certificate).await.map(drop)),
        ("make_report", client.make_report(MakeReportRequest::default()).await.map(drop)),
        ("list_dossiers", client.list_dossiers(ListDossiersRequest::default()).await.map(drop)),
        ("show_dossier", client.show_dossier(dossier).await.map(drop)),
        ("list_attachments", client.list_attachments(files).await.map(drop)),
        ("fetch_attachment", client.fetch_attachment(file).await.map(drop)),
        ("compose_document", client.compose_document(document).await.map(drop)),
        ("list_officers", client.list_officers(ListOfficersRequest {}).await.map(drop)),
        ("list_petitions", client.list_petitions(ListPetitionsRequest {}).await.map(drop)),
        ("list_signatures", client.list_signatures(ListSignaturesRequest {}).await.map(drop)),
        ("drop_signature", client.drop_signature(signature).await.map(drop)),
        ("list_results", client.list_results(ListResultsRequest { limit: 0 }).await.map(drop)),
        ("list_verdicts", client.list_verdicts(ListVerdictsRequest::default()).await.map(drop)),
        ("compare", client.compare(CompareRequest {}).await.map(drop)),
        ("verify", client.verify(VerifyRequest {}).await.map(drop)),
        ("rebuild", client.rebuild(RebuildRequest {}).await.map(drop)),
        ("invite", client.invite(asked).await.map(drop)),
        ("publish_reference", client.publish_reference(PublishReferenceRequest::default()).await.map(drop)),
        ("rehearse", client.rehearse(RehearseRequest::default()).await.map(drop)),
        ("draft_policy_exits", client.draft_policy_exits(DraftPolicyExitsRequest::default()).await.map(drop)),
        ("list_deliveries", client.list_deliveries(ListDeliveriesRequest::default()).await.map(drop)),
        ("drop_delivery", client.drop_delivery(delivery).await.map(drop)),
        ("issue_credential", client.issue_credential(IssueCredentialRequest::default()).await.map(drop)),
        ("upload", client.upload("x.csv", Vec::new(), |_| ()).await.map(drop)),
        ("download", client.download("none").await.map(drop)),
    ])
    .into_iter()
    .map(|(name, answer)| (name.to_owned(), answer))
    .collect::<BTreeMap<_, _>>();
    for (name, question) in asks() {
        let answer = client.ask(AskRequest { question: Some(question) }, |_| ()).await;
        found.insert(format!("ask.{name}"), answer.map(drop));
    }
    found
}

fn asks() -> Vec<(&'static str, Question)> {
    vec![
        ("duties", Question::Duties(Duties::default())),
        ("standing", Question::Standing(Standing::default())),
        ("recompute", Question::Recompute(Recompute::default())),
        ("history", Question::History(History::default())),
        ("recompare", Question::Recompare(Recompare::default())),
        ("why", Question::Why(Why::default())),
        ("was", Question::Was(Was::default())),
        ("caused", Question::Caused(Caused::default())),
        ("events", Question::Events(Events::default())),
        ("evidence", Question::Evidence(Evidence::default())),
        ("policy_impact", Question::PolicyImpact(PolicyImpact::default())),
        ("policies", Question::Policies(Policies::default())),
        ("held_queue", Question::HeldQueue(HeldQueue::default())),
        ("held_case", Question::HeldCase(HeldCase::default())),
        ("candidates", Question::Candidates(Candidates::default())),
        ("rulings", Question::Rulings(Rulings::default())),
        ("feeds", Question::Feeds(Feeds::default())),
        ("conflicts", Question::Conflicts(Conflicts::default())),
        ("bulletins", Question::Bulletins(Bulletins::default())),
        ("bulletin", Question::Bulletin(Bulletin::default())),
        ("disseminations", Question::Disseminations(Disseminations::default())),
        ("backlog", Question::Backlog(Backlog::default())),
    ]
}

/// Every command, by name; most are refused for want of what they name, which is not what is asked here.
pub fn commands() -> BTreeMap<String, Command> {
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
    let before_listing = BTreeMap::from([
        ("appoint_officer", appointment("new", &key(), &["auditor"])),
        (
            "certify_officer",
            Command::CertifyOfficer(CertifyOfficer { node: "420800-commerce".to_owned(), officer: text() }),
        ),
        ("collect", Command::Collect(collect)),
        ("correct", Command::Correct(correct)),
        ("serve_notice", Command::ServeNotice(notice)),
        ("publicize_cases", Command::PublicizeCases(PublicizeCases { cases: String::new(), channel: text() })),
        (
            "receive_statement",
            Command::ReceiveStatement(ReceiveStatement { case_id: case_id(), by: text(), grounds: text() }),
        ),
        (
            "dispose_statement",
            Command::DisposeStatement(DisposeStatement { statement: list(), adopted: true, reason: text() }),
        ),
        ("certify", Command::Certify(Certify { kind: kind(), cases: String::new(), opinion: text() })),
        ("declare", Command::Declare(Declare { list: list(), ..Declare::default() })),
        ("review", Command::Review(Review { list: list(), exceptions: Vec::new(), opinion: text() })),
        ("sign_review", Command::SignReview(SignReview { list: list(), publicity_waived: String::new() })),
        ("publicize_list", Command::PublicizeList(PublicizeList { list: list(), channel: text() })),
        (
            "receive_objection",
            Command::ReceiveObjection(ReceiveObjection {
                list: list(),
                case_id: case_id(),
                by: text(),
                grounds: text(),
            }),
        ),
        (
            "verify_objection",
            Command::VerifyObjection(VerifyObjection { objection: list(), upheld: true, reason: text() }),
        ),
        ("withdraw", Command::Withdraw(Withdraw { case_id: case_id(), code: "RX-3".to_owned(), reason: text() })),
        ("import_feed", Command::ImportFeed(feed)),
        (
            "register_feed",
            Command::RegisterFeed(RegisterFeed { source: text(), kind: kind(), ..RegisterFeed::default() }),
        ),
        ("take_delivery", Command::TakeDelivery(TakeDelivery { delivery: text(), ..TakeDelivery::default() })),
        ("publish_result", Command::PublishResult(PublishResult { agreed_removal_percent: 0 })),
        ("attest", Command::Attest(Attest { case_id: case_id(), qualities: vec![AttestedQuality::default()] })),
        ("attach_files", Command::AttachFiles(AttachFiles { case_id: case_id(), files: vec![text()] })),
        ("countersign", Command::Countersign(Countersign { id: "none".to_owned() })),
        ("record_events", Command::RecordEvents(RecordEvents::default())),
        ("approve_list", Command::ApproveList(ApproveList::default())),
        ("disapprove_list", Command::DisapproveList(DisapproveList::default())),
        ("delegate", Command::Delegate(Delegate::default())),
        ("end_delegation", Command::EndDelegation(EndDelegation::default())),
        ("rule_identity", Command::RuleIdentity(RuleIdentity::default())),
        ("issue_bulletin", Command::IssueBulletin(IssueBulletin::default())),
        ("disseminate", Command::Disseminate(Disseminate::default())),
    ]);
    let after_listing = after_listing().into_iter().map(|(name, command)| {
        (format!("listing.{name}"), Command::Listing(ListingCommand { command: Some(command) }))
    });
    before_listing.into_iter().map(|(name, command)| (name.to_owned(), command)).chain(after_listing).collect()
}

fn after_listing() -> Vec<(&'static str, OfListing)> {
    vec![
        ("receive_dispute", OfListing::ReceiveDispute(ReceiveDispute::default())),
        ("verify_dispute", OfListing::VerifyDispute(VerifyDispute::default())),
        ("decide_dispute", OfListing::DecideDispute(DecideDispute::default())),
        ("decide_exit", OfListing::DecideExit(DecideExit::default())),
        ("receive_repair", OfListing::ReceiveRepair(ReceiveRepair::default())),
        ("accept_repair", OfListing::AcceptRepair(AcceptRepair::default())),
        ("decide_repair", OfListing::DecideRepair(DecideRepair::default())),
        ("revoke_repair", OfListing::RevokeRepair(RevokeRepair::default())),
        ("announce_list", OfListing::AnnounceList(AnnounceList::default())),
        ("announce_exit", OfListing::AnnounceExit(AnnounceExit::default())),
        ("file_exits", OfListing::FileExits(FileExits::default())),
        ("answer_restoration", OfListing::AnswerRestoration(AnswerRestoration::default())),
        ("answer_conflict", OfListing::AnswerConflict(AnswerConflict::default())),
    ]
}

/// The names of a choice's alternatives in a text of the contract, as `    Type name = 1;` gives them.
fn alternatives(contract: &str, choice: &str) -> BTreeSet<String> {
    let (_, rest) = contract.split_once(&format!("  oneof {choice} {{\n")).unwrap();
    let (body, _) = rest.split_once("\n  }\n").unwrap();
    let names = body.lines().filter_map(|line| line.split_once(" = ")?.0.split_whitespace().nth(1));
    names.map(str::to_owned).collect()
}

fn snake(name: &str) -> String {
    let humps = name.char_indices().map(|(at, c)| {
        let hump = c.is_ascii_uppercase() && at > 0;
        format!("{}{}", if hump { "_" } else { "" }, c.to_ascii_lowercase())
    });
    humps.collect()
}

/// S-1: whatever the contract offers is asked of every role: a new call, question or command is missed here.
#[tokio::test]
async fn s_1_the_matrix_asks_for_everything_that_the_contract_offers() {
    let contract = |name: &str| {
        let path = format!("{}/../../proto/honghei/console/v1/{name}.proto", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let (console, listing, question) = (contract("console"), contract("listing"), contract("question"));
    let calls = console.lines().filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next()).map(snake);
    let mut offered: BTreeSet<String> =
        calls.filter(|call| call != "ask" && !WITHOUT_ROLE.contains(&call.as_str())).collect();
    offered.extend(alternatives(&question, "question").into_iter().map(|name| format!("ask.{name}")));
    offered.extend(alternatives(&console, "command").into_iter().filter(|name| name != "listing"));
    offered.extend(alternatives(&listing, "command").into_iter().map(|name| format!("listing.{name}")));
    let place = crate::support::Place::new();
    let served = super::province(&place).await;
    let mut nobody = Client::connect(&served.running.socket).await.unwrap();
    let asked: BTreeSet<String> = questions(&mut nobody).await.into_keys().chain(commands().into_keys()).collect();
    served.running.stop().await;
    assert_eq!(asked, offered);
}
