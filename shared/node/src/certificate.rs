//! Transport identity: certificates of the federation's own authority, the node's name inside.
//!
//! A certificate carries the URI `urn:honghei:node:<id>` and the DNS name `<id>.honghei`; a peer is who its
//! certificate says, never who it claims to be.

use std::sync::Arc;

use honghei_domain::node::NodeId;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer};

use crate::chance;

/// The URI a node's certificate carries before its id.
const NODE_URN: &str = "urn:honghei:node:";

/// The URI that the certificate of a department's source carries before its name.
const SOURCE_URN: &str = "urn:honghei:feed:";

/// Days that certificates of sources, of nodes and of the authority are valid for.
const SOURCE_DAYS: i64 = 400;
const NODE_DAYS: i64 = 730;
const AUTHORITY_DAYS: i64 = 3650;

/// What is wrong with a certificate or key.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It cannot be read or made.
    #[error("{what}: {detail}")]
    Malformed {
        /// Which file or step.
        what: &'static str,
        /// The reason.
        detail: String,
    },
    /// It names no node of ours.
    #[error("the certificate names no node")]
    Nameless,
    /// It names no source of ours.
    #[error("the certificate names no source")]
    Sourceless,
}

impl CertificateError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            CertificateError::Malformed { .. } => "CERTIFICATE_MALFORMED",
            CertificateError::Nameless => "CERTIFICATE_NAMELESS",
            CertificateError::Sourceless => "CERTIFICATE_SOURCELESS",
        }
    }
}

fn malformed<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> CertificateError {
    move |error| CertificateError::Malformed { what, detail: error.to_string() }
}

/// The DNS name by which a peer is checked when it is dialled.
pub fn server_name(node: &NodeId) -> String {
    format!("{node}.honghei")
}

/// The federation's certificate authority.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes one: certificate and key as PEM.
    pub fn found(federation: &str, now_ms: i64) -> Result<(String, String), CertificateError> {
        let key = chance::transport_key_pair().map_err(malformed("authority key"))?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("Honghei federation {federation}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        validity(&mut params, now_ms, AUTHORITY_DAYS);
        let certificate = params.self_signed(&key).map_err(malformed("authority certificate"))?;
        Ok((certificate.pem(), key.serialize_pem()))
    }

    /// Opens the authority from its PEM files.
    pub fn open(certificate_pem: &str, key_pem: &str) -> Result<Self, CertificateError> {
        let key = KeyPair::from_pem(key_pem).map_err(malformed("authority key"))?;
        let issuer = Issuer::from_ca_cert_pem(certificate_pem, key).map_err(malformed("authority certificate"))?;
        Ok(Self { issuer })
    }

    /// Issues a node's certificate (DER) from its signing request. Only the request's key is taken over.
    pub fn issue(&self, node: &NodeId, request_der: &[u8], now_ms: i64) -> Result<Vec<u8>, CertificateError> {
        let request = CertificateSigningRequestDer::from(request_der.to_vec());
        let request = CertificateSigningRequestParams::from_der(&request).map_err(malformed("signing request"))?;
        let mut params = node_params(node)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        validity(&mut params, now_ms, NODE_DAYS);
        let certificate = params.signed_by(&request.public_key, &self.issuer).map_err(malformed("node certificate"))?;
        Ok(certificate.der().to_vec())
    }

    /// Issues a certificate (DER) with which a department's program hands in the lists of one source, from a signing
    /// request that the program's own key has signed. It names no node, so that no other service knows its bearer.
    pub fn issue_for_source(&self, source: &str, request_der: &[u8], now_ms: i64) -> Result<Vec<u8>, CertificateError> {
        let request = CertificateSigningRequestDer::from(request_der.to_vec());
        let request = CertificateSigningRequestParams::from_der(&request).map_err(malformed("signing request"))?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, source);
        let uri = format!("{SOURCE_URN}{source}").try_into().map_err(malformed("source name"))?;
        params.subject_alt_names.push(SanType::URI(uri));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        validity(&mut params, now_ms, SOURCE_DAYS);
        let certificate =
            params.signed_by(&request.public_key, &self.issuer).map_err(malformed("source certificate"))?;
        Ok(certificate.der().to_vec())
    }
}

