//! A row as a list of plain values: what the databases bind and return, and what the projection digest absorbs.
//!
//! `write` and `read` of one row type name the same columns in the same order, which is the order of the table's
//! columns in the migrations and in every SELECT.

mod hub;
mod link;
mod registry;

use std::borrow::Cow;

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest, ListKind};
use honghei_domain::node::{EntryRef, LogId, NodeId};

use crate::fault::Fault;

/// One column's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'v> {
    /// A count, size or position; a database holds at most `i64::MAX`.
    Number(u64),
    /// A number whose sign carries information.
    Signed(i64),
    /// Text.
    Text(Cow<'v, str>),
    /// Bytes.
    Bytes(&'v [u8]),
    /// No text.
    NoText,
    /// No bytes.
    NoBytes,
}

impl Value<'_> {
    /// Refuses what one of the databases cannot hold, so that all stores behave alike.
    pub(crate) fn storable(&self) -> Result<(), Fault> {
        match self {
            Value::Number(number) if i64::try_from(*number).is_err() => {
                Err(Fault::Unstorable { what: format!("the number {number}: it exceeds 63 bits") })
            }
            Value::Text(text) if text.contains('\0') => {
                Err(Fault::Unstorable { what: "a text with a NUL character".to_owned() })
            }
            _ => Ok(()),
        }
    }
}

/// Values in column order, built by chaining.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values<'v>(pub(crate) Vec<Value<'v>>);

/// No values yet.
pub(crate) fn values<'v>() -> Values<'v> {
    Values::default()
}

impl<'v> Values<'v> {
    /// Every value is storable.
    pub(crate) fn storable(&self) -> Result<(), Fault> {
        self.0.iter().try_for_each(Value::storable)
    }

    fn with(mut self, value: Value<'v>) -> Self {
        self.0.push(value);
        self
    }

    pub(crate) fn number(self, number: impl Into<u64>) -> Self {
        self.with(Value::Number(number.into()))
    }

    pub(crate) fn signed(self, number: i64) -> Self {
        self.with(Value::Signed(number))
    }

    pub(crate) fn text(self, text: &'v str) -> Self {
        self.with(Value::Text(Cow::Borrowed(text)))
    }

    pub(crate) fn owned_text(self, text: String) -> Self {
        self.with(Value::Text(Cow::Owned(text)))
    }

    pub(crate) fn maybe_text(self, text: Option<&'v str>) -> Self {
        self.with(text.map_or(Value::NoText, |text| Value::Text(Cow::Borrowed(text))))
    }

    pub(crate) fn bytes(self, bytes: &'v [u8]) -> Self {
        self.with(Value::Bytes(bytes))
    }

    pub(crate) fn maybe_bytes(self, bytes: Option<&'v [u8]>) -> Self {
        self.with(bytes.map_or(Value::NoBytes, Value::Bytes))
    }

    pub(crate) fn flag(self, flag: bool) -> Self {
        self.number(u64::from(flag))
    }

    /// ISO 8601, so that text order is date order in the years 0 to 9999.
    pub(crate) fn date(self, date: NaiveDate) -> Self {
        self.owned_text(date.to_string())
    }

    pub(crate) fn maybe_date(self, date: Option<NaiveDate>) -> Self {
        match date {
            Some(date) => self.date(date),
            None => self.with(Value::NoText),
        }
    }

    pub(crate) fn kind(self, kind: ListKind) -> Self {
        self.text(match kind {
            ListKind::Red => "red",
            ListKind::Black => "black",
        })
    }

    pub(crate) fn node(self, node: &'v NodeId) -> Self {
        self.text(node.as_str())
    }

    /// Two columns: origin and epoch.
    pub(crate) fn log(self, log: &'v LogId) -> Self {
        self.node(&log.node).number(log.epoch)
    }

    /// Three columns: origin, epoch and entry index.
    pub(crate) fn entry(self, at: &'v EntryRef) -> Self {
        self.log(&at.log).number(at.index)
    }

    /// Two columns: origin and number.
    pub(crate) fn case(self, case: &'v CaseId) -> Self {
        self.node(&case.origin).number(case.number)
    }
}

/// The columns of one row that was read, taken from left to right.
pub(crate) trait Cells {
    fn signed(&mut self) -> Result<i64, Fault>;
    fn text(&mut self) -> Result<String, Fault>;
    fn maybe_text(&mut self) -> Result<Option<String>, Fault>;
    fn bytes(&mut self) -> Result<Vec<u8>, Fault>;
    fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, Fault>;
    /// The fault of the column just taken.
    fn damaged(&self) -> Fault;

    fn number(&mut self) -> Result<u64, Fault> {
        let number = self.signed()?;
        u64::try_from(number).map_err(|_| self.damaged())
    }

    fn small(&mut self) -> Result<u32, Fault> {
        let number = self.signed()?;
        u32::try_from(number).map_err(|_| self.damaged())
    }

    fn flag(&mut self) -> Result<bool, Fault> {
        match self.signed()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.damaged()),
        }
    }

    fn digest(&mut self) -> Result<Digest, Fault> {
        let bytes = self.bytes()?;
        Digest::try_from(bytes.as_slice()).map_err(|_| self.damaged())
    }

    fn date(&mut self) -> Result<NaiveDate, Fault> {
        let text = self.text()?;
        text.parse().map_err(|_| self.damaged())
    }

    fn maybe_date(&mut self) -> Result<Option<NaiveDate>, Fault> {
        match self.maybe_text()? {
            Some(text) => text.parse().map(Some).map_err(|_| self.damaged()),
            None => Ok(None),
        }
    }

    fn kind(&mut self) -> Result<ListKind, Fault> {
        match self.text()?.as_str() {
            "red" => Ok(ListKind::Red),
            "black" => Ok(ListKind::Black),
            _ => Err(self.damaged()),
        }
    }

    fn node(&mut self) -> Result<NodeId, Fault> {
        let text = self.text()?;
        text.parse().map_err(|_| self.damaged())
    }

    fn log(&mut self) -> Result<LogId, Fault> {
        Ok(LogId { node: self.node()?, epoch: self.small()? })
    }

    fn entry(&mut self) -> Result<EntryRef, Fault> {
        Ok(EntryRef { log: self.log()?, index: self.number()? })
    }

    fn case(&mut self) -> Result<CaseId, Fault> {
        Ok(CaseId { origin: self.node()?, number: self.number()? })
    }
}

/// A row type that has a table.
pub(crate) trait Record: Sized {
    /// All columns in table order.
    fn write<'v>(&'v self, to: Values<'v>) -> Values<'v>;
    /// The reverse of `write`.
    fn read(cells: &mut dyn Cells) -> Result<Self, Fault>;
}
