//! A store whose process dies: at the k-th write of a transaction, at its commit, or right after it.
//!
//! What the store below holds is what a disk would: a transaction is there whole or not at all. After the trap has
//! sprung every call fails, until the node is opened again.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::audience::Audience;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_store::*;

/// When the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// At this write from now on, 0 being the next, whichever transaction it belongs to.
    Write(u32),
    /// When the next transaction commits: nothing of it stays.
    BeforeCommit,
    /// When the next transaction has committed: all of it stays and nobody was told.
    AfterCommit,
}

#[derive(Debug, Default)]
struct Process {
    trap: Option<Trap>,
    dead: bool,
}

/// A store in memory whose process can die.
#[derive(Clone, Debug)]
pub struct FaultyStore {
    disk: MemoryStore,
    process: Arc<Mutex<Process>>,
}

impl FaultyStore {
    /// Over what a disk holds.
    pub fn over(disk: MemoryStore) -> Self {
        Self { disk, process: Arc::default() }
    }

    /// What the disk holds.
    pub fn disk(&self) -> &MemoryStore {
        &self.disk
    }

    /// Sets the trap.
    pub fn set(&self, trap: Trap) {
        with(&self.process, |process| process.trap = Some(trap));
    }

    /// Whether the process has died.
    pub fn is_dead(&self) -> bool {
        with(&self.process, |process| process.dead)
    }

    /// A new process over the same disk, without a trap.
    pub fn revive(&self) {
        with(&self.process, |process| *process = Process::default());
    }
}

fn with<T>(process: &Mutex<Process>, body: impl FnOnce(&mut Process) -> T) -> T {
    body(&mut process.lock().unwrap_or_else(PoisonError::into_inner))
}

fn killed() -> Fault {
    Fault::Database { transaction: "killed", source: "the process died here".into() }
}

#[async_trait]
impl Store for FaultyStore {
    async fn read(&self) -> Result<Box<dyn Tx>, Fault> {
        if self.is_dead() {
            return Err(killed());
        }
        Ok(Box::new(FaultyTx { inner: self.disk.read().await?, process: self.process.clone(), writes: false }))
    }

    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault> {
        if self.is_dead() {
            return Err(killed());
        }
        Ok(Box::new(FaultyTx { inner: self.disk.write(name).await?, process: self.process.clone(), writes: true }))
    }
}

struct FaultyTx {
    inner: Box<dyn Tx>,
    process: Arc<Mutex<Process>>,
    writes: bool,
}

impl FaultyTx {
    fn read(&self) -> Result<(), Fault> {
        with(&self.process, |process| if process.dead { Err(killed()) } else { Ok(()) })
    }

    fn write(&self) -> Result<(), Fault> {
        with(&self.process, |process| {
            match process.trap {
                Some(Trap::Write(0)) => process.dead = true,
                Some(Trap::Write(left)) => process.trap = Some(Trap::Write(left - 1)),
                _ => {}
            }
            if process.dead { Err(killed()) } else { Ok(()) }
        })
    }
}

#[async_trait]
impl Tx for FaultyTx {
    async fn commit(self: Box<Self>) -> Result<(), Fault> {
        self.read()?;
        let trap = with(&self.process, |process| process.trap);
        if self.writes && trap == Some(Trap::BeforeCommit) {
            with(&self.process, |process| process.dead = true);
            return Err(killed());
        }
        self.inner.commit().await?;
        if self.writes && trap == Some(Trap::AfterCommit) {
            with(&self.process, |process| process.dead = true);
            return Err(killed());
        }
        Ok(())
    }

    fn must_retry(&self) -> bool {
        self.inner.must_retry()
    }
}

macro_rules! delegate {
    ($trait:ident $($mark:ident $name:ident ( $($arg:ident : $ty:ty),* ) -> $out:ty;)*) => {
        #[async_trait]
        impl $trait for FaultyTx {
            $(async fn $name(&mut self, $($arg: $ty),*) -> Result<$out, Fault> {
                self.$mark()?;
                self.inner.$name($($arg),*).await
            })*
        }
    };
}

