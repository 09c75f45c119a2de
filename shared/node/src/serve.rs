//! A running node: its door for other nodes, its link upwards, its console, its desks; started together, stopped together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use honghei_link::grpc::{MirrorService, keep_linked};
use honghei_link::{Cosigner, Limits, LinkHost, Ports, Pulse, StatusBoard};
use honghei_proto::link::v1::MirrorRequest;
use honghei_registry::engine::Engine;
use honghei_store::{Fault as StoreFault, Store, run_tx};
use rand_core::Rng;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::transport::Server;
use tonic::{Request, Streaming};

use crate::answer::{Answer, Class, chain};
use crate::authority::{Admission, Authority, EnrolmentDesk};
use crate::certificate;
use crate::chance::{self, Dice};
use crate::clock::Clock;
use crate::compose::Composition;
use crate::console::{self, Console};
use crate::delivery::{self, Deliveries, PushDesk};
use crate::folder::{Folder, Membership};
use crate::jobs::DeskWork;
use crate::keys;
use crate::listener::Listener;
use crate::lock::FolderLock;
use crate::membership;
use crate::neighbours::Neighbours;
use crate::offer::Offer;
use crate::store::{self, Absent};
use crate::tls::{self, ParentDial};

/// Time that open connections get to end by themselves.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// The meta key of this installation's 16 random bytes.
const INSTANCE_META: &str = "instance";
/// Flow-control windows and frame size of the door.
const STREAM_WINDOW: u32 = 4 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;
const FRAME_SIZE: u32 = 1024 * 1024;
/// Silence after which a connection is asked whether anybody is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A node that serves.
#[derive(Debug)]
pub struct Running {
    /// Where other nodes reach it.
    pub address: SocketAddr,
    /// Where its officers reach it.
    pub socket: PathBuf,
    /// Who it is.
    pub membership: Membership,
    engine: Arc<Engine>,
    deliveries: Arc<Deliveries>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<Result<(), Answer>>,
    _lock: FolderLock,
}

impl Running {
    /// Its logic, for tests and tools that run in the same process.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The deliveries of departments' lists, likewise.
    pub fn deliveries(&self) -> &Arc<Deliveries> {
        &self.deliveries
    }

    /// Waits until a part of it fails; returns why. A healthy node never returns.
    pub async fn failed(&mut self) -> Answer {
        match self.tasks.join_next().await {
            Some(Ok(Err(answer))) => answer,
            Some(Err(error)) => Answer::fault("TASK_FAILED", error),
            Some(Ok(Ok(()))) | None => Answer::new(Class::Fault, "TASK_ENDED", "a part of the node ended by itself"),
        }
    }

    /// Stops it: no new work, open transactions end, then the connections.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_TIMEOUT, ended).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut");
        }
    }
}

/// Starts the node of a folder. `root_passphrase` opens the federation's authority where it is kept.
pub async fn start(
    folder: &Folder,
    composition: &Composition,
    root_passphrase: Option<&str>,
) -> Result<Running, Answer> {
    tls::install_provider();
    let (config, membership) = folder.member()?;
    let lock = FolderLock::take(folder)?;
    if membership.tier != composition.tier {
        let message = format!("the folder holds a node of another tier than that of {}", composition.name);
        return Err(Answer::new(Class::Usage, "TIER_DIFFERS", message));
    }
    let clock = Clock::of(&config);
    if clock.class() != membership.clock_class {
        let message = "node.toml and the federation disagree on the calendar: simulated_clock must stand exactly where \
                       the federation is simulated";
        return Err(Answer::new(Class::Usage, "CLOCK_CLASS_DIFFERS", message));
    }
    let now = clock.now()?;
    let store = store::open(folder, &config, Absent::Refuse).await?;
    let engine = Arc::new(membership::open_engine(folder, &membership, store.clone(), composition).await?);
    engine.found(now, composition.program).await?;
    let dice = Arc::new(Mutex::new(chance::generator()?));
    let (stop, stopped) = watch::channel(false);
    let (directory, directories) = watch::channel(Arc::new(engine.context(now).await.directory().clone()));
    let pulse = Pulse::default();
    let board = StatusBoard::default();
    let host = Arc::new(LinkHost {
        me: membership.node.clone(),
        instance: instance(&*store, &dice).await?,
        store: store.clone(),
        directory: directories,
        cosigner: Some(Cosigner { log: engine.identity().log.clone(), key: Arc::new(engine.identity().key.clone()) }),
        limits: Limits::default(),
        ports: ports(&clock, &dice),
        pulse: pulse.clone(),
        board: board.clone(),
    });
    let admission = open_authority(folder, root_passphrase, &engine, &clock, &pulse)?;
    let certificate_pem = folder.read_text(&folder.certificate_file())?;
    let vault = keys::read_vault_key(folder)?;
    let deliveries = Arc::new(Deliveries::open(delivery::Parts {
        folder: folder.clone(),
        engine: engine.clone(),
        clock: clock.clone(),
        vault: vault.clone(),
        pulse: pulse.clone(),
    }));
    let console = Console::new(console::Parts {
        folder: folder.clone(),
        membership: membership.clone(),
        engine: engine.clone(),
        clock: clock.clone(),
        dice: dice.clone(),
        vault,
        pulse: pulse.clone(),
        board,
        deliveries: deliveries.clone(),
        admission: admission.clone(),
        certificate_expires_at: console::expiry_of(&certificate_pem),
    });
    let listener = Listener::bind(&config.listen).await?;
    let address = listener.address();
    let tls = certificate::server_config(
        &certificate_pem,
        &folder.read_text(&folder.transport_key_file())?,
        &folder.read_text(&folder.authority_certificate_file())?,
    )?;
    let socket = console::Socket::bind(folder)?;
    let mut tasks = JoinSet::new();
    let enrolment = enrolment_desk(folder, &membership, admission);
    let push = PushDesk::of(membership.tier, deliveries.clone());
    if push.is_some() {
        let (watching, inboxes) = (stopped.clone(), deliveries.clone());
        tasks.spawn(async move {
            inboxes.watch(watching).await;
            Ok(())
        });
    }
    tasks.spawn(serve_nodes(listener, tls, host.clone(), enrolment, push, stopped.clone()));
    tasks.spawn(socket.serve(console, stopped.clone()));
    let work = DeskWork { engine: engine.clone(), clock, pulse, directory };
    let desks_stop = stopped.clone();
    tasks.spawn(async move {
        work.run(desks_stop).await;
        Ok(())
    });
    if membership.parent.is_some() {
        let dial = Arc::new(ParentDial::new(folder.clone()));
        tasks.spawn(async move {
            keep_linked(host, dial, stopped).await;
            Ok(())
        });
    }
    Ok(Running { address, socket: folder.socket(), membership, engine, deliveries, stop, tasks, _lock: lock })
}

