//! Rehearsals: commands tried on a fork of this node's store, with the very code that would do them (F-P12).
//!
//! A trial is an engine of its own over the fork, with a key of its own. Whoever would have to sign is taken to have
//! signed; everything else is as it would be. The fork begins with one view of the store: nothing of this node waits
//! for a rehearsal, and nothing that happens meanwhile disturbs it.

use std::sync::Arc;

use honghei_codec::directory::{SignedDirectory, encode_directory, encode_signed_directory};
use honghei_codec::entry::OfficerSignature;
use honghei_domain::act::{Act, OfficerId};
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::directory::{Directory, PublicKeyRecord};
use honghei_domain::permit::Countersigning;
use honghei_domain::refusal::Refusal;
use honghei_ledger::{Algorithm, SecretKey};
use honghei_store::{FORK_ROWS_MAX, Fork, Store, Tx, run_tx};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tokio::sync::{Mutex, RwLock};

use super::Recorded::{Signed, Unsigned};
use super::{DIRECTORY_META, DIRECTORY_VERSION_META, Engine, Proposal, Writer, plain_draft};
use crate::command::Command;
use crate::context::Now;
use crate::countersign;
use crate::desk::{Proposed, members};
use crate::entry::{Draft, Entry};
use crate::error::{CommandError, Fault};
use crate::journal::Identity;
use crate::rehearsal::{Difference, Rehearsal, Stage};

/// Commands in one rehearsal at most.
const COMMANDS_MAX: usize = 10_000;

/// Rounds of folding and sweeping after which a node must have come to rest.
const ROUNDS: u32 = 1_000;

/// The share of the red list that a rehearsal of a result version agrees to, so that it can show what the guard guards.
const WHOLE_LIST_PERCENT: u32 = 100;

