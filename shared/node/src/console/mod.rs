//! The console: what officers and scripts ask of their own node.
//!
//! The service is thin: it finds out who asks, whether his roles permit it, and hands on. Nothing is done in an
//! officer's name without his signature under the exact act.

pub(crate) mod bulletin;
pub(crate) mod command;
mod drawer;
pub(crate) mod feed;
mod fields;
pub(crate) mod file;
mod listing;
mod propose;
mod query;
mod rehearse;
mod rpc;
mod session;
mod socket;

use std::sync::Arc;

use honghei_domain::act::Officer;
use honghei_domain::permit::{self, Action, Role};
use honghei_ledger::{VaultKey, hex};
use honghei_link::{Pulse, StatusBoard};
use honghei_proto::console::v1::console_service_server::ConsoleServiceServer;
use honghei_registry::context::{Context, Now};
use honghei_registry::desk::{delegations, members};
use honghei_registry::engine::{Engine, Proposal};
use honghei_store::Tx;
use rand_core::Rng;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use self::drawer::{Bounds, Drawer};
use self::file::{Secret, Upload};
use self::session::{Session, Sessions};
use crate::answer::Answer;
use crate::authority::Admission;
use crate::certificate;
use crate::chance::{self, Dice};
use crate::clock::Clock;
use crate::delivery::{Deliveries, Record};
use crate::folder::{Folder, Membership};

pub use self::fields::{kind_name, role_name};
pub use self::socket::Socket;

/// Whether a text can name an officer; it also names the file of his key.
pub fn check_officer(id: &str) -> Result<(), Answer> {
    fields::officer("officer", id).map(|_| ())
}

/// The metadata key that carries a session's token.
pub const SESSION_KEY: &str = "honghei-session";
/// The purpose named in the statement that proves an officer's key.
const PURPOSE_SESSION: &str = "session";
/// Bytes of one request at most; files come in pieces.
const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Files and reports kept for officers.
const FILES: Bounds = Bounds { items: 32, bytes: 192 * 1024 * 1024, age_ms: 3600 * 1000 };
/// Proposals that wait for a signature.
const PROPOSALS: Bounds = Bounds { items: 64, bytes: 256 * 1024 * 1024, age_ms: 15 * 60 * 1000 };

/// What a console works with.
#[derive(Debug)]
pub struct Parts {
    /// The node's folder.
    pub folder: Folder,
    /// Who the node is.
    pub membership: Membership,
    /// Its logic.
    pub engine: Arc<Engine>,
    /// Its clocks.
    pub clock: Clock,
    /// Its chance.
    pub dice: Dice,
    /// The key that seals personal numbers.
    pub vault: VaultKey,
    /// Wakes links and desks.
    pub pulse: Pulse,
    /// The links as they stand.
    pub board: StatusBoard,
    /// Departments' lists that machines brought.
    pub deliveries: Arc<Deliveries>,
    /// The federation's authority, where it is kept and open.
    pub admission: Option<Arc<Admission>>,
    /// When the node's certificate expires, seconds since the Unix epoch.
    pub certificate_expires_at: Option<i64>,
}

/// A proposal and what must be sealed away before it is written.
#[derive(Debug)]
struct Pending {
    proposal: Proposal,
    secrets: Vec<Secret>,
    spent: Spent,
}

/// What a proposal's rows come from, to be marked when it is signed.
#[derive(Debug)]
enum Spent {
    /// No file.
    Nothing,
    /// An upload of this name.
    Upload(String),
    /// A department's list that a machine brought.
    Delivery(Box<Record>),
}

/// The console of a node; clones are one.
#[derive(Clone, Debug)]
pub struct Console(Arc<Desk>);

#[derive(Debug)]
struct Desk {
    parts: Parts,
    sessions: Sessions,
    uploads: Drawer<Upload>,
    reports: Drawer<Arc<Vec<u8>>>,
    proposals: Drawer<Pending>,
}

/// An officer at the console, as he is on record now.
#[derive(Clone, Debug)]
struct Caller {
    session: Session,
    /// None while the node has no officer: then he may appoint the first, himself.
    officer: Option<Officer>,
}