/// Opens the authority where it is kept and its passphrase was given; a wrong passphrase stops the start.
fn open_authority(
    folder: &Folder,
    passphrase: Option<&str>,
    engine: &Arc<Engine>,
    clock: &Clock,
    pulse: &Pulse,
) -> Result<Option<Arc<Admission>>, Answer> {
    match passphrase {
        Some(passphrase) if folder.root_key_file().exists() => {
            let authority = Authority::open(folder, passphrase)?;
            Ok(Some(Arc::new(Admission::new(authority, engine.clone(), clock.clone(), pulse.clone()))))
        }
        _ => Ok(None),
    }
}

fn enrolment_desk(folder: &Folder, membership: &Membership, admission: Option<Arc<Admission>>) -> EnrolmentDesk {
    match (admission, &membership.parent) {
        (Some(admission), _) => EnrolmentDesk::here(admission),
        (None, Some(parent)) => EnrolmentDesk::above(parent.clone(), ParentDial::new(folder.clone())),
        (None, None) => {
            tracing::warn!("the federation's root key is not open; no invitation or enrolment until it is");
            EnrolmentDesk::locked()
        }
    }
}

async fn serve_nodes(
    listener: Listener,
    tls: rustls::ServerConfig,
    host: Arc<LinkHost>,
    enrolment: EnrolmentDesk,
    push: Option<PushDesk>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Answer> {
    let failed = |error: tonic::transport::Error| Answer::new(Class::Fault, "DOOR_FAILED", chain(&error));
    let neighbours = Arc::new(Neighbours::of(host.clone()));
    let refusals = neighbours.clone();
    let link = MirrorService::new(
        host,
        move |request: &Request<Streaming<MirrorRequest>>| neighbours.identify(request),
        stop.clone(),
    );
    let mut offer = Offer::new().with(link.into_server()).with(enrolment.into_server());
    if let Some(push) = push {
        offer = offer.with(push.into_server());
    }
    let refused = move |from, defect: &str| refusals.refuse_certificate(from, defect);
    let incoming = listener.accept(tls, refused, stop.clone());
    Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME_SIZE)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE))
        .add_routes(offer.into_routes().await?)
        .serve_with_incoming_shutdown(incoming, async move {
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
        .map_err(failed)
}

/// The installation's 16 random bytes, drawn once.
async fn instance(store: &dyn Store, dice: &Dice) -> Result<[u8; 16], Answer> {
    let mut fresh = [0; 16];
    chance::draw(dice).fill_bytes(&mut fresh);
    let kept: Result<Vec<u8>, StoreFault> = run_tx!(store, "instance", async |tx| {
        match tx.meta(INSTANCE_META).await? {
            Some(held) => Ok(held),
            None => {
                tx.put_meta(INSTANCE_META, &fresh).await?;
                Ok(fresh.to_vec())
            }
        }
    });
    let malformed = |_| Answer::new(Class::Fault, "INSTANCE_MALFORMED", "the store's instance is not 16 bytes");
    kept?.try_into().map_err(malformed)
}

fn ports(clock: &Clock, dice: &Dice) -> Ports {
    let (transport, monotonic, dice) = (clock.clone(), clock.clone(), dice.clone());
    Ports {
        now_ms: Arc::new(move || transport.transport_ms()),
        monotonic_ms: Arc::new(move || monotonic.monotonic_ms()),
        chance: Arc::new(move || dice.lock().unwrap_or_else(PoisonError::into_inner).next_u64()),
    }
}
