//! Official documents from acts that were done: each story lives through a step and prints what its organ issues.

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{World, jingmen};
use honghei_documents::{Document, DocumentKind, Fonts, html, pdf};
use honghei_domain::act::{ReviewDecision, ReviewException};
use honghei_domain::list::{CaseId, ListKind};
use honghei_domain::listing::{DisputeAbout, ListingCommand};
use honghei_domain::node::EntryRef;
use honghei_ledger::sha256;
use honghei_registry::command::Command;
use honghei_registry::document::{Subject, document};
use honghei_registry::entry::Entry;
use honghei_registry::error::CommandError;

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

async fn found(seed: u64) -> World {
    let today: NaiveDate = "2017-11-06".parse().unwrap();
    World::in_memory(seed, &jingmen(), today).await.unwrap()
}

fn case(number: u64) -> Subject {
    Subject::Case(CaseId { origin: EASTERN.parse().unwrap(), number })
}

async fn asked(world: &World, node: &str, kind: DocumentKind, of: &Subject) -> Result<Document, CommandError> {
    let member = world.node(node);
    let cx = member.engine.context(world.now()).await;
    let mut tx = member.store.read().await.unwrap();
    document(&mut *tx, &cx, kind, of).await
}

/// A document with its text, printed both ways; its proof names an act that the node holds, with its digest.
async fn made(world: &World, node: &str, kind: DocumentKind, of: &Subject) -> (Document, String) {
    let made = asked(world, node, kind, of).await.unwrap();
    let text = made.plain_text();
    assert!(html(&made).contains(&made.number));
    assert!(pdf(&made, &Fonts::shipped()).unwrap().starts_with(b"%PDF"));
    let row = world.node(node).store.read().await.unwrap().entry(&made.proof.place).await.unwrap().unwrap();
    let entry = Entry::read(&row).unwrap().unwrap();
    assert_eq!((sha256(&entry.envelope.body), entry.act().kind()), (made.proof.digest, made.proof.act.as_str()));
    assert!(made.rehearsal, "these nodes live on a simulated calendar");
    (made, text)
}

fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} in {text}");
    }
}

/// F-04.
#[tokio::test]
async fn a_notice_can_be_printed_before_it_is_served_and_keeps_its_number_when_it_was() {
    let mut world = found(71).await;
    world
        .collect(EASTERN, vec![candidate(ListKind::Black, "420802", 1), candidate(ListKind::Black, "420802", 2)])
        .await
        .unwrap();
    let (draft, text) = made(&world, EASTERN, DocumentKind::Notice, &case(2)).await;
    says(
        &text,
        &["样例2号商贸有限公司：", "销售假冒商品，经行政处罚", "SW-B-03", "可以修复，修复方式：完成整改", "行政复议"],
    );
    assert!(draft.number.starts_with("东商信告〔2017〕") && draft.number.ends_with("-2号"), "{}", draft.number);
    assert!(!text.contains("送达方式"));
    let early = asked(&world, EASTERN, DocumentKind::Publicity, &case(2)).await.unwrap_err();
    assert_eq!(early.code(), "DOCUMENT_NOT_YET");
    world.announce(EASTERN).await.unwrap();
    let (served, text) = made(&world, EASTERN, DocumentKind::Notice, &case(2)).await;
    says(&text, &["送达方式", "陈述申辩期限至2017年11月20日"]);
    assert_eq!(served.number, draft.number);
    let (_, text) = made(&world, EASTERN, DocumentKind::Publicity, &case(1)).await;
    says(
        &text,
        &["自2017年11月6日至2017年11月20日24时止", "样例1号商贸有限公司", "样例2号商贸有限公司", "本细则第二条"],
    );
    world.pass_days(1).await.unwrap();
}

