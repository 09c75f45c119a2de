//! One entry as the province compares it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::canonical::{Writer, sha256};
use crate::list::{CaseId, Department, Digest, ListEntry, ListKind};
use crate::node::EntryRef;

/// What the comparison needs of the document an entry rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentFact {
    /// Kind, such as 行政处罚决定书.
    pub kind: String,
    /// 文号.
    pub number: String,
    /// 作出机关.
    pub issuer: String,
}

/// How far an entry has come at the province.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Reported or fed in, on no result version yet.
    Reported,
    /// On the final list since this result version.
    Published {
        /// The first result version that lists it.
        version: u64,
        /// Validity start: the day of publication, or what a feed states (AMB-06).
        valid_from: NaiveDate,
        /// Last day of validity, 24:00.
        valid_to: NaiveDate,
    },
    /// Left the procedure or the list by decision, other than by comparison.
    Exited {
        /// Exit code, such as `RX-2` or `BX-2`.
        code: String,
        /// When it was decided.
        on: NaiveDate,
    },
}

impl Standing {
    /// The standing that two reports of the same case amount to: an exit outweighs a publication, a publication a
    /// report; of equals the earlier counts. Associative, commutative, idempotent.
    pub fn join(self, other: Self) -> Self {
        if self.precedence() >= other.precedence() { self } else { other }
    }

    fn precedence(&self) -> impl Ord + use<> {
        use std::cmp::Reverse;
        let (rank, version, dates, code) = match self {
            Standing::Reported => (0, 0, None, String::new()),
            Standing::Published { version, valid_from, valid_to } => {
                (1, *version, Some((*valid_from, *valid_to)), String::new())
            }
            Standing::Exited { code, on } => (2, 0, Some((*on, *on)), code.clone()),
        };
        (rank, Reverse((version, dates, code)))
    }
}

/// One entry as the province compares it. Holds no personal ID number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// The case.
    pub case: CaseId,
    /// Red or black.
    pub kind: ListKind,
    /// The department whose list it is.
    pub department: Department,
    /// 认定部门, as text.
    pub recogniser: String,
    /// 认定日期; decides between X1 and X2.
    pub recognised_on: NaiveDate,
    /// A feed's own validity start.
    pub valid_from: Option<NaiveDate>,
    /// A feed's own last day of validity, 24:00; outweighs what publication sets.
    pub valid_to: Option<NaiveDate>,
    /// The document it rests on.
    pub document: Option<DocumentFact>,
    /// Appeal pending against that document: a suspended black holds a red, it does not remove it (AMB-08).
    pub under_appeal: bool,
    /// Codes and names of the subject.
    pub identity: Identity,
    /// How far it has come at the province.
    pub standing: Standing,
    /// The act that brought it; of two declarations of one case the later place counts.
    pub position: EntryRef,
}

impl Fact {
    /// The fact that a reported or fed-in entry states; `recognised_on` stands in where the entry names no day.
    pub fn reported(entry: &ListEntry, recognised_on: NaiveDate, position: EntryRef) -> Self {
        let document = entry.document.as_ref();
        Self {
            case: entry.case.clone(),
            kind: entry.kind,
            department: entry.department.clone(),
            recogniser: entry.recognising_organ.clone(),
            recognised_on: entry.recognised_on.unwrap_or(recognised_on),
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
            document: document.map(|document| DocumentFact {
                kind: document.kind.clone(),
                number: document.number.clone(),
                issuer: document.issuer.clone(),
            }),
            under_appeal: document.is_some_and(|document| document.under_appeal),
            identity: Identity::of(&entry.subject),
            standing: Standing::Reported,
            position,
        }
    }

    /// First day of validity, where one is known.
    pub fn effective_from(&self) -> Option<NaiveDate> {
        self.valid_from.or(match self.standing {
            Standing::Published { valid_from, .. } => Some(valid_from),
            _ => None,
        })
    }

    /// Last day of validity, 24:00, where one is known.
    pub fn effective_to(&self) -> Option<NaiveDate> {
        self.valid_to.or(match self.standing {
            Standing::Published { valid_to, .. } => Some(valid_to),
            _ => None,
        })
    }

    /// Whether its validity has ended before `as_of`.
    pub fn has_expired(&self, as_of: NaiveDate) -> bool {
        self.effective_to().is_some_and(|last| last < as_of)
    }

    /// Whether it left by decision.
    pub fn has_exited(&self) -> bool {
        matches!(self.standing, Standing::Exited { .. })
    }

    /// Whether it counts against a red on `as_of` (AMB-08): from its report on, until it exits or its validity ends.
    pub fn is_in_force(&self, as_of: NaiveDate) -> bool {
        !self.has_exited() && !self.has_expired(as_of)
    }

    /// Whether an earlier result version listed it.
    pub fn is_published(&self) -> bool {
        matches!(self.standing, Standing::Published { .. })
    }

    /// One spelling of the fact, for hashing; tag `honghei/fact/1`.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::tagged("honghei/fact/1");
        self.write_declaration(&mut writer);
        match &self.standing {
            Standing::Reported => writer.byte(0),
            Standing::Published { version, valid_from, valid_to } => {
                writer.byte(1);
                writer.number(*version);
                writer.date(*valid_from);
                writer.date(*valid_to);
            }
            Standing::Exited { code, on } => {
                writer.byte(2);
                writer.text(code);
                writer.date(*on);
            }
        }
        writer.finish()
    }

    /// The bytes of everything but the standing.
    pub(super) fn declaration_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write_declaration(&mut writer);
        writer.finish()
    }

    fn write_declaration(&self, writer: &mut Writer) {
        writer.case(&self.case);
        writer.entry_ref(&self.position);
        writer.kind(self.kind);
        writer.text(&self.department.0);
        writer.text(&self.recogniser);
        writer.date(self.recognised_on);
        writer.optional(self.valid_from, Writer::date);
        writer.optional(self.valid_to, Writer::date);
        writer.optional(self.document.as_ref(), |writer, document| {
            writer.text(&document.kind);
            writer.text(&document.number);
            writer.text(&document.issuer);
        });
        writer.flag(self.under_appeal);
        self.identity.write(writer);
    }
}

/// SHA-256 of a fact's canonical bytes.
pub fn fact_hash(fact: &Fact) -> Digest {
    sha256(&[&fact.canonical_bytes()])
}
