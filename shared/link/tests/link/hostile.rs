//! A peer that lies: refused by a stable code, recorded, answered; nothing of it is stored, everybody else goes on.

use std::sync::Arc;

use bytes::Bytes;
use honghei_domain::directory::Directory;
use honghei_domain::node::{ClockClass, EntryRef, NodeId};
use honghei_ledger::sha256;
use honghei_link::chunks::ChunkLoaded;
use honghei_link::edge::Edge;
use honghei_link::frame::{ChunkAddress, ChunkPiece, Frame, Item, Package};
use honghei_link::work::{self, Answer, Context, Read, evidence_key};
use honghei_store::{MemoryStore, Store};

use super::federation::{CITY, COUNTY, COUNTY_TWO, DIRECT, PROVINCE, log};
use super::storms::{hubei, small_limits};
use super::world::{World, now};

/// Alters every package of a log; other frames pass.
fn on_packages(
    node: &'static str,
    mut alter: impl FnMut(&mut Package) + 'static,
) -> Box<dyn FnMut(Frame) -> Vec<Frame>> {
    Box::new(move |mut frame| {
        if let Frame::Package(package) = &mut frame
            && package.log == log(node)
        {
            alter(package);
        }
        vec![frame]
    })
}

/// Flips one bit in the middle.
fn flip(bytes: &Bytes) -> Bytes {
    let mut altered = bytes.to_vec();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    Bytes::from(altered)
}

/// A federation at rest with `entries` entries of the county everywhere.
fn settled(entries: usize) -> World {
    let mut world = World::new(hubei(), small_limits(), 99);
    for _ in 0..entries {
        world.write(COUNTY, "up", 1);
    }
    assert!(world.run_until(World::is_converged), "{}", world.describe());
    world
}

/// What the city records about the county that sends this, what stays as it was, and that it heals.
fn check(mut world: World, tamper: Box<dyn FnMut(Frame) -> Vec<Frame>>, new_entries: usize, expect: &[&str]) {
    let before = world.size(CITY, &log(COUNTY));
    world.tamper(COUNTY, false, Some(tamper));
    for _ in 0..new_entries {
        world.write(COUNTY, "up", 1);
    }
    // Everybody else goes on meanwhile.
    world.write(COUNTY_TWO, "up", 1);
    world.write(CITY, "all", 0);
    world.run_for(20_000);
    assert_eq!(world.incident_codes(CITY), expect);
    assert_eq!(world.size(CITY, &log(COUNTY)), before, "nothing of it was stored");
    assert_eq!(world.size(PROVINCE, &log(COUNTY_TWO)), 1);
    assert_eq!(world.size(DIRECT, &log(CITY)), 0);
    assert_eq!(world.size(PROVINCE, &log(CITY)), 1);
    assert!(world.incidents(CITY).iter().all(|row| row.peer == COUNTY));

    world.tamper(COUNTY, false, None);
    assert!(world.run_until(World::is_converged), "does not heal: {}", world.describe());
    world.check_contents();
    world.check_promises();
}

#[test]
fn an_altered_header_payload_leaf_or_note_is_refused() {
    let item = |alter: fn(&mut Item)| on_packages(COUNTY, move |package| alter(&mut package.items[0]));
    let header = item(|item| {
        if let Item::Entry { header, .. } = item {
            *header = flip(header);
        }
    });
    check(settled(2), header, 2, &["ENTRIES_ALTERED"]);
    let payload = item(|item| {
        if let Item::Entry { payload, .. } = item {
            *payload = flip(payload);
        }
    });
    check(settled(2), payload, 2, &["PAYLOAD_ALTERED"]);
    check(settled(2), item(|item| *item = Item::Leaf([5; 32])), 2, &["ENTRIES_ALTERED"]);
    let note = on_packages(COUNTY, |package| package.checkpoint = package.checkpoint.replace('\u{2014}', "-"));
    check(settled(2), note, 2, &["CHECKPOINT_INVALID"]);
}

