//! Persons told from each other, both ways.

use honghei_domain::act::Act;
use honghei_domain::list::{Digest, ENTRIES_PER_CHUNK};
use honghei_domain::node::EntryRef;
use honghei_domain::person::{KnownPerson, PersonId, PersonMatch};
use honghei_proto::act::v1 as wire;

use crate::defect::{At, WireDefect};
use crate::{read, write};

pub(super) fn write_persons_identified(
    list: &EntryRef,
    part: &Digest,
    persons: &[PersonMatch],
) -> wire::PersonsIdentified {
    let known =
        |known: KnownPerson| wire::KnownPerson { keyed_hash: known.keyed_hash.to_vec(), id: known.id.0.to_vec() };
    let found = |found: &PersonMatch| wire::PersonMatch {
        commitment: found.commitment.to_vec(),
        person: found.person.map(known),
    };
    wire::PersonsIdentified {
        list: write::entry_ref(list),
        part: part.to_vec(),
        persons: persons.iter().map(found).collect(),
    }
}

pub(super) fn read_persons_identified(act: wire::PersonsIdentified) -> Result<Act, WireDefect> {
    let wire::PersonsIdentified { list, part, persons } = act;
    read::within(persons.len(), ENTRIES_PER_CHUNK).at("persons")?;
    Ok(Act::PersonsIdentified {
        list: read::entry_ref(list).at("list")?,
        part: read::digest(&part).at("part")?,
        persons: read::each(persons, read_match).at("persons")?,
    })
}

fn read_match(found: wire::PersonMatch) -> Result<PersonMatch, WireDefect> {
    let wire::PersonMatch { commitment, person } = found;
    Ok(PersonMatch {
        commitment: read::digest(&commitment).at("commitment")?,
        person: person.map(read_known).transpose().at("person")?,
    })
}

fn read_known(known: wire::KnownPerson) -> Result<KnownPerson, WireDefect> {
    let wire::KnownPerson { keyed_hash, id } = known;
    let id = id.try_into().map_err(|id: Vec<u8>| WireDefect::new(format!("expected 16 bytes, got {}", id.len())));
    Ok(KnownPerson { keyed_hash: read::digest(&keyed_hash).at("keyed_hash")?, id: PersonId(id.at("id")?) })
}
