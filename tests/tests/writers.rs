//! Two hundred officers at once: one log without a gap, everything acknowledged in it once (L-1).

#![allow(clippy::panic, reason = "a story names its mistakes at once")]

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use federation::world::entries::candidate;
use federation::world::{Member, World};
use honghei_domain::act::{Act, CollectionChannel};
use honghei_domain::list::ListKind;
use honghei_domain::node::{EntryRef, LogId, Tier};
use honghei_registry::command::Command;
use honghei_registry::entry::Entry;
use honghei_registry::error::CommandError;
use honghei_store::{SqlStore, Store};

const WRITERS: u32 = 200;
const COUNTY: &str = "420802-commerce";

/// Collects one firm; a proposal that somebody else's act overtook is made again.
async fn collect(world: Arc<World>, firm: u32) -> EntryRef {
    let command = Command::Collect {
        channel: CollectionChannel::Enforcement,
        source: format!("窗口{firm}"),
        entries: vec![candidate(ListKind::Red, "420802", firm)].into(),
        account: None,
    };
    loop {
        match world.act(COUNTY, "clerk", command.clone()).await {
            Ok(at) => return at,
            Err(CommandError::Stale) => tokio::task::yield_now().await,
            Err(other) => panic!("writer {firm}: {}", other.code()),
        }
    }
}

/// L-1: concurrent writers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_leave_one_log_without_a_gap_and_every_acknowledged_act_in_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let member = |id, tier, parent| Member { id, name: "样例商务局", tier, parent };
    let members =
        [member("420000-commerce", Tier::Province, None), member(COUNTY, Tier::County, Some("420000-commerce"))];
    let today: NaiveDate = "2017-11-06".parse().unwrap();
    let store = async |id: &_| {
        let path = folder.path().join(format!("{id}.sqlite"));
        Arc::new(SqlStore::open(&format!("sqlite://{}", path.display()), true).await.unwrap()) as Arc<dyn Store>
    };
    let world = Arc::new(World::found(5, &members, today, store).await.unwrap());
    let writers: Vec<_> = (1..=WRITERS).map(|firm| tokio::spawn(collect(world.clone(), firm))).collect();
    let mut acknowledged = BTreeSet::new();
    for writer in writers {
        assert!(acknowledged.insert(writer.await.unwrap()), "two writers were told one place");
    }
    assert_eq!(acknowledged.len(), WRITERS as usize);

    // Only what the disk holds counts: the engine is made anew.
    let mut world = Arc::into_inner(world).unwrap();
    world.crash(COUNTY).await.unwrap();
    let mut tx = world.node(COUNTY).store.read().await.unwrap();
    let log = LogId::first(COUNTY.parse().unwrap());
    let rows = tx.entries(&log, 0, u32::MAX).await.unwrap();
    assert!((0..).zip(&rows).all(|(index, row)| row.at.index == index), "the log has no gap");
    assert_eq!(tx.head(&log).await.unwrap().unwrap().size, rows.len() as u64);
    let mut sources = BTreeSet::new();
    let mut cases = BTreeSet::new();
    for row in &rows {
        let entry = Entry::read(row).unwrap().unwrap();
        if let Act::RecordsCollected { source, manifest, .. } = entry.act() {
            assert!(acknowledged.contains(&entry.at) && sources.insert(source.clone()), "{source} once");
            assert!(cases.insert(manifest.chunks[0].first_case), "case numbers are given once");
        }
    }
    assert_eq!(sources.len(), WRITERS as usize);
    assert_eq!(cases, (1..=u64::from(WRITERS)).collect(), "case numbers have no gap");
}
