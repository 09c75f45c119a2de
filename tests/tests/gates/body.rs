//! A leading group that votes no.

use chrono::Days;
use federation::world::entries::candidate;
use honghei_domain::act::{Act, Ballot};
use honghei_domain::case::StageName;
use honghei_domain::dossier::{BodyApproval, DossierStage};
use honghei_domain::list::{CaseSet, ListEntry, ListKind};
use honghei_registry::command::Command;
use honghei_registry::desk::dossiers;
use honghei_registry::engine::Submitted;

use super::bureau::*;

/// R-032, F-14, AC-16: what the group refuses goes nowhere; who collected it mends it and the head signs anew.
#[tokio::test]
async fn r_032_a_list_that_the_group_votes_down_goes_nowhere_and_its_cases_are_mended() {
    let mut world = bureau(72).await;
    let list = certified(&mut world, ListKind::Red).await;
    let (case, today) = (case(BUREAU, 1), world.today);
    let why = "引领示范作用的事实写得不清楚";
    let clerk = |asked| world.sign(BUREAU, "clerk", asked);
    assert_eq!(code(clerk(refusal(&list, today, [2, 1, 0], why)).await), "VOTES_CARRY");
    assert_eq!(code(clerk(refusal(&list, today, [0, 1, 0], why)).await), "VOTES_TOO_FEW");
    assert_eq!(code(clerk(refusal(&list, today, [1, 2, 1], why)).await), "VOTES_TOO_MANY");
    assert_eq!(code(clerk(refusal(&list, today, [1, 2, 0], " ")).await), "REASON_MISSING");
    assert_eq!(code(clerk(refusal(&list, today - Days::new(1), [1, 2, 0], why)).await), "MEETING_OUT_OF_TIME");
    assert_eq!(code(world.sign(BUREAU, "chair", refusal(&list, today, [1, 2, 0], why)).await), "NOT_PERMITTED");
    let waiting = clerk(refusal(&list, today, [1, 2, 0], why)).await.unwrap();
    let Submitted::Waiting { id, missing } = waiting else { panic!("written under one signature") };
    assert_eq!(missing[0].people, policy().approval.votes);
    assert_eq!(code(world.countersign(BUREAU, "reviewer", &id).await), "NOT_PERMITTED");
    world.countersign(BUREAU, "chair", &id).await.unwrap();
    assert!(matches!(world.countersign(BUREAU, "third", &id).await.unwrap(), Submitted::Written(_)));
    world.settle().await.unwrap();

    for node in [BUREAU, ABOVE] {
        let mut tx = world.node(node).store.read().await.unwrap();
        let dossier = dossiers::read(&mut *tx, &list).await.unwrap().unwrap();
        assert_eq!(dossier.stage(), DossierStage::Disapproved, "{node}");
        let BodyApproval::Refused { votes, reason, held_on, .. } = dossier.approval else { panic!("{node}") };
        assert_eq!((votes, reason.as_str(), held_on), (Ballot { in_favour: 1, against: 2, abstained: 0 }, why, today));
    }
    let declare = |list: &_| Command::Declare { list: std::clone::Clone::clone(list), materials: Vec::new() };
    assert_eq!(code(world.act(BUREAU, "clerk", declare(&list)).await), "APPROVAL_REFUSED");
    assert_eq!(code(world.sign(BUREAU, "clerk", approval(&list, today)).await), "APPROVAL_REFUSED");
    assert_eq!(code(world.sign(BUREAU, "clerk", refusal(&list, today, [0, 3, 0], why)).await), "ALREADY_DONE");
    let told = history(&world, BUREAU, &case).await;
    assert!(told.contains("集体审查未获通过（赞成1票、反对2票、弃权0票）") && told.contains(why), "{told}");

    // Not the same words once more.
    let certify = Command::Certify {
        kind: ListKind::Red,
        cases: Some(CaseSet::from_numbers([1])),
        opinion: "同意认定".to_owned(),
    };
    let stage = seen(&world, BUREAU, &case).await.case.stage_on(today);
    assert_eq!(stage, StageName::Returned);
    assert_eq!(code(world.act(BUREAU, "head", certify.clone()).await), "CORRECTION_MISSING");
    let facts = "获市政府质量奖，带动区内同业三家".to_owned();
    let mended = ListEntry { case: case.clone(), facts, ..sound(ListKind::Red, 1) };
    let correct = Command::Correct { entries: vec![mended], reason: "写明引领示范的事实".to_owned() };
    world.act(BUREAU, "clerk", correct).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    let again = world.act(BUREAU, "head", certify).await.unwrap();
    let given = world.today;
    signed_by_group(&world, approval(&again, given)).await;
    assert_eq!(code(world.sign(BUREAU, "clerk", refusal(&again, given, [0, 3, 0], why)).await), "APPROVED_OTHERWISE");
    world.declare(BUREAU, &again).await.unwrap();
    world.publish_at(ABOVE).await.unwrap();
    assert_eq!(seen(&world, BUREAU, &case).await.case.stage_on(given), StageName::InForce);
    assert_rebuildable(&world).await;
}

/// a no that too few members signed is no more than a yes would be, at every reader.
#[tokio::test]
async fn r_032_a_refusal_under_one_members_signature_has_no_effect_above() {
    let mut world = bureau(73).await;
    let list = certified(&mut world, ListKind::Red).await;
    let no = Act::ListDisapproved {
        list: list.clone(),
        meeting: "领导小组第3次会议".to_owned(),
        held_on: world.today,
        votes: Ballot { in_favour: 0, against: 3, abstained: 0 },
        reason: "不同意".to_owned(),
        disapproved_on: world.today,
    };
    forge(&world, BUREAU, &["clerk", "chair"], &list, no).await;
    world.settle().await.unwrap();
    let mut tx = world.node(ABOVE).store.read().await.unwrap();
    assert_eq!(dossiers::read(&mut *tx, &list).await.unwrap().unwrap().approval, BodyApproval::Asked);
}

/// where the head alone recognises, nobody votes.
#[tokio::test]
async fn r_032_a_list_that_no_body_approves_is_not_voted_down() {
    let mut world = commerce(74).await;
    let reds = vec![candidate(ListKind::Red, "420802", 1)];
    world.collect(EASTERN, reds).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let list = world.certify(EASTERN, ListKind::Red).await.unwrap();
    let no = refusal(&list, world.today, [0, 3, 0], "不同意");
    assert_eq!(code(world.sign(EASTERN, "clerk", no).await), "APPROVAL_NOT_ASKED");
}
