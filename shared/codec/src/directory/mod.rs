//! The directory of the federation, its signature, and invitations into it.

mod invitation;
mod signed;

use honghei_domain::directory::{Directory, LogKey, NodeRecord, PublicKeyRecord, ReferenceDocument};
use honghei_domain::node::{ClockClass, Tier};
use honghei_proto::directory::v1 as wire;
use prost::Message;

pub use invitation::{
    Invitation, SignedInvitation, Token, decode_invitation, decode_signed_invitation, encode_invitation,
    encode_signed_invitation,
};
pub use signed::{SignedDirectory, decode_signed_directory, encode_signed_directory};

use crate::defect::{At, WireDefect};
use crate::list::read_department;
use crate::{MAX_DIRECTORY, read, write};

/// The bytes of a directory: the same directory always gives the same bytes. The root signs their SHA-256.
pub fn encode_directory(directory: &Directory) -> Vec<u8> {
    wire::Directory {
        federation: directory.federation.clone(),
        version: directory.version,
        clock_class: write_clock_class(directory.clock_class).into(),
        issued_on: write::day(directory.issued_on),
        expires_on: write::day(directory.expires_on),
        minimum_protocol: directory.minimum_protocol,
        nodes: directory.nodes.iter().map(write_node).collect(),
        documents: directory.documents.iter().map(write_document).collect(),
    }
    .encode_to_vec()
}

/// Reads a directory of at most [`MAX_DIRECTORY`] bytes. Checks no signature.
pub fn decode_directory(bytes: &[u8]) -> Result<Directory, WireDefect> {
    let directory: wire::Directory = read::message("directory", bytes, MAX_DIRECTORY)?;
    read_directory(directory).at("directory")
}

fn read_directory(directory: wire::Directory) -> Result<Directory, WireDefect> {
    Ok(Directory {
        federation: read::federation(directory.federation).at("federation")?,
        version: read::number_from_one(directory.version).at("version")?,
        clock_class: read_clock_class(directory.clock_class).at("clock_class")?,
        issued_on: read::day(directory.issued_on).at("issued_on")?,
        expires_on: read::day(directory.expires_on).at("expires_on")?,
        minimum_protocol: directory.minimum_protocol,
        nodes: read::each(directory.nodes, read_node).at("nodes")?,
        documents: read::each(directory.documents, read_document).at("documents")?,
    })
}

fn write_node(node: &NodeRecord) -> wire::NodeRecord {
    let log_key = |log_key: &LogKey| wire::LogKey { epoch: log_key.epoch, key: write_key(&log_key.key) };
    wire::NodeRecord {
        id: node.id.to_string(),
        name: node.name.clone(),
        tier: write_tier(node.tier).into(),
        parent: node.parent.as_ref().map(ToString::to_string),
        departments: node.departments.iter().map(|department| department.0.clone()).collect(),
        log_keys: node.log_keys.iter().map(log_key).collect(),
    }
}

fn read_node(node: wire::NodeRecord) -> Result<NodeRecord, WireDefect> {
    Ok(NodeRecord {
        id: read::node(node.id).at("id")?,
        name: node.name,
        tier: read_tier(node.tier).at("tier")?,
        parent: node.parent.map(read::node).transpose().at("parent")?,
        departments: read::each(node.departments, read_department).at("departments")?,
        log_keys: read::each(node.log_keys, read_log_key).at("log_keys")?,
    })
}

fn read_log_key(log_key: wire::LogKey) -> Result<LogKey, WireDefect> {
    Ok(LogKey { epoch: read::number_from_one(log_key.epoch).at("epoch")?, key: read_key(log_key.key).at("key")? })
}

fn write_document(document: &ReferenceDocument) -> wire::ReferenceDocument {
    wire::ReferenceDocument {
        kind: document.kind.clone(),
        name: document.name.clone(),
        text: document.text.clone(),
        version: document.version,
    }
}

fn read_document(document: wire::ReferenceDocument) -> Result<ReferenceDocument, WireDefect> {
    Ok(ReferenceDocument {
        kind: read::token(document.kind).at("kind")?,
        name: read::text(document.name).at("name")?,
        text: document.text,
        version: document.version,
    })
}

/// A key. Always `Some`: the field has presence on the wire.
pub(crate) fn write_key(key: &PublicKeyRecord) -> Option<wire::PublicKey> {
    Some(wire::PublicKey { algorithm: key.algorithm.clone(), key: key.key.clone() })
}

pub(crate) fn read_key(key: Option<wire::PublicKey>) -> Result<PublicKeyRecord, WireDefect> {
    let key = read::present(key)?;
    Ok(PublicKeyRecord { algorithm: read::token(key.algorithm).at("algorithm")?, key: key.key })
}

pub(crate) fn write_clock_class(class: ClockClass) -> wire::ClockClass {
    match class {
        ClockClass::Real => wire::ClockClass::Real,
        ClockClass::Simulated => wire::ClockClass::Simulated,
    }
}

pub(crate) fn read_clock_class(number: i32) -> Result<ClockClass, WireDefect> {
    match read::enumerated(number)? {
        wire::ClockClass::Unspecified => Err(read::unspecified()),
        wire::ClockClass::Real => Ok(ClockClass::Real),
        wire::ClockClass::Simulated => Ok(ClockClass::Simulated),
    }
}

fn write_tier(tier: Tier) -> wire::Tier {
    match tier {
        Tier::County => wire::Tier::County,
        Tier::City => wire::Tier::City,
        Tier::Province => wire::Tier::Province,
    }
}

fn read_tier(number: i32) -> Result<Tier, WireDefect> {
    match read::enumerated(number)? {
        wire::Tier::Unspecified => Err(read::unspecified()),
        wire::Tier::County => Ok(Tier::County),
        wire::Tier::City => Ok(Tier::City),
        wire::Tier::Province => Ok(Tier::Province),
    }
}
