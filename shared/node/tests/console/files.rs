//! Files that are collected from; a rebuild and an audit of what came of them.

use honghei_domain::identifier::CitizenId;
use honghei_ledger::sha256;
use honghei_node::answer::Class;
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::*;

use crate::support::Place;

use super::*;

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
    assert_eq!((&import.unknown_columns, &import.sheets_without_header), (&vec![], &vec![]));
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

/// A county whose collector has taken in one red.
async fn collected(place: &Place) -> (Served, Client) {
    let mut county = county(place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let sheet = "企业名称,统一社会信用代码,认定标准,事实\n甲公司,91420802MA0000015G,SW-R-01,受表彰\n";
    let upload = collector.upload("reds.csv", sheet.as_bytes().to_vec(), |_| ()).await.unwrap();
    collector.perform(collect(upload, true)).await.unwrap();
    (county, collector)
}

#[tokio::test]
async fn a_rebuild_changes_nothing_and_an_audit_finds_nothing() {
    let place = Place::new();
    let (mut county, mut collector) = collected(&place).await;
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
    let (mut county, _collector) = collected(&place).await;
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

/// C-6: what of a file nobody reads is said, and no silent loss.
#[tokio::test]
async fn a_column_that_nobody_knows_is_named_to_whoever_imports_the_file() {
    let place = Place::new();
    let mut county = county(&place).await;
    let mut collector = county.officer("zhang", &["collector"]).await;
    let sheet = "企业名称,统一社会信用代码,认定标准,事实,有效期只,经办人手记\n\
                 甲公司,91420802MA0000015G,SW-R-01,受表彰,2030-01-01,待复核\n";
    let upload = collector.upload("reds.csv", sheet.as_bytes().to_vec(), |_| ()).await.unwrap();
    let import = collector.perform(collect(upload, false)).await.unwrap().import.unwrap();
    assert_eq!((import.accepted, import.unknown_columns.len()), (1, 2), "{import:?}");
    assert!(import.unknown_columns[0].contains("有效期只") && import.unknown_columns[0].contains("是否为"));
    assert!(import.unknown_columns[1].contains("经办人手记"));
}
