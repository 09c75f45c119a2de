//! Certificates for departments' programs: one source, one key that its department made, no rights of a node.

use super::{Admission, Authority};
use crate::answer::{Answer, Class};
use crate::certificate::{self, CertificateError};

/// What a department's program gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The certificate and, after it, that of the authority, as PEM.
    pub chain_pem: String,
    /// The certified public key, as DER.
    pub key: Vec<u8>,
    /// When it expires, seconds since the Unix epoch.
    pub expires_at: i64,
}

impl Authority {
    fn issue_for_source(&self, source: &str, request_pem: &str, now_ms: i64) -> Result<Issued, Answer> {
        let refused = |error: CertificateError| Answer::new(Class::Usage, error.code(), error.to_string());
        let request = certificate::request_from_pem(request_pem).map_err(refused)?;
        let issued = self.issuer.issue_for_source(source, &request, now_ms).map_err(refused)?;
        let holder = certificate::source_of(&issued).map_err(refused)?;
        let chain_pem = format!("{}{}", certificate::to_pem(&issued), self.certificate_pem);
        Ok(Issued { chain_pem, key: holder.key, expires_at: holder.expires_at })
    }
}

impl Admission {
    /// Certifies the key of a department's program for a source. The signing request proves that the program holds it.
    pub fn certify_source(&self, source: &str, request_pem: &str) -> Result<Issued, Answer> {
        self.authority.issue_for_source(source, request_pem, self.clock.transport_ms())
    }
}
