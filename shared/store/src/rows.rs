//! What the tables hold. A `body` is the registry's own encoding of a projection and can be rebuilt from the log.

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId};

/// The state of one mirrored or own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadRow {
    /// The log.
    pub log: LogId,
    /// Entries held durably.
    pub size: u64,
    /// The Merkle frontier at `size`, as the ledger encodes it.
    pub frontier: Vec<u8>,
    /// The latest signed checkpoint known, as a C2SP signed note; it may be ahead of `size`.
    pub checkpoint: Option<String>,
    /// The size that `checkpoint` commits to.
    pub checkpoint_size: u64,
    /// Entries interpreted, in order; waiting acts are counted and kept apart.
    pub interpreted: u64,
}

/// One entry. A node outside the audience holds the leaf alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Its place.
    pub at: EntryRef,
    /// RFC 6962 leaf hash of the header.
    pub leaf: Digest,
    /// The header's bytes.
    pub header: Option<Vec<u8>>,
    /// The payload's bytes.
    pub payload: Option<Vec<u8>>,
}

/// A complete subtree's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeNodeRow {
    /// Height: 0 is a leaf.
    pub level: u32,
    /// Position at that height.
    pub index: u64,
    /// Hash.
    pub hash: Digest,
}

/// A chunk that an entry obliges this node to hold and that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantRow {
    /// The entry that names it.
    pub entry: EntryRef,
    /// Address.
    pub digest: Digest,
    /// Bytes.
    pub length: u64,
    /// Smaller is fetched first.
    pub priority: u32,
}

/// A cosignature: the durable receipt of a peer for a log's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignatureRow {
    /// The log.
    pub log: LogId,
    /// The size.
    pub size: u64,
    /// Who cosigned.
    pub signer: NodeId,
    /// The signature line of the note.
    pub line: String,
}

/// A proposal that waits for a further officer's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedRow {
    /// What officers call it.
    pub id: String,
    /// Milliseconds since the Unix epoch, transport time of its first signature.
    pub at_ms: i64,
    /// The registry's own encoding.
    pub body: Vec<u8>,
}

/// Something wrong that a peer sent, or an alarm of this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRow {
    /// Milliseconds since the Unix epoch, transport time.
    pub at_ms: i64,
    /// Who.
    pub peer: String,
    /// Stable code.
    pub code: String,
    /// What; never payload text.
    pub detail: String,
    /// SHA-256 of the offending bytes: the same incident is kept once.
    pub evidence: Digest,
}

/// A case at its recogniser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Stage name, for listing.
    pub stage: String,
    /// Red or black.
    pub kind: ListKind,
    /// Subject's name, for listing.
    pub name: String,
    /// Subject key text, for lookup.
    pub subject_key: String,
    /// The case and its entry.
    pub body: Vec<u8>,
}

/// Which cases to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Only this stage.
    pub stage: Option<String>,
    /// Only this subject key.
    pub subject_key: Option<String>,
    /// Numbers greater than this.
    pub after: u64,
    /// Numbers up to this; 0 for all.
    pub up_to: u64,
    /// Rows at most.
    pub limit: u32,
}

/// A declared list under review, or the recogniser's and the province's view of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierRow {
    /// The certified list.
    pub list: EntryRef,
    /// Stage name.
    pub stage: String,
    /// The running clock's last day.
    pub due_on: Option<NaiveDate>,
    /// Red or black.
    pub kind: ListKind,
    /// Entries in it.
    pub count: u64,
    /// The dossier.
    pub body: Vec<u8>,
}

/// Where a list's cases lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListChunkRow {
    /// The list (or feed, or collection).
    pub list: EntryRef,
    /// Position in the manifest.
    pub ordinal: u64,
    /// Whose cases.
    pub case_origin: NodeId,
    /// Lowest case number.
    pub first_case: u64,
    /// Highest case number.
    pub last_case: u64,
    /// Chunk address.
    pub digest: Digest,
    /// Entries in it.
    pub count: u64,
}

/// An officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerRow {
    /// His node.
    pub node: NodeId,
    /// His id.
    pub id: String,
    /// Whether the level above has certified his key.
    pub certified: bool,
    /// The officer.
    pub body: Vec<u8>,
}

/// A publicity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicityRow {
    /// The opening act.
    pub at: EntryRef,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Still running.
    pub open: bool,
    /// The publicity.
    pub body: Vec<u8>,
}

/// A statement or an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PetitionRow {
    /// The receiving act.
    pub at: EntryRef,
    /// The case.
    pub case: CaseId,
    /// Not yet disposed.
    pub open: bool,
    /// The petition.
    pub body: Vec<u8>,
}

/// What this node made of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// The act.
    pub act: EntryRef,
    /// The outcome entry in the interpreter's log.
    pub outcome: EntryRef,
    /// `applied`, `rejected` or `waiting`.
    pub status: String,
    /// Stable code; empty when applied.
    pub code: String,
    /// 理由.
    pub reason: String,
}

