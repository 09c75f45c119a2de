//! Passphrases: from a file, from the environment, or asked for at the terminal; never from the command line itself,
//! which other users of the machine can read.

use std::io::IsTerminal;
use std::path::Path;

use crate::answer::{Answer, Class};

/// Whose passphrase, and where it may come from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What the prompt calls it.
    pub what: &'a str,
    /// The file named on the command line.
    pub file: Option<&'a Path>,
    /// The environment variable that holds it.
    pub variable: &'a str,
}

/// The passphrase, if a file or the environment gives it.
pub fn given(source: Source<'_>) -> Result<Option<String>, Answer> {
    if let Some(path) = source.file {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|error| {
            Answer::new(
                Class::Usage,
                "PASSPHRASE_FILE",
                format!("{}: cannot read the passphrase: {error}", path.display()),
            )
        })?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    Ok(std::env::var(source.variable).ok())
}

/// The passphrase, asked for at the terminal where nothing gives it; twice for a new key.
pub fn obtain(source: Source<'_>, new: bool) -> Result<String, Answer> {
    if let Some(passphrase) = given(source)? {
        return Ok(passphrase);
    }
    if !std::io::stdin().is_terminal() {
        let message =
            format!("the passphrase of {} is needed: give --passphrase-file FILE or {}", source.what, source.variable);
        return Err(Answer::new(Class::Usage, "PASSPHRASE_MISSING", message));
    }
    let failed = |error: std::io::Error| Answer::new(Class::Fault, "PROMPT_FAILED", format!("cannot ask: {error}"));
    let first = rpassword::prompt_password(format!("Passphrase of {}: ", source.what)).map_err(failed)?;
    if new && rpassword::prompt_password("The same again: ").map_err(failed)? != first {
        return Err(Answer::new(Class::Usage, "PASSPHRASES_DIFFER", "the two passphrases differ; nothing was written"));
    }
    Ok(first)
}
