//! The same over gRPC, loopback and SQLite.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use honghei_domain::directory::Directory;
use honghei_domain::node::{LogId, NodeId};
use honghei_link::chance::Jitter;
use honghei_link::frame::{Frame, Hello, LogState, Package};
use honghei_link::grpc::{Dial, MirrorService, keep_linked};
use honghei_link::limits::PROTOCOL;
use honghei_link::{Limits, LinkHost, Ports, Pulse, StatusBoard, wire};
use honghei_proto::link::v1::link_service_client::LinkServiceClient;
use honghei_proto::link::v1::{MirrorRequest, frame::Kind};
use honghei_store::{BoxedError, SqlStore, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Endpoint, Server};

use super::federation::{DIRECT, Federation, PROVINCE, id, log};

/// Nothing here takes long; this only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

struct Party {
    host: Arc<LinkHost>,
    federation: Federation,
    _directory: watch::Sender<Arc<Directory>>,
    _folder: tempfile::TempDir,
}

impl Party {
    async fn open(federation: &Federation, node: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("node.sqlite").display());
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(&url, true).await.unwrap());
        #[expect(clippy::disallowed_methods, reason = "the port of monotonic time, over the sockets of the machine")]
        let start = tokio::time::Instant::now();
        let chance = Mutex::new(Jitter::new(4));
        let directory = watch::Sender::new(federation.directory.clone());
        let host = LinkHost {
            me: id(node),
            instance: [1; 16],
            store,
            directory: directory.subscribe(),
            cosigner: Some(federation.cosigner(&id(node))),
            limits: Limits::default(),
            ports: Ports {
                now_ms: Arc::new(|| 1_700_000_000_000),
                monotonic_ms: Arc::new(move || start.elapsed().as_millis() as u64),
                chance: Arc::new(move || chance.lock().unwrap().draw()),
            },
            pulse: Pulse::default(),
            board: StatusBoard::default(),
        };
        Self { host: Arc::new(host), federation: federation.clone(), _directory: directory, _folder: folder }
    }

    async fn append(&self, audience: &str, body: &[u8], chunks: &[Vec<u8>]) {
        self.federation.append(&*self.host.store, &self.host.me, audience, body, chunks).await.unwrap();
        self.host.pulse.beat();
    }

    /// Waits until a signer's receipt for a size of a log is here.
    async fn receipt(&self, log: &LogId, signer: &NodeId, size: u64) {
        let mut pulse = self.host.pulse.listen();
        let arrived = async {
            loop {
                let row = self.host.store.read().await.unwrap().latest_cosignature(log, signer).await.unwrap();
                if row.is_some_and(|row| row.size >= size) {
                    return;
                }
                pulse.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, arrived).await;
        assert!(waited.is_ok(), "no receipt in time: {:?}", self.host.board.snapshot());
    }
}

/// The parent's door, open at a free port.
struct Door {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    address: SocketAddr,
}

impl Door {
    async fn open(host: &Arc<LinkHost>, peer: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let peer = peer.map(id);
        let service = MirrorService::new(host.clone(), move |_: &tonic::Request<_>| peer.clone(), stopped.clone());
        let mut closing = stopped;
        let serving = Server::builder().add_service(service.into_server()).serve_with_incoming_shutdown(
            TcpListenerStream::new(listener),
            async move {
                let _ = closing.wait_for(|stop| *stop).await;
            },
        );
        let task = tokio::spawn(async move { serving.await.unwrap() });
        Self { stop, task, address }
    }

    async fn close(self) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }
}

/// Dials wherever the parent is now.
#[derive(Clone)]
struct Moving(Arc<Mutex<SocketAddr>>);

#[async_trait]
impl Dial for Moving {
    async fn dial(&self, _parent: &NodeId) -> Result<Channel, BoxedError> {
        let address = *self.0.lock().unwrap();
        Ok(Endpoint::from_shared(format!("http://{address}"))?.connect().await?)
    }
}

fn two_nodes() -> Federation {
    Federation::of(&[(PROVINCE, None), (DIRECT, Some(PROVINCE))])
}