delegate! { LogTx
    read head(log: &LogId) -> Option<HeadRow>;
    read heads() -> Vec<HeadRow>;
    write put_head(head: &HeadRow) -> ();
    write put_interpreted(log: &LogId, interpreted: u64) -> ();
    write append_entries(entries: &[EntryRow]) -> ();
    read entries(log: &LogId, from: u64, limit: u32) -> Vec<EntryRow>;
    read entry(at: &EntryRef) -> Option<EntryRow>;
    write put_tree_nodes(log: &LogId, nodes: &[TreeNodeRow]) -> ();
    read tree_nodes(log: &LogId, places: &[(u32, u64)]) -> Vec<Option<Digest>>;
    read audience_head(log: &LogId, audience: &Audience) -> Option<(u64, Digest)>;
    write put_audience_head(log: &LogId, audience: &Audience, number: u64, hash: &Digest) -> ();
    write put_chunk(digest: &Digest, bytes: &[u8]) -> ();
    read chunk(digest: &Digest) -> Option<Vec<u8>>;
    read missing_chunks(digests: &[Digest]) -> Vec<Digest>;
    write put_wants(wants: &[WantRow]) -> ();
    read wants(limit: u32) -> Vec<WantRow>;
    read first_incomplete(log: &LogId) -> Option<u64>;
    write put_cosignature(row: &CosignatureRow) -> ();
    read cosignatures(log: &LogId, size: u64) -> Vec<CosignatureRow>;
    read latest_cosignature(log: &LogId, signer: &NodeId) -> Option<CosignatureRow>;
    write put_incident(row: &IncidentRow) -> ();
    read incidents(limit: u32) -> Vec<IncidentRow>;
    read meta(key: &str) -> Option<Vec<u8>>;
    write put_meta(key: &str, value: &[u8]) -> ();
    write put_secret(commitment: &Digest, ciphertext: &[u8]) -> ();
    read secret(commitment: &Digest) -> Option<Vec<u8>>;
    write put_parked(row: &ParkedRow) -> ();
    read parked(id: &str) -> Option<ParkedRow>;
    read all_parked() -> Vec<ParkedRow>;
    write remove_parked(id: &str) -> ();
}

