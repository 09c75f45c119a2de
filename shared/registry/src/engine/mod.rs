//! The engine: folds logs, judges what waits, turns commands into signed entries. No I/O but the store's.
//!
//! Every path into the own log runs under one lock and in one transaction, which also folds the new entry,
//! so that log and projections never disagree, whatever moment the process dies at.

mod ask;
mod fold;
mod office;
mod parking;
mod rehearse;

use std::sync::Arc;

use honghei_codec::act::decode_body;
use honghei_codec::directory::decode_directory;
use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Act, ActBody, OfficerId};
use honghei_domain::audience::Audience;
use honghei_domain::audience::Scope;
use honghei_domain::node::EntryRef;
use honghei_domain::permit::Countersigning;
use honghei_store::{Store, Tx, run_tx};
use tokio::sync::{Mutex, RwLock};

use crate::command::Command;
use crate::context::{Context, Now, Reference};
use crate::desk::served::Memo;
use crate::desk::{Desk, bulletin, deadlines, incidents, members};
use crate::entry::Draft;
use crate::error::Fault;
use crate::journal::{Identity, Journal};

pub use parking::Parked;
pub use rehearse::Script;

use Recorded::{Signed, Unsigned};

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
    /// The signatures the act needs besides the acting officer's: until they are there, it waits.
    pub demands: Vec<Countersigning>,
    generation: u64,
    origin: Origin,
}

/// Where a proposal comes from.
#[derive(Clone, Debug)]
enum Origin {
    /// From an officer's command; with what drafts it again, where it will have to wait for others.
    Command(Option<Box<(Command, [u8; 32])>>),
    /// From a parked proposal of this name.
    Parked(String),
}

/// What a signature came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The act stands in the log.
    Written(EntryRef),
    /// It waits for further signatures.
    Waiting {
        /// Under this name.
        id: String,
        /// What is still needed.
        missing: Vec<Countersigning>,
    },
}

/// A node's logic.
pub struct Engine {
    store: Arc<dyn Store>,
    identity: Identity,
    desks: Vec<Arc<dyn Desk>>,
    reference: RwLock<Arc<Reference>>,
    memo: Arc<Memo>,
    writer: Mutex<Writer>,
    /// Held by the rehearsal under way.
    rehearsing: Mutex<()>,
    /// Whether this is a rehearsal itself, over a fork.
    is_trial: bool,
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
        // Every node keeps the bulletins it sees.
        desks.push(Box::new(bulletin::BulletinDesk));
        // Clocks come last but one: they read what the others folded.
        desks.push(Box::new(deadlines::DeadlineDesk));
        desks.push(Box::new(incidents::IncidentDesk));
        Ok(Self {
            store,
            identity,
            desks: desks.into_iter().map(Arc::from).collect(),
            reference: RwLock::new(Arc::new(reference)),
            memo: Arc::default(),
            writer: Mutex::new(Writer { chance, generation: 0 }),
            rehearsing: Mutex::new(()),
            is_trial: false,
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
        let reference = self.reference.read().await.clone();
        Context { log: self.identity.log.clone(), reference, now, memo: self.memo.clone() }
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
            // What its own author could not read would stop every node that holds the log.
            decode_body(&draft.bytes).map_err(Fault::unreadable("an act before it is written"))?;
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
#[expect(clippy::large_enum_variant, reason = "there are a few at a time, and most are the large variant")]
enum Recorded<'a> {
    /// What the node writes by itself.
    Unsigned(Draft),
    /// What an officer signed.
    Signed(&'a Draft, Vec<OfficerSignature>),
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
    draft_under(cx, String::new(), act, audience)
}

/// A draft of an act of today, done under a version of a policy, `name@version`; empty where none applies.
pub fn draft_under(cx: &Context, policy: String, act: Act, audience: Audience) -> Draft {
    Draft::new(ActBody { done_on: cx.now.today, policy, directory_version: cx.directory().version, act }, audience)
}

/// A draft that stays with this node.
pub fn local_draft(cx: &Context, act: Act) -> Draft {
    plain_draft(cx, act, Audience::of(Scope::Local))
}

async fn directory_version(tx: &mut dyn Tx) -> Result<Option<u64>, Fault> {
    Ok(tx.meta(DIRECTORY_VERSION_META).await?.map(|bytes| members::version_from(&bytes)))
}

pub(crate) fn read_directory(signed: &[u8]) -> Result<honghei_domain::directory::Directory, Fault> {
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
