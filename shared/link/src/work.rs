//! What the machine asks of the store, and the doing of it: one request, one transaction, one answer.

use std::collections::BTreeSet;

use honghei_domain::list::Digest;
use honghei_domain::node::LogId;
use honghei_ledger::hex;
use honghei_store::{Fault, LogTx, WantRow};

use crate::chunks::{ChunkLoaded, load_chunk, load_wants, store_chunk};
use crate::edge::Edge;
use crate::frame::{ChunkAddress, LogState, Package, Receipt};
use crate::limits::Limits;
use crate::receipts::{Cosigner, Told, cosign_complete, is_cosign_due, load_receipts, store_receipt};
use crate::rejection::{Consequence, Rejection};
use crate::relay::{Loaded, PackageAsk, StoredPackage, load_package, provable, state, store_package};

/// A request that reads one consistent view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Every log that concerns this link.
    Heads,
    /// What follows a receiver's cursor.
    Package(Box<PackageAsk>),
    /// The most urgent wanted chunks of the peer's logs, at most so many.
    Wants(u32),
    /// A chunk that the peer asked for.
    Chunk(ChunkAddress),
    /// Which of these chunks are here now.
    Available(Vec<Digest>),
    /// Cosignatures to tell the peer, and whether some are due.
    Receipts(Told),
}

/// A request that writes in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Verify and store.
    Package(Box<Package>),
    /// Check and store: what came and what it was wanted as. Those that wait together become durable together.
    Chunks(Vec<(WantRow, Vec<u8>)>),
    /// Check and keep.
    Receipts(Vec<Receipt>),
    /// Cosign what is complete of these logs.
    Cosign(Vec<LogId>),
    /// Record what the peer did.
    Incident(Rejection),
}

