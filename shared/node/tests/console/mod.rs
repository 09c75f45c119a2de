//! The console: who may ask what, who may do what, and what stands in the way.

use std::collections::BTreeMap;

use honghei_domain::identifier::CitizenId;
use honghei_ledger::sha256;
use honghei_node::answer::{Answer, Class};
use honghei_node::client::Client;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::{PROVINCE, Place, Served, appointment, invitation, key, serve};

async fn province(place: &Place) -> Served {
    let folder = place.found("p").await;
    serve(&folder, &PROVINCE).await
}

/// A county directly under the province; the province stops as soon as it has admitted it.
async fn county(place: &Place) -> Served {
    let (province, county) = place.province_and_county().await;
    province.running.stop().await;
    county
}

/// Every question that needs an officer, by name, with what it came to.
async fn questions(client: &mut Client) -> BTreeMap<&'static str, Result<(), Answer>> {
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
fn commands() -> BTreeMap<&'static str, Command> {
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

const ROLES: [&str; 7] = ["collector", "head", "second_approver", "reviewer", "comparer", "administrator", "auditor"];

/// One letter a role, in the order above: C, H, S, R, M, A, U.
fn letters(roles: impl Iterator<Item = &'static str>) -> String {
    roles
        .filter_map(|role| {
            let at = ROLES.iter().position(|known| *known == role)?;
            "CHSRMAU".chars().nth(at)
        })
        .collect()
}

fn is_denied(answer: &Result<(), Answer>) -> bool {
    matches!(answer, Err(answer) if answer.class == Class::Denied)
}

async fn who_may(served: &mut Served) -> BTreeMap<&'static str, String> {
    let mut allowed: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for role in ROLES {
        let mut client = served.officer(&role.replace('_', "."), &[role]).await;
        let mut answers = questions(&mut client).await;
        for (name, command) in commands() {
            answers.insert(name, client.propose(command).await.map(drop));
        }
        for (name, answer) in answers {
            let roles = allowed.entry(name).or_default();
            if !is_denied(&answer) {
                roles.push(role);
            }
        }
    }
    allowed.into_iter().map(|(name, roles)| (name, letters(roles.into_iter()))).collect()
}

#[tokio::test]
async fn at_a_county_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let mut county = county(&place).await;
    let found = who_may(&mut county).await;
    let table = [
        ("appoint", "A"),
        ("attach", "C"),
        ("attest", "C"),
        ("certify", "H"),
        ("certify_officer", ""),
        ("collect", "C"),
        ("compare", ""),
        ("compose_document", "CHSRMU"),
        ("correct", "C"),
        ("countersign", "CHSRMAU"),
        ("declare", "C"),
        ("dispose", "H"),
        ("drop", "CHSRMAU"),
        ("drop_delivery", ""),
        ("feed", ""),
        ("fetch_attachment", "CHSRMU"),
        ("invite", "A"),
        ("issue_credential", "A"),
        ("list_attachments", "CHSRMU"),
        ("list_cases", "CHSRMU"),
        ("list_deliveries", "CHSRMU"),
        ("list_dossiers", "CHSRMU"),
        ("list_officers", "CHSRMAU"),
        ("list_petitions", "CHSRMU"),
        ("list_results", "CHSRMAU"),
        ("list_signatures", "CHSRMAU"),
        ("list_verdicts", "CHSRMU"),
        ("notice", "C"),
        ("object", ""),
        ("publicise", "C"),
        ("publicise_list", ""),
        ("publish", ""),
        ("publish_reference", "A"),
        ("rebuild", "A"),
        ("register_feed", ""),
        ("respond", "H"),
        ("review", ""),
        ("show_case", "CHSRMU"),
        ("show_dossier", "CHSRMU"),
        ("sign_review", ""),
        ("statement", "C"),
        ("take_delivery", ""),
        ("upload", "CHSRMAU"),
        ("verify", "AU"),
        ("withdraw", "H"),
    ];
    assert_eq!(found, BTreeMap::from(table.map(|(name, roles)| (name, roles.to_owned()))));
    county.running.stop().await;
}

