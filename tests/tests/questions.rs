//! Questions about subjects of whom hundreds of entries speak (C-7).

use std::sync::Arc;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{Member, World};
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::node::Tier;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::question::{Patient, Question, Told};
use honghei_store::{MemoryStore, Store};

const PROVINCE: &str = "420000-commerce";

/// Entries of either kind that speak of the one subject.
const ENTRIES: u32 = 300;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn ask(world: &World, question: Question) -> Told {
    let name = format!("{question:?}").chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    let told = world.node(PROVINCE).engine.ask(world.now(), &question, &Patient).await.unwrap();
    println!("{name}: {} sentences, {} rows", told.sentences.len(), told.rows.len());
    told
}

/// An entry of the one firm, resting on a document of its own.
fn of_the_firm(kind: ListKind, number: u32) -> ListEntry {
    let mut entry = candidate(kind, "420800", 1);
    if let Some(document) = &mut entry.document {
        document.number = format!("样例〔2017〕{number}号");
    }
    entry
}

/// Among a thousand others, 300 reds and 300 blacks of one firm, each list in a chunk of its own.
#[tokio::test]
async fn a_subject_of_hundreds_of_entries_is_explained_entry_by_entry() {
    let alone = Member { id: PROVINCE, name: "湖北省商务厅", tier: Tier::Province, parent: None };
    let store = async |_: &_| Arc::new(MemoryStore::new()) as Arc<dyn Store>;
    let world = World::found(19, &[alone], day("2017-11-06"), store).await.unwrap();
    for (department, kind, first) in [("tax", ListKind::Red, 10), ("court", ListKind::Black, 2_000)] {
        // So many that the firm's own entries are no mass removal.
        let others = (first..first + 1_300).map(|firm| candidate(kind, "420800", firm));
        let own = (0..ENTRIES).map(|number| of_the_firm(kind, number));
        world.feed(department, kind, day("2017-10-01"), own.chain(others).collect()).await.unwrap();
        world.publish().await.unwrap();
    }
    let key = SubjectKey::of(&of_the_firm(ListKind::Red, 0).subject);
    let told = ask(&world, Question::Why { key: key.clone() }).await.sentences;
    let said = |words: &str| told.iter().filter(|sentence| sentence.contains(words)).count();
    let heads = |colour: &str| told.iter().filter(|sentence| sentence.starts_with(colour)).count();
    assert_eq!((heads("红名单条目"), heads("黑名单条目")), (300, 300));
    assert_eq!(said("因与黑名单条目420000-commerce#1601冲突而删除"), 300, "of blacks of one day the first counts");
    assert_eq!(said("该条目可修复（F-11），方式：完成整改"), 300, "every black says how it can be repaired");

    let (on, known_on) = (day("2017-11-06"), day("2017-11-06"));
    for kind in [ListKind::Red, ListKind::Black] {
        let told = ask(&world, Question::Was { key: key.clone(), kind, on, known_on }).await;
        assert_eq!(told.sentences.len(), 301, "{:?}", told.sentences.first());
    }
    let case = |number| CaseId { origin: PROVINCE.parse().unwrap(), number };
    let caused = ask(&world, Question::Caused { case: case(1_601) }).await;
    assert_eq!(caused.rows.len(), 300, "{:?}", caused.sentences);
    assert!(ask(&world, Question::Caused { case: case(1_602) }).await.rows.is_empty());
}
