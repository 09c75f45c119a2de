//! Changes of the final list: the rows of a result version's public chunks.

use crate::canonical::{Reader, RowDefect, Writer};
use crate::list::CaseId;
use crate::subject_key::SubjectKey;

use super::row::{Place, PublicRow, read_key};

/// One change of the final list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowChange {
    /// The row is added, or replaces the one of its key and case.
    Put(PublicRow),
    /// The row of this key and case is taken out; no row there is no error.
    Remove {
        /// The subject.
        key: SubjectKey,
        /// The case.
        case: CaseId,
    },
}

impl RowChange {
    /// The subject it concerns.
    pub fn key(&self) -> &SubjectKey {
        match self {
            RowChange::Put(row) => &row.key,
            RowChange::Remove { key, .. } => key,
        }
    }

    /// The case it concerns.
    pub fn case(&self) -> &CaseId {
        match self {
            RowChange::Put(row) => &row.case,
            RowChange::Remove { case, .. } => case,
        }
    }

    /// The bucket it touches.
    pub fn bucket(&self) -> u32 {
        self.key().bucket()
    }

    /// One spelling: 1 and the row, or 2, key text and case.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        match self {
            RowChange::Put(row) => {
                writer.byte(1);
                row.write(&mut writer);
            }
            RowChange::Remove { key, case } => {
                writer.byte(2);
                writer.text(key.as_str());
                writer.case(case);
            }
        }
        writer.finish()
    }

    /// Reads what [`RowChange::encode`] wrote; refuses every other spelling.
    pub fn decode(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(bytes);
        let change = match reader.byte("row_change")? {
            1 => RowChange::Put(PublicRow::read(&mut reader)?),
            2 => RowChange::Remove {
                key: read_key(&mut reader, "row_change.key")?,
                case: reader.case("row_change.case")?,
            },
            _ => return Err(RowDefect::malformed("row_change", "1 (put) or 2 (remove)")),
        };
        reader.finish("row_change")?;
        Ok(change)
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place::of(self.key(), self.case())
    }
}

/// Brings changes into the order of a result version: by bucket, key text and case.
pub fn sort_changes(changes: &mut [RowChange]) {
    changes.sort_by(|one, other| (one.key(), one.case()).cmp(&(other.key(), other.case())));
}

/// Splits ordered changes into runs of one bucket.
pub fn group_by_bucket(changes: &[RowChange]) -> impl Iterator<Item = (u32, &[RowChange])> {
    let runs = changes.chunk_by(|one, other| one.bucket() == other.bucket());
    runs.filter_map(|run| Some((run.first()?.bucket(), run)))
}