/// AMB-18, F-06, F-08.
#[tokio::test]
async fn recognition_review_and_return_show_what_their_heads_signed_at_both_nodes() {
    let mut world = found(72).await;
    let firms = (1..5).map(|firm| candidate(ListKind::Black, "420802", firm)).collect();
    let list = world.send_up(EASTERN, ListKind::Black, firms).await.unwrap();
    let of = Subject::Entry(list.clone());
    let early = asked(&world, CITY, DocumentKind::Review, &of).await.unwrap_err();
    assert_eq!(early.code(), "DOCUMENT_NOT_YET");
    let exception =
        |number, decision| ReviewException { case: CaseId { origin: EASTERN.parse().unwrap(), number }, decision };
    let exceptions = vec![
        exception(2, ReviewDecision::Return { defects: vec!["缺送达回证".to_owned(), "文号有误".to_owned()] }),
        exception(3, ReviewDecision::Reject { reason: "证据不足".to_owned() }),
    ];
    world.review(CITY, &list, exceptions).await.unwrap();
    let (_, text) = made(&world, EASTERN, DocumentKind::Recognition, &of).await;
    says(
        &text,
        &["东商信认〔2017〕", "同意认定", "4个主体", "样例4号商贸有限公司", "签署人：", "可以修复", "销榜申请"],
    );
    let (_, text) = made(&world, CITY, DocumentKind::Review, &of).await;
    says(&text, &["荆商信审〔2017〕", "共4条", "通过2条，退回补正1条，不予通过1条", "证据不足", "公示20个工作日"]);
    let (returned, text) = made(&world, CITY, DocumentKind::Return, &of).await;
    says(&text, &["1. 缺送达回证；2. 文号有误", "样例2号商贸有限公司", "420802-commerce#2", "不计入审核期限"]);
    assert!(!text.contains("证据不足"));
    let (held, _) = made(&world, EASTERN, DocumentKind::Return, &case(2)).await;
    assert_eq!(held, returned, "the recogniser reads the same document");
    let (_, text) = made(&world, CITY, DocumentKind::Publicity, &of).await;
    says(&text, &["经审核拟上报列入“黑名单”的2个主体", "样例1号商贸有限公司", "样例4号商贸有限公司"]);
    assert!(!text.contains("样例2号") && !text.contains("样例3号"));
}

/// F-09, BX-2, R-042, R-050, F-13: decided, withdrawn neutrally, filed.
#[tokio::test]
async fn after_listing_the_objection_its_neutral_announcement_and_the_filing_are_printed_bx_2() {
    let mut world = found(73).await;
    let list = world.send_up(EASTERN, ListKind::Black, vec![candidate(ListKind::Black, "420802", 1)]).await.unwrap();
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    for kind in [DocumentKind::Objection, DocumentKind::Repair, DocumentKind::Exit, DocumentKind::Filing] {
        assert_eq!(asked(&world, EASTERN, kind, &case(1)).await.unwrap_err().code(), "DOCUMENT_NOT_YET");
    }
    let Subject::Case(wrong) = case(1) else { return };
    let dispute = ListingCommand::ReceiveDispute {
        case: wrong,
        about: DisputeAbout::Recognition,
        by: "样例1号商贸有限公司".to_owned(),
        grounds: "处罚决定不是对本公司作出的".to_owned(),
    };
    let dispute = listing(&world, EASTERN, "clerk", dispute).await;
    let verify =
        ListingCommand::VerifyDispute { dispute: dispute.clone(), stands: true, reason: "经核对卷宗".to_owned() };
    listing(&world, EASTERN, "head", verify).await;
    let decide = ListingCommand::DecideDispute { dispute, upheld: true, reason: "经审查".to_owned() };
    listing(&world, CITY, "head", decide).await;
    let (_, text) = made(&world, CITY, DocumentKind::Objection, &case(1)).await;
    says(&text, &["异议成立", "处罚决定不是对本公司作出的", "经审查", "荆商信异〔"]);
    let (exit, text) = made(&world, CITY, DocumentKind::Exit, &case(1)).await;
    assert_eq!(exit.title, "信息撤回公告");
    for unsaid in ["黑名单", "假冒", "处罚", "异议", "BX-2"] {
        assert!(!text.contains(unsaid), "{unsaid} in {text}");
    }
    let (_, text) = made(&world, CITY, DocumentKind::Filing, &case(1)).await;
    says(&text, &["名单退出备案表", "BX-2", "样例1号商贸有限公司"]);
    assert!(asked(&world, PROVINCE, DocumentKind::Bulletin, &case(1)).await.is_err());
}

async fn listing(world: &World, node: &str, officer: &str, command: ListingCommand) -> EntryRef {
    let done = world.act(node, officer, Command::Listing(command)).await.unwrap();
    world.settle().await.unwrap();
    done
}
