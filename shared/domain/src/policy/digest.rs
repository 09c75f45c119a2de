//! A policy's digest: over what it says, not over how it is laid out.

use toml::{Table, Value};

use super::PolicyDefect;
use super::span::line_of;
use crate::canonical::{Writer, sha256};
use crate::list::Digest;

/// SHA-256 over the values of a TOML text: keys in order, every value with its type and length before it.
///
/// It depends on nothing that a newer program might add, such as defaults of new fields.
pub(super) fn digest_of(text: &str) -> Result<Digest, PolicyDefect> {
    let table: Table = toml::from_str(text).map_err(|error| PolicyDefect::Text {
        file: "policy".to_owned(),
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    let mut writer = Writer::tagged("honghei policy v1");
    write_table(&mut writer, &table);
    Ok(sha256(&[&writer.finish()]))
}

fn write_table(writer: &mut Writer, table: &Table) {
    let mut keys: Vec<&String> = table.keys().collect();
    keys.sort_unstable();
    writer.number(keys.len() as u64);
    for key in keys {
        writer.text(key);
        if let Some(value) = table.get(key) {
            write_value(writer, value);
        }
    }
}

fn write_value(writer: &mut Writer, value: &Value) {
    match value {
        Value::String(text) => {
            writer.byte(1);
            writer.text(text);
        }
        Value::Integer(number) => {
            writer.byte(2);
            writer.bytes(&number.to_be_bytes());
        }
        Value::Float(number) => {
            writer.byte(3);
            writer.bytes(&number.to_bits().to_be_bytes());
        }
        Value::Boolean(flag) => {
            writer.byte(4);
            writer.flag(*flag);
        }
        Value::Datetime(time) => {
            writer.byte(5);
            writer.text(&time.to_string());
        }
        Value::Array(items) => {
            writer.byte(6);
            writer.number(items.len() as u64);
            for item in items {
                write_value(writer, item);
            }
        }
        Value::Table(table) => {
            writer.byte(7);
            write_table(writer, table);
        }
    }
}