#[tokio::test]
async fn at_the_province_every_role_may_what_the_table_says_and_nothing_else() {
    let place = Place::new();
    let mut province = province(&place).await;
    let found = who_may(&mut province).await;
    let table = [
        ("appoint", "A"),
        ("attach", ""),
        ("attest", ""),
        ("certify", ""),
        ("certify_officer", "A"),
        ("collect", ""),
        ("compare", "HM"),
        ("compose_document", "CHSRMU"),
        ("correct", ""),
        ("countersign", "CHSRMAU"),
        ("declare", ""),
        ("dispose", ""),
        ("drop", "CHSRMAU"),
        ("drop_delivery", "M"),
        ("feed", "M"),
        ("fetch_attachment", "CHSRMU"),
        ("invite", "A"),
        ("issue_credential", "A"),
        ("list_attachments", "CHSRMU"),
        ("list_cases", "CHSRMU"),
        ("list_deliveries", "CHSRMU"),
        ("list_dossiers", "CHSRMU"),
        ("list_officers", "CHSRMAU"),
        ("list_petitions", "CHSRMU"),
        ("list_results", "CHSRMAU"),
        ("list_signatures", "CHSRMAU"),
        ("list_verdicts", "CHSRMU"),
        ("notice", ""),
        ("object", "R"),
        ("publicise", ""),
        ("publicise_list", "R"),
        ("publish", "H"),
        ("publish_reference", "A"),
        ("rebuild", "A"),
        ("register_feed", "M"),
        ("respond", ""),
        ("review", "R"),
        ("show_case", "CHSRMU"),
        ("show_dossier", "CHSRMU"),
        ("sign_review", "H"),
        ("statement", ""),
        ("take_delivery", "M"),
        ("upload", "CHSRMAU"),
        ("verify", "AU"),
        ("withdraw", ""),
    ];
    assert_eq!(found, BTreeMap::from(table.map(|(name, roles)| (name, roles.to_owned()))));
    province.running.stop().await;
}

#[tokio::test]
async fn without_a_session_only_the_state_and_the_final_list_are_told() {
    let place = Place::new();
    let province = province(&place).await;
    let mut nobody = Client::connect(&province.running.socket).await.unwrap();
    for (name, answer) in questions(&mut nobody).await {
        assert_eq!(answer.unwrap_err().code, "SESSION_MISSING", "{name}");
    }
    for (name, command) in commands() {
        assert_eq!(nobody.propose(command).await.unwrap_err().code, "SESSION_MISSING", "{name}");
    }
    let status = nobody.get_status(GetStatusRequest {}).await.unwrap();
    assert_eq!((status.node.as_str(), status.clock_class.as_str()), ("420000-commerce", "simulated"));
    let found = nobody.look_up(LookUpRequest { identifier: "91420802MA0000015G".to_owned() }).await.unwrap();
    assert!(found.rows.is_empty());
    province.running.stop().await;
}

#[tokio::test]
async fn a_subject_is_looked_up_by_a_whole_code_and_the_answer_repeats_nothing_personal() {
    let place = Place::new();
    let province = province(&place).await;
    let mut nobody = Client::connect(&province.running.socket).await.unwrap();
    let person = CitizenId::synthesize("420802".parse().unwrap(), "1970-01-01".parse().unwrap(), 1);
    for asked in [person.in_clear(), "张伟", "", "91420802MA00000"] {
        let refused = nobody.look_up(LookUpRequest { identifier: asked.to_owned() }).await.unwrap_err();
        assert_eq!(refused.code, "FIELD_IDENTIFIER");
        assert!(asked.is_empty() || !refused.message.contains(asked));
    }
    province.running.stop().await;
}

