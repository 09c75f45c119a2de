//! The federation's authority: root key and certificate authority, kept in one folder of one node.
//!
//! The root signs directories (members, policies, calendar) and invitations; nothing else anchors trust. Its key lies sealed under a passphrase and is
//! opened when the node starts; without it the node serves on and admits nobody.

mod credential;
mod enrol;
mod founding;
mod policies;
mod publish;

pub use credential::Issued;
pub use enrol::{Admission, EnrolmentDesk};
pub(crate) use enrol::{locked, read_signed_directory};
pub use founding::{Founding, found};
pub use policies::PolicyText;
pub(crate) use publish::directory_with;
pub use publish::{Publication, Published};

use chrono::{Days, NaiveDate};
use honghei_codec::directory::{
    Invitation, SignedDirectory, SignedInvitation, Token, encode_directory, encode_invitation, encode_signed_directory,
    encode_signed_invitation,
};
use honghei_domain::directory::{Directory, PublicKeyRecord};
use honghei_domain::list::Department;
use honghei_domain::node::{NodeId, Tier};
use honghei_ledger::{SecretKey, Statement, hex, keyfile, sha256};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Class};
use crate::certificate;
use crate::folder::Folder;

/// The purpose named in the statement the root signs under an invitation.
const PURPOSE_INVITATION: &str = "invitation";

/// Days an invitation admits unless said otherwise.
pub const INVITATION_DAYS: u32 = 14;
/// Days an invitation may admit at most.
pub const INVITATION_DAYS_MAX: u32 = 90;
/// Days a directory is good for.
const DIRECTORY_DAYS: u64 = 3 * 366;

/// Root key and certificate authority, opened.
#[derive(Debug)]
pub struct Authority {
    root: SecretKey,
    issuer: certificate::Authority,
    certificate_pem: String,
}

/// What an administrator asks an invitation for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The identity the new node shall take.
    pub node: NodeId,
    /// Chinese name of the organ.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Departments it shall act for.
    pub departments: Vec<Department>,
    /// The node above it.
    pub parent: NodeId,
    /// Where it finds that node: `host:port`.
    pub parent_address: String,
    /// Last day on which the invitation admits.
    pub expires_on: NaiveDate,
}

/// What the authority remembers of an invitation, under the digest of its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InvitationRecord {
    /// Whom it invites.
    pub node: NodeId,
    /// What it came to; none while nobody used it.
    pub used: Option<Used>,
}

/// An invitation that was used: the keys that may come again, and the answer they get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Used {
    /// The log key.
    pub log_key: PublicKeyRecord,
    /// The public key of the certificate request.
    pub transport_key: Vec<u8>,
    /// The certificate issued (DER).
    pub certificate: Vec<u8>,
}

/// The meta key of what the authority remembers of a token.
pub(crate) fn record_key(token: &Token) -> String {
    format!("invitation/{}", hex(&sha256(&token.0)))
}

impl Authority {
    /// Opens the authority kept in a node's folder. Takes the time that the key file's cost says.
    pub fn open(folder: &Folder, passphrase: &str) -> Result<Self, Answer> {
        let sealed = folder.read_text(&folder.root_key_file())?;
        let root = keyfile::open(&sealed, passphrase)
            .map_err(|defect| Answer::denied(defect.code(), format!("the root key cannot be opened: {defect}")))?;
        let certificate_pem = folder.read_text(&folder.authority_certificate_file())?;
        let key_pem = folder.read_text(&folder.authority_key_file())?;
        let issuer = certificate::Authority::open(&certificate_pem, &key_pem)?;
        Ok(Self { root, issuer, certificate_pem })
    }

    /// The root's public key.
    pub fn root_key(&self) -> PublicKeyRecord {
        key_record(&self.root)
    }

    /// Signs a directory: the bytes that an act carries and that nodes keep.
    pub fn sign_directory(&self, directory: &Directory) -> Vec<u8> {
        let document = encode_directory(directory);
        let signature = self.root.sign(&document);
        encode_signed_directory(&SignedDirectory { document, key: self.root_key(), signature })
    }

    /// Issues a node's certificate (DER).
    pub(crate) fn issue(&self, node: &NodeId, request_der: &[u8], now_ms: i64) -> Result<Vec<u8>, Answer> {
        let refused = |error: certificate::CertificateError| Answer::new(Class::Usage, error.code(), error.to_string());
        self.issuer.issue(node, request_der, now_ms).map_err(refused)
    }

    /// Writes an invitation: its token, to be remembered, and its bytes, to be carried to the guest.
    pub fn invite(
        &self,
        directory: &Directory,
        guest: Guest,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Token, Vec<u8>), Answer> {
        check_guest(directory, &guest)?;
        let mut token = Token([0; 32]);
        rng.fill_bytes(&mut token.0);
        let invitation = Invitation {
            federation: directory.federation.clone(),
            clock_class: directory.clock_class,
            node: guest.node,
            name: guest.name,
            tier: guest.tier,
            departments: guest.departments,
            parent: guest.parent,
            parent_address: guest.parent_address,
            root_key: self.root_key(),
            ca_certificate: self.certificate_pem.clone(),
            token: token.clone(),
            expires_on: guest.expires_on,
        };
        let document = encode_invitation(&invitation);
        let signature = self.root.sign(&invitation_statement(&invitation, &document));
        Ok((token, encode_signed_invitation(&SignedInvitation { document, signature })))
    }
}

/// The bytes the root signs under an invitation.
pub(crate) fn invitation_statement(invitation: &Invitation, document: &[u8]) -> Vec<u8> {
    let origin = invitation.parent.to_string();
    Statement {
        purpose: PURPOSE_INVITATION,
        federation: &invitation.federation,
        origin: &origin,
        body_digest: sha256(document),
        policy: "",
        directory_version: 0,
    }
    .bytes()
}

/// A guest must be new and stand below a member, in tier and in region.
fn check_guest(directory: &Directory, guest: &Guest) -> Result<(), Answer> {
    if directory.node(&guest.node).is_some() {
        let message = format!("{}已是成员，不得再次邀请", guest.node);
        return Err(Answer::new(Class::AlreadyDone, "NODE_ALREADY_MEMBER", message));
    }
    let Some(parent) = directory.node(&guest.parent) else {
        return Err(Answer::refused("PARENT_UNKNOWN", format!("上级{}尚不是成员，请先邀请上级", guest.parent)));
    };
    let below = guest.tier < parent.tier && guest.node.region().is_at_or_below(parent.id.region());
    if !below {
        let message = format!("{}不在{}的辖区之下", guest.node, parent.id);
        return Err(Answer::refused("GUEST_NOT_BELOW_PARENT", message));
    }
    Ok(())
}

/// The last day of a directory issued on a day.
pub(crate) fn directory_expiry(issued_on: NaiveDate) -> NaiveDate {
    issued_on.checked_add_days(Days::new(DIRECTORY_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// A key as directories carry it.
pub(crate) fn key_record(key: &SecretKey) -> PublicKeyRecord {
    let public = key.public();
    PublicKeyRecord { algorithm: public.algorithm.name().to_owned(), key: public.bytes }
}
