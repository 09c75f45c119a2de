//! What a procedure certificate says of the body that approved.

use federation::world::World;
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::list::{CaseSet, ListKind};
use honghei_domain::node::EntryRef;
use honghei_registry::certificate::{self, Account, Verdict};
use honghei_registry::engine::plain_draft;

use super::bureau::*;

async fn account(world: &World) -> Account {
    let node = world.node(BUREAU);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let proof = certificate::make(&mut *tx, &cx, &case(BUREAU, 1)).await.unwrap().unwrap();
    certificate::verify(&proof.to_bytes(), Some(&world.root_key())).unwrap()
}

fn body(account: &Account) -> Vec<(Verdict, &str)> {
    let said = account.findings.iter().filter(|finding| finding.clause.contains("R-032"));
    said.map(|finding| (finding.verdict, finding.zh.as_str())).collect()
}

/// F-P10, R-032, F-14: a stranger counts the members who signed.
#[tokio::test]
async fn f_p10_a_certificate_proves_the_groups_votes_as_the_policy_demands_them() {
    let mut world = bureau(76).await;
    let list = certified(&mut world, ListKind::Black).await;
    let asked = account(&world).await;
    assert!(asked.holds() && body(&asked)[0].0 == Verdict::NotShown, "{:#?}", asked.findings);
    signed_by_group(&world, approval(&list, world.today)).await;
    world.declare(BUREAU, &list).await.unwrap();
    world.publish_at(ABOVE).await.unwrap();
    let account = account(&world).await;
    assert!(account.holds(), "{:#?}", account.findings);
    let said = body(&account);
    assert_eq!((said.len(), said[0].0), (1, Verdict::Passed), "{:#?}", account.findings);
    assert!(said[0].1.contains("2名成员签署（制度要求2名）"), "{}", said[0].1);
}

/// The node's own program would not write it: an approval under some members' keys, and the report after it.
async fn written_by_force(world: &World, list: &EntryRef, officers: &[&str]) {
    let yes = Act::ListApproved {
        list: list.clone(),
        meeting: "领导小组第3次会议".to_owned(),
        held_on: world.today,
        decision: "同意列入".to_owned(),
        approved_on: world.today,
    };
    forge(world, BUREAU, officers, list, yes).await;
    report(world, list).await;
}

async fn report(world: &World, list: &EntryRef) {
    let node = world.node(BUREAU);
    let cx = node.engine.context(world.now()).await;
    let (list, reported_on) = (list.clone(), world.today);
    let act = Act::ListReported { list: list.clone(), review: list, excluded: CaseSet::default(), reported_on };
    node.engine.note(world.now(), vec![plain_draft(&cx, act, Audience::of(Scope::Up))]).await.unwrap();
}

/// F-P10, R-032: one signature dropped, one person twice, somebody who is no member, nothing at all: no certificate.
#[tokio::test]
async fn f_p10_a_certificate_fails_where_one_members_signature_is_missing() {
    for (seed, officers, verdict, says) in [
        (77, vec!["clerk", "chair", "third"], Verdict::Passed, "2名成员签署"),
        (78, vec!["clerk", "chair"], Verdict::Failed, "须由2名成员签署，仅有1名"),
        (79, vec!["clerk", "chair", "chair"], Verdict::Failed, "同一人重复签署"),
        (80, vec!["clerk", "chair", "reviewer"], Verdict::Failed, "仅有1名"),
    ] {
        let mut world = bureau(seed).await;
        let list = certified(&mut world, ListKind::Red).await;
        written_by_force(&world, &list, &officers).await;
        let account = account(&world).await;
        let said = body(&account);
        assert_eq!(said.len(), 1, "{officers:?}: {:#?}", account.findings);
        assert_eq!(said[0].0, verdict, "{officers:?}: {}", said[0].1);
        assert!(said[0].1.contains(says), "{officers:?}: {}", said[0].1);
        assert_eq!(account.holds(), verdict == Verdict::Passed, "{officers:?}: {:#?}", account.findings);
    }
    let mut world = bureau(81).await;
    let list = certified(&mut world, ListKind::Red).await;
    report(&world, &list).await;
    let unapproved = account(&world).await;
    assert!(!unapproved.holds() && body(&unapproved)[0].1.contains("未经"), "{:#?}", unapproved.findings);
}

/// F-P10, R-032: a refusal is proved as one, and the list that it hit comes to nothing.
#[tokio::test]
async fn f_p10_a_certificate_of_a_list_that_was_voted_down_fails_and_says_why() {
    let mut world = bureau(82).await;
    let list = certified(&mut world, ListKind::Red).await;
    signed_by_group(&world, refusal(&list, world.today, [0, 2, 1], "事实尚需核实")).await;
    let account = account(&world).await;
    assert!(!account.holds());
    assert!(
        body(&account)[0].1.contains("未获通过（赞成0票、反对2票、弃权1票）：事实尚需核实"),
        "{:#?}",
        account.findings
    );
}
