//! Citizens' ID numbers on their way to the one who may match them (AMB-13).
//!
//! A recogniser seals a number to the province when it takes it in, keeps the sealed form in its vault, and lets those
//! of a certified list travel beside it. The province opens them and knows a person by an opaque name from then on.

use honghei_codec::list::{SealedPerson, encode_persons};
use honghei_domain::list::{Digest, ENTRIES_PER_CHUNK, ListEntry, SubjectForm};
use honghei_domain::person::PersonId;
use honghei_domain::subject_key::{SubjectKey, SubjectKeyKind};
use honghei_ledger::sha256;
use honghei_store::Tx;

use crate::error::Fault;

/// Who can open sealed numbers: the province's key, and chance for new names.
pub trait Matcher: Send + Sync {
    /// The keyed hash of a sealed number; none where it does not open beside this commitment.
    fn keyed_hash(&self, commitment: &Digest, sealed: &[u8]) -> Option<Digest>;

    /// A name that nobody bears yet; none while the machine gives no randomness.
    fn fresh(&self) -> Option<PersonId>;
}

/// The commitment by which an entry's subject is to be matched: a natural person's whom no code tells.
///
/// The number of a firm's legal representative stays at home: the firm is not the person.
pub fn commitment_of(entry: &ListEntry) -> Option<Digest> {
    let subject = &entry.subject;
    let by_name = || SubjectKey::of(subject).kind() == SubjectKeyKind::Name;
    subject.person_commitment.filter(|_| subject.form == SubjectForm::NaturalPerson && by_name())
}

/// Where the vault keeps a number in the form that is sealed to the province.
pub fn sealed_place(commitment: &Digest) -> Digest {
    sha256(&[&b"honghei/sealed-person-place/v1\n"[..], commitment].concat())
}

/// The sealed numbers of these commitments that the vault holds, as parts of at most 1,024 to travel beside a list.
pub async fn parts(tx: &mut dyn Tx, commitments: &[Digest]) -> Result<Vec<Vec<u8>>, Fault> {
    let mut parts = Vec::new();
    for some in commitments.chunks(ENTRIES_PER_CHUNK) {
        let mut persons = Vec::with_capacity(some.len());
        for commitment in some {
            if let Some(sealed) = tx.secret(&sealed_place(commitment)).await? {
                persons.push(SealedPerson { commitment: *commitment, sealed });
            }
        }
        if !persons.is_empty() {
            parts.push(encode_persons(&persons));
        }
    }
    Ok(parts)
}
