//! Files under declarations and cases: taken in, signed for, carried up in parts, fetched where they are reviewed.

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{World, jingmen};
use honghei_domain::act::{ReviewDecision, ReviewException};
use honghei_domain::attachment::{Attachment, MAX_FILES, PART_BYTES};
use honghei_domain::list::{AttachmentRef, CaseId, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_registry::attachments::{self, Holder};
use honghei_registry::command::Command;
use honghei_registry::error::CommandError;

use crate::common::code;

const EASTERN: &str = "420802-commerce";
const WESTERN: &str = "420804-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64) -> World {
    let today: NaiveDate = "2017-11-06".parse().unwrap();
    World::in_memory(seed, &jingmen(), today).await.unwrap()
}

/// A PDF of so many bytes that differs from every other.
fn pdf(name: &str, bytes: usize) -> Attachment {
    let mut content = format!("%PDF-1.7\n{name}\n").into_bytes();
    content.extend((content.len()..bytes - 6).map(|at| b"0123456789abcdef"[(at / 7 + at / PART_BYTES) % 16]));
    content.extend(b"%%EOF\n");
    Attachment::take(name, content).unwrap()
}

fn case(number: u64) -> CaseId {
    CaseId { origin: EASTERN.parse().unwrap(), number }
}

async fn files(world: &World, node: &str, holder: &Holder) -> Result<Vec<AttachmentRef>, CommandError> {
    attachments::files_of(&mut *world.node(node).store.read().await.unwrap(), holder).await
}

/// The bytes of every file as a node puts them together.
async fn fetched(world: &World, node: &str, holder: &Holder) -> Vec<Vec<u8>> {
    let mut tx = world.node(node).store.read().await.unwrap();
    let mut fetched = Vec::new();
    for file in attachments::files_of(&mut *tx, holder).await.unwrap() {
        fetched.push(attachments::read(&mut *tx, &file).await.unwrap().unwrap());
    }
    fetched
}

async fn certified(world: &mut World, entries: Vec<ListEntry>) -> EntryRef {
    world.collect(EASTERN, entries).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    world.certify(EASTERN, ListKind::Black).await.unwrap()
}

/// R-025, F-07.
#[tokio::test]
async fn the_materials_of_a_declaration_reach_whoever_reviews_it_whole_and_nobody_beside() {
    let mut world = found(1).await;
    let list = certified(&mut world, vec![candidate(ListKind::Black, "420802", 1)]).await;
    let holder = Holder::List(list.clone());
    assert_eq!(code(files(&world, EASTERN, &holder).await), "NOT_DECLARED");
    let materials = vec![pdf("会议纪要.pdf", 900), pdf("案卷.pdf", 3 * PART_BYTES + 17)];
    let too_many = (0..=MAX_FILES).map(|number| pdf(&format!("{number}.pdf"), 900)).collect();
    let declare = |materials| Command::Declare { list: list.clone(), materials };
    assert_eq!(code(world.act(EASTERN, "clerk", declare(too_many)).await), "ATTACHMENTS_TOO_MANY");
    let twice = vec![pdf("a.pdf", 900), pdf("a.pdf", 901)];
    assert_eq!(code(world.act(EASTERN, "clerk", declare(twice)).await), "ATTACHMENT_NAME_TWICE");
    let declared = world.act(EASTERN, "clerk", declare(materials.clone())).await.unwrap();
    world.settle().await.unwrap();
    let expected: Vec<Vec<u8>> = materials.iter().map(|file| file.bytes.clone()).collect();
    for node in [EASTERN, CITY, PROVINCE] {
        assert_eq!(fetched(&world, node, &holder).await, expected, "{node}");
    }
    let mut tx = world.node(CITY).store.read().await.unwrap();
    assert_eq!(tx.outcome(&declared).await.unwrap().unwrap().status, "applied");
    drop(tx);
    let parts = &materials[1].reference.parts;
    let held = world.node(WESTERN).store.read().await.unwrap().missing_chunks(parts).await.unwrap();
    assert_eq!(held.len(), parts.len());
}

/// R-025, F-07: the documents of a case travel with the list that its head signs, also after a return.
#[tokio::test]
async fn the_documents_of_a_case_travel_with_its_list_and_are_kept_by_a_correction() {
    let mut world = found(2).await;
    world.collect(EASTERN, vec![candidate(ListKind::Black, "420802", 1)]).await.unwrap();
    let decision = pdf("处罚决定书.pdf", PART_BYTES + 1);
    let attach = |files| Command::AttachFiles { case: case(1), files };
    world.act(EASTERN, "clerk", attach(vec![decision.clone(), pdf("照片说明.pdf", 700)])).await.unwrap();
    assert_eq!(code(world.act(EASTERN, "clerk", attach(vec![decision.clone()])).await), "ALREADY_DONE");
    // A better copy replaces the one of that name; a corrected record keeps both.
    let better = pdf("照片说明.pdf", 800);
    world.act(EASTERN, "clerk", attach(vec![better.clone()])).await.unwrap();
    let mut corrected = candidate(ListKind::Black, "420802", 1);
    corrected.case = case(1);
    corrected.facts = "销售假冒商品，经行政处罚（补正）".to_owned();
    let correct = Command::Correct { entries: vec![corrected], reason: "补正事实".to_owned() };
    world.act(EASTERN, "clerk", correct).await.unwrap();

    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let list = world.certify(EASTERN, ListKind::Black).await.unwrap();
    assert_eq!(code(world.act(EASTERN, "clerk", attach(vec![pdf("迟到.pdf", 700)])).await), "NOT_CORRECTABLE");
    world.declare(EASTERN, &list).await.unwrap();
    let holder = Holder::Case(case(1));
    let expected = vec![decision.bytes.clone(), better.bytes.clone()];
    assert_eq!(fetched(&world, CITY, &holder).await, expected);

    let defects = vec!["缺少送达回证".to_owned()];
    let returned = ReviewException { case: case(1), decision: ReviewDecision::Return { defects } };
    let opinion = "退回补正".to_owned();
    let review = Command::Review { list: list.clone(), exceptions: vec![returned], opinion };
    world.act(CITY, "reviewer", review).await.unwrap();
    world.act(CITY, "head", Command::SignReview { list, publicity_waived: None }).await.unwrap();
    world.settle().await.unwrap();
    let receipt = pdf("送达回证.pdf", 600);
    world.act(EASTERN, "clerk", attach(vec![receipt.clone()])).await.unwrap();
    let again = world.certify(EASTERN, ListKind::Black).await.unwrap();
    world.declare(EASTERN, &again).await.unwrap();
    let expected = vec![decision.bytes, better.bytes, receipt.bytes];
    assert_eq!(fetched(&world, CITY, &holder).await, expected);
    for node in world.nodes.values() {
        let before = node.store.read().await.unwrap().projection_digest().await.unwrap();
        node.engine.rebuild(world.now()).await.unwrap();
        assert_eq!(before, node.store.read().await.unwrap().projection_digest().await.unwrap());
    }
}
