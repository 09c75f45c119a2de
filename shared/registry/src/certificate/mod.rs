//! The procedure certificate: one file that lets a stranger check how one entry came about (F-P10).
//!
//! It holds the log entries that bear on one case, each with its proof up to a signed checkpoint, the officers'
//! appointments up to the province, the directories up to the root key, and the case's own rows of lists. Verifying it
//! needs nothing else: no node, no network, no clock. The file has one spelling, so a byte changed anywhere is either
//! refused as another spelling or meets a signature, a hash or a gate.

mod gates;
mod make;
mod officers;
mod proofs;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use honghei_domain::directory::PublicKeyRecord;
use serde::{Deserialize, Serialize};

pub use self::gates::{Account, Finding, Verdict};
pub use self::make::make;

/// The name of the format.
pub const FORMAT: &str = "honghei/procedure-certificate/v1";
/// The longest certificate that is read, in bytes.
pub const MAX_CERTIFICATE_BYTES: usize = 64 * 1024 * 1024;

/// A certificate as it stands in its file. Bytes are base64, digests lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`FORMAT`].
    pub format: String,
    /// The case.
    pub case: String,
    /// The federation's root key, `algorithm:hex`. A reader compares it with one he trusts.
    pub root_key: String,
    /// Signed directories by rising version.
    pub directories: Vec<String>,
    /// Parts of logs, by log.
    pub logs: Vec<LogPart>,
    /// Rows of lists that concern the case, by act, manifest and position.
    pub rows: Vec<ListRow>,
}

/// Some entries of one log and what vouches for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPart {
    /// The log.
    pub log: String,
    /// Its checkpoint: a C2SP signed note with the log's one signature.
    pub checkpoint: String,
    /// Who else had seen the log, by signer.
    pub cosignatures: Vec<Cosigned>,
    /// Entries by index.
    pub entries: Vec<EntryPart>,
}

/// A neighbour's cosignature on an earlier or equal size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigned {
    /// Who.
    pub signer: String,
    /// The size it had stored.
    pub size: u64,
    /// The root at that size.
    pub root: String,
    /// The C2SP cosignature line.
    pub line: String,
    /// RFC 6962 consistency proof from that size to the checkpoint's.
    pub consistency: Vec<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryPart {
    /// Its place.
    pub index: u64,
    /// The header's bytes.
    pub header: String,
    /// The payload's bytes; none where it speaks of other subjects: then its existence alone is shown.
    pub payload: Option<String>,
    /// RFC 6962 inclusion proof up to the checkpoint.
    pub proof: Vec<String>,
}

/// Which manifest of an act a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// An entry of a certified list.
    Entry,
    /// A change of the public final list.
    Public,
    /// What the recogniser is told of its own entry.
    Detail,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRow {
    /// The act that carries the manifest.
    pub act: String,
    /// Which manifest.
    pub kind: RowKind,
    /// Position in the list, from 0.
    pub position: u64,
    /// The salted row as it was hashed.
    pub salted: String,
    /// RFC 6962 inclusion proof up to the manifest's root.
    pub proof: Vec<String>,
}

/// Why a file is no valid certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateDefect {
    code: &'static str,
    zh: String,
}

impl CertificateDefect {
    pub(crate) fn new(code: &'static str, zh: impl Into<String>) -> Self {
        Self { code, zh: zh.into() }
    }

    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for CertificateDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

impl std::error::Error for CertificateDefect {}

impl Certificate {
    /// The one spelling of this certificate.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Reads a certificate; refuses any other spelling (`CERTIFICATE_MALFORMED`).
    pub fn read(bytes: &[u8]) -> Result<Self, CertificateDefect> {
        let malformed =
            |what: &str| CertificateDefect::new("CERTIFICATE_MALFORMED", format!("证明文件无法读取：{what}"));
        if bytes.len() > MAX_CERTIFICATE_BYTES {
            return Err(malformed("文件过大"));
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))?;
        if read.format != FORMAT {
            return Err(malformed("不是本程序认识的格式版本"));
        }
        if read.to_bytes() != bytes {
            return Err(malformed("不是规范写法，可能被改动"));
        }
        Ok(read)
    }
}

/// Verifies a certificate against a root key the reader trusts, and tells what it proves.
///
/// Without a key the certificate vouches for itself: everything then hangs together under the key it names.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify(bytes: &[u8], trusted: Option<&PublicKeyRecord>) -> Result<Account, CertificateDefect> {
    let certificate = Certificate::read(bytes)?;
    let proved = proofs::prove(&certificate, trusted)?;
    let officers = officers::check(&proved)?;
    gates::account(&certificate, &proved, &officers, trusted.is_some())
}

/// Writes a key as `algorithm:hex`.
pub fn key_text(key: &PublicKeyRecord) -> String {
    format!("{}:{}", key.algorithm, hex::encode(&key.key))
}

/// Reads a key written as `algorithm:hex`, in lower case.
///
/// # Errors
/// `ROOT_KEY_MALFORMED`.
pub fn read_key(text: &str) -> Result<PublicKeyRecord, CertificateDefect> {
    let malformed = || CertificateDefect::new("ROOT_KEY_MALFORMED", "根公钥应写作 ed25519:十六进制");
    let (algorithm, key) = text.trim().split_once(':').ok_or_else(malformed)?;
    let record = PublicKeyRecord { algorithm: algorithm.to_owned(), key: hex::decode(key).map_err(|_| malformed())? };
    if key_text(&record) == text.trim() { Ok(record) } else { Err(malformed()) }
}

fn base64_of(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn bytes_of(text: &str, what: &str) -> Result<Vec<u8>, CertificateDefect> {
    let malformed = |_| CertificateDefect::new("CERTIFICATE_MALFORMED", format!("{what}不是规范的base64"));
    BASE64_STANDARD.decode(text).map_err(malformed)
}

fn digest_of(text: &str, what: &str) -> Result<[u8; 32], CertificateDefect> {
    let malformed = || CertificateDefect::new("CERTIFICATE_MALFORMED", format!("{what}不是规范的十六进制摘要"));
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest).map_err(|_| malformed())?;
    if hex::encode(digest) == text { Ok(digest) } else { Err(malformed()) }
}

fn digests_of(texts: &[String], what: &str) -> Result<Vec<[u8; 32]>, CertificateDefect> {
    texts.iter().map(|text| digest_of(text, what)).collect()
}
