//! The doorway: one transaction trait that SQLite, PostgreSQL and memory implement alike.
//!
//! Writes through a `Tx` become visible and durable together at `commit`; dropping it undoes them.
//! After `commit` returns, a crash of the machine loses nothing of it (SQLite `synchronous=FULL`).

use async_trait::async_trait;
use chrono::NaiveDate;
use honghei_domain::audience::Audience;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};

use crate::fault::Fault;
use crate::rows::*;

/// A database, or memory that behaves like one.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// A consistent view of what was committed before this call; writing through it is a fault.
    async fn read(&self) -> Result<Box<dyn Tx>, Fault>;
    /// The only writer until it commits or is dropped; `name` is what logs and faults call it.
    async fn write(&self, name: &'static str) -> Result<Box<dyn Tx>, Fault>;
}

/// A transaction over every aggregate.
#[async_trait]
pub trait Tx: LogTx + RegistryTx + HubTx + Send {
    /// Makes everything durable. After a `Fault` from any method of this transaction it refuses, and nothing stays.
    async fn commit(self: Box<Self>) -> Result<(), Fault>;
    /// Whether a method of this transaction met `Fault::Retry`: what [`crate::run_tx`] asks, whatever the body made of it.
    fn must_retry(&self) -> bool;
}

/// Logs, chunks, receipts: what the link needs.
#[async_trait]
pub trait LogTx: Send {
    /// One log's state.
    async fn head(&mut self, log: &LogId) -> Result<Option<HeadRow>, Fault>;
    /// Every log held, ordered by id.
    async fn heads(&mut self) -> Result<Vec<HeadRow>, Fault>;
    /// Inserts or replaces a log's state, but never `interpreted`: that of a new log is 0, that of a known one stays.
    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Fault>;
    /// Moves the fold's cursor of a log that has a head. The link writes heads and the fold writes this, so neither undoes the other.
    async fn put_interpreted(&mut self, log: &LogId, interpreted: u64) -> Result<(), Fault>;
    /// Appends entries; an index that exists is `Fault::Conflict`.
    async fn append_entries(&mut self, entries: &[EntryRow]) -> Result<(), Fault>;
    /// Entries from an index on, in order, at most `limit`.
    async fn entries(&mut self, log: &LogId, from: u64, limit: u32) -> Result<Vec<EntryRow>, Fault>;
    /// One entry.
    async fn entry(&mut self, at: &EntryRef) -> Result<Option<EntryRow>, Fault>;
    /// Adds complete subtrees.
    async fn put_tree_nodes(&mut self, log: &LogId, nodes: &[TreeNodeRow]) -> Result<(), Fault>;
    /// Subtree hashes by (level, index), in the order asked.
    async fn tree_nodes(&mut self, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Option<Digest>>, Fault>;
    /// The last number and entry hash within an audience of a log.
    async fn audience_head(&mut self, log: &LogId, audience: &Audience) -> Result<Option<(u64, Digest)>, Fault>;
    /// Moves an audience's head.
    async fn put_audience_head(
        &mut self,
        log: &LogId,
        audience: &Audience,
        number: u64,
        hash: &Digest,
    ) -> Result<(), Fault>;
    /// Stores a chunk under its address; the same chunk again is nothing; wants for it are fulfilled.
    async fn put_chunk(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), Fault>;
    /// A chunk's bytes.
    async fn chunk(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>, Fault>;
    /// Which of these are not held.
    async fn missing_chunks(&mut self, digests: &[Digest]) -> Result<Vec<Digest>, Fault>;
    /// Records obligations; those already held must not be passed.
    async fn put_wants(&mut self, wants: &[WantRow]) -> Result<(), Fault>;
    /// The first wanted chunks by (priority, entry, digest), of every log.
    async fn wants(&mut self, limit: u32) -> Result<Vec<WantRow>, Fault>;
    /// The lowest index of a log whose chunks are not all held; `None` if complete.
    async fn first_incomplete(&mut self, log: &LogId) -> Result<Option<u64>, Fault>;
    /// Keeps a cosignature; a second one of the same signer and size is ignored.
    async fn put_cosignature(&mut self, row: &CosignatureRow) -> Result<(), Fault>;
    /// The cosignatures of one size.
    async fn cosignatures(&mut self, log: &LogId, size: u64) -> Result<Vec<CosignatureRow>, Fault>;
    /// A signer's largest cosigned size of a log.
    async fn latest_cosignature(&mut self, log: &LogId, signer: &NodeId) -> Result<Option<CosignatureRow>, Fault>;
    /// Keeps an incident, once per evidence.
    async fn put_incident(&mut self, row: &IncidentRow) -> Result<(), Fault>;
    /// The latest incidents first.
    async fn incidents(&mut self, limit: u32) -> Result<Vec<IncidentRow>, Fault>;
    /// A named value of this node (not a projection).
    async fn meta(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault>;
    /// Sets a named value.
    async fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), Fault>;
    /// Keeps a proposal that waits for a further signature (not a projection); one of the same id is replaced.
    async fn put_parked(&mut self, row: &ParkedRow) -> Result<(), Fault>;
    /// One such proposal.
    async fn parked(&mut self, id: &str) -> Result<Option<ParkedRow>, Fault>;
    /// Every such proposal, by id.
    async fn all_parked(&mut self) -> Result<Vec<ParkedRow>, Fault>;
    /// It waits no longer.
    async fn remove_parked(&mut self, id: &str) -> Result<(), Fault>;
    /// Stores a sealed personal datum under its commitment.
    async fn put_secret(&mut self, commitment: &Digest, ciphertext: &[u8]) -> Result<(), Fault>;
    /// A sealed personal datum.
    async fn secret(&mut self, commitment: &Digest) -> Result<Option<Vec<u8>>, Fault>;
}

/// Cases, dossiers, officers, the served final list: folds that every tier keeps.
#[async_trait]
pub trait RegistryTx: Send {
    /// Inserts or replaces cases; of two rows for one case the later counts, as in every bulk writer here.
    async fn put_cases(&mut self, rows: &[CaseRow]) -> Result<(), Fault>;
    /// One case.
    async fn case(&mut self, case: &CaseId) -> Result<Option<CaseRow>, Fault>;
    /// Cases of one origin by number.
    async fn cases(&mut self, origin: &NodeId, filter: &CaseFilter) -> Result<Vec<CaseRow>, Fault>;
    /// How many cases of one origin stand at each stage.
    async fn case_counts(&mut self, origin: &NodeId) -> Result<Vec<(String, u64)>, Fault>;
    /// The highest case number of an origin; 0 if none.
    async fn last_case_number(&mut self, origin: &NodeId) -> Result<u64, Fault>;
    /// Inserts or replaces behaviour events.
    async fn put_behaviours(&mut self, rows: &[BehaviourRow]) -> Result<(), Fault>;
    /// A recorder's behaviour events of one subject by number.
    async fn behaviours_of(&mut self, origin: &NodeId, subject_key: &str) -> Result<Vec<BehaviourRow>, Fault>;
    /// A recorder's behaviour events with numbers above `after`, by number.
    async fn behaviours(&mut self, origin: &NodeId, after: u64, limit: u32) -> Result<Vec<BehaviourRow>, Fault>;
    /// The highest number of a recorder's behaviour events; 0 if none.
    async fn last_behaviour(&mut self, origin: &NodeId) -> Result<u64, Fault>;
    /// Inserts or replaces a dossier.
    async fn put_dossier(&mut self, row: &DossierRow) -> Result<(), Fault>;
    /// One dossier.
    async fn dossier(&mut self, list: &EntryRef) -> Result<Option<DossierRow>, Fault>;
    /// Dossiers by list, of one stage or of all.
    async fn dossiers(&mut self, stage: Option<&str>) -> Result<Vec<DossierRow>, Fault>;
    /// Records where a list's cases lie.
    async fn put_list_chunks(&mut self, rows: &[ListChunkRow]) -> Result<(), Fault>;
    /// A list's chunks in order.
    async fn list_chunks(&mut self, list: &EntryRef) -> Result<Vec<ListChunkRow>, Fault>;
    /// The chunks whose range may hold a case, later lists last.
    async fn chunks_of_case(&mut self, case: &CaseId) -> Result<Vec<ListChunkRow>, Fault>;
    /// Inserts or replaces an officer.
    async fn put_officer(&mut self, row: &OfficerRow) -> Result<(), Fault>;
    /// One officer.
    async fn officer(&mut self, node: &NodeId, id: &str) -> Result<Option<OfficerRow>, Fault>;
    /// Officers by node and id; of one node or all.
    async fn officers(&mut self, node: Option<&NodeId>) -> Result<Vec<OfficerRow>, Fault>;
    /// Inserts or replaces a publicity.
    async fn put_publicity(&mut self, row: &PublicityRow) -> Result<(), Fault>;
    /// One publicity.
    async fn publicity(&mut self, at: &EntryRef) -> Result<Option<PublicityRow>, Fault>;
    /// Running publicities whose last day is before `before`, or all running ones; by last day, then place.
    async fn open_publicities(&mut self, before: Option<NaiveDate>) -> Result<Vec<PublicityRow>, Fault>;
    /// Inserts or replaces a statement or objection.
    async fn put_petition(&mut self, row: &PetitionRow) -> Result<(), Fault>;
    /// One petition.
    async fn petition(&mut self, at: &EntryRef) -> Result<Option<PetitionRow>, Fault>;
    /// A case's petitions in order; `None` for every open one.
    async fn petitions(&mut self, case: Option<&CaseId>) -> Result<Vec<PetitionRow>, Fault>;
    /// Keeps a directory version's signed bytes.
    async fn put_directory(&mut self, version: u64, document: &[u8]) -> Result<(), Fault>;
    /// A directory version's signed bytes, where they were kept.
    async fn directory(&mut self, version: u64) -> Result<Option<Vec<u8>>, Fault>;
    /// The highest directory version.
    async fn latest_directory(&mut self) -> Result<Option<(u64, Vec<u8>)>, Fault>;
    /// Keeps what this node made of an act.
    async fn put_outcome(&mut self, row: &OutcomeRow) -> Result<(), Fault>;
    /// What was made of an act.
    async fn outcome(&mut self, act: &EntryRef) -> Result<Option<OutcomeRow>, Fault>;
    /// Outcomes that are not `applied`, by act.
    async fn open_outcomes(&mut self, limit: u32) -> Result<Vec<OutcomeRow>, Fault>;
    /// Notes that an act waits.
    async fn put_waiting(&mut self, row: &WaitingRow) -> Result<(), Fault>;
    /// It waits no longer.
    async fn remove_waiting(&mut self, at: &EntryRef) -> Result<(), Fault>;
    /// Everything that waits, by log and index.
    async fn waiting(&mut self) -> Result<Vec<WaitingRow>, Fault>;
    /// Buckets of the final list, each once and ascending; absent ones are left out.
    async fn buckets(&mut self, buckets: &[u32]) -> Result<Vec<BucketRow>, Fault>;
    /// Inserts or replaces buckets, in one bulk statement per batch.
    async fn put_buckets(&mut self, rows: &[BucketRow]) -> Result<(), Fault>;
    /// Every bucket's digest, ascending; absent ones are left out.
    async fn bucket_digests(&mut self) -> Result<Vec<(u32, Digest)>, Fault>;
    /// Keeps a result version.
    async fn put_result(&mut self, row: &ResultRow) -> Result<(), Fault>;
    /// The highest result version.
    async fn latest_result(&mut self) -> Result<Option<ResultRow>, Fault>;
    /// Result versions, highest first.
    async fn results(&mut self, limit: u32) -> Result<Vec<ResultRow>, Fault>;
    /// Keeps verdicts.
    async fn put_verdicts(&mut self, rows: &[VerdictRow]) -> Result<(), Fault>;
    /// A case's verdicts, oldest first.
    async fn verdicts(&mut self, case: &CaseId) -> Result<Vec<VerdictRow>, Fault>;
    /// Verdicts of one version, by case.
    async fn verdicts_of(&mut self, version: u64, limit: u32) -> Result<Vec<VerdictRow>, Fault>;
    /// Verdicts that a black entry caused, by version and case.
    async fn verdicts_caused_by(&mut self, cause: &CaseId) -> Result<Vec<VerdictRow>, Fault>;
    /// Verdicts written by an earlier release, which do not tell their cause, by case and version.
    async fn untold_verdicts(&mut self) -> Result<Vec<VerdictRow>, Fault>;
    /// Inserts or replaces a record of listed entries.
    async fn put_listing(&mut self, row: &ListingRow) -> Result<(), Fault>;
    /// One record of listed entries.
    async fn listing(&mut self, origin: &NodeId, record: &str, place: &str) -> Result<Option<ListingRow>, Fault>;
    /// A node's records of one kind by place.
    async fn listings_of(&mut self, origin: &NodeId, record: &str) -> Result<Vec<ListingRow>, Fault>;
    /// Open records of one kind by node and place.
    async fn open_listings(&mut self, record: &str) -> Result<Vec<ListingRow>, Fault>;
    /// Records of one kind about a subject, by node and place.
    async fn listings_about(&mut self, record: &str, subject_key: &str) -> Result<Vec<ListingRow>, Fault>;
    /// Inserts or replaces clocks.
    async fn put_clocks(&mut self, rows: &[ClockRow]) -> Result<(), Fault>;
    /// A clock has ended; nothing if it had.
    async fn remove_clock(&mut self, key: &ClockKey) -> Result<(), Fault>;
    /// One clock.
    async fn clock(&mut self, key: &ClockKey) -> Result<Option<ClockRow>, Fault>;
    /// The clocks of one deadline that an act started, by case.
    async fn clocks_of_act(&mut self, act: &EntryRef, code: &str) -> Result<Vec<ClockRow>, Fault>;
    /// A node's clocks by last day, then key; what is not asked for is not read.
    async fn due_clocks(&mut self, owner: &NodeId, page: &ClockPage) -> Result<Vec<ClockRow>, Fault>;
    /// Clocks of one deadline on a recogniser's cases from the first to the last of `numbers`, by case.
    async fn clocks_of_cases(
        &mut self,
        origin: &NodeId,
        numbers: (u64, u64),
        code: &str,
    ) -> Result<Vec<ClockRow>, Fault>;
    /// Every clock by key, page by page.
    async fn all_clocks(&mut self, after: Option<&ClockKey>, limit: u32) -> Result<Vec<ClockRow>, Fault>;
    /// Drops every projection (this trait's and the hub's tables), keeping logs, chunks, directories (signed documents, no folds), vault and meta; sets every log's `interpreted` to 0.
    async fn clear_projections(&mut self) -> Result<(), Fault>;
    /// SHA-256 over every table that `clear_projections` empties but the packed keys, in key order: equal states have equal digests on every implementation.
    async fn projection_digest(&mut self) -> Result<Digest, Fault>;
}

/// Subjects, names, marks, feeds: the province's comparison.
#[async_trait]
pub trait HubTx: Send {
    /// The facts of these subjects, each once and ascending; absent ones are left out.
    async fn subjects(&mut self, at: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault>;
    /// Inserts or replaces subjects, in bulk.
    async fn put_subjects(&mut self, rows: &[SubjectRow]) -> Result<(), Fault>;
    /// Subjects whose bucket is that of one of these heads and whose key begins with its key, each once and ascending.
    async fn subjects_under(&mut self, heads: &[SubjectAt]) -> Result<Vec<SubjectRow>, Fault>;
    /// Subjects by (bucket, key) after a place.
    async fn scan_subjects(&mut self, after: Option<&SubjectAt>, limit: u32) -> Result<Vec<SubjectRow>, Fault>;
    /// Adds names; those that exist are left alone.
    async fn put_names(&mut self, rows: &[NameRow]) -> Result<(), Fault>;
    /// Takes names away; those that do not exist are nothing.
    async fn remove_names(&mut self, rows: &[NameRow]) -> Result<(), Fault>;
    /// Subjects under these name hashes, each once and ascending.
    async fn names(&mut self, hashes: &[i64]) -> Result<Vec<NameRow>, Fault>;
    /// Subjects under the hashes from a first to a last one, for each pair the first `limit` rows; each once and ascending.
    async fn names_between(&mut self, ranges: &[(i64, i64)], limit: u32) -> Result<Vec<NameRow>, Fault>;
    /// Inserts or replaces persons, in bulk.
    async fn put_persons(&mut self, rows: &[PersonRow]) -> Result<(), Fault>;
    /// Persons under these handles, each once and ascending.
    async fn persons(&mut self, handles: &[Digest]) -> Result<Vec<PersonRow>, Fault>;
    /// Notes which version holds a case; an earlier note of the case is replaced.
    async fn put_held(&mut self, rows: &[HeldRow]) -> Result<(), Fault>;
    /// These are not held; those that were not are nothing.
    async fn remove_held(&mut self, cases: &[CaseId]) -> Result<(), Fault>;
    /// The cases that are held, by version and case.
    async fn held(&mut self) -> Result<Vec<HeldRow>, Fault>;
    /// Adds comparison work.
    async fn put_marks(&mut self, rows: &[MarkRow]) -> Result<(), Fault>;
    /// Work in order of (log, index, ordinal).
    async fn marks(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault>;
    /// Work done.
    async fn remove_mark(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault>;
    /// How much work is outstanding.
    async fn mark_count(&mut self) -> Result<u64, Fault>;
    /// Adds subjects whose verdicts changed and are not in a result version yet.
    async fn put_pending(&mut self, row: &MarkRow) -> Result<(), Fault>;
    /// Compared pieces awaiting publication, in order.
    async fn pending(&mut self, limit: u32) -> Result<Vec<MarkRow>, Fault>;
    /// Published.
    async fn remove_pending(&mut self, entry: &EntryRef, ordinal: u64) -> Result<(), Fault>;
    /// Inserts or replaces a feed.
    async fn put_feed(&mut self, row: &FeedRow) -> Result<(), Fault>;
    /// One feed.
    async fn feed(&mut self, source: &str) -> Result<Option<FeedRow>, Fault>;
    /// Every feed by source.
    async fn feeds(&mut self) -> Result<Vec<FeedRow>, Fault>;
    /// Adds parts of runs of packed keys, or replaces them.
    async fn put_packed_keys(&mut self, rows: &[PackedKeysRow]) -> Result<(), Fault>;
    /// Every run of packed keys by run and family.
    async fn packed_runs(&mut self) -> Result<Vec<PackedRun>, Fault>;
    /// The keys of one part of a run.
    async fn packed_keys(&mut self, run: u64, family: u32, ordinal: u64) -> Result<Option<Vec<u8>>, Fault>;
    /// Takes the parts of a run before one away.
    async fn remove_packed_parts(&mut self, run: u64, family: u32, before: u64) -> Result<(), Fault>;
    /// Takes a run away; nothing if it is not there.
    async fn remove_packed_run(&mut self, run: u64, family: u32) -> Result<(), Fault>;
}
