//! The one hand that writes this node's log.

use honghei_codec::entry::{ChunkDue, Envelope, Header, OfficerSignature, encode_envelope, encode_header};
use honghei_domain::directory::checkpoint_origin;
use honghei_domain::list::Digest;
use honghei_domain::node::{ClockClass, EntryRef, LogId, Need};
use honghei_ledger::checkpoint::Checkpoint;
use honghei_ledger::hash::{leaf_hash, sha256};
use honghei_ledger::key::SecretKey;
use honghei_ledger::merkle::Frontier;
use honghei_store::{EntryRow, HeadRow, TreeNodeRow, Tx};
use rand_core::Rng;

use crate::entry::{Draft, Entry};
use crate::error::Fault;

/// What this node signs its log with.
pub struct Identity {
    /// Its log.
    pub log: LogId,
    /// The federation's name.
    pub federation: String,
    /// The federation's clock class.
    pub clock_class: ClockClass,
    /// The key of this epoch.
    pub key: SecretKey,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("log", &self.log).field("federation", &self.federation).finish_non_exhaustive()
    }
}

impl Identity {
    /// The C2SP origin of this node's checkpoints.
    pub fn checkpoint_origin(&self) -> String {
        checkpoint_origin(&self.federation, self.clock_class, &self.log)
    }
}

/// An open page of the log within one transaction: append acts, then seal with a checkpoint.
pub struct Journal<'a> {
    identity: &'a Identity,
    time_ms: i64,
    head: HeadRow,
    frontier: Frontier,
    needs: Vec<Need>,
}

impl<'a> Journal<'a> {
    /// Opens the log at its end. [`Fault::Rebuilding`] while own entries are not folded.
    pub async fn open(identity: &'a Identity, time_ms: i64, tx: &mut dyn Tx) -> Result<Self, Fault> {
        let head = tx.head(&identity.log).await?;
        if head.as_ref().is_some_and(|head| head.interpreted < head.size) {
            return Err(Fault::Rebuilding);
        }
        let frontier = match &head {
            Some(head) => Frontier::from_bytes(&head.frontier)
                .map_err(|_| Fault::inconsistent(format!("the frontier of {}", identity.log)))?,
            None => Frontier::new(),
        };
        let head = head.unwrap_or_else(|| HeadRow {
            log: identity.log.clone(),
            size: 0,
            frontier: Vec::new(),
            checkpoint: None,
            checkpoint_size: 0,
            interpreted: 0,
        });
        // An act needs everything its author had folded: whoever folds it has then seen what the author saw. The whole
        // vector stands in every header, because a reader may be outside the audience of the entry before.
        let needs = tx.heads().await?.into_iter().filter(|other| other.log != identity.log && other.interpreted > 0);
        let needs = needs.map(|other| Need { log: other.log, size: other.interpreted }).collect();
        Ok(Self { identity, time_ms, head, frontier, needs })
    }

    /// Appends one act and returns it as an entry. The caller folds it within the same transaction.
    pub async fn append(
        &mut self,
        tx: &mut dyn Tx,
        draft: &Draft,
        signatures: &[OfficerSignature],
        chance: &mut (dyn Rng + Send),
    ) -> Result<Entry, Fault> {
        let at = EntryRef { log: self.identity.log.clone(), index: self.head.size };
        let mut chunks = Vec::with_capacity(draft.chunks.len());
        for chunk in &draft.chunks {
            if let Some(bytes) = &chunk.bytes {
                tx.put_chunk(&chunk.digest, bytes).await?;
            }
            chunks.push(ChunkDue {
                digest: chunk.digest,
                length: chunk.length,
                audience: chunk.audience.clone(),
                priority: chunk.priority,
            });
        }
        let envelope =
            Envelope { salt: draw(chance), body: draft.bytes.clone(), signatures: signatures.to_vec(), chunks };
        let payload = encode_envelope(&envelope);
        let (audience_number, audience_previous) = match tx.audience_head(&at.log, &draft.audience).await? {
            Some((number, hash)) => (number + 1, hash),
            None => (1, [0; 32]),
        };
        let header = Header {
            at: at.clone(),
            time_ms: self.time_ms,
            kind: draft.body.act.kind().to_owned(),
            audience: draft.audience.clone(),
            audience_number,
            audience_previous,
            needs: self.needs.clone(),
            salt: draw(chance),
            payload_digest: sha256(&payload),
            payload_length: payload.len() as u64,
        };
        let header_bytes = encode_header(&header);
        let leaf = leaf_hash(&header_bytes);
        let mut nodes = Vec::new();
        self.frontier.append(leaf, &mut |level, index, hash| nodes.push(TreeNodeRow { level, index, hash }));
        tx.put_tree_nodes(&at.log, &nodes).await?;
        tx.put_audience_head(&at.log, &header.audience, audience_number, &sha256(&header_bytes)).await?;
        tx.append_entries(&[EntryRow { at: at.clone(), leaf, header: Some(header_bytes), payload: Some(payload) }])
            .await?;
        self.head.size += 1;
        Ok(Entry { at, header, envelope, body: draft.body.clone() })
    }

    /// Signs the new size and writes the head; own entries count as interpreted.
    pub async fn seal(mut self, tx: &mut dyn Tx) -> Result<(), Fault> {
        let checkpoint = Checkpoint {
            origin: self.identity.checkpoint_origin(),
            size: self.frontier.size(),
            root: self.frontier.root(),
        };
        let signed = checkpoint
            .sign(&self.identity.key)
            .map_err(|_| Fault::inconsistent(format!("the name of {}", self.identity.log)))?;
        self.head.checkpoint = Some(signed);
        self.head.checkpoint_size = checkpoint.size;
        self.head.frontier = self.frontier.to_bytes();
        tx.put_head(&self.head).await?;
        tx.put_interpreted(&self.identity.log, self.head.size).await?;
        Ok(())
    }
}

fn draw(chance: &mut (dyn Rng + Send)) -> Digest {
    let mut bytes = [0; 32];
    chance.fill_bytes(&mut bytes);
    bytes
}
