//! Small readers that every conversion shares: names, digests, dates, repeated fields.

use chrono::NaiveDate;
use honghei_domain::audience::Audience;
use honghei_domain::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use honghei_domain::list::Digest;
use honghei_domain::node::{EntryRef, LogId, NodeId};
use honghei_proto::ledger::v1 as ledger;

use crate::defect::{At, WireDefect};

/// Decodes a message of at most `limit` bytes; `name` is the path of the whole.
pub(crate) fn message<M: prost::Message + Default>(name: &str, bytes: &[u8], limit: usize) -> Result<M, WireDefect> {
    within(bytes.len(), limit).at(name)?;
    M::decode(bytes).map_err(|error| WireDefect::new(error.to_string())).at(name)
}

/// A length in bytes that must not exceed its limit.
pub(crate) fn within(length: usize, limit: usize) -> Result<(), WireDefect> {
    if length <= limit { Ok(()) } else { Err(WireDefect::new(format!("expected at most {limit} bytes, got {length}"))) }
}

/// A stated length in bytes that must not exceed its limit.
pub(crate) fn length(stated: u64, limit: usize) -> Result<u64, WireDefect> {
    within(usize::try_from(stated).unwrap_or(usize::MAX), limit).map(|()| stated)
}

/// Exactly 32 bytes: a digest or a salt.
pub(crate) fn digest(bytes: &[u8]) -> Result<Digest, WireDefect> {
    bytes.try_into().map_err(|_| WireDefect::new(format!("expected 32 bytes, got {}", bytes.len())))
}

/// A node's name.
pub(crate) fn node(text: String) -> Result<NodeId, WireDefect> {
    let length = text.len();
    text.try_into().map_err(|_| {
        WireDefect::new(format!("expected a node such as 420802-commerce, got {length} bytes that name none"))
    })
}

/// A log from its two parts.
pub(crate) fn log(origin: String, epoch: u32) -> Result<LogId, WireDefect> {
    let node = node(origin).at("origin")?;
    let epoch = number_from_one(epoch).at("epoch")?;
    Ok(LogId { node, epoch })
}

/// An audience's one spelling.
pub(crate) fn audience(text: &str) -> Result<Audience, WireDefect> {
    text.parse().map_err(|_| {
        WireDefect::new("expected local, up, down or all, then +node for each further reader in ascending order")
    })
}

/// A number that counts from one.
pub(crate) fn number_from_one<N: PartialEq + Default>(number: N) -> Result<N, WireDefect> {
    if number == N::default() { Err(WireDefect::new("expected a number from 1 on, got 0")) } else { Ok(number) }
}

/// A text that must say something.
pub(crate) fn text(text: String) -> Result<String, WireDefect> {
    if text.is_empty() { Err(WireDefect::new("expected a text, got none")) } else { Ok(text) }
}

/// A submessage that must be there.
pub(crate) fn present<T>(value: Option<T>) -> Result<T, WireDefect> {
    value.ok_or_else(|| WireDefect::new("missing"))
}

/// Every element of a repeated field, converted.
pub(crate) fn each<W, D>(values: Vec<W>, convert: impl Fn(W) -> Result<D, WireDefect>) -> Result<Vec<D>, WireDefect> {
    values.into_iter().enumerate().map(|(index, value)| convert(value).at_element(index)).collect()
}

/// A day that must be there.
pub(crate) fn day(days: Option<i32>) -> Result<NaiveDate, WireDefect> {
    present(days).and_then(calendar_day)
}

fn calendar_day(days: i32) -> Result<NaiveDate, WireDefect> {
    NaiveDate::from_epoch_days(days)
        .ok_or_else(|| WireDefect::new(format!("expected days since 1970-01-01 within the calendar, got {days}")))
}

/// A machine-read name: an officer, a department, a criterion, a code. 1 to 64 visible ASCII characters.
pub(crate) fn token(text: String) -> Result<String, WireDefect> {
    if (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text);
    }
    Err(WireDefect::new(format!("expected 1 to 64 visible ASCII characters, got {} bytes", text.len())))
}

/// A federation's name, which stands in checkpoint origins and certificates: 1 to 64 of `[a-z0-9-]`.
pub(crate) fn federation(name: String) -> Result<String, WireDefect> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(name);
    }
    Err(WireDefect::new(format!("expected 1 to 64 of a to z, 0 to 9 and -, got {} bytes", name.len())))
}

/// An enum number that the contract knows; the caller refuses its zero with [`unspecified`].
pub(crate) fn enumerated<E: TryFrom<i32>>(number: i32) -> Result<E, WireDefect> {
    E::try_from(number).map_err(|_| WireDefect::new(format!("unknown number {number}")))
}

/// The zero of an enum, which no writer sends.
pub(crate) fn unspecified() -> WireDefect {
    WireDefect::new("unspecified")
}

/// A reference to an entry that must be there.
pub(crate) fn entry_ref(at: Option<ledger::EntryRef>) -> Result<EntryRef, WireDefect> {
    let at = present(at)?;
    Ok(EntryRef { log: log(at.origin, at.epoch)?, index: at.index })
}

/// 统一社会信用代码 whose outer check digit holds; the inner one may be flagged.
pub(crate) fn uscc(text: String) -> Result<Uscc, WireDefect> {
    let parsed = Uscc::parse(&text).map(|reading| reading.code);
    parsed.map_err(|defect| code("a unified social credit code of 18 characters", defect.code()))
}

/// 组织机构代码 whose check character holds, unless it is the one within a flagged USCC.
pub(crate) fn organisation_code(text: String, uscc: Option<&Uscc>) -> Result<OrganisationCode, WireDefect> {
    let within = uscc.map(Uscc::organisation_code).filter(|within| within.as_str() == text);
    let parsed = within.map_or_else(|| OrganisationCode::parse(&text), Ok);
    parsed.map_err(|defect| code("an organisation code of 9 characters", defect.code()))
}

/// 工商注册号.
pub(crate) fn registration_number(text: String) -> Result<RegistrationNumber, WireDefect> {
    let parsed = RegistrationNumber::parse(&text);
    parsed.map_err(|defect| code("a registration number of 13 or 15 digits", defect.code()))
}

fn code(expected: &str, defect: &str) -> WireDefect {
    WireDefect::new(format!("expected {expected}, got {defect}"))
}
