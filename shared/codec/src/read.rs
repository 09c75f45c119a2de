//! Small readers that every conversion shares: names, digests, dates, repeated fields.

use honghei_domain::audience::Audience;
use honghei_domain::list::Digest;
use honghei_domain::node::{LogId, NodeId};

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
