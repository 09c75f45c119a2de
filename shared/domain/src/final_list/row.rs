//! One row of the final list.

use chrono::NaiveDate;

use crate::canonical::{Reader, RowDefect, Writer};
use crate::list::{CaseId, Department, ListEntry, ListKind};
use crate::subject_key::SubjectKey;

/// One entry as everybody may know it: about 100 bytes. Holds no personal ID number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicRow {
    /// The subject.
    pub key: SubjectKey,
    /// The case: origin and number.
    pub case: CaseId,
    /// Red or black.
    pub kind: ListKind,
    /// The department whose list it is.
    pub department: Department,
    /// Criterion codes joined by commas, as `SW-B-03,SW-B-07`.
    pub criteria: String,
    /// 认定部门.
    pub recogniser: String,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity, 24:00; rows are not filtered by today.
    pub valid_to: NaiveDate,
    /// 企业名称 as registered.
    pub name: String,
}

impl PublicRow {
    /// The row of an entry with the validity that publication gives it.
    pub fn of(entry: &ListEntry, valid_from: NaiveDate, valid_to: NaiveDate) -> Self {
        let criteria: Vec<&str> = entry.criteria.iter().map(|criterion| criterion.0.as_str()).collect();
        Self {
            key: SubjectKey::of(&entry.subject),
            case: entry.case.clone(),
            kind: entry.kind,
            department: entry.department.clone(),
            criteria: criteria.join(","),
            recogniser: entry.recognising_organ.clone(),
            valid_from,
            valid_to,
            name: entry.subject.name.clone(),
        }
    }

    /// One spelling: key text, case origin (texts), case number, kind (1 red, 2 black), department, criteria,
    /// recogniser (texts), valid from, valid to (4 bytes each), name (text). Texts carry their length before them.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    /// Reads what [`PublicRow::encode`] wrote; refuses every other spelling.
    pub fn decode(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(bytes);
        let row = Self::read(&mut reader)?;
        reader.finish("public_row")?;
        Ok(row)
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.text(self.key.as_str());
        writer.case(&self.case);
        writer.kind(self.kind);
        writer.text(&self.department.0);
        writer.text(&self.criteria);
        writer.text(&self.recogniser);
        writer.date(self.valid_from);
        writer.date(self.valid_to);
        writer.text(&self.name);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, RowDefect> {
        Ok(Self {
            key: read_key(reader, "public_row.key")?,
            case: reader.case("public_row.case")?,
            kind: reader.kind("public_row.kind")?,
            department: reader.department("public_row.department")?,
            criteria: reader.text("public_row.criteria")?.to_owned(),
            recogniser: reader.text("public_row.recogniser")?.to_owned(),
            valid_from: reader.date("public_row.valid_from")?,
            valid_to: reader.date("public_row.valid_to")?,
            name: reader.text("public_row.name")?.to_owned(),
        })
    }
}

pub(super) fn read_key(reader: &mut Reader<'_>, field: &'static str) -> Result<SubjectKey, RowDefect> {
    reader.text(field)?.parse().map_err(|_| RowDefect::malformed(field, "a subject key: O:, R: or N: and its value"))
}

/// Where a row stands within its bucket: by key text, then case. Read without decoding the rest of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place<'a> {
    key: &'a str,
    origin: &'a str,
    number: u64,
}

impl<'a> Place<'a> {
    pub(super) fn of(key: &'a SubjectKey, case: &'a CaseId) -> Self {
        Self { key: key.as_str(), origin: case.origin.as_str(), number: case.number }
    }

    pub(super) fn read(row: &'a [u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(row);
        Ok(Self {
            key: reader.text("public_row.key")?,
            origin: reader.text("public_row.case")?,
            number: reader.number("public_row.case")?,
        })
    }
}
