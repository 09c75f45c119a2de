//! What one recogniser is told about one of its own entries.

use chrono::NaiveDate;

use crate::canonical::{Reader, RowDefect, Writer};
use crate::comparison::Verdict;
use crate::list::CaseId;

/// First and last day of validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Validity {
    /// First day.
    pub from: NaiveDate,
    /// Last day, 24:00.
    pub to: NaiveDate,
}

/// A verdict as its recogniser receives it, with the disclosed facts of the cause and the validity given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DetailRow {
    /// The verdict.
    pub verdict: Verdict,
    /// An earlier result version had listed the entry: with it the recogniser repeats the judgement.
    pub listed_before: bool,
    /// The validity that the result version gives the entry; none where it is not listed.
    pub validity: Option<Validity>,
}

impl DetailRow {
    /// The case.
    pub fn case(&self) -> &CaseId {
        &self.verdict.case
    }

    /// One spelling: the verdict ([`Verdict::canonical_bytes`]), listed before (0 or 1), the validity or none.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.verdict.write(&mut writer);
        writer.flag(self.listed_before);
        writer.optional(self.validity, |writer, validity| {
            writer.date(validity.from);
            writer.date(validity.to);
        });
        writer.finish()
    }

    /// Reads what [`DetailRow::encode`] wrote; refuses every other spelling.
    pub fn decode(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(bytes);
        let row = Self {
            verdict: Verdict::read(&mut reader)?,
            listed_before: reader.flag("detail_row.listed_before")?,
            validity: reader.optional("detail_row.validity", |reader, field| {
                Ok(Validity { from: reader.date(field)?, to: reader.date(field)? })
            })?,
        };
        reader.finish("detail_row")?;
        Ok(row)
    }
}
