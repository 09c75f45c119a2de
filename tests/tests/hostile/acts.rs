//! Acts that verify as entries and are wrong as acts: the interpreter answers each with a code, the log goes on.

use federation::world::World;
use honghei_codec::list::BuiltList;
use honghei_domain::act::{Act, Officer, OfficerId, ResultCounts};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::list::{AttachmentRef, CaseId, CaseSet, CriterionCode, Department, ListEntry, ListKind};
use honghei_domain::permit::Role;
use honghei_registry::command::Command;

use super::forge::*;

/// Sends a list altered by `alter`, and says what the city made of its declaration.
async fn answer(entry: impl Fn(&World) -> Vec<ListEntry>, alter: impl Fn(&mut BuiltList)) -> (String, String) {
    let (world, _) = founded(31).await;
    let mut list = list_of(&entry(&world));
    alter(&mut list);
    let (_, declaration) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    let answered = outcome(&world, CITY, &declaration).await;
    good_list_goes_through(&world, EASTERN, 900).await;
    good_list_goes_through(&world, WESTERN, 901).await;
    answered
}

fn rejected(code: &str) -> (String, String) {
    ("rejected".to_owned(), code.to_owned())
}

fn one(world: &World) -> Vec<ListEntry> {
    vec![lawful(world, EASTERN, ListKind::Red, 1)]
}

#[tokio::test]
async fn a_list_that_holds_another_regions_case_is_refused_whole() {
    let foreign =
        |world: &World| vec![lawful(world, EASTERN, ListKind::Red, 1), lawful(world, WESTERN, ListKind::Red, 2)];
    assert_eq!(answer(foreign, |_| {}).await, rejected("CASE_NOT_OWN"));
}

/// a bureau of commerce that signs a list of food safety would choose its own terms and reviewers.
#[tokio::test]
async fn a_list_of_a_department_that_is_not_its_recognisers_is_refused_whole() {
    let (world, _) = founded(41).await;
    let food = Department("food".to_owned());
    let entries: Vec<ListEntry> =
        one(&world).into_iter().map(|entry| ListEntry { department: food.clone(), ..entry }).collect();
    let list = list_of(&entries);
    let mut act = certified(&world, ListKind::Red, &list);
    if let Act::ListCertified { department, .. } = &mut act {
        *department = food;
    }
    let (certified, declaration) = send(&world, EASTERN, "head", act, list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, rejected("DEPARTMENT_NOT_ITS_OWN"));
    // Nor does the province take it past the city.
    let report = Act::ListReported {
        list: certified.clone(),
        review: certified,
        excluded: CaseSet::default(),
        reported_on: world.today,
    };
    let report = write(&world, EASTERN, "clerk", report, None).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, PROVINCE, &report).await.0, "rejected");
    good_list_goes_through(&world, EASTERN, 900).await;
}

#[tokio::test]
async fn a_list_that_holds_a_case_twice_is_refused_whole() {
    let twice = |world: &World| {
        let entry = lawful(world, EASTERN, ListKind::Red, 1);
        vec![entry.clone(), ListEntry { facts: "另一事实".to_owned(), ..entry }]
    };
    assert_eq!(answer(twice, |_| {}).await, rejected("CASE_TWICE"));
}

#[tokio::test]
async fn a_list_under_a_wrong_root_is_passed_over_on_record() {
    let (world, _) = founded(39).await;
    let mut list = list_of(&one(&world));
    list.manifest.root[0] ^= 1;
    let (_, declaration) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, rejected("LIST_UNKNOWN"));
    let rows = world.node(CITY).store.read().await.unwrap().incidents(10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["ENTRY_UNREADABLE"]);
    good_list_goes_through(&world, EASTERN, 900).await;
}

#[tokio::test]
async fn a_chunk_that_is_no_chunk_is_refused() {
    let garble = |list: &mut BuiltList| {
        let bytes = b"neither salt nor entry".to_vec();
        let digest = honghei_ledger::sha256(&bytes);
        list.manifest.chunks[0].digest = digest;
        list.manifest.chunks[0].length = bytes.len() as u64;
        list.chunks = vec![(digest, bytes)];
    };
    assert_eq!(answer(one, garble).await, rejected("CHUNK_MALFORMED"));
}

#[tokio::test]
async fn an_entry_that_is_no_entry_is_refused() {
    let (world, _) = founded(32).await;
    let list = honghei_codec::list::build_list(&[(1, vec![0xff; 40])], &mut || [1; 32]).unwrap();
    let (_, declaration) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, rejected("ENTRY_MALFORMED"));
    good_list_goes_through(&world, EASTERN, 900).await;
}

