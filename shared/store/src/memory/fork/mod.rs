//! A fork: what a store holds, and on top of it what a rehearsal writes. The store below is only ever read.
//!
//! The layer on top is the memory store. A row that is asked for and was not written here is taken over from below; a
//! question for the first rows of an order is asked below for as many more as were written here, so that the layer then
//! holds every row of the true answer and only true rows. Below is one consistent view, so what was taken over stays true.

mod hub;
mod link;
mod registry;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use honghei_domain::audience::Audience;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use tokio::sync::OwnedMutexGuard;

use super::tables::{Table, Tables};
use super::{MemoryTx, Writer};
use crate::fault::Fault;
use crate::rows::{ClockKey, NameRow, SubjectAt};
use crate::traits::{Store, Tx};

/// Rows that may be written into one fork: beyond it a rehearsal would take the node's memory.
pub const FORK_ROWS_MAX: usize = 500_000;

/// A store that begins with what a view of another one shows and goes its own way; nothing ever reaches the other.
///
/// The view below stays open as long as the fork lives.
#[derive(Clone)]
pub struct Fork {
    below: Below,
    layer: Arc<Mutex<Layer>>,
    writer: Arc<tokio::sync::Mutex<()>>,
}

type Below = Arc<tokio::sync::Mutex<Box<dyn Tx>>>;
type Set<K> = Table<K, ()>;

/// What lies on top.
#[derive(Clone, Debug, Default)]
struct Layer {
    tables: Tables,
    written: Written,
}

/// The keys of everything that was written or removed here.
#[derive(Clone, Debug, Default)]
struct Written {
    heads: Set<LogId>,
    audience_heads: Set<(LogId, Audience)>,
    parked: Set<String>,
    wants: Set<(EntryRef, Digest)>,
    chunks: Set<Digest>,
    meta: Set<String>,
    cases: Set<CaseId>,
    dossiers: Set<EntryRef>,
    list_chunks: Set<(EntryRef, u64)>,
    officers: Set<(NodeId, String)>,
    publicities: Set<EntryRef>,
    petitions: Set<EntryRef>,
    outcomes: Set<EntryRef>,
    waiting: Set<EntryRef>,
    buckets: Set<u32>,
    results: Set<u64>,
    verdicts: Set<(CaseId, u64)>,
    held: Set<CaseId>,
    subjects: Set<SubjectAt>,
    names: Set<NameRow>,
    persons: Set<Digest>,
    marks: Set<(EntryRef, u64)>,
    pending: Set<(EntryRef, u64)>,
    feeds: Set<String>,
    /// Whole runs: number and family.
    packed_runs: Set<(u64, u32)>,
    listings: Set<(NodeId, String, String)>,
    behaviours: Set<(NodeId, u64)>,
    clocks: Set<ClockKey>,
    /// Every projection below is as if it were empty.
    cleared: bool,
}

impl Written {
    /// Rows of projections.
    fn folded(&self) -> usize {
        let listed = [self.cases.size(), self.dossiers.size(), self.list_chunks.size(), self.verdicts.size()];
        let about = [self.petitions.size(), self.publicities.size(), self.outcomes.size(), self.waiting.size()];
        let compared = [self.subjects.size(), self.marks.size(), self.pending.size(), self.feeds.size()];
        let served = [self.buckets.size(), self.results.size(), self.listings.size(), self.clocks.size()];
        let known =
            [self.behaviours.size(), self.officers.size(), self.names.size(), self.persons.size(), self.held.size()];
        [&listed[..], &about, &compared, &served, &known].concat().into_iter().sum()
    }
}

/// The keys of the projections that a fork wrote or removed, each once, in the order of their tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Cases.
    pub cases: Vec<CaseId>,
    /// Dossiers, by list.
    pub dossiers: Vec<EntryRef>,
    /// Officers.
    pub officers: Vec<(NodeId, String)>,
    /// Publicities.
    pub publicities: Vec<EntryRef>,
    /// Statements and objections.
    pub petitions: Vec<EntryRef>,
    /// What was made of acts.
    pub outcomes: Vec<EntryRef>,
    /// Buckets of the final list.
    pub buckets: Vec<u32>,
    /// Result versions.
    pub results: Vec<u64>,
    /// Verdicts by case and version.
    pub verdicts: Vec<(CaseId, u64)>,
    /// Subjects whose facts changed.
    pub subjects: Vec<SubjectAt>,
    /// Feeds.
    pub feeds: Vec<String>,
    /// Records of listed entries: origin, kind, place.
    pub listings: Vec<(NodeId, String, String)>,
    /// Behaviour events: recorder and number.
    pub behaviours: Vec<(NodeId, u64)>,
    /// Clocks.
    pub clocks: Vec<ClockKey>,
}

