//! The receiving side: nothing of a package is believed before its signature, its proofs and its chain hold.
//!
//! Pure: the caller fetches what is held, this decides what may be stored, in the order that puts the blame right.
//! First the relay (may it bring this log, do the bytes lead to the signed root), then the author (what it signed).

use std::collections::{BTreeMap, BTreeSet};

use honghei_codec::entry::{ChunkDue, decode_envelope, decode_header};
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId};
use honghei_ledger::{Checkpoint, Frontier, LedgerDefect, empty_root, hex, leaf_hash, sha256, verify_consistency};
use honghei_store::{EntryRow, HeadRow, TreeNodeRow, WantRow};

use crate::checkpoints::Checkpoints;
use crate::edge::Edge;
use crate::frame::{Item, LogState, Package};
use crate::limits::{Limits, MAX_PROOF};
use crate::rejection::{Reason, Rejection};

/// What this node holds of the package's log.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The log's state; `None` before its first entry.
    pub head: Option<HeadRow>,
    /// The root over the first `package.first_index` entries; `None` if fewer are held.
    pub start_root: Option<Digest>,
    /// Leaves held from `package.first_index` on, as far as the package overlaps them.
    pub leaves: Vec<Digest>,
    /// Number and header hash of the last entry of each audience that the package's entries name.
    pub audiences: BTreeMap<Audience, (u64, Digest)>,
    /// Known checkpoints.
    pub checkpoints: Checkpoints,
}

impl Held {
    /// Entries held.
    pub fn size(&self) -> u64 {
        self.head.as_ref().map_or(0, |head| head.size)
    }
}

/// What may be stored, in one transaction.
#[derive(Clone, Debug)]
pub struct Verified {
    /// New entries only; empty if all were held.
    pub entries: Vec<EntryRow>,
    /// Subtrees they complete.
    pub nodes: Vec<TreeNodeRow>,
    /// The log's new state.
    pub head: HeadRow,
    /// Audiences that moved.
    pub audience_heads: BTreeMap<Audience, (u64, Digest)>,
    /// Chunks that this node must hold; some may be here already.
    pub dues: Vec<WantRow>,
    /// The known checkpoints with this one.
    pub checkpoints: Checkpoints,
    /// The durable cursor once stored.
    pub state: LogState,
    /// Why the package's entries from there on were not accepted.
    pub stopped: Option<Rejection>,
}

/// A state of a log nobody has written to.
pub(crate) fn nothing_of(log: &LogId) -> LogState {
    LogState { log: log.clone(), size: 0, root: empty_root() }
}

/// The state that a head stands for.
pub fn state_of(head: &HeadRow) -> Result<LogState, LedgerDefect> {
    Ok(LogState { log: head.log.clone(), size: head.size, root: Frontier::from_bytes(&head.frontier)?.root() })
}

/// Whether the peer may bring this package at all; needs nothing from the store.
pub fn admit_package(package: &Package, edge: &Edge, limits: &Limits) -> Result<(), Rejection> {
    let reject = |reason, detail: &str| Err(Rejection::new(reason, detail).about(&package.log));
    if edge.directory.node(&package.log.node).is_some() && !edge.accepts(&package.log) {
        return reject(Reason::ForeignLog, "its sender may not relay this log to us");
    }
    if !edge.knows(&package.log) {
        return reject(Reason::UnknownLog, "its writer and epoch are not in the directory held here");
    }
    let weight: usize = package.items.iter().map(Item::weight).sum();
    let oversize = package.items.len() > limits.package_entries as usize
        || (package.items.len() > 1 && weight > limits.package_bytes)
        || package.start_proof.len() > MAX_PROOF
        || package.end_proof.len() > MAX_PROOF;
    if oversize {
        return reject(Reason::Oversize, "more entries, bytes or hashes than a package may carry");
    }
    if package.items.is_empty() {
        return reject(Reason::Malformed, "a package without entries");
    }
    Ok(())
}

/// The audiences that the entries of a package name, as far as their headers can be read.
pub fn audiences_of(package: &Package) -> BTreeSet<Audience> {
    let headers = package.items.iter().filter_map(|item| match item {
        Item::Entry { header, .. } => decode_header(header).ok(),
        Item::Leaf(_) => None,
    });
    headers.map(|header| header.audience).collect()
}