#[tokio::test]
async fn a_list_whose_chunk_was_never_written_is_refused() {
    let lose = |list: &mut BuiltList| list.chunks.clear();
    let (status, code) = answer(one, lose).await;
    assert_eq!((status.as_str(), code.as_str()), ("rejected", "ACT_UNREADABLE"));
}

#[tokio::test]
async fn a_list_signed_by_an_uncertified_officer_waits_until_he_is_certified() {
    let (mut world, _) = founded(33).await;
    let newcomer = Officer {
        id: OfficerId("head".to_owned()),
        node: id(EASTERN),
        name: "新任负责人".to_owned(),
        title: "局长".to_owned(),
        roles: vec![Role::Head],
        key: PublicKeyRecord {
            algorithm: "ed25519".to_owned(),
            key: world.node(EASTERN).officers["head"].public().bytes,
        },
    };
    // Appointed again, he is certified no longer.
    world.act(EASTERN, "admin", Command::AppointOfficer(newcomer)).await.unwrap();
    world.settle().await.unwrap();
    let list = list_of(&one(&world));
    let (_, declaration) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    let waiting = ("waiting".to_owned(), "OFFICER_NOT_CERTIFIED".to_owned());
    assert_eq!(outcome(&world, CITY, &declaration).await, waiting);
    world.today = world.today.succ_opt().unwrap();
    good_list_goes_through(&world, WESTERN, 901).await;
    let certify = Command::CertifyOfficer { node: id(EASTERN), officer: OfficerId("head".to_owned()) };
    world.act(CITY, "admin", certify).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, ("applied".to_owned(), String::new()));
}

#[tokio::test]
async fn a_list_signed_by_a_collector_has_no_effect() {
    let (world, _) = founded(34).await;
    let list = list_of(&one(&world));
    let (list, declaration) = send(&world, EASTERN, "clerk", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, rejected("LIST_UNKNOWN"));
    assert_eq!(stage(&world, CITY, &list).await, None);
    assert_eq!(stage(&world, PROVINCE, &list).await, None);
    good_list_goes_through(&world, EASTERN, 900).await;
}

/// SW-B-12: every reader asks for the second approver, whatever the recogniser's own program let through.
#[tokio::test]
async fn a_list_under_the_open_clause_without_a_second_approvers_signature_has_no_effect() {
    let (mut world, _) = founded(40).await;
    world.appoint_officer(EASTERN, "second", vec![Role::SecondApprover]).await.unwrap();
    let entry = |world: &World, number: u32| {
        let mut entry = lawful(world, EASTERN, ListKind::Black, number);
        entry.criteria = vec![CriterionCode("SW-B-12".to_owned())];
        entry.facts = "情节严重，依据《湖北省社会信用信息管理条例》列入".to_owned();
        entry
    };
    // Nobody besides, the head twice, and somebody who may not approve.
    for (number, officers) in [(1, vec!["head"]), (2, vec!["head", "head"]), (3, vec!["head", "clerk"])] {
        let list = list_of(&[entry(&world, number)]);
        let act = certified(&world, ListKind::Black, &list);
        let list = write_for(&world, EASTERN, &officers, act, Some(list), Audience::of(Scope::Up)).await;
        let declaration = declare(&world, EASTERN, &list, CITY).await;
        world.settle().await.unwrap();
        assert_eq!(outcome(&world, CITY, &declaration).await, rejected("LIST_UNKNOWN"), "{officers:?}");
        assert_eq!(stage(&world, CITY, &list).await, None, "{officers:?}");
        assert_eq!(stage(&world, PROVINCE, &list).await, None, "{officers:?}");
    }
    let list = list_of(&[entry(&world, 4)]);
    let act = certified(&world, ListKind::Black, &list);
    let both = ["head", "second"];
    let list = write_for(&world, EASTERN, &both, act, Some(list), Audience::of(Scope::Up)).await;
    let declaration = declare(&world, EASTERN, &list, CITY).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &declaration).await, ("applied".to_owned(), String::new()));
    good_list_goes_through(&world, EASTERN, 900).await;
}

