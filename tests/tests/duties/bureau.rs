//! A bureau that publishes by itself answers for it from the day its leading group passed the list.

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::act::Ballot;
use honghei_domain::list::{Attestation, Department, ListEntry, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::policy::{Criterion, CriterionForm, Policy, shipped};
use honghei_registry::command::Command;
use honghei_registry::desk::deadlines::clocks_of;
use honghei_registry::desk::listing::row_of;

use super::office::*;

/// An entry that a document alone proves, with every quality confirmed.
fn sound(firm: u32) -> ListEntry {
    let text = shipped().iter().find(|(name, _)| *name == "yq-quality").unwrap().1;
    let policy = Policy::parse(text).unwrap();
    let plain = |criterion: &&Criterion| {
        criterion.kind == ListKind::Black && criterion.count.is_empty() && criterion.form == CriterionForm::Closed
    };
    let mut entry = candidate(ListKind::Black, "110119", firm);
    entry.department = Department("quality".to_owned());
    entry.subject.class = "unit".to_owned();
    entry.criteria = vec![policy.criteria.iter().find(plain).unwrap().code.clone()];
    let attested = |code: &str| Attestation { code: code.to_owned(), text: "经现场核查属实".to_owned() };
    entry.attestations = policy.qualities_of(ListKind::Black).map(|quality| attested(&quality.code)).collect();
    entry
}

/// A list of one entry that the head signed and the group has still to see.
async fn certified(world: &mut World, firm: u32) -> EntryRef {
    world.collect(BUREAU, vec![sound(firm)]).await.unwrap();
    world.announce(BUREAU).await.unwrap();
    world.pass_days(25).await.unwrap();
    world.certify(BUREAU, ListKind::Black).await.unwrap()
}

fn approval(world: &World, list: &EntryRef) -> Command {
    Command::ApproveList {
        list: list.clone(),
        meeting: "领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on: world.today,
        decision: "同意列入".to_owned(),
    }
}

/// D-09 as bureau and node above see it: last days and standings.
async fn running(world: &World) -> Vec<(String, &'static str)> {
    let mut seen = Vec::new();
    for at in [BUREAU, ABOVE] {
        let all = tasks_of(world, at, BUREAU).await;
        let own = all.into_iter().filter(|task| task.0 == BUREAU && task.1 == "D-09");
        seen.push(own.map(|task| (task.2, task.3)).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1], "both count alike");
    seen.swap_remove(0)
}

/// D-09, R-040: the clock starts with the meeting that passed the list and waits for no result above; only
/// what the bureau announces afterwards, on the channel that its policy demands, ends it.
#[tokio::test]
async fn d_09_a_bureau_publishes_what_its_group_passed_before_any_result() {
    let mut world = bureau(331).await;
    let early = announce(&world, BUREAU, "clerk", COLUMN).await;
    assert_eq!(code(early), "NOTHING_PASSED");
    let list = certified(&mut world, 1).await;
    assert_eq!(code(announce(&world, BUREAU, "clerk", COLUMN).await), "NOTHING_PASSED", "signed is not passed");
    assert!(running(&world).await.is_empty());
    signed_by_group(&world, approval(&world, &list)).await;
    assert_eq!(world.today, day("2017-12-01"));
    // Twenty working days, New Year's Day left out; the day of the meeting does not count.
    assert_eq!(running(&world).await, [("2017-12-29".to_owned(), "running")]);
    let node = world.node(BUREAU);
    let cx = node.engine.context(world.now()).await;
    let mut tx = node.store.read().await.unwrap();
    let clocks = clocks_of(&mut *tx, &cx, &case(BUREAU, 1)).await.unwrap().unwrap();
    drop(tx);
    let own = clocks.iter().find(|task| task.clock.deadline.code() == "D-09").unwrap();
    let reason = own.clock.reason(&cx.reference.calendar);
    assert!(reason.head.contains("自2017-12-01起算") && reason.rule.contains("延庆制度三"), "{reason:?}");
    assert!(reason.days.len() >= 20, "day by day: {reason:?}");

    world.pass_days(3).await.unwrap();
    announce(&world, BUREAU, "clerk", "延庆政务公众号").await.unwrap();
    assert_eq!(running(&world).await.len(), 1, "a channel that may be used besides is not the demanded one");
    announce(&world, BUREAU, "clerk", "bureau-site").await.unwrap();
    assert!(running(&world).await.is_empty(), "published, though nothing was reported yet");
    world.assert_rebuilds().await.unwrap();

    // Reported and compared afterwards: the version starts no second clock.
    world.declare(BUREAU, &list).await.unwrap();
    world.pass_days(2).await.unwrap();
    world.publish_at(ABOVE).await.unwrap();
    assert!(running(&world).await.is_empty());
    let mut tx = world.node(BUREAU).store.read().await.unwrap();
    assert!(row_of(&mut *tx, &case(BUREAU, 1)).await.unwrap().is_some());
    drop(tx);

    // A second list: what was announced before it was passed shows nothing of it.
    let second = certified(&mut world, 2).await;
    announce(&world, BUREAU, "clerk", COLUMN).await.unwrap();
    signed_by_group(&world, approval(&world, &second)).await;
    assert_eq!(running(&world).await.len(), 1);
    announce(&world, BUREAU, "clerk", COLUMN).await.unwrap();
    assert!(running(&world).await.is_empty());
    world.assert_rebuilds().await.unwrap();
}

/// AMB-17, D-09: left unpublished it is put before the node above; a list that was voted down, or of which every entry
/// was withdrawn, is owed by nobody.
#[tokio::test]
async fn d_09_a_passed_list_that_is_not_published_escalates_and_a_list_that_is_none_does_not() {
    let mut world = bureau(332).await;
    let list = certified(&mut world, 1).await;
    let no = Command::DisapproveList {
        list: list.clone(),
        meeting: "领导小组第3次会议（纪要〔2017〕3号）".to_owned(),
        held_on: world.today,
        votes: Ballot { in_favour: 1, against: 2, abstained: 0 },
        reason: "事实不清".to_owned(),
    };
    signed_by_group(&world, no).await;
    assert!(running(&world).await.is_empty(), "voted down");
    let second = certified(&mut world, 2).await;
    signed_by_group(&world, approval(&world, &second)).await;
    assert_eq!(running(&world).await.len(), 1);
    let today = world.today;
    world.turn_to(today + chrono::Days::new(40)).await.unwrap();
    assert_eq!(running(&world).await[0].1, "escalated");
    let above = tasks_of(&world, ABOVE, ABOVE).await;
    assert!(above.iter().any(|task| task.0 == BUREAU && task.1 == "D-09"), "{above:?}");
    world.assert_rebuilds().await.unwrap();
    let withdraw =
        Command::Withdraw { case: case(BUREAU, 2), code: "BX-2".to_owned(), reason: "认定有误".to_owned() };
    world.act(BUREAU, "head", withdraw).await.unwrap();
    world.settle().await.unwrap();
    assert!(running(&world).await.is_empty(), "nothing is left to publish");
    world.assert_rebuilds().await.unwrap();
}
