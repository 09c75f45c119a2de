//! One node that serves two departments: 仙桃 for commerce and for quality, directly under the province (L-13, R-002).

use chrono::Datelike;
use federation::world::World;
use federation::world::entries::{candidate, day};
use honghei_domain::list::{Attestation, CaseSet, Department, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Criterion, CriterionForm, Policy, shipped};
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::desk::{dossiers, listing, served};

use crate::common::{code, commerce};

const COUNTY: &str = "429004-commerce";
const PROVINCE: &str = "420000-commerce";
const GROUP: [&str; 3] = ["chair", "deputy", "third"];

async fn two_departments(seed: u64) -> World {
    let mut world = commerce(seed, "2017-11-06").await;
    world.give_departments(COUNTY, &["commerce", "quality"]).await.unwrap();
    world.appoint_group(COUNTY, &GROUP).await.unwrap();
    world
}

fn of_commerce(firm: u32) -> ListEntry {
    candidate(ListKind::Red, "429004", firm)
}

/// A red of the quality bureau that its document alone proves, every quality confirmed.
fn of_quality(firm: u32) -> ListEntry {
    let (_, text) = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap();
    let policy = Policy::parse(text).unwrap();
    let plain = |criterion: &&Criterion| {
        criterion.kind == ListKind::Red && criterion.count.is_empty() && criterion.form == CriterionForm::Closed
    };
    let mut entry = candidate(ListKind::Red, "429004", firm);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![policy.criteria.iter().find(plain).unwrap().code.clone()];
    let attested = |code: &str| Attestation { code: code.to_owned(), text: "经现场核查属实".to_owned() };
    entry.attestations = policy.qualities_of(ListKind::Red).map(|quality| attested(&quality.code)).collect();
    entry.territorial_override = Some("本单位辖区内的企业".to_owned());
    entry
}

/// Department, policy and cases of a list as a node holds it.
async fn list_at(world: &World, node: &str, list: &EntryRef) -> (String, String, u64) {
    let mut tx = world.node(node).store.read().await.unwrap();
    let dossier = dossiers::read(&mut *tx, list).await.unwrap().unwrap();
    (dossier.department.0.clone(), dossier.policy.clone(), dossier.count)
}

/// L-13, R-002: both departments' entries go through one node, each list under its own policy to its own reviewer, and
/// stand on the final list for the term of their own department.
#[tokio::test]
async fn l_13_each_departments_list_goes_up_under_its_own_policy() {
    let mut world = two_departments(130).await;
    world.collect(COUNTY, vec![of_commerce(1), of_commerce(2)]).await.unwrap();
    world.collect(COUNTY, vec![of_quality(3)]).await.unwrap();
    world.announce(COUNTY).await.unwrap();
    world.pass_days(25).await.unwrap();

    let first = world.certify(COUNTY, ListKind::Red).await.unwrap();
    let second = world.certify(COUNTY, ListKind::Red).await.unwrap();
    assert_eq!(code(world.certify(COUNTY, ListKind::Red).await), "NOTHING_TO_CERTIFY");
    let commerce = ("commerce".to_owned(), "jm-commerce-2017-draft@1".to_owned(), 2);
    let quality = ("quality".to_owned(), "yq-quality@1".to_owned(), 1);
    assert_eq!(list_at(&world, COUNTY, &first).await, commerce, "no row of the other department's");
    assert_eq!(list_at(&world, COUNTY, &second).await, quality);

    // The bureau's leading group approves its list and nobody reviews it; the province's desk reviews the other.
    world.declare(COUNTY, &first).await.unwrap();
    let declare = Command::Declare { list: second.clone(), materials: Vec::new() };
    assert_eq!(code(world.act(COUNTY, "clerk", declare).await), "APPROVAL_MISSING");
    let approval = Command::ApproveList {
        list: second.clone(),
        meeting: "领导小组第1次会议".to_owned(),
        held_on: world.today,
        decision: "同意列入".to_owned(),
    };
    world.sign_as_body(COUNTY, &GROUP, approval).await.unwrap();
    world.declare(COUNTY, &second).await.unwrap();
    world.review(PROVINCE, &first, Vec::new()).await.unwrap();
    assert_eq!(list_at(&world, PROVINCE, &first).await, commerce);
    assert_eq!(list_at(&world, PROVINCE, &second).await, quality);

    world.pass_days(45).await.unwrap();
    world.publish().await.unwrap();
    let served_at = world.served().await.unwrap();
    let province = served_at[&PROVINCE.parse().unwrap()];
    assert!(province.is_some() && served_at.values().all(|node| *node == province), "{served_at:?}");
    for (entry, department, years) in [(of_commerce(1), "commerce", 3), (of_quality(3), "quality", 1)] {
        let mut tx = world.node(COUNTY).store.read().await.unwrap();
        let rows = served::rows_of(&mut *tx, &SubjectKey::of(&entry.subject)).await.unwrap();
        let [row] = rows.as_slice() else { panic!("{department}: {rows:?}") };
        assert_eq!(row.department.0, department);
        assert_eq!(row.valid_to.year() - row.valid_from.year(), years, "{department}");
    }
    // RX-5 after one year is the bureau's; what commerce listed on the same day stays.
    world.turn_to(day("2019-02-01")).await.unwrap();
    let mut tx = world.node(COUNTY).store.read().await.unwrap();
    let departures = listing::departures(&mut *tx, Some(&COUNTY.parse().unwrap())).await.unwrap();
    let left: Vec<_> = departures.iter().map(|one| (one.code.as_str(), one.cases.iter().collect::<Vec<_>>())).collect();
    assert_eq!(left, [("RX-5", vec![3])]);
}

/// L-13, R-002: one list is one department's, whichever cases its head names, and a department that the directory does
/// not give a node has no list there.
#[tokio::test]
async fn l_13_no_department_is_acted_for_under_another_ones_list_or_without_the_directory() {
    let mut world = two_departments(131).await;
    world.collect(COUNTY, vec![of_commerce(1)]).await.unwrap();
    world.collect(COUNTY, vec![of_quality(2)]).await.unwrap();
    world.announce(COUNTY).await.unwrap();
    world.pass_days(25).await.unwrap();
    let both = Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers([1, 2])),
        opinion: "同意认定".to_owned(),
    };
    let list = world.act(COUNTY, "head", both).await.unwrap();
    let (department, _, count) = list_at(&world, COUNTY, &list).await;
    assert_eq!((department.as_str(), count), ("commerce", 1));

    // The directory takes quality from the node again: its next list is nobody's.
    world.give_departments(COUNTY, &["commerce"]).await.unwrap();
    let list = world.certify(COUNTY, ListKind::Red).await.unwrap();
    assert_eq!(list_at(&world, COUNTY, &list).await.0, "quality");
    let approval = Command::ApproveList {
        list: list.clone(),
        meeting: "领导小组第1次会议".to_owned(),
        held_on: world.today,
        decision: "同意列入".to_owned(),
    };
    world.sign_as_body(COUNTY, &GROUP, approval).await.unwrap();
    let declared = world.declare(COUNTY, &list).await.unwrap();
    let mut tx = world.node(PROVINCE).store.read().await.unwrap();
    let outcome = tx.outcome(&declared).await.unwrap().unwrap();
    assert_eq!((outcome.status.as_str(), outcome.code.as_str()), ("rejected", "DEPARTMENT_NOT_ITS_OWN"));
}
