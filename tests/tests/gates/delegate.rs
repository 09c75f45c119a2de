//! Whoever signs for a head who is away says for whom, wherever his name stands.

use chrono::Days;
use federation::world::entries::candidate;
use honghei_documents::DocumentKind;
use honghei_domain::act::{Officer, OfficerId};
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::list::ListKind;
use honghei_domain::permit::{Business, Role};
use honghei_registry::certificate;
use honghei_registry::command::Command;
use honghei_registry::document::{Subject, document};

use super::bureau::*;

const WORDS: &str = "受420802-commerce的head委托";

/// F-P5, F-06: in the history, on the document and in the certificate; and still, when the delegate was appointed anew.
#[tokio::test]
async fn a_delegates_signature_says_for_whom_in_history_document_and_certificate() {
    let mut world = commerce(75).await;
    world.appoint_officer(EASTERN, "deputy", vec![Role::Reviewer]).await.unwrap();
    world.collect(EASTERN, vec![candidate(ListKind::Red, "420802", 1)]).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let delegate = Command::Delegate {
        to: OfficerId("deputy".to_owned()),
        starts_on: world.today,
        ends_on: world.today + Days::new(2),
        scope: vec![Business::Recognition],
        reason: "外出学习".to_owned(),
    };
    world.act(EASTERN, "head", delegate).await.unwrap();
    let certify = Command::Certify { kind: ListKind::Red, cases: None, opinion: "同意认定".to_owned() };
    let list = world.act(EASTERN, "deputy", certify).await.unwrap();
    world.declare(EASTERN, &list).await.unwrap();
    world.pass_days(3).await.unwrap();
    let anew = Officer {
        id: OfficerId("deputy".to_owned()),
        node: EASTERN.parse().unwrap(),
        name: "420802-commerce的deputy".to_owned(),
        title: "科长".to_owned(),
        roles: vec![Role::Reviewer],
        key: PublicKeyRecord {
            algorithm: "ed25519".to_owned(),
            key: world.node(EASTERN).officers["deputy"].public().bytes,
        },
    };
    world.act(EASTERN, "admin", Command::AppointOfficer(anew)).await.unwrap();
    world.settle().await.unwrap();

    let case = case(EASTERN, 1);
    for node in [EASTERN, CITY] {
        let steps = seen(&world, node, &case).await.steps;
        let said: Vec<&str> = steps.iter().filter(|step| step.officer.contains("委托")).map(|step| step.kind).collect();
        assert_eq!(said, ["list-certified"], "{node}");
        assert!(steps.iter().any(|step| step.officer.contains(WORDS)), "{node}");
        let at = world.node(node);
        let cx = at.engine.context(world.now()).await;
        let mut tx = at.store.read().await.unwrap();
        let page = document(&mut *tx, &cx, DocumentKind::Recognition, &Subject::Entry(list.clone())).await.unwrap();
        assert!(page.signer.as_ref().unwrap().contains(WORDS), "{:?}", page.signer);
        let proof = certificate::make(&mut *tx, &cx, &case).await.unwrap().unwrap().to_bytes();
        let account = certificate::verify(&proof, Some(&world.root_key())).unwrap();
        let signed = account.findings.iter().find(|finding| finding.clause == "R-024").unwrap();
        assert!(signed.zh.contains(WORDS), "{}", signed.zh);
    }
}
