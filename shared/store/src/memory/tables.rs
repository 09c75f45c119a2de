//! Every table as a persistent ordered map under its primary key, with the indexes that a scan would miss.

use chrono::NaiveDate;
use honghei_domain::audience::Audience;
use honghei_domain::list::{CaseId, Digest};
use honghei_domain::node::{EntryRef, LogId, NodeId};
use rpds::RedBlackTreeMapSync;

use crate::rows::*;

pub(super) type Table<K, V> = RedBlackTreeMapSync<K, V>;

/// The whole database; cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    // Logs and what belongs to them.
    pub heads: Table<LogId, HeadRow>,
    pub entries: Table<EntryRef, EntryRow>,
    pub tree_nodes: Table<(LogId, u32, u64), Digest>,
    pub audience_heads: Table<(LogId, Audience), (u64, Digest)>,
    pub chunks: Table<Digest, Vec<u8>>,
    pub wants: Table<(EntryRef, Digest), WantRow>,
    /// Index: wants by chunk.
    pub wanted: Table<Digest, Table<EntryRef, ()>>,
    /// Index: wants in the order they are fetched.
    pub urgency: Table<(u32, EntryRef, Digest), ()>,
    pub cosignatures: Table<(LogId, u64), Table<NodeId, CosignatureRow>>,
    /// Index: the largest size each signer cosigned.
    pub cosigned: Table<(LogId, NodeId), u64>,
    pub incidents: Table<Digest, IncidentRow>,
    pub meta: Table<String, Vec<u8>>,
    pub parked: Table<String, ParkedRow>,
    pub secrets: Table<Digest, Vec<u8>>,
    pub directories: Table<u64, Vec<u8>>,
    // Projections.
    pub cases: Table<CaseId, CaseRow>,
    pub dossiers: Table<EntryRef, DossierRow>,
    pub list_chunks: Table<(EntryRef, u64), ListChunkRow>,
    /// Index: chunks by the recogniser of their cases.
    pub chunks_of_origin: Table<(NodeId, EntryRef, u64), ()>,
    pub officers: Table<(NodeId, String), OfficerRow>,
    pub publicities: Table<EntryRef, PublicityRow>,
    pub petitions: Table<EntryRef, PetitionRow>,
    pub outcomes: Table<EntryRef, OutcomeRow>,
    pub waiting: Table<EntryRef, WaitingRow>,
    pub buckets: Table<u32, BucketRow>,
    pub results: Table<u64, ResultRow>,
    pub verdicts: Table<(CaseId, u64), VerdictRow>,
    /// Index: verdicts by what caused them.
    pub verdicts_by_cause: Table<CaseId, Table<(u64, CaseId), ()>>,
    pub held: Table<CaseId, HeldRow>,
    pub subjects: Table<SubjectAt, SubjectRow>,
    pub names: Table<NameRow, ()>,
    pub persons: Table<Digest, PersonRow>,
    pub marks: Table<(EntryRef, u64), MarkRow>,
    pub pending: Table<(EntryRef, u64), MarkRow>,
    pub feeds: Table<String, FeedRow>,
    pub packed_keys: Table<(u64, u32, u64), PackedKeysRow>,
    pub listings: Table<(NodeId, String, String), ListingRow>,
    pub behaviours: Table<(NodeId, u64), BehaviourRow>,
    pub clocks: Table<ClockKey, ClockRow>,
    /// Index: clocks by whose task they are, then last day.
    pub clocks_by_due: Table<(NodeId, NaiveDate, ClockKey), ()>,
    /// Index: clocks by case.
    pub clocks_by_case: Table<(CaseId, ClockKey), ()>,
}

/// All entries of a log from an index on.
pub(super) fn from_index(log: &LogId, index: u64) -> std::ops::RangeInclusive<EntryRef> {
    EntryRef { log: log.clone(), index }..=EntryRef { log: log.clone(), index: u64::MAX }
}
