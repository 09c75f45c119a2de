//! Persons as the province tells them apart: opaque names for citizens' ID numbers (AMB-13).
//!
//! A recogniser seals a number to the province; the province alone maps its keyed hash to a random name. Names, keyed
//! hashes and commitments say nothing to whoever lacks the province's key.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::list::Digest;

/// The opaque name of a person: 16 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub [u8; 16]);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({self})")
    }
}

/// Who stands behind a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonMatch {
    /// The commitment of the entry.
    pub commitment: Digest,
    /// None where the sealed number could not be opened, or is not the one committed to.
    pub person: Option<KnownPerson>,
}

/// A person and the keyed hash he is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KnownPerson {
    /// Keyed hash of the ID number.
    pub keyed_hash: Digest,
    /// His opaque name.
    pub id: PersonId,
}
