//! The one place that reads the clock. Legal time, transport time and monotonic time are three ports.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use honghei_domain::node::ClockClass;
use honghei_registry::context::Now;

/// China Standard Time, in which every legal date is counted.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// A node's clocks.
#[derive(Clone, Debug)]
pub struct Clock {
    simulated: Option<PathBuf>,
    started: std::time::Instant,
}

/// Why the legal time is not known.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The simulated calendar cannot be read.
    #[error(
        "the simulated calendar {path} cannot be read; write an RFC 3339 instant such as 2017-11-06T09:00:00+08:00 into it"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ClockError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "CLOCK_UNREADABLE"
    }
}

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one lawful reading of the monotonic clock's origin")]
    pub fn real() -> Self {
        Self { simulated: None, started: std::time::Instant::now() }
    }

    /// A calendar that stands in a file, shared by every node of a rehearsal and read at each use.
    pub fn simulated(path: &Path) -> Self {
        Self { simulated: Some(path.to_owned()), ..Self::real() }
    }

    /// The clock that a node's configuration asks for.
    pub fn of(config: &crate::folder::NodeConfig) -> Self {
        match &config.simulated_clock {
            Some(path) => Self::simulated(path),
            None => Self::real(),
        }
    }

    /// Which class of federation this clock serves.
    pub fn class(&self) -> ClockClass {
        if self.simulated.is_some() { ClockClass::Simulated } else { ClockClass::Real }
    }

    /// The legal day and instant.
    pub fn now(&self) -> Result<Now, ClockError> {
        let instant = match &self.simulated {
            None => china(self.transport_ms()),
            Some(path) => read_instant(path)?,
        };
        Ok(Now { today: instant.date_naive(), ms: instant.timestamp_millis() })
    }

    /// Transport time: milliseconds since the Unix epoch, always the machine's.
    #[expect(clippy::disallowed_methods, reason = "the one lawful reading of the wall clock")]
    pub fn transport_ms(&self) -> i64 {
        Utc::now().timestamp_millis()
    }

    /// Milliseconds since this clock was made; never goes back.
    pub fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// How often a node looks whether something has fallen due: a simulated calendar jumps, so more often.
    pub fn sweep_interval(&self) -> Duration {
        if self.simulated.is_some() { Duration::from_millis(100) } else { Duration::from_secs(30) }
    }
}

/// Moves a simulated calendar: the file is replaced as a whole, so that no reader sees half of it.
pub fn set_simulated(path: &Path, instant: DateTime<FixedOffset>) -> std::io::Result<()> {
    let fresh = path.with_extension("next");
    std::fs::write(&fresh, instant.to_rfc3339())?;
    std::fs::rename(&fresh, path)
}

fn read_instant(path: &Path) -> Result<DateTime<FixedOffset>, ClockError> {
    let unreadable =
        |source: Box<dyn std::error::Error + Send + Sync>| ClockError::Unreadable { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(|source| unreadable(source.into()))?;
    let instant = DateTime::parse_from_rfc3339(text.trim()).map_err(|source| unreadable(source.into()))?;
    Ok(china(instant.timestamp_millis()))
}

fn china(ms: i64) -> DateTime<FixedOffset> {
    let utc = DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default();
    match FixedOffset::east_opt(CHINA_OFFSET_SECONDS) {
        Some(offset) => utc.with_timezone(&offset),
        None => utc.fixed_offset(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_day_is_chinas_whatever_zone_the_instant_was_written_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calendar");
        std::fs::write(&path, "2017-11-06T20:30:00-05:00\n").unwrap();
        let now = Clock::simulated(&path).now().unwrap();
        assert_eq!(now.today.to_string(), "2017-11-07");
    }

    #[test]
    fn a_moved_calendar_is_read_at_the_next_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calendar");
        set_simulated(&path, "2017-11-06T09:00:00+08:00".parse().unwrap()).unwrap();
        let clock = Clock::simulated(&path);
        assert_eq!(clock.now().unwrap().today.to_string(), "2017-11-06");
        set_simulated(&path, "2018-02-24T09:00:00+08:00".parse().unwrap()).unwrap();
        assert_eq!(clock.now().unwrap().today.to_string(), "2018-02-24");
        std::fs::write(&path, "soon").unwrap();
        assert_eq!(clock.now().unwrap_err().code(), "CLOCK_UNREADABLE");
    }
}