#[test]
fn proofs_that_do_not_hold_are_refused() {
    let start = on_packages(COUNTY, |package| package.start_proof.push([1; 32]));
    check(settled(2), start, 2, &["FORKED"]);
    let end = on_packages(COUNTY, |package| package.end_proof.push([1; 32]));
    check(settled(2), end, 2, &["ENTRIES_ALTERED"]);
}

#[test]
fn a_package_that_leaves_something_out_or_is_too_large_is_refused() {
    let gap = on_packages(COUNTY, |package| package.first_index += 1);
    check(settled(2), gap, 2, &["GAP"]);
    let empty = on_packages(COUNTY, |package| package.items.clear());
    check(settled(2), empty, 2, &["FRAME_MALFORMED"]);
    let large = on_packages(COUNTY, |package| {
        let item = package.items[0].clone();
        package.items.resize(100, item);
    });
    check(settled(2), large, 2, &["OVERSIZE"]);
    let missing = on_packages(COUNTY, |package| {
        package.items.pop();
    });
    check(settled(2), missing, 2, &["ENTRIES_ALTERED"]);
}

#[test]
fn another_nodes_log_is_not_taken_from_a_child() {
    let foreign = on_packages(COUNTY, |package| package.log = log(COUNTY_TWO));
    check(settled(2), foreign, 2, &["FOREIGN_LOG"]);
    let above = on_packages(COUNTY, |package| package.log = log(CITY));
    check(settled(2), above, 2, &["FOREIGN_LOG"]);
}

#[test]
fn an_old_package_played_again_changes_nothing_and_is_recorded() {
    let mut kept: Option<Frame> = None;
    let mut world = World::new(hubei(), small_limits(), 5);
    world.tamper(
        COUNTY,
        false,
        Some(Box::new(move |frame| match (&frame, &kept) {
            (Frame::Package(_), None) => {
                kept = Some(frame.clone());
                vec![frame]
            }
            (Frame::Package(_), Some(old)) => vec![old.clone()],
            _ => vec![frame],
        })),
    );
    world.write(COUNTY, "up", 0);
    world.run_for(5_000);
    for _ in 0..3 {
        world.write(COUNTY, "up", 0);
    }
    world.run_for(5_000);
    // The very same package with the very same checkpoint is merely held already.
    assert_eq!(world.size(CITY, &log(COUNTY)), 1);
    assert_eq!(world.incident_codes(CITY), Vec::<String>::new());

    let mut world = settled(2);
    let mut first: Option<Frame> = None;
    world.tamper(
        COUNTY,
        false,
        Some(Box::new(move |frame| match (&frame, &first) {
            (Frame::Package(_), None) => {
                first = Some(frame.clone());
                vec![frame]
            }
            (Frame::KeepAlive(_), Some(old)) => vec![frame, old.clone()],
            _ => vec![frame],
        })),
    );
    for _ in 0..3 {
        world.write(COUNTY, "up", 0);
        world.run_for(500);
    }
    world.run_for(30_000);
    assert_eq!(world.size(CITY, &log(COUNTY)), 5);
    assert!(world.incident_codes(CITY).contains(&"CHECKPOINT_ROLLED_BACK".to_owned()));
    world.tamper(COUNTY, false, None);
    assert!(world.run_until(World::is_converged));
}

