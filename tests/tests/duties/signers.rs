//! Who signed stands under every decision: title, name, organ, day, and for whom.

use chrono::Days;
use federation::world::World;
use honghei_documents::{Document, DocumentKind};
use honghei_domain::act::OfficerId;
use honghei_domain::list::ListKind;
use honghei_domain::listing::{DisputeAbout, ListingCommand};
use honghei_domain::node::EntryRef;
use honghei_domain::permit::{Business, Role};
use honghei_registry::command::Command;
use honghei_registry::document::{Subject, document};

use super::office::*;

async fn made(world: &World, node: &str, kind: DocumentKind, number: u64) -> Document {
    let member = world.node(node);
    let cx = member.engine.context(world.now()).await;
    let mut tx = member.store.read().await.unwrap();
    document(&mut *tx, &cx, kind, &Subject::Case(case(EASTERN, number))).await.unwrap()
}

/// The last lines of a page: who signed, which organ, which day.
fn foot(made: &Document) -> Vec<String> {
    let text = made.plain_text();
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("签署人：")).unwrap_or_else(|| panic!("{text}"));
    lines[at..at + 3].iter().map(|line| (*line).to_owned()).collect()
}

async fn objection_decided(world: &World, number: u64, by: &str, upheld: bool) {
    let dispute =
        does(world, CITY, "reviewer", dispute(&case(EASTERN, number), DisputeAbout::Recognition)).await.unwrap();
    let reason = || "经核对卷宗".to_owned();
    let verify = ListingCommand::VerifyDispute { dispute: dispute.clone(), stands: upheld, reason: reason() };
    does(world, EASTERN, "head", verify).await.unwrap();
    does(world, CITY, by, ListingCommand::DecideDispute { dispute, upheld, reason: reason() }).await.unwrap();
}

async fn applied(world: &World, number: u64) -> EntryRef {
    does(world, CITY, "reviewer", apply(&case(EASTERN, number))).await.unwrap()
}

/// F-09, BX-1, BX-2, R-042, F-13, F-P5: the head's name, his delegate's with the head he stands for, at the node that
/// decided and at the recogniser's; what only the day brought bears no officer's name.
#[tokio::test]
async fn f_09_objection_repair_exit_and_filing_name_who_signed_and_for_whom() {
    let mut world = listed(341, "2017-11-06", ListKind::Black, 1..5).await;
    let (city, county) = ("荆门市商务局", "东宝区商务局");
    objection_decided(&world, 1, "head", true).await;
    let today = world.today.format("%Y年%-m月%-d日").to_string();
    for node in [CITY, EASTERN] {
        let page = made(&world, node, DocumentKind::Objection, 1).await;
        assert_eq!(foot(&page), ["签署人：演练人员 420800-commerce的head", city, &today], "{node}");
    }
    let page = made(&world, CITY, DocumentKind::Exit, 1).await;
    assert_eq!(foot(&page), ["签署人：演练人员 420800-commerce的head", city, &today], "neutral, and signed");
    let filing = made(&world, CITY, DocumentKind::Filing, 1).await;
    assert_eq!(filing.signer, None, "nobody has filed it yet");
    does(&world, CITY, "reviewer", ListingCommand::FileExits).await.unwrap();
    let filing = made(&world, CITY, DocumentKind::Filing, 1).await;
    assert!(filing.signer.as_ref().unwrap().contains("420800-commerce的reviewer"), "{:?}", filing.signer);

    // The recogniser's own exit bears its own head's name.
    does(&world, EASTERN, "head", exit(&case(EASTERN, 2), "BX-2")).await.unwrap();
    let page = made(&world, CITY, DocumentKind::Exit, 2).await;
    assert_eq!(foot(&page)[..2], ["签署人：演练人员 420802-commerce的head", county]);

    // The city's head is away; whoever decides for him says so on every page.
    world.appoint_officer(CITY, "deputy", vec![Role::Collector]).await.unwrap();
    let delegate = Command::Delegate {
        to: OfficerId("deputy".to_owned()),
        starts_on: world.today,
        ends_on: world.today + Days::new(5),
        scope: vec![Business::Listed],
        reason: "外出学习".to_owned(),
    };
    world.act(CITY, "head", delegate).await.unwrap();
    world.settle().await.unwrap();
    let words = "420800-commerce的deputy（受420800-commerce的head委托）";
    objection_decided(&world, 3, "deputy", false).await;
    let page = made(&world, EASTERN, DocumentKind::Objection, 3).await;
    assert!(foot(&page)[0].contains(words), "{:?}", foot(&page));
    let application = applied(&world, 4).await;
    let reason = || "材料齐全".to_owned();
    let accept = ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason: reason() };
    does(&world, CITY, "reviewer", accept).await.unwrap();
    let decide = ListingCommand::DecideRepair { application, granted: true, reason: reason() };
    does(&world, CITY, "deputy", decide).await.unwrap();
    for kind in [DocumentKind::Repair, DocumentKind::Exit] {
        let page = made(&world, CITY, kind, 4).await;
        assert!(foot(&page)[0].contains(words), "{kind:?}: {:?}", foot(&page));
    }
}

/// RX-4, R-042: an exit by the end of the term is nobody's signature.
#[tokio::test]
async fn rx_4_an_exit_that_the_day_brought_bears_no_officers_name() {
    let mut world = listed(342, "2017-11-06", ListKind::Red, 1..2).await;
    world.today = world.today + chrono::Months::new(36) + Days::new(1);
    world.settle().await.unwrap();
    let page = made(&world, EASTERN, DocumentKind::Exit, 1).await;
    assert!(page.signer.is_none() && !page.plain_text().contains("签署人"), "{}", page.plain_text());
}
