//! The procedure certificate: made on a node, verified by a stranger, refused when a byte differs (F-P10).

use federation::world::entries::{candidate, day};
use federation::world::{World, jingmen};
use honghei_domain::act::{ReviewDecision, ReviewException};
use honghei_domain::list::{CaseId, ListKind};
use honghei_registry::certificate::{self, Account, Certificate, Verdict};
use honghei_registry::command::{Adoption, Command};

const EASTERN: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

fn case(number: u64) -> CaseId {
    CaseId { origin: EASTERN.parse().unwrap(), number }
}

async fn found(seed: u64) -> World {
    World::in_memory(seed, &jingmen(), day("2017-11-06")).await.unwrap()
}

async fn certificate_of(world: &World, node: &str, number: u64) -> Certificate {
    let node = world.node(node);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    certificate::make(&mut *tx, &cx, &case(number)).await.unwrap().unwrap()
}

/// Three black entries from collection to publication; the second had a statement, the third was returned.
async fn published(seed: u64, returned: bool) -> World {
    let mut world = found(seed).await;
    let entries = (1..4).map(|firm| candidate(ListKind::Black, "420802", firm)).collect();
    world.collect(EASTERN, entries).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    let statement =
        Command::ReceiveStatement { case: case(2), by: "当事人".to_owned(), grounds: "已整改".to_owned() };
    let statement = world.act(EASTERN, "clerk", statement).await.unwrap();
    world.pass_days(25).await.unwrap();
    let dispose =
        Command::DisposeStatement { statement, adopted: Adoption::NotAdopted, reason: "整改不到位".to_owned() };
    world.act(EASTERN, "head", dispose).await.unwrap();
    let list = world.certify(EASTERN, ListKind::Black).await.unwrap();
    world.declare(EASTERN, &list).await.unwrap();
    let exception = ReviewException {
        case: case(3),
        decision: ReviewDecision::Return { defects: vec!["缺处罚决定书".to_owned()] },
    };
    world.review(CITY, &list, if returned { vec![exception] } else { Vec::new() }).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    world
}

fn verdicts(account: &Account, clause: &str) -> Vec<Verdict> {
    account.findings.iter().filter(|one| one.clause.contains(clause)).map(|one| one.verdict).collect()
}

/// F-P10: one file proves every step, to somebody who has nothing but the root key.
#[tokio::test]
async fn f_p10_a_stranger_verifies_every_step_of_an_entry_with_nothing_but_the_file_and_the_root_key() {
    let world = published(51, false).await;
    for number in [1, 2] {
        let bytes = certificate_of(&world, EASTERN, number).await.to_bytes();
        let account = certificate::verify(&bytes, Some(&world.root_key())).unwrap();
        assert!(account.holds(), "{:#?}", account.findings);
        for clause in ["D-01", "D-16", "R-024", "F-02", "F-11", "D-02", "D-03", "R-028", "R-030", "R-010"] {
            assert!(verdicts(&account, clause).contains(&Verdict::Passed), "{clause}: {:#?}", account.findings);
        }
        assert!(verdicts(&account, "F-P5").len() >= 2, "county and city: {:#?}", account.findings);
        assert!(!account.witnesses.is_empty() && !account.limits.is_empty());
        assert!(account.head.iter().any(|line| line.contains("样例")), "{:?}", account.head);
    }
    let bytes = certificate_of(&world, EASTERN, 2).await.to_bytes();
    let account = certificate::verify(&bytes, Some(&world.root_key())).unwrap();
    assert_eq!(verdicts(&account, "R-021"), [Verdict::Passed], "the statement was disposed of");
}

/// F-P10: a city that never saw the county's own acts relies on what the county's head signed, and says so.
#[tokio::test]
async fn f_p10_what_a_node_did_not_see_is_attested_and_not_proved() {
    let world = published(52, false).await;
    for node in [CITY, PROVINCE] {
        let bytes = certificate_of(&world, node, 1).await.to_bytes();
        let account = certificate::verify(&bytes, Some(&world.root_key())).unwrap();
        assert!(account.holds(), "{:#?}", account.findings);
        assert_eq!(verdicts(&account, "D-01"), [Verdict::Attested]);
        assert_eq!(verdicts(&account, "D-16"), [Verdict::Attested]);
        assert!(verdicts(&account, "D-02").contains(&Verdict::Passed));
    }
}

