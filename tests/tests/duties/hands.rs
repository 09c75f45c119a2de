//! One person is one officer.

use federation::world::World;
use federation::world::entries::candidate;
use honghei_domain::act::{CollectionChannel, Officer, OfficerId};
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::list::ListKind;
use honghei_domain::permit::Role;
use honghei_ledger::{Algorithm, SecretKey};
use honghei_registry::command::Command;

use super::office::*;

fn named(node: &str, id: &str, key: PublicKeyRecord, roles: &[Role]) -> Command {
    Command::AppointOfficer(Officer {
        id: OfficerId(id.to_owned()),
        node: node.parse().unwrap(),
        name: "张伟".to_owned(),
        title: "科员".to_owned(),
        roles: roles.to_vec(),
        key,
    })
}

/// F-P5, SW-B-12, R-024: nobody becomes two people by two names with one key, neither at his own node nor at the one that
/// reviews him; and whatever roles one name holds, the duties of one entry stay apart.
#[tokio::test]
async fn one_person_cannot_walk_an_entry_through_under_several_names() {
    let mut world = commerce(321, "2017-11-06").await;
    let key_of = |world: &World, node: &str, id: &str| PublicKeyRecord {
        algorithm: "ed25519".to_owned(),
        key: world.node(node).officers[id].public().bytes,
    };
    let every = [Role::Collector, Role::Head, Role::SecondApprover, Role::Reviewer];
    // The administrator's own key, the clerk's, and the clerk's at the city above: all are somebody's already.
    for (node, holder) in [(EASTERN, "admin"), (EASTERN, "clerk"), (CITY, "head")] {
        let alias = named(EASTERN, "alias", key_of(&world, node, holder), &every);
        let refused = world.act(EASTERN, "admin", alias).await.unwrap_err();
        assert_eq!(refused.code(), "KEY_ALREADY_HELD");
        assert!(refused.to_string().contains(holder) && refused.to_string().contains(node), "{refused}");
    }
    let alias = named(CITY, "alias", key_of(&world, EASTERN, "head"), &every);
    assert_eq!(code(world.act(CITY, "admin", alias).await), "KEY_ALREADY_HELD");

    // One name with every role: he collects, and then signs nothing of it.
    world.appoint_officer(EASTERN, "alone", every.to_vec()).await.unwrap();
    let entries = vec![candidate(ListKind::Red, "420802", 1)];
    let collect = Command::Collect {
        channel: CollectionChannel::Enforcement,
        source: "样例.csv".to_owned(),
        entries: entries.into(),
        account: None,
    };
    world.act(EASTERN, "alone", collect).await.unwrap();
    world.announce(EASTERN).await.unwrap();
    world.pass_days(25).await.unwrap();
    let certify = |kind| Command::Certify { kind, cases: None, opinion: "同意认定".to_owned() };
    let refused = world.act(EASTERN, "alone", certify(ListKind::Red)).await;
    assert_eq!(code(refused), "DUTIES_NOT_SEPARATE");
    world.act(EASTERN, "head", certify(ListKind::Red)).await.unwrap();
}

/// F-P5: two nodes that appoint the same key before they hear of each other are not both vouched for.
#[tokio::test]
async fn the_level_above_vouches_for_no_key_that_another_officer_holds() {
    let world = commerce(322, "2017-11-06").await;
    let own = SecretKey::from_seed(Algorithm::Ed25519, &[7; 32]).public().bytes;
    let key = || PublicKeyRecord { algorithm: "ed25519".to_owned(), key: own.clone() };
    world.act(CITY, "admin", named(CITY, "reviewing", key(), &[Role::Reviewer])).await.unwrap();
    world.act(EASTERN, "admin", named(EASTERN, "collecting", key(), &[Role::Collector])).await.unwrap();
    world.settle().await.unwrap();
    let vouch = Command::CertifyOfficer { node: EASTERN.parse().unwrap(), officer: OfficerId("collecting".to_owned()) };
    assert_eq!(code(world.act(CITY, "admin", vouch).await), "KEY_ALREADY_HELD");
}