/// What is rehearsed.
#[derive(Clone, Debug)]
pub enum Script<'a> {
    /// A proposal as it would be written, signed by everybody who must; it can still be submitted afterwards.
    Proposal(&'a Proposal),
    /// An officer's commands, one after another; each must be his to give.
    Commands(&'a [Command]),
    /// A new directory, as if the root had signed it; then these commands, as if whoever may give them had.
    Directory(&'a Directory, &'a [Command]),
}

/// A node on a fork.
struct Trial {
    engine: Engine,
    fork: Arc<Fork>,
}

/// What carrying something out on a fork came to.
#[derive(Default)]
struct Carried {
    sentences: Vec<String>,
    demands: Vec<Countersigning>,
}

impl Engine {
    /// Tries what an officer would do on a fork, and tells the exact difference. Writes nothing, signs nothing.
    ///
    /// What falls due today anyway is done on the fork first and is no part of the difference. One at a time: the view
    /// below takes one of the store's readers for as long as it runs.
    ///
    /// # Errors
    /// `REHEARSAL_BUSY`; `REHEARSAL_TOO_LARGE` beyond [`FORK_ROWS_MAX`] changed rows; whatever the command is refused
    /// with, as it would be.
    pub async fn rehearse(&self, now: Now, officer: &OfficerId, script: Script<'_>) -> Result<Rehearsal, CommandError> {
        let busy = || Refusal::new("REHEARSAL_BUSY", "F-P12", "本节点正在进行另一次演练，请稍候再试");
        let _turn = self.rehearsing.try_lock().map_err(|_| busy())?;
        let (view, mut seed) = {
            let mut writer = self.writer.lock().await;
            if let Script::Proposal(proposal) = &script
                && proposal.generation != writer.generation
            {
                return Err(CommandError::Stale);
            }
            let mut tx = self.store.read().await?;
            if self.is_rebuilding(&mut *tx).await? {
                return Err(Fault::Rebuilding.into());
            }
            let mut seed = [0; 32];
            writer.chance.fill_bytes(&mut seed);
            (tx, seed)
        };
        let rehearsed = self.told_on(view, &mut seed, now, officer, script).await;
        match rehearsed {
            Err(CommandError::Fault(Fault::Store(honghei_store::Fault::Unstorable { .. }))) => {
                let sentence = format!("演练涉及的记录超过{FORK_ROWS_MAX}行，请分批演练");
                Err(Refusal::new("REHEARSAL_TOO_LARGE", "F-P12", sentence).into())
            }
            rehearsed => rehearsed,
        }
    }

    async fn told_on(
        &self,
        view: Box<dyn Tx>,
        seed: &mut [u8; 32],
        now: Now,
        officer: &OfficerId,
        script: Script<'_>,
    ) -> Result<Rehearsal, CommandError> {
        let mut trial = self.trial(view, seed).await;
        trial.settle(now).await?;
        if !trial.fork.is_untouched() {
            // Something falls due before the proposal could be signed, which then is another one.
            if let Script::Proposal(_) = script {
                return Err(CommandError::Stale);
            }
            trial = trial.next(seed).await?;
        }
        let mut stages = Vec::new();
        let publishes = |command: &Command| matches!(command, Command::PublishResult { .. });
        let published = match script {
            Script::Proposal(proposal) => {
                let mut carried = Carried::default();
                carried.take(proposal.summary.clone(), proposal.demands.clone());
                trial.write(now, &proposal.officer, &proposal.draft).await?;
                stages.push(trial.stage(now, "签署后", carried).await?);
                matches!(proposal.draft.body.act, Act::ResultPublished { .. })
            }
            Script::Commands(commands) => {
                let carried = trial.carry_out(now, officer, commands).await?;
                stages.push(trial.stage(now, "签署后", carried).await?);
                commands.iter().any(publishes)
            }
            Script::Directory(directory, commands) => {
                let carried = trial.install(now, directory).await?;
                stages.push(trial.stage(now, "目录送达后", carried).await?);
                if !commands.is_empty() {
                    trial = trial.next(seed).await?;
                    let carried = trial.carry_freely(now, officer, commands).await?;
                    stages.push(trial.stage(now, "随后办理所拟退出", carried).await?);
                }
                commands.iter().any(publishes)
            }
        };
        let bears_on_the_list = stages
            .iter()
            .any(|stage| stage.difference.subjects > 0 || stage.difference.pending.0 != stage.difference.pending.1);
        if bears_on_the_list && !published {
            trial = trial.next(seed).await?;
            let cut = [Command::PublishResult { agreed_removal_percent: None }];
            let carried = match trial.carry_freely(now, officer, &cut).await {
                Err(CommandError::Refused(refusal)) => Carried { sentences: vec![refusal.zh], ..Carried::default() },
                Err(CommandError::AlreadyDone(done)) => Carried { sentences: vec![done], ..Carried::default() },
                carried => carried?,
            };
            stages.push(trial.stage(now, "随后公布比对结果", carried).await?);
        }
        Ok(Rehearsal { stages })
    }

    /// This node on a fork of a view, with a key that nobody knows it by.
    async fn trial(&self, view: Box<dyn Tx>, seed: &mut [u8; 32]) -> Trial {
        let fork = Arc::new(Fork::over(view));
        // Every trial of a rehearsal draws other salts.
        *seed = honghei_ledger::sha256(seed);
        let identity = Identity {
            log: self.identity.log.clone(),
            federation: self.identity.federation.clone(),
            clock_class: self.identity.clock_class,
            key: SecretKey::from_seed(Algorithm::Ed25519, seed),
        };
        let reference = self.reference.read().await.clone();
        let engine = Engine {
            store: fork.clone(),
            identity,
            desks: self.desks.clone(),
            reference: RwLock::new(reference),
            memo: Arc::new(self.memo.fork()),
            writer: Mutex::new(Writer { chance: Box::new(ChaCha20Rng::from_seed(*seed)), generation: 0 }),
            rehearsing: Mutex::new(()),
            is_trial: true,
        };
        Trial { engine, fork }
    }

    /// Whether an entry counts as signed: on a fork, what is written there.
    pub(super) fn takes_as_signed(&self, entry: &Entry) -> bool {
        self.is_trial && entry.at.log == self.identity.log
    }
}

impl Trial {
    /// Another fork on top of this one.
    async fn next(&self, seed: &mut [u8; 32]) -> Result<Trial, Fault> {
        Ok(self.engine.trial(self.fork.read().await?, seed).await)
    }

    /// Folds and does what falls due until nothing moves.
    async fn settle(&self, now: Now) -> Result<(), Fault> {
        for _ in 0..ROUNDS {
            if self.engine.fold(now).await? + self.engine.tick(now).await? == 0 {
                return Ok(());
            }
        }
        Err(Fault::inconsistent(format!("a node that does not come to rest in {ROUNDS} rounds")))
    }

    /// What this fork changes against what it began with.
    async fn stage(&self, now: Now, title: &'static str, carried: Carried) -> Result<Stage, Fault> {
        self.settle(now).await?;
        let (mut before, mut after) = (self.fork.before(), self.fork.read().await?);
        let own = &self.engine.identity.log;
        let difference = Difference::between(&mut *before, &mut *after, &self.fork.changed(), own).await?;
        let Carried { sentences, demands } = carried;
        Ok(Stage { title, sentences, demands, difference })
    }

    /// Does an officer's commands one after another.
    async fn carry_out(&self, now: Now, officer: &OfficerId, commands: &[Command]) -> Result<Carried, CommandError> {
        self.few(commands)?;
        let mut carried = Carried::default();
        for command in commands {
            let proposal = match self.engine.propose(now, officer, command).await {
                Err(CommandError::Refused(refusal)) => match with_consent(command, &refusal) {
                    Some(agreed) => {
                        carried.sentences.push(format!("防护提示：{refusal}"));
                        self.engine.propose(now, officer, &agreed).await?
                    }
                    None => return Err(refusal.into()),
                },
                proposal => proposal?,
            };
            carried.take(proposal.summary, proposal.demands);
            self.write(now, &proposal.officer, &proposal.draft).await?;
        }
        Ok(carried)
    }

    /// The same where others would have to give the commands.
    async fn carry_freely(&self, now: Now, officer: &OfficerId, commands: &[Command]) -> Result<Carried, CommandError> {
        self.few(commands)?;
        let mut carried = Carried::default();
        for command in commands {
            let (drafted, demands) = match self.drafted_freely(now, officer, command).await {
                Err(CommandError::Refused(refusal)) => match with_consent(command, &refusal) {
                    Some(agreed) => {
                        carried.sentences.push(format!("防护提示：{refusal}"));
                        self.drafted_freely(now, officer, &agreed).await?
                    }
                    None => return Err(refusal.into()),
                },
                drafted => drafted?,
            };
            carried.take(drafted.summary, demands);
            self.write(now, officer, &drafted.draft).await?;
        }
        Ok(carried)
    }

    async fn drafted_freely(
        &self,
        now: Now,
        officer: &OfficerId,
        command: &Command,
    ) -> Result<(Proposed, Vec<Countersigning>), CommandError> {
        let cx = self.engine.context(now).await;
        let mut tx = self.engine.store.read().await?;
        let officer = members::find(&mut *tx, &cx, officer).await?;
        let mut seed = [0; 32];
        self.engine.writer.lock().await.chance.fill_bytes(&mut seed);
        let proposed = self.engine.drafted(&mut *tx, &cx, &officer, command, seed).await?;
        let draft = &proposed.draft;
        let demands = countersign::demanded(&mut *tx, &cx, &draft.body, &draft.chunks).await?;
        Ok((proposed, demands))
    }

    /// Writes a draft as if everybody who must sign it had.
    async fn write(&self, now: Now, officer: &OfficerId, draft: &Draft) -> Result<(), CommandError> {
        let mut writer = self.engine.writer.lock().await;
        let cx = self.engine.context(now).await;
        let signature = OfficerSignature {
            officer: officer.clone(),
            node: cx.me().clone(),
            algorithm: Algorithm::Ed25519.name().to_owned(),
            signature: Vec::new(),
        };
        let drafts = [Signed(draft, vec![signature])];
        run_tx!(&*self.engine.store, "rehearse", async |tx| {
            self.engine.record(tx, &cx, &drafts, &mut writer).await.map(drop)
        })?;
        drop(writer);
        self.engine.refresh().await?;
        // What one command brings about by itself, the next one finds done.
        Ok(self.settle(now).await?)
    }

    /// Puts a directory in force as if the root had signed it.
    async fn install(&self, now: Now, directory: &Directory) -> Result<Carried, CommandError> {
        let mut writer = self.engine.writer.lock().await;
        let cx = self.engine.context(now).await;
        let version = directory.version;
        let key = PublicKeyRecord { algorithm: Algorithm::Ed25519.name().to_owned(), key: Vec::new() };
        let document = encode_signed_directory(&SignedDirectory {
            document: encode_directory(directory),
            key,
            signature: Vec::new(),
        });
        let act = Act::DirectoryPublished { version, document: document.clone() };
        let drafts = [Unsigned(plain_draft(&cx, act, Audience::of(Scope::All)))];
        run_tx!(&*self.engine.store, "rehearse", async |tx| {
            tx.put_directory(version, &document).await?;
            tx.put_meta(DIRECTORY_META, &document).await?;
            tx.put_meta(DIRECTORY_VERSION_META, &version.to_be_bytes()).await?;
            self.engine.record(tx, &cx, &drafts, &mut writer).await.map(drop)
        })?;
        drop(writer);
        self.engine.refresh().await?;
        Ok(Carried::default())
    }

    fn few(&self, commands: &[Command]) -> Result<(), Refusal> {
        if commands.len() <= COMMANDS_MAX {
            return Ok(());
        }
        Err(Refusal::new("REHEARSAL_TOO_LARGE", "F-P12", format!("一次最多演练{COMMANDS_MAX}个事项，请分批演练")))
    }
}

impl Carried {
    fn take(&mut self, summary: String, demands: Vec<Countersigning>) {
        self.sentences.push(format!("{summary}。"));
        for demand in demands {
            if !self.demands.contains(&demand) {
                self.demands.push(demand);
            }
        }
    }
}

/// The same command with the express consent that a guard asks for.
fn with_consent(command: &Command, refusal: &Refusal) -> Option<Command> {
    match (command, refusal.code) {
        (Command::ImportFeed { .. }, "FEED_TRUNCATED") => {
            let mut agreed = command.clone();
            if let Command::ImportFeed { agreed_exits, .. } = &mut agreed {
                *agreed_exits = u64::MAX;
            }
            Some(agreed)
        }
        (Command::PublishResult { .. }, "MASS_CHANGE_GUARD") => {
            Some(Command::PublishResult { agreed_removal_percent: Some(WHOLE_LIST_PERCENT) })
        }
        _ => None,
    }
}
