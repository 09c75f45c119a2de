//! The engine: folds logs, judges what waits, turns commands into signed entries. No I/O but the store's.
//!
//! Every path into the own log runs under one lock and in one transaction, which also folds the new entry,
//! so that log and projections never disagree, whatever moment the process dies at.

use std::sync::Arc;

use honghei_codec::directory::decode_directory;
use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Act, ActBody, Interpretation, OfficerId};
use honghei_domain::audience::Audience;
use honghei_domain::audience::Scope;
use honghei_domain::node::{EntryRef, LogId};
use honghei_store::run_tx;
use honghei_store::{IncidentRow, OutcomeRow, Store, Tx, WaitingRow};
use tokio::sync::{Mutex, RwLock};

use crate::command::Command;
use crate::context::{Context, Now, Reference};
use crate::desk::{Desk, Judgement, Ticked, members};
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};
use crate::journal::{Identity, Journal};

use Recorded::{Signed, Unsigned};

/// Entries folded in one transaction at most.
const FOLD_BATCH: u32 = 64;

/// A source of randomness that can be kept across threads.
pub type Chance = Box<dyn rand_core::Rng + Send>;

/// The meta key of the newest directory this node trusts, as signed bytes.
pub const DIRECTORY_META: &str = "directory";

/// The meta key of that directory's version, 8 bytes big-endian.
pub const DIRECTORY_VERSION_META: &str = "directory-version";

/// A draft that waits for its officer's signature.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Who asked.
    pub officer: OfficerId,
    /// The draft.
    pub draft: Draft,
    /// What the officer reads before he signs.
    pub summary: String,
    /// The bytes to sign: a canonical statement over the draft.
    pub statement: Vec<u8>,
    generation: u64,
}

/// A node's logic.
pub struct Engine {
    store: Arc<dyn Store>,
    identity: Identity,
    desks: Vec<Box<dyn Desk>>,
    reference: RwLock<Arc<Reference>>,
    writer: Mutex<Writer>,
}

struct Writer {
    chance: Chance,
    generation: u64,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a node whose directory has been stored under [`DIRECTORY_META`].
    pub async fn open(
        store: Arc<dyn Store>,
        identity: Identity,
        mut desks: Vec<Box<dyn Desk>>,
        chance: Chance,
    ) -> Result<Self, Fault> {
        let mut tx = store.read().await?;
        let reference = load_reference(&mut *tx).await?;
        drop(tx);
        // Membership comes first, so that the other desks find the officers an entry is signed by.
        desks.insert(0, Box::new(members::MembersDesk));
        Ok(Self {
            store,
            identity,
            desks,
            reference: RwLock::new(Arc::new(reference)),
            writer: Mutex::new(Writer { chance, generation: 0 }),
        })
    }

    /// The store below.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// What this node signs with.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The context of a moment.
    pub async fn context(&self, now: Now) -> Context {
        Context { log: self.identity.log.clone(), reference: self.reference.read().await.clone(), now }
    }

    /// Writes the first entry of a new log; nothing if the log has begun.
    pub async fn found(&self, now: Now, program: &str) -> Result<(), Fault> {
        let act = Act::Founded {
            federation: self.identity.federation.clone(),
            clock_class: self.identity.clock_class,
            program: program.to_owned(),
        };
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        let drafts = [Unsigned(plain_draft(&cx, act, Audience::of(Scope::All)))];
        run_tx!(&*self.store, "found", async |tx| {
            if tx.head(&self.identity.log).await?.is_none() {
                self.record(tx, &cx, &drafts, &mut writer).await?;
            }
            Ok::<_, Fault>(())
        })
    }

    /// Appends machine acts (no officer signs them) in one transaction.
    pub async fn note(&self, now: Now, drafts: Vec<Draft>) -> Result<Vec<EntryRef>, Fault> {
        let drafts: Vec<Recorded> = drafts.into_iter().map(Unsigned).collect();
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        let places: Vec<EntryRef> =
            run_tx!(&*self.store, "note", async |tx| { self.record(tx, &cx, &drafts, &mut writer).await })?;
        drop(writer);
        self.refresh().await?;
        Ok(places)
    }