#[test]
fn a_forked_log_is_refused_and_both_checkpoints_are_kept() {
    let mut world = settled(4);
    // The county's disk was swapped for one on which history went differently from entry 3 on.
    let place = world.place(COUNTY);
    let other = MemoryStore::new();
    let federation = world.federation.clone();
    for index in 0..7 {
        let body = format!("another history {index}");
        now(federation.append(&other, &world.nodes[place].id, "up", body.as_bytes(), &[])).unwrap();
    }
    world.swap_store(COUNTY, other);
    world.write(COUNTY_TWO, "up", 1);
    world.run_for(60_000);
    assert_eq!(world.size(CITY, &log(COUNTY)), 4);
    assert_eq!(world.size(PROVINCE, &log(COUNTY_TWO)), 1);
    // An honest program notices by itself that the city holds another history.
    assert_eq!(world.incident_codes(COUNTY), ["FORKED"]);

    // A hostile one claims to continue it: the proof cannot.
    let mut world = settled(4);
    let place = world.place(COUNTY);
    let forked = MemoryStore::new();
    for index in 0..7 {
        let body = format!("another history {index}");
        now(federation.append(&forked, &world.nodes[place].id, "up", body.as_bytes(), &[])).unwrap();
    }
    let note =
        now(async { forked.read().await.unwrap().head(&log(COUNTY)).await.unwrap().unwrap().checkpoint.unwrap() });
    let tamper = on_packages(COUNTY, move |package| {
        package.checkpoint = note.clone();
        package.end_proof = vec![[3; 32]];
        package.start_proof = vec![[4; 32], [5; 32]];
    });
    world.tamper(COUNTY, false, Some(tamper));
    world.write(COUNTY, "up", 0);
    world.run_for(20_000);
    assert_eq!(world.incident_codes(CITY), ["FORKED"]);
    let evidence = world.incidents(CITY)[0].evidence;
    let store = &world.nodes[world.place(CITY)].store;
    let kept = now(async { store.read().await.unwrap().meta(&evidence_key(&evidence)).await.unwrap().unwrap() });
    let kept = String::from_utf8(kept).unwrap();
    let origin = world.federation.directory.checkpoint_origin(&log(COUNTY));
    assert!(kept.starts_with(&format!("{origin}\n4\n")) && kept.contains(&format!("{origin}\n7\n")), "{kept}");
}

#[test]
fn content_held_back_from_a_reader_shows_at_the_next_entry() {
    let mut world = settled(1);
    let withhold = on_packages(COUNTY, |package| {
        for (place, item) in package.items.iter_mut().enumerate() {
            if package.first_index + place as u64 == 1
                && let Item::Entry { header, .. } = item
            {
                *item = Item::Leaf(honghei_ledger::leaf_hash(header));
            }
        }
    });
    world.tamper(COUNTY, false, Some(withhold));
    world.write(COUNTY, "up", 0);
    world.write(COUNTY, "up", 0);
    world.run_for(20_000);
    assert_eq!(world.incident_codes(CITY), ["WITHHELD"]);
    assert_eq!(world.size(CITY, &log(COUNTY)), 2);
}

#[test]
fn content_that_is_not_for_the_receiver_is_dropped_to_its_leaf() {
    let mut world = World::new(hubei(), small_limits(), 3);
    world.write(COUNTY, "local", 1);
    let place = world.place(COUNTY);
    let store = world.nodes[place].store.clone();
    let generous = on_packages(COUNTY, move |package| {
        let rows = now(async { store.read().await.unwrap().entries(&log(COUNTY), 0, 9).await.unwrap() });
        for (item, row) in package.items.iter_mut().zip(rows) {
            *item = Item::Entry { header: row.header.unwrap().into(), payload: row.payload.unwrap().into() };
        }
    });
    world.tamper(COUNTY, false, Some(generous));
    assert!(world.run_until(World::is_converged));
    world.check_contents();
}

#[test]
fn a_chunk_with_other_bytes_is_refused() {
    let alter = |mut frame: Frame| {
        if let Frame::ChunkPiece(piece) = &mut frame {
            piece.bytes = flip(&piece.bytes);
        }
        vec![frame]
    };
    let mut world = settled(1);
    world.tamper(COUNTY, false, Some(Box::new(alter)));
    world.write(COUNTY, "up", 1);
    world.run_for(10_000);
    assert_eq!(world.incident_codes(CITY), ["CHUNK_ALTERED"]);
    world.tamper(COUNTY, false, None);
    assert!(world.run_until(World::is_converged));
}