/// Whom a source's certificate names, by which key, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceHolder {
    /// The source.
    pub source: String,
    /// The certified public key, as DER.
    pub key: Vec<u8>,
    /// When it expires, seconds since the Unix epoch.
    pub expires_at: i64,
}

/// Which source a certificate names; a node's certificate names none.
pub fn source_of(der: &[u8]) -> Result<SourceHolder, CertificateError> {
    use x509_parser::extensions::GeneralName;
    let (_, certificate) = x509_parser::parse_x509_certificate(der).map_err(malformed("certificate"))?;
    let names = certificate.subject_alternative_name().map_err(malformed("certificate"))?;
    let names = names.ok_or(CertificateError::Sourceless)?;
    let [GeneralName::URI(uri)] = names.value.general_names.as_slice() else {
        return Err(CertificateError::Sourceless);
    };
    let source = uri.strip_prefix(SOURCE_URN).ok_or(CertificateError::Sourceless)?;
    Ok(SourceHolder {
        source: source.to_owned(),
        key: certificate.public_key().raw.to_vec(),
        expires_at: certificate.validity().not_after.timestamp(),
    })
}

/// A request (PEM) to certify a key that a department made for its source.
pub fn source_request(source: &str, key_pem: &str) -> Result<String, CertificateError> {
    let key = KeyPair::from_pem(key_pem).map_err(malformed("key"))?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, source);
    let request = params.serialize_request(&key).map_err(malformed("signing request"))?;
    request.pem().map_err(malformed("signing request"))
}

/// The bytes (DER) of a signing request in PEM.
pub fn request_from_pem(pem: &str) -> Result<Vec<u8>, CertificateError> {
    let request = CertificateSigningRequestDer::from_pem_slice(pem.as_bytes()).map_err(malformed("signing request"))?;
    Ok(request.as_ref().to_vec())
}

/// Makes a transport key, as PEM.
pub fn transport_key() -> Result<String, CertificateError> {
    let key = chance::transport_key_pair().map_err(malformed("transport key"))?;
    Ok(key.serialize_pem())
}

/// A request (DER) to certify a transport key for a node.
pub fn signing_request(node: &NodeId, transport_key_pem: &str) -> Result<Vec<u8>, CertificateError> {
    let key = KeyPair::from_pem(transport_key_pem).map_err(malformed("transport key"))?;
    let request = node_params(node)?.serialize_request(&key).map_err(malformed("signing request"))?;
    Ok(request.der().to_vec())
}

/// The public key that a signing request asks to certify: two requests for one key may differ in their signatures.
pub fn requested_key(request_der: &[u8]) -> Result<Vec<u8>, CertificateError> {
    use x509_parser::prelude::FromDer;
    let parsed = x509_parser::certification_request::X509CertificationRequest::from_der(request_der);
    let (_, request) = parsed.map_err(malformed("signing request"))?;
    Ok(request.certification_request_info.subject_pki.raw.to_vec())
}

/// A DER certificate as PEM text.
pub fn to_pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = tail;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

fn node_params(node: &NodeId) -> Result<CertificateParams, CertificateError> {
    let mut params = CertificateParams::new(vec![server_name(node)]).map_err(malformed("node name"))?;
    params.distinguished_name.push(DnType::CommonName, node.to_string());
    let uri = format!("{NODE_URN}{node}").try_into().map_err(malformed("node name"))?;
    params.subject_alt_names.push(SanType::URI(uri));
    Ok(params)
}

fn validity(params: &mut CertificateParams, now_ms: i64, days: i64) {
    // A day of slack for clocks that go slow.
    let start = now_ms.div_euclid(1000) - 86_400;
    let at = |seconds: i64| {
        let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        use chrono::Datelike;
        rcgen::date_time_ymd(
            date.year(),
            u8::try_from(date.month()).unwrap_or(1),
            u8::try_from(date.day()).unwrap_or(1),
        )
    };
    params.not_before = at(start);
    params.not_after = at(start + days * 86_400);
}