    /// Folds everything foldable and judges everything judgeable until nothing moves; returns entries folded.
    pub async fn fold(&self, now: Now) -> Result<u64, Fault> {
        let mut folded = 0;
        loop {
            let mut moved = 0;
            let heads = self.store.read().await?.heads().await?;
            let own_done = heads.iter().all(|head| head.log != self.identity.log || head.interpreted == head.size);
            for head in heads.iter().filter(|head| head.interpreted < head.size) {
                loop {
                    let batch = self.fold_log(now, &head.log).await?;
                    moved += batch;
                    if batch < u64::from(FOLD_BATCH) {
                        break;
                    }
                }
            }
            // A rebuild reads its old judgements from the own log before it may make new ones.
            if own_done {
                moved += self.judge_waiting(now).await?;
            }
            folded += moved;
            if moved == 0 {
                return Ok(folded);
            }
        }
    }

    async fn fold_log(&self, now: Now, log: &LogId) -> Result<u64, Fault> {
        match self.fold_batch(now, log, FOLD_BATCH).await {
            Err(fault) if fault.is_content() && *log != self.identity.log => {}
            done => return done,
        }
        // Something in this batch cannot be folded. One by one, so that it stands alone; then past it, on record.
        match self.fold_batch(now, log, 1).await {
            Err(fault) if fault.is_content() => self.pass_over(now, log, &fault).await,
            done => done,
        }
    }

    async fn fold_batch(&self, now: Now, log: &LogId, limit: u32) -> Result<u64, Fault> {
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        let done: u64 = run_tx!(&*self.store, "fold", async |tx| {
            let Some(head) = tx.head(log).await? else { return Ok::<_, Fault>(0) };
            let incomplete = tx.first_incomplete(log).await?.unwrap_or(u64::MAX);
            let mut done = 0;
            let mut reread = false;
            for row in tx.entries(log, head.interpreted, limit).await? {
                if row.at.index >= incomplete || reread {
                    break;
                }
                if let Some(entry) = Entry::read(&row)? {
                    if !self.needs_met(tx, &entry).await? {
                        break;
                    }
                    // What follows a directory must be read with it.
                    reread = matches!(entry.act(), Act::DirectoryPublished { .. });
                    self.evolve(tx, &cx, &entry).await?;
                }
                done += 1;
            }
            if done > 0 {
                tx.put_interpreted(log, head.interpreted + done).await?;
            }
            Ok(done)
        })?;
        if done > 0 {
            writer.generation += 1;
            drop(writer);
            self.refresh().await?;
        }
        Ok(done)
    }

    /// Folds an entry that cannot be read as nothing, and keeps that as an incident: it must not block the others.
    async fn pass_over(&self, now: Now, log: &LogId, fault: &Fault) -> Result<u64, Fault> {
        let mut writer = self.writer.lock().await;
        let passed: u64 = run_tx!(&*self.store, "pass over", async |tx| {
            let Some(head) = tx.head(log).await? else { return Ok::<_, Fault>(0) };
            let at = EntryRef { log: log.clone(), index: head.interpreted };
            let Some(row) = tx.entry(&at).await? else { return Ok(0) };
            tx.put_incident(&IncidentRow {
                at_ms: now.ms,
                peer: log.node.to_string(),
                code: "ENTRY_UNREADABLE".to_owned(),
                detail: format!("entry {at}: {fault}"),
                evidence: row.leaf,
            })
            .await?;
            tx.put_interpreted(log, head.interpreted + 1).await?;
            Ok(1)
        })?;
        writer.generation += passed;
        Ok(passed)
    }

