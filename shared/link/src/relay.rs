//! Entries between the store and the link: what was verified goes in, what a reader may see comes out.

use bytes::Bytes;
use honghei_codec::entry::decode_header;
use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::LogId;
use honghei_ledger::{Frontier, LedgerDefect, consistency_plan, empty_root, hex};
use honghei_store::{EntryRow, Fault, HeadRow, LogTx};

use crate::checkpoints::Checkpoints;
use crate::edge::Edge;
use crate::frame::{Item, LogState, Package};
use crate::limits::Limits;
use crate::rejection::{Reason, Rejection};
use crate::verify::{Held, admit_package, audiences_of, nothing_of, state_of, verify_package};

/// Entries read from the store at once: a hostile log of the largest payloads stays within 64 MiB.
const READ_AHEAD: u32 = 16;

/// What storing a package came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPackage {
    /// The durable cursor, once the transaction is committed.
    pub state: LogState,
    /// New entries.
    pub entries: usize,
    /// Chunks that are due now and missing.
    pub wants: usize,
    /// Why its later entries were not accepted.
    pub stopped: Option<Rejection>,
}

/// A checkpoint to send entries under until its size is reached, so that the receiver can settle on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Entries it commits to.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// A package to load: what follows the receiver's durable cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageAsk {
    /// What the receiver holds.
    pub theirs: LogState,
    /// The checkpoint of the package before, if its size was not reached.
    pub aim: Option<Aim>,
}

/// What there is to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// Entries, and the checkpoint they are proved under.
    Package {
        /// The entries.
        package: Box<Package>,
        /// Its checkpoint.
        aim: Aim,
    },
    /// Nothing beyond the receiver's cursor.
    Nothing,
    /// The next entry names a reader that the directory held here does not know yet.
    Waits,
    /// The receiver's cursor is not a prefix of what is held here.
    Diverged(Rejection),
}

