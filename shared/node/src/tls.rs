//! Channels to other nodes: dialled by address, checked by the name in the federation's certificates.

use std::time::Duration;

use async_trait::async_trait;
use honghei_domain::node::NodeId;
use honghei_link::grpc::Dial;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::answer::{Answer, Class, chain};
use crate::certificate::server_name;
use crate::folder::Folder;

/// Time for a connection to come up, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence after which HTTP/2 asks whether anybody is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Flow-control windows: one package and one chunk piece under way each need room.
const STREAM_WINDOW: u32 = 4 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

/// Makes ring the process's cryptography for TLS; a second call changes nothing.
pub fn install_provider() {
    // The error only says that a provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Connects to a node at an address.
///
/// The other end must show a certificate of this authority that names `node`. `identity` is our own certificate and
/// key as PEM; a newcomer has none.
pub async fn connect(
    address: &str,
    node: &NodeId,
    authority_pem: &str,
    identity: Option<(&str, &str)>,
) -> Result<Channel, Answer> {
    let unreachable = |error: tonic::transport::Error| {
        Answer::new(
            Class::Unreachable,
            "NODE_UNREACHABLE",
            format!("{node} cannot be reached at {address}: {}", chain(&error)),
        )
    };
    let mut tls =
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority_pem)).domain_name(server_name(node));
    if let Some((certificate, key)) = identity {
        tls = tls.identity(Identity::from_pem(certificate, key));
    }
    let malformed = |error: tonic::transport::Error| {
        Answer::new(Class::Usage, "ADDRESS_MALFORMED", format!("{address} is no host:port: {}", chain(&error)))
    };
    Endpoint::from_shared(format!("https://{address}"))
        .map_err(malformed)?
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .tls_config(tls)
        .map_err(unreachable)?
        .connect()
        .await
        .map_err(unreachable)
}

/// Dials the node above as this node, reading address and certificates anew each time.
#[derive(Clone, Debug)]
pub struct ParentDial {
    folder: Folder,
}

impl ParentDial {
    /// A dialler for the node in a folder.
    pub fn new(folder: Folder) -> Self {
        Self { folder }
    }

    /// A channel to the node above.
    pub async fn connect(&self, parent: &NodeId) -> Result<Channel, Answer> {
        let config = self.folder.config()?;
        let address = config.parent_address.ok_or_else(|| {
            Answer::new(
                Class::Fault,
                "PARENT_ADDRESS_MISSING",
                format!("node.toml says no parent_address for {parent}"),
            )
        })?;
        let authority = self.folder.read_text(&self.folder.authority_certificate_file())?;
        let certificate = self.folder.read_text(&self.folder.certificate_file())?;
        let key = self.folder.read_text(&self.folder.transport_key_file())?;
        connect(&address, parent, &authority, Some((&certificate, &key))).await
    }
}

#[async_trait]
impl Dial for ParentDial {
    async fn dial(&self, parent: &NodeId) -> Result<Channel, honghei_store::BoxedError> {
        Ok(self.connect(parent).await?)
    }
}