#[tokio::test]
async fn logs_chunks_and_receipts_cross_a_real_link_and_a_restart() {
    let federation = two_nodes();
    let (province, county) = (Party::open(&federation, PROVINCE).await, Party::open(&federation, DIRECT).await);
    county.append("up", b"before the link", &[vec![7; 3_000_000], b"small".to_vec()]).await;
    let door = Door::open(&province.host, Some(DIRECT)).await;
    let address = Moving(Arc::new(Mutex::new(door.address)));
    let (stop, stopped) = watch::channel(false);
    let dialling = tokio::spawn(keep_linked(county.host.clone(), Arc::new(address.clone()), stopped));
    county.receipt(&log(DIRECT), &id(PROVINCE), 1).await;
    province.append("all", b"down", &[vec![1; 700_000]]).await;
    province.receipt(&log(PROVINCE), &id(DIRECT), 1).await;
    let status = county.host.board.of(&id(PROVINCE)).unwrap();
    assert!(status.connected && status.view.live, "{status:?}");

    door.close().await;
    county.append("up", b"while the parent is away", &[]).await;
    let door = Door::open(&province.host, Some(DIRECT)).await;
    *address.0.lock().unwrap() = door.address;
    county.receipt(&log(DIRECT), &id(PROVINCE), 2).await;

    stop.send_replace(true);
    tokio::time::timeout(PATIENCE, dialling).await.unwrap().unwrap();
    door.close().await;
    let status = county.host.board.of(&id(PROVINCE)).unwrap();
    assert_eq!((status.connected, status.last_close.unwrap().code.as_str()), (false, "SHUTTING_DOWN"));
    for party in [&province, &county] {
        assert!(party.host.store.read().await.unwrap().incidents(9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_stranger_is_not_let_in() {
    let federation = two_nodes();
    let province = Party::open(&federation, PROVINCE).await;
    let door = Door::open(&province.host, None).await;
    let mut client = LinkServiceClient::connect(format!("http://{}", door.address)).await.unwrap();
    let refused = client.mirror(tokio_stream::empty()).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    drop(client);
    door.close().await;
}

/// Speaks these frames as the county and gives back what the province answers until it ends the stream.
async fn speak(address: SocketAddr, frames: Vec<honghei_proto::link::v1::Frame>) -> Result<Vec<Kind>, tonic::Status> {
    let mut client = LinkServiceClient::connect(format!("http://{address}")).await.unwrap();
    let requests: Vec<MirrorRequest> = frames.into_iter().map(|frame| MirrorRequest { frame: Some(frame) }).collect();
    // The stream stays open after its last frame.
    let requests = futures_util::StreamExt::chain(tokio_stream::iter(requests), tokio_stream::pending());
    let mut answers = client.mirror(requests).await?.into_inner();
    let mut said = Vec::new();
    while let Ok(Some(answer)) = tokio::time::timeout(PATIENCE, answers.message()).await.unwrap() {
        said.extend(answer.frame.and_then(|frame| frame.kind));
    }
    Ok(said)
}

fn hello(federation: &Federation) -> Frame {
    Frame::Hello(Box::new(Hello {
        protocol: PROTOCOL,
        federation: federation.directory.federation.clone(),
        clock_class: federation.directory.clock_class,
        node: id(DIRECT),
        instance: [2; 16],
        directory_version: 1,
        logs: Vec::new(),
        transport_time_ms: 0,
    }))
}

fn rejection_codes(said: &[Kind]) -> Vec<&str> {
    let mut codes = Vec::new();
    for kind in said {
        if let Kind::Rejection(rejection) = kind {
            codes.push(rejection.code.as_str());
        }
    }
    codes
}

#[tokio::test]
async fn bytes_that_are_no_lawful_frame_are_answered_recorded_and_keep_their_sender_away() {
    let federation = two_nodes();
    let check = async |bad: honghei_proto::link::v1::Frame, answered: bool, expect: &str| {
        let province = Party::open(&federation, PROVINCE).await;
        let door = Door::open(&province.host, Some(DIRECT)).await;
        let said = speak(door.address, vec![wire::to_wire(hello(&federation)), bad]).await.unwrap();
        if answered {
            assert_eq!(rejection_codes(&said), [expect]);
        }
        let incidents = province.host.store.read().await.unwrap().incidents(9).await.unwrap();
        assert_eq!(incidents.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), [expect]);
        let again = speak(door.address, vec![wire::to_wire(hello(&federation))]).await.unwrap_err();
        assert!(again.message().starts_with("KEPT_AWAY"), "{again}");
        door.close().await;
    };
    let mut malformed = wire::to_wire(Frame::Stored(LogState { log: log(DIRECT), size: 0, root: [0; 32] }));
    if let Some(Kind::Stored(stored)) = &mut malformed.kind {
        stored.log.as_mut().unwrap().root.pop();
    }
    check(malformed, true, "FRAME_MALFORMED").await;
    let huge = Frame::Package(Box::new(Package {
        log: log(DIRECT),
        first_index: 0,
        items: vec![honghei_link::frame::Item::Entry {
            header: Bytes::new(),
            payload: Bytes::from(vec![0; 6_000_000]),
        }],
        checkpoint: String::new(),
        start_proof: Vec::new(),
        end_proof: Vec::new(),
    }));
    // tonic has ended the stream by then, so the answer may not get through; the record must.
    check(wire::to_wire(huge), false, "OVERSIZE").await;
}
