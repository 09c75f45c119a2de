//! What an officer signs: a canonical statement about the digest of an act.

use crate::hash::{Digest, hex};

/// One statement; all of its fields are under the signature.
///
/// The officer's key signs [`Statement::bytes`] on the officer's own machine. The same form, with the purpose
/// `session`, answers a console's challenge, so that a challenge can never pass for an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// What the signature is for: an act's kind, or `session`.
    pub purpose: &'a str,
    /// The federation's name.
    pub federation: &'a str,
    /// The node at which the officer acts.
    pub origin: &'a str,
    /// SHA-256 of the act's body, or of the challenge.
    pub body_digest: Digest,
    /// The name of the policy that the act is judged by.
    pub policy: &'a str,
    /// The version of the directory that the officer's key stands in.
    pub directory_version: u64,
}

impl Statement<'_> {
    /// The bytes to sign: a domain line, then one line for each field.
    ///
    /// Texts are preceded by their length in bytes, so no two statements have the same bytes, whatever they contain.
    pub fn bytes(&self) -> Vec<u8> {
        let text = |name: &str, value: &str| format!("{name} {} {value}\n", value.len());
        [
            "honghei/statement/v1\n".to_owned(),
            text("purpose", self.purpose),
            text("federation", self.federation),
            text("origin", self.origin),
            format!("body-sha256 {}\n", hex(&self.body_digest)),
            text("policy", self.policy),
            format!("directory-version {}\n", self.directory_version),
        ]
        .concat()
        .into_bytes()
    }
}