delegate! { RegistryTx
    write put_cases(rows: &[CaseRow]) -> ();
    read case(case: &CaseId) -> Option<CaseRow>;
    read cases(origin: &NodeId, filter: &CaseFilter) -> Vec<CaseRow>;
    read case_counts(origin: &NodeId) -> Vec<(String, u64)>;
    read last_case_number(origin: &NodeId) -> u64;
    write put_dossier(row: &DossierRow) -> ();
    read dossier(list: &EntryRef) -> Option<DossierRow>;
    read dossiers(stage: Option<&str>) -> Vec<DossierRow>;
    write put_list_chunks(rows: &[ListChunkRow]) -> ();
    read list_chunks(list: &EntryRef) -> Vec<ListChunkRow>;
    read chunks_of_case(case: &CaseId) -> Vec<ListChunkRow>;
    write put_officer(row: &OfficerRow) -> ();
    read officer(node: &NodeId, id: &str) -> Option<OfficerRow>;
    read officers(node: Option<&NodeId>) -> Vec<OfficerRow>;
    write put_publicity(row: &PublicityRow) -> ();
    read publicity(at: &EntryRef) -> Option<PublicityRow>;
    read open_publicities(before: Option<NaiveDate>) -> Vec<PublicityRow>;
    write put_petition(row: &PetitionRow) -> ();
    read petition(at: &EntryRef) -> Option<PetitionRow>;
    read petitions(case: Option<&CaseId>) -> Vec<PetitionRow>;
    write put_directory(version: u64, document: &[u8]) -> ();
    read directory(version: u64) -> Option<Vec<u8>>;
    read latest_directory() -> Option<(u64, Vec<u8>)>;
    write put_outcome(row: &OutcomeRow) -> ();
    read outcome(act: &EntryRef) -> Option<OutcomeRow>;
    read open_outcomes(limit: u32) -> Vec<OutcomeRow>;
    write put_waiting(row: &WaitingRow) -> ();
    write remove_waiting(at: &EntryRef) -> ();
    read waiting() -> Vec<WaitingRow>;
    read buckets(buckets: &[u32]) -> Vec<BucketRow>;
    write put_buckets(rows: &[BucketRow]) -> ();
    read bucket_digests() -> Vec<(u32, Digest)>;
    write put_result(row: &ResultRow) -> ();
    read latest_result() -> Option<ResultRow>;
    read results(limit: u32) -> Vec<ResultRow>;
    write put_verdicts(rows: &[VerdictRow]) -> ();
    read verdicts(case: &CaseId) -> Vec<VerdictRow>;
    read verdicts_of(version: u64, limit: u32) -> Vec<VerdictRow>;
    read verdicts_caused_by(cause: &CaseId) -> Vec<VerdictRow>;
    read untold_verdicts() -> Vec<VerdictRow>;
    write put_clocks(rows: &[ClockRow]) -> ();
    write remove_clock(key: &ClockKey) -> ();
    read clock(key: &ClockKey) -> Option<ClockRow>;
    read clocks_of_act(act: &EntryRef, code: &str) -> Vec<ClockRow>;
    read due_clocks(owner: &NodeId, page: &ClockPage) -> Vec<ClockRow>;
    read clocks_of_cases(origin: &NodeId, numbers: (u64, u64), code: &str) -> Vec<ClockRow>;
    read all_clocks(after: Option<&ClockKey>, limit: u32) -> Vec<ClockRow>;
    write clear_projections() -> ();
    read projection_digest() -> Digest;
    write put_behaviours(rows: &[BehaviourRow]) -> ();
    read behaviours_of(origin: &NodeId, subject_key: &str) -> Vec<BehaviourRow>;
    read behaviours(origin: &NodeId, after: u64, limit: u32) -> Vec<BehaviourRow>;
    read last_behaviour(origin: &NodeId) -> u64;
    write put_listing(row: &ListingRow) -> ();
    read listing(origin: &NodeId, record: &str, place: &str) -> Option<ListingRow>;
    read listings_of(origin: &NodeId, record: &str) -> Vec<ListingRow>;
    read open_listings(record: &str) -> Vec<ListingRow>;
    read listings_about(record: &str, subject_key: &str) -> Vec<ListingRow>;
}

delegate! { HubTx
    read subjects(at: &[SubjectAt]) -> Vec<SubjectRow>;
    read subjects_under(heads: &[SubjectAt]) -> Vec<SubjectRow>;
    write put_subjects(rows: &[SubjectRow]) -> ();
    read scan_subjects(after: Option<&SubjectAt>, limit: u32) -> Vec<SubjectRow>;
    write put_names(rows: &[NameRow]) -> ();
    write remove_names(rows: &[NameRow]) -> ();
    read names(hashes: &[i64]) -> Vec<NameRow>;
    read names_between(ranges: &[(i64, i64)], limit: u32) -> Vec<NameRow>;
    write put_held(rows: &[HeldRow]) -> ();
    write remove_held(cases: &[CaseId]) -> ();
    read held() -> Vec<HeldRow>;
    write put_marks(rows: &[MarkRow]) -> ();
    read marks(limit: u32) -> Vec<MarkRow>;
    write remove_mark(entry: &EntryRef, ordinal: u64) -> ();
    read mark_count() -> u64;
    write put_pending(row: &MarkRow) -> ();
    read pending(limit: u32) -> Vec<MarkRow>;
    write remove_pending(entry: &EntryRef, ordinal: u64) -> ();
    write put_feed(row: &FeedRow) -> ();
    read feed(source: &str) -> Option<FeedRow>;
    read feeds() -> Vec<FeedRow>;
    write put_persons(rows: &[PersonRow]) -> ();
    read persons(commitments: &[Digest]) -> Vec<PersonRow>;
    write put_packed_keys(rows: &[PackedKeysRow]) -> ();
    read packed_runs() -> Vec<PackedRun>;
    read packed_keys(run: u64, family: u32, ordinal: u64) -> Option<Vec<u8>>;
    write remove_packed_parts(run: u64, family: u32, before: u64) -> ();
    write remove_packed_run(run: u64, family: u32) -> ();
}