/// An act that waits for what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRow {
    /// The act.
    pub at: EntryRef,
    /// Stable code of what it waits for.
    pub code: String,
}

/// One of the 65,536 buckets of the final list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketRow {
    /// 0 to 65,535: the first two bytes of SHA-256 of the subject key.
    pub bucket: u32,
    /// The canonical public rows, in order: exactly what is hashed.
    pub rows: Vec<u8>,
    /// SHA-256 of `rows`.
    pub digest: Digest,
}

/// A result version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    /// Rising from 1.
    pub version: u64,
    /// The publishing act.
    pub at: EntryRef,
    /// Root over the buckets.
    pub root: Digest,
    /// 公布日期.
    pub published_on: NaiveDate,
    /// The rest.
    pub body: Vec<u8>,
}

/// A verdict on one case that its recogniser is told: removed, HELD and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictRow {
    /// The case.
    pub case: CaseId,
    /// Result version.
    pub version: u64,
    /// The verdict.
    pub body: Vec<u8>,
    /// The black entry that caused it, where one did and the row was not written by an earlier release.
    pub cause: Option<CaseId>,
}

/// A case that the latest version which speaks of it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldRow {
    /// The case.
    pub case: CaseId,
    /// The result version.
    pub version: u64,
    /// Its verdict.
    pub body: Vec<u8>,
}

/// Where a subject's facts lie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectAt {
    /// 0 to 65,535: the first two bytes of SHA-256 of `key`.
    pub bucket: u32,
    /// Subject key text.
    pub key: String,
}

/// All facts of one subject at the province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRow {
    /// Where.
    pub at: SubjectAt,
    /// Facts and verdicts.
    pub body: Vec<u8>,
}

/// A subject under the hash of a name, a number or whatever else may bring it together with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameRow {
    /// 64 bits, as a signed integer: of a name those of `name_hash`, so that names of one core lie side by side.
    pub name_hash: i64,
    /// The subject.
    pub at: SubjectAt,
}

/// Who stands behind a commitment or a keyed hash; also that a part of sealed numbers was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// A commitment, a keyed hash, or the address of a part: digests of different things never meet.
    pub handle: Digest,
    /// The opaque name, 16 bytes; empty where nobody is known.
    pub person: Vec<u8>,
}

/// A piece of comparison work: one chunk of arrived entries, or single subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRow {
    /// The entry that caused it.
    pub entry: EntryRef,
    /// Piece within that entry.
    pub ordinal: u64,
    /// What to compare.
    pub body: Vec<u8>,
}

/// Part of a run of packed keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedKeysRow {
    /// The run: keys that were written together.
    pub run: u64,
    /// What they are.
    pub family: u32,
    /// Which part, from 0.
    pub ordinal: u64,
    /// How often they were merged; the same in every part.
    pub level: u32,
    /// The keys, ascending.
    pub body: Vec<u8>,
}

/// What is known of a run of packed keys without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedRun {
    /// The run.
    pub run: u64,
    /// What its keys are.
    pub family: u32,
    /// How often they were merged.
    pub level: u32,
    /// Its first part.
    pub first: u64,
    /// Its parts, one behind the other from the first.
    pub parts: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A department feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Registered source.
    pub source: String,
    /// State of the feed.
    pub body: Vec<u8>,
}

/// A behaviour event as its recorder keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehaviourRow {
    /// The node that recorded it.
    pub origin: NodeId,
    /// Its number within that node, from 1.
    pub number: u64,
    /// The key of its subject.
    pub subject_key: String,
    /// The event.
    pub body: Vec<u8>,
}

/// A record of the life of listed entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRow {
    /// The recogniser of the entries; the announcing node of a channel.
    pub origin: NodeId,
    /// Kind of record, such as `case` or `exit`.
    pub record: String,
    /// Which within the kind.
    pub place: String,
    /// The subject's key; empty where a record has none.
    pub subject_key: String,
    /// Whether something is still to be done.
    pub open: bool,
    /// The first day it matters, if time alone brings it.
    pub due_on: Option<NaiveDate>,
    /// The record.
    pub body: Vec<u8>,
}

/// What tells one running clock from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockKey {
    /// The act that started it.
    pub act: EntryRef,
    /// The deadline, such as `D-02`.
    pub code: String,
    /// The recogniser and its case; number 0 for a whole list or several cases.
    pub case: CaseId,
}

/// A legal clock that no act has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRow {
    /// Which.
    pub key: ClockKey,
    /// The node whose task it is.
    pub owner: NodeId,
    /// Its last day; 9999-12-31 while it stands still.
    pub due_on: NaiveDate,
    /// A calendar still to come can move it.
    pub provisional: bool,
    /// The clock.
    pub body: Vec<u8>,
}

/// A page of one node's clocks by last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockPage {
    /// Last days up to this one.
    pub up_to: NaiveDate,
    /// What the page before ended with.
    pub after: Option<(NaiveDate, ClockKey)>,
    /// Rows at most.
    pub limit: u32,
}
