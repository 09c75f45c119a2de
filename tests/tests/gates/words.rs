//! Documents of the bureau carry its own word and its own way of repair.

use honghei_documents::{Block, DocumentKind};
use honghei_domain::list::ListKind;
use honghei_domain::policy::{Policy, shipped};
use honghei_registry::document::{Subject, document};

use super::bureau::*;

/// F-04, F-06: the number of a document begins with the organ's word and not with a region's digits.
#[tokio::test]
async fn f_04_the_bureaus_documents_carry_its_organs_word() {
    let mut world = bureau(86).await;
    let list = certified(&mut world, ListKind::Black).await;
    let node = world.node(BUREAU);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let page = document(&mut *tx, &cx, DocumentKind::Recognition, &Subject::Entry(list)).await.unwrap();
    assert!(page.number.starts_with("延质监信认〔2017〕"), "{}", page.number);
    let said = |block: &Block| matches!(block, Block::Paragraph(text) if text.contains("从曝光栏删除"));
    assert!(page.blocks.iter().any(said), "{:?}", page.blocks);
}

/// F-04: every shipped policy has a word for each of its organs.
#[test]
fn f_04_every_shipped_policy_gives_its_organs_a_word() {
    for (name, text) in shipped() {
        let policy = Policy::parse(text).unwrap();
        assert!(!policy.documents.organ_words.is_empty(), "{name}");
        assert!(policy.documents.organ_words.values().all(|word| !word.trim().is_empty()), "{name}");
    }
}
