//! The fields of a message, without copying: for the hot paths that need no generated type.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::defect::{At, WireDefect};
use crate::read;

/// One field as it lies in a message.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Its number in the contract.
    pub(crate) tag: u32,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Walks over the fields of a message. Numbers of fixed width, which this contract does not use, are passed over.
///
/// Stricter than protobuf asks: a singular field that comes twice is a defect, so that bytes mean one thing only.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
    singular: u64,
    seen: u64,
}

impl<'a> Fields<'a> {
    /// The fields of a message of which those in `singular` (see [`tags`]) come at most once.
    pub(crate) fn of(message: &'a [u8], singular: u64) -> Self {
        Self { rest: message, singular, seen: 0 }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<Field<'a>>, WireDefect> {
        while !self.rest.is_empty() {
            let (tag, wire_type) = self.key()?;
            let value = match wire_type {
                WireType::Varint => Value::Number(self.varint()?),
                WireType::LengthDelimited => Value::Bytes(self.take(tag)?),
                _ => {
                    skip_field(wire_type, tag, &mut self.rest, DecodeContext::default()).map_err(malformed)?;
                    continue;
                }
            };
            let place = if tag < 64 { (1 << tag) & self.singular } else { 0 };
            if self.seen & place != 0 {
                return Err(WireDefect::new(format!("expected field {tag} once, got it twice")));
            }
            self.seen |= place;
            return Ok(Some(Field { tag, value }));
        }
        Ok(None)
    }

    /// The next field's number and type; almost all of ours take one byte.
    #[inline]
    fn key(&mut self) -> Result<(u32, WireType), WireDefect> {
        if let [byte @ 0x08..0x80, rest @ ..] = self.rest
            && let Ok(wire_type) = WireType::try_from(u64::from(byte & 7))
        {
            self.rest = rest;
            return Ok((u32::from(byte >> 3), wire_type));
        }
        decode_key(&mut self.rest).map_err(malformed)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, WireDefect> {
        if let [byte @ ..0x80, rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        decode_varint(&mut self.rest).map_err(malformed)
    }

    #[inline]
    fn take(&mut self, tag: u32) -> Result<&'a [u8], WireDefect> {
        let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
        let Some((content, rest)) = self.rest.split_at_checked(length) else {
            return Err(cut_off(tag, length, self.rest.len()));
        };
        self.rest = rest;
        Ok(content)
    }
}

#[cold]
fn cut_off(tag: u32, length: usize, left: usize) -> WireDefect {
    WireDefect::new(format!("expected {length} bytes of field {tag}, got {left}"))
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, WireDefect>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            // Nothing after a malformed field can be trusted.
            self.rest = &[];
        }
        step.transpose()
    }
}

/// A set of field numbers below 64.
pub(crate) const fn tags(first: u32, last: u32) -> u64 {
    let mut set = 0;
    let mut tag = first;
    while tag <= last {
        set |= 1 << tag;
        tag += 1;
    }
    set
}

impl<'a> Field<'a> {
    /// A length-delimited field's content.
    #[inline]
    pub(crate) fn bytes(self) -> Result<&'a [u8], WireDefect> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Number(_) => Err(WireDefect::new("expected bytes, got a number")),
        }
    }

    /// A text.
    #[inline]
    pub(crate) fn text(self) -> Result<String, WireDefect> {
        match std::str::from_utf8(self.bytes()?) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(WireDefect::new("expected UTF-8")),
        }
    }

    /// A submessage, by its generated type.
    pub(crate) fn message<M: prost::Message + Default>(self) -> Result<M, WireDefect> {
        M::decode(self.bytes()?).map_err(malformed)
    }

    /// A yes or no.
    pub(crate) fn truth(self) -> Result<bool, WireDefect> {
        self.number().map(|number| number != 0)
    }

    /// A day or an enum number.
    #[inline]
    pub(crate) fn int32(self) -> Result<i32, WireDefect> {
        let number = self.number()?.cast_signed();
        i32::try_from(number).map_err(|_| WireDefect::new(format!("expected a number of 32 bits, got {number}")))
    }

    /// A day.
    #[inline]
    pub(crate) fn day(self) -> Result<chrono::NaiveDate, WireDefect> {
        self.int32().and_then(|days| read::day(Some(days)))
    }

    fn number(self) -> Result<u64, WireDefect> {
        match self.value {
            Value::Number(number) => Ok(number),
            Value::Bytes(_) => Err(WireDefect::new("expected a number, got bytes")),
        }
    }
}

#[cold]
fn malformed(error: prost::DecodeError) -> WireDefect {
    WireDefect::new(error.to_string())
}

/// Walks over a message: the visitor takes each field it knows.
#[inline]
pub(crate) fn visit<'a>(
    message: &'a [u8],
    singular: u64,
    mut visitor: impl FnMut(Field<'a>) -> Result<(), WireDefect>,
) -> Result<(), WireDefect> {
    Fields::of(message, singular).try_for_each(|field| visitor(field?))
}

/// A field that must have come.
#[inline]
pub(crate) fn came<T>(value: Option<T>, name: &str) -> Result<T, WireDefect> {
    read::present(value).at(name)
}