#[tokio::test]
async fn the_first_officer_appoints_himself_as_administrator_and_nobody_else_does() {
    let place = Place::new();
    let folder = place.found("p").await;
    let running = honghei_node::serve::start(&folder, &PROVINCE, None).await.unwrap();
    let mut first = Client::connect(&running.socket).await.unwrap();
    let own = key();
    first.open_session("admin", own.clone()).await.unwrap();
    for (name, answer) in questions(&mut first).await {
        assert_eq!(answer.unwrap_err().code, "FIRST_OFFICER_ONLY", "{name}");
    }
    let wrong = [
        appointment("somebody", &own, &["administrator"]),
        appointment("admin", &key(), &["administrator"]),
        appointment("admin", &own, &["head"]),
    ];
    for command in wrong {
        assert_eq!(first.perform(command).await.unwrap_err().code, "FIRST_OFFICER_ONLY");
    }
    first.perform(appointment("admin", &own, &["administrator"])).await.unwrap();
    let again = first.perform(appointment("admin", &own, &["administrator"])).await.unwrap_err();
    assert_eq!(again.class, Class::AlreadyDone);
    // From now on a stranger's key opens nothing.
    let mut stranger = Client::connect(&running.socket).await.unwrap();
    assert_eq!(stranger.open_session("admin", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    assert_eq!(stranger.open_session("nobody", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    running.stop().await;
}

#[tokio::test]
async fn wrong_keys_lock_an_officer_out_for_a_while() {
    let place = Place::new();
    let province = province(&place).await;
    let mut guess = Client::connect(&province.running.socket).await.unwrap();
    for _ in 0..5 {
        assert_eq!(guess.open_session("admin", key()).await.unwrap_err().code, "SIGNATURE_INVALID");
    }
    assert_eq!(guess.open_session("admin", key()).await.unwrap_err().code, "LOCKED_OUT");
    province.running.stop().await;
}

#[tokio::test]
async fn a_session_ends_when_its_officers_key_is_replaced() {
    let place = Place::new();
    let mut province = province(&place).await;
    let mut head = province.officer("head", &["head"]).await;
    head.list_results(ListResultsRequest { limit: 0 }).await.unwrap();
    province.admin.perform(appointment("head", &key(), &["head"])).await.unwrap();
    assert_eq!(head.list_results(ListResultsRequest { limit: 0 }).await.unwrap_err().code, "SESSION_UNKNOWN");
    province.running.stop().await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_once() {
    let place = Place::new();
    let mut province = province(&place).await;
    let kept = key();
    crate::support::appoint(&mut province.admin, "wang", &kept, &["auditor"]).await;
    let mut wang = Client::connect(&province.running.socket).await.unwrap();
    wang.open_session("wang", kept.clone()).await.unwrap();
    wang.verify(VerifyRequest {}).await.unwrap();
    crate::support::appoint(&mut province.admin, "wang", &kept, &["head"]).await;
    assert_eq!(wang.verify(VerifyRequest {}).await.unwrap_err().code, "NOT_PERMITTED");
    province.running.stop().await;
}

#[tokio::test]
async fn a_proposal_is_written_only_under_its_own_officers_signature_and_once() {
    let place = Place::new();
    let mut province = province(&place).await;
    let proposed = province.admin.propose(appointment("li", &key(), &["head"])).await.unwrap();
    let forged = province.admin.submit(&proposed.proposal, key().sign(&proposed.statement)).await.unwrap_err();
    assert_eq!(forged.code, "SIGNATURE_INVALID");
    // A proposal is spent by the attempt, whatever it came to.
    let spent = province.admin.submit(&proposed.proposal, vec![0; 64]).await.unwrap_err();
    assert_eq!((spent.class, spent.code.as_str()), (Class::Stale, "PROPOSAL_UNKNOWN"));
    let mut other = province.officer("zhao", &["administrator"]).await;
    let proposed = province.admin.propose(appointment("li", &key(), &["head"])).await.unwrap();
    assert_eq!(other.submit(&proposed.proposal, vec![0; 64]).await.unwrap_err().code, "PROPOSAL_UNKNOWN");
    province.running.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let wrong = [
        (
            Command::ServeNotice(ServeNotice {
                cases: "x".to_owned(),
                method: "a".to_owned(),
                served_on: "2017-11-06".to_owned(),
                proof: "b".to_owned(),
            }),
            "FIELD_CASES",
        ),
        (
            Command::ServeNotice(ServeNotice {
                cases: String::new(),
                method: "a".to_owned(),
                served_on: "yesterday".to_owned(),
                proof: "b".to_owned(),
            }),
            "FIELD_SERVED_ON",
        ),
        (Command::PublicizeCases(PublicizeCases { cases: String::new(), channel: " ".to_owned() }), "FIELD_CHANNEL"),
        (Command::Declare(Declare { list: "x".to_owned(), ..Declare::default() }), "FIELD_LIST"),
        (Command::Collect(Collect { channel: "other".to_owned(), ..Collect::default() }), "FIELD_FILE"),
        (
            Command::Collect(Collect {
                file: Some(FileOptions { upload: "none".to_owned(), ..FileOptions::default() }),
                kind: "red".to_owned(),
                department: "tax".to_owned(),
                channel: "other".to_owned(),
                ..Collect::default()
            }),
            "DEPARTMENT_NOT_HERE",
        ),
    ];
    for (command, code) in wrong {
        assert_eq!(collector.propose(command).await.unwrap_err().code, code);
    }
    county.running.stop().await;
}

fn collect(upload: String, strict: bool) -> Command {
    Command::Collect(Collect {
        file: Some(FileOptions { upload, strict, ..FileOptions::default() }),
        kind: "red".to_owned(),
        department: "commerce".to_owned(),
        channel: "daily_management".to_owned(),
        default_class: "a".to_owned(),
        territorial_override: "在本地经营".to_owned(),
    })
}

#[tokio::test]
async fn a_file_with_a_bad_row_enters_without_it_or_under_strict_not_at_all_and_numbers_are_sealed() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let person = CitizenId::synthesize("429004".parse().unwrap(), "1970-01-01".parse().unwrap(), 7);
    let sheet = format!(
        "企业名称,统一社会信用代码,认定标准,事实,法定代表人,法定代表人身份证号\n\
         甲公司,91420802MA0000015G,SW-R-01,受表彰,王五,{}\n\
         乙公司,91420802MA0000015X,SW-R-01,受表彰,赵六,\n",
        person.in_clear()
    );
    let upload = collector.upload("reds.csv", sheet.clone().into_bytes(), |_| ()).await.unwrap();
    let refused = collector.perform(collect(upload.clone(), true)).await.unwrap();
    let import = refused.import.unwrap();
    assert_eq!((refused.entry, import.rows, import.accepted, import.refused), (None, 2, 1, 1));
    let report = String::from_utf8(collector.download(&import.report).await.unwrap()).unwrap();
    assert!(report.contains("USCC_INVALID") && !report.contains(person.in_clear()));
    let done = collector.perform(collect(upload.clone(), false)).await.unwrap();
    assert!(done.entry.is_some());
    // The file was used; its number lies sealed in the vault and nowhere else.
    assert_eq!(collector.perform(collect(upload, false)).await.unwrap_err().code, "FIELD_UPLOAD");
    let cases = collector.list_cases(ListCasesRequest::default()).await.unwrap().cases;
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].stage, "candidate");
    let engine = county.running.engine().clone();
    let mut tx = engine.store().read().await.unwrap();
    let row = tx.case(&cases[0].case_id.parse().unwrap()).await.unwrap().unwrap();
    let stored = honghei_registry::desk::recognition::read_case(&row).unwrap();
    let commitment = stored.case.entry.subject.person_commitment.unwrap();
    let sealed = tx.secret(&commitment).await.unwrap().unwrap();
    drop(tx);
    let vault = honghei_node::keys::read_vault_key(&place.folder("k")).unwrap();
    let opened = vault.open(&sealed, &commitment).unwrap();
    let (salt, number) = opened.split_first_chunk::<32>().unwrap();
    assert_eq!(number, person.in_clear().as_bytes());
    assert_eq!(honghei_ledger::person_commitment(salt, person.in_clear()), commitment);
    assert_ne!(commitment, sha256(number));
    county.running.stop().await;
    // The wal is folded into the file when the last connection closes; look at both.
    for file in ["honghei.sqlite", "honghei.sqlite-wal"] {
        let bytes = std::fs::read(place.folder("k").path().join(file)).unwrap_or_default();
        let found = bytes.windows(18).any(|window| window == person.in_clear().as_bytes());
        assert!(!found, "{file} holds the number in clear");
    }
}

#[tokio::test]
async fn what_cannot_be_read_as_a_spreadsheet_is_refused_with_its_code() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let files: [(&str, &[u8], &str); 3] = [
        ("a.csv", b"", "INTAKE_FILE_EMPTY"),
        ("a.xlsx", b"%PDF-1.7", "INTAKE_FORMAT_UNKNOWN"),
        ("a.csv", "名字\n甲\n".as_bytes(), "INTAKE_HEADER_NOT_FOUND"),
    ];
    for (name, bytes, code) in files {
        let upload = collector.upload(name, bytes.to_vec(), |_| ()).await.unwrap();
        let refused = collector.propose(collect(upload, false)).await.unwrap_err();
        assert_eq!((refused.class, refused.code.as_str()), (Class::Usage, code));
    }
    let big = vec![b'a'; honghei_intake::limit::MAX_FILE_BYTES + 1];
    let refused = collector.upload("big.csv", big, |_| ()).await.unwrap_err();
    assert_eq!(refused.code, "UPLOAD_TOO_LARGE");
    county.running.stop().await;
}

#[tokio::test]
async fn a_rebuild_changes_nothing_and_an_audit_finds_nothing() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let sheet = "企业名称,统一社会信用代码,认定标准,事实\n甲公司,91420802MA0000015G,SW-R-01,受表彰\n";
    let upload = collector.upload("reds.csv", sheet.as_bytes().to_vec(), |_| ()).await.unwrap();
    collector.perform(collect(upload, true)).await.unwrap();
    let rebuilt = county.admin.rebuild(RebuildRequest {}).await.unwrap();
    assert_eq!(rebuilt.before, rebuilt.after);
    let found = county.admin.verify(VerifyRequest {}).await.unwrap();
    assert!(found.sound, "{found:?}");
    let shown = collector.show_case(ShowCaseRequest { case_id: "429004-commerce#1".to_owned() }).await.unwrap();
    assert_eq!(shown.timeline.len(), 1);
    assert_eq!(shown.timeline[0].kind, "records-collected");
    assert_eq!(shown.timeline[0].officer, "张伟");
    county.running.stop().await;
}

#[tokio::test]
async fn an_audit_finds_what_was_altered_beneath_the_node() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let sheet = "企业名称,统一社会信用代码,认定标准,事实\n甲公司,91420802MA0000015G,SW-R-01,受表彰\n";
    let upload = collector.upload("reds.csv", sheet.as_bytes().to_vec(), |_| ()).await.unwrap();
    collector.perform(collect(upload, true)).await.unwrap();
    let engine = county.running.engine().clone();
    let log = engine.identity().log.clone();
    let mut tx = engine.store().write("tamper").await.unwrap();
    let mut head = tx.head(&log).await.unwrap().unwrap();
    head.size -= 1;
    tx.put_head(&head).await.unwrap();
    tx.commit().await.unwrap();
    let found = county.admin.verify(VerifyRequest {}).await.unwrap();
    assert!(!found.sound);
    county.running.stop().await;
}
