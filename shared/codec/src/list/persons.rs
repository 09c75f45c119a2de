//! Parts of sealed ID numbers, which lie beside a list.

use honghei_domain::list::{Digest, ENTRIES_PER_CHUNK};
use honghei_proto::list::v1 as wire;
use prost::Message;

use crate::defect::{At, WireDefect};
use crate::{MAX_CHUNK, read};

/// The longest sealed number, in bytes: key, salt, number and tag take 32 + 32 + 18 + 16.
const MAX_SEALED: usize = 256;

/// One ID number, sealed to the province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPerson {
    /// The commitment of the entry.
    pub commitment: Digest,
    /// The sealed salt and number.
    pub sealed: Vec<u8>,
}

/// The bytes of a part: at most 1,024 persons, or no reader takes it.
pub fn encode_persons(persons: &[SealedPerson]) -> Vec<u8> {
    let person = |person: &SealedPerson| wire::SealedPerson {
        commitment: person.commitment.to_vec(),
        sealed: person.sealed.clone(),
    };
    wire::SealedPersons { persons: persons.iter().map(person).collect() }.encode_to_vec()
}

/// Reads a part of at most 1,024 persons.
pub fn decode_persons(bytes: &[u8]) -> Result<Vec<SealedPerson>, WireDefect> {
    let part: wire::SealedPersons = read::message("persons", bytes, MAX_CHUNK)?;
    read::within(part.persons.len(), ENTRIES_PER_CHUNK).at("persons")?;
    read::each(part.persons, read_person).at("persons")
}

fn read_person(person: wire::SealedPerson) -> Result<SealedPerson, WireDefect> {
    let wire::SealedPerson { commitment, sealed } = person;
    read::within(sealed.len(), MAX_SEALED).at("sealed")?;
    Ok(SealedPerson { commitment: read::digest(&commitment).at("commitment")?, sealed })
}