/// materials that are named and do not travel, or are not what they are called, are no materials.
#[tokio::test]
async fn a_declaration_whose_materials_are_not_there_is_refused() {
    let (world, _) = founded(42).await;
    let file = |parts: Vec<[u8; 32]>| AttachmentRef {
        name: "决定书.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 100,
        parts,
    };
    let cases = [
        (vec![file(vec![[7; 32]])], "ATTACHMENT_INCOMPLETE"),
        (vec![file(Vec::new())], "ATTACHMENT_ALTERED"),
        (vec![AttachmentRef { name: "../决定书.pdf".to_owned(), ..file(vec![[7; 32]]) }], "ATTACHMENT_NAME_UNFIT"),
        (vec![AttachmentRef { media_type: "text/html".to_owned(), ..file(vec![[7; 32]]) }], "ATTACHMENT_TYPE_REFUSED"),
    ];
    for (number, (materials, code)) in (1..).zip(cases) {
        let list = list_of(&[lawful(&world, EASTERN, ListKind::Red, number)]);
        let list = write(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), Some(list)).await;
        let declared = Act::ListDeclared { list, to: id(CITY), declared_on: world.today, materials };
        let declared = write(&world, EASTERN, "clerk", declared, None).await;
        world.settle().await.unwrap();
        assert_eq!(outcome(&world, CITY, &declared).await, rejected(code));
    }
    good_list_goes_through(&world, EASTERN, 900).await;
}

/// C-5: a result that removes much under one signature is served by nobody.
#[tokio::test]
async fn a_mass_removal_that_only_one_officer_signed_changes_nothing() {
    let (world, _) = founded(41).await;
    let empty = honghei_domain::final_list::BucketTree::new().root();
    let result = |removed| Act::ResultPublished {
        version: 1,
        rule_version: 1,
        published_on: world.today,
        rows: list_of(&[]).manifest,
        details: Vec::new(),
        root: empty,
        counts: ResultCounts { removed, ..ResultCounts::default() },
    };
    let everybody = || Audience::of(Scope::All);
    write_for(&world, PROVINCE, &["head"], result(51), None, everybody()).await;
    world.settle().await.unwrap();
    assert!(world.served().await.unwrap().values().all(Option::is_none));
    // The same with nothing unusual in it is served.
    write_for(&world, PROVINCE, &["head"], result(50), None, everybody()).await;
    world.settle().await.unwrap();
    // What a member forges it does not fold itself.
    let served = world.served().await.unwrap();
    let mut readers = served.iter().filter(|(node, _)| node.as_str() != PROVINCE);
    assert!(readers.all(|(_, served)| served.is_some_and(|(version, _)| version == 1)));
}

#[tokio::test]
async fn a_declaration_of_another_nodes_list_is_refused() {
    let (world, _) = founded(35).await;
    let list = list_of(&one(&world));
    let (list, _) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    let stolen = declare(&world, WESTERN, &list, CITY).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, CITY, &stolen).await, rejected("DECLARATION_OUT_OF_ORDER"));
    assert_eq!(stage(&world, CITY, &list).await.as_deref(), Some("received"));
}

#[tokio::test]
async fn a_county_that_reports_its_own_list_past_its_reviewer_is_refused() {
    let (world, _) = founded(36).await;
    let list = list_of(&one(&world));
    let (list, _) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    let report = Act::ListReported {
        list: list.clone(),
        review: list.clone(),
        excluded: CaseSet::default(),
        reported_on: world.today,
    };
    let report = write(&world, EASTERN, "head", report, None).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, PROVINCE, &report).await, rejected("REPORT_OUT_OF_ORDER"));
    let published = world.act(PROVINCE, "head", Command::PublishResult { agreed_removal_percent: None }).await;
    assert_eq!(published.unwrap_err().code(), "ALREADY_DONE");
}

#[tokio::test]
async fn a_withdrawal_of_another_nodes_case_is_refused() {
    let (mut world, _) = founded(37).await;
    let list = list_of(&one(&world));
    let (list, _) = send(&world, EASTERN, "head", certified(&world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    let theft = Act::EntryWithdrawn {
        case: CaseId { origin: id(EASTERN), number: 1 },
        code: "RX-3".to_owned(),
        reason: "冒名".to_owned(),
        decided_on: world.today,
    };
    let theft = write(&world, WESTERN, "head", theft, None).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(&world, PROVINCE, &theft).await, rejected("CASE_NOT_OWN"));
    world.review(CITY, &list, Vec::new()).await.unwrap();
    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    let mut tx = world.node(WESTERN).store.read().await.unwrap();
    let latest = tx.latest_result().await.unwrap().unwrap();
    assert_eq!(honghei_registry::desk::served::counts(&latest).unwrap().red, 1);
}

#[tokio::test]
async fn a_result_that_a_city_publishes_changes_nothing() {
    let (world, _) = founded(38).await;
    let result = Act::ResultPublished {
        version: 1,
        rule_version: 1,
        published_on: world.today,
        rows: Default::default(),
        details: Vec::new(),
        root: [7; 32],
        counts: Default::default(),
    };
    write(&world, CITY, "head", result, None).await;
    world.settle().await.unwrap();
    assert!(world.served().await.unwrap().values().all(Option::is_none));
    good_list_goes_through(&world, EASTERN, 900).await;
}
