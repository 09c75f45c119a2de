//! The standard texts, which a policy may replace.

use std::collections::BTreeMap;

use honghei_domain::policy::documents::{DocumentKind, DocumentText, DocumentWords};
use serde::Deserialize;

use crate::error::DocumentError;

const TEXTS: &str = include_str!("../texts/standard.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Standard {
    remedies: String,
    repair_rights: String,
    text: BTreeMap<DocumentKind, DocumentText>,
}

fn standard() -> Result<Standard, DocumentError> {
    toml::from_str(TEXTS).map_err(|error| DocumentError::Text(error.message().to_owned()))
}

/// The standard text of a kind.
///
/// # Errors
/// None in a released program: a test reads them all.
pub fn standard_text(kind: DocumentKind) -> Result<DocumentText, DocumentError> {
    let found = standard()?.text.remove(&kind);
    found.ok_or_else(|| DocumentError::Text(format!("no standard text for {}", kind.as_str())))
}

/// What a policy says of one kind, or else the standard says.
pub(crate) struct Words {
    pub(crate) text: DocumentText,
    pub(crate) remedies: String,
    pub(crate) repair_rights: String,
}

pub(crate) fn words(kind: DocumentKind, own: &DocumentWords) -> Result<Words, DocumentError> {
    let mut standard = standard()?;
    let text = match own.text.get(&kind) {
        Some(text) => text.clone(),
        None => {
            let missing = || DocumentError::Text(format!("no standard text for {}", kind.as_str()));
            standard.text.remove(&kind).ok_or_else(missing)?
        }
    };
    Ok(Words {
        text,
        remedies: own.remedies.clone().unwrap_or(standard.remedies),
        repair_rights: own.repair_rights.clone().unwrap_or(standard.repair_rights),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_standard_text_whose_fields_exist() {
        for kind in DocumentKind::ALL {
            standard_text(kind).unwrap().check(kind, "standard").unwrap();
        }
    }
}