    /// Whether the logs an entry refers to have been folded far enough. Logs this node does not mirror do not count.
    async fn needs_met(&self, tx: &mut dyn Tx, entry: &Entry) -> Result<bool, Fault> {
        for need in &entry.header.needs {
            if let Some(head) = tx.head(&need.log).await? {
                if head.interpreted < need.size {
                    return Ok(false);
                }
            } else if self.mirrors(&need.log).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn mirrors(&self, log: &LogId) -> bool {
        use honghei_domain::audience::Topology;
        let directory = &self.reference.read().await.clone().directory;
        let me = &self.identity.log.node;
        directory.is_at_or_above(me, &log.node) || directory.is_at_or_above(&log.node, me)
    }

    async fn evolve(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<(), Fault> {
        if let Act::ActInterpreted { act, outcome, .. } = entry.act() {
            let (status, code, reason) = match outcome {
                Interpretation::Applied => ("applied", "", ""),
                Interpretation::Rejected { code, reason } => ("rejected", code.as_str(), reason.as_str()),
                Interpretation::Waiting { code, reason } => ("waiting", code.as_str(), reason.as_str()),
            };
            tx.put_outcome(&OutcomeRow {
                act: act.clone(),
                outcome: entry.at.clone(),
                status: status.to_owned(),
                code: code.to_owned(),
                reason: reason.to_owned(),
            })
            .await?;
            if entry.at.log == self.identity.log {
                if status == "waiting" {
                    tx.put_waiting(&WaitingRow { at: act.clone(), code: code.to_owned() }).await?;
                } else {
                    tx.remove_waiting(act).await?;
                }
            }
        }
        if !members::signatures_hold(tx, cx, entry).await? {
            return Ok(());
        }
        for desk in &self.desks {
            desk.evolve(tx, cx, entry).await?;
        }
        Ok(())
    }

    async fn judge_waiting(&self, now: Now) -> Result<u64, Fault> {
        let waiting = self.store.read().await?.waiting().await?;
        let mut judged = 0;
        for row in waiting {
            judged += u64::from(self.judge_one(now, &row).await?);
        }
        Ok(judged)
    }

    async fn judge_one(&self, now: Now, row: &WaitingRow) -> Result<bool, Fault> {
        let mut writer = self.writer.lock().await;
        let cx = self.context(now).await;
        run_tx!(&*self.store, "judge", async |tx| {
            let Some(stored) = tx.entry(&row.at).await? else { return Ok::<_, Fault>(false) };
            let Some(entry) = Entry::read(&stored)? else { return Ok(false) };
            let Some(judgement) = self.judgement(tx, &cx, &entry).await? else { return Ok(false) };
            let Judgement { outcome, rows, follow_ups } = judgement;
            if matches!(&outcome, Interpretation::Waiting { code, .. } if *code == row.code) {
                return Ok(false);
            }
            let audience = Audience::of(Scope::Up).and(entry.at.log.node.clone());
            let act = Act::ActInterpreted { act: entry.at.clone(), outcome, rows };
            let mut drafts = vec![Unsigned(plain_draft(&cx, act, audience))];
            drafts.extend(follow_ups.into_iter().map(Unsigned));
            self.record(tx, &cx, &drafts, &mut writer).await?;
            Ok(true)
        })
    }

    /// What the first desk that knows the act makes of it; content that cannot be read is refused.
    async fn judgement(&self, tx: &mut dyn Tx, cx: &Context, entry: &Entry) -> Result<Option<Judgement>, Fault> {
        for desk in &self.desks {
            match desk.judge(tx, cx, entry).await {
                Ok(None) => {}
                Err(fault) if fault.is_content() => {
                    return Ok(Some(Judgement::rejected("ACT_UNREADABLE", "所附内容无法读取")));
                }
                judged => return judged,
            }
        }
        Ok(None)
    }

    /// Does what falls due by itself, until nothing is; returns the acts written.
    pub async fn tick(&self, now: Now) -> Result<u64, Fault> {
        let mut written = 0;
        for desk in &self.desks {
            loop {
                let mut writer = self.writer.lock().await;
                let cx = self.context(now).await;
                let (acts, more) = run_tx!(&*self.store, "tick", async |tx| {
                    let Ticked { drafts, more } = desk.tick(tx, &cx).await?;
                    let drafts: Vec<Recorded> = drafts.into_iter().map(Unsigned).collect();
                    if !drafts.is_empty() {
                        self.record(tx, &cx, &drafts, &mut writer).await?;
                    }
                    Ok::<_, Fault>((drafts.len() as u64, more))
                })?;
                written += acts;
                if !more {
                    break;
                }
                // Projections may have moved without an act, such as comparison marks worked off.
                writer.generation += 1;
            }
        }
        Ok(written)
    }

    /// Turns an officer's command into a draft and the statement he must sign. Writes nothing.
    pub async fn propose(&self, now: Now, officer: &OfficerId, command: &Command) -> Result<Proposal, CommandError> {
        let mut writer = self.writer.lock().await;
        let mut tx = self.store.read().await?;
        let cx = self.context(now).await;
        let officer = members::officer_of(&mut *tx, &cx, officer, command).await?;
        let Writer { chance, generation } = &mut *writer;
        for desk in &self.desks {
            if let Some(proposed) = desk.propose(&mut *tx, &cx, &officer, command, &mut **chance).await? {
                let statement = members::statement(&cx, &proposed.draft);
                return Ok(Proposal {
                    officer: officer.id,
                    draft: proposed.draft,
                    summary: proposed.summary,
                    statement,
                    generation: *generation,
                });
            }
        }
        Err(CommandError::Refused(honghei_domain::refusal::Refusal::new(
            "COMMAND_NOT_HERE",
            "R-031",
            "本节点不办理此类事项",
        )))
    }

    /// Writes a signed proposal into the log and folds it, or says why not.
    pub async fn submit(&self, now: Now, proposal: Proposal, signature: Vec<u8>) -> Result<EntryRef, CommandError> {
        let mut writer = self.writer.lock().await;
        if writer.generation != proposal.generation {
            return Err(CommandError::Stale);
        }
        let cx = self.context(now).await;
        let places: Vec<EntryRef> = run_tx!(&*self.store, "submit", async |tx| {
            let officer = members::signer(tx, &cx, &proposal.officer, &proposal.draft).await?;
            if !members::public_key(&officer.key).verify(&proposal.statement, &signature) {
                return Err(CommandError::from(members::bad_signature()));
            }
            let signed = OfficerSignature {
                officer: officer.id,
                node: officer.node,
                algorithm: officer.key.algorithm,
                signature: signature.clone(),
            };
            let drafts = [Signed(&proposal.draft, [signed])];
            Ok(self.record(tx, &cx, &drafts, &mut writer).await?)
        })?;
        drop(writer);
        self.refresh().await?;
        places.into_iter().next().ok_or_else(|| CommandError::Fault(Fault::inconsistent("a submitted proposal")))
    }

    /// Drops every projection and folds the logs again.
    pub async fn rebuild(&self, now: Now) -> Result<u64, Fault> {
        let mut writer = self.writer.lock().await;
        run_tx!(&*self.store, "rebuild", async |tx| { Ok::<_, Fault>(tx.clear_projections().await?) })?;
        writer.generation += 1;
        drop(writer);
        self.fold(now).await
    }

    async fn record(
        &self,
        tx: &mut dyn Tx,
        cx: &Context,
        drafts: &[Recorded<'_>],
        writer: &mut Writer,
    ) -> Result<Vec<EntryRef>, Fault> {
        let mut journal = Journal::open(&self.identity, cx.now.ms, tx).await?;
        let mut entries = Vec::with_capacity(drafts.len());
        for recorded in drafts {
            let (draft, signatures) = recorded.parts();
            entries.push(journal.append(tx, draft, signatures, &mut *writer.chance).await?);
        }
        journal.seal(tx).await?;
        for entry in &entries {
            self.evolve(tx, cx, entry).await?;
        }
        writer.generation += 1;
        Ok(entries.into_iter().map(|entry| entry.at).collect())
    }

    /// Reads the directory again if a newer one was folded.
    async fn refresh(&self) -> Result<(), Fault> {
        let mut tx = self.store.read().await?;
        let held = self.reference.read().await.directory.version;
        if let Some(version) = directory_version(&mut *tx).await?
            && version > held
        {
            let reference = load_reference(&mut *tx).await?;
            *self.reference.write().await = Arc::new(reference);
        }
        Ok(())
    }
}

/// A draft on its way into the log.
enum Recorded<'a> {
    /// What the node writes by itself.
    Unsigned(Draft),
    /// What an officer signed.
    Signed(&'a Draft, [OfficerSignature; 1]),
}

impl Recorded<'_> {
    fn parts(&self) -> (&Draft, &[OfficerSignature]) {
        match self {
            Unsigned(draft) => (draft, &[]),
            Signed(draft, signatures) => (draft, signatures),
        }
    }
}

/// A draft of a machine act under no particular policy.
pub fn plain_draft(cx: &Context, act: Act, audience: Audience) -> Draft {
    let body = ActBody { done_on: cx.now.today, policy: String::new(), directory_version: cx.directory().version, act };
    Draft::new(body, audience)
}

/// A draft that stays with this node.
pub fn local_draft(cx: &Context, act: Act) -> Draft {
    plain_draft(cx, act, Audience::of(Scope::Local))
}

async fn directory_version(tx: &mut dyn Tx) -> Result<Option<u64>, Fault> {
    Ok(tx.meta(DIRECTORY_VERSION_META).await?.map(|bytes| members::version_from(&bytes)))
}

fn read_directory(signed: &[u8]) -> Result<honghei_domain::directory::Directory, Fault> {
    let signed =
        honghei_codec::directory::decode_signed_directory(signed).map_err(Fault::unreadable("the directory"))?;
    decode_directory(&signed.document).map_err(Fault::unreadable("the directory"))
}

async fn load_reference(tx: &mut dyn Tx) -> Result<Reference, Fault> {
    let bytes = tx
        .meta(DIRECTORY_META)
        .await?
        .ok_or_else(|| Fault::Directory { what: "itself: this node has not joined a federation".to_owned() })?;
    Reference::read(read_directory(&bytes)?)
}