/// F-P10: nothing of the other subjects stands in it, and the reader is told what is therefore not shown.
#[tokio::test]
async fn f_p10_a_certificate_discloses_no_other_subject() {
    let world = published(53, true).await;
    let certificate = certificate_of(&world, EASTERN, 1).await;
    let text = String::from_utf8(certificate.to_bytes()).unwrap();
    let payloads: Vec<u8> = certificate
        .logs
        .iter()
        .flat_map(|log| &log.entries)
        .filter_map(|entry| entry.payload.as_ref())
        .chain(certificate.rows.iter().map(|row| &row.salted))
        .flat_map(|text| base64_decode(text))
        .collect();
    let shown = String::from_utf8_lossy(&payloads).into_owned();
    assert!(shown.contains("样例1号商贸有限公司"));
    for other in ["样例2号", "样例3号", "缺处罚决定书", "已整改"] {
        assert!(!shown.contains(other) && !text.contains(other), "{other} is disclosed");
    }
    let account = certificate::verify(text.as_bytes(), Some(&world.root_key())).unwrap();
    assert!(account.limits.iter().any(|limit| limit.contains("list-reviewed")), "{:?}", account.limits);
    assert!(verdicts(&account, "R-026").contains(&Verdict::NotShown));
    // The returned entry's own certificate says that it was returned.
    let returned = certificate_of(&world, EASTERN, 3).await.to_bytes();
    let account = certificate::verify(&returned, Some(&world.root_key())).unwrap();
    assert!(!account.holds());
}

fn base64_decode(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.decode(text).unwrap()
}

/// F-P10: another federation's root key, a forged signature, a missing entry.
#[tokio::test]
async fn f_p10_a_foreign_root_a_missing_statement_and_a_swapped_row_are_refused() {
    let (world, other) = (published(54, false).await, found(55).await);
    let certificate = certificate_of(&world, EASTERN, 2).await;
    let refused = |certificate: &Certificate| {
        certificate::verify(&certificate.to_bytes(), Some(&world.root_key())).unwrap_err().code()
    };
    let foreign = certificate::verify(&certificate.to_bytes(), Some(&other.root_key())).unwrap_err();
    assert_eq!(foreign.code(), "ROOT_KEY_DIFFERS");
    let mut swapped = certificate.clone();
    swapped.rows = certificate_of(&world, EASTERN, 1).await.rows;
    assert_eq!(refused(&swapped), "LIST_ROW_INVALID");
    let mut moved = certificate.clone();
    moved.logs[0].entries.swap(0, 1);
    assert_eq!(refused(&moved), "CERTIFICATE_MALFORMED");
    // Without the disposition the statement stands open: the proofs hold, the procedure does not.
    let mut open = certificate.clone();
    for log in &mut open.logs {
        log.entries.retain(|entry| {
            let header = String::from_utf8_lossy(&base64_decode(&entry.header)).into_owned();
            !header.contains("statement-disposed")
        });
    }
    let account = certificate::verify(&open.to_bytes(), Some(&world.root_key())).unwrap();
    assert!(!account.holds());
}

/// Set to 1 to try every byte instead of a sample; takes minutes.
const EVERY: &str = "HONGHEI_TEST_EVERY_BYTE";

/// F-P10: one flipped byte anywhere fails. A sample over the whole file, every byte where the environment asks for it.
#[tokio::test]
async fn f_p10_every_one_byte_change_of_a_certificate_is_refused() {
    let world = published(56, false).await;
    let mut certificate = certificate_of(&world, EASTERN, 2).await;
    let root = world.root_key();
    let whole = certificate.to_bytes();
    assert!(certificate::verify(&whole, Some(&root)).unwrap().holds());
    let every = std::env::var_os(EVERY).is_some();
    // The directory's text is one signed block, most of the file, and slow to read: fewer of its bytes are tried.
    let directory: std::ops::Range<usize> = {
        let text = String::from_utf8(whole.clone()).unwrap();
        let start = text.find(&certificate.directories[0]).unwrap();
        start..start + certificate.directories.iter().map(String::len).sum::<usize>()
    };
    let mut tried = 0_u32;
    for at in 0..whole.len() {
        let step = match (every, directory.contains(&at)) {
            (true, false) => 1,
            (true, true) => 97,
            (false, false) => 61,
            (false, true) => 9_973,
        };
        if at % step != 0 {
            continue;
        }
        let mut altered = whole.clone();
        altered[at] ^= 1 << (at % 7);
        tried += 1;
        let result = certificate::verify(&altered, Some(&root));
        assert!(result.is_err(), "byte {at} of {} changed and nobody noticed", whole.len());
    }
    assert!(tried > 300, "{tried} bytes tried");
    // What lies between the lines is of one spelling as well.
    certificate.case.push(' ');
    assert!(certificate::verify(&certificate.to_bytes(), Some(&root)).is_err());
}
