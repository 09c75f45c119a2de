//! The other end: how a department's program hands a list in. Needs no node and no folder of one.

use honghei_domain::node::NodeId;
use honghei_ledger::sha256;
use honghei_proto::feed::v1::feed_service_client::FeedServiceClient;
use honghei_proto::feed::v1::push_request::Part;
use honghei_proto::feed::v1::{DeliveryHeader, GetStandingRequest, GetStandingResponse, PushRequest, PushResponse};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tonic::transport::Channel;

use crate::answer::{Answer, Class};
use crate::certificate;
use crate::tls;

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;

/// A list to hand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Name of the file.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The day the list states, `2018-01-05`.
    pub as_of: String,
    /// `full` or `delta`; empty for as registered.
    pub mode: String,
    /// Rows counted by the sender; 0 for none.
    pub rows: u64,
}

/// A connection as a source.
#[derive(Clone, Debug)]
pub struct Sender {
    inner: FeedServiceClient<Channel>,
    source: String,
}

impl Sender {
    /// Connects to the node that takes lists in. `chain_pem` is what the authority issued: the source's certificate and
    /// then the authority's own.
    pub async fn connect(address: &str, node: &NodeId, chain_pem: &str, key_pem: &str) -> Result<Self, Answer> {
        let malformed = |detail: &str| Answer::new(Class::Usage, "CERTIFICATE_MALFORMED", detail.to_owned());
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain_pem.as_bytes()).collect();
        let chain = chain.map_err(|error| malformed(&error.to_string()))?;
        let [own, authority] = chain.as_slice() else {
            return Err(malformed("证书文件应依次包含数据源证书和联盟证书"));
        };
        let source = certificate::source_of(own)?.source;
        tls::install_provider();
        let (own, authority) = (certificate::to_pem(own), certificate::to_pem(authority));
        let channel = tls::connect(address, node, &authority, Some((&own, key_pem))).await?;
        Ok(Self { inner: FeedServiceClient::new(channel), source })
    }

    /// The source that the certificate names.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Hands a list in. `progress` hears of the bytes sent so far.
    pub async fn push(
        &mut self,
        list: Outgoing,
        progress: impl Fn(u64) + Send + 'static,
    ) -> Result<PushResponse, Answer> {
        let Outgoing { file, bytes, as_of, mode, rows } = list;
        let header = DeliveryHeader {
            source: self.source.clone(),
            as_of,
            mode,
            rows,
            file,
            length: bytes.len() as u64,
            sha256: sha256(&bytes).to_vec(),
            columns: Vec::new(),
        };
        let mut sent = 0;
        let pieces: Vec<Part> = bytes.chunks(PIECE).map(|piece| Part::Piece(piece.to_vec())).collect();
        let parts = std::iter::once(Part::Header(header)).chain(pieces);
        let messages = parts.map(move |part| {
            if let Part::Piece(piece) = &part {
                sent += piece.len() as u64;
                progress(sent);
            }
            PushRequest { part: Some(part) }
        });
        Ok(self.inner.push(tokio_stream::iter(messages)).await?.into_inner())
    }

    /// How the source stands, and where a delivery does; empty for none in particular.
    pub async fn standing(&mut self, delivery: &str) -> Result<GetStandingResponse, Answer> {
        let asked = GetStandingRequest { delivery: delivery.to_owned() };
        Ok(self.inner.get_standing(asked).await?.into_inner())
    }
}
