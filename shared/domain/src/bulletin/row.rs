//! One row of a bulletin.

use chrono::NaiveDate;

use crate::canonical::{Reader, RowDefect, Writer};
use crate::final_list::Validity;
use crate::list::{CaseId, CriterionCode, ListKind};

/// One entry as a bulletin shows it. Holds no personal ID number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BulletinRow {
    /// The case.
    pub case: CaseId,
    /// Red or black.
    pub kind: ListKind,
    /// 名称.
    pub name: String,
    /// The public code with its kind, as documents show it; none for a person.
    pub code: Option<String>,
    /// Criteria met.
    pub criteria: Vec<CriterionCode>,
    /// 认定日期, where it is known.
    pub recognised_on: Option<NaiveDate>,
    /// How it stood.
    pub posted: Posted,
}

/// How an entry stood when its bulletin was drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Posted {
    /// In force on the bulletin's day.
    InForce {
        /// First and last day of validity.
        validity: Validity,
        /// An objection was open (D-15).
        disputed: bool,
    },
    /// It left within the quarter.
    Left {
        /// First day without it.
        on: NaiveDate,
        /// Exit code.
        code: String,
    },
}

impl BulletinRow {
    /// One spelling: case (origin text, number), kind (1 red, 2 black), name (text), code (0, or 1 and text), number of
    /// criteria and each as text, recognised on (0, or 1 and 4 bytes), then 1, valid from, valid to, disputed (0 or 1),
    /// or 2, day of the exit, exit code (text). Texts carry their length before them.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.case(&self.case);
        writer.kind(self.kind);
        writer.text(&self.name);
        writer.optional(self.code.as_deref(), Writer::text);
        writer.number(self.criteria.len() as u64);
        for criterion in &self.criteria {
            writer.text(&criterion.0);
        }
        writer.optional(self.recognised_on, Writer::date);
        match &self.posted {
            Posted::InForce { validity, disputed } => {
                writer.byte(1);
                writer.date(validity.from);
                writer.date(validity.to);
                writer.flag(*disputed);
            }
            Posted::Left { on, code } => {
                writer.byte(2);
                writer.date(*on);
                writer.text(code);
            }
        }
        writer.finish()
    }

    /// Reads what [`BulletinRow::encode`] wrote; refuses every other spelling.
    ///
    /// # Errors
    /// A [`RowDefect`] that names the field.
    pub fn decode(bytes: &[u8]) -> Result<Self, RowDefect> {
        let mut reader = Reader::new(bytes);
        let text = |reader: &mut Reader<'_>, field| reader.text(field).map(str::to_owned);
        let case = reader.case("bulletin_row.case")?;
        let kind = reader.kind("bulletin_row.kind")?;
        let name = text(&mut reader, "bulletin_row.name")?;
        let code = reader.optional("bulletin_row.code", text)?;
        let mut criteria = Vec::new();
        // Every criterion takes a byte at least, so a count beyond the rest ends at its end.
        for _ in 0..reader.number("bulletin_row.criteria")? {
            criteria.push(CriterionCode(text(&mut reader, "bulletin_row.criteria")?));
        }
        let recognised_on = reader.optional("bulletin_row.recognised_on", |reader, field| reader.date(field))?;
        let posted = match reader.byte("bulletin_row.posted")? {
            1 => Posted::InForce {
                validity: Validity {
                    from: reader.date("bulletin_row.valid_from")?,
                    to: reader.date("bulletin_row.valid_to")?,
                },
                disputed: reader.flag("bulletin_row.disputed")?,
            },
            2 => {
                Posted::Left { on: reader.date("bulletin_row.left_on")?, code: text(&mut reader, "bulletin_row.exit")? }
            }
            _ => return Err(RowDefect::malformed("bulletin_row.posted", "1 (in force) or 2 (left)")),
        };
        reader.finish("bulletin_row")?;
        Ok(Self { case, kind, name, code, criteria, recognised_on, posted })
    }
}
