//! A member that writes what its own program would never write, under its own keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{World, jingmen};
use honghei_codec::entry::OfficerSignature;
use honghei_codec::list::{BuiltList, build_list, encode_entry};
use honghei_domain::act::{Act, ActBody, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::list::{CaseId, Department, ListEntry, ListKind, NoticeRecord, ProcedureRecord, PublicityRecord};
use honghei_domain::node::{EntryRef, NodeId};
use honghei_registry::desk::members;
use honghei_registry::entry::Draft;
use honghei_registry::journal::Journal;
use honghei_store::{MemoryStore, Store};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

pub const EASTERN: &str = "420802-commerce";
pub const WESTERN: &str = "420804-commerce";
pub const CITY: &str = "420800-commerce";
pub const PROVINCE: &str = "420000-commerce";

pub fn id(node: &str) -> NodeId {
    node.parse().unwrap()
}

/// A founded federation and the disks below it.
pub async fn founded(seed: u64) -> (World, BTreeMap<NodeId, MemoryStore>) {
    let mut disks = BTreeMap::new();
    let store = async |id: &NodeId| {
        let disk = MemoryStore::new();
        disks.insert(id.clone(), disk.clone());
        Arc::new(disk) as Arc<dyn Store>
    };
    let today: NaiveDate = "2017-12-18".parse().unwrap();
    let world = World::found(seed, &jingmen(), today, store).await.unwrap();
    (world, disks)
}

/// An entry that could lawfully be certified on the world's day.
pub fn lawful(world: &World, node: &str, kind: ListKind, number: u32) -> ListEntry {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let mut entry = candidate(kind, &node[..6], number);
    entry.case = CaseId { origin: id(node), number: number.into() };
    entry.recognising_organ = "样例商务局".to_owned();
    entry.recognised_on = Some(world.today);
    entry.procedure = ProcedureRecord {
        notice: Some(NoticeRecord {
            method: "直接送达".to_owned(),
            served_on: day("2017-11-06"),
            proof: "送达回证".to_owned(),
        }),
        publicity: Some(PublicityRecord {
            channel: "门户网站".to_owned(),
            opened_on: day("2017-11-06"),
            ended_on: day("2017-11-20"),
        }),
        statements: Vec::new(),
        evidence: Vec::new(),
    };
    entry
}

/// A list of entries as its head would sign it.
pub fn list_of(entries: &[ListEntry]) -> BuiltList {
    let rows: Vec<(u64, Vec<u8>)> = entries.iter().map(|entry| (entry.case.number, encode_entry(entry))).collect();
    let mut salt = 0_u8;
    build_list(&rows, &mut || {
        salt = salt.wrapping_add(1);
        [salt; 32]
    })
    .unwrap()
}

/// The certifying act of a list.
pub fn certified(world: &World, kind: ListKind, list: &BuiltList) -> Act {
    Act::ListCertified {
        kind,
        department: Department("commerce".to_owned()),
        manifest: list.manifest.clone(),
        certified_on: world.today,
        opinion: "同意认定".to_owned(),
    }
}

/// Writes an act into a member's log under an officer's key, whatever it says; nothing is judged or folded there.
pub async fn write(world: &World, node: &str, officer: &str, act: Act, list: Option<BuiltList>) -> EntryRef {
    write_for(world, node, &[officer], act, list, Audience::of(Scope::Up)).await
}

/// The same under several officers' keys, for an audience.
pub async fn write_for(
    world: &World,
    node: &str,
    officers: &[&str],
    act: Act,
    lists: impl IntoIterator<Item = BuiltList>,
    audience: Audience,
) -> EntryRef {
    let member = world.node(node);
    let now = world.now();
    let cx = member.engine.context(now).await;
    let policy = "jm-commerce-2017-draft".to_owned();
    let body = ActBody { done_on: world.today, policy, directory_version: cx.directory().version, act };
    let mut draft = Draft::new(body, audience.clone());
    for list in lists {
        draft = draft.with_list(list, &audience, 0);
    }
    let signed = |officer: &&str| OfficerSignature {
        officer: OfficerId((*officer).to_owned()),
        node: id(node),
        algorithm: "ed25519".to_owned(),
        signature: member.officers[*officer].sign(&members::statement(&cx, &draft)),
    };
    let signatures: Vec<OfficerSignature> = officers.iter().map(signed).collect();
    let mut tx = member.store.write("forge").await.unwrap();
    let mut journal = Journal::open(member.engine.identity(), now.ms, &mut *tx).await.unwrap();
    let mut chance = ChaCha20Rng::seed_from_u64(99);
    let entry = journal.append(&mut *tx, &draft, &signatures, &mut chance).await.unwrap();
    journal.seal(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    entry.at
}

/// Certifies and declares a list that the member's program did not make; returns list and declaration.
pub async fn send(world: &World, node: &str, head: &str, act: Act, list: BuiltList) -> (EntryRef, EntryRef) {
    let certified = write(world, node, head, act, Some(list)).await;
    let declaration = declare(world, node, &certified, CITY).await;
    (certified, declaration)
}

/// Declares a list.
pub async fn declare(world: &World, node: &str, list: &EntryRef, to: &str) -> EntryRef {
    let act = Act::ListDeclared { list: list.clone(), to: id(to), declared_on: world.today, materials: Vec::new() };
    write(world, node, "clerk", act, None).await
}

/// What a node made of an act: status and code.
pub async fn outcome(world: &World, node: &str, act: &EntryRef) -> (String, String) {
    match world.node(node).store.read().await.unwrap().outcome(act).await.unwrap() {
        Some(row) => (row.status, row.code),
        None => ("none".to_owned(), String::new()),
    }
}

/// The stage of a list's dossier at a node.
pub async fn stage(world: &World, node: &str, list: &EntryRef) -> Option<String> {
    let mut tx = world.node(node).store.read().await.unwrap();
    tx.dossier(list).await.unwrap().map(|row| row.stage)
}

/// A good list of the same member goes through to the reviewer: the node is healthy.
pub async fn good_list_goes_through(world: &World, node: &str, number: u32) {
    let entries = [lawful(world, node, ListKind::Red, number)];
    let list = list_of(&entries);
    let (list, declaration) = send(world, node, "head", certified(world, ListKind::Red, &list), list).await;
    world.settle().await.unwrap();
    assert_eq!(outcome(world, CITY, &declaration).await, ("applied".to_owned(), String::new()));
    assert_eq!(stage(world, CITY, &list).await.as_deref(), Some("received"));
    assert_eq!(stage(world, PROVINCE, &list).await.as_deref(), Some("received"));
}
