//! The length-delimited fields of a message, without copying: for the hot paths that need no generated type.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::defect::WireDefect;

/// Walks over `(tag, content)` of every length-delimited field; fields of other types are passed over.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn step(&mut self) -> Result<Option<(u32, &'a [u8])>, WireDefect> {
        let malformed = |error: prost::DecodeError| WireDefect::new(error.to_string());
        while !self.rest.is_empty() {
            let (tag, wire_type) = decode_key(&mut self.rest).map_err(malformed)?;
            if wire_type != WireType::LengthDelimited {
                skip_field(wire_type, tag, &mut self.rest, DecodeContext::default()).map_err(malformed)?;
                continue;
            }
            let length = decode_varint(&mut self.rest).map_err(malformed)?;
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let Some((content, rest)) = self.rest.split_at_checked(length) else {
                let problem = format!("expected {length} bytes of field {tag}, got {}", self.rest.len());
                return Err(WireDefect::new(problem));
            };
            self.rest = rest;
            return Ok(Some((tag, content)));
        }
        Ok(None)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, &'a [u8]), WireDefect>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            // Nothing after a malformed field can be trusted.
            self.rest = &[];
        }
        step.transpose()
    }
}