/// Verifies a package against what is held and writes what may be stored: entries, tree, head, audiences, wants.
///
/// A rejection has written nothing. Nothing is durable before the caller commits.
pub async fn store_package(
    tx: &mut dyn LogTx,
    package: &Package,
    edge: &Edge,
    limits: &Limits,
) -> Result<Result<StoredPackage, Rejection>, Fault> {
    if let Err(rejection) = admit_package(package, edge, limits) {
        return Ok(Err(rejection));
    }
    let held = load_held(tx, package).await?;
    let verified = match verify_package(&held, package, edge, limits) {
        Ok(verified) => verified,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let log = &package.log;
    let mut wants = verified.dues;
    if !verified.entries.is_empty() {
        tx.append_entries(&verified.entries).await?;
        tx.put_tree_nodes(log, &verified.nodes).await?;
        for (audience, (number, hash)) in &verified.audience_heads {
            tx.put_audience_head(log, audience, *number, hash).await?;
        }
        let digests: Vec<Digest> = wants.iter().map(|want| want.digest).collect();
        let missing = tx.missing_chunks(&digests).await?;
        wants.retain(|want| missing.contains(&want.digest));
        tx.put_wants(&wants).await?;
    }
    if held.head.as_ref() != Some(&verified.head) {
        tx.put_head(&verified.head).await?;
    }
    if held.checkpoints != verified.checkpoints {
        tx.put_meta(&Checkpoints::key(log), &verified.checkpoints.to_bytes()).await?;
    }
    Ok(Ok(StoredPackage {
        state: verified.state,
        entries: verified.entries.len(),
        wants: wants.len(),
        stopped: verified.stopped,
    }))
}

async fn load_held(tx: &mut dyn LogTx, package: &Package) -> Result<Held, Fault> {
    let log = &package.log;
    let mut held = Held {
        head: tx.head(log).await?,
        start_root: None,
        leaves: Vec::new(),
        audiences: Default::default(),
        checkpoints: load_checkpoints(tx, log).await?,
    };
    held.start_root = root_at(tx, log, held.head.as_ref(), package.first_index).await?;
    if package.first_index < held.size() {
        let count = u32::try_from(package.items.len()).unwrap_or(u32::MAX);
        let rows = tx.entries(log, package.first_index, count).await?;
        held.leaves = rows.into_iter().map(|row| row.leaf).collect();
    }
    for audience in audiences_of(package) {
        if let Some(last) = tx.audience_head(log, &audience).await? {
            held.audiences.insert(audience, last);
        }
    }
    Ok(held)
}

/// The known checkpoints of a log.
pub(crate) async fn load_checkpoints(tx: &mut dyn LogTx, log: &LogId) -> Result<Checkpoints, Fault> {
    let key = Checkpoints::key(log);
    match tx.meta(&key).await? {
        None => Ok(Checkpoints::default()),
        Some(bytes) => Checkpoints::from_bytes(&bytes).ok_or(Fault::Damaged { what: key }),
    }
}

/// The root over the first `size` entries; `None` if fewer are held.
pub(crate) async fn root_at(
    tx: &mut dyn LogTx,
    log: &LogId,
    head: Option<&HeadRow>,
    size: u64,
) -> Result<Option<Digest>, Fault> {
    if size == 0 {
        return Ok(Some(empty_root()));
    }
    match head {
        Some(head) if head.size == size => Ok(Some(state(head)?.root)),
        Some(head) if head.size > size => {
            let hashes = fetch(tx, log, &Frontier::places(size)).await?;
            Ok(Some(Frontier::from_hashes(size, hashes).map_err(|defect| damaged(log, &defect))?.root()))
        }
        _ => Ok(None),
    }
}

/// The state that a head stands for.
pub(crate) fn state(head: &HeadRow) -> Result<LogState, Fault> {
    state_of(head).map_err(|defect| damaged(&head.log, &defect))
}

fn damaged(log: &LogId, defect: &LedgerDefect) -> Fault {
    Fault::Damaged { what: format!("tree of log {log} ({defect})") }
}

async fn fetch(tx: &mut dyn LogTx, log: &LogId, places: &[(u32, u64)]) -> Result<Vec<Digest>, Fault> {
    let hashes: Option<Vec<Digest>> = tx.tree_nodes(log, places).await?.into_iter().collect();
    hashes.ok_or_else(|| Fault::Damaged { what: format!("tree of log {log} (a subtree is missing)") })
}

/// The checkpoint that everything sent is proved under: the newest that the entries held reach.
pub(crate) async fn provable(tx: &mut dyn LogTx, head: &HeadRow) -> Result<Option<Aim>, Fault> {
    if let Some(note) = &head.checkpoint
        && head.checkpoint_size <= head.size
    {
        return Ok(Some(Aim { size: head.checkpoint_size, note: note.clone() }));
    }
    let checkpoints = load_checkpoints(tx, &head.log).await?;
    Ok(checkpoints.settled(head.size).map(|known| Aim { size: known.size, note: known.note.clone() }))
}

/// Loads what follows a receiver's cursor, as far as one package goes, with what this reader may see of it.
pub async fn load_package(tx: &mut dyn LogTx, ask: &PackageAsk, edge: &Edge, limits: &Limits) -> Result<Loaded, Fault> {
    let log = &ask.theirs.log;
    let from = ask.theirs.size;
    let Some(head) = tx.head(log).await? else {
        return Ok(if from == 0 { Loaded::Nothing } else { Loaded::Diverged(ahead(ask, &nothing_of(log))) });
    };
    match root_at(tx, log, Some(&head), from).await? {
        None => return Ok(Loaded::Diverged(ahead(ask, &state(&head)?))),
        Some(root) if root != ask.theirs.root => return Ok(Loaded::Diverged(forked(ask, &root))),
        Some(_) => {}
    }
    let aim = match &ask.aim {
        Some(aim) if aim.size > from => Some(aim.clone()),
        _ => provable(tx, &head).await?.filter(|aim| aim.size > from),
    };
    let Some(aim) = aim else { return Ok(Loaded::Nothing) };
    let items = load_items(tx, log, from, aim.size, edge, limits).await?;
    if items.is_empty() {
        return Ok(Loaded::Waits);
    }
    let end = from + items.len() as u64;
    let package = Package {
        log: log.clone(),
        first_index: from,
        items,
        checkpoint: aim.note.clone(),
        start_proof: prove(tx, log, from, aim.size).await?,
        end_proof: prove(tx, log, end, aim.size).await?,
    };
    Ok(Loaded::Package { package: Box::new(package), aim })
}

fn ahead(ask: &PackageAsk, ours: &LogState) -> Rejection {
    let detail = format!("its holder has {} entries and this node {}", ask.theirs.size, ours.size);
    Rejection::new(Reason::CursorAhead, detail).about(&ask.theirs.log)
}

fn forked(ask: &PackageAsk, ours: &Digest) -> Rejection {
    let (size, theirs) = (ask.theirs.size, hex(&ask.theirs.root));
    let detail = format!("the first {size} entries have root {theirs} there and {} here", hex(ours));
    Rejection::new(Reason::Forked, detail).about(&ask.theirs.log)
}

async fn load_items(
    tx: &mut dyn LogTx,
    log: &LogId,
    from: u64,
    to: u64,
    edge: &Edge,
    limits: &Limits,
) -> Result<Vec<Item>, Fault> {
    let mut items = Vec::new();
    let mut weight = 0;
    let to = to.min(from.saturating_add(limits.package_entries.into()));
    while from + (items.len() as u64) < to {
        let at = from + items.len() as u64;
        let count = u32::try_from(to - at).unwrap_or(u32::MAX).min(READ_AHEAD);
        let rows = tx.entries(log, at, count).await?;
        if rows.is_empty() {
            return Err(Fault::Damaged { what: format!("log {log} (entry {at} is missing)") });
        }
        for row in rows {
            let Some(item) = item_for(row, edge)? else { return Ok(items) };
            weight += item.weight();
            if weight > limits.package_bytes && !items.is_empty() {
                return Ok(items);
            }
            items.push(item);
        }
    }
    Ok(items)
}

/// What the peer may see of an entry; `None` if the directory held here cannot tell yet.
fn item_for(row: EntryRow, edge: &Edge) -> Result<Option<Item>, Fault> {
    let (Some(header), Some(payload)) = (row.header, row.payload) else { return Ok(Some(Item::Leaf(row.leaf))) };
    let audience = audience_of(&header, &row.at.to_string())?;
    if !edge.can_judge(&audience) {
        return Ok(None);
    }
    if audience.admits(&row.at.log.node, &edge.peer, &*edge.directory) {
        Ok(Some(Item::Entry { header: Bytes::from(header), payload: Bytes::from(payload) }))
    } else {
        Ok(Some(Item::Leaf(row.leaf)))
    }
}

pub(crate) fn audience_of(header: &[u8], what: &str) -> Result<Audience, Fault> {
    let header = decode_header(header).map_err(|defect| Fault::Damaged { what: format!("entry {what} ({defect})") })?;
    Ok(header.audience)
}

async fn prove(tx: &mut dyn LogTx, log: &LogId, old: u64, new: u64) -> Result<Vec<Digest>, Fault> {
    let plan = consistency_plan(old, new).map_err(|defect| damaged(log, &defect))?;
    let hashes = fetch(tx, log, &plan.places).await?;
    plan.assemble(&hashes).map_err(|defect| damaged(log, &defect))
}