/// A log held, as the link sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLog {
    /// Size and root.
    pub state: LogState,
    /// How far it can be sent with proofs.
    pub provable: u64,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Read::Heads`].
    Heads(Vec<HeldLog>),
    /// To [`Read::Package`].
    Package {
        /// The log.
        log: LogId,
        /// What there is.
        loaded: Loaded,
    },
    /// To [`Read::Wants`].
    Wants(Vec<WantRow>),
    /// To [`Read::Chunk`].
    Chunk {
        /// Which.
        address: ChunkAddress,
        /// What there is.
        loaded: ChunkLoaded,
    },
    /// To [`Read::Available`].
    Available(Vec<Digest>),
    /// To [`Read::Receipts`].
    Receipts {
        /// To tell.
        receipts: Vec<Receipt>,
        /// Logs with a complete checkpoint that is not cosigned.
        due: Vec<LogId>,
    },
    /// To [`Write::Package`], committed.
    PackageStored {
        /// The log.
        log: LogId,
        /// What was stored, or why nothing was.
        result: Result<StoredPackage, Rejection>,
    },
    /// To [`Write::Chunks`], committed.
    ChunksStored {
        /// Whether each was what was wanted.
        results: Vec<(Digest, Result<(), Rejection>)>,
        /// Whether an entry is complete now that lacked one of them.
        completes: bool,
    },
    /// To [`Write::Receipts`], committed: the ones that were wrong.
    ReceiptsStored(Vec<Rejection>),
    /// To [`Write::Cosign`], committed.
    Cosigned,
    /// To [`Write::Incident`], committed.
    Recorded,
}

impl Answer {
    /// Whether the store holds more than before, so that the fold and the other links should look.
    pub fn is_news(&self) -> bool {
        match self {
            Answer::PackageStored { result: Ok(stored), .. } => stored.entries > 0,
            Answer::ChunksStored { results, .. } => results.iter().any(|(_, result)| result.is_ok()),
            Answer::ReceiptsStored(_) | Answer::Cosigned => true,
            _ => false,
        }
    }

    /// Whether the news are chunks of entries that others are still missing from: nothing to fold or to tell, only to
    /// pass on to whoever asked for them.
    pub fn is_partial(&self) -> bool {
        matches!(self, Answer::ChunksStored { completes: false, .. })
    }
}

/// What requests are done with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The link.
    pub edge: &'a Edge,
    /// Its bounds.
    pub limits: &'a Limits,
    /// Who cosigns; `None` on a node without a log key at hand.
    pub cosigner: Option<&'a Cosigner>,
    /// Transport time, milliseconds since the Unix epoch.
    pub now_ms: i64,
}

/// Does a reading request.
pub async fn read(tx: &mut dyn LogTx, request: &Read, context: Context<'_>) -> Result<Answer, Fault> {
    let edge = context.edge;
    match request {
        Read::Heads => {
            let mut held = Vec::new();
            for head in tx.heads().await? {
                if edge.offers(&head.log) || edge.accepts(&head.log) {
                    let provable = provable(tx, &head).await?.map_or(0, |aim| aim.size);
                    held.push(HeldLog { state: state(&head)?, provable });
                }
            }
            Ok(Answer::Heads(held))
        }
        Read::Package(ask) => {
            let loaded = load_package(tx, ask, edge, context.limits).await?;
            Ok(Answer::Package { log: ask.theirs.log.clone(), loaded })
        }
        Read::Wants(limit) => Ok(Answer::Wants(load_wants(tx, edge, *limit).await?)),
        Read::Chunk(address) => {
            let loaded = load_chunk(tx, address, edge).await?;
            Ok(Answer::Chunk { address: address.clone(), loaded })
        }
        Read::Available(digests) => {
            let missing = tx.missing_chunks(digests).await?;
            Ok(Answer::Available(digests.iter().filter(|digest| !missing.contains(digest)).copied().collect()))
        }
        Read::Receipts(told) => {
            let (mut receipts, mut due) = (Vec::new(), Vec::new());
            for head in tx.heads().await? {
                if edge.accepts(&head.log) {
                    receipts.extend(load_receipts(tx, &head, edge, told).await?);
                    if context.cosigner.is_some() && is_cosign_due(tx, &head).await? {
                        due.push(head.log);
                    }
                }
            }
            Ok(Answer::Receipts { receipts, due })
        }
    }
}

/// Does a writing request; the caller commits, and only then passes the answer on.
pub async fn write(tx: &mut dyn LogTx, request: &Write, context: Context<'_>) -> Result<Answer, Fault> {
    match request {
        Write::Package(package) => {
            let result = store_package(tx, package, context.edge, context.limits).await?;
            match &result {
                Ok(stored) => {
                    record(tx, stored.stopped.as_ref(), context).await?;
                    cosign(tx, &package.log, context).await?;
                }
                Err(rejection) => record(tx, Some(rejection), context).await?,
            }
            Ok(Answer::PackageStored { log: package.log.clone(), result })
        }
        Write::Chunks(arrived) => {
            let mut results = Vec::with_capacity(arrived.len());
            let logs: BTreeSet<&LogId> = arrived.iter().map(|(want, _)| &want.entry.log).collect();
            let mut before = Vec::with_capacity(logs.len());
            for log in logs {
                before.push((log, tx.first_incomplete(log).await?));
            }
            for (want, bytes) in arrived {
                let result = store_chunk(tx, want, bytes).await?;
                record(tx, result.as_ref().err(), context).await?;
                results.push((want.digest, result));
            }
            let mut completes = false;
            for (log, before) in before {
                if tx.first_incomplete(log).await? != before {
                    completes = true;
                    cosign(tx, log, context).await?;
                }
            }
            Ok(Answer::ChunksStored { results, completes })
        }
        Write::Receipts(receipts) => {
            let mut rejections = Vec::new();
            for receipt in receipts {
                if let Err(rejection) = store_receipt(tx, receipt, context.edge).await? {
                    record(tx, Some(&rejection), context).await?;
                    rejections.push(rejection);
                }
            }
            Ok(Answer::ReceiptsStored(rejections))
        }
        Write::Cosign(logs) => {
            for log in logs {
                cosign(tx, log, context).await?;
            }
            Ok(Answer::Cosigned)
        }
        Write::Incident(rejection) => {
            record(tx, Some(rejection), context).await?;
            Ok(Answer::Recorded)
        }
    }
}

async fn cosign(tx: &mut dyn LogTx, log: &LogId, context: Context<'_>) -> Result<(), Fault> {
    if let Some(cosigner) = context.cosigner {
        cosign_complete(tx, log, cosigner, &context.edge.directory, context.now_ms).await?;
    }
    Ok(())
}

/// Keeps an incident and the bytes that prove it; what merely waits is no incident.
async fn record(tx: &mut dyn LogTx, rejection: Option<&Rejection>, context: Context<'_>) -> Result<(), Fault> {
    let Some(rejection) = rejection.filter(|rejection| rejection.reason.consequence() != Consequence::Wait) else {
        return Ok(());
    };
    let row = rejection.incident(context.edge.peer.as_str(), context.now_ms);
    if !rejection.evidence.is_empty() {
        tx.put_meta(&evidence_key(&row.evidence), &rejection.evidence).await?;
    }
    tx.put_incident(&row).await
}

/// The key of the named value that keeps an incident's evidence: for a fork both signed checkpoints.
pub fn evidence_key(evidence: &Digest) -> String {
    format!("link.evidence/{}", hex(evidence))
}