#[test]
fn a_chunk_that_nobody_asked_for_is_refused() {
    let push = |frame: Frame| match frame {
        Frame::KeepAlive(_) => {
            let bytes = Bytes::from_static(b"unasked");
            vec![Frame::ChunkPiece(ChunkPiece { digest: sha256(&bytes), offset: 0, total: 7, bytes })]
        }
        frame => vec![frame],
    };
    check(settled(1), Box::new(push), 0, &["CHUNK_UNASKED"]);
}

#[test]
fn a_chunk_is_not_shown_to_whom_it_is_not_for() {
    let mut world = settled(1);
    world.write(PROVINCE, "local+420804-commerce", 1);
    world.run_for(5_000);
    let store = &world.nodes[world.place(PROVINCE)].store;
    let payload = now(async { store.read().await.unwrap().entries(&log(PROVINCE), 0, 1).await.unwrap() });
    let envelope = honghei_codec::entry::decode_envelope(payload[0].payload.as_ref().unwrap()).unwrap();
    let digest = envelope.chunks[0].digest;
    let ask = move |frame: Frame| match frame {
        Frame::KeepAlive(_) => {
            let entry = EntryRef { log: log(PROVINCE), index: 0 };
            vec![Frame::ChunkWanted(vec![ChunkAddress { entry, digest }])]
        }
        frame => vec![frame],
    };
    world.tamper(COUNTY, false, Some(Box::new(ask)));
    world.run_for(12_000);
    assert_eq!(world.incident_codes(CITY), ["CHUNK_DENIED"]);
}

#[test]
fn a_receipt_that_nobody_signed_is_refused() {
    // The city forges the province's receipt for the county's log.
    let forge = |mut frame: Frame| {
        if let Frame::Receipt(receipt) = &mut frame
            && receipt.signer.as_str() == PROVINCE
        {
            receipt.state.root = [9; 32];
        }
        vec![frame]
    };
    let mut world = settled(1);
    world.tamper(COUNTY, true, Some(Box::new(forge)));
    world.write(COUNTY, "up", 0);
    world.run_for(10_000);
    assert_eq!(world.incident_codes(COUNTY), ["FORKED"]);

    let foreign = |mut frame: Frame| {
        if let Frame::Receipt(receipt) = &mut frame
            && receipt.signer.as_str() == CITY
        {
            receipt.signer = super::federation::id(PROVINCE);
        }
        vec![frame]
    };
    let mut world = settled(1);
    world.tamper(COUNTY, true, Some(Box::new(foreign)));
    world.write(COUNTY, "up", 0);
    world.run_for(10_000);
    assert_eq!(world.incident_codes(COUNTY), ["RECEIPT_INVALID"]);
}

#[test]
fn a_hello_of_another_federation_class_or_node_ends_the_connection() {
    let check = |alter: fn(&mut honghei_link::frame::Hello), expect: &str| {
        let mut world = World::new(hubei(), small_limits(), 8);
        world.tamper(
            COUNTY,
            false,
            Some(Box::new(move |mut frame| {
                if let Frame::Hello(hello) = &mut frame {
                    alter(hello);
                }
                vec![frame]
            })),
        );
        world.write(COUNTY, "up", 0);
        world.run_for(3_000);
        assert!(world.close_codes(COUNTY).contains(&expect.to_owned()), "{:?}", world.close_codes(COUNTY));
        assert_eq!(world.size(CITY, &log(COUNTY)), 0);
        world.tamper(COUNTY, false, None);
        assert!(world.run_until(World::is_converged));
    };
    check(|hello| hello.federation = "hunan".to_owned(), "WRONG_FEDERATION");
    check(|hello| hello.clock_class = ClockClass::Real, "WRONG_CLOCK_CLASS");
    check(|hello| hello.node = super::federation::id(COUNTY_TWO), "WRONG_NODE");
    check(|hello| hello.protocol = 0, "PROTOCOL_UNSUPPORTED");
}

