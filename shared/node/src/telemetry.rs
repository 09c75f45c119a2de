//! Logs: to standard error, filtered, as text or as JSON; never what a payload says.

use tracing_subscriber::EnvFilter;

use crate::answer::{Answer, Class};

/// How a program logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// A filter as `tracing` reads it, such as `info,honghei_link=debug`; none for the environment's `RUST_LOG`.
    pub filter: Option<String>,
    /// What is logged where neither says anything.
    pub usual: &'static str,
    /// One JSON object a line.
    pub json: bool,
}

/// Starts logging. A second start in one process, as in tests, changes nothing.
pub fn start(logging: &Logging) -> Result<(), Answer> {
    let asked = logging.filter.clone().or_else(|| std::env::var("RUST_LOG").ok());
    let text = asked.as_deref().unwrap_or(logging.usual);
    let malformed =
        |error| Answer::new(Class::Usage, "LOG_FILTER_MALFORMED", format!("{text:?} is no log filter: {error}"));
    let filter = EnvFilter::try_new(text).map_err(malformed)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    // The error only says that logging was started before.
    let _ = if logging.json { lines.json().try_init() } else { lines.with_ansi(false).try_init() };
    Ok(())
}