/// What a call asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Any officer.
    Officer,
    /// An officer with a role that permits this.
    Action(Action),
    /// An officer with a role that permits one of these.
    Either(Action, Action),
    /// An administrator.
    Administrator,
}

/// When a certificate expires, seconds since the Unix epoch; none if it cannot be read.
pub fn expiry_of(certificate_pem: &str) -> Option<i64> {
    let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes()).ok()?;
    certificate::identity_of(&der).ok().map(|(_, expires_at)| expires_at)
}

impl Console {
    /// The console of a node.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Desk {
            parts,
            sessions: Sessions::default(),
            uploads: Drawer::new(FILES),
            reports: Drawer::new(FILES),
            proposals: Drawer::new(PROPOSALS),
        }))
    }

    /// The service as tonic's router takes it, with its message limit.
    pub fn into_server(self) -> ConsoleServiceServer<Self> {
        ConsoleServiceServer::new(self).max_decoding_message_size(MAX_REQUEST_BYTES)
    }
}

impl Desk {
    fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    fn now(&self) -> Result<Now, Answer> {
        Ok(self.parts.clock.now()?)
    }

    async fn context(&self) -> Result<Context, Answer> {
        Ok(self.engine().context(self.now()?).await)
    }

    async fn read(&self) -> Result<Box<dyn Tx>, Answer> {
        Ok(self.engine().store().read().await?)
    }

    fn monotonic_ms(&self) -> u64 {
        self.parts.clock.monotonic_ms()
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        chance::draw(&self.parts.dice).fill_bytes(&mut bytes);
        bytes
    }

    /// A name that nobody guesses.
    fn name(&self) -> String {
        hex(&self.random())
    }

    /// Who calls, if he proved it and nothing about him changed since.
    async fn caller(&self, token: Option<&str>) -> Result<Caller, Answer> {
        let missing = || Answer::denied("SESSION_MISSING", "请先登录（需要人员签名）");
        let session = self.sessions.of_token(token.ok_or_else(missing)?, self.monotonic_ms())?;
        let mut tx = self.read().await?;
        let me = self.engine().identity().log.node.clone();
        match tx.officer(&me, &session.officer.0).await? {
            Some(row) => {
                let officer = members::read(&row)?;
                if officer.key != session.key {
                    self.sessions.end(&session.id);
                    return Err(Answer::denied("SESSION_UNKNOWN", "签名密钥已更换，请重新登录"));
                }
                Ok(Caller { session, officer: Some(officer) })
            }
            None if tx.officers(Some(&me)).await?.is_empty() => Ok(Caller { session, officer: None }),
            None => {
                self.sessions.end(&session.id);
                Err(Answer::denied("OFFICER_UNKNOWN", "本节点没有这个人员"))
            }
        }
    }

    /// Whether a caller's roles permit an action here.
    fn may(&self, caller: &Caller, action: Action) -> bool {
        let tier = self.parts.membership.tier;
        caller.officer.as_ref().is_some_and(|officer| permit::permit(tier, &officer.roles, action).is_ok())
    }

    /// Whether an officer may do something here today, by his own roles or for a head who is away.
    async fn require(&self, officer: &Officer, action: Action) -> Result<(), Answer> {
        let (tier, today) = (self.parts.membership.tier, self.now()?.today);
        let mut tx = self.read().await?;
        delegations::require(&mut *tx, tier, officer, action, today).await?;
        Ok(())
    }

    /// Who calls, if he may.
    async fn permitted(&self, token: Option<&str>, need: Need) -> Result<Caller, Answer> {
        let caller = self.caller(token).await?;
        let Some(officer) = &caller.officer else {
            return Err(Answer::denied("FIRST_OFFICER_ONLY", "本节点尚无人员，只能先任命第一名系统管理员"));
        };
        match need {
            Need::Officer => {}
            Need::Action(action) => self.require(officer, action).await?,
            Need::Either(one, other) => {
                if self.require(officer, other).await.is_err() {
                    self.require(officer, one).await?;
                }
            }
            Need::Administrator if officer.roles.contains(&Role::Administrator) => {}
            Need::Administrator => {
                return Err(Answer::denied("NOT_PERMITTED", "只有系统管理员可以办理此事项"));
            }
        }
        Ok(caller)
    }
}
