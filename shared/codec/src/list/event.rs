//! Behaviour events, as records of their own and as the evidence of an entry.

use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::policy::{Circumstance, EventNature, Grade, IssuerLevel, PenaltyKind};
use honghei_proto::list::v1 as wire;
use prost::Message;

use super::subject::{read_subject, write_subject};
use crate::defect::{At, WireDefect};
use crate::{MAX_ENTRY_BYTES, read, write};

/// The bytes of a behaviour event: the same event always gives the same bytes.
pub fn encode_event(event: &BehaviourEvent) -> Vec<u8> {
    write_event(event).encode_to_vec()
}

/// Reads a behaviour event of at most [`MAX_ENTRY_BYTES`].
pub fn decode_event(bytes: &[u8]) -> Result<BehaviourEvent, WireDefect> {
    let event: wire::BehaviourEvent = read::message("event", bytes, MAX_ENTRY_BYTES)?;
    read_event(event).at("event")
}

pub(super) fn write_event(event: &BehaviourEvent) -> wire::BehaviourEvent {
    wire::BehaviourEvent {
        number: event.number,
        subject: Some(write_subject(&event.subject)),
        nature: event.nature.as_str().to_owned(),
        kind: event.kind.clone(),
        grade: event.grade.map(|grade| grade.as_str().to_owned()),
        occurred_on: write::day(event.occurred_on),
        document_number: event.document_number.clone(),
        issuer: event.issuer.clone(),
        level: event.level.map(|level| level.as_str().to_owned()),
        penalties: event.penalties.iter().map(|penalty| penalty.as_str().to_owned()).collect(),
        fine_yuan: event.fine_yuan,
        circumstances: event.circumstances.iter().map(|one| one.as_str().to_owned()).collect(),
        facts: event.facts.clone(),
        source: event.source.clone(),
    }
}

pub(super) fn read_event(event: wire::BehaviourEvent) -> Result<BehaviourEvent, WireDefect> {
    let subject = read::present(event.subject).map(|subject| subject.encode_to_vec()).at("subject")?;
    Ok(BehaviourEvent {
        number: event.number,
        subject: read_subject(&subject).at("subject")?,
        nature: named(&event.nature, EventNature::named).at("nature")?,
        kind: event.kind,
        grade: event.grade.map(|grade| named(&grade, Grade::named)).transpose().at("grade")?,
        occurred_on: read::day(event.occurred_on).at("occurred_on")?,
        document_number: event.document_number,
        issuer: event.issuer,
        level: event.level.map(|level| named(&level, IssuerLevel::named)).transpose().at("level")?,
        penalties: read::each(event.penalties, |name| named(&name, PenaltyKind::named)).at("penalties")?,
        fine_yuan: event.fine_yuan,
        circumstances: read::each(event.circumstances, |name| named(&name, Circumstance::named)).at("circumstances")?,
        facts: event.facts,
        source: event.source,
    })
}

/// A choice by its stable name.
fn named<T>(name: &str, known: impl Fn(&str) -> Option<T>) -> Result<T, WireDefect> {
    known(name).ok_or_else(|| {
        let shown: String = name.chars().take(40).collect();
        WireDefect::new(format!("{shown:?} is no name that this version knows"))
    })
}
