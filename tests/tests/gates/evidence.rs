//! The evidence that each criterion asks for, field by field: told when records come in, refused before the head signs.

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::act::{CollectionChannel, OfficerId};
use honghei_domain::attachment::Attachment;
use honghei_domain::list::{Attestation, CaseSet, CriterionCode, ListEntry, ListKind};
use honghei_domain::refusal::Refusal;
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Patient, Question};

use super::bureau::*;

/// A black under a criterion with its document and nothing that is said.
fn black(firm: u32, criterion: &str) -> ListEntry {
    let criteria = vec![CriterionCode(criterion.to_owned())];
    ListEntry { criteria, attestations: Vec::new(), ..candidate(ListKind::Black, "420802", firm) }
}

fn certify(kind: ListKind, number: u64) -> Command {
    Command::Certify { kind, cases: Some(CaseSet::from_numbers([number])), opinion: "同意认定".to_owned() }
}

async fn refused(world: &World, node: &str, kind: ListKind, number: u64) -> Refusal {
    match world.act(node, "head", certify(kind, number)).await.unwrap_err() {
        CommandError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

fn attest(node: &str, number: u64, said: &[(&str, &str)]) -> Command {
    let said = said.iter().map(|(code, text)| Attestation { code: (*code).to_owned(), text: (*text).to_owned() });
    Command::Attest { case: case(node, number), attestations: said.collect() }
}

fn pdf(name: &str) -> Attachment {
    Attachment::take(name, format!("%PDF-1.7\n{name}\n%%EOF\n").into_bytes()).unwrap()
}

/// R-010, SW-B-01, SW-B-03, SW-B-04: a document, words and a file are asked for by name, each where it is wanting.
#[tokio::test]
async fn r_010_each_required_field_is_told_at_collection_and_refused_by_name_at_certification() {
    let mut world = commerce(83).await;
    let entries = vec![black(1, "SW-B-03"), black(2, "SW-B-04"), black(3, "SW-B-06"), black(4, "SW-B-01")].into();
    let source = "样例.csv".to_owned();
    let collect = Command::Collect { channel: CollectionChannel::Enforcement, source, entries, account: None };
    let clerk = OfficerId("clerk".to_owned());
    let told = world.node(EASTERN).engine.propose(world.now(), &clerk, &collect).await.unwrap().summary;
    // It comes in all the same; SW-B-06 wants no more than its document.
    assert!(told.contains("其中3条所引认定标准的材料尚不齐全"), "{told}");
    for said in ["案件1缺SW-B-03“认定时证照状态”", "案件2缺SW-B-04“故意的证明材料”", "案件4缺SW-B-01"]
    {
        assert!(told.contains(said), "{told}");
    }
    assert!(!told.contains("案件3"), "{told}");
    world.act(EASTERN, "clerk", collect).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();

    let words = refused(&world, EASTERN, ListKind::Black, 1).await;
    assert_eq!((words.code, words.clause), ("EVIDENCE_MISSING", "R-010"));
    for said in ["SW-B-03（", "“认定时证照状态”", "SW-B-03/licence-status", "本细则第二条"] {
        assert!(words.zh.contains(said), "{}", words.zh);
    }
    let node = world.node(EASTERN);
    let asked = Question::Evidence { case: case(EASTERN, 1) };
    let told = node.engine.ask(world.now(), &asked, &Patient).await.unwrap();
    assert!(told.sentences.iter().any(|sentence| sentence.contains("认定时证照状态")), "{:?}", told.sentences);
    let file = refused(&world, EASTERN, ListKind::Black, 2).await;
    assert!(file.code == "EVIDENCE_MISSING" && file.zh.contains("文件名以“故意的证明材料”"), "{}", file.zh);

    // Words for the one, a file of that name for the other; a file of another name proves nothing.
    world.act(EASTERN, "clerk", attest(EASTERN, 1, &[("SW-B-03/licence-status", "均未被吊销")])).await.unwrap();
    let attach = |name: &str| Command::AttachFiles { case: case(EASTERN, 2), files: vec![pdf(name)] };
    world.act(EASTERN, "clerk", attach("裁决书.pdf")).await.unwrap();
    assert_eq!(refused(&world, EASTERN, ListKind::Black, 2).await.code, "EVIDENCE_MISSING");
    world.act(EASTERN, "clerk", attach("故意的证明材料（聊天记录）.pdf")).await.unwrap();
    let unknown = attest(EASTERN, 1, &[("SW-B-03/colour", "红")]);
    assert_eq!(code(world.act(EASTERN, "clerk", unknown).await), "QUALITY_UNKNOWN");

    // The rest may go: what is wanting holds up nobody else, and the reviewer finds nothing to object to.
    let list = world.certify(EASTERN, ListKind::Black).await.unwrap();
    let declared = world.declare(EASTERN, &list).await.unwrap();
    let mut tx = world.node(CITY).store.read().await.unwrap();
    assert_eq!(tx.outcome(&declared).await.unwrap().unwrap().status, "applied");
    drop(tx);
    for (number, stage) in [(1, "received"), (2, "received"), (3, "received"), (4, "publicised")] {
        let seen = seen(&world, EASTERN, &case(EASTERN, number)).await;
        assert_eq!(seen.stage.as_str(), stage, "{number}");
    }
    assert_rebuildable(&world).await;
}

/// R-010, ZJ-R-BZ-01: the other policy, where the whole criterion is somebody's word.
#[tokio::test]
async fn r_010_a_criterion_that_rests_on_words_is_not_met_without_them() {
    let mut world = bureau(84).await;
    let criteria = vec![CriterionCode("ZJ-R-BZ-01".to_owned())];
    world.collect(BUREAU, vec![ListEntry { criteria, ..sound(ListKind::Red, 1) }]).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    let refusal = refused(&world, BUREAU, ListKind::Red, 1).await;
    assert!(refusal.code == "EVIDENCE_MISSING" && refusal.zh.contains("普遍反映好的说明"), "{}", refusal.zh);
    let said = [("ZJ-R-BZ-01/attested", "走访二十户，均反映良好")];
    world.act(BUREAU, "clerk", attest(BUREAU, 1, &said)).await.unwrap();
    world.certify(BUREAU, ListKind::Red).await.unwrap();
}