/// Decides what of a package may be stored.
///
/// An entry that cannot be accepted by its author's fault, or not yet, stops the package there: what precedes it is
/// proved and good.
pub fn verify_package(held: &Held, package: &Package, edge: &Edge, limits: &Limits) -> Result<Verified, Rejection> {
    admit_package(package, edge, limits)?;
    let about = |rejection: Rejection| rejection.about(&package.log);
    let checkpoint = check_checkpoint(held, package, edge).map_err(about)?;
    let already = check_overlap(held, package).map_err(about)?;
    let new = package.items.get(already..).unwrap_or_default();
    let mut grown = grow(held, new).map_err(about)?;
    if !new.is_empty() {
        check_end(&grown, package, &checkpoint).map_err(about)?;
    }
    let read = read_entries(held, package, already, edge).map_err(about)?;
    let stopped = read.stopped.map(about);
    if read.entries.len() < new.len() {
        if let (true, Some(rejection)) = (read.entries.is_empty(), &stopped) {
            return Err(rejection.clone());
        }
        grown = grow(held, new.get(..read.entries.len()).unwrap_or_default()).map_err(about)?;
    }
    let size = grown.frontier.size();
    let mut checkpoints = held.checkpoints.clone();
    checkpoints.add(checkpoint.size, &checkpoint.root, &package.checkpoint, size);
    let head = HeadRow {
        log: package.log.clone(),
        size,
        frontier: grown.frontier.to_bytes(),
        // Never smaller than the one held: that was checked.
        checkpoint: Some(package.checkpoint.clone()),
        checkpoint_size: checkpoint.size,
        interpreted: held.head.as_ref().map_or(0, |head| head.interpreted),
    };
    Ok(Verified {
        entries: read.entries,
        nodes: grown.nodes,
        state: LogState { log: package.log.clone(), size, root: grown.frontier.root() },
        head,
        audience_heads: read.audience_heads,
        dues: read.dues,
        checkpoints,
        stopped,
    })
}

/// The log's own key signed it, it reaches the package's end, and it fits every checkpoint we hold.
fn check_checkpoint(held: &Held, package: &Package, edge: &Edge) -> Result<Checkpoint, Rejection> {
    let start_root = held.start_root.ok_or_else(|| {
        Rejection::new(Reason::Gap, format!("begins at {} where {} are held", package.first_index, held.size()))
    })?;
    let origin = edge.directory.checkpoint_origin(&package.log);
    let key = edge
        .log_key(&package.log)
        .ok_or_else(|| Rejection::new(Reason::UnknownLog, "the directory's key for this log cannot be used"))?;
    let checkpoint = Checkpoint::open(&package.checkpoint, &origin, &key).map_err(|defect| {
        Rejection::new(Reason::CheckpointInvalid, format!("its checkpoint: {defect}"))
            .proved_by(package.checkpoint.as_bytes())
    })?;
    if checkpoint.size < package.end() {
        return Err(Rejection::new(
            Reason::CheckpointShort,
            format!("entries up to {} under a checkpoint of size {}", package.end(), checkpoint.size),
        ));
    }
    let fork = |detail: String, other: &str| {
        Rejection::new(Reason::Forked, detail).proved_by([other.as_bytes(), package.checkpoint.as_bytes()].join(&0x0a))
    };
    let largest = held.head.as_ref().map_or(0, |head| head.checkpoint_size);
    let note_held = held.head.as_ref().and_then(|head| head.checkpoint.as_deref()).unwrap_or_default();
    if let Some(known) = held.checkpoints.at(checkpoint.size)
        && known.root != checkpoint.root
    {
        return Err(fork(format!("two signed roots for size {}", checkpoint.size), &known.note));
    }
    let fits =
        verify_consistency(package.first_index, checkpoint.size, &start_root, &checkpoint.root, &package.start_proof);
    if !fits {
        return Err(fork(
            format!(
                "the signed root of size {} does not continue the {} entries held here (root {})",
                checkpoint.size,
                package.first_index,
                hex(&start_root)
            ),
            note_held,
        ));
    }
    if checkpoint.size < largest {
        return Err(Rejection::new(
            Reason::CheckpointRolledBack,
            format!("a checkpoint of size {} after one of size {largest}", checkpoint.size),
        )
        .proved_by(package.checkpoint.as_bytes()));
    }
    Ok(checkpoint)
}

/// How many of the package's items are held already; they must be the same.
fn check_overlap(held: &Held, package: &Package) -> Result<usize, Rejection> {
    for (place, (item, leaf)) in package.items.iter().zip(&held.leaves).enumerate() {
        if leaf_of(item) != *leaf {
            let index = package.first_index + place as u64;
            return Err(Rejection::new(Reason::Forked, format!("another entry at index {index}, which is held here"))
                .proved_by(package.checkpoint.as_bytes()));
        }
    }
    Ok(package.items.len().min(held.leaves.len()))
}

struct Grown {
    frontier: Frontier,
    nodes: Vec<TreeNodeRow>,
}

/// Appends new leaves to what is held; on the way every root that was signed earlier must come out.
fn grow(held: &Held, new: &[Item]) -> Result<Grown, Rejection> {
    let mut frontier = match &held.head {
        Some(head) => Frontier::from_bytes(&head.frontier)
            .map_err(|defect| Rejection::new(Reason::Gap, format!("our own frontier: {defect}")))?,
        None => Frontier::new(),
    };
    let mut nodes = Vec::with_capacity(2 * new.len());
    for item in new {
        frontier.append(leaf_of(item), &mut |level, index, hash| nodes.push(TreeNodeRow { level, index, hash }));
        if let Some(known) = held.checkpoints.at(frontier.size())
            && known.root != frontier.root()
        {
            let detail = format!("the entries do not lead to the root signed earlier for size {}", known.size);
            return Err(Rejection::new(Reason::Forked, detail).proved_by(known.note.as_bytes()));
        }
    }
    Ok(Grown { frontier, nodes })
}

