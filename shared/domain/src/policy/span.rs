//! Where in a text a value stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The one-based line of a byte of a text.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count().saturating_add(1)
}

/// The line of the value at a path such as `criterion[3].effective_to`, or of the nearest table around it that exists.
pub(super) fn line_at(text: &str, table: &DeTable<'_>, path: &str) -> usize {
    let mut at: Range<usize> = 0..0;
    let mut steps = path.split('.').flat_map(|part| {
        let (name, rest) = part.split_once('[').unwrap_or((part, ""));
        let index = rest.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
        [Some(Step::Name(name)), index.map(Step::Index)].into_iter().flatten()
    });
    let Some(Step::Name(first)) = steps.next() else { return 1 };
    let Some((key, mut value)) = entry(table, first) else { return 1 };
    at.clone_from(&key);
    for step in steps {
        let found = match (step, value.get_ref()) {
            (Step::Name(name), DeValue::Table(table)) => entry(table, name),
            (Step::Index(index), DeValue::Array(items)) => items.get(index).map(|item| (item.span(), item)),
            _ => None,
        };
        let Some((span, inner)) = found else { break };
        at = span;
        value = inner;
    }
    line_of(text, at.start)
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, value)| (key.span(), value))
}
