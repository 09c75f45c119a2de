//! The node's door: TCP connections with TLS, each shaken hands with on its own, so that a silent caller delays nobody.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use honghei_domain::node::NodeId;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Request;

use crate::answer::{Answer, Class};
use crate::certificate;

/// Time for a handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Handshakes under way at once.
const HANDSHAKES_MAX: usize = 256;
/// Connections accepted and not yet taken by the server.
const QUEUE: usize = 16;
/// Rest after the system refuses a connection, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A connection as the gRPC server takes it.
pub type Connection = TlsStream<TcpStream>;

/// A bound address, not yet accepting.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds `host:port`; port 0 takes a free one.
    pub async fn bind(address: &str) -> Result<Self, Answer> {
        let refused = |error: io::Error| {
            let message =
                format!("cannot listen at {address}: {error}; is another program there, or the address wrong?");
            Answer::new(Class::Fault, "LISTEN_FAILED", message)
        };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts until `stop` turns true; connections whose handshake succeeded come out of the stream. `refused` hears of
    /// certificates that no authority trusted here stands behind, and why.
    pub fn accept(
        self,
        config: rustls::ServerConfig,
        refused: impl Fn(SocketAddr, &str) + Send + Sync + 'static,
        mut stop: watch::Receiver<bool>,
    ) -> ReceiverStream<io::Result<Connection>> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let room = Arc::new(Semaphore::new(HANDSHAKES_MAX));
        let refused = Arc::new(refused);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => return,
                    accepted = self.listener.accept() => accepted,
                };
                let (stream, peer) = match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                };
                // A full house turns callers away at once instead of keeping them waiting without end.
                let Ok(place) = room.clone().try_acquire_owned() else {
                    tracing::warn!(%peer, "too many handshakes at once; the connection is dropped");
                    continue;
                };
                let (acceptor, sender, refused) = (acceptor.clone(), sender.clone(), refused.clone());
                tokio::spawn(async move {
                    let _ = stream.set_nodelay(true);
                    match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => {
                            drop(place);
                            // The server is gone: so is the connection.
                            let _ = sender.send(Ok(stream)).await;
                        }
                        Ok(Err(error)) => match certificate_defect(&error) {
                            Some(defect) => refused(peer, &defect),
                            None => tracing::info!(%peer, %error, "a TLS handshake failed"),
                        },
                        Err(_) => tracing::info!(%peer, "a TLS handshake took too long"),
                    }
                });
            }
        });
        ReceiverStream::new(receiver)
    }
}

/// Why a handshake failed, where it was for the caller's certificate; ports that are merely knocked at are none.
fn certificate_defect(error: &io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(defect) => Some(defect.to_string()),
        _ => None,
    }
}

/// Who a caller is by its certificate; `None` without one.
pub fn caller<T>(request: &Request<T>) -> Option<NodeId> {
    let certificates = request.peer_certs()?;
    let (node, _) = certificate::identity_of(certificates.first()?).ok()?;
    Some(node)
}

/// Which department's source a caller is by its certificate; `None` for a node and without one.
pub fn source<T>(request: &Request<T>) -> Option<String> {
    let certificates = request.peer_certs()?;
    certificate::source_of(certificates.first()?).ok().map(|holder| holder.source)
}
