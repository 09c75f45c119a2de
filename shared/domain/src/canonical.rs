//! One spelling of bytes for everything that is hashed or compared between nodes.
//!
//! Numbers are LEB128 in their shortest form, texts and byte strings carry their length before them,
//! a date is four big-endian bytes (days since 0000-12-31), a choice is one byte. The reader refuses every other
//! spelling, so equal values have equal bytes and decoding then encoding gives the same bytes back.

use chrono::{Datelike, NaiveDate};
use ring::digest::{Context, SHA256};

use crate::list::{CaseId, Department, Digest, ListKind};
use crate::node::{EntryRef, NodeId};

/// What is wrong with a field of a canonical row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// The bytes end within the field.
    #[error("the bytes end here")]
    Truncated,
    /// Bytes are left over.
    #[error("bytes are left over")]
    Trailing,
    /// The field reads otherwise than its kind demands.
    #[error("expected {0}")]
    Malformed(&'static str),
    /// Rows or changes are not in strictly ascending order.
    #[error("not after the one before it")]
    OutOfOrder,
}

/// A canonical row that cannot be read, by the path of the field that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct RowDefect {
    /// Path of the field, such as `public_row.valid_to`.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: RowProblem,
}

impl RowDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "ROW_MALFORMED"
    }

    pub(crate) fn malformed(field: &'static str, expected: &'static str) -> Self {
        Self { field, problem: RowProblem::Malformed(expected) }
    }

    pub(crate) fn out_of_order(field: &'static str) -> Self {
        Self { field, problem: RowProblem::OutOfOrder }
    }
}

/// SHA-256 over the parts in order.
pub(crate) fn sha256(parts: &[&[u8]]) -> Digest {
    if let [part] = parts {
        let mut digest = [0; 32];
        digest.copy_from_slice(ring::digest::digest(&SHA256, part).as_ref());
        return digest;
    }
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// Writes canonical bytes.
pub(crate) struct Writer(Vec<u8>);

/// Bytes of most rows at most.
const ROW_BYTES: usize = 256;

impl Default for Writer {
    fn default() -> Self {
        Self(Vec::with_capacity(ROW_BYTES))
    }
}

impl Writer {
    /// Starts with a domain separator, so that no two kinds of rows share bytes.
    pub(crate) fn tagged(tag: &str) -> Self {
        let mut writer = Self::default();
        writer.text(tag);
        writer
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn digest(&mut self, digest: &Digest) {
        self.0.extend_from_slice(digest);
    }

    pub(crate) fn date(&mut self, date: NaiveDate) {
        self.0.extend_from_slice(&date.num_days_from_ce().to_be_bytes());
    }

    pub(crate) fn kind(&mut self, kind: ListKind) {
        self.byte(match kind {
            ListKind::Red => 1,
            ListKind::Black => 2,
        });
    }

    pub(crate) fn case(&mut self, case: &CaseId) {
        self.text(case.origin.as_str());
        self.number(case.number);
    }

    pub(crate) fn entry_ref(&mut self, at: &EntryRef) {
        self.text(at.log.node.as_str());
        self.number(u64::from(at.log.epoch));
        self.number(at.index);
    }

    pub(crate) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// Reads canonical bytes and names the field that is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], RowDefect> {
        let split = self.rest.split_at_checked(count);
        let (taken, rest) = split.ok_or(RowDefect { field, problem: RowProblem::Truncated })?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], RowDefect> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, field)?);
        Ok(array)
    }

    pub(crate) fn byte(&mut self, field: &'static str) -> Result<u8, RowDefect> {
        self.array::<1>(field).map(|[byte]| byte)
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Result<bool, RowDefect> {
        match self.byte(field)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(RowDefect::malformed(field, "0 or 1")),
        }
    }

    pub(crate) fn number(&mut self, field: &'static str) -> Result<u64, RowDefect> {
        let overlong = RowDefect::malformed(field, "a 64-bit number in its shortest form");
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(field)?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && byte > 1 {
                return Err(overlong);
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 { Err(overlong) } else { Ok(number) };
            }
        }
        Err(overlong)
    }

    pub(crate) fn bytes(&mut self, field: &'static str) -> Result<&'a [u8], RowDefect> {
        let length = self.number(field)?;
        // A length beyond the rest is caught by `take`; nothing is allocated before.
        self.take(usize::try_from(length).unwrap_or(usize::MAX), field)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'a str, RowDefect> {
        std::str::from_utf8(self.bytes(field)?).map_err(|_| RowDefect::malformed(field, "UTF-8 text"))
    }

    pub(crate) fn digest(&mut self, field: &'static str) -> Result<Digest, RowDefect> {
        self.array(field)
    }

    pub(crate) fn date(&mut self, field: &'static str) -> Result<NaiveDate, RowDefect> {
        let days = i32::from_be_bytes(self.array(field)?);
        NaiveDate::from_num_days_from_ce_opt(days).ok_or(RowDefect::malformed(field, "a date of the calendar"))
    }

    pub(crate) fn kind(&mut self, field: &'static str) -> Result<ListKind, RowDefect> {
        match self.byte(field)? {
            1 => Ok(ListKind::Red),
            2 => Ok(ListKind::Black),
            _ => Err(RowDefect::malformed(field, "1 (red) or 2 (black)")),
        }
    }

    pub(crate) fn department(&mut self, field: &'static str) -> Result<Department, RowDefect> {
        Ok(Department(self.text(field)?.to_owned()))
    }

    pub(crate) fn node(&mut self, field: &'static str) -> Result<NodeId, RowDefect> {
        self.text(field)?.parse().map_err(|_| RowDefect::malformed(field, "a node such as 420802-commerce"))
    }

    pub(crate) fn case(&mut self, field: &'static str) -> Result<CaseId, RowDefect> {
        Ok(CaseId { origin: self.node(field)?, number: self.number(field)? })
    }

    pub(crate) fn optional<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Result<T, RowDefect>,
    ) -> Result<Option<T>, RowDefect> {
        if self.flag(field)? { read(self, field).map(Some) } else { Ok(None) }
    }

    pub(crate) fn finish(self, field: &'static str) -> Result<(), RowDefect> {
        if self.rest.is_empty() { Ok(()) } else { Err(RowDefect { field, problem: RowProblem::Trailing }) }
    }
}