#[test]
fn a_log_whose_writer_is_not_in_the_directory_yet_waits_for_the_next_version() {
    let mut world = World::new(hubei(), small_limits(), 21);
    let current = world.federation.directory.clone();
    let older = Arc::new(Directory {
        version: 0,
        nodes: current.nodes.iter().filter(|node| node.id.as_str() != COUNTY_TWO).cloned().collect(),
        ..(*current).clone()
    });
    world.adopt(PROVINCE, &older);
    for _ in 0..5 {
        world.write(COUNTY_TWO, "up", 1);
        world.write(COUNTY, "up", 1);
    }
    world.run_for(20_000);
    assert_eq!(world.size(CITY, &log(COUNTY_TWO)), 5);
    assert_eq!(world.size(PROVINCE, &log(COUNTY_TWO)), 0);
    assert_eq!(world.size(PROVINCE, &log(COUNTY)), 5);
    world.adopt(PROVINCE, &current);
    world.run_for(2_000);
    assert_eq!(world.size(PROVINCE, &log(COUNTY_TWO)), 5, "{}", world.describe());
    assert!(world.run_until(World::is_converged));
    assert_eq!(world.incident_codes(PROVINCE), Vec::<String>::new());
}

#[test]
fn an_entry_for_a_reader_not_in_the_directory_yet_lets_what_precedes_it_through() {
    let mut world = World::new(hubei(), small_limits(), 22);
    let current = world.federation.directory.clone();
    let older = Arc::new(Directory {
        version: 0,
        nodes: current.nodes.iter().filter(|node| node.id.as_str() != COUNTY_TWO).cloned().collect(),
        ..(*current).clone()
    });
    world.adopt(CITY, &older);
    // The directory travels in the log itself, before the first entry that needs it.
    world.write(PROVINCE, "all", 0);
    world.write(PROVINCE, "local+420804-commerce", 1);
    world.write(PROVINCE, "all", 0);
    world.run_for(5_000);
    assert_eq!(world.size(CITY, &log(PROVINCE)), 1, "{}", world.describe());
    world.adopt(CITY, &current);
    assert!(world.run_until(World::is_converged), "{}", world.describe());
    world.check_contents();
    assert_eq!(world.incident_codes(CITY), Vec::<String>::new());
}

/// A link remembers what of an entry it may show; that opens no other chunk, neither by that entry nor by another.
#[test]
fn what_is_shown_of_an_entry_opens_nothing_else() {
    let federation = hubei();
    let store = MemoryStore::new();
    let county: NodeId = COUNTY.parse().unwrap();
    let (parts, own) = ([b"one".to_vec(), b"two".to_vec()], b"own".to_vec());
    now(federation.append(&store, &county, "up", b"list", &parts)).unwrap();
    now(federation.append(&store, &county, "local", b"kept", std::slice::from_ref(&own))).unwrap();
    let edge = Edge::between(&federation.directory, &county, &CITY.parse().unwrap()).unwrap();
    let context = Context { edge: &edge, limits: &small_limits(), cosigner: None, now_ms: 0 };
    let ask = |index: u64, bytes: &[u8]| {
        let entry = EntryRef { log: log(COUNTY), index };
        let request = Read::Chunk(ChunkAddress { entry, digest: sha256(bytes) });
        let answer = now(async { work::read(&mut *store.read().await.unwrap(), &request, context).await.unwrap() });
        let Answer::Chunk { loaded, .. } = answer else { panic!("{answer:?}") };
        loaded
    };
    for _ in 0..2 {
        assert!(parts.iter().all(|part| ask(0, part) == ChunkLoaded::Held(Bytes::from(part.clone()))));
        for (index, bytes) in [(0, &own), (1, &own), (1, &parts[0]), (2, &parts[0])] {
            let loaded = ask(index, bytes);
            assert!(matches!(&loaded, ChunkLoaded::Denied(rejection) if rejection.reason.code() == "CHUNK_DENIED"));
        }
    }
}