/// Who a certificate says it is, and the second since the epoch at which it expires.
pub fn identity_of(der: &[u8]) -> Result<(NodeId, i64), CertificateError> {
    use x509_parser::extensions::GeneralName;
    let (_, certificate) = x509_parser::parse_x509_certificate(der).map_err(malformed("certificate"))?;
    let names = certificate.subject_alternative_name().map_err(malformed("certificate"))?;
    let names = names.ok_or(CertificateError::Nameless)?;
    let mut nodes = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => uri.strip_prefix(NODE_URN)?.parse::<NodeId>().ok(),
        _ => None,
    });
    let node = nodes.next().ok_or(CertificateError::Nameless)?;
    if nodes.next().is_some() {
        return Err(CertificateError::Nameless);
    }
    Ok((node, certificate.validity().not_after.timestamp()))
}

/// The server side: our certificate; peers that bring one must have it from the authority.
///
/// A newcomer has none yet and may reach enrolment only; every other service asks for the identity itself.
pub fn server_config(
    certificate_pem: &str,
    key_pem: &str,
    authority_pem: &str,
) -> Result<rustls::ServerConfig, CertificateError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority_pem.as_bytes()) {
        roots
            .add(certificate.map_err(malformed("authority certificate"))?)
            .map_err(malformed("authority certificate"))?;
    }
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots))
        .allow_unauthenticated()
        .build()
        .map_err(malformed("authority certificate"))?;
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(malformed("node certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(malformed("transport key"))?;
    let mut config = rustls::ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(malformed("node certificate"))?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_795_219_200_000;

    #[test]
    fn an_issued_certificate_names_its_node_and_nothing_the_request_smuggled_in() {
        let (authority_pem, authority_key) = Authority::found("test", NOW_MS).unwrap();
        let authority = Authority::open(&authority_pem, &authority_key).unwrap();
        let county: NodeId = "420802-commerce".parse().unwrap();
        let stranger: NodeId = "420804-commerce".parse().unwrap();
        let key = transport_key().unwrap();
        let request = signing_request(&stranger, &key).unwrap();
        let again = signing_request(&stranger, &key).unwrap();
        assert_eq!(requested_key(&request).unwrap(), requested_key(&again).unwrap());
        let certificate = authority.issue(&county, &request, NOW_MS).unwrap();
        let (named, expires) = identity_of(&certificate).unwrap();
        assert_eq!(named, county);
        assert!(expires > NOW_MS / 1000);
        server_config(&to_pem(&certificate), &key, &authority_pem).unwrap();
    }

    /// C-6.
    #[test]
    fn a_sources_certificate_names_its_source_and_no_node_and_asks_for_the_key_behind_it() {
        let (authority_pem, authority_key) = Authority::found("test", NOW_MS).unwrap();
        let authority = Authority::open(&authority_pem, &authority_key).unwrap();
        let request = request_from_pem(&source_request("tax", &transport_key().unwrap()).unwrap()).unwrap();
        let certificate = authority.issue_for_source("tax", &request, NOW_MS).unwrap();
        let holder = source_of(&certificate).unwrap();
        assert_eq!((holder.source.as_str(), holder.key), ("tax", requested_key(&request).unwrap()));
        assert_eq!(identity_of(&certificate).unwrap_err().code(), "CERTIFICATE_NAMELESS");
        let mut forged = request;
        *forged.last_mut().unwrap() ^= 1;
        let refused = authority.issue_for_source("tax", &forged, NOW_MS).unwrap_err();
        assert_eq!(refused.code(), "CERTIFICATE_MALFORMED");
        let node: NodeId = "420802-commerce".parse().unwrap();
        let request = signing_request(&node, &transport_key().unwrap()).unwrap();
        let certificate = authority.issue(&node, &request, NOW_MS).unwrap();
        assert_eq!(source_of(&certificate).unwrap_err().code(), "CERTIFICATE_SOURCELESS");
    }

    #[test]
    fn a_certificate_without_a_node_name_is_nobody() {
        let (authority_pem, _) = Authority::found("test", NOW_MS).unwrap();
        let der = CertificateDer::from_pem_slice(authority_pem.as_bytes()).unwrap();
        assert_eq!(identity_of(&der).unwrap_err().code(), "CERTIFICATE_NAMELESS");
    }
}