/// The package's end is a prefix of what the checkpoint signs.
fn check_end(grown: &Grown, package: &Package, checkpoint: &Checkpoint) -> Result<(), Rejection> {
    let (size, root) = (grown.frontier.size(), grown.frontier.root());
    if verify_consistency(size, checkpoint.size, &root, &checkpoint.root, &package.end_proof) {
        return Ok(());
    }
    let (from, to) = (package.first_index, package.end());
    let detail = format!("entries {from}..{to} do not lead to the signed root of size {}", checkpoint.size);
    Err(Rejection::new(Reason::EntriesAltered, detail).proved_by(root))
}

fn leaf_of(item: &Item) -> Digest {
    match item {
        Item::Leaf(leaf) => *leaf,
        Item::Entry { header, .. } => leaf_hash(header),
    }
}

struct Read {
    entries: Vec<EntryRow>,
    audience_heads: BTreeMap<Audience, (u64, Digest)>,
    dues: Vec<WantRow>,
    stopped: Option<Rejection>,
}

/// Reads the new entries: what we may read is whole and unbroken, what we may not is dropped to its leaf.
///
/// Only what the relay alone can have done wrong refuses the whole package.
fn read_entries(held: &Held, package: &Package, already: usize, edge: &Edge) -> Result<Read, Rejection> {
    let mut read = Read { entries: Vec::new(), audience_heads: BTreeMap::new(), dues: Vec::new(), stopped: None };
    for (place, item) in package.items.iter().enumerate().skip(already) {
        let at = EntryRef { log: package.log.clone(), index: package.first_index + place as u64 };
        match read_entry(held, &at, item, edge, &mut read) {
            Ok(entry) => read.entries.push(entry),
            Err(rejection) if rejection.reason == Reason::PayloadAltered => return Err(rejection),
            Err(rejection) => {
                read.stopped = Some(rejection);
                break;
            }
        }
    }
    Ok(read)
}

fn read_entry(held: &Held, at: &EntryRef, item: &Item, edge: &Edge, read: &mut Read) -> Result<EntryRow, Rejection> {
    let leaf = leaf_of(item);
    let leaf_only = EntryRow { at: at.clone(), leaf, header: None, payload: None };
    let Item::Entry { header: header_bytes, payload } = item else { return Ok(leaf_only) };
    let refuse =
        |reason, detail: String| Err(Rejection::new(reason, format!("entry {}: {detail}", at.index)).proved_by(leaf));
    let header = match decode_header(header_bytes) {
        Ok(header) if header.at == *at => header,
        Ok(header) => return refuse(Reason::HeaderMalformed, format!("its header says it is {}", header.at)),
        Err(defect) => return refuse(Reason::HeaderMalformed, defect.to_string()),
    };
    if !edge.can_judge(&header.audience) {
        return refuse(
            Reason::UnknownReader,
            format!("a reader in {} is not in the directory held here", header.audience),
        );
    }
    if !header.audience.admits(&at.log.node, &edge.me, &*edge.directory) {
        return Ok(leaf_only);
    }
    if payload.len() as u64 != header.payload_length || sha256(payload) != header.payload_digest {
        return refuse(Reason::PayloadAltered, "its payload is not what its header commits to".to_owned());
    }
    let last = read.audience_heads.get(&header.audience).or_else(|| held.audiences.get(&header.audience));
    let (number, previous) = last.copied().unwrap_or((0, [0; 32]));
    if header.audience_number != number.saturating_add(1) || header.audience_previous != previous {
        let reason =
            if header.audience_number > number.saturating_add(1) { Reason::Withheld } else { Reason::AudienceGap };
        let (next, audience) = (header.audience_number, &header.audience);
        return refuse(reason, format!("number {next} of audience {audience} after number {number}"));
    }
    read.audience_heads.insert(header.audience.clone(), (header.audience_number, sha256(header_bytes)));
    read.dues.extend(dues_of(payload, at, edge));
    Ok(EntryRow { at: at.clone(), leaf, header: Some(header_bytes.to_vec()), payload: Some(payload.to_vec()) })
}

/// The chunks of an envelope that this node must hold. An unreadable envelope obliges to nothing: the interpreter of
/// the act answers it.
fn dues_of(payload: &[u8], at: &EntryRef, edge: &Edge) -> Vec<WantRow> {
    let Ok(envelope) = decode_envelope(payload) else { return Vec::new() };
    let due = |chunk: &&ChunkDue| chunk.audience.admits(&at.log.node, &edge.me, &*edge.directory);
    let want = |chunk: &ChunkDue| WantRow {
        entry: at.clone(),
        digest: chunk.digest,
        length: chunk.length,
        priority: chunk.priority,
    };
    envelope.chunks.iter().filter(due).map(want).collect()
}