fn keys<K: Clone + Ord>(set: &Set<K>) -> Vec<K> {
    set.keys().cloned().collect()
}

impl Fork {
    /// A fork of what a view shows.
    pub fn over(view: Box<dyn Tx>) -> Self {
        Self { below: Arc::new(tokio::sync::Mutex::new(view)), layer: Arc::default(), writer: Arc::default() }
    }

    /// Whether nothing was written here.
    pub fn is_untouched(&self) -> bool {
        let written = self.snapshot().written;
        written.folded() == 0 && written.heads.is_empty() && written.meta.is_empty()
    }

    /// What lies below, without anything that was written here.
    pub fn before(&self) -> Box<dyn Tx> {
        Box::new(self.tx(Layer::default(), "before", None))
    }

    /// Which projections were written or removed here.
    pub fn changed(&self) -> Changed {
        let written = self.snapshot().written;
        Changed {
            cases: keys(&written.cases),
            dossiers: keys(&written.dossiers),
            officers: keys(&written.officers),
            publicities: keys(&written.publicities),
            petitions: keys(&written.petitions),
            outcomes: keys(&written.outcomes),
            buckets: keys(&written.buckets),
            results: keys(&written.results),
            verdicts: keys(&written.verdicts),
            subjects: keys(&written.subjects),
            feeds: keys(&written.feeds),
            listings: keys(&written.listings),
            behaviours: keys(&written.behaviours),
            clocks: keys(&written.clocks),
        }
    }

    fn snapshot(&self) -> Layer {
        self.layer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tx(&self, layer: Layer, name: &'static str, turn: Option<OwnedMutexGuard<()>>) -> ForkTx {
        // The layer takes rows over from below even in a view that only reads; what callers may write, `top` says.
        let turn_of_its_own = Arc::new(tokio::sync::Mutex::new(())).try_lock_owned().ok();
        let taking = turn_of_its_own.map(|turn| Writer { committed: Arc::default(), _turn: turn });
        ForkTx {
            top: MemoryTx { tables: layer.tables, name, writer: taking, spoiled: false },
            below: Arc::clone(&self.below),
            written: layer.written,
            name,
            turn: turn.map(|turn| (Arc::clone(&self.layer), turn)),
        }
    }
}

impl std::fmt::Debug for Fork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fork").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Fork {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        Ok(Box::new(self.tx(self.snapshot(), "read", None)))
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        let turn = Arc::clone(&self.writer).lock_owned().await;
        Ok(Box::new(self.tx(self.snapshot(), name, Some(turn))))
    }
}

/// A transaction of a fork.
struct ForkTx {
    top: MemoryTx,
    below: Below,
    written: Written,
    name: &'static str,
    /// The right to replace the layer.
    turn: Option<(Arc<Mutex<Layer>>, OwnedMutexGuard<()>)>,
}

impl ForkTx {
    /// The keys written so far, for more.
    fn writing(&mut self) -> Result<&mut Written, Fault> {
        match self.turn {
            Some(_) => Ok(&mut self.written),
            None => Err(Fault::read_only(self.name)),
        }
    }
}

/// As many rows more as were written here.
fn more(limit: u32, written: usize) -> u32 {
    limit.saturating_add(u32::try_from(written).unwrap_or(u32::MAX))
}

/// Asks the view below.
macro_rules! below {
    ($tx:ident.$method:ident($($argument:expr),*)) => {{
        let found = $tx.below.lock().await.$method($($argument),*).await;
        match found {
            Ok(found) => found,
            Err(fault) => return Err($tx.top.spoil(fault)),
        }
    }};
}

/// Asks the view below for projections; after they were cleared there are none.
macro_rules! folded {
    ($tx:ident.$method:ident($($argument:expr),*)) => {{
        if $tx.written.cleared { Default::default() } else { $crate::memory::fork::below!($tx.$method($($argument),*)) }
    }};
}

pub(in crate::memory::fork) use {below, folded};

#[async_trait]
impl Tx for ForkTx {
    async fn commit(self: Box<Self>) -> Result<(), Fault> {
        if self.top.spoiled {
            return Err(Fault::spoiled(self.name));
        }
        if let Some((layer, _turn)) = self.turn {
            if self.written.folded() > FORK_ROWS_MAX {
                return Err(Fault::Unstorable { what: format!("more than {FORK_ROWS_MAX} changed rows in a fork") });
            }
            *layer.lock().unwrap_or_else(PoisonError::into_inner) =
                Layer { tables: self.top.tables, written: self.written };
        }
        Ok(())
    }

    fn must_retry(&self) -> bool {
        false
    }
}
