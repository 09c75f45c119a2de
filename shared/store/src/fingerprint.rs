//! The digest of all projections: equal states have equal digests, whatever holds them.
//!
//! Tables in a fixed order, rows in key order, each value with its kind and length.

use honghei_domain::list::Digest;
use ring::digest::{Context, SHA256};

use crate::record::{Record, Value, values};

/// A digest in the making.
pub(crate) struct Fingerprint(Context);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// The rows that follow belong to this table.
    pub(crate) fn table(&mut self, name: &str) {
        self.absorb(b'T', name.as_bytes());
    }

    pub(crate) fn row(&mut self, row: &impl Record) {
        for value in row.write(values()).0 {
            match value {
                Value::Number(number) => self.absorb(b'n', &number.to_be_bytes()),
                Value::Signed(number) => self.absorb(b's', &number.to_be_bytes()),
                Value::Text(text) => self.absorb(b't', text.as_bytes()),
                Value::Bytes(bytes) => self.absorb(b'b', bytes),
                Value::NoText | Value::NoBytes => self.absorb(b'0', &[]),
            }
        }
    }

    fn absorb(&mut self, kind: u8, bytes: &[u8]) {
        self.0.update(&[kind]);
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Digest {
        let mut digest = Digest::default();
        digest.copy_from_slice(self.0.finish().as_ref());
        digest
    }
}
