//! Invitations: what a new node must know so that it can join, signed by the root.

use std::fmt;

use chrono::NaiveDate;
use honghei_domain::directory::PublicKeyRecord;
use honghei_domain::list::Department;
use honghei_domain::node::{ClockClass, NodeId, Tier};
use honghei_proto::directory::v1 as wire;
use prost::Message;

use super::{read_clock_class, read_key, read_tier, write_clock_class, write_key, write_tier};
use crate::defect::{At, WireDefect};
use crate::list::read_department;
use crate::{MAX_INVITATION, read, write};

/// What a new node must know so that it can join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The federation's name: `[a-z0-9-]+`.
    pub federation: String,
    /// Real or simulated.
    pub clock_class: ClockClass,
    /// The identity the new node shall take.
    pub node: NodeId,
    /// Chinese name of the organ.
    pub name: String,
    /// Tier of the new node.
    pub tier: Tier,
    /// Departments it shall act for.
    pub departments: Vec<Department>,
    /// The node above it, which enrols it.
    pub parent: NodeId,
    /// Where the parent listens, `host:port`.
    pub parent_address: String,
    /// The federation's root key: the anchor of all trust.
    pub root_key: PublicKeyRecord,
    /// The certificate authority's certificate, PEM.
    pub ca_certificate: String,
    /// Admits one enrolment.
    pub token: Token,
    /// Last day on which it admits.
    pub expires_on: NaiveDate,
}

/// The 32 random bytes that admit one enrolment. Whoever has them may enrol, so no log shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub [u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// An invitation and the root's signature over it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedInvitation {
    /// The encoded invitation, exactly as it was signed; see [`decode_invitation`]. Holds the token.
    pub document: Vec<u8>,
    /// Signature of the root key that the invitation names.
    pub signature: Vec<u8>,
}

impl fmt::Debug for SignedInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedInvitation({} bytes)", self.document.len())
    }
}

/// The bytes of an invitation: the same invitation always gives the same bytes. The root signs their SHA-256.
pub fn encode_invitation(invitation: &Invitation) -> Vec<u8> {
    wire::Invitation {
        federation: invitation.federation.clone(),
        clock_class: write_clock_class(invitation.clock_class).into(),
        node: invitation.node.to_string(),
        name: invitation.name.clone(),
        tier: write_tier(invitation.tier).into(),
        departments: invitation.departments.iter().map(|department| department.0.clone()).collect(),
        parent: invitation.parent.to_string(),
        parent_address: invitation.parent_address.clone(),
        root_key: write_key(&invitation.root_key),
        ca_certificate: invitation.ca_certificate.clone(),
        token: invitation.token.0.to_vec(),
        expires_on: write::day(invitation.expires_on),
    }
    .encode_to_vec()
}

/// Reads an invitation of at most [`MAX_INVITATION`] bytes. Checks no signature.
pub fn decode_invitation(bytes: &[u8]) -> Result<Invitation, WireDefect> {
    let invitation: wire::Invitation = read::message("invitation", bytes, MAX_INVITATION)?;
    read_invitation(invitation).at("invitation")
}

fn read_invitation(invitation: wire::Invitation) -> Result<Invitation, WireDefect> {
    Ok(Invitation {
        federation: read::federation(invitation.federation).at("federation")?,
        clock_class: read_clock_class(invitation.clock_class).at("clock_class")?,
        node: read::node(invitation.node).at("node")?,
        name: invitation.name,
        tier: read_tier(invitation.tier).at("tier")?,
        departments: read::each(invitation.departments, read_department).at("departments")?,
        parent: read::node(invitation.parent).at("parent")?,
        parent_address: read::text(invitation.parent_address).at("parent_address")?,
        root_key: read_key(invitation.root_key).at("root_key")?,
        ca_certificate: read::text(invitation.ca_certificate).at("ca_certificate")?,
        token: Token(read::digest(&invitation.token).at("token")?),
        expires_on: read::day(invitation.expires_on).at("expires_on")?,
    })
}

/// The bytes of a signed invitation.
pub fn encode_signed_invitation(signed: &SignedInvitation) -> Vec<u8> {
    wire::SignedInvitation { document: signed.document.clone(), signature: signed.signature.clone() }.encode_to_vec()
}

/// Reads a signed invitation without looking into it or checking its signature.
pub fn decode_signed_invitation(bytes: &[u8]) -> Result<SignedInvitation, WireDefect> {
    let signed: wire::SignedInvitation = read::message("signed_invitation", bytes, MAX_INVITATION)?;
    Ok(SignedInvitation { document: signed.document, signature: signed.signature })
}
